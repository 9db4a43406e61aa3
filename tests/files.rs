//! Data files as people have them: each kind of fault is mended and said, or refused with the remedy, in any form it comes in.

mod common;

use std::io::Write;

use common::{Folder, logitbench};
use logitbench::data::Reading;
use serde::Deserialize;
use serde_json::Value;

/// Twenty-four rows whose classes overlap, as text with what stands between columns and with a decimal mark.
fn table(delimiter: &str, decimal: &str, header: &str, more: impl Fn(usize) -> String) -> String {
    let row = |i: usize| {
        let x = format!("{:.2}", (i * 37 % 24) as f64 / 5.0 - 2.0).replace('.', decimal);
        let y = u8::from((i * 37 + i * i * 11) % 24 > 11);
        format!("{x}{delimiter}{y}{}", more(i))
    };
    std::iter::once(header.to_owned()).chain((0..24).map(row)).map(|line| line + "\n").collect()
}

/// The plain form.
fn plain() -> String {
    table(",", ".", "x,y", |_| String::new())
}

fn fit(folder: &Folder, file: &str, arguments: &[&str]) -> Result<Value, String> {
    match logitbench(&folder.0, &[&["fit", file, "--target", "y", "--json"], arguments].concat()) {
        (0, json, _) => Ok(serde_json::from_str(&json).unwrap()),
        (3, _, message) => Err(message),
        (code, _, message) => panic!("{code}: {message}"),
    }
}

fn read(bytes: &[u8], arguments: &[&str]) -> Result<Value, String> {
    let folder = Folder::new("files");
    std::fs::write(folder.0.join("d.csv"), bytes).unwrap();
    fit(&folder, "d.csv", arguments)
}

/// Refused with all of these words.
fn refused(text: &str, arguments: &[&str], words: &[&str]) {
    let message = read(text.as_bytes(), arguments).expect_err(text);
    for word in words {
        assert!(message.contains(word), "no {word:?} in: {message}\n{text}");
    }
}

