//! Scalar functions over post bodies that the engine does not have.
//!
//! Measures return whole numbers, so that sums over posts do not depend on the order of addition.

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, ListBuilder, StringBuilder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Words of a text over which the vocabulary is measured.
pub(crate) const VOCABULARY_WORD_COUNT: usize = 100;

/// Letters of the longest word that is compared.
const WORD_LETTERS_MAX: usize = 40;

/// The functions, ready to be registered.
pub(crate) fn text_functions() -> [ScalarUDF; 3] {
    [
        text_function("word_count", |text| i64::try_from(words(text).count()).ok()),
        text_function("distinct_words_in_first_hundred", distinct_words),
        word_list_function(),
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

/// Words that can be compared between accounts: in lower case, with a letter, and no longer than
/// words are. Longer runs are keys and addresses.
fn comparable_words(text: &str) -> impl Iterator<Item = String> {
    entangle_text::words::words(text)
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() <= WORD_LETTERS_MAX)
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
        for word in text.into_iter().flat_map(comparable_words) {
            lists.values().append_value(word);
        }
        lists.append(text.is_some());
    }
    Ok(ColumnarValue::Array(Arc::new(lists.finish())))
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
    fn comparable_words_have_a_letter_and_the_length_of_a_word() {
        let text = format!("Don't pay 100 $ to 4chan {} Пиши", "x".repeat(41));
        let found: Vec<String> = comparable_words(&text).collect();
        assert_eq!(found, ["don't", "pay", "to", "4chan", "пиши"]);
    }

    #[test]
    fn vocabulary_of_a_short_text_is_missing() {
        assert_eq!(distinct_words(&"a b ".repeat(49)), None);
        assert_eq!(distinct_words(&"a B ".repeat(60)), Some(2));
        assert_eq!(distinct_words(&"A a ".repeat(50)), Some(1));
    }
}
