//! Files that nobody meant well: none may make the program panic, take forever or take all memory.

#[path = "common/hostile.rs"]
mod hostile;

mod common;

/// The files that the fuzzer starts from, and those that it has found.
#[test]
fn known_files_are_read_or_refused() {
    for (name, target) in hostile::TARGETS {
        let folder = common::root().join("tests/hostile").join(name);
        let mut files = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            target(&std::fs::read(entry.unwrap().path()).unwrap());
            files += 1;
        }
        assert!(files > 4, "{} has {files} files", folder.display());
    }
}

/// A change of the schema must not leave files behind that are all refused at the door.
#[test]
fn most_report_files_are_reports() {
    let folder = common::root().join("tests/hostile/report_file");
    let texts =
        std::fs::read_dir(&folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let reports = texts.filter(|text| logitbench::report::json::parse(text).is_ok()).count();
    assert!(reports >= 10, "{reports} of the files are reports: make the others anew from one that experiment writes");
}
