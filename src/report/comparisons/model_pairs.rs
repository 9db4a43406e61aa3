//! Two models on the same splits, fitted by the same solver.

use indexmap::IndexMap;
use serde_json::Value;

use super::super::Names;
use super::super::analysis::model_summary;
use super::super::schema::{ModelComparison, PairedMetric};
use super::paired::{Paired, adjust_all, other_metrics, paired_metric};
use super::{conclusions, splits_of};
use crate::experiment::Experiment;
use crate::metric::{HEADLINE, Metric};
use crate::record::{Cell, Results};

/// Every pair of models, on each data set by each solver that was run under both. Of models that differ only in where fits start the first
/// is taken.
pub fn model_pairs(experiment: &Experiment, results: &Results) -> Vec<ModelComparison> {
    let mut comparisons: Vec<ModelComparison> = Vec::new();
    let is_copy: Vec<bool> = (0..experiment.models.len()).map(|model| is_copy(experiment, model)).collect();
    for cells in results.cells.chunk_by(|a, b| a.source == b.source) {
        for solver in 0..experiment.solvers.len() {
            let of_solver: Vec<&Cell> =
                cells.iter().filter(|cell| cell.solver == solver && !is_copy[cell.model]).collect();
            let group = comparisons.len();
            for (place, first) in of_solver.iter().enumerate() {
                comparisons
                    .extend(of_solver[place + 1..].iter().map(|second| compare(experiment, results, [first, second])));
            }
            let group = &mut comparisons[group..];
            adjust_all(experiment.metrics, group);
            let pairs = group.len();
            for comparison in group {
                comparison.conclusion = conclusions::model_pair(comparison, pairs);
            }
        }
    }
    comparisons
}

impl Paired for ModelComparison {
    fn metrics(&mut self) -> (&mut PairedMetric, &mut IndexMap<String, PairedMetric>) {
        (&mut self.test_accuracy, &mut self.metrics)
    }

    /// One solver has one threshold.
    fn is_compared_by(&self, _: &Metric) -> bool {
        true
    }
}

fn compare(experiment: &Experiment, results: &Results, cells: [&Cell; 2]) -> ModelComparison {
    let [Names { dataset, solver, model }, other] = cells.map(|cell| Names::of(experiment, cell));
    let splits = splits_of(results, cells[0]);
    ModelComparison {
        dataset,
        solver,
        models: [model, other.model],
        differ_in: differ_in(experiment, cells.map(|cell| cell.model)),
        test_accuracy: paired_metric(experiment, splits, cells, HEADLINE),
        metrics: other_metrics(experiment, splits, cells),
        conclusion: String::new(),
    }
}

/// Whether an earlier model differs in nothing but where fits start, which changes no optimum: a copy would only add pairs to adjust for.
pub fn is_copy(experiment: &Experiment, model: usize) -> bool {
    (0..model).any(|earlier| differ_in(experiment, [earlier, model]).is_empty())
}

/// The keys by which the report tells two models apart, but for where fits start.
fn differ_in(experiment: &Experiment, models: [usize; 2]) -> Vec<String> {
    let [first, second] = models.map(|model| {
        let summary = model_summary(experiment, &experiment.models[model]);
        match serde_json::to_value(summary) {
            Ok(Value::Object(members)) => members,
            _ => serde_json::Map::new(),
        }
    });
    let keys = first.keys().chain(second.keys().filter(|key| !first.contains_key(*key)));
    let is_of_model = |key: &&String| !["name", "starts_from"].contains(&key.as_str());
    keys.filter(is_of_model).filter(|key| first.get(*key) != second.get(*key)).cloned().collect()
}
