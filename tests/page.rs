//! The page of a report, read as text: its numbers, its words, and what names can do to it.

mod common;

use std::io::Read;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Folder, logitbench, root};
use logitbench::report::{Report, json, page};
use serde_json::Value;

/// Two data sets, two models, claims of either verdict, and names that are markup, or another language.
const HOSTILE: &str = r#"
title = "</title><script>alert(1)</script>"

[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
label = "</script><script>alert('2')</script>"

[split]
repeats = 30

[[model]]

[[model]]
name = "<!-- l2 it's \"quoted\" $(id) `id`"
penalty = "l2"
strength = 1.0

[[solver]]
method = "newton"
name = "<img src=x onerror=alert(3)> R's & \\"

[[solver]]
method = "gradient-ascent"
max_iterations = 200

[[claim]]
name = "<b>always</b> right"
solver = "newton"
metric = "test_accuracy"
at_least = 1.0
on_share = 0.9
"#;

struct Run {
    folder: Folder,
    terminal: String,
    page: String,
    json: Value,
}

fn run(text: &str) -> Run {
    let folder = Folder::new("page");
    folder.write("it's.toml", text);
    let (_, terminal, stderr) = logitbench(&folder.0, &["experiment", "it's.toml", "--out", "r.json"]);
    assert_eq!(stderr, "");
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let (page, json) = (read("r.html"), serde_json::from_str(&read("r.json")).unwrap());
    Run { folder, terminal, page, json }
}

/// The text of HTML without elements.
fn text(html: &str) -> String {
    let mut text = String::new();
    for (place, part) in html.split('<').enumerate() {
        text.push_str(if place == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) });
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (code, letter)| text.replace(code, letter))
}

/// What the page's script reads.
fn data(page: &str) -> Value {
    let packed = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&STANDARD.decode(packed).unwrap()[..]).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Every number of some HTML is at its place in the JSON report; says how many there are.
fn numbers_are_in(html: &str, json: &Value) -> usize {
    let elements: Vec<&str> = html.split("<data ").skip(1).map(|rest| rest.split("</data>").next().unwrap()).collect();
    for element in &elements {
        let path = attribute(element, "data-path");
        let value: f64 = attribute(element, "value").parse().unwrap();
        assert_eq!(json.pointer(path).and_then(Value::as_f64), Some(value), "{path}");
    }
    elements.len()
}

fn attribute<'h>(element: &'h str, name: &str) -> &'h str {
    element.split_once(&format!("{name}=\"")).unwrap().1.split('"').next().unwrap()
}

#[test]
fn page_terminal_and_json_have_the_same_numbers() {
    let Run { terminal, page, json, .. } = run(HOSTILE);
    assert!(numbers_are_in(&page, &json) > 60);
    // Every cell of the terminal's tables is a cell of the page's, in the same order.
    let results = page.split("id=\"results\"").nth(1).unwrap().split("id=\"comparisons\"").next().unwrap();
    let rows: Vec<Vec<String>> = results
        .split("<tr><th scope=\"row\"><a href=\"#fit-")
        .skip(1)
        .map(|row| row.split("</tr>").next().unwrap().split("<td>").skip(1).map(text).collect())
        .collect();
    assert_eq!(rows.len(), json["cells"].as_array().unwrap().len());
    let words: String = terminal.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = words.as_str();
    for row in &rows {
        // Ranges are details, for which the terminal has no room.
        for cell in [&row[0], &row[2], &row[4]] {
            let (_, after) = rest.split_once(cell.as_str()).unwrap_or_else(|| panic!("{cell} is not in {rest}"));
            rest = after;
        }
    }
    // So are the words of each claim.
    for claim in json["claims"].as_array().unwrap() {
        let explanation = claim["explanation"].as_str().unwrap();
        assert!(text(&page).contains(&explanation[3..]), "{explanation}");
    }
}

