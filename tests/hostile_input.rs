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
