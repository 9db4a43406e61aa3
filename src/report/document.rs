//! Texts and tables, whoever lays them out: the terminal, Markdown, LaTeX or the page.
//!
//! What is said, and in which order, is decided once, where blocks are made ([`summary`](super::summary),
//! [`compare`](super::compare)). A renderer decides how a block looks, and escapes what its format would obey.

use super::figure::Figure;

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The document's title.
    Title(String),
    /// What the blocks up to the next heading are about.
    Heading(String),
    /// Sentences.
    Paragraph(String),
    /// A word that is a result, as `supported`, and what it is the result of: a paragraph each.
    Finding {
        /// The word.
        word: Word,
        /// The paragraphs.
        paragraphs: Vec<String>,
    },
    /// Points of one kind, a sentence each.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// A figure, where a format can draw it.
    Figure(Figure),
    /// What most readers can do without: folded where a format can fold.
    Details {
        /// What it is.
        summary: String,
        /// What is folded.
        blocks: Vec<Block>,
    },
}

/// A word and whether it is good news.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// How a word is meant: what its colour says to those who see one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// To be looked at.
    Doubtful,
    /// Wrong.
    Bad,
    /// A finding, neither good nor bad.
    Notable,
}

/// A table. Every row has an entry per column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What it shows, for formats whose tables stand apart from the text.
    pub caption: String,
    /// The columns; the first names the row.
    pub columns: Vec<TableColumn>,
    /// The rows.
    pub rows: Vec<Vec<Entry>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// A shorter name, where there is little room.
    pub short: Option<String>,
    /// Whether entries stand to the right.
    pub right: bool,
    /// Whether entries may be broken at spaces, as names may and numbers may not.
    pub breaks: bool,
}

impl TableColumn {
    /// A column of words or of intervals.
    pub fn left(name: &str) -> TableColumn {
        TableColumn { name: name.to_owned(), short: None, right: false, breaks: false }
    }

    /// A column of names.
    pub fn names(name: &str) -> TableColumn {
        TableColumn { breaks: true, ..TableColumn::left(name) }
    }

    /// A column of numbers.
    pub fn right(name: &str) -> TableColumn {
        TableColumn { right: true, ..TableColumn::left(name) }
    }

    /// The same with a shorter name.
    pub fn or(self, short: &str) -> TableColumn {
        TableColumn { short: Some(short.to_owned()), ..self }
    }
}

/// An entry: lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The lines.
    pub lines: Vec<Line>,
    /// What to show in their place where there is little room.
    pub short: Option<Vec<Line>>,
}

/// A line of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its text.
    pub text: String,
    /// How it is meant, if it is a result.
    pub tone: Option<Tone>,
}

impl Entry {
    /// An entry of several lines.
    pub fn of(lines: Vec<Line>) -> Entry {
        Entry { lines, short: None }
    }

    /// The same with something shorter.
    pub fn or(self, short: Entry) -> Entry {
        Entry { short: Some(short.lines), ..self }
    }

    /// All lines, with `between` between them.
    pub fn joined(&self, between: &str) -> String {
        self.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(between)
    }
}

impl From<String> for Entry {
    fn from(text: String) -> Entry {
        Entry::of(vec![Line { text, tone: None }])
    }
}

impl From<&str> for Entry {
    fn from(text: &str) -> Entry {
        Entry::from(text.to_owned())
    }
}

impl Table {
    /// The table with shorter names and entries, if it has any.
    pub fn shortened(&self) -> Option<Table> {
        let any = self.rows.iter().flatten().any(|entry| entry.short.is_some());
        let entry = |entry: &Entry| Entry::of(entry.short.as_ref().unwrap_or(&entry.lines).clone());
        let column = |column: &TableColumn| TableColumn {
            name: column.short.clone().unwrap_or_else(|| column.name.clone()),
            ..column.clone()
        };
        any.then(|| Table {
            caption: self.caption.clone(),
            columns: self.columns.iter().map(column).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(entry).collect()).collect(),
        })
    }
}
