//! What other programs call the keys of an experiment file and their values.

use Meaning::{Is, Nothing};

/// A key of ours, and the names that people know it by from scikit-learn, statsmodels, R, glmnet, pandas and their like.
struct Synonym {
    others: &'static [&'static str],
    ours: &'static str,
}

const fn synonym(others: &'static [&'static str], ours: &'static str) -> Synonym {
    Synonym { others, ours }
}

/// Names are in lower case, with `_` between words. Keys and options of ours stand between backticks.
const SYNONYMS: &[Synonym] = &[
    synonym(&["c"], "`strength` = 1/C in [model] with `penalty` = \"l2\"; on the command line `--strength`"),
    synonym(
        &["alpha", "lambda", "lam", "lmbd", "l2", "reg", "reg_lambda", "reg_param", "regularization", "weight_decay"],
        "`strength` in [model] with `penalty` = \"l2\", on the scale of the sum over the rows (glmnet's lambda times the number of \
         rows, scikit-learn's 1/C); on the command line `--strength`",
    ),
    synonym(&["regularizer", "norm"], "`penalty` in [model]; on the command line `--penalty`"),
    synonym(
        &["tol", "tolerance", "eps", "epsilon", "gtol", "ftol", "xtol", "thresh"],
        "`coefficient_change`, `gradient_norm`, `objective_change`, `deviance_change` or the proved `gap` in [stop], by what is to be small",
    ),
    synonym(
        &["fit_intercept", "add_intercept", "no_intercept", "bias", "add_constant", "fit_bias"],
        "`intercept` = true or false in [model]; on the command line `--no-intercept`",
    ),
    synonym(
        &["max_iter", "maxiter", "maxit", "max_iters", "n_iter", "iterations", "niter", "epochs", "max_epochs"],
        "`max_iterations` in [stop]; on the command line `--max-iterations`",
    ),
    synonym(
        &["class_weights", "classweight", "balanced", "scale_pos_weight"],
        "`class_weight` = \"balanced\" or { no = 1, yes = 3 } in [model]; on the command line `--class-weight`",
    ),
    synonym(&["max_time", "timeout"], "`time_limit` in [stop], in seconds"),
    synonym(&["test_size", "test_share", "holdout"], "`test_fraction` in [split]"),
    synonym(
        &["cv", "n_splits", "n_folds", "nfolds", "kfold", "k_fold", "num_folds"],
        "`folds` in [split] with `scheme` = \"k-fold\" or \"stratified-k-fold\"",
    ),
    synonym(&["max_train_size"], "`window` in [split] with `scheme` = \"time\""),
    synonym(
        &["train_size", "train_fraction"],
        "`test_fraction` in [split], which is 1 less the share of training rows",
    ),
    synonym(&["n_repeats", "repetitions", "runs", "trials", "n_shuffles"], "`repeats` in [split]"),
    synonym(
        &["random_state", "random_seed", "rng", "set_seed"],
        "`seed` at the top of the file; to repeat a program in Python, `generator` = \"numpy\" and `first_random_state` in [split]",
    ),
    synonym(&["stratify", "stratified"], "`scheme` = \"stratified-shuffle\" in [split]"),
    synonym(
        &["learning_rate", "lr", "eta", "eta0", "step_size", "stepsize"],
        "`length` of method = \"gradient-ascent\" with `step` = \"fixed\" in [[solver]]",
    ),
    synonym(
        &["n_jobs", "num_threads", "nthread", "n_threads", "workers", "cores"],
        "the option `--threads` of the command line",
    ),
    synonym(
        &["standardize", "standardise", "scale", "scaler", "normalize", "normalise", "standardization", "center"],
        "`scaling` = \"standardize\" in [model]",
    ),
    synonym(
        &["y", "response", "outcome", "dependent", "label_column", "class_column", "target_column", "label_col"],
        "`target` in [[dataset]]; on the command line `--target`",
    ),
    synonym(
        &["pos_label", "positive_class", "positive_label", "event"],
        "`positive` in [[dataset]]; on the command line `--positive`",
    ),
    synonym(
        &["sep", "delim", "separator", "field_separator"],
        "`delimiter` in [[dataset]]; on the command line `--delimiter`",
    ),
    synonym(&["dec", "decimal_mark", "decimal_comma"], "`decimal` in [[dataset]]; on the command line `--decimal`"),
    synonym(
        &["drop", "drop_columns", "ignore", "ignored", "remove", "skip_columns"],
        "`exclude` in [[dataset]]; on the command line `--exclude`",
    ),
    synonym(
        &["columns", "usecols", "predictors", "independent", "x", "feature_columns", "cols"],
        "`features` in [[dataset]]; on the command line `--features`",
    ),
    synonym(
        &["na", "dropna", "na_action", "na_omit", "impute", "imputation", "imputer"],
        "`missing` in [[dataset]]; on the command line `--missing`",
    ),
    synonym(
        &[
            "sample_weight",
            "sample_weights",
            "weight",
            "case_weights",
            "freq_weights",
            "frequency_weights",
            "weights_column",
        ],
        "`weights` in [[dataset]], the column that has them; on the command line `--weights`",
    ),
    synonym(
        &["na_values", "na_strings", "missing_value", "missing_marks", "null_values"],
        "`missing_values` in [[dataset]]; on the command line `--missing-values`",
    ),
    synonym(
        &["index_col", "index_column", "row_names", "rownames", "id_column", "id_col"],
        "`exclude` in [[dataset]], which leaves the column out; on the command line `--exclude`",
    ),
    synonym(&["header", "skiprows", "skip_rows"], "`header_line` in [[dataset]]; on the command line `--header-line`"),
    synonym(&["path", "filename", "data", "csv"], "`file` in [[dataset]]"),
    synonym(&["n_samples", "n"], "`rows` in [[dataset]] with `simulate`"),
    synonym(&["n_features", "p"], "`features` in [[dataset]] with `simulate`"),
    synonym(&["scoring", "scorer", "eval_metric"], "`metric` in [[claim]], or `metrics` at the top of the file"),
    synonym(&["conf_level", "confidence", "confidence_level", "ci"], "`level` in [[claim]]; of `fit`, `--level`"),
    synonym(&["algorithm", "optimizer", "optimiser", "solver", "algo"], "`method` in [[solver]]; of `fit`, `--solver`"),
    synonym(&["cutoff", "decision_threshold", "cut_off", "cutpoint"], "`threshold` in [[solver]]"),
];

