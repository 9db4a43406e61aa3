//! How often the splits will leave the metric of a claim without a value.

use std::fmt::Write;

use crate::claim::{Claim, Measure};
use crate::data::Source;
use crate::data::simulated::Labels;
use crate::experiment::Experiment;
use crate::metric::{METRICS, Needs, Sample};
use crate::report::percent;
use crate::split::{Scheme, Splitter};

/// A line per data set of the claim on which some splits will leave its metric undefined, with what to do; nothing where the rows
/// of every split will do.
pub fn lines(experiment: &Experiment, claim: &Claim) -> String {
    let Measure::Metric(place) = claim.statement.measure() else { return String::new() };
    let metric = &METRICS[place];
    let all_rows = |&source: &usize| experiment.splitters[source].scheme == Scheme::AllRows;
    if metric.sample == Sample::Test && claim.sources.iter().any(all_rows) {
        return format!(
            "    scheme = \"all-rows\" leaves no test rows, so {} will have no value on any split, and all will be set apart. Take \
             another scheme, or a metric of the training rows\n",
            metric.name
        );
    }
    if metric.needs != Needs::EveryClass || metric.sample == Sample::Coefficients {
        return String::new();
    }
    let mut text = String::new();
    for &source in &claim.sources {
        let (source, splitter) = (&experiment.sources[source], &experiment.splitters[source]);
        let share = one_class(source, splitter, metric.sample);
        // Less than one split in a thousand runs of this experiment is not worth a line.
        let expected = share * experiment.repeats as f64;
        if expected < 1e-3 {
            continue;
        }
        let advice = match splitter.scheme {
            Scheme::AllRows => "draw more rows",
            Scheme::Shuffle | Scheme::StratifiedShuffle => {
                "scheme = \"stratified-shuffle\" puts rows of both classes into every sample"
            }
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "    {}: on {} of the splits, about {} of {}, all {} will have one class, and {} no value; they will be set apart. \
             {advice}",
            source.name(),
            percent(share),
            (10.0 * expected).round() / 10.0,
            experiment.repeats,
            metric.sample.words(),
            metric.name,
        );
    }
    text
}

/// The probability that all rows of a split's sample have the same class.
fn one_class(source: &Source, splitter: &Splitter, sample: Sample) -> f64 {
    let rows = source.shape().0;
    let (train, test) = splitter.sizes(rows);
    let drawn = match (sample, splitter.scheme) {
        (_, Scheme::AllRows) => rows,
        (Sample::Test, _) => test,
        (Sample::Train | Sample::Coefficients, _) => train,
    };
    let of_fixed = |positives: usize| all_among(positives, rows, drawn) + all_among(rows - positives, rows, drawn);
    match (source, splitter.scheme) {
        // The scheme sets the numbers of each class in each sample.
        (_, Scheme::StratifiedShuffle) => 0.0,
        (Source::Redrawn { gaussian, .. }, Scheme::Shuffle | Scheme::AllRows) => match gaussian.labels {
            // Each row is of class 1 with this probability, whatever the others are.
            Labels::Logistic { noise } => {
                let positive = gaussian.positives + noise * (1.0 - 2.0 * gaussian.positives);
                positive.powf(drawn as f64) + (1.0 - positive).powf(drawn as f64)
            }
            // Every draw has the same number of rows of class 1.
            Labels::Separable { .. } => of_fixed((gaussian.positives * rows as f64).round() as usize),
        },
        (Source::Fixed(data), Scheme::Shuffle | Scheme::AllRows) => of_fixed(data.positives()),
        // No experiment that is read from a file has shuffled labels.
        (Source::Shuffled(_), Scheme::Shuffle | Scheme::AllRows) => 0.0,
    }
}

/// The hypergeometric probability that `drawn` of `rows` rows, drawn without replacement, are all among `some` of them:
/// C(some, drawn) / C(rows, drawn) = ∏ᵢ (some − i) / (rows − i).
fn all_among(some: usize, rows: usize, drawn: usize) -> f64 {
    if drawn > some {
        return 0.0;
    }
    (0..drawn).map(|i| (some - i) as f64 / (rows - i) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_of_one_class_by_hand() {
        // Two of five rows, both among three: 3/10.
        assert!((all_among(3, 5, 2) - 0.3).abs() < 1e-15);
        assert_eq!(all_among(1, 5, 2), 0.0);
        assert_eq!(all_among(5, 5, 2), 1.0);
    }
}
