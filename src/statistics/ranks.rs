//! Compares several solvers over several data sets by ranks: the tests of Friedman and of Iman & Davenport.

use super::distribution::{chi_squared_upper, f_upper};

/// Ranks from 1 for the smallest value; equal values share the mean of their ranks. No value may be NaN.
pub fn midranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = before as f64 + 0.5 * (tied.len() + 1) as f64;
        tied.iter().for_each(|&place| ranks[place] = rank);
        before += tied.len();
    }
    ranks
}

/// Friedman's test that k solvers do equally well on N data sets, and Iman & Davenport's version of it.
///
/// Each data set ranks the solvers, 1 for the best; ties share their mean rank. With R_j the sum of the ranks of solver j,
///
/// ```text
/// χ² = (k − 1) Σ_j (R_j − N(k + 1)/2)² / (Σ_ij r_ij² − N k (k + 1)²/4),   k − 1 degrees of freedom,
/// F  = (N − 1) χ² / (N (k − 1) − χ²),                  k − 1 and (k − 1)(N − 1) degrees of freedom
/// ```
///
/// (Friedman 1937, JASA 32, 675-701, with the correction for ties; Iman & Davenport 1980, Communications in Statistics A9,
/// 571-595, less conservative). Assumes that the data sets are independent draws from the population of problems of interest.
#[derive(Clone, Debug, PartialEq)]
pub struct FriedmanTest {
    /// Mean rank of each solver, 1 being best.
    pub average_ranks: Vec<f64>,
    /// Number of data sets, N.
    pub datasets: usize,
    /// χ².
    pub chi_squared: f64,
    /// F; infinite where all data sets rank the solvers alike.
    pub f: f64,
}

impl FriedmanTest {
    /// From a row of scores per data set, a higher score being better; None without rows, or with fewer than two solvers, or
    /// rows of unequal length, or a NaN.
    pub fn new(scores: &[Vec<f64>]) -> Option<FriedmanTest> {
        let k = scores.first()?.len();
        if k < 2 || scores.iter().any(|row| row.len() != k || row.iter().any(|score| score.is_nan())) {
            return None;
        }
        let mut sums = vec![0.0; k];
        let mut squares = 0.0;
        for row in scores {
            let lowest_first: Vec<f64> = row.iter().map(|score| -score).collect();
            for (sum, rank) in sums.iter_mut().zip(midranks(&lowest_first)) {
                *sum += rank;
                squares += rank * rank;
            }
        }
        let (rows, columns) = (scores.len() as f64, k as f64);
        let expected = 0.5 * rows * (columns + 1.0);
        let between: f64 = sums.iter().map(|sum| (sum - expected) * (sum - expected)).sum();
        let within = squares - 0.25 * rows * columns * (columns + 1.0) * (columns + 1.0);
        // No evidence against equality; the quotient would be 0/0 if all solvers tie in every row.
        let chi_squared = if between == 0.0 { 0.0 } else { (columns - 1.0) * between / within };
        let rest = rows * (columns - 1.0) - chi_squared;
        let f = if rest <= 1e-12 * chi_squared { f64::INFINITY } else { (rows - 1.0) * chi_squared / rest };
        let average_ranks = sums.into_iter().map(|sum| sum / rows).collect();
        Some(FriedmanTest { average_ranks, datasets: scores.len(), chi_squared, f })
    }

    /// Degrees of freedom of F; χ² has the first of the two.
    pub fn degrees(&self) -> [f64; 2] {
        let first = (self.average_ranks.len() - 1) as f64;
        [first, first * (self.datasets - 1) as f64]
    }

    /// p-value of χ².
    pub fn p_chi_squared(&self) -> f64 {
        chi_squared_upper(self.chi_squared, self.degrees()[0])
    }

    /// p-value of F.
    pub fn p_iman_davenport(&self) -> f64 {
        let [first, second] = self.degrees();
        f_upper(self.f, first, second)
    }
}
