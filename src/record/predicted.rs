//! The prediction of a fit for a row.

use serde::{Deserialize, Serialize};

/// Most fits of a cell whose predictions are kept: the first ones among the fits with whole traces.
pub const MOST_PREDICTED: u64 = 100;

/// The class that a fit predicts for a row, and whether that is the row's own class; one byte, because there may be 500,000 rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicted(u8);

impl Predicted {
    /// Set where the prediction is right.
    const RIGHT: u8 = 0x80;
    /// In place of a class, where the fit predicts none.
    const NONE: u8 = 0x7f;

    /// The prediction of a class below 127, or of none, for a row of class `truth`.
    pub fn new(class: Option<u8>, truth: u8) -> Predicted {
        let right = if class == Some(truth) { Predicted::RIGHT } else { 0 };
        Predicted(class.unwrap_or(Predicted::NONE) | right)
    }

    /// The class; `None` where the probability was no number.
    pub fn class(self) -> Option<u8> {
        Some(self.0 & !Predicted::RIGHT).filter(|class| *class != Predicted::NONE)
    }

    /// Whether it is the row's own class.
    pub fn is_right(self) -> bool {
        self.0 & Predicted::RIGHT != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_gives_back_class_and_rightness() {
        for truth in [0, 1, 126] {
            for class in [None, Some(0), Some(1), Some(126)] {
                let predicted = Predicted::new(class, truth);
                assert_eq!((predicted.class(), predicted.is_right()), (class, class == Some(truth)));
            }
        }
    }
}
