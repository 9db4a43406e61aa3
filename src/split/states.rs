//! States of one stream of NumPy's random numbers, so that a repetition can be dealt without all those before it.

use rand_mt::Mt;

/// Most states that are kept, each of 2.5 KB.
const MOST: u64 = 1000;

/// The states of a stream before every `stride`-th repetition.
#[derive(Clone, Debug, Default)]
pub struct States {
    stride: u64,
    kept: Vec<Mt>,
}

impl States {
    /// Goes through `repetitions` repetitions, each of which `deal` takes from the generator.
    pub fn new(random_state: u32, repetitions: u64, deal: &mut impl FnMut(&mut Mt)) -> States {
        let stride = repetitions.div_ceil(MOST).max(1);
        let mut generator = Mt::new(random_state);
        let mut kept = Vec::new();
        for repetition in 0..repetitions {
            if repetition.is_multiple_of(stride) {
                kept.push(generator.clone());
            }
            deal(&mut generator);
        }
        States { stride, kept }
    }

    /// The generator before a repetition, from the nearest state that is kept.
    pub fn before(&self, repetition: u64, random_state: u32, deal: &mut impl FnMut(&mut Mt)) -> Mt {
        let place = repetition.checked_div(self.stride).unwrap_or(0).min((self.kept.len() as u64).saturating_sub(1));
        let mut generator = self.kept.get(place as usize).cloned().unwrap_or_else(|| Mt::new(random_state));
        for _ in place * self.stride..repetition {
            deal(&mut generator);
        }
        generator
    }
}
