//! The key that chooses the numbers that features are stored in.

use crate::linear_algebra::Storage;
use crate::parameter::{Parameter, Value, ValueKind};

/// Names of the ways to store features, as files and arguments have them.
pub const STORAGES: &[&str] = &["double", "single"];

impl Storage {
    /// The key that chooses it.
    pub const KEY: Parameter = Parameter {
        name: "storage",
        kind: ValueKind::Choice(STORAGES),
        default: Some(Value::Text("double")),
        about: "single: numbers rounded to about 7 digits, in half the memory; all arithmetic stays in double precision",
    };

    /// The storage of this name; `Double` for any other name.
    pub fn named(name: &str) -> Storage {
        if name == "single" { Storage::Single } else { Storage::Double }
    }
}
