//! What several tests need.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use logitbench::claim;
use logitbench::data::formats::FORMATS;
use logitbench::experiment::keys;
use logitbench::parameter::Parameter;

/// How long a test waits for what must come. No machine is that slow: the limit only ends a test that would hang.
pub const DEADLINE: Duration = Duration::from_secs(600);

/// Between two looks whether it has come.
pub const PAUSE: Duration = Duration::from_millis(5);

/// The pairs of iris classes in `tests/reference/article/`.
pub const ARTICLE_PAIRS: [&str; 3] = ["setosa-versicolor", "setosa-virginica", "versicolor-virginica"];

/// The reference data sets below `tests/reference/datasets/`.
pub const DATA_SETS: [&str; 13] = [
    "anes96",
    "biopsy",
    "birthwt",
    "breast_cancer",
    "digits_3_8",
    "endometrial",
    "iris_setosa_versicolor",
    "iris_versicolor_virginica",
    "pima_tr",
    "snails",
    "titanic",
    "urine",
    "vaso",
];

/// The keys of every table of an experiment file, but for those of methods.
pub fn tables() -> Vec<Vec<Parameter>> {
    let tables = [
        keys::TOP,
        keys::EMBEDDED,
        keys::FILE,
        keys::SIMULATED,
        keys::SPLIT,
        keys::MODEL,
        keys::SOLVER,
        keys::STOP,
        keys::VERDICT,
        keys::TRACE,
    ];
    let formats = FORMATS.iter().map(|format| format.keys);
    tables.into_iter().chain(formats).map(<[Parameter]>::to_vec).chain([keys::rope(), claim::keys()]).collect()
}

/// A file below `tests/reference/`.
pub fn reference(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(path)
}

/// A JSON file below `tests/reference/`.
pub fn json(path: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(reference(path)).unwrap()).unwrap()
}

/// A folder of its own for a test, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// An empty folder whose name has `test` in it.
    pub fn new(test: &str) -> Folder {
        static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("logitbench-{test}-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Writes a file in it.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The names of the files in it, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a person types behind `logitbench`, run in `folder`: exit code, standard output, standard error.
///
/// Left out of the last is the line that a run writes every minute: whether there is one depends on the machine.
pub fn logitbench(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_logitbench"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let progress = |line: &&str| line.contains(" fits/s, ");
    let stderr = text(output.stderr).split_inclusive('\n').filter(|line| !progress(line)).collect();
    (output.status.code().unwrap_or(-1), text(output.stdout), stderr)
}

/// Waits until a file has more than `bytes` bytes; false if the process that writes it ends before.
pub fn grows_beyond(file: &Path, bytes: u64, writer: &mut Child) -> bool {
    let begun = Instant::now();
    loop {
        if std::fs::metadata(file).is_ok_and(|file| file.len() > bytes) {
            return true;
        }
        if writer.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(begun.elapsed() < DEADLINE, "{} has no more than {bytes} bytes after {DEADLINE:?}", file.display());
        std::thread::sleep(PAUSE);
    }
}

/// The root of the package, where a newcomer stands.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every row of a Markdown table has as many columns as its header.
pub fn same_number_of_columns(markdown: &str) {
    let bars = |line: &str| line.matches('|').count();
    let mut header = None;
    let mut tables = 0;
    for line in markdown.lines() {
        match (line.starts_with('|'), header) {
            (true, None) => {
                header = Some(bars(line));
                tables += 1;
            }
            (true, Some(columns)) => assert_eq!(bars(line), columns, "{line}"),
            (false, _) => header = None,
        }
    }
    assert!(tables > 0, "no table in\n{markdown}");
}
