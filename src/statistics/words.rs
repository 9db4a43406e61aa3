//! Counts, shares and p-values in words, the same wherever they are told.

use std::fmt::Display;

/// A number of things, as "1 split" or "2 splits".
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, thing: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A number that is expected, with one decimal, or two digits of one below 1.
pub fn expected(number: f64) -> String {
    let decimals = if number > 0.0 && number < 1.0 { 1 + (-number.log10().floor()) as usize } else { 1 };
    let text = format!("{number:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A name in a sentence: in quotes where it has a comma, which would make it read as two.
pub fn named_in_sentence(name: &str) -> String {
    if name.contains(',') { format!("\"{name}\"") } else { name.to_owned() }
}

/// A p-value with three decimals: none reads as 0 or 1 that is neither.
pub fn p_value(p: f64) -> String {
    match p {
        1.0 => "1".to_owned(),
        p if p < 0.001 => "< 0.001".to_owned(),
        p if p > 0.999 => "> 0.999".to_owned(),
        p => format!("{p:.3}"),
    }
}

/// The same behind its symbol, as "p = 0.012" or "p < 0.001".
pub fn p_is(p: f64) -> String {
    let value = p_value(p);
    if value.starts_with(['<', '>']) { format!("p {value}") } else { format!("p = {value}") }
}

/// A share as a percentage with as many digits as it needs, up to two.
pub fn percent(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    // 99.998 % must not read as 100 %, nor 0.002 % as 0 %.
    match text {
        "100" if share < 1.0 => "just under 100 %".to_owned(),
        "0" if share > 0.0 => "just over 0 %".to_owned(),
        _ => format!("{text} %"),
    }
}
