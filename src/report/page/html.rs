//! Pieces of HTML.

use super::super::pieces::Piece;

/// Text as HTML, also within quotes. Control characters become spaces.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A number with its full value and its place in the JSON report (a JSON pointer).
pub fn number(path: &str, value: impl std::fmt::Display, text: &str) -> String {
    format!("<data value=\"{value}\" data-path=\"{}\">{}</data>", escape(path), escape(text))
}

/// A cell of a table. The paths of its numbers are relative to `below`, a place of the JSON report.
pub fn pieces(below: &str, pieces: &[Piece]) -> String {
    let html = |piece: &Piece| match piece {
        Piece::Text(text) => escape(text),
        Piece::Number { text, path, value } => number(&format!("{below}{path}"), value, text),
    };
    pieces.iter().map(html).collect()
}

/// A table that scrolls sideways if it does not fit. `rows` hold HTML; the first cell of a row is its heading.
pub fn table(caption: &str, header: &[&str], rows: &[Vec<String>]) -> String {
    let head: String = header.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name))).collect();
    let row = |cells: &Vec<String>| {
        let cells = cells.iter().enumerate().map(|(place, cell)| match place {
            0 => format!("<th scope=\"row\">{cell}</th>"),
            _ => format!("<td>{cell}</td>"),
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let body: String = rows.iter().map(row).collect();
    let caption = escape(caption);
    format!(
        "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"><table><caption>{caption}</caption>\n\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_name_is_markup() {
        assert_eq!(escape("</script><b a='\"&\u{7}"), "&lt;/script&gt;&lt;b a=&#39;&quot;&amp; ");
    }
}
