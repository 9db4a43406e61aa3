//! The lanes engine: many splits of one data set advance in lockstep, one per SIMD lane.
//!
//! The loop is that of [`Loop`](super::Loop), with the same stopping rules in the same order; here it goes round once per look
//! at a trial point of every lane, be it a step or a halving. A split that stops leaves its lane to the next one. What a
//! lane computes does not depend on its neighbours, so neither does any result.

mod driver;
mod engine;
mod finish;
mod job;
mod ranks;
mod splits;

pub use engine::Lanes;
