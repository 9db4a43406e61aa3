//! What can be wrong with data.

mod clauses;

use std::path::Path;

use super::{MOST_CLASSES, MOST_TRIALS, did_you_mean};
use clauses::{and_more, bytes, in_all, in_line, of_role, so_are, wrong_delimiter};

/// What can be wrong with data; the message names place, value, what is allowed and what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The path as written.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The bytes are not what the file's format asks for.
    #[error("{path}: {reason}")]
    Malformed {
        /// The path as written.
        path: String,
        /// What is wrong, with the line.
        reason: String,
    },
    /// The first line has no names.
    #[error("{path} has no header: its first line is {first}; put a line with the names of the columns above it")]
    NoHeader {
        /// The path as written.
        path: String,
        /// The first line.
        first: String,
    },
    /// Several things are wrong, none of which hides another.
    #[error("{path} has {} faults:{}", faults.len(), numbered(path, faults))]
    Several {
        /// The path as written.
        path: String,
        /// What is wrong, each with what to do.
        faults: Vec<DataError>,
    },
    /// No column can be the target.
    #[error(
        "{path}: no column has two values, so none is the target as it is; name it with --target and the value coded 1 with \
         --positive (its columns are {columns}){hints}"
    )]
    NoTarget {
        /// The path as written.
        path: String,
        /// The columns there are.
        columns: String,
        /// What to write if two of them count successes and failures, or if values look alike; may be empty.
        hints: String,
    },
    /// Several columns may be the target.
    #[error(
        "{path}: {columns} have two values each, and neither is one of them named as a target nor the last column; name the target with --target"
    )]
    SeveralTargets {
        /// The path as written.
        path: String,
        /// The columns with two values.
        columns: String,
    },
    /// No rows below the header.
    #[error("{path} has no rows below its header: give at least one row of each class")]
    Empty {
        /// The path as written.
        path: String,
    },
    /// No column but the target.
    #[error("{path} has no column but the target: give at least one numeric feature")]
    NoFeatures {
        /// The path as written.
        path: String,
    },
    /// The target column is not in the header.
    #[error("{path} has no column \"{column}\"{}; its columns are {known}", did_you_mean(nearest))]
    NoSuchColumn {
        /// The path as written.
        path: String,
        /// The column asked for.
        column: String,
        /// The nearest column.
        nearest: Option<String>,
        /// The columns there are.
        known: String,
    },
    /// A feature is not a finite number.
    #[error("{path}, line {line}, column \"{column}\": \"{value}\" is not a finite number ({like}); {remedy}")]
    NotANumber {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// How many values of the column are like it.
        like: Box<str>,
        /// What to do.
        remedy: Box<str>,
    },
    /// A feature is beyond the range of the type it is to be stored in.
    #[error(
        "{path}, line {line}, column \"{column}\": {value}{} is beyond the range of single precision, whose largest number is \
         3.4028235e38; store the data in double precision (the default) or change the column's unit",
        and_more(rows)
    )]
    TooLarge {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// How many values of the column are so.
        rows: u64,
    },
    /// A whole number that binary64 would round.
    #[error(
        "{path}, line {line}, column \"{column}\": {value}{} has more digits than a number keeps (whole numbers below 2^53 = \
         9007199254740992 are exact); a column that identifies rows is no feature: exclude = [\"{column}\"] leaves it out (on the command \
         line: --exclude), and a measured quantity needs another unit",
        and_more(rows)
    )]
    RoundedWhole {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// How many values of the column are so.
        rows: u64,
    },
    /// A number that would be taken for 0.
    #[error(
        "{path}, line {line}, column \"{column}\": {value}{} is too small a number to be told from 0; change the column's unit (in single \
         precision numbers begin at 1.4e-45, in double precision at 4.9e-324)",
        and_more(rows)
    )]
    TooSmall {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// How many values of the column are so.
        rows: u64,
    },
    /// A quoted text holds what looks like a row.
    #[error(
        "{path}, line {line}: a quote that begins in this row is not closed in it, and the text within holds what looks like a row \
         ({swallowed}); close the quote, or write a quote within quotes twice"
    )]
    OpenQuote {
        /// The path as written.
        path: String,
        /// The line on which the row begins, counted from 1 for the header.
        line: u64,
        /// The line within.
        swallowed: String,
    },
    /// Text stands behind a closing quote.
    #[error(
        "{path}, line {line}: text stands behind a closing quote ({text}); write a quote within quotes twice (\"\"), not as \\\", and nothing \
         between a closing quote and the end of the field"
    )]
    BehindQuote {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// The text from the quote on.
        text: String,
    },
    /// A line is not of the encoding.
    #[error(
        "{path}, line {line} is not {encoding}: say encoding = \"latin-1\" or \"utf-16\" (on the command line: --encoding), or save the file as \
         UTF-8"
    )]
    NotEncoded {
        /// The path as written.
        path: String,
        /// The line, counted from 1.
        line: u64,
        /// The encoding.
        encoding: &'static str,
    },
    /// The header stands among the rows.
    #[error(
        "{path}, line {line}: the header stands here again, as where files are joined{}; remove every such line but the first",
        in_all(rows)
    )]
    HeaderAgain {
        /// The path as written.
        path: String,
        /// The line of the first, counted from 1 for the header.
        line: u64,
        /// How many there are.
        rows: u64,
    },
    /// Something stands above the header.
    #[error("{path}, line {line} {because}; {remedy}, or remove what stands above the header")]
    AboveHeader {
        /// The path as written.
        path: String,
        /// The line, counted from 1.
        line: u64,
        /// What it is.
        because: String,
        /// What to do.
        remedy: String,
    },
    /// A column with a role has a wrong value.
    #[error("{path}{}, column \"{column}\", named by {key}: {}{reason}", in_line(line), of_role(value, rows))]
    WrongRole {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header; 0 for the whole column.
        line: u64,
        /// The column's name.
        column: String,
        /// The key that names it.
        key: &'static str,
        /// The text found; empty for the whole column.
        value: Box<str>,
        /// How many values are wrong.
        rows: u64,
        /// What is allowed.
        reason: Box<str>,
    },
    /// The rows that are left have one class.
    #[error(
        "{path}: the {rows} rows that are left have \"{column}\" = \"{value}\" ({left_out} are left out); a binary problem needs both classes: \
         keep rows of the other one, as by leaving out columns with missing values instead of rows (exclude; on the command line: --exclude)"
    )]
    OneClassLeft {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The only value.
        value: String,
        /// Rows that are left.
        rows: usize,
        /// Rows that are left out, with the reasons.
        left_out: String,
    },
    /// Points in numbers may be decimal marks or stand between thousands.
    #[error(
        "{path}: the point in {value} may be a decimal mark or stand between thousands, as often where semicolons part columns; if it is a \
         decimal mark say decimal = \".\" (on the command line: --decimal), else write the numbers without it"
    )]
    PointOrThousands {
        /// The path as written.
        path: String,
        /// A number with a point.
        value: String,
    },
    /// Features are missing.
    #[error(
        "{path} has missing values in {rows} row(s): {counts}; missing = \"drop-rows\" leaves these rows out (on the command line: \
         --missing drop-rows), \"mean\", \"median\", \"most-frequent\" or \"indicator\" fills them by the training rows, and exclude leaves a \
         column out"
    )]
    MissingValues {
        /// The path as written.
        path: String,
        /// How many, in which columns.
        counts: String,
        /// Rows with a missing value.
        rows: u64,
    },
    /// A row has another number of fields than the header.
    #[error(
        "{path}, line {line} has {found} field(s), and the header has {expected} ({delimiter}){}: complete the line, quote texts and numbers with \
         a decimal comma, and name every column; {}",
        so_are(rows),
        wrong_delimiter(*found, *expected)
    )]
    UnevenRow {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// Its fields.
        found: usize,
        /// The header's fields.
        expected: usize,
        /// What stands between columns.
        delimiter: &'static str,
        /// How many rows are so.
        rows: u64,
    },
    /// Decimals are marked in two ways.
    #[error(
        "{path}: some numbers have a comma ({comma}) and some a point ({point}); write all decimals with one mark and nothing between \
         thousands"
    )]
    TwoDecimalMarks {
        /// The path as written.
        path: String,
        /// A number with a comma.
        comma: String,
        /// A number with a point.
        point: String,
    },
    /// Commas in numbers may be decimal marks or stand between thousands.
    #[error(
        "{path}: the comma in {value} may be a decimal mark or stand between thousands; if it is a decimal mark say decimal = \",\" (on \
         the command line: --decimal), else write the numbers without it"
    )]
    DecimalOrThousands {
        /// The path as written.
        path: String,
        /// A number with a comma.
        value: String,
    },
    /// Two columns have the same name.
    #[error(
        "{path}: columns {numbers} are both named \"{name}\"; give each a name of its own, or leave out copies that are no target with \
         exclude"
    )]
    SameName {
        /// The path as written.
        path: String,
        /// The name.
        name: String,
        /// The numbers of the columns, from 1.
        numbers: String,
    },
    /// A column has no name, has values, and does not number the rows.
    #[error("{path}: column {number} has no name; give it one in the header, or leave it out with exclude = [\"\"]")]
    UnnamedColumn {
        /// The path as written.
        path: String,
        /// The number of the column, from 1.
        number: usize,
    },
    /// Labels are missing.
    #[error(
        "{path}, line {line}: the target \"{column}\" is \"{value}\", which looks like a missing value; \
         missing = \"drop-rows\" leaves these rows out (on the command line: --missing drop-rows), or name it as a class with negative = \
         [\"{value}\"]; its values are {labels}"
    )]
    MissingLabels {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The first such label.
        value: String,
        /// The line of the first.
        line: u64,
        /// The labels with their counts.
        labels: String,
    },
    /// A label differs from the positive one only in case, blanks or punctuation.
    #[error(
        "{path}, line {line}: the target \"{column}\" is \"{label}\", which differs from the positive value \
         \"{positive}\" only in case, blanks or punctuation; make both the same, or name it as a class with negative = [\"{label}\"]"
    )]
    LabelsAlike {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The label.
        label: String,
        /// The line of its first row.
        line: u64,
        /// The positive label.
        positive: String,
    },
    /// More labels than two, and it is not said which are coded 0.
    #[error(
        "{path}: the target \"{column}\" has the values {labels}; beside positive = \"{positive}\" say which are coded 0: negative = \"...\" \
         leaves the rows of all others out, negative = \"rest\" takes all (on the command line: --negative)"
    )]
    NegativeOpen {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The positive label.
        positive: String,
        /// The labels with their counts.
        labels: String,
    },
    /// The target has more values than two, or others than 0 and 1, and no `positive` was named.
    #[error(
        "{path}: the target \"{column}\" has the values {values}; name the one coded 1 with positive = \"...\" (on the command line: \
         --positive){counts}"
    )]
    TargetNotBinary {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// Some of the values found.
        values: String,
        /// What to write if columns count successes and failures; may be empty.
        counts: String,
    },
    /// A label that was named does not occur.
    #[error("{path}: the target \"{column}\" has no value that {written} names; its values are {labels}")]
    NoSuchLabel {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The key and the label, as `positive = "yes"`, and the nearest label there is.
        written: String,
        /// The labels with their counts.
        labels: String,
    },
    /// All rows have the same class.
    #[error("{path}: all rows have \"{column}\" = \"{value}\"; a binary problem needs both classes")]
    OneClass {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The only value.
        value: String,
    },
    /// More trials than can be dealt to splits one by one.
    #[error(
        "{path}: its counts are {trials} trials, and an experiment deals each trial of at most {MOST_TRIALS} to a split: take a sample of \
         them, or `logitbench fit`, which keeps them as counts"
    )]
    ManyTrials {
        /// The path as written.
        path: String,
        /// How many.
        trials: u64,
    },
    /// More classes than a label can tell apart.
    #[error("{path} has {count} classes, and a data set may have at most {MOST_CLASSES}: join the rarest into one")]
    ManyClasses {
        /// The path as written.
        path: String,
        /// How many.
        count: usize,
    },
    /// A class is not in the data set.
    #[error(
        "data set \"{dataset}\" has no class \"{class}\"{}; its classes are {known}, or \"rest\" for all but the other one",
        did_you_mean(nearest)
    )]
    NoSuchClass {
        /// The data set.
        dataset: String,
        /// The class asked for.
        class: String,
        /// The nearest class.
        nearest: Option<String>,
        /// The classes there are.
        known: String,
    },
    /// More numbers to simulate than are kept.
    #[error(
        "rows times features of all simulated data sets together may be {most}, at 8 bytes each, or what --memory-limit allows: \
         simulate fewer"
    )]
    ManyNumbers {
        /// The most.
        most: u64,
    },
    /// Rows without zeros that are too many for a fit.
    #[error(
        "{path}: its {rows} rows of {features} features are kept without their zeros, but a fit has the zeros too: about {}, and \
         there are {} of memory; write fewer features (leave out rare ones) or fewer rows",
        bytes(*needed), bytes(*memory)
    )]
    TooLargeForFits {
        /// The path as written.
        path: String,
        /// n.
        rows: u64,
        /// p.
        features: u64,
        /// Bytes that a fit needs.
        needed: u64,
        /// Bytes that there are.
        memory: u64,
    },
    /// More numbers than the limit on memory allows.
    #[error(
        "{path}: its {rows} rows of {features} features take about {}, and --memory-limit allows {}: allow more, leave columns \
         out with exclude, or write fewer rows",
        bytes(*needed), bytes(*limit)
    )]
    TooLargeForLimit {
        /// The path as written.
        path: String,
        /// n, about.
        rows: u64,
        /// p.
        features: u64,
        /// Bytes that the data need.
        needed: u64,
        /// Bytes that they may take.
        limit: u64,
    },
    /// Rows and columns that are too many for a fit.
    #[error(
        "{path}: a fit of its {rows} rows and {features} features takes about {}, for rows and products of columns, and there are {} \
         of memory: leave columns out with exclude (patterns such as \"x*\" name many), or write fewer rows",
        bytes(*needed), bytes(*memory)
    )]
    TooWideForFits {
        /// The path as written.
        path: String,
        /// n, about.
        rows: u64,
        /// p.
        features: u64,
        /// Bytes that a fit needs.
        needed: u64,
        /// Bytes that there are.
        memory: u64,
    },
    /// More multiplications to simulate than may be spent.
    #[error(
        "drawing this data set takes {work} multiplications, and drawing all of them may take {most}: simulate fewer rows or \
         features, or use a correlation instead of a condition_number"
    )]
    MuchWork {
        /// What it takes.
        work: u64,
        /// The most.
        most: u64,
    },
    /// Both classes are the same.
    #[error("the classes are both \"{class}\"; name two different ones, coded 0 and 1 in that order")]
    SameClass {
        /// The class.
        class: String,
    },
}

