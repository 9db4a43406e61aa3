//! Dates and times, as ISO 8601 writes them.

/// Seconds since the beginning of 1970, of `2024-01-31`, `2024-01-31 12:00`, `2024-01-31T12:00:00.5Z` and the like, also with `/` between the
/// parts of the date. A time without a zone is as good as one in UTC where all are in the same one.
pub fn seconds(text: &str) -> Option<f64> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time.trim())),
        None => (text, None),
    };
    let days = days(date)?;
    Some(days as f64 * 86_400.0 + time.map_or(Some(0.0), seconds_of_day)?)
}

/// Days since the beginning of 1970 in the Gregorian calendar (Hinnant 2013, "chrono-compatible low-level date algorithms").
fn days(date: &str) -> Option<i64> {
    let mark = if date.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = date.split(mark).collect();
    let [year, month, day] = parts[..] else { return None };
    let all_digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        (lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let (year, month, day): (i64, i64, i64) =
        (all_digits(year, 4..=4)?, all_digits(month, 1..=2)?, all_digits(day, 1..=2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// `12:00`, `12:00:00`, `12:00:00.25`, with `Z` or `+01:00` behind.
fn seconds_of_day(time: &str) -> Option<f64> {
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(place) => time.split_at(place),
        None => (time, ""),
    };
    let part = |part: &str, most: f64| {
        let value = part.parse::<f64>().ok().filter(|value| (0.0..most).contains(value));
        value.filter(|_| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
    };
    let mut parts = clock.trim().split(':');
    let hours = part(parts.next()?, 24.0)?.trunc();
    let minutes = part(parts.next()?, 60.0)?.trunc();
    // A leap second is the last of its minute.
    let seconds = parts.next().map_or(Some(0.0), |text| part(text, 61.0))?;
    if parts.next().is_some() {
        return None;
    }
    let east = match zone {
        "" | "Z" | "z" => 0.0,
        zone => {
            let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
            let hours = part(digits.get(..2)?, 24.0)?;
            let minutes = if digits.len() == 4 { part(&digits[2..], 60.0)? } else { 0.0 };
            if zone.starts_with('-') { -(hours * 3600.0 + minutes * 60.0) } else { hours * 3600.0 + minutes * 60.0 }
        }
    };
    Some(hours * 3600.0 + minutes * 60.0 + seconds - east)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_seconds_since_1970() {
        // Python: datetime.fromisoformat(text).replace(tzinfo=utc or as written).timestamp()
        for (text, expected) in [
            ("1970-01-01", 0.0),
            ("2024-02-29", 1_709_164_800.0),
            ("2024/02/29", 1_709_164_800.0),
            ("1969-12-31 23:59:59", -1.0),
            ("2000-03-01T00:00:00Z", 951_868_800.0),
            ("2000-03-01T00:00:00.25+01:00", 951_865_200.25),
            ("1600-01-01", -11_676_096_000.0),
            ("2024-01-31 12:30", 1_706_704_200.0),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "2023-02-29",
            "31.01.2024",
            "01/31/2024",
            "2024-13-01",
            "2024-01-31 25:00",
            "2024",
            "2024-1",
            "2024-01-31Tx",
            "\u{e9}",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
