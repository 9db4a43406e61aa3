//! Exponential and logarithm in lanes, with the same bits on every instruction set. A library's differ from system to system.

use super::Pack;

/// `eˣ` for −708 ≤ x ≤ 0, with a relative error below 2⁻⁵² (tested over the whole range); e⁻⁷⁰⁸ for x < −708, where the
/// numbers end that have full precision. NaN gives NaN.
///
/// x = n ln 2 + r with |r| ≤ ½ ln 2; eʳ = 1 + r + r² q(r) with q of degree 9 from a Chebyshev fit, truncation error 1.3e-17.
#[inline(always)]
pub fn exp_of_negative<R: Pack>(x: R) -> R {
    let Reduced { r, r2, q, shifted } = Reduced::of(x.larger(R::splat(-708.0)));
    let power = r2.mul_add(q, r) + R::splat(1.0);
    power * power_of_two(shifted)
}

/// `eˣ` of any x, within a unit in the last place of the system's where it is a normal number, and within the least subnormal number
/// below; ∞ exactly where eˣ exceeds the largest number (tested over the whole range). NaN gives NaN.
///
/// What the rounding of sums takes is added. Without that, three of five results would end in an even bit, because sums of numbers
/// with few more bits are often halfway; and the last bit of eˣ decides how 1 + eˣ > 2⁵³ is rounded.
#[inline(always)]
pub fn exp<R: Pack>(x: R) -> R {
    let (one, shifter) = (R::splat(1.0), R::splat(SHIFTER));
    // Beyond these eˣ is 0 or ∞ already.
    let Reduced { r, r2, q, shifted } = Reduced::of(x.larger(R::splat(-746.0)).smaller(R::splat(710.0)));
    let (linear, rest) = (one + r, r2 * q);
    let sum = linear + rest;
    let lost = ((one - linear) + r) + ((linear - sum) + rest);
    let power = sum + lost;
    // 2ⁿ in two factors, because it may be no normal number itself.
    let n = shifted - shifter;
    let half = n.mul_add(R::splat(0.5), shifter);
    power * power_of_two(half) * power_of_two(n - (half - shifter) + shifter)
}

/// 1.5·2⁵²: adding it leaves the nearest integer in the last bits.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// 2ⁿ, given n + [`SHIFTER`], for −1022 ≤ n ≤ 1023.
#[inline(always)]
fn power_of_two<R: Pack>(shifted: R) -> R {
    shifted.map_bits(
        #[inline(always)]
        |bits| bits.wrapping_add(1023) << 52,
    )
}

/// x = n ln 2 + r.
struct Reduced<R> {
    r: R,
    r2: R,
    /// (eʳ − 1 − r)/r².
    q: R,
    /// n + [`SHIFTER`].
    shifted: R,
}

impl<R: Pack> Reduced<R> {
    #[inline(always)]
    fn of(x: R) -> Reduced<R> {
        let (constant, shifter) = (R::splat, R::splat(SHIFTER));
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
        Reduced { r, r2, q, shifted }
    }
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

    /// [`exp`] of a number.
    struct Exp(f64);
    impl Task for Exp {
        type Output = f64;
        #[inline(always)]
        fn run<R: Pack>(self) -> f64 {
            exp(R::splat(self.0)).lanes()[R::LANES - 1]
        }
    }

    #[test]
    fn the_exponential_of_any_number_is_the_systems_to_the_last_digits() {
        let widest = InstructionSet::widest();
        let mut differing = 0;
        for x in (-745_200..709_800).map(|i| f64::from(i) * 0.001 + 2e-4) {
            let (found, expected) = (widest.run(Exp(x)), x.exp());
            if expected < f64::MIN_POSITIVE {
                let units = found.to_bits().abs_diff(expected.to_bits());
                assert!(units <= 1, "{x}: {found:e} and {expected:e}");
            } else if expected.is_finite() {
                differing += usize::from(found != expected);
                assert!(found.to_bits().abs_diff(expected.to_bits()) <= 1, "{x}: {found:e} and {expected:e}");
            } else {
                assert_eq!(found, expected, "{x}");
            }
        }
        // Without what the rounding of sums takes it would be one in ten.
        println!("{differing} of 1,455,000 differ from the system's in the last bit");
        assert!(differing < 100_000, "{differing}");
        // The last arguments with a finite result and with a result above 0.
        for set in InstructionSet::available() {
            for x in [709.782_712_893_384, -745.133_219_101_941] {
                let outwards = |x: f64| f64::from_bits(x.to_bits() + 1);
                assert!(set.run(Exp(x)).is_finite() && set.run(Exp(x)) > 0.0, "{set:?}");
                assert_eq!(set.run(Exp(outwards(x))), outwards(x).exp(), "{set:?} beyond {x}");
            }
            let special = [0.0, -0.0, 1e300, -1e300, f64::INFINITY, f64::NEG_INFINITY];
            assert_eq!(special.map(|x| set.run(Exp(x))), special.map(f64::exp), "{set:?}");
            assert!(set.run(Exp(f64::NAN)).is_nan());
        }
    }

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
            let exponentials = [x, -x].map(|x| InstructionSet::Scalar.run(Exp(x)));
            for set in InstructionSet::available() {
                assert_eq!(set.run(At(x)), expected, "{set:?} at {x}");
                assert_eq!([x, -x].map(|x| set.run(Exp(x))), exponentials, "{set:?} at {x}");
            }
        }
    }
}
