//! What was done to a file before it was a data set: how it was read, which columns and rows were left out, how labels were coded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a file became a data set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// How its text was read, such as `semicolons between columns, decimal commas, UTF-8`.
    pub dialect: String,
    /// Columns that are no features, with the reason.
    pub columns_left_out: Vec<LeftOutColumn>,
    /// Rows that are not in the data set, with the reason.
    pub rows_left_out: Vec<LeftOutRows>,
    /// The labels of the target, and how they are coded.
    pub labels: Vec<CodedLabel>,
    /// Features with another whole number in every row, which may identify rows.
    pub may_identify_rows: Vec<String>,
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
        done.into_iter().chain(may).collect()
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
        let parts: Vec<String> =
            dialect.map(|dialect| format!("read with {dialect}")).into_iter().chain(columns).chain(rows).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
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
            may_identify_rows: vec!["visit".to_owned()],
        };
        assert!(reading.sentences()[1].contains("exclude = [\"visit\"]"));
        assert_eq!(
            reading.words().unwrap(),
            "read with semicolons; column 1 is left out because it numbers the rows; column \"id\" is left out because `exclude` \
             names it; 1 row is left out because the target is missing"
        );
    }
}
