//! What a report looks like: tables that fit a window, Markdown, LaTeX, and a plot in letters.

mod common;

use common::{Folder, logitbench, root};
use logitbench::report::Report;
use logitbench::report::percent;
use logitbench::report::schema::CellSummary;
use logitbench::report::summary::Extent;
use logitbench::report::terminal::{self, Layout};
use logitbench::report::{json, latex, markdown};

const FEW: &str = r#"
title = "50 % of A & B_c | <x>?"
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[split]
repeats = 40
[[model]]
[[model]]
penalty = "l2"
strength = 1.0
[[solver]]
method = "newton"
[[solver]]
method = "gradient-ascent"
name = "gradient ascent_with $a long & name | 50 %"
max_iterations = 200
[[claim]]
name = "A & B_c"
solver = "newton"
metric = "test_accuracy"
at_least = 0.8
on_share = 0.9
"#;

fn run(folder: &Folder, text: &str) -> Report {
    folder.write("e.toml", text);
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "e.json"]);
    assert!(code == 0 || code == 4, "{stderr}");
    json::parse(&std::fs::read_to_string(folder.0.join("e.json")).unwrap()).unwrap()
}

fn show(report: &Report, extent: Extent, width: u16) -> String {
    terminal::render(report, extent, false, Layout { width, colour: false })
}

#[test]
fn tables_fit_the_window_and_break_no_word_and_no_number() {
    let folder = Folder::new("widths");
    let report = run(&folder, FEW);
    let cell = &report.cells[1];
    let accuracy = &cell.metrics["test_accuracy"];
    let mean = format!("{:.4}", accuracy.distribution.mean.unwrap());
    let range = format!("{:.2} to {:.2}", accuracy.distribution.min.unwrap(), accuracy.distribution.max.unwrap());
    for width in [40, 60, 80, 100, 120, 200] {
        let text = show(&report, Extent::Summary, width);
        for line in text.lines() {
            assert!(console::measure_text_width(line) <= usize::from(width), "{width}: {line}");
        }
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(&mean) && flat.contains("max-iterations"), "{width}: {text}");
        for word in cell.solver.split(' ') {
            assert!(
                text.split(|letter: char| letter.is_whitespace() || letter == ':').any(|other| other == word),
                "{word}: {text}"
            );
        }
        let said = flat.contains("For want of room, tables leave out columns");
        assert_ne!(flat.contains(&range), said, "{width}: what is left out is said\n{text}");
        assert!(flat.contains("SUPPORTED"));
    }
}

#[test]
fn colours_are_for_terminals_and_whoever_asks() {
    let folder = Folder::new("colours");
    run(&folder, FEW);
    let say = |variable: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_logitbench"))
            .current_dir(&folder.0)
            .args(["report", "e.json"])
            .env(variable, "1")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (plain, forced) = (say("NO_COLOR"), say("CLICOLOR_FORCE"));
    assert!(!plain.contains('\x1b') && forced.contains("\x1b[32m\x1b[1mSUPPORTED"), "{forced}");
    assert!(forced.contains("\x1b[32moptimal"), "verdicts are coloured in tables too: {forced}");
    assert_eq!(console::strip_ansi_codes(&forced), plain, "colours move nothing");
}

#[test]
fn many_tables_become_one_and_all_can_be_seen() {
    let folder = Folder::new("many");
    let data = "[[dataset]]\nsimulate = \"gaussian\"\nrows = 30\nfeatures = [1, 2, 3, 4, 5, 6, 7, 8]\n";
    let report =
        run(&folder, &FEW.replace("[split]", &format!("{data}[split]")).replace("repeats = 40", "repeats = 6"));
    assert_eq!(report.cells.len(), 9 * 2 * 2);
    let text = show(&report, Extent::Summary, 200);
    assert!(text.contains("Solvers on 9 data sets under 2 models, 6 splits each"), "{text}");
    assert!(text.contains("`report --details`"), "{text}");
    assert!(report.cells.iter().all(|cell| text.contains(&cell.solver)));
    let (code, all, _) = logitbench(&folder.0, &["report", "e.json", "--details"]);
    assert_eq!((code, all.matches("training rows with an optimum").count()), (0, 18), "{all}");
    assert_eq!(logitbench(&folder.0, &["report", "e.json", "--all"]), (code, all, String::new()));
}

