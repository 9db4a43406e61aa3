//! `logitbench init`: a file that the program takes as it is; and what the shell and `man` get.

mod common;

use common::{Folder, logitbench, root};
use logitbench::data::formats::FORMATS;
use logitbench::experiment::keys;
use logitbench::parameter::Parameter;

const DATA: &str =
    "age,dose,died\n41,2.5,no\n52,1.0,yes\n33,0.5,no\n67,2.0,yes\n58,1.5,no\n49,3.0,yes\n44,2.0,no\n61,1.0,yes\n";

#[test]
fn the_file_is_checked_and_run_as_it_is() {
    let folder = Folder::new("init");
    folder.write("patients.csv", DATA);
    let (code, stdout, stderr) = logitbench(&folder.0, &["init", "patients.csv"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("target: died, the only column with two values"), "{stdout}");
    assert!(stdout.contains("coded 1: yes; coded 0: no"), "{stdout}");
    assert_eq!(folder.names(), ["patients.csv", "patients.toml"]);
    let (code, stdout, stderr) = logitbench(&folder.0, &["check", "patients.toml"]);
    assert_eq!(code, 0, "{stderr}");
    for text in [
        "patients: 8 rows",
        "1000 per data set, stratified-shuffle",
        "gradient-ascent, step",
        "above 0.5",
        "test_balanced_accuracy of newton",
        "test_log_loss of newton under \"l2 1, standardized\" is smaller than that under \"maximum likelihood, standardized\"",
    ] {
        assert!(stdout.contains(text), "{text} is not in\n{stdout}");
    }
    let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "patients.toml", "--repeats", "20"]);
    assert!((code == 0 || code == 4) && stdout.contains("l-bfgs"), "{stderr}");
    // What is there is not overwritten.
    let (code, _, stderr) = logitbench(&folder.0, &["init", "patients.csv"]);
    assert!(code == 2 && stderr.contains("patients.toml is there already") && stderr.contains("--out"), "{stderr}");
    let (code, ..) = logitbench(&folder.0, &["init", "patients.csv", "--out", "deep/er/other.toml"]);
    assert_eq!(
        (code, logitbench(&folder.0, &["check", "deep/er/other.toml"]).0),
        (0, 0),
        "the data are found from there"
    );
}

