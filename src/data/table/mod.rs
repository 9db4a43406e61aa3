//! The table that every format reads into, and the one way from a table to a data set.
//!
//! A format gives the names of its columns to [`Layout::new`], which says what each column is; reads its rows into [`Part`]s, several at a
//! time if it can; and adds these to a [`Table`] in the order of the rows. [`Table::finish`] decides what is right only when all rows are
//! known: the coding of the labels, columns of texts, missing values. Whatever is open is refused or said, never guessed in silence.

mod counts;
mod dates;
mod features;
pub mod keys;
mod labels;
mod layout;
mod levels;
mod part;
mod pattern;
mod remedy;
mod role;

pub use keys::{Chosen, KEYS, Keys};
pub use labels::{LabelCoding, LabelPlace, Labels, Wanted};
pub use layout::{Layout, Use};
pub use levels::{Level, Levels};
pub use part::{Cell, Part, Row, is_rounded};
pub use role::Role;

use std::sync::Arc;

use counts::RowCounts;
use features::{Coded, Features};
use layout::UnnamedColumn;
use part::{Seen, append_seen};
use role::RoleColumn;

use super::coding::Fill;
use super::columns::hint_at_counts;
use super::file::Input;
use super::reading::{LeftOutRows, Reading};
use super::{DataError, DataSet, Roles, file, shown};
use crate::linear_algebra::RowCollector;
use crate::parameter::Choice;

/// The rows of a table.
#[derive(Debug)]
pub struct Table<'l> {
    layout: &'l Layout,
    features: RowCollector,
    codes: Vec<LabelPlace>,
    labels: Labels,
    seen: Vec<Seen>,
    roles: Vec<RoleColumn>,
    unnamed: Vec<UnnamedColumn>,
    incomplete: u64,
    lacking: u64,
    empty: u64,
    /// Rows that were read, kept or not, and those of them that are not kept.
    read: u32,
    left_out: Vec<u32>,
}

/// How a table was read.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What differs from the plainest form of its format, for a person.
    pub dialect: String,
    /// Whether decimals are marked by commas.
    pub decimal_comma: bool,
}

