//! Instruction sets of processors, and the start of a task on one.

use pulp::Scalar;

use super::{Lanes, Level, Pack, Vectorized};

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
