//! Figures for print: a [`Figure`] as SVG or PNG.
//!
//! Both formats draw the same scene (`layout.rs`, `axis.rs`, `marks.rs`), so that they show the same: `svg.rs` writes it as text,
//! `png.rs` fills it in with `tiny-skia`, letters included, because the font is part of the program. Rejected: `plotters`, which
//! leaves legends outside the data and hatching to its user, and `resvg`, which renders any SVG but takes six times as long to
//! build.

mod axis;
mod font;
mod layout;
mod marks;
mod png;
mod scene;
mod svg;

use std::collections::BTreeSet;

pub use ::png::EncodingError;

use super::figure::Figure;
use super::file::FileMark;

/// The mark of an SVG file written by logitbench.
pub const SVG_MARK: FileMark = FileMark { beginning: svg::BEGINNING.as_bytes(), signature: b"" };

/// The mark of a PNG file written by logitbench.
pub const PNG_MARK: FileMark = FileMark { beginning: b"\x89PNG\r\n\x1a\n", signature: png::SIGNATURE.as_bytes() };

/// What whoever uses a figure chooses of its looks.
#[derive(Clone, Debug)]
pub struct Look {
    /// The width in CSS pixels, 96 to the inch.
    pub width: f64,
    /// Whether the title is above the figure.
    pub title: bool,
    /// Whether an SVG has outlines of letters, which look the same everywhere, in the place of text, which can be searched and
    /// edited.
    pub outlines: bool,
}

impl Default for Look {
    /// 7 inches, as a page of text.
    fn default() -> Look {
        Look { width: 672.0, title: true, outlines: false }
    }
}

/// A figure as SVG.
pub fn svg(figure: &Figure, look: &Look) -> String {
    svg::render(&layout::scene(figure, look), look.outlines)
}

/// A figure as SVG within a page, which tells its title and description itself.
pub fn inline_svg(figure: &Figure) -> String {
    svg::inline(&layout::scene(figure, &Look::default()))
}

/// A figure as PNG, at 300 dots per inch.
///
/// # Errors
/// When the PNG cannot be encoded.
pub fn png(figure: &Figure, look: &Look) -> Result<Vec<u8>, EncodingError> {
    png::render(&layout::scene(figure, look))
}

/// Names of the files of figures, without extensions: the slugs, cut to lengths that file systems allow, and numbered if they are
/// not unique.
pub fn file_names(figures: &[Figure]) -> Vec<String> {
    const LONGEST: usize = 120;
    let mut taken = BTreeSet::new();
    let mut name = |figure: &Figure| {
        let slug: String = figure.slug().chars().take(LONGEST).collect();
        let (mut name, mut number) = (slug.clone(), 1);
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{slug}-{number}");
        }
        name
    };
    figures.iter().map(&mut name).collect()
}
