//! What was done to a file before it was a data set: how it was read, which columns and rows were left out, how labels were coded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shown;

/// How a file became a data set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// How its text was read, such as `semicolons between columns, decimal commas, UTF-8`.
    pub dialect: String,
    /// Columns that are no features, with the reason.
    pub columns_left_out: Vec<LeftOutColumn>,
    /// Rows that are not in the data set, with the reason.
    pub rows_left_out: Vec<LeftOutRows>,
    /// Columns of texts that became features.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coded: Vec<CodedColumn>,
    /// Columns whose missing values are filled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<FilledColumn>,
    /// The labels of the target, and how they are coded.
    pub labels: Vec<CodedLabel>,
    /// Labels, or levels of a category, that differ only in case, blanks or a full stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<AlikeTexts>,
    /// Columns of counts that take the place of a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// Features with another whole number in every row, which may identify rows.
    pub may_identify_rows: Vec<String>,
    /// Columns with each value in several rows, as identifiers of patients or sites have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may_identify_groups: Vec<String>,
}

/// Texts of a column that differ only in case, blanks or a full stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlikeTexts {
    /// Its name.
    pub column: String,
    /// The texts.
    pub texts: Vec<AlikeText>,
}

/// A text that looks like another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlikeText {
    /// The text.
    pub text: String,
    /// What it is read as: `coded 0`, `coded 1`, `left out`, or `a level`.
    pub read_as: String,
}

impl AlikeTexts {
    fn words(&self) -> String {
        let each: Vec<String> = self.texts.iter().map(|text| format!("\"{}\" ({})", text.text, text.read_as)).collect();
        format!("{} of column \"{}\" differ only in case, blanks or a full stop", each.join(", "), self.column)
    }
}

/// Columns that count the trials of each row of the file, in the place of a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// The column of the trials coded 1.
    pub successes: String,
    /// The column of the trials coded 0; null where `trials` names one.
    pub failures: Option<String>,
    /// The column of all trials; null where `failures` names one.
    pub trials: Option<String>,
    /// Rows of the file with trials.
    pub rows: u64,
    /// Their trials.
    pub trial_count: u64,
    /// The trials coded 1.
    pub success_count: u64,
    /// Σ s ln(s/m) + f ln(f/m) over rows with s successes and f failures of m trials, 0 ln 0 = 0: the log-likelihood of the trials in a model
    /// with a probability of its own for each row. Twice its distance from a log-likelihood is the deviance of R's
    /// `glm(cbind(s, f) ~ ...)`.
    pub saturated_log_likelihood: f64,
}

impl Counts {
    fn words(&self) -> String {
        let others = match (&self.failures, &self.trials) {
            (Some(failures), _) => format!("column \"{failures}\" failures"),
            (None, trials) => format!("column \"{}\" trials", trials.as_deref().unwrap_or_default()),
        };
        let rows = if self.rows == 1 { "1 row stands".to_owned() } else { format!("{} rows stand", self.rows) };
        format!("column \"{}\" counts successes and {others}: {rows} for {} trials", self.successes, self.trial_count)
    }
}

/// A column of the file that is no feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOutColumn {
    /// Its number, from 1.
    pub number: usize,
    /// Its name in the header; empty for a column without one.
    pub name: String,
    /// Why it is left out.
    pub because: String,
}

/// Rows of the file that are not in the data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOutRows {
    /// How many.
    pub rows: u64,
    /// Why they are left out.
    pub because: String,
}

/// A column of texts that became one or several features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodedColumn {
    /// Its name.
    pub column: String,
    /// How it is coded: `indicators` of its levels, `0 and 1`, or `days since 1970-01-01`.
    pub coding: String,
    /// Its levels, in their order.
    pub levels: Vec<CountedLevel>,
    /// The level without an indicator; null where there are no indicators.
    pub reference: Option<String>,
}

/// A level of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountedLevel {
    /// The level.
    pub level: String,
    /// Rows of the data set that have it.
    pub rows: u64,
}

/// A column whose missing values are filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FilledColumn {
    /// Its name.
    pub column: String,
    /// Rows without a value.
    pub rows: u64,
    /// By what.
    pub by: String,
}

/// A label of the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodedLabel {
    /// The label as the file has it.
    pub label: String,
    /// Its rows in the file.
    pub rows: u64,
    /// 0 or 1; null for a label whose rows are left out.
    pub code: Option<u8>,
}

impl LeftOutColumn {
    fn shown(&self) -> String {
        match self.name.as_str() {
            "" => format!("column {}", self.number),
            name => format!("column \"{name}\""),
        }
    }
}

