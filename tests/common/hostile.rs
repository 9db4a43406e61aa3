//! What must hold for any bytes at all, one function per kind of file. `tests/hostile_input.rs` calls them with the files of
//! `tests/hostile/`, and the targets of `fuzz/` with what a fuzzer makes of those.

#![allow(dead_code, reason = "each fuzz target uses one of them")]

use std::path::Path;
use std::sync::OnceLock;

use logitbench::data::file::{Contents, Input};
use logitbench::data::{Supplies, csv_file, formats};
use logitbench::experiment::error::{MOST_CELLS, MOST_FITS};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::parameter::{Setting, Settings};
use logitbench::record::Bands;
use logitbench::report::compare::{ChangeTolerances, account, compare};
use logitbench::report::summary::Extent;
use logitbench::report::terminal::Layout;
use logitbench::report::{decided_claims, drawing, figures, json, latex, markdown, page, terminal};
use logitbench::run::journal::format::{Beginning, MAGIC, Payloads, decode, encode, frame};
use logitbench::split::{Split, lists};

/// What reads the bytes of one kind of file, and says whether they are one: false if they are refused.
pub type Target = fn(&[u8]) -> bool;

/// All of them, with the names of their folders and fuzz targets.
pub const TARGETS: &[(&str, Target)] = &[
    ("experiment_file", experiment_file),
    ("csv_file", csv_file),
    ("libsvm_file", libsvm_file),
    ("arff_file", arff_file),
    ("npy_file", npy_file),
    ("parquet_file", parquet_file),
    #[cfg(feature = "arrow")]
    ("arrow_file", arrow_file),
    ("report_file", report_file),
    ("journal", journal),
    ("lists", lists),
];

/// An experiment file, with one small data file in place of all files of the disk.
pub fn experiment_file(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let file = |_: &Path| Ok(Contents::Memory(b"x,z,y\n1,5,0\n2,4,1\n3,6,0\n4,2,1\n5,1,0\n".to_vec()));
    let supplies = Supplies { file: &file, numbers: 20_000, work: 100_000, ..Supplies::OF_THE_MACHINE };
    let experiment = match Experiment::parse_with(text, "m.toml", Path::new(""), Overrides::default(), supplies) {
        Ok(experiment) => experiment,
        Err(error) => {
            message(&error.to_string(), "m.toml");
            return false;
        }
    };
    let cells = (experiment.sources.len() * experiment.models.len() * experiment.solvers.len()) as u64;
    assert!(cells <= MOST_CELLS && experiment.fits() <= MOST_FITS);
    let mut split = Split::default();
    for (source, splitter) in experiment.sources.iter().zip(&experiment.splitters).take(10) {
        let labels = &source.data(0).labels;
        let last = splitter.splits_per_repetition() * experiment.repeats - 1;
        splitter.split(last, labels, &mut split);
        let mut rows = [&split.train[..], &split.test[..]].concat();
        rows.sort_unstable();
        let is_partition = rows.iter().copied().eq(0..labels.len() as u32);
        assert!(is_partition || !split.is_partition, "every row is in one set");
        assert!(split.test.iter().all(|row| !split.train.contains(row)), "no row trains and tests");
    }
    for claim in &experiment.claims {
        assert!(!decided_claims::statement(claim, &experiment).contains(char::is_control));
    }
    true
}

/// A data file: its first line names the target column, its second line the positive value, if any, and the rest is CSV.
pub fn csv_file(bytes: &[u8]) -> bool {
    let mut lines = bytes.splitn(3, |&byte| byte == b'\n');
    let mut line = || std::str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let (target, positive) = (line(), line());
    let text = lines.next().unwrap_or_default();
    let positive = Some(positive).filter(|text| !text.is_empty());
    let mut keys = csv_file::Keys::target(target);
    keys.table.wanted = csv_file::Wanted { positive, ..Default::default() };
    let contents = Contents::Memory(text.to_vec());
    match csv_file::read(Input::new(&contents, Path::new("d.csv")), &keys) {
        Ok(data) => {
            let shape = (data.features.nrows(), data.features.ncols());
            assert_eq!(shape, (data.rows(), data.feature_names.len()));
            assert!(data.features.rows().all(|row| row.iter().all(|value| value.is_finite())));
            assert!(data.positives() > 0 && data.positives() < data.rows(), "both classes");
            assert!(data.features.ncols() > 0 && data.digest().len() == 64);
            assert!(!data.feature_names.iter().chain(&data.classes).any(|name| name.contains(char::is_control)));
            true
        }
        Err(error) => {
            message(&error.to_string(), "d.csv");
            false
        }
    }
}

