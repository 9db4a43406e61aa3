//! The Newton system of a problem with fewer rows than columns, solved in n unknowns instead of p (Woodbury's identity; Hastie &
//! Tibshirani 2004, Biostatistics 5, 329-340).
//!
//! Let P be the columns with λ_j > 0, Λ the diagonal matrix of these λ_j, and U the few columns without penalty, such as the
//! intercept's. With K = X_P Λ⁻¹ X_P', which is formed once for all points, and the row weights W of a point,
//!
//! ```text
//! M = I + W^½ K W^½,   G = W^½ M⁻¹ W^½,   t = X_P Λ⁻¹ g_P
//! U'G U d_U = U'G t − g_U,   s = G (U d_U − t),   d_P = −Λ⁻¹ (g_P + X_P's)
//! ```
//!
//! solve H d = −g, H = X'WX + Λ. All eigenvalues of M are at least 1, so that H may be as close to singular as its penalty is small.
//! A point costs n³/6 multiplications for the factor of M and 2np for t and X_P's; no p × p matrix is formed.

use super::Problem;
use crate::linear_algebra::{blocked, cholesky, packed};

/// Most columns without penalty: each costs a solve with M at every point.
const MOST_FREE: usize = 8;

/// Most that the largest column may be of the smallest, both over λ_j^½. K adds up the squares of all columns, so that rounding at the
/// size of the largest hides a share of this squared of what the smallest tell: 20 of 53 bits. Cholesky's method for H has no such
/// bound, because no diagonal scaling changes its accuracy.
const MOST_APART: f64 = 1024.0;

/// Whether the columns with λ_j > 0 that are not zero are within [`MOST_APART`].
fn are_of_like_size(problem: &Problem<'_>, weights: &[f64]) -> bool {
    let mut sizes = vec![0.0; problem.unknowns()];
    problem.design.column_sizes(&mut sizes);
    let scaled = sizes.iter().zip(weights).filter(|&(&size, &weight)| size > 0.0 && weight > 0.0);
    let (least, most) = scaled.fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), (size, weight)| {
        let size = size / weight.sqrt();
        (least.min(size), most.max(size))
    });
    most <= MOST_APART * least
}

/// What the system takes of a problem, whatever the point.
#[derive(Clone, Debug, Default)]
pub struct WideDesign {
    suits: bool,
    /// 1/λ_j; 0 for a free column.
    inverses: Vec<f64>,
    free: Vec<usize>,
    /// U, one column after another.
    of_free: Vec<f64>,
    /// K, a packed lower triangle.
    kernel: Vec<f64>,
}

impl WideDesign {
    /// Whether the Newton system of a problem is smaller in its rows, and as exact: n ≤ p, the penalty is quadratic in all but a few
    /// columns, and the sizes of these columns are at most 1,024 times apart.
    fn suits(problem: &Problem<'_>) -> bool {
        let (n, p) = (problem.len(), problem.unknowns());
        let penalised = |weights: &[f64]| weights.iter().filter(|&&weight| weight > 0.0).count();
        n <= p
            && problem
                .penalty
                .quadratic()
                .is_some_and(|weights| p - penalised(weights) <= MOST_FREE.min(n) && are_of_like_size(problem, weights))
    }

