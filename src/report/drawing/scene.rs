//! A scene: shapes and texts in their places, in CSS pixels (1/96 inch) from the upper left corner. Both formats draw it.

use crate::report::palette::Rgb;

/// A place in a drawing: x to the right, y downwards.
pub(super) type Position = [f64; 2];

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
    /// Shapes that belong together, under a name.
    Group(String, Vec<Shape>),
}

/// Lines or areas with one fill and one stroke.
pub(super) struct Path {
    pub lines: Vec<Vec<Position>>,
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
    /// Lengths drawn and left out, in turn; empty for an unbroken line.
    pub dashes: &'static [f64],
}

pub(super) struct Text {
    /// The place of the beginning, middle or end of the base line, by `anchor`.
    pub at: Position,
    pub text: String,
    pub font: Font,
    pub anchor: Anchor,
    /// Whether the text is read from below to above.
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

impl Anchor {
    /// How much of a text of this width lies before its place.
    pub(super) fn before(self, width: f64) -> f64 {
        match self {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5 * width,
            Anchor::End => width,
        }
    }
}

/// Lines of one colour and width.
pub(super) fn lines(lines: Vec<Vec<Position>>, colour: Rgb, width: f64, dashes: &'static [f64]) -> Shape {
    Shape::Path(Path { lines, closed: false, fill: None, stroke: Some(Stroke { colour, width, dashes }) })
}

/// An area without an outline.
pub(super) fn area(outline: Vec<Position>, colour: Rgb, opacity: f64) -> Shape {
    Shape::Path(Path { lines: vec![outline], closed: true, fill: Some(Fill { colour, opacity }), stroke: None })
}

/// A line of text.
pub(super) fn text(at: Position, text: impl Into<String>, font: Font, anchor: Anchor) -> Shape {
    Shape::Text(Text { at, text: text.into(), font, anchor, upward: false })
}
