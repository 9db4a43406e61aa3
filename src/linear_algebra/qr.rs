//! Least squares by Householder QR with the limited column exchange of LINPACK's `dqrdc2`, which R's `glm.fit` uses.

use super::{Mask, Real, norm};

/// Reusable storage for least-squares problems of one size, or of one per lane.
#[derive(Clone, Debug)]
pub struct LeastSquares<R> {
    /// The design, column by column, and the right-hand side behind it; after the factorisation R above the diagonal, the
    /// reflectors below, and Q'b.
    columns: Vec<R>,
    /// Per place, the number of the column that lies there.
    order: Vec<R>,
    original_norms: Vec<R>,
    /// Coefficients by place.
    by_place: Vec<R>,
}

impl<R> Default for LeastSquares<R> {
    fn default() -> LeastSquares<R> {
        LeastSquares { columns: Vec::new(), order: Vec::new(), original_norms: Vec::new(), by_place: Vec::new() }
    }
}

/// Columns whose norm falls below this share of its original value count as collinear, as in `glm.fit`
/// (min(1e-7, epsilon / 1000) with epsilon = 1e-8).
pub const COLLINEARITY_TOLERANCE: f64 = 1e-11;

/// Columns that a reflection is applied to at a time, so that their sums do not wait for each other.
const TOGETHER: usize = 4;

impl<R: Real> LeastSquares<R> {
    /// Minimises ‖b − A x‖₂ and returns the rank; `entry(i, j)` is A's entry, `right(i)` that of b.
    ///
    /// Collinear columns are moved behind the others and get coefficient 0 (R prints NA for them). The exchanges are selections by
    /// lane, so lanes may have different ranks and orders.
    #[inline(always)]
    pub fn solve(
        &mut self,
        (rows, columns): (usize, usize),
        entry: impl Fn(usize, usize) -> R,
        right: impl Fn(usize) -> R,
        solution: &mut [R],
    ) -> R {
        let zero = R::splat(0.0);
        self.columns.clear();
        self.columns.reserve((columns + 1) * rows);
        for j in 0..columns {
            for i in 0..rows {
                self.columns.push(entry(i, j));
            }
        }
        for i in 0..rows {
            self.columns.push(right(i));
        }
        self.order.clear();
        self.original_norms.clear();
        for j in 0..columns {
            self.order.push(R::splat(j as f64));
            self.original_norms.push(norm(&self.columns[j * rows..(j + 1) * rows]));
        }
        let rank = self.factor(rows, columns);
        let (factor, right) = self.columns.split_at(columns * rows);
        self.by_place.clear();
        self.by_place.resize(columns, zero);
        solution.fill(zero);
        for i in (0..columns.min(rows)).rev() {
            let mut sum = right[i];
            for k in i + 1..columns {
                let next = (-factor[k * rows + i]).mul_add(self.by_place[k], sum);
                sum = R::select(R::splat(k as f64).less(rank), next, sum);
            }
            let value = R::select(R::splat(i as f64).less(rank), sum / factor[i * rows + i], zero);
            self.by_place[i] = value;
            for (j, solution) in solution.iter_mut().enumerate() {
                let number = R::splat(j as f64);
                let is_here = number.less_or_equal(self.order[i]).and(self.order[i].less_or_equal(number));
                *solution = R::select(is_here, value, *solution);
            }
        }
        rank
    }

    #[inline(always)]
    fn factor(&mut self, rows: usize, columns: usize) -> R {
        // Columns that have not been found collinear.
        let mut candidates = R::splat(columns as f64);
        for k in 0..columns.min(rows) {
            let place = R::splat(k as f64);
            let mut length = norm(&self.columns[k * rows + k..(k + 1) * rows]);
            for _ in k + 1..columns {
                let is_small = length.less_or_equal(self.original_norms[k] * R::splat(COLLINEARITY_TOLERANCE));
                let is_collinear = is_small.and(place.less(candidates));
                if !is_collinear.any() {
                    break;
                }
                self.move_behind(rows, columns, k, is_collinear);
                candidates = R::select(is_collinear, candidates - R::splat(1.0), candidates);
                length = norm(&self.columns[k * rows + k..(k + 1) * rows]);
            }
            // The last candidate has no other behind which it could go.
            let is_small = length.less_or_equal(self.original_norms[k] * R::splat(COLLINEARITY_TOLERANCE));
            candidates = R::select(is_small.and(place.less(candidates)), place, candidates);
            let reflected = place.less(candidates);
            if !reflected.any() {
                break;
            }
            self.reflect(rows, k, length, reflected);
        }
        let most = R::splat(rows as f64);
        R::select(most.less(candidates), most, candidates)
    }

    /// Moves column k behind all others, which keep their order, in the lanes of a mask.
    #[inline(always)]
    fn move_behind(&mut self, rows: usize, columns: usize, k: usize, moved: R::Mask) {
        for a in k..columns - 1 {
            for i in 0..rows {
                exchange(&mut self.columns, a * rows + i, (a + 1) * rows + i, moved);
            }
            exchange(&mut self.order, a, a + 1, moved);
            exchange(&mut self.original_norms, a, a + 1, moved);
        }
    }

