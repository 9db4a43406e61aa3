//! Clauses of messages, which depend on numbers.

/// How many lines are like the one shown, for a message.
pub fn in_all(rows: &u64) -> String {
    if *rows > 1 { format!(" ({rows} such lines)") } else { String::new() }
}

/// Of values like the one shown, for a message.
pub fn and_more(rows: &u64) -> String {
    if *rows > 1 { format!(" (and {} more of the column)", rows - 1) } else { String::new() }
}

/// Of rows like the one shown, for a message.
pub fn so_are(rows: &u64) -> String {
    if *rows > 1 { format!("; {rows} rows have another number") } else { String::new() }
}

/// What else may be the reason of another number of fields.
pub fn wrong_delimiter(found: usize, expected: usize) -> &'static str {
    if found < expected {
        "a row may be cut by the end of a line within a text without quotes"
    } else {
        "if something else stands between columns, delimiter says so (on the command line: --delimiter)"
    }
}

/// A size in the largest unit that gives at least 1.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    match [(1e9, "GB"), (1e6, "MB"), (1e3, "KB")].into_iter().find(|(unit, _)| count >= *unit) {
        Some((unit, name)) => format!("{:.1} {name}", count / unit),
        None => format!("{count} bytes"),
    }
}

/// The place of a value; nothing for a whole column.
pub fn in_line(line: &u64) -> String {
    if *line > 0 { format!(", line {line}") } else { String::new() }
}

/// A wrong value, and how many there are.
pub fn of_role(value: &str, rows: &u64) -> String {
    match rows {
        1 => format!("\"{value}\" "),
        _ if value.is_empty() => String::new(),
        rows => format!("\"{value}\" ({rows} values are wrong) "),
    }
}
