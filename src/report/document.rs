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
    /// The subject of the blocks up to the next heading.
    Heading(String),
    /// Sentences.
    Paragraph(String),
    /// A result in a word, as `supported`, and its subject and reasons in paragraphs.
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
    /// A figure, in formats that can draw it.
    Figure(Figure),
    /// Details for few readers, folded in formats that can fold.
    Details {
        /// The line that shows when the details are folded.
        summary: String,
        /// The details.
        blocks: Vec<Block>,
    },
}

/// A word with its tone.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// The tone.
    pub tone: Tone,
}

/// The tone of a result: whether it is good news. Formats with colours show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A result as it should be.
    Good,
    /// A result to look into.
    Doubtful,
    /// A failure.
    Bad,
    /// A finding that is neither good nor bad.
    Notable,
}

/// A table. Every row has an entry per column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The caption, for formats whose tables stand apart from the text.
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
    /// A shorter name for narrow windows.
    pub short: Option<String>,
    /// Whether entries are aligned to the right.
    pub right: bool,
    /// Whether entries may be broken at spaces: true for names, false for numbers.
    pub breaks: bool,
    /// Whether the column is left out where room is short.
    pub is_detail: bool,
}

impl TableColumn {
    /// A column of words or of intervals.
    pub fn left(name: &str) -> TableColumn {
        TableColumn { name: name.to_owned(), short: None, right: false, breaks: false, is_detail: false }
    }

    /// A column of names.
    pub fn names(name: &str) -> TableColumn {
        TableColumn { breaks: true, ..TableColumn::left(name) }
    }

    /// A column of numbers.
    pub fn right(name: &str) -> TableColumn {
        TableColumn { right: true, ..TableColumn::left(name) }
    }

    /// The column with a shorter name for narrow windows.
    pub fn or(self, short: &str) -> TableColumn {
        TableColumn { short: Some(short.to_owned()), ..self }
    }
}

/// An entry of a table: a few lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The lines.
    pub lines: Vec<Line>,
    /// Shorter lines for narrow windows.
    pub short: Option<Vec<Line>>,
}

/// A line of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its text.
    pub text: String,
    /// The tone, if the line is a result.
    pub tone: Option<Tone>,
}

impl Entry {
    /// An entry of several lines.
    pub fn of(lines: Vec<Line>) -> Entry {
        Entry { lines, short: None }
    }

    /// The entry with a shorter one for narrow windows.
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
    /// The table without its columns of details, if it has any.
    pub fn without_details(&self) -> Option<Table> {
        let kept: Vec<usize> = (0..self.columns.len()).filter(|&place| !self.columns[place].is_detail).collect();
        let row = |row: &Vec<Entry>| kept.iter().filter_map(|&place| row.get(place).cloned()).collect();
        (kept.len() < self.columns.len()).then(|| Table {
            caption: self.caption.clone(),
            columns: kept.iter().map(|&place| self.columns[place].clone()).collect(),
            rows: self.rows.iter().map(row).collect(),
        })
    }

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
