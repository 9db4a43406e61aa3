//! The model in lanes: one problem per lane, all of one shape, evaluated in one pass over their rows.
//!
//! Rows come with their signs, s_i x_i' (intercept s_i), so that margins are inner products and the gradient is −Σ residual ·
//! row. They lie row after row, each entry a pack. Only rounding differs from [`Evaluation`](super::Evaluation): sums are
//! fused, exp and log come from [`elementary`](crate::linear_algebra::elementary), and log(1 + e_i) is summed as the logarithm
//! of a product.
//!
//! A naive sigmoid enters gradient and Hessian only, as in the general engine. Its residuals and weights replace the stable ones of
//! a block of rows, so that the pass of the stable sigmoid is compiled as if there were no other.

use crate::linear_algebra::{Pack, packed};
use crate::model::loss::in_lanes::{Losses, ROWS_TO_A_LOGARITHM, naive_terms};

/// The model at a point per lane.
#[derive(Clone, Debug)]
pub struct LaneEvaluation<R> {
    /// F(β).
    pub objective: R,
    /// g(β).
    pub gradient: Vec<R>,
    /// H(β) as a packed lower triangle.
    pub hessian: Vec<R>,
    /// Σ max(−m_i, 0), the perceptron's loss: 0 where no row is on the wrong side.
    pub perceptron_loss: R,
}

/// Rows of a block, whose residuals and weights are computed before their products are added: few enough that the block is
/// still in the nearest cache.
const BLOCK: usize = 32;
const BLOCKS_TO_A_LOGARITHM: usize = ROWS_TO_A_LOGARITHM / BLOCK;

/// Upper bound on the relative rounding error of the objective in lanes, predictors left out: one ε for each factor of a
/// product and for each exponential, two for a logarithm, one for each term of the sums.
pub fn objective_rounding(rows: usize, columns: usize) -> f64 {
    (rows + columns + ROWS_TO_A_LOGARITHM + 12) as f64 * f64::EPSILON
}

/// Storage for evaluations: residuals and weights of a block of rows.
#[derive(Clone, Debug)]
pub struct LaneScratch<R>(Vec<(R, R)>);

impl<R> Default for LaneScratch<R> {
    fn default() -> LaneScratch<R> {
        LaneScratch(Vec::new())
    }
}

/// The rows of a problem per lane.
#[derive(Clone, Copy, Debug)]
pub struct LaneRows<'a, R> {
    /// s_i x_i', row after row.
    pub signed: &'a [R],
    /// s_i, for the naive sigmoid; `None` for the stable one, which needs no signs.
    pub naive_signs: Option<&'a [R]>,
}

impl<R: Pack> LaneEvaluation<R> {
    /// Room for `columns` coefficients.
    pub fn new(columns: usize) -> LaneEvaluation<R> {
        let zero = R::splat(0.0);
        LaneEvaluation {
            objective: zero,
            gradient: vec![zero; columns],
            hessian: vec![zero; packed::len(columns)],
            perceptron_loss: zero,
        }
    }

    /// Evaluates at `coefficients`; the Hessian only if asked for. The objective has ½ Σ λ_j β_j².
    pub fn compute(
        &mut self,
        rows: LaneRows<'_, R>,
        penalties: &[f64],
        coefficients: &[R],
        hessian: bool,
        scratch: &mut LaneScratch<R>,
    ) {
        match coefficients.len() {
            1 => self.few::<1, 1>(rows, coefficients, hessian, scratch),
            2 => self.few::<2, 3>(rows, coefficients, hessian, scratch),
            3 => self.few::<3, 6>(rows, coefficients, hessian, scratch),
            4 => self.few::<4, 10>(rows, coefficients, hessian, scratch),
            5 => self.few::<5, 15>(rows, coefficients, hessian, scratch),
            6 => self.few::<6, 21>(rows, coefficients, hessian, scratch),
            _ => R::vectorize(
                #[inline(always)]
                || self.many(rows, coefficients, hessian),
            ),
        }
        for (j, &penalty) in penalties.iter().enumerate().filter(|(_, penalty)| **penalty != 0.0) {
            let (strength, b) = (R::splat(penalty), coefficients[j]);
            self.objective = self.objective + R::splat(0.5) * strength * b * b;
            self.gradient[j] = self.gradient[j] + strength * b;
            if hessian {
                let diagonal = &mut self.hessian[packed::at(j, j)];
                *diagonal = *diagonal + strength;
            }
        }
    }

