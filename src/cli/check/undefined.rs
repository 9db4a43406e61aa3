//! How often the splits will lack a class, and leave the metric of a claim without a value.

use std::fmt::Write;

use super::dealt::Dealt;
use crate::claim::{Claim, Measure};
use crate::data::Source;
use crate::data::simulated::Labels;
use crate::experiment::Experiment;
use crate::metric::{METRICS, Metric, Needs, Sample};
use crate::model::penalty::Capability;
use crate::report::percent;
use crate::split::{Dealing, Scheme, Splitter};
use crate::statistics::words::{counted, expected};

/// Lines about the splits of a source that lack rows of a class, or rows at all.
pub fn lacking(source: &Source, splitter: &Splitter, splits: u64) -> String {
    let mut text = String::new();
    if matches!(source, Source::Redrawn { .. }) || splitter.scheme() == Scheme::AllRows {
        return text;
    }
    let dealt = Dealt::new(source, splitter, splits);
    let all = match dealt.splits == splits {
        true => counted(splits as usize, "split"),
        false => format!("the first {} splits", dealt.splits),
    };
    for (side, what) in [Sample::Train, Sample::Test].into_iter().enumerate() {
        let (count, words) = (dealt.lack_a_class[side], what.words());
        let follows = match what {
            Sample::Test => "metrics of both classes, as test_auc, have no value there",
            Sample::Train | Sample::Coefficients => "a fit without a penalty has no maximum there",
        };
        // Writing to a String cannot fail.
        if count > 0 {
            let _ = writeln!(text, "    on {count} of {all} the {words} lack a class: {follows}");
        } else if dealt.splits < splits && splitter.scheme() == Scheme::Shuffle {
            let expected_splits = one_class(source, splitter, splits, what) * splits as f64;
            if expected_splits >= 0.05 {
                let number = expected(expected_splits);
                let _ =
                    writeln!(text, "    on about {number} of {splits} splits the {words} will lack a class: {follows}");
            }
        }
    }
    if dealt.without_test_rows > 0 {
        let _ = writeln!(text, "    {} of {all} have no test rows", dealt.without_test_rows);
    }
    text
}

/// A line per data set of the claim on which some splits will leave its metric undefined, with what to do; nothing where the rows
/// of every split will do, where none will (see [`defined`]), and where no cell is run.
pub fn lines(experiment: &Experiment, claim: &Claim) -> String {
    let Measure::Metric(place) = claim.statement.measure() else { return String::new() };
    let metric = &METRICS[place];
    let runs = |&model: &usize| experiment.solvers_of(claim, model).next().is_some();
    if metric.needs != Needs::EveryClass || metric.sample == Sample::Coefficients || !claim.models.iter().any(runs) {
        return String::new();
    }
    let (splits, first) = match claim.statement.shuffling() {
        Some(shuffling) => (shuffling.splits, "the first "),
        None => (experiment.most_splits(), ""),
    };
    let mut text = String::new();
    for &source in &claim.sources {
        let (of, splitter) = (&experiment.sources[source], &experiment.splitters[source]);
        let splits = splits.min(experiment.split_counts[source]);
        if has_no_rows(metric, of, splitter) {
            continue;
        }
        let share = one_class(of, splitter, experiment.split_counts[source], metric.sample);
        if is_negligible(share, splits) {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "    {}: on {} of the splits, about {} of {first}{splits}, all {} will have one class, and {} no value; they will be set \
             apart. {}",
            of.name(),
            percent(share),
            expected(share * splits as f64),
            metric.sample.words(),
            metric.name,
            advice(of, splitter, splits),
        );
    }
    text
}

