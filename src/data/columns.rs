//! What the columns of a file have in them, and which of them may be the target.

use super::{DataError, alike, listed, shown};

/// What a column of a file has in it.
#[derive(Clone, Debug, PartialEq)]
pub struct FileColumn {
    /// Its name in the header.
    pub name: String,
    /// Its first distinct values, at most three: enough to tell whether there are two.
    pub values: Vec<String>,
    /// Whether all values are finite numbers, as a feature's must be.
    pub numeric: bool,
}

impl FileColumn {
    fn has_two_values(&self) -> bool {
        self.values.len() == 2 && self.values.iter().all(|value| !value.is_empty())
    }
}

/// The column chosen as target, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen<'c> {
    /// The column.
    pub column: &'c FileColumn,
    /// Why, as `the only column with two values`.
    pub because: &'static str,
}

/// Equal as text, or as numbers where both are plain numbers: 1 and 1.0. Codes such as 007 and 1E2 are texts.
pub fn same_value(a: &str, b: &str) -> bool {
    a == b || plain_number(a).is_some_and(|number| plain_number(b) == Some(number))
}

/// The number that a text is in the plainest way, with all its digits: without exponent or leading zeros, and small enough to be exact.
pub fn plain_number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'));
    // 0 and -0 are equal.
    text.parse::<f64>().ok().filter(|number| plain && number.abs() < EXACT_BELOW).map(|number| number + 0.0)
}

/// 2^53, below which whole numbers are exact, and to which 2^53 + 1 would be rounded.
pub const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// Whether a field stands for a value that is not there.
pub fn is_missing(field: &str) -> bool {
    const WORDS: [&str; 3] = ["nil", "none", "missing"];
    is_surely_missing(field)
        || matches!(field, "." | "-" | "--")
        || WORDS.iter().any(|word| field.eq_ignore_ascii_case(word))
}

/// Whether a field can hardly be the name of a class.
fn is_surely_missing(field: &str) -> bool {
    const WORDS: [&str; 6] = ["na", "n/a", "#n/a", "nan", "null", "<na>"];
    // What spreadsheets write where a formula has no value.
    const ERRORS: [&str; 6] = ["#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "#NULL!"];
    matches!(field, "" | "?") || ERRORS.contains(&field) || WORDS.iter().any(|word| field.eq_ignore_ascii_case(word))
}

impl FileColumn {
    /// Takes note of the next row's value, the number it is being known.
    pub fn see(&mut self, value: &str, number: Option<f64>) {
        if is_surely_missing(value) {
            return;
        }
        self.numeric &= number.is_some_and(f64::is_finite) || is_missing(value);
        if self.values.len() < 3 && !self.values.iter().any(|known| same_value(known, value)) {
            self.values.push(value.to_owned());
        }
    }
}

/// Names that targets have in many files.
const NAMES_OF_TARGETS: [&str; 8] = ["y", "target", "class", "label", "labels", "outcome", "response", "diagnosis"];

/// Chooses the target: the only column with two values; where several have two, the only one of them that is named as targets are, else the
/// last column of the file, else the only one of them that is no number.
///
/// # Errors
/// When no column has two values, or several have and none of them stands out.
pub fn target<'c>(columns: &'c [FileColumn], path: &str) -> Result<Chosen<'c>, DataError> {
    let two: Vec<&'c FileColumn> = columns.iter().filter(|column| column.has_two_values()).collect();
    let only_one =
        |is_one: &dyn Fn(&FileColumn) -> bool| match two.iter().filter(|column| is_one(column)).collect::<Vec<_>>()[..]
        {
            [column] => Some(*column),
            _ => None,
        };
    let is_named_so = |column: &FileColumn| NAMES_OF_TARGETS.contains(&column.name.trim().to_lowercase().as_str());
    let is_last = |column: &FileColumn| columns.last().is_some_and(|last| std::ptr::eq(last, column));
    let chosen = |column: Option<&'c FileColumn>, because| column.map(|column| Chosen { column, because });
    let chosen = chosen(only_one(&|_| true), "the only column with two values")
        .or_else(|| chosen(only_one(&is_named_so), "because of its name"))
        .or_else(|| chosen(only_one(&is_last), "the last column"))
        .or_else(|| chosen(only_one(&|column| !column.numeric), "the only column with two values that are no numbers"));
    let path = path.to_owned();
    chosen.ok_or_else(|| match two.is_empty() {
        true => {
            let names = || columns.iter().map(|column| column.name.as_str());
            let hints = hint_at_counts(names()) + &hint_at_alike(columns);
            DataError::NoTarget { path, columns: listed(names()), hints }
        }
        false => DataError::SeveralTargets { path, columns: listed(two.iter().map(|column| column.name.as_str())) },
    })
}