/// What was done to a file, what is known of an optimum under each penalty, and what helps, on the page and in both sizes of the summary.
#[test]
fn words_fit_the_file_and_the_model() {
    let folder = Folder::new("page-words");
    let rows: String = (0..40).map(|i| format!("{},5;{};{}\n", i, i * 7 % 11, i / 20)).collect();
    folder.write("d.csv", format!("x;z;y\n{rows}"));
    let iris = |class: &str| format!("[[dataset]]\nname = \"iris\"\nclasses = [\"{class}\", \"virginica\"]\n");
    let text_of = |datasets: &str, models: &str| {
        folder.write(
            "e.toml",
            format!(
                "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n{datasets}[split]\nrepeats = 6\n{models}[[solver]]\nmethod = \
                 \"newton\"\n[[solver]]\nmethod = \"gradient-ascent\"\nmax_iterations = 3\n"
            ),
        );
        let (_, stdout, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "e.json"]);
        assert_eq!(stderr, "");
        let page = std::fs::read_to_string(folder.0.join("e.html")).unwrap();
        let all = logitbench(&folder.0, &["report", "e.json", "--all"]).1;
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = text(&page.split("<script type").next().unwrap().replace("><", "> <"));
        (flat(&stdout), flat(&all), flat(&shown))
    };
    let (none, l2, firth) =
        ("[[model]]\n", "[[model]]\npenalty = \"l2\"\nstrength = 1\n", "[[model]]\npenalty = \"firth\"\n");
    let three = format!("{none}{l2}{firth}");
    let (overview, all, page) = text_of(&format!("{}{}", iris("setosa"), iris("versicolor")), &three);
    let read = "read with semicolons between columns, decimal commas";
    let penalty = "Where coefficients do not exist: a penalty (l2 or firth) gives each split an optimum.";
    let iterations = "Where fits ended at max-iterations and are not proved optimal: raise max_iterations";
    for shown in [&overview, &all, &page] {
        for part in [read, penalty, iterations, "or scaling = \"standardize\" of the model."] {
            assert!(shown.contains(part), "{part} is not in\n{shown}");
        }
    }
    assert_eq!(overview.matches(penalty).count(), 1, "once per table\n{overview}");
    assert!((2..=3).contains(&all.matches(penalty).count()), "once per table\n{all}");
    assert!(overview.contains("not proved"), "{overview}");
    for shown in [&all, &page] {
        for part in [
            "raining rows with an optimum: 0 of 6 splits (0 %); complete separation 6",
            "raining rows with an optimum: 6 of 6 splits (100 %) under the penalty, whether a hyperplane separates them or not",
            "raining rows with an optimum: in theory all of 6 splits under Firth's penalty (Kosmidis & Firth 2021), but no proof is known",
        ] {
            assert!(shown.contains(part), "{part} is not in\n{shown}");
        }
    }
    assert!(page.contains("Whether the training rows have a maximum-likelihood fit: maximum likelihood"), "{page}");

    let (_, all, page) = text_of("", l2);
    assert!(!page.contains("Whether the training rows have a maximum-likelihood fit"), "{page}");
    assert!(all.contains(&format!("{iterations}.")) && !all.contains(penalty), "another scale is another model: {all}");
}

#[test]
fn a_name_is_never_markup() {
    let Run { page, .. } = run(HOSTILE);
    let body = page.split("<script type").next().unwrap();
    for markup in ["<script>alert", "<img", "<b>", "<!-- l2", "</title><"] {
        assert!(!body.contains(markup), "{markup}");
    }
    // The data, the packed library and one script; no name has opened or closed another.
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script>").count(), 3);
    let data = data(&page);
    assert!(data["cells"][0]["solver"].as_str().unwrap().starts_with("<img"));
}

#[test]
fn nothing_is_loaded_and_the_policy_says_so() {
    let Run { page, .. } = run(HOSTILE);
    let policy = attribute(page.split("Content-Security-Policy\"").nth(1).unwrap(), "content");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    let scripts = policy.split("script-src").nth(1).unwrap();
    assert!(!scripts.contains("unsafe") && scripts.matches("'sha256-").count() == 2, "{policy}");
    for loading in [" src=\"", "<link", "@import", "url("] {
        assert!(!page.split("<script").next().unwrap().contains(loading), "{loading}");
    }
}