/// The share of splits that are expected to leave the measure of a claim defined on a source under a model.
///
/// # Errors
/// Why none will.
pub fn defined(experiment: &Experiment, claim: &Claim, source: usize, model: usize) -> Result<f64, String> {
    let place = match claim.statement.measure() {
        Measure::Metric(place) => place,
        Measure::Separated if !experiment.models[model].penalty.has(Capability::Convex) => {
            let name = experiment.models[model].penalty.name();
            return Err(format!("with penalty = \"{name}\" it is never proved whether a maximum exists"));
        }
        Measure::Separated | Measure::Iterations | Measure::OracleCalls | Measure::Gap => return Ok(1.0),
    };
    let metric = &METRICS[place];
    let (of, splitter) = (&experiment.sources[source], &experiment.splitters[source]);
    let no_value = |reason: &str| Err(format!("{reason}, so {} will have no value on any split", metric.name));
    match metric.needs {
        Needs::Nothing => Ok(1.0),
        Needs::Truth if experiment.truth_known(source, model) => Ok(1.0),
        Needs::Truth => no_value("the true slopes are unknown, all 0 or on another scale"),
        Needs::Row | Needs::EveryClass if has_no_rows(metric, of, splitter) => {
            let reason = format!("scheme = \"{}\" leaves no test rows", splitter.scheme().name());
            no_value(&reason).map_err(|text| text + ". Take another scheme, or a metric of the training rows")
        }
        Needs::Row => Ok(1.0),
        Needs::EveryClass => {
            let defined = 1.0 - one_class(of, splitter, experiment.split_counts[source], metric.sample);
            let splits =
                claim.statement.shuffling().map_or(experiment.split_counts[source], |shuffling| shuffling.splits);
            if is_negligible(defined, splits) {
                return no_value(&format!("all {} will have one class", metric.sample.words()));
            }
            // All splits count where less than one in a thousand runs has another.
            Ok(if is_negligible(1.0 - defined, splits) { 1.0 } else { defined })
        }
    }
}

/// Whether less than one in a thousand runs has such a split.
fn is_negligible(share: f64, splits: u64) -> bool {
    share * (splits as f64) < 1e-3
}

fn has_no_rows(metric: &Metric, source: &Source, splitter: &Splitter) -> bool {
    let deals_none = match splitter.scheme() {
        Scheme::AllRows => true,
        Scheme::Shuffle | Scheme::StratifiedShuffle => splitter.sizes(source.shape().0).1 == 0,
        _ => false,
    };
    metric.sample == Sample::Test && deals_none
}

/// Shares of test rows to try, where that of the file leaves samples of one class.
const TEST_FRACTIONS: [f64; 8] = [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75];

/// What puts rows of both classes into every sample: a split that would be accepted, or other data.
fn advice(source: &Source, splitter: &Splitter, splits: u64) -> String {
    let data = source.uncoded(0);
    let (labels, classes) = (&data.labels, &data.classes);
    let helps = |test_fraction: f64| {
        let mut other = splitter.clone();
        other.dealing = Dealing::with_test_fraction(Scheme::StratifiedShuffle, test_fraction);
        let accepted = other.prepare(labels, &data.roles, classes, splits).is_ok();
        accepted
            && [Sample::Train, Sample::Test]
                .iter()
                .all(|&sample| is_negligible(one_class(source, &other, splits, sample), splits))
    };
    let scheme = "scheme = \"stratified-shuffle\"";
    let effect = "puts rows of both classes into every sample";
    let own = splitter.dealing.test_fraction;
    let mut fractions = TEST_FRACTIONS;
    fractions.sort_by(|a, b| (a - own).abs().total_cmp(&(b - own).abs()));
    let fraction = fractions.into_iter().find(|&fraction| helps(fraction));
    match (splitter.scheme(), fraction) {
        (Scheme::Shuffle, _) if helps(own) => format!("{scheme} {effect}"),
        (Scheme::Shuffle, Some(fraction)) => format!("{scheme} with test_fraction = {fraction} {effect}"),
        (Scheme::StratifiedShuffle, Some(fraction)) => format!("test_fraction = {fraction} {effect}"),
        (Scheme::KFold, _) => {
            format!("scheme = \"stratified-k-fold\", or fewer folds, {effect} if each class has a row for each fold")
        }
        (Scheme::LeaveOneOut, _) => {
            "A single row has one class: claim test_accuracy or test_log_loss, or use scheme = \"stratified-k-fold\""
                .to_owned()
        }
        (scheme, _) if !matches!(scheme, Scheme::AllRows | Scheme::Shuffle | Scheme::StratifiedShuffle) => {
            "Such splits have no value of it, whatever the solver".to_owned()
        }
        _ => match source {
            Source::Redrawn { .. } => "Draw more rows, or a share of positives nearer to 0.5".to_owned(),
            Source::Fixed(_) | Source::Shuffled(_) => {
                let positives = labels.iter().filter(|&&label| label == 1).count();
                let (rarer, rows) =
                    if 2 * positives > labels.len() { (0, labels.len() - positives) } else { (1, positives) };
                format!("That takes more rows of class \"{}\", which has {rows}", classes[rarer])
            }
        },
    }
}

