//! Places title, axes and marks of a figure, and its legend below them, clear of the data.

use std::collections::BTreeMap;

use super::Look;
use super::axis::Placed;
use super::font;
use super::marks::{self, Frame, Style};
use super::scene::{Anchor, BLACK, FAINT, Font, Scene, Shape, Text, lines, text};
use crate::report::coincide;
use crate::report::figure::{Axis, Figure, Marks, Scale, Series};

/// The height of a plot whose content does not set one, and the largest height that content may set.
const HEIGHT: f64 = 320.0;
const MOST_HEIGHT: f64 = 6000.0;
const EDGE: f64 = 14.0;
/// Most pixels that names beside an axis may take, and their largest share of the width.
const NAMES: f64 = 240.0;
const NAMES_SHARE: f64 = 0.36;

const TITLE: Font = Font { size: 13.5, bold: true };
const LABEL: Font = Font { size: 11.5, bold: false };
const TICK: Font = Font { size: 10.5, bold: false };

/// Lays out a figure.
pub(super) fn scene(figure: &Figure, look: &Look) -> Scene {
    let most_for_names = NAMES.min(NAMES_SHARE * look.width);
    let (figure, _) = coincide::merged(figure);
    let figure = &figure;
    let styles = marks::styles(&figure.series);
    let mut frame = Frame { x: placed(figure, true), y: placed(figure, false) };
    let mut shapes = Vec::new();

    let top = if look.title { title(figure, look.width, &mut shapes) } else { EDGE } + 8.0;
    let height = match frame.y.scale {
        Scale::Names(names) => (names.len() as f64 * row(figure)).clamp(80.0, MOST_HEIGHT),
        Scale::Linear | Scale::Logarithmic => HEIGHT,
    };
    let bottom = top + height;
    (frame.y.from, frame.y.to) = match frame.y.scale {
        Scale::Names(_) => (top, bottom),
        Scale::Linear | Scale::Logarithmic => (bottom, top),
    };
    let y_ticks = frame.y.ticks(TICK, most_for_names);
    let widest = |ticks: &[(f64, String)]| ticks.iter().map(|(_, label)| font::width(label, TICK)).fold(0.0, f64::max);
    let label = if figure.y.label.is_empty() { 0.0 } else { 20.0 };
    (frame.x.from, frame.x.to) = (EDGE + label + widest(&y_ticks) + 9.0, look.width - EDGE - 8.0);
    let x_ticks = frame.x.ticks(TICK, most_for_names);
    // Names without room side by side stand upright.
    let upright = matches!(frame.x.scale, Scale::Names(_)) && widest(&x_ticks) > frame.x.slot() - 6.0;
    let below = bottom + if upright { widest(&x_ticks) + 12.0 } else { 22.0 };

    shapes.extend(grid(&frame, &x_ticks, &y_ticks));
    shapes.extend(series(figure, &frame, &styles));
    shapes.extend(axes(&frame, &x_ticks, &y_ticks, upright));
    let middle = 0.5 * (frame.x.from + frame.x.to);
    let label_width = frame.x.to - EDGE;
    let x_label = font::shorten(&figure.x.label, LABEL, label_width);
    shapes.push(text([middle, below + 12.0], x_label, LABEL, Anchor::Middle));
    shapes.push(Shape::Text(Text {
        at: [EDGE + 9.0, 0.5 * (top + bottom)],
        text: font::shorten(&figure.y.label, LABEL, height.max(HEIGHT)),
        font: LABEL,
        anchor: Anchor::Middle,
        upward: true,
    }));
    let height =
        legend(figure, &styles, look.width, below + if figure.x.label.is_empty() { 8.0 } else { 30.0 }, &mut shapes);
    Scene { title: figure.title.clone(), description: figure.description.clone(), width: look.width, height, shapes }
}

/// The height of a name's row: room for the points of all series in the row, one below the other.
fn row(figure: &Figure) -> f64 {
    let mut in_row: BTreeMap<i64, usize> = BTreeMap::new();
    for series in &figure.series {
        if let Marks::Points { y, .. } = &series.marks {
            y.iter().for_each(|place| *in_row.entry(place.round() as i64).or_insert(0) += 1);
        }
    }
    (10.0 + 9.0 * in_row.into_values().max().unwrap_or(0) as f64).clamp(26.0, 120.0)
}

fn placed(figure: &Figure, of_x: bool) -> Placed<'_> {
    let axis: &Axis = if of_x { &figure.x } else { &figure.y };
    let mut ends = BTreeMap::new();
    let values: Vec<f64> =
        figure.series.iter().flat_map(|series| marks::values(series, of_x, &axis.scale, &mut ends)).collect();
    Placed::new(axis, values.into_iter())
}

