//! Columns that are no features: weights, an offset, groups, times, a fixed test set, binomial counts.

use super::dates;
use super::levels::Levels;
use crate::data::columns::{EXACT_BELOW, is_missing};
use crate::data::{DataError, Groups, Roles, listed, shown};

/// What a column is beside features and target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Frequency weights.
    Weights,
    /// Added to the linear predictor.
    Offset,
    /// Names of groups.
    Groups,
    /// Times.
    Time,
    /// Whether a row is a test row.
    TestRows,
    /// How many of a row's trials are of the class coded 1.
    Successes,
    /// How many of a row's trials are of the class coded 0.
    Failures,
    /// How many trials a row has.
    Trials,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 8] = [
        Role::Weights,
        Role::Offset,
        Role::Groups,
        Role::Time,
        Role::TestRows,
        Role::Successes,
        Role::Failures,
        Role::Trials,
    ];

    /// The key that names the column.
    pub const fn key(self) -> &'static str {
        match self {
            Role::Weights => "weights",
            Role::Offset => "offset",
            Role::Groups => "groups",
            Role::Time => "time",
            Role::TestRows => "test_set",
            Role::Successes => "successes",
            Role::Failures => "failures",
            Role::Trials => "trials",
        }
    }

    /// Whether the column is a part of what is predicted.
    pub const fn is_count(self) -> bool {
        matches!(self, Role::Successes | Role::Failures | Role::Trials)
    }

    /// The values it may have.
    fn allowed(self) -> &'static str {
        match self {
            Role::Weights => "a number from 0",
            Role::Offset => "a finite number",
            Role::Groups => "a text",
            Role::Time => "a number, or a date or time as 2024-01-31 or 2024-01-31 12:00:00",
            Role::TestRows => "1, true or test for a test row, and 0, false or train for a training row",
            Role::Successes | Role::Failures | Role::Trials => "a whole number from 0",
        }
    }
}

/// A wrong value, and how many there are.
#[derive(Clone, Debug)]
struct Wrong {
    text: String,
    line: u64,
    rows: u64,
}

/// The values of a column with a role.
#[derive(Clone, Debug)]
pub struct RoleColumn {
    role: Role,
    /// Numbers, or codes of groups.
    values: Vec<f64>,
    levels: Levels,
    wrong: Option<Wrong>,
    /// Times that are dates; the others are numbers.
    dates: u64,
    /// The line of each row's trials, which are compared with its successes when both are known; empty of other roles.
    lines: Vec<u64>,
}

impl RoleColumn {
    /// No values yet.
    pub fn new(role: Role) -> RoleColumn {
        RoleColumn { role, values: Vec::new(), levels: Levels::default(), wrong: None, dates: 0, lines: Vec::new() }
    }

    /// Adds the next row's value, the number it is being known.
    pub fn push(&mut self, text: &str, number: Option<f64>, line: u64) {
        let number = number.filter(|number| number.is_finite());
        let value = match self.role {
            _ if is_missing(text) => None,
            Role::Weights => number.filter(|number| *number >= 0.0),
            Role::Offset => number,
            Role::Groups => Some(f64::from(self.levels.count(text, line, 1))),
            Role::Time => number.or_else(|| {
                let seconds = dates::seconds(text);
                self.dates += u64::from(seconds.is_some());
                seconds
            }),
            Role::TestRows => match text.to_ascii_lowercase().as_str() {
                "1" | "1.0" | "true" | "t" | "yes" | "test" => Some(1.0),
                "0" | "0.0" | "false" | "f" | "no" | "train" | "training" => Some(0.0),
                _ => None,
            },
            Role::Successes | Role::Failures | Role::Trials => {
                number.filter(|number| *number >= 0.0 && number.fract() == 0.0 && *number < EXACT_BELOW)
            }
        };
        if self.role == Role::Trials {
            self.lines.push(line);
        }
        if value.is_none() {
            self.wrong.get_or_insert_with(|| Wrong { text: text.to_owned(), line, rows: 0 }).rows += 1;
        }
        self.values.push(value.unwrap_or(0.0));
    }

