//! The coordinates of an enclosure, and sums over the rows in them, in numbers of twice the precision.

use crate::linear_algebra::{DoubleDouble, Real, cholesky, norm, packed};
use crate::model::Problem;
use crate::model::certificate::Refusal;
use crate::model::design::Transformation;

/// Least and largest entry of a diagonal whose products do not underflow or overflow, 2^∓900.
const DIAGONAL: std::ops::RangeInclusive<f64> = 1.183_072_192_104_017e-271..=8.452_712_498_170_644e270;
/// Largest weight of a row, 2¹⁰⁰.
const LARGEST_WEIGHT: f64 = 1_267_650_600_228_229_401_496_703_205_376.0;
/// Absolute error of a predictor by underflow, generously: 2⁻³⁰⁰.
const UNDERFLOW: f64 = 4.909_093_465_297_727e-91;

/// A problem in coordinates in which it is well conditioned, and to which it can be brought without rounding.
pub struct Coordinates<'a> {
    problem: &'a Problem<'a>,
    /// λ_j there.
    weights: Vec<f64>,
    /// m_j of all columns, 0 for the intercept.
    means: Vec<f64>,
    /// 2^k_j of all columns, 1 for the intercept.
    powers: Vec<f64>,
}

/// F's derivatives at a point.
pub struct Sums {
    /// g.
    pub gradient: Vec<DoubleDouble>,
    /// H as a packed lower triangle.
    pub hessian: Vec<DoubleDouble>,
    /// Σ_i |z_ij r_i| + λ_j |γ_j|.
    pub gradient_sizes: Vec<f64>,
    /// |r_i|, and the share q_i of it by which it may be off.
    residuals: Vec<(f64, f64)>,
}

impl Sums {
    /// Whether g and H are finite.
    pub fn is_finite(&self) -> bool {
        self.gradient.iter().chain(&self.hessian).all(|value| value.rounded().is_finite())
            && self.gradient_sizes.iter().all(|size| size.is_finite())
    }

    /// H_jj.
    pub fn diagonal(&self, j: usize) -> f64 {
        self.hessian[packed::at(j, j)].rounded()
    }

    /// Whether the diagonal of H is far from underflow and overflow.
    pub fn has_normal_diagonal(&self) -> bool {
        (0..self.gradient.len()).all(|j| DIAGONAL.contains(&self.diagonal(j)))
    }

    /// max_i q_i.
    pub fn largest_share(&self) -> f64 {
        self.residuals.iter().fold(0.0, |largest: f64, (_, share)| if *share > largest { *share } else { largest })
    }
}

