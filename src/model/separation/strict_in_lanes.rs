//! Strict separation by the points of fits in lanes.

use crate::linear_algebra::width::{DYNAMIC, of_width};
use crate::linear_algebra::{Mask, Pack};

/// The lanes among `wanted` in which all rows are strictly on their class's side in spite of rounding, as in
/// [`strictly_separates`](super::strictly_separates), for problems without penalty.
///
/// `sizes` are upper bounds of Σ_j |x_ij β_j| over the rows of each lane. Most lanes need no sizes row by row, which would triple the
/// operations, because their margins are far above the rounding of the largest row.
pub fn strictly_separated<R: Pack>(rows: &[R], coefficients: &[R], sizes: R, wanted: u32) -> u32 {
    if rows.is_empty() || wanted == 0 {
        return 0;
    }
    of_width!(coefficients.len(), P => R::vectorize(
        #[inline(always)]
        || {
            let p = if P == DYNAMIC { coefficients.len() } else { P };
            let coefficients = &coefficients[..p];
            let (zero, smallest) = (R::splat(0.0), R::splat(f64::MIN_POSITIVE));
            let rounding = R::splat((p as f64 + 2.0) * f64::EPSILON);
            let most = rounding.mul_add(sizes, smallest);
            let mut all = R::Mask::splat(true);
            for row in rows.chunks_exact(p) {
                let mut margin = zero;
                for j in 0..p {
                    margin = row[j].mul_add(coefficients[j], margin);
                }
                all = all.and(most.less(margin));
            }
            if wanted & !R::bits(all) == 0 {
                return wanted;
            }
            let mut all = R::Mask::splat(true);
            for row in rows.chunks_exact(p) {
                let (mut margin, mut size) = (zero, zero);
                for j in 0..p {
                    margin = row[j].mul_add(coefficients[j], margin);
                    size = row[j].abs().mul_add(coefficients[j].abs(), size);
                }
                all = all.and(rounding.mul_add(size, smallest).less(margin));
            }
            wanted & R::bits(all)
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::{InstructionSet, Task};
    use crate::model::separation::strictly_separates;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm, Problem};

    /// As many fits as lanes, of the same two signed rows, with and without bounds of sizes that settle anything.
    struct OfTwoRows([[f64; 2]; 8]);

    impl Task for OfTwoRows {
        type Output = (usize, [u32; 2]);
        fn run<R: Pack>(self) -> (usize, [u32; 2]) {
            let rows = ROWS.map(R::splat);
            let mut coefficients = [R::splat(0.0); 2];
            let mut sizes = R::splat(0.0);
            for (lane, b) in self.0.iter().enumerate().take(R::LANES) {
                for j in 0..2 {
                    coefficients[j].lanes_mut()[lane] = b[j];
                }
                sizes.lanes_mut()[lane] = 1e20 * b[0].abs() + b[1].abs();
            }
            let ask = |sizes| strictly_separated(&rows, &coefficients, sizes, (1 << R::LANES) - 1);
            (R::LANES, [ask(sizes), ask(R::splat(f64::INFINITY))])
        }
    }

    const ROWS: [f64; 4] = [1e20, 1.0, 1.0, 1.0];

    #[test]
    fn lanes_are_strictly_separated_where_the_general_question_says_so() {
        let points: [[f64; 2]; 8] = [
            [1.0, 0.0],
            // Its second margin is small beside the largest row, but not beside its own.
            [1e-3, 1e-3],
            [0.0, 1.0],
            [-1.0, 2.0],
            [1.0, -1.0],
            [1.0, -1.0 + 2e-16],
            [f64::NAN, 1.0],
            [0.0, 0.0],
        ];
        let signs = [1.0, 1.0];
        let design = DesignMatrix::dense(&ROWS, 2);
        let problem = Problem { design, loss: Loss::logistic(&signs), penalty: PenaltyTerm::NONE };
        let expected = points.map(|b| strictly_separates(&problem, &b));
        assert!(expected[..3].iter().all(|yes| *yes) && expected[3..].iter().all(|yes| !yes));
        for set in InstructionSet::available() {
            for first in 0..8 {
                let mut points = points;
                points.rotate_left(first);
                let (lanes, answers) = set.run(OfTwoRows(points));
                for bits in answers {
                    let answers = (0..lanes).map(|lane| bits >> lane & 1 == 1);
                    assert!(answers.eq((0..lanes).map(|lane| expected[(first + lane) % 8])), "{set:?}");
                }
            }
        }
    }
}
