//! The keys that say what the columns of a table are, whatever its format.

use super::labels::Wanted;
use super::role::Role;
use crate::data::Storage;
use crate::parameter::{Parameter, Settings, Value, ValueKind};

/// What is done with rows that have missing values.
const MISSING: &[&str] = &["refuse", "drop-rows"];

/// The keys.
pub const KEYS: [Parameter; 13] = [
    text_key("target", "the column to predict"),
    text_key("positive", "the target's value coded 1; without it the target must be 0 and 1"),
    texts_key(
        "negative",
        "the values coded 0, or [\"rest\"] for all but the positive one; needed where the target has more than two",
    ),
    texts_key("features", "names or patterns (x*, q?) of the columns that are features (default all)"),
    texts_key("exclude", "names or patterns of columns that are no features; \\* and \\? are these characters"),
    texts_key(
        "categorical",
        "names or patterns of the features whose values are names of categories, even if they look like numbers",
    ),
    Parameter {
        name: "missing",
        kind: ValueKind::Choice(MISSING),
        default: Some(Value::Text("refuse")),
        about: "drop-rows: leave out rows with a missing label or feature (empty, NA, NaN, null, ?, ...)",
    },
    text_key(Role::Weights.key(), "the column of frequency weights or counts: how many rows a row stands for"),
    text_key(Role::Offset.key(), "the column that is added to the linear predictor with coefficient 1"),
    text_key(Role::Groups.key(), "the column that names the group of each row, as a patient"),
    text_key(Role::Time.key(), "the column of times (numbers, 2024-01-31 or 2024-01-31 12:00:00) that order the rows"),
    text_key(
        Role::TestRows.key(),
        "the column that says which rows are the fixed test set (1, true or test; 0, false or train)",
    ),
    Storage::KEY,
];

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
    /// The columns that have a role, each where [`Role::ALL`] has it; empty for none.
    pub roles: [&'a str; 5],
    /// How the features are stored.
    pub storage: Storage,
}

impl<'a> Keys<'a> {
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
            roles: Role::ALL.map(|role| settings.text(role.key())),
            storage: Storage::named(settings.text("storage")),
        }
    }
}
