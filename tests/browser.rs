//! The page in a browser: nothing is loaded, nothing goes wrong, charts are drawn, and a fit is reached.
//!
//! Without a browser (chromium, chromium-browser or google-chrome on PATH, or LOGITBENCH_BROWSER) the tests say so and end.

mod common;
#[path = "common/browser.rs"]
mod driver;

use std::collections::BTreeSet;

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

/// Chooses in the filter of all figures.
fn choose(browser: &mut Browser, member: &str, place: u64) {
    browser.evaluate(&format!(
        "(() => {{ const s = document.querySelector('#filter [data-of={member}]'); s.selectedIndex = {place}; \
         s.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    ));
}

/// Every figure of every kind, data set and model is drawn, one after the other; says how many there are.
fn see_every_figure(browser: &mut Browser) -> usize {
    browser.wait_for("document.querySelectorAll('.which option').length > 0");
    let mut seen = BTreeSet::new();
    let mut choices = |member: &str| {
        let all = format!("(document.querySelector('#filter [data-of={member}]')?.options.length ?? 0)");
        browser.evaluate(&all).as_u64().unwrap()
    };
    let (datasets, models) = (choices("dataset"), choices("model"));
    for dataset in 0..datasets.max(1) {
        for model in 0..models.max(1) {
            if datasets > 0 {
                choose(browser, "dataset", dataset);
            }
            if models > 0 {
                choose(browser, "model", model);
            }
            see_chosen_figures(browser, &mut seen);
        }
    }
    let all = browser.evaluate("Number(document.documentElement.dataset.figures)").as_u64().unwrap();
    assert_eq!(seen.len() as u64, all, "each figure can be reached");
    seen.len()
}

fn see_chosen_figures(browser: &mut Browser, seen: &mut BTreeSet<String>) {
    let kinds = browser.evaluate("document.querySelectorAll('.kind').length").as_u64().unwrap();
    for kind in 0..kinds {
        let section = format!("document.querySelectorAll('.kind')[{kind}]");
        browser.evaluate(&format!("{section}.scrollIntoView({{behavior: 'instant'}})"));
        if browser.evaluate(&format!("{section}.querySelector('figure')?.hidden ?? true")) == true {
            continue;
        }
        let options =
            browser.evaluate(&format!("{section}.querySelectorAll('.which option').length")).as_u64().unwrap();
        for option in 0..options {
            browser.evaluate(&format!(
                "(() => {{ const s = {section}.querySelector('.which select'); s.selectedIndex = {option}; \
                 s.dispatchEvent(new Event('change')); }})()"
            ));
            let figure = format!("{section}.querySelector('figure')");
            let place = browser.evaluate(&format!("{section}.querySelector('.which select').value"));
            if !seen.insert(place.as_str().unwrap().to_owned()) {
                continue;
            }
            let marks = "'.scatterlayer path, .barlayer path'";
            browser.wait_for(&format!(
                "(() => {{ const f = {figure}, c = f.querySelector('.chart'); \
                 if (!c) return f.dataset.picture === {place} && f.querySelectorAll('.heat td data').length > 0; \
                 return c.dataset.drawn === {place} && c.clientWidth > 200 && c.clientHeight > 200 && \
                 [...c.querySelectorAll({marks})].some(m => m.getBoundingClientRect().width > 0); }})()"
            ));
        }
    }
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

/// What is chosen for all figures is what they show: another data set, another model, fewer solvers.
#[test]
fn one_choice_is_for_all_figures() {
    let Some((mut browser, _folder)) = open("pairs.toml", "10", 1400) else { return };
    browser.wait_for("document.querySelectorAll('.which option').length > 0");
    let titles = "[...document.querySelectorAll('.kind figure:not([hidden])')].map(f => f.dataset.figure).join(' ')";
    let before = browser.evaluate(titles);
    choose(&mut browser, "dataset", 1);
    assert_ne!(browser.evaluate(titles), before);
    let chosen = browser.evaluate("document.querySelector('#filter [data-of=dataset]').value");
    let title = browser.evaluate("document.querySelector('#figure-accuracy figcaption strong').textContent");
    assert!(title.as_str().unwrap().contains(chosen.as_str().unwrap()), "{title}");

    browser.evaluate("document.querySelector('#figure-accuracy').scrollIntoView({behavior: 'instant'})");
    browser.wait_for("document.querySelector('#figure-accuracy .chart').dataset.drawn !== undefined");
    let rows = "document.querySelector('#figure-accuracy .chart').layout.yaxis.ticktext.length";
    let columns = "document.querySelectorAll('.heat thead th:not([hidden])').length";
    let (all_rows, all_columns) =
        (browser.evaluate(rows).as_u64().unwrap(), browser.evaluate(columns).as_u64().unwrap());
    browser.evaluate("document.querySelector('#filter details').open = true");
    browser.click("#filter input");
    browser.wait_for(&format!("{rows} === {}", all_rows - 1));
    browser.evaluate("document.querySelector('#figure-overview').scrollIntoView({behavior: 'instant'})");
    browser.wait_for(&format!("{columns} === {}", all_columns - 1));
    nothing_went_wrong(&browser);
}

/// Nothing is wider than the window at any width, light or dark.
#[test]
fn the_page_fits_windows_of_three_widths() {
    for (width, scheme) in [(1400, "light"), (768, "dark"), (390, "light"), (390, "dark")] {
        let Some((mut browser, _folder)) = open("pairs.toml", "5", width) else { return };
        let metrics = serde_json::json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500});
        browser.command("Emulation.setDeviceMetricsOverride", metrics);
        let features = serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.command("Emulation.setEmulatedMedia", features);
        browser.wait_for("document.querySelectorAll('.which option').length > 0");
        browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        browser.wait_for("[...document.querySelectorAll('[data-part]')].every(p => p.classList.contains('there'))");
        assert_eq!(browser.evaluate(&format!("document.documentElement.scrollWidth <= {width}")), true, "{width}");
        // What is wider than its place scrolls there, can be reached by keyboard, and its edge says so.
        browser.wait_for(
            "[...document.querySelectorAll('.wide')].every(w => w.tabIndex === 0 && \
             w.classList.contains('more') === (w.scrollWidth > w.clientWidth + 2))",
        );
        nothing_went_wrong(&browser);
    }
}

/// On paper every kind has its figure, nothing can be operated, and no table is cut.
#[test]
fn what_is_printed_is_whole_and_has_no_controls() {
    let Some((mut browser, _folder)) = open("pairs.toml", "10", 1400) else { return };
    browser.wait_for("document.querySelectorAll('.which option').length > 0");
    // A kind of which another figure was chosen than the one that the page has a picture of.
    let select = "document.querySelector('#figure-convergence .which select')";
    browser.evaluate("document.querySelector('#figure-convergence').scrollIntoView({behavior: 'instant'})");
    browser.wait_for("document.querySelector('#figure-convergence .chart').dataset.drawn !== undefined");
    browser
        .evaluate(&format!("(() => {{ {select}.selectedIndex = 1; {select}.dispatchEvent(new Event('change')); }})()"));
    browser.wait_for(&format!("document.querySelector('#figure-convergence .chart').dataset.drawn === {select}.value"));
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");

    let paper = serde_json::json!({"width": 690, "height": 1000, "deviceScaleFactor": 1, "mobile": false});
    browser.command("Emulation.setDeviceMetricsOverride", paper);
    browser.command("Emulation.setEmulatedMedia", serde_json::json!({"media": "print"}));
    browser.evaluate("dispatchEvent(new Event('beforeprint'))");
    let visible = |what: &str| {
        format!(
            "[...document.querySelectorAll('{what}')].filter(e => e.getClientRects().length > 0).map(e => e.outerHTML.slice(0, 99))"
        )
    };
    assert_eq!(browser.evaluate(&visible("select, button, input, nav, .modebar")), serde_json::json!([]));
    let blank = "[...document.querySelectorAll('.kind figure:not([hidden])')].filter(f => \
        ![...f.querySelectorAll('.picture svg path, .picture td, .chart .main-svg path')].some(p => p.getBoundingClientRect().width > 20)) \
        .map(f => f.parentElement.id)";
    assert_eq!(browser.evaluate(blank), serde_json::json!([]));
    assert_eq!(
        browser.evaluate(&visible("#figure-convergence .picture")),
        serde_json::json!([]),
        "the chosen one is printed"
    );
    let cut = "[...document.querySelectorAll('.wide, .kind .chart')].filter(w => w.getClientRects().length > 0 && \
        w.scrollWidth > w.clientWidth + 2).map(w => w.getAttribute('aria-label') + ' ' + w.scrollWidth + ' ' + w.clientWidth)";
    assert_eq!(browser.evaluate(cut), serde_json::json!([]));
    assert_eq!(browser.evaluate("document.documentElement.scrollWidth <= 690"), true);
    browser.evaluate("dispatchEvent(new Event('afterprint'))");
    assert_eq!(browser.evaluate("document.documentElement.dataset.theme ?? ''"), "");
    nothing_went_wrong(&browser);
}

/// Without a script the page has a picture of each kind, all words, and nothing that does not work.
#[test]
fn without_a_script_each_kind_has_a_picture() {
    let Some((mut browser, folder)) = open("pairs.toml", "5", 1200) else { return };
    browser.command("Emulation.setScriptExecutionDisabled", serde_json::json!({"value": true}));
    browser.open(&folder.0.join("r.html"));
    browser.command("Emulation.setScriptExecutionDisabled", serde_json::json!({"value": false}));
    let pictures = "[...document.querySelectorAll('.kind figure')].filter(f => { const r = f.querySelector('.picture > *').getBoundingClientRect(); \
        return r.width > 200 && r.height > 100; }).length";
    let kinds = browser.evaluate("document.querySelectorAll('.kind figure').length");
    assert!(kinds.as_u64().unwrap() > 7);
    assert_eq!(browser.evaluate(pictures), kinds);
    let controls =
        "[...document.querySelectorAll('select, button, input')].filter(e => e.getClientRects().length > 0).length";
    assert_eq!(browser.evaluate(controls), 0);
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
