//! The table that every format reads into, and the one way from a table to a data set.
//!
//! A format gives the names of its columns to [`Layout::new`], which says what each column is; reads its rows into [`Part`]s, several at a
//! time if it can; and adds these to a [`Table`] in the order of the rows. [`Table::finish`] decides what is right only when all rows are
//! known: the coding of the labels, columns of texts, missing values. Whatever is open is refused or said, never guessed in silence.

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

use features::{Coded, Features};
use layout::UnnamedColumn;
use part::{Seen, append_seen};
use role::RoleColumn;

use super::coding::Fill;
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
        self.features.append(&part.numbers);
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
        let target = layout.uses.iter().position(|of| *of == Use::Target).map_or("", |place| &layout.names[place]);
        let (rows, mut faults) = (self.codes.len() as u64, Vec::new());
        let of_labels = LabelCoding::new(self.labels, keys.wanted, path, target).map_err(|fault| faults.push(fault));
        let mut features = self
            .features
            .finish()
            .map_err(|error| DataError::Malformed { path: path.to_owned(), reason: error.to_string() })?;
        let decimal_comma = told.decimal_comma;
        let of_features = Features { path, layout: &layout, seen: &self.seen, rows, keys, decimal_comma };
        let Coded { coding, columns: coded, filled, left_out: unfit } = of_features.code(&mut features, &mut faults);
        let mut roles = Roles::default();
        for (column, (_, place)) in self.roles.into_iter().zip(&layout.roles) {
            faults.extend(column.finish(path, &layout.names[*place], &mut roles).err());
        }
        if Fill::named(keys.missing).is_none() {
            faults.extend(missing_values(path, &layout, &self.seen, rows, self.lacking));
        }
        let Some(of_labels) = of_labels.ok().filter(|_| faults.is_empty()) else {
            return Err(DataError::all_of(path, faults));
        };
        let labels: Vec<u8> = self.codes.iter().filter_map(|place| of_labels.code(*place)).collect();
        drop(self.codes);
        if labels.is_empty() {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        layout.left_out.extend(unfit);
        layout.left_out.sort_by_key(|column| column.number);
        let mut data = DataSet {
            name: file::name_of(input.path),
            feature_names: layout.features.iter().map(|&place| plain(&layout.names[place])).collect(),
            features,
            labels,
            classes: of_labels.classes.iter().map(|class| plain(class)).collect(),
            truth: None,
            reading: None,
            roles,
            coding: None,
            left_out: self.left_out,
        };
        let weightless = data.leave_out_rows_of_weight_0() as u64;
        if !coding.is_trivial() {
            let needs_training_rows = coding.needs_training_rows();
            data.coding = Some(Arc::new(coding));
            if !needs_training_rows {
                data = data.coded_by_all_rows();
            }
        }
        let left_out = |rows: u64, because: &str| (rows > 0).then(|| LeftOutRows { rows, because: because.to_owned() });
        let rows_left_out: Vec<LeftOutRows> = [
            left_out(self.empty, "they have no values"),
            left_out(of_labels.missing, "the target is missing"),
            left_out(of_labels.others, "the target is neither class"),
            left_out(self.incomplete, "a value is missing"),
            left_out(weightless, "their weight is 0"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if let Some(class) = data.class_sizes().iter().position(|size| *size == 0) {
            let value = data.classes[1 - class].clone();
            let left: Vec<String> =
                rows_left_out.iter().map(|left| format!("{} because {}", left.rows, left.because)).collect();
            return Err(match left.is_empty() {
                true => DataError::OneClass { path: path.to_owned(), column: shown(target), value },
                false => DataError::OneClassLeft {
                    path: path.to_owned(),
                    column: shown(target),
                    value,
                    rows: data.rows(),
                    left_out: left.join(", "),
                },
            });
        }
        let may_identify_rows =
            data.whole_and_distinct().into_iter().map(|at| data.feature_names[at].clone()).collect();
        data.reading = Some(Box::new(Reading {
            may_identify_rows,
            dialect: told.dialect.clone(),
            columns_left_out: layout.left_out,
            coded,
            filled,
            rows_left_out,
            labels: of_labels.told(),
        }));
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
            truth: None,
            reading: None,
            roles: Roles::default(),
            coding: None,
            left_out: Vec::new(),
        })
    }
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
