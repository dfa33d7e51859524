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
        None => missing_in_words(is_withheld(estimate)),
    }
}

/// How several estimates of one kind were made: the method of the first that has a value; where
/// none has, whether one of them is withheld.
pub fn method_of<'a>(estimates: impl Iterator<Item = &'a Estimate>) -> &'a str {
    let mut has_withheld = false;
    for estimate in estimates {
        if finite(estimate.value).is_some() {
            return method(estimate);
        }
        has_withheld |= is_withheld(estimate);
    }
    missing_in_words(has_withheld)
}

/// What stands for a number that is not there: one that was withheld could be estimated.
pub fn missing_in_words(is_withheld: bool) -> &'static str {
    match is_withheld {
        true => "withheld",
        false => "not estimated",
    }
}

/// Whether a number is kept back so that few people are not shown.
pub fn is_withheld(estimate: &Estimate) -> bool {
    finite(estimate.value).is_none() && says_withheld(&estimate.method)
}

/// Whether any of several numbers is kept back so that few people are not shown.
pub fn any_withheld<'a>(mut estimates: impl Iterator<Item = &'a Estimate>) -> bool {
    estimates.any(is_withheld)
}

/// Whether a reason for a missing number is that few people would be shown.
pub fn says_withheld(reason: &str) -> bool {
    let reason = reason.strip_prefix("Not shown: ").unwrap_or(reason);
    reason.starts_with("suppressed") || reason.starts_with("withheld")
}

/// Why a number is missing, to follow its name: `could not be estimated: too few`, or `is withheld:
/// it rests on few`.
pub fn is_missing_because(reason: &str) -> String {
    let reason = without_full_stop(reason);
    if !says_withheld(reason) {
        return format!("could not be estimated: {reason}");
    }
    let bare = reason.strip_prefix("Not shown: ").unwrap_or(reason);
    let words = ["suppressed: ", "withheld: "];
    let bare = words
        .iter()
        .find_map(|word| bare.strip_prefix(word))
        .unwrap_or(bare);
    format!("is withheld: {bare}")
}

/// The same without the reason, for numbers of which any may be withheld.
pub fn is_missing(is_withheld: bool) -> &'static str {
    match is_withheld {
        true => "is withheld, because it rests on few crossover users",
        false => "could not be estimated",
    }
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
    fn a_withheld_number_is_not_said_to_be_impossible_to_estimate() {
        let because = [
            "suppressed: it rests on fewer than 5 crossover users",
            "withheld: it rests on fewer than 5 crossover users.",
            "Not shown: suppressed: it rests on fewer than 5 crossover users",
            "the population is empty",
        ]
        .map(|reason| (says_withheld(reason), is_missing_because(reason)));
        let withheld = "is withheld: it rests on fewer than 5 crossover users".to_owned();
        let impossible = "could not be estimated: the population is empty".to_owned();
        let of_withheld = (true, withheld);
        assert_eq!(
            because,
            [
                of_withheld.clone(),
                of_withheld.clone(),
                of_withheld,
                (false, impossible)
            ]
        );
        let method = |reason: &str| {
            let missing = [
                Estimate::missing(0, reason),
                Estimate::missing(0, "no data"),
            ];
            method_of(missing.iter()).to_owned()
        };
        assert_eq!(method("suppressed: few"), "withheld");
        assert_eq!(method("too few"), "not estimated");
    }

    #[test]
    fn a_sentence_ends_in_one_full_stop() {
        assert_eq!(without_full_stop(" too few accounts. "), "too few accounts");
    }
}
