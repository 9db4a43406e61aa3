//! Random permutations, by NumPy's legacy algorithm on either generator.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use rand_mt::Mt;

/// A generator that can permute.
pub trait Permute {
    /// The next 32 random bits.
    fn bits(&mut self) -> u32;

    /// Shuffles in place: Fisher & Yates from the end, as NumPy's `RandomState.shuffle`. Exchanges value i with value j, j random
    /// and at most i. To get j, draws bits under a mask until they are at most i, as `random_interval` of NumPy's legacy generator
    /// does (with 32 bits as long as i fits).
    ///
    /// No branch depends on a drawn number, because the processor could not predict it: a number above i exchanges value i with
    /// itself and leaves i as it is. The inner loop ends where i loses a binary digit and the mask changes, which is rare.
    fn shuffle(&mut self, values: &mut [u32]) {
        let mut i = values.len().saturating_sub(1) as u32;
        while i > 0 {
            let mask = u32::MAX >> i.leading_zeros();
            while i > mask / 2 {
                let drawn = self.bits() & mask;
                let accepted = drawn <= i;
                values.swap(i as usize, if accepted { drawn } else { i } as usize);
                i -= u32::from(accepted);
            }
        }
    }

    /// A random number below `n`, as `RandomState.randint(0, n)`: draws bits under a mask until they are below it.
    fn below(&mut self, n: u32) -> u32 {
        let most = n.saturating_sub(1);
        if most == 0 {
            return 0;
        }
        let mask = u32::MAX >> most.leading_zeros();
        loop {
            let drawn = self.bits() & mask;
            if drawn <= most {
                return drawn;
            }
        }
    }

    /// Fills `into` with a random permutation of 0, 1, …, n − 1, as `RandomState.permutation(n)`.
    fn permutation(&mut self, n: u32, into: &mut Vec<u32>) {
        into.clear();
        into.extend(0..n);
        self.shuffle(into);
    }
}

impl Permute for Mt {
    fn bits(&mut self) -> u32 {
        self.next_u32()
    }
}

impl Permute for ChaCha8Rng {
    fn bits(&mut self) -> u32 {
        self.next_u32()
    }
}
