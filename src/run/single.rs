//! One fit of a whole data set, as a statistician wants it: on the data's own scale, with standard errors.

use std::sync::atomic::AtomicBool;

use super::{limit, profile_likelihood};
use crate::data::DataSet;
use crate::engine::{Existence, Interrupted, Loop, ReferenceSolver, Shown, SystemClock, judge};
use crate::linear_algebra::{cholesky, norm};
use crate::model::certificate::{Workspace, certify};
use crate::model::design::Transformation;
use crate::model::identifiable::{self, identifiable};
use crate::model::separation::Separation;
use crate::model::{Design, Evaluation, Evaluator, Order, Penalty, Problem, Scaling, Serial, fill_penalties};
use crate::record::{SingleFit, Verdict};
use crate::solver::{Solver, Stop, StopRules};

/// Share of the objective within which a fit counts as optimal.
const TOLERANCE: f64 = 1e-8;

/// Fits all rows with an intercept, and says of separated data what is left to say.
///
/// Profile-likelihood intervals are computed at `profile_level`, if there is one, and if the fit is an optimum: proved, or,
/// with Firth's penalty, where the solver converged.
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

/// [`fit`] without what is left to say of separated data.
///
/// The solver works on standardized features, each penalty λ_j divided by the variance, which is the same problem in other
/// coordinates and a better conditioned one. Verdict, gap and log-likelihood are those of the coefficients on the data's own
/// scale, on the data's own rows.
pub(super) fn estimate(
    data: &DataSet,
    penalty: Penalty,
    solver: &dyn Solver,
    rules: &StopRules,
    profile_level: Option<f64>,
    interrupt: &AtomicBool,
) -> Result<SingleFit, Interrupted> {
    let all: Vec<u32> = (0..data.rows() as u32).collect();
    let (mut raw, mut scaled) = (Design::default(), Design::default());
    let (mut unchanged, mut standardized) = (Transformation::default(), Transformation::default());
    unchanged.fit(data, &all, Scaling::None);
    standardized.fit(data, &all, Scaling::Standardize);
    raw.gather(data, &all, true, &unchanged);
    scaled.gather(data, &all, true, &standardized);
    let columns = raw.columns;
    let mut identified = Vec::new();
    identifiable(raw.rows(), columns, &Serial, &mut identifiable::Workspace::default(), &mut identified);
    let rank = identified.len();

    // Whether the data alone have a maximum, whatever the penalty.
    let mut reference = ReferenceSolver::default();
    let mut alone = raw.clone();
    alone.keep(&identified);
    let zeros = vec![0.0; columns];
    let of_data = reference.decide(
        &alone.problem(&zeros[..rank], false),
        None,
        Shown::default(),
        &mut std::iter::empty(),
        interrupt,
    )?;

    let kept = if matches!(penalty, Penalty::L2 { .. }) { (0..columns).collect() } else { identified.clone() };
    for design in [&mut raw, &mut scaled] {
        design.keep(&kept);
    }
    standardized.keep(&kept);
    let firth = penalty == Penalty::Firth;
    let mut penalties = Vec::new();
    fill_penalties(penalty, kept.len(), true, &mut penalties);
    let deviations = std::iter::once(&1.0).chain(standardized.deviations());
    let on_scaled: Vec<f64> = penalties.iter().zip(deviations).map(|(penalty, sd)| penalty / (sd * sd)).collect();
    let mut state = solver.state();
    let clock = SystemClock::default();
    let scaled_problem = scaled.problem(&on_scaled, firth);
    let outcome =
        Loop { rules, clock: &clock, interrupt, workers: &Serial }.fit(&mut *state, &scaled_problem, &mut |_| ())?;
    let coefficients = standardized.undo(&state.point().coefficients, true);

    let problem = raw.problem(&penalties, firth);
    let certificate = certify(&problem, &coefficients, None, &mut Workspace::default());
    let mut shown = Shown::default();
    shown.see(&problem, &coefficients, &certificate);
    let existence = match penalty {
        Penalty::None => of_data.clone(),
        _ => reference.decide(&problem, None, shown, &mut std::iter::empty(), interrupt)?,
    };
    let judgement = judge(&certificate, &existence, TOLERANCE);
    let exists = judgement.verdict != Verdict::Separated && coefficients.iter().all(|b| b.is_finite());

    let mut plain = Evaluation::default();
    let likelihood = raw.problem(&zeros[..kept.len()], false);
    Evaluator::default().evaluate(&likelihood, &coefficients, Order::Objective, &mut plain);
    let errors = match penalty {
        Penalty::None | Penalty::Firth if exists => {
            standard_errors(&scaled.problem(&zeros[..kept.len()], false), &state.point().coefficients, &standardized)
        }
        _ => None,
    };
    let optimum = match penalty {
        Penalty::None => judgement.verdict == Verdict::Optimal,
        Penalty::L2 { .. } => false,
        Penalty::Firth => outcome.stop == Stop::Converged,
    };
    let profile = profile_level.filter(|_| optimum && exists).map(|level| {
        let mut profile = vec![None; columns];
        for (k, &j) in kept.iter().enumerate() {
            let row = standardized.row(k);
            profile[j] = Some(profile_likelihood::interval(&scaled_problem, &state.point().coefficients, &row, level));
        }
        profile
    });
    let in_place = |columns_of: &[usize], values: &[f64]| {
        let mut all = vec![None; columns];
        columns_of.iter().zip(values).for_each(|(&j, &value)| all[j] = Some(value));
        all
    };
    let (positives, rows) = (data.positives() as f64, data.rows() as f64);
    let direction = match &of_data {
        Existence::Separated { direction, .. } => Some(in_place(&identified, direction)),
        _ => None,
    };
    Ok(SingleFit {
        verdict: judgement.verdict,
        refusal: certificate.gap.err(),
        stop: outcome.stop,
        iterations: outcome.iterations,
        coefficients: exists.then(|| in_place(&kept, &coefficients)),
        standard_errors: errors.map(|errors| in_place(&kept, &errors)),
        log_likelihood: exists.then_some(-plain.objective),
        null_log_likelihood: positives * (positives / rows).ln() + (rows - positives) * (1.0 - positives / rows).ln(),
        fitted: kept.len(),
        rank,
        gap: judgement.gap,
        separation: of_data.separation(),
        direction: direction.map(|direction| direction.into_iter().map(|d| d.unwrap_or(0.0)).collect()),
        limit: None,
        separating_columns: Vec::new(),
        dropped: (0..columns).filter(|j| !kept.contains(j)).collect(),
        profile,
    })
}

/// Square roots of the diagonal of (X'WX)⁻¹ on the data's own scale, from the factor on the standardized one: with
/// coefficients β = Tγ and LL' = X'WX there, the variance of β_k is ‖L⁻¹T'e_k‖². `None` where X'WX is singular.
fn standard_errors(problem: &Problem<'_>, coefficients: &[f64], standardized: &Transformation) -> Option<Vec<f64>> {
    let p = problem.columns;
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
