//! The target column: which of its labels is coded 1, which 0, and whose rows are left out.

use std::collections::HashMap;

use super::super::columns::{is_missing, plain_number, same_value};
use super::super::reading::{AlikeText, AlikeTexts, CodedLabel};
use super::super::{DataError, did_you_mean, listed as quoted, shown};
use crate::data::alike::{self, look_alike};
use crate::parameter::nearest;

/// The word for "all labels but the positive one".
pub const REST: &str = "rest";

/// Most distinct labels that are told apart. A target with more of them is no class.
const MOST: usize = 1_000;

/// Most labels that a message lists.
const LISTED: usize = 12;

/// A label with the rows that have it.
#[derive(Clone, Debug)]
pub struct Label {
    text: String,
    rows: u64,
    first_line: u64,
}

/// The place of a label among the distinct ones of a target.
pub type LabelPlace = u16;

/// The place of all labels that are too many to be told apart.
const UNTOLD: LabelPlace = LabelPlace::MAX;

/// The distinct labels of a target, in the order of their first rows. Numbers are equal as numbers: 1 and 1.0.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    all: Vec<Label>,
    /// Places of all forms of the labels.
    by_text: HashMap<String, LabelPlace>,
    by_number: HashMap<u64, LabelPlace>,
    more: bool,
}

impl Labels {
    /// The place of a label, which is new if it was not counted before. One that is `named`, or looks missing, always gets a place.
    fn place(&mut self, text: &str, line: u64, named: impl FnOnce(&str) -> bool) -> LabelPlace {
        if let Some(&place) = self.by_text.get(text) {
            return place;
        }
        let number = plain_number(text).map(f64::to_bits);
        let known = number.and_then(|number| self.by_number.get(&number).copied());
        if known.is_none()
            && self.all.len() >= MOST
            && !(self.all.len() < 2 * MOST && (is_missing(text) || named(text)))
        {
            self.more = true;
            return UNTOLD;
        }
        let place = known.unwrap_or(self.all.len() as LabelPlace);
        if known.is_none() {
            self.all.push(Label { text: text.to_owned(), rows: 0, first_line: line });
        }
        // A file of many zeros, each with another number of digits, must not fill the memory.
        if known.is_none() || self.by_text.len() < 2 * MOST {
            self.by_text.insert(text.to_owned(), place);
        }
        number.map(|number| self.by_number.insert(number, place));
        place
    }

    /// Counts a row's label and returns its place.
    pub fn count(&mut self, text: &str, line: u64, named: impl FnOnce(&str) -> bool) -> LabelPlace {
        let place = self.place(text, line, named);
        if let Some(label) = self.all.get_mut(usize::from(place)) {
            label.rows += 1;
        }
        place
    }

    /// Adds the labels of rows further down, whose lines begin after `lines`, and returns their places here.
    pub fn append(&mut self, other: &Labels, lines: u64, named: impl Fn(&str) -> bool) -> Vec<LabelPlace> {
        self.more |= other.more;
        let add = |label: &Label| {
            let place = self.place(&label.text, label.first_line + lines, &named);
            if let Some(known) = self.all.get_mut(usize::from(place)) {
                known.rows += label.rows;
            }
            place
        };
        other.all.iter().map(add).collect()
    }

    /// The text of the label at a place.
    pub fn text(&self, place: LabelPlace) -> &str {
        self.all.get(usize::from(place)).map_or("", |label| &label.text)
    }

    /// The first line of a label, and its rows, if it is there.
    pub fn named(&self, text: &str) -> Option<(u64, u64)> {
        let label = self.all.get(usize::from(*self.by_text.get(text)?))?;
        Some((label.first_line, label.rows))
    }

    /// The texts of the labels.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|label| label.text.as_str())
    }

    /// The labels with their counts, for a message.
    fn listed(&self) -> String {
        let shown: Vec<String> =
            self.all.iter().take(LISTED).map(|l| format!("\"{}\" ({} rows)", shown(&l.text), l.rows)).collect();
        let mut text = shown.join(", ").replace("(1 rows)", "(1 row)");
        if self.more || self.all.len() > LISTED {
            text += ", ...";
        }
        let groups = alike::groups(self.texts());
        for group in groups.iter().filter(|group| !is_missing(&self.all[group[0]].text)) {
            let texts = group.iter().map(|&place| self.all[place].text.as_str());
            text += &format!(
                " ({} differ only in case, blanks or a full stop: if they are one value make them the same)",
                quoted(texts)
            );
        }
        text
    }
}

