//! Functions over texts that the engine does not have.

use datafusion::arrow::array::{AsArray, Int64Array, ListBuilder, StringBuilder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use entangle_text::words::for_each_comparable_word;
use std::sync::Arc;
use twox_hash::XxHash64;

/// The functions, ready to be registered.
pub(crate) fn text_functions() -> [ScalarUDF; 3] {
    [
        word_list_function(),
        number_function("comparable_word_count", comparable_word_count),
        number_function("id_hash", id_hash),
    ]
}

/// `comparable_word_count`: the number of comparable words of a text, null of a missing text.
fn comparable_word_count(text: &str) -> i64 {
    let mut count = 0;
    for_each_comparable_word(text, &mut |_| count += 1);
    count
}

/// `id_hash`: an id as a number, by which posts are joined in a fraction of the memory; null of a missing
/// id. Of a hundred million ids two have one number with a probability of .0003.
fn id_hash(id: &str) -> i64 {
    XxHash64::oneshot(0, id.as_bytes()).cast_signed()
}

fn number_function(name: &str, number: fn(&str) -> i64) -> ScalarUDF {
    create_udf(
        name,
        vec![DataType::Utf8],
        DataType::Int64,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| numbers(arguments, number)),
    )
}

fn numbers(
    arguments: &[ColumnarValue],
    number: fn(&str) -> i64,
) -> Result<ColumnarValue, DataFusionError> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let numbers: Int64Array = arrays
        .iter()
        .flat_map(|array| array.as_string::<i32>().iter())
        .map(|text| text.map(number))
        .collect();
    Ok(ColumnarValue::Array(Arc::new(numbers)))
}

/// `word_list`: the comparable words of a text in order, null of a missing text.
fn word_list_function() -> ScalarUDF {
    create_udf(
        "word_list",
        vec![DataType::Utf8],
        DataType::new_list(DataType::Utf8, true),
        Volatility::Immutable,
        Arc::new(word_lists),
    )
}

fn word_lists(arguments: &[ColumnarValue]) -> Result<ColumnarValue, DataFusionError> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let mut lists = ListBuilder::new(StringBuilder::new());
    let texts = arrays
        .iter()
        .flat_map(|array| array.as_string::<i32>().iter());
    for text in texts {
        let words = lists.values();
        for_each_comparable_word(text.unwrap_or_default(), &mut |word| {
            words.append_value(word)
        });
        lists.append(text.is_some());
    }
    Ok(ColumnarValue::Array(Arc::new(lists.finish())))
}
