//! Files in every format: the same data give the same results, and what is not read is refused with the remedy. `formats/make.py` made
//! the files with numpy, pandas, pyarrow and scikit-learn.

mod common;

use std::process::{Command, Stdio};

use common::{Folder, logitbench, root};
use serde_json::Value;

/// Two classes of iris, and the keys with which each file holds them.
const IRIS: &[(&str, &str)] = &[
    ("ones.svm", ""),
    ("zero-based.libsvm", ""),
    ("c-order.npy", ""),
    ("fortran.npy", ""),
    ("big-endian.npy", "target = \"x5\""),
    ("plain.npz", ""),
    ("deflated.npz", "positive = \"virginica\""),
    ("bool.npz", "target = \"y\""),
    ("none.parquet", "target = \"species\"\npositive = \"virginica\""),
    ("snappy.parquet", "target = \"species\"\npositive = \"virginica\""),
    ("zstd.parquet", "target = \"species\"\npositive = \"virginica\""),
    ("gzip.parquet", "target = \"species\"\npositive = \"virginica\""),
    ("groups-v2.parquet", "target = \"species\"\npositive = \"virginica\""),
    ("dense.arff", "positive = \"virginica\""),
    ("sparse.arff", "positive = \"virginica\""),
];

fn file(name: &str) -> String {
    root().join("tests/formats").join(name).display().to_string()
}

/// The cells of the report of an experiment on these data, without what names them.
fn cells(folder: &Folder, dataset: &str) -> Value {
    let rest = "[split]\nrepeats = 40\n[[model]]\n[[model]]\nscaling = \"standardize\"\npenalty = \"l2\"\nstrength = 1\n[[solver]]\nmethod = \
                \"newton\"\n[[solver]]\nmethod = \"l-bfgs\"\n";
    folder.write("m.toml", format!("[[dataset]]\nlabel = \"iris\"\n{dataset}\n{rest}"));
    let (code, _, message) = logitbench(&folder.0, &["experiment", "m.toml", "--out", "m.json", "--quiet"]);
    assert_eq!(code, 0, "{dataset}: {message}");
    let mut report: Value = serde_json::from_str(&std::fs::read_to_string(folder.0.join("m.json")).unwrap()).unwrap();
    let mut cells = report["cells"].take();
    // Names of coefficients are those of the file.
    fn without_names(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| !matches!(name.as_str(), "features" | "names" | "columns" | "coefficients"));
                members.values_mut().for_each(without_names);
            }
            Value::Array(items) => items.iter_mut().for_each(without_names),
            _ => {}
        }
    }
    without_names(&mut cells);
    cells
}

#[test]
fn every_format_gives_the_results_of_the_embedded_data() {
    let folder = Folder::new("formats");
    let right = cells(&folder, "name = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]");
    assert!(right.as_array().is_some_and(|cells| cells.len() == 4));
    for (name, keys) in IRIS {
        let found = cells(&folder, &format!("file = {:?}\n{keys}", file(name)));
        assert!(found == right, "{name}");
    }
}

fn fit(arguments: &[&str]) -> Result<Value, String> {
    match logitbench(&root(), &[&["fit"], arguments, &["--json"]].concat()) {
        (0, json, _) => Ok(serde_json::from_str(&json).unwrap()),
        (3, _, message) => Err(message.split_whitespace().collect::<Vec<_>>().join(" ")),
        (code, _, message) => panic!("{arguments:?}: {code}: {message}"),
    }
}

#[test]
fn packed_files_and_standard_input_are_read_as_files_are() {
    let folder = Folder::new("formats-packed");
    for (name, packed) in [("ones.svm", true), ("plain.npz", false), ("snappy.parquet", false), ("dense.arff", true)] {
        let bytes = std::fs::read(file(name)).unwrap();
        let keys: &[&str] = match name {
            "snappy.parquet" => &["--target", "species", "--positive", "virginica"],
            "dense.arff" => &["--positive", "virginica"],
            _ => &[],
        };
        let right = fit(&[&[&*file(name)], keys].concat()).unwrap();
        if packed {
            let frame = ruzstd::encoding::compress_to_vec(&bytes[..], ruzstd::encoding::CompressionLevel::Fastest);
            let path = folder.0.join(format!("{name}.zst"));
            std::fs::write(&path, frame).unwrap();
            let found = fit(&[&[&*path.display().to_string()], keys].concat()).unwrap();
            assert_eq!(found["coefficients"], right["coefficients"], "{name}");
            assert!(found["read"]["dialect"].as_str().unwrap().contains("zstd"));
        }
        // A name that tells nothing: the content does.
        std::fs::write(folder.0.join("data"), &bytes).unwrap();
        let found = fit(&[&[&*folder.0.join("data").display().to_string()], keys].concat()).unwrap();
        assert_eq!(found["coefficients"], right["coefficients"], "{name}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_logitbench"));
        command.args(["fit", "-", "--json"]).args(keys).stdin(std::fs::File::open(file(name)).unwrap());
        let output = command.stdout(Stdio::piped()).output().unwrap();
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["coefficients"], right["coefficients"], "{name}");
    }
}

