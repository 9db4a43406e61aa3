//! Columns that are no features: weights, an offset, groups, times, a fixed test set.

use super::dates;
use super::levels::Levels;
use crate::data::columns::is_missing;
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
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 5] = [Role::Weights, Role::Offset, Role::Groups, Role::Time, Role::TestRows];

    /// The key that names the column.
    pub const fn key(self) -> &'static str {
        match self {
            Role::Weights => "weights",
            Role::Offset => "offset",
            Role::Groups => "groups",
            Role::Time => "time",
            Role::TestRows => "test_set",
        }
    }

    /// The values it may have.
    fn allowed(self) -> &'static str {
        match self {
            Role::Weights => "a number from 0",
            Role::Offset => "a finite number",
            Role::Groups => "a text",
            Role::Time => "a number, or a date or time as 2024-01-31 or 2024-01-31 12:00:00",
            Role::TestRows => "1, true or test for a test row, and 0, false or train for a training row",
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
}

impl RoleColumn {
    /// No values yet.
    pub fn new(role: Role) -> RoleColumn {
        RoleColumn { role, values: Vec::new(), levels: Levels::default(), wrong: None, dates: 0 }
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
        };
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
        if let Some(wrong) = &other.wrong {
            let first = Wrong { line: wrong.line + lines, rows: 0, ..wrong.clone() };
            self.wrong.get_or_insert(first).rows += wrong.rows;
        }
    }

    /// Puts the values into their role.
    ///
    /// # Errors
    /// When one of them is wrong, or all of them together.
    pub fn finish(self, path: &str, column: &str, roles: &mut Roles) -> Result<(), DataError> {
        let refused = |value: &str, line, rows, reason: String| {
            Err(DataError::WrongRole {
                path: path.to_owned(),
                line,
                column: shown(column),
                value: shown(value).into(),
                rows,
                key: self.role.key(),
                reason: reason.into(),
            })
        };
        if let Some(Wrong { text, line, rows }) = &self.wrong {
            let missing = if is_missing(text) {
                "; missing = \"drop-rows\" leaves out rows without a value (on the command line: --missing drop-rows)"
            } else {
                ""
            };
            return refused(text, *line, *rows, format!("must be {}{missing}", self.role.allowed()));
        }
        let rows = self.values.len() as u64;
        if self.dates > 0 && self.dates < rows {
            return refused(
                "",
                0,
                rows,
                format!("has {} dates and {} numbers; write all times in one way", self.dates, rows - self.dates),
            );
        }
        let all = |value: f64| self.values.iter().all(|other| *other == value);
        match self.role {
            Role::Weights if all(0.0) => {
                return refused("", 0, rows, "is 0 in every row; at least one weight must be above 0".to_owned());
            }
            Role::Weights => roles.weights = Some(self.values),
            Role::Offset => roles.offset = Some(self.values),
            Role::Time => roles.order = Some(self.values),
            Role::Groups => {
                if self.levels.untold > 0 {
                    return refused(
                        "",
                        0,
                        rows,
                        format!("has more than {} values, so it names rows and no groups", self.levels.all.len()),
                    );
                }
                let names = self.levels.all.into_iter().map(|level| shown(&level.name)).collect();
                roles.groups = Some(Groups { codes: self.values.iter().map(|code| *code as u32).collect(), names });
            }
            Role::TestRows if all(0.0) || all(1.0) => {
                return refused(
                    "",
                    0,
                    rows,
                    "says the same of every row; both training and test rows are needed".to_owned(),
                );
            }
            Role::TestRows => roles.test = Some(self.values.iter().map(|value| *value == 1.0).collect()),
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
