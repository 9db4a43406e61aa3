//! The splits to be made: an experiment or a part of it, less the splits done before.

use std::ops::Range;

use crate::claim::sequential;
use crate::experiment::Experiment;
use crate::record::UnitRecords;

/// A part of an experiment, by the number of its splits.
///
/// The splits of all sources are numbered one source after another, and part k of n has the numbers from (k − 1)/n to k/n of
/// all. So the parts are the same on every machine, and their sizes differ by one at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// k, from 1.
    pub number: u64,
    /// n.
    pub of: u64,
}

impl Shard {
    /// All of the experiment.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// The numbers of its splits.
    pub fn splits(self, experiment: &Experiment) -> Range<u64> {
        let all = u128::from(experiment.splits());
        let end = |k: u64| (all * u128::from(k) / u128::from(self.of)) as u64;
        end(self.number - 1)..end(self.number)
    }
}

/// Consecutive splits of one source, which a thread takes at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkUnit {
    /// Place of the source.
    pub source: usize,
    /// Its splits.
    pub splits: Range<u64>,
}

/// The number of the first split of some records, counted over all sources.
pub fn number_of(experiment: &Experiment, records: &UnitRecords) -> u64 {
    experiment.first_split(records.source) + records.first
}

/// Number of splits in some records.
pub fn length_of(experiment: &Experiment, records: &UnitRecords) -> u64 {
    (records.splits.len() / experiment.models.len()) as u64
}

/// The ranges of `part` outside `done`, whose ranges are in order and do not overlap.
pub fn missing(part: Range<u64>, done: impl Iterator<Item = Range<u64>>) -> Vec<Range<u64>> {
    let mut gaps = Vec::new();
    let mut next = part.start;
    for done in done {
        if next < done.start {
            gaps.push(next..done.start);
        }
        next = done.end;
    }
    if next < part.end {
        gaps.push(next..part.end);
    }
    gaps
}

/// The numbers of the splits made before each look at the claims: the first batch of every source, then the next, and so on.
pub fn looks(experiment: &Experiment) -> impl Iterator<Item = Vec<Range<u64>>> {
    (0..experiment.most_splits().div_ceil(sequential::BATCH)).map(move |look| {
        let of_source = |(source, &count): (usize, &u64)| {
            let (first, last) = (look * sequential::BATCH, (look + 1) * sequential::BATCH);
            let start = experiment.first_split(source);
            start + first.min(count)..start + last.min(count)
        };
        experiment.split_counts.iter().enumerate().map(of_source).collect()
    })
}

/// Cuts ranges of numbers into units of splits of one source, each at most `length(source)` long.
pub fn units(experiment: &Experiment, ranges: &[Range<u64>], length: impl Fn(usize) -> u64) -> Vec<WorkUnit> {
    let mut units = Vec::new();
    for range in ranges {
        let mut next = range.start;
        while next < range.end {
            let (source, first) = experiment.source_and_split(next);
            let last = (first + length(source)).min(experiment.split_counts[source]).min(first + range.end - next);
            units.push(WorkUnit { source, splits: first..last });
            next += last - first;
        }
    }
    units
}

/// Number of splits handed to a thread at a time.
///
/// Large enough that the hand-over, and lanes that idle at the end of a batch, cost little beside fits of microseconds; small
/// enough that threads end together, an interruption takes effect soon, and a crash loses little. Results do not depend on it.
pub fn unit_length(splits: u64, threads: usize) -> u64 {
    (splits / (4 * threads as u64)).clamp(1, 256)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::experiment::Overrides;

    fn experiment() -> Experiment {
        let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n[[dataset]]\nname = \"iris\"\n\
                    classes = [\"setosa\", \"virginica\"]\n[split]\nrepeats = 10\n[[solver]]\nmethod = \"newton\"\n";
        Experiment::parse(text, "test.toml", Path::new(""), Overrides::default()).unwrap()
    }

    #[test]
    fn shards_are_all_splits_once() {
        let experiment = experiment();
        for of in [1, 2, 3, 7, 20, 31] {
            let mut next = 0;
            for number in 1..=of {
                let part = Shard { number, of }.splits(&experiment);
                assert_eq!(part.start, next);
                assert!((20 / of..=20u64.div_ceil(of)).contains(&(part.end - part.start)));
                next = part.end;
            }
            assert_eq!(next, 20);
        }
    }

    #[test]
    fn what_is_missing_is_cut_at_sources_and_lengths() {
        let gaps = missing(2..20, [4..6, 6..7, 15..20].into_iter());
        assert_eq!(gaps, [2..4, 7..15]);
        let units = units(&experiment(), &gaps, |_| 3);
        let expected = [(0, 2..4), (0, 7..10), (1, 0..3), (1, 3..5)];
        assert_eq!(units, expected.map(|(source, splits)| WorkUnit { source, splits }));
        assert_eq!(missing(3..3, std::iter::empty()), []);
    }
}
