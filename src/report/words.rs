//! Words that several renderers and figures use.

/// A text that begins with a capital letter.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Names for so many coefficients: the intercept's, if there is one, then the features', then those of their places.
pub fn coefficient_names(features: &[String], intercept: bool, count: usize) -> Vec<String> {
    let first = intercept.then(|| "(intercept)".to_owned());
    let numbered = features.len() + 1..;
    let all = first.into_iter().chain(features.iter().cloned()).chain(numbered.map(|j| format!("x{j}")));
    all.take(count).collect()
}