/// What is asked of the target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The label coded 1; `None` for targets of 0 and 1.
    pub positive: Option<&'a str>,
    /// The labels coded 0, or `rest` for all others; empty if there is only one other.
    pub negative: &'a [String],
    /// Whether rows without a label are left out instead of refused.
    pub drop_missing: bool,
}

impl Wanted<'_> {
    /// Whether a label is named as positive or negative.
    pub fn names(&self, label: &str) -> bool {
        self.positive.into_iter().chain(self.negative.iter().map(String::as_str)).any(|name| same_value(name, label))
    }

    /// Whether rows with this label belong to the data set, unless its labels are refused.
    pub fn keeps(&self, label: &str) -> bool {
        let takes_all = self.negative.is_empty() || self.negative == [REST];
        self.names(label) || (takes_all && !is_missing(label))
    }

    /// Whether a label must be told apart from all others.
    pub fn tells(&self, label: &str) -> bool {
        self.names(label) || self.positive.is_some_and(|positive| look_alike(label, positive))
    }
}

/// A checked coding of labels.
#[derive(Debug)]
pub struct LabelCoding {
    labels: Labels,
    codes: Vec<Option<u8>>,
    /// Names of the classes coded 0 and 1.
    pub classes: [String; 2],
    /// Rows whose label is missing.
    pub missing: u64,
    /// Rows whose label is neither class.
    pub others: u64,
}

impl LabelCoding {
    /// Decides the coding.
    ///
    /// # Errors
    /// When labels are missing, look alike, are not there, or leave open which of them are coded 0.
    pub fn new(labels: Labels, wanted: Wanted<'_>, path: &str, column: &str) -> Result<LabelCoding, DataError> {
        let path = || path.to_owned();
        let column = || shown(column);
        if labels.all.is_empty() {
            return Err(DataError::Empty { path: path() });
        }
        let absent = |label: &Label| is_missing(&label.text) && !wanted.names(&label.text);
        let missing: u64 = labels.all.iter().filter(|label| absent(label)).map(|label| label.rows).sum();
        if let Some(label) = labels.all.iter().find(|label| absent(label)).filter(|_| !wanted.drop_missing) {
            return Err(DataError::MissingLabels {
                path: path(),
                column: column(),
                value: shown(&label.text),
                line: label.first_line,
                labels: labels.listed(),
            });
        }
        let present: Vec<&Label> = labels.all.iter().filter(|label| !absent(label)).collect();
        let find = |name: &str| present.iter().find(|label| same_value(&label.text, name));
        let never = |name: &str, key: &str| {
            let nearest = nearest(name, present.iter().map(|label| label.text.as_str())).map(shown);
            let is_positive = key == "negative" && wanted.positive.is_some_and(|positive| same_value(positive, name));
            let nearest = nearest.filter(|_| !is_positive);
            let which = if is_positive { ", which is the positive one," } else { "" };
            let written = format!("{key} = \"{}\"{}{which}", shown(name), did_you_mean(&nearest));
            DataError::NoSuchLabel { path: path(), column: column(), written, labels: labels.listed() }
        };
        if let [only] = present[..]
            && wanted.positive.is_none_or(|positive| same_value(&only.text, positive))
        {
            return Err(DataError::OneClass { path: path(), column: column(), value: shown(&only.text) });
        }
        let positive = match wanted.positive {
            Some(positive) => positive,
            None if !labels.more && present.iter().all(|l| same_value(&l.text, "0") || same_value(&l.text, "1")) => "1",
            None => {
                let (values, counts) = (labels.listed(), String::new());
                return Err(DataError::TargetNotBinary { path: path(), column: column(), values, counts });
            }
        };
        if find(positive).is_none() {
            return Err(never(positive, "positive"));
        }
        let codes = LabelCoding::codes(&labels, &present, positive, wanted, (&path(), &column()), never)?;
        Ok(LabelCoding::of_codes(labels, codes, positive, wanted, missing))
    }

