//! A population whose classifiers are known: rows of two Gaussian classes, and Fisher's linear discriminant with a threshold.
//!
//! Class 0 has mean −signal/2 and class 1 +signal/2 in each of two features, of variance 1, and a fair coin chooses the class. The
//! population is symmetric: (x, y) and (−x, 1 − y) are equally likely. So a solver with threshold t and one with 1 − t are equally
//! accurate on new data, whatever the rows they are trained on, and so are two solvers that see one of two like features each.

use logitbench::random::stream::{Purpose, Streams};
use logitbench::statistics::distribution::normal;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// A row: two features and the class.
pub type Row = ([f64; 2], bool);

/// A generator for each repetition of a simulation.
pub fn generators(name: &str, count: u64) -> impl Iterator<Item = ChaCha8Rng> + use<> {
    let streams = Streams::new(18, name, Purpose::Data);
    (0..count).map(move |index| streams.stream(index))
}

/// Draws rows with such differences of the class means.
pub fn draw(signal: [f64; 2], rows: usize, generator: &mut impl Rng) -> Vec<Row> {
    let row = |_| {
        let label = generator.random::<bool>();
        let side = if label { 0.5 } else { -0.5 };
        (signal.map(|signal| side * signal + generator.sample::<f64, _>(StandardNormal)), label)
    };
    (0..rows).map(row).collect()
}

/// Rows and their mirror images: a data set on which solvers with thresholds t and 1 − t are equally accurate over all splits.
pub fn draw_mirrored(signal: [f64; 2], rows: usize, generator: &mut impl Rng) -> Vec<Row> {
    let half = draw(signal, rows / 2, generator);
    let image = |&([u, v], label): &Row| ([-u, -v], !label);
    half.iter().copied().chain(half.iter().map(image)).collect()
}

/// A random order of rows.
pub fn order(rows: usize, generator: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    for i in (1..rows).rev() {
        order.swap(i, generator.random_range(0..=i));
    }
    order
}

/// A linear classifier: class 1 where w'x + b is above the threshold's logit.
#[derive(Clone, Copy)]
pub struct Fit {
    pub weights: [f64; 2],
    pub constant: f64,
}

impl Fit {
    /// Fisher's linear discriminant with the class shares of the rows; 0 everywhere if a class has no row.
    pub fn of<'r>(rows: impl Iterator<Item = &'r Row> + Clone) -> Fit {
        let (mut counts, mut sums) = ([0.0; 2], [[0.0; 2]; 2]);
        for (x, label) in rows.clone() {
            let class = usize::from(*label);
            counts[class] += 1.0;
            sums[class][0] += x[0];
            sums[class][1] += x[1];
        }
        if counts.contains(&0.0) {
            return Fit { weights: [0.0; 2], constant: 0.0 };
        }
        let means = [0, 1].map(|class| sums[class].map(|sum| sum / counts[class]));
        let (mut a, mut b, mut c) = (1e-9, 0.0, 1e-9);
        for (x, label) in rows {
            let mean = means[usize::from(*label)];
            let (u, v) = (x[0] - mean[0], x[1] - mean[1]);
            a += u * u;
            b += u * v;
            c += v * v;
        }
        let [a, b, c] = [a, b, c].map(|sum| sum / (counts[0] + counts[1]));
        let (d, e) = (means[1][0] - means[0][0], means[1][1] - means[0][1]);
        let determinant = a * c - b * b;
        let weights = [(c * d - b * e) / determinant, (a * e - b * d) / determinant];
        let middle = [0, 1].map(|j| 0.5 * (means[0][j] + means[1][j]));
        let constant = -weights[0] * middle[0] - weights[1] * middle[1] + (counts[1] / counts[0]).ln();
        Fit { weights, constant }
    }

    /// Whether a row is classified rightly, given the logit of the threshold.
    pub fn is_right(&self, (x, label): &Row, logit: f64) -> bool {
        (self.weights[0] * x[0] + self.weights[1] * x[1] + self.constant > logit) == *label
    }

    /// The error on new data at threshold ½.
    pub fn error(&self, signal: [f64; 2]) -> f64 {
        let length = self.weights[0].hypot(self.weights[1]);
        let middle = 0.5 * (self.weights[0] * signal[0] + self.weights[1] * signal[1]);
        if length == 0.0 {
            return 0.5;
        }
        0.5 * (normal((self.constant - middle) / length) + normal((-self.constant - middle) / length))
    }
}

