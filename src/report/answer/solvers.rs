//! Whether the solver matters, and which to use.

use super::super::comparisons::listed;
use super::super::percent;
use super::super::phrases::threshold_of;
use super::super::schema::{Comparison, Inference, Profile, Report};
use crate::statistics::words::{counted, expected, named_in_sentence as quoted};

/// Most solvers that are named.
const MOST_NAMED: usize = 3;

/// The solver to use under a model.
pub struct SolverChoice<'r> {
    /// The solver that reaches the optimum on every problem with the fewest oracle calls; `None` where none reaches it on every one.
    pub recommended: Option<&'r str>,
    /// Whether every solver reaches the optimum on every split.
    pub all_are_one: bool,
    /// That, and what the other solvers do, in words.
    pub sentence: String,
}

/// A solver's share of problems solved, and the geometric mean of its oracle calls where it solves all.
struct Standing<'r> {
    solver: &'r str,
    solved: f64,
    calls: Option<f64>,
}

/// The solver to use under a model, by what is proved of the fits; `None` where fewer than two solvers were run, or no fit is proved to be at
/// an optimum.
pub fn choice<'r>(report: &'r Report, model: &str) -> Option<SolverChoice<'r>> {
    let profile = report.profiles.iter().find(|profile| profile.model == model && profile.cost == "oracle_calls")?;
    let each = profile.solvers.iter().zip(&profile.solved).zip(&profile.shifted_geometric_mean);
    let standings = each.map(|((solver, &solved), &calls)| Standing { solver, solved, calls });
    let (mut reaching, mut short): (Vec<Standing>, Vec<Standing>) = standings.partition(|of| of.solved == 1.0);
    let calls = |of: &Standing| of.calls.unwrap_or(f64::INFINITY);
    // Fewest calls first, behind those that break down where no optimum exists, or predict other classes than most.
    let is_odd = |of: &Standing| broke_down(report, of.solver) || has_other_threshold(report, of.solver);
    reaching.sort_by(|a, b| is_odd(a).cmp(&is_odd(b)).then(calls(a).total_cmp(&calls(b))));
    short.sort_by(|a, b| b.solved.total_cmp(&a.solved));
    let of_cost = || report.profiles.iter().filter(|other| other.cost == profile.cost);
    let models = report.models.len();
    let is_alike = |other: &Profile| {
        (other.problems, other.without_optimum) == (profile.problems, profile.without_optimum)
            && reach(other) == reach(profile)
    };
    let alike_everywhere = of_cost().count() == models && of_cost().all(is_alike);
    // Where costs are those of one model, and the rest is said of all.
    let (under, of_model) = match (models, format!(" under {}", quoted(model))) {
        (1, _) => (String::new(), String::new()),
        (_, of_model) if alike_everywhere => (format!(" under each of the {models} models"), of_model),
        (_, of_model) => (of_model, String::new()),
    };
    let problems = problems(profile);
    let costs = reaching.split_first().and_then(|(cheapest, others)| {
        let dearest = others.iter().max_by(|a, b| calls(a).total_cmp(&calls(b)))?;
        (calls(dearest) > 1.05 * calls(cheapest)).then(|| {
            format!(
                "; {} takes {} oracle calls, which are passes over the rows, and {} {}{of_model} (geometric means)",
                cheapest.solver,
                expected(calls(cheapest)),
                dearest.solver,
                expected(calls(dearest))
            )
        })
    });
    let costs = costs.unwrap_or_default();
    let share = |solved: f64| if solved == 0.0 { "none".to_owned() } else { percent(solved) };
    let shares = |of: &Standing| {
        let own = of_cost().filter(|other| alike_everywhere || other.model == model).filter_map(|other| {
            let place = other.solvers.iter().position(|name| name == of.solver)?;
            other.solved.get(place).copied()
        });
        let (least, most) =
            own.fold((1.0, 0.0), |(least, most): (f64, f64), solved| (least.min(solved), most.max(solved)));
        if share(least) == share(most) { share(least) } else { format!("{} to {}", share(least), share(most)) }
    };
    let missed: Vec<String> =
        short.iter().take(MOST_NAMED).map(|of| format!("{} on {}", of.solver, shares(of))).collect();
    let more = match short.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" ({} on fewer)", counted(more, "other")),
    };
    let sentence = match (&reaching[..], &short[..]) {
        (all, []) => {
            let all = if all.len() == 2 { "both".to_owned() } else { format!("all {}", all.len()) };
            match profile.without_optimum {
                0 => format!(
                    "The solver does not matter{under} once it has converged: {all} reach the one optimum on {problems}{costs}."
                ),
                without => format!(
                    "Where an optimum exists, on {} of {} splits, the solver does not matter{under}: {all} reach it{costs}. Elsewhere fits \
                     depend on when their solver stops.",
                    profile.problems,
                    profile.problems.saturating_add(without)
                ),
            }
        }
        ([], _) => format!("No solver reaches the optimum{under} on {problems}: {}{more}.", listed(&missed)),
        ([one], _) => {
            format!("Use {}{under}: it alone reaches the optimum on {problems}; {}{more}.", one.solver, listed(&missed))
        }
        (several, _) => {
            let names: Vec<String> = several.iter().map(|of| of.solver.to_owned()).collect();
            let names = match names.len() {
                few if few <= MOST_NAMED => listed(&names),
                many => format!("{many} of {} solvers", profile.solvers.len()),
            };
            format!(
                "Use {}{under}: {names} reach the optimum on {problems}{costs}; {}{more}.",
                several[0].solver,
                listed(&missed)
            )
        }
    };
    let all_are_one = short.is_empty() && profile.without_optimum == 0 && (alike_everywhere || models == 1);
    Some(SolverChoice { recommended: reaching.first().map(|of| of.solver), all_are_one, sentence })
}

