//! Counts in logarithmic classes.

/// Counts per class of one quantity at one iteration.
#[derive(Clone, Debug)]
pub enum Histogram {
    /// Sorted by class: little memory for the few counts of most experiments.
    Few(Vec<(u16, u32)>),
    /// A count for each class from the smallest to the largest, zeros and failures apart: a count is one addition.
    Many { first: u16, counts: Vec<u32>, zeros: u32, failures: u32 },
}

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram::Few(Vec::new())
    }
}

/// Length at which a sorted list turns into an array over all classes between: it then takes as much memory as an array over
/// three factors of two.
const MANY: usize = 48;

impl Histogram {
    /// 11 bits of exponent and 5 of fraction; negative values (rounding of a gap) are zeros, NaN is above all numbers.
    pub fn class(value: f64) -> u16 {
        if value.is_nan() { u16::MAX } else { (value.max(0.0).to_bits() >> 47) as u16 }
    }

    /// The smallest value of a class.
    pub fn value(class: u16) -> f64 {
        f64::from_bits(u64::from(class) << 47)
    }

    /// Counts a value.
    pub fn add(&mut self, value: f64) {
        self.add_count(Histogram::class(value), 1);
    }

    /// Counts `count` values of a class.
    pub fn add_count(&mut self, class: u16, count: u32) {
        match self {
            Histogram::Few(list) => match list.binary_search_by_key(&class, |entry| entry.0) {
                Ok(place) => list[place].1 += count,
                Err(place) => {
                    list.insert(place, (class, count));
                    if list.len() == MANY {
                        let list = std::mem::take(list);
                        *self = Histogram::Many { first: 0, counts: Vec::new(), zeros: 0, failures: 0 };
                        list.into_iter().for_each(|(class, count)| self.add_count(class, count));
                    }
                }
            },
            Histogram::Many { zeros, .. } if class == 0 => *zeros += count,
            Histogram::Many { failures, .. } if class == u16::MAX => *failures += count,
            Histogram::Many { first, counts, .. } => {
                if counts.is_empty() {
                    *first = class;
                }
                if class < *first {
                    let missing = usize::from(*first - class);
                    counts.splice(0..0, std::iter::repeat_n(0, missing));
                    *first = class;
                }
                let place = usize::from(class - *first);
                if place >= counts.len() {
                    counts.resize(place + 1, 0);
                }
                counts[place] += count;
            }
        }
    }

    /// The classes with counts, in order.
    pub fn entries(&self) -> Vec<(u16, u32)> {
        match self {
            Histogram::Few(list) => list.clone(),
            Histogram::Many { first, counts, zeros, failures } => {
                let between = (*first..).zip(counts.iter().copied());
                let all = std::iter::once((0, *zeros)).chain(between).chain([(u16::MAX, *failures)]);
                all.filter(|(_, count)| *count > 0).collect()
            }
        }
    }

    /// Gives each class with counts to `each`, in order, and forgets the counts. Keeps the storage.
    pub fn take(&mut self, mut each: impl FnMut(u16, u32)) {
        match self {
            Histogram::Few(list) => list.drain(..).for_each(|(class, count)| each(class, count)),
            Histogram::Many { first, counts, zeros, failures } => {
                let mut take = |class, count: &mut u32| {
                    if *count > 0 {
                        each(class, std::mem::take(count));
                    }
                };
                take(0, zeros);
                counts.iter_mut().zip(*first..).for_each(|(count, class)| take(class, count));
                take(u16::MAX, failures);
            }
        }
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Histogram) {
        for (class, count) in other.entries() {
            self.add_count(class, count);
        }
    }

    /// Quantiles at these shares of the counts, each as the smallest value of its class; NaN without counts.
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let entries = self.entries();
        let total: u64 = entries.iter().map(|entry| u64::from(entry.1)).sum();
        shares.map(|q| {
            let rank = (q * total as f64).ceil().max(1.0) as u64;
            let mut seen = 0;
            let reached = entries.iter().find(|(_, count)| {
                seen += u64::from(*count);
                seen >= rank
            });
            reached.map_or(f64::NAN, |(class, _)| Histogram::value(*class))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_counts_are_those_of_few() {
        let values = (0..5_000).map(|i| match i % 50 {
            0 => 0.0,
            1 => f64::NAN,
            _ => (f64::from(i * 7919 % 5_003) / 500.0 - 5.0).exp(),
        });
        let mut many = Histogram::default();
        let mut few = std::collections::BTreeMap::new();
        for value in values {
            many.add(value);
            *few.entry(Histogram::class(value)).or_insert(0) += 1;
        }
        assert!(matches!(many, Histogram::Many { .. }));
        assert!(many.entries().into_iter().eq(few));
        let mut twice = many.clone();
        twice.merge(&many);
        assert_eq!(
            twice.quantiles([0.1, 0.5, 0.9]).map(f64::to_bits),
            many.quantiles([0.1, 0.5, 0.9]).map(f64::to_bits)
        );
    }
}
