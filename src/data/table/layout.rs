//! What each column of a table is: target, feature, a role, or left out and why.

use std::collections::HashMap;

use super::counts;
use super::keys::{Chosen, Keys};
use super::pattern::matches;
use super::role::{self, Role};
use crate::data::columns::same_value;
use crate::data::reading::LeftOutColumn;
use crate::data::{DataError, Storage, listed, shown};
use crate::parameter::nearest;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The column to predict.
    Target,
    /// A feature, with its place among the features.
    Feature(usize),
    /// A role, with its place among [`Layout::roles`].
    Role(usize),
    /// No name; its values decide whether it can be left out. With its place among [`Layout::unnamed`].
    Unnamed(usize),
    /// Nothing.
    Unused,
}

/// What the columns of a table are.
#[derive(Clone, Debug)]
pub struct Layout {
    /// All names, in the order of the file.
    pub names: Vec<String>,
    /// The use of each.
    pub uses: Vec<Use>,
    /// Places of the features.
    pub features: Vec<usize>,
    /// Whether each feature is named as a category.
    pub categorical: Vec<bool>,
    /// Columns with a role, and their places.
    pub roles: Vec<(Role, usize)>,
    /// Places of the columns without a name.
    pub unnamed: Vec<usize>,
    /// Columns that are left out so far.
    pub left_out: Vec<LeftOutColumn>,
    /// Marks of missing values beside those that are always known.
    pub marks: Vec<String>,
    /// How features are stored.
    pub storage: Storage,
}

impl Layout {
    /// Gives each column of these names its use.
    ///
    /// # Errors
    /// When names or patterns find no column, a feature has the name of another column, a column has two uses, or no feature is left.
    pub fn new(path: &str, names: Vec<String>, keys: &Keys<'_>) -> Result<Layout, DataError> {
        counts::check_keys(path, keys)?;
        let chosen = keys.chosen;
        let mut faults = Vec::new();
        let mut found = |place: Result<usize, DataError>| place.map_err(|fault| faults.push(fault)).ok();
        let target = if keys.has_counts() { None } else { found(target(path, &names, keys.target)) };
        let of_roles: Vec<(Role, &str, Option<usize>)> = Role::ALL
            .into_iter()
            .zip(keys.roles)
            .filter(|(_, name)| !name.is_empty())
            .map(|(role, name)| (role, name, found(place_of(path, &names, name))))
            .collect();
        let patterns = chosen.features.iter().chain(chosen.exclude).chain(keys.categorical);
        faults.extend(patterns_of_none(path, &names, patterns));
        if !faults.is_empty() {
            return Err(DataError::all_of(path, faults));
        }
        let mut roles: Vec<(Role, usize)> = Vec::new();
        for (role, name, place) in of_roles.into_iter().filter_map(|(role, name, place)| Some((role, name, place?))) {
            let other = roles.iter().find(|(_, other)| *other == place).map(|(role, _)| role.key());
            if let Some(key) = other.or((Some(place) == target).then_some("target")) {
                return Err(role::two_uses(path, name, [key, role.key()]));
            }
            roles.push((role, place));
        }
        let (mut features, mut unnamed, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        let mut uses = vec![Use::Unused; names.len()];
        for (place, name) in names.iter().enumerate() {
            let of_role = roles.iter().position(|(_, at)| *at == place);
            let because = match of_role {
                _ if Some(place) == target => {
                    uses[place] = Use::Target;
                    continue;
                }
                Some(at) => {
                    uses[place] = Use::Role(at);
                    if roles[at].0.is_count() {
                        continue;
                    }
                    role::because(roles[at].0)
                }
                None if any(chosen.exclude, name) => "`exclude` names it".to_owned(),
                None if !chosen.features.is_empty() && !any(chosen.features, name) => {
                    "`features` does not name it".to_owned()
                }
                None if name.is_empty() => {
                    uses[place] = Use::Unnamed(unnamed.len());
                    unnamed.push(place);
                    continue;
                }
                None => {
                    uses[place] = Use::Feature(features.len());
                    features.push(place);
                    continue;
                }
            };
            left_out.push(LeftOutColumn { number: place + 1, name: shown(name), because });
        }
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        names.iter().enumerate().for_each(|(place, name)| places.entry(name).or_default().push(place));
        if let Some(place) = features.iter().find(|&&place| places[names[place].as_str()].len() > 1) {
            let name = &names[*place];
            return Err(duplicate(path, name, &places[name.as_str()]));
        }
        if features.is_empty() && unnamed.is_empty() {
            return Err(DataError::NoFeatures { path: path.to_owned() });
        }
        let categorical = features.iter().map(|place| any(keys.categorical, &names[*place])).collect();
        let (marks, storage) = (keys.marks.to_vec(), keys.storage);
        Ok(Layout { uses, features, categorical, roles, unnamed, left_out, marks, storage, names })
    }

    /// The name of the target; `None` where the columns count trials.
    pub fn target(&self) -> Option<&str> {
        self.uses.iter().position(|of| *of == Use::Target).map(|place| self.names[place].as_str())
    }

    /// Whether the feature at a place of the file is named as a category.
    pub fn is_categorical(&self, place: usize) -> bool {
        self.features.iter().position(|&at| at == place).is_some_and(|feature| self.categorical[feature])
    }

    /// Whether a text is a mark of missing values that the keys name.
    pub fn marks_missing(&self, text: &str) -> bool {
        self.marks.iter().any(|mark| same_value(mark, text))
    }

    /// Leaves out the columns without a name, as far as what they have shown allows it.
    ///
    /// # Errors
    /// When one of them may be a feature, or no feature is left.
    pub fn leave_out_unnamed(&mut self, path: &str, seen: &[UnnamedColumn]) -> Result<(), DataError> {
        for (&place, column) in self.unnamed.iter().zip(seen) {
            let because = match column {
                column if column.empty => "it has no name and is empty",
                column if place == 0 && column.numbers_rows() => "it has no name and numbers the rows",
                _ => return Err(DataError::UnnamedColumn { path: path.to_owned(), number: place + 1 }),
            };
            self.left_out.push(LeftOutColumn { number: place + 1, name: String::new(), because: because.to_owned() });
        }
        self.left_out.sort_by_key(|column| column.number);
        if self.features.is_empty() { Err(DataError::NoFeatures { path: path.to_owned() }) } else { Ok(()) }
    }
}

fn any(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, name))
}

