//! Nemenyi's comparison of all pairs after Friedman's test, and the critical difference of its diagram.

use super::distribution::{normal, normal_density};

/// P(Q ≤ q) for the range Q of k independent standard normal numbers, the studentised range with infinite degrees of
/// freedom:
///
/// ```text
/// P(Q ≤ q) = k ∫ φ(z) (Φ(z) − Φ(z − q))^(k−1) dz
/// ```
///
/// No maintained library has this distribution. The trapezoidal rule with 16 steps per unit has an error below 1e-12, the error of
/// the library's Φ: it converges exponentially, because the integrand is analytic and decays as φ.
pub fn studentised_range(q: f64, k: usize) -> f64 {
    if !(q > 0.0) || k < 2 {
        return if q.is_nan() { q } else { 0.0 };
    }
    const PER_UNIT: i32 = 16;
    const END: i32 = 9 * PER_UNIT;
    let integrand = |place: i32| {
        let z = f64::from(place) / f64::from(PER_UNIT);
        normal_density(z) * (normal(z) - normal(z - q)).powi(k as i32 - 1)
    };
    let sum: f64 = (-END..=END).map(integrand).sum();
    (k as f64 * sum / f64::from(PER_UNIT)).min(1.0)
}

/// The q with P(Q ≤ q) = p, by bisection.
pub fn studentised_range_quantile(p: f64, k: usize) -> f64 {
    if !(p > 0.0 && p < 1.0) || k < 2 {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 40.0);
    while high - low > 1e-14 * high {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        if studentised_range(middle, k) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The critical difference of mean ranks over `datasets` at error rate α: q √(k(k + 1)/(6N)) with q the quantile of
/// [`studentised_range`] at 1 − α, divided by √2 (Nemenyi 1963; Demšar 2006, JMLR 7, 1-30). Solvers whose mean ranks differ
/// by less do not differ significantly.
pub fn critical_difference(solvers: usize, datasets: usize, alpha: f64) -> f64 {
    studentised_range_quantile(1.0 - alpha, solvers) / std::f64::consts::SQRT_2 * rank_error(solvers, datasets)
}

/// The p-value of the difference of two solvers' mean ranks, adjusted for all pairs: P(Q > √2 |R_i − R_j| / √(k(k + 1)/(6N))).
pub fn nemenyi_p(first: f64, second: f64, solvers: usize, datasets: usize) -> f64 {
    let range = std::f64::consts::SQRT_2 * (first - second).abs() / rank_error(solvers, datasets);
    1.0 - studentised_range(range, solvers)
}

/// The standard error of a difference of two mean ranks.
fn rank_error(solvers: usize, datasets: usize) -> f64 {
    let k = solvers as f64;
    (k * (k + 1.0) / (6.0 * datasets as f64)).sqrt()
}

/// The bars of a critical-difference diagram: the largest groups of solvers, in the order of their mean ranks, in which no
/// two mean ranks differ by the critical difference or more. A solver alone in its group has no bar.
pub fn groups(average_ranks: &[f64], critical_difference: f64) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..average_ranks.len()).collect();
    order.sort_by(|&a, &b| average_ranks[a].total_cmp(&average_ranks[b]));
    let mut groups = Vec::new();
    let mut covered = 0;
    for first in 0..order.len() {
        let near = |&&place: &&usize| average_ranks[place] - average_ranks[order[first]] < critical_difference;
        let end = first + order[first..].iter().take_while(near).count();
        if end > covered && end > first + 1 {
            groups.push(order[first..end].to_vec());
        }
        covered = covered.max(end);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_join_solvers_within_the_critical_difference() {
        assert_eq!(groups(&[3.0, 1.0, 1.5, 3.2], 1.0), [vec![1, 2], vec![0, 3]]);
        assert_eq!(groups(&[1.0, 1.8, 2.6], 1.0), [vec![0, 1], vec![1, 2]]);
        assert_eq!(groups(&[1.0, 1.8, 2.6], 2.0), [vec![0, 1, 2]]);
        assert!(groups(&[1.0, 2.0], 1.0).is_empty(), "a difference equal to the critical one is significant");
    }

    #[test]
    fn the_range_of_two_is_a_normal_difference() {
        for q in [0.1, 1.0, 3.0, 7.0] {
            let exact = 2.0 * normal(q / std::f64::consts::SQRT_2) - 1.0;
            assert!((studentised_range(q, 2) - exact).abs() < 1e-11, "{q}");
        }
        assert!(studentised_range(f64::NAN, 3).is_nan() && studentised_range_quantile(1.0, 3).is_nan());
    }
}
