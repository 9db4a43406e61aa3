//! The separation map: the share of splits whose likelihood has a maximum, per data set, and against the size of the data if data
//! sets differ in size.

use super::super::figure::{Colour, Figure, Marks, Series};
use super::super::schema::SplitSummary;
use super::super::{Report, percent};
use super::{linear, listed, names};

/// Separation statuses of the training rows of a split, the worst first.
const STATUSES: [(&str, Colour); 4] = [
    ("undecided", Colour::Bad),
    ("complete", Colour::Notable),
    ("quasi-complete", Colour::Doubtful),
    ("overlap", Colour::Good),
];

/// A map per model without a penalty, and a curve if data sets differ in size. A penalty leaves no question for them: it gives splits an
/// optimum whether or not a hyperplane separates their training rows, and what is counted then is that optimum.
pub fn figures(report: &Report) -> Vec<Figure> {
    let plain = report.models.iter().filter(|model| model.penalty == "none");
    plain.flat_map(|model| [map(report, &model.name), curve(report, &model.name)]).flatten().collect()
}

fn of_model<'r>(report: &'r Report, model: &str) -> Vec<&'r SplitSummary> {
    report.splits.iter().filter(|splits| splits.model == model).collect()
}

fn map(report: &Report, model: &str) -> Option<Figure> {
    let splits = of_model(report, model);
    let count = |splits: &SplitSummary, status: &str| splits.separation.get(status).copied().unwrap_or(0);
    let series: Vec<Series> = STATUSES
        .iter()
        .filter(|(status, _)| splits.iter().any(|splits| count(splits, status) > 0))
        .map(|&(status, colour)| Series {
            name: if status == "overlap" { "overlap: a maximum exists".to_owned() } else { status.to_owned() },
            colour,
            marks: Marks::Bars {
                y: (0..splits.len()).map(|place| place as f64).collect(),
                length: splits.iter().map(|splits| count(splits, status) as f64).collect(),
            },
        })
        .collect();
    (!series.is_empty()).then(|| Figure {
        kind: "separation",
        variant: format!("{model} · by data set"),
        dataset: None,
        model: Some(model.to_owned()),
        title: format!("Whether the training rows have a maximum-likelihood fit: {model}"),
        description: format!(
            "Stacked bars, one per data set: a split has no maximum if a hyperplane separates its training rows. Share with a \
             maximum: {}",
            listed(splits.iter().map(|splits| (splits.dataset.clone(), percent(splits.with_optimum)))),
        ),
        x: linear("splits"),
        y: names("data set", splits.iter().map(|splits| splits.dataset.clone()).collect()),
        series,
    })
}

/// The size of a data set.
struct Size<'r> {
    rows: f64,
    columns: f64,
    splits: &'r SplitSummary,
}

/// The share of splits with a maximum against columns, rows, or columns per row, whichever differs between the data sets.
fn curve(report: &Report, model: &str) -> Option<Figure> {
    let size = |splits: &'_ _| {
        let splits: &SplitSummary = splits;
        let dataset = report.datasets.iter().find(|dataset| dataset.name == splits.dataset)?;
        let training = match (splits.training_rows, report.experiment.test_fraction) {
            (Some([least, most]), _) => 0.5 * (f64::from(least) + f64::from(most)),
            (None, share) => dataset.rows as f64 * (1.0 - share.unwrap_or(0.0)),
        };
        Some((training, splits.columns as f64))
    };
    let sizes: Vec<Size<'_>> = of_model(report, model)
        .into_iter()
        .filter_map(|splits| size(splits).map(|(rows, columns)| Size { rows, columns, splits }))
        .filter(|size| size.rows > 0.0)
        .collect();
    let differ = |of: fn(&Size<'_>) -> f64| sizes.windows(2).any(|pair| matches!(pair, [a, b] if of(a) != of(b)));
    let (label, at): (_, fn(&Size<'_>) -> f64) = match (differ(|size| size.columns), differ(|size| size.rows)) {
        (true, false) => ("columns of the design", |size| size.columns),
        (false, true) => ("training rows", |size| size.rows),
        (true, true) => ("columns of the design per training row", |size| size.columns / size.rows),
        (false, false) => return None,
    };
    let mut points: Vec<(f64, &SplitSummary)> = sizes.iter().map(|size| (at(size), size.splits)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let in_words = points.iter().map(|(at, splits)| {
        let at = format!("{} ({})", super::short(*at), splits.dataset);
        (at, percent(splits.with_optimum))
    });
    let description = format!(
        "The share of the splits whose training rows are proved to have a maximum, {}against {label}. {}",
        match points.iter().any(|(_, splits)| splits.interval.is_some()) {
            true =>
                format!("with its exact {} interval over random splits, ", percent(report.experiment.interval_level)),
            false => String::new(),
        },
        listed(in_words),
    );
    let series = Series {
        name: "share with a maximum".to_owned(),
        colour: Colour::Good,
        marks: Marks::Band {
            x: points.iter().map(|point| point.0).collect(),
            low: points.iter().map(|point| point.1.interval.map(|[low, _]| low)).collect(),
            middle: points.iter().map(|point| Some(point.1.with_optimum)).collect(),
            high: points.iter().map(|point| point.1.interval.map(|[_, high]| high)).collect(),
            stepped: false,
        },
    };
    Some(Figure {
        kind: "separation",
        variant: format!("{model} · by size"),
        dataset: None,
        model: Some(model.to_owned()),
        title: format!("Share of the splits that have a maximum-likelihood fit, by size: {model}"),
        description,
        x: linear(label),
        y: linear("share of the splits"),
        series: vec![series],
    })
}