/// The probability that all rows of a split's sample have the same class.
fn one_class(source: &Source, splitter: &Splitter, splits: u64, sample: Sample) -> f64 {
    let rows = source.shape().0;
    if !matches!(splitter.scheme(), Scheme::AllRows | Scheme::Shuffle | Scheme::StratifiedShuffle) {
        let dealt = Dealt::new(source, splitter, splits);
        let of = usize::from(sample == Sample::Test);
        return (dealt.one_class[of] + if of == 1 { dealt.without_test_rows } else { 0 }) as f64 / dealt.splits as f64;
    }
    let (train, test) = splitter.sizes(rows);
    let drawn = match sample {
        Sample::Test => test,
        Sample::Train | Sample::Coefficients => train,
    };
    let of_sizes = |sizes: &[usize]| match splitter.scheme() {
        Scheme::StratifiedShuffle => {
            let outcomes = splitter.stratified_outcomes(sizes);
            let counts =
                |[train, test]: &[Vec<usize>; 2]| if sample == Sample::Test { test.clone() } else { train.clone() };
            let of_one_class = outcomes.iter().filter(|outcome| counts(outcome).contains(&0)).count();
            of_one_class as f64 / outcomes.len() as f64
        }
        _ => sizes.iter().map(|&size| all_among(size, rows, drawn)).sum(),
    };
    match source {
        Source::Redrawn { gaussian, .. } => match gaussian.labels {
            // Each row is of class 1 with this probability, whatever the others are.
            Labels::Logistic { noise } => {
                let positive = gaussian.positives + noise * (1.0 - 2.0 * gaussian.positives);
                match splitter.scheme() {
                    Scheme::StratifiedShuffle => {
                        binomial_mean(rows, positive, |positives| of_sizes(&[rows - positives, positives]))
                    }
                    _ => positive.powf(drawn as f64) + (1.0 - positive).powf(drawn as f64),
                }
            }
            // Every draw has the same number of rows of class 1.
            Labels::Separable { .. } => {
                let negatives = (((1.0 - gaussian.positives) * rows as f64).round() as usize).clamp(1, rows - 1);
                of_sizes(&[negatives, rows - negatives])
            }
        },
        Source::Fixed(data) => of_sizes(&data.class_sizes()),
        // No experiment that is read from a file has shuffled labels.
        Source::Shuffled(_) => 0.0,
    }
}

/// The mean of a function of a binomial number of `rows` trials.
fn binomial_mean(rows: usize, probability: f64, of: impl Fn(usize) -> f64) -> f64 {
    let odds = (probability / (1.0 - probability)).ln();
    let mut log_mass = rows as f64 * (1.0 - probability).ln();
    let mut mean = 0.0;
    for successes in 0..=rows {
        // Smaller masses change no digit that is shown.
        if log_mass > -40.0 {
            mean += log_mass.exp() * of(successes);
        }
        log_mass += ((rows - successes) as f64 / (successes + 1) as f64).ln() + odds;
    }
    mean
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

    #[test]
    fn the_mean_of_a_binomial_number_by_hand() {
        assert!((binomial_mean(40, 0.1, |k| k as f64) - 4.0).abs() < 1e-12);
        let all_or_none = |k: usize| f64::from(k == 0 || k == 3);
        assert!((binomial_mean(3, 0.4, all_or_none) - (0.216 + 0.064)).abs() < 1e-15);
    }
}
