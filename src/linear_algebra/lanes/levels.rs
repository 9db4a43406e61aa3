//! Each instruction set as a [`Level`], with what it does in fewer instructions than any other would.

use pulp::Scalar;

use super::{Lanes, Level, PerSet};

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
                pulp::Simd::max_f64s(super::token::<Self>(), b, a)
            },
            /// So does MINPD.
            #[inline(always)]
            fn smaller(a: Self::f64s, b: Self::f64s) -> Self::f64s {
                pulp::Simd::min_f64s(super::token::<Self>(), b, a)
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
