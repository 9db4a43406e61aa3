//! Exponential and logarithm in lanes, with the same bits on every instruction set. A library's differ from system to system.

use super::Pack;

/// `eˣ` for −708 ≤ x ≤ 0, with a relative error below 2⁻⁵² (tested over the whole range); e⁻⁷⁰⁸ for x < −708, where the
/// numbers end that have full precision. NaN gives NaN.
///
/// x = n ln 2 + r with |r| ≤ ½ ln 2; eʳ = 1 + r + r² q(r) with q of degree 9 from a Chebyshev fit, truncation error 1.3e-17.
#[inline(always)]
pub fn exp_of_negative<R: Pack>(x: R) -> R {
    let constant = R::splat;
    // Adding 1.5·2⁵² leaves the nearest integer in the last bits.
    let shifter = constant(6_755_399_441_055_744.0);
    let x = x.larger(constant(-708.0));
    let shifted = x.mul_add(constant(std::f64::consts::LOG2_E), shifter);
    let n = shifted - shifter;
    let r = n.mul_add(constant(-LN_2_HIGH), x);
    let r = n.mul_add(constant(-LN_2_LOW), r);
    let r2 = r * r;
    let r4 = r2 * r2;
    // Two levels of Estrin's scheme: half as deep as Horner's, so that fewer rows have to be under way at once.
    let pair = |k: usize| r.mul_add(constant(EXPONENTIAL[k + 1]), constant(EXPONENTIAL[k]));
    let low = r2.mul_add(pair(2), pair(0));
    let high = r2.mul_add(pair(6), pair(4));
    let q = r4.mul_add(r4.mul_add(pair(8), high), low);
    let power = r2.mul_add(q, r) + constant(1.0);
    power
        * shifted.map_bits(
            #[inline(always)]
            |bits| bits.wrapping_add(1023) << 52,
        )
}

/// `ln(1 + x)` for x ≥ 0, with a relative error below 2⁻⁵¹ (tested over the whole range). NaN gives NaN, ∞ is not foreseen.
///
/// 1 + x = m 2ᵏ with √½ ≤ m < √2; ln m from s = (m − 1)/(m + 1) as in FreeBSD's `e_log.c` (Sun Microsystems 1993), and what
/// rounding took from 1 + x, over 1 + x, is added.
#[inline(always)]
pub fn ln_1p<R: Pack>(x: R) -> R {
    let constant = R::splat;
    let one = constant(1.0);
    let u = one + x;
    let lost = (x - (u - one)) / u;
    // The exponent of u/√½, as an integer in the last bits of 2⁵² + exponent.
    let biased = u.map_bits(
        #[inline(always)]
        |bits| (bits.wrapping_sub(SQRT_HALF) >> 52).wrapping_add(1) & 0x7ff | TWO_52,
    );
    let k = biased - constant(f64::from_bits(TWO_52)) - one;
    let m = u
        .map_bits(
            #[inline(always)]
            |bits| bits.wrapping_sub(SQRT_HALF) & 0x000f_ffff_ffff_ffff,
        )
        .map_bits(
            #[inline(always)]
            |bits| bits.wrapping_add(SQRT_HALF),
        );
    let f = m - one;
    let s = f / (constant(2.0) + f);
    let z = s * s;
    let w = z * z;
    let even = w.mul_add(w.mul_add(constant(LOGARITHM[5]), constant(LOGARITHM[3])), constant(LOGARITHM[1]));
    let odd = w.mul_add(
        w.mul_add(w.mul_add(constant(LOGARITHM[6]), constant(LOGARITHM[4])), constant(LOGARITHM[2])),
        constant(LOGARITHM[0]),
    );
    let rest = z.mul_add(odd, w * even);
    let half_square = constant(0.5) * f * f;
    let small = s.mul_add(half_square + rest, k.mul_add(constant(LN_2_LOW), lost));
    k.mul_add(constant(LN_2_HIGH), f - (half_square - small))
}

/// ln 2 in two parts: the first has 21 trailing zeros, so its product with an exponent is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// (eʳ − 1 − r)/r² on |r| ≤ ½ ln 2.
const EXPONENTIAL: [f64; 10] = [
    0.500_000_000_000_000_1,
    0.166_666_666_666_666_69,
    0.041_666_666_666_624_13,
    0.008_333_333_333_330_062,
    0.001_388_888_891_721_371_7,
    0.000_198_412_698_630_536_18,
    2.480_152_129_595_437_6e-5,
    2.755_726_845_999_706_4e-6,
    2.762_008_844_540_974_6e-7,
    2.510_038_549_551_032e-8,
];

/// ln((1 + s)/(1 − s)) = 2s + s z (L₁ + L₂ z + …), z = s², on |s| ≤ 0.1716.
const LOGARITHM: [f64; 7] = [
    6.666_666_666_666_735e-1,
    3.999_999_999_940_942e-1,
    2.857_142_874_366_239e-1,
    2.222_219_843_214_978_4e-1,
    1.818_357_216_161_805e-1,
    1.531_383_769_920_937_3e-1,
    1.479_819_860_511_658_6e-1,
];

/// The bits of √½, rounded to 32 bits.
const SQRT_HALF: u64 = 0x3fe6_a09e_0000_0000;
/// The bits of 2⁵².
const TWO_52: u64 = 0x4330_0000_0000_0000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::lanes::{InstructionSet, Task};

    struct At(f64);
    impl Task for At {
        type Output = (f64, f64);
        #[inline(always)]
        fn run<R: Pack>(self) -> (f64, f64) {
            let last = R::LANES - 1;
            (exp_of_negative(R::splat(-self.0)).lanes()[last], ln_1p(R::splat(self.0)).lanes()[last])
        }
    }

    /// From the smallest normal number to the largest argument, each 0.02 % and each 0.0007.
    fn arguments() -> impl Iterator<Item = f64> {
        let geometric = std::iter::successors(Some(f64::MIN_POSITIVE), |x| Some(x * 1.0002));
        let even = (0..1_012_000).map(|i| f64::from(i) * 0.000_7);
        geometric.take_while(|x| *x < 1e30).chain(even)
    }

    #[test]
    fn errors_are_as_stated() {
        let (mut of_exp, mut of_ln) = (0.0, 0.0);
        let widest = InstructionSet::widest();
        for x in arguments() {
            let (exponential, logarithm) = widest.run(At(x));
            if x <= 708.0 {
                of_exp = f64::max(of_exp, (exponential / (-x).exp() - 1.0).abs());
            }
            of_ln = f64::max(of_ln, (logarithm / x.ln_1p() - 1.0).abs());
        }
        // The comparison with the system's functions adds their error, half a unit in the last place.
        println!("largest relative errors: exp {of_exp:.2e}, ln_1p {of_ln:.2e}");
        assert!(of_exp < 2f64.powi(-52) + 2f64.powi(-53), "{of_exp}");
        assert!(of_ln < 2f64.powi(-51) + 2f64.powi(-53), "{of_ln}");
    }

    #[test]
    fn special_arguments() {
        for set in InstructionSet::available() {
            assert_eq!(set.run(At(0.0)), (1.0, 0.0), "exactly");
            assert_eq!(set.run(At(800.0)).0, set.run(At(708.0)).0);
            let (exponential, logarithm) = set.run(At(f64::NAN));
            assert!(exponential.is_nan() && logarithm.is_nan());
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        for x in arguments().step_by(97) {
            let expected = InstructionSet::Scalar.run(At(x));
            for set in InstructionSet::available() {
                assert_eq!(set.run(At(x)), expected, "{set:?} at {x}");
            }
        }
    }
}
