//! The figures of a report, whoever draws them.

mod common;

use std::collections::BTreeSet;

use common::{Folder, logitbench, root};
use logitbench::report::drawing::Look;
use logitbench::report::figure::{Figure, Marks, Scale, Side};
use logitbench::report::{Report, figures, json};

/// Three data sets that rank two solvers, with and without a maximum.
const RACE: &str = r#"
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
label = "overlapping"

[[dataset]]
name = "iris"
classes = ["versicolor", "rest"]
label = "one class"

[[dataset]]
simulate = "gaussian"
rows = 60
features = 3
correlation = [0.0, 0.2, 0.4, 0.6, 0.8]

[[dataset]]
simulate = "gaussian"
rows = 50
features = 2
margin = 0.1
label = "separable"

[[model]]
scaling = "standardize"

[[model]]
penalty = "l2"
strength = 1.0

[[solver]]
method = "newton"

[[solver]]
method = "gradient-ascent"

[[solver]]
method = "article"

[trace]
whole = 2
"#;

fn report(file: &str, repeats: &str) -> Report {
    let folder = Folder::new("figures");
    let out = folder.0.join("r.json");
    let own = folder.write("race.toml", RACE);
    let file = if file == "race.toml" { own.to_str().unwrap() } else { file };
    logitbench(&root(), &["experiment", file, "--repeats", repeats, "--out", out.to_str().unwrap()]);
    json::parse(&std::fs::read_to_string(out).unwrap()).unwrap()
}

/// Lists of one series are equally long, places are among the names, and no two figures have one name.
fn check(figures: &[Figure]) {
    let slugs: BTreeSet<String> = figures.iter().map(Figure::slug).collect();
    assert_eq!(slugs.len(), figures.len());
    for figure in figures {
        assert!(!figure.series.is_empty() && !figure.title.is_empty() && figure.description.len() > 60, "{figure:?}");
        for series in &figure.series {
            let lengths: BTreeSet<usize> = match &series.marks {
                Marks::Line { x, y, .. } => [x.len(), y.len()].into(),
                Marks::Band { x, low, middle, high, .. } => [x.len(), low.len(), middle.len(), high.len()].into(),
                Marks::Bars { y, length } => [y.len(), length.len()].into(),
                Marks::Points { x, y, interval } => [x.len(), y.len(), interval.len()].into(),
                Marks::Strip { y, whole, half } => [y.len(), whole.len(), half.len()].into(),
                Marks::Bound { .. } => [1].into(),
                Marks::Cells { x, y, value, path, shade, shown } => {
                    [x.len(), y.len(), value.len(), path.len(), shade.len(), shown.len()].into()
                }
            };
            assert_eq!(lengths.len(), 1, "{}: {}", figure.slug(), series.name);
            if let (
                Scale::Names(names),
                Marks::Bars { y, .. } | Marks::Points { y, .. } | Marks::Strip { y, .. } | Marks::Cells { y, .. },
            ) = (&figure.y.scale, &series.marks)
            {
                assert!(y.iter().all(|&y| y > -0.5 && y < names.len() as f64 - 0.5), "{}", figure.slug());
            }
        }
    }
}

fn kinds(figures: &[Figure]) -> BTreeSet<&str> {
    figures.iter().map(|figure| figure.kind).collect()
}

#[test]
fn a_race_has_every_kind_and_the_numbers_of_the_report() {
    let report = report("race.toml", "6");
    let all = figures::all(&report);
    check(&all);
    let expected = [
        "accuracy",
        "coefficients",
        "convergence",
        "iterations",
        "outcomes",
        "overview",
        "profiles",
        "ranks",
        "separation",
        "targets",
    ];
    assert_eq!(kinds(&all), expected.into());
    // Fits ran side by side unless there is one core: their times are then not drawn.
    let timed = all.iter().any(|figure| figure.variant.contains("against time"));
    assert_eq!(timed, report.timings.iter().all(|timing| !timing.shared));
    for cell in &report.cells {
        let variant = format!("{} · {} · gap against iterations", cell.dataset, cell.model);
        let Some(figure) = all.iter().find(|figure| figure.variant == variant) else { panic!("no {variant}") };
        let series = figure.series.iter().find(|series| series.name == cell.solver);
        let trace = cell.trace.as_ref().unwrap();
        match series.map(|series| &series.marks) {
            Some(Marks::Band { middle, .. }) => assert_eq!(middle, &trace.objective_gap.median),
            _ => assert!(!trace.objective_gap.median.iter().flatten().any(|&gap| gap > 0.0), "{variant}"),
        }
    }
}

