//! The colours of figures in files, on white paper. The page, which is light or dark, has its own in `page.css`.
//!
//! Okabe & Ito (2008, "Color Universal Design") chose six of them, because readers with any kind of colour vision can distinguish
//! them. Their yellow is too faint on white, and their black is left to text; so the seventh is the wine of Paul Tol's "muted". The
//! other five were searched for: any two of the twelve differ by at least 17 in CIELAB, for normal vision and for protanopia,
//! deuteranopia and tritanopia as Machado, Oliveira & Fernandes (2009) simulate them.

use std::fmt;

use super::figure::Colour;

/// Red, green and blue; shown as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub [u8; 3]);

impl fmt::Display for Rgb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The colours of solvers, in turn.
pub const SOLVERS: [Rgb; 12] = [
    Rgb([0x00, 0x72, 0xb2]),
    Rgb([0xd5, 0x5e, 0x00]),
    Rgb([0x00, 0x9e, 0x73]),
    Rgb([0xcc, 0x79, 0xa7]),
    Rgb([0xe6, 0x9f, 0x00]),
    Rgb([0x56, 0xb4, 0xe9]),
    Rgb([0x88, 0x22, 0x55]),
    Rgb([0x87, 0x03, 0x0a]),
    Rgb([0xd6, 0x36, 0xf6]),
    Rgb([0x11, 0x6c, 0x30]),
    Rgb([0x53, 0x12, 0x92]),
    Rgb([0xe8, 0x2f, 0x5a]),
];

/// Red, green and blue of a colour by meaning.
pub fn rgb(colour: Colour) -> Rgb {
    match colour {
        Colour::Solver(place) => SOLVERS[place % SOLVERS.len()],
        Colour::Good => SOLVERS[2],
        Colour::Doubtful => SOLVERS[4],
        Colour::Bad => SOLVERS[1],
        Colour::Notable => SOLVERS[0],
        Colour::Guide => Rgb([0x55, 0x55, 0x55]),
    }
}
