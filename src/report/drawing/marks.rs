//! The looks of series: lines, bands, bars and points, which differ in more than colour.

use std::collections::BTreeMap;

use super::axis::Placed;
use super::font;
use super::scene::{Anchor, Fill, Font, Path, Position, Shape, Stroke, WHITE, area, lines, text};
use crate::report::figure::{Colour, Marks, Scale, Series, Side};
use crate::report::palette::{self, Rgb};

/// Line styles, in turn. Their number has no factor in common with the numbers of colours and markers, so that dozens of series
/// differ.
const DASHES: [&[f64]; 5] = [&[], &[7.0, 2.5], &[2.5, 2.0], &[8.0, 2.0, 2.0, 2.0], &[14.0, 3.0]];
const GUIDE: &[f64] = &[4.0, 3.0];

/// Markers, in turn: number of corners on a circle, and angle of the first corner in turns.
const MARKERS: [(usize, f64); 7] = [(20, 0.0), (4, 0.125), (3, -0.25), (4, 0.0), (3, 0.25), (5, -0.25), (3, 0.0)];

/// The look of one series.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub colour: Rgb,
    dashes: &'static [f64],
    marker: (usize, f64),
    width: f64,
    band: f64,
    /// Hatching, to distinguish bars of one colour: none, `/`, `\`, or both.
    hatch: usize,
    /// Place among the series.
    place: usize,
    guide: bool,
}

/// The styles of all series. A solver has its own style; another series whose colour is taken gets the next style of that colour.
pub(super) fn styles(series: &[Series]) -> Vec<Style> {
    let mut seen = BTreeMap::new();
    let all = series.len();
    let many = series.iter().filter(|series| !matches!(series.marks, Marks::Bars { .. })).count();
    series
        .iter()
        .enumerate()
        .map(|(place, series)| {
            let colour = palette::rgb(series.colour);
            let before = seen.entry(colour.0).or_insert(0);
            let guide = series.colour == Colour::Guide;
            let number = if let Colour::Solver(place) = series.colour { place } else { *before };
            let style = Style {
                colour,
                dashes: if guide { GUIDE } else { DASHES[number % DASHES.len()] },
                marker: MARKERS[number % MARKERS.len()],
                width: if guide || many > 8 { 1.2 } else { 1.6 },
                band: (0.9 / many.max(1) as f64).clamp(0.05, 0.18),
                // The last cells are of the best outcome, which is the most frequent: plain.
                hatch: if matches!(series.marks, Marks::Cells { .. }) { (all - 1 - place) % 4 } else { *before % 4 },
                place,
                guide,
            };
            *before += 1;
            style
        })
        .collect()
}

/// Opacities of a strip, and of the cells of a table; black numbers are read on the darkest.
const STRIP: f64 = 0.2;
const PALEST: f64 = 0.04;
const DARKEST: f64 = 0.6;

/// The two axes in their places.
pub(super) struct Frame<'f> {
    pub x: Placed<'f>,
    pub y: Placed<'f>,
}

impl Frame<'_> {
    fn at(&self, x: f64, y: f64) -> Option<Position> {
        Some([self.x.at(x)?, self.y.at(y)?])
    }
}

/// Bands and strips, which lie behind all lines and points.
pub(super) fn background(frame: &Frame<'_>, series: &Series, style: Style) -> Vec<Shape> {
    let (x, low, high, stepped) = match &series.marks {
        Marks::Band { x, low, high, stepped, .. } => (x, low, high, stepped),
        Marks::Strip { y, whole, half } => return strip(frame, y, [whole, half], style),
        _ => return Vec::new(),
    };
    let edges = x.iter().zip(low.iter().zip(high)).map(|(&x, (&low, &high))| {
        let x = frame.x.at(x)?;
        Some(([x, frame.y.at_or_below(low?)?], [x, frame.y.at_or_below(high?)?]))
    });
    let outline = |run: Vec<(Position, Position)>| {
        let (lower, upper): (Vec<Position>, Vec<Position>) = run.into_iter().unzip();
        let [lower, upper] = [lower, upper].map(|edge| if *stepped { corners(&edge) } else { edge });
        area(lower.into_iter().chain(upper.into_iter().rev()).collect(), style.colour, style.band)
    };
    runs(edges).into_iter().filter(|run| run.len() > 1).map(outline).collect()
}

