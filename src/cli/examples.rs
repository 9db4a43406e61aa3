//! Examples of every verb, for its help and its manual page.

use clap::{Command, CommandFactory};

use super::Cli;

/// Commands behind `logitbench`, each with what it does, by verb.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "experiment",
        &[
            ("experiment iris.toml", "run it, or go on where an interrupted run ended"),
            ("experiment iris.toml --repeats 500 --out try.json", "fewer splits, another report"),
            ("experiment iris.toml --fits=parquet --figures figures", "with a row per fit, and figures as files"),
            ("experiment iris.toml --only split=17 solver=newton", "one fit again, with its whole trace"),
            ("experiment iris.toml --shard 1/3", "a third of it, for merge"),
        ],
    ),
    (
        "report",
        &[
            ("report results/iris.json", "show its summary, and write its page anew"),
            ("report results/iris.json --all", "with a table for every data set and model"),
            ("report results/iris.json --latex", "its tables for a paper"),
            ("report results/iris.json --watch", "what a run that goes on has found so far"),
            ("report results/iris.json --figures figures", "its figures as SVG and PNG"),
        ],
    ),
    (
        "open",
        &[("open results/iris.json", "look at its page"), ("open results/iris.json --print", "where the page is")],
    ),
    (
        "compare",
        &[
            ("compare results/iris-reference.json results/iris.json", "what changed, and whether it got worse"),
            ("compare old.json new.json --markdown", "the same for a pull request"),
            ("compare old.json new.json --fail-on claims,accuracy", "exit code 5 for these alone"),
            ("compare old.json new.json --allow-missing irls", "without the solver irls, which was taken out"),
        ],
    ),
    (
        "merge",
        &[
            ("merge results/iris.1-of-2.shard results/iris.2-of-2.shard --out results/iris.json", "join all shards"),
            ("merge 1.shard 2.shard --out all.json --experiment moved/iris.toml", "after the file has moved"),
        ],
    ),
    (
        "fit",
        &[
            ("fit patients.csv --target died --positive yes", "coefficients, with errors, tests and a verdict"),
            ("fit patients.csv --target died --interval profile", "with profile-likelihood intervals"),
            ("fit patients.csv --target died --penalty firth", "where no maximum exists"),
            ("fit patients.csv --target died --penalty l2 --strength 1 --json", "penalised, for another program"),
        ],
    ),
    (
        "init",
        &[
            ("init patients.csv", "write patients.toml, with every key and its default"),
            ("init patients.csv --minimal --target died --positive yes", "what is needed alone, about this column"),
            ("init patients.csv --exclude id --groups patient --out study.toml", "rows of one patient stay together"),
        ],
    ),
    (
        "check",
        &[
            ("check iris.toml", "what would be run, what it can decide, and what it costs"),
            ("check iris.toml --repeats 200", "the same of fewer splits"),
        ],
    ),
    (
        "splits",
        &[
            ("splits iris.toml --out iris-splits.csv", "a row per split and row of the data"),
            ("splits iris.toml --repeats 10", "the first ten as JSON"),
        ],
    ),
    (
        "list",
        &[
            ("list solvers", "methods, with their keys and defaults"),
            ("list metrics", "what a claim can be about"),
            ("list", "everything"),
        ],
    ),
    (
        "schema",
        &[
            ("schema experiment > experiment.schema.json", "for editors that complete keys"),
            ("schema report > report.schema.json", "for programs that read reports"),
        ],
    ),
    (
        "completions",
        &[
            ("completions bash > ~/.local/share/bash-completion/completions/logitbench", "for bash"),
            ("completions zsh > ~/.zfunc/_logitbench", "for zsh, with fpath+=~/.zfunc before compinit in ~/.zshrc"),
            ("completions fish > ~/.config/fish/completions/logitbench.fish", "for fish"),
        ],
    ),
    ("man", &[("man fit | man -l -", "read the page of a verb"), ("man --out man/man1", "write all pages")]),
];

/// The program, with examples below the help of each verb.
pub fn command() -> Command {
    let mut program = Cli::command();
    for (verb, examples) in EXAMPLES {
        let lines = examples.iter().map(|(call, what)| format!("  # {what}\n  logitbench {call}\n"));
        let lines: String = lines.collect();
        program = program.mut_subcommand(verb, |command| {
            let more = command.get_after_help().map(|text| format!("\n{text}")).unwrap_or_default();
            command.after_help(format!("Examples:\n{lines}{more}"))
        });
    }
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each verb has examples, and each is understood as it is written.
    #[test]
    fn every_verb_has_examples_that_parse() {
        let program = command();
        for verb in program.get_subcommands().map(Command::get_name) {
            let (_, examples) = EXAMPLES.iter().find(|(name, _)| *name == verb).unwrap_or_else(|| panic!("{verb}"));
            assert!(examples.len() >= 2, "{verb}");
            for (call, _) in *examples {
                let words = call.split_whitespace().take_while(|word| !matches!(*word, ">" | "|"));
                let parsed = command().try_get_matches_from(std::iter::once("logitbench").chain(words));
                let parsed = parsed.unwrap_or_else(|error| panic!("{call}: {error}"));
                assert_eq!(parsed.subcommand_name(), Some(verb), "{call}");
            }
        }
        assert_eq!(program.get_subcommands().count(), EXAMPLES.len());
    }
}
