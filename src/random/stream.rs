//! The one source of randomness: every random number of an experiment comes from here.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// The purpose of random numbers; streams of different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Dealing rows into train and test.
    Split,
    /// Drawing simulated data.
    Data,
    /// Shuffling labels.
    Labels,
    /// Statistics that are computed by Monte Carlo.
    Statistics,
    /// Starting Lanczos' method.
    Curvature,
}

/// A stream of random numbers for each index.
///
/// The key of the ChaCha8 generator is SHA-256(purpose, seed, data set name); the index is its stream number. So the numbers of
/// split i do not depend on threads, order, shards, or the other data sets of the file.
#[derive(Clone, Debug)]
pub struct Streams {
    generator: ChaCha8Rng,
}

impl Streams {
    /// The streams of one purpose for one data set.
    pub fn new(seed: u64, dataset: &str, purpose: Purpose) -> Streams {
        let purpose: &[u8] = match purpose {
            Purpose::Split => b"split",
            Purpose::Data => b"data.",
            Purpose::Labels => b"label",
            Purpose::Statistics => b"stats",
            Purpose::Curvature => b"curve",
        };
        let mut hash = Sha256::new();
        hash.update(purpose);
        hash.update(seed.to_le_bytes());
        hash.update(dataset.as_bytes());
        Streams { generator: ChaCha8Rng::from_seed(hash.finalize().into()) }
    }

    /// The stream of one index, from its beginning.
    pub fn stream(&self, index: u64) -> ChaCha8Rng {
        let mut generator = self.generator.clone();
        generator.set_stream(index);
        generator.set_word_pos(0);
        generator
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::Rng;

    #[test]
    fn a_stream_depends_on_seed_data_set_purpose_and_index_alone() {
        let first = |seed, name, purpose, index| Streams::new(seed, name, purpose).stream(index).next_u64();
        let base = first(7, "iris", Purpose::Split, 3);
        assert_eq!(base, first(7, "iris", Purpose::Split, 3));
        for other in [
            first(8, "iris", Purpose::Split, 3),
            first(7, "iri", Purpose::Split, 3),
            first(7, "iris", Purpose::Data, 3),
            first(7, "iris", Purpose::Labels, 3),
            first(7, "iris", Purpose::Statistics, 3),
            first(7, "iris", Purpose::Split, 4),
        ] {
            assert_ne!(base, other);
        }
        let streams = Streams::new(7, "iris", Purpose::Split);
        streams.stream(9).next_u64();
        assert_eq!(base, streams.stream(3).next_u64(), "looking at one stream moves no other");
    }
}
