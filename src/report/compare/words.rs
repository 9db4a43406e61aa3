//! A comparison in sentences and tables.

use std::fmt;

use super::difference::{Basis, CellChange, ClaimChange, Difference, Judgement, Measured, Place};
use crate::report::document::{Block, Column, Entry, Line, Table, Tone, Word};
use crate::report::schema::ClaimVerdict;
use crate::report::summary::claim_word;
use crate::report::tables::{p_value, stop_tone, verdict_tone};

/// Rows that a table has at most; `--json` has all.
const MOST_ROWS: usize = 60;

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { dataset, model, solver } = self;
        if model == "maximum likelihood" {
            return write!(f, "{solver} on {dataset}");
        }
        write!(f, "{solver} on {dataset}, {model}")
    }
}

/// The comparison of two reports of these names.
pub fn blocks(difference: &Difference, old: &str, new: &str) -> Vec<Block> {
    let mut blocks = vec![Block::Title(format!("{old} → {new}")), conclusion(difference)];
    blocks.extend(points(difference.worse.iter().map(|worse| worse.text.clone())));
    blocks.push(Block::Heading("What was asked".to_owned()));
    if difference.same_experiment {
        blocks.push(Block::Paragraph("The same experiment on the same data.".to_owned()));
    } else {
        blocks.push(Block::Paragraph("Not the same experiment:".to_owned()));
        let asked = difference.asked.iter();
        blocks.extend(points(asked.map(|asked| {
            format!("{}: {} before, {} now", asked.what, short_digests(&asked.old), short_digests(&asked.new))
        })));
    }
    blocks.extend(points(difference.notes.iter().cloned()));
    blocks.extend(claims(difference));
    blocks.push(Block::Heading("Verdicts and stops".to_owned()));
    blocks.extend(kinds(difference));
    blocks.push(Block::Heading("Measures".to_owned()));
    blocks.push(Block::Paragraph(rests_on(difference)));
    blocks.extend(measures(difference));
    if !difference.not_compared.is_empty() {
        blocks.push(Block::Heading("Not compared".to_owned()));
        blocks.extend(points(difference.not_compared.iter().map(|left| format!("{}: {}", left.what, left.why))));
    }
    blocks
}

fn points(points: impl Iterator<Item = String>) -> Option<Block> {
    let mut points: Vec<String> = points.collect();
    let more = points.len().saturating_sub(MOST_ROWS);
    points.truncate(MOST_ROWS);
    points.extend((more > 0).then(|| format!("and {more} more, which --json lists")));
    (!points.is_empty()).then_some(Block::List(points))
}

fn all_measured(cell: &CellChange) -> impl Iterator<Item = &Measured> {
    cell.verdicts.iter().chain(&cell.stops).chain(&cell.measures)
}

fn conclusion(difference: &Difference) -> Block {
    let judgements = || {
        let of_cells = difference.cells.iter().flat_map(all_measured).map(|measured| measured.judgement);
        of_cells.chain(difference.claims.iter().map(|claim| claim.judgement))
    };
    let count = |wanted| judgements().filter(|judgement| *judgement == wanted).count();
    let (better, changed, within) =
        (count(Judgement::Better), count(Judgement::Changed), count(Judgement::WithinChance));
    let compared = format!("{} claims and {} cells compared", difference.claims.len(), difference.cells.len());
    let (text, tone) = match difference.worse.len() {
        0 if difference.cells.is_empty() && difference.claims.is_empty() => ("NOTHING TO COMPARE", Tone::Doubtful),
        0 if judgements().all(|judgement| judgement == Judgement::Equal) => ("NO DIFFERENCE", Tone::Good),
        0 => ("NOTHING WORSE", Tone::Good),
        _ => ("WORSE", Tone::Bad),
    };
    let found = format!(
        "{compared}: {} worse, {better} better, {changed} changed without being either, {within} different by no more than \
         chance explains.",
        difference.worse.len(),
    );
    Block::Finding { word: Word { text: text.to_owned(), tone }, paragraphs: vec![found] }
}

fn claims(difference: &Difference) -> Vec<Block> {
    if difference.claims.is_empty() {
        return Vec::new();
    }
    let verdict = |verdict: Option<ClaimVerdict>| match verdict.map(claim_word) {
        Some(word) => Entry::of(vec![Line { text: word.text.to_lowercase(), tone: Some(word.tone) }]),
        None => "not there".into(),
    };
    let holds = |claim: &ClaimChange| {
        let changed = claim.cells.iter().filter(|cell| cell.holds.judgement != Judgement::Equal);
        let line = |cell: &super::difference::ClaimCellChange| Line {
            text: format!("{} → {}", shown(&cell.holds, cell.holds.old, 0), shown(&cell.holds, cell.holds.new, 1)),
            tone: None,
        };
        Entry::of(changed.take(5).map(line).collect())
    };
    let what = |claim: &ClaimChange| match (claim.judgement, claim.old, claim.new) {
        (Judgement::NotCompared, Some(_), Some(_)) => "another statement".into(),
        (judgement, ..) => judged(judgement),
    };
    let mut claims: Vec<&ClaimChange> = difference.claims.iter().collect();
    claims.sort_by_key(|claim| urgency(claim.judgement));
    let row = |claim: &&ClaimChange| {
        vec![claim.name.as_str().into(), verdict(claim.old), verdict(claim.new), holds(claim), what(claim)]
    };
    let columns = ["claim", "before", "now", "holds, where that changed", ""].map(Column::left);
    let table = Table {
        caption: "Claims".to_owned(),
        columns: columns.into(),
        rows: claims.iter().take(MOST_ROWS).map(row).collect(),
    };
    vec![Block::Heading("Claims".to_owned()), Block::Table(table)]
}