/// Two solvers.
#[derive(Clone, Copy)]
pub enum Pair {
    /// With such thresholds, on both features.
    Thresholds(f64, f64),
    /// Each on one feature, with threshold ½.
    Features,
}

/// Two solvers on data with such signals.
#[derive(Clone, Copy)]
pub struct Contest {
    pub pair: Pair,
    pub signal: [f64; 2],
}

/// Solvers that are equally accurate on new data, and solvers that are not.
pub const THRESHOLDS: [Contest; 2] = [
    Contest { pair: Pair::Thresholds(0.3, 0.7), signal: [1.0, 1.0] },
    Contest { pair: Pair::Thresholds(0.5, 0.8), signal: [1.0, 1.0] },
];
pub const FEATURES: [Contest; 2] =
    [Contest { pair: Pair::Features, signal: [1.0, 1.0] }, Contest { pair: Pair::Features, signal: [1.5, 0.5] }];

impl Contest {
    /// Rows that each classifies rightly, by the test's rows.
    pub fn right(self, rows: &[Row], train: &[usize], test: &[usize]) -> Vec<[bool; 2]> {
        let training = || train.iter().map(|&row| &rows[row]);
        let logit = |threshold: f64| (threshold / (1.0 - threshold)).ln();
        match self.pair {
            Pair::Thresholds(first, second) => {
                let (fit, first, second) = (Fit::of(training()), logit(first), logit(second));
                test.iter().map(|&row| [first, second].map(|logit| fit.is_right(&rows[row], logit))).collect()
            }
            Pair::Features => {
                let middle = |feature: usize| {
                    let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
                    for (x, label) in training() {
                        sums[usize::from(*label)] += x[feature];
                        counts[usize::from(*label)] += 1.0;
                    }
                    0.5 * (sums[0] / counts[0] + sums[1] / counts[1])
                };
                let middles = [middle(0), middle(1)];
                let right = |row: &usize| {
                    let (x, label) = rows[*row];
                    [0, 1].map(|feature| (x[feature] > middles[feature]) == label)
                };
                test.iter().map(right).collect()
            }
        }
    }

    /// The difference of accuracies on a split, as a whole number of rows over their number.
    pub fn difference(self, rows: &[Row], train: &[usize], test: &[usize]) -> f64 {
        let count = |right: &[bool; 2]| i32::from(right[0]) - i32::from(right[1]);
        f64::from(self.right(rows, train, test).iter().map(count).sum::<i32>()) / test.len() as f64
    }

    /// Differences on random splits of given rows.
    pub fn over_splits(self, rows: &[Row], test: usize, splits: usize, generator: &mut impl Rng) -> Vec<f64> {
        let split = |_| {
            let order = order(rows.len(), generator);
            let (test, train) = order.split_at(test);
            self.difference(rows, train, test)
        };
        (0..splits).map(split).collect()
    }

    /// Differences on splits of rows that are drawn afresh for each.
    pub fn redrawn(self, [train, test]: [usize; 2], splits: usize, generator: &mut impl Rng) -> Vec<f64> {
        let order: Vec<usize> = (0..train + test).collect();
        let split = |_| self.difference(&draw(self.signal, train + test, generator), &order[test..], &order[..test]);
        (0..splits).map(split).collect()
    }

    /// Differences on the folds of repeated cross-validation.
    pub fn over_folds(self, rows: &[Row], folds: usize, repetitions: usize, generator: &mut impl Rng) -> Vec<f64> {
        let repetition = |_| {
            let partition = partition(rows.len(), folds, generator);
            let of_fold = |fold| self.difference(rows, &outside(&partition, &[fold]), &partition[fold]);
            (0..folds).map(of_fold).collect::<Vec<f64>>()
        };
        (0..repetitions).flat_map(repetition).collect()
    }
}

/// A random partition of rows into folds.
pub fn partition(rows: usize, folds: usize, generator: &mut impl Rng) -> Vec<Vec<usize>> {
    let order = order(rows, generator);
    (0..folds).map(|fold| order.iter().copied().skip(fold).step_by(folds).collect()).collect()
}

/// The rows outside of some folds.
pub fn outside(partition: &[Vec<usize>], but: &[usize]) -> Vec<usize> {
    let others = partition.iter().enumerate().filter(|(fold, _)| !but.contains(fold));
    others.flat_map(|(_, rows)| rows).copied().collect()
}
