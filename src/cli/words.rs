//! Commands as they are shown.

/// A word as a shell reads it.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_./,=:+-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_with_spaces_and_quotes_are_quoted() {
        assert_eq!(["a/b-c.csv", "my data", "it's", ""].map(quoted), ["a/b-c.csv", "'my data'", "'it'\\''s'", "''"]);
    }
}
