//! Some rows of a table that follow each other, read apart from the others.

use std::borrow::Cow;

use super::labels::{LabelPlace, Labels, Wanted};
use super::layout::{Layout, UnnamedColumn, Use};
use super::levels::Levels;
use super::role::RoleColumn;
use crate::data::Storage;
use crate::data::columns::{EXACT_BELOW, is_missing};

/// Why a number is not the number of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A whole number with more digits than are kept.
    Rounded,
    /// It would be 0.
    TooSmall,
    /// Beyond the range of single precision.
    TooLarge,
    /// Infinite.
    Infinite,
}

/// A number that is not the number of the file, and how many the column has.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Why.
    pub unfit: Unfit,
    /// As the file has it.
    pub text: String,
    /// The line of the first.
    pub line: u64,
    /// How many there are.
    pub rows: u64,
}

/// What a feature has shown beside numbers.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Missing values.
    pub missing: u64,
    /// The line of the first.
    pub first_missing: u64,
    /// Its texts, whose codes are in the place of numbers.
    pub levels: Option<Box<Levels>>,
    /// The first unfit number.
    pub fault: Option<Box<Fault>>,
}

impl Seen {
    fn see_missing(&mut self, line: u64, rows: u64) {
        if self.missing == 0 {
            self.first_missing = line;
        }
        self.missing += rows;
    }

    fn see_fault(&mut self, unfit: Unfit, text: &str, line: u64, rows: u64) {
        let first = || Box::new(Fault { unfit, text: text.to_owned(), line, rows: 0 });
        self.fault.get_or_insert_with(first).rows += rows;
    }
}

/// What a row has beside numbers, until it is known whether the row is kept.
#[derive(Debug)]
enum Event<'t> {
    Missing(usize),
    Text(usize, Cow<'t, str>),
    Unfit(usize, Unfit, Cow<'t, str>),
    Role(usize, Cow<'t, str>, Option<f64>),
}

/// A row that is being read.
#[derive(Debug, Default)]
pub struct Row<'t> {
    label: Cow<'t, str>,
    events: Vec<Event<'t>>,
}

/// Numbers of rows of mostly zeros: of each row the places of its features that may have another number, and these.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs {
    /// Those of the rows, one after the other.
    pub(super) all: Vec<(u32, f64)>,
    /// Where those of each row end.
    pub(super) ends: Vec<usize>,
}

/// Rows that follow each other. Lines count from the part's first.
#[derive(Clone, Debug)]
pub struct Part<'l> {
    layout: &'l Layout,
    wanted: Wanted<'l>,
    has_target: bool,
    /// (1, x) of each row, row after row; empty where there are `pairs`.
    pub(super) numbers: Vec<f64>,
    /// The numbers of rows of mostly zeros.
    pub(super) pairs: Option<Pairs>,
    /// The label of each row.
    pub(super) codes: Vec<LabelPlace>,
    pub(super) labels: Labels,
    /// Whether the rows of each label are kept.
    keeps: Vec<bool>,
    pub(super) seen: Vec<Seen>,
    pub(super) roles: Vec<RoleColumn>,
    pub(super) unnamed: Vec<UnnamedColumn>,
    /// Rows left out because a value is missing.
    pub(super) incomplete: u64,
    /// Rows that are kept and lack a feature.
    pub(super) lacking: u64,
    /// Rows without any value.
    pub(super) empty: u64,
    /// Rows that were read, kept or not.
    pub(super) read: u32,
    /// Those of them that are not kept, in order.
    pub(super) left_out: Vec<u32>,
    row_start: usize,
}

