//! Figures for print: a [`Figure`] as SVG or PNG.
//!
//! Drawn by our own few shapes, so that both formats show the same and a build stays short: the scene of a figure
//! (`layout.rs`, `axis.rs`, `marks.rs`) is written out as SVG text, or filled in by `tiny-skia` with the letters of the font
//! that is part of the program. `plotters` leaves legends outside the data and hatching to its user, and what renders any SVG
//! (`resvg`) takes six times as long to build.

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
use super::file::Mark;

/// How an SVG file of ours is told from others.
pub const SVG_MARK: Mark = Mark { beginning: svg::BEGINNING.as_bytes(), signature: b"" };

/// How a PNG file of ours is told from others.
pub const PNG_MARK: Mark = Mark { beginning: b"\x89PNG\r\n\x1a\n", signature: png::SIGNATURE.as_bytes() };

/// A figure as SVG.
pub fn svg(figure: &Figure) -> String {
    svg::render(&layout::scene(figure))
}

/// A figure as PNG, at 300 dots per inch.
///
/// # Errors
/// When it cannot be encoded.
pub fn png(figure: &Figure) -> Result<Vec<u8>, EncodingError> {
    png::render(&layout::scene(figure))
}

/// Names of the files of figures, without their extensions: the slugs, cut to what file systems take, and numbered where they
/// are not unique.
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
