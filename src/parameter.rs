//! What a person may write in a table of an experiment file: names, kinds and ranges, declared once.
//!
//! Each data source, model and method declares its keys as [`Parameter`]s beside its code. From that one declaration come
//! the checks and their messages, the defaults, the listing of `logitbench list` and the grids.

use std::collections::BTreeMap;
use std::fmt;

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The key as it is written.
    pub name: &'static str,
    /// What values it takes.
    pub kind: ValueKind,
    /// The value used when the key is absent, as it would be written; `None` leaves it unset.
    pub default: Option<Value>,
    /// One line for `logitbench list` and the documentation.
    pub about: &'static str,
}

/// The kind of value a key takes. A list is a grid, one table per value, for all kinds but those
/// whose value is a list ([`ValueKind::is_list`]).
#[derive(Clone, Copy, Debug)]
pub enum ValueKind {
    /// `true` or `false`.
    Flag,
    /// A whole number in the range, ends included.
    Whole(u64, u64),
    /// A whole number in the range, or this text.
    WholeOr(u64, u64, &'static str),
    /// A number in the interval.
    Number(Interval),
    /// A number in the interval, or one of these texts.
    NumberOr(Interval, &'static [&'static str]),
    /// A table of numbers in the interval, by names that the file chooses; or one of these texts.
    NumbersOr(Interval, &'static [&'static str]),
    /// Any text.
    Text,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of texts, or one text, which is a list of one.
    TextOrTexts,
    /// A list of some of these texts.
    Choices(&'static [&'static str]),
    /// A table of texts by some of these names.
    Names(&'static [&'static str]),
}

/// An enum whose values are written in a file by name: the code parses a key's text once and then matches exhaustively, so that a
/// new choice cannot be forgotten anywhere. Declared with `choices!`.
pub trait Choice: Copy + 'static {
    /// The names, for [`ValueKind::Choice`].
    const NAMES: &'static [&'static str];
    /// The choice of this name.
    fn named(text: &str) -> Option<Self>;
}

/// Declares an enum with the name of each value in a file, and implements [`Choice`].
macro_rules! choices {
    ($(#[$of_enum:meta])* $visibility:vis enum $enum:ident {
        $($(#[$of_choice:meta])* $choice:ident = $text:literal,)+
    }) => {
        $(#[$of_enum])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility enum $enum { $($(#[$of_choice])* $choice,)+ }

        impl $enum {
            /// The name in a file.
            $visibility const fn text(self) -> &'static str {
                match self { $($enum::$choice => $text,)+ }
            }
        }

        impl $crate::parameter::Choice for $enum {
            const NAMES: &'static [&'static str] = &[$($text,)+];
            fn named(text: &str) -> Option<Self> {
                [$($enum::$choice,)+].into_iter().find(|choice| choice.text() == text)
            }
        }
    };
}
pub(crate) use choices;

/// An interval of numbers, for ranges of parameters.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Whether the lower end itself is allowed.
    pub low_included: bool,
    /// Upper end.
    pub high: f64,
    /// Whether the upper end itself is allowed.
    pub high_included: bool,
}

impl Interval {
    /// All finite numbers.
    pub const ANY: Interval =
        Interval { low: f64::NEG_INFINITY, low_included: false, high: f64::INFINITY, high_included: false };
    /// Finite numbers above 0.
    pub const POSITIVE: Interval = Interval { low: 0.0, ..Interval::ANY };
    /// Finite numbers from 0.
    pub const NON_NEGATIVE: Interval = Interval { low_included: true, ..Interval::POSITIVE };
    /// Numbers strictly between 0 and 1.
    pub const OPEN_UNIT: Interval = Interval { high: 1.0, ..Interval::POSITIVE };
    /// Numbers from 0 to 1.
    pub const UNIT: Interval = Interval { low_included: true, high_included: true, ..Interval::OPEN_UNIT };

    /// Whether `value` lies in the interval; never for NaN.
    pub fn contains(&self, value: f64) -> bool {
        let above = if self.low_included { value >= self.low } else { value > self.low };
        let below = if self.high_included { value <= self.high } else { value < self.high };
        above && below
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low.is_finite(), self.high.is_finite()) {
            (false, false) => write!(f, "a finite number"),
            (true, false) if self.low_included => write!(f, "a number from {}", self.low),
            (true, false) => write!(f, "a number above {}", self.low),
            _ => {
                let low = if self.low_included { "from" } else { "above" };
                let high = if self.high_included { "to" } else { "and below" };
                write!(f, "a number {low} {} {high} {}", self.low, self.high)
            }
        }
    }
}

