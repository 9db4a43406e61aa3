//! The tables of a comparison: claims, verdicts and stops, measures, times.

use super::difference::{CellChange, ClaimCellChange, ClaimChange, Difference, Judgement, Measured};
use crate::report::document::{Block, Entry, Line, Table, TableColumn, Tone};
use crate::report::schema::ClaimVerdict;
use crate::report::summary::claim_word;
use crate::report::tables::{stop_tone, verdict_tone};
use crate::statistics::words::{counted, p_value, percent};

/// Rows that a table has at most; `--json` has all.
pub const MOST_ROWS: usize = 60;

/// All claims, those that got worse first.
pub fn claims(difference: &Difference) -> Vec<Block> {
    if difference.claims.is_empty() {
        return Vec::new();
    }
    let verdict = |verdict: Option<ClaimVerdict>| match verdict.map(claim_word) {
        Some(word) => Entry::of(vec![Line { text: word.text.to_lowercase(), tone: Some(word.tone) }]),
        None => "not there".into(),
    };
    let holds = |claim: &ClaimChange| {
        let changed = claim.cells.iter().filter(|cell| cell.holds.judgement != Judgement::Equal);
        let line = |cell: &ClaimCellChange| Line {
            text: format!("{} → {}", shown(&cell.holds, cell.holds.old, 0), shown(&cell.holds, cell.holds.new, 1)),
            tone: None,
        };
        Entry::of(changed.take(5).map(line).collect())
    };
    let what = |claim: &ClaimChange| match (claim.judgement, claim.old, claim.new) {
        (Judgement::NotCompared, Some(_), Some(_)) if claim.same_statement => "same statement, no common cell".into(),
        (Judgement::NotCompared, Some(_), Some(_)) => "another statement".into(),
        (Judgement::NotCompared, Some(_), None) => "only in the old report".into(),
        (Judgement::NotCompared, None, _) => "only in the new report".into(),
        (judgement, ..) => judged(judgement),
    };
    let mut claims: Vec<&ClaimChange> = difference.claims.iter().collect();
    claims.sort_by_key(|claim| urgency(claim.judgement));
    let row = |claim: &&ClaimChange| {
        vec![claim.name.as_str().into(), verdict(claim.old), verdict(claim.new), holds(claim), what(claim)]
    };
    let mut columns = ["claim", "before", "now", "holds, where that changed", ""].map(TableColumn::left);
    columns[0].breaks = true;
    let table = Table {
        caption: "Claims".to_owned(),
        columns: columns.into(),
        rows: claims.iter().take(MOST_ROWS).map(row).collect(),
    };
    vec![Block::Heading("Claims".to_owned()), Block::Table(table)]
}

/// Cells whose verdicts or stops changed.
pub fn kinds(difference: &Difference) -> Vec<Block> {
    let differs = |measured: &Measured| measured.judgement != Judgement::Equal;
    let mut cells: Vec<&CellChange> =
        difference.cells.iter().filter(|cell| cell.verdicts.iter().chain(&cell.stops).any(differs)).collect();
    let most_urgent =
        |cell: &CellChange| cell.verdicts.iter().chain(&cell.stops).map(|measured| urgency(measured.judgement)).min();
    cells.sort_by_key(|cell| most_urgent(cell));
    let counts = |all: &[Measured], of: fn(&Measured) -> Option<f64>, tone: fn(&str) -> Option<Tone>| {
        let seen = all.iter().filter(|measured| of(measured).is_some_and(|count| count > 0.0));
        let line = |measured: &Measured| Line {
            text: format!("{} {}", measured.name, of(measured).unwrap_or(0.0)),
            tone: tone(&measured.name),
        };
        Entry::of(seen.map(line).collect())
    };
    let row = |cell: &&CellChange| {
        vec![
            cell.place.to_string().into(),
            counts(&cell.verdicts, |measured| measured.old, verdict_tone),
            counts(&cell.verdicts, |measured| measured.new, verdict_tone),
            counts(&cell.stops, |measured| measured.old, stop_tone),
            counts(&cell.stops, |measured| measured.new, stop_tone),
        ]
    };
    let mut columns = ["cell", "verdicts before", "now", "stops before", "now"].map(TableColumn::left);
    columns[0].breaks = true;
    let rows = cells.iter().take(MOST_ROWS).map(row).collect();
    let words = match (cells.len(), difference.cells.len()) {
        (0, _) => "The same in all cells.".to_owned(),
        (count, all) => format!("Different in {count} of {}{}:", counted(all, "cell"), beyond(count)),
    };
    let table = Block::Table(Table { caption: "Verdicts and stops".to_owned(), columns: columns.into(), rows });
    vec![Block::Paragraph(words), table]
}

fn beyond(count: usize) -> String {
    if count > MOST_ROWS { format!(" (the first {MOST_ROWS} here, all with --json)") } else { String::new() }
}

