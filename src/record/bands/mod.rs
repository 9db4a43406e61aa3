//! Traces of all fits of a cell as quantile bands, in memory that does not grow with the number of fits.
//!
//! Values are counted in logarithmic classes, 32 to a factor of two, so a quantile is exact to 3 %. Counts add up in any
//! order to the same sum: the bands do not depend on threads. A fit that has ended keeps its last value, so that a band
//! is over all fits at every iteration and not over the slow ones only.

mod targets;

mod histogram;

use histogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::record::Observation;

/// The quantities that have bands, by their names in the report.
pub const QUANTITIES: [&str; 6] =
    ["objective", "objective_gap", "gradient_norm", "step_norm", "step_length", "oracle_calls"];

/// Bands of one cell.
#[derive(Clone, Debug, Default)]
pub struct Bands {
    /// Per place of the grid and quantity: the values of fits observed at the place, then the last values of fits that ended between
    /// the place before and this one.
    places: Vec<[Histogram; 2 * QUANTITIES.len()]>,
}

/// The counts of a [`Bands`], close together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BandCounts {
    /// Per place and histogram, the number of classes with counts.
    lengths: Vec<u16>,
    /// The classes with counts, in order, each as its difference from the class before.
    steps: Vec<u16>,
    /// The counts of these classes.
    counts: Vec<u32>,
}

impl BandCounts {
    /// Whether `fits` fits can have these counts. Counts read from a file need this check, because its bytes may be anything.
    pub fn is_valid(&self, fits: usize) -> bool {
        let classes: usize = self.lengths.iter().map(|&length| usize::from(length)).sum();
        let mut steps = self.steps.iter();
        let in_range = |&length: &u16| {
            steps.by_ref().take(length.into()).map(|&step| u32::from(step)).sum::<u32>() <= u16::MAX.into()
        };
        let histograms = 2 * QUANTITIES.len();
        self.lengths.len().is_multiple_of(histograms)
            && self.lengths.len() / histograms <= place_of(u32::MAX)
            && classes == self.steps.len()
            && classes == self.counts.len()
            && self.counts.iter().all(|&count| count as usize <= fits)
            && self.lengths.iter().all(in_range)
    }
}

/// Iterations at which bands are taken: all up to 32, then 8 to each doubling.
fn grid(place: usize) -> u32 {
    if place < EXACT {
        place as u32
    } else {
        let octave = (place - EXACT) / PER_DOUBLING;
        ((PER_DOUBLING + (place - EXACT) % PER_DOUBLING) as u32) << (octave + FIRST_SHIFT)
    }
}

const EXACT: usize = 32;
const PER_DOUBLING: usize = 8;
/// The spacing of the grid just above [`EXACT`] is 2 to this power.
const FIRST_SHIFT: usize = 2;

/// Whether bands are taken at an iteration.
fn on_grid(iteration: u32) -> bool {
    grid(place_of(iteration)) == iteration
}

/// The parts of a trace to keep while the fit runs.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// The observations at iterations on the grid of the bands.
    pub bands: bool,
    /// All observations.
    pub whole: bool,
}

impl Keep {
    /// Appends an observation. Drops the one before it, unless that is to be kept: the last observation is always there.
    #[inline]
    pub fn note(self, seen: &mut Vec<Observation>, observation: Observation) {
        let passed = |last: &Observation| !(self.whole || self.bands && on_grid(last.iteration));
        if seen.last().is_some_and(passed) {
            seen.pop();
        }
        seen.push(observation);
    }
}

/// The first place of the grid at or after an iteration.
fn place_of(iteration: u32) -> usize {
    if iteration < EXACT as u32 {
        return iteration as usize;
    }
    let octave = (iteration.ilog2() - EXACT.ilog2()) as usize;
    let width = 1u32 << (octave + FIRST_SHIFT);
    EXACT + PER_DOUBLING * octave + (iteration.div_ceil(width) as usize - PER_DOUBLING)
}

fn values(observation: &Observation, gap: f64) -> [f64; QUANTITIES.len()] {
    let Observation { objective, gradient_norm, step_norm, step_length, calls, .. } = *observation;
    [objective, gap, gradient_norm, step_norm, step_length, f64::from(calls)]
}

