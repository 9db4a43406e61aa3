//! Stops and verdicts of fits as stacked bars, the worst outcomes first.

use indexmap::IndexMap;

use super::super::figure::{Colour, Figure, Marks, Series};
use super::super::phrases::sentence;
use super::super::schema::CellSummary;
use super::super::{Report, percent};
use super::{CellGroup, linear, listed};

/// Stops, the worst first.
const STOPS: [(&str, Colour); 8] = [
    ("failed", Colour::Bad),
    ("non-finite", Colour::Bad),
    ("singular", Colour::Bad),
    ("stalled", Colour::Doubtful),
    ("time-limit", Colour::Doubtful),
    ("max-iterations", Colour::Doubtful),
    ("separated", Colour::Notable),
    ("converged", Colour::Good),
];

/// Verdicts, the worst first.
const VERDICTS: [(&str, Colour); 4] = [
    ("undecided", Colour::Bad),
    ("suboptimal", Colour::Doubtful),
    ("separated", Colour::Notable),
    ("optimal", Colour::Good),
];

/// A division of fits into kinds: its name, its title, the kinds, and their counts in a cell.
type Division =
    (&'static str, &'static str, &'static [(&'static str, Colour)], fn(&CellSummary) -> &IndexMap<String, usize>);

const DIVISIONS: [Division; 2] = [
    ("verdicts", "What is proved of the fits", &VERDICTS, |cell| &cell.verdicts),
    ("stops", "Why the solvers stopped", &STOPS, |cell| &cell.stops),
];

/// Two figures per data set and model, without those whose fits are all of one kind.
pub fn figures(report: &Report) -> Vec<Figure> {
    let of_group = |group: &CellGroup<'_>| DIVISIONS.map(|division| figure(group, division));
    CellGroup::all(report).flat_map(|group| of_group(&group)).flatten().collect()
}

/// Sentences about the data sets and models whose fits are all of one kind.
pub fn uniform(report: &Report) -> Vec<String> {
    let mut sentences = Vec::new();
    for (what, _, kinds, of) in DIVISIONS {
        let mut all: IndexMap<(&str, &str), (usize, Vec<&str>)> = IndexMap::new();
        let groups: Vec<CellGroup<'_>> = CellGroup::all(report).collect();
        for group in &groups {
            let fits: usize =
                group.cells.iter().flat_map(|cell| of(cell).values()).fold(0, |sum, &n| sum.saturating_add(n));
            let has = |kind: &str| group.cells.iter().any(|cell| of(cell).get(kind).is_some_and(|&count| count > 0));
            let present: Vec<&str> = kinds.iter().map(|(kind, _)| *kind).filter(|kind| has(kind)).collect();
            if let [kind] = present[..] {
                let entry = all.entry((kind, group.model)).or_default();
                entry.0 = entry.0.saturating_add(fits);
                entry.1.push(group.dataset);
            }
        }
        let in_words = |((kind, model), (fits, datasets)): (&(&str, &str), &(usize, Vec<&str>))| {
            let (fits, are) = match fits {
                1 => ("the one fit".to_owned(), "is"),
                _ => (format!("all {fits} fits"), "are"),
            };
            let ended = match (what, *kind) {
                ("verdicts", "optimal") => format!("{are} proved optimal"),
                ("verdicts", "separated") => format!("{are} of separated training rows, which have no maximum"),
                ("verdicts", kind) => format!("{are} {kind}"),
                (_, kind) => format!("ended as {kind}"),
            };
            let groups = groups.iter().filter(|group| group.model == *model).count();
            let at = match (datasets.len(), groups) {
                (own, all) if own == all && all > 3 => format!("on all {all} data sets"),
                (own, all) if own > 3 => format!("on {own} of {all} data sets"),
                _ => format!("on {}", datasets.join(", on ")),
            };
            sentence(&format!("under {model}: {fits} {at} {ended}."))
        };
        sentences.extend(all.iter().map(in_words));
    }
    sentences
}

fn figure(group: &CellGroup<'_>, (what, title, kinds, of): Division) -> Option<Figure> {
    let count = |cell: &CellSummary, kind: &str| of(cell).get(kind).copied().unwrap_or(0);
    let present = kinds.iter().filter(|(kind, _)| group.cells.iter().any(|cell| count(cell, kind) > 0));
    let series: Vec<Series> = present
        .map(|&(kind, colour)| {
            let lengths = group.cells.iter().map(|cell| count(cell, kind) as f64).collect();
            let y = (0..group.cells.len()).map(|place| place as f64).collect();
            Series { name: kind.to_owned(), colour, marks: Marks::Bars { y, length: lengths } }
        })
        .collect();
    let share = |cell: &CellSummary, kind: &str| percent(count(cell, kind) as f64 / cell.fits.max(1) as f64);
    let in_words = group.cells.iter().map(|cell| {
        let present = kinds.iter().filter(|(kind, _)| count(cell, kind) > 0);
        let shares: Vec<String> = present.map(|(kind, _)| format!("{} {kind}", share(cell, kind))).collect();
        (cell.solver.clone(), shares.join(", "))
    });
    // Bars of one colour alone are a sentence: see `uniform`.
    (series.len() > 1).then(|| Figure {
        kind: "outcomes",
        variant: group.variant(what),
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
        title: format!("{title}: {}", group.place()),
        description: format!("Stacked bars, one per solver, the worst outcomes first. {}", listed(in_words)),
        x: linear("fits"),
        y: group.solvers(),
        series,
    })
}