impl<'a> Coordinates<'a> {
    /// For a problem, whose features are `standardized`. Without an unknown there is nothing to enclose.
    pub fn new(problem: &'a Problem<'a>, standardized: &Transformation) -> Result<Coordinates<'a>, Refusal> {
        if problem.unknowns() == 0 {
            return Err(Refusal::NotTried);
        }
        // With larger ones, what underflows would not be negligible.
        if problem.loss.weights().is_some_and(|weights| weights.iter().any(|&c| !(c <= LARGEST_WEIGHT))) {
            return Err(Refusal::NotFinite);
        }
        let mut weights = problem.penalty.quadratic().ok_or(Refusal::NotConcave)?.to_vec();
        weights.resize(problem.unknowns(), 0.0);
        // Means would mix a penalised intercept with the others.
        let centred = weights.first() == Some(&0.0);
        let of_features =
            |values: &[f64], first| std::iter::once(first).chain(values.iter().copied()).collect::<Vec<f64>>();
        let means = of_features(standardized.centers(), 0.0).into_iter().map(|mean| if centred { mean } else { 0.0 });
        let power = |deviation: f64| 2f64.powi(deviation.log2().round().clamp(-1000.0, 1000.0) as i32);
        let powers: Vec<f64> = of_features(standardized.scales(), 1.0).into_iter().map(power).collect();
        for (weight, power) in weights.iter_mut().zip(&powers).filter(|(weight, _)| **weight != 0.0) {
            *weight = *weight / power / power;
            // Else it has been rounded.
            if !weight.is_normal() {
                return Err(Refusal::NotFinite);
            }
        }
        Ok(Coordinates { problem, weights, means: means.collect(), powers })
    }

    /// Σ_i c_i, rounding included.
    pub fn weight_sum(&self) -> f64 {
        self.problem.loss.weight_sum() * (1.0 + self.rows() as f64 * f64::EPSILON)
    }

    /// n.
    pub fn rows(&self) -> usize {
        self.problem.len()
    }

    /// A point for standardized features in these coordinates.
    pub fn of(&self, standardized: &Transformation, point: &[f64]) -> Vec<DoubleDouble> {
        let deviations = std::iter::once(&1.0).chain(standardized.scales());
        let rescaled = point.iter().zip(&self.powers).zip(deviations);
        let mut point: Vec<DoubleDouble> =
            rescaled.map(|((b, power), deviation)| DoubleDouble::splat(b * (power / deviation))).collect();
        for (j, mean) in standardized.centers().iter().enumerate() {
            // Nothing, unless the intercept is penalised.
            let shift = DoubleDouble::difference(self.means[j + 1], *mean).scaled(1.0 / self.powers[j + 1]);
            point[0] = point[0] + point[j + 1] * shift;
        }
        point
    }

    /// Coefficients on the data's own scale in these coordinates, and a bound on the rounding of the intercept; the others are exact.
    pub fn of_own_scale(&self, coefficients: &[f64]) -> Result<(Vec<DoubleDouble>, f64), Refusal> {
        let rescaled = coefficients.iter().zip(&self.powers).map(|(b, power)| b * power);
        let mut point: Vec<DoubleDouble> = rescaled.map(DoubleDouble::splat).collect();
        let exact = |(b, rescaled): (&f64, &DoubleDouble)| *b == 0.0 || rescaled.rounded().is_normal();
        if !coefficients.iter().zip(&point).all(exact) {
            return Err(Refusal::NotFinite);
        }
        let mut size = coefficients.first().map_or(0.0, |b| b.abs());
        for (b, mean) in coefficients.iter().zip(&self.means).skip(1) {
            point[0] = DoubleDouble::splat(*b).mul_add(DoubleDouble::splat(*mean), point[0]);
            size += (b * mean).abs();
        }
        Ok((point, (coefficients.len() + 3) as f64 * DoubleDouble::EPSILON * size * (1.0 + 1e-9)))
    }

    /// The row t with β_k = t'γ.
    pub fn undoing(&self, k: usize) -> Vec<DoubleDouble> {
        let scaled = |j: usize, value: f64| DoubleDouble::splat(value).scaled(1.0 / self.powers[j]);
        let entry = |j: usize| match (k, j) {
            (0, 0) => DoubleDouble::splat(1.0),
            (0, j) => scaled(j, -self.means[j]),
            (k, j) if k == j => scaled(j, 1.0),
            _ => DoubleDouble::ZERO,
        };
        (0..self.powers.len()).map(entry).collect()
    }

    /// z_i of a row x_i.
    fn row(&self, x: &[f64], into: &mut [DoubleDouble]) {
        for (((z, &x), &mean), &power) in into.iter_mut().zip(x).zip(&self.means).zip(&self.powers) {
            *z = DoubleDouble::difference(x, mean).scaled(1.0 / power);
        }
    }

    /// g and H at a point, and the sizes that bound their errors.
    pub fn sums(&self, point: &[DoubleDouble]) -> Sums {
        let p = point.len();
        let zero = DoubleDouble::ZERO;
        let mut sums = Sums {
            gradient: vec![zero; p],
            hessian: vec![zero; packed::len(p)],
            gradient_sizes: vec![0.0; p],
            residuals: Vec::with_capacity(self.rows()),
        };
        for (j, (&weight, &b)) in self.weights.iter().zip(point).enumerate() {
            sums.gradient[j] = DoubleDouble::splat(weight) * b;
            sums.gradient_sizes[j] = (weight * b.rounded()).abs();
            sums.hessian[packed::at(j, j)] = DoubleDouble::splat(weight);
        }
        let loss = self.problem.loss;
        let signs = loss.signs();
        let mut row = vec![zero; p];
        self.problem.design.each_row(|i, x| {
            self.row(x, &mut row);
            let offset = loss.offset(i);
            let (mut predictor, mut size) = (DoubleDouble::splat(offset), offset.abs());
            for (&z, &b) in row.iter().zip(point) {
                predictor = z.mul_add(b, predictor);
                size += (z.rounded() * b.rounded()).abs();
            }
            let (mut slope, mut weight) = derivatives(signs[i], predictor);
            let mut share = 2.0 * DoubleDouble::EXP_ERROR;
            if loss.weights().is_some() {
                let count = DoubleDouble::splat(loss.row_weight(i));
                (slope, weight) = (slope * count, weight * count);
                share += DoubleDouble::EPSILON;
            }
            let rounding = (p + 2) as f64 * DoubleDouble::EPSILON * size + UNDERFLOW;
            let residual = slope.rounded().abs();
            sums.residuals.push((residual, share + 1.1 * rounding));
            let mut place = sums.hessian.iter_mut();
            for (j, &z) in row.iter().enumerate() {
                sums.gradient[j] = slope.mul_add(z, sums.gradient[j]);
                sums.gradient_sizes[j] += residual * z.rounded().abs();
                let weighted = weight * z;
                for (sum, &other) in place.by_ref().take(j + 1).zip(&row) {
                    *sum = weighted.mul_add(other, *sum);
                }
            }
        });
        sums
    }

    /// max_i ‖z_i‖, and Σ_i q_i |r_i| ‖z_i‖, in the norm of H⁻¹.
    pub fn lengths(&self, factor: &[DoubleDouble], sums: &Sums) -> (f64, f64) {
        let mut row = vec![DoubleDouble::ZERO; self.powers.len()];
        let (mut largest, mut errors) = (0.0, 0.0);
        self.problem.design.each_row(|i, x| {
            self.row(x, &mut row);
            cholesky::solve_lower(factor, &mut row);
            let length = norm(&row).rounded();
            let (residual, share) = sums.residuals[i];
            errors += share * residual * length;
            // A NaN stays.
            largest = if length <= largest { largest } else { length };
        });
        (largest, errors)
    }
}

/// The loss's derivatives by the predictor z: p − y and p (1 − p).
fn derivatives(sign: f64, predictor: DoubleDouble) -> (DoubleDouble, DoubleDouble) {
    let one = DoubleDouble::splat(1.0);
    let margin = predictor.scaled(sign);
    let exponential = (-margin.abs()).exp();
    let reciprocal = one / (one + exponential);
    let small = exponential * reciprocal;
    let residual = if margin.less(DoubleDouble::ZERO) { reciprocal } else { small };
    // The comparison sends a NaN to a finite branch.
    let slope = residual.scaled(-sign) + predictor.scaled(0.0);
    (slope, small * reciprocal)
}
