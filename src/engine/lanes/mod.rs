//! The lanes engine: many splits of one source advance in lockstep, one per SIMD lane.
//!
//! The loop applies the stopping rules of [`Loop`](super::Loop) in the same order, but goes round once per trial point of every
//! lane, be it a step or a halving. A split that stops leaves its lane to the next one. Results do not depend on the
//! neighbours, because no lane's arithmetic does.

mod driver;
mod engine;
mod finish;
mod job;
mod ranks;
mod splits;

pub use engine::LanesEngine;
