//! Tables of a TOML file. Keys and values are checked against their declarations; a mistake knows its line.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ExperimentError, MOST_BYTES, MOST_ENTRIES, Mistake, MistakePlace};
use super::{keys, synonyms};
use crate::data::shown;
use crate::parameter::{Parameter, Setting, Settings, ValueKind, nearest};

/// A parsed file.
pub struct Document<'t> {
    file: &'t str,
    text: &'t str,
    table: DeTable<'t>,
}

/// One table of a file.
pub struct TomlTable<'d> {
    document: &'d Document<'d>,
    /// `[split]`, `[[solver]] 2`, or empty for the keys outside any table.
    name: String,
    line: usize,
    entries: &'d DeTable<'d>,
}

impl<'t> Document<'t> {
    /// Parses TOML.
    ///
    /// # Errors
    /// When the text is not TOML, or longer than [`MOST_BYTES`].
    pub fn parse(file: &'t str, text: &'t str) -> Result<Document<'t>, ExperimentError> {
        if text.len() > MOST_BYTES {
            let place = MistakePlace { file: file.to_owned(), ..MistakePlace::default() };
            return Err(ExperimentError { place, kind: Mistake::LargeFile(text.len()).into() });
        }
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(text, span.start));
            let place = MistakePlace { file: file.to_owned(), line, table: String::new() };
            ExperimentError { place, kind: Mistake::NotToml(error.message().to_owned()).into() }
        })?;
        Ok(Document { file, text, table: table.into_inner() })
    }

    /// An error of the file as a whole.
    pub fn mistake(&self, kind: Mistake) -> ExperimentError {
        ExperimentError {
            place: MistakePlace { file: self.file.to_owned(), ..MistakePlace::default() },
            kind: kind.into(),
        }
    }

    /// Reads the keys outside any table, and checks that every table is one of `tables`.
    ///
    /// # Errors
    /// When a table or a key outside the tables is unknown, or its value is not allowed.
    pub fn top(&self, parameters: &[Parameter], tables: &[&'static str]) -> Result<Settings, ExperimentError> {
        let names: Vec<&str> = parameters.iter().map(|p| p.name).chain(tables.iter().copied()).collect();
        let top = TomlTable { document: self, name: String::new(), line: 0, entries: &self.table };
        let (mut settings, mut mistakes) = (Settings::defaults(parameters), Vec::new());
        for (key, value) in top.in_file_order() {
            let name = key.get_ref().as_ref();
            if tables.contains(&name) {
                continue;
            }
            match parameters.iter().find(|p| p.name == name) {
                None => mistakes.push(top.unknown_key(key, &names)),
                Some(parameter) => match top.check(parameter, value) {
                    Ok(setting) => settings.set(parameter.name, setting),
                    Err(mistake) => mistakes.push(mistake),
                },
            }
        }
        ExperimentError::all_of(mistakes).map_or(Ok(settings), Err)
    }

    /// All tables `[name]` or `[[name]]`, in the order of the file.
    ///
    /// # Errors
    /// When the file has the key, but its value is no table.
    pub fn tables(&self, name: &'static str) -> Result<Vec<TomlTable<'_>>, ExperimentError> {
        let Some(value) = self.table.get(name) else { return Ok(Vec::new()) };
        let not_a_table = |value: &Spanned<DeValue<'_>>| ExperimentError {
            place: MistakePlace {
                file: self.file.to_owned(),
                line: line_of(self.text, value.span().start),
                table: String::new(),
            },
            kind: Box::new(Mistake::BadValue {
                key: name.to_owned(),
                found: shown(&self.text[value.span()]),
                allowed: format!("a table: [{name}] on a line of its own, its keys below"),
                nearest: None,
            }),
        };
        let table = |value: &'_ Spanned<DeValue<'_>>| (line_of(self.text, value.span().start), value.span());
        match value.get_ref() {
            DeValue::Table(entries) => {
                Ok(vec![TomlTable { document: self, name: format!("[{name}]"), line: table(value).0, entries }])
            }
            DeValue::Array(array) => array
                .iter()
                .enumerate()
                .map(|(place, value)| match value.get_ref() {
                    DeValue::Table(entries) => Ok(TomlTable {
                        document: self,
                        name: format!("[[{name}]] {}", place + 1),
                        line: table(value).0,
                        entries,
                    }),
                    _ => Err(not_a_table(value)),
                })
                .collect(),
            _ => Err(not_a_table(value)),
        }
    }

    /// The only table of this name, if the file has one.
    ///
    /// # Errors
    /// When the file has several.
    pub fn table(&self, name: &'static str) -> Result<Option<TomlTable<'_>>, ExperimentError> {
        let mut tables = self.tables(name)?;
        match tables.len() {
            0 | 1 => Ok(tables.pop()),
            _ => Err(tables[1].mistake(Mistake::NotOnce(name))),
        }
    }
}

impl TomlTable<'_> {
    /// An error at this table.
    pub fn mistake(&self, kind: impl Into<Mistake>) -> ExperimentError {
        self.mistake_at(self.line, kind)
    }

    /// An error at a key of this table.
    pub fn mistake_in(&self, key: &str, kind: impl Into<Mistake>) -> ExperimentError {
        let line = self.entries.iter().find(|(name, _)| name.get_ref().as_ref() == key);
        self.mistake_at(line.map_or(self.line, |(name, _)| line_of(self.document.text, name.span().start)), kind)
    }

    fn mistake_at(&self, line: usize, kind: impl Into<Mistake>) -> ExperimentError {
        let place = MistakePlace { file: self.document.file.to_owned(), line, table: self.name.clone() };
        ExperimentError { place, kind: Box::new(kind.into()) }
    }

    /// Whether the file sets a key of this table.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The text of a key on which the check of the other keys depends (`method`).
    ///
    /// # Errors
    /// When the key is missing or its value is no text.
    pub fn text(&self, parameter: &Parameter) -> Result<&str, ExperimentError> {
        match self.entries.get(parameter.name).map(|value| (value, value.get_ref())) {
            Some((_, DeValue::String(text))) => Ok(text),
            Some((value, _)) => Err(self.bad_value(parameter.name, value, &parameter.kind.to_string(), None)),
            None => Err(self.mistake(Mistake::Missing { key: parameter.name, about: parameter.about })),
        }
    }

    /// The texts written for a key, one or a list. Skips other values, because [`grid`](TomlTable::grid) refuses them.
    pub fn texts(&self, key: &str) -> Vec<&str> {
        let values = match self.entries.get(key).map(Spanned::get_ref) {
            Some(DeValue::Array(array)) => array.iter().map(Spanned::get_ref).collect(),
            value => value.into_iter().collect::<Vec<_>>(),
        };
        values.into_iter().filter_map(DeValue::as_str).collect()
    }

    /// The settings at each point of the grid that the lists of this table span, with the names of the keys that vary. Points
    /// come in the order of the lists; the key written first varies slowest.
    ///
    /// # Errors
    /// When a key is unknown or a value is not allowed.
    pub fn grid(&self, parameters: &[&[Parameter]]) -> Result<Vec<(Settings, Vec<&'static str>)>, ExperimentError> {
        let all: Vec<&Parameter> = parameters.iter().flat_map(|list| list.iter()).collect();
        let mut defaults = Settings::default();
        for parameter in &all {
            if let Some(default) = parameter.default {
                defaults.set(parameter.name, default.into());
            }
        }
        let mut grid = vec![defaults];
        let (mut varying, mut mistakes) = (Vec::new(), Vec::new());
        for (key, value) in self.in_file_order() {
            let Some(parameter) = all.iter().find(|p| p.name == key.get_ref().as_ref()) else {
                let names: Vec<&str> = all.iter().map(|p| p.name).collect();
                mistakes.push(self.unknown_key(key, &names));
                continue;
            };
            let is_list_of_choices = matches!(value.get_ref(), DeValue::Array(array) if !array.is_empty());
            if is_list_of_choices && !parameter.kind.is_list() {
                varying.push(parameter.name);
            }
            let choices = match self.choices(parameter, value) {
                Ok(choices) => choices,
                Err(mistake) => {
                    mistakes.push(mistake);
                    continue;
                }
            };
            if grid.len() * choices.len() > MOST_ENTRIES {
                return Err(self.mistake_in(parameter.name, Mistake::LargeGrid(grid.len() * choices.len())));
            }
            grid = grid
                .into_iter()
                .flat_map(|settings| {
                    choices.iter().map(move |choice| {
                        let mut settings = settings.clone();
                        settings.set(parameter.name, choice.clone());
                        settings
                    })
                })
                .collect();
        }
        match ExperimentError::all_of(mistakes) {
            Some(mistake) => Err(mistake),
            None => Ok(grid.into_iter().map(|settings| (settings, varying.clone())).collect()),
        }
    }

    /// The settings that a value gives a key: several where a list spans a grid.
    fn choices(&self, parameter: &Parameter, value: &Spanned<DeValue<'_>>) -> Result<Vec<Setting>, ExperimentError> {
        match value.get_ref() {
            DeValue::Array(array) if !parameter.kind.is_list() && !array.is_empty() => {
                let mut choices = Vec::with_capacity(array.len());
                for value in array.iter() {
                    let choice = self.check(parameter, value)?;
                    if choices.contains(&choice) {
                        let found = shown(&self.document.text[value.span()]);
                        let mistake = Mistake::Twice { key: parameter.name, found };
                        return Err(self.mistake_at(line_of(self.document.text, value.span().start), mistake));
                    }
                    choices.push(choice);
                }
                Ok(choices)
            }
            _ => Ok(vec![self.check(parameter, value)?]),
        }
    }

    /// The settings of a table that is no grid.
    ///
    /// # Errors
    /// When a key is unknown, or a value is a list or not allowed.
    pub fn settings(&self, parameters: &[Parameter]) -> Result<Settings, ExperimentError> {
        for (key, value) in self.entries {
            let parameter = parameters.iter().find(|p| p.name == key.get_ref().as_ref());
            if let (DeValue::Array(_), Some(parameter)) = (value.get_ref(), parameter)
                && !parameter.kind.is_list()
            {
                let allowed = format!("{}, not a list: this table is no grid", parameter.kind);
                return Err(self.bad_value(parameter.name, value, &allowed, None));
            }
        }
        let mut grid = self.grid(&[parameters])?;
        Ok(grid.pop().map(|(settings, _)| settings).unwrap_or_default())
    }

    /// The setting of a key that the table must have.
    ///
    /// # Errors
    /// When the key is missing.
    pub fn require<'s>(
        &self,
        settings: &'s Settings,
        parameters: &[Parameter],
        key: &'static str,
    ) -> Result<&'s Setting, ExperimentError> {
        settings.get(key).ok_or_else(|| {
            let about = parameters.iter().find(|p| p.name == key).map_or("", |p| p.about);
            self.mistake(Mistake::Missing { key, about })
        })
    }

    fn in_file_order(&self) -> Vec<(&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    fn check(&self, parameter: &Parameter, value: &Spanned<DeValue<'_>>) -> Result<Setting, ExperimentError> {
        let wrong = || self.bad_value(parameter.name, value, &parameter.kind.to_string(), None);
        match (parameter.kind, value.get_ref()) {
            (ValueKind::Flag, DeValue::Boolean(flag)) => Ok(Setting::Flag(*flag)),
            (ValueKind::WholeOr(_, _, word), DeValue::String(text)) if word == text.as_ref() => {
                Ok(Setting::Text(word.to_owned()))
            }
            (ValueKind::Whole(low, high) | ValueKind::WholeOr(low, high, _), DeValue::Integer(integer)) => {
                match u64::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(whole) if (low..=high).contains(&whole) => Ok(Setting::Whole(whole)),
                    _ => Err(wrong()),
                }
            }
            (
                ValueKind::Number(interval) | ValueKind::NumberOr(interval, _),
                DeValue::Integer(_) | DeValue::Float(_),
            ) => {
                let number = match value.get_ref() {
                    // TOML allows integers in other bases than ten.
                    DeValue::Integer(integer) => {
                        i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|whole| whole as f64)
                    }
                    DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
                    _ => None,
                };
                match number {
                    Some(number) if interval.contains(number) => Ok(Setting::Number(number)),
                    _ => Err(wrong()),
                }
            }
            (ValueKind::Text, DeValue::String(text)) if fits(text) => Ok(Setting::Text(text.clone().into_owned())),
            (
                ValueKind::Choice(names) | ValueKind::NumberOr(_, names) | ValueKind::NumbersOr(_, names),
                DeValue::String(text),
            ) => {
                if names.contains(&text.as_ref()) {
                    Ok(Setting::Text(text.clone().into_owned()))
                } else {
                    let near = nearest(text, names.iter().copied()).map(str::to_owned);
                    let (near, instead) = synonyms::value(parameter.name, text, near);
                    let instead = synonyms::in_brackets(instead);
                    Err(self.bad_value(parameter.name, value, &format!("{}{instead}", parameter.kind), near))
                }
            }
            (ValueKind::NumbersOr(interval, _), DeValue::Table(table))
                if !table.is_empty() && table.len() <= MOST_TEXTS =>
            {
                let one = Parameter { kind: ValueKind::Number(interval), ..*parameter };
                let of_name = |(name, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| match self
                    .check(
                    &one, value,
                )? {
                    Setting::Number(number) if fits(name.get_ref()) => Ok((name.get_ref().to_string(), number)),
                    _ => Err(wrong()),
                };
                table.iter().map(of_name).collect::<Result<_, _>>().map(Setting::Numbers)
            }
            (ValueKind::Names(names), DeValue::Table(table)) if !table.is_empty() => {
                let of_name = |(name, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| match value
                    .get_ref()
                {
                    DeValue::String(text) if names.contains(&name.get_ref().as_ref()) && fits(text) => {
                        Ok((name.get_ref().to_string(), text.clone().into_owned()))
                    }
                    _ => Err(wrong()),
                };
                table.iter().map(of_name).collect::<Result<_, _>>().map(Setting::Names)
            }
            (ValueKind::TextOrTexts, DeValue::String(text)) if fits(text) => {
                Ok(Setting::Texts(vec![text.clone().into_owned()]))
            }
            (ValueKind::Texts | ValueKind::TextOrTexts, DeValue::Array(array)) if array.len() <= MOST_TEXTS => array
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) if fits(text) => Ok(text.clone().into_owned()),
                    _ => Err(wrong()),
                })
                .collect::<Result<_, _>>()
                .map(Setting::Texts),
            (ValueKind::Choices(names), DeValue::Array(array)) => {
                let one = Parameter { kind: ValueKind::Choice(names), ..*parameter };
                let name = |item: &Spanned<DeValue<'_>>| Ok(self.check(&one, item)?.to_string());
                array.iter().map(name).collect::<Result<_, _>>().map(Setting::Texts)
            }
            _ => Err(wrong()),
        }
    }

    fn bad_value(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        allowed: &str,
        nearest: Option<String>,
    ) -> ExperimentError {
        let found = shown(&self.document.text[value.span()]);
        let kind = Mistake::BadValue { key: key.to_owned(), found, allowed: allowed.to_owned(), nearest };
        self.mistake_at(line_of(self.document.text, value.span().start), kind)
    }

    fn unknown_key(&self, key: &Spanned<std::borrow::Cow<'_, str>>, names: &[&str]) -> ExperimentError {
        let of_another = || {
            let table = keys::table_of(key.get_ref()).filter(|table| !self.name.starts_with(table))?;
            Some(format!(": it belongs into {table}"))
        };
        let of_others = synonyms::advice(key.get_ref()).map(|ours| format!(": here it is {ours}"));
        // What the key is called in this table comes before a table that has a key of its name.
        let table = self.name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let elsewhere = match of_others {
            Some(ours) if !table.is_empty() && ours.contains(&format!("in {table}")) => Some(ours),
            ours => of_another().or(ours),
        };
        let kind = Mistake::UnknownKey {
            key: shown(key.get_ref()),
            elsewhere,
            nearest: nearest(key.get_ref(), names.iter().copied()).map(str::to_owned),
            known: names.join(", "),
        };
        self.mistake_at(line_of(self.document.text, key.span().start), kind)
    }
}

/// Most texts in a list.
pub const MOST_TEXTS: usize = 100;

/// Most characters in a text.
pub const MOST_CHARACTERS: usize = 1000;

/// Whether a text may be a name or a title: short and without control characters, because lines of tables and messages hold it.
fn fits(text: &str) -> bool {
    text.chars().count() <= MOST_CHARACTERS && !text.contains(char::is_control)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1
}
