//! Intervals that allow a look after every observation: with probability `level` they contain the truth at *all* looks together,
//! so a run may stop at the first look that decides.
//!
//! An interval for a fixed number of observations does not allow that: looked at after every observation, it misses the truth at
//! some look with a probability that tends to 1.

mod beta_binomial;
mod betting;
mod decision;

pub use beta_binomial::{interval, log_evidence};
pub use betting::{Bet, Capital, MeanSequence};
pub use decision::{Decision, Look, decide_share, first_decision};
