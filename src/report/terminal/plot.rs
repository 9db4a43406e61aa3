//! A figure of lines drawn with letters: one letter per series, so that readers need no colours and can copy it.

use console::Style;

use super::{Layout, styled, wrap};
use crate::report::figure::{Axis, Figure, Marks, Scale, Series};
use crate::report::phrases::plain;

/// Rows of the drawing, about.
const HEIGHT: usize = 14;

/// Columns that labels of the vertical axis take.
const LABELS: usize = 9;

/// Most columns of the drawing: more columns would show no more.
const WIDEST: usize = 100;

/// Letters, in the order of the legend.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";

/// Colours by the place of a series. Colours repeat; letters do not.
const COLOURS: [fn(Style) -> Style; 6] =
    [Style::cyan, Style::magenta, Style::green, Style::yellow, Style::blue, Style::red];

/// Draws the lines of a figure; empty if no line can be drawn.
pub fn draw(figure: &Figure, layout: Layout) -> String {
    let series: Vec<(&Series, Vec<(f64, f64)>)> = figure
        .series
        .iter()
        .map(|series| (series, points(series, &figure.y)))
        .filter(|(_, points)| !points.is_empty())
        .take(LETTERS.len())
        .collect();
    let all = || series.iter().flat_map(|(_, points)| points);
    let ends = |value: fn(&(f64, f64)) -> f64| {
        let values = || all().map(value);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    if series.is_empty() {
        return String::new();
    }
    let across = Along::of(&figure.x, ends(|point| point.0));
    let (upwards, height) = Along::of(&figure.y, ends(|point| point.1)).in_rows();
    let width = usize::from(layout.width).min(WIDEST).saturating_sub(LABELS + 2).max(20);
    let mut grid = vec![vec![Vec::new(); width]; height];
    for (letter, (_, points)) in series.iter().enumerate() {
        let placed: Vec<(f64, f64)> =
            points.iter().map(|&(x, y)| (across.share(x) * (width - 1) as f64, upwards.share(y))).collect();
        for (column, share) in columns(&placed, width) {
            let row = height - 1 - (share * (height - 1) as f64).round() as usize;
            if let Some(cell) = grid.get_mut(row).and_then(|row| row.get_mut(column)) {
                cell.push(letter);
            }
        }
    }
    let mut text = format!("\n{}", wrap(&figure.title, "", layout.width));
    for (row, cells) in grid.iter().enumerate() {
        let label = upwards.label(1.0 - row as f64 / (height - 1) as f64);
        // Lines that share a place take turns.
        let turn = |(column, cell): (usize, &Vec<usize>)| match cell.len() {
            0 => " ".to_owned(),
            lines => mark(cell[column % lines], layout),
        };
        let line: String = cells.iter().enumerate().map(turn).collect();
        text.push_str(format!("{label:>LABELS$} │{line}").trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{:>LABELS$} └{}\n", "", "─".repeat(width)));
    text.push_str(&abscissa(&across, width));
    let scale = if across.logarithmic { ", logarithmic" } else { "" };
    text.push_str(&wrap(&format!("{}{scale}", figure.x.label), &" ".repeat(LABELS + 2), layout.width));
    for (letter, (series, _)) in series.iter().enumerate() {
        text.push_str(&format!(" {} {}\n", mark(letter, layout), plain(&series.name)));
    }
    let left_out = figure.series.len() - series.len();
    if left_out > 0 {
        text.push_str(&format!(" {left_out} more without a value above 0, or beyond the letters\n"));
    }
    text
}

/// The points of a line that the axes can show.
fn points(series: &Series, y_axis: &Axis) -> Vec<(f64, f64)> {
    let (x, y) = match &series.marks {
        Marks::Line { x, y, .. } => (x, y),
        Marks::Band { x, middle, .. } => (x, middle),
        _ => return Vec::new(),
    };
    let drawn = |(&x, y): (&f64, &Option<f64>)| {
        let y = (*y)?;
        let above = y > 0.0 || y_axis.scale != Scale::Logarithmic;
        (x.is_finite() && x >= 0.0 && y.is_finite() && above).then_some((x, y))
    };
    x.iter().zip(y).filter_map(drawn).collect()
}

/// The height of a line in every column that it crosses, by linear interpolation between points.
fn columns(points: &[(f64, f64)], width: usize) -> Vec<(usize, f64)> {
    let mut drawn: Vec<(usize, f64)> = Vec::new();
    let mut put = |column: f64, share: f64| {
        let column = (column.round() as usize).min(width - 1);
        if drawn.last().is_none_or(|(last, _)| *last < column) {
            drawn.push((column, share));
        }
    };
    for pair in points.windows(2) {
        let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
        put(x0, y0);
        for column in (x0.round() as usize + 1)..(x1.round() as usize).min(width) {
            put(column as f64, y0 + (y1 - y0) * (column as f64 - x0) / (x1 - x0));
        }
    }
    if let Some(&(x, y)) = points.last() {
        put(x, y);
    }
    drawn
}

/// The letter of a series.
fn mark(place: usize, layout: Layout) -> String {
    let letter: String = LETTERS.chars().skip(place).take(1).collect();
    styled(&letter, COLOURS[place % COLOURS.len()](Style::new()), layout)
}

/// An axis in letters: a scale and its ends.
struct Along {
    /// Whether equal ratios are equal distances.
    logarithmic: bool,
    /// Added before the logarithm, so that an axis can begin at 0.
    shift: f64,
    low: f64,
    high: f64,
}

/// Above this largest value an axis that begins at 0 is drawn by the logarithm of 1 + x, because a terminal has few columns and
/// the first iterations would share one.
const FAR: f64 = 50.0;

impl Along {
    fn of(axis: &Axis, (least, most): (f64, f64)) -> Along {
        let far = axis.scale == Scale::Linear && (0.0..=1.0).contains(&least) && most > FAR;
        let logarithmic = far || axis.scale == Scale::Logarithmic;
        let shift = f64::from(u8::from(far));
        let mut along = Along { logarithmic, shift, low: 0.0, high: 0.0 };
        (along.low, along.high) = (along.place(least), along.place(most));
        along
    }

    fn place(&self, value: f64) -> f64 {
        if self.logarithmic { (value + self.shift).log10() } else { value }
    }

    /// The place of a value along the axis: 0 at the smallest value, 1 at the largest.
    fn share(&self, value: f64) -> f64 {
        let range = self.high - self.low;
        if range > 0.0 { ((self.place(value) - self.low) / range).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// The axis with its number of rows. On a logarithmic axis, ends are whole powers of ten, and each power has a row, or every
    /// second or k-th if there are too many.
    fn in_rows(mut self) -> (Along, usize) {
        if !self.logarithmic {
            return (self, HEIGHT);
        }
        self.low = self.low.floor();
        let powers = (self.high.ceil() - self.low).max(1.0) as usize;
        let step = powers.div_ceil(HEIGHT);
        let steps = powers.div_ceil(step);
        self.high = self.low + (steps * step) as f64;
        (self, steps * (HEIGHT / steps).max(1) + 1)
    }

    /// The label at a place of the axis; on a logarithmic axis only whole powers of ten have one.
    fn label(&self, share: f64) -> String {
        let place = self.low + share * (self.high - self.low);
        match place.round() {
            _ if !self.logarithmic => format!("{place:.3}"),
            power if (power - place).abs() < 1e-6 => format!("1e{power}"),
            _ => String::new(),
        }
    }
}

/// The labels below the horizontal axis, as many as have room.
fn abscissa(across: &Along, width: usize) -> String {
    let (least, most) = if across.logarithmic {
        (10f64.powf(across.low) - across.shift, 10f64.powf(across.high) - across.shift)
    } else {
        (across.low, across.high)
    };
    let between = (0..).map(|power| 10f64.powi(power)).take_while(|value| *value < most).take(12);
    let mut values = vec![least, most];
    values.extend(between.filter(|value| *value > least));
    let mut line = vec![' '; LABELS + 2 + width];
    for value in values {
        let label = format!("{}", (1e3 * value).round() / 1e3);
        let middle = LABELS + 2 + (across.share(value) * (width - 1) as f64).round() as usize;
        let start = middle.saturating_sub(label.len() / 2).min(line.len().saturating_sub(label.len()));
        // The labels of the ends come first; a label that would touch another is left out.
        let around = start.saturating_sub(1)..(start + label.len() + 1).min(line.len());
        if line.get(around).is_some_and(|cells| cells.iter().all(|cell| *cell == ' ')) {
            line.splice(start..start + label.len(), label.chars());
        }
    }
    line.iter().collect::<String>().trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::Colour;

    fn figure(lines: &[(&str, &[f64])]) -> Figure {
        let line = |(name, y): &(&str, &[f64])| Series {
            name: (*name).to_owned(),
            colour: Colour::Guide,
            marks: Marks::Line {
                x: (0..y.len()).map(|x| x as f64).collect(),
                y: y.iter().copied().map(Some).collect(),
                stepped: false,
            },
        };
        Figure {
            kind: "convergence",
            variant: String::new(),
            dataset: None,
            model: None,
            title: "A figure".to_owned(),
            description: String::new(),
            x: Axis { label: "iterations".to_owned(), scale: Scale::Linear },
            y: Axis { label: "gap".to_owned(), scale: Scale::Logarithmic },
            series: lines.iter().map(line).collect(),
        }
    }

    const LAYOUT: Layout = Layout { width: 60, colour: false };

    #[test]
    fn a_straight_line_in_logarithms_is_drawn_straight() {
        let text = draw(&figure(&[("newton", &[1e0, 1e-2, 1e-4])]), LAYOUT);
        let rows: Vec<&str> = text.lines().filter(|line| line.contains('│')).collect();
        let labels: Vec<&str> = rows.iter().map(|row| row.split('│').next().unwrap().trim()).collect();
        assert_eq!(
            labels.iter().filter(|label| !label.is_empty()).collect::<Vec<_>>(),
            [&"1e0", &"1e-1", &"1e-2", &"1e-3", &"1e-4"]
        );
        let columns = |row: &str| {
            let line = row.split('│').nth(1).unwrap().to_owned();
            line.char_indices().filter(|(_, letter)| *letter == 'a').map(|(column, _)| column).collect::<Vec<_>>()
        };
        let middle = rows.len() / 2;
        assert_eq!(columns(rows[0])[0], 0);
        assert!(columns(rows[middle]).contains(&24), "{text}");
        assert_eq!(columns(rows[rows.len() - 1]).last(), Some(&48));
        assert!(text.contains(" a newton"), "{text}");
    }

    #[test]
    fn lines_that_run_together_take_turns_and_zeros_are_not_drawn() {
        let text = draw(&figure(&[("one", &[1.0, 0.1]), ("zero", &[0.0, 0.0]), ("two", &[1.0, 0.1])]), LAYOUT);
        let top = text.lines().find(|line| line.contains('│')).unwrap();
        assert!(top.contains("ab"), "{text}");
        assert!(text.contains(" b two") && text.contains("1 more without a value above 0"), "{text}");
        assert_eq!(draw(&figure(&[("zero", &[0.0, f64::NAN])]), LAYOUT), "");
        assert_eq!(draw(&figure(&[]), LAYOUT), "");
    }

    #[test]
    fn any_numbers_are_drawn_at_any_width() {
        for width in [0, 1, 20, 40, 500] {
            for line in [&[5.0][..], &[1e300, 1e-300], &[f64::MAX, 5e-324, f64::INFINITY], &[2.0; 400]] {
                let text = draw(&figure(&[("a line", line)]), Layout { width, colour: true });
                assert!(text.contains("a line"), "{text}");
            }
        }
    }
}
