//! What a metric is: what it is measured on, which values it can take, which are good, and when it has none.

use std::fmt;

use super::predictions::Predictions;
use super::sums::FitSums;
use crate::split::{ClassesPresent, SplitClasses};

/// A number that is taken of every fit.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// The name in files and reports.
    pub name: &'static str,
    /// One line for `logitbench list metrics`.
    pub about: &'static str,
    /// What it is measured on.
    pub sample: Sample,
    /// The smallest and the largest value it can take; an end is infinite where there is no bound.
    pub range: (f64, f64),
    /// Which values are better.
    pub better: Better,
    /// The best value, if there is one: a fit that reaches it is counted as perfect.
    pub best: Option<f64>,
    /// What a split must have for the metric to have a value.
    pub needs: Needs,
    /// Its value; NaN where it has none.
    pub value: Value,
}

/// What the value of a metric is computed from.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// From sums that both engines add up anyway: every fit has it.
    OfSums(fn(&FitSums) -> f64),
    /// From such sums of predicted classes, which depend on the solver's threshold. A fit that gives a row of the metric's sample no
    /// probability, because its coefficients are not numbers, predicts no classes and has no value.
    OfClasses(fn(&FitSums) -> f64),
    /// From the rows of the metric's sample one by one, which costs more: only experiments that ask for it have it.
    OnRequest(fn(&Predictions) -> f64),
    /// The threshold of the fit, for experiments that ask for it.
    Threshold,
}

/// What a metric is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// The test rows of the split.
    Test,
    /// The training rows of the split.
    Train,
    /// The coefficients, without any row.
    Coefficients,
}

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Larger ones.
    Larger,
    /// Smaller ones.
    Smaller,
    /// Neither: the metric describes a fit and does not rate it.
    Neither,
}

/// What a split must have for a metric to have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A row of the metric's sample.
    Row,
    /// A row of every class in the metric's sample.
    EveryClass,
    /// True slopes that are known, not all 0 and on the scale of the fit, and a fitted slope for each of them.
    Truth,
}

/// Why a metric has no value on a split, whatever the solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// The sample has no rows.
    NoRows(Sample),
    /// All rows of the sample have the same class.
    OneClass(Sample),
    /// The sample has rows of several classes, and of some class none.
    MissingClass(Sample),
    /// The true coefficients are not known, or are on another scale, or are all 0.
    NoTruth,
    /// The training rows do not determine all coefficients, and columns were left out.
    ColumnsLeftOut,
    /// No fit of the split can be at an optimum, because there is none: of what it costs to get there, which claims compare.
    NoMaximum,
}

impl Metric {
    /// Why the metric has no value for any fit of a split: because of the `classes` of its rows, because the true slopes are
    /// not known (`truth_known`), or because columns were left out of the fit (not `all_fitted`). `None` where none of these
    /// stands in its way: a fit without a value has failed then.
    pub fn undefined(&self, classes: SplitClasses, truth_known: bool, all_fitted: bool) -> Option<Undefined> {
        let present = match self.sample {
            Sample::Test => classes.test,
            Sample::Train | Sample::Coefficients => classes.train,
        };
        match (self.needs, present) {
            (Needs::Truth, _) if !truth_known => Some(Undefined::NoTruth),
            (Needs::Nothing, _) | (_, ClassesPresent::Unknown) => None,
            (Needs::Truth, _) => (!all_fitted).then_some(Undefined::ColumnsLeftOut),
            (Needs::Row | Needs::EveryClass, ClassesPresent::None) => Some(Undefined::NoRows(self.sample)),
            (Needs::EveryClass, ClassesPresent::One) => Some(Undefined::OneClass(self.sample)),
            (Needs::EveryClass, ClassesPresent::Several) => Some(Undefined::MissingClass(self.sample)),
            (Needs::EveryClass, ClassesPresent::All) => None,
            (Needs::Row, ClassesPresent::One | ClassesPresent::Several | ClassesPresent::All) => None,
        }
    }

    /// Whether only experiments that ask for it have it.
    pub fn is_on_request(&self) -> bool {
        matches!(self.value, Value::OnRequest(_) | Value::Threshold)
    }

    /// Whether it depends on the threshold above which a row is predicted as class 1.
    pub fn goes_by_threshold(&self) -> bool {
        matches!(self.value, Value::OfClasses(_) | Value::Threshold)
    }

