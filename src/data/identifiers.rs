//! Columns that identify rows, or the patients, sites or the like that several rows belong to. Such a column is no feature, which a person
//! is told.

use std::collections::HashSet;

use super::{DataSet, columns};
use crate::linear_algebra::StoredRows;

/// Fewest rows of a data set in which a column is taken for an identifier; in fewer, whole numbers look like one by accident.
const FEWEST_ROWS: usize = 20;

/// Fewest different values of an identifier of several rows.
const FEWEST_IDENTIFIERS: usize = 5;

/// Words for what has identifiers.
const INDIVIDUALS: [&str; 22] = [
    "patient",
    "pat",
    "subject",
    "subj",
    "person",
    "participant",
    "user",
    "customer",
    "client",
    "household",
    "family",
    "group",
    "cluster",
    "site",
    "center",
    "centre",
    "clinic",
    "hospital",
    "school",
    "animal",
    "case",
    "respondent",
];

/// Words that follow one of [`INDIVIDUALS`] in the name of an identifier.
const OF_INDIVIDUALS: [&str; 7] = ["no", "nr", "num", "number", "code", "key", "identifier"];

/// Words for what is measured or counted: a file that is sorted by it looks as one that is sorted by an identifier.
const QUANTITIES: [&str; 30] = [
    "age", "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "time", "date",
    "visit", "visits", "wave", "period", "rating", "score", "grade", "level", "rank", "stage", "count", "counts",
    "dose", "size", "order", "sum", "total",
];

impl DataSet {
    /// Features with another whole number in every row, if there are enough rows for that to be no accident.
    pub fn whole_and_distinct(&self) -> Vec<usize> {
        let is_one = |&place: &usize| {
            let mut seen = HashSet::new();
            // Most columns have a fraction or a value twice soon.
            (0..self.rows()).all(|row| {
                let value = self.features.at(row, place);
                is_whole(value) && seen.insert(value.to_bits())
            })
        };
        if self.rows() < FEWEST_ROWS { Vec::new() } else { (0..self.features.ncols()).filter(is_one).collect() }
    }

    /// Names of the columns whose values come again in several rows as identifiers do, of patients with several visits say: whole numbers
    /// or texts under an identifier's name, or numbers of blocks of neighbouring rows.
    pub fn repeated_identifiers(&self) -> Vec<String> {
        // Of rows of mostly zeros no column is looked at row by row, which takes long.
        if self.rows() < FEWEST_ROWS || matches!(self.features, StoredRows::Sparse(_)) {
            return Vec::new();
        }
        let is_one = |place: usize, name: &str| match names_individuals(name) {
            true => self.repeats_whole_numbers(place),
            // Trials of a row of counts share its features, which are no blocks of an identifier's.
            false => self.counts().is_none() && !names_a_quantity(name) && self.numbers_blocks(place),
        };
        let names = self.feature_names.iter().enumerate();
        let of_numbers = names.filter(|(place, name)| is_one(*place, name)).map(|(_, name)| name.clone());
        let coded = self.reading.iter().flat_map(|reading| &reading.coded);
        let of_texts = coded
            .filter(|column| names_individuals(&column.column) && self.comes_again(column.levels.len()))
            .map(|column| column.column.clone());
        let mut all: Vec<String> = of_numbers.collect();
        for name in of_texts {
            // Before texts are coded they are numbers too.
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    }

    /// Names of the features under an identifier's name whose values are whole numbers, most of them in one row alone, and not all.
    pub fn nearly_identifying(&self) -> Vec<String> {
        if self.rows() < FEWEST_ROWS || matches!(self.features, StoredRows::Sparse(_)) {
            return Vec::new();
        }
        let is_one = |place: usize| {
            let mut distinct = HashSet::new();
            let are_whole = (0..self.rows()).all(|row| {
                let value = self.features.at(row, place);
                distinct.insert(value.to_bits());
                is_whole(value)
            });
            are_whole && distinct.len() < self.rows() && 2 * distinct.len() > self.rows()
        };
        let names = self.feature_names.iter().enumerate().filter(|(_, name)| names_individuals(name));
        names.filter(|(place, _)| is_one(*place)).map(|(_, name)| name.clone()).collect()
    }

    /// Whether a column with so many different values has each in two rows or more, on average.
    fn comes_again(&self, distinct: usize) -> bool {
        distinct >= FEWEST_IDENTIFIERS && 2 * distinct <= self.rows()
    }

    /// Whether the values of a feature are whole numbers that come again.
    fn repeats_whole_numbers(&self, place: usize) -> bool {
        let mut distinct = HashSet::new();
        let are_whole = (0..self.rows()).all(|row| {
            let value = self.features.at(row, place);
            distinct.insert(value.to_bits());
            is_whole(value)
        });
        are_whole && self.comes_again(distinct.len())
    }

    /// Whether a feature numbers blocks of neighbouring rows from 0 or 1 on, none of them with more than a tenth of the rows. Ages and
    /// years begin elsewhere; ratings and small counts, sorted, have larger blocks.
    fn numbers_blocks(&self, place: usize) -> bool {
        let value = |row: usize| self.features.at(row, place);
        let most = self.rows() / 10;
        let (mut blocks, mut rows_of_block) = (1, 1);
        if value(0) != 0.0 && value(0) != 1.0 {
            return false;
        }
        // Most columns number no blocks, which the first rows show.
        for row in 1..self.rows() {
            match value(row) - value(row - 1) {
                0.0 => rows_of_block += 1,
                1.0 => (blocks, rows_of_block) = (blocks + 1, 1),
                _ => return false,
            }
            if rows_of_block > most {
                return false;
            }
        }
        self.comes_again(blocks)
    }
}

fn is_whole(value: f64) -> bool {
    value.fract() == 0.0 && value.abs() < columns::EXACT_BELOW
}

/// The words of a name in lower case: `PatientID`, `patient_id` and `patient.id` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && last.is_lowercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        last = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a name is that of persons, places or the like, or of their identifiers.
fn names_individuals(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_individual = |word: &str| INDIVIDUALS.contains(&word);
    match words[..] {
        [] => false,
        ["id" | "pid" | "uid" | "uuid", ..] | [.., "id"] => true,
        [word] => is_individual(word) || word.strip_suffix("id").is_some_and(is_individual),
        [.., individual, of] => is_individual(individual) && OF_INDIVIDUALS.contains(&of),
    }
}

/// Whether a name is that of something measured or counted.
fn names_a_quantity(name: &str) -> bool {
    words(name).iter().any(|word| QUANTITIES.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_identifiers_are_recognised_in_any_style() {
        for name in [
            "patient",
            "Patient ID",
            "patient_id",
            "PatientID",
            "patientid",
            "subjid",
            "id",
            "ID",
            "id_subject",
            "site code",
            "Centre",
            "school.no",
            "user-number",
            "trial subject number",
        ] {
            assert!(names_individuals(name), "{name}");
        }
        for name in [
            "valid",
            "paid",
            "acid",
            "age",
            "n_patients",
            "family size",
            "group_size",
            "number",
            "code",
            "",
            "rating",
            "visit",
            "year",
        ] {
            assert!(!names_individuals(name), "{name}");
        }
    }
}