    /// The codes of all labels.
    fn codes(
        labels: &Labels,
        present: &[&Label],
        positive: &str,
        wanted: Wanted<'_>,
        (path, column): (&str, &str),
        never: impl Fn(&str, &str) -> DataError,
    ) -> Result<Vec<Option<u8>>, DataError> {
        let others: Vec<&Label> = present.iter().copied().filter(|label| !same_value(&label.text, positive)).collect();
        let all_others = wanted.negative == [REST];
        if wanted.negative.iter().any(|name| same_value(name, positive)) {
            return Err(never(positive, "negative"));
        }
        if !all_others
            && let Some(name) = wanted.negative.iter().find(|name| !others.iter().any(|l| same_value(&l.text, name)))
        {
            return Err(never(name, "negative"));
        }
        if wanted.negative.is_empty() && (others.len() > 1 || labels.more) {
            return Err(DataError::NegativeOpen {
                path: path.to_owned(),
                column: column.to_owned(),
                positive: shown(positive),
                labels: labels.listed(),
            });
        }
        let is_negative = |label: &Label| match wanted.negative {
            [] => true,
            _ if all_others => true,
            negative => negative.iter().any(|name| same_value(name, &label.text)),
        };
        // A label that is named is meant; one that is not and differs from the positive one only in case is most likely a slip.
        let alike = |label: &&&Label| {
            let named = !all_others && !wanted.negative.is_empty() && is_negative(label);
            !named && look_alike(&label.text, positive)
        };
        if let Some(alike) = others.iter().find(alike) {
            return Err(DataError::LabelsAlike {
                path: path.to_owned(),
                column: column.to_owned(),
                label: shown(&alike.text),
                line: alike.first_line,
                positive: shown(positive),
            });
        }
        let code = |label: &Label| match () {
            () if same_value(&label.text, positive) => Some(1),
            () if others.iter().any(|other| other.text == label.text) && is_negative(label) => Some(0),
            () => None,
        };
        Ok(labels.all.iter().map(code).collect())
    }

    fn of_codes(
        labels: Labels,
        codes: Vec<Option<u8>>,
        positive: &str,
        wanted: Wanted<'_>,
        missing: u64,
    ) -> LabelCoding {
        let with =
            |code| labels.all.iter().zip(&codes).filter(move |(_, other)| **other == code).map(|(label, _)| label);
        let negatives: Vec<&str> = with(Some(0)).map(|label| label.text.as_str()).collect();
        let negative = match negatives[..] {
            [only] => only.to_owned(),
            _ if wanted.negative == [REST] => format!("not {positive}"),
            _ => negatives.join(" or "),
        };
        let others = with(None).map(|label| label.rows).sum::<u64>() - missing;
        LabelCoding { classes: [negative, positive.to_owned()], missing, others, labels, codes }
    }

    /// The code of the label at a place; `None` for a row that is left out.
    pub fn code(&self, place: LabelPlace) -> Option<u8> {
        // What is not told apart is of the rest, or it would have been refused.
        self.codes.get(usize::from(place)).copied().unwrap_or(Some(0))
    }

    /// Labels that look alike and what becomes of them, for the report.
    pub fn alike(&self, column: &str) -> Vec<AlikeTexts> {
        let read_as = |place: usize| match self.codes[place] {
            Some(code) => format!("coded {code}"),
            None => "left out".to_owned(),
        };
        let one = |&place: &usize| AlikeText { text: shown(&self.labels.all[place].text), read_as: read_as(place) };
        let group = |group: Vec<usize>| AlikeTexts { column: shown(column), texts: group.iter().map(one).collect() };
        let is_coded = |group: &Vec<usize>| group.iter().any(|&place| self.codes[place].is_some());
        alike::groups(self.labels.texts()).into_iter().filter(is_coded).map(group).collect()
    }