/// A histogram of iterations on the grid: the largest iteration of each class that has fits, and its number of fits.
pub fn iteration_histogram(iterations: &[u32]) -> (Vec<u32>, Vec<usize>) {
    let mut counts = Vec::new();
    for &iteration in iterations {
        let place = place_of(iteration);
        if counts.len() <= place {
            counts.resize(place + 1, 0);
        }
        counts[place] += 1;
    }
    counts.into_iter().enumerate().filter(|(_, count)| *count > 0).map(|(place, count)| (grid(place), count)).unzip()
}

/// One quantity's quantiles along the iterations.
pub struct Band {
    /// 10 %.
    pub q10: Vec<f64>,
    /// 50 %.
    pub median: Vec<f64>,
    /// 90 %.
    pub q90: Vec<f64>,
}

impl PartialEq for Bands {
    /// Equal counts, however they are stored.
    fn eq(&self, other: &Bands) -> bool {
        let entries = |bands: &Bands| -> Vec<_> {
            bands.places.iter().map(|place| place.each_ref().map(Histogram::entries)).collect()
        };
        entries(self) == entries(other)
    }
}

impl Bands {
    /// Counts the trace of a fit, its last observation for all later iterations, with gaps to `infimum`.
    pub fn add(&mut self, seen: &[Observation], infimum: f64) {
        seen.iter().for_each(|seen| self.observe(seen, seen.objective - infimum));
        if let Some(last) = seen.last() {
            self.end(last, last.objective - infimum);
        }
    }

    /// Counts an observation of a fit under way, if its iteration is on the grid.
    pub fn observe(&mut self, observation: &Observation, gap: f64) {
        let place = place_of(observation.iteration);
        if on_grid(observation.iteration) {
            for (quantity, value) in values(observation, gap).into_iter().enumerate() {
                self.at(place)[quantity].add(value);
            }
        }
    }

    /// Counts the last observation of a fit for all later iterations.
    pub fn end(&mut self, last: &Observation, gap: f64) {
        let place = place_of(last.iteration + 1);
        for (quantity, value) in values(last, gap).into_iter().enumerate() {
            self.at(place)[QUANTITIES.len() + quantity].add(value);
        }
    }

    fn at(&mut self, place: usize) -> &mut [Histogram; 2 * QUANTITIES.len()] {
        if self.places.len() <= place {
            self.places.resize_with(place + 1, Default::default);
        }
        &mut self.places[place]
    }

    /// Takes the counts out; only the storage stays.
    pub fn take(&mut self) -> BandCounts {
        let mut all = BandCounts::default();
        for histogram in self.places.iter_mut().flatten() {
            let before = all.counts.len();
            let mut previous = 0;
            histogram.take(|class, count| {
                all.steps.push(class - previous);
                all.counts.push(count);
                previous = class;
            });
            all.lengths.push((all.counts.len() - before) as u16);
        }
        // The storage of earlier fits may reach further than the counts.
        let last = all.lengths.iter().rposition(|&length| length > 0);
        all.lengths.truncate(last.map_or(0, |last| (last + 1).next_multiple_of(2 * QUANTITIES.len())));
        all
    }

    /// Adds the counts of another set of fits; they must be valid (see [`BandCounts::is_valid`]).
    pub fn add_counts(&mut self, other: &BandCounts) {
        let mut classes = other.steps.iter().zip(&other.counts);
        for (place, lengths) in other.lengths.chunks_exact(2 * QUANTITIES.len()).enumerate() {
            for (histogram, &length) in self.at(place).iter_mut().zip(lengths) {
                let mut class = 0;
                for (step, count) in classes.by_ref().take(length.into()) {
                    class += step;
                    histogram.add_count(class, *count);
                }
            }
        }
    }