/// The marks of one series. `ends` holds the ends of the bars of earlier series, by place.
pub(super) fn foreground(
    frame: &Frame<'_>,
    series: &Series,
    style: Style,
    ends: &mut BTreeMap<i64, f64>,
) -> Vec<Shape> {
    match &series.marks {
        Marks::Line { x, y, stepped } => line(frame, x, y, *stepped, style),
        Marks::Band { x, middle, stepped, .. } => line(frame, x, middle, *stepped, style),
        Marks::Bars { y, length } => bars(frame, y, length, style, ends),
        Marks::Points { x, y, interval } => points(frame, x, y, interval, style),
        Marks::Strip { .. } => Vec::new(),
        Marks::Bound { x, beyond } => bound(frame, *x, *beyond, style),
        Marks::Cells { x, y, shade, shown, .. } => {
            let cells = x.iter().zip(y).zip(shade.iter().zip(shown));
            cells.flat_map(|((&x, &y), (&shade, shown))| cell(frame, [x, y], shade, shown, style)).collect()
        }
    }
}

fn strip(frame: &Frame<'_>, y: &[f64], ranges: [&Vec<[f64; 2]>; 2], style: Style) -> Vec<Shape> {
    let half = 0.3 * frame.y.slot().min(30.0);
    let bar = |(&y, &[low, high]): (&f64, &[f64; 2])| {
        let (from, to, y) = (frame.x.at(low)?, frame.x.at(high)?, frame.y.at(y)?);
        // Values that are all equal are seen too.
        let to = to.max(from + 1.5);
        let outline = vec![[from, y - half], [to, y - half], [to, y + half], [from, y + half]];
        Some(area(outline, style.colour, STRIP))
    };
    ranges.into_iter().flat_map(|ranges| y.iter().zip(ranges).filter_map(bar)).collect()
}

/// A line across the figure, or an arrow at the edge beyond which the value lies.
fn bound(frame: &Frame<'_>, x: f64, beyond: Option<Side>, style: Style) -> Vec<Shape> {
    let (top, bottom) = (frame.y.from.min(frame.y.to), frame.y.from.max(frame.y.to));
    let edge = match beyond {
        None => {
            let line = frame.x.at(x).map(|x| vec![[x, top], [x, bottom]]);
            return vec![lines(line.into_iter().collect(), style.colour, style.width, style.dashes)];
        }
        Some(Side::Left) => frame.x.from + 2.0,
        Some(Side::Right) => frame.x.to - 2.0,
    };
    let inwards = if beyond == Some(Side::Left) { 9.0 } else { -9.0 };
    let middle = 0.5 * (top + bottom);
    vec![area(vec![[edge, middle], [edge + inwards, middle - 5.0], [edge + inwards, middle + 5.0]], style.colour, 1.0)]
}

fn cell(frame: &Frame<'_>, [x, y]: [f64; 2], shade: f64, shown: &str, style: Style) -> Vec<Shape> {
    let Some([x, y]) = frame.at(x, y) else { return Vec::new() };
    let shade = if shade.is_nan() { 0.0 } else { shade.clamp(0.0, 1.0) };
    let (right, down) = (0.5 * frame.x.slot() - 0.5, 0.5 * frame.y.slot() - 0.5);
    let corner = [x - right, y - down];
    let outline = vec![corner, [x + right, y - down], [x + right, y + down], [x - right, y + down]];
    let mut shapes = vec![area(outline, style.colour, PALEST + (DARKEST - PALEST) * shade)];
    if style.hatch > 0 {
        shapes.push(lines(hatching(corner, [x + right, y + down], style.hatch), WHITE, 0.8, &[]));
    }
    let fits = |size: &f64| font::width(shown, Font { size: *size, bold: false }) <= 2.0 * right - 2.0;
    if let Some(size) = [9.5, 8.5, 7.5, 6.5].into_iter().find(fits) {
        let font = Font { size, bold: false };
        shapes.push(text([x, y + 0.36 * size], shown, font, Anchor::Middle));
    }
    shapes
}

/// The points of a step function that holds each value until the next point.
fn corners(run: &[Position]) -> Vec<Position> {
    let steps = run.windows(2).flat_map(|pair| [pair[0], [pair[1][0], pair[0][1]]]);
    steps.chain(run.last().copied()).collect()
}

