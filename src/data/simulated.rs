//! Simulated data: Gaussian features, and labels from a logistic model or separable with a margin.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use super::{DataSet, Storage};
use crate::linear_algebra::StoredRows;

/// A distribution of data sets: x ~ N(0, Σ), P(y = 1 | x) = σ(b₀ + x'β).
#[derive(Clone, Debug, PartialEq)]
pub struct Gaussian {
    /// n.
    pub rows: usize,
    /// Features, without the intercept.
    pub features: usize,
    /// Σ.
    pub covariance: Covariance,
    /// γ, the standard deviation of x'β under Σ: β is a random direction u, scaled to γ/(u'Σu)^½.
    pub signal: f64,
    /// The mean of σ(b₀ + x_i'β) over the rows drawn, which fixes b₀.
    pub positives: f64,
    /// Labels follow the logistic model, or a hyperplane.
    pub labels: Labels,
    /// How the features are stored, once the labels are drawn.
    pub storage: Storage,
}

/// The covariance of the features.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Covariance {
    /// AR(1): unit variances, features j and k have correlation ρ^|j−k|.
    Correlation(f64),
    /// Q diag(d²) Q' with a random orthogonal Q and standard deviations d from 1 down to 1/κ, evenly spaced in logarithm.
    ConditionNumber(f64),
}

/// How rows get their labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Labels {
    /// Drawn from the logistic model, then flipped with this probability.
    Logistic {
        /// Probability of a flip.
        noise: f64,
    },
    /// By the side of a hyperplane normal to β; rows nearer to it than `margin` are moved away along its normal, so that
    /// the classes are completely separable. b₀ is such that a share `positives` of the rows is on the positive side.
    Separable {
        /// Smallest distance from the hyperplane.
        margin: f64,
    },
}

impl Gaussian {
    /// Multiplications, about, that a draw takes.
    pub fn work(&self) -> u64 {
        let (n, p) = (self.rows as u64, self.features as u64);
        let squared = p.saturating_mul(p);
        match self.covariance {
            Covariance::Correlation(_) => squared.saturating_add(n.saturating_mul(p)),
            Covariance::ConditionNumber(_) => squared.saturating_mul(n.saturating_add(2 * p)),
        }
    }

    /// Draws a data set. Its true coefficients are b₀ and β, from before any label is flipped.
    pub fn draw(&self, name: &str, generator: &mut impl Rng) -> DataSet {
        let (n, p) = (self.rows, self.features);
        let rotation = match self.covariance {
            Covariance::ConditionNumber(_) => orthogonal(p, generator),
            Covariance::Correlation(_) => Vec::new(),
        };
        let mut direction = vec![0.0; p];
        normal(&mut direction, generator);
        let variance = self.variance_along(&direction, &rotation);
        let (mut features, mut noise) = (vec![0.0; n * p], vec![0.0; p]);
        let axes = self.axes(rotation);
        for row in features.chunks_exact_mut(p) {
            normal(&mut noise, generator);
            self.color(&noise, &axes, row);
        }
        let along = |row: &[f64], unit: &[f64]| row.iter().zip(unit).map(|(x, u)| x * u).sum::<f64>();
        let (labels, truth) = match self.labels {
            Labels::Logistic { noise } => {
                let scale = self.signal / variance.sqrt();
                direction.iter_mut().for_each(|b| *b *= scale);
                let predictors: Vec<f64> = features.chunks_exact(p).map(|row| along(row, &direction)).collect();
                let intercept = intercept_for(self.positives, &predictors);
                let label = |eta: &f64| {
                    let positive = generator.random::<f64>() < sigmoid(intercept + eta);
                    let flipped = generator.random::<f64>() < noise;
                    u8::from(positive != flipped)
                };
                let labels: Vec<u8> = predictors.iter().map(label).collect();
                (labels, Some([&[intercept], &direction[..]].concat()))
            }
            Labels::Separable { margin } => {
                let length = along(&direction, &direction).sqrt();
                direction.iter_mut().for_each(|b| *b /= length);
                let places: Vec<f64> = features.chunks_exact(p).map(|row| along(row, &direction)).collect();
                let mut sorted = places.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                let negatives = (((1.0 - self.positives) * n as f64).round() as usize).clamp(1, n - 1);
                let threshold = 0.5 * (sorted[negatives - 1] + sorted[negatives]);
                for (row, place) in features.chunks_exact_mut(p).zip(&places) {
                    let distance = place - threshold;
                    let side = if distance > 0.0 { 1.0 } else { -1.0 };
                    let shift = side * (margin - distance.abs()).max(0.0);
                    row.iter_mut().zip(&direction).for_each(|(x, u)| *x += shift * u);
                }
                (places.iter().map(|place| u8::from(*place > threshold)).collect(), None)
            }
        };
        DataSet {
            name: name.to_owned(),
            feature_names: (1..=p).map(|j| format!("x{j}")).collect(),
            features: StoredRows::from_fn(self.storage, (n, p), |(i, j)| features[i * p + j]),
            labels,
            classes: vec!["0".to_owned(), "1".to_owned()],
            truth,
            ..DataSet::default()
        }
    }

