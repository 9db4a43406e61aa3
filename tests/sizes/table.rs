//! Rejections counted, and the table of METHODOLOGY.md that they must equal.

use std::path::Path;

/// Counts rejections over repetitions.
pub fn rate(rejections: impl Iterator<Item = bool>) -> f64 {
    let (mut rejected, mut all) = (0u64, 0u64);
    for rejects in rejections {
        rejected += u64::from(rejects);
        all += 1;
    }
    rejected as f64 / all as f64
}

/// What is asked of the sizes of a row.
#[derive(Clone, Copy, PartialEq)]
pub enum Promise {
    /// At most the level and three Monte-Carlo errors.
    Holds,
    /// Above it: the test is about something else, and the table says so.
    Fails,
}

/// A row of the table: one test in one design.
pub struct Line {
    pub test: &'static str,
    pub design: String,
    /// The level promised.
    pub level: f64,
    /// Rates of rejecting a true hypothesis.
    pub sizes: Vec<f64>,
    /// Rates of rejecting a false one.
    pub powers: Vec<f64>,
    pub repetitions: u64,
    pub promise: Promise,
}

impl Line {
    fn text(&self) -> String {
        let percents = |rates: &[f64]| match rates {
            [] => "–".to_owned(),
            rates => rates.iter().map(|rate| format!("{:.1}", 100.0 * rate)).collect::<Vec<_>>().join(" / "),
        };
        format!(
            "| {} | {} | {} | {} | {} | {} |",
            self.test,
            self.design,
            100.0 * self.level,
            percents(&self.sizes),
            percents(&self.powers),
            self.repetitions
        )
    }
}

/// Prints the rows, and compares them with the promise and with METHODOLOGY.md.
pub fn check(lines: &[Line]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/METHODOLOGY.md");
    let methodology = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    for line in lines {
        let text = line.text();
        println!("{text}");
        let most = line.level + 3.0 * (line.level * (1.0 - line.level) / line.repetitions as f64).sqrt();
        let holds = line.sizes.iter().all(|&size| size <= most);
        if holds != (line.promise == Promise::Holds) {
            wrong.push(format!("size above {most:.4} or not as promised: {text}"));
        }
        if !methodology.contains(&text) {
            wrong.push(format!("not in METHODOLOGY.md: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