/// Cells whose verdicts or stops changed.
fn kinds(difference: &Difference) -> Vec<Block> {
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
    let columns = ["cell", "verdicts before", "now", "stops before", "now"].map(Column::left);
    let rows = cells.iter().take(MOST_ROWS).map(row).collect();
    let words = match (cells.len(), difference.cells.len()) {
        (_, 0) => "No cell is in both reports.".to_owned(),
        (0, all) => format!("The same in all {all} cells."),
        (count, all) => format!("Different in {count} of {all} cells{}:", beyond(count)),
    };
    let table = Block::Table(Table { caption: "Verdicts and stops".to_owned(), columns: columns.into(), rows });
    vec![Block::Paragraph(words), table]
}

fn beyond(count: usize) -> String {
    if count > MOST_ROWS { format!(" (the first {MOST_ROWS} here, all with --json)") } else { String::new() }
}

/// Every measure that changed by more than chance.
fn measures(difference: &Difference) -> Vec<Block> {
    let changed = |measured: &&Measured| urgency(measured.judgement) < urgency(Judgement::WithinChance);
    let mut all: Vec<(&CellChange, &Measured)> = difference
        .cells
        .iter()
        .flat_map(|cell| cell.measures.iter().filter(changed).map(move |measured| (cell, measured)))
        .collect();
    all.sort_by_key(|(_, measured)| urgency(measured.judgement));
    let columns = ["cell", "measure", "before", "now", "difference", "p", ""].map(Column::left);
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
    let words = match all.len() {
        0 => "No measure changed.".to_owned(),
        count => format!("{count} changed{}:", beyond(count)),
    };
    let blocks = vec![Block::Paragraph(words), table];
    if all.is_empty() {
        return blocks;
    }
    vec![Block::Details { summary: format!("Measures that changed ({})", all.len()), blocks }]
}

/// What the comparison rests on, in sentences.
fn rests_on(difference: &Difference) -> String {
    let count = |basis| difference.cells.iter().filter(|cell| cell.basis == basis).count();
    let mut sentences = Vec::new();
    let all = difference.cells.len();
    let mut say = |basis, what: &str| match count(basis) {
        0 => {}
        cells if cells == all => sentences.push(format!("All cells: {what}.")),
        cells => sentences.push(format!("{cells} of {all} cells: {what}.")),
    };
    say(
        Basis::SameSplits,
        "the same splits of the same data, so fits are paired and nothing is random: every difference is real, and no test \
         is asked",
    );
    say(
        Basis::OtherSplits,
        "other splits of the same data, so the two are independent samples given the data: shares by Fisher's exact test with \
         Newcombe's interval, means by Welch's t",
    );
    say(
        Basis::OtherData,
        "other data, or data not known to be the same: Welch's t, its variance corrected for the rows that splits share (Nadeau \
         & Bengio)",
    );
    if count(Basis::OtherSplits) + count(Basis::OtherData) > 0 {
        sentences.push("p-values are adjusted for all measures together (Holm).".to_owned());
    }
    sentences
        .push(format!("Costs are worse if they rise by more than {} %.", number(100.0 * difference.cost_tolerance)));
    sentences.join(" ")
}

/// One measure in a sentence.
pub fn sentence(measured: &Measured, basis: Basis) -> String {
    let test = measured.p_adjusted.map_or_else(String::new, |p| format!(", p {}", p_value(p)));
    let on = match basis {
        Basis::SameSplits => "on the same splits",
        Basis::OtherSplits => "on other splits of the same data",
        Basis::OtherData => "on other data",
    };
    let name = measured.name.replace('_', " ");
    let (old, new) = (shown(measured, measured.old, 0), shown(measured, measured.new, 1));
    format!("{name} {old} before, {new} now ({on}{test})")
}

/// A count with what it is of, or a number.
fn shown(measured: &Measured, value: Option<f64>, which: usize) -> String {
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
fn number(value: f64) -> String {
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

/// Digests by their beginnings.
fn short_digests(text: &str) -> String {
    let word = |word: &str| {
        let digest = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digest { format!("{}…", &word[..12]) } else { word.to_owned() }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
