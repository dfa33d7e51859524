//! The compared features and the compared words.

use entangle_model::study::{Behaviour, LanguageWords, StudyResult, WordDifference, Words};

use super::feature_comparison::{comparison_data, comparison_table};
use crate::number::Unit;
use crate::study_table::{Layout, StudyTable};
use crate::table::Table;
use crate::wording::method_of;

/// The data of the compared features, also of their figure.
pub fn features_data(behaviour: &Behaviour) -> Table {
    comparison_data("features", &behaviour.features)
}

/// The compared features.
pub fn features_table(result: &StudyResult) -> StudyTable {
    comparison_table(
        result,
        &result.behaviour.features,
        features_data(&result.behaviour),
        "Behaviour on the public source, crossover users and matched others",
    )
}

fn word_languages_data(words: &Words) -> Table {
    let rows = words.languages.iter();
    Table::new("word_languages")
        .text("language", rows.clone().map(|row| row.language.as_str()))
        .count(
            "crossover_count",
            rows.clone().map(|row| row.crossover_count),
        )
        .count("other_count", rows.clone().map(|row| row.other_count))
        .number(
            "crossover_word_count",
            rows.clone().map(|row| Some(row.crossover_word_count)),
        )
        .number(
            "other_word_count",
            rows.clone().map(|row| Some(row.other_word_count)),
        )
        .count("tested_count", rows.clone().map(|row| row.tested_count))
        .count(
            "distinguishable_count",
            rows.map(|row| row.distinguishable_count),
        )
}

/// The languages in which words were compared.
pub fn word_languages_table(result: &StudyResult) -> StudyTable {
    Layout::of(
        word_languages_data(&result.words),
        "Languages in which words were compared",
    )
    .basis(format!(
        "Population: accounts of {} with posts of the language; crossover users are those at least \
         as probable as not, at least {} on each side. n by row. Method: counted; words are \
         weighted by probability.",
        result.about.public_source, result.words.least_account_count
    ))
    .when_empty("No language had enough accounts on both sides.")
    .words("Language", |row, _| row.text_cell("language"))
    .numbers("Crossover users", |row, _| {
        row.count_cell("crossover_count")
    })
    .numbers("Others", |row, _| row.count_cell("other_count"))
    .numbers("Words of crossover users", |row, _| {
        row.fixed_cell("crossover_word_count", 0)
    })
    .numbers("Words of others", |row, _| {
        row.fixed_cell("other_word_count", 0)
    })
    .numbers("Compared", |row, _| row.count_cell("tested_count"))
    .numbers("Distinguishable", |row, _| {
        row.count_cell("distinguishable_count")
    })
    .finish()
}

/// The data of the words that differ most, also of their figure.
pub fn words_data(words: &Words) -> Table {
    let of_language = |language: &'_ LanguageWords| -> Vec<(String, WordDifference)> {
        let words = language.crossover_words.iter().chain(&language.other_words);
        words
            .map(|word| (language.language.clone(), word.clone()))
            .collect()
    };
    let shown: Vec<(String, WordDifference)> =
        words.languages.iter().flat_map(of_language).collect();
    let rows = shown.iter().map(|(_, word)| word);
    let numbers = |field: fn(&WordDifference) -> f64| rows.clone().map(move |row| Some(field(row)));
    Table::new("words")
        .text("language", shown.iter().map(|row| row.0.as_str()))
        .text("word", rows.clone().map(|row| row.word.as_str()))
        .count(
            "crossover_account_count",
            rows.clone().map(|row| row.crossover_account_count),
        )
        .count(
            "other_account_count",
            rows.clone().map(|row| row.other_account_count),
        )
        .number(
            "crossover_per_thousand_words",
            numbers(|row| row.crossover_per_thousand_words),
        )
        .number(
            "other_per_thousand_words",
            numbers(|row| row.other_per_thousand_words),
        )
        .estimates(
            "log_odds_ratio_",
            rows.clone().map(|row| &row.log_odds_ratio),
        )
        .number(
            "independent_words_z",
            numbers(|row| row.independent_words_z),
        )
        .number("z", numbers(|row| row.z))
        .number("p", numbers(|row| row.p))
        .number("adjusted_p", numbers(|row| row.adjusted_p))
        .text("verdict", rows.clone().map(|row| row.verdict.as_str()))
}

/// The words that differ most.
pub fn words_table(result: &StudyResult) -> StudyTable {
    Layout::of(
        words_data(&result.words),
        "The words that differ most, first those of crossover users, then those of others",
    )
    .basis(words_basis(result))
    .when_empty("No word was used by enough accounts on both sides.")
    .words("Word", |row, _| row.text_cell("word"))
    .words("Language", |row, _| row.text_cell("language"))
    .numbers("Accounts, crossover", |row, _| {
        row.count_cell("crossover_account_count")
    })
    .numbers("Accounts, others", |row, _| {
        row.count_cell("other_account_count")
    })
    .numbers("Per 1,000, crossover", |row, _| {
        row.fixed_cell("crossover_per_thousand_words", 2)
    })
    .numbers("Per 1,000, others", |row, _| {
        row.fixed_cell("other_per_thousand_words", 2)
    })
    .numbers("Log-odds ratio", |row, reasons| {
        reasons.value_and_interval(Unit::Coefficient, &row.estimate("log_odds_ratio_"))
    })
    .numbers("z", |row, _| row.fixed_cell("z", 1))
    .adjusted_test()
    .finish()
}

fn words_basis(result: &StudyResult) -> String {
    let languages = result.words.languages.iter();
    let estimates = languages
        .flat_map(|language| language.crossover_words.iter().chain(&language.other_words))
        .map(|word| &word.log_odds_ratio);
    format!(
        "Population: as in the table of languages; n: accounts that use the word, by row. \
         Frequencies per 1,000 words. Intervals of 95\u{202F}% below the values, each for one word \
         by itself. Method: {}. z, the ratio over its standard error; adjusted p over all words \
         compared in the language.",
        method_of(estimates)
    )
}