impl DataError {
    /// A file that cannot be read.
    pub fn unreadable(path: &Path, source: std::io::Error) -> DataError {
        DataError::Unreadable { path: path.display().to_string(), source }
    }

    /// All of these faults of a file, of which there is at least one.
    pub fn all_of(path: &str, mut faults: Vec<DataError>) -> DataError {
        match faults.pop() {
            Some(only) if faults.is_empty() => only,
            last => DataError::Several { path: path.to_owned(), faults: faults.into_iter().chain(last).collect() },
        }
    }
}

/// Faults of the file at `path`, a line each.
fn numbered(path: &str, faults: &[DataError]) -> String {
    const LISTED: usize = 10;
    let line = |(place, fault): (usize, &DataError)| {
        let whole = fault.to_string();
        // The path stands above all of them.
        let fault = whole.strip_prefix(path).map_or(&*whole, |rest| rest.trim_start_matches([',', ':', ' ']));
        let subject = if fault.starts_with("has ") { "it " } else { "" };
        format!("\n  {}. {subject}{fault}", place + 1)
    };
    let mut lines: String = faults.iter().take(LISTED).enumerate().map(line).collect();
    if faults.len() > LISTED {
        lines.push_str(&format!("\n  and {} more", faults.len() - LISTED));
    }
    lines
}