#[test]
fn what_contradicts_the_name_is_recognised() {
    let folder = Folder::new("formats-named");
    for (name, format) in [
        ("ones.svm", "libsvm"),
        ("plain.npz", "npz"),
        ("c-order.npy", "npy"),
        ("snappy.parquet", "parquet"),
        ("dense.arff", "arff"),
    ] {
        let path = folder.0.join("d.csv");
        std::fs::copy(file(name), &path).unwrap();
        let message = fit(&[&path.display().to_string(), "--target", "y"]).unwrap_err();
        assert!(message.contains(&format!("--format {format}")), "{message}");
        let target: &[&str] = if format == "parquet" { &["--target", "species"] } else { &[] };
        let path = path.display().to_string();
        let named = fit(&[&[&*path, "--format", format, "--positive", "nothing"], target].concat());
        assert!(named.is_err_and(|message| message.contains("nothing")), "{format}");
    }
}

#[test]
fn arrays_of_every_dtype_are_read_and_others_refused() {
    for entry in std::fs::read_dir(root().join("tests/formats")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("dtype-") {
            let found = fit(&[&path.display().to_string()]).unwrap();
            // Of the rows with x1 = 0 and x1 = 1 one of two and two of three are 1.
            let first = found["coefficients"][0].as_f64().unwrap();
            let second = found["coefficients"][1].as_f64().unwrap();
            assert!(first.abs() < 1e-9 && (second - 2f64.ln()).abs() < 1e-9, "{name}: {found}");
        }
    }
    for (name, words) in [
        ("structured.npy", ["structured", "structured_to_unstructured"]),
        ("objects.npy", ["objects", "astype(float)"]),
    ] {
        let message = fit(&[&file(name)]).unwrap_err();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn parquet_columns_of_every_kind_are_read_or_refused() {
    let of = |features: &str| {
        fit(&[&file("kinds.parquet"), "--target", "y", "--features", features, "--missing", "drop-rows"])
    };
    for feature in ["whole", "decimal", "flag", "half"] {
        assert!(of(feature).is_ok(), "{feature}: {:?}", of(feature));
    }
    let large = of("large").unwrap_err();
    assert!(large.contains("9223372036854775813") && large.contains("2^53") && large.contains("\"large\""), "{large}");
    let timed = fit(&[&file("kinds.parquet"), "--target", "y", "--features", "half", "--time", "time"]);
    assert!(timed.is_ok(), "{timed:?}");
    for (name, words) in [("nested.parquet", "nested"), ("brotli.parquet", "snappy, zstd or gzip")] {
        let message = fit(&[&file(name), "--target", "y"]).unwrap_err();
        assert!(message.contains(words), "{message}");
    }
    let indexed = fit(&[&file("pandas-index.parquet"), "--target", "species", "--positive", "virginica"]);
    let told = indexed.map_or_else(|message| message, |found| found["read"]["columns_left_out"].to_string());
    assert!(told.contains("no name"), "{told}");
}

fn refused(name: &str, text: &str, words: &[&str]) {
    let folder = Folder::new("formats-refused");
    folder.write(name, text);
    let message = fit(&[&folder.0.join(name).display().to_string()]).expect_err(text);
    for word in words {
        assert!(message.contains(word), "no {word:?} in {message}");
    }
}

#[test]
fn libsvm_is_read_with_its_variants_and_refused_with_the_line() {
    let folder = Folder::new("formats-libsvm");
    let read = |text: &str, keys: &[&str]| {
        folder.write("d.svm", text);
        fit(&[&[&*folder.0.join("d.svm").display().to_string()], keys].concat()).unwrap()
    };
    let plain = read("1 1:1 2:3\n-1 1:2\n1 2:1\n-1 1:0.5 2:2\n1 1:4\n", &[]);
    assert_eq!(plain["classes"], serde_json::json!(["-1", "1"]));
    assert!(plain["read"]["dialect"].as_str().unwrap().contains("indices from 1"));
    for text in [
        "# made by hand\r\n+1 2:3 1:1 # first\r\n\r\n-1 1:2\r\n+1 2:1\r\n-1\t1:5e-1  2:2 \r\n+1 1:4 2:0",
        "1 qid:1 1:1 2:3\n-1 qid:1 1:2\n1 qid:2 2:1\n-1 qid:2 1:0.5 2:2\n1 qid:2 1:4\n",
        "1 0:1 1:3\n0 0:2\n1 1:1\n0 0:0.5 1:2\n1 0:4\n",
    ] {
        assert_eq!(read(text, &[])["coefficients"], plain["coefficients"], "{text}");
    }
    let three = "1 1:1\n2 1:2\n3 1:0.5\n1 1:2\n2 1:1\n3 1:0.25\n";
    refused("d.svm", three, &["\"1\" (2 rows)", "--positive"]);
    assert_eq!(read(three, &["--positive", "3", "--negative", "1"])["rows"], 4);
    refused("d.svm", "1 1:1\n1,2 1:2\n", &["line 2", "several labels"]);
    refused("d.svm", "1 1:1\n0 1:2 1:3\n", &["line 2", "index 1 stands twice"]);
    refused("d.svm", "1 1:1\n0 1:nan\n", &["line 2", "1:nan", "not finite"]);
    refused("d.svm", "1 1:1\n0 1: 2\n", &["line 2", "1:", "without blanks"]);
    refused("d.svm", "1 1:1\n0 abc\n", &["line 2", "abc", "index:value"]);
    refused("d.svm", "1 1:1\n0 4000000000:1\n", &["line 2", "4000000000", "16777216"]);
    refused("d.svm", "1 1:1\n0 16777216:1\n", &["16777216 features", "GB of memory", "fewer features"]);
    refused("d.svm", "1 1:9007199254740993\n0 1:2\n", &["line 1", "2^53"]);
    refused("d.svm", "1 1:1\n0 1:1e-400\n", &["line 2", "too small"]);
    refused("d.svm", "1 qid:1 1:1\n0 1:2\n", &["line 2", "qid"]);
    refused("d.svm", "1 1:1\n1 1:2\n", &["both classes"]);
    refused("d.svm", "1:1 2:2\n0 1:2\n", &["line 1", "no label"]);
}

#[test]
fn arff_is_read_with_its_variants_and_refused_with_the_line() {
    let folder = Folder::new("formats-arff");
    let read = |text: &str, keys: &[&str]| {
        folder.write("d.arff", text);
        fit(&[&[&*folder.0.join("d.arff").display().to_string()], keys].concat()).unwrap()
    };
    let header = "@relation r\n@attribute x numeric\n@attribute 'a z' real\n@attribute class {0,1}\n@data\n";
    let plain = read(&format!("{header}1,0,0\n0,2,1\n3,0,1\n0,1,0\n2,2,1\n1,1,0\n"), &[]);
    for rows in [
        "{0 1}\n{1 2, 2 1}\n{0 3,2 1}\n{1 1}\n{0 2, 1 2, 2 1}\n{0 1, 1 1}\n",
        "% first\n1, 0 ,'0'\n0,2,\"1\"\n3,0,1,{1}\n0,1,0\n\n2,2,1\n1,1,0",
    ] {
        assert_eq!(read(&format!("{header}{rows}"), &[])["coefficients"], plain["coefficients"], "{rows}");
    }
    let missing =
        read(&format!("{header}1,0,0\n?,2,1\n0,2,1\n3,0,1\n0,1,0\n2,2,1\n1,1,0\n"), &["--missing", "drop-rows"]);
    assert_eq!(missing["coefficients"], plain["coefficients"]);
    for (rows, words) in [
        ("1,0,0\n0,2\n", &["line 7", "2 values", "3 attributes"][..]),
        ("1,0,0\n0,2,5\n", &["line 7", "5", "@attribute"]),
        ("1,0,0\n{7 2}\n", &["line 7", "0 to 2"]),
        ("1,0,0\n0,'2,1\n", &["line 7", "not closed"]),
    ] {
        refused("d.arff", &format!("{header}{rows}"), words);
    }
    refused("d.arff", "@relation r\n@attribute x numeric\n", &["@data"]);
    refused("d.arff", "@relation r\n@attribute x wrong\n@data\n", &["line 2", "wrong"]);
}