#[test]
fn the_command_of_a_fit_makes_it_again() {
    let Run { folder, page, json, .. } = run(HOSTILE);
    let data = data(&page);
    for (cell, of_page) in json["cells"].as_array().unwrap().iter().zip(data["cells"].as_array().unwrap()) {
        let command = of_page["command"].as_str().unwrap().replacen("logitbench", env!("CARGO_BIN_EXE_logitbench"), 1);
        let output =
            Command::new("sh").arg("-c").arg(format!("{command}2 --json")).current_dir(&folder.0).output().unwrap();
        let fits: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{command}: {}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(fits.as_array().unwrap().len(), 1, "{command}");
        assert_eq!(fits[0]["trace"], cell["whole_traces"][2], "{command}");
        assert_eq!(fits[0]["trace"]["coefficients"], of_page["fits"][2]["coefficients"]);
        assert_eq!(fits[0]["trace"]["gap"], of_page["fits"][2]["gap"]);
    }
}

#[test]
fn a_claims_exceptions_are_the_splits_on_which_it_does_not_hold() {
    let Run { json, page, folder, .. } = run(HOSTILE);
    let cell = &json["claims"][0]["cells"][0];
    let exceptions: Vec<u64> =
        cell["exceptions"].as_array().unwrap().iter().map(|split| split.as_u64().unwrap()).collect();
    let fails = cell["splits"].as_u64().unwrap() - cell["holds"].as_u64().unwrap();
    assert!(fails > 0 && exceptions.len() as u64 == fails.min(20));
    logitbench(&folder.0, &["experiment", "it's.toml", "--out", "again.json", "--fits", "--no-page"]);
    assert!(!folder.names().contains(&"again.html".to_owned()), "--no-page");
    let fits = std::fs::read_to_string(folder.0.join("again.fits.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(fits.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "test_accuracy").unwrap();
    let wrong: Vec<u64> = reader
        .records()
        .map(|row| row.unwrap())
        .filter(|row| &row[1] == "maximum likelihood" && row[2].starts_with("<img") && &row[column] != "1.0")
        .map(|row| row[3].parse().unwrap())
        .take(20)
        .collect();
    assert_eq!(exceptions, wrong);
    assert!(page.contains(&format!("<a href=\"#fit-0-{0}\">{0}</a>", wrong[0])));
}

#[test]
fn report_renders_the_same_page_again_where_it_is_wanted() {
    let Run { folder, page, .. } = run(HOSTILE);
    let (code, ..) = logitbench(&folder.0, &["report", "r.json", "--html", "elsewhere.html"]);
    assert_eq!(code, 0);
    assert!(std::fs::read_to_string(folder.0.join("elsewhere.html")).unwrap() == page);
    folder.write("own.html", "<p>not ours</p>");
    let (code, _, stderr) = logitbench(&folder.0, &["report", "r.json", "--html", "own.html"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("own.html") && stderr.contains("has not written"), "{stderr}");
}

#[test]
fn a_report_whose_lists_do_not_match_still_has_a_page() {
    let folder = Folder::new("broken");
    let out = folder.0.join("r.json");
    logitbench(&root(), &["experiment", "pairs.toml", "--repeats", "5", "--out", out.to_str().unwrap()]);
    let mut report: Report = json::parse(&std::fs::read_to_string(out).unwrap()).unwrap();
    for cell in &mut report.cells {
        for trace in &mut cell.whole_traces {
            trace.objective.clear();
            trace.oracle_calls.truncate(1);
            trace.coefficients.push(None);
            trace.metrics.clear();
        }
        cell.metrics.clear();
        cell.stops.insert("</td>".to_owned(), usize::MAX / 1000);
    }
    report.claims.iter_mut().for_each(|claim| claim.cells.clear());
    report.experiment.repeats = 0;
    assert!(page::render(&report).unwrap().contains("&lt;/td&gt;"));
    report.cells.clear();
    report.datasets.clear();
    report.claims.clear();
    assert!(page::render(&report).unwrap().contains("id=\"fit\""));
}

/// The tables of a report with many cells are packed, every number in them; its words are not.
#[test]
fn tables_of_a_large_report_come_on_demand() {
    let folder = Folder::new("page-large");
    let out = folder.0.join("r.json");
    logitbench(&root(), &["experiment", "pairs.toml", "--repeats", "5", "--no-page", "--out", out.to_str().unwrap()]);
    let mut report: Report = json::parse(&std::fs::read_to_string(out).unwrap()).unwrap();
    let (datasets, cells, pairs) = (report.datasets.clone(), report.cells.clone(), report.comparisons.clone());
    let small = page::render(&report).unwrap();
    let results = small.split("id=\"results\"").nth(1).unwrap().split("id=\"comparisons\"").next().unwrap();
    assert!(!results.contains("data-part") && results.contains("<table>"));
    for copy in 0..201 {
        let renamed = |name: &str| format!("{name} {copy}");
        report.datasets.extend(datasets.iter().cloned().map(|mut of| {
            of.name = renamed(&of.name);
            of
        }));
        report.cells.extend(cells.iter().cloned().map(|mut of| {
            of.dataset = renamed(&of.dataset);
            of.whole_traces.clear();
            of
        }));
        report.comparisons.extend(pairs.iter().cloned().map(|mut of| {
            of.dataset = renamed(&of.dataset);
            of
        }));
    }
    let json = serde_json::to_value(&report).unwrap();
    let page = page::render(&report).unwrap();
    let parts = data(&page)["parts"].as_array().unwrap().clone();
    assert_eq!(page.matches("data-part=").count(), parts.len());
    let in_parts: usize = parts.iter().map(|part| numbers_are_in(part.as_str().unwrap(), &json)).sum();
    assert!(in_parts > 10 * report.cells.len() + report.comparisons.len() / 2, "{in_parts}");
    numbers_are_in(&page, &json);
    // So are those of each overview; every cell of its data sets and solvers has one.
    let figures = data(&page)["figures"].as_array().unwrap().clone();
    let overviews: Vec<&Value> = figures.iter().filter(|figure| figure["kind"] == "overview").collect();
    assert_eq!(overviews.len(), 4 * report.models.len());
    for overview in overviews {
        let of_model = report.cells.iter().filter(|cell| overview["model"] == *cell.model).count();
        assert_eq!(numbers_are_in(overview["table"].as_str().unwrap(), &json), of_model, "{}", overview["title"]);
    }
    for dataset in &report.datasets {
        assert!(page.contains(&format!("<summary><h3>{}</h3></summary>", dataset.name)), "{}", dataset.name);
    }
}

/// A share is shown in percent, a mean as its metric is, a share of labellings under its own name.
#[test]
fn a_claims_observed_value_is_shown_as_what_it_is() {
    let subject = "solver = \"newton\"\nmetric = \"test_accuracy\"\n";
    let plain = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 30\n[[solver]]\nmethod = \"newton\"\n";
    let bodies = ["at_least = 1.0\non_share = 0.9", "at_least = 0.9\non_average = true", "permutations = 19"];
    let claim = |(place, body): (usize, &&str)| format!("[[claim]]\nname = \"claim {place}\"\n{subject}{body}\n");
    let claims: String = bodies.iter().enumerate().map(claim).collect();
    let Run { page, json, .. } = run(&format!("{plain}{claims}"));
    let tables: Vec<&str> = page.split("<caption>The claim in each cell").skip(1).collect();
    assert_eq!(tables.len(), 3);
    for (place, (table, heading)) in tables.iter().zip(["share", "mean", "share of labellings"]).enumerate() {
        let headings: Vec<String> = table.split("</thead>").next().unwrap().split("<th ").skip(1).map(text).collect();
        assert!(headings[5].ends_with(&format!(">{heading}")), "{headings:?}");
        for number in ["observed", "interval/0", "interval/1"] {
            let path = format!("/claims/{place}/cells/0/{number}");
            let shown = table.split(&format!("data-path=\"{path}\">")).nth(1).unwrap().split('<').next().unwrap();
            let value = json.pointer(&path).and_then(Value::as_f64).unwrap();
            if heading == "mean" {
                assert_eq!(shown, format!("{value:.4}"), "{path}");
            } else {
                assert!(shown.ends_with(" %"), "{path}: {shown}");
            }
        }
    }
}
