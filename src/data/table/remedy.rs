//! What to do about a value that is no number.

use super::dates;
use super::levels::Levels;
use crate::data::shown;

/// Signs of currencies.
const CURRENCIES: [&str; 12] =
    ["$", "\u{20ac}", "\u{a3}", "\u{a5}", "\u{20b9}", "USD", "EUR", "GBP", "CHF", "JPY", "Rs", "kr"];

/// Names of a line below the rows that sums them up.
const TOTALS: [&str; 8] = ["total", "totals", "grand total", "sum", "subtotal", "average", "mean", "count"];

/// How many values of a column are like the one shown.
pub fn like(rows: u64, values: u64) -> Box<str> {
    let like = match rows {
        1 => format!("the only one of the column's {values} values"),
        rows if rows == values => format!("none of the column's {values} values is"),
        rows => format!("{rows} of the column's {values} values are not"),
    };
    like.into()
}

/// What to do about an infinite number.
pub fn of_infinite(column: &str) -> String {
    format!(
        "it is infinite or beyond the range of numbers: change the column's unit, or leave the column out with {}",
        exclude(column)
    )
}

/// What to do about the texts of a column, which has so many values.
pub fn of(levels: &Levels, values: u64, column: &str, decimal_comma: bool) -> String {
    let first = levels.all.first().map_or("", |level| &level.name);
    if let Some(remedy) = of_text(first, column, decimal_comma) {
        return remedy;
    }
    const LISTED: usize = 6;
    let mut names: Vec<String> = levels
        .all
        .iter()
        .take(LISTED)
        .map(|level| format!("\"{}\" ({})", shown(&level.name), rows(level.rows)))
        .collect();
    names.extend((levels.all.len() > LISTED).then(|| format!("and {} more", levels.all.len() - LISTED)));
    let (marks, option) = as_missing(levels);
    let column = shown(column);
    if levels.rows() == values {
        return format!(
            "its values are names: {}; code the category as 0/1 columns, or leave the column out with {}",
            names.join(", "),
            exclude(&column)
        );
    }
    format!(
        "its texts are {}: if they mark missing values say missing_values = [{marks}] (on the command line: {option}), or leave the cells empty; if the column is a category say categorical = [\"{column}\"] \
         (on the command line: --categorical), or code it as 0/1 columns; or leave it out with {}",
        names.join(", "),
        exclude(&column)
    )
}

