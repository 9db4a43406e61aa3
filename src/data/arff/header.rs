//! What stands above the rows of an ARFF file, and how its tokens are written.

use std::borrow::Cow;

use crate::data::shown;

/// An attribute.
pub(super) struct Attribute<'t> {
    pub(super) name: Cow<'t, str>,
    /// The values of a nominal attribute.
    pub(super) values: Option<Vec<Cow<'t, str>>>,
    pub(super) is_numeric: bool,
}

/// What stands above the rows.
pub(super) struct Header<'t> {
    pub(super) attributes: Vec<Attribute<'t>>,
    /// Bytes and lines up to the first row.
    pub(super) length: usize,
    pub(super) lines: u64,
}

impl<'t> Header<'t> {
    pub(super) fn parse(text: &'t str) -> Result<Header<'t>, String> {
        let mut header = Header { attributes: Vec::new(), length: 0, lines: 0 };
        for line in text.split_inclusive('\n') {
            header.length += line.len();
            header.lines += 1;
            let at = |reason: String| format!("line {}: {reason}", header.lines);
            let line = line.trim();
            if line.is_empty() || line.starts_with('%') {
                continue;
            }
            let (word, rest) = line.split_once(|c: char| c.is_whitespace()).unwrap_or((line, ""));
            match word.to_ascii_lowercase().as_str() {
                "@relation" => {}
                "@data" if header.attributes.is_empty() => {
                    return Err(at("no @attribute stands above @data".to_owned()));
                }
                "@data" => return Ok(header),
                "@attribute" => header.attributes.push(attribute(rest.trim()).map_err(at)?),
                _ => return Err(at(format!("{} is neither @relation, @attribute nor @data", shown(word)))),
            }
        }
        Err("it has no @data, so no rows: it may be cut off".to_owned())
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.attributes.iter().map(|attribute| attribute.name.clone().into_owned()).collect()
    }

    /// The target: the one named, else `class`, else the last.
    pub(super) fn target(&self, named: &str) -> String {
        let class = || self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case("class"));
        match named {
            "" => class().or(self.attributes.last()).map_or(String::new(), |target| target.name.clone().into_owned()),
            named => named.to_owned(),
        }
    }
}

/// `'name' type`
fn attribute(text: &str) -> Result<Attribute<'_>, String> {
    let (name, rest) = token(text, |c| c.is_whitespace() || c == '{')?;
    let kind = rest.trim();
    if name.is_empty() {
        return Err("@attribute has no name".to_owned());
    }
    if let Some(inside) = kind.strip_prefix('{') {
        let inside =
            inside.trim_end().strip_suffix('}').ok_or("the values of a nominal attribute have no closing brace")?;
        let mut values = Vec::new();
        fields(inside, |_, value| values.push(value))?;
        return Ok(Attribute { name, values: Some(values), is_numeric: false });
    }
    let word = kind.split(|c: char| c.is_whitespace()).next().unwrap_or_default().to_ascii_lowercase();
    let is_numeric = match word.as_str() {
        "numeric" | "real" | "integer" => true,
        "string" | "date" => false,
        "relational" => return Err("relational attributes are not read: write one row per instance".to_owned()),
        other => {
            return Err(format!(
                "the type {} is none of numeric, real, integer, string, date and {{nominal values}}",
                shown(other)
            ));
        }
    };
    Ok(Attribute { name, values: None, is_numeric })
}

/// The first token of a text, quoted or up to what ends it, and the rest.
pub(super) fn token(text: &str, ends: impl Fn(char) -> bool) -> Result<(Cow<'_, str>, &str), String> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        let end = text.find(ends).unwrap_or(text.len());
        return Ok((Cow::Borrowed(text[..end].trim()), &text[end..]));
    };
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => {
                let inside = &text[1..place];
                let plain = if inside.contains('\\') { Cow::Owned(unescaped(inside)) } else { Cow::Borrowed(inside) };
                return Ok((plain, &text[place + 1..]));
            }
            _ => {}
        }
    }
    Err(format!("the quote in {} is not closed", shown(text)))
}

fn unescaped(text: &str) -> String {
    let mut characters = text.chars();
    let mut plain = String::new();
    while let Some(c) = characters.next() {
        plain.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    plain
}

/// Calls `see` with the number and the value of each field of a row; returns how many there are.
pub(super) fn fields<'t>(text: &'t str, mut see: impl FnMut(usize, Cow<'t, str>)) -> Result<usize, String> {
    let mut rest = text;
    for count in 0.. {
        rest = rest.trim_start();
        let (value, behind) = token(rest, |c| c == ',')?;
        see(count, value);
        let behind = behind.trim_start();
        if behind.is_empty() {
            return Ok(count + 1);
        }
        rest =
            behind.strip_prefix(',').ok_or_else(|| format!("text stands behind a closing quote: {}", shown(behind)))?;
    }
    Ok(0)
}
