//! Two models on the same splits, fitted by the same solver.

use serde_json::Value;

use super::super::Names;
use super::super::analysis::model_summary;
use super::super::schema::ModelComparison;
use super::paired::{adjust_metric, other_metrics, paired_metric};
use super::{conclusions, splits_of};
use crate::experiment::Experiment;
use crate::metric::{HEADLINE, METRICS};
use crate::record::{Cell, Results};

/// Every pair of models, on each data set by each solver that was run under both.
pub fn model_pairs(experiment: &Experiment, results: &Results) -> Vec<ModelComparison> {
    let mut comparisons: Vec<ModelComparison> = Vec::new();
    for cells in results.cells.chunk_by(|a, b| a.source == b.source) {
        for solver in 0..experiment.solvers.len() {
            let of_solver: Vec<&Cell> = cells.iter().filter(|cell| cell.solver == solver).collect();
            let group = comparisons.len();
            for (place, first) in of_solver.iter().enumerate() {
                comparisons
                    .extend(of_solver[place + 1..].iter().map(|second| compare(experiment, results, [first, second])));
            }
            let group = &mut comparisons[group..];
            adjust_metric(group, |comparison| Some(&mut comparison.test_accuracy));
            for metric in other_metrics(experiment.metrics).map(|metric| METRICS[metric].name) {
                adjust_metric(group, |comparison| comparison.metrics.get_mut(metric));
            }
            let pairs = group.len();
            for comparison in group {
                comparison.conclusion = conclusions::model_pair(comparison, pairs);
            }
        }
    }
    comparisons
}

fn compare(experiment: &Experiment, results: &Results, cells: [&Cell; 2]) -> ModelComparison {
    let [Names { dataset, solver, model }, other] = cells.map(|cell| Names::of(experiment, cell));
    let splits = splits_of(results, cells[0]);
    let paired = |metric| paired_metric(experiment, splits, cells, metric);
    ModelComparison {
        dataset,
        solver,
        models: [model, other.model],
        differ_in: differ_in(experiment, cells.map(|cell| cell.model)),
        test_accuracy: paired(HEADLINE),
        metrics: other_metrics(experiment.metrics)
            .map(|metric| (METRICS[metric].name.to_owned(), paired(metric)))
            .collect(),
        conclusion: String::new(),
    }
}

/// The keys by which the report tells two models apart. Where fits start changes no optimum, so it is named only where nothing else
/// differs.
fn differ_in(experiment: &Experiment, models: [usize; 2]) -> Vec<String> {
    let [first, second] = models.map(|model| {
        let summary = model_summary(experiment, &experiment.models[model]);
        match serde_json::to_value(summary) {
            Ok(Value::Object(members)) => members,
            _ => serde_json::Map::new(),
        }
    });
    let keys = first.keys().chain(second.keys().filter(|key| !first.contains_key(*key)));
    let mut differing: Vec<String> =
        keys.filter(|key| *key != "name" && first.get(*key) != second.get(*key)).cloned().collect();
    if differing.len() > 1 {
        differing.retain(|key| key != "starts_from");
    }
    differing
}
