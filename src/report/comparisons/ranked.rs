//! Solvers or models against each other over data sets: scores, ranks and tests.

use super::super::finite;
use super::super::schema::{FailedCell, Friedman, INTERVAL_LEVEL, RankTests, RankedPair, Ranking, SkillingsMack};
use super::hierarchical_pairs::hierarchical;
use super::rated::rated;
use super::{Cost, all_failed, equivalence, splits_of};
use crate::experiment::Experiment;
use crate::linear_algebra::quantile;
use crate::metric::{Better, HEADLINE, METRICS};
use crate::random::stream::{Purpose, Streams};
use crate::record::{Cell, Results, Separation, SplitRecords};
use crate::statistics::bayesian::{DRAWS, signed_rank, signed_rank_equivalent_from};
use crate::statistics::holm::holm;
use crate::statistics::nemenyi::{critical_difference, groups, nemenyi_p};
use crate::statistics::power::fewest_datasets;
use crate::statistics::ranks;
use crate::statistics::rounding::{rounding, tied, tied_in_size};
use crate::statistics::skillings_mack;
use crate::statistics::summary::mean_and_deviation;
use crate::statistics::wilcoxon::SignedRanks;

/// What is ranked by.
#[derive(Clone, Copy)]
pub enum RankedBy {
    /// The mean of the metric at this place.
    Metric(usize),
    /// The median of a cost.
    Cost(Cost),
}

impl RankedBy {
    /// The name in reports.
    fn name(self) -> &'static str {
        match self {
            RankedBy::Metric(place) => METRICS[place].name,
            RankedBy::Cost(cost) => cost.name(),
        }
    }

    fn higher_is_better(self, score: f64) -> f64 {
        match self {
            RankedBy::Metric(place) if METRICS[place].better == Better::Larger => score,
            RankedBy::Metric(_) | RankedBy::Cost(_) => -score,
        }
    }
}

/// What is ranked: solvers under one model, or models by one solver.
pub struct Entrants<'r> {
    /// Their names.
    pub names: Vec<String>,
    /// A row per data set of a cell per name.
    pub rows: Vec<Vec<&'r Cell>>,
    /// Whether the hierarchical test compares them too, which takes longer than all else.
    pub hierarchical: bool,
}

/// The ranking without its conclusion. `name` says which numbers are drawn.
pub fn ranked(
    experiment: &Experiment,
    results: &Results,
    measure: RankedBy,
    entrants: &Entrants<'_>,
    name: &str,
) -> Ranking {
    let (mut datasets, mut left_out, mut all_failed_on, mut scores) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // A row per data set: the solvers all of whose fits failed.
    let mut failed: Vec<Vec<bool>> = Vec::new();
    for cells in &entrants.rows {
        let dataset = experiment.sources[cells[0].source].name().to_owned();
        let score_all = |splits| cells.iter().map(|cell| score(measure, cell, splits)).collect::<Option<Vec<f64>>>();
        match splits_of(results, cells[0]).and_then(score_all) {
            Some(row) => {
                let none: Vec<bool> = cells.iter().map(|cell| all_failed(&cell.records)).collect();
                if none.iter().all(|&failed| failed) {
                    all_failed_on.push(dataset);
                    continue;
                }
                datasets.push(dataset);
                scores.push(tied(&row, rounding(&row)));
                failed.push(none);
            }
            None => left_out.push(dataset),
        }
    }
    let solvers = entrants.names.clone();
    let needed = fewest_datasets(solvers.len(), 1.0 - INTERVAL_LEVEL);
    let failed_cells = datasets.iter().zip(&failed).flat_map(|(dataset, row)| {
        let own = solvers.iter().zip(row).filter(|(_, failed)| **failed);
        own.map(|(solver, _)| FailedCell { dataset: dataset.clone(), solver: solver.clone() })
    });
    let higher_is_better: Vec<Vec<f64>> =
        scores.iter().map(|row| row.iter().map(|&score| measure.higher_is_better(score)).collect()).collect();
    let scored = Scored { scores: &higher_is_better, failed: &failed };
    let drawn = format!("ratings {} under {name}", measure.name());
    let enough = datasets.len() >= needed;
    Ranking {
        ratings: rated(&solvers, &datasets, &higher_is_better, &drawn, experiment.seed),
        model: name.to_owned(),
        measure: measure.name().to_owned(),
        tests: enough.then(|| tests(experiment, results, (entrants, name), measure, scored)).flatten(),
        failed: failed_cells.collect(),
        solvers,
        datasets,
        left_out,
        other_thresholds: Vec::new(),
        all_failed_on,
        scores: scores.iter().map(|row| row.iter().map(|&score| finite(score)).collect()).collect(),
        needed,
        conclusion: String::new(),
    }
}