impl<'l> Table<'l> {
    /// No rows yet, and room for so many.
    pub fn new(layout: &'l Layout, rows: usize) -> Table<'l> {
        Table::with(layout, RowCollector::new(layout.storage, layout.features.len(), rows))
    }

    /// No rows yet, of which zeros are not kept.
    pub fn sparse(layout: &'l Layout) -> Table<'l> {
        Table::with(layout, RowCollector::sparse(layout.features.len()))
    }

    fn with(layout: &'l Layout, features: RowCollector) -> Table<'l> {
        Table {
            layout,
            features,
            codes: Vec::new(),
            labels: Labels::default(),
            seen: vec![Seen::default(); layout.features.len()],
            roles: layout.roles.iter().map(|(role, _)| RoleColumn::new(*role)).collect(),
            unnamed: vec![UnnamedColumn::default(); layout.unnamed.len()],
            incomplete: 0,
            lacking: 0,
            empty: 0,
            read: 0,
            left_out: Vec::new(),
        }
    }

    /// Adds the next rows, whose lines begin after `lines`, and empties the part.
    pub fn append(&mut self, part: &mut Part<'_>, lines: u64, wanted: Wanted<'_>) {
        let places = self.labels.append(&part.labels, lines, |label| wanted.tells(label));
        let place = |old: &LabelPlace| places.get(usize::from(*old)).copied().unwrap_or(*old);
        self.codes.extend(part.codes.iter().map(place));
        append_seen(&mut self.seen, part, lines);
        match &part.pairs {
            Some(pairs) => self.features.append_pairs(&pairs.all, &pairs.ends),
            None => self.features.append(&part.numbers),
        }
        self.roles.iter_mut().zip(&part.roles).for_each(|(all, new)| all.append(new, lines));
        self.unnamed.iter_mut().zip(&part.unnamed).for_each(|(all, new)| all.append(*new));
        self.incomplete += part.incomplete;
        self.lacking += part.lacking;
        self.empty += part.empty;
        self.left_out.extend(part.left_out.iter().map(|row| self.read.saturating_add(*row)));
        self.read = self.read.saturating_add(part.read);
        part.clear();
    }

    /// The data set in the table.
    ///
    /// # Errors
    /// When its columns, labels or values leave open what is meant: all that is wrong with them, so that a person mends it at once.
    pub fn finish(self, input: Input<'_>, keys: &Keys<'_>, told: &Told) -> Result<DataSet, DataError> {
        let path = &*input.shown();
        let mut layout = self.layout.clone();
        layout.leave_out_unnamed(path, &self.unnamed)?;
        refuse_header_again(path, &layout, &self.seen, &self.labels)?;
        let (rows, mut faults) = (self.codes.len() as u64, Vec::new());
        let of_labels = layout.target().map(|target| {
            LabelCoding::new(self.labels, keys.wanted, path, target)
                .map_err(|fault| faults.push(or_counts(fault, &layout.names)))
        });
        let mut features = self
            .features
            .finish()
            .map_err(|error| DataError::Malformed { path: path.to_owned(), reason: error.to_string() })?;
        let decimal_comma = told.decimal_comma;
        let of_features = Features { path, layout: &layout, seen: &self.seen, rows, keys, decimal_comma };
        let Coded { coding, columns: coded, filled, left_out: unfit, alike: of_levels } =
            of_features.code(&mut features, &mut faults);
        let (roles, of_counts) = roles_and_counts(path, self.roles, &layout, &mut faults);
        let counts = RowCounts::new(path, of_counts).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        if Fill::named(keys.missing).is_none() {
            faults.extend(missing_values(path, &layout, &self.seen, rows, self.lacking));
        }
        if !faults.is_empty() {
            return Err(DataError::all_of(path, faults));
        }
        let of_labels = of_labels.and_then(Result::ok);
        // Rows with counts get their labels when they are split.
        let labels: Vec<u8> = match &of_labels {
            Some(of_labels) => self.codes.iter().filter_map(|place| of_labels.code(*place)).collect(),
            None => vec![0; self.codes.len()],
        };
        drop(self.codes);
        if labels.is_empty() {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        layout.left_out.extend(unfit);
        layout.left_out.sort_by_key(|column| column.number);
        let of_both = of_labels.iter().flat_map(|coding| &coding.classes).map(|class| plain(class));
        let classes = counts.as_ref().map_or_else(|| of_both.collect(), |counts| counts.classes().to_vec());
        let mut data = DataSet {
            name: file::name_of(input.path),
            feature_names: layout.features.iter().map(|&place| plain(&layout.names[place])).collect(),
            features,
            labels,
            classes,
            truth: None,
            reading: None,
            roles,
            coding: None,
            left_out: self.left_out,
        };
        let weightless = data.leave_out_rows_of_weight_0() as u64;
        let without_trials = counts.as_ref().map_or(0, RowCounts::empty);
        if let Some(counts) = &counts {
            data = counts.split(&data);
        }
        if !coding.is_trivial() {
            let needs_training_rows = coding.needs_training_rows();
            data.coding = Some(Arc::new(coding));
            if !needs_training_rows {
                data = data.coded_by_all_rows();
            }
        }
        let (missing, others) = of_labels.as_ref().map_or((0, 0), |coding| (coding.missing, coding.others));
        let rows_left_out = left_out([
            (self.empty, "they have no values"),
            (missing, "the target is missing"),
            (others, "the target is neither class"),
            (self.incomplete, "a value is missing"),
            (weightless, "their weight is 0"),
            (without_trials, "they have no trials"),
        ]);
        let target = layout.target().unwrap_or_default().to_owned();
        refuse_one_class(path, &data, &target, &rows_left_out)?;
        // Rows of counts share their features by design.
        let identifying = if counts.is_some() { Vec::new() } else { data.whole_and_distinct() };
        data.reading = Some(Box::new(Reading {
            may_identify_rows: identifying.into_iter().map(|at| data.feature_names[at].clone()).collect(),
            dialect: told.dialect.clone(),
            columns_left_out: layout.left_out,
            coded,
            filled,
            rows_left_out,
            labels: of_labels.as_ref().map(LabelCoding::told).unwrap_or_default(),
            alike: of_labels.iter().flat_map(|coding| coding.alike(&target)).chain(of_levels).collect(),
            counts: counts.as_ref().map(RowCounts::told),
            may_identify_groups: Vec::new(),
        }));
        let groups = data.repeated_identifiers();
        data.reading.iter_mut().for_each(|reading| reading.may_identify_groups.clone_from(&groups));
        Ok(data)
    }

    /// The rows whose labels have a class of these, coded by `code`, and the texts as features are: for tables that are known to be right.
    pub fn into_classes(
        self,
        name: &str,
        classes: &[&str],
        code: impl Fn(&str) -> Option<u8>,
    ) -> Result<DataSet, DataError> {
        let malformed = |reason: String| DataError::Malformed { path: name.to_owned(), reason };
        let all = self.features.finish().map_err(|error| malformed(error.to_string()))?;
        let codes: Vec<Option<u8>> = self.codes.iter().map(|place| code(self.labels.text(*place))).collect();
        let mut features = RowCollector::new(self.layout.storage, all.ncols(), codes.len());
        for (row, _) in codes.iter().enumerate().filter(|(_, code)| code.is_some()) {
            features.start_row();
            all.row(row).iter().for_each(|&value| features.push(value));
        }
        Ok(DataSet {
            name: name.to_owned(),
            feature_names: self.layout.features.iter().map(|&place| self.layout.names[place].clone()).collect(),
            features: features.finish().map_err(|error| malformed(error.to_string()))?,
            labels: codes.into_iter().flatten().collect(),
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
            ..DataSet::default()
        })
    }
}

/// The roles of the rows, and the columns that count trials with their names. Adds to `faults` each wrong column.
fn roles_and_counts<'n>(
    path: &str,
    columns: Vec<RoleColumn>,
    layout: &'n Layout,
    faults: &mut Vec<DataError>,
) -> (Roles, Vec<(RoleColumn, &'n str)>) {
    let (mut roles, mut counts) = (Roles::default(), Vec::new());
    for (column, (role, place)) in columns.into_iter().zip(&layout.roles) {
        let name = layout.names[*place].as_str();
        match role.is_count() {
            true => counts.push((column, name)),
            false => faults.extend(column.finish(path, name, &mut roles).err()),
        }
    }
    (roles, counts)
}

/// The rows that are left out for each reason that leaves out some.
fn left_out<const N: usize>(reasons: [(u64, &str); N]) -> Vec<LeftOutRows> {
    let there = reasons.into_iter().filter(|(rows, _)| *rows > 0);
    there.map(|(rows, because)| LeftOutRows { rows, because: because.to_owned() }).collect()
}

/// Refuses a header among the rows: a line in which the target and all features have their own names as values.
fn refuse_header_again(path: &str, layout: &Layout, seen: &[Seen], labels: &Labels) -> Result<(), DataError> {
    let of_feature = |(seen, &place): (&Seen, &usize)| {
        // Joined files keep their marks of UTF-8.
        let is_name = |level: &&Level| level.name.trim_start_matches('\u{feff}') == layout.names[place];
        let level = seen.levels.as_ref()?.all.iter().find(is_name)?;
        Some((level.first_line, level.rows))
    };
    let of_features = seen.iter().zip(&layout.features).map(of_feature);
    let found: Option<Vec<(u64, u64)>> = of_features.chain(layout.target().map(|name| labels.named(name))).collect();
    match found.as_deref() {
        Some([first, others @ ..]) if others.iter().all(|other| other == first) => {
            Err(DataError::HeaderAgain { path: path.to_owned(), line: first.0, rows: first.1 })
        }
        _ => Ok(()),
    }
}

/// The refusal of labels with a hint, where columns of these names may count successes and failures.
fn or_counts(error: DataError, names: &[String]) -> DataError {
    match error {
        DataError::TargetNotBinary { path, column, values, .. } => {
            let counts = hint_at_counts(names.iter().map(String::as_str));
            DataError::TargetNotBinary { path, column, values, counts }
        }
        other => other,
    }
}

/// Refuses a data set that is left with one class.
fn refuse_one_class(path: &str, data: &DataSet, target: &str, left_out: &[LeftOutRows]) -> Result<(), DataError> {
    let Some(class) = data.class_sizes().iter().position(|size| *size == 0) else { return Ok(()) };
    let (path, column, value) = (path.to_owned(), shown(target), data.classes[1 - class].clone());
    let left: Vec<String> = left_out.iter().map(|left| format!("{} because {}", left.rows, left.because)).collect();
    Err(match left.is_empty() {
        true => DataError::OneClass { path, column, value },
        false => DataError::OneClassLeft { path, column, value, rows: data.rows(), left_out: left.join(", ") },
    })
}

/// What is wrong where features are missing: how many in which columns.
fn missing_values(path: &str, layout: &Layout, seen: &[Seen], rows: u64, lacking: u64) -> Option<DataError> {
    const LISTED: usize = 20;
    let missing = || seen.iter().zip(&layout.features).filter(|(seen, _)| seen.missing > 0);
    missing().next()?;
    let one = |(seen, place): (&Seen, &usize)| {
        let all = if seen.missing == rows { ", which is all" } else { "" };
        format!("{} in \"{}\" (first in line {}{all})", seen.missing, shown(&layout.names[*place]), seen.first_missing)
    };
    let mut listed: Vec<String> = missing().take(LISTED).map(one).collect();
    listed.extend((missing().count() > LISTED).then(|| format!("and {} columns more", missing().count() - LISTED)));
    Some(DataError::MissingValues { path: path.to_owned(), counts: listed.join(", "), rows: lacking })
}

/// A name safe to print: control characters become spaces, because a terminal could take them for commands.
pub fn plain(name: &str) -> String {
    name.replace(char::is_control, " ")
}
