//! How much more it would take to show a difference.

use super::super::schema::PairedMetric;
use crate::statistics::words::counted;

/// What it would take to show the mean difference of a metric on new data, if it stays what it is: more splits, or more rows. `None` where
/// it is shown, is 0, or is not tested.
///
/// With J splits the interval of new data has half-width t s √(1/J + ρ), that over splits of these rows t s √(1/J). Their ratio gives ρ,
/// the term of the rows that splits share, which no number of splits lessens; rows lessen it about as 1/√rows.
pub fn needed(metric: &PairedMetric) -> Option<String> {
    let splits = metric.first_larger + metric.second_larger + metric.equal;
    let half = |interval: [f64; 2]| 0.5 * (interval[1] - interval[0]);
    let mean = metric.mean_difference?.abs();
    let wide = half(metric.on_new_data.as_ref()?.interval);
    let narrow = half(metric.over_splits.as_ref()?.interval);
    if !(mean > 0.0 && wide > mean && narrow > 0.0 && wide >= narrow && splits > 0) {
        return None;
    }
    let of_one_split = narrow * (splits as f64).sqrt();
    let shared = ((wide / narrow).powi(2) - 1.0) / splits as f64;
    let left = (mean / of_one_split).powi(2) - shared;
    if left > 0.0 {
        let enough = (1.0 / left).ceil() as u64;
        return Some(format!("about {} would show it, if it stays", counted(enough, "split")));
    }
    let factor = (of_one_split * shared.sqrt() / mean).powi(2);
    Some(match factor {
        factor if factor < 1000.0 => format!(
            "no number of splits of these rows would show it, and about {:.*} times as many rows would, if it stays",
            usize::from(factor < 10.0),
            factor
        ),
        _ => "no number of splits of these rows would show it".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::schema::Inference;

    /// A metric with this mean whose intervals are those of J results with standard deviation 1 and this ρ, with t = 2.
    fn metric(mean: f64, splits: usize, shared: f64) -> PairedMetric {
        let inference = |variance: f64| {
            let half = 2.0 * variance.sqrt();
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

    #[test]
    fn splits_or_rows_that_would_show_a_difference() {
        // 2 √(1/J + 0.01) = 0.25 at J = 1/(0.015625 − 0.01) = 177.8.
        assert_eq!(needed(&metric(0.25, 10, 0.01)).as_deref(), Some("about 178 splits would show it, if it stays"));
        // 2 √0.25 = 1, four times 0.5² = 0.25, as J grows without end.
        let words = needed(&metric(0.5, 100, 0.25)).unwrap_or_default();
        assert!(words.contains("about 4.0 times as many rows"), "{words}");
        assert_eq!(needed(&metric(1.0, 100, 0.01)), None, "it is shown");
        assert_eq!(needed(&metric(0.0, 100, 0.01)), None);
    }
}
