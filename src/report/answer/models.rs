//! Which model to use, and by how much it is better.

use std::collections::BTreeSet;

use super::super::comparisons::{listed, of_each_metric, shown_better_model, told_apart, with_decimals};
use super::super::phrases::penalty_of;
use super::super::schema::{ModelComparison, ModelRanking, Report};
use super::more_data;
use crate::metric::{HEADLINE, METRICS};
use crate::record::Verdict;
use crate::statistics::words::{counted, named_in_sentence as quoted};

/// The metrics that decide between models. Where they contradict each other on a data set, neither model is better there.
const DECIDING: [&str; 2] = [METRICS[HEADLINE].name, "test_log_loss"];

/// Most models that are named.
const MOST_NAMED: usize = 3;

/// The model to use.
#[derive(Default)]
pub struct ModelChoice<'r> {
    /// The model with the least log loss of those that no other is shown to be better than, if there are any only those with an optimum on
    /// every split.
    pub usable: Option<&'r str>,
    /// What is shown of the models, and what is not; `None` with one model.
    pub sentence: Option<String>,
}

/// A model that is shown to be better than another on a data set.
struct Win<'r> {
    better: &'r str,
    worse: &'r str,
    comparison: &'r ModelComparison,
}

/// The model to use, by the comparisons on new data of the solver with most fits proved optimal.
pub fn choice(report: &Report) -> ModelChoice<'_> {
    let Some(solver) = representative(report) else { return ModelChoice::default() };
    let comparisons: Vec<&ModelComparison> =
        report.model_comparisons.iter().filter(|comparison| comparison.solver == solver).collect();
    let wins: Vec<Win<'_>> = comparisons.iter().filter_map(|comparison| win(comparison)).collect();
    let models: BTreeSet<&str> = comparisons.iter().flat_map(|of| of.models.iter().map(String::as_str)).collect();
    // In the order of the experiment.
    let models: Vec<&str> =
        report.models.iter().map(|of| of.name.as_str()).filter(|name| models.contains(name)).collect();
    let loses = |model: &&&str| wins.iter().any(|win| win.worse == **model);
    let (beaten, unbeaten): (Vec<&str>, Vec<&str>) = models.iter().partition(|model| loses(model));
    let (sound, unsound): (Vec<&str>, Vec<&str>) = unbeaten.iter().partition(|model| has_optima(report, model));
    let usable = if sound.is_empty() { &unbeaten } else { &sound };
    let usable = usable.iter().copied().min_by(|a, b| {
        let [a, b] = [a, b].map(|model| log_loss(report, model, solver));
        a.total_cmp(&b)
    });
    let sentence = match (&unbeaten[..], &beaten[..]) {
        (_, []) if !sound.is_empty() && !unsound.is_empty() => format!(
            "Use {}: every split has an optimum, as not every one has under {}. {}",
            named(&sound),
            named(&unsound),
            undecided(&models, &comparisons)
        ),
        (_, []) => {
            let of_least = usable.filter(|_| models.len() > 1).map_or_else(String::new, |model| {
                format!(" {} has the least log loss, and what follows is about it.", quoted(model))
            });
            undecided(&models, &comparisons) + &of_least
        }
        ([best], _) => match ranked_before(report, solver, best) {
            Some(before) => format!(
                "No model is the best: {} is shown to be better than another on {}, and on none worse, but over the data sets {before}.",
                quoted(best),
                of_datasets(won_by(best, &wins), report.datasets.len())
            ),
            None => one_is_best(best, &wins, report.datasets.len()),
        },
        ([], _) => all_are_beaten(report, solver, &models, &wins),
        (several, _) => {
            let least = usable.map_or_else(String::new, |model| format!(" ({} has the least log loss)", quoted(model)));
            let reasons = beaten.iter().filter_map(|model| wins.iter().find(|win| win.worse == *model));
            let reasons = reasons.take(MOST_NAMED).map(|win| format!("{} is {}", quoted(win.better), amount(win)));
            format!(
                "Use one of {}, of which none is shown to be better than another{least}, and not {}: on new data {}.",
                named(several),
                named(&beaten),
                listed(&reasons.collect::<Vec<String>>())
            )
        }
    };
    let is_behind = usable.is_some_and(|model| ranked_before(report, solver, model).is_some());
    let usable = usable.filter(|_| !is_behind).or_else(|| best_ranked(report, solver));
    ModelChoice { usable, sentence: Some(sentence) }
}

