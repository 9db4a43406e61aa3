//! Widths and outlines of texts in DejaVu Sans, the font of figures, which is part of the program.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, OutlineBuilder};

use super::scene::Font;

/// The font that an SVG file names. Verdana stands in for DejaVu Sans, because it has the same widths.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

fn face(bold: bool) -> &'static Face<'static> {
    static REGULAR: LazyLock<Face<'static>> = LazyLock::new(|| parse(dejavu::sans::regular()));
    static BOLD: LazyLock<Face<'static>> = LazyLock::new(|| parse(dejavu::sans::bold()));
    if bold { &BOLD } else { &REGULAR }
}

fn parse(bytes: &'static [u8]) -> Face<'static> {
    Face::parse(bytes, 0).expect("the font is part of the program")
}

/// The width of a text in pixels.
pub(super) fn width(text: &str, font: Font) -> f64 {
    text.chars().map(|letter| advance(letter, font)).sum()
}

fn advance(letter: char, font: Font) -> f64 {
    let face = face(font.bold);
    let units = face.glyph_hor_advance(face.glyph_index(letter).unwrap_or_default()).unwrap_or(0);
    f64::from(units) * font.size / f64::from(face.units_per_em())
}

/// The outlines of a text that begins at (0, 0), in pixels.
pub(super) fn outline(text: &str, font: Font) -> Option<Path> {
    let face = face(font.bold);
    let scale = font.size as f32 / f32::from(face.units_per_em());
    let mut pen = Pen { path: PathBuilder::new(), scale, x: 0.0 };
    for letter in text.chars() {
        let glyph = face.glyph_index(letter).unwrap_or_default();
        face.outline_glyph(glyph, &mut pen);
        pen.x += f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
    }
    pen.path.finish()
}

/// Draws glyphs one after the other. Flips them, because fonts have y upwards.
struct Pen {
    path: PathBuilder,
    scale: f32,
    x: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + self.scale * x, -self.scale * y)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }
    fn close(&mut self) {
        self.path.close();
    }
}

/// Shortens a text to at most `most` pixels. Leaves out the middle, because names often differ at their ends.
pub(super) fn shorten(text: &str, font: Font, most: f64) -> String {
    let letters: Vec<(char, f64)> = text.chars().map(|letter| (letter, advance(letter, font))).collect();
    if letters.iter().map(|(_, advance)| advance).sum::<f64>() <= most {
        return text.to_owned();
    }
    let mut room = most - advance('…', font);
    let mut ends = [0, 0];
    for k in 0..letters.len() {
        // Takes letters from both ends in turn.
        let place = if k % 2 == 0 { k / 2 } else { letters.len() - 1 - k / 2 };
        room -= letters[place].1;
        if room < 0.0 {
            break;
        }
        ends[k % 2] += 1;
    }
    let [head, tail] = ends;
    let kept = letters[..head].iter().chain([&('…', 0.0)]).chain(&letters[letters.len() - tail..]);
    kept.map(|(letter, _)| letter).collect()
}

/// Breaks a text into at most `lines` lines of at most `most` pixels. Shortens a word that is wider, and the last line if the
/// text does not fit.
pub(super) fn wrap(text: &str, font: Font, most: f64, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let full = wrapped.len() == lines;
        match wrapped.last_mut() {
            Some(line) if full || width(&format!("{line} {word}"), font) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    wrapped.iter().map(|line| shorten(line, font, most)).collect()
}
