//! One fit of a whole data set, on the data's own scale and with standard errors.

mod hauck_donner;
mod limit;
mod own_units;

use std::sync::atomic::AtomicBool;

use num_bigint::BigInt;

use super::profile::{self, OwnScale};
use crate::data::DataSet;
use crate::engine::{
    Existence, Interrupted, Loop, NEWTON, Proving, ReferenceSolver, Shown, SystemClock, TO_THE_LIMIT, judge,
};
use crate::linear_algebra::{cholesky, norm, power_of_two_near};
use crate::model::certificate::{Certificate, CertificateWorkspace, Refusal, certify, precise};
use crate::model::design::Transformation;
use crate::model::enclosure::{self, Objective, enclose};
use crate::model::penalty::Capability;
use crate::model::separation::{Separation, WholeDirection, whole_direction};
use crate::model::units::Units;
use crate::model::{
    Design, Evaluation, Evaluator, Order, Penalty, PenaltyTerm, Prepared, Problem, Scaling, Serial, loss,
};
use crate::record::{SingleFit, Verdict};
use crate::solver::{Solver, Stop, StopRules};

/// Relative gap up to which a fit counts as optimal: as the default of experiments.
const TOLERANCE: f64 = 1e-8;

/// n p² up to which likelihood-ratio tests are made unasked: with 10 coefficients, 10,000 rows.
const CHEAP: usize = 1 << 20;
/// The same with Firth's penalty, under which Newton's method converges only linearly.
const CHEAP_IF_NOT_CONVEX: usize = CHEAP / 16;
/// Share of the root of its strength below which a column is next to nothing, 2⁻²⁰⁰.
const NEXT_TO_NOTHING: f64 = 6.223_015_277_861_142e-61;
/// Most columns for that: a proof solves a system of as many equations in whole numbers, which takes seconds for 31.
const FEW_COLUMNS: usize = 16;

/// What is fitted, and how.
pub struct Task<'a> {
    /// The penalty.
    pub penalty: Penalty,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// The method.
    pub solver: &'a dyn Solver,
    /// Its stopping rules.
    pub rules: &'a StopRules,
    /// Weights of class 0 and class 1 in the objective, if they have any. There are no standard errors and tests then, because such an
    /// objective is no likelihood of the data.
    pub class_factors: Option<[f64; 2]>,
    /// The level of profile-likelihood intervals, if they are asked for.
    pub profile_level: Option<f64>,
    /// Whether the optimum itself takes the place of a point that is not proved to be near it, where arithmetic of twice the precision
    /// finds it: for who asks for the estimates, and not what the solver makes of the problem.
    pub to_the_optimum: bool,
}

impl<'a> Task<'a> {
    /// The model with an intercept and this penalty, by this method; no weights of classes, no profiles, and the point where the
    /// solver ends.
    pub fn new(penalty: Penalty, solver: &'a dyn Solver, rules: &'a StopRules) -> Task<'a> {
        let (class_factors, profile_level, to_the_optimum) = (None, None, false);
        Task { penalty, intercept: true, solver, rules, class_factors, profile_level, to_the_optimum }
    }
}

/// Fits all rows; for separated data, reports the separating columns and the finite limits.
///
/// Computes profile-likelihood intervals, if they are asked for, and if the fit is an optimum: proved, or with Firth's
/// penalty, reported as converged by the solver. For data that are separated they are about the supremum of the likelihood.
/// Likelihood-ratio tests go with them, and with every such fit of few rows and columns.
///
/// # Errors
/// When `interrupt` is set.
pub fn fit(data: &DataSet, task: &Task<'_>, interrupt: &AtomicBool) -> Result<SingleFit, Interrupted> {
    let Estimate { mut fit, on_hyperplane } = estimate(data, task, interrupt)?;
    match (fit.separation, on_hyperplane) {
        (Some(Separation::QuasiComplete), Some(rows)) if task.class_factors.is_none() => {
            fit.limit = limit::limit(data, task.intercept, &rows, interrupt)?;
        }
        // A threshold is an intercept.
        (Some(Separation::Complete), _) if task.intercept => fit.separating_columns = limit::separating_columns(data),
        _ => {}
    }
    Ok(fit)
}

/// A fit without the separating columns and the finite limits.
struct Estimate {
    fit: SingleFit,
    /// For separated rows, those on every separating hyperplane.
    on_hyperplane: Option<Vec<u32>>,
}

/// Fits all rows, in [`Units`] in which nothing overflows or underflows.
fn estimate(data: &DataSet, task: &Task<'_>, interrupt: &AtomicBool) -> Result<Estimate, Interrupted> {
    let units = Units::of(&data.features, task.penalty);
    let mut found = estimate_in(&units, data, task, interrupt)?;
    own_units::undo(&mut found.fit, &units);
    Ok(found)
}

