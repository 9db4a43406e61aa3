//! A wrong file never panics: each mistake names its place, what was found, and what would be right. Exit code 3.

mod common;

use std::path::Path;

use common::{Folder, logitbench};
use logitbench::experiment::{Experiment, Overrides};

#[test]
fn mistakes_of_keys_are_told_at_once() {
    let folder = Folder::new("mistakes");
    let text =
        GOOD.replace("repeats = 10", "repeat = 10\ntest_fraction = 2\n[stop]\ntol = 1e-4") + "[trace]\nband = true\n";
    folder.write("m.toml", "sed = 3\n".to_owned() + &text);
    let (code, _, stderr) = logitbench(&folder.0, &["check", "m.toml"]);
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!((code, lines[0]), (3, "error: m.toml: 5 mistakes:"), "{stderr}");
    let expected = [
        "  1. line 1: unknown key \"sed\"",
        "  2. line 6, [split]: unknown key \"repeat\"",
        "  3. line 7, [split]: test_fraction = 2",
        "  4. line 9, [stop]: unknown key \"tol\"",
        "  5. line 13, [trace]: unknown key \"band\"",
    ];
    assert_eq!(lines.len(), 1 + expected.len(), "{stderr}");
    assert!(lines[1..].iter().zip(expected).all(|(line, start)| line.starts_with(start)), "{stderr}");
}

#[test]
fn a_file_of_another_kind_is_called_what_it_is() {
    let folder = Folder::new("kinds");
    folder.write("d.csv", "x,y\n1,0\n2,1\n");
    folder.write("m.toml", GOOD);
    for (verb, expected) in [
        (&["experiment", "d.csv"][..], 2),
        (&["check", "d.csv"], 2),
        (&["report", "d.csv"], 1),
        (&["compare", "d.csv", "d.csv"], 1),
    ] {
        let (code, _, stderr) = logitbench(&folder.0, verb);
        assert_eq!(code, expected, "{verb:?}: {stderr}");
        assert!(stderr.contains("`logitbench init d.csv`") && stderr.contains("`logitbench fit d.csv`"), "{stderr}");
    }
    let (code, _, stderr) = logitbench(&folder.0, &["report", "m.toml"]);
    assert!(code == 1 && stderr.contains("`logitbench experiment m.toml`"), "{stderr}");
}

/// Checks an experiment file in a folder with these other files; the message must contain all of `texts`.
fn refused(experiment: &str, files: &[(&str, &[u8])], texts: &[&str]) {
    let folder = Folder::new("mistake");
    folder.write("m.toml", experiment);
    for (name, contents) in files {
        folder.write(name, contents);
    }
    for verb in ["check", "experiment"] {
        let (code, stdout, stderr) = logitbench(&folder.0, &[verb, "m.toml"]);
        assert_eq!((code, stdout.as_str()), (3, ""), "{verb}\n{experiment}\n{stderr}");
        assert!(stderr.starts_with("error: m.toml") && stderr.lines().count() == 1, "{stderr}");
        for text in texts {
            assert!(stderr.contains(text), "{text:?} is not in\n{stderr}");
        }
    }
    assert_eq!(folder.names().len(), 1 + files.len(), "nothing was written");
}

const GOOD: &str = r#"[[dataset]]
name = "iris"
classes = ["setosa", "versicolor"]
[split]
repeats = 10
[[solver]]
method = "newton"
"#;

/// The good file with a line replaced.
fn with(line: &str, instead: &str) -> String {
    assert!(GOOD.contains(line));
    GOOD.replace(line, instead)
}

/// The good file with lines appended.
fn and(lines: &str) -> String {
    format!("{GOOD}{lines}\n")
}

#[test]
fn the_file_that_the_others_are_made_from_is_good() {
    let folder = Folder::new("good");
    folder.write("m.toml", GOOD);
    assert_eq!(logitbench(&folder.0, &["check", "m.toml"]).0, 0);
}

#[test]
fn unknown_keys_and_tables() {
    refused(&with("repeats", "repeat"), &[], &["m.toml:5", "[split]", "\"repeat\"", "did you mean \"repeats\"?"]);
    refused(&and("stepp = \"unit\""), &[], &["m.toml:8", "[[solver]] 1", "did you mean \"step\"?"]);
    refused(&and("[modle]\nintercept = true"), &[], &["m.toml:8", "\"modle\"", "did you mean \"model\"?"]);
    refused(&and("[rope]\ntest_acuracy = 0.1"), &[], &["m.toml:9", "did you mean \"test_accuracy\"?"]);
    refused(&format!("sed = 3\n{GOOD}"), &[], &["m.toml:1", "did you mean \"seed\"?"]);
    refused(&with("repeats = 10", "max_iterations = 10"), &[], &["m.toml:5", "it belongs into [stop]"]);
    refused(&and("seed = 3"), &[], &["m.toml:8", "it belongs into the top of the file, before the first table"]);
    refused(
        &and("threshold = \"youdn\""),
        &[],
        &["m.toml:8", "a number from 0 to 1, or \"youden\" or \"accuracy\" or \"f1\"", "\"youden\"?"],
    );
    refused(&and("threshold = 1.5"), &[], &["m.toml:8", "a number from 0 to 1, or \"youden\""]);
    let metrics = |names: &str| format!("metrics = {names}\n{GOOD}");
    refused(&metrics("[\"test_f1\", \"test_average_precison\"]"), &[], &["m.toml:1", "\"test_average_precision\"?"]);
    refused(
        &metrics("\"test_auc\""),
        &[],
        &["m.toml:1", "metrics = \"test_auc\": must be a list of \"test_accuracy\""],
    );
}

