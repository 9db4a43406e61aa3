//! The coordinates of an enclosure, and sums over the rows in them, in numbers of twice the precision.

use super::mixing::Mixing;
use crate::linear_algebra::{DoubleDouble, Real, cholesky, norm, packed, power_of_two_near};
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
#[derive(Clone)]
pub struct Coordinates<'a> {
    problem: &'a Problem<'a>,
    /// λ_j there.
    weights: Vec<f64>,
    /// m_j of all columns, 0 for the intercept.
    means: Vec<f64>,
    /// 2^k_j of all columns, 1 for the intercept.
    powers: Vec<f64>,
    /// What is done to nearly equal columns.
    mixing: Option<Mixing>,
    /// Largest ρ with which bounds are given.
    tolerated: f64,
}

/// Largest ρ that the derivation allows.
const MOST_ROUNDING: f64 = 0.1;

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
    /// F, in binary64.
    pub objective: f64,
    /// A bound on its rounding.
    pub objective_error: f64,
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
        // A larger power would leave a strength without its digits.
        let most = weights
            .iter()
            .map(|&weight| if weight > 0.0 { 0.5 * (weight / f64::MIN_POSITIVE).sqrt() } else { f64::MAX });
        let scales = of_features(standardized.scales(), 1.0);
        let powers: Vec<f64> =
            scales.into_iter().zip(most).map(|(scale, most)| power_of_two_near(scale.min(most))).collect();
        for (weight, power) in weights.iter_mut().zip(&powers).filter(|(weight, _)| **weight != 0.0) {
            *weight = *weight / power / power;
            // Else it has been rounded.
            if !weight.is_normal() {
                return Err(Refusal::NotFinite);
            }
        }
        Ok(Coordinates { problem, weights, means: means.collect(), powers, mixing: None, tolerated: MOST_ROUNDING })
    }

    /// The same, but that no bound is given where ρ is larger.
    pub fn tolerating(&self, most: f64) -> Coordinates<'a> {
        Coordinates { tolerated: most, ..self.clone() }
    }

    /// Largest ρ with which bounds are given.
    pub fn tolerated(&self) -> f64 {
        self.tolerated
    }

    /// The same, with nearly equal columns [mixed](Mixing). A penalty would not be one on the combinations.
    pub fn mixed(&self) -> Result<Coordinates<'a>, Refusal> {
        if self.weights.iter().any(|&weight| weight != 0.0) {
            return Err(Refusal::IllConditioned);
        }
        let p = self.powers.len();
        let mut columns = vec![Vec::with_capacity(self.rows()); p];
        let (mut row, mut errors) = (vec![DoubleDouble::ZERO; p], vec![0.0; p]);
        self.problem.design.each_row(|_, x| {
            self.row(x, &mut row, &mut errors);
            columns.iter_mut().zip(&row).for_each(|(column, &z)| column.push(z));
        });
        Ok(Coordinates { mixing: Some(Mixing::of_columns(columns)?), ..self.clone() })
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
        if let Some(mixing) = &self.mixing {
            mixing.of_coefficients(&mut point);
        }
        point
    }

    /// Coefficients on the data's own scale in these coordinates, and a bound on how far rounding moves any predictor.
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
        let mut moved = (coefficients.len() + 3) as f64 * DoubleDouble::EPSILON * size * (1.0 + 1e-9);
        if let Some(mixing) = &self.mixing {
            let errors = mixing.of_coefficients(&mut point);
            moved += self.largest().iter().zip(&errors).map(|(size, error)| size * error).sum::<f64>() * (1.0 + 1e-9);
        }
        Ok((point, moved))
    }

    /// max_i |z_ij|.
    fn largest(&self) -> Vec<f64> {
        let p = self.powers.len();
        let (mut largest, mut row, mut errors) = (vec![0.0; p], vec![DoubleDouble::ZERO; p], vec![0.0; p]);
        self.problem.design.each_row(|_, x| {
            self.row(x, &mut row, &mut errors);
            let sizes = row.iter().zip(&errors).map(|(z, error)| z.rounded().abs() + error);
            largest.iter_mut().zip(sizes).for_each(|(most, size)| *most = f64::max(*most, size));
        });
        largest
    }

    /// The row t with β_k = t'γ, and bounds on the rounding of its entries.
    pub fn undoing(&self, k: usize) -> (Vec<DoubleDouble>, Vec<f64>) {
        let scaled = |j: usize, value: f64| DoubleDouble::splat(value).scaled(1.0 / self.powers[j]);
        let entry = |j: usize| match (k, j) {
            (0, 0) => DoubleDouble::splat(1.0),
            (0, j) => scaled(j, -self.means[j]),
            (k, j) if k == j => scaled(j, 1.0),
            _ => DoubleDouble::ZERO,
        };
        let mut row: Vec<DoubleDouble> = (0..self.powers.len()).map(entry).collect();
        let mut errors = vec![0.0; row.len()];
        if let Some(mixing) = &self.mixing {
            mixing.apply(&mut row, &mut errors);
        }
        (row, errors)
    }

    /// z_i of a row x_i, and bounds on its rounding, 0 if nothing is mixed.
    fn row(&self, x: &[f64], into: &mut [DoubleDouble], errors: &mut [f64]) {
        for (((z, &x), &mean), &power) in into.iter_mut().zip(x).zip(&self.means).zip(&self.powers) {
            *z = DoubleDouble::difference(x, mean).scaled(1.0 / power);
        }
        if let Some(mixing) = &self.mixing {
            mixing.apply(into, errors);
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
            objective: 0.0,
            objective_error: 0.0,
        };
        for (j, (&weight, &b)) in self.weights.iter().zip(point).enumerate() {
            sums.gradient[j] = DoubleDouble::splat(weight) * b;
            sums.gradient_sizes[j] = (weight * b.rounded()).abs();
            sums.hessian[packed::at(j, j)] = DoubleDouble::splat(weight);
            sums.objective += 0.5 * weight * b.rounded() * b.rounded();
        }
        let loss = self.problem.loss;
        let signs = loss.signs();
        let (mut row, mut errors) = (vec![zero; p], vec![0.0; p]);
        self.problem.design.each_row(|i, x| {
            self.row(x, &mut row, &mut errors);
            let offset = loss.offset(i);
            let (mut predictor, mut size, mut inherited) = (DoubleDouble::splat(offset), offset.abs(), 0.0);
            for ((&z, &b), error) in row.iter().zip(point).zip(&errors) {
                predictor = z.mul_add(b, predictor);
                size += (z.rounded() * b.rounded()).abs();
                inherited += error * b.rounded().abs();
            }
            let (mut slope, mut weight) = derivatives(signs[i], predictor);
            let mut share = 2.0 * DoubleDouble::EXP_ERROR;
            if loss.weights().is_some() {
                let count = DoubleDouble::splat(loss.row_weight(i));
                (slope, weight) = (slope * count, weight * count);
                share += DoubleDouble::EPSILON;
            }
            let rounding = (p + 2) as f64 * DoubleDouble::EPSILON * size + inherited + UNDERFLOW;
            let residual = slope.rounded().abs();
            let (z, count) = (predictor.rounded(), loss.row_weight(i));
            sums.objective += count * ((-z.abs()).exp().ln_1p() + (-signs[i] * z).max(0.0));
            sums.objective_error += count * (rounding + f64::EPSILON * z.abs());
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
        let terms = self.rows() + p + 16;
        sums.objective_error += terms as f64 * f64::EPSILON * sums.objective;
        sums
    }

    /// The rows' lengths in the norm of H⁻¹, with ((H⁻¹)_jj)^½ of the coordinates.
    pub fn lengths(&self, factor: &[DoubleDouble], sums: &Sums, of_coordinates: &[f64]) -> Lengths {
        let p = self.powers.len();
        let (mut row, mut errors) = (vec![DoubleDouble::ZERO; p], vec![0.0; p]);
        let (mut found, mut squares) = (Lengths { largest: 0.0, residual_errors: 0.0, hessian_share: 0.0 }, 0.0);
        self.problem.design.each_row(|i, x| {
            self.row(x, &mut row, &mut errors);
            cholesky::solve_lower(factor, &mut row);
            let rounding: f64 = errors.iter().zip(of_coordinates).map(|(error, length)| error * length).sum();
            let length = norm(&row).rounded() + rounding;
            let (residual, share) = sums.residuals[i];
            found.residual_errors += residual * (share * length + rounding);
            squares += 0.25 * self.problem.loss.row_weight(i) * rounding * rounding;
            // A NaN stays.
            found.largest = if length <= found.largest { found.largest } else { length };
        });
        found.hessian_share = squares.sqrt();
        found
    }
}

/// What the lengths of rows, in the norm of H⁻¹, are needed for.
pub struct Lengths {
    /// max_i ‖z_i‖.
    pub largest: f64,
    /// Σ_i |r_i| (q_i ‖z_i‖ + ‖a_i‖), with a_i the rounding of z_i: how far g may be off.
    pub residual_errors: f64,
    /// (Σ_i ¼ c_i ‖a_i‖²)^½ = κ: H may be off by a factor within (1 ± κ)².
    pub hessian_share: f64,
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
