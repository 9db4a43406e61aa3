//! What must hold for any bytes at all, one function per kind of file. `tests/hostile_input.rs` calls them with the files of
//! `tests/hostile/`, and the targets of `fuzz/` with what a fuzzer makes of those.

#![allow(dead_code, reason = "each fuzz target uses one of them")]

use std::path::Path;

use logitbench::data::csv_file;
use logitbench::experiment::error::{MOST_CELLS, MOST_FITS};
use logitbench::experiment::{Experiment, Overrides, Supplies};
use logitbench::report::terminal::Layout;
use logitbench::report::{claims, json, terminal};
use logitbench::split::Split;

/// What reads the bytes of one kind of file.
pub type Target = fn(&[u8]);

/// All of them, with the names of their folders and fuzz targets.
pub const TARGETS: [(&str, Target); 3] =
    [("experiment_file", experiment_file), ("csv_file", csv_file), ("report_file", report_file)];

/// An experiment file, with one small data file in place of all files of the disk.
pub fn experiment_file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let file = |_: &Path| Ok(b"x,z,y\n1,5,0\n2,4,1\n3,6,0\n4,2,1\n5,1,0\n".to_vec());
    let supplies = Supplies { file: &file, numbers: 20_000, work: 100_000 };
    let experiment = match Experiment::parse_with(text, "m.toml", Path::new(""), Overrides::default(), supplies) {
        Ok(experiment) => experiment,
        Err(error) => return message(&error.to_string(), "m.toml"),
    };
    let cells = (experiment.sources.len() * experiment.models.len() * experiment.solvers.len()) as u64;
    assert!(cells <= MOST_CELLS && experiment.fits() <= MOST_FITS);
    let mut split = Split::default();
    for (source, splitter) in experiment.sources.iter().zip(&experiment.splitters).take(10) {
        let (labels, _) = source.example();
        splitter.split(experiment.repeats - 1, &labels, &mut split);
        let mut rows = [&split.train[..], &split.test[..]].concat();
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..labels.len() as u32), "every row is in one set");
    }
    for claim in &experiment.claims {
        assert!(!claims::statement(claim, &experiment).contains(char::is_control));
    }
}

/// A data file: its first line names the target column, its second line the positive value, if any, and the rest is CSV.
pub fn csv_file(bytes: &[u8]) {
    let mut lines = bytes.splitn(3, |&byte| byte == b'\n');
    let mut line = || std::str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let (target, positive) = (line(), line());
    let text = lines.next().unwrap_or_default();
    match csv_file::read(text, Path::new("d.csv"), target, Some(positive).filter(|text| !text.is_empty())) {
        Ok(data) => {
            assert_eq!(data.features.dim(), (data.rows(), data.feature_names.len()));
            assert!(data.features.iter().all(|value| value.is_finite()));
            assert!(data.positives() > 0 && data.positives() < data.rows(), "both classes");
            assert!(data.features.ncols() > 0 && data.digest().len() == 64);
            assert!(!data.feature_names.iter().chain(&data.classes).any(|name| name.contains(char::is_control)));
        }
        Err(error) => message(&error.to_string(), "d.csv"),
    }
}

/// A report, read, shown on a terminal, and written again.
pub fn report_file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(report) = json::parse(text) else { return };
    for width in [40, 120] {
        let shown = terminal::render(&report, Layout { width, colour: false });
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
    }
    let written = json::render(&report).expect("a report is JSON");
    assert!(json::parse(&written).expect("what was written is read") == report);
}

/// An error tells its place, in a line that can be read.
fn message(text: &str, place: &str) {
    assert!(text.starts_with(place), "{text}");
    assert!(text.len() < 20_000 && !text.contains(char::is_control), "{text:?}");
}