#[test]
fn names_from_other_programs_are_told_theirs_here() {
    for (line, ours) in [
        ("[model]\nC = 1.0", "`strength` = 1/C"),
        ("[model]\nfit_intercept = false", "`intercept`"),
        ("tol = 1e-4", "`gradient_norm`"),
        ("[stop]\nmax_iter = 1000", "`max_iterations`"),
        ("[stop]\nmaxit = 25", "`max_iterations`"),
    ] {
        refused(&and(line), &[], &["m.toml:", "unknown key", "here it is", ours]);
    }
    refused(&with("repeats = 10", "test_size = 0.2"), &[], &["m.toml:5", "`test_fraction`"]);
    // What a key is called in the table at hand comes before another table that has a key of its name.
    refused(&and("solver = \"lbfgs\""), &[], &["m.toml:8", "`method` in [[solver]]"]);
    for (key, ours) in [("sample_weight", "`weights`"), ("na_values", "`missing_values`"), ("index_col", "`exclude`")] {
        let data =
            format!("[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n{key} = \"w\"\n[[solver]]\nmethod = \"newton\"\n");
        refused(&data, &[("d.csv", b"x,y\n1,0\n2,1\n")], &["m.toml:4", "here it is", ours]);
    }
    let (code, _, stderr) = logitbench(&common::root(), &["fit", "anes96", "--max-iter", "10"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("`--max-iterations`"), "{stderr}");
}

#[test]
fn values_from_other_programs_are_told_theirs_here() {
    for (line, ours) in [
        ("[model]\npenalty = \"ridge\"", "did you mean \"l2\"?"),
        ("[model]\npenalty = \"lasso\"", "no penalty with an l1 part"),
        ("[model]\nscaling = \"StandardScaler\"", "did you mean \"standardize\"?"),
    ] {
        refused(&and(line), &[], &["m.toml:", "must be", ours]);
    }
    refused(&with("repeats = 10", "generator = \"sklearn\""), &[], &["m.toml:5", "did you mean \"numpy\"?"]);
    refused(&with("\"newton\"", "\"saga\""), &[], &["m.toml:7", "no stochastic method"]);
    for (option, value, ours) in
        [("--penalty", "ridge", "l2"), ("--penalty", "elasticnet", "l1 part"), ("--solver", "lbfgs", "l-bfgs")]
    {
        let (code, _, stderr) = logitbench(&common::root(), &["fit", "anes96", option, value]);
        assert_eq!(code, 2);
        assert!(
            stderr.lines().next().is_some_and(|note| note.starts_with("note: ") && note.contains(ours)),
            "{stderr}"
        );
    }
}

#[test]
fn values_of_options_in_other_case_or_below_0_are_told_what_is_right() {
    let of = |arguments: &[&str]| {
        let (code, _, stderr) = logitbench(&common::root(), &[&["fit", "anes96"], arguments].concat());
        assert_eq!(code, 2, "{stderr}");
        stderr
    };
    assert!(of(&["--penalty", "L2", "--strength", "1"]).starts_with("note: L2 is written l2 here"));
    let negative = of(&["--penalty", "l2", "--strength", "-1"]);
    assert!(negative.contains("--strength") && negative.contains("must be a number above 0"), "{negative}");
}

#[test]
fn unknown_names() {
    refused(&with("\"newton\"", "\"newtn\""), &[], &["m.toml:7", "method", "did you mean \"newton\"?", "irls"]);
    refused(&with("\"iris\"", "\"irs\""), &[], &["m.toml:2", "did you mean \"iris\"?"]);
    refused(
        &with("\"versicolor\"", "\"versicolour\""),
        &[],
        &["m.toml:3", "did you mean \"versicolor\"?", "virginica"],
    );
    refused(&with("\"versicolor\"", "\"setosa\""), &[], &["m.toml:3", "both \"setosa\""]);
    refused(&with(", \"versicolor\"", ""), &[], &["m.toml:3", "two of", "virginica"]);
    refused(
        &with("repeats = 10", "scheme = \"stratified-shufle\""),
        &[],
        &["m.toml:5", "did you mean \"stratified-shuffle\"?"],
    );
    refused(&and("step = \"halfing\""), &[], &["m.toml:8", "did you mean \"halving\"?"]);
}

#[test]
fn wrong_types() {
    refused(&with("\"newton\"", "3"), &[], &["m.toml:7", "method = 3", "a text in quotes"]);
    refused(&with("10", "\"ten\""), &[], &["m.toml:5", "repeats = \"ten\"", "a whole number"]);
    refused(&with("10", "[10, 20]"), &[], &["m.toml:5", "not a list"]);
    refused(&with("10", "10.5"), &[], &["m.toml:5", "repeats = 10.5"]);
    refused(&and("separated = 1"), &[], &["m.toml:8", "true or false"]);
    refused("dataset = \"iris\"\n", &[], &["m.toml:1", "must be a table"]);
    refused("title = \n", &[], &["m.toml:1", "not valid TOML"]);
    refused("", &[], &["m.toml", "[[dataset]]"]);
    refused("[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"rest\"]\n", &[], &["[[solver]]"]);
    refused(&and("[split]\nrepeats = 3"), &[], &["m.toml:8"]);
}

#[test]
fn values_out_of_range() {
    refused(&with("10", "0"), &[], &["m.toml:5", "repeats = 0", "from 1 to"]);
    refused(&with("10", "-3"), &[], &["m.toml:5", "repeats = -3"]);
    refused(&with("10", "99999999999999999999"), &[], &["m.toml:5"]);
    refused(&with("repeats = 10", "test_fraction = 1.0"), &[], &["m.toml:5", "above 0 and below 1"]);
    refused(&and("coefficient_change = -1e-9"), &[], &["m.toml:8", "a number from 0"]);
    refused(&and("gradient_norm = nan"), &[], &["m.toml:8", "gradient_norm = nan"]);
    refused(&and("time_limit = inf"), &[], &["m.toml:8", "time_limit = inf"]);
    refused(&and("[model]\npenalty = \"l2\"\nstrength = 0.0"), &[], &["m.toml:10", "strength = 0.0", "above 0"]);
    refused(&format!("error_rate = 1.0\n{GOOD}"), &[], &["m.toml:1", "above 0 and below 1"]);
    refused(&and("[verdict]\ntolerance = 0"), &[], &["m.toml:9", "tolerance = 0"]);
    refused(&and("[rope]\ntest_accuracy = 1"), &[], &["m.toml:9", "[rope]", "above 0 and below 1"]);
    refused(&and("[rope]\ntest_log_loss = 0"), &[], &["m.toml:9", "test_log_loss = 0"]);
}

#[test]
fn impossible_splits() {
    refused(&with("repeats = 10", "test_fraction = 0.999"), &[], &["[split]", "leaves none for training"]);
    let stratified = "repeats = 10\nscheme = \"stratified-shuffle\"\ntest_fraction = 0.001";
    refused(
        &with("repeats = 10", stratified),
        &[],
        &["[split]", "at least 2 rows in the training and in the test set"],
    );
    let numpy = "repeats = 10\ngenerator = \"numpy\"\nfirst_random_state = 4294967290";
    refused(&with("repeats = 10", numpy), &[], &["first_random_state", "4294967295"]);
    let own = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nscheme = \"stratified-shuffle\"\n[[solver]]\nmethod = \"newton\"\n";
    refused(own, &[("d.csv", b"x,y\n1,0\n2,0\n3,1\n4,0\n")], &["class \"1\" has 1 row(s)"]);
}

#[test]
fn what_looks_right_and_is_not() {
    refused(&and("[verdict]\ntolerance = 1.5"), &[], &["m.toml:9", "above 0 and below 1"]);
    let percent =
        and("[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 95\non_share = 0.9");
    refused(&percent, &[], &["m.toml:12", "at_least = 95", "95 % is 0.95"]);
    refused(
        &with("repeats = 10", "repeats = 10\nscheme = \"all-rows\""),
        &[],
        &["m.toml:6", "again and again", "redraw"],
    );
    let wide = "[[dataset]]\nsimulate = \"gaussian\"\nrows = 10\nfeatures = 100000\ncondition_number = 3.0\n[[solver]]\nmethod = \"newton\"\n";
    refused(wide, &[], &["m.toml:5", "2,000"]);
    // A number in another base is that number, not its digits.
    let folder = Folder::new("bases");
    folder.write("m.toml", and("[model]\npenalty = \"l2\"\nstrength = 0x10"));
    assert!(logitbench(&folder.0, &["check", "m.toml"]).1.contains("penalty l2 16,"));
}

/// What would take all memory, or forever, is refused before it is begun.
#[test]
fn files_that_ask_for_too_much() {
    let ten = (11..=20).map(|i| format!("0.{i}")).collect::<Vec<_>>().join(", ");
    let keys = ["threshold", "gradient_norm", "objective_change", "deviance_change"];
    let grid: String = keys.map(|key| format!("{key} = [{ten}]\n")).concat();
    refused(&and(&grid), &[], &["m.toml:11", "[[solver]] 1", "at most 1000", "shorten"]);
    let tables = |table: &str| (0..1001).map(|i| table.replace('N', &i.to_string())).collect::<String>();
    refused(&and(&tables("[[solver]]\nmethod = \"irls\"\nname = \"N\"\n")), &[], &["more than 1000 solvers"]);
    refused(
        &with("repeats = 10", "repeats = 1_000_000_000\n[[model]]\n[[model]]\nscaling = \"standardize\""),
        &[],
        &["m.toml: ", "2000000000 fits", "at most 1000000000", "fewer repeats"],
    );
    let simulated =
        |lines: &str| format!("[[dataset]]\nsimulate = \"gaussian\"\n{lines}\n[[solver]]\nmethod = \"newton\"\n");
    let several = simulated("rows = 2_000_000\nfeatures = 100\nlabel = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]");
    refused(&several, &[], &["m.toml:3", "all simulated data sets together", "simulate fewer"]);
    let rotated = simulated("rows = 500_000\nfeatures = 2000\ncondition_number = 10");
    refused(&rotated, &[], &["m.toml:3", "2016000000000 multiplications", "use a correlation"]);
    refused(&format!("# {}\n{GOOD}", "x".repeat(1 << 20)), &[], &["bytes", "is it an experiment file?"]);
    refused(
        &with("\"iris\"", &format!("\"{}\"", "x".repeat(1 << 19))),
        &[],
        &["m.toml:2", "xxx ...", "1000 characters"],
    );
    if cfg!(unix) {
        let device = "[[dataset]]\nfile = \"/dev/zero\"\ntarget = \"y\"\n[[solver]]\nmethod = \"newton\"\n";
        refused(device, &[], &["m.toml:2", "cannot read /dev/zero", "device"]);
    }
}

/// Names and values are printed: they must not be commands to a terminal, nor break a message into lines.
#[test]
fn control_characters() {
    refused(&and("name = \"\\u001b[2J\""), &[], &["m.toml:8", "name = ", "on one line"]);
    refused(&with("\"iris\"", "\"\"\"iris\nis\"\"\""), &[], &["m.toml:2", "iris is", "on one line"]);
    refused(&with("10", "[\n10,\n20]"), &[], &["m.toml:5", "not a list"]);
    let own = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[[solver]]\nmethod = \"newton\"\n";
    refused(own, &[("d.csv", b"x,y\n1,\x1b[2J\n2,b\n")], &["\" [2J\" (1 row), \"b\" (1 row)", "positive ="]);
}

#[test]
fn a_target_with_many_values_is_told_without_comparing_each_with_each() {
    // 5e11 comparisons of texts would take longer than the deadline on any machine; one pass takes a second.
    let rows: String = (0..1_000_000).map(|i| format!("{i},{}.5\n", i)).collect();
    let own = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[[solver]]\nmethod = \"newton\"\n";
    let started = std::time::Instant::now();
    refused(
        own,
        &[("d.csv", format!("x,y\n{rows}").as_bytes())],
        &["\"0.5\" (1 row), \"1.5\" (1 row)", "...", "positive ="],
    );
    assert!(started.elapsed() < common::DEADLINE);
}

#[test]
fn contradictions() {
    refused(&and("[[solver]]\nmethod = \"newton\""), &[], &["m.toml:8", "two solvers are called \"newton\"", "name ="]);
    refused(&and("[model]\npenalty = \"l2\""), &[], &["m.toml:9", "strength"]);
    refused(&and("[model]\nscaling = \"minmax\""), &[], &["m.toml:9", "did you mean \"min-max\"?"]);
    refused(&and("[model]\ndegree = 9"), &[], &["m.toml:9", "degree = 9", "from 1 to 5"]);
    refused(
        &and("[model]\nclass_weight = \"balance\""),
        &[],
        &["m.toml:9", "class_weight = \"balance\"", "a number above 0 for each name", "did you mean \"balanced\"?"],
    );
    refused(&and("[model]\nclass_weight = { setosa = 0 }"), &[], &["m.toml:9", "class_weight = 0", "above 0"]);
    refused(
        &and("[model]\nclass_weight = { setossa = 2 }"),
        &[],
        &["names \"setossa\", which is no class", "\"setosa\", \"versicolor\""],
    );
    refused(&and("[model]\nbins = 1"), &[], &["m.toml:9", "bins = 1", "from 2 to 1000"]);
    refused(&and("[model]\ninteractions = 2"), &[], &["m.toml:9", "interactions = 2", "true or false"]);
    refused(&and("[model]\nstrength = 1"), &[], &["m.toml:9", "needs a penalty"]);
    refused(
        &and("[model]\nstart = \"previous\""),
        &[],
        &["m.toml:9", "needs a penalty with a list of strengths, as penalty = \"l2\" and strength ="],
    );
    let twice = "[model]\npenalty = \"l2\"\nstrength = [1, 0.1, 1.0]";
    refused(
        &and(twice),
        &[],
        &["m.toml:10", "[model]: 1.0 stands twice in the list of strength: leave one of them out"],
    );
    refused(&and("[model]\nstart = \"subsample\""), &[], &["m.toml:9", "start = \"subsample\"", "\"previous\""]);
    refused(&and("[model]\npenalty = [\"none\", \"firth\"]\nstrength = 1"), &[], &["m.toml:10", "needs a penalty"]);
    refused(&and("[model]\npenalty = \"firth\"\nstrength = 1.0"), &[], &["m.toml:10", "firth", "no strength", "l2"]);
    refused(&with("repeats = 10", "first_random_state = 1"), &[], &["m.toml:5", "generator = \"numpy\""]);
    for key in ["test_fraction = 0.25", "generator = \"native\"", "first_random_state = 0", "folds = 3", "gap = 1"] {
        let split = format!("scheme = \"all-rows\"\n{key}");
        refused(&with("repeats = 10", &split), &[], &["m.toml:6", "[split]", "all-rows", "remove it"]);
    }
    for (split, expected) in [
        ("folds = 3", &["folds has no meaning", "\"shuffle\"", "k-fold"][..]),
        ("scheme = \"k-fold\"\nfolds = 1", &["folds = 1", "from 2 to"]),
        ("scheme = \"k-fold\"\nshuffle = 1", &["shuffle = 1", "true or false"]),
        ("scheme = \"k-fold\"\nfolds = 101", &["folds = 101 of 100 rows", "folds = 100 or fewer"]),
        ("scheme = \"stratified-k-fold\"\nfolds = 51", &["largest class has 50 row(s)", "folds = 50"]),
        ("scheme = \"k-fold\"\ntest_fraction = 0.2", &["test_fraction has no meaning", "k-fold"]),
        ("scheme = \"k-fold\"\nrepeats = \"until-decided\"", &["independent draws", "k-fold", "shuffle"]),
        ("scheme = \"k-fold\"\nshuffle = false\nrepeats = 3", &["the same splits again", "shuffle = true"]),
        (
            "scheme = \"k-fold\"\nshuffle = false\ngenerator = \"numpy\"\nrandom_state = 1",
            &["nothing is drawn at random", "random_state"],
        ),
        ("scheme = \"leave-one-out\"\nrepeats = 2", &["the same splits again", "repeats = 1"]),
        ("scheme = \"group-k-fold\"", &["goes by a column", "groups = \"COLUMN\""]),
        ("scheme = \"fixed\"", &["goes by a column", "test_set = \"COLUMN\""]),
        ("scheme = \"time\"\nfolds = 100", &["folds = 100", "100 rows"]),
        ("scheme = \"time\"\ntest_rows = 20", &["5 blocks of 20 test rows", "no rows of 100"]),
        ("scheme = \"time\"\ntest_rows = 0", &["test_rows = 0"]),
        ("scheme = \"time\"\nwindow = 0", &["window = 0"]),
        ("scheme = \"time\"\ngap = -1", &["gap = -1"]),
        ("scheme = \"listed\"", &["needs lists", "lists = \"FILE\""]),
        ("lists = \"s.json\"", &["lists has no meaning", "listed"]),
        ("scheme = \"listed\"\nlists = 7", &["lists = 7"]),
        ("scheme = \"listed\"\nlists = \"absent.json\"", &["m.toml:6", "absent.json"]),
        (
            "generator = \"numpy\"\nrandom_state = 1\nrepeats = 100_000_000",
            &["random_state with 100000000 repeats of 100 rows", "first_random_state"],
        ),
        ("random_state = 1", &["random_state needs generator = \"numpy\""]),
        ("generator = \"numpy\"\nrandom_state = -1", &["random_state = -1"]),
        ("generator = \"numpy\"\nrandom_state = 1\nfirst_random_state = 1", &["one stream for all repeats"]),
    ] {
        refused(&with("repeats = 10", split), &[], expected);
    }
    for (lists, expected) in [
        ("", &["line 1", "empty"][..]),
        ("{", &["line 1, column 1"]),
        ("{\"format\": \"logitbench/splits/2\", \"datasets\": []}", &["logitbench/splits/2", "logitbench/splits/1"]),
        ("[[[0, 1], [2.5]]]", &["line 1, column 14", "2.5", "whole numbers from 0"]),
        ("[[[0, 1], [-2]]]", &["-2"]),
        ("[]", &["at least one split"]),
        ("[[[0, 1], [100]]]", &["split 0", "no row 100", "100 rows, numbered from 0 to 99"]),
        ("[[[0, 1], [2]], [[], [2]]]", &["split 1", "no training rows"]),
        ("[[[0, 1], [1]]]", &["row 1 is a training and a test row"]),
        ("[[[0, 1], [2, 3, 2]]]", &["row 2 is a test row twice"]),
        ("split,row\n0,1\n", &["line 1", "no column \"set\"", "\"split\", \"row\""]),
        ("split,set,row\n0,train,1\n0,dev,2\n", &["line 3", "\"dev\" is neither train nor test"]),
        ("split,set,row\n0,train,x\n", &["line 2", "\"x\" is no whole number"]),
        ("split,set,row\n0,train\n", &["line 2", "2 fields"]),
        ("split,set,row\n0,train,99999999999\n", &["line 2", "99999999999"]),
        ("dataset,split,set,row\nwine,0,train,1\n", &["no splits of \"iris", "\"wine\"", "label"]),
        ("@relation r\n@attribute type {TRAIN,TEST}\n", &["line 2", "ends before @data"]),
        ("@relation r\n@attribute rowid INTEGER\n@data\n", &["line 3", "no column"]),
        ("@foo\n", &["line 1", "@foo"]),
    ] {
        let split = "scheme = \"listed\"\nlists = \"s.txt\"";
        let expected: Vec<&str> = ["m.toml:", "[split]"].into_iter().chain(expected.iter().copied()).collect();
        refused(&with("repeats = 10", split), &[("s.txt", lists.as_bytes())], &expected);
    }
    let dated = "{\"format\": \"logitbench/splits/1\", \"datasets\": [{\"rows\": 99, \"splits\": []}]}";
    refused(
        &with("repeats = 10", "scheme = \"listed\"\nlists = \"s.txt\""),
        &[("s.txt", dated.as_bytes())],
        &["with rows: 99", "has 100"],
    );
    refused(&with("\"newton\"", "\"irls\"\nstart = \"glm\""), &[], &["m.toml:6", "start = \"glm\"", "qr"]);
    refused(&with("\"newton\"", "\"gradient-ascent\"\nlength = 0.1\nstep = \"nesterov\""), &[], &["length"]);
    refused(
        &with("name = \"iris\"", "name = \"iris\"\nfile = \"x.csv\""),
        &[],
        &["one of name (embedded), file and simulate"],
    );
    let simulated =
        |line: &str| format!("[[dataset]]\nsimulate = \"gaussian\"\n{line}\n[[solver]]\nmethod = \"newton\"\n");
    refused(&simulated("rows = 20"), &[], &["\"features\" is missing"]);
    refused(
        &simulated("rows = 20\nfeatures = 2\ncorrelation = 0.1\ncondition_number = 3.0"),
        &[],
        &["contradict", "remove one"],
    );
    refused(&simulated("rows = 20\nfeatures = 2\nmargin = 0.1\nlabel_noise = 0.1"), &[], &["label_noise must be 0"]);
    refused(&simulated("rows = 100000000\nfeatures = 1000"), &[], &["rows times features"]);
}

#[test]
fn beside_a_list_of_penalties_a_strength_is_that_of_those_that_have_one() {
    for (penalties, expected) in [
        ("[\"none\", \"l2\"]", &[("none", None), ("l2", Some(0.1)), ("l2", Some(1.0))] as &[(&str, Option<f64>)]),
        ("[\"l2\", \"firth\"]", &[("l2", Some(0.1)), ("l2", Some(1.0)), ("firth", None)]),
    ] {
        let text = and(&format!("[model]\npenalty = {penalties}\nstrength = [0.1, 1]"));
        let experiment = Experiment::parse(&text, "m.toml", Path::new(""), Overrides::default()).unwrap();
        let found: Vec<(&str, Option<f64>)> =
            experiment.models.iter().map(|model| (model.penalty.name(), model.penalty.strength())).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn methods_that_cannot_fit_firths_penalty_are_skipped_under_it() {
    let firth = |solver: &str| with("method = \"newton\"", solver) + "[[model]]\n[[model]]\npenalty = \"firth\"\n";
    let check = |solver: &str| {
        let folder = Folder::new("firth");
        folder.write("m.toml", firth(solver));
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", "m.toml"]);
        assert_eq!(code, 0, "{solver}: {stderr}");
        assert!(stdout.contains("firth: penalty firth, intercept true"), "{stdout}");
        stdout
    };
    // Ten splits, and one of the two models.
    let skipped = |solver: &str, names: &[&str], reason: &str| {
        let stdout = check(solver);
        assert_eq!(stdout.matches("will be skipped under firth").count(), names.len(), "{stdout}");
        for name in names {
            let (_, own) = stdout.split_once(&format!("\n  {name}: ")).unwrap();
            let reason_of = own.lines().find(|line| line.contains("will be skipped under firth: ")).unwrap();
            assert!(reason_of.contains("penalty = \"firth\"") && reason_of.contains(reason), "{reason_of}");
        }
        stdout
    };
    let qr = "take factorization = \"cholesky\"";
    let stdout = skipped("method = \"irls\"\nfactorization = \"qr\"", &["irls"], qr);
    assert!(stdout.contains("cost\n  10 fits;"), "{stdout}");
    let stdout = skipped("method = \"irls\"\nfactorization = [\"cholesky\", \"qr\"]", &["irls (qr)"], qr);
    assert!(stdout.contains("cost\n  30 fits;"), "{stdout}");
    skipped("method = \"gradient-ascent\"", &["gradient-ascent"], "give a length");
    skipped("method = \"gradient-ascent\"\nstep = \"nesterov\"", &["gradient-ascent"], "backtracking");
    skipped("method = \"fixed-hessian\"", &["fixed-hessian"], "bounds the curvature");
    for solver in [
        "method = \"irls\"",
        "method = \"article\"",
        "method = \"newton\"\nstep = [\"halving\", \"unit\", \"backtracking\"]",
        "method = \"gradient-ascent\"\nlength = 0.001",
        "method = \"gradient-ascent\"\nstep = [\"backtracking\", \"barzilai-borwein\"]",
    ] {
        assert!(!check(solver).contains("skipped"), "{solver}");
    }
    let alone = with("method = \"newton\"", "method = \"fixed-hessian\"") + "[[model]]\npenalty = \"firth\"\n";
    refused(&alone, &[], &["m.toml", "no solver of this file can fit any of its models", "fixed-hessian", "newton"]);
    // Each pair is named, once for each reason.
    let several = alone
        + "[[solver]]\nmethod = \"gradient-ascent\"\n[[solver]]\nmethod = \"gradient-ascent\"\nname = \"slow\"\nmax_iterations = 9\n";
    let names =
        ["\"fixed-hessian under firth\" skipped", "\"gradient-ascent under firth\", \"slow under firth\" skipped"];
    refused(&several, &[], &names);
}

/// An experiment that only solvers of another build could run would have no fit.
#[cfg(not(feature = "lapack"))]
#[test]
fn solvers_that_this_build_lacks_are_no_experiment() {
    let lapack = with("method = \"newton\"", "method = \"newton\"\nfactorization = \"lapack\"");
    refused(
        &lapack,
        &[],
        &["no solver of this file can fit any of its models", "\"newton\" skipped: this build has no LAPACK"],
    );
}

/// A pair that is not run is named with its reason, instead of an empty answer.
#[test]
fn one_fit_of_a_pair_that_is_skipped() {
    let folder = Folder::new("only-skipped");
    folder.write("m.toml", and("[[solver]]\nmethod = \"fixed-hessian\"\n[[model]]\n[[model]]\npenalty = \"firth\""));
    let only = |arguments: &[&str]| {
        logitbench(&folder.0, &[&["experiment", "m.toml", "--only", "split=1"], arguments].concat())
    };
    for json in [&[][..], &["--json"]] {
        let (code, stdout, stderr) = only(&[&["solver=fixed-hessian", "model=firth"], json].concat());
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains("skipped fixed-hessian under firth: it cannot fit a model"), "{stderr}");
    }
    let (code, stdout, stderr) = only(&["solver=fixed-hessian"]);
    assert!(code == 0 && stdout.contains("fixed-hessian on split 1"), "{stderr}");
    assert!(stderr.contains("skipped fixed-hessian under firth: "), "{stderr}");
    let (_, _, stderr) = only(&["solver=newton"]);
    assert_eq!(stderr, "");
}

#[test]
fn claims_about_nothing_that_is_run() {
    let claim = |solver: &str| {
        format!(
            "[[claim]]\nname = \"about {solver}\"\nmetric = \"test_accuracy\"\nat_least = 0.5\non_share = 0.5\n\
             solver = \"{solver}\"\n"
        )
    };
    let firth = and("[[solver]]\nmethod = \"fixed-hessian\"\n[[model]]\npenalty = \"firth\"");
    let skipped = firth.clone() + &claim("fixed-hessian");
    let decided = |text: &str| text.replace("repeats = 10", "repeats = \"until-decided\"");
    let texts = ["m.toml:5", "[split]", "until-decided", "all cells of \"about fixed-hessian\" are skipped"];
    refused(&decided(&skipped), &[], &texts);

    let folder = Folder::new("skipped-claims");
    let check = |text: &str| {
        folder.write("m.toml", text);
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", "m.toml"]);
        assert_eq!(code, 0, "{stderr}");
        stdout
    };
    let stays = "will stay undecided, because all its cells are skipped";
    let stdout = check(&skipped);
    assert!(stdout.contains(stays) && !stdout.contains("supported if"), "{stdout}");
    let stdout = check(&decided(&(skipped + &claim("newton"))));
    assert_eq!(stdout.matches(stays).count(), 1, "{stdout}");
    assert!(!check(&(firth + &claim("newton"))).contains(stays));
}

#[test]
fn claims() {
    let claim = |lines: &str| and(&format!("[[claim]]\nname = \"c\"\n{lines}"));
    let rest = "metric = \"test_accuracy\"\nat_least = 1.0\non_share = 0.9";
    refused(&claim(rest), &[], &["m.toml:8", "\"solver\" is missing"]);
    refused(
        &claim(&format!("solver = \"irls\"\n{rest}")),
        &[],
        &["m.toml:10", "unknown solver \"irls\"", "\"newton\""],
    );
    refused(&claim(&format!("solver = \"newton\"\ndataset = \"iri\"\n{rest}")), &[], &["unknown data set \"iri\""]);
    let metric = "solver = \"newton\"\nmetric = \"accuracy\"\nat_least = 1.0\non_share = 0.9";
    refused(&claim(metric), &[], &["m.toml:11", "did you mean \"test_accuracy\"?"]);
    refused(&claim(&format!("solver = \"newton\"\n{rest}\nabove = 0.5")), &[], &["exactly one of"]);
    refused(&claim("solver = \"newton\"\nmetric = \"gap\"\non_share = 0.9"), &[], &["exactly one of"]);
    let exact = |share: &str| claim(&format!("solver = \"newton\"\nmetric = \"gap\"\nbelow = 1.0\n{share}"));
    for share in
        ["", "share = 0.5", "within = 0.1", "on_share = 0.5\nshare = 0.5\nwithin = 0.1", "on_share = 0.5\nwithin = 0.1"]
    {
        refused(&exact(share), &[], &["m.toml:8", "[[claim]] 1", "either on_share", "share and within"]);
    }
    let (without, with_name) = (claim(&format!("solver = \"newton\"\n{rest}")), "name = \"c\"\n");
    let folder = Folder::new("unnamed-claim");
    folder.write("m.toml", without.replace(with_name, ""));
    let (code, stdout, stderr) = logitbench(&folder.0, &["check", "m.toml"]);
    assert!(code == 0 && stdout.contains("  claim 1: test_accuracy of newton"), "{stdout}{stderr}");
    refused(&exact("share = 0.5\nwithin = 0"), &[], &["m.toml:14", "within = 0", "above 0"]);
    refused(&exact("share = 1.5\nwithin = 0.1"), &[], &["m.toml:13", "share = 1.5", "from 0 to 1"]);
    refused(&claim(&format!("solver = \"newton\"\n{rest}\nlevel = 95")), &[], &["level = 95", "below 1"]);
}

#[test]
fn data_files() {
    let own = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[[solver]]\nmethod = \"newton\"\n";
    let data = |csv: &[u8], texts: &[&str]| refused(own, &[("d.csv", csv)], texts);
    refused(own, &[], &["m.toml:2", "d.csv", "cannot read"]);
    data(b"x,y\n1,0\ntwo,1\n", &["d.csv", "line 3", "column \"x\"", "\"two\"", "0/1 columns"]);
    data(b"x,y\n1,0\n,1\n", &["1 in \"x\" (first in line 3)", "missing values in 1 row(s)", "drop-rows"]);
    data(b"x,y\n1,0\ninf,1\n", &["line 3", "\"inf\" is not a finite number"]);
    refused(
        &with("name = \"iris\"", "file = \"d.csv\"\ntarget = \"y\"\nstorage = \"single\"")
            .replace("classes = [\"setosa\", \"versicolor\"]\n", ""),
        &[("d.csv", b"x,y\n1,0\n-3.5e38,1\n")],
        &["d.csv, line 3, column \"x\"", "-3.5e38", "3.4028235e38", "double precision"],
    );
    data(b"x,y\n1,0\n2\n", &["d.csv", "line"]);
    data(b"x,y\n1,0\n2,1\n3,2\n", &["\"y\"", "positive ="]);
    data(b"x,y\n1,1\n2,1\n", &["both classes"]);
    data(b"x,y\n", &["no rows"]);
    data(b"", &["d.csv", "no rows"]);
    data(b"y\n0\n1\n", &["no column but the target"]);
    data(b"x,z\n1,0\n2,1\n", &["no column \"y\"", "\"x\", \"z\""]);
    data(b"x,y\n\xff,1\n", &["d.csv"]);
    let positive = own.replace("target = \"y\"", "target = \"y\"\npositive = \"yes\"");
    refused(
        &positive,
        &[("d.csv", b"x,y\n1,no\n2,maybe\n")],
        &["no value that positive = \"yes\" names", "\"no\" (1 row), \"maybe\" (1 row)"],
    );
}

#[test]
fn claims_against_chance() {
    let claim = |keys: &str| and(&format!("[[claim]]\nname = \"c\"\nsolver = \"newton\"\n{keys}"));
    let accuracy = |keys: &str| claim(&format!("metric = \"test_accuracy\"\n{keys}"));
    refused(&accuracy("permutations = 99\nat_least = 0.5"), &[], &["m.toml:13", "better than with shuffled labels"]);
    refused(&accuracy("permutations = 99\non_share = 0.5"), &[], &["m.toml:13", "remove this key"]);
    refused(&accuracy("permutations = 18"), &[], &["m.toml:12", "cannot support", "takes 19"]);
    refused(&accuracy("permutations = 99\nlevel = 0.999"), &[], &["m.toml:12", "takes 999"]);
    refused(&accuracy("permutations = 99\npermutation_splits = 11"), &[], &["m.toml:13", "the first 11 splits", "10"]);
    refused(&accuracy("permutation_splits = 5\nat_least = 0.5"), &[], &["m.toml:12", "needs permutations"]);
    refused(&claim("metric = \"train_accuracy\"\npermutations = 99"), &[], &["metric of test rows", "test_auc"]);
    refused(&claim("metric = \"iterations\"\npermutations = 99"), &[], &["metric of test rows", "test_accuracy"]);
    let decided = accuracy("permutations = 99").replace("repeats = 10", "repeats = \"until-decided\"");
    refused(&decided, &[], &["m.toml:5", "a [[claim]] that more splits decide"]);
    let redrawn = "simulate = \"gaussian\"\nrows = 50\nfeatures = 2\nredraw = true";
    let redrawn =
        accuracy("permutations = 99").replace("name = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]", redrawn);
    refused(&redrawn, &[], &["m.toml:14", "redraw = true"]);
    let all_rows = redrawn.replace("repeats = 10", "repeats = 10\nscheme = \"all-rows\"");
    refused(&all_rows, &[], &["m.toml:15", "no test rows"]);
}

#[test]
fn claims_that_compare_two_fits() {
    let solver =
        "[[solver]]\nmethod = \"irls\"\n[[solver]]\nmethod = \"irls\"\nname = \"by QR\"\nfactorization = \"qr\"\n";
    let claim =
        |keys: &str| and(&format!("{solver}[[claim]]\nname = \"c\"\nsolver = \"newton\"\n{keys}\non_share = 0.9"));
    let accuracy = |keys: &str| claim(&format!("metric = \"test_accuracy\"\n{keys}"));
    refused(&accuracy("by = 0.1"), &[], &["m.toml:18", "by needs better_than, as better_than = { model"]);
    refused(
        &accuracy("at_least = 0.9\nbetter_than = { solver = \"irls\" }"),
        &[],
        &["m.toml:18", "remove one of the two"],
    );
    refused(&accuracy("better_than = { solver = \"newton\" }"), &[], &["m.toml:18", "names what the claim is about"]);
    refused(&accuracy("better_than = { solver = \"irsl\" }"), &[], &["m.toml:18", "irsl", "did you mean \"irls\""]);
    refused(&accuracy("better_than = { model = \"l2 1\" }"), &[], &["m.toml:18", "l2 1", "maximum likelihood"]);
    refused(&accuracy("better_than = \"irls\""), &[], &["m.toml:18", "a table { solver = \"...\", model = \"...\" }"]);
    refused(&accuracy("better_than = { solver = \"irls\" }\nby = 95"), &[], &["m.toml:19", "95 % is 0.95"]);
    refused(
        &claim("metric = \"separated\"\nbetter_than = { solver = \"irls\" }"),
        &[],
        &["m.toml:17", "claim a bound"],
    );
    let mean = accuracy("better_than = { solver = \"irls\" }").replace("on_share = 0.9", "on_average = true");
    refused(&mean.replace("test_accuracy", "test_log_loss"), &[], &["m.toml:19", "has no bounds"]);
}

/// A method that several solvers share is no name of one.
#[test]
fn a_claim_compares_with_one_solver() {
    let solvers = "[[solver]]\nmethod = \"irls\"\nname = \"a\"\n[[solver]]\nmethod = \"irls\"\nname = \"b\"\nfactorization = \"qr\"\n";
    let claim = "[[claim]]\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nbetter_than = { solver = \"irls\" }\non_share = 0.9";
    refused(&and(&format!("{solvers}{claim}")), &[], &["m.toml:18", "irls may be \"a\", \"b\": name one of them"]);
}

#[test]
fn claims_about_means() {
    let claim = |keys: &str| and(&format!("[[claim]]\nname = \"c\"\nsolver = \"newton\"\n{keys}\non_average = true"));
    refused(
        &claim("metric = \"test_log_loss\"\nat_most = 1"),
        &[],
        &["m.toml:13", "has no bounds", "test_brier_score"],
    );
    refused(&claim("metric = \"iterations\"\nat_most = 9"), &[], &["m.toml:13", "mean of iterations", "test_accuracy"]);
    refused(&claim("metric = \"test_auc\"\nat_least = 0.5\non_share = 0.9"), &[], &["m.toml:13", "remove one of"]);
    refused(&claim("metric = \"test_auc\""), &[], &["exactly one of at_least"]);
    refused(&claim("metric = \"test_auc\"\nabove = 0.5\npermutations = 99"), &[], &["m.toml:12", "shuffled labels"]);
}

#[test]
fn quantiles_of_weighted_rows_are_refused() {
    let rows: String = (0..20).map(|i| format!("{},{},{}\n", i % 7, i % 3, i % 2)).collect();
    let csv = format!("x,w,y\n{rows}");
    for model in ["scaling = \"robust\"", "bins = 3"] {
        let file = format!(
            "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\nweights = \"w\"\n[split]\nrepeats = 2\n[model]\n{model}\n[[solver]]\n\
             method = \"newton\"\n"
        );
        refused(&file, &[("d.csv", csv.as_bytes())], &["m.toml:1", "quantiles", "whatever its weight"]);
    }
}
