//! What a figure shows, whoever draws it: the page, a file of SVG or PNG, or the terminal.
//!
//! A [`Figure`] is made from a [`Report`](super::Report) alone and holds data, not looks: how a band or a bar looks is the
//! renderer's business, but that a solver has one colour in all figures is said here.

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its kind, as `convergence`: figures of one kind are shown in one place, one at a time.
    pub kind: &'static str,
    /// Which of its kind it is, as `iris · maximum likelihood · gap against iterations`; empty where there is one only.
    pub variant: String,
    /// What it shows.
    pub title: String,
    /// What is to be seen, in sentences, for readers who do not see it.
    pub description: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// What is drawn, in the order of the legend.
    pub series: Vec<Series>,
}

impl Figure {
    /// A name for files and anchors: kind and variant in small letters, digits and hyphens.
    pub fn slug(&self) -> String {
        let text = format!("{} {}", self.kind, self.variant).to_lowercase();
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    }
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit.
    pub label: String,
    /// How values are laid out.
    pub scale: Scale,
}

/// How values are laid out along an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Equal differences are equal distances.
    Linear,
    /// Equal ratios are equal distances; values that are not above 0 are not drawn.
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
    /// What is drawn.
    pub marks: Marks,
}

/// A colour by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// That of the solver at this place of the report's list.
    Solver(usize),
    /// Something that is as it should be: `optimal`, `converged`.
    Good,
    /// Something to look at: `suboptimal`, `max-iterations`.
    Doubtful,
    /// Something wrong: `failed`.
    Bad,
    /// A finding that is neither good nor bad: `separated`.
    Notable,
    /// What helps to read the rest: the bound of a claim.
    Guide,
}

/// What is drawn. All lists of one value have equal lengths; `None` interrupts a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Marks {
    /// A line through points.
    Line {
        /// To the right.
        x: Vec<f64>,
        /// Upwards.
        y: Vec<Option<f64>>,
        /// Whether a value holds until the next point, as of a distribution function.
        stepped: bool,
    },
    /// A line through medians between two quantiles.
    Band {
        /// To the right.
        x: Vec<f64>,
        /// The lower quantile.
        low: Vec<Option<f64>>,
        /// The median.
        middle: Vec<Option<f64>>,
        /// The upper quantile.
        high: Vec<Option<f64>>,
    },
    /// Bars along x, each from the end of the series before it: stacked. `y` are places of names.
    Bars {
        /// The bar's place.
        y: Vec<f64>,
        /// Its length.
        length: Vec<f64>,
    },
    /// Points, each with an interval along x where one is known.
    Points {
        /// To the right.
        x: Vec<f64>,
        /// Upwards.
        y: Vec<f64>,
        /// The intervals.
        interval: Vec<Option<[f64; 2]>>,
    },
}