/// What a key is called here that other programs call `written`.
pub fn advice(written: &str) -> Option<&'static str> {
    let name = written.trim_start_matches('-').to_lowercase().replace(['-', '.', ' '], "_");
    SYNONYMS.iter().find(|synonym| synonym.others.contains(&name.as_str())).map(|synonym| synonym.ours)
}

/// What another program's value of a key is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// This value.
    Is(&'static str),
    /// Nothing, with what comes near.
    Nothing(&'static str),
}

/// Values of keys, in lower case and without what is no letter or digit.
const VALUES: &[(&str, &[&str], Meaning)] = &[
    ("penalty", &["ridge", "l2norm", "tikhonov"], Is("l2")),
    ("penalty", &["no", "null", "unpenalized", "unpenalised", "mle", "ml"], Is("none")),
    ("penalty", &["jeffreys", "logistf", "brglm", "brglm2", "biasreduction"], Is("firth")),
    ("penalty", &["lasso", "l1", "elasticnet", "enet", "l1l2"], Nothing("there is no penalty with an l1 part")),
    ("metric", &["rocauc", "auc", "auroc", "cstatistic", "cindex", "concordance", "rocaucscore"], Is("test_auc")),
    ("metric", &["accuracy", "acc", "accuracyscore"], Is("test_accuracy")),
    ("metric", &["balancedaccuracy", "balancedaccuracyscore"], Is("test_balanced_accuracy")),
    ("metric", &["f1", "f1score", "fscore"], Is("test_f1")),
    ("metric", &["mcc", "matthewscorrcoef", "matthews"], Is("test_matthews_correlation")),
    ("metric", &["logloss", "neglogloss", "crossentropy", "nll"], Is("test_log_loss")),
    ("metric", &["brier", "brierscore", "negbrierscore", "brierscoreloss"], Is("test_brier_score")),
    ("metric", &["averageprecision", "averageprecisionscore", "prauc", "auprc", "aucpr"], Is("test_average_precision")),
    ("metric", &["ece", "calibration", "calibrationerror"], Is("test_calibration_error")),
    ("metric", &["niter", "nit"], Is("iterations")),
    (
        "metric",
        &["error", "errorrate", "misclassification"],
        Nothing("an error rate of at most e is a test_accuracy of at least 1 - e"),
    ),
    (
        "metric",
        &["precision", "recall", "sensitivity", "specificity"],
        Nothing(
            "test_balanced_accuracy is the mean of sensitivity and specificity, test_f1 the harmonic mean of precision and recall",
        ),
    ),
    ("generator", &["sklearn", "scikitlearn", "np", "python"], Is("numpy")),
    ("scheme", &["kfold", "cv", "crossvalidation", "repeatedkfold"], Is("k-fold")),
    ("scheme", &["stratifiedkfold", "repeatedstratifiedkfold", "stratifiedcv"], Is("stratified-k-fold")),
    ("scheme", &["shufflesplit", "random", "montecarlo", "holdout", "traintestsplit"], Is("shuffle")),
    ("scheme", &["stratifiedshufflesplit", "stratified", "stratify"], Is("stratified-shuffle")),
    ("scheme", &["loo", "loocv", "leaveoneout"], Is("leave-one-out")),
    ("scheme", &["logo", "leaveonegroupout"], Is("leave-one-group-out")),
    ("scheme", &["groupkfold"], Is("group-k-fold")),
    ("scheme", &["groupshufflesplit", "groupshuffle"], Is("group-shuffle")),
    ("scheme", &["timeseriessplit", "timeseries", "rolling", "expanding", "slidingwindow"], Is("time")),
    ("scheme", &["predefinedsplit", "predefined"], Is("fixed")),
    ("scaling", &["standard", "standardscaler", "standardise", "zscore", "scale"], Is("standardize")),
    ("scaling", &["minmax", "minmaxscaler", "unit"], Is("min-max")),
    ("scaling", &["robustscaler", "iqr"], Is("robust")),
    ("missing", &["drop", "dropna", "dropany", "naomit", "omit", "listwise", "completecases"], Is("drop-rows")),
    ("missing", &["mode"], Is("most-frequent")),
    ("missing", &["fail", "error", "nafail", "raise"], Is("refuse")),
    ("encoding", &["utf8", "ascii", "utf8sig"], Is("utf-8")),
    ("encoding", &["utf16le", "utf16be", "utf16"], Is("utf-16")),
    ("encoding", &["latin1", "iso88591", "cp1252", "windows1252"], Is("latin-1")),
    ("method", &["lbfgs", "bfgs"], Is("l-bfgs")),
    ("method", &["newtonraphson", "newtoncholesky", "newtoncg", "nr"], Is("newton")),
    ("method", &["glm", "glmfit", "fisherscoring", "iwls"], Is("irls")),
    ("method", &["gd", "gradientdescent", "steepestdescent", "steepestascent"], Is("gradient-ascent")),
    (
        "method",
        &["sag", "saga", "sgd", "adam"],
        Nothing("there is no stochastic method; gradient-ascent, newton and l-bfgs see all rows"),
    ),
    (
        "method",
        &["liblinear", "coordinatedescent", "cd"],
        Nothing("there is no coordinate descent; newton and l-bfgs reach the same optimum"),
    ),
];

/// The value that other programs call `written`, else `nearest`; and what comes near where nothing here is like it.
pub fn value(key: &str, written: &str, nearest: Option<String>) -> (Option<String>, Option<&'static str>) {
    let plain: String = written.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let key = if key == "metrics" { "metric" } else { key };
    // Metrics of test rows begin with test_ here, and other programs' names are tried behind it too.
    let behind_test = plain.strip_prefix("test").filter(|_| key == "metric").unwrap_or(&plain);
    let is_meant = |others: &[&str]| [plain.as_str(), behind_test].iter().any(|name| others.contains(name));
    let meant = VALUES.iter().find(|(of, others, _)| *of == key && is_meant(others));
    match meant.map(|(.., meaning)| *meaning) {
        Some(Is(ours)) => (Some(ours.to_owned()), None),
        Some(Nothing(near)) => (None, Some(near)),
        None => (nearest, None),
    }
}

/// What comes near, for the end of a list of values.
pub fn in_brackets(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!(" ({near})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Measure;
    use crate::data::csv_file;
    use crate::experiment::keys;
    use crate::parameter::ValueKind;
    use crate::solver::catalogue::METHODS;

    #[test]
    fn values_of_others_are_values_here() {
        let choices = |key: &str| -> Vec<&'static str> {
            let tables = [keys::MODEL, keys::SPLIT, csv_file::FORMAT.keys];
            match tables.into_iter().flatten().find(|parameter| parameter.name == key).map(|parameter| parameter.kind) {
                Some(ValueKind::Choice(names)) => names.to_vec(),
                _ if key == "metric" => Measure::names(),
                _ => METHODS.iter().map(|method| method.name).collect(),
            }
        };
        for (place, (key, others, meaning)) in VALUES.iter().enumerate() {
            let known = choices(key);
            if let Is(ours) = meaning {
                assert!(known.contains(ours), "{key} = {ours}");
            }
            for other in *others {
                assert!(!known.contains(other), "{other} is a value of {key}");
                let twice = |(of, others, _): &(&str, &[&str], Meaning)| of == key && others.contains(other);
                assert!(!VALUES[..place].iter().any(twice), "{key} = {other} has two meanings");
            }
        }
        for written in ["ROC_AUC", "roc-auc", "roc auc"] {
            assert_eq!(value("metrics", written, None), (Some("test_auc".to_owned()), None));
        }
        for written in ["test_recall", "test_precision", "test_sensitivity"] {
            let (ours, near) = value("metric", written, Some("test_auc".to_owned()));
            assert!(ours.is_none() && near.is_some_and(|near| near.contains("test_f1")), "{written}");
        }
        let (_, near) = value("penalty", "elastic-net", Some("l2".to_owned()));
        assert!(near.is_some_and(|near| near.contains("no penalty with an l1 part")));
        assert_eq!(value("penalty", "l3", Some("l2".to_owned())), (Some("l2".to_owned()), None));
    }

    #[test]
    fn a_name_has_one_meaning_and_is_written_in_any_style() {
        let all: Vec<&str> = SYNONYMS.iter().flat_map(|synonym| synonym.others).copied().collect();
        for (place, name) in all.iter().enumerate() {
            assert!(!all[..place].contains(name), "{name} has two meanings");
        }
        for written in ["max_iter", "--max-iter", "MAX_ITER", "max.iter"] {
            assert!(advice(written).unwrap().contains("`max_iterations`"));
        }
        assert_eq!(advice("zzz"), None);
    }
}
