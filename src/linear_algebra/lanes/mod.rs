//! SIMD lanes as numbers: the same method, one fit per lane.
//!
//! [`Lanes`] is as many `f64` as a vector register of an instruction set holds, 8 with AVX-512, 4 with AVX2, 2 with NEON, 1
//! on anything else. Every operation is IEEE 754's, correctly rounded, a fused multiply-add included; so lanes give the same
//! bits on every instruction set and whatever their neighbours hold.

mod arithmetic;
mod instruction_set;
mod levels;

use pulp::{Scalar, Simd, WithSimd};

use super::Real;

pub use instruction_set::{InstructionSet, Task};

/// Real numbers in the lanes of a vector register.
///
/// Beside what methods need, it has what the kernels that feed them do: access to the bits and to single lanes.
pub trait Pack: Real + Send + Sync + 'static {
    /// Lanes of a pack.
    const LANES: usize;

    /// The numbers whose bits are `map` of those of these.
    fn map_bits(self, map: impl Fn(u64) -> u64) -> Self;
    /// The larger number; `self` where either is NaN.
    fn larger(self, other: Self) -> Self;
    /// The smaller number; `self` where either is NaN.
    fn smaller(self, other: Self) -> Self;
    /// The lanes.
    fn lanes(&self) -> &[f64];
    /// The lanes, to be changed.
    fn lanes_mut(&mut self) -> &mut [f64];
    /// Selects this pack type's entry of a per-instruction-set value.
    fn pick<P: PerSet>(all: &P) -> P::Of<Self>;
    /// Runs work compiled for the instruction set of these lanes, provided that it is marked `#[inline(always)]`.
    fn vectorize<T>(work: impl FnOnce() -> T) -> T;
    /// Which lanes of a mask are true, as bits.
    fn bits(mask: Self::Mask) -> u32;
    /// The mask with these lanes true.
    fn mask(bits: u32) -> Self::Mask;
}

/// Something made for each kind of lanes, of which [`Pack::pick`] takes its own. So a generic method crosses a `dyn` boundary.
pub trait PerSet {
    /// What is made for lanes of type `R`.
    type Of<R: Pack>;
    /// That for one lane.
    fn scalar(&self) -> Self::Of<Lanes<Scalar>>;
    /// That for AVX2.
    #[cfg(target_arch = "x86_64")]
    fn avx2(&self) -> Self::Of<Lanes<pulp::x86::V3>>;
    /// That for AVX-512.
    #[cfg(target_arch = "x86_64")]
    fn avx512(&self) -> Self::Of<Lanes<pulp::x86::V4>>;
    /// That for NEON.
    #[cfg(target_arch = "aarch64")]
    fn neon(&self) -> Self::Of<Lanes<pulp::aarch64::Neon>>;
}

/// An instruction set as a type: what pulp leaves to each.
pub trait Level: Simd {
    /// Selects this instruction set's entry of a per-instruction-set value.
    fn pick<P: PerSet>(all: &P) -> P::Of<Lanes<Self>>;
    /// See [`Pack::bits`].
    #[inline(always)]
    fn bits(mask: Self::m64s) -> u32 {
        let marks: Lanes<Self> = token::<Self>().vectorize(Vectorized(
            #[inline(always)]
            || Lanes::select(LanesMask(mask), Lanes::splat(1.0), Lanes::splat(0.0)),
        ));
        marks.lanes().iter().rev().fold(0, |bits, &mark| bits << 1 | u32::from(mark != 0.0))
    }
    /// See [`Pack::mask`].
    #[inline(always)]
    fn mask(bits: u32) -> Self::m64s {
        token::<Self>().vectorize(Vectorized(
            #[inline(always)]
            || {
                let mut marks = Lanes::<Self>::splat(0.0);
                for (lane, mark) in marks.lanes_mut().iter_mut().enumerate() {
                    *mark = f64::from(bits >> lane & 1);
                }
                Lanes::splat(0.0).less(marks).0
            },
        ))
    }
    /// See [`Pack::larger`].
    #[inline(always)]
    fn larger(a: Self::f64s, b: Self::f64s) -> Self::f64s {
        let simd = token::<Self>();
        simd.select_f64s(simd.less_than_f64s(a, b), b, a)
    }
    /// See [`Pack::smaller`].
    #[inline(always)]
    fn smaller(a: Self::f64s, b: Self::f64s) -> Self::f64s {
        let simd = token::<Self>();
        simd.select_f64s(simd.less_than_f64s(b, a), b, a)
    }
}

/// A vector register of numbers.
///
/// Aligned to a cache line: a spill or a load across two of them costs twice as much.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Lanes<S: Level>(S::f64s);

/// A truth value per lane.
#[derive(Clone, Copy, Debug)]
pub struct LanesMask<S: Level>(S::m64s);

/// The token that proves that this processor has the instructions of `S`.
#[inline(always)]
fn token<S: Level>() -> S {
    const { assert!(size_of::<S>() == 0) };
    // Safety: `S` has no content, so any value of it is valid as memory. What it stands for, that the processor has the
    // instructions, holds because this module is the crate's own, where [`Real`] is called on `Lanes<S>` by a [`Task`] only,
    // and `InstructionSet::run` alone starts one, with a token it was given by pulp's detection. (A trait with a token in each
    // call would need none of this, but constants in every method of `solver` would then have to carry one.)
    unsafe { std::mem::zeroed() }
}

/// Work that is compiled for the instruction set it is started with.
struct Vectorized<F>(F);

impl<T, F: FnOnce() -> T> WithSimd for Vectorized<F> {
    type Output = T;
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> T {
        (self.0)()
    }
}

#[cfg(test)]
mod tests;
