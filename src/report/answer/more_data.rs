//! How much more it would take to show a difference.

use super::super::schema::{INTERVAL_LEVEL, PairedMetric};
use crate::statistics::distribution::normal_quantile;
use crate::statistics::words::counted;

/// The probability with which a difference is to be shown.
const POWER: f64 = 0.8;

/// Most times as many rows that are named: beyond, the estimate of the difference is mostly chance.
const MOST_TIMES: f64 = 100.0;

/// What it would take to show the mean difference of a metric on new data with probability [`POWER`] among so many pairs, if it stays what
/// it is: more splits, or more rows. `None` where it is shown, is 0, or is not tested.
///
/// With J splits the interval of new data has half-width z s √(1/J + ρ), that over splits of these rows z s √(1/J). Their ratio gives ρ,
/// the term of the rows that splits share, which no number of splits lessens; rows lessen it about as 1/√rows. A difference is shown with
/// that probability where it is z(1 − α/2k) + z(POWER) standard errors, with k pairs by Bonferroni, which Holm's adjustment betters a little.
pub fn needed(metric: &PairedMetric, pairs: usize) -> Option<String> {
    let splits = metric.first_larger + metric.second_larger + metric.equal;
    let half = |interval: [f64; 2]| 0.5 * (interval[1] - interval[0]);
    let mean = metric.mean_difference?.abs();
    let wide = half(metric.on_new_data.as_ref()?.interval);
    let narrow = half(metric.over_splits.as_ref()?.interval);
    if !(mean > 0.0 && narrow > 0.0 && wide >= narrow && splits > 0) {
        return None;
    }
    let alpha = 1.0 - INTERVAL_LEVEL;
    let of_one_split = narrow * (splits as f64).sqrt() / normal_quantile(1.0 - 0.5 * alpha);
    let errors = normal_quantile(1.0 - 0.5 * alpha / pairs.max(1) as f64) + normal_quantile(POWER);
    let shared = ((wide / narrow).powi(2) - 1.0) / splits as f64;
    let left = (mean / (errors * of_one_split)).powi(2) - shared;
    if left > 0.0 {
        let enough = (1.0 / left).ceil() as u64;
        let more = format!("about {} would show it in four of five experiments, if it stays", counted(enough, "split"));
        return (enough > splits as u64).then_some(more);
    }
    let times = (errors * of_one_split * shared.sqrt() / mean).powi(2);
    Some(match times {
        times if times < MOST_TIMES => format!(
            "no number of splits of these rows would show it in four of five experiments, and about {:.*} times as many rows would, if \
             it stays",
            usize::from(times < 10.0),
            times
        ),
        _ => "no number of splits of these rows would show it".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::schema::Inference;

    /// A metric with this mean whose intervals are those of J results with standard deviation 1 and this ρ.
    fn metric(mean: f64, splits: usize, shared: f64) -> PairedMetric {
        let inference = |variance: f64| {
            let half = normal_quantile(0.975) * variance.sqrt();
            Some(Inference { interval: [mean - half, mean + half], p_value: 0.5, p_adjusted: 0.5 })
        };
        PairedMetric {
            mean_difference: Some(mean),
            effect_size: None,
            first_larger: splits,
            second_larger: 0,
            equal: 0,
            undefined: 0,
            failed: 0,
            left_out: 0,
            at_worst: None,
            at_one_optimum: 0,
            sign_test_p: None,
            over_splits: inference(1.0 / splits as f64),
            on_new_data: inference(1.0 / splits as f64 + shared),
            posterior: None,
        }
    }

    /// z(0.975) + z(0.8) = 1.95996 + 0.84162 = 2.80159 standard errors; with ten pairs z(0.9975) + z(0.8) = 3.64865.
    #[test]
    fn splits_or_rows_that_would_show_a_difference() {
        // (0.35/2.80159)² = 0.015607; 1/(0.015607 − 0.01) = 178.3.
        let words = needed(&metric(0.35, 10, 0.01), 1).unwrap_or_default();
        assert_eq!(words, "about 179 splits would show it in four of five experiments, if it stays");
        // (2.80159 · 0.5/0.5)² = 7.849, and (3.64865 · 0.5/0.5)² = 13.31 of ten pairs.
        let words = needed(&metric(0.5, 100, 0.25), 1).unwrap_or_default();
        assert!(words.contains("about 7.8 times as many rows"), "{words}");
        let words = needed(&metric(0.5, 100, 0.25), 10).unwrap_or_default();
        assert!(words.contains("about 13 times as many rows"), "{words}");
        assert_eq!(needed(&metric(0.0, 100, 0.01), 1), None);
        assert!(
            needed(&metric(0.001, 100, 0.25), 1).unwrap_or_default().ends_with("would show it"),
            "a factor says too much"
        );
    }
}
