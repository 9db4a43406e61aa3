//! Prints numbers to a number of significant digits, and aligns them at the decimal point.

/// The smallest p-value that is printed as a number, as in R: the spacing of floating-point numbers at 1.
const SMALLEST_P: f64 = f64::EPSILON;

/// A number to `digits` significant digits, correctly rounded; with an exponent where it is very small or large.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "-"
        } else if value > 0.0 {
            "+infinity"
        } else {
            "-infinity"
        }
        .to_owned();
    }
    let decimals = digits.saturating_sub(1);
    let scientific = format!("{value:.decimals$e}");
    let exponent: i32 = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    if value == 0.0 {
        "0".to_owned()
    } else if (-4..=9).contains(&exponent) {
        format!("{value:.*}", (decimals as i32 - exponent).max(0) as usize)
    } else {
        scientific
    }
}

/// A number to `digits` significant digits and no more: with an exponent where it has more digits before its point.
pub fn no_more(value: f64, digits: usize) -> String {
    let text = significant(value, digits);
    let before = text.bytes().take_while(|byte| *byte != b'.').filter(u8::is_ascii_digit).count();
    if before > digits && !text.contains('e') { format!("{value:.*e}", digits.saturating_sub(1)) } else { text }
}

/// A p-value to `digits` significant digits as R prints it: `<2e-16` below the spacing of floating-point numbers at 1.
pub fn p_value(p: f64, digits: usize) -> String {
    if p < SMALLEST_P { "<2e-16".to_owned() } else { significant(p, digits) }
}

/// A number with one decimal less than `digits`.
pub fn decimals(value: f64, digits: usize) -> String {
    let text = format!("{value:.*}", digits.saturating_sub(1));
    // No -0.000.
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// Pads texts of numbers to equal width, with their decimal points below one another.
pub fn aligned(texts: &[String]) -> Vec<String> {
    // Characters before the point, or before the exponent of a number without a point.
    let before = |text: &str| text.find(['.', 'e']).unwrap_or(text.len());
    let left = texts.iter().map(|text| before(text)).max().unwrap_or(0);
    let right = texts.iter().map(|text| text.len() - before(text)).max().unwrap_or(0);
    let padded = |text: &String| {
        let (spaces, width) = (left - before(text), left + right);
        format!("{:<width$}", " ".repeat(spaces) + text)
    };
    texts.iter().map(padded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits_are_rounded_once() {
        for (value, text) in [
            (0.0, "0"),
            (9.999_999_6, "10.0000"),
            (-0.015_424_283_98, "-0.0154243"),
            (123_456_789.4, "123456789"),
            (1.5e-7, "1.50000e-7"),
            (0.000_044_74, "4.47400e-5"),
            (-6.022e23, "-6.02200e23"),
            (f64::INFINITY, "+infinity"),
        ] {
            assert_eq!(significant(value, 6), text);
        }
        assert_eq!((p_value(2.2e-16, 4), p_value(2.3e-16, 4)), ("<2e-16".to_owned(), "2.300e-16".to_owned()));
    }

    #[test]
    fn digits_before_the_point_are_significant_too() {
        for (value, digits, text) in
            [(43_370.9, 3, "4.34e4"), (-43_370.9, 5, "-43371"), (0.25, 1, "0.2"), (99.9, 2, "1.0e2")]
        {
            assert_eq!(no_more(value, digits), text);
        }
    }

    #[test]
    fn points_stand_below_one_another() {
        let texts = ["-1.25", "100.5", "<2e-16", "-"].map(str::to_owned);
        assert_eq!(aligned(&texts), [" -1.25 ", "100.5  ", " <2e-16", "  -    "].map(str::to_owned));
    }
}