/// Twelve solvers on ten data sets under three models: what is proved of the solvers, the data sets where least is, no list without end.
#[test]
fn an_overview_fits_on_a_screen() {
    let folder = Folder::new("screen");
    let data = "[[dataset]]\nsimulate = \"gaussian\"\nrows = [30, 50]\nfeatures = [1, 2, 3, 4, 5]\n";
    let models = "[[model]]\n[[model]]\npenalty = \"l2\"\nstrength = [1, 100]\n";
    let solvers = "[[solver]]\nmethod = \"gradient-ascent\"\nmax_iterations = [1, 2, 3, 4, 5, 6, 7, 8, 9, 50, 500]\n[[solver]]\nmethod = \"newton\"\n";
    let report = run(&folder, &format!("{data}[split]\nrepeats = 6\n{models}{solvers}"));
    assert_eq!(report.cells.len(), 10 * 3 * 12);
    let text = show(&report, Extent::Summary, 100);
    assert!(text.lines().count() <= 50, "{} lines\n{text}", text.lines().count());
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let newton: Vec<&CellSummary> = report.cells.iter().filter(|cell| cell.solver == "newton").collect();
    let optimal: usize = newton.iter().map(|cell| cell.verdicts["optimal"]).sum();
    let row = text.lines().find(|line| line.starts_with(" newton")).unwrap();
    assert!(row.contains(&percent(optimal as f64 / 180.0)), "{row}: {optimal}");
    let trouble = |dataset: &str| -> usize {
        let own = report.cells.iter().filter(|cell| cell.dataset == dataset);
        own.map(|cell| cell.verdicts["suboptimal"] + cell.verdicts["undecided"]).sum()
    };
    let is_shown = |name: &String| text.lines().any(|line| line.starts_with(&format!(" {name} ")));
    let (shown, hidden): (Vec<&String>, Vec<&String>) =
        report.datasets.iter().map(|of| &of.name).partition(|name| is_shown(name));
    assert!(shown.len() == 3 && hidden.len() == 7, "{text}");
    let least = shown.iter().map(|name| trouble(name)).min().unwrap();
    assert!(hidden.iter().all(|name| trouble(name) <= least), "{text}");
}

#[test]
fn markdown_holds_all_tables_and_means_what_it_says() {
    let folder = Folder::new("markdown");
    run(&folder, FEW);
    let (code, text, _) = logitbench(&folder.0, &["report", "e.json", "--markdown"]);
    assert_eq!(code, 0);
    common::same_number_of_columns(&text);
    assert!(text.starts_with("# 50 % of A &#38; B_c &#124; &#60;x&#62;?\n"), "{text}");
    assert!(text.contains("**SUPPORTED**: A &#38; B_c: "), "{text}");
    assert!(
        text.contains("| solver | test accuracy [95 % on new data] | its range |")
            && text.contains("| first | second |"),
        "{text}"
    );
    assert_eq!(text.matches("<details>").count(), 2);
}

#[test]
fn latex_is_escaped_and_balanced() {
    let folder = Folder::new("latex");
    run(&folder, FEW);
    let (code, text, _) = logitbench(&folder.0, &["report", "e.json", "--latex"]);
    assert_eq!(code, 0);
    assert!(text.contains("gradient ascent\\_with \\$a long \\& name \\textbar{} 50 \\%"), "{text}");
    assert!(text.contains("\\toprule") && text.contains("\\section*{50 \\% of A \\& B\\_c"), "{text}");
    let count = |part: &str| text.matches(part).count();
    assert_eq!(count("\\begin{"), count("\\end{"));
    assert_eq!(count("\\toprule"), 5, "results and pairs under two models, and the models in pairs");
    for line in text.lines().filter(|line| !line.starts_with('%')) {
        let mut depth = 0i32;
        for (place, letter) in line.char_indices() {
            let escaped = line[..place].ends_with('\\');
            depth += match letter {
                '{' if !escaped => 1,
                '}' if !escaped => -1,
                _ => 0,
            };
            assert!(depth >= 0 && (escaped || !['%', '$', '#', '_'].contains(&letter)), "{line}");
        }
        assert_eq!(depth, 0, "{line}");
    }
    // As many columns in each row as the table has been told.
    for table in text.split("\\begin{tabular}{").skip(1) {
        let columns = table.split('}').next().unwrap().len();
        let rows = table.split("\\end{tabular}").next().unwrap().lines().filter(|line| line.ends_with("\\\\"));
        for row in rows {
            assert_eq!(row.replace("\\&", "").matches('&').count() + 1, columns, "{row}");
        }
    }
}

