//! The page in a browser: nothing is loaded, nothing goes wrong, charts are drawn, and a fit is reached.
//!
//! Without a browser (chromium, chromium-browser or google-chrome on PATH, or LOGITBENCH_BROWSER) the tests say so and end.

mod common;
#[path = "common/browser.rs"]
mod driver;

use common::{Folder, logitbench, root};
use driver::Browser;

/// A page of an experiment that ships, in a browser.
fn open(file: &str, repeats: &str, width: u32) -> Option<(Browser, Folder)> {
    let Some(program) = driver::find() else {
        println!("skipped: no browser is installed (set LOGITBENCH_BROWSER, or put chromium on PATH)");
        return None;
    };
    let folder = Folder::new("browser");
    let out = folder.0.join("r.json");
    let (.., stderr) =
        logitbench(&root(), &["experiment", file, "--repeats", repeats, "--quiet", "--out", out.to_str().unwrap()]);
    assert_eq!(stderr, "");
    let mut browser = Browser::start(&program, &folder.0.join("profile"), width);
    browser.open(&folder.0.join("r.html"));
    Some((browser, folder))
}

/// Every figure of every kind is drawn, one after the other.
fn see_every_figure(browser: &mut Browser) -> u64 {
    let kinds = browser.evaluate("document.querySelectorAll('.kind').length").as_u64().unwrap();
    let mut seen = 0;
    for kind in 0..kinds {
        let choose = format!("document.querySelectorAll('.kind')[{kind}]");
        browser.evaluate(&format!("{choose}.scrollIntoView({{behavior: 'instant'}})"));
        let options = browser.evaluate(&format!("{choose}.querySelectorAll('option').length")).as_u64().unwrap();
        for option in 0..options {
            browser.evaluate(&format!(
                "(() => {{ const s = {choose}.querySelector('select'); s.selectedIndex = {option}; \
                 s.dispatchEvent(new Event('change')); }})()"
            ));
            let chart = format!("{choose}.querySelector('.chart')");
            browser.wait_for(&format!("{chart}.dataset.drawn === {choose}.querySelector('select').value"));
            let marks = "'.scatterlayer path, .barlayer path'";
            browser.wait_for(&format!(
                "{chart}.clientWidth > 200 && {chart}.clientHeight > 200 && \
                 [...{chart}.querySelectorAll({marks})].some(m => m.getBoundingClientRect().width > 0)"
            ));
            seen += 1;
        }
    }
    seen
}

fn nothing_went_wrong(browser: &Browser) {
    assert_eq!(browser.errors, Vec::<String>::new());
    let loaded: Vec<&String> = browser.requests.iter().filter(|url| !url.starts_with("data:")).collect();
    assert!(!loaded.is_empty(), "the page itself is seen to be loaded");
    assert!(loaded.iter().all(|url| url.starts_with("file://") && url.contains("/r.html")), "{loaded:?}");
}

#[test]
fn the_page_of_iris() {
    let Some((mut browser, _folder)) = open("iris.toml", "30", 1200) else { return };
    assert!(see_every_figure(&mut browser) >= 8);

    // A click on a name in the legend hides its series, and another shows it again.
    let hidden =
        "document.querySelector('#figure-convergence .chart').data.filter(t => t.visible === 'legendonly').length";
    assert_eq!(browser.evaluate(hidden), 0);
    browser.click("#figure-convergence .legendtoggle");
    browser.wait_for(&format!("{hidden} > 0"));

    // From a claim to its cell, to a split, to the fit.
    browser.evaluate("document.querySelector('#claims article:last-of-type details').open = true");
    browser.evaluate("document.getElementById('fit-split').value = ''");
    browser.click("#claims article:last-of-type tbody a");
    browser.wait_for("location.hash.startsWith('#fit-')");
    // The page follows the link when it is told of it, which is later.
    browser.wait_for("document.getElementById('fit-split').value !== ''");
    browser.evaluate("(() => { const s = document.getElementById('fit-split'); s.value = 1; s.dispatchEvent(new Event('input')); })()");
    let shown = browser.evaluate("document.getElementById('fit-shown').textContent");
    for text in ["separated", "Coefficients", "direction that separates", "Trace", "split=1", "petal"] {
        assert!(shown.as_str().unwrap().contains(text), "{text} is not in {shown}");
    }
    nothing_went_wrong(&browser);
}

#[test]
fn the_page_of_pairs_on_a_phone_and_in_the_dark() {
    let Some((mut browser, _folder)) = open("pairs.toml", "20", 390) else { return };
    let metrics = serde_json::json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true});
    browser.command("Emulation.setDeviceMetricsOverride", metrics);
    let light = browser.evaluate("getComputedStyle(document.body).backgroundColor");
    browser.click("#theme");
    browser.wait_for(&format!("getComputedStyle(document.body).backgroundColor !== {light}"));
    assert!(see_every_figure(&mut browser) > 20);
    // Tables scroll in themselves; the page does not.
    assert_eq!(browser.evaluate("document.documentElement.scrollWidth <= 390"), true);
    nothing_went_wrong(&browser);
}

#[test]
fn what_a_page_must_not_do_would_be_seen_and_is_refused() {
    let Some((mut browser, _folder)) = open("iris.toml", "5", 1200) else { return };
    nothing_went_wrong(&browser);
    browser.evaluate("(() => { const s = document.createElement('script'); s.textContent = 'window.foreign = 1'; document.body.append(s); })()");
    browser.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)");
    browser.evaluate("setTimeout(() => { throw new Error('not caught') })");
    browser.wait_for_errors(&["script-src", "connect-src", "not caught"]);
    assert_eq!(browser.evaluate("typeof window.foreign"), "undefined", "only the page's own scripts run");
}

/// How soon a page is usable depends on what is drawn before anyone asks: nothing.
#[test]
fn figures_are_drawn_when_they_come_into_view() {
    let Some((mut browser, _folder)) = open("iris.toml", "10", 1200) else { return };
    browser.evaluate("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    let drawn = "document.querySelectorAll('.kind .chart[data-drawn]').length";
    assert_eq!(browser.evaluate(drawn), 0, "the claims are above all figures");
    browser.evaluate("document.querySelector('.kind').scrollIntoView({behavior: 'instant'})");
    browser.wait_for("document.querySelector('.kind .chart').dataset.drawn !== undefined");
    let all = browser.evaluate("document.querySelectorAll('.kind').length").as_u64().unwrap();
    assert!(browser.evaluate(drawn).as_u64().unwrap() < all);
    nothing_went_wrong(&browser);
}

#[test]
#[ignore = "runs race.toml, which takes minutes without optimisation"]
fn the_page_of_race() {
    let Some((mut browser, _folder)) = open("race.toml", "5", 1200) else { return };
    assert!(see_every_figure(&mut browser) > 50);
    nothing_went_wrong(&browser);
}