/// Fits all rows; coefficients and what is on their scale are those of columns in `units`.
///
/// The solver works on standardized features, with the penalty's weights rescaled, because that problem is the same in other
/// coordinates but better conditioned; without an intercept, whose place centring would take, it works on the columns in `units`.
/// Verdict, gap and log-likelihood are computed from the coefficients of the columns in `units` and from the data's own rows in them, no
/// digit of which differs from the file's.
fn estimate_in(units: &Units, own: &DataSet, task: &Task<'_>, interrupt: &AtomicBool) -> Result<Estimate, Interrupted> {
    let Task { penalty, intercept, solver, rules, class_factors, profile_level, to_the_optimum } = *task;
    let data = &units.of_data(own);
    let rows = data.all_rows();
    let mut raw = Prepared::new(data, &rows, intercept, Scaling::None);
    let mut scaled = standardized(data, units, penalty, intercept);
    raw.design.weigh_classes(class_factors);
    scaled.design.weigh_classes(class_factors);
    let columns = raw.design.columns;
    let identified = raw.independent_columns(&Serial);
    let rank = identified.len();

    let mut reference = ReferenceSolver::default();
    let without_penalty = existence_without_penalty(&mut reference, &raw, &identified, interrupt)?;
    let separating = separating(own, units, task, &identified, &without_penalty, interrupt);

    let kept = if penalty.has(Capability::Identifies) { (0..columns).collect() } else { identified.clone() };
    raw.design.keep(&kept);
    scaled.design.keep(&kept);
    if intercept {
        scaled.transformation.keep(&kept);
    } else {
        scaled.transformation = Transformation::none(kept.len());
    }
    let (raw, Prepared { transformation: standardized, design: scaled }) = (raw.design, scaled);
    let (weights, scaled_weights) = weights_on_both_scales(penalty, intercept, &kept, (units, &standardized));
    let mut state = solver.state();
    let scaled_problem = scaled.problem(penalty.on(&scaled_weights));
    let around = Loop { rules, clock: &SystemClock::default(), interrupt, workers: &Serial, start: &[], common: None };
    let mut workspace = CertificateWorkspace::default();
    let mut proving = Proving::new(rules.tolerances.gap, &scaled_problem, &mut workspace);
    let outcome = around.fit_until_proved(&mut *state, &scaled_problem, &mut |_| (), &mut |point, fall| {
        proving.relative_gap(&scaled_problem, point, fall)
    })?;
    let mut coefficients = standardized.undo(&state.point().coefficients, intercept);

    let problem = raw.problem(penalty.on(&weights));
    let mut certificate = certify(&problem, &coefficients, None, &mut CertificateWorkspace::default());
    let mut shown = Shown::default();
    shown.see(&problem, &coefficients, &certificate);
    let mut existence = if penalty == Penalty::NONE {
        without_penalty.clone()
    } else {
        reference.decide_existence((&problem, None), None, shown, &mut std::iter::empty(), interrupt)?
    };
    let mut judgement = judge(&certificate, &existence, TOLERANCE);
    let exists = judgement.verdict != Verdict::Separated && coefficients.iter().all(|b| b.is_finite());

    let has_errors = penalty.has(Capability::StandardErrors) && class_factors.is_none();
    let mut fitted = state.point().coefficients.clone();
    let enclosed = if exists { enclose(&problem, &standardized, &fitted) } else { Err(Refusal::NotTried) };
    let no_bound = enclosed.as_ref().err().copied().filter(|_| exists && !kept.is_empty());
    let enclosed = enclosed.ok();
    let short_of_it = |verdict| matches!(verdict, Verdict::Undecided | Verdict::Suboptimal);
    let goes_on = to_the_optimum && outcome.stop != Stop::MaxIterations && short_of_it(judgement.verdict);
    let beyond_doubles = enclosed.as_ref().filter(|_| goes_on);
    if let Some(enclosed) = beyond_doubles {
        coefficients.clone_from(&enclosed.coefficients);
        fitted = standardized.redo(&coefficients);
        certificate = certify(&problem, &coefficients, None, &mut CertificateWorkspace::default());
        judgement = judge(&certificate, &existence, TOLERANCE);
    }
    let is_refined = beyond_doubles.is_some();
    if let Some(enclosed) = enclosed.as_ref().filter(|_| short_of_it(judgement.verdict)) {
        if let Ok(Objective { value, error, gap }) = enclosure::objective(&problem, &standardized, &coefficients) {
            certificate = Certificate { objective: value, objective_error: error, gap: Ok(gap), ..certificate };
        }
        let Objective { value, error, gap } = enclosed.objective;
        existence = Existence::Optimum { objective: value, gap: gap + error, at_most: value + error };
        judgement = judge(&certificate, &existence, TOLERANCE);
    }
    let separation = if penalty == Penalty::NONE { existence.separation() } else { without_penalty.separation() };
    let errors = match &enclosed {
        _ if !(has_errors && exists) => None,
        Some(enclosed) => Some(enclosed.standard_errors.clone()),
        None => standard_errors(&scaled_problem.without_penalty(), &fitted, &standardized),
    };
    let of_all = |values: &[f64]| of_all_columns(columns, &kept, values);
    let at_optimum = is_at_optimum(penalty, judgement.verdict, outcome.stop);
    // Without a maximum the likelihood has a supremum, to which deviances are taken as well.
    let unbounded = separating.as_ref().filter(|_| judgement.verdict == Verdict::Separated);
    let has_profile = has_errors && !kept.is_empty() && (at_optimum && exists || unbounded.is_some());
    let own_scale = OwnScale { problem: problem.without_penalty(), standardized: &standardized };
    let direction = unbounded.map(|found| &found.entries[..]);
    let profiled = profile::Fit { problem: &scaled_problem, own_scale, coefficients: &fitted, direction };
    let profile = profile_level
        .filter(|_| has_profile)
        .map(|level| of_all_columns(columns, &kept, &profile::intervals(&profiled, level, interrupt)));
    let cheap = if penalty.has(Capability::Convex) { CHEAP } else { CHEAP_IF_NOT_CONVEX };
    let is_cheap = kept.len() <= FEW_COLUMNS && problem.len() * kept.len() * kept.len() <= cheap;
    let has_ratios = has_profile && (profile_level.is_some() || is_cheap);
    let likelihood_ratios = has_ratios.then(|| of_all_columns(columns, &kept, &profile::likelihood_ratios(&profiled)));
    let hauck_donner = if errors.is_some() {
        hauck_donner::falling(&scaled_problem.without_penalty(), &fitted, &standardized)
    } else {
        Vec::new()
    };
    let fit = SingleFit {
        verdict: judgement.verdict,
        refusal: judgement.refusal(&certificate),
        stop: outcome.stop,
        iterations: outcome.iterations,
        is_refined,
        coefficients: exists.then(|| of_all(&coefficients)),
        coefficient_errors: enclosed.as_ref().map(|enclosed| of_all(&enclosed.distances(&coefficients))),
        standard_errors: errors.map(|errors| of_all(&errors)),
        standard_error_errors: enclosed
            .as_ref()
            .filter(|_| has_errors)
            .map(|found| of_all(&found.standard_error_errors)),
        optimum: enclosed.as_ref().map(|enclosed| of_all_columns(columns, &kept, &enclosed.optimum())),
        no_bound,
        log_likelihood: exists.then(|| {
            // That of the maximum, as the estimates are, although numbers of double precision miss it.
            if let Some(enclosed) = beyond_doubles.filter(|_| penalty == Penalty::NONE && class_factors.is_none()) {
                return -enclosed.objective.value;
            }
            let of_data = Problem { loss: raw.loss_by_frequency(), ..problem.without_penalty() };
            -precise::objective(&of_data, &coefficients).0
        }),
        null_log_likelihood: null_log_likelihood(data, intercept, interrupt)?,
        intercept,
        fitted: kept.len(),
        rank,
        gap: judgement.gap,
        gap_at_least: judgement.gap_at_least,
        separation,
        direction: separating.as_ref().map(|found| of_whole_direction(found, columns, &identified)),
        limit: None,
        separating_columns: Vec::new(),
        dropped: (0..columns).filter(|j| !kept.contains(j)).collect(),
        likelihood_ratios,
        hauck_donner: hauck_donner.into_iter().map(|k| kept[k]).collect(),
        profile,
    };
    Ok(Estimate { fit, on_hyperplane: separating.map(|found| found.on_hyperplane) })
}

