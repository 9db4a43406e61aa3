//! Where the optimum is: coefficients and standard errors with proved bounds on their errors.
//!
//! A solver's point may be proved to be within 1e-10 of the least objective and yet lie where the information matrix H differs from
//! that at the optimum β* in the fourth digit: on nearly separated data H hangs on weights that are exponentials of the coefficients.
//! So Newton's method goes on from the solver's point in numbers of twice the precision ([`DoubleDouble`]), and what is reported
//! about β* is proved there.
//!
//! # Derivation
//!
//! The notation is that of [`certificate`](super::certificate), which derives that with ν = ‖g‖ in the norm of H⁻¹, R the length of
//! the longest row in that norm, and νR < 1, the optimum exists and lies in the ellipsoid
//!
//! ```text
//! (β* − β)'H(β* − β) ≤ t*²,      t* = −ln(1 − νR)/R.
//! ```
//!
//! * A coefficient is β_k = e_k'β, and |e_k'(β* − β)| ≤ t* (e_k'H⁻¹e_k)^½ by Cauchy and Schwarz: t* times its standard error.
//! * On the way to β* no predictor changes by more than R t*, and |ψ'''| ≤ ψ'' lets a weight change by a factor of at most
//!   exp(R t*). So exp(−R t*) H ≤ H(β*) ≤ exp(R t*) H, and a standard error changes by a factor of at most exp(R t*/2). A
//!   quadratic penalty adds the same to both.
//!
//! This is generalised self-concordance: Bach (2010), Electronic Journal of Statistics 4, 384-414, doi 10.1214/09-EJS521; for the
//! ellipsoid and the Hessian in it, Sun & Tran-Dinh (2019), Mathematical Programming 178, 145-213, propositions 8 and 10.
//!
//! # Coordinates
//!
//! Feature j is taken as z_ij = (x_ij − m_j) 2^(−k_j), with m_j the mean and 2^k_j near the deviation. In twice the precision that is
//! exact, so nothing is lost, and H is as well conditioned as for standardized features: γ_j = 2^k_j β_j, and
//! γ_0 = β_0 + Σ_j m_j β_j.
//!
//! Where columns are so nearly equal that this proves nothing, the columns without penalty are replaced by combinations at right angles
//! (`mixing`), which carry a rounding of their own, a_i in row i: it is added to the errors of predictors, of g and of H.
//!
//! # Rounding
//!
//! With ε = [`DoubleDouble::EPSILON`](Real::EPSILON), the bound on an operation's relative error, and η = [`DoubleDouble::EXP_ERROR`]:
//!
//! * a predictor is off by at most δ_i = (p + 2)ε (Σ_j |z_ij γ_j| + |o_i|), so a residual by a share q_i = 2η + 1.1 δ_i of itself, with
//!   a row weight by ε more, and a weight
//!   by a share of twice that. Wrong residuals change ν by at most Σ_i q_i |r_i| ‖z_i‖, the norm that of H⁻¹. Wrong weights change H
//!   by a factor within 1 ± 2 max_i q_i, whatever its condition, because each multiplies a positive semidefinite term;
//! * adding up g is off by (n + 4)ε Σ_i |z_ij r_i| in entry j, which changes ν by at most that times ((H⁻¹)_jj)^½, summed over j;
//! * adding up H and factoring it is off by θ = (n + 2p + 16)ε of the unit diagonal to which it can be scaled, so H by a factor within
//!   1 ± 2 θ p Σ_j H_jj (H⁻¹)_jj;
//! * a row whose margin is beyond ±650 has residual or weight below 2⁻⁹³⁰, with a row weight 2⁻⁸³⁰, and products that underflow are off by less: with R and
//!   the coefficients at most 2²⁰⁰ both change ν and H by less than 2⁻⁵⁰⁰.

mod coordinates;
mod mixing;

use super::Problem;
use super::certificate::{Refusal, gap_bound};
use super::design::Transformation;
use crate::linear_algebra::{DoubleDouble, Real, cholesky, dot, norm, power_of_two_near};
use coordinates::{Coordinates, Lengths, Sums};

/// The optimum, with proved bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Enclosure {
    /// Coefficients near the optimum's, on the data's own scale.
    pub coefficients: Vec<f64>,
    /// For each a bound on its distance from the optimum's.
    pub coefficient_errors: Vec<f64>,
    /// Square roots of the diagonal of H⁻¹ near those at the optimum: standard errors, if there is no penalty.
    pub standard_errors: Vec<f64>,
    /// For each a bound on its distance from the one at the optimum.
    pub standard_error_errors: Vec<f64>,
    /// F at a point near the optimum, which binary64 need not hold, with a bound on its rounding, and on how far it is above F(β*).
    pub objective: Objective,
}

