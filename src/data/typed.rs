//! Columns of values with types, as binary formats have them, on their way into a table.

use std::borrow::Cow;
use std::collections::HashMap;

use super::columns::FileColumn;
use super::file::Input;
use super::table::{Cell, Keys, Layout, Part, Table, Told, Use};
use super::{DataError, DataSet, shown};
use crate::parameter::Settings;

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers, NaN where one is missing.
    Numbers(Vec<f64>),
    /// Whole numbers, which may have more digits than a number keeps.
    Wholes(Vec<Option<i64>>),
    /// Whole numbers that may be larger than these.
    Large(Vec<Option<i128>>),
    /// Texts, each an index into the distinct ones, or none.
    Texts(Vec<Option<u32>>, Vec<String>),
    /// Values that are not read: why not. They are refused where the column is used.
    Unread(String),
}

/// Columns of the same length.
#[derive(Clone, Debug, Default)]
pub struct TypedColumns {
    /// Name and values of each.
    pub columns: Vec<(String, Values)>,
    /// How many rows they have.
    pub rows: usize,
}

fn whole<'t>(number: impl Into<i128>) -> Cell<'t> {
    Cell::Whole(number.into())
}

/// Rows that go into the table together.
const TOGETHER: usize = 4096;

impl Values {
    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Values::Numbers(numbers) => numbers.get(row).map_or(Cell::Missing, |number| Cell::Number(*number)),
            Values::Wholes(wholes) => wholes.get(row).copied().flatten().map_or(Cell::Missing, whole),
            Values::Large(wholes) => wholes.get(row).copied().flatten().map_or(Cell::Missing, whole),
            Values::Texts(codes, texts) => {
                let code = codes.get(row).copied().flatten();
                let text = code.and_then(|code| texts.get(code as usize));
                text.map_or(Cell::Missing, |text| Cell::Text(Cow::Borrowed(text)))
            }
            Values::Unread(_) => Cell::Missing,
        }
    }
}

