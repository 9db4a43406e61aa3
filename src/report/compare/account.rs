//! A comparison in sentences.

use std::fmt;

use super::change_tables::{self, MOST_ROWS, number, shown};
use super::difference::{Basis, CellChange, CellName, CellsLeftOut, ClaimChange, Difference, Judgement, Measured};
use crate::report::document::{Block, Tone, Word};
use crate::statistics::words::{counted, p_is};

impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CellName { dataset, model, solver } = self;
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
    blocks.extend(change_tables::claims(difference));
    if difference.comparable {
        blocks.push(Block::Heading("Verdicts and stops".to_owned()));
        blocks.extend(change_tables::kinds(difference));
        blocks.push(Block::Heading("Measures".to_owned()));
        blocks.push(Block::Paragraph(rests_on(difference)));
        blocks.extend(change_tables::measures(difference));
        blocks.extend(change_tables::times(difference));
    }
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

fn conclusion(difference: &Difference) -> Block {
    let judgements = || {
        let of_cells = difference.cells.iter().flat_map(CellChange::judged).map(|measured| measured.judgement);
        of_cells.chain(difference.claims.iter().map(|claim| claim.judgement))
    };
    let count = |wanted| judgements().filter(|judgement| *judgement == wanted).count();
    let (better, changed, within) =
        (count(Judgement::Better), count(Judgement::Changed), count(Judgement::WithinChance));
    let judged = |claim: &&ClaimChange| claim.judgement != Judgement::NotCompared;
    let (claims, cells) = (difference.claims.iter().filter(judged).count(), difference.cells.len());
    let left_out = match difference.claims.len() - claims {
        0 => String::new(),
        claims => format!(" ({} not compared)", counted(claims, "claim")),
    };
    let compared = format!(
        "{} and {} compared{left_out}{}",
        counted(claims, "claim"),
        counted(cells, "cell"),
        without_counterpart(&difference.cells_left_out),
    );
    if !difference.comparable {
        let word = Word { text: "NOT COMPARABLE".to_owned(), tone: Tone::Bad };
        let nothing =
            format!("The reports have no cell in common, so nothing can be said to be better or worse: {compared}.");
        return Block::Finding { word, paragraphs: vec![nothing] };
    }
    let (text, tone) = match difference.worse.len() {
        0 if judgements().all(|judgement| judgement == Judgement::Equal) => ("NO DIFFERENCE", Tone::Good),
        0 if within > 0 => ("NOTHING SHOWN TO BE WORSE", Tone::Good),
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

/// How many cells are left out, after the number of those that are compared.
fn without_counterpart(left_out: &CellsLeftOut) -> String {
    let kinds = [
        (left_out.of_one_report, "of one report alone"),
        (left_out.of_two_meanings, "of one name but other data or another model"),
    ];
    let kinds = kinds.into_iter().filter(|(cells, _)| *cells > 0).map(|(cells, which)| {
        let verb = if cells == 1 { "is" } else { "are" };
        format!(", and {} {which} {verb} left out", counted(cells, "cell"))
    });
    kinds.collect()
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
        "other splits of the same data, so the two are taken for independent samples given the data: shares by Fisher's exact test with \
         Newcombe's interval, means by Student's t",
    );
    say(
        Basis::OtherData,
        "other data, or data not known to be the same: Student's t, its variance corrected for the rows that splits share (Nadeau \
         & Bengio)",
    );
    if count(Basis::OtherSplits) + count(Basis::OtherData) > 0 {
        sentences.push("p-values have Holm's adjustment for all measures that have a better and a worse together, and for all others together.".to_owned());
    }
    sentences
        .push(format!("Costs are worse if they rise by more than {} %.", number(100.0 * difference.cost_tolerance)));
    sentences.join(" ")
}

/// One measure in a sentence.
pub fn sentence(measured: &Measured, basis: Basis) -> String {
    let test = measured.p_adjusted.map_or_else(String::new, |p| format!(", {}", p_is(p)));
    let on = match basis {
        Basis::SameSplits => "on the same splits",
        Basis::OtherSplits => "on other splits of the same data",
        Basis::OtherData => "on other data",
    };
    let name = measured.name.replace('_', " ");
    let (old, new) = (shown(measured, measured.old, 0), shown(measured, measured.new, 1));
    format!("{name} {old} before, {new} now ({on}{test})")
}

/// Digests by their beginnings.
fn short_digests(text: &str) -> String {
    let word = |word: &str| {
        let digest = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digest { format!("{}…", &word[..12]) } else { word.to_owned() }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
