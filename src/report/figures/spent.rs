//! Distribution functions of the iterations and oracle calls that fits took until they stopped, for whatever reason.

use super::super::Report;
use super::super::figure::{Figure, Series};
use super::super::schema::{CellSummary, Counts};
use super::{CellGroup, colour, line, linear, listed, logarithmic, short};

/// Above this ratio of the largest to the smallest count the axis is logarithmic.
const WIDE: f64 = 30.0;

/// A cost: its name, and its counts in a cell.
type NamedCounts = (&'static str, fn(&CellSummary) -> &Counts);

/// Two figures per data set and model.
pub fn figures(report: &Report) -> Vec<Figure> {
    let of: [NamedCounts; 2] = [("iterations", |cell| &cell.iterations), ("oracle calls", |cell| &cell.oracle_calls)];
    CellGroup::all(report).flat_map(|group| of.map(|(what, of)| figure(&group, what, of))).flatten().collect()
}

fn figure(group: &CellGroup<'_>, what: &str, of: fn(&CellSummary) -> &Counts) -> Option<Figure> {
    let counted: Vec<_> =
        group.cells.iter().map(|cell| (cell, of(cell))).filter(|(_, counts)| counts.max > 0).collect();
    let largest = counted.iter().map(|(_, counts)| counts.max).max()?;
    let smallest = counted.iter().map(|(_, counts)| counts.min).min()?;
    let series = counted.iter().map(|(cell, counts)| {
        let all = counts.histogram.fits.iter().map(|&fits| fits as f64).sum::<f64>().max(1.0);
        // Steps from 0 up to 1, and on to the end of the axis.
        let (mut x, mut y, mut so_far) = (vec![f64::from(counts.min)], vec![0.0], 0.0);
        for (&up_to, &fits) in counts.histogram.up_to.iter().zip(&counts.histogram.fits) {
            so_far += fits as f64;
            x.push(f64::from(up_to.min(counts.max)));
            y.push(so_far / all);
        }
        x.push(f64::from(largest));
        y.push(so_far / all);
        Series { name: cell.solver.clone(), colour: colour(group.report, &cell.solver), marks: line(&x, &y, true) }
    });
    let wide = smallest > 0 && f64::from(largest) > WIDE * f64::from(smallest);
    Some(Figure {
        kind: "iterations",
        variant: group.variant(what),
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
        title: format!(
            "{} until the solver stopped: {}",
            if what == "iterations" { "Iterations" } else { "Oracle calls" },
            group.place()
        ),
        description: format!(
            "The share of the fits that stopped after at most this number of {what}, for whatever reason: a fit that fails \
             early is on the left too. Medians: {}",
            listed(counted.iter().map(|(cell, counts)| (cell.solver.clone(), short(counts.median)))),
        ),
        x: if wide { logarithmic(what) } else { linear(what) },
        y: linear("share of the fits"),
        series: series.collect(),
    })
}
