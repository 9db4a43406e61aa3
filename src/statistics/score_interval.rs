//! Confidence intervals of an expected value that respect the range of the results.

/// The interval of the expected value μ of results in `range`, from a to b, either of which may be infinite, whose estimate has the
/// half width h where no range is known: a score interval as Wilson's (1927, JASA 22, 209-212), which stays in the range and has
/// sensible ends next to its ends.
///
/// ```text
/// (estimate − μ)² ≤ h² (μ − a)(b − μ) / ((estimate − a)(b − estimate))
/// ```
///
/// The variance of results with expected value μ is taken to be proportional to (μ − a)(b − μ), the largest that results in the
/// range can have (Bhatia & Davis 2000, American Mathematical Monthly 107, 353-357), and to μ − a where b is infinite. A logit or
/// log scale by the delta method would cover nearly the whole range where the estimate is next to its end.
///
/// Where a is infinite, and where the estimate is not inside of the range, it is estimate ± h.
pub fn score_interval(estimate: f64, half: f64, range: (f64, f64)) -> (f64, f64) {
    let (low, high) = range;
    // A mean at an end of the range is the mean of results without spread, but for rounding.
    if !(low.is_finite() && estimate > low && estimate < high) {
        return (estimate - half, estimate + half);
    }
    if high.is_infinite() {
        let above = estimate - low;
        let spread = 0.5 * half / above * half;
        let largest = above + spread + (spread * (2.0 * above + spread)).sqrt();
        return (low + above / largest * above, low + largest);
    }
    let width = high - low;
    let (x, y) = ((estimate - low) / width, (high - estimate) / width);
    let ratio = (half / width).powi(2) / (x * y);
    let root = (ratio * (x * y + 0.25 * ratio)).sqrt();
    // The smaller of two roots by their product, in which nothing cancels.
    let smaller = |share: f64| share * share / (share + 0.5 * ratio + root);
    (low + width * smaller(x), high - width * smaller(y))
}