/// Adds the title; returns its lower end.
fn title(figure: &Figure, width: f64, shapes: &mut Vec<Shape>) -> f64 {
    let mut end = EDGE;
    for line in font::wrap(&figure.title, TITLE, width - 2.0 * EDGE, 3) {
        end += 1.3 * TITLE.size;
        shapes.push(text([EDGE, end - 0.2 * TITLE.size], line, TITLE, Anchor::Start));
    }
    end
}

/// Faint lines through the ticks that have labels.
fn grid(frame: &Frame<'_>, x_ticks: &[(f64, String)], y_ticks: &[(f64, String)]) -> Vec<Shape> {
    let labelled = |ticks: &[(f64, String)]| {
        ticks.iter().filter(|(_, label)| !label.is_empty()).map(|(at, _)| *at).collect::<Vec<f64>>()
    };
    let mut grid = Vec::new();
    if !matches!(frame.x.scale, Scale::Names(_)) {
        grid.extend(labelled(x_ticks).into_iter().map(|x| vec![[x, frame.y.from], [x, frame.y.to]]));
    }
    if !matches!(frame.y.scale, Scale::Names(_)) {
        grid.extend(labelled(y_ticks).into_iter().map(|y| vec![[frame.x.from, y], [frame.x.to, y]]));
    }
    vec![lines(grid, FAINT, 0.8, &[])]
}

/// The axes with their ticks and labels.
fn axes(frame: &Frame<'_>, x_ticks: &[(f64, String)], y_ticks: &[(f64, String)], upright: bool) -> Vec<Shape> {
    let (left, right) = (frame.x.from, frame.x.to);
    let (top, bottom) = (frame.y.from.min(frame.y.to), frame.y.from.max(frame.y.to));
    let mut strokes = vec![vec![[left, top], [left, bottom], [right, bottom]]];
    let mut labels = Vec::new();
    let length = |label: &str| if label.is_empty() { 2.5 } else { 5.0 };
    for (x, label) in x_ticks {
        strokes.push(vec![[*x, bottom], [*x, bottom + length(label)]]);
        labels.push(if upright {
            let at = [x + 0.36 * TICK.size, bottom + 8.0];
            Shape::Text(Text { at, text: label.clone(), font: TICK, anchor: Anchor::End, upward: true })
        } else {
            text([*x, bottom + 8.0 + TICK.size], label, TICK, Anchor::Middle)
        });
    }
    for (y, label) in y_ticks {
        strokes.push(vec![[left - length(label), *y], [left, *y]]);
        labels.push(text([left - 8.0, y + 0.36 * TICK.size], label, TICK, Anchor::End));
    }
    labels.retain(|label| !matches!(label, Shape::Text(text) if text.text.is_empty()));
    labels.insert(0, lines(strokes, BLACK, 0.9, &[]));
    labels
}

/// The marks of all series, each under its name.
fn series(figure: &Figure, frame: &Frame<'_>, styles: &[Style]) -> Vec<Shape> {
    let mut ends = BTreeMap::new();
    let both = || figure.series.iter().zip(styles);
    let behind = both().flat_map(|(series, &style)| marks::background(frame, series, style)).collect::<Vec<Shape>>();
    let before = both()
        .map(|(series, &style)| Shape::Group(series.name.clone(), marks::foreground(frame, series, style, &mut ends)));
    behind.into_iter().chain(before).collect()
}

/// Adds the legend, in as many columns as have room; returns the figure's lower end.
fn legend(figure: &Figure, styles: &[Style], width: f64, top: f64, shapes: &mut Vec<Shape>) -> f64 {
    const SAMPLE: f64 = 34.0;
    const ROW: f64 = 17.0;
    // A series that has a row of its own name needs no entry.
    let told = |name: &String| matches!(&figure.y.scale, Scale::Names(names) if names.contains(name));
    let named = |series: &Series| !series.name.is_empty() && !told(&series.name);
    let entries: Vec<_> = figure.series.iter().zip(styles).filter(|(series, _)| named(series)).collect();
    if entries.is_empty() {
        return top + EDGE;
    }
    let room = width - 2.0 * EDGE;
    let most = NAMES.max(room / 2.0 - SAMPLE - 14.0);
    let names: Vec<String> = entries.iter().map(|(series, _)| font::shorten(&series.name, TICK, most)).collect();
    let column = SAMPLE + 14.0 + names.iter().map(|name| font::width(name, TICK)).fold(0.0, f64::max);
    let columns = ((room / column) as usize).clamp(1, entries.len());
    let rows = entries.len().div_ceil(columns);
    for (place, ((series, style), name)) in entries.iter().zip(names).enumerate() {
        let at = [EDGE + (place / rows) as f64 * column, top + (place % rows) as f64 * ROW + 0.5 * ROW];
        shapes.extend(marks::sample(series, **style, at));
        shapes.push(text([at[0] + SAMPLE, at[1] + 0.36 * TICK.size], name, TICK, Anchor::Start));
    }
    top + rows as f64 * ROW + EDGE
}
