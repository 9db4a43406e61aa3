//! Sizes and powers of every test that reports offer, by simulation: the table of METHODOLOGY.md.
//!
//! Size is the rate at which a true hypothesis is rejected, power that of a false one.

mod claims;
mod datasets;
mod differences;
mod new_data;
mod program;
mod rows;
mod table;
mod world;