/// Whether a fit counts as an optimum. Without convexity the solver's own convergence decides, because nothing can be proved then.
fn is_at_optimum(penalty: Penalty, verdict: Verdict, stop: Stop) -> bool {
    if penalty.has(Capability::Convex) { verdict == Verdict::Optimal } else { stop == Stop::Converged }
}

/// All rows with standardized features, or as they are without an intercept.
fn standardized(data: &DataSet, units: &Units, penalty: Penalty, intercept: bool) -> Prepared {
    let (rows, mut prepared) = (data.all_rows(), Prepared::default());
    let scaling = if intercept { Scaling::Standardize } else { Scaling::None };
    prepared.transformation.fit(data, &rows, scaling);
    if penalty.has(Capability::Quadratic) && intercept {
        // Divided by less, the strength on a column that is next to nothing beside it would overflow.
        let all: Vec<usize> = (0..=data.features.ncols()).collect();
        let mut weights = Vec::new();
        units.fill_weights(penalty, intercept, &all, &mut weights);
        prepared.transformation.keep_scales_above(weights[1..].iter().map(|weight| weight.sqrt() * NEXT_TO_NOTHING));
    }
    prepared.design.gather(data, &rows, intercept, &prepared.transformation);
    prepared
}

/// Whether a maximum exists without the penalty.
fn existence_without_penalty(
    reference: &mut ReferenceSolver<'_>,
    raw: &Prepared,
    identified: &[usize],
    interrupt: &AtomicBool,
) -> Result<Existence, Interrupted> {
    let mut design = raw.design.clone();
    design.keep(identified);
    let problem = design.problem(PenaltyTerm::NONE);
    reference.decide_existence((&problem, None), None, Shown::default(), &mut std::iter::empty(), interrupt)
}