    /// Applies the Householder reflection that turns column k below its diagonal into zeros, to this and all later columns and to
    /// the right-hand side, in the lanes of a mask.
    #[inline(always)]
    fn reflect(&mut self, rows: usize, k: usize, length: R, reflected: R::Mask) {
        let (head, tail) = self.columns.split_at_mut((k + 1) * rows);
        let pivot = &mut head[k * rows + k..];
        let alpha = R::select(R::splat(0.0).less(pivot[0]), -length, length);
        pivot[0] = pivot[0] - alpha;
        let squared = super::dot(pivot, pivot);
        let mut rest = tail;
        while rest.len() >= TOGETHER * rows {
            let (some, others) = rest.split_at_mut(TOGETHER * rows);
            reflect_columns::<R, TOGETHER>(pivot, squared, reflected, some, (rows, k));
            rest = others;
        }
        for column in rest.chunks_exact_mut(rows) {
            reflect_columns::<R, 1>(pivot, squared, reflected, column, (rows, k));
        }
        pivot[0] = alpha;
    }
}

/// c ← c − 2 v v'c / v'v of N columns, v being a reflector of the rows from k on.
#[inline(always)]
fn reflect_columns<R: Real, const N: usize>(
    pivot: &[R],
    squared: R,
    reflected: R::Mask,
    columns: &mut [R],
    (rows, k): (usize, usize),
) {
    let mut parts = columns.chunks_exact_mut(rows);
    let columns: [&mut [R]; N] = std::array::from_fn(
        #[inline(always)]
        |_| &mut parts.next().unwrap_or_default()[k..],
    );
    let mut products = [R::splat(0.0); N];
    for i in 0..pivot.len() {
        for n in 0..N {
            products[n] = pivot[i].mul_add(columns[n][i], products[n]);
        }
    }
    for n in 0..N {
        products[n] = R::select(reflected, -(R::splat(2.0) * products[n] / squared), R::splat(0.0));
    }
    for i in 0..pivot.len() {
        for n in 0..N {
            columns[n][i] = products[n].mul_add(pivot[i], columns[n][i]);
        }
    }
}

#[inline(always)]
fn exchange<R: Real>(values: &mut [R], a: usize, b: usize, mask: R::Mask) {
    let (x, y) = (values[a], values[b]);
    values[a] = R::select(mask, y, x);
    values[b] = R::select(mask, x, y);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::{InstructionSet, Pack, Task};

    #[test]
    fn fits_a_line_and_drops_a_collinear_column() {
        let x: [f64; 4] = [0.0, 1.0, 2.0, 4.0];
        let y = [1.0, 3.0, 5.0, 9.0];
        let mut solution = [f64::NAN; 3];
        let entry = |i: usize, j: usize| [1.0, 2.0 * x[i], x[i]][j];
        let rank = LeastSquares::<f64>::default().solve((4, 3), entry, |i| y[i], &mut solution);
        assert_eq!(rank, 2.0);
        for (value, expected) in solution.iter().zip([1.0, 1.0, 0.0]) {
            assert!((value - expected).abs() < 1e-14, "{solution:?}");
        }
    }

    #[test]
    fn a_wide_design_has_at_most_its_rows_as_rank() {
        let mut solution = [0.0; 3];
        let entry = |i: usize, j: usize| [[1.0, 2.0, 5.0], [1.0, 3.0, 7.0]][i][j];
        assert_eq!(LeastSquares::<f64>::default().solve((2, 3), entry, |i| [1.0, 2.0][i], &mut solution), 2.0);
        assert!((solution[0] + 1.0).abs() < 1e-13 && (solution[1] - 1.0).abs() < 1e-13);
    }

    /// A problem of 6 rows and 4 columns per lane, of which some columns are collinear, others in each lane.
    struct Ranks;

    fn entry_of(lane: usize, i: usize, j: usize) -> f64 {
        let number = |i: usize, j: usize| ((37 * i + 11 * j + 5 * lane) % 19) as f64 - 9.0;
        match lane % 4 {
            1 if j == 1 => 3.0 * number(i, 0),
            2 if j == 0 => 0.0,
            3 if j == 2 => number(i, 0) - number(i, 1),
            3 if j == 3 => 2.0 * number(i, 1),
            _ => number(i, j),
        }
    }

    fn right_of(lane: usize, i: usize) -> f64 {
        ((7 * i * i + lane) % 11) as f64
    }

    impl Task for Ranks {
        type Output = Vec<(f64, Vec<f64>)>;

        fn run<R: Pack>(self) -> Self::Output {
            let packs = |value: &dyn Fn(usize) -> f64| {
                let mut pack = R::splat(0.0);
                pack.lanes_mut().iter_mut().enumerate().for_each(|(lane, number)| *number = value(lane));
                pack
            };
            let mut solution = [R::splat(f64::NAN); 4];
            let entry = |i, j| packs(&|lane| entry_of(lane, i, j));
            let right = |i| packs(&|lane| right_of(lane, i));
            let rank = LeastSquares::default().solve((6, 4), entry, right, &mut solution);
            let of_lane = |lane| (rank.lanes()[lane], solution.iter().map(|b| b.lanes()[lane]).collect());
            (0..R::LANES).map(of_lane).collect()
        }
    }

    #[test]
    fn lanes_have_ranks_of_their_own() {
        for set in InstructionSet::available() {
            for (lane, (rank, solution)) in set.run(Ranks).into_iter().enumerate() {
                let mut alone = [f64::NAN; 4];
                let (entry, right) = (|i, j| entry_of(lane, i, j), |i| right_of(lane, i));
                assert_eq!(LeastSquares::default().solve((6, 4), entry, right, &mut alone), rank);
                assert_eq!(rank, [4.0, 3.0, 3.0, 2.0][lane % 4], "{set:?}, lane {lane}");
                for (found, expected) in solution.iter().zip(alone) {
                    assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{set:?}, lane {lane}");
                    assert_eq!(*found == 0.0, expected == 0.0);
                }
            }
        }
    }
}