impl ValueKind {
    /// Whether a list is one value, and no grid.
    pub const fn is_list(self) -> bool {
        matches!(self, ValueKind::Texts | ValueKind::TextOrTexts | ValueKind::Choices(_))
    }
}

impl Parameter {
    /// The value in a word of the command line; `None` where it is not of the key's kind.
    pub fn parse(&self, word: &str) -> Option<Setting> {
        let whole =
            |low: u64, high: u64| word.parse().ok().filter(|whole| (low..=high).contains(whole)).map(Setting::Whole);
        let number =
            |interval: &Interval| word.parse().ok().filter(|number| interval.contains(*number)).map(Setting::Number);
        let choice = |names: &[&str]| names.contains(&word).then(|| Setting::Text(word.to_owned()));
        match &self.kind {
            ValueKind::Flag => word.parse().ok().map(Setting::Flag),
            ValueKind::Whole(low, high) => whole(*low, *high),
            ValueKind::WholeOr(low, high, text) => whole(*low, *high).or_else(|| choice(&[text])),
            ValueKind::Number(interval) => number(interval),
            ValueKind::NumberOr(interval, names) => number(interval).or_else(|| choice(names)),
            ValueKind::NumbersOr(interval, names) => choice(names).or_else(|| {
                let of_name = |part: &str| {
                    let (name, number) = part.split_once('=')?;
                    let number = number.trim().parse().ok().filter(|number| interval.contains(*number))?;
                    Some((name.trim().to_owned(), number))
                };
                word.split(',').map(of_name).collect::<Option<_>>().map(Setting::Numbers)
            }),
            ValueKind::Choice(names) => choice(names),
            ValueKind::Text => Some(Setting::Text(word.to_owned())),
            ValueKind::Texts | ValueKind::TextOrTexts | ValueKind::Choices(_) | ValueKind::Names(_) => None,
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueKind::Flag => write!(f, "true or false"),
            ValueKind::Whole(low, high) if *high == u64::MAX => write!(f, "a whole number from {low}"),
            ValueKind::Whole(low, high) => write!(f, "a whole number from {low} to {high}"),
            ValueKind::WholeOr(low, high, text) => write!(f, "a whole number from {low} to {high}, or \"{text}\""),
            ValueKind::Number(interval) => write!(f, "{interval}"),
            ValueKind::NumberOr(interval, names) => write!(f, "{interval}, or {}", ValueKind::Choice(names)),
            ValueKind::NumbersOr(interval, names) => {
                write!(f, "{}, or a table with {interval} for each name", ValueKind::Choice(names))
            }
            ValueKind::Text => write!(f, "a text in quotes, on one line and of at most 1000 characters"),
            ValueKind::Choice(names) => {
                let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                write!(f, "{}", quoted.join(" or "))
            }
            ValueKind::Texts => write!(f, "a list of at most 100 texts"),
            ValueKind::TextOrTexts => write!(f, "a text, or a list of at most 100 texts"),
            ValueKind::Choices(names) => write!(f, "a list of {}", ValueKind::Choice(names)),
            ValueKind::Names(names) => {
                let each: Vec<String> = names.iter().map(|name| format!("{name} = \"...\"")).collect();
                write!(f, "a table {{ {} }}, or of one of them", each.join(", "))
            }
        }
    }
}

/// A default, as a constant.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(u64),
    /// A number.
    Number(f64),
    /// A text.
    Text(&'static str),
}

/// A checked value of a table.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Setting {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(u64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// Numbers by name.
    Numbers(BTreeMap<String, f64>),
    /// Texts by name.
    Names(BTreeMap<String, String>),
}

impl From<Value> for Setting {
    fn from(value: Value) -> Setting {
        match value {
            Value::Flag(flag) => Setting::Flag(flag),
            Value::Whole(whole) => Setting::Whole(whole),
            Value::Number(number) => Setting::Number(number),
            Value::Text(text) => Setting::Text(text.to_owned()),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Flag(flag) => write!(f, "{flag}"),
            Setting::Whole(whole) => write!(f, "{whole}"),
            Setting::Number(number) => write!(f, "{number}"),
            Setting::Text(text) => write!(f, "{text}"),
            Setting::Texts(texts) => write!(f, "{}", texts.join(", ")),
            Setting::Numbers(numbers) => {
                let each: Vec<String> = numbers.iter().map(|(name, number)| format!("{name}={number}")).collect();
                write!(f, "{}", each.join(", "))
            }
            Setting::Names(names) => {
                let each: Vec<String> = names.iter().map(|(name, text)| format!("{name}={text}")).collect();
                write!(f, "{}", each.join(", "))
            }
        }
    }
}