impl Reading {
    /// All that a person should know, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let done = self.words().map(|words| format!("The file: {words}."));
        let may = self.may_identify_rows.iter().map(|name| {
            format!(
                "Column \"{name}\" has another whole number in every row: if it identifies or numbers rows it is no feature, and \
                 exclude = [\"{name}\"] leaves it out."
            )
        });
        let groups = self.may_identify_groups.iter().map(|name| {
            let name = shown(name);
            format!(
                "Column \"{name}\" has each value in several rows, as an identifier has: if rows with the same value belong together, a \
                 random split puts them on both sides, standard errors that take rows for independent may be too small, and the \
                 identifier is no feature. groups = \"{name}\" in [[dataset]] (on the command line: --groups \"{name}\") names them, and scheme = \
                 \"group-k-fold\" or \"group-shuffle\" in [split] keeps them together."
            )
        });
        done.into_iter().chain(may).chain(groups).collect()
    }

    /// What differs from plain CSV, in words on one line; `None` where nothing does.
    pub fn words(&self) -> Option<String> {
        const NAMED: usize = 5;
        let mut reasons: Vec<&str> = Vec::new();
        for column in &self.columns_left_out {
            if !reasons.contains(&column.because.as_str()) {
                reasons.push(&column.because);
            }
        }
        let columns = reasons.into_iter().map(|because| {
            let names: Vec<String> =
                self.columns_left_out.iter().filter(|left| left.because == because).map(LeftOutColumn::shown).collect();
            match &names[..] {
                [one] => format!("{one} is left out because {because}"),
                few if few.len() <= NAMED => format!("{} are left out because {because}", few.join(", ")),
                many => format!("{} columns are left out because {because}", many.len()),
            }
        });
        let rows = self.rows_left_out.iter().map(|left| {
            let rows = if left.rows == 1 { "1 row is" } else { &format!("{} rows are", left.rows) };
            format!("{rows} left out because {}", left.because)
        });
        let dialect = Some(&self.dialect).filter(|dialect| !dialect.is_empty());
        let dialect = dialect.map(|dialect| format!("read with {dialect}"));
        let coded = at_most(self.coded.iter().map(CodedColumn::words).collect(), "columns are coded");
        let filled =
            at_most(self.filled.iter().map(FilledColumn::words).collect(), "columns have missing values filled");
        let alike = at_most(self.alike.iter().map(AlikeTexts::words).collect(), "groups of texts are alike");
        let counts = self.counts.as_ref().map(Counts::words);
        let parts: Vec<String> = dialect
            .into_iter()
            .chain(counts)
            .chain(columns)
            .chain(rows)
            .chain(coded)
            .chain(filled)
            .chain(alike)
            .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// The first sentences, and how many columns more there are.
fn at_most(mut sentences: Vec<String>, what: &str) -> Vec<String> {
    const SAID: usize = 5;
    if let Some(more) = sentences.len().checked_sub(SAID).filter(|more| *more > 0) {
        sentences.truncate(SAID);
        sentences.push(format!("{more} more {what}"));
    }
    sentences
}

impl CodedColumn {
    fn words(&self) -> String {
        let (column, levels) = (shown(&self.column), self.levels.len());
        match &self.reference {
            Some(reference) => {
                format!(
                    "column \"{column}\" is coded by indicators of its {levels} levels (reference: {})",
                    shown(reference)
                )
            }
            None => format!("column \"{column}\" is coded as {}", self.coding),
        }
    }
}

impl FilledColumn {
    fn words(&self) -> String {
        let values = if self.rows == 1 { "1 missing value" } else { &format!("{} missing values", self.rows) };
        format!("{values} of column \"{}\": {} instead", shown(&self.column), self.by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said_on_one_line() {
        assert_eq!(Reading::default().words(), None);
        let column = |number, name: &str, because: &str| LeftOutColumn {
            number,
            name: name.to_owned(),
            because: because.to_owned(),
        };
        let reading = Reading {
            dialect: "semicolons".to_owned(),
            columns_left_out: vec![column(1, "", "it numbers the rows"), column(3, "id", "`exclude` names it")],
            rows_left_out: vec![LeftOutRows { rows: 1, because: "the target is missing".to_owned() }],
            labels: Vec::new(),
            counts: None,
            alike: vec![AlikeTexts {
                column: "colour".to_owned(),
                texts: ["red", "Red"]
                    .map(|text| AlikeText { text: text.to_owned(), read_as: "a level".to_owned() })
                    .to_vec(),
            }],
            coded: vec![CodedColumn {
                column: "colour".to_owned(),
                coding: "indicators".to_owned(),
                levels: ["blue", "red"].map(|level| CountedLevel { level: level.to_owned(), rows: 2 }).to_vec(),
                reference: Some("blue".to_owned()),
            }],
            filled: vec![FilledColumn {
                column: "age".to_owned(),
                rows: 2,
                by: "the mean of the training rows".to_owned(),
            }],
            may_identify_rows: vec!["visit".to_owned()],
            may_identify_groups: vec!["patient".to_owned()],
        };
        let sentences = reading.sentences();
        assert!(
            sentences[2].contains("groups = \"patient\"") && sentences[2].contains("--groups \"patient\""),
            "{sentences:?}"
        );
        assert!(reading.sentences()[1].contains("exclude = [\"visit\"]"));
        assert_eq!(
            reading.words().unwrap(),
            "read with semicolons; column 1 is left out because it numbers the rows; column \"id\" is left out because `exclude` \
             names it; 1 row is left out because the target is missing; column \"colour\" is coded by indicators of its 2 levels (reference: \
             blue); 2 missing values of column \"age\": the mean of the training rows instead; \"red\" (a level), \"Red\" (a \
             level) of column \"colour\" differ only in case, blanks or a full stop"
        );
    }
}
