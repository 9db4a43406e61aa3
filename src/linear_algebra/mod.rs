//! Small dense linear algebra: what a step of a solver needs, written once for one number and for many lanes.
//!
//! Everything a method calls inside a fit is generic over [`Real`], which is `f64` or a pack of SIMD lanes;
//! matrices here have as many columns as a logistic model has coefficients (5 for iris), where the overhead of a general
//! library costs more than the arithmetic.

pub mod blocked;
pub mod cholesky;
mod compensated;
mod double_double;
pub mod elementary;
pub mod lanczos;
// In the crate alone: packs of an instruction set that the processor has not must stay out of reach (see its `token`).
pub(crate) mod lanes;
#[cfg(feature = "lapack")]
pub mod lapack;
pub mod lu;
mod matrix;
pub mod memory;
pub mod packed;
pub mod qr;
mod quantile;
mod real;
mod sparse_rows;
mod stored_rows;
pub mod width;
pub mod workers;

pub use compensated::CompensatedSum;
pub use double_double::DoubleDouble;
pub use lanes::{InstructionSet, Pack, Task};
pub use matrix::Matrix;
pub use quantile::quantile;
pub use real::{Mask, Real};
pub use sparse_rows::SparseRows;
pub use stored_rows::{RowCollector, Storage, StoredRows};
pub use workers::{Serial, Workers};

/// Inner product `a'b`, summed in the order of the slices.
#[inline(always)]
pub fn dot<R: Real>(a: &[R], b: &[R]) -> R {
    let mut sum = R::splat(0.0);
    for (&x, &y) in a.iter().zip(b) {
        sum = x.mul_add(y, sum);
    }
    sum
}

/// A power of two near a size, by which numbers are divided so that their squares neither overflow nor underflow; 2^±1000 at most.
pub fn power_of_two_near(size: f64) -> f64 {
    2f64.powi(size.log2().round().clamp(-1000.0, 1000.0) as i32)
}

/// x 2^e for −1074 ≤ e ≤ 1074, without rounding unless the result is below the normal numbers or overflows.
pub fn times_power_of_two(x: f64, exponent: i32) -> f64 {
    // Either factor is a normal number, where 2^e need be none.
    let half = exponent / 2;
    x * 2f64.powi(half) * 2f64.powi(exponent - half)
}

/// Euclidean norm `‖a‖₂`. A NaN in `a` gives NaN: a norm that dropped it would turn a failed fit into a perfect one.
#[inline(always)]
pub fn norm<R: Real>(a: &[R]) -> R {
    dot(a, a).sqrt()
}
