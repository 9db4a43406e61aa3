//! Patterns of column names.

/// Whether a name is of a pattern: `*` is any text, `?` any character, and `\` takes the character behind it as it is.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where to go on if what follows the last star does not match: the star takes a character more.
    let mut star: Option<(usize, usize)> = None;
    while place < name.len() {
        let escaped = pattern.get(at) == Some(&'\\') && at + 1 < pattern.len();
        match pattern.get(at + usize::from(escaped)) {
            Some('*') if !escaped => {
                star = Some((at + 1, place));
                at += 1;
            }
            Some(&c) if c == name[place] || (c == '?' && !escaped) => {
                at += 1 + usize::from(escaped);
                place += 1;
            }
            _ => match &mut star {
                Some((behind, taken)) => {
                    *taken += 1;
                    (at, place) = (*behind, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("x", "x", true),
            ("x", "xy", false),
            ("x*", "x", true),
            ("x*", "xyz", true),
            ("*z", "xyz", true),
            ("*y", "xyz", false),
            ("x?z", "xyz", true),
            ("?", "", false),
            ("", "", true),
            ("*", "", true),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1b2b3", false),
            ("*ab", "aab", true),
            ("gr\u{f6}?e", "gr\u{f6}\u{df}e", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("a\\?b", "a?b", true),
            ("a\\?b", "axb", false),
            ("a\\\\b", "a\\b", true),
            ("a\\", "a\\", true),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
