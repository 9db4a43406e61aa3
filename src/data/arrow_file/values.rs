//! The values of a column, by the kinds of numbers, texts and times that Arrow has.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use crate::data::typed::{Values, decimals, iso_date, iso_time};

/// Why columns of a kind are not read, and what to do; `None` for those that are.
pub fn unreadable(kind: &DataType) -> Option<String> {
    Some(match kind {
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..)
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..) => return None,
        DataType::Dictionary(_, values) if !matches!(**values, DataType::Dictionary(..)) => return unreadable(values),
        DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) | DataType::Interval(_) => {
            "it has times of day or durations; write them as numbers, of seconds for instance".to_owned()
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "it has bytes, which are no numbers".to_owned()
        }
        DataType::Decimal256(..) => "it has decimals of up to 76 digits; write them as doubles".to_owned(),
        DataType::RunEndEncoded(..) => "its values are encoded as runs; write them one by one".to_owned(),
        _ => "it is nested, and a table has one value per row and column; write its parts as columns".to_owned(),
    })
}

/// The values of all parts of a column of a kind that is read, one after another.
pub fn values(kind: &DataType, parts: &[ArrayRef]) -> Values {
    let all = parts;
    let parts = || all.iter();
    match kind {
        DataType::Dictionary(_, values_kind) => values(values_kind, all),
        DataType::Boolean => {
            let flags = parts().flat_map(|part| part.as_boolean().iter());
            Values::Numbers(flags.map(|flag| flag.map_or(f64::NAN, |flag| f64::from(u8::from(flag)))).collect())
        }
        DataType::Int8 => numbers::<Int8Type>(parts(), f64::from),
        DataType::Int16 => numbers::<Int16Type>(parts(), f64::from),
        DataType::Int32 => numbers::<Int32Type>(parts(), f64::from),
        DataType::UInt8 => numbers::<UInt8Type>(parts(), f64::from),
        DataType::UInt16 => numbers::<UInt16Type>(parts(), f64::from),
        DataType::UInt32 => numbers::<UInt32Type>(parts(), f64::from),
        DataType::Float16 => numbers::<Float16Type>(parts(), |half| half.to_f64()),
        DataType::Float32 => numbers::<Float32Type>(parts(), f64::from),
        DataType::Float64 => numbers::<Float64Type>(parts(), |number| number),
        DataType::Int64 => Values::Wholes(each::<Int64Type>(parts()).collect()),
        DataType::UInt64 => Values::Large(each::<UInt64Type>(parts()).map(|whole| whole.map(i128::from)).collect()),
        DataType::Utf8 => texts(parts().flat_map(|part| part.as_string::<i32>())),
        DataType::LargeUtf8 => texts(parts().flat_map(|part| part.as_string::<i64>())),
        DataType::Utf8View => texts(parts().flat_map(|part| part.as_string_view())),
        DataType::Date32 => times::<Date32Type>(parts(), |days| iso_date(i64::from(days))),
        DataType::Date64 => times::<Date64Type>(parts(), |ticks| iso_date(ticks.div_euclid(86_400_000))),
        DataType::Timestamp(TimeUnit::Second, _) => times::<TimestampSecondType>(parts(), |ticks| iso_time(ticks, 1)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            times::<TimestampMillisecondType>(parts(), |ticks| iso_time(ticks, 1_000))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            times::<TimestampMicrosecondType>(parts(), |ticks| iso_time(ticks, 1_000_000))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            times::<TimestampNanosecondType>(parts(), |ticks| iso_time(ticks, 1_000_000_000))
        }
        DataType::Decimal32(_, scale) => {
            decimals(each::<Decimal32Type>(parts()).map(|digits| digits.map(i128::from)), i32::from(*scale))
        }
        DataType::Decimal64(_, scale) => {
            decimals(each::<Decimal64Type>(parts()).map(|digits| digits.map(i128::from)), i32::from(*scale))
        }
        DataType::Decimal128(_, scale) => decimals(each::<Decimal128Type>(parts()), i32::from(*scale)),
        // The kind without values.
        _ => Values::Numbers(vec![f64::NAN; parts().map(|part| part.len()).sum()]),
    }
}

/// The values of numbers of a kind, none where a row has none.
fn each<'p, T: ArrowPrimitiveType>(
    parts: impl Iterator<Item = &'p ArrayRef>,
) -> impl Iterator<Item = Option<T::Native>> {
    parts.flat_map(|part| part.as_primitive::<T>().iter())
}

fn numbers<'p, T: ArrowPrimitiveType>(
    parts: impl Iterator<Item = &'p ArrayRef>,
    number: impl Fn(T::Native) -> f64,
) -> Values {
    Values::Numbers(each::<T>(parts).map(|value| value.map_or(f64::NAN, &number)).collect())
}

fn times<'p, T: ArrowPrimitiveType>(
    parts: impl Iterator<Item = &'p ArrayRef>,
    text: impl Fn(T::Native) -> String,
) -> Values {
    Values::of_texts(each::<T>(parts).map(|ticks| ticks.map(&text)))
}

fn texts<'p>(all: impl Iterator<Item = Option<&'p str>>) -> Values {
    Values::of_texts(all.map(|text| text.map(str::to_owned)))
}