#[test]
fn every_form_shows_the_same_numbers() {
    let folder = Folder::new("same");
    let report = run(&folder, FEW);
    let forms = [show(&report, Extent::All, 200), markdown::render(&report), latex::render(&report)];
    for cell in &report.cells {
        let mean = format!("{:.4}", cell.metrics["test_accuracy"].distribution.mean.unwrap());
        let iterations = &cell.iterations;
        let range = format!("{} to {}", iterations.min, iterations.max);
        let [low, high] = cell.metrics["test_accuracy"].new_data_interval.unwrap();
        for number in [mean, format!("{low:.4}, {high:.4}"), iterations.median.to_string()] {
            assert!(forms.iter().all(|form| form.contains(&number)), "{number}");
        }
        assert!(forms[1..].iter().all(|form| form.contains(&range)), "{range}");
    }
}

#[test]
fn the_plot_is_shown_when_asked_for() {
    let folder = Folder::new("plot");
    run(&folder, FEW);
    let (_, without, _) = logitbench(&folder.0, &["report", "e.json"]);
    assert!(!without.contains('│'), "not into a pipe");
    let (code, with, _) = logitbench(&folder.0, &["report", "e.json", "--plot", "always"]);
    assert_eq!(code, 0);
    let at = |text: &str| with.find(text).unwrap_or_else(|| panic!("{text} is not in\n{with}"));
    assert!(
        at("Objective above its infimum") < at(" a newton") && at(" a newton") < at("SUPPORTED"),
        "above the claims"
    );
    assert_eq!(with.matches("iterations, logarithmic").count(), 2, "one per model");
}

