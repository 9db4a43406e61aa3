//! Engines, which compute fits, and the decision whether the fitted problem has an optimum.
//!
//! A split's way goes in one direction ([`Fitter`]): it is dealt; fitted, by whichever [`Engine`] takes it; whether an optimum exists
//! is decided from the evidence of all fits ([`Shown`], [`Existence`]); each fit is judged; and recorded. Engines give one kind
//! of result, [`Fitted`], and nothing after them asks which engine it was. A new engine implements [`Engine`], and
//! [`Fitter::new`] lists it.

mod batch;
mod clock;
mod contract;
pub mod designs;
mod existence;
mod fitted;
mod fitter;
mod general;
mod iteration;
mod lanes;
mod predicted;
mod proving;
mod reference;
mod requested;
mod verdict;
mod warm_starts;
mod whole_trace;

pub use batch::{Batch, Dealt};
pub use clock::{Clock, SystemClock};
pub use contract::Engine;
pub use existence::{Existence, Shown};
pub use fitted::{Fits, Fitted};
pub use fitter::Fitter;
pub use iteration::{Interrupted, Loop, Outcome};
pub use proving::Proving;
pub use reference::{NEWTON, ReferenceSolver, TO_THE_LIMIT};
pub use verdict::{Judged, judge};