#[test]
fn dialects_are_recognised_and_said() {
    let right = read(plain().as_bytes(), &[]).unwrap();
    assert_eq!(right["read"]["dialect"], "");
    let none = |_| String::new();
    let semicolons = table(";", ",", "x;y", none);
    let latin: Vec<u8> = table(",", ".", "größe,y", none).chars().map(|c| u32::from(c) as u8).collect();
    let utf_16: Vec<u8> = format!("\u{feff}{semicolons}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(plain().as_bytes()).unwrap();
    for (bytes, said) in [
        (semicolons.clone().into_bytes(), "semicolons between columns, decimal commas"),
        (table("\t", ".", "x\ty", none).into_bytes(), "tabs between columns"),
        (table("|", ".", "x|y", none).into_bytes(), "bars between columns"),
        (format!("sep=;\r\n{semicolons}").into_bytes(), "semicolons between columns, decimal commas"),
        (table(", ", ".", "\"x\",\"y\"", none).into_bytes(), ""),
        (plain().replace('\n', "\r\n").into_bytes(), ""),
        (latin, "Latin-1"),
        (utf_16, "UTF-16, semicolons between columns, decimal commas"),
        (gzip.finish().unwrap(), "gzip"),
    ] {
        let found = read(&bytes, &[]).unwrap();
        assert_eq!(found["read"]["dialect"], said);
        assert_eq!(found["coefficients"], right["coefficients"], "{said}");
    }
    let two = table(";", ",", "x;y", none).replace("-1,60;", "-1.60;");
    refused(&two, &[], &["a comma", "a point", "one mark"]);
    refused("x;y\n1,234;0\n2,345;1\n3,456;0\n", &[], &["1,234", "thousands", "decimal = \",\""]);
    assert!(read(b"x;y\n1,234;0\n2,345;1\n3,456;0\n1,300;1\n", &["--decimal", ","]).is_ok());
}

#[test]
fn columns_without_a_name_are_left_out_or_refused() {
    let right = read(plain().as_bytes(), &[]).unwrap();
    for first in [0, 1] {
        let numbered = |line: (usize, &str)| match line {
            (0, header) => format!(",{header}\n"),
            (i, row) => format!("{},{row}\n", i - 1 + first),
        };
        let text: String = plain().lines().enumerate().map(numbered).collect();
        let found = read(text.as_bytes(), &[]).unwrap();
        assert_eq!(found["read"]["columns_left_out"][0]["because"], "it has no name and numbers the rows");
        assert_eq!(found["coefficients"], right["coefficients"]);
        // R's write.table leaves the name away altogether.
        let numbered = |line: (usize, &str)| match line {
            (0, header) => format!("{header}\n"),
            (i, row) => format!("\"{}\",{row}\n", i - 1 + first),
        };
        let quoted: String = plain().lines().enumerate().map(numbered).collect();
        refused(&quoted.replace('"', ""), &[], &["line 2 has 3 field(s)", "decimal comma"]);
        let found = read(quoted.as_bytes(), &[]).unwrap();
        assert_eq!(
            (&found["coefficients"], found["read"]["columns_left_out"][0]["number"].as_u64()),
            (&right["coefficients"], Some(1))
        );
        let shuffled = text.replacen(&format!("\n{},", 7 + first), "\n99,", 1);
        refused(&shuffled, &[], &["column 1 has no name", "exclude = [\"\"]"]);
        assert_eq!(
            read(shuffled.as_bytes(), &["--exclude="]).map(|found| found["coefficients"].clone()),
            Ok(right["coefficients"].clone())
        );
    }
    let trailing = plain().replace('\n', ",\n");
    for text in [trailing.clone(), trailing.replacen(",\n", "\n", 1)] {
        let found = read(text.as_bytes(), &[]).unwrap();
        assert_eq!(found["read"]["columns_left_out"][0]["because"], "it has no name and is empty");
        assert_eq!(found["coefficients"], right["coefficients"]);
    }
}

#[test]
fn names_that_stand_twice_are_refused() {
    let copies = |header: &str| table(",", ".", header, |i| format!(",{}", i % 5));
    refused(&copies("y,x,y"), &[], &["columns 1 and 3 are both named \"y\""]);
    refused(&copies("x,y,x"), &[], &["columns 1 and 3 are both named \"x\"", "exclude"]);
    refused(&copies("x,y, x"), &[], &["columns 1 and 3 are both named \"x\""]);
    assert!(read(table(",", ".", "x,y,z,z", |i| format!(",{i},{i}")).as_bytes(), &["--exclude", "z"]).is_ok());
}

#[test]
fn whole_numbers_that_would_be_rounded_are_refused_by_column() {
    let with = |id: fn(usize) -> String| table(",", ".", "x,y,id", move |i| format!(",{}", id(i)));
    for id in [
        |i| format!("{}.0", 9_007_199_254_740_993_u64 + 2 * i as u64),
        |i| format!("9.0071992547420{i:02}e15", i = i + 10),
        |i: usize| format!("{}", 9_007_199_254_740_993_u64 + 2 * i as u64),
        |i| format!("-90071992547409{i:02}1"),
        |i| format!("123456789012345678{i:02}"),
    ] {
        refused(&with(id), &[], &["column \"id\"", "2^53", "exclude = [\"id\"]"]);
        let left_out = read(with(id).as_bytes(), &["--exclude", "i*"]).unwrap();
        assert_eq!(left_out["coefficients"], read(plain().as_bytes(), &[]).unwrap()["coefficients"]);
    }
    let exact = read(with(|i| format!("{}", 9_007_199_254_740_900_u64 + 3 * i as u64)).as_bytes(), &[]).unwrap();
    assert_eq!(exact["read"]["may_identify_rows"][0], "id");
    let measured = read(with(|i| format!("{}", i % 7)).as_bytes(), &[]).unwrap();
    assert_eq!(measured["read"]["may_identify_rows"].as_array().unwrap().len(), 0);
}

#[test]
fn missing_features_are_counted_by_column_and_left_out_when_told_to() {
    for missing in ["", "NA", "nan", "?", "null"] {
        let text =
            table(",", ".", "x,y,z", |i| format!(",{}", if i % 6 == 2 { missing.to_owned() } else { i.to_string() }));
        refused(&text, &[], &["missing values in 4 row(s)", "4 in \"z\" (first in line 4)", "--missing drop-rows"]);
        let dropped = read(text.as_bytes(), &["--missing", "drop-rows"]).unwrap();
        assert_eq!(
            (dropped["rows"].as_u64(), dropped["read"]["rows_left_out"][0]["rows"].as_u64()),
            (Some(20), Some(4))
        );
    }
}

#[test]
fn the_target_is_coded_as_said_or_refused() {
    let labelled = |labels: [&str; 4]| table(",", ".", "x,z,y", |i| format!(",{}", labels[i % 4]));
    let yes = ["--positive", "yes"];
    refused(&labelled(["yes", "no", "NA", "no"]), &yes, &["\"NA\" (6 rows)", "--missing drop-rows"]);
    refused(&labelled(["yes", "no", "maybe", "no"]), &yes, &["\"maybe\" (6 rows)", "negative = \"rest\""]);
    refused(
        &labelled(["yes", "no", "Yes", "no"]),
        &[&yes[..], &["--negative", "rest"]].concat(),
        &["\"Yes\"", "only in case"],
    );
    let dropped =
        read(labelled(["yes", "no", "NA", "no"]).as_bytes(), &["--positive", "yes", "--missing", "drop-rows"]).unwrap();
    assert_eq!((dropped["rows"].as_u64(), dropped["classes"][0].as_str()), (Some(18), Some("no")));
    let rest =
        read(labelled(["yes", "no", "maybe", "no"]).as_bytes(), &["--positive", "yes", "--negative", "rest"]).unwrap();
    assert_eq!((rest["rows"].as_u64(), rest["classes"][0].as_str()), (Some(24), Some("not yes")));
    let two =
        read(labelled(["yes", "no", "maybe", "no"]).as_bytes(), &["--positive", "yes", "--negative", "maybe"]).unwrap();
    assert_eq!((two["rows"].as_u64(), two["classes"][0].as_str()), (Some(12), Some("maybe")));
}

/// Files that are joined with their headers, whatever the columns hold.
#[test]
fn a_header_among_the_rows_is_recognised() {
    let numbers = plain();
    let categories = table(",", ".", "x,y,colour", |i| format!(",{}", ["red", "blue"][i % 2]));
    let labels = numbers.replace(",0\n", ",no\n").replace(",1\n", ",yes\n");
    for (text, options) in [
        (&numbers, &[] as &[&str]),
        (&numbers, &["--positive", "1"]),
        (&numbers, &["--positive", "1", "--negative", "rest"]),
        (&categories, &[]),
        (&labels, &["--positive", "yes"]),
    ] {
        let header = text.lines().next().unwrap();
        let twice = text.clone() + &text.lines().map(|line| format!("{line}\n")).collect::<String>();
        refused(&twice, options, &["line 26: the header stands here again", "remove every such line"]);
        let thrice = format!("{twice}{header}\n");
        refused(&thrice, options, &["line 26", "(2 such lines)"]);
    }
    // A class and a level may have the name of their column.
    let spam = "spam,x,y\nspam,1,y\nham,2,n\nspam,3,n\nham,1,y\nham,4,y\nspam,2,n\nham,3,n\n";
    assert!(read(spam.as_bytes(), &["--positive", "y"]).is_ok());
}

/// Labels and levels that differ only in case or blanks are named, wherever they are not refused.
#[test]
fn texts_that_look_alike_are_named() {
    let labelled = |labels: [&str; 4]| table(",", ".", "x,z,y", |i| format!(",{}", labels[i % 4]));
    let alike = |found: &Value| {
        let sentences = Reading::deserialize(&found["read"]).unwrap().sentences();
        sentences.into_iter().find(|sentence| sentence.contains("differ only in case")).unwrap_or_default()
    };
    let said = "\"No\", \"no\" differ only in case";
    let open = labelled(["yes", "No", "yes", "no"]);
    refused(&open, &["--positive", "yes"], &["negative = \"rest\"", said]);
    refused(&open, &[], &["positive = \"...\"", said]);
    let rest = read(open.as_bytes(), &["--positive", "yes", "--negative", "rest"]).unwrap();
    assert!(alike(&rest).contains("\"No\" (coded 0), \"no\" (coded 0) of column \"y\""), "{}", alike(&rest));
    let one = read(open.as_bytes(), &["--positive", "yes", "--negative", "no"]).unwrap();
    assert!(alike(&one).contains("\"No\" (left out), \"no\" (coded 0) of column \"y\""), "{}", alike(&one));
    let levels = table(",", ".", "x,y,colour", |i| format!(",{}", ["red", "blue", "Red", "blue"][i % 4]));
    let found = read(levels.as_bytes(), &[]).unwrap();
    assert!(alike(&found).contains("\"red\" (a level), \"Red\" (a level) of column \"colour\""), "{}", alike(&found));
    let plain = read(levels.replace("Red", "red").as_bytes(), &[]).unwrap();
    assert_eq!(alike(&plain), "");
}

/// A file of so many columns that its header alone is longer than what a dialect is recognised by.
#[test]
fn long_headers_have_a_dialect_too() {
    let names: String = (0..9_000).map(|j| format!("gene{j:05};")).collect();
    let row = |i: usize| {
        (0..9_000).map(|j| format!("{},{};", j * i % 7, i)).collect::<String>()
            + if i.is_multiple_of(3) { "1" } else { "0" }
    };
    let text = names + "y\n" + &(0..12).map(|i| row(i) + "\n").collect::<String>();
    let found = read(text.as_bytes(), &["--features", "gene0000?"]).unwrap();
    assert_eq!(found["read"]["dialect"], "semicolons between columns, decimal commas");
    let folder = Folder::new("files-long");
    folder.write("d.csv", &text);
    let (_, page, _) = logitbench(&folder.0, &["fit", "d.csv", "--target", "y", "--features", "gene00000"]);
    assert!(page.contains("8999 columns are left out"), "{}", &page[..page.len().min(2_000)]);
}

#[test]
fn a_quote_that_swallows_rows_is_refused() {
    let noted = |at: usize, note: &'static str| {
        table(",", ".", "x,y,note", move |i| if i == at { format!(",{note}") } else { ",plain".to_owned() })
    };
    refused(&noted(9, "\"broken"), &["--exclude", "note"], &["line 11", "not closed"]);
    let multi_line = noted(9, "\"one, two\nthree\"");
    assert_eq!(read(multi_line.as_bytes(), &["--exclude", "note"]).unwrap()["rows"], 24);
}

