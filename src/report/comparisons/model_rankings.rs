//! Models against each other over data sets, fitted by the same solver.

use super::super::schema::{ModelRanking, RankedModels, Ranking};
use super::conclusions;
use super::model_pairs::is_copy;
use super::ranked::{Entrants, RankedBy, ranked};
use crate::experiment::Experiment;
use crate::metric::{HEADLINE, TEST_LOG_LOSS};
use crate::record::{Cell, Results};

/// The rankings of the models that a solver was run under, by test accuracy and log loss, where there are several data sets and several
/// models. Of models that differ only in where fits start the first is taken.
pub fn model_rankings(experiment: &Experiment, results: &Results) -> Vec<ModelRanking> {
    if experiment.sources.len() < 2 {
        return Vec::new();
    }
    let originals: Vec<usize> = (0..experiment.models.len()).filter(|&model| !is_copy(experiment, model)).collect();
    let rank = |solver: usize| {
        let runs = |model: &usize| experiment.solvers[solver].under(*model).is_some();
        let models: Vec<usize> = originals.iter().copied().filter(runs).collect();
        let cells_of = |source: usize| -> Vec<&Cell> {
            let cell = |&model: &usize| {
                results.cells.iter().find(|of| (of.source, of.model, of.solver) == (source, model, solver))
            };
            models.iter().filter_map(cell).collect()
        };
        let rows: Vec<Vec<&Cell>> =
            (0..experiment.sources.len()).map(cells_of).filter(|row| row.len() == models.len()).collect();
        let names = models.iter().map(|&model| experiment.models[model].name.clone()).collect();
        let entrants = Entrants { names, rows, hierarchical: false };
        let name = experiment.solvers[solver].name.as_str();
        let is_ranked = models.len() > 1 && !entrants.rows.is_empty();
        [HEADLINE, TEST_LOG_LOSS]
            .into_iter()
            .filter(move |_| is_ranked)
            .map(move |metric| of_models(ranked(experiment, results, RankedBy::Metric(metric), &entrants, name)))
            .collect::<Vec<ModelRanking>>()
    };
    (0..experiment.solvers.len()).flat_map(rank).collect()
}

fn of_models(ranking: Ranking) -> ModelRanking {
    let mut of_models = ModelRanking {
        solver: ranking.model,
        measure: ranking.measure,
        models: ranking.solvers,
        datasets: ranking.datasets,
        left_out: ranking.left_out,
        scores: ranking.scores,
        needed: ranking.needed,
        average_ranks: ranking.tests.as_ref().map(|tests| tests.average_ranks.clone()),
        p_iman_davenport: ranking
            .tests
            .as_ref()
            .and_then(|tests| tests.friedman.as_ref())
            .map(|test| test.p_iman_davenport),
        critical_difference: ranking.tests.as_ref().and_then(|tests| tests.critical_difference),
        pairs: ranking.tests.map_or_else(Vec::new, |tests| {
            tests
                .pairs
                .into_iter()
                .map(|pair| RankedModels {
                    models: pair.solvers,
                    wilcoxon_p: pair.wilcoxon_p,
                    rank_biserial: pair.rank_biserial,
                    wilcoxon_p_adjusted: pair.wilcoxon_p_adjusted,
                })
                .collect()
        }),
        conclusion: String::new(),
    };
    of_models.conclusion = conclusions::model_ranking(&of_models);
    of_models
}
