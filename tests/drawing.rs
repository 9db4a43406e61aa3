//! Figures as files: SVG that any reader takes, PNG of the same, and nothing of anybody else's overwritten.

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::{Folder, logitbench};
use logitbench::report::drawing::{self, Look};
use logitbench::report::figure::{Axis, Colour, Figure, Marks, Scale, Series, Side};
use roxmltree::{Document, Node};

const EXPERIMENT: &str = r#"
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
label = "a <script>alert(1)</script> & \"b\""

[split]
repeats = 20

[[solver]]
method = "newton"

[[solver]]
method = "article"
"#;

fn axis(label: &str, scale: Scale) -> Axis {
    Axis { label: label.to_owned(), scale }
}

fn figure(x: Scale, y: Scale, series: Vec<Series>) -> Figure {
    let (title, description) = ("A title & more".to_owned(), "What is < and >.".to_owned());
    let (x, y) = (axis("to the right", x), axis("upwards", y));
    Figure { kind: "test", variant: String::new(), dataset: None, model: None, title, description, x, y, series }
}

fn series(place: usize, marks: Marks) -> Series {
    Series { name: format!("solver {place}"), colour: Colour::Solver(place), marks }
}

fn line(x: &[f64], y: &[f64]) -> Marks {
    Marks::Line { x: x.to_vec(), y: y.iter().map(|&y| Some(y)).collect(), stepped: false }
}

/// The dots of a PNG: width, height, and red, green, blue of each.
fn dots(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut dots = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut dots).unwrap();
    (info.width, info.height, dots)
}

fn texts<'d>(svg: &'d Document<'_>) -> Vec<(&'d str, f64, f64)> {
    let place = |node: &Node<'_, '_>, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let texts = svg.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| (node.text().unwrap(), place(&node, "x"), place(&node, "y"))).collect()
}

/// The first path of each series.
fn paths<'d>(svg: &'d Document<'_>) -> Vec<Node<'d, 'd>> {
    let groups = svg.descendants().filter(|node| node.has_tag_name("g"));
    groups.filter_map(|group| group.children().find(|node| node.has_tag_name("path"))).collect()
}

/// The corners of a path of straight lines.
fn corners(path: &Node<'_, '_>) -> Vec<[f64; 2]> {
    let corner = |text: &str| {
        let (x, y) = text.split_once(' ').unwrap();
        [x.parse().unwrap(), y.parse().unwrap()]
    };
    path.attribute("d").unwrap().split(['M', 'L', 'Z']).filter(|text| !text.is_empty()).map(corner).collect()
}

