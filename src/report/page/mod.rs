//! The report as one HTML file that opens anywhere: words first, then tables and figures, then every fit that was kept whole.
//!
//! The page loads nothing, and its policy enforces that: only its own two scripts run, identified by their digests. All names are
//! escaped, because they come from files. `page.css` holds the looks; `page.js` draws a figure when it comes into view, from the
//! data that [`data`] puts into the page.

pub mod data;
mod html;
mod sections;
mod result_sections;

use super::Report;
use html::escape;

/// The beginning of every page.
pub const BEGINNING: &str = "<!DOCTYPE html>\n<!-- logitbench";

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// The charts' library, packed: see `build.rs`.
const CHARTS: &str = include_str!(concat!(env!("OUT_DIR"), "/charts.js.gz.base64"));
const CHARTS_DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/charts.sha256"));
const SCRIPT_DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/page.sha256"));

/// The report as HTML.
///
/// # Errors
/// When the report's data cannot be JSON, which they came from.
pub fn render(report: &Report) -> serde_json::Result<String> {
    let title = escape(&report.experiment.title);
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; \
         script-src 'sha256-{SCRIPT_DIGEST}' 'sha256-{CHARTS_DIGEST}'"
    );
    let figures = super::figures::all(report);
    // Without "<" no name can end the element.
    let data = serde_json::to_string(&data::of(report, &figures))?.replace('<', "\\u003c");
    let body = [
        sections::claims(report),
        sections::failures(report),
        result_sections::results(report),
        sections::figures(&figures),
        result_sections::comparisons(report),
        sections::fit(report),
        sections::environment(report),
    ]
    .concat();
    Ok(format!(
        r##"{BEGINNING} {version} -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
{heading}</header>
<main id="content">
{body}</main>
<footer><p>Made by logitbench {version}. Charts by plotly.js, © Plotly, Inc., MIT licence, which is in this file.</p></footer>
<script type="application/json" id="data">{data}</script>
<script type="text/plain" id="charts">{CHARTS}</script>
<script>{SCRIPT}</script>
</body>
</html>
"##,
        version = escape(&report.environment.version),
        heading = sections::heading(report),
    ))
}
