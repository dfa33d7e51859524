//! The named functions that linkage plans call.
//!
//! They are pure functions of their arguments, registered under fixed names, so that a plan
//! that names them can run wherever they are registered.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, Int64Builder, ListBuilder, StringBuilder,
};
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
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
        list_of_hashes("name_deletion_hashes", |skeleton, push| {
            for variant in names::deletion_neighbourhood(skeleton) {
                push(&variant);
            }
        }),
        list_of_hashes("name_beginning_hashes", |skeleton, push| {
            names::beginnings(skeleton).into_iter().for_each(push);
        }),
        list_of_hashes("name_ending_hashes", |skeleton, push| {
            names::endings(skeleton).into_iter().for_each(push);
        }),
        name_one_edit_apart(),
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
pub(crate) fn stable_hash(text: &str) -> i64 {
    let mut bytes = [0; 8];
    blake3::Hasher::new()
        .update(text.as_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    i64::from_le_bytes(bytes)
}

/// A function from a skeleton to the hashes of texts made of it, by which names that resemble it
/// are found: two skeletons one edit apart share a hash of `name_deletion_hashes`, the skeleton
/// and all texts got by deleting one character of it; `name_beginning_hashes` and
/// `name_ending_hashes` are those of the names that it begins or ends with.
fn list_of_hashes(name: &str, texts_of: fn(&str, &mut dyn FnMut(&str))) -> ScalarUDF {
    let item = Arc::new(Field::new_list_field(DataType::Int64, true));
    create_udf(
        name,
        vec![DataType::Utf8],
        DataType::List(item),
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let skeletons = as_string_array(&arrays[0])?;
            let capacity = Int64Builder::with_capacity(skeletons.len() * 10);
            let mut lists = ListBuilder::new(capacity);
            for skeleton in skeletons {
                if let Some(skeleton) = skeleton {
                    let values = lists.values();
                    texts_of(skeleton, &mut |text| values.append_value(stable_hash(text)));
                }
                lists.append(skeleton.is_some());
            }
            let hashes: ArrayRef = Arc::new(lists.finish());
            Ok(ColumnarValue::Array(hashes))
        }),
    )
}

/// `name_one_edit_apart(left, right)`: whether one edit turns one skeleton into the other.
fn name_one_edit_apart() -> ScalarUDF {
    create_udf(
        "name_one_edit_apart",
        vec![DataType::Utf8, DataType::Utf8],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(|arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let (left, right) = (as_string_array(&arrays[0])?, as_string_array(&arrays[1])?);
            let apart: BooleanArray = left
                .iter()
                .zip(right)
                .map(|(left, right)| Some(names::is_one_edit_apart(left?, right?)))
                .collect();
            Ok(ColumnarValue::Array(Arc::new(apart)))
        }),
    )
}