/// Every measure that changed by more than chance.
pub fn measures(difference: &Difference) -> Vec<Block> {
    let changed = |measured: &&Measured| urgency(measured.judgement) < urgency(Judgement::WithinChance);
    let mut all: Vec<(&CellChange, &Measured)> = difference
        .cells
        .iter()
        .flat_map(|cell| cell.measures.iter().filter(changed).map(move |measured| (cell, measured)))
        .collect();
    all.sort_by_key(|(_, measured)| urgency(measured.judgement));
    // Runs on the same splits do not differ by chance, and their differences have no intervals.
    let has_interval = all.iter().any(|(_, measured)| measured.interval.is_some());
    let heading =
        if has_interval { format!("difference [{}]", percent(difference.level)) } else { "difference".to_owned() };
    let mut columns = ["cell", "measure", "before", "now", &heading, "p", ""].map(TableColumn::left);
    columns[0].breaks = true;
    let row = |(cell, measured): &(&CellChange, &Measured)| {
        vec![
            cell.place.to_string().into(),
            measured.name.replace('_', " ").into(),
            shown(measured, measured.old, 0).into(),
            shown(measured, measured.new, 1).into(),
            difference_of(measured).into(),
            measured.p_adjusted.map_or_else(String::new, p_value).into(),
            judged(measured.judgement),
        ]
    };
    let rows = all.iter().take(MOST_ROWS).map(row).collect();
    let table = Block::Table(Table { caption: "Measures that changed".to_owned(), columns: columns.into(), rows });
    let mut measures = difference.cells.iter().flat_map(|cell| &cell.measures);
    let is_within_chance = measures.any(|measured| measured.judgement == Judgement::WithinChance);
    let words = match all.len() {
        0 if is_within_chance => "No measure changed by more than chance explains.".to_owned(),
        0 => "No measure changed.".to_owned(),
        count => format!("{count} changed{}:", beyond(count)),
    };
    let blocks = vec![Block::Paragraph(words), table];
    if all.is_empty() {
        return blocks;
    }
    vec![Block::Details { summary: format!("Measures that changed ({})", all.len()), blocks }]
}

/// Seconds in the solvers, where they can be compared.
pub fn times(difference: &Difference) -> Vec<Block> {
    let cells: Vec<_> =
        difference.cells.iter().filter_map(|cell| Some((cell, cell.solver_seconds.as_ref()?))).collect();
    if cells.is_empty() {
        return Vec::new();
    }
    let row = |(cell, seconds): &(&CellChange, &Measured)| {
        let ratio = seconds.old.zip(seconds.new).map(|(old, new)| new / old).filter(|ratio| ratio.is_finite());
        vec![
            cell.place.to_string().into(),
            shown(seconds, seconds.old, 0).into(),
            shown(seconds, seconds.new, 1).into(),
            ratio.map_or_else(String::new, |ratio| format!("{ratio:.2} times")).into(),
            if seconds.kind.is_some() { judged(seconds.judgement) } else { Entry::default() },
        ]
    };
    let mut columns = ["cell", "solver seconds before", "now", "ratio", ""].map(TableColumn::left);
    columns[0].breaks = true;
    let rows = cells.iter().take(MOST_ROWS).map(row).collect();
    let words = match difference.timing_tolerance {
        Some(tolerance) => format!("Times are worse if they rise by more than {} %.", number(100.0 * tolerance)),
        None => "Times are shown and not judged; --timings judges them.".to_owned(),
    };
    let table = Table { caption: "Times".to_owned(), columns: columns.into(), rows };
    vec![Block::Heading("Times".to_owned()), Block::Paragraph(words), Block::Table(table)]
}

/// A count with what it is of, or a number.
pub fn shown(measured: &Measured, value: Option<f64>, which: usize) -> String {
    let of = measured.of.and_then(|of| of.get(which).copied());
    match (value, of) {
        (Some(count), Some(of)) => format!("{count} of {of}"),
        (Some(value), None) => number(value),
        (None, _) => "not defined".to_owned(),
    }
}

/// The difference, of shares for counts, with its interval.
fn difference_of(measured: &Measured) -> String {
    let (Some(old), Some(new)) = (measured.old, measured.new) else { return String::new() };
    let difference = match measured.of {
        Some([was, is]) => new / is as f64 - old / was as f64,
        None => new - old,
    };
    let signed = |value: f64| format!("{}{}", if value > 0.0 { "+" } else { "" }, three_digits(value));
    let interval = measured.interval.map(|[low, high]| format!(" [{}, {}]", signed(low), signed(high)));
    format!("{}{}", signed(difference), interval.unwrap_or_default())
}

fn judged(judgement: Judgement) -> Entry {
    let (text, tone) = match judgement {
        Judgement::Equal => ("equal", None),
        Judgement::WithinChance => ("within chance", None),
        Judgement::Changed => ("changed", Some(Tone::Notable)),
        Judgement::Better => ("better", Some(Tone::Good)),
        Judgement::Worse => ("worse", Some(Tone::Bad)),
        Judgement::NotCompared => ("not compared", None),
    };
    Entry::of(vec![Line { text: text.to_owned(), tone }])
}

/// Worse first.
fn urgency(judgement: Judgement) -> u8 {
    match judgement {
        Judgement::Worse => 0,
        Judgement::Better => 1,
        Judgement::Changed => 2,
        Judgement::WithinChance => 3,
        Judgement::NotCompared => 4,
        Judgement::Equal => 5,
    }
}

/// A number with six digits.
pub fn number(value: f64) -> String {
    digits(value, 6)
}

fn three_digits(value: f64) -> String {
    digits(value, 3)
}

fn digits(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-4..7).contains(&magnitude) {
        return format!("{value:.*e}", (digits - 1) as usize);
    }
    let decimals = (digits - 1 - magnitude).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
