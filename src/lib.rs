//! `logitbench` decides claims about logistic-regression solvers.
//!
//! It runs every solver on many randomized train/test splits in parallel, proves what each fit reached, and compares
//! solvers with statistics that match the design of the experiment. Each module uses only those above it here.

#![deny(missing_docs)]

pub mod contain;
pub mod parameter;
pub mod linear_algebra;
pub mod random;
pub mod data;
pub mod split;
pub mod model;
pub mod solver;
pub mod metric;
pub mod statistics;
pub mod record;
pub mod claim;
pub mod experiment;
pub mod engine;
pub mod run;
pub mod report;
pub mod cli;