/// The score of a cell: the mean of a metric over the splits that define it, a fit without it counting with the worst value; or the median cost
/// over the splits not proved to have no optimum, infinite for fits that are not proved to be there. `None` where no split
/// counts.
fn score(measure: RankedBy, cell: &Cell, splits: &SplitRecords) -> Option<f64> {
    match measure {
        RankedBy::Metric(place) => {
            let (values, metric) = (cell.records.metrics[place].iter().enumerate(), &METRICS[place]);
            let defined = values.filter(|(split, _)| splits.undefined(metric, *split).is_none());
            let counted: Vec<f64> = defined.map(|(_, value)| metric.or_worst(value)).collect();
            (!counted.is_empty()).then(|| mean_and_deviation(&counted).0)
        }
        RankedBy::Cost(cost) => {
            let none = |fit: &usize| {
                matches!(splits.separations[*fit], Some(Separation::Complete | Separation::QuasiComplete))
            };
            let fits = (0..cell.records.len()).filter(|fit| !none(fit));
            let mut costs: Vec<f64> = fits.map(|fit| cost.to_the_optimum(&cell.records, fit)).collect();
            costs.sort_unstable_by(f64::total_cmp);
            (!costs.is_empty()).then(|| quantile(&costs, 0.5))
        }
    }
}

/// A row per data set of scores, a higher one being better, and of whether all fits failed.
#[derive(Clone, Copy)]
struct Scored<'s> {
    scores: &'s [Vec<f64>],
    failed: &'s [Vec<bool>],
}

/// The tests, of scores of which there are enough.
fn tests(
    experiment: &Experiment,
    results: &Results,
    (entrants, name): (&Entrants<'_>, &str),
    measure: RankedBy,
    scored: Scored<'_>,
) -> Option<RankTests> {
    let (Scored { scores, failed }, solvers) = (scored, &entrants.names);
    let by_accuracy = matches!(measure, RankedBy::Metric(HEADLINE));
    let test = ranks::FriedmanTest::new(scores)?;
    let incomplete = || {
        let row = |(scores, failed): (&Vec<f64>, &Vec<bool>)| {
            scores.iter().zip(failed).map(|(&score, &failed)| (!failed).then_some(score)).collect()
        };
        let present: Vec<Vec<Option<f64>>> = scores.iter().zip(failed).map(row).collect();
        skillings_mack::SkillingsMack::new(&present)
    };
    let (k, n, several) = (solvers.len(), scores.len(), solvers.len() > 2);
    let critical = several.then(|| critical_difference(k, n, 1.0 - INTERVAL_LEVEL));
    let names = |group: &Vec<usize>| group.iter().map(|&solver| solvers[solver].clone()).collect();
    let streams = Streams::new(experiment.seed, name, Purpose::Statistics);
    let mut pairs: Vec<RankedPair> = Vec::new();
    let rounding = rounding(&scores.concat());
    let over_datasets = |[first, second]: [usize; 2]| {
        let cells: Vec<[&Cell; 2]> = entrants.rows.iter().map(|row| [row[first], row[second]]).collect();
        hierarchical(experiment, results, &cells, (name, (first as u64) << 32 | second as u64))
    };
    for first in 0..k {
        for second in first + 1..k {
            // Two infinities are equal, whatever their difference is.
            let difference = |row: &Vec<f64>| if row[first] == row[second] { 0.0 } else { row[first] - row[second] };
            let has_fits = |failed: &Vec<bool>| !(failed[first] && failed[second]);
            let compared = scores.iter().zip(failed).filter(|(_, failed)| has_fits(failed));
            let differences: Vec<f64> = compared.map(|(row, _)| difference(row)).collect();
            let differences = tied_in_size(&differences, rounding);
            let signed_ranks = SignedRanks::of(&differences);
            let wilcoxon_p = signed_ranks.p_two_sided();
            let rope = experiment.ropes[HEADLINE].filter(|_| by_accuracy);
            let posterior = rope.and_then(|rope| {
                let generator = streams.stream(pairs.len() as u64);
                let posterior = |rope| signed_rank(&differences, rope, DRAWS, &mut generator.clone());
                let equivalent_from = signed_rank_equivalent_from(&differences, DRAWS, &generator);
                equivalence(rope, |rope| Some(posterior(rope)), equivalent_from)
            });
            pairs.push(RankedPair {
                solvers: [solvers[first].clone(), solvers[second].clone()],
                nemenyi_p: several.then(|| nemenyi_p(test.average_ranks[first], test.average_ranks[second], k, n)),
                wilcoxon_p,
                rank_biserial: finite(signed_ranks.rank_biserial()),
                wilcoxon_p_adjusted: wilcoxon_p,
                posterior,
                hierarchical: (by_accuracy && entrants.hierarchical).then(|| over_datasets([first, second])).flatten(),
            });
        }
    }
    let p_values: Vec<f64> = pairs.iter().map(|pair| pair.wilcoxon_p).collect();
    for (pair, adjusted) in pairs.iter_mut().zip(holm(&p_values)) {
        pair.wilcoxon_p_adjusted = adjusted;
    }
    Some(RankTests {
        friedman: several.then(|| Friedman {
            chi_squared: test.chi_squared,
            p_chi_squared: test.p_chi_squared(),
            f: finite(test.f),
            degrees: test.degrees(),
            p_iman_davenport: test.p_iman_davenport(),
        }),
        skillings_mack: (several && failed.iter().flatten().any(|&failed| failed)).then(incomplete).flatten().map(
            |test| SkillingsMack {
                datasets: test.datasets,
                chi_squared: test.chi_squared,
                degrees: test.degrees,
                p_value: test.p_value(),
            },
        ),
        groups: critical
            .map_or_else(Vec::new, |critical| groups(&test.average_ranks, critical).iter().map(names).collect()),
        average_ranks: test.average_ranks,
        critical_difference: critical,
        pairs,
    })
}
