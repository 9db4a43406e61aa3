//! Tables with a line per coefficient.

use super::errors::Printed;
use super::numbers::aligned;
use crate::report::terminal::wrap;

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    heading: String,
    /// A text per coefficient, all of one width.
    cells: Vec<String>,
    /// Whether a number has fewer digits than it was to have.
    uncertain: bool,
}

impl Column {
    /// Numbers, of which one that does not exist is `-`, to as many digits as the bounds on their errors leave certain.
    pub fn new(
        heading: &str,
        values: &[Option<f64>],
        errors: Option<&[Option<f64>]>,
        show: impl Fn(f64, Option<f64>) -> Printed,
    ) -> Column {
        let mut uncertain = false;
        let error = |j: usize| errors.and_then(|errors| errors.get(j).copied().flatten());
        let mut cell = |(j, value): (usize, &Option<f64>)| {
            let Some(value) = *value else { return "-".to_owned() };
            let shown = show(value, error(j));
            uncertain |= shown.is_short;
            shown.text
        };
        let texts: Vec<String> = values.iter().enumerate().map(&mut cell).collect();
        Column { uncertain, ..Column::of_texts(heading, &texts) }
    }

    /// Texts, such as whole numbers.
    pub fn of_texts(heading: &str, texts: &[String]) -> Column {
        Column { heading: heading.to_owned(), cells: aligned(texts), uncertain: false }
    }

    /// Whether a number has fewer digits than it was to have.
    pub fn is_uncertain(&self) -> bool {
        self.uncertain
    }

    /// Whether both have the same texts.
    pub fn reads_as(&self, other: &Column) -> bool {
        self.cells == other.cells
    }
}

/// A table: the names of the coefficients, then the columns, each as wide as its widest text; and which columns lack digits.
pub fn table(terms: &[String], columns: &[Column], width: u16) -> String {
    let longest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| text.chars().count()).max().unwrap_or(0);
    let of_names = longest(&mut terms.iter());
    let mut text = String::new();
    for line in 0..=terms.len() {
        let name = if line == 0 { "" } else { &terms[line - 1] };
        let mut row = format!("{name:<of_names$}");
        for Column { heading, cells, .. } in columns {
            let of_column = longest(&mut cells.iter().chain([heading]));
            let cell = if line == 0 { heading } else { &cells[line - 1] };
            row.push_str(&format!("  {cell:>of_column$}"));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    let short: Vec<&str> = columns.iter().filter(|column| column.uncertain).map(|column| &*column.heading).collect();
    if !short.is_empty() {
        let sentence = format!(
            "Digits that the proved bounds on errors leave uncertain are not printed: {}. The bounds are in the JSON object.",
            short.join(", ")
        );
        text.push('\n');
        text.push_str(&wrap(&sentence, "", width));
    }
    text
}
