//! Weights that balance rows exactly: Σ_i u_i a_i = 0.

use num_bigint::{BigInt, Sign};

use super::exact::{LEAST_POWER, Reduced, above, decompose, decompose_as_stored, ratio, reduce};

/// Weights u near the given ones with Σ u_i a_i = 0 exactly, then rounded. Corrects the weights of `basis`, independent rows
/// that span all others. `None` if the basis does not span, or a corrected weight is not positive.
pub fn balance(rows: &[Vec<f64>], weights: &[(usize, f64)], basis: &[usize]) -> Option<Vec<f64>> {
    if weights.iter().any(|(_, weight)| !(*weight > 0.0)) {
        return None;
    }
    let columns = rows.first().map_or(0, Vec::len);
    let mut places = vec![0; rows.len()];
    weights.iter().enumerate().for_each(|(place, (i, _))| places[*i] = place);
    let of_basis: Vec<(i64, i32)> = basis.iter().map(|&i| decompose(weights[places[i]].1)).collect();
    // Corrections are multiples of this power of two.
    let least = of_basis.iter().map(|part| part.1).min().unwrap_or(0);
    let parts: Vec<(usize, (i64, i32))> = weights.iter().map(|&(i, weight)| (i, decompose_as_stored(weight))).collect();
    let mut sum = ExactSum::default();
    // A'Δ = −A'u over the basis: an equation per column, with an unknown per basis row and the right-hand side.
    let mut matrix: Vec<Vec<BigInt>> = (0..columns)
        .map(|j| {
            for &(i, (u, of_u)) in &parts {
                let (a, of_a) = decompose_as_stored(rows[i][j]);
                sum.add(i128::from(u) * i128::from(a), of_u + of_a);
            }
            let (right, power) = sum.take();
            let entries: Vec<(i64, i32)> = basis.iter().map(|&i| decompose(rows[i][j])).collect();
            let powers = entries.iter().filter(|entry| entry.0 != 0).map(|entry| entry.1);
            let common = powers.chain([power - least]).min().unwrap_or(0);
            let right = -right << (power - least - common) as usize;
            entries.into_iter().map(|entry| above(entry, common)).chain([right]).collect()
        })
        .collect();
    let Reduced { pivots, scale } = reduce(&mut matrix, basis.len());
    let consistent = (0..columns)
        .filter(|row| pivots.iter().all(|(other, _)| other != row))
        .all(|row| matrix[row][basis.len()].sign() == Sign::NoSign);
    if pivots.len() < basis.len() || !consistent {
        return None;
    }
    let mut values: Vec<f64> = weights.iter().map(|(_, weight)| *weight).collect();
    for (row, place) in pivots {
        let own = above(of_basis[place], least) * &scale;
        // u + Δ = (u·scale + right)/scale, as a multiple of u.
        let corrected = &own + &matrix[row][basis.len()];
        if corrected.sign() != scale.sign() {
            return None;
        }
        values[places[basis[place]]] *= ratio(&corrected, &own);
    }
    Some(values)
}

/// A sum of products of two binary64 numbers, without rounding: a sum for each power of two (Kulisch & Miranker 1986, SIAM Review 28,
/// 1-40). A product has 106 bits, so a sum of 128 holds two million.
#[derive(Default)]
struct ExactSum {
    /// The sum of the products with power of two 2·[`LEAST_POWER`] + k, for each k.
    of_powers: Vec<i128>,
    /// What has been taken out of those sums before they overflowed, as multiples of 2^(2·[`LEAST_POWER`]).
    carried: BigInt,
}

impl ExactSum {
    #[inline(always)]
    fn add(&mut self, mantissa: i128, exponent: i32) {
        if mantissa == 0 {
            return;
        }
        let place = (exponent - 2 * LEAST_POWER) as usize;
        if place >= self.of_powers.len() {
            self.of_powers.resize(place + 1, 0);
        }
        let sum = &mut self.of_powers[place];
        *sum = sum.checked_add(mantissa).unwrap_or_else(|| {
            self.carried += BigInt::from(*sum) << place;
            mantissa
        });
    }

    /// The integer m and e with the sum m·2^e; the sum is 0 afterwards.
    fn take(&mut self) -> (BigInt, i32) {
        let least = self.of_powers.iter().position(|sum| *sum != 0).unwrap_or(0);
        let carried = std::mem::take(&mut self.carried);
        let least = if carried.sign() == Sign::NoSign { least } else { 0 };
        let mut total = carried;
        for (place, sum) in self.of_powers.iter_mut().enumerate().filter(|(_, sum)| **sum != 0) {
            total += BigInt::from(std::mem::take(sum)) << (place - least);
        }
        (total, least as i32 + 2 * LEAST_POWER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_corrected_or_refused() {
        // (1, 0), (0, 1), (−1, −1) balance with equal weights.
        let rows = [vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![-1.0, -1.0, 0.0]];
        let weights = |values: [f64; 3]| -> Vec<(usize, f64)> { values.into_iter().enumerate().collect() };
        let balanced = balance(&rows, &weights([0.999, 1.001, 1.0]), &[0, 1]).unwrap();
        assert!(balanced.iter().all(|u| (u - 1.0).abs() < 1e-15), "{balanced:?}");
        assert_eq!(balance(&rows, &weights([1.0, 1.0, -1.0]), &[0, 1]), None);
        assert_eq!(balance(&rows, &weights([1.0, 2.0, 3.0]), &[0]), None, "the basis must span the rows");
        let one_sided = [vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![1.0, 1.0, 0.0]];
        assert_eq!(balance(&one_sided, &weights([1.0, 1.0, 1.0]), &[0, 1]), None);
    }

    #[test]
    fn columns_and_weights_of_any_size_are_balanced() {
        let (small, large) = (1e-300, 1e300);
        let rows = [vec![small, large], vec![-small, large], vec![0.0, -large]];
        let balanced = balance(&rows, &[(0, 1e-12), (1, 1.1e-12), (2, 2e-12)], &[0, 1]).unwrap();
        assert!(balanced.iter().zip([1e-12, 1e-12, 2e-12]).all(|(u, expected)| (u / expected - 1.0).abs() < 1e-15));
    }

    #[test]
    fn sums_of_products_are_exact() {
        let mut sum = ExactSum::default();
        let mut add = |u: f64, a: f64| {
            let ((u, of_u), (a, of_a)) = (decompose_as_stored(u), decompose_as_stored(a));
            sum.add(i128::from(u) * i128::from(a), of_u + of_a);
        };
        for (u, a) in [(1e200, 1e-200), (-1e200, 1e-200), (5e-324, 5e-324), (0.1, 3.0), (-0.1, 3.0)] {
            add(u, a);
        }
        assert_eq!(sum.take(), (BigInt::from(1), 2 * LEAST_POWER));
        for _ in 0..5 {
            sum.add(i128::MAX, 0);
        }
        sum.add(-5, 1);
        let (total, power) = sum.take();
        assert_eq!(
            total << (power - 2 * LEAST_POWER) as usize >> (-2 * LEAST_POWER) as usize,
            BigInt::from(i128::MAX) * 5 - 10
        );
    }
}
