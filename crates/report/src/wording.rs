//! Phrases that captions, findings and sections share.

use entangle_model::Estimate;
use entangle_model::study::StudyResult;

use crate::number::{count, finite};

/// The population as captions name it, with its size.
pub fn population(result: &StudyResult) -> String {
    format!(
        "accounts of {} that the rule includes ({})",
        result.about.public_source,
        n_is(result.population.included_count)
    )
}

/// `n = 1,234`, which never breaks across lines.
pub fn n_is(n: u64) -> String {
    format!("n\u{A0}=\u{A0}{}", count(n))
}

/// `1 account`, `1,200 accounts`.
pub fn counted(number: u64, singular: &str, plural: &str) -> String {
    let noun = if number == 1 { singular } else { plural };
    format!("{} {noun}", count(number))
}

/// How an estimate was made; the method of a missing one is the reason why it is missing, which
/// is said elsewhere.
pub fn method(estimate: &Estimate) -> &str {
    match finite(estimate.value) {
        Some(_) => without_full_stop(&estimate.method),
        None => "not estimated",
    }
}

/// How several estimates of one kind were made: the method of the first that has a value.
pub fn method_of<'a>(mut estimates: impl Iterator<Item = &'a Estimate>) -> &'a str {
    estimates
        .find(|estimate| finite(estimate.value).is_some())
        .map_or("not estimated", method)
}

/// `1,240 crossover users`, or the words alone where the number is missing or too small.
pub fn shown_group(shown: Option<u64>, singular: &str, plural: &str) -> String {
    match shown {
        Some(number) => counted(number, singular, plural),
        None => plural.to_owned(),
    }
}

/// A stable name such as `active_day_count` as words.
pub fn words_of_name(name: &str) -> String {
    name.replace('_', " ")
}

/// A text of somebody else, ready to be followed by a full stop.
pub fn without_full_stop(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// The day of an RFC 3339 instant.
pub fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or_default()
}

/// Things in a row: `a`, `a and b`, `a, b and c`.
pub fn joined(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_all_else_plural() {
        let shown = [0, 1, 1_200].map(|number| counted(number, "account", "accounts"));
        assert_eq!(shown, ["0 accounts", "1 account", "1,200 accounts"]);
    }

    #[test]
    fn a_sentence_ends_in_one_full_stop() {
        assert_eq!(without_full_stop(" too few accounts. "), "too few accounts");
    }
}
