//! What stands where in a drawing, in CSS pixels (1/96 inch) from the upper left corner. Both formats draw this.

use crate::report::palette::Rgb;

pub(super) type Point = [f64; 2];

pub(super) const BLACK: Rgb = Rgb([0x1a, 0x1a, 0x1a]);
pub(super) const WHITE: Rgb = Rgb([0xff, 0xff, 0xff]);
pub(super) const FAINT: Rgb = Rgb([0xe4, 0xe4, 0xe4]);

pub(super) struct Scene {
    pub title: String,
    pub description: String,
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
}

pub(super) enum Shape {
    Path(Path),
    Text(Text),
    /// What belongs together, under a name.
    Group(String, Vec<Shape>),
}

/// Lines or areas of one look.
pub(super) struct Path {
    pub lines: Vec<Vec<Point>>,
    /// Whether each line returns to its beginning.
    pub closed: bool,
    pub fill: Option<Fill>,
    pub stroke: Option<Stroke>,
}

#[derive(Clone, Copy)]
pub(super) struct Fill {
    pub colour: Rgb,
    pub opacity: f64,
}

#[derive(Clone, Copy)]
pub(super) struct Stroke {
    pub colour: Rgb,
    pub width: f64,
    /// Lengths drawn and left out, in turn; none: an unbroken line.
    pub dashes: &'static [f64],
}

pub(super) struct Text {
    /// Where its base line begins, has its middle, or ends.
    pub at: Point,
    pub text: String,
    pub font: Font,
    pub anchor: Anchor,
    /// Read from below to above.
    pub upward: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Font {
    pub size: f64,
    pub bold: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Lines of one colour and width.
pub(super) fn lines(lines: Vec<Vec<Point>>, colour: Rgb, width: f64, dashes: &'static [f64]) -> Shape {
    Shape::Path(Path { lines, closed: false, fill: None, stroke: Some(Stroke { colour, width, dashes }) })
}

/// An area without an outline.
pub(super) fn area(outline: Vec<Point>, colour: Rgb, opacity: f64) -> Shape {
    Shape::Path(Path { lines: vec![outline], closed: true, fill: Some(Fill { colour, opacity }), stroke: None })
}

/// A line of text.
pub(super) fn text(at: Point, text: impl Into<String>, font: Font, anchor: Anchor) -> Shape {
    Shape::Text(Text { at, text: text.into(), font, anchor, upward: false })
}
