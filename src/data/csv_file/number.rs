//! Numbers as they stand in a file.

/// Powers of ten that are exact.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The number of a field that is plain digits, with a sign or a decimal mark at most, and where the field ends; `None` for all others.
///
/// With at most 2^53 in digits and 10^22 below, both are exact and their quotient is the nearest number (Clinger 1990, "How to read
/// floating point numbers accurately"). With more digits the standard library decides.
#[inline(always)]
pub fn plain(text: &str, at: usize, delimiter: u8, decimal: u8) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let mut end = at;
    let negative = bytes.get(end) == Some(&b'-');
    end += usize::from(negative);
    let mut digits: u64 = 0;
    let mut see = |end: &mut usize| {
        let from = *end;
        while let Some(byte) = bytes.get(*end) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit));
            *end += 1;
        }
        *end - from
    };
    let whole = see(&mut end);
    let mut fraction = 0;
    if bytes.get(end) == Some(&decimal) {
        end += 1;
        fraction = see(&mut end);
    }
    let count = whole + fraction;
    let ends = bytes.get(end).is_none_or(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r');
    if count == 0 || count > 19 || !ends {
        return None;
    }
    if digits <= 1 << 53 {
        let number = digits as f64 / POWERS[fraction];
        // A whole number of 2^53 may be one that was rounded to it.
        return (digits < 1 << 53).then_some((if negative { -number } else { number }, end));
    }
    // Whole numbers of so many digits are looked at; those with a fraction are measurements.
    if fraction == 0 || decimal != b'.' || whole > 15 {
        return None;
    }
    text.get(at..end)?.parse().ok().map(|number| (number, end))
}

/// The number in a field.
pub fn number(text: &str, decimal_comma: bool) -> Option<f64> {
    if !decimal_comma {
        return text.parse().ok();
    }
    if text.contains('.') { None } else { text.replacen(',', ".", 1).parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_those_of_the_standard_library() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        for _ in 0..200_000 {
            let (whole, fraction) = ((next() % 18) as usize, (next() % 20) as usize);
            let digits = |count: usize, next: &mut dyn FnMut() -> u64| -> String {
                (0..count).map(|_| char::from(b'0' + (next() % 10) as u8)).collect()
            };
            let sign = if next() % 2 == 0 { "-" } else { "" };
            let point = if next() % 4 == 0 { "" } else { "." };
            let mut text = format!("{sign}{}{point}", digits(whole, &mut next));
            if !point.is_empty() {
                text += &digits(fraction, &mut next);
            }
            let line = format!("7;{text};8");
            if let Some((number, end)) = plain(&line, 2, b';', b'.') {
                assert_eq!((number.to_bits(), end), (text.parse::<f64>().unwrap().to_bits(), 2 + text.len()), "{text}");
            }
            let comma = line.replace('.', ",");
            if let Some((number, end)) = plain(&comma, 2, b';', b',') {
                assert_eq!((number.to_bits(), end), (text.parse::<f64>().unwrap().to_bits(), 2 + text.len()), "{text}");
            }
        }
        for text in [
            "",
            "-",
            ".",
            "-.",
            "1 ",
            " 1",
            "+1",
            "1e5",
            "nan",
            "1_0",
            "0x1",
            "9007199254740993",
            "99999999999999999999",
            "1.2.3",
            "--1",
        ] {
            assert_eq!(plain(&format!("{text},"), 0, b',', b'.'), None, "{text}");
        }
    }
}
