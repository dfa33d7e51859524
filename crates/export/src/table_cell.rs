//! Cells of Arrow arrays, of any type, as what the table formats can hold.

use std::borrow::Cow;
use std::fmt::{Display, LowerExp};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::{DateTime, Utc};

use crate::instant::instant_text;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Null.
    Missing,
    /// Text, hostile.
    Text(Cow<'a, str>),
    /// A whole number of up to 64 bits, with or without a sign.
    Integer(i128),
    /// A finite number, with its digits.
    Number(f64, String),
    /// NaN or an infinity.
    NotFinite(f64),
    /// True or false.
    Flag(bool),
    /// An instant in the years 1 to 9999, with its text.
    Instant(DateTime<Utc>, String),
    /// A list, struct or map as JSON.
    Nested(String),
}

/// The cell of an array.
pub(crate) fn cell(array: &dyn Array, row: usize) -> Result<Cell<'_>, ArrowError> {
    if array.is_null(row) {
        return Ok(Cell::Missing);
    }
    Ok(match array.data_type() {
        DataType::Null => Cell::Missing,
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row).into()),
        DataType::LargeUtf8 => Cell::Text(array.as_string::<i64>().value(row).into()),
        DataType::Utf8View => Cell::Text(array.as_string_view().value(row).into()),
        DataType::Int8 => integer(array.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => integer(array.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => integer(array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => integer(array.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => integer(array.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => integer(array.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => integer(array.as_primitive::<UInt64Type>().value(row)),
        DataType::Boolean => Cell::Flag(array.as_boolean().value(row)),
        DataType::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            number(value, digits(value))
        }
        DataType::Float32 => {
            // Digits of the 32-bit number, not of the 64-bit number that it becomes.
            let value = array.as_primitive::<Float32Type>().value(row);
            number(f64::from(value), digits(value))
        }
        DataType::Timestamp(unit, _) => instant(array, *unit, row),
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => decimal(displayed(array, row)?),
        DataType::Dictionary(..) => {
            // Of one row only: keys of the whole array would be read for every cell.
            let of_row = array.slice(row, 1);
            let key = of_row.as_any_dictionary().normalized_keys()[0];
            return cell(array.as_any_dictionary().values().as_ref(), key);
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::Struct(_)
        | DataType::Map(..) => Cell::Nested(nested_json(array, row)?),
        _ => Cell::Text(displayed(array, row)?.into()),
    })
}

fn integer<'a>(value: impl Into<i128>) -> Cell<'a> {
    Cell::Integer(value.into())
}

fn number<'a>(value: f64, digits: String) -> Cell<'a> {
    if value.is_finite() {
        Cell::Number(value, digits)
    } else {
        Cell::NotFinite(value)
    }
}

/// The fewest digits that stand for the number, with an exponent where it is far from 1.
fn digits<N: Copy + Display + LowerExp + Into<f64>>(value: N) -> String {
    let size = value.into().abs();
    if size == 0.0 || (1e-7..1e21).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

fn decimal<'a>(digits: String) -> Cell<'a> {
    match digits.parse() {
        Ok(value) => number(value, digits),
        Err(_) => Cell::Text(digits.into()),
    }
}

fn instant<'a>(array: &dyn Array, unit: TimeUnit, row: usize) -> Cell<'a> {
    let (count, unit_name, instant) = match unit {
        TimeUnit::Second => {
            let count = array.as_primitive::<TimestampSecondType>().value(row);
            (count, "s", DateTime::from_timestamp(count, 0))
        }
        TimeUnit::Millisecond => {
            let count = array.as_primitive::<TimestampMillisecondType>().value(row);
            (count, "ms", DateTime::from_timestamp_millis(count))
        }
        TimeUnit::Microsecond => {
            let count = array.as_primitive::<TimestampMicrosecondType>().value(row);
            (count, "µs", DateTime::from_timestamp_micros(count))
        }
        TimeUnit::Nanosecond => {
            let count = array.as_primitive::<TimestampNanosecondType>().value(row);
            (count, "ns", Some(DateTime::from_timestamp_nanos(count)))
        }
    };
    match instant.and_then(|instant| Some((instant, instant_text(instant)?))) {
        Some((instant, text)) => Cell::Instant(instant, text),
        None => Cell::Text(format!("{count} {unit_name} since 1970").into()),
    }
}

fn displayed(array: &dyn Array, row: usize) -> Result<String, ArrowError> {
    let options = FormatOptions::default();
    ArrayFormatter::try_new(array, &options)?
        .value(row)
        .try_to_string()
}

/// The cell as JSON: instants are texts, NaN and infinities are null, since JSON has none.
pub(crate) fn push_json(json: &mut String, cell: &Cell<'_>) {
    match cell {
        Cell::Missing | Cell::NotFinite(_) => json.push_str("null"),
        Cell::Text(text) => json.push_str(&json_text(text)),
        Cell::Integer(value) => json.push_str(&value.to_string()),
        Cell::Number(_, digits) => json.push_str(digits),
        Cell::Flag(flag) => json.push_str(if *flag { "true" } else { "false" }),
        Cell::Instant(_, text) => json.push_str(&json_text(text)),
        Cell::Nested(nested) => json.push_str(nested),
    }
}

/// A text as a JSON string.
pub(crate) fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn nested_json(array: &dyn Array, row: usize) -> Result<String, ArrowError> {
    match array.data_type() {
        DataType::List(_) => list_json(array.as_list::<i32>().value(row).as_ref()),
        DataType::LargeList(_) => list_json(array.as_list::<i64>().value(row).as_ref()),
        DataType::FixedSizeList(..) => list_json(array.as_fixed_size_list().value(row).as_ref()),
        // A map is a list of its entries: keys of any type are no names of an object.
        DataType::Map(..) => list_json(&array.as_map().value(row)),
        _ => {
            let structure = array.as_struct();
            let members = structure
                .column_names()
                .into_iter()
                .zip(structure.columns())
                .map(|(name, column)| {
                    let mut json = format!("{}:", json_text(name));
                    push_json(&mut json, &cell(column.as_ref(), row)?);
                    Ok(json)
                });
            let members: Vec<String> = members.collect::<Result<_, ArrowError>>()?;
            Ok(format!("{{{}}}", members.join(",")))
        }
    }
}

fn list_json(items: &dyn Array) -> Result<String, ArrowError> {
    let mut json = "[".to_owned();
    for row in 0..items.len() {
        if row > 0 {
            json.push(',');
        }
        push_json(&mut json, &cell(items, row)?);
    }
    json.push(']');
    Ok(json)
}
