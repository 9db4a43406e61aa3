//! Costs of solvers over many problems: performance and data profiles, shifted geometric means. A solver that does not
//! solve a problem has infinite cost there.
//!
//! Profiles are of the problems of one data set; [`over_datasets`] is their mean, in which data sets weigh the same, however many
//! problems each has, and [`bands`] says how far it may be from that of all data sets of such a kind.

use rand::Rng;

use super::bootstrap::{FEWEST_DATASETS, RESAMPLES, expanded_percentiles, resample};
use super::summary::have_spread;

/// Shares of problems: a row per solver, a share per factor or bound.
pub type Shares = Vec<Vec<f64>>;

/// Performance profiles: for each solver and each τ the share of problems on which its cost is at most τ times the least
/// cost of all solvers,
///
/// ```text
/// ρ_s(τ) = #{p: t_ps ≤ τ min_s' t_ps'} / #problems
/// ```
///
/// (Dolan & Moré 2002, Mathematical Programming 91, 201-213). `costs` has a row per problem with a cost per solver; a
/// problem that no solver solves still counts as a problem. NaN counts as infinite. Returns one row per solver.
pub fn performance_profile<'a>(costs: impl Iterator<Item = &'a [f64]>, solvers: usize, taus: &[f64]) -> Shares {
    let least = |row: &[f64]| row.iter().copied().filter(|cost| !cost.is_nan()).fold(f64::INFINITY, f64::min);
    shares(costs.map(|row| (row, least(row))), solvers, taus)
}

/// Data profiles: for each solver and each κ the share of problems solved with a cost of at most κ (n_p + 1), where problem p has
/// n_p variables,
///
/// ```text
/// d_s(κ) = #{p: t_ps / (n_p + 1) ≤ κ} / #problems
/// ```
///
/// (Moré & Wild 2009, SIAM Journal on Optimization 20, 172-191). `costs` as in [`performance_profile`], with n_p.
pub fn data_profile<'a>(costs: impl Iterator<Item = (&'a [f64], usize)>, solvers: usize, kappas: &[f64]) -> Shares {
    shares(costs.map(|(row, variables)| (row, variables as f64 + 1.0)), solvers, kappas)
}

/// The empirical distribution function of costs: for each solver the share of the problems solved with a cost of at most
/// each bound. `costs` as in [`performance_profile`].
///
/// Costs from [`first_within`] make it the distribution, over problems, of the cost to reach a target (Hoos & Stützle 1998, UAI,
/// 238-245; Hansen et al. 2021, Optimization Methods and Software 36, 114-144).
pub fn distribution<'a>(costs: impl Iterator<Item = &'a [f64]>, solvers: usize, bounds: &[f64]) -> Shares {
    shares(costs.map(|row| (row, 1.0)), solvers, bounds)
}

/// The first cost in a trace of (cost, gap) whose gap is at most `target`; infinite if there is none.
pub fn first_within(trace: impl IntoIterator<Item = (f64, f64)>, target: f64) -> f64 {
    trace.into_iter().find(|(_, gap)| *gap <= target).map_or(f64::INFINITY, |(cost, _)| cost)
}

/// For each solver and bound: the share of rows whose cost is at most bound × unit of the row. Bounds must be in rising order.
fn shares<'a>(rows: impl Iterator<Item = (&'a [f64], f64)>, solvers: usize, bounds: &[f64]) -> Shares {
    let mut first_reached = vec![vec![0u64; bounds.len()]; solvers];
    let mut problems = 0u64;
    for (row, unit) in rows {
        problems += 1;
        for (counts, &cost) in first_reached.iter_mut().zip(row).filter(|(_, cost)| cost.is_finite()) {
            // 0/0 would be NaN, but equal costs have ratio 1.
            let value = if cost == unit { 1.0 } else { cost / unit };
            if let Some(count) = counts.get_mut(bounds.partition_point(|&bound| bound < value)) {
                *count += 1;
            }
        }
    }
    let cumulated = |counts: Vec<u64>| {
        let mut sum = 0;
        let mut share = |count| {
            sum += count;
            sum as f64 / problems as f64
        };
        counts.into_iter().map(&mut share).collect()
    };
    first_reached.into_iter().map(cumulated).collect()
}

/// The mean of the shares on each of the data sets,
///
/// ```text
/// ρ_s(τ) = (1/D) Σ_d ρ_sd(τ).
/// ```
///
/// A share of all problems would be that of the data sets with the most problems. Empty without data sets.
pub fn over_datasets(datasets: &[Shares]) -> Shares {
    let Some(first) = datasets.first() else { return Shares::new() };
    let mean = |solver: usize, bound: usize| {
        datasets.iter().map(|shares| shares[solver][bound]).sum::<f64>() / datasets.len() as f64
    };
    (0..first.len()).map(|solver| (0..first[solver].len()).map(|bound| mean(solver, bound)).collect()).collect()
}

