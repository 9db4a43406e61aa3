//! One fit of a whole data set, as a statistician wants it: on the data's own scale, with standard errors.

mod limit;

use std::sync::atomic::AtomicBool;

use super::profile_likelihood;
use crate::data::DataSet;
use crate::engine::{Existence, Interrupted, Loop, ReferenceSolver, Shown, SystemClock, judge};
use crate::linear_algebra::{cholesky, norm};
use crate::model::certificate::{Workspace, certify};
use crate::model::design::Transformation;
use crate::model::penalty::Capability;
use crate::model::separation::Separation;
use crate::model::{Evaluation, Evaluator, Order, Penalty, PenaltyTerm, Prepared, Problem, Scaling, Serial};
use crate::record::{Profiled, SingleFit, Verdict};
use crate::solver::{Solver, Stop, StopRules};

/// Relative gap up to which a fit counts as optimal: as the default of experiments.
const TOLERANCE: f64 = 1e-8;

/// Fits all rows with an intercept; for separated data, reports the separating columns and the finite limits.
///
/// Computes profile-likelihood intervals at `profile_level`, if given, and if the fit is an optimum: proved, or with Firth's
/// penalty, reported as converged by the solver.
///
/// # Errors
/// When `interrupt` is set.
pub fn fit(
    data: &DataSet,
    penalty: Penalty,
    solver: &dyn Solver,
    rules: &StopRules,
    profile_level: Option<f64>,
    interrupt: &AtomicBool,
) -> Result<SingleFit, Interrupted> {
    let mut fit = estimate(data, penalty, solver, rules, profile_level, interrupt)?;
    match (fit.separation, &fit.direction) {
        (Some(Separation::QuasiComplete), Some(direction)) => fit.limit = limit::limit(data, direction, interrupt)?,
        (Some(Separation::Complete), _) => fit.separating_columns = limit::separating_columns(data),
        _ => {}
    }
    Ok(fit)
}

/// [`fit`] without the separating columns and the finite limits.
///
/// The solver works on standardized features, with the penalty's weights rescaled, which is the same problem in other
/// coordinates and a better conditioned one. Verdict, gap and log-likelihood are computed from the coefficients on the data's
/// own scale and from the data's own rows.
fn estimate(
    data: &DataSet,
    penalty: Penalty,
    solver: &dyn Solver,
    rules: &StopRules,
    profile_level: Option<f64>,
    interrupt: &AtomicBool,
) -> Result<SingleFit, Interrupted> {
    let mut raw = Prepared::all_rows(data, Scaling::None);
    let mut scaled = Prepared::all_rows(data, Scaling::Standardize);
    let columns = raw.design.columns;
    let identified = raw.independent_columns(&Serial);
    let rank = identified.len();

    let mut reference = ReferenceSolver::default();
    let without_penalty = existence_without_penalty(&mut reference, &raw, &identified, interrupt)?;

    let kept = if penalty.has(Capability::Identifies) { (0..columns).collect() } else { identified.clone() };
    for prepared in [&mut raw, &mut scaled] {
        prepared.keep(&kept);
    }
    let (raw, Prepared { transformation: standardized, design: scaled }) = (raw.design, scaled);
    let mut weights = Vec::new();
    penalty.fill_weights(kept.len(), true, &mut weights);
    let deviations = std::iter::once(&1.0).chain(standardized.deviations());
    let on_scaled: Vec<f64> =
        weights.iter().zip(deviations).map(|(&weight, &sd)| penalty.rescaled(weight, sd)).collect();
    let mut state = solver.state();
    let scaled_problem = scaled.problem(penalty.on(&on_scaled));
    let around = Loop { rules, clock: &SystemClock::default(), interrupt, workers: &Serial };
    let outcome = around.fit(&mut *state, &scaled_problem, &mut |_| ())?;
    let coefficients = standardized.undo(&state.point().coefficients, true);

    let problem = raw.problem(penalty.on(&weights));
    let certificate = certify(&problem, &coefficients, None, &mut Workspace::default());
    let mut shown = Shown::default();
    shown.see(&problem, &coefficients, &certificate);
    let existence = if penalty == Penalty::NONE {
        without_penalty.clone()
    } else {
        reference.decide_existence(&problem, None, shown, &mut std::iter::empty(), interrupt)?
    };
    let judgement = judge(&certificate, &existence, TOLERANCE);
    let exists = judgement.verdict != Verdict::Separated && coefficients.iter().all(|b| b.is_finite());

    let has_errors = penalty.has(Capability::StandardErrors);
    let fitted = &state.point().coefficients;
    let errors = (has_errors && exists)
        .then(|| standard_errors(&scaled_problem.without_penalty(), fitted, &standardized))
        .flatten();
    // Without convexity nothing can be certified, so the solver's own convergence has to do.
    let at_optimum = if penalty.has(Capability::Convex) {
        judgement.verdict == Verdict::Optimal
    } else {
        outcome.stop == Stop::Converged
    };
    let optimum = has_errors && at_optimum;
    let interval = |k, level| profile_likelihood::interval(&scaled_problem, fitted, &standardized.row(k), level);
    let profile = profile_level.filter(|_| optimum && exists).map(|level| {
        let intervals: Vec<Profiled> = (0..kept.len()).map(|k| interval(k, level)).collect();
        of_all_columns(columns, &kept, &intervals)
    });
    Ok(SingleFit {
        verdict: judgement.verdict,
        refusal: certificate.gap.err(),
        stop: outcome.stop,
        iterations: outcome.iterations,
        coefficients: exists.then(|| of_all_columns(columns, &kept, &coefficients)),
        standard_errors: errors.map(|errors| of_all_columns(columns, &kept, &errors)),
        log_likelihood: exists.then(|| -negative_log_likelihood(&problem.without_penalty(), &coefficients)),
        null_log_likelihood: null_log_likelihood(data),
        fitted: kept.len(),
        rank,
        gap: judgement.gap,
        separation: without_penalty.separation(),
        direction: separating_direction(&without_penalty, columns, &identified),
        limit: None,
        separating_columns: Vec::new(),
        dropped: (0..columns).filter(|j| !kept.contains(j)).collect(),
        profile,
    })
}

