//! Documents as text for a terminal, sized to its window.

mod plot;
mod table;

use console::{Style, measure_text_width};

use super::document::{Block, Tone};
use super::phrases::plain;
use super::summary::{self, Extent};
use super::{Report, figures};

/// The window that a text is rendered for.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Columns of the terminal.
    pub width: u16,
    /// Whether words may be coloured.
    pub colour: bool,
}

/// Renders the report; with `plots`, plots of convergence stand before the claims.
pub fn render(report: &Report, extent: Extent, plots: bool, layout: Layout) -> String {
    let mut blocks = summary::blocks(report, extent);
    if plots {
        let claims = blocks.iter().position(|block| matches!(block, Block::Finding { .. })).unwrap_or(blocks.len());
        blocks.splice(claims..claims, figures::gaps(report).into_iter().map(Block::Figure));
    }
    document(&blocks, layout)
}

/// Renders a document.
pub fn document(blocks: &[Block], layout: Layout) -> String {
    let mut narrowed = false;
    let mut text = body(blocks, layout, &mut narrowed);
    if narrowed {
        let note = "For want of room, tables leave out columns; a wider window or --markdown shows them.";
        text.push_str(&wrap(note, "", layout.width));
    }
    text
}

/// Renders blocks. Sets `narrowed` if it shortens a table.
fn body(blocks: &[Block], layout: Layout, narrowed: &mut bool) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Title(title) => {
                let title = wrap(title, "", layout.width);
                text.push_str(&styled(title.trim_end(), Style::new().bold(), layout));
                text.push('\n');
            }
            Block::Heading(heading) => {
                text.push('\n');
                text.push_str(&wrap(heading, "", layout.width));
            }
            Block::Paragraph(paragraph) => text.push_str(&wrap(paragraph, "", layout.width)),
            Block::Finding { word, paragraphs } => {
                text.push('\n');
                text.push_str(&styled(&plain(&word.text), style(word.tone).bold(), layout));
                text.push('\n');
                paragraphs.iter().for_each(|paragraph| text.push_str(&wrap(paragraph, "  ", layout.width)));
            }
            Block::List(points) => points.iter().for_each(|point| text.push_str(&wrap(point, "  ", layout.width))),
            Block::Table(table) => text.push_str(&table::fitted(table, layout, narrowed)),
            Block::Figure(figure) => text.push_str(&plot::draw(figure, layout)),
            Block::Details { summary, blocks } => {
                text.push('\n');
                text.push_str(&wrap(summary, "", layout.width));
                text.push_str(&body(blocks, layout, narrowed));
            }
        }
    }
    text
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Good => Style::new().green(),
        Tone::Doubtful => Style::new().yellow(),
        Tone::Bad => Style::new().red(),
        Tone::Notable => Style::new().cyan(),
    }
}

fn styled(text: &str, style: Style, layout: Layout) -> String {
    style.force_styling(layout.colour).apply_to(text).to_string()
}

/// Breaks text at spaces into lines of at most `width` columns, each behind `indent`.
pub(super) fn wrap(text: &str, indent: &str, width: u16) -> String {
    let width = usize::from(width).max(indent.len() + 20) - indent.len();
    let lines = broken_at_spaces(&plain(text), width);
    if lines.is_empty() {
        return "\n".to_owned();
    }
    lines.iter().map(|line| format!("{indent}{line}\n")).collect()
}

/// Breaks text at spaces into lines of at most `width` columns; a longer word has its own line. A number stays with its `%`.
fn broken_at_spaces(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let text = text.replace(" %", "\u{a0}%");
    for word in text.split(|letter: char| letter.is_whitespace() && letter != '\u{a0}').filter(|word| !word.is_empty())
    {
        match lines.last_mut() {
            Some(line) if measure_text_width(line) + 1 + measure_text_width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_spaces() {
        assert_eq!(wrap("one two three four five six", "  ", 22), "  one two three four\n  five six\n");
        assert_eq!(wrap("", "", 80), "\n");
    }
}