/// A LIBSVM file.
pub fn libsvm_file(bytes: &[u8]) -> bool {
    // A column takes 40 bytes, and a file of some bytes may ask for 16 million: no more than 10,000, so that a file is read in no time.
    let is_wide = bytes.split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > 4);
    !is_wide && data_file(bytes, "d.svm")
}

/// An ARFF file.
pub fn arff_file(bytes: &[u8]) -> bool {
    data_file(bytes, "d.arff")
}

/// A NumPy array, or an archive of them.
pub fn npy_file(bytes: &[u8]) -> bool {
    data_file(bytes, if bytes.starts_with(b"PK") { "d.npz" } else { "d.npy" })
}

/// A Parquet file. The library's panics are caught, so they are no findings.
pub fn parquet_file(bytes: &[u8]) -> bool {
    data_file(bytes, "d.parquet")
}

/// An Arrow file or stream. The library's panics are caught, so they are no findings.
pub fn arrow_file(bytes: &[u8]) -> bool {
    data_file(bytes, "d.arrow")
}

/// A file whose name tells its format, read with the default keys or, where it needs one, the target y.
fn data_file(bytes: &[u8], path: &str) -> bool {
    let contents = Contents::Memory(bytes.to_vec());
    let input = Input::new(&contents, Path::new(path));
    let format = formats::of_file(Path::new(path));
    let mut settings = Settings::default();
    if format.required.iter().any(|keys| keys.contains(&"target")) {
        settings.set("target", Setting::Text("y".to_owned()));
    }
    match format.read(input, &settings) {
        Ok(data) => {
            let shape = (data.features.nrows(), data.features.ncols());
            assert_eq!(shape, (data.rows(), data.feature_names.len()));
            assert!(data.positives() > 0 && data.positives() < data.rows(), "both classes");
            assert!(data.features.ncols() > 0 && data.digest().len() == 64);
            assert!(!data.feature_names.iter().chain(&data.classes).any(|name| name.contains(char::is_control)));
            true
        }
        Err(error) => {
            message(&error.to_string(), path);
            false
        }
    }
}

/// A report, read, shown on a terminal, and written again.
pub fn report_file(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(report) = json::parse(text) else { return false };
    let tolerances = ChangeTolerances { cost: 0.1, timing: Some(0.1), missing: &[] };
    let difference = account::blocks(&compare(&report, &report, &tolerances), "old", "new");
    let mut shown = vec![markdown::render(&report), latex::render(&report), markdown::document(&difference)];
    for width in [40, 120] {
        let layout = Layout { width, colour: false };
        shown.extend([Extent::Summary, Extent::All].map(|extent| terminal::render(&report, extent, true, layout)));
        shown.push(terminal::document(&difference, layout));
    }
    for text in shown {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
    assert!(page::render(&report).expect("a page").ends_with("</html>\n"));
    for (place, figure) in figures::all(&report).iter().enumerate() {
        let svg = drawing::svg(figure, &drawing::Look::default());
        assert!(!svg.contains(|c: char| c.is_control() && c != '\n') && !svg.contains("NaN"), "{svg}");
        // Dots take long, and show the same.
        if place < 2 {
            drawing::png(figure, &drawing::Look::default()).expect("a figure has dots");
        }
    }
    let written = json::render(&report).expect("a report is JSON");
    assert!(json::parse(&written).expect("what was written is read") == report);
    true
}

/// Leaves contained panics to those who contain them: the fuzzer's own hook ends the process at every panic, but a library's panic on a
/// damaged file is refused as an error.
#[allow(dead_code, reason = "fuzz targets of files that libraries read begin with it")]
pub fn abort_unless_contained() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !logitbench::contain::is_contained() {
            hook(panic);
        }
    }));
}