/// The checked settings of one table, defaults filled in.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(transparent)]
pub struct Settings(BTreeMap<&'static str, Setting>);

impl Settings {
    /// The defaults of these parameters.
    pub fn defaults(parameters: &[Parameter]) -> Settings {
        Settings(parameters.iter().filter_map(|p| Some((p.name, p.default?.into()))).collect())
    }

    /// Sets a value; the caller has checked it against the parameter's kind.
    pub fn set(&mut self, name: &'static str, setting: Setting) {
        self.0.insert(name, setting);
    }

    /// Forgets a value.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The value, if it was written or has a default.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.0.get(name)
    }

    /// All values in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Setting)> {
        self.0.iter().map(|(name, setting)| (*name, setting))
    }

    /// The truth value of `name`; false when unset.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Setting::Flag(true)))
    }

    /// The whole number `name`, if set.
    pub fn whole(&self, name: &str) -> Option<u64> {
        match self.get(name) {
            Some(Setting::Whole(whole)) => Some(*whole),
            _ => None,
        }
    }

    /// The number `name`, if set.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Some(Setting::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The text `name`; empty when unset.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Setting::Text(text)) => text,
            _ => "",
        }
    }

    /// The choice made by the text `name`, if set.
    ///
    /// # Panics
    /// When the text is no name of the choice: whoever set it has not checked it against the parameter's kind.
    pub fn choice<C: Choice>(&self, name: &str) -> Option<C> {
        let text = self.text(name);
        let choice = (!text.is_empty()).then(|| C::named(text));
        choice.map(|choice| choice.unwrap_or_else(|| panic!("{name} = {text:?} is none of {:?}", C::NAMES)))
    }

    /// The list of texts `name`; empty when unset.
    pub fn texts(&self, name: &str) -> &[String] {
        match self.get(name) {
            Some(Setting::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The text that the table `name` gives a key; `None` when either is unset.
    pub fn text_in(&self, name: &str, key: &str) -> Option<&str> {
        match self.get(name) {
            Some(Setting::Names(texts)) => texts.get(key).map(String::as_str),
            _ => None,
        }
    }
}

/// The known name closest to a misspelt one, if any is close enough to be meant.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The comparison takes the product of the lengths, and what is longer is no misspelt name.
    const LONGEST: usize = 1000;
    known
        .into_iter()
        .filter(|name| wrong.len() <= LONGEST && name.len() <= LONGEST)
        .map(|name| (strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_is_found_and_strangers_are_not() {
        assert_eq!(nearest("newtn", ["irls", "newton", "article"]), Some("newton"));
        assert_eq!(nearest("max_iteration", ["max_iterations", "time_limit"]), Some("max_iterations"));
        assert_eq!(nearest("zzz", ["irls", "newton"]), None);
    }

    #[test]
    fn every_name_of_a_choice_is_parsed_to_the_choice_with_that_name() {
        choices! {
            enum Colour {
                Red = "red",
                Blue = "dark-blue",
            }
        }
        assert_eq!(
            Colour::NAMES.iter().map(|name| Colour::named(name).unwrap().text()).collect::<Vec<_>>(),
            Colour::NAMES
        );
        assert_eq!(Colour::named("darkblue"), None);
        let mut settings = Settings::default();
        assert_eq!(settings.choice::<Colour>("colour"), None);
        settings.set("colour", Setting::Text(Colour::Blue.text().to_owned()));
        assert_eq!(settings.choice("colour"), Some(Colour::Blue));
        settings.set("colour", Setting::Text(Colour::Red.text().to_owned()));
        assert_eq!(settings.choice("colour"), Some(Colour::Red));
    }

    #[test]
    fn intervals_say_what_they_contain() {
        assert!(!Interval::OPEN_UNIT.contains(1.0) && Interval::UNIT.contains(1.0));
        assert!(!Interval::ANY.contains(f64::NAN) && !Interval::ANY.contains(f64::INFINITY));
        assert_eq!(Interval::OPEN_UNIT.to_string(), "a number above 0 and below 1");
        assert_eq!(Interval::NON_NEGATIVE.to_string(), "a number from 0");
    }
}
