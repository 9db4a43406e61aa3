//! Documents as LaTeX: the text between `\begin{document}` and `\end{document}`, with tables by booktabs.

use super::Report;
use super::document::{Block, Table};
use super::summary::{self, Extent};

/// A comment with the packages that a document needs to include the text.
const PREAMBLE: &str = "% \\usepackage[T1]{fontenc} \\usepackage[utf8]{inputenc} \\usepackage{booktabs}\n";

/// Renders the report.
pub fn render(report: &Report) -> String {
    format!("{PREAMBLE}\n{}", document(&summary::blocks(report, Extent::Document)))
}

/// Renders a document.
pub fn document(blocks: &[Block]) -> String {
    let mut parts = Vec::new();
    for block in blocks {
        parts.push(match block {
            Block::Title(title) => format!("\\section*{{{}}}", escape(title)),
            Block::Heading(heading) => format!("\\paragraph{{}}{}", escape(heading)),
            Block::Paragraph(paragraph) => escape(paragraph),
            Block::Finding { word, paragraphs } => {
                let paragraphs: Vec<String> = paragraphs.iter().map(|paragraph| escape(paragraph)).collect();
                format!("\\paragraph{{{}}}{}", escape(&word.text.to_lowercase()), paragraphs.join("\n\n"))
            }
            Block::List(points) => {
                let points: String = points.iter().map(|point| format!("  \\item {}\n", escape(point))).collect();
                format!("\\begin{{itemize}}\n{points}\\end{{itemize}}")
            }
            Block::Table(rows) => table(rows),
            // Figures are files of their own.
            Block::Figure(_) => String::new(),
            Block::Details { blocks, .. } => document(blocks).trim_end().to_owned(),
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}

/// A floating table in small type, because names and intervals are long.
fn table(table: &Table) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let sides: String = table.columns.iter().map(|column| if column.right { 'r' } else { 'l' }).collect();
    let header = table.columns.iter().map(|column| escape(&column.name)).collect::<Vec<_>>().join(" & ");
    let mut rows = String::new();
    for row in &table.rows {
        let entries: Vec<String> = row.iter().map(|entry| escape(&entry.joined(", "))).collect();
        rows.push_str(&format!("  {} \\\\\n", entries.join(" & ")));
    }
    format!(
        "\\begin{{table}}[htbp]\n  \\centering\\footnotesize\n  \\caption{{{}}}\n  \\begin{{tabular}}{{{sides}}}\n  \\toprule\n  \
         {header} \\\\\n  \\midrule\n{rows}  \\bottomrule\n  \\end{{tabular}}\n\\end{{table}}",
        escape(&table.caption),
    )
}

/// Escapes a text for LaTeX. Puts brackets in braces, because a `[` after `\\` or `\item` would begin an option.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '<' => escaped.push_str("\\textless{}"),
            '>' => escaped.push_str("\\textgreater{}"),
            '|' => escaped.push_str("\\textbar{}"),
            '"' => escaped.push_str("\\textquotedbl{}"),
            '_' | '%' | '&' | '#' | '$' | '{' | '}' => escaped.extend(['\\', letter]),
            '[' | ']' => escaped.extend(['{', letter, '}']),
            _ if letter.is_control() => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_itself() {
        assert_eq!(
            escape("a_b & 5 % of {x}\\y~^|"),
            "a\\_b \\& 5 \\% of \\{x\\}\\textbackslash{}y\\textasciitilde{}\\textasciicircum{}\\textbar{}"
        );
        assert_eq!(escape("[0.9, 1.0]\t<b>"), "{[}0.9, 1.0{]} \\textless{}b\\textgreater{}");
    }
}
