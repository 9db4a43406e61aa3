//! Verdicts against a theorem: how often random labels are separable is known exactly.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::Verdict;
use logitbench::run::{self, Options};
use logitbench::statistics::proportion::clopper_pearson;

const ROWS: u32 = 40;

/// The probability that a hyperplane through the origin separates fair coins on `ROWS` points in general position in p
/// dimensions, 2^(1−n) Σ_{k<p} (n−1 choose k) (Cover 1965, IEEE Transactions on Electronic Computers 14, 326-334).
fn cover(p: u32) -> f64 {
    let n = u64::from(ROWS);
    let (mut binomial, mut sum) = (1u64, 0u64);
    for k in 0..u64::from(p) {
        sum += binomial;
        binomial = binomial * (n - 1 - k) / (k + 1);
    }
    sum as f64 / 2f64.powi(ROWS as i32 - 1)
}

#[test]
fn covers_probability_by_hand() {
    assert_eq!((cover(ROWS), cover(ROWS / 2), cover(1)), (1.0, 0.5, 2f64.powi(-39)));
}

#[test]
fn random_labels_are_separated_as_often_as_covers_theorem_says() {
    let text = format!(
        r#"
seed = 1965
[[dataset]]
simulate = "gaussian"
rows = {ROWS}
features = [10, 15, 20, 25, 30]
signal = 0.0
redraw = true
[split]
scheme = "all-rows"
repeats = 2000
[[model]]
intercept = false
[[solver]]
method = "newton"
[trace]
bands = false
"#
    );
    let experiment = Experiment::parse(&text, "cover.toml", Path::new(""), Overrides::default()).unwrap();
    let results =
        run::run(&experiment, Options { threads: 2, ..Options::default() }, &AtomicBool::new(false), &mut |_| ())
            .unwrap();
    assert_eq!(results.cells.len(), 5);
    for (cell, p) in results.cells.iter().zip([10, 15, 20, 25, 30]) {
        let (fits, separated) = (cell.records.len(), cell.records.count_verdict(Verdict::Separated));
        assert_eq!((fits, cell.records.count_verdict(Verdict::Undecided)), (2000, 0), "p = {p}");
        let (low, high) = clopper_pearson(separated as u64, fits as u64, 0.999);
        let exact = cover(p);
        assert!(low <= exact && exact <= high, "p = {p}: {separated} of {fits} are separated, {exact} by the theorem");
    }
}