    /// The iterations, and a band per quantity. The last place holds only fits that have ended and repeats the one before
    /// it, so it is left out.
    pub fn quantiles(&self) -> (Vec<u32>, [Band; QUANTITIES.len()]) {
        let places = self.places.len().saturating_sub(1);
        let iterations = (0..places).map(grid).collect();
        let bands = std::array::from_fn(|quantity| {
            let (mut q10, mut median, mut q90) = (Vec::new(), Vec::new(), Vec::new());
            let mut ended = Histogram::default();
            for histograms in &self.places[..places] {
                ended.merge(&histograms[QUANTITIES.len() + quantity]);
                let mut all = ended.clone();
                all.merge(&histograms[quantity]);
                let [low, middle, high] = all.quantiles([0.1, 0.5, 0.9]);
                q10.push(low);
                median.push(middle);
                q90.push(high);
            }
            Band { q10, median, q90 }
        });
        (iterations, bands)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observation(iteration: u32, gradient_norm: f64) -> Observation {
        Observation { iteration, objective: 1.0, gradient_norm, step_norm: 0.0, step_length: 1.0, calls: iteration + 1 }
    }

    #[test]
    fn grid_and_places_are_inverse() {
        let mut previous = None;
        for place in 0..200 {
            let iteration = grid(place);
            assert_eq!(place_of(iteration), place);
            if let Some(previous) = previous {
                assert!(iteration > previous);
                assert_eq!(place_of(previous + 1), place, "what lies between belongs to the next place");
            }
            previous = Some(iteration);
        }
    }

    #[test]
    fn a_fit_that_has_ended_keeps_its_value() {
        let mut bands = Bands::default();
        // Nine fits end at iteration 1 with gradient 1e-9; one goes on to iteration 3 with gradient 1.
        for _ in 0..9 {
            bands.observe(&observation(0, 8.0), 1.0);
            bands.observe(&observation(1, 1e-9), 1.0);
            bands.end(&observation(1, 1e-9), 1.0);
        }
        for iteration in 0..4 {
            bands.observe(&observation(iteration, 1.0), 1.0);
        }
        bands.end(&observation(3, 1.0), 1.0);
        let (iterations, [_, _, gradient, _, _, calls]) = bands.quantiles();
        assert_eq!(iterations, [0, 1, 2, 3]);
        assert_eq!(gradient.median[0], 8.0);
        assert!((gradient.median[3] / 1e-9 - 1.0).abs() < 0.03 && (gradient.q90[3] / 1e-9 - 1.0).abs() < 0.03);
        assert_eq!(calls.median, [1.0, 2.0, 2.0, 2.0]);
    }

    #[test]
    fn counts_are_taken_once() {
        let mut bands = Bands::default();
        for fit in 0..500 {
            let norm = (f64::from(fit * 7919 % 503) / 50.0 - 5.0).exp();
            bands.add(&[observation(0, norm), observation(1, norm * norm)], 0.5);
        }
        let whole = bands.clone();
        let (counts, nothing) = (bands.take(), bands.take());
        assert_eq!(nothing, BandCounts::default(), "storage that stays is no count");
        assert!(counts.is_valid(500) && nothing.is_valid(0) && !counts.is_valid(499));
        let mut again = Bands::default();
        again.add_counts(&counts);
        again.add_counts(&nothing);
        assert_eq!(again, whole);
        let broken = [
            BandCounts { lengths: counts.lengths[1..].to_vec(), ..counts.clone() },
            BandCounts { steps: counts.steps[1..].to_vec(), ..counts.clone() },
            BandCounts { counts: Vec::new(), ..counts.clone() },
            BandCounts { steps: vec![u16::MAX; counts.steps.len()], ..counts.clone() },
            BandCounts { lengths: vec![0; 12 * 1_000], ..BandCounts::default() },
        ];
        assert!(broken.iter().all(|counts| !counts.is_valid(500)));
    }

    #[test]
    fn failures_are_the_worst_values_and_merging_adds() {
        let (mut one, mut other) = (Bands::default(), Bands::default());
        one.observe(&observation(0, f64::NAN), f64::NAN);
        one.end(&observation(0, f64::NAN), f64::NAN);
        other.observe(&observation(0, 2.0), 1.0);
        other.end(&observation(0, 2.0), 1.0);
        let (one, other) = (one.take(), other.take());
        assert!(one.is_valid(1) && other.is_valid(1));
        let (mut together, mut reverse) = (Bands::default(), Bands::default());
        [&one, &other].into_iter().for_each(|counts| together.add_counts(counts));
        [&other, &one].into_iter().for_each(|counts| reverse.add_counts(counts));
        assert_eq!(together, reverse);
        let (_, [_, _, gradient, ..]) = together.quantiles();
        assert_eq!(gradient.median, [2.0]);
        assert!(gradient.q90[0].is_nan());
    }
}
