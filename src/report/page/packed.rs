//! What the page's script reads, packed: a large report's data are ten times smaller so.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};

/// A text, packed by gzip and written in base64.
///
/// # Errors
/// When it cannot be packed, which writing to memory can.
pub fn packed(text: &str) -> std::io::Result<String> {
    // Without a time or a name in its header, so that one report always has one page.
    let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
    packer.write_all(text.as_bytes())?;
    Ok(STANDARD.encode(packer.finish()?))
}

/// Rows of a section's tables up to which they are HTML of the page, and so there without its script.
const MOST_ROWS: usize = 200;

/// The tables that the page's script brings when a reader opens them.
#[derive(Default)]
pub struct OnDemand {
    /// Their HTML.
    pub parts: Vec<String>,
}

impl OnDemand {
    /// Whether a section has too many rows to be in the page as HTML.
    pub fn has_too_many(rows: usize) -> bool {
        rows > MOST_ROWS
    }

    /// The HTML of tables, or a place for it where the section has too many rows.
    pub fn tables(&mut self, rows_of_section: usize, html: String) -> String {
        if !OnDemand::has_too_many(rows_of_section) || html.is_empty() {
            return html;
        }
        self.parts.push(html);
        format!(
            "<div data-part=\"{}\"><noscript><p class=\"note\">These tables need JavaScript; their numbers are in the JSON \
             report.</p></noscript></div>\n",
            self.parts.len() - 1
        )
    }
}
