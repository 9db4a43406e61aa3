//! Ranks in the field of integers modulo the prime 2⁶¹ − 1.
//!
//! A rank modulo a prime is never above the true rank, so a full rank found here is proved. A smaller rank is the true rank
//! unless the prime divides a minor that is not zero, which happens with probability about 2⁻⁶¹ if the data were made without
//! knowing the prime.

/// 2⁶¹ − 1.
const PRIME: u64 = (1 << 61) - 1;

fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let folded = (product as u64 & PRIME) + (product >> 61) as u64;
    if folded >= PRIME { folded - PRIME } else { folded }
}

fn subtract(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + PRIME - b }
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// The residue of a finite number m·2^e. A negative e is allowed, because 2 has an inverse.
fn residue(value: f64) -> u64 {
    let (mantissa, exponent) = super::exact::decompose(value);
    // 2⁶¹ = 1, so exponents count modulo 61.
    let scaled = multiply(mantissa.unsigned_abs() % PRIME, power(2, exponent.rem_euclid(61) as u64));
    if mantissa < 0 { subtract(0, scaled) } else { scaled }
}

/// Vectors that are independent of each other, in echelon form.
#[derive(Default)]
pub struct Echelon {
    /// The place of each vector's pivot, and the vector, with 1 at the pivot.
    vectors: Vec<(usize, Vec<u64>)>,
    reduced: Vec<u64>,
}

impl Echelon {
    /// Number of independent vectors.
    pub fn rank(&self) -> usize {
        self.vectors.len()
    }

    /// Adds a vector if it is independent of the earlier ones; returns whether it is.
    pub fn add(&mut self, vector: impl Iterator<Item = f64>) -> bool {
        self.reduced.clear();
        self.reduced.extend(vector.map(residue));
        for (pivot, other) in &self.vectors {
            let factor = self.reduced[*pivot];
            if factor != 0 {
                for (value, &other) in self.reduced.iter_mut().zip(other) {
                    *value = subtract(*value, multiply(factor, other));
                }
            }
        }
        let Some(pivot) = self.reduced.iter().position(|&value| value != 0) else { return false };
        let inverse = power(self.reduced[pivot], PRIME - 2);
        self.vectors.push((pivot, self.reduced.iter().map(|&value| multiply(value, inverse)).collect()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependence_is_found_whatever_the_scale() {
        let mut echelon = Echelon::default();
        assert!(echelon.add([1.0, 0.1, -3.0].into_iter()));
        assert!(!echelon.add([1e-40f64, 0.1, -3.0].into_iter().scan(2f64.powi(-70), |s, x| Some(if x == 1e-40 {
            *s
        } else {
            x * *s
        }))));
        assert!(echelon.add([1.0, 0.1f64.next_up(), -3.0].into_iter()), "one bit makes it independent");
        assert!(echelon.add([0.0, 0.0, f64::MIN_POSITIVE / 8.0].into_iter()), "subnormal numbers count");
        assert!(!echelon.add([5.0, 6.0, 7.0].into_iter()));
        assert_eq!(echelon.rank(), 3);
        assert!(!Echelon::default().add([0.0, -0.0].into_iter()));
    }
}