impl Values {
    /// The values and those of rows further down, of the same kind.
    pub fn followed_by(self, more: Values) -> Values {
        match (self, more) {
            (Values::Numbers(mut all), Values::Numbers(more)) => {
                all.extend(more);
                Values::Numbers(all)
            }
            (Values::Wholes(mut all), Values::Wholes(more)) => {
                all.extend(more);
                Values::Wholes(all)
            }
            (Values::Large(mut all), Values::Large(more)) => {
                all.extend(more);
                Values::Large(all)
            }
            (all, more) => {
                let texts = |values: &Values| -> Vec<Option<String>> {
                    let length = values.len();
                    (0..length).map(|row| values.text(row)).collect()
                };
                let both = texts(&all).into_iter().chain(texts(&more));
                Values::of_texts(both)
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Values::Numbers(all) => all.len(),
            Values::Wholes(all) => all.len(),
            Values::Large(all) => all.len(),
            Values::Texts(codes, _) => codes.len(),
            Values::Unread(_) => 0,
        }
    }

    fn text(&self, row: usize) -> Option<String> {
        match self.cell(row) {
            Cell::Missing => None,
            Cell::Number(number) => Some(number.to_string()),
            Cell::Whole(whole) => Some(whole.to_string()),
            Cell::Text(text) => Some(text.into_owned()),
        }
    }

    /// Values of texts.
    pub fn of_texts(all: impl Iterator<Item = Option<String>>) -> Values {
        let mut known = HashMap::new();
        let mut distinct: Vec<String> = Vec::new();
        let mut code = |text: String| {
            *known.entry(text).or_insert_with_key(|text| {
                distinct.push(text.clone());
                distinct.len() as u32 - 1
            })
        };
        let codes = all.map(|text| text.map(&mut code)).collect();
        Values::Texts(codes, distinct)
    }
}

/// Decimal numbers digits / 10^scale.
pub fn decimals(digits: impl Iterator<Item = Option<i128>>, scale: i32) -> Values {
    // Powers of ten up to this one are exact, and then the quotient is rounded once.
    const EXACT_POWER: i32 = 22;
    if scale == 0 {
        return Values::Large(digits.collect());
    }
    let number = |digits: i128| match digits {
        _ if (1..=EXACT_POWER).contains(&scale) && digits.unsigned_abs() < 1 << 53 => digits as f64 / 10f64.powi(scale),
        _ => format!("{digits}e{}", -scale).parse().unwrap_or(f64::NAN),
    };
    Values::Numbers(digits.map(|digits| digits.map_or(f64::NAN, number)).collect())
}

/// A day since the beginning of 1970 as `2024-01-31` (Hinnant 2013, "chrono-compatible low-level date algorithms").
pub fn iso_date(days: i64) -> String {
    let shifted = i128::from(days) + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i128::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Ticks since the beginning of 1970, `unit` in a second, as `2024-01-31T12:00:00.25`.
pub fn iso_time(ticks: i64, unit: i64) -> String {
    let (seconds, rest) = (ticks.div_euclid(unit), ticks.rem_euclid(unit));
    let (day, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let fraction = match rest {
        0 => String::new(),
        rest => format!("{:.9}", rest as f64 / unit as f64).trim_start_matches('0').trim_end_matches('0').to_owned(),
    };
    format!("{}T{:02}:{:02}:{:02}{fraction}", iso_date(day), of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

/// The column that pandas writes for an index without a name.
const PANDAS_INDEX: &str = "__index_level_0__";

impl TypedColumns {
    /// Adds a column; that of an index has no name.
    pub fn push(&mut self, name: &str, values: Values) {
        let name = if name == PANDAS_INDEX { "" } else { name };
        self.columns.push((name.to_owned(), values));
    }

    /// The data set in the columns; `dialect` tells a person how they were read.
    ///
    /// # Errors
    /// When the columns, labels or values leave open what is meant.
    pub fn data_set(&self, input: Input<'_>, settings: &Settings, dialect: &str) -> Result<DataSet, DataError> {
        let (path, keys) = (&*input.shown(), Keys::of(settings));
        if self.rows == 0 {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        let names = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let layout = Layout::new(path, names, &keys)?;
        for ((name, values), of) in self.columns.iter().zip(&layout.uses) {
            if let (Values::Unread(reason), false) = (values, *of == Use::Unused) {
                let reason = format!("column \"{}\": {reason}, or leave the column out with exclude", shown(name));
                return Err(DataError::Malformed { path: path.to_owned(), reason });
            }
        }
        let mut table = Table::new(&layout, self.rows);
        let mut part = Part::new(&layout, keys.wanted);
        for row in 0..self.rows {
            part.push_row(self.columns.iter().map(|(_, values)| values.cell(row)), row as u64 + 1);
            if (row + 1) % TOGETHER == 0 {
                table.append(&mut part, 0, keys.wanted);
            }
        }
        table.append(&mut part, 0, keys.wanted);
        table.finish(input, &keys, &Told { dialect: dialect.to_owned(), decimal_comma: false })
    }

    /// What the columns have in them.
    pub fn file_columns(&self) -> Vec<FileColumn> {
        let of = |(name, values): &(String, Values)| {
            let mut column = FileColumn { name: name.clone(), values: Vec::new(), numeric: true };
            for row in 0..self.rows {
                match values.cell(row) {
                    Cell::Missing => column.see("", None),
                    Cell::Number(number) if number.is_nan() => column.see("", None),
                    Cell::Number(number) => column.see(&number.to_string(), Some(number)),
                    Cell::Whole(whole) => column.see(&whole.to_string(), Some(whole as f64)),
                    Cell::Text(text) => column.see(&text, None),
                }
                // Three values tell that it is no target, and a numeric type that all are numbers.
                if column.values.len() == 3 {
                    break;
                }
            }
            column
        };
        self.columns.iter().map(of).collect()
    }
}
