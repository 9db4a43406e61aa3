//! The columns of a table: which are features, and which are left out and why.

use std::collections::HashMap;

use wildmatch::WildMatch;

use super::super::reading::LeftOutColumn;
use super::super::{DataError, listed, shown};
use super::dialect::Unnamed;
use crate::parameter::nearest;

/// Names or patterns (`*` any text, `?` any character) of columns.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'a> {
    /// The features; empty for all columns that are not left out.
    pub features: &'a [String],
    /// Columns that are no features.
    pub exclude: &'a [String],
}

/// What the fields of a column without a name have shown so far.
#[derive(Clone, Copy, Debug)]
pub struct UnnamedColumn {
    empty: bool,
    /// Whether fields count the rows, and from which number.
    counts_from: Option<u64>,
    rows: u64,
}

impl Default for UnnamedColumn {
    fn default() -> UnnamedColumn {
        UnnamedColumn { empty: true, counts_from: None, rows: 0 }
    }
}

impl UnnamedColumn {
    /// Sees the next row's field.
    pub fn see(&mut self, field: &str) {
        self.empty &= field.is_empty();
        let number = field.trim_matches('"').parse::<u64>().ok();
        if self.rows == 0 {
            self.counts_from = number.filter(|first| *first <= 1);
        } else if self.counts_from.is_some_and(|from| number != Some(from + self.rows)) {
            self.counts_from = None;
        }
        self.rows += 1;
    }
}

/// The columns of a table.
#[derive(Debug)]
pub struct Header {
    /// All names, in the order of the file.
    pub names: Vec<String>,
    /// Places of the columns without a name.
    pub unnamed: Vec<usize>,
}

impl Header {
    /// The header of a table whose rows have a field more, where `field` says so.
    pub fn new(fields: impl Iterator<Item = String>, field: Unnamed) -> Header {
        let mut names: Vec<String> = fields.collect();
        match field {
            Unnamed::None => {}
            Unnamed::First => names.insert(0, String::new()),
            Unnamed::Last => names.push(String::new()),
        }
        let unnamed = (0..names.len()).filter(|&place| names[place].is_empty()).collect();
        Header { names, unnamed }
    }

    /// The place of the target: the column of this name, or the last column.
    ///
    /// # Errors
    /// When there is no such column, or several.
    pub fn target(&self, path: &str, name: Option<&str>) -> Result<usize, DataError> {
        let Some(name) = name else { return Ok(self.names.len().saturating_sub(1)) };
        let places: Vec<usize> = (0..self.names.len()).filter(|&place| self.names[place] == name).collect();
        match places[..] {
            [place] => Ok(place),
            [] => Err(self.no_such(path, name)),
            _ => Err(duplicate(path, name, &places)),
        }
    }

    fn no_such(&self, path: &str, name: &str) -> DataError {
        DataError::NoSuchColumn {
            path: path.to_owned(),
            column: shown(name),
            nearest: nearest(name, self.names.iter().map(String::as_str)).map(shown),
            known: listed(self.names.iter().map(String::as_str)),
        }
    }

    /// The places of the features, and the columns left out. `seen` are the columns without a name.
    ///
    /// # Errors
    /// When a name or pattern finds no column, a feature has no name or the name of another column, or no feature is left.
    pub fn features(
        &self,
        path: &str,
        target: usize,
        chosen: Chosen<'_>,
        seen: &[UnnamedColumn],
    ) -> Result<(Vec<usize>, Vec<LeftOutColumn>), DataError> {
        let matches =
            |patterns: &[String], name: &str| patterns.iter().any(|pattern| WildMatch::new(pattern).matches(name));
        for pattern in chosen.features.iter().chain(chosen.exclude) {
            if !self.names.iter().any(|name| WildMatch::new(pattern).matches(name)) {
                return Err(self.no_such(path, pattern));
            }
        }
        let (mut features, mut left_out) = (Vec::new(), Vec::new());
        for (place, name) in self.names.iter().enumerate().filter(|(place, _)| *place != target) {
            let unnamed = self.unnamed.iter().position(|unnamed| *unnamed == place).and_then(|at| seen.get(at));
            let because = match unnamed {
                _ if matches(chosen.exclude, name) => "`exclude` names it",
                _ if !chosen.features.is_empty() && !matches(chosen.features, name) => "`features` does not name it",
                Some(column) if column.empty => "it has no name and is empty",
                Some(column) if place == 0 && column.counts_from.is_some() => "it has no name and numbers the rows",
                Some(_) => return Err(DataError::UnnamedColumn { path: path.to_owned(), number: place + 1 }),
                None => {
                    features.push(place);
                    continue;
                }
            };
            left_out.push(LeftOutColumn { number: place + 1, name: shown(name), because: because.to_owned() });
        }
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        self.names.iter().enumerate().for_each(|(place, name)| places.entry(name).or_default().push(place));
        if let Some(place) = features.iter().find(|&&place| places[self.names[place].as_str()].len() > 1) {
            let name = &self.names[*place];
            return Err(duplicate(path, name, &places[name.as_str()]));
        }
        if features.is_empty() {
            return Err(DataError::NoFeatures { path: path.to_owned() });
        }
        Ok((features, left_out))
    }
}

fn duplicate(path: &str, name: &str, places: &[usize]) -> DataError {
    let numbers: Vec<String> = places.iter().map(|place| (place + 1).to_string()).collect();
    DataError::SameName { path: path.to_owned(), name: shown(name), numbers: numbers.join(" and ") }
}
