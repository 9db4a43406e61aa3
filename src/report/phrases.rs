//! Numbers and findings of a report in words, in one place, so that all renderers say the same.

use indexmap::IndexMap;
use serde_json::Value;

use super::percent;
use super::schema::{CellSummary, ClaimCell, ClaimResult, ModelSummary, Report, SplitSummary};
use crate::claim::no_maximum_because;
use crate::metric::{METRICS, Metric, Needs, Sample, Undefined};
use crate::record::{DataSetSummary, Separation, Verdict};
use crate::split::Scheme;
use crate::statistics::words::counted;

/// A data set and how it was split.
pub fn describe(dataset: &DataSetSummary, report: &Report) -> String {
    let classes =
        against(&dataset.classes, |code| dataset.positives.filter(|_| code == 1).map(|rows| counted(rows, "row")));
    let separation = match dataset.separation {
        Some(Separation::Complete) => "; all rows together are completely separable",
        Some(Separation::QuasiComplete) => "; all rows together are quasi-completely separable",
        Some(Separation::Overlap) => "; all rows together overlap",
        None => "",
    };
    let test = dealt(report);
    format!(
        "{}: {}, {}, {classes}{separation}; {}, {test}",
        dataset.name,
        counted(dataset.rows, "row"),
        counted(dataset.features, "feature"),
        counted(splits_of(report, &dataset.name), "split"),
    )
}

/// Number of splits of a data set.
fn splits_of(report: &Report, dataset: &str) -> u64 {
    let own = report.splits.iter().find(|splits| splits.dataset == dataset).map(|splits| splits.splits as u64);
    own.unwrap_or_else(|| report.experiment.splits())
}

/// How rows are dealt, in words.
pub fn dealt(report: &Report) -> String {
    let experiment = &report.experiment;
    let groups = if experiment.scheme == Scheme::GroupShuffle.name() { "groups" } else { "rows" };
    match experiment.test_fraction {
        Some(0.0) => "all rows in the training set".to_owned(),
        Some(share) => format!("{} of the {groups} in the test set", percent(share)),
        None if Scheme::named(&experiment.scheme).is_some_and(Scheme::is_of_folds) => {
            let parameter = |name: &str| experiment.scheme_parameters.get(name);
            let folds = parameter("folds").and_then(Value::as_u64).unwrap_or_default();
            let in_order = parameter("shuffle").and_then(Value::as_bool) == Some(false);
            let undrawn = if in_order { ", nothing drawn at random" } else { "" };
            format!("{}: {}{undrawn}", experiment.scheme, folds_repeated(folds, experiment.repeats))
        }
        None => {
            let parameters: Vec<String> =
                experiment.scheme_parameters.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            let of = if parameters.is_empty() { String::new() } else { format!(" ({})", parameters.join(", ")) };
            format!("{}{of}", experiment.scheme)
        }
    }
}

/// The folds of a partition, and how many partitions there are.
pub fn folds_repeated(folds: u64, repeats: u64) -> String {
    match repeats {
        1 => format!("{folds} folds, once"),
        2 => format!("{folds} folds, repeated twice"),
        _ => format!("{folds} folds, repeated {repeats} times"),
    }
}

/// That the rows of a data set belong to groups which the splits do not keep together, so that nothing is said of new groups; `None`
/// where no groups are named, or where they are kept together.
pub fn split_groups(dataset: &DataSetSummary, report: &Report) -> Option<String> {
    let scheme = Scheme::named(&report.experiment.scheme)?;
    let groups = dataset.groups.filter(|_| !scheme.keeps_groups())?;
    Some(format!(
        "Rows of one of the {groups} groups are on both sides of a split (scheme = \"{}\"): what is said of new data is about more rows of \
         these groups and not about new groups, for which it is too good where rows of a group are alike; \"group-shuffle\" and \
         \"group-k-fold\" test on groups that no training row is of.",
        scheme.name()
    ))
}

/// Why the draws of a bootstrap give no error rate of a data set; `None` where they do, and with other schemes.
pub fn no_bootstrap(dataset: &DataSetSummary, report: &Report) -> Option<String> {
    let mut own = report.cells.iter().filter(|cell| cell.dataset == dataset.name);
    let is_left_out = report.experiment.scheme == Scheme::Bootstrap.name() && own.all(|cell| cell.bootstrap.is_none());
    let reason = match dataset.weight_sums {
        _ if !is_left_out => return None,
        Some(_) => "rows have weights, and a draw takes or leaves all that a row stands for",
        None => "each draw has rows of its own, and none is drawn from one sample",
    };
    Some(format!("No error rate by .632 or .632+: {reason}."))
}

/// The classes, the last code first, as "yes (5 rows) against no": with what `size` tells of them, if it does.
pub fn against(classes: &[String], size: impl Fn(usize) -> Option<String>) -> String {
    let told = |code| size(code).map_or_else(String::new, |size| format!(" ({size})"));
    let named = |(code, class): (usize, &String)| format!("{class}{}", told(code));
    let all: Vec<String> = classes.iter().enumerate().rev().map(named).collect();
    all.join(" against ")
}

