//! Traces of all fits of a cell as quantile bands, in memory that does not grow with the number of fits.
//!
//! Values are counted in logarithmic classes, 32 to a factor of two, so a quantile is exact to 3 %. Counts add up in any
//! order to the same sum: the bands do not depend on threads. A fit that has ended keeps its last value, so that a band
//! is over all fits at every iteration and not over the slow ones only.

use crate::record::Observation;

/// What bands are taken of, with their names in the report.
pub const QUANTITIES: [&str; 6] =
    ["objective", "objective_gap", "gradient_norm", "step_norm", "step_length", "oracle_calls"];

/// Counts per class of one quantity at one iteration, sorted by class.
#[derive(Clone, Debug, Default, PartialEq)]
struct Histogram(Vec<(u16, u32)>);

impl Histogram {
    /// 11 bits of exponent and 5 of fraction; negative values (rounding of a gap) are zeros, NaN is above all numbers.
    fn class(value: f64) -> u16 {
        if value.is_nan() { u16::MAX } else { (value.max(0.0).to_bits() >> 47) as u16 }
    }

    /// The smallest value of a class.
    fn value(class: u16) -> f64 {
        f64::from_bits(u64::from(class) << 47)
    }

    fn add(&mut self, value: f64) {
        self.add_count(Histogram::class(value), 1);
    }

    fn add_count(&mut self, class: u16, count: u32) {
        match self.0.binary_search_by_key(&class, |entry| entry.0) {
            Ok(place) => self.0[place].1 += count,
            Err(place) => self.0.insert(place, (class, count)),
        }
    }

    fn merge(&mut self, other: &Histogram) {
        for &(class, count) in &other.0 {
            self.add_count(class, count);
        }
    }

    fn quantile(&self, q: f64) -> f64 {
        let total: u64 = self.0.iter().map(|entry| u64::from(entry.1)).sum();
        let rank = (q * total as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for &(class, count) in &self.0 {
            seen += u64::from(count);
            if seen >= rank {
                return Histogram::value(class);
            }
        }
        f64::NAN
    }
}

/// Bands of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bands {
    /// Per place of the grid: values of fits that were seen there, and of fits that ended before it and after the last.
    places: Vec<[Histogram; 2 * QUANTITIES.len()]>,
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
pub fn on_grid(iteration: u32) -> bool {
    grid(place_of(iteration)) == iteration
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

/// How many fits took how many iterations: the classes' largest iterations, and the fits in each that has any.
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

    /// Adds the counts of another set of fits.
    pub fn merge(&mut self, other: &Bands) {
        for (place, histograms) in other.places.iter().enumerate() {
            for (mine, theirs) in self.at(place).iter_mut().zip(histograms) {
                mine.merge(theirs);
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
                q10.push(all.quantile(0.1));
                median.push(all.quantile(0.5));
                q90.push(all.quantile(0.9));
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
    fn failures_are_the_worst_values_and_merging_adds() {
        let (mut one, mut other) = (Bands::default(), Bands::default());
        one.observe(&observation(0, f64::NAN), f64::NAN);
        one.end(&observation(0, f64::NAN), f64::NAN);
        other.observe(&observation(0, 2.0), 1.0);
        other.end(&observation(0, 2.0), 1.0);
        let mut together = one.clone();
        together.merge(&other);
        let mut reverse = other;
        reverse.merge(&one);
        assert_eq!(together, reverse);
        let (_, [_, _, gradient, ..]) = together.quantiles();
        assert_eq!(gradient.median, [2.0]);
        assert!(gradient.q90[0].is_nan());
    }
}