/// What is shown of models each of which is worse than another on some data set.
fn all_are_beaten(report: &Report, solver: &str, models: &[&str], wins: &[Win<'_>]) -> String {
    let datasets = report.datasets.len();
    if let Some(best) = first_of_all(report, solver) {
        let elsewhere = wins.iter().filter(|win| win.worse == best).map(|win| &win.comparison.dataset);
        return format!(
            "Use {}: over the {datasets} data sets it is shown to rank before every other model by log loss, though on {} of them \
             another is shown to be better.",
            quoted(best),
            elsewhere.collect::<BTreeSet<_>>().len()
        );
    }
    let better = models.iter().filter(|model| wins.iter().any(|win| win.better == **model));
    let told = better.map(|model| {
        format!(
            "{} is shown to be better than another on {}",
            quoted(model),
            of_datasets(won_by(model, wins), datasets)
        )
    });
    let told: Vec<String> = told.take(MOST_NAMED).collect();
    let over = over_datasets(report, solver).map_or_else(String::new, |words| format!(" {words}"));
    format!("No model is the best on every data set: {}.{over}", listed(&told))
}

/// The data sets on which a model is shown to be better than another.
fn won_by<'r>(model: &str, wins: &[Win<'r>]) -> impl Iterator<Item = &'r String> {
    wins.iter().filter(move |win| win.better == model).map(|win| &win.comparison.dataset)
}

/// The ranking of the models over data sets by log loss, where data sets are enough to tell any two apart.
fn ranking<'r>(report: &'r Report, solver: &str) -> Option<&'r ModelRanking> {
    let own = |of: &&ModelRanking| of.solver == solver && of.measure == DECIDING[1] && of.average_ranks.is_some();
    report.model_rankings.iter().find(own)
}

/// The models that are shown to rank before one over data sets, by accuracy or log loss, in words.
fn ranked_before(report: &Report, solver: &str, model: &str) -> Option<String> {
    let own = report.model_rankings.iter().filter(|ranking| ranking.solver == solver);
    let told = own.flat_map(|ranking| {
        let before = told_apart(ranking).filter(|[_, worse]| *worse == model);
        before.map(|[better, _]| format!("{} ranks before it by {}", quoted(better), ranking.measure.replace('_', " ")))
    });
    let told: Vec<String> = told.take(MOST_NAMED).collect();
    (!told.is_empty()).then(|| listed(&told))
}

/// The model that is shown to rank before every other.
fn first_of_all<'r>(report: &'r Report, solver: &str) -> Option<&'r str> {
    let ranking = ranking(report, solver)?;
    let told: Vec<[&str; 2]> = told_apart(ranking).collect();
    let wins = |model: &&String| told.iter().filter(|[better, _]| better == model).count() + 1 == ranking.models.len();
    ranking.models.iter().find(wins).map(String::as_str)
}

/// The model with the best mean rank over data sets.
fn best_ranked<'r>(report: &'r Report, solver: &str) -> Option<&'r str> {
    let ranking = ranking(report, solver)?;
    let ranks = ranking.models.iter().zip(ranking.average_ranks.as_ref()?);
    ranks.min_by(|a, b| a.1.total_cmp(b.1)).map(|(model, _)| model.as_str())
}

