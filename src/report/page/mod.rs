//! The report as one HTML file that opens anywhere: words first, then tables and figures, then every fit that was kept whole.
//!
//! The page loads nothing, and its policy enforces that: only its own two scripts run, identified by their digests. All names are
//! escaped, because they come from files. `page.css` holds the looks; `script/` draws a figure when it comes into view, from the
//! data that [`data`] puts into the page, packed. Tables of large reports are packed too, and brought when a reader opens them.

pub mod data;
mod heat;
mod html;
mod packed;
mod sections;
mod figure_section;
mod result_sections;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::Report;
use html::escape;
use packed::OnDemand;

/// The beginning of every page.
pub const BEGINNING: &str = "<!DOCTYPE html>\n<!-- logitbench";

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!(
    include_str!("script/begin.js"),
    include_str!("script/looks.js"),
    include_str!("script/figures.js"),
    include_str!("script/fit.js"),
    "})();\n"
);
/// plotly.js 3.0.1, which draws the charts: the file `plotly-basic.min.js` of the package `plotly.js-basic-dist-min` of npm, packed
/// by gzip, 0.36 MB instead of 1. It has lines, bars and points alone, as the figures do; all of plotly.js takes four times as much
/// of a page, and of the time until the first chart is seen. It has bands, logarithmic axes, horizontal intervals, and a legend
/// that switches series on and off.
const CHARTS: &[u8] = include_bytes!("plotly/plotly-basic.min.js.gz");
/// SHA-256 of the unpacked script, in base64.
const CHARTS_DIGEST: &str = "l1Aje0LZevOGwlrWRNhYrFt3Nd1l6Fg+MskjTVUdt/Q=";

/// The report as HTML.
///
/// # Errors
/// When the report's data cannot be JSON, which they came from.
pub fn render(report: &Report) -> serde_json::Result<String> {
    let title = escape(&report.experiment.title);
    let script_digest = STANDARD.encode(Sha256::digest(SCRIPT));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; \
         script-src 'sha256-{script_digest}' 'sha256-{CHARTS_DIGEST}'"
    );
    let figures = super::figures::all(report);
    let mut on_demand = OnDemand::default();
    let body = [
        sections::answer(report),
        sections::claims(report),
        sections::failures(report),
        figure_section::figures(report, &figures),
        result_sections::results(report, &mut on_demand),
        result_sections::comparisons(report, &mut on_demand),
        sections::fit(report),
        sections::environment(report),
    ]
    .concat();
    let data = serde_json::to_string(&data::of(report, &figures, &on_demand.parts))?;
    let data = packed::packed(&data).map_err(serde_json::Error::io)?;
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
<script type="text/plain" id="data">{data}</script>
<script type="text/plain" id="charts">{charts}</script>
<script>{SCRIPT}</script>
</body>
</html>
"##,
        version = escape(&report.environment.version),
        heading = sections::heading(report),
        charts = STANDARD.encode(CHARTS),
    ))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// A browser refuses a script of another digest, and the page then has no charts.
    #[test]
    fn the_digest_of_the_charts_is_that_of_the_packed_script() {
        let mut script = String::new();
        flate2::read::GzDecoder::new(CHARTS).read_to_string(&mut script).unwrap();
        assert!(script.contains("plotly.js (basic - minified) v3.0.1"));
        assert_eq!(STANDARD.encode(Sha256::digest(&script)), CHARTS_DIGEST);
    }
}
