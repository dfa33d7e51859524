//! What accounts write about.

use entangle_model::study::{LanguageTopics, StudyResult, Topic, Topics};

use crate::number::{Unit, percent};
use crate::study_table::{Layout, Row, StudyTable};
use crate::table::Table;
use crate::wording::{counted, method_of};

/// The data of the topics, also of their figure.
pub fn topics_data(topics: &Topics) -> Table {
    let rows: Vec<(&LanguageTopics, usize, &Topic)> = topics
        .languages
        .iter()
        .flat_map(|language| {
            let topics = language.topics.iter().enumerate();
            topics.map(move |(number, topic)| (language, number + 1, topic))
        })
        .collect();
    let rows = rows.iter();
    Table::new("topics")
        .text("language", rows.clone().map(|row| row.0.language.as_str()))
        .count("topic", rows.clone().map(|row| row.1 as u64))
        .text("words", rows.clone().map(|row| row.2.words.join(" ")))
        .count(
            "crossover_count",
            rows.clone().map(|row| row.0.crossover_count),
        )
        .count("other_count", rows.clone().map(|row| row.0.other_count))
        .count("word_count", rows.clone().map(|row| row.0.word_count))
        .number(
            "unexplained_share",
            rows.clone().map(|row| Some(row.0.unexplained_share)),
        )
        .estimates(
            "crossover_share_",
            rows.clone().map(|row| &row.2.crossover_share),
        )
        .estimates("other_share_", rows.clone().map(|row| &row.2.other_share))
        .estimates("difference_", rows.clone().map(|row| &row.2.difference))
        .number("p", rows.clone().map(|row| row.2.p))
        .number("adjusted_p", rows.clone().map(|row| row.2.adjusted_p))
        .text("verdict", rows.map(|row| row.2.verdict.as_str()))
}

/// The topics.
pub fn topics_table(result: &StudyResult) -> StudyTable {
    let languages = result.topics.languages.iter();
    let topics = languages.flat_map(|language| &language.topics);
    Layout::of(
        topics_data(&result.topics),
        "Topics on the public source, and their shares in the text of crossover users and of others",
    )
    .basis(format!(
        "Population: accounts of {} with enough text of the language; crossover users are those at \
         least as probable as not, at least {} on each side. Intervals of 95\u{202F}% below the \
         values. Method of the shares: {}. Of the difference: {}; adjusted p over all topics of the \
         language.",
        result.about.public_source,
        result.topics.least_account_count,
        method_of(topics.clone().map(|topic| &topic.other_share)),
        method_of(topics.map(|topic| &topic.difference)),
    ))
    .when_empty("No topic was sought, or no language had enough accounts on both sides.")
    .grouped_by(language)
    .numbers("Topic", |row, _| row.count_cell("topic"))
    .words("Words with most weight", |row, _| row.text_cell("words"))
    .numbers("Crossover users", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("crossover_share_"))
    })
    .numbers("Others", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("other_share_"))
    })
    .numbers("Difference", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("difference_"))
    })
    .adjusted_test()
    .finish()
}

/// A language with what its topics rest on.
fn language(row: &Row<'_>) -> String {
    let unexplained = row.number("unexplained_share").unwrap_or(1.0);
    format!(
        "Language {}: {} and {}, {}; the topics explain {} of the texts",
        row.text("language"),
        counted(
            row.count("crossover_count"),
            "crossover user",
            "crossover users"
        ),
        counted(row.count("other_count"), "other", "others"),
        counted(row.count("word_count"), "word", "words"),
        percent(1.0 - unexplained, 0),
    )
}
