//! A column of numbers, one per fit.

/// Numbers in the order of the fits. A column of NaN alone, as of an undefined metric, takes no memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FitColumn {
    length: usize,
    capacity: usize,
    /// Empty as long as there are only NaN.
    values: Vec<f64>,
}

impl FitColumn {
    /// A column that is to hold `capacity` numbers.
    pub fn with_capacity(capacity: usize) -> FitColumn {
        FitColumn { length: 0, capacity, values: Vec::new() }
    }

    /// Appends numbers.
    pub fn extend(&mut self, values: impl Iterator<Item = f64> + Clone) {
        let before = self.length;
        self.length += values.clone().count();
        if self.values.is_empty() {
            if values.clone().all(f64::is_nan) {
                return;
            }
            // Reserved exactly, because a vector that doubles as it grows takes up to three times as much on the way.
            self.values.reserve_exact(self.capacity.max(self.length));
            self.values.resize(before, f64::NAN);
        }
        self.values.extend(values);
    }

    /// Length of the column.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether the column has no numbers.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The number of a fit.
    pub fn get(&self, fit: usize) -> f64 {
        self.values.get(fit).copied().unwrap_or(f64::NAN)
    }

    /// All numbers.
    pub fn iter(&self) -> impl Iterator<Item = f64> + Clone + '_ {
        (0..self.length).map(|fit| self.get(fit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_was_pushed() {
        for values in [&[f64::NAN, f64::NAN][..], &[f64::NAN, 1.0, f64::NAN, 2.0], &[3.0, f64::NAN], &[]] {
            let mut column = FitColumn::with_capacity(4);
            let (first, rest) = values.split_at(values.len() / 2);
            column.extend(first.iter().copied());
            column.extend(rest.iter().copied());
            assert_eq!(column.len(), values.len());
            let bits = |value: f64| value.to_bits();
            assert!(column.iter().map(bits).eq(values.iter().copied().map(bits)));
        }
    }
}