/// What to mend in a column that would have two values if those that look alike were one; else an empty text.
fn hint_at_alike(columns: &[FileColumn]) -> String {
    let hint = |column: &FileColumn| {
        let [group] = &alike::groups(column.values.iter().map(String::as_str))[..] else { return None };
        let alike: Vec<String> = group.iter().map(|&place| format!("\"{}\"", shown(&column.values[place]))).collect();
        // Three values, two of them alike.
        (column.values.len() == 3 && alike.len() == 2).then(|| {
            format!(
                "; {} of column \"{}\" differ only in case, blanks or a full stop: if they are one value make them the same",
                alike.join(" and "),
                shown(&column.name)
            )
        })
    };
    columns.iter().find_map(hint).unwrap_or_default()
}

/// What to write if two columns count successes and failures, or successes and trials, as their names say; else an empty text.
pub fn hint_at_counts<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const SUCCESSES: [&str; 9] =
        ["ok", "success", "successes", "event", "events", "positive", "positives", "passed", "yes"];
    const FAILURES: [&str; 11] = [
        "fail",
        "fails",
        "failed",
        "failure",
        "failures",
        "nonevents",
        "non_events",
        "negative",
        "negatives",
        "not_ok",
        "no",
    ];
    const TRIALS: [&str; 5] = ["n", "trials", "total", "totals", "attempts"];
    let names: Vec<&str> = names.into_iter().collect();
    let one_of = |known: &[&str]| names.iter().find(|name| known.contains(&name.to_lowercase().as_str()));
    let others = || {
        let failures = one_of(&FAILURES).map(|name| ("failures", name));
        failures.or_else(|| one_of(&TRIALS).map(|name| ("trials", name)))
    };
    let Some((successes, (key, other))) = one_of(&SUCCESSES).zip(others()) else { return String::new() };
    let (successes, other) = (shown(successes), shown(other));
    format!(
        "; if \"{successes}\" and \"{other}\" count successes and {key}, write successes = \"{successes}\" and {key} = \"{other}\" in the \
         place of target (on the command line: --successes {successes} --{key} {other})"
    )
}

/// Chooses the value to code 1: the larger number, or the later word in the alphabet, as R codes a factor (`yes` after `no`,
/// `true` after `false`). `None` where the column's values are 0 and 1, or not two.
pub fn positive(column: &FileColumn) -> Option<String> {
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
    use std::path::Path;

    use super::super::csv_file;
    use super::super::file::{Contents, Input};
    use super::*;
    use crate::parameter::Settings;

    fn chosen(text: &str) -> Result<(String, &'static str, Option<String>), String> {
        let contents = Contents::Memory(text.as_bytes().to_vec());
        let columns = (csv_file::FORMAT.columns)(Input::new(&contents, Path::new("d.csv")), &Settings::default())
            .map_err(|error| error.to_string())?;
        let chosen = target(&columns, "d.csv").map_err(|error| error.to_string())?;
        Ok((chosen.column.name.clone(), chosen.because, positive(chosen.column)))
    }

    #[test]
    fn the_target_is_found_where_it_can_be() {
        let of = |text| chosen(text).unwrap();
        let owned =
            |name: &str, because, positive: Option<&str>| (name.to_owned(), because, positive.map(str::to_owned));
        assert_eq!(of("a,y,b\n1,0,7\n2,1,8\n3,1.0,9\n"), owned("y", "the only column with two values", None));
        let words = "died,a,b\nno,0,1\nyes,1,2\nno,1,3\n";
        assert_eq!(of(words), owned("died", "the only column with two values that are no numbers", Some("yes")));
        assert_eq!(of("a,b,z\n0,1,1\n1,0,2\n0,1,2\n"), owned("z", "the last column", Some("2")));
        // A column of words is a feature as any other.
        assert_eq!(of("x,sex,z\n0.5,m,1\n1.5,f,0\n2.5,m,0\n"), owned("z", "the last column", None));
        assert_eq!(of("Class,sex,z\n1,m,1\n2,f,0\n1,m,0\n"), owned("Class", "because of its name", Some("2")));
        assert_eq!(of("y,label,z\n1,m,1\n2,f,0\n1,m,0\n"), owned("z", "the last column", None));
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