/// The penalty of a model of the report: `none`, `l2` or `firth`.
pub fn penalty_of<'r>(report: &'r Report, model: &str) -> &'r str {
    report.models.iter().find(|other| other.name == model).map_or("none", |model| &model.penalty)
}

/// The threshold of a solver of the report, a number or how it is chosen.
pub fn threshold_of(report: &Report, solver: &str) -> Option<String> {
    let threshold = report.solvers.iter().find(|other| other.name == solver)?.parameters.get("threshold")?;
    Some(threshold.as_str().map_or_else(|| threshold.to_string(), str::to_owned))
}

/// Where the fits of a model start; `None` at 0.
pub fn start(model: &ModelSummary) -> Option<String> {
    model.starts_from.as_ref().map(|before| format!("Each fit starts {}.", warm(before)))
}

/// Where the fits of models with warm starts start; `None` where no model has any.
pub fn starts(models: &[ModelSummary]) -> Option<String> {
    let any = models.iter().any(|model| model.starts_from.is_some());
    any.then(|| {
        format!(
            "Beyond the first strength of a list with warm starts, each fit starts {}.",
            warm("the strength before it")
        )
    })
}

fn warm(before: &str) -> String {
    format!(
        "where the same solver ended on the same split under {before}; iterations, oracle calls and seconds are counted from there"
    )
}

/// The number of splits with an optimum, in words: without a penalty those whose training rows no hyperplane separates.
pub fn existence(report: &Report, splits: &SplitSummary) -> String {
    let SplitSummary { splits: count, separation, with_optimum, columns, rank: [least, most], .. } = splits;
    // Rows of one class have no optimum either, but no hyperplane has to separate them from others.
    let of_one_class = splits.training_rows_of_one_class;
    let kinds: Vec<String> = separation
        .iter()
        .filter(|(kind, _)| *kind != "overlap")
        .map(|(kind, fits)| (kind, fits.saturating_sub(if kind == "complete" { of_one_class } else { 0 })))
        .filter(|(_, fits)| *fits > 0)
        .map(|(kind, fits)| format!("{kind}{} {fits}", if kind == "undecided" { "" } else { " separation" }))
        .chain((of_one_class > 0).then(|| format!("one class {of_one_class}")))
        .collect();
    let others = if kinds.is_empty() { String::new() } else { format!("; {}", kinds.join(", ")) };
    let rank = match (*least as usize == *columns, least == most) {
        (true, _) => String::new(),
        (false, true) => format!("; rank {least} of {columns} columns"),
        (false, false) => format!("; rank {least} to {most} of {columns} columns"),
    };
    let with = separation.get("overlap").copied().unwrap_or(0);
    let one_class: String = one_class(splits).iter().map(|part| format!("; {part}")).collect();
    let (splits_made, share) = (counted(*count, "split"), percent(*with_optimum));
    let with = match penalty_of(report, &splits.model) {
        "none" => format!("{with} of {splits_made} ({share}){others}"),
        "firth" => format!(
            "in theory all of {splits_made} under Firth's penalty (Kosmidis & Firth 2021), but no proof is known that a fit is at it"
        ),
        _ => format!(
            "{with} of {splits_made} ({share}) under the penalty, whether a hyperplane separates them or not{others}"
        ),
    };
    format!("training rows with an optimum: {with}{rank}{one_class}")
}

/// A kind of fits without a bound on their gap.
#[derive(Clone, Copy)]
pub struct WithoutGap {
    /// The words before the reasons.
    pub words: &'static str,
    /// The name of a cell's member with the reasons and numbers of fits.
    pub member: &'static str,
    /// That member.
    pub reasons: fn(&CellSummary) -> &IndexMap<String, usize>,
}

/// Undecided fits, and suboptimal fits without a bound on their gap.
pub const WITHOUT_GAP: [WithoutGap; 2] = [
    WithoutGap { words: "undecided because", member: "undecided_because", reasons: |cell| &cell.undecided_because },
    WithoutGap {
        words: "suboptimal without a bound on the gap because",
        member: "no_gap_because",
        reasons: |cell| &cell.no_gap_because,
    },
];

/// Reasons why fits of some cells are undecided, or suboptimal without a bound on the gap, with numbers of fits: a line per kind that
/// occurs.
pub fn without_gap(cells: &[&CellSummary]) -> Vec<String> {
    let line = |kind: &WithoutGap| {
        let mut reasons: IndexMap<&str, usize> = IndexMap::new();
        for (reason, fits) in cells.iter().flat_map(|cell| (kind.reasons)(cell)) {
            let count = reasons.entry(reason).or_insert(0);
            *count = count.saturating_add(*fits);
        }
        let reasons: Vec<String> = reasons.iter().map(|(reason, fits)| format!("{reason} {fits}")).collect();
        (!reasons.is_empty()).then(|| format!("{}: {}", kind.words, reasons.join("; ")))
    };
    WITHOUT_GAP.iter().filter_map(line).collect()
}

