//! Costs of solvers over many problems: performance and data profiles, shifted geometric means. A solver that does not
//! solve a problem has infinite cost there.

/// Performance profiles: for each solver and each τ the share of problems on which its cost is at most τ times the least
/// cost of all solvers,
///
/// ```text
/// ρ_s(τ) = #{p: t_ps ≤ τ min_s' t_ps'} / #problems
/// ```
///
/// (Dolan & Moré 2002, Mathematical Programming 91, 201-213). `costs` has a row per problem with a cost per solver; a
/// problem that no solver solves still counts as a problem. NaN counts as infinite. Returns one row per solver.
pub fn performance_profile<'a>(costs: impl Iterator<Item = &'a [f64]>, solvers: usize, taus: &[f64]) -> Vec<Vec<f64>> {
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
pub fn data_profile<'a>(
    costs: impl Iterator<Item = (&'a [f64], usize)>,
    solvers: usize,
    kappas: &[f64],
) -> Vec<Vec<f64>> {
    shares(costs.map(|(row, variables)| (row, variables as f64 + 1.0)), solvers, kappas)
}

/// The empirical distribution function of costs: for each solver the share of the problems solved with a cost of at most
/// each bound. `costs` as in [`performance_profile`].
///
/// Costs from [`first_within`] make it the distribution, over problems, of the cost to reach a target (Hoos & Stützle 1998, UAI,
/// 238-245; Hansen et al. 2021, Optimization Methods and Software 36, 114-144).
pub fn distribution<'a>(costs: impl Iterator<Item = &'a [f64]>, solvers: usize, bounds: &[f64]) -> Vec<Vec<f64>> {
    shares(costs.map(|row| (row, 1.0)), solvers, bounds)
}

/// The first cost in a trace of (cost, gap) whose gap is at most `target`; infinite if there is none.
pub fn first_within(trace: impl IntoIterator<Item = (f64, f64)>, target: f64) -> f64 {
    trace.into_iter().find(|(_, gap)| *gap <= target).map_or(f64::INFINITY, |(cost, _)| cost)
}

/// For each solver and bound: the share of rows whose cost is at most bound × unit of the row. Bounds must be in rising order.
fn shares<'a>(rows: impl Iterator<Item = (&'a [f64], f64)>, solvers: usize, bounds: &[f64]) -> Vec<Vec<f64>> {
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

/// The shifted geometric mean exp(mean ln(t + s)) − s: large costs weigh less than in the arithmetic mean, and differences
/// between costs far below the shift s hardly matter (Achterberg 2007, Constraint Integer Programming, appendix A.3).
/// Infinite if a cost is infinite; NaN without costs.
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