/// The separating direction in whole numbers, for columns on the data's own scale, if no maximum exists.
fn separating(
    own: &DataSet,
    units: &Units,
    task: &Task<'_>,
    identified: &[usize],
    existence: &Existence,
    interrupt: &AtomicBool,
) -> Option<WholeDirection> {
    let Existence::Separated { direction, .. } = existence else { return None };
    let mut prepared = Prepared::new(own, &own.all_rows(), task.intercept, Scaling::None);
    prepared.design.weigh_classes(task.class_factors);
    prepared.design.keep(identified);
    let in_own_units = |(&column, &value): (&usize, &f64)| units.undo(column, task.intercept, value);
    let direction: Vec<f64> = identified.iter().zip(direction).map(in_own_units).collect();
    whole_direction(&prepared.design.problem(PenaltyTerm::NONE), &direction, interrupt)
}

/// The penalty's weights of some columns in `units`, and on the standardized scale.
fn weights_on_both_scales(
    penalty: Penalty,
    intercept: bool,
    columns: &[usize],
    (units, standardized): (&Units, &Transformation),
) -> (Vec<f64>, Vec<f64>) {
    let mut weights = Vec::new();
    units.fill_weights(penalty, intercept, columns, &mut weights);
    let rescaled = |(&weight, &sd): (&f64, &f64)| {
        // A strength that underflows would leave its column without any.
        if weight > 0.0 { penalty.rescaled(weight, sd).max(f64::MIN_POSITIVE) } else { weight }
    };
    let scaled = weights.iter().zip(std::iter::once(&1.0).chain(standardized.scales())).map(rescaled).collect();
    (weights, scaled)
}

/// The direction, with 0 for columns left out.
fn of_whole_direction(found: &WholeDirection, columns: usize, identified: &[usize]) -> Vec<BigInt> {
    let mut all = vec![BigInt::ZERO; columns];
    identified.iter().zip(&found.entries).for_each(|(&column, entry)| all[column] = entry.clone());
    all
}

/// Expands values of some columns to all columns, with `None` for the others.
fn of_all_columns<T: Copy>(columns: usize, some: &[usize], values: &[T]) -> Vec<Option<T>> {
    let mut all = vec![None; columns];
    some.iter().zip(values).for_each(|(&column, &value)| all[column] = Some(value));
    all
}

/// The log-likelihood of the model with an intercept alone; without one, of the model in which all coefficients are 0. An offset is part
/// of either.
fn null_log_likelihood(data: &DataSet, intercept: bool, interrupt: &AtomicBool) -> Result<f64, Interrupted> {
    let (positives, rows) = (data.weight_of_class(1), data.weight_sum());
    if data.roles.offset.is_some() {
        let signs = data.labels.iter().map(|&class| loss::sign(class)).collect();
        let ones = if intercept { vec![1.0; data.rows()] } else { Vec::new() };
        let design = Design::new(ones, usize::from(intercept), signs)
            .with_roles(data.roles.weights.clone(), data.roles.offset.clone());
        let problem = design.problem(PenaltyTerm::NONE);
        let around = Loop {
            rules: &TO_THE_LIMIT,
            clock: &SystemClock::default(),
            interrupt,
            workers: &Serial,
            start: &[],
            common: None,
        };
        let mut state = NEWTON.state();
        if intercept {
            around.fit(&mut *state, &problem, &mut |_| ())?;
        }
        return Ok(-precise::objective(&problem, if intercept { &state.point().coefficients } else { &[] }).0);
    }
    if !intercept {
        return Ok(-rows * std::f64::consts::LN_2);
    }
    Ok(positives * (positives / rows).ln() + (rows - positives) * (1.0 - positives / rows).ln())
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
        let power = power_of_two_near(row.iter().fold(0.0, |most: f64, t| most.max(t.abs())));
        row.iter_mut().for_each(|t| *t /= power);
        cholesky::solve_lower(&evaluation.hessian, &mut row);
        norm(&row) * power
    };
    Some((0..p).map(error).collect())
}
