//! The operations of [`Lanes`], by pulp's on the vectors of an instruction set.

use std::ops::{Add, Div, Mul, Neg, Sub};

use pulp::bytemuck;

use super::{Lanes, LanesMask, Level, Pack, PerSet, Vectorized, token};
use crate::linear_algebra::{Mask, Real};

macro_rules! operator {
    ($trait:ident, $method:ident, $of_simd:ident) => {
        impl<S: Level> $trait for Lanes<S> {
            type Output = Lanes<S>;
            #[inline(always)]
            fn $method(self, other: Lanes<S>) -> Lanes<S> {
                Lanes(token::<S>().$of_simd(self.0, other.0))
            }
        }
    };
}

operator!(Add, add, add_f64s);
operator!(Sub, sub, sub_f64s);
operator!(Mul, mul, mul_f64s);
operator!(Div, div, div_f64s);

/// Where `mask` is true `yes`, else `no`: pulp's `select_f64s` in its parts, which are always inlined as that is not.
#[inline(always)]
fn select<S: Level>(mask: S::m64s, yes: S::f64s, no: S::f64s) -> S::f64s {
    let simd = token::<S>();
    let chosen = simd.select_u64s(mask, simd.transmute_u64s_f64s(yes), simd.transmute_u64s_f64s(no));
    simd.transmute_f64s_u64s(chosen)
}

impl<S: Level> Neg for Lanes<S> {
    type Output = Lanes<S>;
    #[inline(always)]
    fn neg(self) -> Lanes<S> {
        // Exact for every number, zeros included; pulp's own is not inlined with AVX-512.
        Lanes::splat(-0.0) - self
    }
}

impl<S: Level> Mask for LanesMask<S> {
    #[inline(always)]
    fn splat(value: bool) -> Self {
        let simd = token::<S>();
        LanesMask(simd.less_than_f64s(simd.splat_f64s(0.0), simd.splat_f64s(f64::from(value))))
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        LanesMask(token::<S>().and_m64s(self.0, other.0))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        LanesMask(token::<S>().or_m64s(self.0, other.0))
    }
    #[inline(always)]
    fn not(self) -> Self {
        LanesMask(token::<S>().not_m64s(self.0))
    }
    #[inline(always)]
    fn any(self) -> bool {
        let simd = token::<S>();
        let marks = select::<S>(self.0, simd.splat_f64s(1.0), simd.splat_f64s(0.0));
        simd.reduce_sum_f64s(marks) > 0.0
    }
}

impl<S: Level> Real for Lanes<S> {
    type Mask = LanesMask<S>;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Lanes(token::<S>().splat_f64s(value))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Lanes(token::<S>().sqrt_f64s(self.0))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // Clears the sign. pulp's own need not be inlined with AVX-512, and then an iris fit takes half as long again.
        self.map_bits(
            #[inline(always)]
            |bits| bits & (u64::MAX >> 1),
        )
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        Lanes(token::<S>().mul_add_f64s(self.0, factor.0, term.0))
    }
    #[inline(always)]
    fn less(self, other: Self) -> Self::Mask {
        LanesMask(token::<S>().less_than_f64s(self.0, other.0))
    }
    #[inline(always)]
    fn less_or_equal(self, other: Self) -> Self::Mask {
        LanesMask(token::<S>().less_than_or_equal_f64s(self.0, other.0))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Lanes(select::<S>(mask.0, yes.0, no.0))
    }
    fn single_lane(_: &[Self]) -> Option<&[f64]> {
        None
    }
}

impl<S: Level> Pack for Lanes<S> {
    const LANES: usize = S::F64_LANES;

    #[inline(always)]
    fn map_bits(self, map: impl Fn(u64) -> u64) -> Self {
        let mut values = self.0;
        for bits in bytemuck::cast_slice_mut::<S::f64s, u64>(std::slice::from_mut(&mut values)) {
            *bits = map(*bits);
        }
        Lanes(values)
    }
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        Lanes(S::larger(self.0, other.0))
    }
    #[inline(always)]
    fn smaller(self, other: Self) -> Self {
        Lanes(S::smaller(self.0, other.0))
    }
    #[inline(always)]
    fn lanes(&self) -> &[f64] {
        bytemuck::cast_slice(std::slice::from_ref(&self.0))
    }
    #[inline(always)]
    fn lanes_mut(&mut self) -> &mut [f64] {
        bytemuck::cast_slice_mut(std::slice::from_mut(&mut self.0))
    }
    fn pick<P: PerSet>(all: &P) -> P::Of<Self> {
        S::pick(all)
    }
    #[inline(always)]
    fn bits(mask: Self::Mask) -> u32 {
        S::bits(mask.0)
    }
    #[inline(always)]
    fn mask(bits: u32) -> Self::Mask {
        LanesMask(S::mask(bits))
    }
    #[inline(always)]
    fn vectorize<T>(work: impl FnOnce() -> T) -> T {
        token::<S>().vectorize(Vectorized(work))
    }
}