    /// The worst value it can take; `None` for a metric that does not rate a fit.
    pub fn worst(&self) -> Option<f64> {
        match self.better {
            Better::Larger => Some(self.range.0),
            Better::Smaller => Some(self.range.1),
            Better::Neither => None,
        }
    }

    /// A value, or the worst that the metric can have in place of none.
    pub fn or_worst(&self, value: f64) -> f64 {
        self.worst().filter(|_| value.is_nan()).unwrap_or(value)
    }

    /// The values it can take, as "0 to 1" or "0 or more".
    pub fn range_in_words(&self) -> String {
        match self.range {
            (low, high) if low.is_infinite() && high.is_infinite() => "any number".to_owned(),
            (low, high) if low.is_infinite() => format!("{high} or less"),
            (low, high) if high.is_infinite() => format!("{low} or more"),
            (low, high) => format!("{low} to {high}"),
        }
    }

    /// Whether the metric is measured on rows that the fit has not seen, so that it speaks of new data.
    pub fn is_of_new_data(&self) -> bool {
        self.sample == Sample::Test
    }

    /// Whether it is such a metric and says which of two fits is better there.
    pub fn rates_new_data(&self) -> bool {
        self.is_of_new_data() && self.better != Better::Neither
    }
}

impl Better {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Better::Larger => "larger values",
            Better::Smaller => "smaller values",
            Better::Neither => "neither larger nor smaller values",
        }
    }
}

impl Needs {
    /// When a split leaves the metric undefined, in words.
    pub fn undefined_when(self) -> &'static str {
        match self {
            Needs::Nothing => "never",
            Needs::Row => "without such rows",
            Needs::EveryClass => "where some class has no such row",
            Needs::Truth => "where the true slopes are unknown, all 0 or on another scale, or columns were left out",
        }
    }
}

impl Sample {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Sample::Test => "test rows",
            Sample::Train => "training rows",
            Sample::Coefficients => "coefficients",
        }
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Undefined::NoRows(sample) => write!(f, "no {}", sample.words()),
            Undefined::OneClass(sample) => write!(f, "{} of one class", sample.words()),
            Undefined::MissingClass(sample) => write!(f, "{} without some class", sample.words()),
            Undefined::NoTruth => f.write_str("no true coefficients"),
            Undefined::ColumnsLeftOut => f.write_str("columns left out"),
            Undefined::NoMaximum => f.write_str("no maximum exists"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{METRICS, named};

    fn classes(train: ClassesPresent, test: ClassesPresent) -> SplitClasses {
        SplitClasses { train, test }
    }

    #[test]
    fn rows_of_one_class_leave_those_metrics_undefined_that_need_every_class() {
        let one_class = classes(ClassesPresent::All, ClassesPresent::One);
        for metric in METRICS {
            let needs_both = metric.sample == Sample::Test && metric.needs == Needs::EveryClass;
            let expected = needs_both.then_some(Undefined::OneClass(Sample::Test));
            assert_eq!(metric.undefined(one_class, true, true), expected, "{}", metric.name);
        }
        assert_eq!(named("test_auc").unwrap().needs, Needs::EveryClass);
        assert_eq!(Undefined::OneClass(Sample::Test).to_string(), "test rows of one class");
    }

    #[test]
    fn without_test_rows_no_metric_of_them_is_defined() {
        let none = classes(ClassesPresent::All, ClassesPresent::None);
        for metric in METRICS {
            let expected = (metric.sample == Sample::Test).then_some(Undefined::NoRows(Sample::Test));
            assert_eq!(metric.undefined(none, true, true), expected, "{}", metric.name);
        }
    }

    #[test]
    fn slopes_are_compared_with_true_ones_only_where_these_are_known_and_all_are_fitted() {
        let all = classes(ClassesPresent::All, ClassesPresent::All);
        let inflation = named("slope_inflation").unwrap();
        assert_eq!(inflation.undefined(all, false, true), Some(Undefined::NoTruth));
        assert_eq!(inflation.undefined(all, true, false), Some(Undefined::ColumnsLeftOut));
        assert_eq!(inflation.undefined(all, true, true), None);
    }

    #[test]
    fn on_a_split_that_was_never_dealt_a_missing_value_is_a_failure() {
        for metric in METRICS {
            assert_eq!(metric.undefined(SplitClasses::default(), true, false), None, "{}", metric.name);
        }
    }
}
