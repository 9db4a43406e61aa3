//! The section with the figures: one of each kind is drawn as SVG, for print and where no script runs; the script draws the others.

use super::super::drawing;
use super::super::figure::Figure;
use super::super::figures::outcomes;
use super::super::schema::Report;
use super::heat;
use super::html::escape;

/// Kinds of figures: name, heading, and a note on how to read them, empty if none is needed.
const KINDS: [(&str, &str, &str); 11] = [
    ("overview", "Overview", ""),
    ("outcomes", "Verdicts and stops", "The worst outcomes are on the left."),
    ("accuracy", "Accuracy", ""),
    (
        "reliability",
        "Reliability of probabilities",
        "Points above the diagonal: the probabilities are too low; below: too high.",
    ),
    (
        "convergence",
        "Convergence",
        "Oracle calls count passes over the training rows: every method here evaluates objective, gradient and Hessian on all \
         of them. Times taken while other fits ran are not drawn.",
    ),
    ("targets", "Targets reached", ""),
    ("iterations", "Iterations and oracle calls", ""),
    (
        "separation",
        "Separation",
        "Of models without a penalty: under one, whether an optimum exists is no matter of separation.",
    ),
    ("profiles", "Profiles", ""),
    ("ranks", "Critical differences", ""),
    ("coefficients", "Agreement of coefficients", ""),
];

/// The choice of a data set, a model and solvers for all figures, a place for each kind of figure, and its first figure.
pub fn figures(report: &Report, figures: &[Figure]) -> String {
    let kinds: String = KINDS.iter().map(|kind| of_kind(report, figures, kind)).collect();
    format!(
        "<section id=\"figures\" aria-labelledby=\"figures-title\"><h2 id=\"figures-title\">Figures</h2>\n\
         <p class=\"note\" id=\"charts-note\">A click on a name in a legend hides it or shows it again; two show it alone.</p>\n\
         {}{kinds}</section>\n",
        filter(report),
    )
}

fn of_kind(report: &Report, figures: &[Figure], (kind, heading, note): &(&str, &str, &str)) -> String {
    let uniform = if *kind == "outcomes" { outcomes::uniform(report) } else { Vec::new() };
    let sentences: String = uniform.iter().map(|sentence| format!("<li>{}</li>\n", escape(sentence))).collect();
    let sentences = if sentences.is_empty() { sentences } else { format!("<ul>{sentences}</ul>\n") };
    let mut own = figures.iter().enumerate().filter(|(_, figure)| figure.kind == *kind);
    // Of the data set and model that are chosen first, if there is one.
    let is_chosen = |(_, figure): &(usize, &Figure)| {
        let first = |name: &Option<String>, first: Option<&String>| name.is_none() || name.as_ref() == first;
        first(&figure.dataset, report.datasets.first().map(|dataset| &dataset.name))
            && first(&figure.model, report.models.first().map(|model| &model.name))
    };
    let figure = own.clone().find(is_chosen).or_else(|| own.next());
    let drawn = match figure {
        Some((place, figure)) => {
            let note = if note.is_empty() { String::new() } else { format!("<p class=\"note\">{note}</p>\n") };
            let picture = if heat::is_table(figure) { heat::table(figure) } else { drawing::inline_svg(figure) };
            let chart = match heat::is_table(figure) {
                true => String::new(),
                false => format!("<div class=\"chart\" role=\"img\" aria-label=\"{}\"></div>\n", escape(&figure.title)),
            };
            format!(
                "{note}<label class=\"which\">Which <select></select></label>\n\
                 <p class=\"note none\" hidden>There is no figure of this kind for the data set and model that are chosen.</p>\n\
                 <figure data-figure=\"{place}\" data-picture=\"{place}\"><div class=\"picture\">{picture}</div>\n{chart}\
                 <figcaption><strong>{}</strong> <span>{}</span></figcaption>\n\
                 <details class=\"numbers\"><summary>The numbers of this figure</summary><div></div></details></figure>\n",
                escape(&figure.title),
                escape(&figure.description),
            )
        }
        None if sentences.is_empty() => return String::new(),
        None => String::new(),
    };
    format!("<section class=\"kind\" id=\"figure-{kind}\"><h3>{heading}</h3>\n{sentences}{drawn}</section>\n")
}

/// The choice for all figures, of what there are several.
fn filter(report: &Report) -> String {
    let select = |member: &str, name: &str, names: Vec<&str>| {
        let options: String = names.iter().map(|name| format!("<option>{}</option>", escape(name))).collect();
        match names.len() {
            0 | 1 => String::new(),
            _ => format!("<label>{name} <select data-of=\"{member}\">{options}</select></label>\n"),
        }
    };
    let solvers: Vec<&str> =
        report.solvers.iter().filter(|solver| solver.skipped.is_none()).map(|solver| solver.name.as_str()).collect();
    let box_of = |name: &&str| {
        format!("<label><input type=\"checkbox\" checked value=\"{0}\"> <span>{0}</span></label>\n", escape(name))
    };
    let boxes: String = solvers.iter().map(box_of).collect();
    let boxes = match solvers.len() {
        0 | 1 => String::new(),
        all => {
            format!("<details><summary>Solvers (<span>{all}</span> of {all})</summary><div>{boxes}</div></details>\n")
        }
    };
    let datasets = report.datasets.iter().map(|dataset| dataset.name.as_str()).collect();
    let models = report.models.iter().map(|model| model.name.as_str()).collect();
    let choices = [select("dataset", "Data set", datasets), select("model", "Model", models), boxes].concat();
    if choices.is_empty() {
        return choices;
    }
    format!("<form id=\"filter\" aria-label=\"What all figures show\">\n{choices}</form>\n")
}
