//! An upper bound on the largest eigenvalue of a matrix that is known by its products with vectors alone.

use super::{dot, norm};

/// Products with the matrix.
const STEPS: usize = 60;

/// Largest chance, over the start, that the bound is below the eigenvalue.
const CHANCE: f64 = 1e-12;

/// An upper bound on λmax of a positive semidefinite matrix A, except with a chance of 1e-12 over `start`, which has to be drawn uniformly
/// from the directions. `multiply` fills its second argument with A times its first.
///
/// After k steps of Lanczos' method the largest eigenvalue θ of the tridiagonal matrix is at most λmax, and λmax ≤ θ/(1 − ε) except with a
/// chance of at most 1.648 √p exp(−√ε (2k − 1)), whatever the eigenvalues (Kuczyński & Woźniakowski 1992, SIAM Journal on Matrix
/// Analysis and Applications 13, 1094-1122, theorem 4.2). ε is that of the chance 1e-12: 7 % at p = 1,000 and k = 60. The vectors are kept
/// at right angles to each other, as exact arithmetic has them, which takes k p numbers. Power iteration would need ten times the products
/// for the same ε (theorem 4.1).
///
/// Returns the bound and the number of products.
pub fn largest_eigenvalue_bound(start: Vec<f64>, mut multiply: impl FnMut(&[f64], &mut [f64])) -> (f64, u32) {
    let (p, length) = (start.len(), norm(&start));
    let mut vectors: Vec<Vec<f64>> = vec![start.iter().map(|x| x / length).collect()];
    let (mut diagonal, mut beside) = (Vec::new(), Vec::new());
    let mut next = vec![0.0; p];
    while let Some(vector) = vectors.last().filter(|_| diagonal.len() < STEPS.min(p)) {
        multiply(vector, &mut next);
        let size = norm(&next);
        diagonal.push(dot(vector, &next));
        // Twice is enough (Parlett, The Symmetric Eigenvalue Problem, 6.9).
        for _ in 0..2 {
            for vector in &vectors {
                let along = dot(vector, &next);
                next.iter_mut().zip(vector).for_each(|(value, v)| *value -= along * v);
            }
        }
        let left = norm(&next);
        // The vectors span a space that A keeps, so that θ is an eigenvalue.
        if !(left > 1e-12 * size) {
            break;
        }
        beside.push(left);
        vectors.push(next.iter().map(|x| x / left).collect());
    }
    let steps = diagonal.len();
    beside.truncate(steps.saturating_sub(1));
    let exponent = (1.648 * (p as f64).sqrt() / CHANCE).ln() / (2.0 * steps as f64 - 1.0);
    // A space of few dimensions that A keeps has all directions in which the start lies, that of λmax among them.
    let epsilon = if steps < STEPS { 1e-9 } else { exponent * exponent };
    (largest_of_tridiagonal(&diagonal, &beside) / (1.0 - epsilon), steps as u32)
}

/// The largest eigenvalue of a symmetric tridiagonal matrix with this diagonal and these numbers beside it, from above, by bisection.
fn largest_of_tridiagonal(diagonal: &[f64], beside: &[f64]) -> f64 {
    let radius = |i: usize| beside.get(i).copied().unwrap_or(0.0) + if i > 0 { beside[i - 1] } else { 0.0 };
    let mut low = diagonal.iter().copied().fold(0.0, f64::max);
    // Gershgorin's discs.
    let mut high = diagonal.iter().enumerate().map(|(i, a)| a + radius(i)).fold(0.0, f64::max);
    // T − μI is negative definite exactly if all its pivots are below 0.
    let is_above = |mu: f64| {
        let mut pivot = -1.0;
        diagonal.iter().enumerate().all(|(i, a)| {
            let before = if i > 0 { beside[i - 1] * beside[i - 1] / pivot } else { 0.0 };
            pivot = a - mu - before;
            pivot < 0.0
        })
    };
    // Each halves the distance, which is at most 3 times the eigenvalue.
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if is_above(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Directions without a pattern.
    fn start(p: usize) -> Vec<f64> {
        (0..p).map(|i| ((i * i * 7919 + i * 104_729) % 1009) as f64 / 504.5 - 1.0).collect()
    }

    fn of_diagonal(eigenvalues: &[f64]) -> (f64, u32) {
        let times = |v: &[f64], into: &mut [f64]| {
            into.iter_mut().zip(v).zip(eigenvalues).for_each(|((into, v), eigenvalue)| *into = v * eigenvalue);
        };
        largest_eigenvalue_bound(start(eigenvalues.len()), times)
    }

    #[test]
    fn the_bound_is_above_the_largest_eigenvalue_and_close() {
        let spectra: [fn(usize) -> f64; 4] = [
            |i| 1.0 + i as f64,
            |i| 1.0 / (1.0 + i as f64),
            // All but equal, and a single one far above.
            |i| 1.0 + 1e-9 * i as f64,
            |i| if i == 77 { 1e9 } else { 1e-9 },
        ];
        for (place, of) in spectra.into_iter().enumerate() {
            let eigenvalues: Vec<f64> = (0..900).map(of).collect();
            let largest = eigenvalues.iter().copied().fold(0.0, f64::max);
            let (bound, products) = of_diagonal(&eigenvalues);
            assert!((largest..1.1 * largest).contains(&bound), "{place}: {bound} of {largest}");
            assert!(products <= 60, "{place}");
        }
    }

    #[test]
    fn a_space_that_the_matrix_keeps_ends_the_products() {
        let (bound, products) = of_diagonal(&[3.0; 50]);
        assert_eq!(products, 1);
        assert!((3.0..3.0 * (1.0 + 1e-8)).contains(&bound), "{bound}");
        let low_rank: Vec<f64> = (0..300).map(|i| if i % 100 == 0 { 5.0 + f64::from(i) } else { 0.5 }).collect();
        let (bound, products) = of_diagonal(&low_rank);
        assert!(products < 10 && (205.0..205.0 * (1.0 + 1e-8)).contains(&bound), "{products}, {bound}");
    }
}
