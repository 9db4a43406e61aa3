//! Texts that differ only in case, blanks or a full stop, and so are most likely meant to be the same.

use std::collections::HashMap;

/// Whether two texts differ only in case, blanks or a full stop. Signs tell texts apart (A+ and A-), and numbers are what they are.
pub fn look_alike(a: &str, b: &str) -> bool {
    form(a).is_some_and(|of_a| form(b) == Some(of_a))
}

/// The text without what tells no texts apart; `None` for a number.
fn form(text: &str) -> Option<String> {
    let letters = text.trim_end_matches('.').chars().filter(|c| !c.is_whitespace());
    text.parse::<f64>().is_err().then(|| letters.flat_map(char::to_lowercase).collect())
}

/// The places of texts that look alike, those of the first such text first.
pub fn groups<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Vec<usize>> {
    let (mut places, mut groups): (HashMap<String, usize>, Vec<Vec<usize>>) = (HashMap::new(), Vec::new());
    for (place, text) in texts.into_iter().enumerate() {
        let Some(form) = form(text) else { continue };
        let group = *places.entry(form).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(place);
    }
    groups.retain(|group| group.len() > 1);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_a_full_stop_tell_no_texts_apart() {
        assert_eq!(groups(["Yes", "no", "yes ", "A+", "YES.", "A-", "1", "1.0", "No"]), [vec![0, 2, 4], vec![1, 8]]);
        assert!(look_alike("new york", "New York") && !look_alike("1", "1.") && !look_alike("a", "b"));
    }
}
