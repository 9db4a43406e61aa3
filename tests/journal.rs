//! A run that is killed, interrupted, cut into parts or short of space gives the report of one that is not.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{Folder, grows_beyond, logitbench};
use logitbench::run::journal::format::{MAGIC, Payloads, frame};
use serde_json::Value;

/// Both engines, two data sets, two models, whole traces; about a second of work.
const EXPERIMENT: &str = r#"
seed = 11
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[[dataset]]
simulate = "gaussian"
rows = 50
features = 3
redraw = true
[split]
repeats = 400
[[model]]
[[model]]
penalty = "l2"
strength = 0.5
[[solver]]
method = "newton"
[[solver]]
method = "article"
[[solver]]
method = "irls"
factorization = "qr"
[trace]
whole = 2
[[claim]]
name = "accurate"
solver = "newton"
metric = "test_accuracy"
at_least = 0.5
on_share = 0.8
"#;

const FITS: u64 = 2 * 400 * 2 * 3;

/// Bytes by which a journal grows at most before its run is killed.
const LARGEST_GROWTH: u64 = 200_000;

/// A report without what may differ between equal runs.
fn report(path: &Path) -> Value {
    let mut report: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let members = report.as_object_mut().unwrap();
    assert!(members.remove("environment").is_some() && members.remove("timings").is_some());
    report
}

/// The text of a report without these members, which are where they were.
fn bytes(path: &Path) -> String {
    serde_json::to_string(&report(path)).unwrap()
}

/// Texts of a hundred kilobytes are compared without printing them.
fn assert_same(found: &str, expected: &str) {
    if let Some(place) = found.bytes().zip(expected.bytes()).position(|(a, b)| a != b) {
        let around = |text: &str| text.chars().skip(place.saturating_sub(60)).take(120).collect::<String>();
        panic!("they differ at {place}:\n{}\n{}", around(found), around(expected));
    }
    assert_eq!(found.len(), expected.len());
}

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_logitbench"));
    command.current_dir(&folder.0).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn folder(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.write("e.toml", EXPERIMENT);
    folder
}

fn whole(folder: &Folder) -> String {
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--fits", "--out", "whole.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    bytes(&folder.0.join("whole.json")).replace("whole.fits.csv", "out.fits.csv")
}

/// Kills runs at moments that look random, each followed by `--resume`; a run that reaches its end is compared and begun anew.
///
/// Every fourth is killed within its first 20 ms. The others are killed when they have written some more of the journal, and up
/// to 20 ms later, so that runs make progress on the slowest machine.
fn kill(kills: usize) {
    let folder = folder("kills");
    let expected = whole(&folder);
    let csv = fs::read(folder.0.join("whole.fits.csv")).unwrap();
    let run = ["experiment", "e.toml", "--resume", "--fits", "--out", "out.json"];
    let journal = folder.0.join("out.json.journal");
    let (mut done, mut ends, mut resumed) = (0, 0, 0);
    let mut random = 12_345u64;
    let mut compare = |folder: &Folder| {
        assert_same(&bytes(&folder.0.join("out.json")), &expected);
        assert!(fs::read(folder.0.join("out.fits.csv")).unwrap() == csv);
        fs::remove_file(folder.0.join("out.json")).unwrap();
        ends += 1;
    };
    while done < kills {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let before = fs::metadata(&journal).map_or(0, |file| file.len());
        let mut child = command(&folder, &run).spawn().unwrap();
        if done % 4 > 0 {
            grows_beyond(&journal, before + (random >> 33) % LARGEST_GROWTH, &mut child);
        }
        std::thread::sleep(Duration::from_micros((random >> 20) % 20_000));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            compare(&folder);
        } else {
            done += 1;
            // The header alone is about a kilobyte.
            resumed += usize::from(fs::metadata(&journal).is_ok_and(|file| file.len() > 4_000));
        }
    }
    assert!(command(&folder, &run).status().unwrap().success());
    compare(&folder);
    println!("{kills} kills, {resumed} of them with finished work in the journal, {ends} reports equal");
    assert!(resumed > kills / 10, "{resumed}: the kills come too early to show anything");
    let left = ["e.toml", "out.fits.csv", "out.html", "whole.fits.csv", "whole.html", "whole.json"];
    assert_eq!(folder.names(), left, "what killed runs have left half written is gone");
}

