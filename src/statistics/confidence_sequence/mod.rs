//! Intervals that may be looked at after every observation: with probability `level` they contain the truth at *all* looks
//! together, so one may stop at the first look that decides.
//!
//! An interval for a fixed number of observations does not allow that. Looked at after every one, it misses the truth at
//! some look with a probability that tends to 1.

mod beta_binomial;
mod betting;
mod decision;

pub use beta_binomial::{interval, log_evidence};
pub use betting::{Bet, Capital, MeanSequence};
pub use decision::{Decision, Look, decide_share, first_decision};
