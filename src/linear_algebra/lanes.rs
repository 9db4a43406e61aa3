//! SIMD lanes as numbers: the same method, one fit per lane.
//!
//! [`Lanes`] is as many `f64` as a vector register of an instruction set holds, 8 with AVX-512, 4 with AVX2, 2 with NEON, 1
//! on anything else. Every operation is IEEE 754's, correctly rounded, a fused multiply-add included; so lanes give the same
//! bits on every instruction set and whatever their neighbours hold.

use std::ops::{Add, Div, Mul, Neg, Sub};

use pulp::{Scalar, Simd, WithSimd, bytemuck};

use super::{Mask, Real};

/// A set of vector instructions that a processor may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// None: one lane.
    Scalar,
    /// AVX2 and FMA on x86-64: 4 lanes.
    Avx2,
    /// AVX-512 (F, BW, CD, DQ, VL) on x86-64: 8 lanes.
    Avx512,
    /// NEON on AArch64: 2 lanes.
    Neon,
}

impl InstructionSet {
    /// Those of this processor, the widest last.
    pub fn available() -> Vec<InstructionSet> {
        let mut sets = vec![InstructionSet::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            sets.extend(pulp::x86::V3::try_new().map(|_| InstructionSet::Avx2));
            sets.extend(pulp::x86::V4::try_new().map(|_| InstructionSet::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        sets.extend(pulp::aarch64::Neon::try_new().map(|_| InstructionSet::Neon));
        sets
    }

    /// The widest of this processor.
    pub fn widest() -> InstructionSet {
        InstructionSet::available().pop().unwrap_or(InstructionSet::Scalar)
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            InstructionSet::Scalar => "scalar",
            InstructionSet::Avx2 => "AVX2",
            InstructionSet::Avx512 => "AVX-512",
            InstructionSet::Neon => "NEON",
        }
    }

    /// Runs a task compiled for this instruction set; on the scalar form if this processor has not got it.
    pub fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => match pulp::x86::V3::try_new() {
                Some(simd) => simd_run(simd, task),
                None => simd_run(Scalar::new(), task),
            },
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => match pulp::x86::V4::try_new() {
                Some(simd) => simd_run(simd, task),
                None => simd_run(Scalar::new(), task),
            },
            #[cfg(target_arch = "aarch64")]
            InstructionSet::Neon => match pulp::aarch64::Neon::try_new() {
                Some(simd) => simd_run(simd, task),
                None => simd_run(Scalar::new(), task),
            },
            _ => simd_run(Scalar::new(), task),
        }
    }
}

/// What is to be computed in lanes.
pub trait Task {
    /// What comes of it.
    type Output;
    /// Computes it. Mark it, and all that it calls on numbers, `#[inline(always)]`: what is not inlined here is compiled
    /// for the oldest processor, and one missing mark makes a kernel ten times slower without changing a result.
    fn run<R: Pack>(self) -> Self::Output;
}

fn simd_run<S: Level, T: Task>(simd: S, task: T) -> T::Output {
    simd.vectorize(Vectorized(
        #[inline(always)]
        || task.run::<Lanes<S>>(),
    ))
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

/// Bytes that a cache fetches at a time.
pub const CACHE_LINE: usize = 64;

/// Asks the processor to fetch from memory the line of a cache that a number is in, since it will be read soon. The line goes
/// to the second-level cache: more of them can be on their way to that one than to the first. Does nothing beyond the end of
/// the slice, and on processors other than x86-64.
#[inline(always)]
pub fn prefetch<T>(numbers: &[T], place: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(number) = numbers.get(place) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // Safety: a prefetch changes nothing that a program can see, whatever the address, and every x86-64 has it. Without it the
        // gradient of 200,000 x 51 takes 8.6 ms instead of 4.1 (`cargo bench --bench large -- gradient`).
        unsafe { _mm_prefetch::<_MM_HINT_T1>(std::ptr::from_ref(number).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (numbers, place);
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
    // and `InstructionSet::run` alone starts one, with a token it was given by pulp's detection. (A trait with a token in each call would need none of this,
    // but constants in every method of `solver` would then have to carry one.)
    unsafe { std::mem::zeroed() }
}

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
        let marks = simd.select_f64s(self.0, simd.splat_f64s(1.0), simd.splat_f64s(0.0));
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
        Lanes(token::<S>().select_f64s(mask.0, yes.0, no.0))
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

macro_rules! level {
    ($simd:ty, $pick:ident $(, $more:item)*) => {
        impl Level for $simd {
            fn pick<P: PerSet>(all: &P) -> P::Of<Lanes<Self>> {
                all.$pick()
            }
            $($more)*
        }
    };
}

level!(Scalar, scalar);
#[cfg(target_arch = "x86_64")]
macro_rules! x86_level {
    ($simd:ty, $pick:ident $(, $more:item)*) => {
        level!(
            $simd,
            $pick,
            /// x86's MAXPD gives its second operand where either is NaN or both are zero.
            #[inline(always)]
            fn larger(a: Self::f64s, b: Self::f64s) -> Self::f64s {
                token::<Self>().max_f64s(b, a)
            },
            /// So does MINPD.
            #[inline(always)]
            fn smaller(a: Self::f64s, b: Self::f64s) -> Self::f64s {
                token::<Self>().min_f64s(b, a)
            }
            $(, $more)*
        );
    };
}
#[cfg(target_arch = "x86_64")]
x86_level!(pulp::x86::V3, avx2);
#[cfg(target_arch = "x86_64")]
x86_level!(
    pulp::x86::V4,
    avx512,
    /// Masks are bits.
    #[inline(always)]
    fn bits(mask: Self::m64s) -> u32 {
        mask.0.into()
    },
    #[inline(always)]
    fn mask(bits: u32) -> Self::m64s {
        pulp::b8(bits as u8)
    }
);
#[cfg(target_arch = "aarch64")]
level!(pulp::aarch64::Neon, neon);

#[cfg(test)]
mod tests {
    use super::*;

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
}
