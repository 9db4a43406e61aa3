//! Files in every format: the same data give the same results, and what is not read is refused with the remedy. `formats/make.py` made
//! the files with numpy, pandas, pyarrow and scikit-learn.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::{Folder, logitbench, root};
use serde_json::Value;

/// Two classes of iris, and the keys with which each file holds them. These files have other names of features or classes, or none.
const IRIS: &[(&str, &str)] = &[
    ("ones.svm", ""),
    ("zero-based.libsvm", ""),
    ("c-order.npy", ""),
    ("fortran.npy", ""),
    ("big-endian.npy", "target = \"x5\""),
    ("plain.npz", ""),
    ("deflated.npz", "positive = \"virginica\""),
    ("bool.npz", "target = \"y\""),
    ("dense.arff", "positive = \"virginica\""),
    ("sparse.arff", "positive = \"virginica\""),
];

/// The target of the files that have the names of the embedded data.
const SPECIES: &str = "target = \"species\"\npositive = \"virginica\"";

/// Files with these names, so that every byte of the data is the same.
const NAMED: &[(&str, &str)] = &[
    ("none.parquet", SPECIES),
    ("snappy.parquet", SPECIES),
    ("zstd.parquet", SPECIES),
    ("gzip.parquet", SPECIES),
    ("groups-v2.parquet", SPECIES),
    ("deltas.parquet", SPECIES),
    ("lengths.parquet", SPECIES),
    #[cfg(feature = "arrow")]
    ("uncompressed.arrow", SPECIES),
    #[cfg(feature = "arrow")]
    ("pandas.feather", SPECIES),
    #[cfg(feature = "arrow")]
    ("deltas.arrow", SPECIES),
    #[cfg(feature = "arrow")]
    ("batches.arrows", SPECIES),
];

/// The data as CSV, by their ARFF file.
fn csv(delimiter: &str, decimal: &str, quote: &str) -> String {
    let arff = std::fs::read_to_string(file("dense.arff")).unwrap();
    let line = |fields: Vec<String>| {
        let quoted = fields.into_iter().map(|field| format!("{quote}{field}{quote}"));
        quoted.collect::<Vec<_>>().join(delimiter) + "\n"
    };
    let names = ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"];
    let rows = arff.lines().skip_while(|line| *line != "@DATA").skip(1);
    let fields = |row: &str| row.split(", ").map(|field| field.trim_matches('\'').replace('.', decimal)).collect();
    line(names.map(str::to_owned).to_vec()) + &rows.map(|row| line(fields(row))).collect::<String>()
}

