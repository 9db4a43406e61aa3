//! A table as wide as the window allows: whole, shortened, or a few lines per row. Never breaks a number or a word.

use console::{Alignment, measure_text_width, pad_str};

use super::{Layout, broken_at_spaces, style, styled, wrap};
use crate::report::document::{Entry, Line, Table};
use crate::report::phrases::plain;

/// Columns between two columns.
const GAP: usize = 2;

/// The table: whole if it fits, else without its details, else shortened too, else row by row. Sets `narrowed` if it leaves anything out.
pub fn fitted(table: &Table, layout: Layout, narrowed: &mut bool) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    if let Some(text) = grid(table, layout) {
        return text;
    }
    let fewer = table.without_details();
    let narrower = fewer.clone().into_iter().chain(fewer.as_ref().unwrap_or(table).shortened());
    match narrower.filter_map(|table| grid(&table, layout)).next() {
        Some(text) => {
            *narrowed = true;
            text
        }
        None => by_row(table, layout),
    }
}

/// The table in rows and columns; `None` if it does not fit. Breaks names at spaces if it must, in the widest column first.
fn grid(table: &Table, layout: Layout) -> Option<String> {
    let count = table.columns.len();
    let width = |text: &str| measure_text_width(&plain(text));
    let longest_word = |text: &str| text.split_whitespace().map(&width).max().unwrap_or(0);
    let longest = |place: usize, of: &dyn Fn(&str) -> usize| {
        let lines = table.rows.iter().filter_map(|row| row.get(place)).flat_map(|entry| &entry.lines);
        // The header may be broken at spaces.
        let header = table.columns.get(place).map_or(0, |column| longest_word(&column.name));
        lines.map(|line| of(&line.text)).max().unwrap_or(0).max(header)
    };
    let room = usize::from(layout.width).checked_sub(1 + GAP * count.saturating_sub(1))?;
    let mut widths: Vec<usize> = (0..count).map(|place| longest(place, &width)).collect();
    let least: Vec<usize> = (0..count).map(|place| longest(place, &longest_word)).collect();
    while widths.iter().sum::<usize>() > room {
        let can_shrink = |place: &usize| table.columns[*place].breaks && widths[*place] > least[*place];
        let widest = (0..count).filter(can_shrink).max_by_key(|place| widths[*place])?;
        widths[widest] -= 1;
    }
    // Spare columns go to headers that would be broken.
    let mut left = room - widths.iter().sum::<usize>();
    for (own, column) in widths.iter_mut().zip(&table.columns) {
        let more = width(&column.name).saturating_sub(*own).min(left);
        *own += more;
        left -= more;
    }
    let rule = format!(" {}\n", "─".repeat(widths.iter().sum::<usize>() + GAP * count.saturating_sub(1)));
    let header: Vec<Entry> = table.columns.iter().map(|column| column.name.as_str().into()).collect();
    let mut text = format!("{rule}{}{rule}", row(&header, &widths, table, layout));
    table.rows.iter().for_each(|entries| text.push_str(&row(entries, &widths, table, layout)));
    Some(text + &rule)
}

/// One row, of as many lines as its longest entry.
fn row(entries: &[Entry], widths: &[usize], table: &Table, layout: Layout) -> String {
    let broken = |(entry, &width): (&Entry, &usize)| -> Vec<Line> {
        let lines = entry.lines.iter().flat_map(|line| {
            let text = plain(&line.text);
            let fits = measure_text_width(&text) <= width;
            let parts = if fits { vec![text] } else { broken_at_spaces(&text, width) };
            parts.into_iter().map(|text| Line { text, tone: line.tone })
        });
        lines.collect()
    };
    let entries: Vec<Vec<Line>> = entries.iter().zip(widths).map(broken).collect();
    let height = entries.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for at in 0..height {
        let mut line = String::from(" ");
        for ((entry, &width), column) in entries.iter().zip(widths).zip(&table.columns) {
            if line.len() > 1 {
                line.push_str(&" ".repeat(GAP));
            }
            let part = entry.get(at);
            let shown = part.map_or_else(String::new, |part| coloured(part, layout));
            let side = if column.right { Alignment::Right } else { Alignment::Left };
            line.push_str(&pad_str(&shown, width, side, None));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn coloured(line: &Line, layout: Layout) -> String {
    line.tone.map_or_else(|| line.text.clone(), |tone| styled(&line.text, style(tone), layout))
}

/// A few lines per row: its name, then a line per column.
fn by_row(table: &Table, layout: Layout) -> String {
    let mut text = String::new();
    for row in &table.rows {
        let mut entries = row.iter().zip(&table.columns);
        if let Some((name, _)) = entries.next() {
            text.push_str(&wrap(&name.joined(", "), " ", layout.width));
        }
        for (entry, column) in entries.filter(|(entry, _)| !entry.lines.is_empty()) {
            text.push_str(&wrap(&format!("{}: {}", column.name, entry.joined(", ")), "   ", layout.width));
        }
    }
    text
}