#[test]
fn killed_runs_give_the_same_report() {
    kill(15);
}

#[test]
#[ignore = "half a minute"]
fn two_hundred_kills_give_the_same_report() {
    kill(200);
}

/// A journal with some units in it, left by a run that was interrupted.
fn interrupted(folder: &Folder, arguments: &[&str]) -> Vec<u8> {
    let name = folder.0.join("out.json.journal");
    // A machine may let a run end before the test sees that it has begun.
    for _ in 0..100 {
        let run = [&["experiment", "e.toml", "--out", "out.json"], arguments].concat();
        let mut child = command(folder, &run).spawn().unwrap();
        grows_beyond(&name, 20_000, &mut child);
        child.kill().unwrap();
        child.wait().unwrap();
        if let Ok(journal) = fs::read(&name) {
            return journal;
        }
    }
    panic!("no run could be interrupted");
}

#[test]
fn the_same_command_goes_on_and_says_so() {
    let folder = folder("again");
    let expected = whole(&folder);
    interrupted(&folder, &[]);
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--fits", "--out", "out.json"]);
    assert_eq!(code, 0);
    assert!(stderr.starts_with("going on from out.json.journal, which has "), "{stderr}");
    assert!(stderr.contains(&format!(" of {FITS} fits")), "{stderr}");
    let left = ["e.toml", "out.fits.csv", "out.html", "out.json", "whole.fits.csv", "whole.html", "whole.json"];
    assert_eq!(folder.names(), left, "the journal has served");
    assert_same(&bytes(&folder.0.join("out.json")), &expected);
    let (_, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "out.json", "--resume"]);
    assert!(stderr.contains("holds no finished fits: starting at the beginning"), "{stderr}");
}

/// The time of earlier parts counts, as their fits do.
#[test]
fn a_resumed_run_tells_the_time_of_all_its_parts() {
    let folder = folder("elapsed");
    let journal = interrupted(&folder, &[]);
    let (mut payloads, _) = Payloads::new(&journal[..]).unwrap();
    let header = payloads.whole as usize;
    assert!(payloads.read().unwrap().is_some(), "a unit follows");
    let mut with_time = journal[..header].to_vec();
    frame(br#"{"elapsed_seconds": 5000.0}"#, &mut with_time);
    with_time.extend_from_slice(&journal[header..]);
    folder.write("out.json.journal", &with_time);
    let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "out.json"]);
    assert!(code == 0 && !stderr.contains("dropped after the last"), "{stderr}");
    assert!(stdout.contains(&format!("({FITS} fits in 50")), "{stdout}");
    let report: Value = serde_json::from_slice(&fs::read(folder.0.join("out.json")).unwrap()).unwrap();
    let seconds = report["environment"]["elapsed_seconds"].as_f64().unwrap();
    assert!((5000.0..5600.0).contains(&seconds), "{seconds}");
}

/// What is shown is what the journal has; when the run has ended it is the report.
#[test]
fn a_run_is_watched_to_its_end() {
    let folder = folder("watch");
    let watch = ["report", "out.json", "--watch=0.1"];
    let (code, _, stderr) = logitbench(&folder.0, &watch);
    assert!(code == 2 && stderr.contains("no run is writing out.json"), "{stderr}");

    interrupted(&folder, &[]);
    let (code, stdout, _) = logitbench(&folder.0, &watch);
    assert!(code == 0 && stdout.contains("no run is under way"), "{stdout}");
    let number =
        |text: &str| text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty()).unwrap().to_owned();
    let so_far = stdout.lines().find(|line| line.contains("fits so far")).unwrap();
    assert!(so_far.contains(&format!(" of {FITS} fits so far")), "{so_far}");
    let going_on = logitbench(&folder.0, &["experiment", "e.toml", "--out", "out.json"]).2;
    assert!(going_on.contains(&format!("which has {} of", number(so_far))), "{going_on}{so_far}");

    let run = ["experiment", "e.toml", "--out", "out.json", "--repeats", "3000", "--quiet"];
    fs::remove_file(folder.0.join("out.json")).unwrap();
    let mut child = command(&folder, &run).spawn().unwrap();
    assert!(grows_beyond(&folder.0.join("out.json.journal"), 20_000, &mut child), "it takes seconds");
    let (code, stdout, stderr) = logitbench(&folder.0, &watch);
    assert_eq!((code, stderr.as_str(), child.wait().unwrap().code()), (0, "", Some(0)));
    assert!(stdout.contains("of 36000 fits so far"), "{stdout}");
    let report = logitbench(&folder.0, &["report", "out.json"]).1;
    assert!(stdout.ends_with(&report) && report.contains("3000"), "{stdout}");
}

