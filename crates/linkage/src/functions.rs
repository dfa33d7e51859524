//! The named functions that linkage plans call.
//!
//! They are pure functions of their arguments, registered under fixed names, so that a plan
//! that names them can run wherever they are registered.

use std::sync::Arc;

use arrow::array::{Array, Int64Array, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use entangle_text::names;

/// Registers every function of this crate on a context.
pub fn register_functions(context: &SessionContext) {
    for function in [
        text_function("name_folded", names::fold),
        text_function("name_skeleton", names::skeleton),
        text_function("name_stem", names::stem),
        text_hash(),
    ] {
        context.register_udf(function);
    }
}

/// A function from text to text; null gives null.
fn text_function(name: &str, map: fn(&str) -> String) -> ScalarUDF {
    create_udf(
        name,
        vec![DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let texts = as_string_array(&arrays[0])?;
            let mut mapped = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
            for text in texts {
                mapped.append_option(text.map(map));
            }
            Ok(ColumnarValue::Array(Arc::new(mapped.finish())))
        }),
    )
}

/// `text_hash(text)`: 64 bits that are the same on every machine and in every version.
fn text_hash() -> ScalarUDF {
    create_udf(
        "text_hash",
        vec![DataType::Utf8],
        DataType::Int64,
        Volatility::Immutable,
        Arc::new(|arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let texts = as_string_array(&arrays[0])?;
            let hashes: Int64Array = texts.iter().map(|text| text.map(stable_hash)).collect();
            Ok(ColumnarValue::Array(Arc::new(hashes)))
        }),
    )
}

/// The 64 bits of [`text_hash`], as a signed integer because tables have no other.
fn stable_hash(text: &str) -> i64 {
    let mut bytes = [0; 8];
    blake3::Hasher::new()
        .update(text.as_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    i64::from_le_bytes(bytes)
}
