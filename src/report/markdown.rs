//! Documents as Markdown, in GitHub's dialect.

use super::Report;
use super::document::{Block, Entry, Table};
use super::summary::{self, Extent};

/// Renders the report.
pub fn render(report: &Report) -> String {
    document(&summary::blocks(report, Extent::Document))
}

/// Renders a document.
pub fn document(blocks: &[Block]) -> String {
    let mut parts = Vec::new();
    for block in blocks {
        parts.push(match block {
            Block::Title(title) => format!("# {}", escape(title)),
            Block::Heading(heading) => format!("### {}", escape(heading)),
            Block::Paragraph(paragraph) => escape(paragraph),
            Block::Finding { word, paragraphs } => {
                let paragraphs: Vec<String> = paragraphs.iter().map(|paragraph| escape(paragraph)).collect();
                format!("**{}**: {}", escape(&word.text), paragraphs.join("\n\n"))
            }
            Block::List(points) => {
                points.iter().map(|point| format!("- {}", escape(point))).collect::<Vec<_>>().join("\n")
            }
            Block::Table(rows) => table(rows),
            // Figures are files of their own.
            Block::Figure(_) => String::new(),
            Block::Details { summary, blocks } => {
                let inside = document(blocks);
                format!("<details><summary>{}</summary>\n\n{inside}\n</details>", escape(summary))
            }
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}

fn table(table: &Table) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let line = |entries: &mut dyn Iterator<Item = String>| format!("| {} |", entries.collect::<Vec<_>>().join(" | "));
    let mut lines = vec![
        line(&mut table.columns.iter().map(|column| escape(&column.name))),
        line(&mut table.columns.iter().map(|column| if column.right { "---:" } else { "---" }.to_owned())),
    ];
    let entry = |entry: &Entry| escape(&entry.joined(", "));
    lines.extend(table.rows.iter().map(|row| line(&mut row.iter().map(entry))));
    lines.join("\n")
}

/// Escapes a text for Markdown. Writes letters that Markdown or HTML would obey, or that would mention a person or an issue, as
/// character references, because only these are text in a table, a summary and a paragraph alike.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied();
        let inside = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        let obeyed = match letter {
            '\\' | '`' | '*' | '|' | '<' | '>' | '&' | '#' | '~' | '$' | '@' => true,
            // An underscore between letters is text.
            '_' => !(inside(before) && inside(after)),
            // Brackets without these after them are no link.
            '(' | '[' | ':' => before == Some(']'),
            // The beginning of a list.
            '+' | '-' => before.is_none() && after == Some(' '),
            _ => false,
        };
        match letter {
            _ if obeyed => escaped.push_str(&format!("&#{};", u32::from(letter))),
            _ if letter.is_control() => escaped.push(' '),
            _ => escaped.push(letter),
        }
        before = Some(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_itself() {
        assert_eq!(escape("- a|b_c @x #1\n<script>"), "&#45; a&#124;b_c &#64;x &#35;1 &#60;script&#62;");
        assert_eq!(escape("_a_ [x](y) [0.9, 1.0]"), "&#95;a&#95; [x]&#40;y) [0.9, 1.0]");
        assert_eq!(escape("99 % of L-BFGS, +0.5"), "99 % of L-BFGS, +0.5");
    }
}
