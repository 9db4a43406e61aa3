//! One raw column, and what its training rows say of it.

use super::fill::Values;
use super::{Coding, DataSet, Fill, LevelsOf, Unseen};

/// A raw column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Rows without a value.
    pub missing: u64,
}

/// What the values of a raw column are.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// None: the column is no feature.
    LeftOut,
    /// Numbers.
    Number,
    /// 0 for false and 1 for true. Nothing is between them: a missing one is always replaced by the most frequent.
    Truth,
    /// Places in a list of levels.
    Categories {
        /// The levels, in their order.
        levels: Vec<String>,
        /// The level that has no indicator.
        reference: Reference,
    },
}

/// Which level of a column has no indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The first that training rows have.
    First,
    /// The most frequent in training rows, of equally frequent ones the first.
    MostFrequent,
    /// The level at this place; where levels are those of training rows and none of them has it, the first.
    Level(usize),
}

/// What training rows say of a column.
#[derive(Clone, Debug)]
pub enum FittedColumn {
    /// Of a column that is no feature.
    LeftOut,
    /// Of numbers.
    Number {
        /// In place of a missing one.
        fill: f64,
        /// Whether an indicator of missing ones stands beside them.
        tells_missing: bool,
    },
    /// Of categories.
    Categories {
        /// For each level, and last for missing values.
        indicators: Vec<Indicator>,
        /// Features of the column.
        count: usize,
    },
}

/// The indicator of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indicator {
    /// None: it is the reference, or taken for it.
    None,
    /// At a place among the features of the column.
    At(usize),
    /// No training row has the level, and that is refused.
    Refused,
}

impl Column {
    /// Number of features.
    pub fn count(&self, coding: &Coding) -> usize {
        let of_values = match &self.kind {
            Kind::LeftOut => return 0,
            Kind::Number | Kind::Truth => 1,
            Kind::Categories { levels, .. } => levels.len() - usize::from(self.fixed_reference(coding).is_some()),
        };
        of_values + usize::from(self.tells_missing(coding))
    }

    /// Names of the features.
    pub fn names(&self, coding: &Coding) -> Vec<String> {
        let mut names = match &self.kind {
            Kind::LeftOut => return Vec::new(),
            Kind::Number | Kind::Truth => vec![self.name.clone()],
            Kind::Categories { levels, .. } => {
                let fixed = self.fixed_reference(coding);
                let shown = levels.iter().enumerate().filter(|(place, _)| Some(*place) != fixed);
                shown.map(|(_, level)| format!("{}={level}", self.name)).collect()
            }
        };
        names.extend(self.tells_missing(coding).then(|| format!("{} is missing", self.name)));
        names
    }

    /// The level at a place.
    pub fn level(&self, place: usize) -> String {
        match &self.kind {
            Kind::Categories { levels, .. } => levels.get(place).cloned().unwrap_or_default(),
            Kind::LeftOut | Kind::Number | Kind::Truth => String::new(),
        }
    }

    /// Whether an indicator tells that a value is missing.
    fn tells_missing(&self, coding: &Coding) -> bool {
        self.missing > 0 && coding.fill == Fill::Indicator
    }

    /// The reference, if every split has the same.
    fn fixed_reference(&self, coding: &Coding) -> Option<usize> {
        match (&self.kind, coding.levels) {
            (Kind::Categories { reference: Reference::Level(place), .. }, LevelsOf::AllRows) => Some(*place),
            (Kind::Categories { .. }, LevelsOf::AllRows) => Some(0),
            (Kind::Categories { .. }, LevelsOf::TrainingRows) | (Kind::LeftOut | Kind::Number | Kind::Truth, _) => None,
        }
    }

    /// What training rows say of the column at a place.
    pub fn fit(&self, coding: &Coding, raw: &DataSet, place: usize, train: &[u32]) -> FittedColumn {
        let values = || Values::of(raw, place, train);
        match &self.kind {
            Kind::LeftOut => FittedColumn::LeftOut,
            // Without a missing value there is nothing to be found.
            Kind::Number | Kind::Truth if self.missing == 0 => FittedColumn::Number { fill: 0.0, tells_missing: false },
            Kind::Number | Kind::Truth => {
                let by = if self.kind == Kind::Truth { Fill::MostFrequent } else { coding.fill };
                let fill = values().replacement(by);
                FittedColumn::Number { fill, tells_missing: self.tells_missing(coding) }
            }
            Kind::Categories { levels, reference } => {
                let weights = values().of_levels(levels.len());
                let indicators = self.indicators(coding, &weights, *reference);
                FittedColumn::Categories { indicators, count: self.count(coding) }
            }
        }
    }

    /// The indicator of each level, and last that of missing values, by the weights of the levels in the training rows.
    fn indicators(&self, coding: &Coding, weights: &[f64], reference: Reference) -> Vec<Indicator> {
        let present = |place: &usize| weights[*place] > 0.0;
        let mut most = None;
        for place in (0..weights.len()).filter(present) {
            if most.is_none_or(|most: usize| weights[place] > weights[most]) {
                most = Some(place);
            }
        }
        let first = || (0..weights.len()).find(present);
        let fixed = self.fixed_reference(coding);
        let reference = fixed.or_else(|| match reference {
            Reference::First => first(),
            Reference::MostFrequent => most,
            Reference::Level(place) => Some(place).filter(present).or_else(first),
        });
        let of_present = |place: usize| match fixed {
            _ if Some(place) == reference => Indicator::None,
            Some(fixed) => Indicator::At(place - usize::from(place > fixed)),
            None => Indicator::At(place),
        };
        let of_most = most.map_or(Indicator::None, of_present);
        let of_level = |place: usize| match coding.unseen {
            _ if fixed.is_some() || present(&place) => of_present(place),
            Unseen::Reference => Indicator::None,
            Unseen::MostFrequent => of_most,
            Unseen::Refuse => Indicator::Refused,
        };
        let of_missing = if self.tells_missing(coding) { Indicator::At(self.count(coding) - 1) } else { of_most };
        (0..weights.len()).map(of_level).chain([of_missing]).collect()
    }
}

impl FittedColumn {
    /// Adds the features of a raw value.
    pub fn push(&self, value: f64, features: &mut Vec<f64>) {
        match self {
            FittedColumn::LeftOut => {}
            FittedColumn::Number { fill, tells_missing } => {
                features.push(if value.is_nan() { *fill } else { value });
                if *tells_missing {
                    features.push(f64::from(u8::from(value.is_nan())));
                }
            }
            FittedColumn::Categories { count, .. } => {
                let start = features.len();
                features.resize(start + count, 0.0);
                if let Some(Indicator::At(place)) = self.indicator(value) {
                    features[start + place] = 1.0;
                }
            }
        }
    }

    /// The place of a level that no training row has and that is refused.
    pub fn refused(&self, value: f64) -> Option<usize> {
        (self.indicator(value) == Some(Indicator::Refused)).then_some(value as usize)
    }

    fn indicator(&self, value: f64) -> Option<Indicator> {
        let FittedColumn::Categories { indicators, .. } = self else { return None };
        if value.is_nan() { indicators.last().copied() } else { indicators.get(value as usize).copied() }
    }
}