/// Whether fits of a solver, under whatever model, end in numbers that are none, or in a system that cannot be solved.
fn broke_down(report: &Report, solver: &str) -> bool {
    report.cells.iter().any(|cell| cell.solver == solver && cell.broke_down() > 0)
}

/// Whether a solver has another threshold than most: its predicted classes are then those of the threshold.
fn has_other_threshold(report: &Report, solver: &str) -> bool {
    let own = threshold_of(report, solver);
    let alike =
        |wanted: &Option<String>| report.solvers.iter().filter(|of| threshold_of(report, &of.name) == *wanted).count();
    report.solvers.iter().any(|of| alike(&threshold_of(report, &of.name)) > alike(&own))
}

/// What is shown of the accuracy of solvers on new data; `None` where fewer than two were run, or nothing is tested.
pub fn by_accuracy(report: &Report) -> Option<String> {
    // At other thresholds the classes differ, whatever the solver.
    let alike = report
        .comparisons
        .iter()
        .filter(|pair| threshold_of(report, &pair.solvers[0]) == threshold_of(report, &pair.solvers[1]));
    let tests: Vec<(&Comparison, &Inference)> =
        alike.filter_map(|pair| Some((pair, pair.test_accuracy.on_new_data.as_ref()?))).collect();
    let shown: Vec<&(&Comparison, &Inference)> = tests.iter().filter(|(_, test)| test.shows_difference()).collect();
    let place = |pair: &Comparison| {
        let dataset = if report.datasets.len() > 1 { format!(" on {}", pair.dataset) } else { String::new() };
        let model = if report.models.len() > 1 { format!(" under {}", quoted(&pair.model)) } else { String::new() };
        dataset + &model
    };
    let named = shown.iter().take(MOST_NAMED).map(|(pair, test)| {
        let [first, second] = &pair.solvers;
        let (better, worse) = if test.interval[0] + test.interval[1] > 0.0 { (first, second) } else { (second, first) };
        format!("{better} than {worse}{}", place(pair))
    });
    let named: Vec<String> = named.collect();
    let more = match shown.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(", and so in {more} more"),
    };
    match (shown.len(), tests.len()) {
        (_, 0) => None,
        (0, _) => Some("No two solvers are shown to differ in accuracy on new data.".to_owned()),
        (_, 1) => Some("The two solvers are shown to differ in accuracy on new data.".to_owned()),
        (_, tested) => Some(format!(
            "Of {} of solvers that are tested, these are shown to differ in accuracy on new data: more accurate is {}{more}.",
            counted(tested, "pair"),
            listed(&named)
        )),
    }
}

/// The solvers that reach the optimum on every problem.
fn reach(profile: &Profile) -> Vec<&String> {
    profile
        .solvers
        .iter()
        .zip(&profile.solved)
        .filter(|(_, solved)| **solved == 1.0)
        .map(|(solver, _)| solver)
        .collect()
}

fn problems(profile: &Profile) -> String {
    match (profile.problems, profile.without_optimum) {
        (1, 0) => "the one split".to_owned(),
        (problems, 0) => format!("all {problems} splits"),
        (problems, _) => {
            format!("all {} that {} an optimum", counted(problems, "split"), if problems == 1 { "has" } else { "have" })
        }
    }
}