/// The metrics of every experiment that rows of one class leave undefined, and the number of such splits: a part per sample with such splits.
pub fn one_class(splits: &SplitSummary) -> Vec<String> {
    let samples = [(Sample::Train, splits.training_rows_of_one_class), (Sample::Test, splits.test_rows_of_one_class)];
    let with = samples.into_iter().filter(|(_, count)| *count > 0);
    with.map(|(sample, count)| {
        let needs_classes =
            |metric: &&Metric| metric.sample == sample && metric.needs == Needs::EveryClass && !metric.is_on_request();
        let names: Vec<&str> = METRICS.iter().filter(needs_classes).map(|metric| metric.name).collect();
        let (all, defined) = (splits.splits, splits.splits.saturating_sub(count));
        let reason = Undefined::OneClass(sample);
        format!("{} defined on {defined} of {}: {reason} on the others", names.join(", "), counted(all, "split"))
    })
    .collect()
}

/// The kinds that occur, with their numbers, most frequent first.
pub fn occurring(kinds: &IndexMap<String, usize>) -> Vec<(&String, &usize)> {
    let mut kinds: Vec<_> = kinds.iter().filter(|(_, count)| **count > 0).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    kinds
}

/// States what is proved of the fits of a claim, because its verdict does not; empty if the explanation says so.
pub fn standing(report: &Report, claim: &ClaimResult) -> String {
    let concerned = |cell: &&CellSummary| {
        let is = |of: &ClaimCell| of.dataset == cell.dataset && of.model == cell.model && of.solver == cell.solver;
        claim.cells.iter().any(is)
    };
    let cells: Vec<&CellSummary> = report.cells.iter().filter(concerned).collect();
    let fits = total(cells.iter().map(|cell| cell.fits));
    let count = |verdict| total(cells.iter().map(|cell| cell.verdict(verdict)));
    let (optimal, separated) = (count(Verdict::Optimal), count(Verdict::Separated));
    if fits == 0 || claim.explanation.contains("the coefficients do not exist") {
        return String::new();
    }
    if optimal == fits {
        return match fits {
            1 => "The fit is proved optimal.".to_owned(),
            fits => format!("All {fits} fits are proved optimal."),
        };
    }
    let of_claim = |splits: &&SplitSummary| {
        claim.cells.iter().any(|cell| cell.dataset == splits.dataset && cell.model == splits.model)
    };
    let has_one_class = report.splits.iter().filter(of_claim).any(|splits| splits.training_rows_of_one_class > 0);
    let because = no_maximum_because(has_one_class);
    if separated == fits {
        return format!(
            "In none of the {} does a maximum exist ({because}), so the coefficients depend on when the solver stops.",
            counted(fits, "fit")
        );
    }
    let mut parts = Vec::new();
    if optimal > 0 {
        parts.push(format!("{optimal} proved optimal"));
    }
    if separated > 0 {
        parts.push(format!("{separated} without an optimum ({because})"));
    }
    let suboptimal = count(Verdict::Suboptimal);
    if suboptimal > 0 {
        parts.push(format!("{suboptimal} proved to miss an optimum that exists"));
    }
    let undecided = count(Verdict::Undecided);
    if undecided > 0 {
        parts.push(format!("{undecided} undecided, because nothing of the kind is proved"));
    }
    format!("Of the {} in the cells of this claim: {}.", counted(fits, "fit"), parts.join(", "))
}

/// A text that begins with a capital letter.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text without control characters, because names come from files and a terminal would obey them.
pub fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A sum of counts that does not overflow, because a file may hold any counts.
pub fn total(counts: impl Iterator<Item = usize>) -> usize {
    counts.fold(0, usize::saturating_add)
}

/// Names of `count` coefficients: the intercept, if there is one, the features, then numbered columns.
pub fn coefficient_names(features: &[String], intercept: bool, count: usize) -> Vec<String> {
    let first = intercept.then(|| "(intercept)".to_owned());
    let numbered = features.len() + 1..;
    let all = first.into_iter().chain(features.iter().cloned()).chain(numbered.map(|j| format!("x{j}")));
    all.take(count).collect()
}

/// A word, quoted for a shell if it must be.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_./,=:+-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_for_a_shell_are_quoted() {
        assert_eq!(quoted("newton"), "newton");
        assert_eq!(quoted("irls, qr as R's glm"), r"'irls, qr as R'\''s glm'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn words_with_spaces_and_quotes_are_quoted() {
        assert_eq!(["a/b-c.csv", "my data", "it's", ""].map(quoted), ["a/b-c.csv", "'my data'", "'it'\\''s'", "''"]);
    }
}
