//! Lines that lie on each other: one is drawn for all of them, under a name that says so.

use super::figure::{Axis, Colour, Figure, Marks, Scale, Series};

/// Lines nearer than this share of an axis are seen as one: half the width of a line.
const SEEN_AS_ONE: f64 = 1.0 / 500.0;

/// The figure with one series for lines that lie on each other, and for each of its series the names of those it stands for.
pub fn merged(figure: &Figure) -> (Figure, Vec<Vec<String>>) {
    let spans = [span(figure, true), span(figure, false)];
    let mut kept: Vec<(Series, Vec<String>)> = Vec::new();
    for series in &figure.series {
        let on = |first: &Series| {
            let solvers = [first, series].iter().all(|series| matches!(series.colour, Colour::Solver(_)));
            solvers && coincide(figure, spans, &first.marks, &series.marks)
        };
        match kept.iter_mut().find(|(first, _)| on(first)) {
            Some((_, names)) => names.push(series.name.clone()),
            None => kept.push((series.clone(), vec![series.name.clone()])),
        }
    }
    let (mut series, names): (Vec<Series>, Vec<Vec<String>>) = kept.into_iter().unzip();
    for (series, names) in series.iter_mut().zip(&names) {
        series.name = match &names[..] {
            [first, second] => format!("{first} and {second} coincide"),
            // A comma between names would not be told from one within a name.
            [first, second, others @ ..] if first.contains(',') || second.contains(',') => {
                format!("{first}; {second}; and {} more coincide", others.len())
            }
            [first, second, others @ ..] => format!("{first}, {second} and {} more coincide", others.len()),
            _ => continue,
        };
    }
    (Figure { series, ..figure.clone() }, names)
}

/// A value as its axis lays it out; `None` if the axis does not show it.
fn laid_out(axis: &Axis, value: f64) -> Option<f64> {
    match axis.scale {
        Scale::Logarithmic => (value > 0.0).then(|| value.log10()),
        Scale::Linear | Scale::Names(_) => Some(value),
    }
    .filter(|value| value.is_finite())
}

/// The length of an axis in its own scale.
fn span(figure: &Figure, of_x: bool) -> f64 {
    let axis = if of_x { &figure.x } else { &figure.y };
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut see = |value: f64| {
        if let Some(value) = laid_out(axis, value) {
            (low, high) = (low.min(value), high.max(value));
        }
    };
    for series in &figure.series {
        match &series.marks {
            Marks::Line { x, .. } | Marks::Band { x, .. } if of_x => x.iter().for_each(|&x| see(x)),
            Marks::Line { y, .. } | Marks::Band { middle: y, .. } => y.iter().flatten().for_each(|&y| see(y)),
            _ => {}
        }
    }
    high - low
}

fn coincide(figure: &Figure, [across, up]: [f64; 2], first: &Marks, second: &Marks) -> bool {
    let near = |axis: &Axis, span: f64, a: Option<f64>, b: Option<f64>| match (
        a.and_then(|a| laid_out(axis, a)),
        b.and_then(|b| laid_out(axis, b)),
    ) {
        (Some(a), Some(b)) => (a - b).abs() <= SEEN_AS_ONE * span,
        (a, b) => a == b,
    };
    let along_x = |a: &[f64], b: &[f64]| {
        a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| near(&figure.x, across, Some(a), Some(b)))
    };
    let along_y = |a: &[Option<f64>], b: &[Option<f64>]| {
        a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| near(&figure.y, up, a, b))
    };
    match (first, second) {
        (Marks::Line { x, y, stepped }, Marks::Line { x: other_x, y: other_y, stepped: other }) => {
            stepped == other && along_x(x, other_x) && along_y(y, other_y)
        }
        (
            Marks::Band { x, low, middle, high, stepped },
            Marks::Band { x: other_x, low: other_low, middle: other_middle, high: other_high, stepped: other },
        ) => {
            stepped == other
                && along_x(x, other_x)
                && along_y(middle, other_middle)
                && along_y(low, other_low)
                && along_y(high, other_high)
        }
        _ => false,
    }
}
