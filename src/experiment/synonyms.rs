//! What other programs call the keys of an experiment file.

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
        "`coefficient_change`, `gradient_norm`, `objective_change` or `deviance_change` in [stop], by what is to be small",
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

#[cfg(test)]
mod tests {
    use super::*;

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