    /// Takes a problem, and forms K if it suits (see [`WideDesign::if_it_suits`]).
    pub fn prepare(&mut self, problem: &Problem<'_>) {
        self.suits = WideDesign::suits(problem);
        if !self.suits {
            return;
        }
        let (n, p) = (problem.len(), problem.unknowns());
        let weights = problem.penalty.quadratic().unwrap_or(&[]);
        self.inverses.clear();
        self.inverses.extend(weights.iter().map(|&weight| if weight > 0.0 { 1.0 / weight } else { 0.0 }));
        self.inverses.resize(p, 0.0);
        self.free.clear();
        self.free.extend((0..p).filter(|&j| self.inverses[j] == 0.0));
        self.of_free.clear();
        for &j in &self.free {
            self.of_free.extend(problem.design.column(j));
        }
        // Λ^-½ on both sides keeps K symmetric to the last bit.
        let roots: Vec<f64> = self.inverses.iter().map(|inverse| inverse.sqrt()).collect();
        let mut scaled = Vec::with_capacity(n * p);
        problem.design.each_row(|_, row| scaled.extend(row.iter().zip(&roots).map(|(x, root)| x * root)));
        self.kernel.clear();
        self.kernel.resize(packed::len(n), 0.0);
        blocked::square_of_rows(&scaled, p, &mut self.kernel);
    }

    /// Itself, if the Newton system is smaller in rows than in columns, and as exact.
    pub fn if_it_suits(&self) -> Option<&WideDesign> {
        self.suits.then_some(self)
    }
}

/// The system at one point. Its storage is reused from point to point.
#[derive(Clone, Debug, Default)]
pub struct WideSystem {
    /// The factor of M.
    factor: Vec<f64>,
    /// W^½.
    roots: Vec<f64>,
    /// GU, one column after another.
    solved_free: Vec<f64>,
    /// The factor of U'GU.
    small: Vec<f64>,
}

impl WideSystem {
    /// Factors M with the row weights of a point; false if that is numerically singular, as where K is not finite.
    pub fn factor(&mut self, design: &WideDesign, weights: &[f64]) -> bool {
        let n = weights.len();
        self.roots.clear();
        self.roots.extend(weights.iter().map(|weight| weight.sqrt()));
        self.factor.clear();
        self.factor.reserve(design.kernel.len());
        for i in 0..n {
            let row = &design.kernel[packed::at(i, 0)..packed::at(i, 0) + i + 1];
            let root = self.roots[i];
            self.factor.extend(row.iter().zip(&self.roots).map(|(k, other)| root * k * other));
            self.factor[packed::at(i, i)] += 1.0;
        }
        if !cholesky::factor(&mut self.factor, n) {
            return false;
        }
        self.solved_free.clone_from(&design.of_free);
        for column in self.solved_free.chunks_exact_mut(n) {
            apply(&self.roots, &self.factor, column);
        }
        let count = design.free.len();
        self.small.clear();
        for a in 0..count {
            let column = &design.of_free[a * n..(a + 1) * n];
            let products = (0..=a).map(|b| crate::linear_algebra::dot(column, &self.solved_free[b * n..(b + 1) * n]));
            self.small.extend(products);
        }
        cholesky::factor(&mut self.small, count)
    }

    /// d = −H⁻¹g with the weights of the last [`factor`](WideSystem::factor).
    pub fn solve(&self, design: &WideDesign, problem: &Problem<'_>, gradient: &[f64], direction: &mut [f64]) {
        let n = problem.len();
        for ((d, g), inverse) in direction.iter_mut().zip(gradient).zip(&design.inverses) {
            *d = g * inverse;
        }
        let mut rows = Vec::with_capacity(n);
        problem.design.each_predictor(direction, |_, predictor| rows.push(predictor));
        let mut of_free: Vec<f64> = design
            .free
            .iter()
            .enumerate()
            .map(|(a, &j)| crate::linear_algebra::dot(&self.solved_free[a * n..(a + 1) * n], &rows) - gradient[j])
            .collect();
        cholesky::solve(&self.small, &mut of_free);
        rows.iter_mut().for_each(|t| *t = -*t);
        for (column, d) in design.of_free.chunks_exact(n).zip(&of_free) {
            rows.iter_mut().zip(column).for_each(|(sum, x)| *sum += x * d);
        }
        apply(&self.roots, &self.factor, &mut rows);
        direction.copy_from_slice(gradient);
        problem.design.add_transpose_product(&rows, direction);
        for (d, inverse) in direction.iter_mut().zip(&design.inverses) {
            *d *= -inverse;
        }
        for (&j, d) in design.free.iter().zip(of_free) {
            direction[j] = d;
        }
    }
}

