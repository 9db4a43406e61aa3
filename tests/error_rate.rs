//! `error_rate`: the chance that any claim is decided wrongly, over all claims of a file.

mod common;

use std::path::Path;

use common::{Folder, logitbench};
use logitbench::claim::{ClaimVerdict, Subjects, verdict_at};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::{Cell, CellRecords, Results};
use logitbench::solver::Stop;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

/// Newton's method is right on every test row of setosa and versicolor, on all of 200 splits.
const CERTAIN: &str = r#"
[[dataset]]
name = "iris"
classes = ["setosa", "versicolor"]
[split]
repeats = 200
[[solver]]
method = "newton"
"#;

fn claim(name: &str, share: f64) -> String {
    format!(
        "[[claim]]\nname = \"{name}\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 1.0\non_share = {share:?}\n"
    )
}

/// The report and the summary of a run.
fn run(text: &str) -> (Value, String) {
    let folder = Folder::new("error-rate");
    folder.write("e.toml", text);
    let (_, summary, stderr) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "e.json", "--quiet"]);
    let report = std::fs::read(folder.0.join("e.json")).unwrap_or_else(|_| panic!("{stderr}"));
    (serde_json::from_slice(&report).unwrap(), summary.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn verdicts(report: &Value) -> Vec<(&str, f64)> {
    let claims = report["claims"].as_array().unwrap().iter();
    claims.map(|claim| (claim["verdict"].as_str().unwrap(), claim["level"].as_f64().unwrap())).collect()
}

/// All 200 splits support a share of 0.98 at level 0.95, (0.05/2)^(1/200) = 0.9817, and not at 0.975, (0.025/2)^(1/200) = 0.9783.
#[test]
fn a_claim_that_is_decided_leaves_its_share_to_the_others() {
    let (easy, hard, never) = (claim("easy", 0.5), claim("hard", 0.98), claim("never", 1.0));
    let (report, summary) = run(&format!("{CERTAIN}{hard}{never}"));
    assert_eq!(verdicts(&report), [("supported", 0.95), ("undecided", 0.95)]);
    assert!(
        summary.contains(
            "Each claim is decided at its own level; the chance that any of the 2 is decided wrongly may be up to 5 %"
        ),
        "{summary}"
    );
    assert!(report["experiment"].get("error_rate").is_none());

    let rate = "error_rate = 0.05\n";
    let (report, summary) = run(&format!("{rate}{CERTAIN}{hard}{easy}"));
    assert_eq!(verdicts(&report), [("supported", 0.95), ("supported", 0.975)]);
    assert_eq!(report["experiment"]["error_rate"], 0.05);
    assert!(
        summary
            .contains("wrongly at 5 % or below: by Holm's procedure, half of it for supporting and half for refuting"),
        "{summary}"
    );
    let (report, _) = run(&format!("{rate}{CERTAIN}{hard}{never}"));
    assert_eq!(verdicts(&report), [("undecided", 0.975), ("undecided", 0.975)]);
    // The level of the file is never lowered.
    let (report, _) = run(&format!("error_rate = 0.5\n{CERTAIN}{hard}"));
    assert_eq!(verdicts(&report), [("supported", 0.95)]);
}

/// The one-sided error at level 0.95 is half of the rest.
#[test]
fn one_claim_is_wrong_with_half_of_the_rest() {
    let (report, summary) = run(&format!("{CERTAIN}{}", claim("one", 0.5)));
    let chance = report["claims"][0]["chance_of_error"].as_f64().unwrap();
    assert!((chance - 0.025).abs() < 1e-12, "{chance}");
    assert!(summary.contains("The chance that the claim is decided wrongly is at most 2.5 %."), "{summary}");
}

#[test]
fn check_goes_by_the_adjusted_level_and_looks_by_equal_shares() {
    let folder = Folder::new("error-rate");
    let two = format!("{}{}", claim("easy", 0.5), claim("hard", 0.98));
    let check = |text: String| {
        folder.write("c.toml", text);
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", "c.toml"]);
        assert_eq!(code, 0, "{stderr}");
        stdout
    };
    assert!(check(format!("{CERTAIN}{two}")).contains("supported if it holds on 200 or more of 200 splits"));
    let adjusted = check(format!("error_rate = 0.05\n{CERTAIN}{two}"));
    // The least n with 0.98 ≤ (0.0125)^(1/n).
    assert!(adjusted.contains("cannot support it, even if it holds on all of them: that takes 217"), "{adjusted}");
    // The run supports it with 200 once the other claim is supported (above), so the words must not exclude that.
    let strictest = "at the strictest level (fewer may do once other claims are decided): 200 splits cannot support it";
    assert!(adjusted.contains(strictest), "{adjusted}");
    let one = check(format!("error_rate = 0.05\n{CERTAIN}{}", claim("hard", 0.98)));
    assert!(!one.contains("strictest level"), "{one}");
    let looks = CERTAIN.replace("repeats = 200", "repeats = \"until-decided\"");
    let text = check(format!("error_rate = 0.05\n{looks}{two}"));
    assert!(!text.contains("strictest level"), "{text}");
    assert!(text.contains("an equal share for each (Bonferroni), since they are looked at during the run"), "{text}");
    let (report, _) = run(&format!("error_rate = 0.05\n{looks}{two}"));
    assert_eq!(verdicts(&report), [("supported", 0.975), ("supported", 0.975)]);
}

/// Iterations that are equally likely from 1 to 100: on a share b/100 of the splits they are at most b.
fn draw(random: &mut ChaCha8Rng) -> Results {
    let records = CellRecords {
        stops: vec![Stop::Converged; 300],
        iterations: (0..300).map(|_| random.random_range(1..=100)).collect(),
        ..CellRecords::default()
    };
    let cell = Cell {
        source: 0,
        model: 0,
        solver: 0,
        records,
        bands: Default::default(),
        reliability: Default::default(),
        wrong_rows: Vec::new(),
        bootstrap: None,
    };
    Results {
        cells: vec![cell],
        splits: Vec::new(),
        shuffled: Vec::new(),
        datasets: Vec::new(),
        threads: 1,
        shared: false,
        elapsed: std::time::Duration::ZERO,
    }
}

/// Five false claims and five true ones, each on the bound, and ten that are soon supported: their decisions leave more of the rate to
/// the others, which must still keep it.
#[test]
fn the_rate_is_kept_by_claims_on_the_bound() {
    let mut text = format!("error_rate = 0.05\n{CERTAIN}");
    let bounds = [10, 30, 50, 70, 90];
    for (kind, beyond) in [("false", 1e-9), ("true", 0.0), ("easy", -0.099), ("soon", -0.098)] {
        for bound in bounds {
            let share = f64::from(bound) / 100.0 + beyond;
            text.push_str(&format!(
                "[[claim]]\nname = \"{kind} {bound}\"\nsolver = \"newton\"\nmetric = \"iterations\"\nat_most = {bound}\non_share = {share:?}\n"
            ));
        }
    }
    let experiment = Experiment::parse(&text, "test.toml", Path::new(""), Overrides::default()).unwrap();
    let subjects = Subjects {
        solvers: vec!["newton"],
        sources: vec!["iris"],
        models: vec!["m"],
        thresholds: vec!["0.5".to_owned()],
        at_looks: false,
    };
    let claims = &experiment.claims;
    let random = &mut ChaCha8Rng::seed_from_u64(5);
    let (mut wrong, mut wrong_unadjusted, mut supported) = (0, 0, 0);
    const RUNS: usize = 2000;
    for _ in 0..RUNS {
        let results = draw(random);
        let at = |place: usize, level: f64| verdict_at(place, &claims[place], level, &subjects, &results);
        let levels = experiment.error_rate().unwrap().levels(claims, at);
        let is_wrong = |place: usize, level: f64| match at(place, level) {
            ClaimVerdict::Supported => place < 5,
            ClaimVerdict::Refuted => place >= 5,
            ClaimVerdict::Undecided => false,
        };
        wrong += usize::from((0..20).any(|place| is_wrong(place, levels[place])));
        wrong_unadjusted += usize::from((0..20).any(|place| is_wrong(place, 0.95)));
        supported += (10..20).filter(|&place| at(place, levels[place]) == ClaimVerdict::Supported).count();
    }
    let error = (0.05 * 0.95 / RUNS as f64).sqrt();
    assert!((wrong as f64) / (RUNS as f64) < 0.05 + 3.0 * error, "{wrong} of {RUNS}");
    assert!(wrong_unadjusted as f64 > 0.08 * RUNS as f64, "{wrong_unadjusted} of {RUNS}");
    assert!(supported > 5 * RUNS, "{supported}");
    println!(
        "wrong {wrong}, unadjusted {wrong_unadjusted}, of {RUNS} runs; {supported} of {} easy claims supported",
        10 * RUNS
    );
}
