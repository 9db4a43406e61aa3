//! The last resort: the simplex method in exact arithmetic.
//!
//! If classes part or overlap by less than a linear programme in floating point can resolve, phase one of the simplex method
//! finds one of the two certificates, for
//!
//! ```text
//! v ≥ 0,   Σ_i v_i a_i = −Σ_i a_i,
//! ```
//!
//! with integers throughout (Edmonds 1967: the basis matrix's adjugate, all divisions exact). If a solution exists, u = 1 + v >
//! 0 balances the rows, and they overlap. If none exists, the multipliers of the equations are a direction d with a_i'd ≥ 0 on
//! all rows and > 0 on some.

use std::sync::atomic::{AtomicBool, Ordering};

use num_bigint::{BigInt, Sign};

use super::exact::IntegerRows;

/// The certificate that exists.
pub enum ExactCertificate {
    /// A direction, in the coordinates of the integers.
    Direction(Vec<BigInt>),
    /// Positive weights that balance the rows.
    Weights,
}

/// Pivots after which the search gives up. Bland's rule always ends, but may take long.
const MOST_PIVOTS: usize = 5_000;

/// Products of integers after which the search gives up: about a minute.
const MOST_PRODUCTS: usize = 200_000_000;

/// Pivots without progress after which Bland's rule takes over from the steepest column.
const PATIENCE: usize = 20;

/// Finds the certificate of the rows in `open`; `None` if that takes too long.
pub fn find_certificate(rows: &IntegerRows, open: &[usize], interrupt: &AtomicBool) -> Option<ExactCertificate> {
    let columns = rows.columns();
    let sum = |j: usize| -open.iter().map(|&i| &rows.row(i)[j]).sum::<BigInt>();
    let right: Vec<BigInt> = (0..columns).map(sum).collect();
    // Turns equations so that no right-hand side is negative, and starts from a basis of artificial variables.
    let turned: Vec<bool> = right.iter().map(|value| value.sign() == Sign::Minus).collect();
    let mut tableau: Vec<Vec<BigInt>> = (0..columns)
        .map(|k| {
            (0..columns)
                .map(|j| BigInt::from(u8::from(j == k)))
                .chain([BigInt::from(right[k].magnitude().clone())])
                .collect()
        })
        .collect();
    let mut basis: Vec<Option<usize>> = vec![None; columns];
    let mut determinant = BigInt::from(1);
    let mut stalled = 0;
    let most_pivots = MOST_PIVOTS.min(MOST_PRODUCTS / (open.len() * columns).max(1));
    for _ in 0..most_pivots {
        if interrupt.load(Ordering::Relaxed) {
            return None;
        }
        let artificial: Vec<usize> = (0..columns).filter(|&k| basis[k].is_none()).collect();
        if artificial.iter().all(|&k| tableau[k][columns].sign() == Sign::NoSign) {
            return Some(ExactCertificate::Weights);
        }
        // The multipliers of the turned equations, times the determinant, turned back.
        let multipliers: Vec<BigInt> = (0..columns)
            .map(|j| {
                let y: BigInt = artificial.iter().map(|&k| &tableau[k][j]).sum();
                if turned[j] { -y } else { y }
            })
            .collect();
        let gain = |i: usize| rows.row(i).iter().zip(&multipliers).map(|(a, y)| a * y).sum::<BigInt>();
        let mut gains = open.iter().map(|&i| (i, gain(i))).filter(|(_, gain)| gain.sign() == Sign::Plus);
        let entering = if stalled > PATIENCE { gains.next() } else { gains.max_by(|a, b| a.1.cmp(&b.1)) };
        let Some((entering, _)) = entering else {
            return Some(ExactCertificate::Direction(multipliers.into_iter().map(|y| -y).collect()));
        };
        let column: Vec<BigInt> = tableau
            .iter()
            .map(|row| {
                let terms = row.iter().zip(rows.row(entering)).zip(&turned);
                terms.map(|((t, a), &turned)| if turned { -(t * a) } else { t * a }).sum()
            })
            .collect();
        // The smallest ratio; among equal ratios the smallest index, artificial variables first.
        let leaving = (0..columns).filter(|&k| column[k].sign() == Sign::Plus).min_by(|&a, &b| {
            let (left, right) = (&tableau[a][columns] * &column[b], &tableau[b][columns] * &column[a]);
            left.cmp(&right).then(basis[a].cmp(&basis[b]))
        })?;
        stalled = if tableau[leaving][columns].sign() == Sign::NoSign { stalled + 1 } else { 0 };
        let pivot_row = tableau[leaving].clone();
        for (k, row) in tableau.iter_mut().enumerate().filter(|(k, _)| *k != leaving) {
            for (value, pivot) in row.iter_mut().zip(&pivot_row) {
                *value = (&*value * &column[leaving] - &column[k] * pivot) / &determinant;
            }
        }
        determinant = column[leaving].clone();
        basis[leaving] = Some(entering);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(rows: &[[f64; 2]]) -> Option<Vec<Sign>> {
        let rows = IntegerRows::new(rows.iter().map(|row| &row[..]), 2);
        let open: Vec<usize> = (0..rows.len()).collect();
        match find_certificate(&rows, &open, &AtomicBool::new(false)).unwrap() {
            ExactCertificate::Weights => None,
            ExactCertificate::Direction(direction) => Some(open.iter().map(|&i| rows.side(i, &direction)).collect()),
        }
    }

    #[test]
    fn one_bit_decides() {
        let third = 1.0 / 3.0;
        assert_eq!(decided(&[[1.0, third], [-1.0, -third]]), None, "opposite rows balance");
        let sides = decided(&[[1.0, third], [-1.0, -f64::next_down(third)]]).unwrap();
        assert!(!sides.contains(&Sign::Minus) && sides.contains(&Sign::Plus));
        assert_eq!(decided(&[[1.0, third], [-1.0, -f64::next_down(third)], [0.0, -1e-9]]), None);
        assert_eq!(decided(&[[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]), None);
        assert_eq!(decided(&[[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]).unwrap(), [Sign::NoSign, Sign::Plus, Sign::NoSign]);
    }
}