#[test]
fn another_experiment_is_refused_and_can_be_discarded() {
    let folder = folder("foreign");
    let journal = interrupted(&folder, &[]);
    let refused = |arguments: &[&str], reason: &str| {
        let run = [&["experiment", "e.toml", "--out", "out.json"], arguments].concat();
        let (code, _, stderr) = logitbench(&folder.0, &run);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(reason) && stderr.contains("out.json.journal"), "{stderr}");
        assert_eq!(fs::read(folder.0.join("out.json.journal")).unwrap(), journal, "and nothing is destroyed");
    };
    refused(&["--seed", "12"], "its seed is 11, not 12");
    refused(&["--repeats", "50"], "it has 400 repeats, not 50");
    folder.write("e.toml", EXPERIMENT.replace("0.8", "0.7"));
    refused(&[], "with another text");
    folder.write("e.toml", EXPERIMENT);
    let version = String::from_utf8_lossy(&journal).into_owned();
    assert!(version.contains(concat!("\"version\":\"", env!("CARGO_PKG_VERSION"), "\"")));
    let (code, _, stderr) =
        logitbench(&folder.0, &["experiment", "e.toml", "--out", "out.json", "--seed", "12", "--fresh"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

/// A run that cannot begin as it is asked for leaves what an earlier one has finished.
#[test]
fn a_run_that_does_not_begin_loses_nothing() {
    let folder = folder("begin");
    let journal = interrupted(&folder, &[]);
    let run = ["experiment", "e.toml", "--out", "out.json", "--memory-limit", "20kB"];
    let (code, _, stderr) = logitbench(&folder.0, &run);
    assert!(code == 1 && stderr.contains("the limit is 19.5 KiB"), "{stderr}");
    assert!(fs::read(folder.0.join("out.json.journal")).unwrap() == journal);
    fs::remove_file(folder.0.join("out.json.journal")).unwrap();
    assert_eq!(logitbench(&folder.0, &run).0, 1);
    assert_eq!(folder.names(), ["e.toml"], "a journal without units is of no use");
}

#[test]
fn what_is_torn_or_damaged_is_dropped_and_said() {
    let folder = folder("torn");
    let expected = whole(&folder);
    let journal = interrupted(&folder, &[]);
    let mut damaged = journal.clone();
    let place = damaged.len() * 2 / 3;
    damaged[place] ^= 1;
    for (found, said) in [
        (&journal[..journal.len() - 3], "bytes dropped after the last whole record"),
        (&journal[..journal.len() / 2], "bytes dropped after the last whole record"),
        (&damaged[..], "bytes dropped after the last whole record"),
        (&journal[..30], "30 bytes dropped"),
        (&journal[..0], ""),
    ] {
        folder.write("out.json.journal", found);
        let (code, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--fits", "--out", "out.json"]);
        assert_eq!(code, 0, "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
        assert_same(&bytes(&folder.0.join("out.json")), &expected);
    }
    let torn = std::str::from_utf8(MAGIC).unwrap().to_owned() + "\u{2}\0\0\0abcd{}";
    for other in ["notes of mine", &torn] {
        folder.write("out.json.journal", other);
        let (code, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "out.json"]);
        let torn = other.contains("{}");
        assert_eq!(code, if torn { 0 } else { 2 }, "{stderr}");
        assert!(stderr.contains(if torn { "dropped" } else { "is not a journal of logitbench" }), "{stderr}");
    }
}

#[test]
fn a_journal_of_another_version_is_told_from_a_file_that_is_none() {
    let folder = folder("old-journal");
    for old in ["logitbench/journal/1\n", "logitbench/journal/12\n\u{2}\0\0\0abcd{}"] {
        folder.write("out.json.journal", old);
        let run = ["experiment", "e.toml", "--repeats", "2", "--out", "out.json"];
        let (code, _, stderr) = logitbench(&folder.0, &run);
        assert_eq!(code, 2, "{stderr}");
        for text in ["out.json.journal", "another version of logitbench", "finish it with that version, or remove it"] {
            assert!(stderr.contains(text), "{text} is not in {stderr}");
        }
        assert_eq!(fs::read(folder.0.join("out.json.journal")).unwrap(), old.as_bytes());
        folder.write("old.shard", old);
        let (code, _, stderr) = logitbench(&folder.0, &["merge", "old.shard", "--out", "merged.json"]);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains("another version of logitbench: make the shards again"), "{stderr}");
        let (code, _, stderr) = logitbench(&folder.0, &[&run[..], &["--fresh"]].concat());
        assert_eq!(code, 0, "{stderr}");
    }
}

#[test]
fn shards_are_joined_to_the_bytes_of_the_whole() {
    let folder = folder("shards");
    let expected = whole(&folder);
    let name = |k: usize| format!("results/e.{k}-of-7.shard");
    for k in [3, 1, 7, 2, 6, 5, 4] {
        let threads = (1 + k % 3).to_string();
        let run = ["experiment", "e.toml", "--shard", &format!("{k}/7"), "--threads", &threads, "--quiet"];
        let (code, stdout, _) = logitbench(&folder.0, &run);
        assert_eq!(code, 0);
        assert!(stdout.contains(&name(k)) && stdout.contains(&format!("shard {k}/7: ")), "{stdout}");
    }
    let names: Vec<String> = [5, 2, 7, 1, 3, 6, 4].map(name).to_vec();
    let merge = |names: &[&str], more: &[&str]| {
        logitbench(&folder.0, &[&["merge"], names, &["--out", "out.json"], more].concat())
    };
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let (code, _, stderr) = merge(&all, &["--fits"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_same(&bytes(&folder.0.join("out.json")), &expected);
    let csv = |name: &str| fs::read(folder.0.join(name)).unwrap();
    assert!(csv("out.fits.csv") == csv("whole.fits.csv"));

    let refused = |names: &[&str], reason: &str| {
        let (code, _, stderr) = merge(names, &[]);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(reason), "{stderr}");
    };
    refused(&all[2..], "of 7 shards, 2, 5 are missing");
    refused(&[&all[..], &all[1..2]].concat(), "results/e.2-of-7.shard and results/e.2-of-7.shard are both shard 2/7");
    let run = |arguments: &[&str]| logitbench(&folder.0, &[&["experiment", "e.toml", "--quiet"], arguments].concat());
    assert_eq!(run(&["--shard", "1/2", "--out", "half.shard"]).0, 0);
    refused(&[&all[1..], &["half.shard"]].concat(), "is one of 2 shards, and");
    assert_eq!(run(&["--shard", "5/7", "--seed", "3", "--out", "other.shard"]).0, 0);
    refused(
        &[&all[1..], &["other.shard"]].concat(),
        "other.shard is the journal of another run: its seed is 3, not 11",
    );
    let (code, _, stderr) = merge(&["e.toml"], &[]);
    assert_eq!(code, 2);
    assert!(stderr.contains("e.toml is not a journal"), "{stderr}");

    // A shard that was cut off, and goes on.
    let shard = fs::read(folder.0.join(name(3))).unwrap();
    folder.write(&name(3), &shard[..shard.len() / 2]);
    refused(&all, "results/e.3-of-7.shard is not finished, with ");
    let (code, _, stderr) = run(&["--shard", "3/7"]);
    assert!(code == 0 && stderr.contains("going on from results/e.3-of-7.shard"), "{stderr}");
    assert_eq!(merge(&all, &["--fits"]).0, 0);
    assert_same(&bytes(&folder.0.join("out.json")), &expected);
}

#[cfg(unix)]
#[test]
fn two_runs_on_one_output_are_one_too_many() {
    let folder = folder("lock");
    let mut first =
        command(&folder, &["experiment", "e.toml", "--repeats", "1000000", "--out", "out.json"]).spawn().unwrap();
    assert!(grows_beyond(&folder.0.join("out.json.journal"), 0, &mut first), "the run goes on for minutes");
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "out.json"]);
    let (merged, _, of_merge) = logitbench(&folder.0, &["merge", "out.json.journal", "--out", "merged.json"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!((code, merged), (1, 1));
    for stderr in [stderr, of_merge] {
        assert!(stderr.contains("out.json.journal belongs to a run that is under way"), "{stderr}");
    }
}

/// A quota made with the shell's `ulimit -f`: beyond it every write fails as on a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_that_names_the_path_and_loses_nothing() {
    let folder = folder("full");
    let expected = whole(&folder);
    let blocks = |blocks: u32, arguments: &str| {
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec '{}' experiment e.toml {arguments}",
            env!("CARGO_BIN_EXE_logitbench")
        );
        let output = Command::new("sh").current_dir(&folder.0).args(["-c", &script]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // 512 bytes a block, in sh as POSIX has it; some shells have 1,024. The journal of all fits is far above either.
    let (code, stderr) = blocks(1000, "--out out.json");
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("out.json.journal") && stderr.contains("make room"), "{stderr}");
    assert_eq!(folder.names(), ["e.toml", "out.json.journal", "whole.fits.csv", "whole.html", "whole.json"]);
    let before = fs::metadata(folder.0.join("out.json.journal")).unwrap().len();
    assert!(before > 100_000, "{before}");
    // Still no room: nothing is lost by trying.
    assert_eq!(blocks(1000, "--out out.json").0, Some(1));
    assert!(fs::metadata(folder.0.join("out.json.journal")).unwrap().len() >= before);
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--fits", "--out", "out.json"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.starts_with("going on from out.json.journal") && !stderr.contains("dropped"), "{stderr}");
    assert_same(&bytes(&folder.0.join("out.json")), &expected);

    // Room for the journal and not for the report: the journal stays until the report is there.
    folder.write(
        "s.toml",
        "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 3\n\
        [[solver]]\nmethod = \"newton\"\nstep = [\"halving\", \"unit\", \"backtracking\"]\n[trace]\nwhole = 3\n",
    );
    let script = format!(
        "trap '' XFSZ; ulimit -f 40; exec '{}' experiment s.toml --out s.json",
        env!("CARGO_BIN_EXE_logitbench")
    );
    let output = Command::new("sh").current_dir(&folder.0).args(["-c", &script]).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("cannot write s.json"), "{stderr}");
    assert!(folder.names().contains(&"s.json.journal".to_owned()));
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "s.toml", "--out", "s.json"]);
    assert!(code == 0 && stderr.contains("which has 9 of 9 fits"), "{stderr}");
}

