//! What warm starts save.

use super::super::comparisons::listed;
use super::super::percent;
use super::super::schema::{ModelSummary, Report};

/// The share of iterations that each solver saves by warm starts, over the models that were run with and without; `None` where none was.
pub fn sentence(report: &Report) -> Option<String> {
    let twins: Vec<[&ModelSummary; 2]> = report
        .models
        .iter()
        .filter(|model| model.starts_from.is_some())
        .filter_map(|warm| Some([report.models.iter().find(|cold| is_twin(cold, warm))?, warm]))
        .collect();
    let iterations = |model: &ModelSummary, solver: &str| -> Option<f64> {
        let own: Vec<f64> = report
            .cells
            .iter()
            .filter(|cell| cell.model == model.name && cell.solver == solver)
            .map(|cell| cell.iterations.mean * cell.fits as f64)
            .collect();
        (!own.is_empty()).then(|| own.iter().sum())
    };
    let of_solver = |solver: &str| -> Option<String> {
        let [mut cold, mut warm] = [0.0, 0.0];
        for twin in &twins {
            let [of_cold, of_warm] = [iterations(twin[0], solver)?, iterations(twin[1], solver)?];
            cold += of_cold;
            warm += of_warm;
        }
        let saved = 1.0 - warm / cold;
        Some(match saved >= 0.0 {
            true => format!("{} fewer with {solver}", percent((1e3 * saved).round() / 1e3)),
            false => format!("{} more with {solver}", percent((-1e3 * saved).round() / 1e3)),
        })
    };
    let told: Vec<String> = match &twins[..] {
        [] => return None,
        _ => report.solvers.iter().filter_map(|solver| of_solver(&solver.name)).collect(),
    };
    (!told.is_empty()).then(|| format!("Warm starts change the number of iterations: {}.", listed(&told)))
}

/// Whether two models differ in nothing but where fits start, the first at 0.
fn is_twin(cold: &ModelSummary, warm: &ModelSummary) -> bool {
    cold.starts_from.is_none() && *cold == ModelSummary { name: cold.name.clone(), starts_from: None, ..warm.clone() }
}