#[test]
fn what_is_no_table_is_called_what_it_is() {
    refused("PK\x03\x04 and more", &[], &["spreadsheet", "save the sheet as CSV"]);
    refused("5.1,3.5,0\n4.9,3.0,1\n", &[], &["no header"]);
    refused("x,y\n1,0\n2,1,5\n3,1\n", &[], &["line 3 has 3 field(s)", "header has 2"]);
    refused("x,y\n1e400,0\n2,1\n", &[], &["\"1e400\"", "beyond the range"]);
    refused("5.1,3.5,no\n4.9,3.0,yes\n", &[], &["no header"]);
    refused("x,y\n1e-400,0\n2,1\n", &[], &["1e-400", "too small"]);
    refused("x,y\n1e-50,0\n2,1\n", &["--storage", "single"], &["1e-50", "too small"]);
    refused("x,y\n1.100.000,0\n2,1\n", &[], &["points stand between thousands"]);
    refused("x,y\n\"1,5\",0\n2,1\n", &[], &["\"1,5\"", "decimal = \",\""]);
    refused("x,y\n\"1,234,567\",0\n2,1\n", &[], &["\"1,234,567\"", "between thousands"]);
    refused("x;y\n1.5;0\n2.5;1\n", &["--decimal", ","], &["\"1.5\"", "write it with a comma"]);
    refused("x,y\n1.5D+00,0\n2.5D+00,1\n", &[], &["\"1.5D+00\"", "write it with e"]);
    refused("x,y\n42_000,0\n1_500,1\n", &[], &["\"42_000\"", "without _"]);
    // One odd word among numbers is most likely a missing value.
    let marks = ["missing_values = [\"unknown\"]", "--missing-values=unknown"];
    refused("x,y\n1,0\n2,1\nunknown,0\n4,1\n", &[], &marks);
}