/// A small file system of its own, where the machine lets a test make one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_file_system_is_survived() {
    let folder = folder("tmpfs");
    let expected = whole(&folder);
    let small = folder.0.join("small");
    fs::create_dir(&small).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=400k", "tmpfs"]).arg(&small).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("skipped: this machine lets a test mount no file system");
        return;
    }
    let out = small.join("out.json");
    let first = logitbench(&folder.0, &["experiment", "e.toml", "--out", out.to_str().unwrap()]);
    let enlarged = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&small).output().unwrap();
    let second = logitbench(&folder.0, &["experiment", "e.toml", "--fits", "--out", out.to_str().unwrap()]);
    let bytes = out.exists().then(|| bytes(&out));
    assert!(Command::new("umount").arg(&small).status().unwrap().success());
    assert_eq!(first.0, 1, "{}", first.2);
    assert!(first.2.contains("small/out.json.journal") && first.2.contains("No space left"), "{}", first.2);
    assert!(enlarged.status.success());
    assert_eq!(second.0, 0, "{}", second.2);
    assert!(second.2.contains("going on from"), "{}", second.2);
    assert_same(&bytes.unwrap(), &expected);
}

#[test]
fn outputs_that_are_not_ours_or_cannot_be_written_stop_the_run_before_it_begins() {
    let folder = folder("outputs");
    let refused = |out: &str, more: &[&str], reason: &str| {
        let run = [&["experiment", "e.toml", "--out", out], more].concat();
        let (code, _, stderr) = logitbench(&folder.0, &run);
        assert_eq!(code, 1, "{stderr}");
        assert!(stderr.contains(out.split('.').next().unwrap()) && stderr.contains(reason), "{stderr}");
    };
    folder.write("notes.txt", "mine");
    refused("notes.txt", &[], "there is a file that logitbench has not written");
    assert_eq!(fs::read(folder.0.join("notes.txt")).unwrap(), b"mine");
    for more in [&["--shard", "1/2"][..], &["--shard", "1/2", "--fresh"]] {
        let run = [&["experiment", "e.toml", "--out", "notes.txt"], more].concat();
        let (code, _, stderr) = logitbench(&folder.0, &run);
        assert!(code == 2 && stderr.contains("notes.txt is not a journal of logitbench"), "{stderr}");
        assert_eq!(fs::read(folder.0.join("notes.txt")).unwrap(), b"mine");
    }
    folder.write("table.fits.csv", "a,b\n1,2\n");
    refused("table.json", &["--fits"], "there is a file that logitbench has not written");
    refused("e.toml/report.json", &[], "exists");
    folder.write("empty.json", "");
    assert_eq!(logitbench(&folder.0, &["experiment", "e.toml", "--repeats", "9", "--out", "empty.json"]).0, 0);
    assert_eq!(logitbench(&folder.0, &["experiment", "e.toml", "--repeats", "8", "--out", "empty.json"]).0, 0);
}

