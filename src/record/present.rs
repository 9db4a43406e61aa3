//! Metrics in the journal: those that have a value, behind a mask that says which. Most experiments ask for few.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::metric::{COUNT, Values};

/// Writes the mask, whose bit k is set where metric k is a number, and these numbers.
pub fn serialize<S: Serializer>(values: &Values, serializer: S) -> Result<S::Ok, S::Error> {
    const { assert!(COUNT <= u32::BITS as usize) };
    let present = || values.iter().enumerate().filter(|(_, value)| !value.is_nan());
    let mask: u32 = present().map(|(place, _)| 1 << place).sum();
    let numbers: Vec<f64> = present().map(|(_, value)| *value).collect();
    (mask, numbers).serialize(serializer)
}

/// Reads what [`serialize`] has written; NaN where nothing is.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Values, D::Error> {
    let (mask, numbers) = <(u32, Vec<f64>)>::deserialize(deserializer)?;
    let places = (0..u32::BITS as usize).filter(|place| mask >> place & 1 == 1);
    let mut values = [f64::NAN; COUNT];
    if places.clone().count() != numbers.len() {
        return Err(D::Error::custom("another number of metrics than the mask says"));
    }
    for (place, number) in places.zip(numbers) {
        *values.get_mut(place).ok_or_else(|| D::Error::custom("a metric that there is not"))? = number;
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Record(#[serde(with = "super")] Values);

    #[test]
    fn values_are_read_back_and_only_these_are_written() {
        for every in 1..=COUNT + 1 {
            let values: Values = std::array::from_fn(|k| if (k + 1) % every == 0 { k as f64 / 3.0 } else { f64::NAN });
            let bytes = postcard::to_stdvec(&Record(values)).unwrap();
            assert!(bytes.len() <= 6 + 8 * (COUNT / every));
            let Record(read) = postcard::from_bytes(&bytes).unwrap();
            assert!(values.iter().zip(&read).all(|(a, b)| a == b || a.is_nan() && b.is_nan()));
        }
    }

    #[test]
    fn damaged_bytes_are_refused() {
        for (mask, numbers) in [(0b11u32, vec![1.0]), (1 << COUNT, vec![1.0]), (0, vec![1.0])] {
            let bytes = postcard::to_stdvec(&(mask, numbers)).unwrap();
            assert!(postcard::from_bytes::<Record>(&bytes).is_err(), "{mask:b}");
        }
    }
}