/// Three rows of class 1 in 60, so that on many splits all test rows, or all training rows, have one class.
fn one_class(folder: &Folder, models: &str) -> Report {
    let cases = root().join("tests/cases");
    folder.write("rareauc.csv", std::fs::read(cases.join("rareauc.csv")).unwrap());
    let text = std::fs::read_to_string(cases.join("one_class_test_sets.toml")).unwrap();
    let text = text.split("[[claim]]").next().unwrap();
    run(folder, &text.replace("[model]\npenalty = \"l2\"\nstrength = 1.0\n", models))
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const ONE_CLASS: [&str; 2] = [
    "train_balanced_accuracy, train_f1, train_matthews_correlation, train_auc defined on 490 of 500 splits: training rows of one class on the others",
    "test_balanced_accuracy, test_f1, test_matthews_correlation, test_auc defined on 303 of 500 splits: test rows of one class on the others",
];

#[test]
fn every_form_says_on_how_many_splits_a_metric_is_defined() {
    let folder = Folder::new("defined");
    let report = one_class(&folder, "[model]\npenalty = \"l2\"\nstrength = 1.0\n");
    let page = std::fs::read_to_string(folder.0.join("e.html")).unwrap();
    let latex = latex::render(&report).replace("\\_", "_");
    for text in [show(&report, Extent::Summary, 100), markdown::render(&report).replace("\\_", "_"), latex, page] {
        let text = flat(&text);
        for words in ONE_CLASS {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
    let auc = &report.cells[0].metrics["test_auc"];
    assert_eq!((auc.undefined, auc.undefined_because["test rows of one class"]), (197, 197));
    assert_eq!(auc.defined_on(500), 303);
}

#[test]
fn one_table_for_many_models_says_where_metrics_are_undefined() {
    let folder = Folder::new("defined-overview");
    let strengths = ["1", "2", "3", "4", "5", "6", "7"];
    let models = strengths.map(|strength| format!("[[model]]\npenalty = \"l2\"\nstrength = {strength}.0\n"));
    let report = one_class(&folder, &models.concat());
    let text = flat(&show(&report, Extent::Summary, 200));
    let words = format!("rareauc: {}; {}", ONE_CLASS[0], ONE_CLASS[1]);
    assert_eq!(text.matches(&words).count(), 1, "{words}: {text}");
}

/// Fits that are undecided have their reasons under the one table too, and in the cells of the page.
#[test]
fn every_form_says_why_fits_are_undecided() {
    let folder = Folder::new("undecided");
    let models =
        ["1", "2", "3", "4", "5", "6", "7"].map(|s| format!("[[model]]\npenalty = \"l2\"\nstrength = {s}.0\n"));
    let mut report = one_class(&folder, &models.concat());
    for cell in &mut report.cells {
        cell.undecided_because.insert("too far from an optimum".to_owned(), 3);
    }
    let said = "undecided because: too far from an optimum 21";
    assert!(flat(&show(&report, Extent::Summary, 200)).contains(said));
    let page = logitbench::report::page::render(&report).unwrap();
    assert_eq!(page.matches("<br>undecided because: too far from an optimum <data value=\"3\"").count(), 7);
}

#[test]
fn without_test_rows_cells_and_comparisons_say_so() {
    let folder = Folder::new("no-test-rows");
    let text =
        FEW.replace("repeats = 40", "scheme = \"all-rows\"\nrepeats = 1").split("[[claim]]").next().unwrap().to_owned();
    let report = run(&folder, &text);
    assert!(report.cells.iter().all(|cell| cell.metrics["test_accuracy"].perfect.is_none()));
    let page = std::fs::read_to_string(folder.0.join("e.html")).unwrap();
    for text in [show(&report, Extent::Summary, 200), markdown::render(&report), latex::render(&report), page] {
        let text = flat(&text);
        assert!(text.contains("not defined: no test rows"), "{text}");
        assert!(text.contains("Test accuracy is not defined: there are no test rows."), "{text}");
    }
    let ranking = report.rankings.iter().find(|ranking| ranking.measure == "test_accuracy").unwrap();
    assert!(
        ranking.conclusion.ends_with("Left out, without test rows: iris: versicolor / virginica."),
        "{}",
        ranking.conclusion
    );
}

const THREE: &str = r#"
metrics = ["test_calibration_slope", "threshold"]
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[split]
repeats = 40
[rope]
test_accuracy = 0.02
[model]
penalty = "l2"
strength = 1.0
[[solver]]
method = "newton"
[[solver]]
method = "l-bfgs"
[[solver]]
method = "gradient-ascent"
name = "early"
max_iterations = 2
"#;

/// The interval over these splits is no interval on new data: with 25 rows of 100 in each test set that on new data is wider.
#[test]
fn tables_of_pairs_have_the_interval_on_new_data_and_the_probability_of_equivalence() {
    let folder = Folder::new("pairs");
    let mut report = run(&folder, THREE);
    let forms = [markdown::render(&report), latex::render(&report).replace("{[}", "[").replace("{]}", "]")];
    for pair in &report.comparisons {
        let accuracy = &pair.test_accuracy;
        let (mean, posterior) = (accuracy.mean_difference.unwrap(), accuracy.posterior.as_ref());
        let shown = |[low, high]: [f64; 2]| format!("{mean:+.4} [{low:+.4}, {high:+.4}]");
        if let (Some(new), Some(over)) = (&accuracy.on_new_data, &accuracy.over_splits) {
            assert!(forms.iter().all(|form| form.contains(&shown(new.interval))), "{forms:?}");
            assert!(forms.iter().all(|form| !form.contains(&shown(over.interval))), "{forms:?}");
        }
        if let Some(posterior) = posterior {
            let probability = format!("{:.2} (within 0.02)", posterior.equivalent);
            assert!(forms.iter().all(|form| form.contains(&probability)), "{probability}: {forms:?}");
        }
    }
    let tested =
        |report: &Report| report.comparisons.iter().filter(|pair| pair.test_accuracy.on_new_data.is_some()).count();
    assert!(tested(&report) >= 2 && forms[0].contains("first minus second [95 % on new data]"), "{}", forms[0]);
    // Where there is no other, the interval over splits stands, and the table says so.
    for pair in &mut report.comparisons {
        (pair.test_accuracy.on_new_data, pair.test_accuracy.posterior) = (None, None);
    }
    let without = markdown::render(&report);
    assert!(without.contains("] (over splits of these data) |") && !without.contains("equivalent"), "{without}");
}

/// Two steps of gradient ascent leave probabilities near one half: accuracy need not show it, log loss does.
#[test]
fn differences_in_other_metrics_are_named_and_pairs_have_their_probability_of_equivalence() {
    let folder = Folder::new("others");
    let report = run(&folder, THREE);
    let loss = |pair: usize| report.comparisons[pair].metrics["test_log_loss"].on_new_data.as_ref().unwrap();
    for pair in [1, 2] {
        assert!(loss(pair).p_adjusted < 0.05 && loss(pair).interval[1] < 0.0, "{:?}", loss(pair));
    }
    for text in [show(&report, Extent::Summary, 200), markdown::render(&report)] {
        let text = flat(&text);
        let clause = text.split("On new data it is shown that in ").nth(1).unwrap_or_else(|| panic!("{text}"));
        let clause = clause.split("(t-tests; Holm").next().unwrap();
        assert!(clause.contains("test log loss"), "{clause}");
        assert!(clause.contains("newton is better than early and l-bfgs is better than early"), "{clause}");
        assert!(!clause.contains("newton is better than l-bfgs") && !clause.contains("early is better"), "{clause}");
    }
    let posterior = report.comparisons[1].test_accuracy.posterior.as_ref().unwrap();
    let line = format!(", equivalent within 0.02 with probability {:.2}", posterior.equivalent);
    assert!(flat(&show(&report, Extent::Summary, 200)).contains(&line), "{line}");
}

#[test]
fn solvers_that_agree_on_all_splits_are_said_to_and_what_each_costs() {
    let folder = Folder::new("agree");
    let report =
        run(&folder, &THREE.replace("versicolor\", \"virginica", "setosa\", \"versicolor").replace("= 2\n", "= 200\n"));
    assert!(report.comparisons.iter().all(|pair| pair.test_accuracy.equal == 40));
    let costs: Vec<String> =
        report.cells.iter().map(|cell| format!("{} {}", cell.solver, cell.iterations.median)).collect();
    let sentence = format!(
        "3 pairs of solvers: all solvers have the same test accuracy on all 40 splits, which leaves no difference to test. Typical \
         iterations of each (median): {}.",
        costs.join(", ")
    );
    for text in [show(&report, Extent::Summary, 100), markdown::render(&report)] {
        assert!(flat(&text).contains(&sentence), "{sentence} is not in\n{text}");
    }
}

#[test]
fn every_form_has_a_table_of_the_metrics_on_request() {
    let folder = Folder::new("requested");
    let mut report = run(&folder, THREE);
    let page = |report: &Report| logitbench::report::page::render(report).unwrap();
    let forms = |report: &Report| {
        let latex = latex::render(report).replace("{[}", "[").replace("{]}", "]");
        [show(report, Extent::Summary, 200), markdown::render(report), latex]
    };
    for form in forms(&report) {
        assert!(
            form.contains("test calibration slope [95 % on new data]") || form.contains("[95 \\% on new data]"),
            "{form}"
        );
        for cell in &report.cells {
            let slope = &cell.metrics["test_calibration_slope"];
            let (mean, [low, high]) = (slope.distribution.mean.unwrap(), slope.new_data_interval.unwrap());
            assert!(form.contains(&format!("{mean:.4} [{low:.4}, {high:.4}]")), "{form}");
        }
        assert!(form.contains("threshold [range]") && form.contains("0.5000 [0.5000, 0.5000]"), "{form}");
    }
    assert!(page(&report).contains("test calibration slope [95 % on new data]"));
    report.cells[0].metrics["test_calibration_slope"].undefined = 3;
    assert!(forms(&report).iter().all(|form| form.contains("(on 37 of 40 splits)")));
    report.cells.iter_mut().for_each(|cell| cell.metrics.retain(|name, _| name.starts_with("test_l")));
    assert!(!markdown::render(&report).contains("on request"));
}
