//! Stops and verdicts of fits as stacked bars, the worst outcomes first.

use indexmap::IndexMap;

use super::super::figure::{Colour, Figure, Marks, Series};
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

/// Two figures per data set and model.
pub fn figures(report: &Report) -> Vec<Figure> {
    let divisions: [Division; 2] = [
        ("verdicts", "What is proved of the fits", &VERDICTS, |cell| &cell.verdicts),
        ("stops", "Why the solvers stopped", &STOPS, |cell| &cell.stops),
    ];
    let of_group = |group: &CellGroup<'_>| divisions.map(|division| figure(group, division));
    CellGroup::all(report).flat_map(|group| of_group(&group)).flatten().collect()
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
    (!series.is_empty()).then(|| Figure {
        kind: "outcomes",
        variant: group.variant(what),
        title: format!("{title}: {}", group.place()),
        description: format!("Stacked bars, one per solver, the worst outcomes first. {}", listed(in_words)),
        x: linear("fits"),
        y: group.solvers(),
        series,
    })
}
