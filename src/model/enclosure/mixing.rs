//! Combinations of nearly equal columns that are far from equal.
//!
//! Columns that agree in 14 digits leave an information matrix of condition 10²⁸, too much even for twice the precision. Their differences
//! are exact to 10⁻³² of the columns, 10⁻¹⁸ of themselves, and as independent as any. So the rows are taken as
//!
//! ```text
//! z'_j = (z_j − Σ_{k<j} s_jk z'_k) 2^(−e_j),
//! ```
//!
//! the modified Gram-Schmidt process with the first column first (Golub & Van Loan, Matrix Computations, 5.2.8), scaled to columns of a
//! size near 1. Any s and e are right as long as the sums below are small, for z ↦ z' = Mz is linear and invertible: with
//! γ' = M⁻ᵀγ predictors are z'γ', and a coefficient t'γ is (Mt)'γ'.
//!
//! # Rounding
//!
//! v'_j is off by at most a_j = ((2j + 2)ε (|v_j| + Σ_k |s_jk v'_k|) + Σ_k |s_jk| a_k) 2^(−e_j).

use crate::linear_algebra::{DoubleDouble, Real, dot, power_of_two_near};
use crate::model::certificate::Refusal;

/// The map M.
#[derive(Clone)]
pub struct Mixing {
    /// s_jk for k < j, row after row.
    products: Vec<DoubleDouble>,
    /// 2^e_j.
    powers: Vec<f64>,
}

/// The place of row j of the s_jk.
fn row(j: usize) -> usize {
    j * j.saturating_sub(1) / 2
}

impl Mixing {
    /// For the columns of a matrix, each a list of n numbers, which are overwritten. Fails where one is a combination of earlier ones.
    pub fn of_columns(mut columns: Vec<Vec<DoubleDouble>>) -> Result<Mixing, Refusal> {
        let mut mixing = Mixing { products: Vec::new(), powers: Vec::new() };
        for j in 0..columns.len() {
            let (earlier, rest) = columns.split_at_mut(j);
            let column = &mut rest[0];
            for other in earlier {
                let product = dot(column, other) / dot(other, other);
                for (v, &o) in column.iter_mut().zip(other.iter()) {
                    *v = *v - product * o;
                }
                mixing.products.push(product);
            }
            let size = column.iter().fold(0.0, |most: f64, v| most.max(v.rounded().abs()));
            if !size.is_normal() {
                return Err(Refusal::Singular);
            }
            let power = power_of_two_near(size);
            column.iter_mut().for_each(|v| *v = v.scaled(1.0 / power));
            mixing.powers.push(power);
        }
        Ok(mixing)
    }

    /// Replaces v by Mv, and fills `errors` with the bounds a_j.
    pub fn apply(&self, vector: &mut [DoubleDouble], errors: &mut [f64]) {
        for j in 0..vector.len() {
            let (done, rest) = vector.split_at_mut(j);
            let products = &self.products[row(j)..row(j) + j];
            let (mut value, mut size, mut inherited) = (rest[0], rest[0].rounded().abs(), 0.0);
            for (k, (&product, &v)) in products.iter().zip(done.iter()).enumerate() {
                value = value - product * v;
                size += (product.rounded() * v.rounded()).abs();
                inherited += product.rounded().abs() * errors[k];
            }
            // Each operation is off by ε of a partial sum, which is at most `size`.
            let own = (2 * j + 2) as f64 * DoubleDouble::EPSILON * size;
            errors[j] = (own + inherited) * (1.0 + 1e-9) / self.powers[j];
            rest[0] = value.scaled(1.0 / self.powers[j]);
        }
    }

    /// Replaces γ by γ' = M⁻ᵀγ, with bounds on its rounding: γ'_k = 2^e_k γ_k + Σ_{j>k} s_jk γ_j.
    pub fn of_coefficients(&self, coefficients: &mut [DoubleDouble]) -> Vec<f64> {
        let p = coefficients.len();
        let mut errors = Vec::with_capacity(p);
        for k in 0..p {
            let mut value = coefficients[k].scaled(self.powers[k]);
            let mut size = value.rounded().abs();
            for j in k + 1..p {
                let product = self.products[row(j) + k];
                value = product.mul_add(coefficients[j], value);
                size += (product.rounded() * coefficients[j].rounded()).abs();
            }
            coefficients[k] = value;
            errors.push((2 * p) as f64 * DoubleDouble::EPSILON * size * (1.0 + 1e-9));
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Vec<DoubleDouble>> {
        let x = [0.3, -1.2, 2.5, 0.7, -0.4];
        // Equal to the first but for the last bit of two entries.
        let nearly = [0.3f64.next_up(), -1.2, 2.5, 0.7f64.next_down(), -0.4];
        [[1.0; 5], x, nearly].iter().map(|column| column.iter().map(|&v| DoubleDouble::splat(v)).collect()).collect()
    }

    #[test]
    fn mixed_columns_are_of_size_1_and_at_right_angles() {
        let mixing = Mixing::of_columns(columns()).unwrap();
        let rows: Vec<Vec<DoubleDouble>> = (0..5)
            .map(|i| {
                let mut row: Vec<DoubleDouble> = columns().iter().map(|column| column[i]).collect();
                let mut errors = [0.0; 3];
                mixing.apply(&mut row, &mut errors);
                assert!(errors.iter().all(|&error| error < 1e-13), "{errors:?}");
                row
            })
            .collect();
        for j in 0..3 {
            for k in 0..=j {
                let product: f64 = rows.iter().map(|row| row[j].rounded() * row[k].rounded()).sum();
                assert!(if j == k { product > 0.2 } else { product.abs() < 1e-12 }, "{j} {k} {product}");
            }
        }
    }

    #[test]
    fn predictors_stay() {
        let mixing = Mixing::of_columns(columns()).unwrap();
        let coefficients = [0.5, 3e15, -3e15];
        let mut mixed: Vec<DoubleDouble> = coefficients.iter().map(|&b| DoubleDouble::splat(b)).collect();
        mixing.of_coefficients(&mut mixed);
        for i in 0..5 {
            let mut row: Vec<DoubleDouble> = columns().iter().map(|column| column[i]).collect();
            let terms = row.iter().zip(coefficients);
            let before = terms.fold(DoubleDouble::ZERO, |sum, (&z, b)| z.mul_add(DoubleDouble::splat(b), sum));
            mixing.apply(&mut row, &mut [0.0; 3]);
            assert!((dot(&row, &mixed).rounded() - before.rounded()).abs() < 1e-13, "{i}");
        }
    }

    #[test]
    fn a_column_twice_cannot_be_mixed() {
        let mut twice = columns();
        twice[2] = twice[1].clone();
        assert!(Mixing::of_columns(twice).is_err());
    }
}