/// Rows of redrawn data are independent; those of splits that share rows are not, and their bars are of one split.
#[test]
fn reliability_curves_have_bars_of_the_rows_that_are_independent() {
    let folder = Folder::new("reliability");
    let dataset = "simulate = \"gaussian\"\nrows = 200\nfeatures = 2\nsignal = 1.5\n";
    let text = format!(
        "metrics = [\"test_calibration_slope\"]\n[[dataset]]\n{dataset}label = \"afresh\"\nredraw = true\n\
         [[dataset]]\n{dataset}label = \"shared\"\n[split]\nrepeats = 40\n[[solver]]\nmethod = \"newton\"\n"
    );
    let (file, out) = (folder.write("r.toml", text), folder.0.join("r.json"));
    logitbench(&root(), &["experiment", file.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    let report = json::parse(&std::fs::read_to_string(&out).unwrap()).unwrap();
    let all = figures::all(&report);
    check(&all);
    let mut outside = 0;
    for (cell, independent) in report.cells.iter().zip([true, false]) {
        let reliability = cell.reliability.as_ref().unwrap();
        assert_eq!((reliability.fits, reliability.independent_splits), (40, independent));
        assert_eq!(reliability.bins.iter().map(|bin| bin.rows).sum::<u64>(), 40 * 50);
        let of_cell = |figure: &&Figure| figure.kind == "reliability" && figure.variant.starts_with(&cell.dataset);
        let figure = all.iter().find(of_cell).unwrap();
        assert_eq!(figure.description.contains("Splits share rows"), !independent, "{}", figure.description);
        let Marks::Points { x, y, .. } = &figure.series[0].marks else { panic!("{figure:?}") };
        for ((bin, x), y) in reliability.bins.iter().zip(x).zip(y) {
            assert_eq!((bin.mean_probability, bin.share), (*x, *y));
            let Some([low, high]) = bin.consistency else { continue };
            let rows = if independent { bin.rows } else { bin.rows / 40 };
            assert!((high * rows as f64).fract().min(1.0 - (high * rows as f64).fract()) < 1e-9);
            outside += usize::from(!(low <= bin.share && bin.share <= high));
        }
    }
    // The model is the one that the data were drawn from.
    assert!(outside <= 4, "{outside}");
}

#[test]
fn what_is_claimed_is_a_line_among_the_accuracies() {
    let report = report("iris.toml", "20");
    let all = figures::all(&report);
    check(&all);
    let accuracy = all.iter().find(|figure| figure.variant.ends_with("distribution")).unwrap();
    assert!(accuracy.series.iter().any(|series| series.name == "claimed: 1"));
    // In none of the splits is there an optimum to be near.
    assert!(!kinds(&all).contains("profiles") && !kinds(&all).contains("ranks"));
}

/// An overview has the numbers of the report at the places that it names, darker where a solver is farther from the best.
#[test]
fn an_overview_has_each_cell_with_its_number_and_its_place_in_the_report() {
    let report = report("race.toml", "6");
    let json = serde_json::to_value(&report).unwrap();
    let all = figures::all(&report);
    let overviews: Vec<&Figure> = all.iter().filter(|figure| figure.kind == "overview").collect();
    assert_eq!(all[..overviews.len()].iter().collect::<Vec<_>>(), overviews, "the first of the page");
    assert_eq!(overviews.len(), 4 * report.models.len());
    for figure in overviews {
        let (Scale::Names(solvers), Scale::Names(datasets)) = (&figure.x.scale, &figure.y.scale) else { panic!() };
        let mut cells = 0;
        for series in &figure.series {
            let Marks::Cells { x, y, value, path, shade, shown } = &series.marks else { panic!("{series:?}") };
            for k in 0..x.len() {
                assert_eq!(json.pointer(&path[k]).and_then(serde_json::Value::as_f64), Some(value[k]), "{}", path[k]);
                let cell = path[k].split('/').nth(2).unwrap().parse::<usize>().unwrap();
                let cell = &report.cells[cell];
                assert_eq!((&solvers[x[k] as usize], &datasets[y[k] as usize]), (&cell.solver, &cell.dataset));
                let most = cell.verdicts.values().max().unwrap();
                if figure.variant.ends_with("verdict") {
                    assert_eq!((cell.verdicts[&series.name], value[k]), (*most, *most as f64));
                    assert_eq!(shown[k], logitbench::report::percent(shade[k]));
                }
                cells += 1;
            }
            if !figure.variant.ends_with("verdict") {
                for k in 0..x.len() {
                    for other in (0..x.len()).filter(|&other| y[other] == y[k]) {
                        let better = if figure.variant.ends_with("accuracy") {
                            value[k] > value[other]
                        } else {
                            value[k] < value[other]
                        };
                        assert!(!better || shade[k] <= shade[other], "{}", figure.title);
                    }
                }
            }
        }
        assert_eq!(cells, report.cells.iter().filter(|cell| Some(&cell.model) == figure.model.as_ref()).count());
    }
}

/// Bars of one colour are a sentence instead, which counts the fits and names the data sets.
#[test]
fn fits_that_are_all_of_one_kind_are_a_sentence() {
    let mut report = report("race.toml", "6");
    let said = figures::outcomes::uniform(&report);
    let drawn = |report: &Report| figures::all(report).iter().filter(|figure| figure.kind == "outcomes").count();
    for cell in &mut report.cells {
        cell.verdicts.iter_mut().for_each(|(kind, fits)| *fits = if kind == "optimal" { 6 } else { 0 });
        cell.stops.iter_mut().for_each(|(kind, fits)| *fits = if kind == "converged" { 6 } else { 0 });
    }
    assert_eq!(drawn(&report), 0);
    let all = figures::outcomes::uniform(&report);
    let fits = 6 * report.solvers.len() * report.datasets.len();
    let expected =
        format!("Under l2 1: all {fits} fits on all {} data sets are proved optimal.", report.datasets.len());
    assert!(all.contains(&expected) && all.len() == 2 * report.models.len(), "{all:?}");
    assert!(!said.contains(&expected));
    report.cells[0].verdicts["suboptimal"] = 1;
    let model = report.cells[0].model.clone();
    let rest = format!("on {} of {} data sets are proved optimal.", report.datasets.len() - 1, report.datasets.len());
    let all = figures::outcomes::uniform(&report);
    assert!(
        drawn(&report) == 1
            && all
                .iter()
                .any(|sentence| sentence.starts_with(&format!("Under {model}: ")) && sentence.ends_with(&rest)),
        "{all:?}"
    );
}

/// A bound far from all accuracies is an arrow at the edge, and the axis shows the accuracies.
#[test]
fn a_bound_far_from_the_data_does_not_widen_the_axis() {
    let mut report = report("iris.toml", "20");
    for (bound, beyond) in [(-3.0, Some(Side::Left)), (1.0, None), (4.0, Some(Side::Right))] {
        report.claims.iter_mut().for_each(|claim| claim.bound = Some(bound));
        let all = figures::all(&report);
        let accuracy = all.iter().find(|figure| figure.variant.ends_with("distribution")).unwrap();
        let bounds: Vec<&Marks> = accuracy.series.iter().map(|series| &series.marks).collect();
        assert!(bounds.contains(&&Marks::Bound { x: bound, beyond }), "{bounds:?}");
        let svg = logitbench::report::drawing::svg(accuracy, &Look::default());
        assert_eq!(svg.contains("of this axis"), beyond.is_some());
        assert!(!svg.contains(">−3<") && !svg.contains(">4<") && svg.contains(&format!("claimed: {bound}")), "{svg}");
    }
}

/// A mean lies on the axis of the metric, as the values whose mean it is.
#[test]
fn the_bound_of_a_mean_is_a_line_too() {
    let folder = Folder::new("figures-mean");
    let claim = "[split]\nrepeats = 4\n[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 0.75\non_average = true\n";
    folder.write("mean.toml", format!("{RACE}{claim}"));
    let (_, _, stderr) = logitbench(&folder.0, &["experiment", "mean.toml", "--out", "r.json", "--no-page"]);
    assert_eq!(stderr, "");
    let all = figures::all(&json::parse(&std::fs::read_to_string(folder.0.join("r.json")).unwrap()).unwrap());
    check(&all);
    let distributions =
        all.iter().filter(|figure| figure.kind == "accuracy" && figure.variant.ends_with("distribution"));
    let lines = distributions.map(|figure| figure.series.iter().any(|series| series.name == "claimed: 0.75"));
    let lines: Vec<bool> = lines.collect();
    assert!(lines.len() > 1 && lines.iter().all(|&there| there), "{lines:?}");
}

#[test]
fn a_report_of_nothing_has_no_figures_and_one_that_lies_no_panic() {
    let mut report = report("pairs.toml", "4");
    for cell in &mut report.cells {
        cell.fits = 0;
        cell.iterations.histogram.fits.truncate(1);
        cell.oracle_calls.histogram.up_to.clear();
        cell.metrics.swap_remove("test_accuracy");
        if let Some(trace) = &mut cell.trace {
            trace.iteration.truncate(2);
            trace.objective_gap.q10.clear();
            trace.reached.iter_mut().for_each(|reached| reached.share.clear());
        }
        cell.whole_traces.iter_mut().for_each(|trace| trace.coefficients.truncate(1));
    }
    report.profiles.iter_mut().for_each(|profile| profile.performance.share.truncate(1));
    report.rankings.iter_mut().flat_map(|ranking| &mut ranking.tests).for_each(|tests| tests.average_ranks.clear());
    report.solvers.clear();
    check(&figures::all(&report));
    report.cells.clear();
    report.splits.clear();
    report.profiles.clear();
    report.rankings.clear();
    assert!(figures::all(&report).is_empty());
}
