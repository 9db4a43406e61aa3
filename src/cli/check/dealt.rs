//! What the splits of a data set look like: their sizes, and the classes that their rows have.

use std::fmt::Write;

use crate::data::Source;
use crate::experiment::Experiment;
use crate::report::phrases::folds_repeated;
use crate::split::{ClassesPresent, Generator, Scheme, Split, SplitClasses, Splitter};

/// Most row numbers that are dealt to look at splits: a second's work.
const MOST_ROWS: usize = 50_000_000;

/// Most splits that are looked at.
const MOST_SPLITS: u64 = 1000;

/// The first splits of a data set.
pub struct Dealt {
    /// Splits that were looked at.
    pub splits: u64,
    /// Smallest and largest number of training rows, and of test rows.
    pub rows: [[usize; 2]; 2],
    /// Splits whose training rows, and whose test rows, have one class.
    pub one_class: [u64; 2],
    /// Splits whose training rows, and whose test rows, lack a class.
    pub lack_a_class: [u64; 2],
    /// Splits without test rows, though the scheme has some.
    pub without_test_rows: u64,
}

impl Dealt {
    /// Deals the first splits of a source whose rows are drawn once, of `splits` at most.
    pub fn new(source: &Source, splitter: &Splitter, splits: u64) -> Dealt {
        let data = source.uncoded(0);
        let most = (MOST_ROWS / data.rows().max(1)).max(1) as u64;
        let splits = splits.min(MOST_SPLITS).min(most);
        let mut dealt =
            Dealt { splits, rows: [[usize::MAX, 0]; 2], one_class: [0; 2], lack_a_class: [0; 2], without_test_rows: 0 };
        let mut split = Split::default();
        for index in 0..splits {
            splitter.split(index, &data.labels, &mut split);
            let SplitClasses { train, test } = SplitClasses::of(&split, &data.labels, data.classes.len());
            for (side, (rows, classes)) in [(&split.train, train), (&split.test, test)].into_iter().enumerate() {
                let [least, most] = &mut dealt.rows[side];
                (*least, *most) = ((*least).min(rows.len()), (*most).max(rows.len()));
                dealt.one_class[side] += u64::from(classes == ClassesPresent::One);
                dealt.lack_a_class[side] += u64::from(!rows.is_empty() && classes != ClassesPresent::All);
            }
            dealt.without_test_rows += u64::from(split.test.is_empty());
        }
        dealt
    }
}

/// Numbers of training and test rows of a source, in words.
pub fn sizes(source: &Source, splitter: &Splitter, splits: u64) -> String {
    let range = |[least, most]: [usize; 2]| match least == most {
        true => least.to_string(),
        false => format!("{least} to {most}"),
    };
    let of = |[train, test]: [[usize; 2]; 2]| format!("{} to train, {} to test", range(train), range(test));
    let scheme = splitter.scheme();
    if matches!(scheme, Scheme::Shuffle | Scheme::StratifiedShuffle | Scheme::AllRows) {
        let (train, test) = splitter.sizes(source.shape().0);
        return of([[train; 2], [test; 2]]);
    }
    let dealt = Dealt::new(source, splitter, splits);
    let looked_at = match dealt.splits == splits {
        true => String::new(),
        false => format!(", in the first {} splits", dealt.splits),
    };
    of(dealt.rows) + &looked_at
}

/// Lines about a column that is named for a scheme other than the one at hand.
pub fn unused_roles(source: &Source, splitter: &Splitter) -> String {
    let Source::Fixed(data) = source else { return String::new() };
    let here = splitter.scheme();
    let roles =
        [(data.roles.test.is_some(), "test_set", Scheme::Fixed), (data.roles.order.is_some(), "time", Scheme::Time)];
    let unused = roles.into_iter().filter(|&(is_named, _, scheme)| is_named && here != scheme);
    let line = |(_, key, scheme): (bool, &str, Scheme)| {
        format!(
            "    {key} names a column, of which scheme = \"{}\" makes no use: scheme = \"{}\" does\n",
            here.name(),
            scheme.name()
        )
    };
    unused.map(line).collect()
}

/// A line about groups that are on both sides of a split.
pub fn grouping(source: &Source, splitter: &Splitter) -> String {
    let scheme = splitter.scheme();
    if scheme.keeps_groups() || !matches!(source, Source::Fixed(data) if data.roles.groups.is_some()) {
        return String::new();
    }
    format!(
        "    groups are named, and scheme = \"{}\" puts rows of one group on both sides: \"group-shuffle\" and \"group-k-fold\" keep \
         them together\n",
        scheme.name()
    )
}

/// How many splits there are, how they are dealt, and by which random numbers.
pub fn section(experiment: &Experiment, repeats: &str) -> String {
    let Some(splitter) = experiment.splitters.first() else { return String::new() };
    let dealing = &splitter.dealing;
    let generator = match splitter.generator {
        _ if !dealing.is_random() => "nothing is drawn".to_owned(),
        Generator::Native => "own random streams".to_owned(),
        Generator::Numpy { first_random_state: first } => {
            format!("scikit-learn's splits, random_state {first} to {}", u64::from(first) + experiment.repeats - 1)
        }
        Generator::NumpyOnce { random_state } => format!("scikit-learn's splits, random_state {random_state}"),
    };
    let counts = &experiment.split_counts;
    let per_data_set = match counts.iter().all(|count| *count == counts[0]) {
        _ if *counts == vec![experiment.repeats; counts.len()] => format!("{repeats} per data set"),
        true if dealing.scheme.is_of_folds() => {
            format!("{} per data set: {}", counts[0], folds_repeated(dealing.folds as u64, experiment.repeats))
        }
        true if experiment.repeats > 1 => {
            format!("{} per data set, in {repeats} repeats of {}", counts[0], counts[0] / experiment.repeats)
        }
        true => format!("{} per data set", counts[0]),
        false => {
            let each =
                experiment.sources.iter().zip(counts).map(|(source, count)| format!("{count} of {}", source.name()));
            each.collect::<Vec<_>>().join(", ")
        }
    };
    let mut text = format!("splits\n  {per_data_set}, {}, {generator}\n", dealing.scheme.name());
    if dealing.scheme == Scheme::Time && experiment.sources.iter().any(|source| source.uncoded(0).roles.order.is_none())
    {
        text.push_str("  rows are in time as they are in the data, because no column of time is named\n");
    }
    for (source, splitter) in experiment.sources.iter().zip(&experiment.splitters).filter(|(_, of)| of.cut_times() > 0)
    {
        let cut = splitter.cut_times();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  {}: {} of {} test blocks begin{} amid rows of one time; those of that time before the block do not train its fits",
            source.name(),
            cut,
            splitter.dealing.folds,
            if cut == 1 { "s" } else { "" },
        );
    }
    text
}