    /// u'Σu.
    fn variance_along(&self, u: &[f64], rotation: &[f64]) -> f64 {
        let p = self.features;
        match self.covariance {
            Covariance::Correlation(rho) => {
                // A power costs ten products, and the sum has p² terms of p different ones.
                let powers: Vec<f64> = (0..p).map(|distance| rho.powi(distance as i32)).collect();
                let product = |(i, j): (usize, usize)| u[i] * u[j] * powers[i.abs_diff(j)];
                (0..p).flat_map(|i| (0..p).map(move |j| (i, j))).map(product).sum()
            }
            Covariance::ConditionNumber(kappa) => (0..p)
                .map(|k| {
                    let projection: f64 = (0..p).map(|j| rotation[j * p + k] * u[j]).sum();
                    (deviation(k, p, kappa) * projection).powi(2)
                })
                .sum(),
        }
    }

    /// Q diag(d), where Σ is Q diag(d²) Q'.
    fn axes(&self, mut rotation: Vec<f64>) -> Vec<f64> {
        let p = self.features;
        if let Covariance::ConditionNumber(kappa) = self.covariance {
            let deviations: Vec<f64> = (0..p).map(|k| deviation(k, p, kappa)).collect();
            for row in rotation.chunks_exact_mut(p) {
                row.iter_mut().zip(&deviations).for_each(|(q, d)| *q *= d);
            }
        }
        rotation
    }

    /// Turns independent standard normals into a row with covariance Σ.
    fn color(&self, noise: &[f64], axes: &[f64], row: &mut [f64]) {
        let p = self.features;
        match self.covariance {
            Covariance::Correlation(rho) => {
                let fresh = (1.0 - rho * rho).sqrt();
                row[0] = noise[0];
                for j in 1..p {
                    row[j] = rho * row[j - 1] + fresh * noise[j];
                }
            }
            Covariance::ConditionNumber(_) => {
                for (x, axes) in row.iter_mut().zip(axes.chunks_exact(p)) {
                    *x = axes.iter().zip(noise).map(|(axis, z)| axis * z).sum();
                }
            }
        }
    }
}

/// The k-th of p standard deviations from 1 to 1/κ.
fn deviation(k: usize, p: usize, kappa: f64) -> f64 {
    if p == 1 { 1.0 } else { kappa.powf(-(k as f64) / (p - 1) as f64) }
}

fn normal(into: &mut [f64], generator: &mut impl Rng) {
    for value in into {
        *value = StandardNormal.sample(generator);
    }
}

