//! Files that nobody meant well: none may make the program panic, take forever or take all memory.

#[path = "common/hostile.rs"]
mod hostile;

mod common;

/// The files that the fuzzer starts from, and those that it has found.
#[test]
fn known_files_are_read_or_refused() {
    for &(name, target) in hostile::TARGETS {
        let folder = common::root().join("tests/hostile").join(name);
        let (mut files, mut read) = (0, 0);
        for entry in std::fs::read_dir(&folder).unwrap() {
            read += usize::from(target(&std::fs::read(entry.unwrap().path()).unwrap()));
            files += 1;
        }
        println!("{name}: {read} of {files} files are read, the others refused");
        assert!(files > 4, "{} has {files} files", folder.display());
        // Journals change with their format; `journals_cut_and_changed` makes its own.
        assert!(read > 0 || name == "journal", "all {files} files in {} are refused at the door", folder.display());
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

/// A journal of this build, whole, cut off anywhere, and with any byte changed.
#[test]
fn journals_cut_and_changed() {
    let folder = common::Folder::new("hostile-journal");
    folder.write("j.toml", hostile::JOURNALED);
    let shard = ["experiment", "j.toml", "--shard", "1/1", "--out", "j.shard", "--quiet"];
    assert_eq!(common::logitbench(&folder.0, &shard).0, 0);
    let journal = std::fs::read(folder.0.join("j.shard")).unwrap();
    assert!(hostile::journal(&journal), "a journal of the same experiment is read");
    for place in (0..journal.len()).step_by(journal.len() / 200) {
        hostile::journal(&journal[..place]);
        let mut changed = journal.clone();
        changed[place] ^= 1 << (place % 8);
        hostile::journal(&changed);
    }
}