#[test]
fn every_figure_is_written_twice_and_says_what_it_shows() {
    let folder = Folder::new("drawing");
    folder.write("e.toml", EXPERIMENT);
    let run = ["experiment", "e.toml", "--out", "r.json", "--figures", "plots/of it"];
    let (_, stdout, stderr) = logitbench(&folder.0, &run);
    assert_eq!(stderr, "");
    let names = |folder: &std::path::Path| {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let plots = folder.0.join("plots/of it");
    let written = names(&plots);
    let svgs: Vec<&String> = written.iter().filter(|name| name.ends_with(".svg")).collect();
    assert!(stdout.contains(&format!("figures: {} in plots/of it", svgs.len())), "{stdout}");
    assert!(svgs.len() > 5 && written.len() == 2 * svgs.len());
    for name in svgs {
        let text = fs::read_to_string(plots.join(name)).unwrap();
        let svg = Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let root = svg.root_element();
        let child = |tag| root.children().find(|node| node.has_tag_name(tag)).and_then(|node| node.text()).unwrap();
        assert!(!child("title").is_empty() && child("desc").len() > 60, "{name}");
        assert!(!svg.descendants().any(|node| node.has_tag_name("script")), "{name}");
        let (width, height, dots) = dots(&fs::read(plots.join(name.replace(".svg", ".png"))).unwrap());
        assert_eq!(width, 2100, "7 inches of 300 dots");
        let ratio = root.attribute("height").unwrap().parse::<f64>().unwrap() / 672.0;
        assert!((f64::from(height) / f64::from(width) - ratio).abs() < 1e-3);
        let inked = dots.chunks(3).filter(|dot| dot[0] < 200 || dot[1] < 200 || dot[2] < 200).count();
        assert!(inked > 5_000 && inked < dots.len() / 6, "{name} has {inked} dots of ink");
    }
    // The same figures from the report alone, and over those that are there.
    let (code, again, _) = logitbench(&folder.0, &["report", "r.json", "--figures", "again"]);
    assert!(code == 0 && again.contains("in again"), "{again}");
    assert_eq!(names(&folder.0.join("again")), written);
    for name in &written {
        assert!(fs::read(plots.join(name)).unwrap() == fs::read(folder.0.join("again").join(name)).unwrap(), "{name}");
    }
    assert_eq!(logitbench(&folder.0, &["report", "r.json", "--figures", "again"]).0, 0);
}

/// Figures are chosen by kind, data set, model and solver, and drawn as wide as asked, without titles, with letters as outlines.
#[test]
fn figures_are_chosen_and_look_as_asked() {
    let folder = Folder::new("drawing-chosen");
    folder.write("e.toml", EXPERIMENT);
    logitbench(&folder.0, &["experiment", "e.toml", "--out", "r.json", "--no-page"]);
    let write = |rest: &[&str]| {
        let run = [&["report", "r.json", "--figures", "plots"], rest].concat();
        let (code, stdout, stderr) = logitbench(&folder.0, &run);
        let names: BTreeSet<String> = fs::read_dir(folder.0.join("plots"))
            .map(|folder| folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
            .unwrap_or_default();
        let _ = fs::remove_dir_all(folder.0.join("plots"));
        (code, stdout, stderr, names)
    };
    let all = write(&[]).3;
    let chosen = write(&["--figures-of", "kind=convergence", "kind=targets"]).3;
    let own = |name: &&String| name.starts_with("convergence") || name.starts_with("targets");
    assert!(!chosen.is_empty() && chosen.len() < all.len());
    assert_eq!(chosen, all.iter().filter(own).cloned().collect());

    let run = ["report", "r.json", "--figures", "plots", "--figure-width", "3.5", "--no-figure-titles", "--outlines"];
    let run = [&run[..], &["--figures-of", "kind=accuracy", "solver=newton"]].concat();
    assert_eq!(logitbench(&folder.0, &run).0, 0);
    let name = fs::read_dir(folder.0.join("plots")).unwrap().map(|entry| entry.unwrap().path());
    let name = name.filter(|path| path.extension().is_some_and(|end| end == "svg")).min().unwrap();
    let text = fs::read_to_string(name).unwrap();
    let svg = Document::parse(&text).unwrap();
    assert_eq!(svg.root_element().attribute("width"), Some("336"));
    assert!(!svg.descendants().any(|node| node.has_tag_name("text")) && text.matches("<path transform").count() > 3);
    assert!(!text.contains("article"), "a solver that was not chosen");
    fs::remove_dir_all(folder.0.join("plots")).unwrap();

    for (of, allowed) in
        [("kind=rank", "it has "), ("solver=x", "newton, article"), ("split=1", "kind, dataset, model, solver")]
    {
        let (code, stdout, stderr, names) = write(&["--figures-of", of]);
        assert!(code != 0 && stderr.contains(allowed) && names.is_empty(), "{of}: {stdout}{stderr}");
    }
    let (code, _, stderr) = logitbench(&folder.0, &["report", "r.json", "--no-figure-titles"]);
    assert!(code != 0 && stderr.contains("--figures"), "{stderr}");
}

#[test]
fn values_stand_where_their_ticks_are() {
    let drawn = figure(
        Scale::Linear,
        Scale::Logarithmic,
        vec![series(0, line(&[0.0, 20.0, 40.0, 40.0], &[1e-6, 1e-3, 1.0, 0.0]))],
    );
    let text = drawing::svg(&drawn, &Look::default());
    let svg = Document::parse(&text).unwrap();
    let texts = texts(&svg);
    let tick =
        |label: &str| texts.iter().find(|(text, ..)| *text == label).unwrap_or_else(|| panic!("{label}: {texts:?}"));
    let [path] = &paths(&svg)[..] else { panic!("one series") };
    let corners = corners(path);
    assert_eq!(corners.len(), 3, "what is not above 0 is not drawn");
    for ([x, y], (across, up)) in corners.iter().zip([("0", "10⁻⁶"), ("20", "10⁻³"), ("40", "10⁰")]) {
        assert!((x - tick(across).1).abs() < 0.02);
        // A label's base line is below the middle of its digits.
        assert!((y - tick(up).2 + 0.36 * 10.5).abs() < 0.02);
    }
    let lowest = tick("0").2;
    assert!(tick("solver 0").2 > lowest, "the legend is clear of the data");
    assert_eq!(svg.descendants().find(|node| node.has_tag_name("desc")).unwrap().text(), Some("What is < and >."));
}

#[test]
fn dozens_of_series_look_different_without_colour() {
    let all: Vec<Series> = (0..28).map(|place| series(place, line(&[0.0, 1.0], &[0.0, place as f64]))).collect();
    let text = drawing::svg(&figure(Scale::Linear, Scale::Linear, all), &Look::default());
    let svg = Document::parse(&text).unwrap();
    let looks: BTreeSet<_> =
        paths(&svg).iter().map(|path| (path.attribute("stroke"), path.attribute("stroke-dasharray"))).collect();
    assert_eq!(looks.len(), 28);
    let dashes: BTreeSet<_> = looks.iter().map(|(_, dashes)| dashes).collect();
    assert_eq!(dashes.len(), 5);
    for place in 0..28 {
        assert!(text.contains(&format!(">solver {place}</text>")));
    }
}

/// Lines that lie on each other are one, under a name that says so; what is told apart by eye stays apart.
#[test]
fn lines_that_coincide_are_drawn_once() {
    let all = [&[1.0, 1e-3][..], &[1.0, 1e-3 * (1.0 + 1e-9)], &[1.0, 2e-3], &[1.0, 1e-3], &[1.0, 1e-12], &[1.0, 1e-3]];
    let all = all.iter().enumerate().map(|(place, y)| series(place, line(&[0.0, 1.0], y))).collect();
    let text = drawing::svg(&figure(Scale::Linear, Scale::Logarithmic, all), &Look::default());
    let svg = Document::parse(&text).unwrap();
    assert_eq!(paths(&svg).len(), 3);
    for name in ["solver 0, solver 1 and 2 more coincide", "solver 2", "solver 4"] {
        assert!(text.contains(&format!(">{name}</text>")), "{name}");
    }
}

#[test]
fn bars_are_stacked_and_rare_outcomes_are_seen() {
    let bars = |length: [f64; 2]| Marks::Bars { y: vec![0.0, 1.0], length: length.to_vec() };
    let all = [
        ("failed", Colour::Bad, [0.001, 0.0]),
        ("singular", Colour::Bad, [400.0, 0.0]),
        ("converged", Colour::Good, [600.0, 1000.0]),
    ];
    let all = all.map(|(name, colour, length)| Series { name: name.to_owned(), colour, marks: bars(length) });
    let names = Scale::Names(vec!["first".to_owned(), "second".to_owned()]);
    let text = drawing::svg(&figure(Scale::Linear, names, all.to_vec()), &Look::default());
    let svg = Document::parse(&text).unwrap();
    let ends = |path: &Node<'_, '_>| {
        let corners = corners(path);
        (corners[0][0], corners[1][0])
    };
    let [failed, singular, converged] = &paths(&svg)[..] else { panic!("three series") };
    assert!(ends(failed).1 - ends(failed).0 >= 1.0);
    assert!((ends(singular).1 - ends(converged).0).abs() < 0.02);
    let group =
        |path: &Node<'_, '_>| path.parent().unwrap().children().filter(|node| node.has_tag_name("path")).count();
    assert_eq!((group(failed), group(singular)), (1, 2), "what shares a colour is hatched");
}

#[test]
fn figures_of_anything_are_drawn() {
    let odd = [f64::NAN, f64::INFINITY, -f64::INFINITY, f64::MAX, f64::MIN, 5e-324, 0.0, -0.0, 1e300, -1.0];
    let some: Vec<Option<f64>> = odd.iter().map(|&value| Some(value)).collect();
    let intervals: Vec<Option<[f64; 2]>> = odd.iter().map(|&value| Some([value, -value])).collect();
    let many_marks = [
        Marks::Line { x: odd.to_vec(), y: some.clone(), stepped: true },
        Marks::Band {
            x: odd.to_vec(),
            low: some.clone(),
            middle: vec![None; 3],
            high: some[2..].to_vec(),
            stepped: false,
        },
        Marks::Bars { y: odd.to_vec(), length: odd.iter().rev().copied().collect() },
        Marks::Bars { y: vec![0.0; 3], length: vec![f64::MAX; 3] },
        Marks::Points { x: odd.to_vec(), y: vec![0.0; 20], interval: intervals },
        Marks::Line { x: vec![], y: vec![Some(1.0)], stepped: false },
        Marks::Strip { y: odd.to_vec(), whole: vec![[f64::MIN, f64::MAX]; 9], half: vec![[f64::NAN, 1.0]; 12] },
        Marks::Bound { x: f64::INFINITY, beyond: None },
        Marks::Bound { x: f64::NAN, beyond: Some(Side::Right) },
        Marks::Cells {
            x: odd.to_vec(),
            y: odd.to_vec(),
            value: vec![],
            path: vec![],
            shade: odd.iter().rev().copied().collect(),
            shown: vec!["<b>".repeat(50); 9],
        },
        Marks::Line { x: vec![1.0], y: vec![Some(1.0)], stepped: false },
        Marks::Line { x: vec![1.0, 1.0 + f64::EPSILON], y: vec![Some(1e-300), Some(1e300)], stepped: false },
    ];
    let wild = "name \u{0}\u{1b}[31m <b>&\u{ffff}\u{202e} 漢字 ".repeat(40);
    let scales = || [Scale::Linear, Scale::Logarithmic, Scale::Names(vec![]), Scale::Names(vec![wild.clone(); 30])];
    for x in scales() {
        for y in scales() {
            let all = many_marks.iter().enumerate().map(|(place, marks)| Series {
                name: if place % 2 == 0 { wild.clone() } else { String::new() },
                colour: if place == 3 { Colour::Guide } else { Colour::Solver(usize::MAX - place) },
                marks: marks.clone(),
            });
            let mut figure = figure(x.clone(), y.clone(), all.collect());
            figure.title = wild.clone();
            let svg = drawing::svg(&figure, &Look::default());
            Document::parse(&svg).unwrap();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{x:?} {y:?}");
            if x == y {
                dots(&drawing::png(&figure, &Look::default()).unwrap());
            }
        }
    }
}

#[test]
fn names_of_files_are_unique_and_not_too_long() {
    let mut one = figure(Scale::Linear, Scale::Linear, vec![]);
    one.variant = "a".to_owned();
    let mut numbered = one.clone();
    numbered.variant = "a 2".to_owned();
    let mut long = one.clone();
    long.variant = "x".repeat(500);
    let names = drawing::file_names(&[one.clone(), numbered, one.clone(), one, long.clone(), long]);
    assert_eq!(names[..4], ["test-a", "test-a-2", "test-a-3", "test-a-4"]);
    assert!(names[4] != names[5] && names.iter().all(|name| name.len() < 140));
}

#[test]
fn what_cannot_be_written_or_is_somebody_elses_is_said() {
    let folder = Folder::new("drawing-refused");
    folder.write("e.toml", EXPERIMENT);
    folder.write("file", "mine");
    let (code, stdout, stderr) =
        logitbench(&folder.0, &["experiment", "e.toml", "--out", "r.json", "--figures", "file"]);
    assert_eq!((code, stdout.as_str()), (1, ""), "before the run");
    assert!(stderr.contains("cannot write file") && stderr.contains("--figures"), "{stderr}");
    assert_eq!(folder.names(), ["e.toml", "file"]);

    assert_eq!(logitbench(&folder.0, &["experiment", "e.toml", "--out", "r.json", "--figures", "plots"]).0, 0);
    let plots = folder.0.join("plots");
    let written: Vec<_> = fs::read_dir(&plots).unwrap().map(|entry| entry.unwrap().path()).collect();
    let foreign = written.iter().find(|path| path.extension().is_some_and(|extension| extension == "png")).unwrap();
    written.iter().filter(|path| *path != foreign).for_each(|path| fs::remove_file(path).unwrap());
    for mine in [&b"a picture"[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR of another program"] {
        fs::write(foreign, mine).unwrap();
        let (code, _, stderr) = logitbench(&folder.0, &["report", "r.json", "--figures", "plots"]);
        assert_eq!(code, 1);
        assert!(stderr.contains("there is a file that logitbench has not written"), "{stderr}");
        assert_eq!(fs::read(foreign).unwrap(), mine);
        assert_eq!(fs::read_dir(&plots).unwrap().count(), 1, "all or none");
    }
}
