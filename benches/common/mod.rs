//! Problems that several benches time.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::path::Path;

use logitbench::data::DataSet;
use logitbench::data::embedded::Embedded;
use logitbench::experiment::{Experiment, Overrides};
use logitbench::model::design::Transformation;
use logitbench::model::{Design, Problem, Scaling, Serial};
use logitbench::split::{Generator, Scheme, Split, Splitter};

/// A design with its penalties.
pub struct Case {
    /// What it is called in the results.
    pub name: String,
    design: Design,
    penalties: Vec<f64>,
}

impl Case {
    /// The problem to solve.
    pub fn problem(&self) -> Problem<'_> {
        let Design { rows, columns, signs } = &self.design;
        Problem { rows, columns: *columns, signs, penalties: &self.penalties, firth: false, workers: &Serial }
    }
}

/// The training rows of a split of versicolor and virginica that has an optimum: 75 x 5.
pub fn iris() -> Case {
    // random_state 4: the first split whose training rows overlap.
    let data = versicolor_virginica();
    let splitter = Splitter::new(Scheme::Shuffle, 0.25, Generator::Numpy { first_random_state: 0 }, 0, "iris");
    let mut split = Split::default();
    splitter.split(4, &data.labels, &mut split);
    split.train.sort_unstable();
    case("iris 75 x 5", &data, &split.train)
}

/// Iris, the pair that is not separable.
pub fn versicolor_virginica() -> DataSet {
    Embedded::named("iris").and_then(|iris| iris.load(["versicolor", "virginica"]).ok()).expect("iris ships")
}

/// Simulated rows with an intercept.
pub fn gaussian(rows: usize, columns: usize) -> Case {
    let text = format!(
        "[[dataset]]\nsimulate = \"gaussian\"\nrows = {rows}\nfeatures = {}\n[[solver]]\nmethod = \"newton\"\n",
        columns - 1
    );
    let experiment = parse(&text);
    let logitbench::experiment::Source::Fixed(data) = &experiment.sources[0] else { unreachable!("drawn once") };
    let all: Vec<u32> = (0..rows as u32).collect();
    case(&format!("gaussian {rows} x {columns}"), data, &all)
}

fn case(name: &str, data: &DataSet, rows: &[u32]) -> Case {
    let (mut transformation, mut design) = (Transformation::default(), Design::default());
    transformation.fit(data, rows, Scaling::None);
    design.gather(data, rows, true, &transformation);
    let penalties = vec![0.0; design.columns];
    Case { name: name.to_owned(), design, penalties }
}

/// An experiment from the text of its file.
pub fn parse(text: &str) -> Experiment {
    Experiment::parse(text, "bench.toml", Path::new(""), Overrides::default()).expect("a good file")
}
