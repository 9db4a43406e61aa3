//! Ratings of solvers from who does better than whom: the model of Bradley and Terry, on the scale of Elo.

use rand::Rng;

use super::bootstrap::{FEWEST_DATASETS, RESAMPLES, expanded_percentiles, resample};

/// Points of Elo's scale per unit of log odds: 400 points are odds of 10 to 1 (Elo 1978, The Rating of Chessplayers).
pub const POINTS: f64 = 400.0 / std::f64::consts::LN_10;

/// The wins of each solver over each other, ties counting half, from a row of scores per data set, a higher score being better.
/// `times` is how often each data set counts.
pub fn wins(scores: &[Vec<f64>], times: &[f64]) -> Vec<Vec<f64>> {
    let solvers = scores.first().map_or(0, Vec::len);
    let mut wins = vec![vec![0.0; solvers]; solvers];
    for (row, times) in scores.iter().zip(times) {
        for (first, wins) in wins.iter_mut().enumerate() {
            for (second, wins) in wins.iter_mut().enumerate().filter(|(second, _)| *second != first) {
                let share =
                    if row[first] > row[second] { 1.0 } else { f64::from(u8::from(row[first] == row[second])) * 0.5 };
                *wins += times * share;
            }
        }
    }
    wins
}

/// Ratings of the solvers with mean 0, from [`wins`]: solver i is better than j with odds 10^((r_i − r_j)/400). The estimate is that of
/// maximum likelihood with one more data set, on which all tie; it is finite also where a solver wins or loses everywhere, whose
/// maximum-likelihood rating is infinite. For two solvers it is Firth's estimate. By the MM algorithm
///
/// ```text
/// p_i ← W_i / Σ_j N_ij/(p_i + p_j),   r_i = 400 log10 p_i
/// ```
///
/// (Bradley & Terry 1952, Biometrika 39, 324-345; Hunter 2004, Annals of Statistics 32, 384-406).
pub fn ratings(wins: &[Vec<f64>]) -> Vec<f64> {
    // The log of strengths moves less than this in a last step: far below a point.
    const STILL: f64 = 1e-10;
    const MOST_STEPS: usize = 100_000;
    let solvers = wins.len();
    let mut strengths = vec![1.0; solvers];
    for _ in 0..MOST_STEPS {
        let mut moved = 0.0f64;
        for i in 0..solvers {
            let others = || (0..solvers).filter(move |&j| j != i);
            let won: f64 = others().map(|j| wins[i][j] + 0.5).sum();
            let weight: f64 = others().map(|j| (wins[i][j] + wins[j][i] + 1.0) / (strengths[i] + strengths[j])).sum();
            let next: f64 = if weight > 0.0 { won / weight } else { 1.0 };
            moved = moved.max((next / strengths[i]).ln().abs());
            strengths[i] = next;
        }
        let mean = strengths.iter().map(|strength: &f64| strength.ln()).sum::<f64>() / solvers as f64;
        strengths.iter_mut().for_each(|strength| *strength /= mean.exp());
        if moved < STILL {
            break;
        }
    }
    strengths.iter().map(|strength| POINTS * strength.ln()).collect()
}

/// Intervals of [`ratings`], each at `level` by itself: [`expanded_percentiles`] of resamples of whole data sets. None for fewer than
/// [`FEWEST_DATASETS`] data sets, and where a solver's rating is the same in all.
pub fn rating_intervals(scores: &[Vec<f64>], level: f64, generator: &mut impl Rng) -> Vec<Option<[f64; 2]>> {
    let (count, solvers) = (scores.len(), scores.first().map_or(0, Vec::len));
    if count < FEWEST_DATASETS {
        return vec![None; solvers];
    }
    let mut replicates = vec![Vec::with_capacity(RESAMPLES); solvers];
    for _ in 0..RESAMPLES {
        for (own, rating) in replicates.iter_mut().zip(ratings(&wins(scores, &resample(count, generator)))) {
            own.push(rating);
        }
    }
    let interval = |mut own: Vec<f64>| {
        own.sort_unstable_by(f64::total_cmp);
        expanded_percentiles(&own, count, level)
    };
    replicates.into_iter().map(interval).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_solvers_have_the_log_odds_of_firths_estimate() {
        let scores = [vec![2.0, 1.0], vec![2.0, 1.0], vec![2.0, 1.0], vec![1.0, 1.0]];
        let counted = wins(&scores, &[1.0; 4]);
        assert_eq!(counted, [[0.0, 3.5], [0.5, 0.0]]);
        // Log odds (3.5 + ½)/(0.5 + ½).
        let rated = ratings(&counted);
        assert!((rated[0] - rated[1] - POINTS * 4.0f64.ln()).abs() < 1e-6 && (rated[0] + rated[1]).abs() < 1e-9);
        // Who always wins has a finite rating.
        let rated = ratings(&wins(&scores[..3], &[1.0; 3]));
        assert!((rated[0] - rated[1] - POINTS * 7.0f64.ln()).abs() < 1e-6);
    }

    /// At the maximum each solver is expected to win as often as it does.
    #[test]
    fn expected_wins_are_those_counted() {
        let scores: Vec<Vec<f64>> =
            (0..9).map(|d| (0..4).map(|s| f64::from(d * (2 * s + 3) % 7) + 0.3 * f64::from(s)).collect()).collect();
        let counted = wins(&scores, &[1.0; 9]);
        let rated = ratings(&counted);
        for i in 0..4 {
            let others = || (0..4).filter(move |&j| j != i);
            let won: f64 = others().map(|j| counted[i][j] + 0.5).sum();
            let expected: f64 = others().map(|j| 10.0 / (1.0 + ((rated[j] - rated[i]) / POINTS).exp())).sum();
            assert!((won - expected).abs() < 1e-7, "{won} {expected}");
        }
        // statsmodels 0.15.0: GLM, Binomial, of the wins with half a win more for each, on indicators of the solvers without the first.
        for (found, right) in
            rated.iter().zip([13.527_361_470_982, 71.688_906_331_487, -196.860_164_570_398, 111.643_896_767_930])
        {
            assert!((found - right).abs() < 1e-6, "{found} {right}");
        }
    }
}