/// F at a point, in twice the precision but for the last additions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// F(β).
    pub value: f64,
    /// A bound on the rounding of `value`.
    pub error: f64,
    /// An upper bound on F(β) − F(β*); that there is one proves that β* exists.
    pub gap: f64,
}

impl Enclosure {
    /// Bounds on the distances of a point's coefficients from the optimum's.
    pub fn distances(&self, coefficients: &[f64]) -> Vec<f64> {
        let known = self.coefficients.iter().zip(&self.coefficient_errors);
        coefficients
            .iter()
            .zip(known)
            .map(|(b, (c, error))| ((b - c).abs() + error) * (1.0 + 4.0 * f64::EPSILON))
            .collect()
    }

    /// The optimum's coefficients, each with the bound on its error.
    pub fn optimum(&self) -> Vec<[f64; 2]> {
        self.coefficients.iter().zip(&self.coefficient_errors).map(|(&b, &error)| [b, error]).collect()
    }
}

/// Decrement ν at which the search ends: where R is no larger than 10⁶, rounding to binary64 is then the largest error.
const NEAR: f64 = 1e-23;
/// Decrement below which the search ends once a step no longer halves it.
const ROUNDED: f64 = 1e-8;
/// ρ up to which rounding does not widen a bound.
const NEGLIGIBLE: f64 = 1e-14;
/// (n + p) p² up to which a proof is tried, because sums of twice the precision take seconds beyond.
const MOST_WORK: usize = 100_000_000;
/// Most steps.
const MOST_STEPS: usize = 100;
/// Most halvings of a step.
const MOST_HALVINGS: usize = 40;
/// Largest R and largest coefficient for which underflow is negligible, 2²⁰⁰.
const LARGEST: f64 = 1.606_938_044_258_990_3e60;
/// Most that underflow contributes to ν and ρ, 2⁻⁵⁰⁰.
const UNDERFLOW: f64 = 3.054_936_363_499_605e-151;

/// Encloses the optimum of a problem with an intercept, on the data's own scale and without penalty or with a quadratic one. `start` is
/// a point near it for the features under `standardized`.
pub fn enclose(problem: &Problem<'_>, standardized: &Transformation, start: &[f64]) -> Result<Enclosure, Refusal> {
    in_some_coordinates(problem, standardized, |coordinates| enclose_in(coordinates, standardized, start))
}

/// F near the optimum of a problem, with a first column of ones or without, found from `start`, a point for its columns. For problems of
/// at most `most_work` multiplications a Hessian.
pub fn optimum(problem: &Problem<'_>, start: &[f64], most_work: usize) -> Result<Objective, Refusal> {
    if work(problem) > most_work {
        return Err(Refusal::NotTried);
    }
    let standardized = Transformation::of_design(problem.design);
    enclose(problem, &standardized, &standardized.redo(start)).map(|found| found.objective)
}

/// (n + p) p².
fn work(problem: &Problem<'_>) -> usize {
    (problem.len() + problem.unknowns()) * problem.unknowns().pow(2)
}

