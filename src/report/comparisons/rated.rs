//! Ratings of solvers over data sets.

use super::super::schema::{INTERVAL_LEVEL, Rating};
use crate::random::stream::{Purpose, Streams};
use crate::statistics::bradley_terry::{rating_intervals, ratings, wins};

/// Ratings from a row of scores per data set, a higher score being better; `name` and `seed` say which resamples are drawn. The order of
/// data sets changes no resample.
pub fn rated(solvers: &[String], datasets: &[String], scores: &[Vec<f64>], name: &str, seed: u64) -> Vec<Rating> {
    let mut rows: Vec<(&String, &Vec<f64>)> = datasets.iter().zip(scores).collect();
    rows.sort_by_key(|(dataset, _)| *dataset);
    let scores: Vec<Vec<f64>> = rows.into_iter().map(|(_, row)| row.clone()).collect();
    if scores.is_empty() {
        return Vec::new();
    }
    let counted = wins(&scores, &vec![1.0; scores.len()]);
    let mut generator = Streams::new(seed, name, Purpose::Statistics).stream(0);
    let intervals = rating_intervals(&scores, INTERVAL_LEVEL, &mut generator);
    let points = ratings(&counted);
    let rating = |place: usize| Rating {
        solver: solvers[place].clone(),
        win_rates: (0..solvers.len())
            .map(|other| (other != place).then(|| counted[place][other] / scores.len() as f64))
            .collect(),
        points: points[place],
        interval: intervals[place],
    };
    (0..solvers.len()).map(rating).collect()
}
