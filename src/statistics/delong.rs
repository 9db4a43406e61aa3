//! Areas under ROC curves on one set of rows.

use super::distribution::{normal, normal_quantile};
use super::ranks::midranks;
use super::summary::have_spread;

/// An area under the ROC curve, with what each row adds to it.
///
/// With scores x_i of m positives and y_j of n negatives, ψ(x, y) = 1, ½ or 0 where x is above, equal to or below y,
///
/// ```text
/// A = Σ_ij ψ(x_i, y_j)/(mn),   V₁(i) = Σ_j ψ(x_i, y_j)/n,   V₀(j) = Σ_i ψ(x_i, y_j)/m,   var A = s²(V₁)/m + s²(V₀)/n
/// ```
///
/// (DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44, 837-845), from mid-ranks among all rows and among those of the class (Sun & Xu
/// 2014, IEEE Signal Processing Letters 21, 1389-1393). Assumes rows drawn independently within each class, and a classifier that is
/// given: it does not speak of another fit of the same solver.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// A.
    pub area: f64,
    /// m V₀ of the negatives and n V₁ of the positives, in the order of the rows: whole numbers and halves, which are exact.
    counts: [Vec<f64>; 2],
}

impl Area {
    /// From scores and whether each row is positive; None with fewer than two rows of either class, or a score that is not a number.
    pub fn new(scores: &[f64], positive: &[bool]) -> Option<Area> {
        let of_class = |class: bool| -> Vec<f64> {
            scores
                .iter()
                .zip(positive)
                .filter(|(_, is_positive)| **is_positive == class)
                .map(|(score, _)| *score)
                .collect()
        };
        let classes = [of_class(false), of_class(true)];
        let [n, m] = [classes[0].len(), classes[1].len()];
        if n < 2 || m < 2 || scores.iter().any(|score| score.is_nan()) {
            return None;
        }
        let all = midranks(&classes.concat());
        let within = classes.each_ref().map(|scores| midranks(scores));
        let (n, m) = (n as f64, m as f64);
        let (of_negatives, of_positives) = all.split_at(within[0].len());
        let negatives = of_negatives.iter().zip(&within[0]).map(|(all, own)| m - (all - own)).collect();
        let positives: Vec<f64> = of_positives.iter().zip(&within[1]).map(|(all, own)| all - own).collect();
        Some(Area { area: positives.iter().sum::<f64>() / (m * n), counts: [negatives, positives] })
    }

    /// The variance of the area, unbiased.
    pub fn variance(&self) -> f64 {
        covariance(self, self)
    }

    /// A ± z s. It may leave [0, 1].
    pub fn interval(&self, level: f64) -> Option<[f64; 2]> {
        let half = normal_quantile(0.5 * (1.0 + level)) * self.spread()?;
        Some([self.area - half, self.area + half])
    }

    /// The interval on the scale of ln(A/(1 − A)), on which the error is s/(A(1 − A)) (Pepe 2003, The Statistical Evaluation of Medical
    /// Tests, section 5.2.4): it stays within (0, 1).
    pub fn logit_interval(&self, level: f64) -> Option<[f64; 2]> {
        let both = self.area * (1.0 - self.area);
        let half = normal_quantile(0.5 * (1.0 + level)) * self.spread()? / both;
        let odds = self.area / (1.0 - self.area);
        let back = |shift: f64| 1.0 / (1.0 + (-shift).exp() / odds);
        (both > 0.0).then(|| [back(-half), back(half)])
    }

    /// The standard error; None where no row of a class differs from another, which leaves nothing to measure it by.
    fn spread(&self) -> Option<f64> {
        self.counts.iter().any(|counts| have_spread(counts)).then(|| self.variance().sqrt())
    }
}

/// cov(A, B) of two areas of the same rows: s(V₁, W₁)/m + s(V₀, W₀)/n.
pub fn covariance(first: &Area, second: &Area) -> f64 {
    let of_class = |class: usize| {
        let (v, w) = (&first.counts[class], &second.counts[class]);
        let (n, others) = (v.len() as f64, first.counts[1 - class].len() as f64);
        let (a, b) = (v.iter().sum::<f64>() / n, w.iter().sum::<f64>() / n);
        v.iter().zip(w).map(|(v, w)| (v - a) * (w - b)).sum::<f64>() / ((n - 1.0) * n * others * others)
    };
    of_class(0) + of_class(1)
}

/// The difference of two areas of the same rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaDifference {
    /// First minus second.
    pub difference: f64,
    /// √(var A + var B − 2 cov(A, B)).
    pub standard_error: f64,
}

impl AreaDifference {
    /// None where all rows add the same difference, so that there is no spread to test by.
    pub fn new(first: &Area, second: &Area) -> Option<AreaDifference> {
        let counts = [0, 1].map(|class| -> Vec<f64> {
            first.counts[class].iter().zip(&second.counts[class]).map(|(v, w)| v - w).collect()
        });
        if !counts.iter().any(|counts| have_spread(counts)) {
            return None;
        }
        // The variance of the differences, in which nothing cancels.
        let difference = Area { area: first.area - second.area, counts };
        Some(AreaDifference { difference: difference.area, standard_error: difference.variance().sqrt() })
    }

    /// P(|Z| ≥ |difference| / standard error) if the areas are equal.
    pub fn p_two_sided(&self) -> f64 {
        2.0 * normal(-(self.difference / self.standard_error).abs())
    }

    /// Confidence interval of the difference.
    pub fn interval(&self, level: f64) -> [f64; 2] {
        let half = normal_quantile(0.5 * (1.0 + level)) * self.standard_error;
        [self.difference - half, self.difference + half]
    }
}
