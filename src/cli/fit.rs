//! `logitbench fit DATA`

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{Failure, Success, print};
use crate::data::{STORAGES, Storage, csv_file};
use crate::model::Penalty;
use crate::parameter::Settings;
use crate::report::single::SingleFitReport;
use crate::run::single;
use crate::solver::catalogue::{METHODS, Method};
use crate::solver::{StopRules, Tolerances};

/// Arguments of `fit`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A CSV file with a header, all columns numeric but the target
    data: PathBuf,
    /// The column to predict
    #[arg(long, value_name = "COLUMN")]
    target: String,
    /// The target's value coded 1; without it the target must be 0 and 1
    #[arg(long, value_name = "VALUE")]
    positive: Option<String>,
    /// Numbers of the data in single precision take half the memory; they are rounded to about 7 digits, arithmetic is not
    #[arg(long, default_value = "double", value_parser = PossibleValuesParser::new(STORAGES))]
    storage: String,
    /// What is added to the negative log-likelihood
    #[arg(long, default_value = "none", value_parser = PossibleValuesParser::new(["none", "l2", "firth"]))]
    penalty: String,
    /// Strength of the l2 penalty, on the sum scale (scikit-learn's 1/C)
    #[arg(long, value_name = "LAMBDA", value_parser = positive_number, required_if_eq("penalty", "l2"))]
    strength: Option<f64>,
    /// The method, with its default parameters
    #[arg(long, default_value = "newton", value_parser = PossibleValuesParser::new(METHODS.iter().map(|m| m.name)))]
    solver: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn positive_number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("must be a number above 0".to_owned()),
    }
}

/// Firth's penalty makes Newton's method converge linearly, so there are more iterations than an experiment gives.
const RULES: StopRules = StopRules {
    tolerances: Tolerances {
        coefficient_change: Some(1e-11),
        gradient_norm: None,
        objective_change: None,
        deviance_change: None,
    },
    combine: crate::solver::Combine::Any,
    max_iterations: 10_000,
    time_limit: None,
    separated: true,
};

/// Fits one data set.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let penalty = match (arguments.penalty.as_str(), arguments.strength) {
        ("l2", Some(strength)) => Penalty::L2 { strength },
        (_, Some(_)) => return Err(Failure::Usage("--strength needs --penalty l2".to_owned())),
        ("firth", None) => Penalty::Firth,
        _ => Penalty::None,
    };
    let method = Method::named(&arguments.solver)
        .ok_or_else(|| Failure::Internal(format!("the method {} is not in the catalogue", arguments.solver)))?;
    let mut settings = Settings::defaults(method.parameters);
    if let Some(reason) = (method.not_with_firth)(&settings).filter(|_| penalty == Penalty::Firth) {
        return Err(Failure::Usage(format!("--solver {} with --penalty firth: {reason}", arguments.solver)));
    }
    let built = method.build(&mut settings).map_err(|error| Failure::Internal(error.to_string()))?;
    let storage = Storage::named(&arguments.storage);
    let data = csv_file::load(&arguments.data, &arguments.target, arguments.positive.as_deref(), storage)?;
    let rules = built.stop.unwrap_or(RULES);
    let fit = single::fit(&data, penalty, &*built.solver, &rules, &AtomicBool::new(false))
        .map_err(|_| Failure::Internal("interrupted".to_owned()))?;
    let report = SingleFitReport::new(&fit, !matches!(penalty, Penalty::L2 { .. }));
    if arguments.json {
        let json = serde_json::to_string(&report).map_err(|error| Failure::Internal(error.to_string()))?;
        print(&(json + "\n"))?;
    } else {
        print(&report.text(&data.feature_names))?;
    }
    Ok(Success::Done)
}
