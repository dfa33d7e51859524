//! Scalar functions over post bodies that the engine does not have.
//!
//! They return whole numbers, so that sums over posts do not depend on the order of addition.

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Words of a text over which the vocabulary is measured.
pub(crate) const VOCABULARY_WORD_COUNT: usize = 100;

/// The functions, ready to be registered.
pub(crate) fn text_functions() -> [ScalarUDF; 2] {
    [
        text_function("word_count", |text| i64::try_from(words(text).count()).ok()),
        text_function("distinct_words_in_first_hundred", distinct_words),
    ]
}

/// Words: runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Distinct words, without regard to case, among the first hundred; `None` in a shorter text.
fn distinct_words(text: &str) -> Option<i64> {
    let mut word_count = 0;
    let distinct: BTreeSet<String> = words(text)
        .take(VOCABULARY_WORD_COUNT)
        .inspect(|_| word_count += 1)
        .map(str::to_lowercase)
        .collect();
    if word_count < VOCABULARY_WORD_COUNT {
        return None;
    }
    i64::try_from(distinct.len()).ok()
}

fn text_function(name: &str, measure: fn(&str) -> Option<i64>) -> ScalarUDF {
    create_udf(
        name,
        vec![DataType::Utf8],
        DataType::Int64,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| apply(arguments, measure)),
    )
}

fn apply(
    arguments: &[ColumnarValue],
    measure: fn(&str) -> Option<i64>,
) -> Result<ColumnarValue, DataFusionError> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let measured: Int64Array = arrays
        .iter()
        .flat_map(|array| array.as_string::<i32>().iter())
        .map(|text| text.and_then(measure))
        .collect();
    Ok(ColumnarValue::Array(Arc::new(measured) as ArrayRef))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_of_any_script() {
        let found: Vec<&str> = words("Куплю 2 домена, don't!  ").collect();
        assert_eq!(found, ["Куплю", "2", "домена", "don", "t"]);
    }

    #[test]
    fn vocabulary_of_a_short_text_is_missing() {
        assert_eq!(distinct_words(&"a b ".repeat(49)), None);
        assert_eq!(distinct_words(&"a B ".repeat(60)), Some(2));
        assert_eq!(distinct_words(&"A a ".repeat(50)), Some(1));
    }
}