/// Lists of splits, of data with 100 rows: what is accepted can be fitted.
pub fn lists(bytes: &[u8]) -> bool {
    const ROWS: usize = 100;
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let all = match lists::read(text) {
        Ok(all) => all,
        Err(error) => {
            message(&error.to_string(), "");
            return false;
        }
    };
    for lists in &all {
        match lists.check("iris", ROWS, Some("0123")) {
            Ok(()) => {
                for split in &lists.splits {
                    assert!(!split.train.is_empty());
                    assert!(split.train.iter().chain(&split.test).all(|&row| (row as usize) < ROWS));
                    assert!(split.test.len() <= ROWS && !split.test.iter().any(|row| split.train.contains(row)));
                }
            }
            Err(error) => message(&error.to_string(), ""),
        }
    }
    lists::of_dataset(&all, "iris").is_ok()
}

/// An error tells its place, in a line that can be read, or in one for each fault behind a heading.
fn message(text: &str, place: &str) {
    assert!(text.starts_with(place), "{text}");
    assert!(text.len() < 20_000 && !text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    let faults = text.lines().skip(1).collect::<Vec<_>>();
    for (number, line) in faults.iter().enumerate() {
        let is_rest = number + 1 == faults.len() && line.starts_with("  and ") && line.ends_with(" more");
        assert!(line.starts_with(&format!("  {}. ", number + 1)) || is_rest, "{text:?}");
    }
}

/// The experiment that the journals of [`journal`] are of.
pub const JOURNALED: &str = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 4\n\
    [[model]]\n[[model]]\npenalty = \"l2\"\nstrength = 1\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n[trace]\n\
    whole = 1\n";

/// [`JOURNALED`], checked.
pub fn journaled() -> &'static Experiment {
    static EXPERIMENT: OnceLock<Experiment> = OnceLock::new();
    EXPERIMENT.get_or_init(|| {
        Experiment::parse(JOURNALED, "j.toml", Path::new(""), Overrides::default()).expect("it is a good file")
    })
}

/// A journal; and, since a checksum keeps most changes out of its records, one record, framed as it should be.
///
/// True if all the records that it ends with are read.
pub fn journal(bytes: &[u8]) -> bool {
    let mut units = 0;
    let mut all = true;
    let (mut payloads, beginning) = Payloads::new(bytes).expect("memory can be read");
    if let Beginning::Header(header) = beginning {
        assert_eq!(header.difference(&header), None);
        if let Some(shard) = header.shard() {
            let splits = shard.splits(journaled());
            assert!(splits.start <= splits.end && splits.end <= journaled().splits());
        }
        while let Some(payload) = payloads.read().expect("memory can be read") {
            all &= unit(&payload);
            units += 1;
        }
        assert!(payloads.whole <= bytes.len() as u64);
    }
    unit(bytes);
    let mut framed = MAGIC.to_vec();
    frame(b"{}", &mut framed);
    frame(bytes, &mut framed);
    let (mut payloads, beginning) = Payloads::new(&framed[..]).expect("memory can be read");
    assert!(matches!(beginning, Beginning::NotAJournal), "an empty header");
    assert!(payloads.read().expect("memory can be read").is_some_and(|payload| payload == bytes));
    all && units > 0
}

/// The bytes of a unit's records: refused, or read into what can be written and read again, and summed.
fn unit(payload: &[u8]) -> bool {
    let Some(records) = decode(payload, journaled()) else { return false };
    let again = encode(&records).expect("it is encoded once already");
    let twice = decode(&again, journaled()).map(|records| encode(&records).expect("as before"));
    assert_eq!(twice, Some(again), "bit for bit, NaN included");
    for counts in &records.bands {
        let mut bands = Bands::default();
        bands.add_counts(counts);
        bands.add_counts(counts);
        bands.quantiles();
    }
    true
}