/// The texts as marks of missing values, in the experiment file and on the command line; of many texts the first, as an example.
fn as_missing(levels: &Levels) -> (String, String) {
    const NAMED: usize = 3;
    let named = if levels.all.len() > NAMED { 1 } else { levels.all.len() };
    let names = || levels.all.iter().take(named).map(|level| shown(&level.name).to_string());
    let marks: Vec<String> = names().map(|name| format!("\"{name}\"")).collect();
    let given: Vec<String> = names().collect();
    let given = given.join(",");
    let is_plain = given.chars().all(|c| c.is_alphanumeric() || "_-.,".contains(c));
    let option = if is_plain { format!("--missing-values={given}") } else { format!("--missing-values='{given}'") };
    (marks.join(", "), option)
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn exclude(column: &str) -> String {
    format!("exclude = [\"{column}\"] (on the command line: --exclude)")
}

/// Whether a text looks as a day does: 31.1.2024, 1/31/24, 31-Jan-2024, Jan 31, 2024.
fn is_day(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = |part: &str| {
        let lower = part.to_ascii_lowercase();
        lower.bytes().all(|byte| byte.is_ascii_lowercase()) && MONTHS.iter().any(|month| lower.starts_with(month))
    };
    let lengths: Vec<usize> = parts.iter().map(|part| if is_month(part) { 2 } else { part.len() }).collect();
    matches!(lengths[..], [1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2])
        && parts.iter().filter(|part| is_month(part)).count() <= 1
        && parts.iter().all(|part| is_number(part) || is_month(part))
        && !(text.contains([' ', ',']) && parts.iter().all(|part| is_number(part)))
}

/// What a text is most likely, if that can be told from the text alone, and what to do.
pub fn of_text(text: &str, column: &str, decimal_comma: bool) -> Option<String> {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok_and(f64::is_finite);
    let without = |marks: &[char]| text.replace(|c| marks.contains(&c), "");
    let text = text.trim_start_matches('\u{feff}');
    let lower = text.to_lowercase();
    let own = |remedy: &str| Some(remedy.to_owned());
    let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let signed = text.trim_start_matches(['-', '+']);
    match () {
        () if text == column.trim_start_matches('\u{feff}') => own(
            "it is the name of the column: the header stands here again, as where files are joined; remove this line",
        ),
        () if TOTALS.contains(&lower.trim_end_matches(':')) => own("a line that sums up rows is no row: remove it"),
        () if decimal_comma && is_number(text) => own(
            "decimals have commas here: write it with a comma, without points between thousands, or say decimal = \".\" if points mark \
             decimals (on the command line: --decimal)",
        ),
        () if !decimal_comma && text.matches(',').count() == 1 && is_number(&text.replace(',', ".")) => own(
            "if its comma marks decimals say decimal = \",\" (on the command line: --decimal); if it stands between thousands write the \
             number without it",
        ),
        () if text.contains(',')
            && text.find('.').is_none_or(|point| Some(point) > text.rfind(','))
            && is_number(&without(&[','])) =>
        {
            own("its commas stand between thousands: write the number without them")
        }
        () if text.matches('.').count() > 1 && is_number(&without(&['.']).replace(',', ".")) && !is_day(text) => {
            own("if its points stand between thousands write the number without them")
        }
        () if text.contains('.') && text.contains(',') && is_number(&without(&['.']).replace(',', ".")) => own(
            "points stand between thousands and a comma marks decimals: write the number without the points, and say decimal = \",\" (on the command line: --decimal)",
        ),
        () if text.contains(['\u{2212}', '\u{2013}', '\u{2014}'])
            && is_number(&text.replace(['\u{2212}', '\u{2013}', '\u{2014}'], "-")) =>
        {
            own("its minus is a dash: write it with the sign - of the keyboard")
        }
        () if text.ends_with('%') => {
            own("write a share as a number without the sign %, and all values of the column alike")
        }
        () if CURRENCIES.iter().any(|sign| signed.starts_with(sign) || text.ends_with(sign))
            && text.contains(|c: char| c.is_ascii_digit()) =>
        {
            own("write an amount as a number without the sign of the currency, and nothing between thousands")
        }
        () if text.starts_with('(') && text.ends_with(')') && digits(&text[1..]) => {
            own("write an amount in parentheses as a negative number")
        }
        () if text.starts_with(['<', '>', '\u{2264}', '\u{2265}', '~'])
            && text.contains(|c: char| c.is_ascii_digit()) =>
        {
            own("a limit is no number: write a number for it, such as the limit or half of it, or leave the cell empty")
        }
        () if lower.starts_with("0x") && i64::from_str_radix(&lower[2..], 16).is_ok() => {
            own("it is a hexadecimal number: write it in decimal")
        }
        () if text.starts_with('\'') && is_number(text.trim_matches('\'')) => {
            own("it begins with the mark by which spreadsheets keep texts: write the number without it")
        }
        () if text.starts_with('=') => own("it is a formula of a spreadsheet: save its values as CSV"),
        () if text.contains('"') => {
            own("a quote within quotes is written twice, and a quoted value has nothing before and behind its quotes")
        }
        () if dates::seconds(text).is_some() || is_day(text) => Some(format!(
            "a date is no number: write all dates of the column as 2024-01-31 (year, month, day); then dates = \"days\" takes the days since \
             1970-01-01 (on the command line: --dates days), and time = \"{}\" orders the rows by it; or leave it out with {}",
            shown(column),
            exclude(&shown(column))
        )),
        () if matches!(&*lower, "true" | "false" | "yes" | "no" | "t" | "f" | "y" | "n") => {
            Some(format!("write 1 and 0 for it, or leave the column out with {}", exclude(&shown(column))))
        }
        () if digits(signed) && text.contains(['D', 'd']) && is_number(&text.replace(['D', 'd'], "e")) => {
            own("its exponent is written with D, as Fortran writes it: write it with e, such as 1.5e+00")
        }
        () if digits(signed) && text.contains('_') && is_number(&without(&['_'])) => {
            own("write the number without _ between its digits")
        }
        () if text.contains(char::is_whitespace) && is_number(&text.replace(char::is_whitespace, "")) => {
            own("write the number without blanks between its digits")
        }
        () if digits(signed) && signed.ends_with(|c: char| c.is_alphabetic() || c == '\u{b0}' || c == '\u{b2}') => {
            let end =
                signed.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))).unwrap_or(signed.len());
            let unit = signed[end..].trim();
            (signed[..end].parse::<f64>().is_ok() && unit.chars().count() <= 6).then(|| {
                format!(
                    "write the number alone: if \"{}\" is its unit, it belongs to the name of the column",
                    shown(unit)
                )
            })
        }
        () => None,
    }
}
