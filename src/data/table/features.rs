//! What the features of a table are: numbers, or texts that are truths, days or names of categories.

use std::collections::HashSet;

use super::keys::Keys;
use super::layout::Layout;
use super::levels::Levels;
use super::part::{Seen, Unfit};
use super::{dates, plain, remedy};
use crate::data::alike;
use crate::data::coding::{Coding, Column, Fill, Kind, LevelsOf, Reference, Unseen};
use crate::data::columns::plain_number;
use crate::data::reading::{AlikeText, AlikeTexts, CodedColumn, CountedLevel, FilledColumn, LeftOutColumn};
use crate::data::{DataError, did_you_mean, listed, shown};
use crate::linear_algebra::StoredRows;
use crate::parameter::{Choice, nearest};

/// Most levels of a category.
const MOST_LEVELS: usize = 10_000;

/// Most features after coding; a Hessian of so many columns takes 3 GB.
const MOST_FEATURES: usize = 20_000;

/// Levels up to which a column is a category, however few rows it has.
const FEW_LEVELS: usize = 20;

/// Pairs of words for false and true.
const TRUTHS: [[&str; 2]; 4] = [["false", "true"], ["no", "yes"], ["f", "t"], ["n", "y"]];

/// What the texts of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// Words for true and false.
    Truths,
    /// Dates.
    Dates,
    /// Names.
    Names,
}

impl Texts {
    /// What these levels are, which a column with so many values has; `None` where they are no names, or not of all values.
    pub fn of(levels: &Levels, values: u64, named: bool, column: &str, decimal_comma: bool) -> Option<Texts> {
        if levels.rows() < values {
            return None;
        }
        if named {
            return Some(Texts::Names);
        }
        if truths(levels).is_some() {
            return Some(Texts::Truths);
        }
        if levels.untold == 0 && levels.all.iter().all(|level| dates::seconds(&level.name).is_some()) {
            return Some(Texts::Dates);
        }
        // M and F, or yes, no and unknown, are names, although one of them alone is a word for a truth.
        let is_truth = |name: &str| TRUTHS.as_flattened().iter().any(|word| name.eq_ignore_ascii_case(word));
        let like_numbers = levels
            .all
            .iter()
            .filter(|level| !is_truth(&level.name) && remedy::of_text(&level.name, column, decimal_comma).is_some());
        let like_numbers: u64 = like_numbers.map(|level| level.rows).sum();
        (2 * like_numbers <= values).then_some(Texts::Names)
    }
}

/// For each level whether it is true, if all levels are words for true and false of one pair, and both occur.
fn truths(levels: &Levels) -> Option<Vec<bool>> {
    let of_pair = |pair: &[&str; 2]| {
        let truth = |name: &str| pair.iter().position(|word| name.eq_ignore_ascii_case(word)).map(|place| place == 1);
        let all: Option<Vec<bool>> = levels.all.iter().map(|level| truth(&level.name)).collect();
        all.filter(|all| levels.untold == 0 && all.contains(&true) && all.contains(&false))
    };
    TRUTHS.iter().find_map(of_pair)
}

/// How the columns of a table become features, and what is said of it.
#[derive(Debug)]
pub struct Coded {
    /// The coding.
    pub coding: Coding,
    /// Columns of texts.
    pub columns: Vec<CodedColumn>,
    /// Columns with missing values that are filled.
    pub filled: Vec<FilledColumn>,
    /// Columns that cannot be features.
    pub left_out: Vec<LeftOutColumn>,
    /// Levels that look alike.
    pub alike: Vec<AlikeTexts>,
}

/// What is wrong with a column.
#[derive(Debug)]
struct Wrong {
    /// The first line of it.
    line: u64,
    /// How many values are wrong.
    rows: u64,
    fault: DataError,
}

/// A table whose rows are all read, as far as its features are concerned.
#[derive(Clone, Copy, Debug)]
pub struct Features<'a> {
    /// The file.
    pub path: &'a str,
    /// Its columns.
    pub layout: &'a Layout,
    /// What the features have shown.
    pub seen: &'a [Seen],
    /// Rows.
    pub rows: u64,
    /// The keys.
    pub keys: &'a Keys<'a>,
    /// Whether decimals are marked by commas.
    pub decimal_comma: bool,
}

