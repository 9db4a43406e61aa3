//! What rows have beside features and a label: a weight, an offset, a group, a place in time, a fixed side.

use sha2::{Digest, Sha256};

/// What rows have beside features and a label; each member has an entry per row of the data set, or is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roles {
    /// Frequency weights: how many rows a row stands for. Finite, at least 0, and one above 0.
    pub weights: Option<Vec<f64>>,
    /// Added to the linear predictor with coefficient 1. Finite.
    pub offset: Option<Vec<f64>>,
    /// Rows that belong together.
    pub groups: Option<Groups>,
    /// When each row was observed, as a number that sorts. Finite.
    pub order: Option<Vec<f64>>,
    /// Whether a row belongs to the fixed test set.
    pub test: Option<Vec<bool>>,
}

/// The group of each row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// An index into `names` per row.
    pub codes: Vec<u32>,
    /// Names of the groups, in the order of their first rows.
    pub names: Vec<String>,
}

impl Groups {
    /// Number of groups that have rows.
    pub fn count(&self) -> usize {
        let mut has_rows = vec![false; self.names.len()];
        self.codes.iter().for_each(|&code| has_rows[code as usize] = true);
        has_rows.into_iter().filter(|has| *has).count()
    }
}

impl Roles {
    /// Becomes a copy of others, in its own storage.
    pub fn assign(&mut self, other: &Roles) {
        self.weights.clone_from(&other.weights);
        self.offset.clone_from(&other.offset);
        self.groups.clone_from(&other.groups);
        self.order.clone_from(&other.order);
        self.test.clone_from(&other.test);
    }

    /// The roles of some rows, in their order.
    pub fn of_rows(&self, rows: &[u32]) -> Roles {
        fn chosen<T: Copy>(all: &Option<Vec<T>>, rows: &[u32]) -> Option<Vec<T>> {
            all.as_ref().map(|all| rows.iter().map(|&row| all[row as usize]).collect())
        }
        let groups = self.groups.as_ref().map(|groups| Groups {
            codes: rows.iter().map(|&row| groups.codes[row as usize]).collect(),
            names: groups.names.clone(),
        });
        let (weights, offset) = (chosen(&self.weights, rows), chosen(&self.offset, rows));
        Roles { weights, offset, groups, order: chosen(&self.order, rows), test: chosen(&self.test, rows) }
    }

    /// Adds what is present to a digest, so that data without roles keep theirs.
    pub(super) fn add_to(&self, hash: &mut Sha256) {
        let numbers = [("weights", &self.weights), ("offset", &self.offset), ("order", &self.order)];
        for (name, values) in numbers {
            let Some(values) = values else { continue };
            hash.update(name);
            values.iter().for_each(|value| hash.update(value.to_bits().to_le_bytes()));
        }
        if let Some(groups) = &self.groups {
            hash.update("groups");
            for name in &groups.names {
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name);
            }
            groups.codes.iter().for_each(|code| hash.update(code.to_le_bytes()));
        }
        if let Some(test) = &self.test {
            hash.update("test");
            test.iter().for_each(|&is_test| hash.update([u8::from(is_test)]));
        }
    }
}
