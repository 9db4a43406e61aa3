//! What comparisons have found, in sentences.

mod pairs;
mod profiles;
mod rankings;

pub use pairs::pair;
pub use profiles::profile;
pub use rankings::ranking;

use super::super::schema::INTERVAL_LEVEL;

const ALPHA: f64 = 1.0 - INTERVAL_LEVEL;

fn p_value(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}
