//! Which metrics an experiment takes of its fits.

use super::properties::{Metric, Value};
use super::{CALIBRATION, COUNT, METRICS};

/// The metrics that an experiment takes of its fits: those of sums, which every fit has, and those that it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    taken: [bool; COUNT],
}

impl Selection {
    /// The metrics that every experiment takes.
    pub const USUAL: Selection = {
        let (mut taken, mut place) = ([false; COUNT], 0);
        while place < COUNT {
            taken[place] = matches!(METRICS[place].value, Value::OfSums(_) | Value::OfClasses(_));
            place += 1;
        }
        Selection { taken }
    };

    /// The names of all metrics.
    pub const NAMES: [&'static str; COUNT] = {
        let (mut names, mut place) = ([""; COUNT], 0);
        while place < COUNT {
            names[place] = METRICS[place].name;
            place += 1;
        }
        names
    };

    /// Takes the metric at a place as well.
    pub fn ask_for(&mut self, place: usize) {
        self.taken[place] = true;
    }

    /// Whether the metric at a place is taken.
    pub fn takes(&self, place: usize) -> bool {
        self.taken[place]
    }

    /// Whether a metric of the calibration of test rows is taken, and so reliability curves are kept.
    pub fn has_reliability(self) -> bool {
        CALIBRATION.iter().any(|&place| self.taken[place])
    }

    /// The metrics that are taken, with their places, in the order of reports.
    pub fn metrics(self) -> impl Iterator<Item = (usize, &'static Metric)> + Clone {
        METRICS.iter().enumerate().filter(move |(place, _)| self.taken[*place])
    }

    /// The metrics that are taken because they were asked for, with their places.
    pub fn on_request(self) -> impl Iterator<Item = (usize, &'static Metric)> + Clone {
        self.metrics().filter(|(_, metric)| metric.is_on_request())
    }
}