/// What was done stands in the report of an experiment, in `check`, and on the terminal.
#[test]
fn an_experiment_says_what_was_done_to_its_file() {
    let folder = Folder::new("files-experiment");
    folder.write("d.csv", table(";", ",", "x;y;id", |i| format!(";{}", 1000 + 3 * i)));
    let experiment = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\nexclude = \"id\"\n[split]\nrepeats = 20\n[[solver]]\nmethod = \"newton\"\n";
    folder.write("m.toml", experiment);
    folder.write("n.toml", experiment.replace("exclude = \"id\"\n", ""));
    let say = |arguments: &[&str]| {
        let (_, said, _) = logitbench(&folder.0, arguments);
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let done =
        "read with semicolons between columns, decimal commas; column \"id\" is left out because `exclude` names it";
    assert!(say(&["check", "m.toml"]).contains(done));
    assert!(say(&["check", "n.toml"]).contains("\"id\" has another whole number in every row"));
    assert!(say(&["experiment", "m.toml", "--out", "m.json"]).contains(done));
    let report: Value = serde_json::from_str(&std::fs::read_to_string(folder.0.join("m.json")).unwrap()).unwrap();
    assert_eq!(report["datasets"][0]["read"]["labels"][0]["label"], "0");
    assert!(say(&["init", "d.csv", "--target", "y", "--exclude", "id", "--out", "i.toml"]).contains(done));
    assert_eq!(logitbench(&folder.0, &["check", "i.toml"]).0, 0);
}

/// Whatever verb reads the file says that a column names the groups that rows belong to.
#[test]
fn a_column_that_may_name_groups_is_said_by_every_verb() {
    let folder = Folder::new("files-groups");
    let line = |i: usize| format!("{},{},{}\n", 100 + i / 4, i * 37 % 61, i * i % 7 % 2);
    folder.write("d.csv", "patient_id,x,y\n".to_owned() + &(0..60).map(line).collect::<String>());
    for (arguments, is_said) in [
        (&["init", "d.csv", "--target", "y"][..], true),
        (&["check", "d.toml"], true),
        (&["experiment", "d.toml", "--repeats", "20"], true),
        (&["fit", "d.csv", "--target", "y"], true),
        (&["fit", "d.csv", "--target", "y", "--groups", "patient_id"], false),
    ] {
        let (_, said, _) = logitbench(&folder.0, arguments);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            said.matches("Column \"patient_id\" has each value in several rows").count(),
            usize::from(is_said),
            "{arguments:?}: {said}"
        );
    }
}

