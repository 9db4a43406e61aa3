//! Every operation on every instruction set.

use super::*;
use crate::linear_algebra::Mask;

struct Arithmetic([f64; 3]);
impl Task for Arithmetic {
    type Output = Vec<u64>;
    #[inline(always)]
    fn run<R: Pack>(self) -> Vec<u64> {
        let [a, b, c] = self.0.map(R::splat);
        let zero = R::splat(0.0);
        let results = [
            a + b,
            a - b,
            a * b,
            a / b,
            -a,
            a.abs(),
            a.abs().sqrt(),
            a.mul_add(b, c),
            R::select(a.less(b), a, b),
            R::select(a.less_or_equal(b).not().or(zero.less(c)), a, b),
            R::select(R::Mask::splat(true).and(b.less(c)), a, b),
            a.map_bits(|bits| bits ^ 1),
            a.larger(b),
            a.smaller(b),
        ];
        results.map(|result| result.lanes()[R::LANES - 1].to_bits()).to_vec()
    }
}

#[test]
fn every_operation_gives_the_same_bits_on_every_instruction_set() {
    let values = [0.0, -0.0, 1.0, -1.0 / 3.0, 1e300, -2.5e-310, f64::INFINITY, 1.0 + f64::EPSILON, f64::NAN];
    for a in values {
        for b in values {
            for c in values {
                let expected = InstructionSet::Scalar.run(Arithmetic([a, b, c]));
                for set in InstructionSet::available() {
                    let found = set.run(Arithmetic([a, b, c]));
                    for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
                        let both_nan = f64::from_bits(*found).is_nan() && f64::from_bits(*expected).is_nan();
                        assert!(found == expected || both_nan, "{set:?}, {place}: {a}, {b}, {c}");
                    }
                }
            }
        }
    }
}