    /// The labels and their codes, for the report.
    pub fn told(&self) -> Vec<CodedLabel> {
        let told = |(label, code): (&Label, &Option<u8>)| CodedLabel {
            label: shown(&label.text),
            rows: label.rows,
            code: *code,
        };
        self.labels.all.iter().zip(&self.codes).map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coding(
        labels: &[&str],
        positive: Option<&str>,
        negative: &[&str],
        drop_missing: bool,
    ) -> Result<LabelCoding, String> {
        let mut counted = Labels::default();
        for (i, label) in labels.iter().enumerate() {
            counted.count(label, i as u64 + 2, |_| false);
        }
        let negative: Vec<String> = negative.iter().map(|&text| text.to_owned()).collect();
        LabelCoding::new(counted, Wanted { positive, negative: &negative, drop_missing }, "d.csv", "y")
            .map_err(|error| error.to_string())
    }

    fn codes(coding: &LabelCoding, labels: &[&str]) -> Vec<Option<u8>> {
        labels.iter().map(|label| coding.code(coding.labels.clone().count(label, 0, |_| false))).collect()
    }

    #[test]
    fn a_label_that_looks_missing_is_never_the_other_class() {
        for missing in ["NA", "", "?", "null", "NaN", "n/a", "None", "."] {
            let labels = ["yes", missing, "no", missing];
            let message = coding(&labels, Some("yes"), &[], false).unwrap_err();
            assert!(
                message.contains("(2 rows)") && message.contains("line 3") && message.contains("drop-rows"),
                "{message}"
            );
            let dropped = coding(&labels, Some("yes"), &[], true).unwrap();
            assert_eq!((codes(&dropped, &labels), dropped.missing), (vec![Some(1), None, Some(0), None], 2));
            // With nothing else the other class would be made of nothing.
            assert!(coding(&["yes", missing], Some("yes"), &[], true).unwrap_err().contains("all rows"));
            let named = coding(&["yes", missing], Some("yes"), &[missing], false).unwrap();
            assert_eq!(codes(&named, &["yes", missing]), [Some(1), Some(0)]);
        }
    }

    #[test]
    fn with_more_than_two_labels_the_negative_ones_are_named() {
        let labels = ["setosa", "virginica", "versicolor", "virginica"];
        let message = coding(&labels, Some("virginica"), &[], false).unwrap_err();
        assert!(
            message.contains("\"setosa\" (1 row), \"virginica\" (2 rows)") && message.contains("negative = \"rest\""),
            "{message}"
        );
        let rest = coding(&labels, Some("virginica"), &["rest"], false).unwrap();
        assert_eq!(
            (codes(&rest, &labels), rest.classes[0].as_str()),
            (vec![Some(0), Some(1), Some(0), Some(1)], "not virginica")
        );
        let one = coding(&labels, Some("virginica"), &["setosa"], false).unwrap();
        assert_eq!((codes(&one, &labels), one.others), (vec![Some(0), Some(1), None, Some(1)], 1));
        let wrong = coding(&labels, Some("virginica"), &["setoso"], false).unwrap_err();
        assert!(wrong.contains("negative = \"setoso\"") && wrong.contains("did you mean \"setosa\""), "{wrong}");
    }

    #[test]
    fn labels_that_differ_in_case_or_blanks_are_one_label_or_named() {
        for alike in ["Yes", "YES", "y e s", "yes."] {
            let labels = ["yes", "no", alike];
            for negative in [&["rest"][..], &["no"]] {
                let message = coding(&labels, Some("yes"), negative, false).unwrap_err();
                assert!(message.contains(alike) && message.contains("line 4"), "{message}");
            }
            assert!(coding(&["yes", alike], Some("yes"), &[], false).is_err());
            assert!(coding(&labels, Some("yes"), &["no", alike], false).is_ok());
        }
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let labels = ["1", "0.0", "1.00", "0", "-0"];
        let coding = coding(&labels, None, &[], false).unwrap();
        assert_eq!(codes(&coding, &labels), [Some(1), Some(0), Some(1), Some(0), Some(0)]);
        assert_eq!(coding.told().iter().map(|label| label.rows).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn signs_and_codes_tell_labels_apart() {
        for [a, b] in [["A+", "A-"], ["<=50K", ">50K"], ["1", "-1"], ["007", "7"], ["1E2", "100"], ["1.5", "15"]] {
            let coding = coding(&[a, b, a], Some(a), &[], false).unwrap();
            assert_eq!(codes(&coding, &[a, b]), [Some(1), Some(0)], "{a} {b}");
        }
        let message = coding(&["a", "b"], Some("a"), &["a"], false).unwrap_err();
        assert!(message.contains("which is the positive one"), "{message}");
    }
}
