//! Binomial counts: how many successes and failures each row of a table has, in the place of a label.

use super::keys::Keys;
use super::role::{Role, RoleColumn};
use crate::data::reading::Counts;
use crate::data::{DataError, DataSet, shown};

/// The keys that name labels, or count rows, and so contradict counts.
const CONTRADICTING: [&str; 4] = ["target", "positive", "negative", "weights"];

/// Refuses counts whose keys are incomplete or contradict others.
///
/// # Errors
/// When `successes` stands without `failures` or `trials`, with both, or beside a key of labels; or one of those stands alone.
pub fn check_keys(path: &str, keys: &Keys<'_>) -> Result<(), DataError> {
    let [successes, failures, trials] = [Role::Successes, Role::Failures, Role::Trials].map(|role| keys.column(role));
    let refused = |reason: String| Err(DataError::Malformed { path: path.to_owned(), reason });
    let written = |key: &&&str| match **key {
        "target" => !keys.target.is_empty(),
        "positive" => keys.wanted.positive.is_some(),
        "negative" => !keys.wanted.negative.is_empty(),
        _ => !keys.column(Role::Weights).is_empty(),
    };
    match (successes, failures, trials) {
        ("", "", "") => Ok(()),
        ("", _, _) => {
            let key = if failures.is_empty() { "trials" } else { "failures" };
            refused(format!(
                "{key} needs successes: name the column that counts the trials of the class coded 1, as successes = \"COLUMN\" (on the \
                 command line: --successes)"
            ))
        }
        (_, "", "") => refused(
            "successes needs failures or trials: name the column that counts the other trials of a row, as failures = \"COLUMN\", or all \
             of them, as trials = \"COLUMN\" (on the command line: --failures, --trials)"
                .to_owned(),
        ),
        (_, failures, trials) if !failures.is_empty() && !trials.is_empty() => refused(
            "failures and trials say the same twice, because trials are successes and failures together: leave out one of the keys"
                .to_owned(),
        ),
        _ => match CONTRADICTING.iter().find(written) {
            None => Ok(()),
            Some(key) => refused(format!(
                "{key} and successes contradict each other: counts take the place of labels and of weights; leave out one of the keys"
            )),
        },
    }
}

/// Successes and failures of each row.
#[derive(Debug)]
pub struct RowCounts {
    successes: Vec<f64>,
    failures: Vec<f64>,
    names: [String; 2],
    of_trials: bool,
}

impl RowCounts {
    /// The counts in columns with a role, each with its name; `None` where there are none.
    ///
    /// # Errors
    /// When a count is wrong, a row has fewer trials than successes, or there are no trials of one class.
    pub fn new(path: &str, columns: Vec<(RoleColumn, &str)>) -> Result<Option<RowCounts>, DataError> {
        let Ok([(successes, of_successes), (others, of_others)]) = <[_; 2]>::try_from(columns) else { return Ok(None) };
        if successes.values().is_empty() {
            return Ok(None);
        }
        successes.refuse_wrong(path, of_successes)?;
        others.refuse_wrong(path, of_others)?;
        let of_trials = others.role() == Role::Trials;
        let short = |(&trials, &successes): (&f64, &f64)| trials < successes;
        if let Some(row) = others.values().iter().zip(successes.values()).position(|both| of_trials && short(both)) {
            let (trials, successes) = (others.values()[row], successes.values()[row]);
            let reason = format!("must not be below the {successes} of column \"{}\"", shown(of_successes));
            return Err(others.refused(path, of_others, &trials.to_string(), others.line(row), 1, reason));
        }
        let all = |column: &RoleColumn| column.values().iter().sum::<f64>();
        if all(&successes) == 0.0 {
            let reason = "is 0 in every row; a binary problem needs both successes and failures";
            return Err(successes.refused_as_a_whole(path, of_successes, reason));
        }
        if all(&others) == if of_trials { all(&successes) } else { 0.0 } {
            let reason = match of_trials {
                true => {
                    "has as many trials as successes in every row; a binary problem needs both successes and failures"
                }
                false => "is 0 in every row; a binary problem needs both successes and failures",
            };
            return Err(others.refused_as_a_whole(path, of_others, reason));
        }
        let failures = match of_trials {
            true => {
                others.values().iter().zip(successes.values()).map(|(trials, successes)| trials - successes).collect()
            }
            false => others.values().to_vec(),
        };
        let names = [of_successes, of_others].map(shown);
        Ok(Some(RowCounts { successes: successes.values().to_vec(), failures, names, of_trials }))
    }

    /// The names of failures and successes as classes, in the order of their codes.
    pub fn classes(&self) -> [String; 2] {
        let [successes, others] = self.names.clone();
        [if self.of_trials { format!("not {successes}") } else { others }, successes]
    }

    /// Rows without trials.
    pub fn empty(&self) -> u64 {
        self.trials().filter(|trials| *trials == 0.0).count() as u64
    }

    fn trials(&self) -> impl Iterator<Item = f64> {
        self.successes.iter().zip(&self.failures).map(|(successes, failures)| successes + failures)
    }

    /// A row of label 1 and one of label 0 for each row, with its successes and failures as frequency weights. A count of 0 has no row.
    pub fn split(&self, data: &DataSet) -> DataSet {
        let counts = self.successes.iter().zip(&self.failures).enumerate();
        let halves =
            counts.flat_map(|(row, (&successes, &failures))| [(row as u32, 1, successes), (row as u32, 0, failures)]);
        let there: Vec<(u32, u8, f64)> = halves.filter(|(_, _, count)| *count > 0.0).collect();
        let mut split = data.of_rows(&there.iter().map(|(row, ..)| *row).collect::<Vec<_>>());
        split.labels = there.iter().map(|(_, label, _)| *label).collect();
        split.roles.weights = Some(there.iter().map(|(_, _, count)| *count).collect());
        split
    }

    /// What the counts are, for the report.
    pub fn told(&self) -> Counts {
        let [successes, others] = self.names.clone();
        let (failures, trials) = if self.of_trials { (None, Some(others)) } else { (Some(others), None) };
        let log_share = |count: f64, of: f64| if count > 0.0 { count * (count / of).ln() } else { 0.0 };
        let log_likelihood =
            self.successes.iter().zip(&self.failures).map(|(s, f)| log_share(*s, s + f) + log_share(*f, s + f)).sum();
        Counts {
            successes,
            failures,
            trials,
            rows: self.trials().filter(|trials| *trials > 0.0).count() as u64,
            trial_count: self.trials().sum::<f64>() as u64,
            success_count: self.successes.iter().sum::<f64>() as u64,
            saturated_log_likelihood: log_likelihood,
        }
    }
}