    /// T = P(P+1)/2 entries of the Hessian, or 0 for none.
    fn few<const P: usize, const T: usize>(
        &mut self,
        rows: LaneRows<'_, R>,
        coefficients: &[R],
        hessian: bool,
        scratch: &mut LaneScratch<R>,
    ) {
        R::vectorize(
            #[inline(always)]
            || {
                if hessian {
                    self.in_blocks::<P, T>(rows, coefficients, scratch);
                } else {
                    self.in_blocks::<P, 0>(rows, coefficients, scratch);
                }
            },
        );
    }

    /// Computes a block's residuals and weights first and adds its products then, because both together would need more
    /// registers than there are.
    #[inline(always)]
    fn in_blocks<const P: usize, const T: usize>(
        &mut self,
        LaneRows { signed: rows, naive_signs }: LaneRows<'_, R>,
        coefficients: &[R],
        scratch: &mut LaneScratch<R>,
    ) {
        let zero = R::splat(0.0);
        let b: [R; P] = std::array::from_fn(|j| coefficients[j]);
        let (mut gradient, mut hessian) = ([zero; P], [zero; T]);
        let LaneScratch(scored) = scratch;
        scored.resize(BLOCK, (zero, zero));
        let mut losses = Losses::new();
        let blocks = rows.len().div_ceil(BLOCK * P);
        for (place, block) in rows.chunks(BLOCK * P).enumerate() {
            for (row, scored) in block.chunks_exact(P).zip(&mut *scored) {
                let mut margin = row[0] * b[0];
                for j in 1..P {
                    margin = row[j].mul_add(b[j], margin);
                }
                *scored = losses.add(margin);
            }
            if let Some(signs) = naive_signs {
                // Not `b`: a reference to it would keep it in memory, for the stable sigmoid too.
                replace_by_naive::<R, P>(block, &signs[place * BLOCK..], coefficients, scored);
            }
            if (place + 1) % BLOCKS_TO_A_LOGARITHM == 0 || place + 1 == blocks {
                // Before the products, which go on while it is computed.
                losses.take_logarithm();
            }
            add_products(block, scored, &mut gradient, &mut hessian);
        }
        self.gradient.copy_from_slice(&gradient);
        self.hessian[..T].copy_from_slice(&hessian);
        self.objective = losses.sum();
        self.perceptron_loss = losses.perceptron;
    }

    /// Updates the Hessian by eight rows at a time, two of its rows together, because the registers do not hold all of it.
    #[inline(always)]
    fn many(&mut self, rows: LaneRows<'_, R>, coefficients: &[R], hessian: bool) {
        let (LaneRows { signed, naive_signs }, p) = (rows, coefficients.len());
        self.gradient.fill(R::splat(0.0));
        if hessian {
            self.hessian.fill(R::splat(0.0));
        }
        let mut losses = Losses::new();
        let mut signs = naive_signs;
        let mut next = |rows: usize| signs.as_mut().and_then(|signs| signs.split_off(..rows));
        for block in signed.chunks(ROWS_TO_A_LOGARITHM * p) {
            let mut eights = block.chunks_exact(8 * p);
            for eight in &mut eights {
                let rows = LaneRows { signed: eight, naive_signs: next(8) };
                self.add_rows::<8>(rows, coefficients, hessian, &mut losses);
            }
            for row in eights.remainder().chunks_exact(p) {
                let rows = LaneRows { signed: row, naive_signs: next(1) };
                self.add_rows::<1>(rows, coefficients, hessian, &mut losses);
            }
            losses.take_logarithm();
        }
        self.objective = losses.sum();
        self.perceptron_loss = losses.perceptron;
    }

