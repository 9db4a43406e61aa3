//! The gap to the infimum and the norm of the gradient, against iterations, oracle calls and, if fits ran one at a time, seconds.

use super::super::Report;
use super::super::figure::{Figure, Marks, Series};
use super::super::phrases::sentence;
use super::super::schema::{BandSummary, CellSummary, Trace};
use super::{CellGroup, colour, linear, listed, logarithmic, short};

/// A quantity drawn upwards: its name, the label of its axis, and its band.
type Quantity = (&'static str, &'static str, fn(&Trace) -> &BandSummary);

const QUANTITIES: [Quantity; 2] = [
    ("gap", "objective above its infimum", |trace| &trace.objective_gap),
    ("gradient norm", "gradient norm", |trace| &trace.gradient_norm),
];

/// A quantity drawn to the right.
#[derive(Clone, Copy)]
enum Abscissa {
    Iterations,
    OracleCalls,
    Seconds,
}

impl Abscissa {
    const ALL: [Abscissa; 3] = [Abscissa::Iterations, Abscissa::OracleCalls, Abscissa::Seconds];

    fn name(self) -> &'static str {
        match self {
            Abscissa::Iterations => "iterations",
            Abscissa::OracleCalls => "oracle calls",
            Abscissa::Seconds => "time",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Abscissa::Iterations => "iterations",
            Abscissa::OracleCalls => "oracle calls (median)",
            Abscissa::Seconds => "seconds (iterations times the cell's mean)",
        }
    }

    fn note(self) -> &'static str {
        match self {
            Abscissa::Iterations => "",
            Abscissa::OracleCalls => " Every call is a pass over all training rows.",
            Abscissa::Seconds => {
                " The time of an iteration is the mean over the cell, measured while fits ran one at a time."
            }
        }
    }

    /// The abscissas of a cell's trace; `None` if they were not measured.
    fn values(self, report: &Report, cell: &CellSummary, trace: &Trace) -> Option<Vec<Option<f64>>> {
        let iterations = || trace.iteration.iter().map(|&iteration| f64::from(iteration));
        match self {
            Abscissa::Iterations => Some(iterations().map(Some).collect()),
            Abscissa::OracleCalls => Some(trace.oracle_calls.median.clone()),
            Abscissa::Seconds => {
                let seconds = seconds_per_iteration(report, cell)?;
                Some(iterations().map(|iteration| Some(seconds * iteration)).collect())
            }
        }
    }
}

/// Mean seconds per iteration of a cell. `None` if other fits ran at the same time, because such times do not compare speed.
fn seconds_per_iteration(report: &Report, cell: &CellSummary) -> Option<f64> {
    let of_cell = report.timings.iter().find(|timing| {
        timing.dataset == cell.dataset && timing.model == cell.model && timing.solver == cell.solver && !timing.shared
    })?;
    let seconds = of_cell.solver_seconds / (cell.iterations.mean * cell.fits as f64);
    (seconds.is_finite() && seconds > 0.0).then_some(seconds)
}

/// A figure per data set, model, quantity and abscissa.
pub fn figures(report: &Report) -> Vec<Figure> {
    let mut figures = Vec::new();
    for group in CellGroup::all(report) {
        for quantity in QUANTITIES {
            figures.extend(Abscissa::ALL.iter().filter_map(|&abscissa| figure(&group, quantity, abscissa)));
        }
    }
    figures
}

/// The gap against the iterations: a figure per data set and model.
pub fn gaps(report: &Report) -> Vec<Figure> {
    CellGroup::all(report).filter_map(|group| figure(&group, QUANTITIES[0], Abscissa::Iterations)).collect()
}

fn figure(group: &CellGroup<'_>, (name, label, of): Quantity, abscissa: Abscissa) -> Option<Figure> {
    let mut series = Vec::new();
    let mut ends = Vec::new();
    for cell in &group.cells {
        let Some(trace) = &cell.trace else { continue };
        let Some(at) = abscissa.values(group.report, cell, trace) else { continue };
        let marks = band(&at, of(trace));
        if let Marks::Band { x, middle, .. } = &marks {
            // A logarithmic axis shows only values above 0.
            let Some((end, last)) = x.iter().zip(middle).filter_map(|(x, y)| Some((*x, (*y)?))).next_back() else {
                continue;
            };
            if !middle.iter().flatten().any(|&y| y > 0.0) {
                continue;
            }
            ends.push((cell.solver.clone(), format!("{} at {}", short(last), short(end))));
        }
        series.push(Series { name: cell.solver.clone(), colour: colour(group.report, &cell.solver), marks });
    }
    (!series.is_empty()).then(|| Figure {
        kind: "convergence",
        variant: group.variant(&format!("{name} against {}", abscissa.name())),
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
        title: format!("{} against {}: {}", sentence(label), abscissa.name(), group.place()),
        description: format!(
            "Medians over all fits with the band from the 10 % to the 90 % quantile; a fit that has ended keeps its last \
             value, and 0 is not drawn.{} Medians at the end: {}",
            abscissa.note(),
            listed(ends.into_iter()),
        ),
        x: linear(abscissa.label()),
        y: logarithmic(label),
        series,
    })
}

fn band(at: &[Option<f64>], band: &BandSummary) -> Marks {
    let (mut x, mut low, mut middle, mut high) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (((at, q10), median), q90) in at.iter().zip(&band.q10).zip(&band.median).zip(&band.q90) {
        if let Some(at) = at {
            x.push(*at);
            low.push(*q10);
            middle.push(*median);
            high.push(*q90);
        }
    }
    Marks::Band { x, low, middle, high, stepped: false }
}
