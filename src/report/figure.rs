//! The contents of a figure, which the page, an SVG or PNG file, or the terminal draws.
//!
//! A [`Figure`] is made from a [`Report`](super::Report) alone and holds data, not looks. Renderers decide how a band or a bar
//! looks; the figure decides which solver a colour means, so that a solver has one colour in all figures.

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The kind, as `convergence`. The page shows the figures of a kind in one place, one at a time.
    pub kind: &'static str,
    /// The name within the kind, as `iris · maximum likelihood · gap against iterations`; empty if the kind has one figure.
    pub variant: String,
    /// The data set that it is about; `None` if it is about several.
    pub dataset: Option<String>,
    /// The model that it is about; `None` if it is about several.
    pub model: Option<String>,
    /// The title.
    pub title: String,
    /// A description in sentences, for readers who do not see the figure.
    pub description: String,
    /// The axis to the right.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// The series, in the order of the legend.
    pub series: Vec<Series>,
}

impl Figure {
    /// A name for files and anchors: kind and variant in small letters, digits and hyphens.
    pub fn slug(&self) -> String {
        let text = format!("{} {}", self.kind, self.variant).to_lowercase();
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    }

    /// What it shows of its data set and model: the variant without their names.
    pub fn what(&self) -> &str {
        let mut rest = self.variant.as_str();
        for name in [&self.dataset, &self.model].into_iter().flatten() {
            rest = rest.strip_prefix(name.as_str()).map_or(rest, |rest| rest.trim_start_matches(" · "));
        }
        rest
    }
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The quantity, with its unit.
    pub label: String,
    /// The scale.
    pub scale: Scale,
}

/// How values are laid out along an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Equal differences are equal distances.
    Linear,
    /// Equal ratios are equal distances; only values above 0 are drawn.
    Logarithmic,
    /// The values are places in this list of names, the first at the top or on the left.
    Names(Vec<String>),
}

/// One entry of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// Its marks.
    pub marks: Marks,
}

/// A colour by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// The solver at this place of the report's list.
    Solver(usize),
    /// A good outcome: `optimal`, `converged`.
    Good,
    /// A doubtful outcome: `suboptimal`, `max-iterations`.
    Doubtful,
    /// A bad outcome: `failed`.
    Bad,
    /// A finding that is neither good nor bad: `separated`.
    Notable,
    /// A help for reading, as the bound of a claim.
    Guide,
}

/// The marks of a series. All lists of one variant have equal lengths; `None` interrupts a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Marks {
    /// A line through points.
    Line {
        /// To the right.
        x: Vec<f64>,
        /// Upwards.
        y: Vec<Option<f64>>,
        /// Whether a value holds until the next point, as in a distribution function.
        stepped: bool,
    },
    /// A line through medians between two quantiles, or through estimates between the ends of their intervals.
    Band {
        /// To the right.
        x: Vec<f64>,
        /// The lower quantile or end.
        low: Vec<Option<f64>>,
        /// The median or estimate.
        middle: Vec<Option<f64>>,
        /// The upper quantile or end.
        high: Vec<Option<f64>>,
        /// Whether values hold until the next point, as in a distribution function.
        stepped: bool,
    },
    /// Stacked bars along x, each from the end of the bar of the previous series.
    Bars {
        /// Places in the list of names.
        y: Vec<f64>,
        /// Lengths of the bars.
        length: Vec<f64>,
    },
    /// Points, each with an interval along x if one is known.
    Points {
        /// To the right.
        x: Vec<f64>,
        /// Upwards.
        y: Vec<f64>,
        /// The intervals.
        interval: Vec<Option<[f64; 2]>>,
    },
    /// The spread of many values along x, behind points.
    Strip {
        /// Places in the list of names.
        y: Vec<f64>,
        /// The smallest and the largest value.
        whole: Vec<[f64; 2]>,
        /// The quartiles, between which half of the values lie.
        half: Vec<[f64; 2]>,
    },
    /// A value along x with which all others are compared: a line across the figure.
    Bound {
        /// To the right.
        x: f64,
        /// The side on which it lies, if it is so far from all other values that an axis with both would hide their differences.
        beyond: Option<Side>,
    },
    /// Shaded cells of a table, each with its value in words.
    Cells {
        /// Places in the list of names to the right.
        x: Vec<f64>,
        /// Places in the list of names upwards.
        y: Vec<f64>,
        /// The values.
        value: Vec<f64>,
        /// Where the values are in the JSON report (JSON pointers).
        path: Vec<String>,
        /// How dark each cell is, from 0 to 1.
        shade: Vec<f64>,
        /// The values as a reader sees them.
        shown: Vec<String>,
    },
}

/// An end of the axis to the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Below the smallest value.
    Left,
    /// Above the largest.
    Right,
}
