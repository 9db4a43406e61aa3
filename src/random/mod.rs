//! The one source of randomness: a stream of random numbers for each purpose, data set and index, and random permutations.

pub mod permutation;
pub mod stream;
