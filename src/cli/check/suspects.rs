//! What of the data may make accuracy on test rows better than on new ones: copies of rows, and columns that tell whose a row is.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::{Hash, Hasher};

use crate::data::{DataSet, Source, shown};
use crate::split::Splitter;

/// Most numbers that are looked at for copies: a second's work.
const MOST_NUMBERS: usize = 50_000_000;

/// Lines about the suspects of a source; none for data that are drawn.
pub fn lines(source: &Source, splitter: &Splitter) -> String {
    let Source::Fixed(data) = source else { return String::new() };
    let mut text = String::new();
    for name in data.nearly_identifying() {
        let name = shown(&name);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "    Column \"{name}\" is named as an identifier and has a number of its own in most rows: it is no feature, and exclude = \
             [\"{name}\"] leaves it out."
        );
    }
    if splitter.dealing.is_random() && !splitter.scheme().keeps_groups() && data.counts().is_none() {
        text.push_str(&copies(data));
    }
    text
}

/// A line about rows whose features and class an earlier row has.
fn copies(data: &DataSet) -> String {
    let (rows, columns) = (data.rows(), data.features.ncols());
    if rows.saturating_mul(columns) > MOST_NUMBERS {
        return String::new();
    }
    let copies = copied_rows(data);
    // Where few values are possible, as with categories, equal rows are to be expected.
    if copies == 0 || 2 * copies > rows {
        return String::new();
    }
    let (are, their) =
        if copies == 1 { ("row is a copy", "it and its") } else { ("rows are copies", "them and their") };
    format!(
        "    {copies} of {rows} {are} of another, with the same features and class: random splits put {their} \
         originals on both sides, which favours what remembers rows. If they are the same observation, leave them out.\n"
    )
}

/// Number of rows whose features and class an earlier row has.
fn copied_rows(data: &DataSet) -> usize {
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    let bits = |row: usize| -> Vec<u64> { data.features.row(row).iter().map(|value| value.to_bits()).collect() };
    let mut copies = 0;
    for row in 0..data.rows() {
        let own = bits(row);
        let mut hasher = DefaultHasher::new();
        (&own, data.labels[row]).hash(&mut hasher);
        let alike = seen.entry(hasher.finish()).or_default();
        match alike.iter().any(|&other| data.labels[other] == data.labels[row] && bits(other) == own) {
            true => copies += 1,
            false => alike.push(row),
        }
    }
    copies
}