/// Whether a maximum exists without the penalty.
fn existence_without_penalty(
    reference: &mut ReferenceSolver<'_>,
    raw: &Prepared,
    identified: &[usize],
    interrupt: &AtomicBool,
) -> Result<Existence, Interrupted> {
    let mut alone = raw.design.clone();
    alone.keep(identified);
    let problem = alone.problem(PenaltyTerm::NONE);
    reference.decide_existence(&problem, None, Shown::default(), &mut std::iter::empty(), interrupt)
}

/// The direction that separates the rows, if there is one, with 0 for columns left out.
fn separating_direction(existence: &Existence, columns: usize, identified: &[usize]) -> Option<Vec<f64>> {
    match existence {
        Existence::Separated { direction, .. } => {
            let all = of_all_columns(columns, identified, direction);
            Some(all.into_iter().map(|d| d.unwrap_or(0.0)).collect())
        }
        Existence::Optimum { .. } | Existence::Somewhere | Existence::Unknown(_) => None,
    }
}

/// Expands values of some columns to all columns, with `None` for the others.
fn of_all_columns<T: Copy>(columns: usize, some: &[usize], values: &[T]) -> Vec<Option<T>> {
    let mut all = vec![None; columns];
    some.iter().zip(values).for_each(|(&column, &value)| all[column] = Some(value));
    all
}

/// F without penalty.
fn negative_log_likelihood(problem: &Problem<'_>, coefficients: &[f64]) -> f64 {
    let mut evaluation = Evaluation::default();
    Evaluator::default().evaluate(problem, coefficients, Order::Objective, &mut evaluation);
    evaluation.objective
}

/// The log-likelihood of the model with an intercept alone.
fn null_log_likelihood(data: &DataSet) -> f64 {
    let (positives, rows) = (data.positives() as f64, data.rows() as f64);
    positives * (positives / rows).ln() + (rows - positives) * (1.0 - positives / rows).ln()
}

/// Square roots of the diagonal of (X'WX)⁻¹ on the data's own scale, from the factor on the standardized one: with
/// coefficients β = Tγ and LL' = X'WX there, the variance of β_k is ‖L⁻¹T'e_k‖². `None` where X'WX is singular.
fn standard_errors(problem: &Problem<'_>, coefficients: &[f64], standardized: &Transformation) -> Option<Vec<f64>> {
    let p = problem.unknowns();
    let mut evaluation = Evaluation::default();
    Evaluator::default().evaluate(problem, coefficients, Order::Hessian, &mut evaluation);
    if !cholesky::factor(&mut evaluation.hessian, p) {
        return None;
    }
    let error = |k: usize| {
        let mut row = standardized.row(k);
        cholesky::solve_lower(&evaluation.hessian, &mut row);
        norm(&row)
    };
    Some((0..p).map(error).collect())
}
