//! Separation decided once more, by a simplex method in rational numbers written for the tests alone: slow and plain.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// Whether a direction d with a_i'd ≥ 0 for all rows and > 0 for some exists.
///
/// The alternative is u ≥ 1 with Σ u_i a_i = 0: phase one for v = u − 1 ≥ 0, by Bland's rule on a full tableau.
pub fn separable(rows: &[Vec<f64>]) -> bool {
    let columns = rows[0].len();
    let exact: Vec<Vec<BigRational>> =
        rows.iter().map(|row| row.iter().map(|&a| BigRational::from_float(a).unwrap()).collect()).collect();
    let n = rows.len();
    // A tableau row per equation: the variables, then the right-hand side. The last row holds the sum of infeasibilities.
    let mut tableau: Vec<Vec<BigRational>> = (0..columns)
        .map(|j| {
            let right: BigRational = -exact.iter().map(|row| row[j].clone()).sum::<BigRational>();
            let sign = if right.is_negative() {
                BigRational::from(BigInt::from(-1))
            } else {
                BigRational::from(BigInt::from(1))
            };
            exact.iter().map(|row| &row[j] * &sign).chain([&right * &sign]).collect()
        })
        .collect();
    let mut objective: Vec<BigRational> = (0..=n).map(|i| tableau.iter().map(|row| row[i].clone()).sum()).collect();
    let mut basis: Vec<Option<usize>> = vec![None; columns];
    while objective[n].is_positive() {
        let Some(entering) = (0..n).find(|&i| objective[i].is_positive()) else { return true };
        let leaving = (0..columns)
            .filter(|&k| tableau[k][entering].is_positive())
            .min_by(|&a, &b| {
                let ratio = |k: usize| &tableau[k][n] / &tableau[k][entering];
                ratio(a).cmp(&ratio(b)).then(basis[a].cmp(&basis[b]))
            })
            .unwrap();
        let pivot = tableau[leaving][entering].clone();
        tableau[leaving].iter_mut().for_each(|value| *value /= &pivot);
        let row = tableau[leaving].clone();
        for other in tableau
            .iter_mut()
            .enumerate()
            .filter(|(k, _)| *k != leaving)
            .map(|(_, other)| other)
            .chain([&mut objective])
        {
            let factor = other[entering].clone();
            if !factor.is_zero() {
                other.iter_mut().zip(&row).for_each(|(value, pivot)| *value -= &factor * pivot);
            }
        }
        basis[leaving] = Some(entering);
    }
    false
}

/// The signs of a_i'd in exact arithmetic.
pub fn sides(rows: &[Vec<f64>], direction: &[f64]) -> Vec<std::cmp::Ordering> {
    let exact = |value: f64| BigRational::from_float(value).unwrap();
    let direction: Vec<BigRational> = direction.iter().map(|&d| exact(d)).collect();
    let product = |row: &Vec<f64>| row.iter().zip(&direction).map(|(&a, d)| exact(a) * d).sum::<BigRational>();
    rows.iter().map(|row| product(row).cmp(&BigRational::zero())).collect()
}