/// CSV files of the data in the dialects that there are: name, bytes, and keys.
fn dialects() -> Vec<(&'static str, Vec<u8>, String)> {
    let utf_16: Vec<u8> = csv("\t", ".", "").encode_utf16().fold(b"\xff\xfe".to_vec(), |mut bytes, unit| {
        bytes.extend(unit.to_le_bytes());
        bytes
    });
    // A column more, which is left out, has bytes that are not UTF-8.
    let more = csv(",", ".", "\"").lines().enumerate().fold(Vec::new(), |mut bytes, (row, line)| {
        bytes.extend(if row == 0 { &b"Gr\xf6\xdfe,"[..] } else { b"\xe4," });
        bytes.extend(line.as_bytes());
        bytes.push(b'\n');
        bytes
    });
    let with_mark = |text: String| [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat();
    let plain: [(&'static str, Vec<u8>); 7] = [
        ("comma.csv", csv(",", ".", "").into_bytes()),
        ("german.csv", csv(";", ",", "").into_bytes()),
        ("tab.tsv", csv("\t", ".", "").into_bytes()),
        ("pipe.csv", csv("|", ".", "").replace('\n', "\r\n").into_bytes()),
        ("utf-16.csv", utf_16),
        ("marked.csv", with_mark(csv(",", ".", "\""))),
        ("sep.csv", [b"sep=;\n", csv(";", ".", "").as_bytes()].concat()),
    ];
    let plain = plain.map(|(name, bytes)| (name, bytes, SPECIES.to_owned()));
    plain.into_iter().chain([("latin-1.csv", more, format!("{SPECIES}\nexclude = \"Gr*\""))]).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn file(name: &str) -> String {
    root().join("tests/formats").join(name).display().to_string()
}

/// All results in the report of an experiment on these data; the data alone are the bits that they have, if `named`, or else without what
/// names them.
fn results(folder: &Folder, dataset: &str, named: bool) -> Value {
    let rest = "[split]\nrepeats = 40\n[[model]]\n[[model]]\nscaling = \"standardize\"\npenalty = \"l2\"\nstrength = 1\n[[solver]]\nmethod = \
                \"newton\"\n[[solver]]\nmethod = \"l-bfgs\"\n[[claim]]\nname = \"right\"\nsolver = \"newton\"\nmetric = \
                \"test_accuracy\"\nat_least = 0.8\non_share = 0.5\n";
    folder.write("m.toml", format!("[[dataset]]\nlabel = \"iris\"\n{dataset}\n{rest}"));
    let (code, _, message) = logitbench(&folder.0, &["experiment", "m.toml", "--out", "m.json", "--quiet"]);
    assert_eq!(code, 0, "{dataset}: {message}");
    let mut report: Value = serde_json::from_str(&std::fs::read_to_string(folder.0.join("m.json")).unwrap()).unwrap();
    // What tells of the run and of the file.
    for place in ["experiment", "environment", "timings"] {
        report.as_object_mut().unwrap().remove(place);
    }
    report["datasets"][0].as_object_mut().unwrap().remove("read");
    fn without_names(value: &mut Value) {
        match value {
            Value::Object(members) => {
                let is_name = |name: &str| {
                    matches!(name, "names" | "columns" | "coefficients" | "feature_names" | "classes" | "digest")
                };
                members.retain(|name, _| !is_name(name));
                members.values_mut().for_each(without_names);
            }
            Value::Array(items) => items.iter_mut().for_each(without_names),
            _ => {}
        }
    }
    if !named {
        // Its words name the larger class.
        report.as_object_mut().unwrap().remove("answer");
        without_names(&mut report);
    }
    report
}

#[test]
fn every_format_gives_the_results_of_the_embedded_data() {
    let folder = Folder::new("formats");
    let embedded = "name = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]";
    let right = results(&folder, embedded, false);
    assert!(right["cells"].as_array().is_some_and(|cells| cells.len() == 4));
    for (name, keys) in IRIS {
        assert!(results(&folder, &format!("file = {:?}\n{keys}", file(name)), false) == right, "{name}");
    }
    let right = results(&folder, embedded, true);
    let mut files = dialects();
    files.extend(NAMED.iter().map(|(name, keys)| (*name, std::fs::read(file(name)).unwrap(), (*keys).to_owned())));
    for (name, bytes, keys) in files {
        let is_text = [".csv", ".tsv", ".arff"].iter().any(|end| name.ends_with(end));
        let packed = [(".gz", gzip(&bytes)), (".zst", zstd(&bytes))].into_iter().filter(|_| is_text);
        for (end, bytes) in [("", bytes.clone())].into_iter().chain(packed) {
            let path = folder.0.join(format!("{name}{end}"));
            std::fs::write(&path, bytes).unwrap();
            assert!(results(&folder, &format!("file = {path:?}\n{keys}"), true) == right, "{name}{end}");
        }
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
            let path = folder.0.join(format!("{name}.zst"));
            std::fs::write(&path, zstd(&bytes)).unwrap();
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
        #[cfg(feature = "arrow")]
        ("pandas.feather", "arrow"),
    ] {
        let path = folder.0.join("d.csv");
        std::fs::copy(file(name), &path).unwrap();
        let message = fit(&[&path.display().to_string(), "--target", "y"]).unwrap_err();
        assert!(message.contains(&format!("--format {format}")), "{message}");
        let target: &[&str] = if ["parquet", "arrow"].contains(&format) { &["--target", "species"] } else { &[] };
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

#[test]
fn decimals_are_whole_numbers_where_they_have_no_fraction() {
    let of = |feature: &str| {
        fit(&[&file("decimals.parquet"), "--target", "y", "--features", feature, "--missing", "drop-rows"])
    };
    let long = of("long").unwrap_err();
    assert!(long.contains("1000000000000000000000000000001") && long.contains("2^53"), "{long}");
    assert!(of("small").is_ok() && of("fine").is_ok());
}

#[cfg(feature = "arrow")]
#[test]
fn arrow_columns_of_every_kind_are_read_or_refused() {
    let of = |features: &str| {
        fit(&[&file("kinds.arrow"), "--target", "y", "--features", features, "--missing", "drop-rows"])
    };
    let parquet = |features: &str| {
        fit(&[&file("kinds.parquet"), "--target", "y", "--features", features, "--missing", "drop-rows"]).unwrap()
    };
    for feature in ["whole", "decimal", "flag", "half"] {
        assert_eq!(of(feature).unwrap()["coefficients"], parquet(feature)["coefficients"], "{feature}");
    }
    for feature in ["small", "fine", "codes", "view"] {
        assert!(of(feature).is_ok(), "{feature}: {:?}", of(feature));
    }
    for (feature, words) in [
        ("large", ["9223372036854775813", "2^53"]),
        ("long", ["1000000000000000000000000000001", "2^53"]),
        ("clock", ["times of day", "exclude"]),
        ("lists", ["nested", "exclude"]),
        ("day", ["1970-01-01", "dates"]),
    ] {
        let message = of(feature).unwrap_err();
        assert!(words.iter().all(|word| message.contains(word)) && message.contains(feature), "{message}");
    }
    for time in ["time", "zoned"] {
        let timed = fit(&[&file("kinds.arrow"), "--target", "y", "--features", "half", "--time", time]);
        assert!(timed.is_ok(), "{timed:?}");
    }
    let packed = fit(&[&file("zstd.arrow"), "--target", "species"]).unwrap_err();
    assert!(packed.contains("zstd") && packed.contains("compression=\"lz4\""), "{packed}");
}

/// Any byte of a file may be wrong: the library under the reader panics on some that it does not check, and allocates what they say.
#[cfg(feature = "arrow")]
#[test]
fn changed_arrow_files_are_read_or_refused() {
    let folder = Folder::new("formats-changed");
    for name in ["batches.arrows", "pandas.feather"] {
        let bytes = std::fs::read(file(name)).unwrap();
        for place in (0..bytes.len()).step_by(bytes.len() / 20) {
            let (mut flipped, mut long) = (bytes.clone(), bytes.clone());
            flipped[place] ^= 0x80;
            long[place..(place + 8).min(bytes.len())].fill(0x7f);
            for changed in [&bytes[..place], &flipped, &long] {
                let path = folder.0.join(name);
                std::fs::write(&path, changed).unwrap();
                let read = fit(&[&path.display().to_string(), "--target", "species", "--positive", "virginica"]);
                assert!(changed.len() == bytes.len() || read.is_err(), "{name} is cut at {place}");
            }
        }
    }
}

#[cfg(not(feature = "arrow"))]
#[test]
fn a_build_without_arrow_says_how_to_read_it() {
    for name in ["uncompressed.arrow", "pandas.feather", "batches.arrows"] {
        let message = fit(&[&file(name), "--target", "species"]).unwrap_err();
        assert!(message.contains("--features arrow") && message.contains("Parquet"), "{message}");
    }
}

#[test]
fn encodings_of_arff_are_recognised_or_named() {
    let folder = Folder::new("formats-encodings");
    let rows = "ja\u{e4},1\nnein,2\nja\u{e4},3\nnein,1\nja\u{e4},2\nnein,2\n";
    let text = format!("@relation r\n@attribute \u{f6} {{ja\u{e4},nein}}\n@attribute x numeric\n@data\n{rows}");
    let latin_1: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let utf_16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let path = folder.0.join("d.arff").display().to_string();
    let read = |bytes: &[u8], more: &[&str]| {
        std::fs::write(&path, bytes).unwrap();
        fit(&[&[&*path, "--target", "\u{f6}", "--positive", "ja\u{e4}"], more].concat())
    };
    let plain = read(text.as_bytes(), &[]).unwrap();
    for (bytes, more, word) in
        [(&latin_1, &[][..], "Latin-1"), (&utf_16, &[], "UTF-16"), (&latin_1, &["--encoding", "latin-1"], "Latin-1")]
    {
        let found = read(bytes, more).unwrap();
        assert_eq!(found["coefficients"], plain["coefficients"], "{word}");
        assert!(found["read"]["dialect"].as_str().unwrap().contains(word), "{found}");
    }
    let refused = read(&latin_1, &["--encoding", "utf-8"]).unwrap_err();
    assert!(refused.contains("line 2 is not UTF-8") && refused.contains("--encoding"), "{refused}");
}

#[test]
fn features_of_libsvm_are_chosen_by_their_names() {
    let whole = fit(&[&file("ones.svm"), "--features", "x1,x3"]).unwrap();
    let rest = fit(&[&file("ones.svm"), "--exclude", "x[24]"]);
    assert!(rest.unwrap_err().contains("x[24]"), "no column is named so");
    let rest = fit(&[&file("ones.svm"), "--exclude", "x2,x4"]).unwrap();
    assert_eq!(whole["coefficients"], rest["coefficients"]);
    assert_eq!(whole["terms"], serde_json::json!(["(intercept)", "x1", "x3"]), "{whole}");
    assert!(whole["read"]["dialect"].as_str().unwrap().contains("2 of 4 features"), "{whole}");
    let none = fit(&[&file("ones.svm"), "--exclude", "x*"]).unwrap_err();
    assert!(none.contains("no column"), "{none}");
}

#[test]
fn wide_tables_are_refused_before_they_are_read() {
    let folder = Folder::new("formats-wide");
    let line = |cell: &dyn Fn(usize) -> String| (0..400_000).map(cell).collect::<Vec<_>>().join(",") + "\n";
    let text = line(&|j| format!("x{j}")) + &line(&|j| (j % 2).to_string()) + &line(&|_| "1".to_owned());
    folder.write("d.csv", text);
    let message = fit(&[&folder.0.join("d.csv").display().to_string(), "--target", "x0"]).unwrap_err();
    for word in ["399999 features", "GB of memory", "exclude"] {
        assert!(message.contains(word), "no {word:?} in {message}");
    }
    folder.write(
        "m.toml",
        format!("[[dataset]]\nfile = {:?}\n{SPECIES}\n[[solver]]\nmethod = \"newton\"\n", file("none.parquet")),
    );
    let (code, _, message) = logitbench(&folder.0, &["experiment", "m.toml", "--memory-limit", "1KB"]);
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("--memory-limit") && message.contains("100 rows of 4 features"), "{message}");
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
    folder.write("d.svm", b"j\xe4 1:1\nj\xf6 1:2\n");
    let message = fit(&[&folder.0.join("d.svm").display().to_string(), "--positive", "j"]).unwrap_err();
    assert!(message.contains("line 1") && message.contains("UTF-8"), "{message}");
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
    // Of rows without zeros, what a nominal attribute has is its first value, which may be no number.
    let header = "@relation r\n@attribute x numeric\n@attribute k {b,a,c}\n@attribute v {2,0}\n@attribute u numeric\n@attribute class {0,1}\n@data\n";
    let dense =
        format!("{header}1,b,2,0,0\n0,a,0,0,1\n3,b,2,5,1\n0,c,2,0,0\n2,a,0,0,1\n1,b,2,1,0\n3,c,2,0,0\n2,b,0,0,1\n");
    let sparse = format!(
        "{header}{{0 1}}\n{{4 1, 1 a, 2 0}}\n{{0 3,3 5,4 1}}\n{{1 c}}\n{{0 2, 1 a, 2 0, 4 1}}\n{{3 1, 0 1}}\n{{1 c, 0 3}}\n\
         {{0 2, 2 0, 4 1}}\n"
    );
    let quoted = "@relation r\n@attribute x numeric\n@attribute k {'\\'B1 of 3\\'','\\'B2\\''}\n@attribute class {0,1}\n@data\n\
                  1,'\\'B2\\'',0\n0,'\\'B1 of 3\\'',1\n3,'\\'B2\\'',1\n0,'\\'B1 of 3\\'',0\n2,'\\'B2\\'',0\n";
    let of_quoted = read(quoted, &["--penalty", "l2", "--strength", "1"]);
    assert_eq!(of_quoted["read"]["coded"][0]["levels"][0]["level"], "'B1 of 3'");
    let keys = ["--exclude", "u", "--penalty", "l2", "--strength", "1"];
    let (of_dense, of_sparse) = (read(&dense, &keys), read(&sparse, &keys));
    assert_eq!(of_sparse["coefficients"], of_dense["coefficients"]);
    assert_eq!(
        (of_sparse["coefficients"].as_array().unwrap().len(), &of_sparse["read"]["coded"]),
        (5, &of_dense["read"]["coded"])
    );
    let header = "@relation r\n@attribute x numeric\n@attribute 'a z' real\n@attribute class {0,1}\n@data\n";
    let missing =
        read(&format!("{header}1,0,0\n?,2,1\n0,2,1\n3,0,1\n0,1,0\n2,2,1\n1,1,0\n"), &["--missing", "drop-rows"]);
    assert_eq!(missing["coefficients"], plain["coefficients"]);
    for (rows, words) in [
        ("1,0,0\n0,2\n", &["line 7", "2 values", "3 attributes"][..]),
        ("1,0,0\n0,2,5\n", &["line 7", "5", "@attribute"]),
        ("1,0,0\n1\t0 0\n", &["line 7", "commas stand between values, not blanks or tabs"]),
        ("1,0,0\n{7 2}\n", &["line 7", "0 to 2"]),
        ("{1 2}\n{0 1, 0 2}\n", &["line 7", "attribute 0 has two values"]),
        ("1,0,0\n0,'2,1\n", &["line 7", "not closed"]),
    ] {
        refused("d.arff", &format!("{header}{rows}"), words);
    }
    refused("d.arff", "@relation r\n@attribute x numeric\n", &["@data"]);
    refused("d.arff", "@relation r\n@attribute x wrong\n@data\n", &["line 2", "wrong"]);
}
