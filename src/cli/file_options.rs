//! Options that say how a data file is read: the keys of a `[[dataset]]`, for `fit` and `init`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Failure;
use crate::data::format::Format;
use crate::data::formats::FORMATS;
use crate::parameter::{Setting, Settings, ValueKind};
use crate::report::phrases::quoted;

/// How the file is read.
#[derive(Debug, Args)]
pub struct FileOptions {
    /// The column to predict [default of init: the only one with two values, or the last]
    #[arg(long, value_name = "COLUMN")]
    pub target: Option<String>,
    /// The target's value coded 1 [default: 1 of 0 and 1; of init: the larger number, or the later word in the alphabet]
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    /// The target's values coded 0, or rest for all but the positive one; needed where it has more than two
    #[arg(long, value_name = "VALUE,...", value_delimiter = ',')]
    pub negative: Vec<String>,
    /// Names or patterns (x*, q?) of the columns that are features [default: all]
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub features: Vec<String>,
    /// Names or patterns of columns that are no features
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub exclude: Vec<String>,
    /// What is done with rows that have a missing label or feature [default: refuse]
    #[arg(long, value_name = "WHAT", value_parser = choices("missing"))]
    pub missing: Option<String>,
    /// What stands between columns [default: recognised]
    #[arg(long, value_name = "MARK", value_parser = choices("delimiter"))]
    pub delimiter: Option<String>,
    /// The decimal mark [default: recognised]
    #[arg(long, value_name = "MARK", value_parser = choices("decimal"))]
    pub decimal: Option<String>,
    /// The encoding of the text [default: recognised]
    #[arg(long, value_name = "NAME", value_parser = choices("encoding"))]
    pub encoding: Option<String>,
}

/// The values of a key that is a choice in some format.
fn choices(key: &str) -> PossibleValuesParser {
    let of_format = |format: &Format| match format.key(key).map(|key| key.kind) {
        Some(ValueKind::Choice(names)) => Some(names),
        _ => None,
    };
    PossibleValuesParser::new(FORMATS.iter().find_map(of_format).unwrap_or_default())
}

impl FileOptions {
    /// The options that are given, by their names.
    fn given(&self) -> Vec<(&'static str, Setting)> {
        let texts = [
            ("target", &self.target),
            ("positive", &self.positive),
            ("missing", &self.missing),
            ("delimiter", &self.delimiter),
            ("decimal", &self.decimal),
            ("encoding", &self.encoding),
        ];
        let lists = [("negative", &self.negative), ("features", &self.features), ("exclude", &self.exclude)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Setting::Text(text.clone()?))));
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        texts.chain(lists.map(|(name, list)| (name, Setting::Texts(list.clone())))).collect()
    }

    /// The options as keys of the file's format.
    ///
    /// # Errors
    /// When the format has no such key.
    pub fn settings(&self, format: &Format) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        for (option, setting) in self.given() {
            let Some(key) = format.key(option) else {
                let reason = format!("--{option} is no key of {} files: see `logitbench list formats`", format.name);
                return Err(Failure::Usage(reason));
            };
            settings.set(key.name, setting);
        }
        Ok(settings)
    }

    /// The options as a person would type them.
    pub fn words(&self) -> Vec<String> {
        let typed = |(name, setting): (&str, Setting)| {
            let value = match setting {
                Setting::Texts(texts) => texts.join(","),
                setting => setting.to_string(),
            };
            [format!("--{name}"), quoted(&value)]
        };
        self.given().into_iter().flat_map(typed).collect()
    }
}