impl<'l> Part<'l> {
    /// No rows yet.
    pub fn new(layout: &'l Layout, wanted: Wanted<'l>) -> Part<'l> {
        Part {
            layout,
            wanted,
            has_target: layout.target().is_some(),
            numbers: Vec::new(),
            pairs: None,
            codes: Vec::new(),
            labels: Labels::default(),
            keeps: Vec::new(),
            seen: vec![Seen::default(); layout.features.len()],
            roles: layout.roles.iter().map(|(role, _)| RoleColumn::new(*role)).collect(),
            unnamed: vec![UnnamedColumn::default(); layout.unnamed.len()],
            incomplete: 0,
            lacking: 0,
            empty: 0,
            read: 0,
            left_out: Vec::new(),
            row_start: 0,
        }
    }

    /// No rows yet, of which features that are not pushed are 0, and the others may come in any order, each once.
    pub fn of_pairs(layout: &'l Layout, wanted: Wanted<'l>) -> Part<'l> {
        Part { pairs: Some(Pairs::default()), ..Part::new(layout, wanted) }
    }

    /// Forgets all rows and keeps the room for them.
    pub fn clear(&mut self) {
        let (mut numbers, mut codes) = (std::mem::take(&mut self.numbers), std::mem::take(&mut self.codes));
        numbers.clear();
        codes.clear();
        let pairs = self.pairs.take().map(|mut pairs| {
            pairs.all.clear();
            pairs.ends.clear();
            pairs
        });
        *self = Part { numbers, pairs, codes, ..Part::new(self.layout, self.wanted) };
    }

    /// Begins a row. Its features must follow in their order, but in a part of pairs.
    #[inline]
    pub fn start_row(&mut self) {
        if let Some(pairs) = &self.pairs {
            self.row_start = pairs.all.len();
            return;
        }
        self.row_start = self.numbers.len();
        self.numbers.push(1.0);
    }

    /// Whether a number of a feature is taken for a number, and neither for a name nor for a mark of a missing value.
    pub fn takes_for_number(&self, feature: usize, text: &str) -> bool {
        !self.layout.categorical[feature] && !self.layout.marks_missing(text)
    }

    /// Adds the next feature of the row, a number that is exact, and known to be that of the file.
    #[inline(always)]
    pub fn push_exact(&mut self, number: f64) {
        self.numbers.push(number);
    }

    /// Whether numbers that are exact in double precision may be anything else as they are stored, or are names.
    pub fn must_look_at(&self, feature: usize) -> bool {
        let Layout { storage, categorical, marks, .. } = self.layout;
        *storage == Storage::Single || categorical[feature] || !marks.is_empty()
    }

    /// Adds the row's value in a column: as the file has it, and the number that it is, if it is one.
    pub fn push<'t>(&mut self, of: Use, text: Cow<'t, str>, number: Option<f64>, row: &mut Row<'t>) {
        match of {
            Use::Target => row.label = text,
            Use::Role(place) => row.events.push(Event::Role(place, text, number)),
            Use::Unnamed(place) => self.unnamed[place].see(&text),
            Use::Feature(place) => self.push_feature(place, text, number, row),
            Use::Unused => {}
        }
    }

    fn push_feature<'t>(&mut self, place: usize, text: Cow<'t, str>, number: Option<f64>, row: &mut Row<'t>) {
        let number = number.filter(|_| !self.layout.categorical[place]);
        match number {
            _ if self.layout.marks_missing(&text) => row.events.push(Event::Missing(place)),
            Some(number) if number.is_finite() => {
                if let Some(unfit) = unfit(number, &text, self.layout.storage) {
                    row.events.push(Event::Unfit(place, unfit, text));
                }
                return self.put(place, number);
            }
            _ if is_missing(&text) => row.events.push(Event::Missing(place)),
            Some(_) => row.events.push(Event::Unfit(place, Unfit::Infinite, text)),
            None => row.events.push(Event::Text(place, text)),
        }
        self.put(place, f64::NAN);
    }

    /// Adds the number of a feature.
    fn put(&mut self, place: usize, number: f64) {
        match &mut self.pairs {
            Some(pairs) => pairs.all.push((place as u32, number)),
            None => self.numbers.push(number),
        }
    }

    /// Changes the number of a feature of the row at hand, which was added.
    fn change(&mut self, place: usize, number: f64) {
        match &mut self.pairs {
            Some(pairs) => {
                let of_row = pairs.all[self.row_start..].iter_mut();
                of_row.filter(|(other, _)| *other as usize == place).for_each(|(_, old)| *old = number);
            }
            None => self.numbers[self.row_start + 1 + place] = number,
        }
    }

    /// Forgets the row.
    pub fn drop_row(&mut self, row: &mut Row<'_>) {
        match &mut self.pairs {
            Some(pairs) => pairs.all.truncate(self.row_start),
            None => self.numbers.truncate(self.row_start),
        }
        row.events.clear();
    }

    /// Passes over a row without any value.
    pub fn skip_empty_row(&mut self) {
        self.empty += 1;
        self.left_out.push(self.read);
        self.read = self.read.saturating_add(1);
    }

    /// Ends the row, which begins in a line.
    pub fn end_row(&mut self, row: &mut Row<'_>, line: u64) {
        if !self.keep_row(row, line) {
            self.drop_row(row);
            self.left_out.push(self.read);
        }
        self.read = self.read.saturating_add(1);
    }

    /// Keeps the row, unless its label is neither class or a value is missing.
    fn keep_row(&mut self, row: &mut Row<'_>, line: u64) -> bool {
        let wanted = self.wanted;
        let label = self.labels.count(&row.label, line, |label| wanted.tells(label));
        while self.keeps.len() <= usize::from(label) && label < LabelPlace::MAX {
            self.keeps.push(wanted.keeps(self.labels.text(self.keeps.len() as LabelPlace)));
        }
        let of_label = || self.keeps.get(usize::from(label)).copied().unwrap_or_else(|| wanted.keeps(&row.label));
        if self.has_target && !of_label() {
            return false;
        }
        let is_absent = |event: &Event<'_>| match event {
            Event::Missing(_) => true,
            Event::Role(_, text, _) => is_missing(text),
            _ => false,
        };
        if wanted.drop_missing && row.events.iter().any(is_absent) {
            self.incomplete += 1;
            return false;
        }
        self.lacking += u64::from(row.events.iter().any(|event| matches!(event, Event::Missing(_))));
        for event in row.events.drain(..) {
            match event {
                Event::Missing(place) => self.seen[place].see_missing(line, 1),
                Event::Text(place, text) => {
                    let code = self.seen[place].levels.get_or_insert_default().count(&text, line, 1);
                    self.change(place, f64::from(code));
                }
                Event::Unfit(place, unfit, text) => self.seen[place].see_fault(unfit, &text, line, 1),
                Event::Role(place, text, number) => self.roles[place].push(&text, number, line),
            }
        }
        self.codes.push(label);
        if let Some(pairs) = &mut self.pairs {
            pairs.ends.push(pairs.all.len());
        }
        true
    }

    /// Adds a whole row.
    pub fn push_row<'t>(&mut self, cells: impl IntoIterator<Item = Cell<'t>>, line: u64) {
        let mut row = Row::default();
        self.start_row();
        let layout = self.layout;
        for (&of, cell) in layout.uses.iter().zip(cells) {
            match cell {
                Cell::Missing => self.push(of, Cow::Borrowed(""), None, &mut row),
                Cell::Text(text) => self.push(of, text, None, &mut row),
                Cell::Number(number) if matches!(of, Use::Feature(_)) && number.is_nan() => {
                    self.push(of, Cow::Borrowed(""), None, &mut row);
                }
                Cell::Whole(whole) if matches!(of, Use::Feature(place) if whole.unsigned_abs() < 1 << 53 && !self.must_look_at(place)) =>
                {
                    self.push_exact(whole as f64);
                }
                Cell::Whole(whole) => {
                    self.push(of, Cow::Owned(whole.to_string()), Some(whole as f64), &mut row);
                }
                Cell::Number(number) if matches!(of, Use::Feature(place) if number.is_finite() && !self.must_look_at(place)) =>
                {
                    self.push_exact(number);
                }
                // The shortest text that is read as this number.
                Cell::Number(number) => self.push(of, Cow::Owned(number.to_string()), Some(number), &mut row),
            }
        }
        self.end_row(&mut row, line);
    }
}