    #[inline(always)]
    fn add_rows<const B: usize>(
        &mut self,
        LaneRows { signed, naive_signs }: LaneRows<'_, R>,
        coefficients: &[R],
        hessian: bool,
        losses: &mut Losses<R>,
    ) {
        let (zero, p) = (R::splat(0.0), coefficients.len());
        let rows: [&[R]; B] = std::array::from_fn(|k| &signed[k * p..(k + 1) * p]);
        let mut margins = [zero; B];
        for j in 0..p {
            for k in 0..B {
                margins[k] = rows[k][j].mul_add(coefficients[j], margins[k]);
            }
        }
        let (mut residuals, mut weights) = ([zero; B], [zero; B]);
        for k in 0..B {
            (residuals[k], weights[k]) = losses.add(margins[k]);
        }
        if let Some(signs) = naive_signs {
            (residuals, weights) = naive(signs, margins);
        }
        for j in 0..p {
            let mut sum = self.gradient[j];
            for k in 0..B {
                sum = (-residuals[k]).mul_add(rows[k][j], sum);
            }
            self.gradient[j] = sum;
        }
        if !hessian {
            return;
        }
        let mut i = 0;
        while i + 1 < p {
            let upper: [R; B] = std::array::from_fn(|k| weights[k] * rows[k][i]);
            let lower: [R; B] = std::array::from_fn(|k| weights[k] * rows[k][i + 1]);
            let (first, second) = self.hessian[packed::at(i, 0)..packed::at(i + 2, 0)].split_at_mut(i + 1);
            for j in 0..=i {
                let (mut a, mut b) = (first[j], second[j]);
                for k in 0..B {
                    let x = rows[k][j];
                    a = upper[k].mul_add(x, a);
                    b = lower[k].mul_add(x, b);
                }
                (first[j], second[j]) = (a, b);
            }
            let mut last = second[i + 1];
            for k in 0..B {
                last = lower[k].mul_add(rows[k][i + 1], last);
            }
            second[i + 1] = last;
            i += 2;
        }
        if i < p {
            let weighted: [R; B] = std::array::from_fn(|k| weights[k] * rows[k][i]);
            let entries = &mut self.hessian[packed::at(i, 0)..packed::at(i + 1, 0)];
            for j in 0..=i {
                let mut sum = entries[j];
                for k in 0..B {
                    sum = weighted[k].mul_add(rows[k][j], sum);
                }
                entries[j] = sum;
            }
        }
    }
}

/// Replaces residuals and weights of a block of rows by those of the naive sigmoid; not inlined, so that code for the stable one has
/// all registers.
#[inline(never)]
fn replace_by_naive<R: Pack, const P: usize>(rows: &[R], signs: &[R], coefficients: &[R], scored: &mut [(R, R)]) {
    R::vectorize(
        #[inline(always)]
        || {
            let b: [R; P] = std::array::from_fn(|j| coefficients[j]);
            for ((row, sign), scored) in rows.as_chunks::<P>().0.iter().zip(signs).zip(scored) {
                let mut margin = row[0] * b[0];
                for j in 1..P {
                    margin = row[j].mul_add(b[j], margin);
                }
                *scored = naive_terms(*sign, margin);
            }
        },
    );
}

/// Residuals and weights of B rows by the naive sigmoid, likewise.
#[inline(never)]
fn naive<R: Pack, const B: usize>(signs: &[R], margins: [R; B]) -> ([R; B], [R; B]) {
    R::vectorize(
        #[inline(always)]
        || {
            let (mut residuals, mut weights) = (margins, margins);
            for k in 0..B {
                (residuals[k], weights[k]) = naive_terms(signs[k], margins[k]);
            }
            (residuals, weights)
        },
    )
}

/// Adds −residual · row to the gradient and weight · row row' to the Hessian, in a function of its own, so that the sums get all
/// registers.
#[inline(never)]
fn add_products<R: Pack, const P: usize, const T: usize>(
    rows: &[R],
    scored: &[(R, R)],
    gradient: &mut [R; P],
    hessian: &mut [R; T],
) {
    R::vectorize(
        #[inline(always)]
        || {
            let (mut g, mut h) = (*gradient, *hessian);
            let (rows, _) = rows.as_chunks::<P>();
            let (fours, rest) = rows.as_chunks::<4>();
            let (scored, scored_rest) = scored[..rows.len()].as_chunks::<4>();
            for (rows, scored) in fours.iter().zip(scored) {
                add_products_of(rows, scored, &mut g, &mut h);
            }
            for (row, scored) in rest.iter().zip(scored_rest) {
                add_products_of(&[*row], &[*scored], &mut g, &mut h);
            }
            (*gradient, *hessian) = (g, h);
        },
    );
}

/// Adds the products of B rows. Loads and stores each sum once for all of them, because registers are too few for all sums.
#[inline(always)]
fn add_products_of<R: Pack, const P: usize, const T: usize, const B: usize>(
    rows: &[[R; P]; B],
    scored: &[(R, R); B],
    gradient: &mut [R; P],
    hessian: &mut [R; T],
) {
    for j in 0..P {
        for k in 0..B {
            gradient[j] = (-scored[k].0).mul_add(rows[k][j], gradient[j]);
        }
    }
    if T > 0 {
        let mut place = 0;
        for i in 0..P {
            let mut weighted = [R::splat(0.0); B];
            for k in 0..B {
                weighted[k] = scored[k].1 * rows[k][i];
            }
            for j in 0..=i {
                for k in 0..B {
                    hessian[place] = weighted[k].mul_add(rows[k][j], hessian[place]);
                }
                place += 1;
            }
        }
    }
}
