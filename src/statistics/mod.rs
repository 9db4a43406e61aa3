//! Pure functions: intervals, quantiles and summaries. Distribution functions come from `statrs`.

pub mod proportion;
pub mod summary;