/// What the ranks over data sets show.
fn over_datasets(report: &Report, solver: &str) -> Option<String> {
    let ranking = ranking(report, solver)?;
    let told: Vec<[&str; 2]> = told_apart(ranking).collect();
    let over = format!("Over the {} data sets, by ranks of log loss,", ranking.datasets.len());
    Some(match &told[..] {
        [] => format!("{over} no two models are told apart."),
        told => {
            let few = told.iter().take(MOST_NAMED);
            let few = few.map(|[better, worse]| format!("{} is better than {}", quoted(better), quoted(worse)));
            let more = match told.len().saturating_sub(MOST_NAMED) {
                0 => String::new(),
                more => format!(" (and {} more)", counted(more, "pair")),
            };
            format!("{over} it is shown that {}{more}.", listed(&few.collect::<Vec<String>>()))
        }
    })
}
/// The mean log loss of test rows over the data sets; infinite where it is unknown.
fn log_loss(report: &Report, model: &str, solver: &str) -> f64 {
    let own = report.cells.iter().filter(|cell| cell.model == model && cell.solver == solver);
    let losses: Option<Vec<f64>> = own.map(|cell| cell.metrics.get(DECIDING[1])?.distribution.mean).collect();
    losses.filter(|losses| !losses.is_empty()).map_or(f64::INFINITY, |of| of.iter().sum::<f64>() / of.len() as f64)
}

/// That one model is better than others and none better than it.
fn one_is_best(best: &str, wins: &[Win<'_>], datasets: usize) -> String {
    if datasets == 1 {
        return format!("Use {}: {}.", quoted(best), by_how_much(best, wins));
    }
    let own = || wins.iter().filter(|win| win.better == best);
    let by = DECIDING.map(|metric| {
        let shown = own().filter(|win| shown_better_model(win.comparison, metric).is_some());
        (metric, shown.map(|win| &win.comparison.dataset).collect::<BTreeSet<_>>().len())
    });
    let by: Vec<String> = by
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(metric, count)| format!("in {} on {count}", metric.replace('_', " ")))
        .collect();
    format!(
        "Use {}: on {} it is shown to be better on new data than another model ({}), and on none worse.",
        quoted(best),
        of_datasets(own().map(|win| &win.comparison.dataset), datasets),
        listed(&by)
    )
}

/// Whether every split of a model has an optimum, as in theory under Firth's penalty.
fn has_optima(report: &Report, model: &str) -> bool {
    let mut own = report.splits.iter().filter(|splits| splits.model == model);
    penalty_of(report, model) == "firth" || own.all(|splits| splits.with_optimum == 1.0)
}

/// The solver by whose fits models are compared: the first of those with most fits proved optimal.
pub fn representative(report: &Report) -> Option<&str> {
    let has_pairs = |name: &str| report.model_comparisons.iter().any(|comparison| comparison.solver == name);
    let optimal = |name: &str| -> usize {
        report.cells.iter().filter(|cell| cell.solver == name).map(|cell| cell.verdict(Verdict::Optimal)).sum()
    };
    let solvers = report.solvers.iter().rev().map(|solver| solver.name.as_str()).filter(|name| has_pairs(name));
    solvers.max_by_key(|name| optimal(name))
}

/// The better model of a pair by the deciding metrics; `None` where none shows a difference, or where they contradict each other.
fn win(comparison: &ModelComparison) -> Option<Win<'_>> {
    let mut shown = DECIDING.iter().filter_map(|metric| shown_better_model(comparison, metric));
    let [better, worse] = shown.next()?;
    shown.all(|[other, _]| other == better).then_some(Win { better, worse, comparison })
}

/// The first pair of models of which one is shown to be more accurate and the other to have the better log loss, in this order.
fn contradiction<'r>(comparisons: &[&'r ModelComparison]) -> Option<[&'r str; 2]> {
    let [accuracy, log_loss] = DECIDING;
    comparisons.iter().find_map(|comparison| {
        let [accurate, other] = shown_better_model(comparison, accuracy)?;
        (shown_better_model(comparison, log_loss)? == [other, accurate]).then_some([accurate, other])
    })
}