/// Intervals of [`over_datasets`], a row per solver and an interval per bound, each at `level` by itself: whole data sets are
/// resampled, all solvers and problems of one together, and of the means [`expanded_percentiles`] are taken. An interval is None
/// where all data sets have the same share, which leaves no spread to go by; all is None for fewer than [`FEWEST_DATASETS`].
pub fn bands(datasets: &[Shares], level: f64, generator: &mut impl Rng) -> Option<Vec<Vec<Option<[f64; 2]>>>> {
    if datasets.len() < FEWEST_DATASETS {
        return None;
    }
    let count = datasets.len();
    let resamples: Vec<Vec<f64>> = (0..RESAMPLES).map(|_| resample(count, generator)).collect();
    let band = |solver: usize, bound: usize| {
        let own: Vec<f64> = datasets.iter().map(|shares| shares[solver][bound]).collect();
        if !have_spread(&own) {
            return None;
        }
        let mean = |times: &Vec<f64>| times.iter().zip(&own).map(|(times, share)| times * share).sum::<f64>();
        let mut means: Vec<f64> = resamples.iter().map(|times| mean(times) / count as f64).collect();
        means.sort_unstable_by(f64::total_cmp);
        expanded_percentiles(&means, count, level)
    };
    let of_solver = |(solver, row): (usize, &Vec<f64>)| (0..row.len()).map(|bound| band(solver, bound)).collect();
    Some(datasets[0].iter().enumerate().map(of_solver).collect())
}

/// The shifted geometric mean exp(mean ln(t + s)) − s: large costs weigh less than in the arithmetic mean, and differences
/// between costs far below the shift s hardly matter (Achterberg 2007, Constraint Integer Programming, appendix A.3).
/// Infinite if a cost is infinite; NaN without costs. The one of the means of several data sets is that of all costs where data sets
/// weigh the same.
pub fn shifted_geometric_mean(costs: impl Iterator<Item = f64>, shift: f64) -> f64 {
    let (mut sum, mut count) = (0.0, 0u64);
    for cost in costs {
        sum += (cost + shift).ln();
        count += 1;
    }
    (sum / count as f64).exp() - shift
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    const INFINITE: f64 = f64::INFINITY;

    /// Two solvers on four problems: the second fails on one, both on another.
    const COSTS: [[f64; 2]; 4] = [[10.0, 5.0], [4.0, INFINITE], [3.0, 3.0], [INFINITE, f64::NAN]];

    #[test]
    fn profiles_by_hand() {
        let rows = || COSTS.iter().map(|row| &row[..]);
        let profile = performance_profile(rows(), 2, &[1.0, 1.9, 2.0, 100.0]);
        assert_eq!(profile, [[0.5, 0.5, 0.75, 0.75], [0.5, 0.5, 0.5, 0.5]]);
        let profile = data_profile(rows().zip([4, 1, 2, 9]), 2, &[0.5, 1.0, 2.0]);
        assert_eq!(profile, [[0.0, 0.25, 0.75], [0.0, 0.5, 0.5]]);
        let distribution = distribution(rows(), 2, &[3.0, 4.0, 9.0, 1e9]);
        assert_eq!(distribution, [[0.25, 0.5, 0.5, 0.75], [0.25, 0.25, 0.5, 0.5]]);
        let free = [[0.0, 1.0]];
        let profile = performance_profile(free.iter().map(|row| &row[..]), 2, &[1.0, 1e9]);
        assert_eq!(profile, [[1.0, 1.0], [0.0, 0.0]]);
    }

    #[test]
    fn data_sets_weigh_the_same_whatever_their_problems() {
        let of = |solved: usize, problems: usize| {
            let costs: Vec<[f64; 1]> = (0..problems).map(|p| [if p < solved { 1.0 } else { INFINITE }]).collect();
            distribution(costs.iter().map(|row| &row[..]), 1, &[0.5, 1.0])
        };
        let datasets = [of(0, 10_000), of(100, 100)];
        assert_eq!(over_datasets(&datasets), [[0.0, 0.5]]);
    }

    #[test]
    fn bands_need_data_sets_that_differ() {
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        let mut datasets: Vec<Shares> = (0..20).map(|place| vec![vec![0.0, f64::from(place) / 20.0, 1.0]]).collect();
        let of = |datasets: &[Shares], generator: &mut ChaCha8Rng| bands(datasets, 0.95, generator);
        let row = &of(&datasets, &mut generator).unwrap()[0];
        assert_eq!((row[0], row[2]), (None, None), "no spread");
        // The mean of 0, 0.05, …, 0.95 has the standard error 0.0661, and t(0.975; 19) = 2.093.
        let [low, high] = row[1].unwrap();
        assert!((low - (0.475 - 0.1384)).abs() < 0.02 && (high - (0.475 + 0.1384)).abs() < 0.02, "{low} {high}");
        assert_eq!(of(&datasets[..5], &mut generator), None, "five are too few");
        datasets.truncate(6);
        assert!(of(&datasets, &mut generator).is_some());
    }

    #[test]
    fn a_target_is_reached_when_it_is_first_met() {
        let trace = [(1.0, 0.5), (2.0, f64::NAN), (4.0, 1e-3), (5.0, 0.1), (6.0, 1e-9)];
        assert_eq!(
            [1.0, 1e-2, 1e-3, 1e-4, 1e-10].map(|target| first_within(trace, target)),
            [1.0, 4.0, 4.0, 6.0, INFINITE]
        );
    }

    #[test]
    fn geometric_means_by_hand() {
        assert!((shifted_geometric_mean([6.0, 30.0].into_iter(), 10.0) - (640f64.sqrt() - 10.0)).abs() < 1e-12);
        assert_eq!(shifted_geometric_mean([1.0, INFINITE].into_iter(), 10.0), INFINITE);
        assert!(shifted_geometric_mean(std::iter::empty(), 10.0).is_nan());
    }
}
