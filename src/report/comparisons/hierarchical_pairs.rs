//! Two solvers over data sets, by their differences on single splits.

use super::super::schema::{Equivalence, Hierarchical, INTERVAL_LEVEL};
use super::paired::finite_differences;
use super::{all_failed, equivalence, ratio, splits_of};
use crate::experiment::Experiment;
use crate::metric::HEADLINE;
use crate::random::stream::{Purpose, Streams};
use crate::record::{Cell, Results};
use crate::statistics::bayesian::Posterior;
use crate::statistics::hierarchical::{HierarchicalT, OnDataset};

/// The hierarchical test of two solvers by test accuracy, from their cells on each data set. `name` and `pair` say which numbers are
/// drawn.
pub fn hierarchical(
    experiment: &Experiment,
    results: &Results,
    cells: &[[&Cell; 2]],
    (name, pair): (&str, u64),
) -> Option<Hierarchical> {
    let rope = experiment.ropes[HEADLINE]?;
    let mut both_failed = 0;
    let on_dataset = |pair: &[&Cell; 2]| {
        let (source, splits) = (pair[0].source, splits_of(results, pair[0]));
        // Failures that are equal say nothing of classifiers that are.
        if pair.iter().all(|cell| all_failed(&cell.records)) {
            both_failed += 1;
            return None;
        }
        let differences = finite_differences(splits, *pair, HEADLINE);
        let ratio = ratio(experiment, source, differences.len(), pair[0].records.len())?;
        Some((source, OnDataset { differences, ratio }))
    };
    let mut datasets: Vec<(usize, OnDataset)> = cells.iter().filter_map(on_dataset).collect();
    // The order of the file's data sets is to change no draw.
    datasets.sort_by_key(|(source, _)| experiment.sources[*source].name());
    let datasets: Vec<OnDataset> = datasets.into_iter().map(|(_, dataset)| dataset).collect();
    let streams = Streams::new(experiment.seed, &format!("hierarchical test under {name}"), Purpose::Statistics);
    let test = HierarchicalT::new(&datasets, rope, &mut streams.stream(pair))?;
    let Posterior { below, within, above } = test.most_probable(rope);
    Some(Hierarchical {
        datasets: test.datasets,
        without_spread: test.without_spread,
        both_failed,
        further_dataset: equivalence(rope, |rope| Some(test.further_dataset(rope)), test.equivalent_from())?,
        most_probable: Equivalence {
            rope,
            first_larger: above,
            equivalent: within,
            second_larger: below,
            equivalent_from: None,
            at_other_ropes: Vec::new(),
        },
        mean_interval: test.mean_interval(INTERVAL_LEVEL),
        r_hat: test.r_hat,
    })
}
