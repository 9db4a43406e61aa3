//! The loss of rows: its formulas for one row and for many lanes.

pub mod in_lanes;
mod logistic;

pub use logistic::{RowLoss, Sigmoid, logistic, loss_and_sigmoids, naive_sigmoid, predictor};
