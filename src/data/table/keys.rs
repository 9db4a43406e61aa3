//! The keys that say what the columns of a table are, whatever its format.

use super::labels::Wanted;
use super::role::Role;
use crate::data::Storage;
use crate::data::coding::{Fill, LevelsOf, Unseen};
use crate::parameter::{Choice, Parameter, Settings, Value, ValueKind};

/// What is done with missing values: the data are refused, the rows left out, or the values filled.
const MISSING: &[&str] =
    &[REFUSE, "drop-rows", Fill::Mean.text(), Fill::Median.text(), Fill::MostFrequent.text(), Fill::Indicator.text()];

/// The value of `missing` that refuses data with missing values.
const REFUSE: &str = "refuse";

/// The keys.
pub const KEYS: [Parameter; 21] = [
    text_key("target", "the column to predict (where rows are counts: successes with failures or trials instead)"),
    text_key("positive", "the target's value coded 1; without it the target must be 0 and 1"),
    texts_key(
        "negative",
        "the values coded 0, or [\"rest\"] for all but the positive one; needed where the target has more than two",
    ),
    FEATURES,
    EXCLUDE,
    texts_key(
        "categorical",
        "names or patterns of the features whose values are names of categories, even if they look like numbers",
    ),
    Parameter {
        name: "missing",
        kind: ValueKind::Choice(MISSING),
        default: Some(Value::Text(REFUSE)),
        about: "drop-rows: leave out rows with a missing label or feature (empty, NA, NaN, null, ?, ...); the others fill features by the \
                training rows",
    },
    texts_key(
        "missing_values",
        "marks of missing values in features beside those that are always known, as [\"-9\", \"999\"]",
    ),
    texts_key(
        "reference",
        "the level of a category that has no indicator: \"first\" in the alphabet (default), \"most-frequent\", or \"COLUMN=LEVEL\"",
    ),
    Parameter {
        name: "levels",
        kind: ValueKind::Choice(LevelsOf::NAMES),
        default: Some(Value::Text(LevelsOf::AllRows.text())),
        about: "the rows in which the levels of categories are looked for: those of the file, or the training rows of each split",
    },
    Parameter {
        name: "unseen",
        kind: ValueKind::Choice(Unseen::NAMES),
        default: Some(Value::Text(Unseen::Reference.text())),
        about: "with levels = \"training-rows\", what a level of a test row is taken for that no training row has; refuse: the split's fits \
                fail",
    },
    Parameter {
        name: "dates",
        kind: ValueKind::Choice(&["refuse", "days"]),
        default: Some(Value::Text("refuse")),
        about: "days: a column of dates becomes the days since 1970-01-01",
    },
    text_key(Role::Weights.key(), "the column of frequency weights or counts: how many rows a row stands for"),
    text_key(Role::Offset.key(), "the column that is added to the linear predictor with coefficient 1"),
    text_key(Role::Groups.key(), "the column that names the group of each row, as a patient"),
    text_key(Role::Time.key(), "the column of times (numbers, 2024-01-31 or 2024-01-31 12:00:00) that order the rows"),
    text_key(
        Role::TestRows.key(),
        "the column that says which rows are the fixed test set (1, true or test; 0, false or train)",
    ),
    text_key(
        Role::Successes.key(),
        "in the place of target: the column that counts a row's trials of the class coded 1, as in glm(cbind(ok, fail) ~ dose) of R",
    ),
    text_key(Role::Failures.key(), "with successes: the column that counts a row's trials of the class coded 0"),
    text_key(Role::Trials.key(), "with successes, instead of failures: the column that counts all trials of a row"),
    Storage::KEY,
];

/// The key that names the features.
pub const FEATURES: Parameter =
    texts_key("features", "names or patterns (x*, q?) of the columns that are features (default all)");

/// The key that names columns that are no features.
pub const EXCLUDE: Parameter =
    texts_key("exclude", "names or patterns of columns that are no features; \\* and \\? are these characters");

/// Of each list a key must be written, where a format has no target of its own.
pub const REQUIRED: &[&[&str]] = &[&["target", Role::Successes.key()]];

const fn text_key(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::Text, default: None, about }
}

const fn texts_key(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::TextOrTexts, default: None, about }
}

/// The keys of all tables and those of one format; `ALL` is how many these are together.
pub const fn with<const OWN: usize, const ALL: usize>(own: [Parameter; OWN]) -> [Parameter; ALL] {
    let mut all = [KEYS[0]; ALL];
    let mut place = 0;
    while place < ALL {
        all[place] = if place < KEYS.len() { KEYS[place] } else { own[place - KEYS.len()] };
        place += 1;
    }
    all
}

/// Names or patterns (`*` any text, `?` any character) of columns.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'a> {
    /// The features; empty for all columns that are not left out.
    pub features: &'a [String],
    /// Columns that are no features.
    pub exclude: &'a [String],
}

/// What the columns of a table are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys<'a> {
    /// The column to predict; empty for the last one.
    pub target: &'a str,
    /// Its labels.
    pub wanted: Wanted<'a>,
    /// The columns that are features.
    pub chosen: Chosen<'a>,
    /// Names or patterns of features that are categories.
    pub categorical: &'a [String],
    /// What is done with missing values.
    pub missing: &'a str,
    /// Marks of missing values.
    pub marks: &'a [String],
    /// References of categories.
    pub reference: &'a [String],
    /// Where levels are looked for.
    pub levels: &'a str,
    /// What an unseen level is taken for.
    pub unseen: &'a str,
    /// What becomes of dates.
    pub dates: &'a str,
    /// The columns that have a role, each where [`Role::ALL`] has it; empty for none.
    pub roles: [&'a str; Role::ALL.len()],
    /// How the features are stored.
    pub storage: Storage,
}

impl<'a> Keys<'a> {
    /// The column with a role; empty for none.
    pub fn column(&self, role: Role) -> &'a str {
        Role::ALL.iter().zip(self.roles).find(|(other, _)| **other == role).map_or("", |(_, name)| name)
    }

    /// Whether the columns count trials, so that there is no target.
    pub fn has_counts(&self) -> bool {
        Role::ALL.iter().zip(self.roles).any(|(role, name)| role.is_count() && !name.is_empty())
    }

    /// The keys in checked settings.
    pub fn of(settings: &'a Settings) -> Keys<'a> {
        Keys {
            target: settings.text("target"),
            wanted: Wanted {
                positive: Some(settings.text("positive")).filter(|text| !text.is_empty()),
                negative: settings.texts("negative"),
                drop_missing: settings.text("missing") == MISSING[1],
            },
            chosen: Chosen { features: settings.texts("features"), exclude: settings.texts("exclude") },
            categorical: settings.texts("categorical"),
            missing: settings.text("missing"),
            marks: settings.texts("missing_values"),
            reference: settings.texts("reference"),
            levels: settings.text("levels"),
            unseen: settings.text("unseen"),
            dates: settings.text("dates"),
            roles: Role::ALL.map(|role| settings.text(role.key())),
            storage: Storage::named(settings.text("storage")),
        }
    }
}