/// By how much the best model is better than each that it is shown to be better than.
fn by_how_much(best: &str, wins: &[Win<'_>]) -> String {
    let own: Vec<&Win<'_>> = wins.iter().filter(|win| win.better == best).collect();
    let told: Vec<String> = own.iter().take(MOST_NAMED).map(|win| amount(win)).collect();
    let more = match own.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(", and better than {}", counted(more, "other model")),
    };
    format!("on new data it is shown to be {}{more}", listed(&told))
}

/// By how much one model is better than another: in accuracy where that is shown, else in log loss.
fn amount(win: &Win<'_>) -> String {
    let metrics = of_each_metric(win.comparison).filter(|(name, _)| DECIDING.contains(name));
    let shown = metrics.filter(|(name, _)| shown_better_model(win.comparison, name).is_some());
    let told = shown.filter_map(|(name, metric)| {
        let [low, high] = metric.on_new_data.as_ref()?.interval.map(f64::abs);
        let (least, most) = (low.min(high), low.max(high));
        Some(match name == METRICS[HEADLINE].name {
            true => format!(
                "more accurate than {} by {:.1} to {:.1} points",
                quoted(win.worse),
                100.0 * least,
                100.0 * most
            ),
            false => format!(
                "better than {} in log loss, by {} to {}",
                quoted(win.worse),
                with_decimals(least, 3),
                with_decimals(most, 3)
            ),
        })
    });
    told.take(1).collect()
}

/// That no difference is shown, the largest that was seen, and what would show it.
fn undecided(models: &[&str], comparisons: &[&ModelComparison]) -> String {
    if let Some([accurate, other]) = contradiction(comparisons) {
        return format!(
            "On new data {accurate} is shown to be more accurate than {other}, and {other} to have the better log loss."
        );
    }
    let among = if models.len() == 2 { "the two models".to_owned() } else { format!("the {} models", models.len()) };
    let has_values = |of: &&&ModelComparison| {
        let metric = &of.test_accuracy;
        metric.first_larger + metric.second_larger + metric.equal > 0
    };
    if comparisons.iter().filter(has_values).count() == 0 {
        return "The models are not compared, because there are no test rows.".to_owned();
    }
    let size = |of: &&&ModelComparison| of.test_accuracy.mean_difference.unwrap_or(0.0).abs();
    let tested = comparisons.iter().filter(|of| of.test_accuracy.on_new_data.is_some());
    let Some(largest) = tested.max_by(|a, b| size(a).total_cmp(&size(b))) else {
        return format!(
            "No difference between {among} is tested: there are too few splits, or all have the same accuracy on each."
        );
    };
    let metric = &largest.test_accuracy;
    let (mean, Some(test)) = (metric.mean_difference.unwrap_or(0.0), &metric.on_new_data) else { return String::new() };
    let [first, second] = if mean < 0.0 { [1, 0] } else { [0, 1] }.map(|place: usize| quoted(&largest.models[place]));
    let [mut low, mut high] = test.interval.map(|end| 100.0 * end);
    if mean < 0.0 {
        (low, high) = (-high, -low);
    }
    let shown = format!(
        "No difference between {among} is shown on new data, in accuracy or log loss: the largest in accuracy, {first} over {second}, is"
    );
    if mean.abs() < 0.0005 {
        return format!("{shown} under 0.1 points ({low:.1} to {high:.1}).");
    }
    let needed = more_data::needed(metric, comparisons.len()).map_or_else(String::new, |words| format!("; {words}"));
    format!("{shown} {:.1} points ({low:.1} to {high:.1}){needed}.", 100.0 * mean.abs())
}

fn named(models: &[&str]) -> String {
    match models.len() {
        few if few <= MOST_NAMED => listed(&models.iter().map(|name| quoted(name)).collect::<Vec<String>>()),
        many => format!("{many} models"),
    }
}

/// The number of different data sets, of so many.
fn of_datasets<'r>(names: impl Iterator<Item = &'r String>, all: usize) -> String {
    match names.collect::<BTreeSet<_>>().len() {
        2 if all == 2 => "both data sets".to_owned(),
        count if count == all => format!("all {all} data sets"),
        count => format!("{count} of {all} data sets"),
    }
}