impl Features<'_> {
    /// Decides how the columns become features. In `raw`, codes of texts become what the coding expects: 0 and 1 for truths, days, and
    /// places among sorted levels. Adds to `faults` each column whose values cannot be features, and each key that names what is not there;
    /// of columns with one wrong value in the same line, as in one of totals, the first.
    pub fn code(&self, raw: &mut StoredRows, faults: &mut Vec<DataError>) -> Coded {
        let keys = self.keys;
        let coding = Coding {
            columns: Vec::new(),
            fill: Fill::named(keys.missing).unwrap_or(Fill::Mean),
            levels: LevelsOf::named(keys.levels).unwrap_or(LevelsOf::AllRows),
            unseen: Unseen::named(keys.unseen).unwrap_or(Unseen::Reference),
        };
        if coding.levels == LevelsOf::AllRows && coding.unseen != Unseen::Reference {
            faults.push(self.refused(format!(
                "unseen = \"{}\" needs levels = \"training-rows\" (on the command line: --levels): with the levels of all rows none is unseen",
                coding.unseen.text()
            )));
        }
        let mut lines_at_fault = HashSet::new();
        let mut coded =
            Coded { coding, columns: Vec::new(), filled: Vec::new(), left_out: Vec::new(), alike: Vec::new() };
        for (feature, (seen, &place)) in self.seen.iter().zip(&self.layout.features).enumerate() {
            let name = plain(&self.layout.names[place]);
            if let Some(Wrong { line, rows, fault }) = self.unfit(feature) {
                faults.extend((rows > 1 || lines_at_fault.insert(line)).then_some(fault));
                continue;
            }
            let kind = match &seen.levels {
                _ if seen.missing == self.rows => {
                    let because = "it has no values".to_owned();
                    coded.left_out.push(LeftOutColumn { number: place + 1, name: shown(&name), because });
                    Kind::LeftOut
                }
                None => Kind::Number,
                Some(levels) => match self.of_texts(feature, &name, levels, &mut coded, raw) {
                    Ok(kind) => kind,
                    Err(fault) => {
                        faults.push(fault);
                        continue;
                    }
                },
            };
            if seen.missing > 0 && kind != Kind::LeftOut {
                let by = match (&kind, coded.coding.fill) {
                    (Kind::Categories { .. }, Fill::Indicator) => "a level of their own",
                    (Kind::Categories { .. }, _) => "the most frequent level of the training rows",
                    (Kind::Truth, Fill::Indicator) => "the most frequent value of the training rows and an indicator",
                    (Kind::Truth, _) => "the most frequent value of the training rows",
                    (_, Fill::Mean) => "the mean of the training rows",
                    (_, Fill::Indicator) => "the mean of the training rows and an indicator",
                    (_, Fill::Median) => "the median of the training rows",
                    (_, Fill::MostFrequent) => "the most frequent value of the training rows",
                };
                let of_all_rows = seen
                    .levels
                    .as_deref()
                    .filter(|_| by.starts_with("the most frequent"))
                    .map_or_else(String::new, most_frequent);
                coded.filled.push(FilledColumn {
                    column: name.clone(),
                    rows: seen.missing,
                    by: format!("{by}{of_all_rows}"),
                });
            }
            coded.coding.columns.push(Column { name, kind, missing: seen.missing });
        }
        if faults.is_empty() && self.rows > 0 {
            faults.extend(self.check_references(&coded.coding).err());
            match coded.coding.count() {
                0 => faults.push(DataError::NoFeatures { path: self.path.to_owned() }),
                many if many > MOST_FEATURES.max(self.layout.features.len()) => faults.push(self.refused(format!(
                    "the categories make {many} features, and a data set may have {MOST_FEATURES}: leave columns with many values out with \
                     exclude"
                ))),
                _ => {}
            }
        }
        coded
    }

    /// What is wrong with a column whose values are no numbers, or not those of the file.
    fn unfit(&self, feature: usize) -> Option<Wrong> {
        let (seen, place) = (&self.seen[feature], self.layout.features[feature]);
        let name = &self.layout.names[place];
        let (path, column, values) = (self.path.to_owned(), shown(name), self.rows - seen.missing);
        let is_coded = |levels: &Levels| {
            Texts::of(levels, values, self.layout.categorical[feature], name, self.decimal_comma).is_some()
        };
        let levels = seen.levels.as_ref().filter(|levels| !is_coded(levels));
        let text = levels.and_then(|levels| levels.all.first());
        if let Some(fault) = &seen.fault
            && text.is_none_or(|level| level.first_line > fault.line)
        {
            let (line, value, rows) = (fault.line, shown(&fault.text), fault.rows);
            let error = match fault.unfit {
                Unfit::Rounded => DataError::RoundedWhole { path, line, column, value, rows },
                Unfit::TooSmall => DataError::TooSmall { path, line, column, value, rows },
                Unfit::TooLarge => DataError::TooLarge { path, line, column, value, rows },
                Unfit::Infinite => DataError::NotANumber {
                    remedy: remedy::of_infinite(&column).into(),
                    like: remedy::like(rows, values),
                    path,
                    line,
                    column,
                    value,
                },
            };
            return Some(Wrong { line, rows: fault.rows, fault: error });
        }
        let (levels, text) = (levels?, text?);
        let error = DataError::NotANumber {
            remedy: remedy::of(levels, values, name, self.decimal_comma).into(),
            like: remedy::like(levels.rows(), values),
            path,
            line: text.first_line,
            column,
            value: shown(&text.name),
        };
        Some(Wrong { line: text.first_line, rows: levels.rows(), fault: error })
    }

    fn refused(&self, reason: String) -> DataError {
        DataError::Malformed { path: self.path.to_owned(), reason }
    }

    /// What a column of texts becomes.
    fn of_texts(
        &self,
        feature: usize,
        name: &str,
        levels: &Levels,
        coded: &mut Coded,
        raw: &mut StoredRows,
    ) -> Result<Kind, DataError> {
        let values = self.rows - self.seen[feature].missing;
        let named = self.layout.categorical[feature];
        let counted = |places: &[usize]| -> Vec<CountedLevel> {
            let one = |&place: &usize| {
                let level = &levels.all[place];
                CountedLevel { level: plain(&level.name), rows: level.rows }
            };
            places.iter().map(one).collect()
        };
        let all: Vec<usize> = (0..levels.all.len()).collect();
        let mut say = |coding: &str, levels| {
            let (column, coding) = (name.to_owned(), coding.to_owned());
            coded.columns.push(CodedColumn { column, coding, levels, reference: None });
        };
        match Texts::of(levels, values, named, name, self.decimal_comma) {
            Some(Texts::Truths) => {
                let truths = truths(levels).unwrap_or_default();
                raw.replace(feature, |code| f64::from(u8::from(truths[code as usize])));
                say("0 and 1", counted(&all));
                Ok(Kind::Truth)
            }
            Some(Texts::Dates) if self.keys.dates == "days" => {
                let days: Vec<f64> =
                    levels.all.iter().map(|level| dates::seconds(&level.name).unwrap_or(0.0) / 86_400.0).collect();
                raw.replace(feature, |code| days[code as usize]);
                say("days since 1970-01-01", Vec::new());
                Ok(Kind::Number)
            }
            Some(Texts::Dates) => {
                let (line, value) = levels.all.first().map_or((0, ""), |level| (level.first_line, &level.name));
                Err(self.refused(format!(
                    "line {line}, column \"{name}\": \"{}\" is a date, and so are all its values; dates = \"days\" takes the days since \
                     1970-01-01 (on the command line: --dates days), time = \"{name}\" orders the rows by it, and exclude = [\"{name}\"] leaves \
                     it out (--exclude)",
                    shown(value),
                )))
            }
            Some(Texts::Names) | None => {
                let (known, count) = (levels.all.len(), levels.all.len() as u64 + u64::from(levels.untold > 0));
                let like_names_of_rows = !named && known > FEW_LEVELS && 2 * count > values;
                if levels.untold > 0 || known > MOST_LEVELS || like_names_of_rows {
                    let insist = if known <= MOST_LEVELS && levels.untold == 0 {
                        format!("; if it is a category say categorical = [\"{name}\"] (--categorical)")
                    } else {
                        String::new()
                    };
                    let first = listed(levels.all.iter().take(3).map(|level| level.name.as_str()));
                    let more = if levels.untold > 0 { "more than " } else { "" };
                    return Err(self.refused(format!(
                        "column \"{name}\" has {more}{known} different texts in {values} rows ({first}, ...), as a name or an identifier has, \
                         which is no feature; exclude = [\"{name}\"] leaves it out (on the command line: --exclude){insist}",
                    )));
                }
                self.of_names(feature, name, levels, coded, raw, counted)
            }
        }
    }

    /// A column of categories.
    fn of_names(
        &self,
        feature: usize,
        name: &str,
        levels: &Levels,
        coded: &mut Coded,
        raw: &mut StoredRows,
        counted: impl Fn(&[usize]) -> Vec<CountedLevel>,
    ) -> Result<Kind, DataError> {
        let order = sorted(levels);
        let mut places = vec![0.0; order.len()];
        order.iter().enumerate().for_each(|(place, &code)| places[code] = place as f64);
        raw.replace(feature, |code| places[code as usize]);
        let one = |&place: &usize| AlikeText { text: shown(&levels.all[place].name), read_as: "a level".to_owned() };
        let group = |group: Vec<usize>| AlikeTexts { column: shown(name), texts: group.iter().map(one).collect() };
        let groups = alike::groups(levels.all.iter().map(|level| level.name.as_str()));
        coded.alike.extend(groups.into_iter().map(group));
        let names: Vec<String> = order.iter().map(|&code| plain(&levels.all[code].name)).collect();
        let of_training_rows = coded.coding.levels == LevelsOf::TrainingRows;
        let most = || {
            let rows = |place: usize| levels.all[order[place]].rows;
            (0..order.len()).rev().max_by_key(|&place| rows(place)).unwrap_or(0)
        };
        let reference = match self.reference(name, &names)? {
            // Of all rows it is known now.
            Reference::MostFrequent if !of_training_rows => Reference::Level(most()),
            Reference::First if !of_training_rows => Reference::Level(0),
            reference => reference,
        };
        let of_level = match reference {
            Reference::Level(place) => names[place].clone(),
            Reference::First => "the first of the training rows".to_owned(),
            Reference::MostFrequent => "the most frequent of the training rows".to_owned(),
        };
        if names.len() == 1 {
            let number = self.layout.features[feature] + 1;
            let because = format!("all its values are \"{}\"", shown(&names[0]));
            coded.left_out.push(LeftOutColumn { number, name: shown(name), because });
        } else {
            let (column, coding) = (name.to_owned(), "indicators".to_owned());
            coded.columns.push(CodedColumn { column, coding, levels: counted(&order), reference: Some(of_level) });
        }
        Ok(Kind::Categories { levels: names, reference })
    }

    /// The reference of a column with these levels, by the key.
    fn reference(&self, column: &str, levels: &[String]) -> Result<Reference, DataError> {
        let mut reference = Reference::First;
        for entry in self.keys.reference {
            match (entry.as_str(), entry.strip_prefix(column).and_then(|rest| rest.strip_prefix('='))) {
                (_, Some(level)) => {
                    let Some(place) = levels.iter().position(|known| known == level) else {
                        let nearest = did_you_mean(&nearest(level, levels.iter().map(String::as_str)).map(shown));
                        return Err(self.refused(format!(
                            "reference = \"{}\": column \"{column}\" has no such level{nearest}; its levels are {}",
                            shown(entry),
                            listed(levels.iter().map(String::as_str))
                        )));
                    };
                    return Ok(Reference::Level(place));
                }
                (FIRST, None) => reference = Reference::First,
                (MOST_FREQUENT, None) => reference = Reference::MostFrequent,
                (_, None) => {}
            }
        }
        Ok(reference)
    }

    /// Refuses a reference of a column that is no category.
    fn check_references(&self, coding: &Coding) -> Result<(), DataError> {
        let categories: Vec<&str> = coding
            .columns
            .iter()
            .filter(|column| matches!(column.kind, Kind::Categories { .. }))
            .map(|column| column.name.as_str())
            .collect();
        let is_known = |entry: &str| {
            let of = |column: &&str| entry.strip_prefix(column).is_some_and(|rest| rest.starts_with('='));
            [FIRST, MOST_FREQUENT].contains(&entry) || categories.iter().any(of)
        };
        match self.keys.reference.iter().find(|entry| !is_known(entry)) {
            None => Ok(()),
            Some(entry) => {
                let known = if categories.is_empty() { "none".to_owned() } else { listed(categories.iter().copied()) };
                Err(self.refused(format!(
                    "reference = \"{}\" is neither \"{FIRST}\", \"{MOST_FREQUENT}\" nor \"COLUMN=LEVEL\" of a category; the categories are \
                     {known}",
                    shown(entry)
                )))
            }
        }
    }
}

/// The most frequent level of all rows, in brackets.
fn most_frequent(levels: &Levels) -> String {
    let most = levels.all.iter().rev().max_by_key(|level| level.rows);
    most.map_or_else(String::new, |level| format!(" (of all rows \"{}\")", shown(&level.name)))
}

/// References that are no level.
const FIRST: &str = "first";
const MOST_FREQUENT: &str = "most-frequent";

/// Codes of the levels in the order of numbers, if all are numbers, or of the alphabet.
fn sorted(levels: &Levels) -> Vec<usize> {
    let mut order: Vec<usize> = (0..levels.all.len()).collect();
    let name = |code: usize| levels.all[code].name.as_str();
    let numbers: Option<Vec<f64>> = order.iter().map(|&code| plain_number(name(code))).collect();
    match numbers {
        Some(numbers) => order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]).then_with(|| name(a).cmp(name(b)))),
        None => order.sort_by(|&a, &b| name(a).cmp(name(b))),
    }
    order
}
