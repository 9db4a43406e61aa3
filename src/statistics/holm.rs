//! Adjusts p-values for several tests.

/// Holm's adjusted p-values: the i-th of m sorted p-values becomes max over j ≤ i of min(1, (m − j + 1) p_j). Rejecting where
/// the adjusted p-value is at most α makes a false rejection with probability at most α, under any dependence of the tests (Holm
/// 1979, Scandinavian Journal of Statistics 6, 65-70).
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0f64;
    for (place, &index) in order.iter().enumerate() {
        largest = largest.max(((p_values.len() - place) as f64 * p_values[index]).min(1.0));
        adjusted[index] = largest;
    }
    adjusted
}
