//! Compares several solvers over several data sets where some have no score: the test of Skillings and Mack.

use super::distribution::chi_squared_upper;
use super::ranks::midranks;
use crate::linear_algebra::{cholesky, packed};

/// Skillings and Mack's test that k solvers do equally well, where data set i scores only k_i of them.
///
/// Each data set ranks the solvers that it scores, 1 for the best, ties sharing their mean rank. With s_i² = Σ_j (r_ij − (k_i + 1)/2)²
/// / (k_i − 1), the sums and their covariances given the ties are
///
/// ```text
/// A_j = Σ_i √(12/(k_i + 1)) (r_ij − (k_i + 1)/2),   Σ = Σ_i 12 s_i²/(k_i + 1) (I − 11ᵀ/k_i) over the solvers that i scores,
/// χ²  = Aᵀ Σ⁻ A,   k − 1 degrees of freedom
/// ```
///
/// (Skillings & Mack 1981, Technometrics 23, 171-177; without ties 12 s_i²/(k_i + 1) is k_i, their formula). Where nothing is missing
/// it is Friedman's χ² with the correction for ties ([`super::ranks::FriedmanTest`]). Assumes that the data sets are independent draws
/// from the population of problems of interest, and that which scores are missing has nothing to do with how good they would have
/// been. χ² is its limit for many data sets.
#[derive(Clone, Debug, PartialEq)]
pub struct SkillingsMack {
    /// Data sets that score two solvers or more; others say nothing.
    pub datasets: usize,
    /// χ².
    pub chi_squared: f64,
    /// k − 1.
    pub degrees: f64,
}

impl SkillingsMack {
    /// From a row of scores per data set, a higher score being better, `None` where it is missing. None with fewer than two solvers,
    /// with rows of unequal length or a NaN, and where the data sets do not link all solvers: where solvers fall into two groups
    /// that no data set compares, or all that link them are ties.
    pub fn new(scores: &[Vec<Option<f64>>]) -> Option<SkillingsMack> {
        let k = scores.first()?.len();
        if k < 2 || scores.iter().any(|row| row.len() != k || row.iter().flatten().any(|score| score.is_nan())) {
            return None;
        }
        // The sums add up to 0 over the solvers, so the last one follows from the others and is left out.
        let mut sums = vec![0.0; k - 1];
        let mut covariances = vec![0.0; packed::len(k - 1)];
        let mut datasets = 0;
        for row in scores {
            let (places, lowest_first): (Vec<usize>, Vec<f64>) =
                row.iter().enumerate().filter_map(|(place, score)| Some((place, -(*score)?))).unzip();
            if places.len() < 2 {
                continue;
            }
            datasets += 1;
            let count = places.len() as f64;
            let from_mean: Vec<f64> = midranks(&lowest_first).iter().map(|rank| rank - 0.5 * (count + 1.0)).collect();
            let variance = from_mean.iter().map(|rank| rank * rank).sum::<f64>() / (count - 1.0);
            let weight = 12.0 / (count + 1.0);
            for (at, &i) in places.iter().enumerate().filter(|(_, place)| **place < k - 1) {
                sums[i] += weight.sqrt() * from_mean[at];
                for &j in &places[..=at] {
                    let same = if i == j { 1.0 } else { 0.0 };
                    covariances[packed::at(i, j)] += weight * variance * (same - 1.0 / count);
                }
            }
        }
        if !cholesky::factor(&mut covariances, k - 1) {
            return None;
        }
        cholesky::solve_lower(&covariances, &mut sums);
        let chi_squared = sums.iter().map(|sum| sum * sum).sum();
        Some(SkillingsMack { datasets, chi_squared, degrees: (k - 1) as f64 })
    }

    /// p-value of χ².
    pub fn p_value(&self) -> f64 {
        chi_squared_upper(self.chi_squared, self.degrees)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ranks::FriedmanTest;
    use super::*;

    fn near(value: f64, expected: f64, tolerance: f64) {
        assert!((value - expected).abs() <= tolerance, "{value} and {expected}");
    }

    /// The times of assembly of Skillings & Mack (1981), table 1, lower being better; χ² = 15.493 and p = 0.0014 there and in
    /// Chatfield & Mander (2009, Stata Journal 9, 299-305); more digits by NumPy with its pseudo-inverse.
    #[test]
    fn the_published_example() {
        let times = [
            [3.2, 4.1, 3.8, 4.2],
            [3.1, 3.9, 3.4, 4.0],
            [4.3, 3.5, 4.6, 4.8],
            [3.5, 3.6, 3.9, 4.0],
            [3.6, 4.2, 3.7, 3.9],
            [4.5, 4.7, 3.7, 0.0],
            [0.0, 4.2, 3.4, 0.0],
            [4.3, 4.6, 4.4, 4.9],
            [3.5, 0.0, 3.7, 3.9],
        ];
        let scores = times.map(|row| row.iter().map(|&time| (time > 0.0).then_some(-time)).collect::<Vec<_>>());
        let test = SkillingsMack::new(&scores).unwrap();
        assert_eq!((test.datasets, test.degrees), (9, 3.0));
        near(test.chi_squared, 15.493_048_797_529_276, 1e-10);
        near(test.p_value(), 0.001_440_296_302_490_856_3, 1e-12);
    }

    #[test]
    fn with_nothing_missing_it_is_friedmans() {
        let scores = [[0.8, 0.7, 0.7, 0.9], [0.5, 0.5, 0.5, 0.5], [0.6, 0.8, 0.7, 0.9], [0.3, 0.2, 0.3, 0.1]];
        let complete = scores.map(|row| row.map(Some).to_vec());
        let (test, friedman) =
            (SkillingsMack::new(&complete).unwrap(), FriedmanTest::new(&scores.map(Vec::from)).unwrap());
        near(test.chi_squared, friedman.chi_squared, 1e-12);
        near(test.p_value(), friedman.p_chi_squared(), 1e-12);
        // A data set with a single score changes nothing.
        let mut more = complete.to_vec();
        more.push(vec![None, Some(0.9), None, None]);
        assert_eq!(SkillingsMack::new(&more).unwrap(), test);
    }

    #[test]
    fn solvers_that_no_data_set_links_are_not_compared() {
        let apart = [vec![Some(1.0), Some(2.0), None, None], vec![None, None, Some(1.0), Some(2.0)]];
        assert_eq!(SkillingsMack::new(&[apart.clone(), apart].concat()), None);
        let tied = vec![Some(1.0), Some(1.0), Some(1.0)];
        assert_eq!(SkillingsMack::new(&vec![tied; 5]), None);
        assert_eq!(SkillingsMack::new(&[]), None);
    }
}