/// Each key that is not chosen stands behind # with its default: without the # the file means the same.
#[test]
fn the_commented_defaults_are_the_defaults() {
    let folder = Folder::new("init-defaults");
    folder.write("patients.csv", DATA);
    assert_eq!(logitbench(&folder.0, &["init", "patients.csv", "--target", "died", "--positive", "no"]).0, 0);
    let text = std::fs::read_to_string(folder.0.join("patients.toml")).unwrap();
    assert!(text.starts_with("#:schema experiment.schema.json\n") && text.contains("--positive no"), "{text}");
    let other_data =
        |table: &Vec<Parameter>| [keys::EMBEDDED, keys::SIMULATED].iter().any(|t| t[0].about == table[0].about);
    let other_format = |table: &Vec<Parameter>| {
        let same = |keys: &[Parameter]| keys.len() == table.len() && keys[0].about == table[0].about;
        FORMATS[1..].iter().any(|format| same(format.keys))
    };
    // Keys of other schemes would be refused.
    let of_scheme = |parameter: &Parameter| {
        let own = keys::of_scheme("stratified-shuffle");
        let is_of_split = keys::SPLIT.iter().any(|key| key.about == parameter.about);
        !is_of_split || own.iter().any(|key| key.name == parameter.name)
    };
    let all = common::tables().into_iter().filter(|table| !other_data(table) && !other_format(table)).flatten();
    for parameter in all.filter(of_scheme) {
        let chosen = text.contains(&format!("\n{} = ", parameter.name));
        assert!(chosen || text.contains(&format!("\n# {} = ", parameter.name)), "{} is not there", parameter.name);
        assert!(text.contains(parameter.about), "{} is not explained", parameter.name);
    }
    let key_behind_hash = |line: &str| {
        let (key, value) = line.strip_prefix("# ")?.split_once(" = ")?;
        (key.chars().all(|c| c.is_ascii_lowercase() || c == '_') && value != "...").then(|| format!("{key} = {value}"))
    };
    let set: String = text.lines().map(|line| key_behind_hash(line).unwrap_or(line.to_owned()) + "\n").collect();
    assert!(set.contains("\ntest_fraction = 0.25\n") && set.contains("\ntolerance = 1e-8\n"), "{set}");
    folder.write("set.toml", &set);
    let plan = |file: &str| {
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", file]);
        assert_eq!(code, 0, "{stderr}");
        stdout
            .lines()
            .filter(|line| !line.contains("digest") && !line.contains("cost"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let without_times =
        |plan: Vec<String>| plan.into_iter().take_while(|line| !line.contains("computing")).collect::<Vec<_>>();
    assert_eq!(without_times(plan("set.toml")), without_times(plan("patients.toml")));
}

/// The same plan as that of the whole file, on a screen.
#[test]
fn a_minimal_file_has_the_essentials_alone() {
    let folder = Folder::new("init-minimal");
    folder.write("patients.csv", DATA);
    let init = |more: &[&str]| logitbench(&folder.0, &[&["init", "patients.csv"], more].concat());
    assert_eq!(init(&[]).0, 0);
    let (code, stdout, stderr) = init(&["--minimal", "--out", "few.toml"]);
    assert!(code == 0 && stdout.contains("logitbench check few.toml"), "{stdout}{stderr}");
    let text = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let (whole, few) = (text("patients.toml"), text("few.toml"));
    assert!(few.lines().count() < 80 && 2 * few.lines().count() < whole.lines().count(), "{few}");
    for part in
        ["`logitbench init patients.csv --minimal`", "target = \"died\"", "# repeats = ", "[[claim]]", "# seed = 0"]
    {
        assert!(few.contains(part), "{part} is not in\n{few}");
    }
    assert!(!few.contains("[trace]") && whole.contains("[trace]"), "{few}");
    let plan = |file: &str| -> Vec<String> {
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", file]);
        assert_eq!(code, 0, "{stderr}");
        let told = stdout.lines().filter(|line| !line.contains("digest")).take_while(|line| *line != "cost");
        told.map(str::to_owned).collect()
    };
    assert_eq!(plan("patients.toml"), plan("few.toml"));
    // What a person sets comes first in each table of the whole file.
    let split = whole.split("\n[split]\n").nth(1).unwrap();
    let places =
        ["scheme = ", "# repeats = ", "# test_fraction = ", "# generator = "].map(|key| split.find(key).unwrap());
    assert!(places[0] < places[1] && places[1].max(places[2]) < places[3], "{split}");
}

#[test]
fn every_reference_data_set_gets_a_file() {
    let folder = Folder::new("init-all");
    for name in common::DATA_SETS {
        let data = common::reference(&format!("datasets/{name}.csv"));
        let out = format!("{name}.toml");
        let (code, stdout, stderr) = logitbench(&folder.0, &["init", data.to_str().unwrap(), "--out", &out]);
        assert_eq!(code, 0, "{stderr}");
        let because = ["the only column with two values", "because of its name"];
        assert!(because.iter().any(|because| stdout.contains(&format!("target: y, {because}"))), "{stdout}");
        assert_eq!(logitbench(&folder.0, &["check", &out]).0, 0, "{name}");
    }
}

#[test]
fn wrong_data_are_refused_and_nothing_is_written() {
    let folder = Folder::new("init-wrong");
    for (csv, arguments, code, texts) in [
        ("5.1,3.5,0\n4.9,3.0,1\n", &[][..], 3, &["no header", "first line"][..]),
        ("a,b\n1,4\n2,5\n3,6\n", &[], 3, &["no column has two values", "--target", "--positive"]),
        ("a,y\n1,yes\n2,no\n3,No\n", &[], 3, &["\"no\" and \"No\" of column \"y\" differ only in case"]),
        ("a,b,c\n0,1,5\n1,0,6\n1,1,7\n", &[], 3, &["\"a\", \"b\"", "--target"]),
        ("a,y\n1,2\n2,2\n3,2\n", &["--target", "y"], 3, &["both classes"]),
        ("a,y\n1,p\n2,q\n3,r\n", &["--target", "y"], 3, &["\"p\" (1 row), \"q\" (1 row), \"r\" (1 row)", "--positive"]),
        ("a,y\n1,p\n2,q\n3,r\n", &["--target", "z"], 3, &["no column \"z\"", "\"a\", \"y\""]),
        (
            "a,due,y\n1,2024-01-31,0\n2,2024-02-28,1\n3,2024-03-31,0\n",
            &[],
            3,
            &["column \"due\"", "\"2024-01-31\"", "dates"],
        ),
        ("a,y\n1,0\n,1\n", &[], 3, &["line 3", "missing value"]),
        ("a,y\n1,0\n2\n", &[], 3, &["line"]),
        ("a,y\n1,0\n2,1\n", &["--positive", "7"], 3, &["no value that positive = \"7\" names"]),
        ("", &[], 3, &["no rows"]),
    ] {
        folder.write("d.csv", csv);
        let (found, stdout, stderr) = logitbench(&folder.0, &[&["init", "d.csv"], arguments].concat());
        assert_eq!((found, stdout.as_str()), (code, ""), "{csv}: {stderr}");
        for text in texts {
            assert!(stderr.contains(text), "{text} is not in: {stderr}");
        }
        assert_eq!(folder.names(), ["d.csv"]);
    }
    let (code, _, stderr) = logitbench(&folder.0, &["init", "nothing.csv"]);
    assert!(code == 3 && stderr.contains("cannot read nothing.csv"), "{stderr}");
}

#[test]
fn shells_complete_every_verb() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = logitbench(&root(), &["completions", shell]);
        assert_eq!(code, 0);
        // The others complete names of options alone.
        let values = ["bash", "zsh", "fish"].contains(&shell).then_some("firth");
        for word in ["experiment", "merge", "--interval", "completions"].into_iter().chain(values) {
            let word = if shell == "fish" { word.trim_start_matches('-') } else { word };
            assert!(script.contains(word), "{word} is not in the script of {shell}");
        }
    }
    assert_eq!(logitbench(&root(), &["completions", "tcsh"]).0, 2);
}

#[test]
fn manual_pages() {
    let (code, page, _) = logitbench(&root(), &["man"]);
    assert!(code == 0 && page.contains(".TH logitbench 1") && page.contains("Exit codes"), "{page}");
    let (code, page, _) = logitbench(&root(), &["man", "fit"]);
    assert!(code == 0 && page.contains(".TH logitbench-fit 1") && page.contains("\\-\\-interval"), "{page}");
    let (code, _, stderr) = logitbench(&root(), &["man", "fitt"]);
    assert!(code == 2 && stderr.contains("did you mean \"fit\"?"), "{stderr}");
    let folder = Folder::new("man");
    assert_eq!(logitbench(&folder.0, &["man", "--out", "pages"]).0, 0);
    assert_eq!(logitbench(&folder.0, &["man", "--out", "pages"]).0, 0, "its own pages are made anew");
    folder.write("logitbench.1", "a page of somebody else");
    assert!(logitbench(&folder.0, &["man", "--out", "."]).2.contains("has not written"));
    let help = logitbench(&root(), &["--help"]).1;
    let pages = std::fs::read_dir(folder.0.join("pages")).unwrap().count();
    assert!(folder.0.join("pages/logitbench-experiment.1").exists() && pages >= 11, "{pages}\n{help}");
}

/// A column that is named for a scheme is of use with that scheme alone.
#[test]
fn a_named_column_brings_its_scheme() {
    let folder = Folder::new("init-schemes");
    let line = |i: u32| {
        let part = if i.is_multiple_of(4) { "test" } else { "train" };
        format!("{},{part},{},{},{}\n", i * 37 % 60, i / 3, i / 5, i * i % 7 % 2)
    };
    let rows: String = (0..60).map(line).collect();
    folder.write("parts.csv", format!("x,part,when,who,y\n{rows}"));
    let all = [
        ("--test-set", "part", "test_set", "fixed"),
        ("--time", "when", "time", "time"),
        ("--groups", "who", "groups", "group-shuffle"),
    ];
    for (option, column, key, scheme) in all {
        let out = format!("{scheme}.toml");
        let init = ["init", "parts.csv", "--target", "y", "--exclude", "part", option, column, "--out", &out];
        let init = if column == "part" { [&init[..4], &init[6..]].concat() } else { init.to_vec() };
        let (code, _, stderr) = logitbench(&folder.0, &init);
        assert_eq!((code, stderr.as_str()), (0, ""), "{option}");
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", &out]);
        assert!(code == 0 && stdout.contains(scheme), "{option}: {stdout}{stderr}");
        assert!(!stdout.contains("makes no use"), "{option}: {stdout}");
        // Another scheme is not refused, but its name is told.
        let toml = std::fs::read_to_string(folder.0.join(&out)).unwrap();
        let split = toml.lines().position(|line| line == "[split]").unwrap();
        let mut lines: Vec<&str> = toml.lines().collect();
        let end = split + 1 + lines[split + 1..].iter().position(|line| line.starts_with('[')).unwrap();
        lines.splice(split + 1..end, ["scheme = \"shuffle\"", "repeats = 20", ""]);
        folder.write("other.toml", lines.join("\n"));
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", "other.toml"]);
        assert_eq!(code, 0, "{option}: {stderr}");
        let told =
            if key == "groups" { "groups are named".to_owned() } else { format!("{key} names a column, of which") };
        assert!(stdout.contains(&told), "{option}: {stdout}");
    }
}