#[test]
fn one_fit_is_made_again_to_the_same_bits() {
    let folder = folder("only");
    whole(&folder);
    let csv = fs::read_to_string(folder.0.join("whole.fits.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().unwrap().clone();
    let mut compared = 0;
    for row in rows.records().map(Result::unwrap) {
        let field = |name: &str| row.get(header.iter().position(|other| other == name).unwrap()).unwrap();
        let split: u64 = field("split").parse().unwrap();
        if ![0, 1, 17, 399].contains(&split) {
            continue;
        }
        let only = ["split", "dataset", "model", "solver"].map(|key| format!("{key}={}", field(key)));
        let mut arguments = vec!["experiment", "e.toml", "--json", "--only"];
        arguments.extend(only.iter().map(String::as_str));
        let (code, stdout, stderr) = logitbench(&folder.0, &arguments);
        assert_eq!(code, 0, "{stderr}");
        let fits: Value = serde_json::from_str(&stdout).unwrap();
        let [fit] = &fits.as_array().unwrap()[..] else { panic!("{only:?}: one fit is meant") };
        assert_eq!(
            (fit["stop"].as_str().unwrap(), fit["verdict"].as_str().unwrap()),
            (field("stop"), field("verdict"))
        );
        let same = |value: &Value, name: &str| {
            let written = value.as_f64().map(|value| format!("{value:?}")).unwrap_or_default();
            assert_eq!(written, field(name), "{name} of {only:?}");
        };
        for name in ["objective", "objective_error", "gradient_norm", "gap"] {
            same(&fit[name], name);
        }
        for (name, value) in fit["metrics"].as_object().unwrap() {
            same(value, name);
        }
        let trace = &fit["trace"];
        let iterations: usize = field("iterations").parse().unwrap();
        assert_eq!(trace["iteration"].as_array().unwrap().len(), iterations + 1);
        assert_eq!(
            trace["coefficients"].as_array().unwrap().len(),
            if field("dataset").contains("iris") { 5 } else { 4 }
        );
        compared += 1;
    }
    assert_eq!(compared, 2 * 2 * 3 * 4);
    let whole = report(&folder.0.join("whole.json"));
    let (_, stdout, _) = logitbench(&folder.0, &["experiment", "e.toml", "--json", "--only", "split=1"]);
    let fits: Value = serde_json::from_str(&stdout).unwrap();
    let mut traces = whole["cells"].as_array().unwrap().iter().map(|cell| &cell["whole_traces"][1]);
    assert!(fits.as_array().unwrap().iter().all(|fit| &fit["trace"] == traces.next().unwrap()));
    for (only, reason) in [
        (&["split=400"][..], "is not a number from 0 to 399"),
        (&["solver=newton"], "--only needs a split"),
        (&["split=1", "solver=newtn"], "did you mean \"newton\"?"),
        (&["split=1", "rows=3"], "is none of split=NUMBER"),
    ] {
        let (code, _, stderr) = logitbench(&folder.0, &[&["experiment", "e.toml", "--only"], only].concat());
        assert!(code == 2 && stderr.contains(reason), "{stderr}");
    }
}
