//! Which words crossover users and others use differently on the public source.

use entangle_model::study::{LanguageWords, StudyResult, Verdict, WordDifference, Words};
use maud::{Markup, html};

use super::parts::{Notes, Numbering, TableView, estimate_cell, figure, name, numbers, words};
use crate::figure::Figure;
use crate::number::{Unit, count, fixed, p_value};
use crate::wording::{method_of, without_full_stop};

/// Design, figure, and the words in a table.
pub fn vocabulary(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    html! {
        p { "Design: " (name(without_full_stop(&result.words.design))) "." }
        p {
            "A word is " i { "distinguishable" } " where its difference stands out from what the \
             habits of single accounts give, and " i { "undecided" } " otherwise, which is not \
             sameness. A word says nothing about the account that uses it: it may follow from the \
             boards and topics that a group writes on."
        }
        (languages_table(&result.words).markup(numbering))
        (figure(figures, "words", numbering))
        (words_table(result).markup(numbering))
    }
}

fn languages_table(compared: &Words) -> TableView {
    let rows = compared.languages.iter().map(language_row).collect();
    TableView {
        title: "Languages in which words were compared".to_owned(),
        basis: format!(
            "Population: accounts with posts of the language; crossover users are those at least \
             as probable as not, at least {} on each side. Words are weighted by probability.",
            compared.least_account_count
        ),
        data_file: "tables/word_languages.csv",
        heads: vec![
            words("Language"),
            numbers("Crossover users"),
            numbers("Others"),
            numbers("Words of crossover users"),
            numbers("Words of others"),
            numbers("Compared"),
            numbers("Distinguishable"),
        ],
        rows,
        when_empty: "No language had enough accounts on both sides.",
        notes: Notes::default(),
    }
}

fn language_row(language: &LanguageWords) -> Vec<Markup> {
    vec![
        name(&language.language),
        html! { (count(language.crossover_count)) },
        html! { (count(language.other_count)) },
        html! { (fixed(language.crossover_word_count, 0)) },
        html! { (fixed(language.other_word_count, 0)) },
        html! { (count(language.tested_count)) },
        html! { (count(language.distinguishable_count)) },
    ]
}

fn words_table(result: &StudyResult) -> TableView {
    let mut notes = Notes::default();
    let mut rows = Vec::new();
    for language in &result.words.languages {
        for word in language.crossover_words.iter().chain(&language.other_words) {
            rows.push(word_row(&mut notes, &language.language, word));
        }
    }
    let estimates = result
        .words
        .languages
        .iter()
        .flat_map(|language| language.crossover_words.iter().chain(&language.other_words))
        .map(|word| &word.log_odds_ratio);
    TableView {
        title: "The words that differ most, first those of crossover users, then those of others"
            .to_owned(),
        basis: format!(
            "Population: as in the table of languages; accounts that use the word by row. \
             Frequencies per 1,000 words. Intervals of 95\u{202F}% below the values, each for one word \
             by itself. Method: {}. z, the ratio over its standard error; adjusted p over all words \
             compared in the language.",
            method_of(estimates)
        ),
        data_file: "tables/words.csv",
        heads: vec![
            words("Word"),
            words("Language"),
            numbers("Accounts, crossover"),
            numbers("Accounts, others"),
            numbers("Per 1,000, crossover"),
            numbers("Per 1,000, others"),
            numbers("Log-odds ratio"),
            numbers("z"),
            numbers("Adjusted p"),
            words("Verdict"),
        ],
        rows,
        when_empty: "No word was used by enough accounts on both sides.",
        notes,
    }
}

fn word_row(notes: &mut Notes, language: &str, word: &WordDifference) -> Vec<Markup> {
    let verdict = match word.verdict {
        Verdict::Distinguishable => html! { b { (word.verdict.as_str()) } },
        Verdict::Equivalent | Verdict::Undecided => html! { (word.verdict.as_str()) },
    };
    vec![
        name(&word.word),
        name(language),
        html! { (count(word.crossover_account_count)) },
        html! { (count(word.other_account_count)) },
        html! { (fixed(word.crossover_per_thousand_words, 2)) },
        html! { (fixed(word.other_per_thousand_words, 2)) },
        estimate_cell(notes, Unit::Coefficient, &word.log_odds_ratio),
        html! { (fixed(word.z, 1)) },
        html! { (p_value(Some(word.adjusted_p))) },
        verdict,
    ]
}
