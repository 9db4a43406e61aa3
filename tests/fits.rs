//! The records of single fits: what other programs read.

mod common;

use std::fs::File;

use common::{Folder, logitbench};
use parquet::basic::{Compression, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

/// A name that CSV has to quote, numbers that are not finite, more than one model and data set.
const EXPERIMENT: &str = r#"
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
label = "iris, \"close\" classes"

[[dataset]]
simulate = "gaussian"
rows = 40
features = 3

[split]
repeats = 60

[[model]]

[[model]]
penalty = "l2"
strength = 1.0

[[solver]]
method = "newton"

[[solver]]
method = "article"
"#;

fn text(field: &Field) -> String {
    match field {
        Field::Str(text) => text.clone(),
        Field::Int(count) => count.to_string(),
        Field::Long(split) => split.to_string(),
        Field::Double(number) => format!("{number:?}"),
        Field::Null => String::new(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn parquet_has_the_rows_of_the_csv_file() {
    let folder = Folder::new("parquet");
    folder.write("e.toml", EXPERIMENT);
    for format in ["csv", "parquet"] {
        let (code, stdout, stderr) = logitbench(
            &folder.0,
            &["experiment", "e.toml", &format!("--fits={format}"), "--out", &format!("{format}.json")],
        );
        assert_eq!((code, stderr.as_str()), (0, ""));
        assert!(stdout.contains(&format!("fits: {format}.fits.{format}")), "{stdout}");
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.0.join(format!("{format}.json"))).unwrap()).unwrap();
        assert_eq!(report["fits"]["format"], format);
    }
    let mut csv = csv::Reader::from_path(folder.0.join("csv.fits.csv")).unwrap();
    let names = csv.headers().unwrap().clone();
    let file = SerializedFileReader::new(File::open(folder.0.join("parquet.fits.parquet")).unwrap()).unwrap();
    let mut rows = file.get_row_iter(None).unwrap();
    let (mut compared, mut missing) = (0, 0);
    for (number, expected) in csv.records().enumerate() {
        let row = rows.next().unwrap().unwrap();
        let found: Vec<(&str, String)> =
            row.get_column_iter().map(|(name, field)| (name.as_str(), text(field))).collect();
        let expected: Vec<(&str, String)> = names.iter().zip(expected.unwrap().iter().map(str::to_owned)).collect();
        assert_eq!(found, expected, "row {number}");
        compared += 1;
        missing += found.iter().filter(|(_, text)| text.is_empty()).count();
    }
    assert!(rows.next().is_none());
    assert_eq!(compared, 2 * 60 * 2 * 2);
    assert!(missing > 0, "nothing shows how a missing number is written");
}

#[test]
fn parquet_columns_have_the_types_that_programs_expect() {
    let folder = Folder::new("types");
    folder.write("e.toml", EXPERIMENT);
    let (code, ..) = logitbench(&folder.0, &["experiment", "e.toml", "--fits=parquet", "--out", "r.json"]);
    assert_eq!(code, 0);
    let file = SerializedFileReader::new(File::open(folder.0.join("r.fits.parquet")).unwrap()).unwrap();
    let group = file.metadata().row_group(0);
    for column in group.columns() {
        let name = column.column_path().string();
        let expected = match name.as_str() {
            "dataset" | "model" | "solver" | "stop" | "verdict" => Type::BYTE_ARRAY,
            "split" => Type::INT64,
            "iterations" | "objective_calls" | "gradient_calls" | "hessian_calls" => Type::INT32,
            _ => Type::DOUBLE,
        };
        assert_eq!(column.column_type(), expected, "{name}");
        assert_eq!(column.compression(), Compression::SNAPPY);
        assert!(column.statistics().is_some(), "{name}");
        assert!(expected != Type::BYTE_ARRAY || column.dictionary_page_offset().is_some(), "{name}");
    }
}

#[test]
fn a_table_of_somebody_else_stays() {
    let folder = Folder::new("foreign-parquet");
    folder.write("e.toml", EXPERIMENT);
    let run = ["experiment", "e.toml", "--fits=parquet", "--out", "r.json"];
    assert_eq!(logitbench(&folder.0, &run).0, 0);
    assert_eq!(logitbench(&folder.0, &run).0, 0, "our own file is written anew");
    let other = String::from_utf8_lossy(&std::fs::read(folder.0.join("r.fits.parquet")).unwrap())
        .replace("logitbench version", "parquet-writer 1.0");
    folder.write("r.fits.parquet", &other);
    let (code, stdout, stderr) = logitbench(&folder.0, &run);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("r.fits.parquet: there is a file that logitbench has not written"), "{stderr}");
    assert_eq!(std::fs::read(folder.0.join("r.fits.parquet")).unwrap(), other.as_bytes());
}
