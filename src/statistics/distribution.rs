//! Distribution functions of `statrs`, made total: NaN for an argument outside the domain. The normal ones are accurate to a few units
//! in the last place, by the complementary error function of `libm` (`statrs` has 2e-11).
//!
//! The others are accurate to 1e-8 (`tests/statistics.rs`). The library's continued fraction for the incomplete beta function stops after
//! 140 terms: near the mean of a beta distribution its error is 4e-10 for parameters of 500,000, and 4e-8 for 5,000,000.

use std::f64::consts::{PI, SQRT_2};

use statrs::distribution::{ChiSquared, ContinuousCDF};
use statrs::function::beta::{beta_reg, inv_beta_reg, ln_beta};
use statrs::function::erf::erfc_inv;
use statrs::function::gamma::ln_gamma;

/// Φ(x), the standard normal distribution function.
pub fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

/// φ(x), the standard normal density.
pub fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// Φ⁻¹(p).
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let tail = p.min(1.0 - p);
    let mut z = -SQRT_2 * erfc_inv(2.0 * tail);
    // A step of Newton's method corrects the library's quantile.
    let density = normal_density(z);
    if density > 0.0 {
        z -= (normal(z) - tail) / density;
    }
    if p > 0.5 { -z } else { z }
}

/// P(T > t) for Student's t with `degrees` of freedom.
pub fn student_t_upper(t: f64, degrees: f64) -> f64 {
    if t.is_nan() || !(degrees > 0.0) {
        return f64::NAN;
    }
    let tail = 0.5 * beta(0.5 * degrees, 0.5, degrees / (degrees + t * t));
    if t >= 0.0 { tail } else { 1.0 - tail }
}

/// The p-quantile of Student's t with `degrees` of freedom.
pub fn student_t_quantile(p: f64, degrees: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || !(degrees > 0.0) {
        return f64::NAN;
    }
    let tail = p.min(1.0 - p);
    let share = beta_quantile(0.5 * degrees, 0.5, 2.0 * tail);
    let mut t = (degrees * (1.0 - share) / share).sqrt();
    // Newton's method on t corrects the library's quantile, whose iteration ends too early where the share is close to 1:
    // with a million degrees of freedom the error is 6e-5.
    for _ in 0..if t.is_finite() && tail > 0.0 { 5 } else { 0 } {
        t += (student_t_upper(t, degrees) - tail) / student_t_density(t, degrees);
    }
    if p < 0.5 { -t } else { t }
}

/// The density of Student's t.
fn student_t_density(t: f64, degrees: f64) -> f64 {
    let log_kernel = -0.5 * (degrees + 1.0) * (t * t / degrees).ln_1p();
    (log_kernel - log_beta(0.5 * degrees, 0.5)).exp() / degrees.sqrt()
}

/// P(F > f) for the F distribution with `first` and `second` degrees of freedom.
pub fn f_upper(f: f64, first: f64, second: f64) -> f64 {
    if f == f64::INFINITY {
        return 0.0;
    }
    // Not as 1 − P(F ≤ f), because a small tail would lose its digits.
    beta(0.5 * second, 0.5 * first, second / (first * f.max(0.0) + second))
}

/// The p-quantile of the F distribution with `first` and `second` degrees of freedom.
pub fn f_quantile(p: f64, first: f64, second: f64) -> f64 {
    let share = beta_quantile(0.5 * first, 0.5 * second, p);
    second * share / (first * (1.0 - share))
}

/// P(X > x) for the chi-squared distribution.
pub fn chi_squared_upper(x: f64, degrees: f64) -> f64 {
    ChiSquared::new(degrees).map_or(f64::NAN, |distribution| if x.is_nan() { x } else { distribution.sf(x) })
}

/// The p-quantile of the chi-squared distribution.
pub fn chi_squared_quantile(p: f64, degrees: f64) -> f64 {
    match ChiSquared::new(degrees) {
        Ok(distribution) if (0.0..=1.0).contains(&p) => distribution.inverse_cdf(p),
        _ => f64::NAN,
    }
}

/// P(X ≤ k) for X ~ Binomial(n, p): I(1 − p; n − k, k + 1).
pub fn binomial_lower(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { beta((n - k) as f64, k as f64 + 1.0, 1.0 - p) }
}

/// I(x; a, b), the distribution function of the beta distribution.
pub fn beta(a: f64, b: f64, x: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&x)) { f64::NAN } else { beta_reg(a, b, x) }
}

/// The p-quantile of the beta distribution.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    // If a parameter is 1 there is a closed form, exact where a series converges most slowly (k = n, k = 0).
    if b == 1.0 {
        p.powf(1.0 / a)
    } else if a == 1.0 {
        -((-p).ln_1p() / b).exp_m1()
    } else {
        inv_beta_reg(a, b, p)
    }
}

/// ln Γ(x) for x > 0.
pub fn log_gamma(x: f64) -> f64 {
    if x > 0.0 { ln_gamma(x) } else { f64::NAN }
}

/// ln B(a, b).
pub fn log_beta(a: f64, b: f64) -> f64 {
    if a > 0.0 && b > 0.0 { ln_beta(a, b) } else { f64::NAN }
}
