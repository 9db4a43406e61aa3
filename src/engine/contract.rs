//! What every engine does.

use std::ops::Range;

use super::batch::Batch;
use super::designs::Designs;
use super::fitted::Fits;
use super::iteration::Interrupted;

/// Makes fits.
pub trait Engine {
    /// Makes the fits that it can, of those that are still missing, of the solvers of the batch on the splits at `places`; notes in
    /// `fits` what they have shown of each split. A fit that panics is a fit that has failed.
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

    /// Looks, on those of the splits at `places` that it can, for the point that the fits have not come near enough to, and notes
    /// what that has shown. An engine that has no quicker way than the [`ReferenceSolver`](super::ReferenceSolver) leaves it to
    /// that.
    ///
    /// # Errors
    /// When the run is interrupted.
    fn find_optimum(&mut self, _: &Batch<'_>, _places: &[usize], _: &mut Fits) -> Result<(), Interrupted> {
        Ok(())
    }
}
