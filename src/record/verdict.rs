//! Verdicts on fits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A proved statement about the last coefficients of a fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A unique maximum of the (penalised) likelihood exists and the fit is within the tolerance of it.
    Optimal,
    /// A maximum exists, and the fit is not proved to be within the tolerance of it.
    Suboptimal,
    /// No finite maximum exists.
    Separated,
    /// Neither existence nor absence of a maximum could be proved.
    Undecided,
}

impl Verdict {
    /// All verdicts, in the order of reports.
    pub const ALL: [Verdict; 4] = [Verdict::Optimal, Verdict::Suboptimal, Verdict::Separated, Verdict::Undecided];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Optimal => "optimal",
            Verdict::Suboptimal => "suboptimal",
            Verdict::Separated => "separated",
            Verdict::Undecided => "undecided",
        }
    }
}
