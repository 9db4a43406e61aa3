//! Random permutations, by NumPy's legacy algorithm on either generator.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use rand_mt::Mt;

/// A generator that can permute.
pub trait Permute {
    /// The next 32 random bits.
    fn bits(&mut self) -> u32;

    /// A number from 0 to `largest`, each with the same probability: bits under a mask, drawn again while they exceed it.
    /// This is `random_interval` of NumPy's legacy generator, which takes 32 bits as long as `largest` fits.
    fn up_to(&mut self, largest: u32) -> u32 {
        if largest == 0 {
            return 0;
        }
        let mask = u32::MAX >> largest.leading_zeros();
        loop {
            let value = self.bits() & mask;
            if value <= largest {
                return value;
            }
        }
    }

    /// Shuffles in place: Fisher & Yates from the end, as NumPy's `RandomState.shuffle`.
    fn shuffle(&mut self, values: &mut [u32]) {
        for i in (1..values.len()).rev() {
            let j = self.up_to(i as u32) as usize;
            values.swap(i, j);
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
