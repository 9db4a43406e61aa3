//! Lists with a line per row of a split: CSV, and the ARFF of OpenML's tasks.

use std::collections::BTreeMap;

use super::{ListedSplit, Lists, ListsError};
use crate::data::shown;

/// The lists of one data set, by the key of a split.
type Collected = BTreeMap<(u64, u64, u64), ListedSplit>;

/// The columns of a line: their names, and what they are read for.
struct Columns {
    set: usize,
    row: usize,
    /// The columns whose numbers make the key of a split.
    keys: Vec<usize>,
    dataset: Option<usize>,
    count: usize,
}

impl Columns {
    /// Finds columns by name, in whatever case.
    fn find(names: &[String], line: usize, [set, row]: [&str; 2], keys: &[&str]) -> Result<Columns, ListsError> {
        let place = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        let missing = |wanted: &str| {
            malformed(
                line,
                format!(
                    "there is no column \"{wanted}\" among {}: lists are JSON as `logitbench splits` writes it, CSV with the columns split, set and \
             row, or the ARFF of an OpenML task",
                    crate::data::listed(names.iter().map(String::as_str))
                ),
            )
        };
        let keys: Vec<usize> = keys.iter().filter_map(|key| place(key)).collect();
        if keys.is_empty() {
            return Err(missing("split"));
        }
        Ok(Columns {
            set: place(set).ok_or_else(|| missing(set))?,
            row: place(row).ok_or_else(|| missing(row))?,
            keys,
            dataset: place("dataset"),
            count: names.len(),
        })
    }
}

fn malformed(line: usize, reason: String) -> ListsError {
    ListsError::Malformed { place: format!("line {line}"), reason }
}

/// CSV with the columns `split`, `set` and `row`, and `dataset` where there are several.
pub fn csv(text: &str) -> Result<Vec<Lists>, ListsError> {
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let Some((header, line)) = lines.next() else {
        return Err(malformed(1, "the file is empty; lists have the columns split, set and row".to_owned()));
    };
    let columns = Columns::find(&fields(header), line, ["set", "row"], &["split"])?;
    collect(lines, &columns)
}

/// The ARFF of an OpenML task.
pub fn arff(text: &str) -> Result<Vec<Lists>, ListsError> {
    let mut lines =
        text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.trim_start().starts_with('%'));
    let mut names = Vec::new();
    let mut last = 1;
    for (line, number) in lines.by_ref() {
        last = number;
        let mut words = line.trim().splitn(2, char::is_whitespace);
        let (keyword, rest) = (words.next().unwrap_or_default(), words.next().unwrap_or_default().trim());
        match keyword.to_ascii_lowercase().as_str() {
            "@relation" => {}
            "@attribute" => names.push(attribute(rest)),
            "@data" => {
                let columns = Columns::find(&names, number, ["type", "rowid"], &["repeat", "fold", "sample"])?;
                return collect(lines, &columns);
            }
            _ => {
                let reason = format!("\"{}\" is none of @relation, @attribute and @data", shown(keyword));
                return Err(malformed(number, reason));
            }
        }
    }
    Err(malformed(last, "the file ends before @data".to_owned()))
}

/// The name of an attribute: its first word, or what stands in quotes.
fn attribute(rest: &str) -> String {
    let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'));
    match quote {
        Some(quote) => rest[1..].split(quote).next().unwrap_or_default().to_owned(),
        None => rest.split(|c: char| c.is_whitespace() || c == '{').next().unwrap_or_default().to_owned(),
    }
}

/// The fields of a line, without blanks and quotes about them.
fn fields(line: &str) -> Vec<String> {
    line.split(',').map(|field| field.trim().trim_matches(['"', '\'']).to_owned()).collect()
}

fn collect<'t>(lines: impl Iterator<Item = (&'t str, usize)>, columns: &Columns) -> Result<Vec<Lists>, ListsError> {
    let mut datasets: Vec<(Option<String>, Collected)> = Vec::new();
    for (text, line) in lines {
        let found = fields(text);
        if found.len() != columns.count {
            let reason = format!("there are {} fields, and the header has {}", found.len(), columns.count);
            return Err(malformed(line, reason));
        }
        let number = |place: usize| {
            found[place]
                .parse::<u64>()
                .map_err(|_| malformed(line, format!("\"{}\" is no whole number from 0", shown(&found[place]))))
        };
        let mut key = [0; 3];
        for (part, &column) in key.iter_mut().zip(&columns.keys) {
            *part = number(column)?;
        }
        let row = u32::try_from(number(columns.row)?)
            .map_err(|_| malformed(line, format!("row {} is beyond any data set", shown(&found[columns.row]))))?;
        let name = columns.dataset.map(|place| found[place].clone());
        let place = datasets.iter().rposition(|(other, _)| *other == name).unwrap_or_else(|| {
            datasets.push((name, Collected::new()));
            datasets.len() - 1
        });
        let split = datasets[place].1.entry(key.into()).or_default();
        match &found[columns.set] {
            set if set.eq_ignore_ascii_case("train") => split.train.push(row),
            set if set.eq_ignore_ascii_case("test") => split.test.push(row),
            set => return Err(malformed(line, format!("\"{}\" is neither train nor test", shown(set)))),
        }
    }
    let lists = |(name, splits): (Option<String>, Collected)| Lists {
        name,
        splits: splits.into_values().collect(),
        ..Lists::default()
    };
    Ok(datasets.into_iter().map(lists).collect())
}