fn line(frame: &Frame<'_>, x: &[f64], y: &[Option<f64>], stepped: bool, style: Style) -> Vec<Shape> {
    let runs = runs(x.iter().zip(y).map(|(&x, &y)| frame.at(x, y?)));
    let shown = if stepped { runs.iter().map(|run| corners(run)).collect() } else { runs.clone() };
    // A guide along the row of a name is a bar: it joins solvers that do not differ significantly.
    if style.guide && matches!(frame.y.scale, Scale::Names(_)) && y.windows(2).all(|pair| pair[0] == pair[1]) {
        return vec![lines(shown, style.colour, 4.0, &[])];
    }
    let mut shapes = vec![lines(shown, style.colour, style.width, style.dashes)];
    if style.guide {
        return shapes;
    }
    // Markers every 60 pixels, shifted from series to series, and on points that no line joins.
    let mut next = frame.x.from + (11 + 23 * style.place % 60) as f64;
    for run in &runs {
        for &at in run {
            if run.len() == 1 || at[0] >= next {
                shapes.push(marker(at, 3.0, style));
                next = at[0] + 60.0;
            }
        }
    }
    shapes
}

fn bars(frame: &Frame<'_>, y: &[f64], length: &[f64], style: Style, ends: &mut BTreeMap<i64, f64>) -> Vec<Shape> {
    let half = 0.36 * frame.y.slot().min(40.0);
    let mut shapes = Vec::new();
    for (&place, &length) in y.iter().zip(length) {
        if !(length > 0.0) {
            continue;
        }
        let end = ends.entry((place * 1000.0) as i64).or_insert(0.0);
        let ends = (frame.x.at_or_below(*end), frame.x.at(*end + length), frame.y.at(place));
        *end += length;
        let (Some(left), Some(right), Some(middle)) = ends else { continue };
        // A rare outcome must be visible too.
        let right = right.max(left + 1.0);
        let (top, bottom) = (middle - half, middle + half);
        let outline = vec![[left, top], [right, top], [right, bottom], [left, bottom]];
        shapes.push(area(outline, style.colour, 1.0));
        let hatching = hatching([left, top], [right, bottom], style.hatch);
        if !hatching.is_empty() {
            shapes.push(lines(hatching, WHITE, 1.0, &[]));
        }
    }
    shapes
}

/// Slanting lines in a rectangle.
fn hatching(from: Position, to: Position, pattern: usize) -> Vec<Vec<Position>> {
    const APART: f64 = 6.0;
    let (width, height) = (to[0] - from[0], to[1] - from[1]);
    let count = ((width + height) / APART) as usize;
    let rising = (1..=count).map(|k| k as f64 * APART).map(|sum| {
        // The ends of the line x + y = sum within the rectangle.
        let start = [sum.min(width), (sum - width).max(0.0)];
        let end = [(sum - height).max(0.0), sum.min(height)];
        [start, end]
    });
    let mut lines = Vec::new();
    for [start, end] in rising.take(2000) {
        if pattern & 1 == 1 {
            lines.push(vec![[from[0] + start[0], from[1] + start[1]], [from[0] + end[0], from[1] + end[1]]]);
        }
        if pattern & 2 == 2 {
            lines.push(vec![[from[0] + start[0], to[1] - start[1]], [from[0] + end[0], to[1] - end[1]]]);
        }
    }
    lines
}

fn points(frame: &Frame<'_>, x: &[f64], y: &[f64], interval: &[Option<[f64; 2]>], style: Style) -> Vec<Shape> {
    let cap = 3.0;
    let bar = |(&y, interval): (&f64, &Option<[f64; 2]>)| {
        let [low, high] = (*interval)?;
        let (low, high, y) = (frame.x.at_or_below(low)?, frame.x.at_or_below(high)?, frame.y.at(y)?);
        let end = |x: f64| vec![[x, y - cap], [x, y + cap]];
        Some([vec![[low, y], [high, y]], end(low), end(high)])
    };
    let bars: Vec<Vec<Position>> = y.iter().zip(interval).filter_map(bar).flatten().collect();
    let mut shapes = Vec::new();
    if !bars.is_empty() {
        shapes.push(lines(bars, style.colour, 1.3, &[]));
    }
    shapes.extend(x.iter().zip(y).filter_map(|(&x, &y)| frame.at(x, y)).map(|at| marker(at, 3.6, style)));
    shapes
}

