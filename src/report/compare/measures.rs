//! One measure in two reports: is there a difference, is it more than chance, and is it for the worse?

use super::difference::{Basis, Deterioration, Judgement, Measured};
use crate::metric::{self, Metric};
use crate::report::schema::Counts;
use crate::statistics::two_means::{Moments, PooledT};
use crate::statistics::two_shares::{Binomial, fisher_exact, newcombe};

/// A measure, and which way is better.
#[derive(Clone, Debug)]
pub struct MeasureRule {
    /// Its name.
    pub name: String,
    /// What kind of getting worse it shows, if it has a better and a worse.
    pub kind: Option<Deterioration>,
    /// Whether more is better.
    pub more_is_better: bool,
    /// The share by which it may get worse and still be called changed only.
    pub tolerance: f64,
}

impl MeasureRule {
    /// A measure that is neither better nor worse.
    pub fn neutral(name: &str) -> MeasureRule {
        MeasureRule { name: name.to_owned(), kind: None, more_is_better: true, tolerance: 0.0 }
    }

    /// A measure of which more is better.
    pub fn more(name: &str, kind: Deterioration) -> MeasureRule {
        MeasureRule { kind: Some(kind), ..MeasureRule::neutral(name) }
    }

    /// A measure of which less is better.
    pub fn less(name: &str, kind: Deterioration) -> MeasureRule {
        MeasureRule { more_is_better: false, ..MeasureRule::more(name, kind) }
    }

    /// Both values, not compared yet.
    fn measured(&self, old: Option<f64>, new: Option<f64>) -> Measured {
        Measured {
            name: self.name.clone(),
            kind: self.kind,
            old,
            new,
            of: None,
            interval: None,
            p_value: None,
            p_adjusted: None,
            p_on_new_data: None,
            judgement: Judgement::NotCompared,
        }
    }

    /// A number of fits or splits among all.
    ///
    /// On the same splits any difference is real. Given the data, splits are independent, and the shares are compared by
    /// Fisher's exact test, with Newcombe's interval. On other data they are means of zeros and ones, and compared as such.
    pub fn count(&self, by: By, old: [usize; 2], new: [usize; 2]) -> Measured {
        let [was, is] = [old, new].map(|[count, all]| Binomial { successes: count as u64, trials: all as u64 });
        let [old_share, new_share] = [was, is].map(|share| share.successes as f64 / share.trials as f64);
        let mut measured = self.measured(Some(old[0] as f64), Some(new[0] as f64));
        measured.of = Some([old[1], new[1]]);
        measured.judgement = self.judge(old_share, new_share, by.basis, 0.0);
        if by.basis == Basis::OtherData && by.ratio != Some(0.0) {
            let sample = |share: f64, count: f64| Moments {
                count,
                mean: share,
                variance: share * (1.0 - share) * count / (count - 1.0),
            };
            let (was, is) = (sample(old_share, was.trials as f64), sample(new_share, is.trials as f64));
            let t = by.ratio.and_then(|ratio| PooledT::new(was, is, ratio));
            measured.test(t.map(|t| (t.p_two_sided(), t.interval(by.level))));
        } else if by.basis != Basis::SameSplits && !by.is_sample {
            measured.test(None);
        } else if by.basis != Basis::SameSplits {
            measured.test(fisher_exact(was, is).zip(newcombe(was, is, by.level)));
        }
        measured
    }

    /// A mean over fits.
    ///
    /// On the same splits any difference beyond the last digits is real. On other splits of the same data the two are
    /// independent samples given the data, which Student's t compares; what it says about new data is given too, for measures of
    /// test rows. On other data that decides.
    pub fn mean(&self, by: By, old: Option<Moments>, new: Option<Moments>) -> Measured {
        let mean = |sample: Option<Moments>| sample.map(|sample| sample.mean).filter(|mean| mean.is_finite());
        let mut measured = self.measured(mean(old), mean(new));
        let (Some(was), Some(is)) = (old, new) else {
            let undefined = measured.old.is_none() && measured.new.is_none();
            measured.judgement = if undefined { Judgement::Equal } else { Judgement::Changed };
            return measured;
        };
        measured.judgement = self.judge(was.mean, is.mean, by.basis, LAST_DIGITS);
        let test = |ratio: f64| {
            let t = PooledT::new(was, is, ratio)?;
            Some((t.p_two_sided(), t.interval(by.level)))
        };
        match by.basis {
            Basis::SameSplits => {}
            Basis::OtherSplits => {
                let over_splits = || test(0.0).or_else(|| constants(was, is));
                measured.test(if by.is_sample { over_splits() } else { None });
                let about_new_data =
                    by.ratio != Some(0.0) && metric::named(&self.name).is_some_and(Metric::is_of_new_data);
                measured.p_on_new_data = by.ratio.and_then(test).filter(|_| about_new_data).map(|(p, _)| p);
            }
            Basis::OtherData => measured.test(by.ratio.and_then(test)),
        }
        measured
    }