/// A value of a table whose format has types.
#[derive(Clone, Debug)]
pub enum Cell<'t> {
    /// None.
    Missing,
    /// A number; NaN where it is missing.
    Number(f64),
    /// A whole number, which may have more digits than are kept.
    Whole(i128),
    /// A text.
    Text(Cow<'t, str>),
}

/// Adds what rows further down have shown, whose lines begin after `lines`; their codes become those of all rows.
pub(super) fn append_seen(all: &mut [Seen], part: &mut Part<'_>, lines: u64) {
    let width = all.len() + 1;
    for (place, (all, new)) in all.iter_mut().zip(&mut part.seen).enumerate() {
        if new.missing > 0 {
            all.see_missing(new.first_missing + lines, new.missing);
        }
        if let Some(Fault { unfit, text, line, rows }) = new.fault.as_deref() {
            all.see_fault(*unfit, text, line + lines, *rows);
        }
        if let Some(levels) = &new.levels {
            let codes = all.levels.get_or_insert_default().append(levels, lines);
            if codes.iter().enumerate().any(|(old, new)| old as u32 != *new) {
                let of_rows = part.numbers.chunks_exact_mut(width).map(|row| &mut row[1 + place]);
                let pairs = part.pairs.iter_mut().flat_map(|pairs| &mut pairs.all);
                let of_pairs = pairs.filter(|(other, _)| *other as usize == place).map(|(_, number)| number);
                for number in of_rows.chain(of_pairs).filter(|number| !number.is_nan()) {
                    *number = codes.get(*number as usize).map_or(*number, |code| f64::from(*code));
                }
            }
        }
    }
}

/// Why a finite number would not be the number of the file.
fn unfit(number: f64, text: &str, storage: Storage) -> Option<Unfit> {
    let vanishes = match storage {
        Storage::Double => number == 0.0,
        Storage::Single => number as f32 == 0.0,
    };
    let is_zero =
        |text: &str| !text.split(['e', 'E']).next().unwrap_or_default().contains(|c: char| ('1'..='9').contains(&c));
    match () {
        () if number.abs() >= EXACT_BELOW && is_rounded(text, number) => Some(Unfit::Rounded),
        () if vanishes && !is_zero(text) => Some(Unfit::TooSmall),
        () if !storage.holds(number) => Some(Unfit::TooLarge),
        () => None,
    }
}

/// Whether a whole number, written with all its digits, is not the number that it is read as. A measurement of that size is written
/// with fewer digits, or by a program with those of the very number.
pub fn is_rounded(text: &str, number: f64) -> bool {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = digits.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let Some((moved, rest)) = exponent.parse().ok().and_then(|exponent| fraction.split_at_checked(exponent)) else {
        return false;
    };
    let written = format!("{whole}{moved}");
    rest.bytes().all(|byte| byte == b'0') && written.trim_start_matches('0') != format!("{:.0}", number.abs())
}
