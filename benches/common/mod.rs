//! Problems that several benches time.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::hint::black_box;
use std::path::Path;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Throughput};
use logitbench::data::DataSet;
use logitbench::data::embedded::Embedded;
use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::Pack;
use logitbench::linear_algebra::{InstructionSet, Task};
use logitbench::model::{Design, PenaltyTerm, Prepared, Problem, Scaling};
use logitbench::split::{Dealing, Generator, Scheme, Split, Splitter};

/// A design.
pub struct Case {
    /// Its name in the results.
    pub name: String,
    /// Its rows.
    pub design: Design,
}

impl Case {
    /// The problem to solve.
    pub fn problem(&self) -> Problem<'_> {
        self.design.problem(PenaltyTerm::NONE)
    }
}

/// The training rows of a split of versicolor and virginica that has an optimum: 75 x 5.
pub fn iris() -> Case {
    // random_state 4: the first split whose training rows overlap.
    let data = versicolor_virginica();
    let splitter = Splitter::new(
        Dealing::with_test_fraction(Scheme::Shuffle, 0.25),
        Generator::Numpy { first_random_state: 0 },
        0,
        "iris",
    );
    let mut split = Split::default();
    splitter.split(4, &data.labels, &mut split);
    split.train.sort_unstable();
    case("iris 75 x 5", &data, &split.train)
}

/// Iris: versicolor against virginica, the pair of classes that is not separable.
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
    let logitbench::data::Source::Fixed(data) = &experiment.sources[0] else { unreachable!("drawn once") };
    let all: Vec<u32> = (0..rows as u32).collect();
    case(&format!("gaussian {rows} x {columns}"), data, &all)
}

fn case(name: &str, data: &DataSet, rows: &[u32]) -> Case {
    let design = Prepared::new(data, rows, true, Scaling::None).design;
    Case { name: name.to_owned(), design }
}

/// An experiment from the text of its file.
pub fn parse(text: &str) -> Experiment {
    Experiment::parse(text, "bench.toml", Path::new(""), Overrides::default()).expect("a good file")
}

/// Independent chains of fused multiply-adds in registers.
struct Peak;

/// Number of chains: enough to hide the latency of a multiply-add, few enough to stay in registers.
const CHAINS: usize = 12;
const ROUNDS: usize = 1_000;

impl Task for Peak {
    /// A number that depends on all chains, and the number of lanes.
    type Output = (f64, usize);
    #[inline(always)]
    fn run<R: Pack>(self) -> (f64, usize) {
        let (factor, term) = (R::splat(black_box(0.999_999)), R::splat(black_box(1e-7)));
        let mut chains = [R::splat(1.0); CHAINS];
        for _ in 0..black_box(ROUNDS) {
            for chain in &mut chains {
                *chain = chain.mul_add(factor, term);
            }
        }
        (chains.iter().map(|chain| chain.lanes().iter().sum::<f64>()).sum(), R::LANES)
    }
}

/// Times the peak of an instruction set in floating-point operations per second: fused multiply-adds, each counted as two.
pub fn peak(group: &mut BenchmarkGroup<'_, WallTime>, set: InstructionSet) {
    let lanes = set.run(Peak).1;
    group.throughput(Throughput::Elements((2 * CHAINS * ROUNDS * lanes) as u64));
    group.bench_function(format!("peak, {}", set.name()), |bencher| bencher.iter(|| set.run(Peak)));
}