/// Gv in place, G = W^½ M⁻¹ W^½.
fn apply(roots: &[f64], factor: &[f64], vector: &mut [f64]) {
    vector.iter_mut().zip(roots).for_each(|(v, root)| *v *= root);
    cholesky::solve(factor, vector);
    vector.iter_mut().zip(roots).for_each(|(v, root)| *v *= root);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DesignMatrix, Evaluation, Evaluator, Loss, Order, PenaltyTerm};

    /// Solves with H itself, and in n unknowns.
    #[test]
    fn directions_are_those_of_the_hessian() {
        for (n, p, free) in [(1, 1, 0), (3, 5, 1), (7, 7, 1), (40, 150, 0), (120, 130, 2)] {
            let number = |k: usize| ((k * 7919 + 31) % 1009) as f64 / 500.0 - 1.0;
            let rows: Vec<f64> = (0..n * p).map(|k| if k % p == 0 { 1.0 } else { number(k) }).collect();
            let signs: Vec<f64> = (0..n).map(|i| if i % 3 == 0 { 1.0 } else { -1.0 }).collect();
            let penalties: Vec<f64> = (0..p).map(|j| if j < free { 0.0 } else { 0.25 * (1 + j % 4) as f64 }).collect();
            let problem = Problem {
                design: DesignMatrix::dense(&rows, p),
                loss: Loss::logistic(&signs),
                penalty: PenaltyTerm::l2(&penalties),
            };
            let mut design = WideDesign::default();
            design.prepare(&problem);
            assert!(design.if_it_suits().is_some(), "{n} x {p}");
            let at: Vec<f64> = (0..p).map(|j| 0.1 * number(j + 17)).collect();
            let mut evaluation = Evaluation::default();
            let mut evaluator = Evaluator::default();
            evaluator.evaluate(&problem, &at, Order::Hessian, &mut evaluation);
            let mut factor = evaluation.hessian.clone();
            assert!(cholesky::factor(&mut factor, p));
            let mut expected: Vec<f64> = evaluation.gradient.iter().map(|g| -g).collect();
            cholesky::solve(&factor, &mut expected);
            let mut system = WideSystem::default();
            assert!(system.factor(&design, evaluator.row_weights(&problem, &evaluation)));
            let mut direction = vec![0.0; p];
            system.solve(&design, &problem, &evaluation.gradient, &mut direction);
            let size = expected.iter().fold(0.0, |size: f64, d| size.max(d.abs()));
            for (a, b) in direction.iter().zip(&expected) {
                assert!((a - b).abs() <= 1e-12 * size, "{n} x {p}: {a} {b}");
            }
        }
    }

    #[test]
    fn other_problems_do_not_suit() {
        let (rows, signs) = ([1.0; 6], [1.0, -1.0, 1.0]);
        let suits = |columns: usize, penalty: PenaltyTerm<'_>| {
            let design = DesignMatrix::dense(&rows[..], columns);
            let loss = Loss::logistic(&signs[..design.rows()]);
            WideDesign::suits(&Problem { design, loss, penalty })
        };
        assert!(suits(3, PenaltyTerm::l2(&[0.0, 1.0, 1.0])));
        assert!(!suits(2, PenaltyTerm::l2(&[0.0, 1.0])), "more rows than columns");
        assert!(!suits(3, PenaltyTerm::NONE) && !suits(3, PenaltyTerm::FIRTH), "nothing makes H definite");
        assert!(!suits(3, PenaltyTerm::l2(&[0.0, 0.0, 0.0])), "no columns are penalised");
        assert!(!suits(3, PenaltyTerm::l2(&[1.0, 1.0, 1e-7])), "rounding of the last column hides the others");
    }
}