    /// Adds the values of rows further down, whose lines begin after `lines`.
    pub fn append(&mut self, other: &RoleColumn, lines: u64) {
        if self.role == Role::Groups {
            let codes = self.levels.append(&other.levels, lines);
            let code = |code: &f64| codes.get(*code as usize).map_or(*code, |code| f64::from(*code));
            self.values.extend(other.values.iter().map(code));
        } else {
            self.values.extend_from_slice(&other.values);
        }
        self.dates += other.dates;
        self.lines.extend(other.lines.iter().map(|line| line + lines));
        if let Some(wrong) = &other.wrong {
            let first = Wrong { line: wrong.line + lines, rows: 0, ..wrong.clone() };
            self.wrong.get_or_insert(first).rows += wrong.rows;
        }
    }

    /// What the column is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Its numbers.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The line of a row's number of trials; 0 in a column of another role.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(0)
    }

    /// The refusal of so many values of the column, the first of which stands in a line.
    pub fn refused(&self, path: &str, column: &str, value: &str, line: u64, rows: u64, reason: String) -> DataError {
        DataError::WrongRole {
            path: path.to_owned(),
            line,
            column: shown(column),
            value: shown(value).into(),
            rows,
            key: self.role.key(),
            reason: reason.into(),
        }
    }

    /// The refusal of all its values together.
    pub fn refused_as_a_whole(&self, path: &str, column: &str, reason: &str) -> DataError {
        self.refused(path, column, "", 0, self.values.len() as u64, reason.to_owned())
    }

    /// Refuses a value that its role does not allow.
    ///
    /// # Errors
    /// When there is one.
    pub fn refuse_wrong(&self, path: &str, column: &str) -> Result<(), DataError> {
        let Some(Wrong { text, line, rows }) = &self.wrong else { return Ok(()) };
        let missing = if is_missing(text) {
            "; missing = \"drop-rows\" leaves out rows without a value (on the command line: --missing drop-rows)"
        } else {
            ""
        };
        let reason = format!("must be {}{missing}", self.role.allowed());
        Err(self.refused(path, column, text, *line, *rows, reason))
    }

    /// Puts the values into their role.
    ///
    /// # Errors
    /// When one of them is wrong, or all of them together.
    pub fn finish(self, path: &str, column: &str, roles: &mut Roles) -> Result<(), DataError> {
        self.refuse_wrong(path, column)?;
        let refused = |reason: &str| Err(self.refused_as_a_whole(path, column, reason));
        let rows = self.values.len() as u64;
        if self.dates > 0 && self.dates < rows {
            let numbers = rows - self.dates;
            return refused(&format!("has {} dates and {numbers} numbers; write all times in one way", self.dates));
        }
        let all = |value: f64| self.values.iter().all(|other| *other == value);
        match self.role {
            Role::Weights if all(0.0) => {
                return refused("is 0 in every row; at least one weight must be above 0");
            }
            Role::Weights => roles.weights = Some(self.values),
            Role::Offset => roles.offset = Some(self.values),
            Role::Time => roles.order = Some(self.values),
            Role::Groups => {
                if self.levels.untold > 0 {
                    let most = self.levels.all.len();
                    return refused(&format!("has more than {most} values, so it names rows and no groups"));
                }
                let names = self.levels.all.into_iter().map(|level| shown(&level.name)).collect();
                roles.groups = Some(Groups { codes: self.values.iter().map(|code| *code as u32).collect(), names });
            }
            Role::TestRows if all(0.0) || all(1.0) => {
                return refused("says the same of every row; both training and test rows are needed");
            }
            Role::TestRows => roles.test = Some(self.values.iter().map(|value| *value == 1.0).collect()),
            // Counts are what is predicted, and no role of a row.
            Role::Successes | Role::Failures | Role::Trials => {}
        }
        Ok(())
    }
}

/// The roles in words, for a reason why a column is no feature.
pub fn because(role: Role) -> String {
    format!("`{}` names it", role.key())
}

/// The refusal of a column that two keys name.
pub fn two_uses(path: &str, column: &str, keys: [&str; 2]) -> DataError {
    let reason = format!(
        "column {} is named by both {} and {}; a column has one use: name another, or leave out one of the keys",
        listed([column]),
        keys[0],
        keys[1]
    );
    DataError::Malformed { path: path.to_owned(), reason }
}
