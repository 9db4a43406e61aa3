//! What the columns of a CSV file have in them, and which of them may be the target.

use super::{DataError, csv_file, listed};

/// A column of a CSV file.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name in the header.
    pub name: String,
    /// Its first distinct values, at most three: enough to tell whether there are two.
    pub values: Vec<String>,
    /// Whether all values are finite numbers, as those of features must be.
    pub numeric: bool,
}

impl Column {
    fn has_two_values(&self) -> bool {
        self.values.len() == 2 && self.values.iter().all(|value| !value.is_empty())
    }
}

/// A target, and why it is this column.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen<'c> {
    /// The column.
    pub column: &'c Column,
    /// Why, as `the only column with two values`.
    pub because: &'static str,
}

/// The columns of a CSV text; `path` names it in messages.
///
/// # Errors
/// When it is not CSV, has no rows, or no header: a first line of numbers alone.
pub fn columns(text: &[u8], path: &str) -> Result<Vec<Column>, DataError> {
    let mut reader = csv_file::reader(text);
    let header = reader.headers().map_err(|error| csv_file::not_csv(path, &error))?;
    if !header.is_empty() && header.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(DataError::NoHeader { path: path.to_owned(), first: listed(header.iter()) });
    }
    let mut columns: Vec<Column> =
        header.iter().map(|name| Column { name: name.to_owned(), values: Vec::new(), numeric: true }).collect();
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(|error| csv_file::not_csv(path, &error))?;
        rows += 1;
        for (column, value) in columns.iter_mut().zip(&record) {
            column.numeric &= value.parse::<f64>().is_ok_and(f64::is_finite);
            if column.values.len() < 3 && !column.values.iter().any(|known| csv_file::same_value(known, value)) {
                column.values.push(value.to_owned());
            }
        }
    }
    if rows == 0 { Err(DataError::Empty { path: path.to_owned() }) } else { Ok(columns) }
}

/// The column that must be the target, or is most likely: the only one with two values; of several the only one that is no
/// number, since a feature must be one; or the last.
///
/// # Errors
/// When none has two values, or several have and the last has not.
pub fn target<'c>(columns: &'c [Column], path: &str) -> Result<Chosen<'c>, DataError> {
    let two: Vec<&Column> = columns.iter().filter(|column| column.has_two_values()).collect();
    let words: Vec<&Column> = columns.iter().filter(|column| !column.numeric).collect();
    let path = path.to_owned();
    match (&two[..], &words[..]) {
        ([], _) => {
            let columns = listed(columns.iter().map(|column| column.name.as_str()));
            Err(DataError::NoTarget { path, columns })
        }
        ([column], _) => Ok(Chosen { column, because: "the only column with two values" }),
        (_, [column]) if column.has_two_values() => Ok(Chosen { column, because: "the only column that is no number" }),
        _ => match columns.last() {
            Some(column) if column.has_two_values() => Ok(Chosen { column, because: "the last column" }),
            _ => {
                Err(DataError::SeveralTargets { path, columns: listed(two.iter().map(|column| column.name.as_str())) })
            }
        },
    }
}

/// Of two values the one to code 1: the larger number, or the later word in the alphabet, as R codes a factor (`yes` after
/// `no`, `true` after `false`). `None` where the values are 0 and 1, or not two.
pub fn positive(column: &Column) -> Option<String> {
    let [a, b] = &column.values[..] else { return None };
    let (number_a, number_b) = (a.parse::<f64>(), b.parse::<f64>());
    let later = match (number_a, number_b) {
        (Ok(x), Ok(y)) if x.min(y) == 0.0 && x.max(y) == 1.0 => return None,
        (Ok(x), Ok(y)) => x > y,
        _ => a > b,
    };
    Some(if later { a.clone() } else { b.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Result<(String, &'static str, Option<String>), String> {
        let columns = columns(text.as_bytes(), "d.csv").map_err(|error| error.to_string())?;
        let chosen = target(&columns, "d.csv").map_err(|error| error.to_string())?;
        Ok((chosen.column.name.clone(), chosen.because, positive(chosen.column)))
    }

    #[test]
    fn the_target_is_found_where_it_can_be() {
        let of = |text| chosen(text).unwrap();
        let owned =
            |name: &str, because, positive: Option<&str>| (name.to_owned(), because, positive.map(str::to_owned));
        assert_eq!(of("a,y,b\n1,0,7\n2,1,8\n3,1.0,9\n"), owned("y", "the only column with two values", None));
        let words = "y,a,b\nno,0,1\nyes,1,0\nno,1,0\n";
        assert_eq!(of(words), owned("y", "the only column that is no number", Some("yes")));
        assert_eq!(of("a,b,y\n0,1,1\n1,0,2\n0,1,2\n"), owned("y", "the last column", Some("2")));
    }

    #[test]
    fn where_it_cannot_the_message_says_what_to_do() {
        let message = |text| chosen(text).unwrap_err();
        assert!(message("a,b\n1,4\n2,5\n3,6\n").contains("--target"));
        let several = message("a,b,c\n0,1,5\n1,0,6\n1,1,7\n");
        assert!(several.contains("\"a\", \"b\"") && several.contains("--target"), "{several}");
        assert!(message("5.1,3.5,0\n4.9,3.0,1\n").contains("header"));
        assert!(message("a,y\n").contains("no rows"));
    }
}