/// A fit is one of the training rows, so that the test rows can test it.
#[test]
fn a_fit_leaves_out_the_test_rows() {
    let folder = Folder::new("files-test-set");
    let (x, y) = (|i: usize| i * 37 % 61, |i: usize| i * i % 7 % 2);
    let is_test = |i: &usize| i.is_multiple_of(3);
    let part = |i: usize| if is_test(&i) { "test" } else { "train" };
    let all: String = (0..60).map(|i| format!("{},{},{}\n", x(i), part(i), y(i))).collect();
    let training: String = (0..60).filter(|i| !is_test(i)).map(|i| format!("{},{}\n", x(i), y(i))).collect();
    folder.write("all.csv", "x,part,y\n".to_owned() + &all);
    folder.write("training.csv", "x,y\n".to_owned() + &training);
    let (all, training) =
        (fit(&folder, "all.csv", &["--test-set", "part"]).unwrap(), fit(&folder, "training.csv", &[]).unwrap());
    assert_eq!((&all["coefficients"], &all["rows"]), (&training["coefficients"], &training["rows"]));
    let (_, said, _) = logitbench(&folder.0, &["fit", "all.csv", "--target", "y", "--test-set", "part"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("20 rows are left out because column \"part\" names them test rows"), "{said}");
    folder.write("one.csv", "x,part,y\n1,train,1\n2,train,1\n3,test,0\n4,test,1\n");
    let (code, _, stderr) = logitbench(&folder.0, &["fit", "one.csv", "--target", "y", "--test-set", "part"]);
    assert!(code == 3 && stderr.contains("2 because column \"part\" names them test rows"), "{code}: {stderr}");
    folder.write("counts.csv", "x,part,ok,n\n1,train,1,4\n2,train,2,4\n3,test,3,4\n");
    let counts = ["fit", "counts.csv", "--successes", "ok", "--trials", "n", "--test-set", "part"];
    let (code, _, stderr) = logitbench(&folder.0, &counts);
    assert!(code == 2 && stderr.contains("training rows into a file of their own"), "{code}: {stderr}");
    // Who names no target sees what there is to name.
    let (code, _, stderr) = logitbench(&folder.0, &["fit", "all.csv"]);
    assert!(code == 2 && stderr.contains("--target y") && stderr.contains("\"x\", \"part\", \"y\""), "{stderr}");
}

/// On one fixed test set nothing is inferred about other splits; what is known of new rows is the binomial interval of the accuracy.
#[test]
fn a_fixed_test_set_tells_the_accuracy_on_new_rows_and_nothing_of_other_splits() {
    let folder = Folder::new("files-fixed");
    let line =
        |i: usize| format!("{},{},{},{}\n", i * 37 % 61, usize::from(i.is_multiple_of(3)), i % 4 + 1, i * i % 7 % 2);
    folder.write("d.csv", "x,part,count,y\n".to_owned() + &(0..60).map(line).collect::<String>());
    let toml = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\ntest_set = \"part\"\nexclude = \"count\"\n[split]\nscheme = \"fixed\"\n\
                [[solver]]\nmethod = \"newton\"\n[[claim]]\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 0.4\non_share = 1\n";
    let run = |toml: &str| {
        folder.write("m.toml", toml);
        let (_, said, _) = logitbench(&folder.0, &["experiment", "m.toml", "--out", "m.json"]);
        let report: Value = serde_json::from_str(&std::fs::read_to_string(folder.0.join("m.json")).unwrap()).unwrap();
        (said.split_whitespace().collect::<Vec<_>>().join(" "), report["cells"][0]["metrics"]["test_accuracy"].clone())
    };
    let (said, accuracy) = run(toml);
    assert!(said.contains("counting decides: nothing is inferred about other splits or new data"), "{said}");
    let right = (20.0 * accuracy["mean"].as_f64().unwrap()).round() as u64;
    let (low, high) = logitbench::statistics::proportion::clopper_pearson(right, 20, 0.95);
    assert_eq!(accuracy["new_data_interval"], serde_json::json!([low, high]));
    let line = format!("by the rows of the fixed test set (95 % confidence): {low:.4} to {high:.4} of newton");
    assert!(said.contains(&line), "{line} is not in {said}");
    // Rows that stand for several are no independent draws.
    let (said, accuracy) = run(&toml.replace("exclude = \"count\"", "weights = \"count\""));
    assert!(accuracy["new_data_interval"].is_null() && !said.contains("fixed test set"), "{said}");
    // With random splits the interval is that of fits to as many rows.
    let shuffled = toml
        .replace("scheme = \"fixed\"", "repeats = 50")
        .replace("test_set = \"part\"\nexclude = \"count\"", "exclude = [\"count\", \"part\"]");
    let (said, accuracy) = run(&shuffled);
    let ends =
        ["0", "1"].map(|end| accuracy.pointer(&format!("/new_data_interval/{end}")).and_then(Value::as_f64).unwrap());
    assert!(
        said.contains(&format!(
            "of fits to as many training rows (95 % confidence): {:.4} to {:.4} of newton",
            ends[0], ends[1]
        )),
        "{said}"
    );
}

/// Which value fills a column of words is said, and draws with weights give no error rate, with the reason.
#[test]
fn what_fills_a_column_and_why_there_is_no_error_rate_is_said() {
    let folder = Folder::new("files-said");
    let line =
        |i: usize| format!("{},{},{},{}\n", i * 37 % 61, ["yes", "no", "", "yes"][i % 4], i % 4 + 1, i * i % 7 % 2);
    folder.write("d.csv", "x,smokes,count,y\n".to_owned() + &(0..60).map(line).collect::<String>());
    let fit = ["fit", "d.csv", "--target", "y", "--missing", "mean", "--exclude", "count"];
    let (_, said, _) = logitbench(&folder.0, &fit);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the most frequent value of the training rows (of all rows \"yes\") instead"), "{said}");
    let toml = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\nweights = \"count\"\nexclude = \"smokes\"\n[split]\nscheme = \"bootstrap\"\n\
                repeats = 20\n[[solver]]\nmethod = \"newton\"\n";
    for (toml, is_there) in [(toml.to_owned(), true), (toml.replace("weights = \"count\"\n", ""), false)] {
        folder.write("m.toml", toml);
        let (_, said, stderr) = logitbench(&folder.0, &["experiment", "m.toml"]);
        assert_eq!(said.contains("No error rate by .632 or .632+: rows have weights"), is_there, "{said}{stderr}");
    }
}

/// A test set without a row that counts would test nothing.
#[test]
fn a_listed_test_set_of_rows_with_weight_0_is_refused() {
    let folder = Folder::new("files-listed");
    let line = |i: usize| format!("{},{},{}\n", i * 37 % 61, usize::from(i >= 5), i * i % 7 % 2);
    folder.write("d.csv", "x,count,y\n".to_owned() + &(0..40).map(line).collect::<String>());
    folder.write("lists.json", format!("[[{:?}, [0, 1, 2, 3, 4]]]", (5..40).collect::<Vec<_>>()));
    let toml = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\nweights = \"count\"\n[split]\nscheme = \"listed\"\nlists = \"lists.json\"\n\
                [[solver]]\nmethod = \"newton\"\n";
    folder.write("m.toml", toml);
    let (code, _, stderr) = logitbench(&folder.0, &["check", "m.toml"]);
    assert!(code == 3 && stderr.contains("all its test rows were left out of the data"), "{code}: {stderr}");
}
