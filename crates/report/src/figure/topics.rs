//! Topics whose shares differ between crossover users and others, by language.

use entangle_model::study::{LanguageTopics, StudyResult, Topic, Verdict};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{LegendEntry, Mark, Row, RowPlot};
use crate::number::{Unit, estimate_note};
use crate::study_tables::topics_data;
use crate::wording::{any_withheld, counted, method_of};

/// Languages drawn; the table has more.
const LANGUAGE_COUNT_MAX: usize = 3;
/// Words by which a topic is named.
const NAMING_WORD_COUNT: usize = 3;

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let languages = &result.topics.languages;
    let drawn = &languages[..languages.len().min(LANGUAGE_COUNT_MAX)];
    let differences = || drawn.iter().flat_map(differences);
    Figure {
        name: "topics",
        title: "How much more crossover users write on a topic than others".to_owned(),
        description: describe(drawn),
        basis: format!(
            "Population: accounts of {} with enough text ({}). Method: {}.",
            result.about.public_source,
            groups_in_words(drawn),
            method_of(differences()),
        ),
        reading: "Right of the line the topic has a larger share in the text of crossover users, left \
                  of it in that of others of their tenure and posts; lines are 95\u{202F}% intervals of \
                  each topic by itself. A filled circle is distinguishable with the false discovery \
                  rate held over all topics of its language; an open one is undecided. Topics are \
                  named by their first words, from the one with most text to the one with least.",
        data: topics_data(&result.topics),
        drawing: draw(drawn),
        is_withheld: any_withheld(differences()),
    }
}

fn differences(language: &LanguageTopics) -> impl Iterator<Item = &entangle_model::Estimate> {
    language.topics.iter().map(|topic| &topic.difference)
}

fn groups_in_words(drawn: &[LanguageTopics]) -> String {
    let groups: Vec<String> = drawn
        .iter()
        .map(|language| {
            format!(
                "{}: {} at least as probably crossover users as not and {}",
                language.language,
                counted(language.crossover_count, "account", "accounts"),
                counted(language.other_count, "other", "others"),
            )
        })
        .collect();
    match groups.is_empty() {
        true => "none".to_owned(),
        false => groups.join("; "),
    }
}

fn draw(languages: &[LanguageTopics]) -> Option<Drawing> {
    let mut rows = Vec::new();
    for language in languages {
        rows.push(Row::Heading(format!("Language: {}", language.language)));
        rows.extend(language.topics.iter().map(row));
    }
    RowPlot {
        rows,
        legend: vec![
            LegendEntry::new(Shape::Dot, colour::BLUE, "distinguishable"),
            LegendEntry::new(Shape::Ring, colour::GREY, "undecided"),
        ],
        note_heading: "difference and 95\u{202F}% interval".to_owned(),
        axis_title: "Percentage points: others more ← 0 → crossover users more".to_owned(),
        tick_factor: 100.0,
        covers: vec![0.0],
        reference: Some(0.0),
        band: None,
    }
    .draw()
}

fn row(topic: &Topic) -> Row {
    let (shape, colour) = match topic.verdict {
        Verdict::Distinguishable => (Shape::Dot, colour::BLUE),
        Verdict::Equivalent | Verdict::Undecided => (Shape::Ring, colour::GREY),
    };
    Row::Marks {
        label: named(topic),
        note: estimate_note(Unit::Share, &topic.difference),
        marks: vec![Mark::of(&topic.difference, shape, colour)],
    }
}

fn named(topic: &Topic) -> String {
    let words = topic.words.iter().take(NAMING_WORD_COUNT);
    words.cloned().collect::<Vec<_>>().join(" ")
}

fn describe(languages: &[LanguageTopics]) -> String {
    let of_languages: Vec<String> = languages
        .iter()
        .map(|language| {
            let topics = language.topics.iter();
            let distinguishable = topics.filter(|one| one.verdict == Verdict::Distinguishable);
            format!(
                "{}: {} of {} distinguishable",
                language.language,
                distinguishable.count(),
                counted(language.topics.len() as u64, "topic", "topics")
            )
        })
        .collect();
    match of_languages.is_empty() {
        true => "No topics were compared.".to_owned(),
        false => format!("{}.", of_languages.join("; ")),
    }
}
