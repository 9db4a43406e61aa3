//! Takes the script that draws the page's charts out of the `plotly` crate, and packs it for the page: 4.7 MB become 1.9 MB.
//! As a build dependency nothing else of the crate is in the program.
//!
//! Why plotly: it is the maintained library whose script a crate hands over as text, and it has bands, logarithmic axes,
//! horizontal intervals and a legend that switches series on and off. `charming` has a smaller one (ECharts, 1 MB), but
//! behind a JavaScript engine for rendering at build time, and its pages load it from the network.

use std::error::Error;
use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

const PAGE_SCRIPT: &str = "src/report/page/page.js";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={PAGE_SCRIPT}");
    let out = std::env::var("OUT_DIR")?;
    let out = Path::new(&out);

    let elements = plotly::Plot::offline_js_sources();
    let script = elements
        .strip_prefix("<script type=\"text/javascript\">")
        .and_then(|rest| rest.split_once("</script>"))
        .map(|(script, _)| script)
        .filter(|script| script.contains("plotly.js v"))
        .ok_or("the plotly crate hands over its script in another form than build.rs knows")?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(script.as_bytes())?;
    std::fs::write(out.join("charts.js.gz.base64"), STANDARD.encode(packed.finish()?))?;

    // The page's policy lets these two scripts run, and no other.
    let digest = |text: &[u8]| STANDARD.encode(Sha256::digest(text));
    std::fs::write(out.join("charts.sha256"), digest(script.as_bytes()))?;
    std::fs::write(out.join("page.sha256"), digest(&std::fs::read(PAGE_SCRIPT)?))?;
    Ok(())
}
