//! The contract of every engine.

use std::ops::Range;

use super::batch::Batch;
use super::designs::Designs;
use super::fitted::Fits;
use super::iteration::Interrupted;

/// Makes fits.
pub trait Engine {
    /// Makes the missing fits on the splits at `places`, for the solvers of the batch that the engine supports. Stores them in
    /// `fits`, with the evidence on each split's optimum. A fit that panics has failed.
    ///
    /// # Errors
    /// When the run is interrupted.
    fn fit(
        &mut self,
        batch: &Batch<'_>,
        places: Range<usize>,
        designs: &mut Designs<'_>,
        fits: &mut Fits,
    ) -> Result<(), Interrupted>;

    /// Searches for the optima of the splits at `places`, which no fit has come near enough to, and stores the evidence in `fits`.
    /// Does nothing by default: the [`ReferenceSolver`](super::ReferenceSolver) decides every split that engines leave open.
    ///
    /// # Errors
    /// When the run is interrupted.
    fn find_optimum(&mut self, _: &Batch<'_>, _places: &[usize], _: &mut Fits) -> Result<(), Interrupted> {
        Ok(())
    }
}