fn marker(at: Position, radius: f64, style: Style) -> Shape {
    let (corners, turn) = style.marker;
    let radius = radius
        * if corners == 3 {
            1.3
        } else if corners == 4 {
            1.2
        } else {
            1.0
        };
    let corner = |k: usize| {
        let angle = std::f64::consts::TAU * (turn + k as f64 / corners as f64);
        [at[0] + radius * angle.cos(), at[1] + radius * angle.sin()]
    };
    Shape::Path(Path {
        lines: vec![(0..corners).map(corner).collect()],
        closed: true,
        fill: Some(Fill { colour: style.colour, opacity: 1.0 }),
        stroke: Some(Stroke { colour: WHITE, width: 0.6, dashes: &[] }),
    })
}

/// The sample of a series in the legend, 26 pixels wide around a middle line.
pub(super) fn sample(series: &Series, style: Style, [x, y]: Position) -> Vec<Shape> {
    let rectangle = |half: f64| vec![[x, y - half], [x + 26.0, y - half], [x + 26.0, y + half], [x, y + half]];
    let line = |dashes| lines(vec![vec![[x, y], [x + 26.0, y]]], style.colour, style.width, dashes);
    match &series.marks {
        Marks::Bars { .. } => {
            let hatching = hatching([x, y - 5.0], [x + 26.0, y + 5.0], style.hatch);
            vec![area(rectangle(5.0), style.colour, 1.0), lines(hatching, WHITE, 1.0, &[])]
        }
        Marks::Points { interval, .. } => {
            let spread = interval.iter().any(Option::is_some).then(|| line(&[]));
            spread.into_iter().chain([marker([x + 13.0, y], 3.6, style)]).collect()
        }
        Marks::Strip { .. } => {
            let half = vec![[x + 7.0, y - 5.0], [x + 19.0, y - 5.0], [x + 19.0, y + 5.0], [x + 7.0, y + 5.0]];
            vec![area(rectangle(5.0), style.colour, STRIP), area(half, style.colour, STRIP)]
        }
        Marks::Cells { .. } => {
            let hatching =
                if style.hatch > 0 { hatching([x, y - 5.0], [x + 26.0, y + 5.0], style.hatch) } else { Vec::new() };
            vec![area(rectangle(5.0), style.colour, DARKEST), lines(hatching, WHITE, 0.8, &[])]
        }
        Marks::Bound { .. } => vec![line(style.dashes)],
        _ if style.guide => vec![line(style.dashes)],
        Marks::Line { .. } => vec![line(style.dashes), marker([x + 13.0, y], 3.0, style)],
        Marks::Band { .. } => {
            vec![
                area(rectangle(5.0), style.colour, style.band.max(0.12)),
                line(style.dashes),
                marker([x + 13.0, y], 3.0, style),
            ]
        }
    }
}

/// The values that an axis has to show.
pub(super) fn values(series: &Series, of_x: bool, scale: &Scale, ends: &mut BTreeMap<i64, f64>) -> Vec<f64> {
    let present = |list: &[Option<f64>]| list.iter().flatten().copied().collect::<Vec<f64>>();
    // A band whose lower edge is 0 goes down to the end of a logarithmic axis.
    match &series.marks {
        Marks::Line { x, .. } | Marks::Band { x, .. } if of_x => x.clone(),
        Marks::Line { y, .. } => present(y),
        Marks::Band { low, middle, high, .. } => [present(low), present(middle), present(high)].concat(),
        Marks::Bars { y, length } if of_x => {
            let mut values: Vec<f64> = (*scale == Scale::Linear).then_some(0.0).into_iter().collect();
            for (place, length) in y.iter().zip(length).filter(|(_, length)| **length > 0.0) {
                let end = ends.entry((place * 1000.0) as i64).or_insert(0.0);
                *end += length;
                values.push(*end);
            }
            values
        }
        Marks::Points { x, interval, .. } if of_x => {
            x.iter().copied().chain(interval.iter().flatten().flatten().copied()).collect()
        }
        Marks::Strip { whole, .. } if of_x => whole.iter().flatten().copied().collect(),
        Marks::Bound { x, beyond: None } if of_x => vec![*x],
        Marks::Bound { .. } => Vec::new(),
        Marks::Cells { x, .. } if of_x => x.clone(),
        Marks::Bars { y, .. } | Marks::Points { y, .. } | Marks::Strip { y, .. } | Marks::Cells { y, .. } => y.clone(),
    }
}

/// The runs of items between gaps.
fn runs<T>(items: impl Iterator<Item = Option<T>>) -> Vec<Vec<T>> {
    let mut runs = vec![Vec::new()];
    for item in items {
        match (item, runs.last_mut()) {
            (Some(item), Some(run)) => run.push(item),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}
