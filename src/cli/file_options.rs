//! Options that say how a data file is read: the keys of a `[[dataset]]`, for `fit` and `init`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Failure;
use crate::data::format::Format;
use crate::data::formats::{FORMATS, NAMES};
use crate::parameter::{Setting, Settings, ValueKind};
use crate::report::phrases::quoted;

/// The key that names the format, which all formats have.
pub const FORMAT: &str = "format";

/// How the file is read.
#[derive(Debug, Args)]
pub struct FileOptions {
    /// The column to predict [default of init: the only one with two values; of several the one named y, target or the like, or the last]
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
    /// Names or patterns of features whose values are names of categories, even if they look like numbers
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub categorical: Vec<String>,
    /// The column of frequency weights or counts: how many rows a row stands for
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,
    /// In the place of a target: the column that counts a row's trials of the class coded 1
    #[arg(long, value_name = "COLUMN")]
    pub successes: Option<String>,
    /// With --successes: the column that counts a row's trials of the class coded 0
    #[arg(long, value_name = "COLUMN")]
    pub failures: Option<String>,
    /// With --successes, instead of --failures: the column that counts all trials of a row
    #[arg(long, value_name = "COLUMN")]
    pub trials: Option<String>,
    /// The column that is added to the linear predictor with coefficient 1
    #[arg(long, value_name = "COLUMN")]
    pub offset: Option<String>,
    /// The column that names the group of each row, as a patient
    #[arg(long, value_name = "COLUMN")]
    pub groups: Option<String>,
    /// The column of times that order the rows: numbers, 2024-01-31 or 2024-01-31 12:00:00
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// The column that says which rows are the fixed test set: 1, true or test; 0, false or train. `fit` leaves test rows out
    #[arg(long, value_name = "COLUMN")]
    pub test_set: Option<String>,
    /// The file's format [default: by the end of its name, else by its content]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(NAMES))]
    pub format: Option<String>,
    /// What is done with missing values: rows left out, or features filled [default: refuse]
    #[arg(long, value_name = "WHAT", value_parser = choices("missing"))]
    pub missing: Option<String>,
    /// Marks of missing values in features beside NA, ?, an empty cell and the like, as --missing-values=-9,999
    #[arg(long, value_name = "MARK,...", value_delimiter = ',', allow_hyphen_values = true)]
    pub missing_values: Vec<String>,
    /// The level of categories without an indicator: first, most-frequent, or COLUMN=LEVEL [default: first]
    #[arg(long, value_name = "LEVEL,...", value_delimiter = ',')]
    pub reference: Vec<String>,
    /// Where the levels of categories are looked for [default: all-rows]
    #[arg(long, value_name = "ROWS", value_parser = choices("levels"))]
    pub levels: Option<String>,
    /// What a level is taken for that no training row has [default: reference]
    #[arg(long, value_name = "WHAT", value_parser = choices("unseen"))]
    pub unseen: Option<String>,
    /// What becomes of columns of dates [default: refuse]
    #[arg(long, value_name = "WHAT", value_parser = choices("dates"))]
    pub dates: Option<String>,
    /// What stands between columns [default: recognised]
    #[arg(long, value_name = "MARK", value_parser = choices("delimiter"))]
    pub delimiter: Option<String>,
    /// The decimal mark [default: recognised]
    #[arg(long, value_name = "MARK", value_parser = choices("decimal"))]
    pub decimal: Option<String>,
    /// The encoding of the text [default: recognised]
    #[arg(long, value_name = "NAME", value_parser = choices("encoding"))]
    pub encoding: Option<String>,
    /// The line with the names of the columns; what stands above it is passed over [default: 1]
    #[arg(long, value_name = "LINE", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub header_line: Option<u64>,
    /// Lines that begin with this character are passed over, as #
    #[arg(long, value_name = "CHARACTER")]
    pub comment: Option<String>,
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
            (FORMAT, &self.format),
            ("target", &self.target),
            ("positive", &self.positive),
            ("missing", &self.missing),
            ("levels", &self.levels),
            ("unseen", &self.unseen),
            ("dates", &self.dates),
            ("delimiter", &self.delimiter),
            ("decimal", &self.decimal),
            ("encoding", &self.encoding),
            ("weights", &self.weights),
            ("successes", &self.successes),
            ("failures", &self.failures),
            ("trials", &self.trials),
            ("offset", &self.offset),
            ("groups", &self.groups),
            ("time", &self.time),
            ("test_set", &self.test_set),
            ("comment", &self.comment),
        ];
        let lists = [
            ("negative", &self.negative),
            ("features", &self.features),
            ("exclude", &self.exclude),
            ("categorical", &self.categorical),
            ("missing_values", &self.missing_values),
            ("reference", &self.reference),
        ];
        let wholes = [("header_line", self.header_line)];
        let wholes = wholes.into_iter().filter_map(|(name, whole)| Some((name, Setting::Whole(whole?))));
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Setting::Text(text.clone()?))));
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let lists = lists.map(|(name, list)| (name, Setting::Texts(list.clone())));
        texts.chain(lists).chain(wholes).collect()
    }

    /// The options as keys of the file's format.
    ///
    /// # Errors
    /// When the format has no such key.
    pub fn settings(&self, format: &Format) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        for (option, setting) in self.given() {
            if option == FORMAT {
                settings.set(FORMAT, setting);
                continue;
            }
            let Some(key) = format.key(option) else {
                let option = option.replace('_', "-");
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
            [format!("--{}", name.replace('_', "-")), quoted(&value)]
        };
        self.given().into_iter().flat_map(typed).collect()
    }
}