/// What is proved in the coordinates of the columns if rounding is negligible there, else in those of mixed columns, else in
/// those of the columns again if rounding leaves a proof at all.
fn in_some_coordinates<T>(
    problem: &Problem<'_>,
    standardized: &Transformation,
    prove: impl Fn(&Coordinates<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    if work(problem) > MOST_WORK {
        return Err(Refusal::NotTried);
    }
    let plain = Coordinates::new(problem, standardized)?;
    prove(&plain.tolerating(NEGLIGIBLE)).or_else(|_| prove(&plain.mixed()?)).or_else(|_| prove(&plain))
}

fn enclose_in(
    coordinates: &Coordinates<'_>,
    standardized: &Transformation,
    start: &[f64],
) -> Result<Enclosure, Refusal> {
    let mut point = coordinates.of(standardized, start);
    let mut here = Local::at(coordinates, &point)?;
    for _ in 0..MOST_STEPS {
        if here.decrement <= NEAR {
            break;
        }
        let Some((next, there)) = here.step(coordinates, &point) else { break };
        let is_rounding = there.decrement <= ROUNDED && there.decrement > 0.5 * here.decrement;
        (point, here) = (next, there);
        if is_rounding {
            break;
        }
    }
    here.enclosure(coordinates, &point)
}

/// F at coefficients on the data's own scale. The problem is one for [`enclose`].
///
/// The bound is ν² s(νR), as in [`certificate`](super::certificate). In these coordinates the intercept is the sum γ_0, which rounding
/// moves by at most (p + 3)ε (|β_0| + Σ_j |m_j β_j|); no loss changes by more than its predictor does.
pub fn objective(
    problem: &Problem<'_>,
    standardized: &Transformation,
    coefficients: &[f64],
) -> Result<Objective, Refusal> {
    in_some_coordinates(problem, standardized, |coordinates| {
        let (point, moved) = coordinates.of_own_scale(coefficients)?;
        let here = Local::at(coordinates, &point)?;
        let Objective { value, error, gap } = here.objective(&here.bounds(coordinates)?)?;
        let moved = coordinates.weight_sum() * moved;
        Ok(Objective { value, error: error + moved, gap: (gap + moved) * (1.0 + 1e-9) })
    })
}

/// What is known of F at a point.
struct Local {
    sums: Sums,
    /// The Cholesky factor of H.
    factor: Vec<DoubleDouble>,
    /// −H⁻¹g.
    direction: Vec<DoubleDouble>,
    /// (g'H⁻¹g)^½.
    decrement: f64,
}

impl Local {
    fn at(coordinates: &Coordinates<'_>, point: &[DoubleDouble]) -> Result<Local, Refusal> {
        let sums = coordinates.sums(point);
        if !sums.is_finite() || point.iter().any(|value| !(value.rounded().abs() <= LARGEST)) {
            return Err(Refusal::NotFinite);
        }
        let mut factor = sums.hessian.clone();
        if !sums.has_normal_diagonal() || !cholesky::factor(&mut factor, point.len()) {
            return Err(Refusal::Singular);
        }
        let mut direction: Vec<DoubleDouble> = sums.gradient.iter().map(|&g| -g).collect();
        cholesky::solve(&factor, &mut direction);
        let decrement = (-dot(&direction, &sums.gradient)).rounded().max(0.0).sqrt();
        Ok(Local { sums, factor, direction, decrement })
    }

    /// The point after a Newton step, halved until it does not overshoot: until F rises there at most half as steeply as it falls here.
    fn step(&self, coordinates: &Coordinates<'_>, point: &[DoubleDouble]) -> Option<(Vec<DoubleDouble>, Local)> {
        let slope = self.decrement * self.decrement;
        (0..MOST_HALVINGS).find_map(|halvings| {
            let length = 0.5f64.powi(halvings as i32);
            let next: Vec<DoubleDouble> =
                point.iter().zip(&self.direction).map(|(&b, d)| b + d.scaled(length)).collect();
            let there = Local::at(coordinates, &next).ok()?;
            let rises = dot(&there.sums.gradient, &self.direction).rounded();
            (rises <= 0.5 * slope).then_some((next, there))
        })
    }

    /// ((H⁻¹)_jj)^½ of a combination of the coordinates.
    fn length_of(&self, mut vector: Vec<DoubleDouble>) -> f64 {
        cholesky::solve_lower(&self.factor, &mut vector);
        norm(&vector).rounded()
    }

    /// ν and R at this point, rounding included.
    fn bounds(&self, coordinates: &Coordinates<'_>) -> Result<Bounds, Refusal> {
        let p = self.direction.len();
        let lengths: Vec<f64> = (0..p).map(|j| self.length_of(unit(p, j))).collect();
        let spread: f64 = lengths.iter().enumerate().map(|(j, length)| self.sums.diagonal(j) * length * length).sum();
        let theta = (coordinates.rows() + 2 * p + 16) as f64 * DoubleDouble::EPSILON;
        let Lengths { largest, residual_errors, hessian_share } =
            coordinates.lengths(&self.factor, &self.sums, &lengths);
        let rho =
            2.0 * theta * p as f64 * spread * 1.01 + 2.0 * self.sums.largest_share() + 2.1 * hessian_share + UNDERFLOW;
        if !(rho <= coordinates.tolerated()) {
            return Err(Refusal::IllConditioned);
        }
        let inflation = (1.0 + rho) / (1.0 - rho).sqrt();
        let summation = (coordinates.rows() + 4) as f64 * DoubleDouble::EPSILON;
        let summation_errors: f64 =
            self.sums.gradient_sizes.iter().zip(&lengths).map(|(size, length)| summation * size * length).sum();
        // Sums of positive binary64 numbers in this function are within a share of 1e-9 of the truth.
        let nu = (self.decrement + 1.01 * (residual_errors + summation_errors)) * inflation * (1.0 + 1e-9) + UNDERFLOW;
        let radius = largest * inflation * (1.0 + 1e-9);
        if nu * radius < 1.0 && radius <= LARGEST {
            Ok(Bounds { nu, radius, rho, lengths })
        } else {
            Err(Refusal::TooFar)
        }
    }

    /// F at this point.
    fn objective(&self, &Bounds { nu, radius, .. }: &Bounds) -> Result<Objective, Refusal> {
        let gap = gap_bound(nu, radius).ok_or(Refusal::TooFar)?;
        Ok(Objective { value: self.sums.objective, error: self.sums.objective_error, gap })
    }

    /// The enclosure that this point proves.
    fn enclosure(&self, coordinates: &Coordinates<'_>, point: &[DoubleDouble]) -> Result<Enclosure, Refusal> {
        let p = point.len();
        let bounds = self.bounds(coordinates)?;
        let objective = self.objective(&bounds)?;
        let Bounds { nu, radius, rho, lengths } = bounds;
        // −ln(1 − x)/R, and its limit ν for a radius that is tiny.
        let reach = if radius > 0.0 { (-(-nu * radius).ln_1p() / radius).max(nu) } else { nu } * (1.0 + 1e-9);
        // A standard error is within this share of the computed one: by distance, rounding of H, and that to binary64.
        let share = ((0.5 * radius * reach).exp_m1() * (1.0 + rho) + rho) * (1.0 + 1e-9) + 2.0 * f64::EPSILON;
        let mut found = Enclosure {
            coefficients: Vec::with_capacity(p),
            coefficient_errors: Vec::with_capacity(p),
            standard_errors: Vec::with_capacity(p),
            standard_error_errors: Vec::with_capacity(p),
            objective,
        };
        for k in 0..p {
            let (row, row_errors) = coordinates.undoing(k);
            let coefficient = dot(&row, point);
            let size: f64 = row.iter().zip(point).map(|(t, b)| (t.rounded() * b.rounded()).abs()).sum();
            let inherited: f64 = row_errors.iter().zip(point).map(|(error, b)| error * b.rounded().abs()).sum();
            let rounding =
                (p + 3) as f64 * DoubleDouble::EPSILON * size + inherited + f64::EPSILON * coefficient.rounded().abs();
            // Divided by a power of two, because squares may overflow or underflow.
            let largest = row.iter().fold(0.0, |most: f64, t| most.max(t.rounded().abs()));
            let power = power_of_two_near(largest);
            let error = self.length_of(row.iter().map(|t| t.scaled(1.0 / power)).collect()) * power;
            let slack: f64 = row_errors.iter().zip(&lengths).map(|(error, length)| error * length).sum();
            found.coefficients.push(coefficient.rounded());
            found.coefficient_errors.push((reach * (error + slack) * (1.0 + rho) + rounding) * (1.0 + 1e-9));
            found.standard_errors.push(error);
            found.standard_error_errors.push(share * error + slack * (1.0 + rho));
        }
        let all =
            [&found.coefficients, &found.coefficient_errors, &found.standard_errors, &found.standard_error_errors];
        if all.into_iter().flatten().all(|value| value.is_finite()) { Ok(found) } else { Err(Refusal::NotFinite) }
    }
}

/// ν and R at a point, with the share by which rounding may change H⁻¹.
struct Bounds {
    nu: f64,
    radius: f64,
    rho: f64,
    /// ((H⁻¹)_jj)^½.
    lengths: Vec<f64>,
}

fn unit(p: usize, j: usize) -> Vec<DoubleDouble> {
    (0..p).map(|k| DoubleDouble::splat(f64::from(u8::from(j == k)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataSet;
    use crate::linear_algebra::{Storage, StoredRows};
    use crate::model::{DesignMatrix, Loss, PenaltyTerm, Prepared, Scaling};

    /// 2 of 3 rows are of class 1: β* = ln 2, H = 3 · 2/9.
    #[test]
    fn one_parameter_by_hand() {
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0; 3], 1),
            loss: Loss::logistic(&[1.0, 1.0, -1.0]),
            penalty: PenaltyTerm::NONE,
        };
        for start in [0.0, 0.69, 5.0, -20.0] {
            let found = enclose(&problem, &Transformation::default(), &[start]).unwrap();
            assert!((found.coefficients[0] - std::f64::consts::LN_2).abs() <= found.coefficient_errors[0]);
            assert!((found.standard_errors[0] - 1.5f64.sqrt()).abs() <= found.standard_error_errors[0]);
            assert!(found.coefficient_errors[0] < 1e-15 && found.standard_error_errors[0] < 1e-15, "{found:?}");
        }
    }

    #[test]
    fn separated_rows_have_no_optimum_to_enclose() {
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0, -1.0, 1.0, 1.0], 2),
            loss: Loss::logistic(&[-1.0, 1.0]),
            penalty: PenaltyTerm::NONE,
        };
        let data = DataSet {
            name: String::new(),
            feature_names: vec!["x".to_owned()],
            features: StoredRows::from_fn(Storage::Double, (2, 1), |(i, _)| [-1.0, 1.0][i]),
            labels: vec![0, 1],
            classes: vec!["0".to_owned(), "1".to_owned()],
            ..DataSet::default()
        };
        let standardized = Prepared::all_rows(&data, Scaling::Standardize).transformation;
        for exponent in 0..12 {
            assert!(enclose(&problem, &standardized, &[0.0, 2f64.powi(exponent)]).is_err(), "2^{exponent}");
        }
    }
}