/// A refusal of each name or pattern that finds no column.
fn patterns_of_none<'p>(
    path: &str,
    names: &[String],
    patterns: impl IntoIterator<Item = &'p String>,
) -> Vec<DataError> {
    let of_none = patterns.into_iter().filter(|pattern| !names.iter().any(|name| matches(pattern, name)));
    of_none.map(|pattern| no_such(path, names, pattern)).collect()
}

impl Chosen<'_> {
    /// Which columns of a file that has features alone are chosen.
    ///
    /// # Errors
    /// When a name or pattern finds no column, or no column is left.
    pub fn among(&self, path: &str, names: &[String]) -> Result<Vec<bool>, DataError> {
        let unknown = patterns_of_none(path, names, self.features.iter().chain(self.exclude));
        if !unknown.is_empty() {
            return Err(DataError::all_of(path, unknown));
        }
        let is_chosen =
            |name: &String| (self.features.is_empty() || any(self.features, name)) && !any(self.exclude, name);
        let chosen: Vec<bool> = names.iter().map(is_chosen).collect();
        if chosen.contains(&true) { Ok(chosen) } else { Err(DataError::NoFeatures { path: path.to_owned() }) }
    }
}

fn target(path: &str, names: &[String], name: &str) -> Result<usize, DataError> {
    if name.is_empty() { Ok(names.len().saturating_sub(1)) } else { place_of(path, names, name) }
}

/// The place of the column of this name.
fn place_of(path: &str, names: &[String], name: &str) -> Result<usize, DataError> {
    let places: Vec<usize> = (0..names.len()).filter(|&place| names[place] == name).collect();
    match places[..] {
        [place] => Ok(place),
        [] => Err(no_such(path, names, name)),
        _ => Err(duplicate(path, name, &places)),
    }
}

fn no_such(path: &str, names: &[String], name: &str) -> DataError {
    DataError::NoSuchColumn {
        path: path.to_owned(),
        column: shown(name),
        nearest: nearest(name, names.iter().map(String::as_str)).map(shown),
        known: listed(names.iter().map(String::as_str)),
    }
}

fn duplicate(path: &str, name: &str, places: &[usize]) -> DataError {
    let numbers: Vec<String> = places.iter().map(|place| (place + 1).to_string()).collect();
    DataError::SameName { path: path.to_owned(), name: shown(name), numbers: numbers.join(" and ") }
}

/// What the fields of a column without a name have shown so far.
#[derive(Clone, Copy, Debug)]
pub struct UnnamedColumn {
    empty: bool,
    /// Whether each field is the number after the one before it.
    counts: bool,
    /// The first and the last number.
    ends: Option<(u64, u64)>,
}

impl Default for UnnamedColumn {
    fn default() -> UnnamedColumn {
        UnnamedColumn { empty: true, counts: true, ends: None }
    }
}

impl UnnamedColumn {
    /// Sees the next row's field.
    pub fn see(&mut self, field: &str) {
        self.empty &= field.is_empty();
        let number = field.trim_matches('"').parse::<u64>().ok();
        self.append(UnnamedColumn { empty: self.empty, counts: number.is_some(), ends: number.map(|n| (n, n)) });
    }

    /// Sees what rows further down have shown.
    pub fn append(&mut self, other: UnnamedColumn) {
        self.empty &= other.empty;
        self.counts &= other.counts;
        self.ends = match (self.ends, other.ends) {
            (Some((first, last)), Some((next, end))) => {
                self.counts &= last.checked_add(1) == Some(next);
                Some((first, end))
            }
            (ends, other) => ends.or(other),
        };
    }

    fn numbers_rows(&self) -> bool {
        self.counts && self.ends.is_some_and(|(first, _)| first <= 1)
    }
}