    /// A number without chance in it, judged by its ratio alone.
    pub fn number(&self, old: f64, new: f64) -> Measured {
        let mut measured = self.measured(Some(old), Some(new));
        measured.judgement = self.judge(old, new, Basis::SameSplits, LAST_DIGITS);
        measured
    }

    /// Judges a difference; on other splits the judgement stands only where [`adjust`] finds the difference significant.
    fn judge(&self, old: f64, new: f64, basis: Basis, rounding: f64) -> Judgement {
        let difference = new - old;
        if !difference.is_finite() {
            return if basis == Basis::SameSplits { Judgement::Changed } else { Judgement::NotCompared };
        }
        if difference.abs() <= rounding * old.abs().max(new.abs()) {
            return Judgement::Equal;
        }
        let worse = (difference < 0.0) == self.more_is_better;
        let (larger, smaller) = (old.abs().max(new.abs()), old.abs().min(new.abs()));
        match self.kind {
            Some(_) if larger <= smaller * (1.0 + self.tolerance) => Judgement::Changed,
            Some(_) if worse => Judgement::Worse,
            Some(_) => Judgement::Better,
            None => Judgement::Changed,
        }
    }
}

/// Basis, correction and level of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// What the comparison rests on.
    pub basis: Basis,
    /// n_test/n_train, which corrects the variance for the rows that splits share; 0 for data drawn afresh, and `None` where nothing is
    /// known of it.
    pub ratio: Option<f64>,
    /// Whether splits are independent draws, given the data.
    pub is_sample: bool,
    /// Level of intervals.
    pub level: f64,
}

impl Measured {
    /// Takes a p-value and an interval; without them nothing can be told.
    fn test(&mut self, result: Option<(f64, [f64; 2])>) {
        match result.filter(|(p, _)| p.is_finite()) {
            Some((p, interval)) => {
                self.p_value = Some(p);
                self.interval = Some(interval).filter(|ends| ends.iter().all(|end| end.is_finite()));
            }
            None if self.judgement != Judgement::Equal => self.judgement = Judgement::NotCompared,
            None => {}
        }
    }
}

/// The p-value of two samples without spread and with different values, by Fisher's exact test of their labels. The ends of the
/// interval are NaN, because there is no spread that would bound the difference.
fn constants(old: Moments, new: Moments) -> Option<(f64, [f64; 2])> {
    if old.variance != 0.0 || new.variance != 0.0 || old.mean == new.mean {
        return None;
    }
    let share = |successes: f64, trials: f64| Binomial { successes: successes as u64, trials: trials as u64 };
    Some((fisher_exact(share(old.count, old.count), share(0.0, new.count))?, [f64::NAN; 2]))
}

/// Means that differ by less, relatively, are equal: another machine's exponential may differ in its last digits.
const LAST_DIGITS: f64 = 1e-9;

/// A sample of counts. Their variance is that of the histogram, whose classes are exact up to 32 and then an eighth of a
/// doubling wide.
pub fn sample_of_counts(counts: &Counts) -> Option<Moments> {
    let of_class = || counts.histogram.up_to.iter().zip(&counts.histogram.fits);
    let count: f64 = of_class().map(|(_, &fits)| fits as f64).sum();
    let mean = of_class().map(|(&value, &fits)| f64::from(value) * fits as f64).sum::<f64>() / count;
    let squares: f64 = of_class().map(|(&value, &fits)| (f64::from(value) - mean).powi(2) * fits as f64).sum();
    let variance = if count > 1.0 { squares / (count - 1.0) } else { 0.0 };
    (count > 0.0 && counts.mean.is_finite()).then_some(Moments { count, mean: counts.mean, variance })
}

/// Adjusts the p-values of all measures of a family by Holm's method, and calls within chance what is not significant then.
pub fn adjust(family: &mut [&mut Measured], level: f64) {
    let tested: Vec<f64> = family.iter().filter_map(|measured| measured.p_value).collect();
    let mut adjusted = crate::statistics::holm::holm(&tested).into_iter();
    for measured in family.iter_mut().filter(|measured| measured.p_value.is_some()) {
        measured.p_adjusted = adjusted.next();
        let significant = measured.p_adjusted.is_some_and(|p| p <= 1.0 - level);
        if !significant && measured.judgement != Judgement::Equal {
            measured.judgement = Judgement::WithinChance;
        }
    }
}