/// A random orthogonal matrix, row by row: Gram-Schmidt of normal columns, each orthogonalised twice.
fn orthogonal(p: usize, generator: &mut impl Rng) -> Vec<f64> {
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(p);
    for _ in 0..p {
        let mut column = vec![0.0; p];
        normal(&mut column, generator);
        for _ in 0..2 {
            for other in &columns {
                let product: f64 = column.iter().zip(other).map(|(a, b)| a * b).sum();
                column.iter_mut().zip(other).for_each(|(a, b)| *a -= product * b);
            }
        }
        let length = column.iter().map(|a| a * a).sum::<f64>().sqrt();
        column.iter_mut().for_each(|a| *a /= length);
        columns.push(column);
    }
    (0..p).flat_map(|i| columns.iter().map(move |column| column[i])).collect()
}

fn sigmoid(t: f64) -> f64 {
    1.0 / (1.0 + (-t).exp())
}

/// The b₀ at which the mean of σ(b₀ + η_i) is `positives`, by Newton's method, and by bisection where its step is not within
/// the bracket or not half as long as the one before.
fn intercept_for(positives: f64, predictors: &[f64]) -> f64 {
    const TOLERANCE: f64 = 1e-13;
    let largest = predictors.iter().fold(0.0f64, |largest, eta| largest.max(eta.abs()));
    let odds = (positives / (1.0 - positives)).ln();
    // At these ends every single probability is on the right side of `positives`.
    let (mut low, mut high) = (odds - largest, odds + largest);
    let (mut b, mut last_step) = (odds, high - low);
    for _ in 0..200 {
        if high - low < TOLERANCE * (1.0 + high.abs()) {
            break;
        }
        let (mut sum, mut slope) = (0.0, 0.0);
        for eta in predictors {
            let probability = sigmoid(b + eta);
            sum += probability;
            slope += probability * (1.0 - probability);
        }
        let missing = positives * predictors.len() as f64 - sum;
        if missing > 0.0 {
            low = b;
        } else {
            high = b;
        }
        // Infinite or no number where all probabilities are 0 or 1.
        let step = missing / slope;
        let is_newton = (low..=high).contains(&(b + step)) && step.abs() <= 0.5 * last_step;
        if is_newton && step.abs() < TOLERANCE * (1.0 + b.abs()) {
            return b + step;
        }
        let next = if is_newton { b + step } else { 0.5 * (low + high) };
        last_step = (next - b).abs();
        b = next;
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn gaussian(rows: usize, features: usize) -> Gaussian {
        let covariance = Covariance::Correlation(0.0);
        Gaussian {
            rows,
            features,
            covariance,
            signal: 1.0,
            positives: 0.5,
            labels: Labels::Logistic { noise: 0.0 },
            storage: Storage::Double,
        }
    }

    fn draw(gaussian: &Gaussian, seed: u64) -> DataSet {
        gaussian.draw("simulated", &mut ChaCha8Rng::seed_from_u64(seed))
    }

    fn mean_product(data: &DataSet, j: usize, k: usize) -> f64 {
        data.features.rows().map(|row| row[j] * row[k]).sum::<f64>() / data.rows() as f64
    }

    /// Five standard errors of a sample correlation or variance at this many rows.
    const ROWS: usize = 100_000;
    const BOUND: f64 = 5.0 * 1.5 / 316.0;

    #[test]
    fn correlation_is_autoregressive() {
        let data = draw(&Gaussian { covariance: Covariance::Correlation(-0.6), ..gaussian(ROWS, 3) }, 1);
        for (j, k, expected) in [(0, 0, 1.0), (2, 2, 1.0), (0, 1, -0.6), (1, 2, -0.6), (0, 2, 0.36)] {
            let covariance = mean_product(&data, j, k);
            assert!((covariance - expected).abs() < BOUND, "({j}, {k}): {covariance}");
        }
    }

    #[test]
    fn condition_number_is_that_of_the_design() {
        let kappa = 50.0;
        let data = draw(&Gaussian { covariance: Covariance::ConditionNumber(kappa), ..gaussian(ROWS, 2) }, 2);
        let (a, b, c) = (mean_product(&data, 0, 0), mean_product(&data, 0, 1), mean_product(&data, 1, 1));
        let root = ((a - c) * (a - c) + 4.0 * b * b).sqrt();
        let found = ((a + c + root) / (a + c - root)).sqrt();
        assert!((found / kappa - 1.0).abs() < 0.03, "{found}");
    }

    #[test]
    fn share_of_positives_and_label_noise() {
        for (noise, expected) in [(0.0, 0.2), (0.25, 0.2 * 0.75 + 0.8 * 0.25)] {
            let labels = Labels::Logistic { noise };
            let data = draw(&Gaussian { positives: 0.2, labels, signal: 3.0, ..gaussian(ROWS, 4) }, 3);
            let share = data.positives() as f64 / ROWS as f64;
            assert!((share - expected).abs() < 5.0 * 0.5 / 316.0, "{share} at noise {noise}");
        }
    }

    #[test]
    fn the_truth_has_the_signal_and_the_mean_asked_for() {
        let data = draw(&Gaussian { signal: 2.0, positives: 0.3, ..gaussian(500, 4) }, 7);
        let truth = data.truth.unwrap();
        let length: f64 = truth[1..].iter().map(|b| b * b).sum::<f64>().sqrt();
        assert!((length - 2.0).abs() < 1e-12, "{length}");
        let predictor = |row: &[f64]| truth[0] + row.iter().zip(&truth[1..]).map(|(x, b)| x * b).sum::<f64>();
        let mean = data.features.rows().map(|row| sigmoid(predictor(&row))).sum::<f64>() / 500.0;
        assert!((mean - 0.3).abs() < 1e-10, "{mean}");
        let labels = Labels::Separable { margin: 0.3 };
        assert_eq!(draw(&Gaussian { labels, ..gaussian(50, 2) }, 8).truth, None);
    }

    #[test]
    fn the_intercept_is_where_the_mean_is_that_asked_for() {
        let spread: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 40) / 3.0 - 5.0).collect();
        let scaled = |factor: f64| spread.iter().map(|eta| eta * factor).collect::<Vec<f64>>();
        let one_far_out = [&[1e6], &spread[..]].concat();
        for predictors in [spread.clone(), vec![0.0; 9], scaled(1e-9), scaled(40.0), scaled(1e8), one_far_out] {
            for positives in [0.5, 0.1, 0.97, 1e-6] {
                let b = intercept_for(positives, &predictors);
                let mean =
                    |b: f64| predictors.iter().map(|eta| sigmoid(b + eta)).sum::<f64>() / predictors.len() as f64;
                let near = 1e-9 * (1.0 + b.abs());
                let crosses = mean(b - near) <= positives && positives <= mean(b + near);
                assert!(crosses, "{positives} of {predictors:?}: {b} has {}", mean(b));
            }
        }
    }

    #[test]
    fn separable_data_have_the_margin() {
        let labels = Labels::Separable { margin: 0.3 };
        let gaussian = Gaussian { labels, positives: 0.3, ..gaussian(200, 5) };
        let data = draw(&gaussian, 4);
        assert_eq!(data.positives(), 60);
        // Rows moved along the normal keep their projections on it: the nearest rows of the two classes are 2 × 0.3 apart
        // in the direction that separates them, so no pair of rows of different class is closer.
        for i in 0..200 {
            for j in 0..200 {
                if data.labels[i] != data.labels[j] {
                    let (a, b) = (data.features.row(i), data.features.row(j));
                    let squares: f64 = a.iter().zip(&*b).map(|(a, b)| (a - b).powi(2)).sum();
                    assert!(squares.sqrt() > 0.6 - 1e-12);
                }
            }
        }
    }

    #[test]
    fn the_same_stream_gives_the_same_data() {
        assert_eq!(draw(&gaussian(20, 3), 5).digest(), draw(&gaussian(20, 3), 5).digest());
        assert_ne!(draw(&gaussian(20, 3), 5).digest(), draw(&gaussian(20, 3), 6).digest());
    }
}
