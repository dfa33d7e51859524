//! Words that crossover users and others use differently, by language.

use entangle_model::study::{LanguageWords, StudyResult, Verdict, WordDifference};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{LegendEntry, Mark, Row, RowPlot};
use crate::number::{Unit, estimate_note};
use crate::study_tables::words_data;
use crate::wording::{counted, method_of};

/// Languages and words each way drawn; the table has more.
const LANGUAGE_COUNT_MAX: usize = 3;
const WORD_COUNT_MAX: usize = 8;

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let languages = &result.words.languages;
    let drawn = &languages[..languages.len().min(LANGUAGE_COUNT_MAX)];
    Figure {
        name: "words",
        title: "Words that crossover users and others use most differently".to_owned(),
        description: describe(drawn),
        basis: basis(result, drawn),
        reading: "Right of the line the word is more frequent with crossover users, left of it with \
                  others; lines are 95\u{202F}% intervals of each word by itself. A filled circle is a word \
                  that is distinguishable with the false discovery rate held over all words of its \
                  language; an open one is undecided. These are the most different of many words, \
                  so most of the open ones are what chance gives.",
        data: words_data(&result.words),
        drawing: draw(drawn),
        is_withheld: false,
    }
}

fn basis(result: &StudyResult, drawn: &[LanguageWords]) -> String {
    let groups: Vec<String> = drawn
        .iter()
        .map(|language| {
            format!(
                "{}: {} at least as probably crossover users as not and {}, {} compared",
                language.language,
                counted(language.crossover_count, "account", "accounts"),
                counted(language.other_count, "other", "others"),
                counted(language.tested_count, "word", "words"),
            )
        })
        .collect();
    let estimates = drawn
        .iter()
        .flat_map(shown)
        .map(|word| &word.log_odds_ratio);
    format!(
        "Population: accounts of {} that the rule includes, by language of their posts ({}). \
         Method: {}.",
        result.about.public_source,
        if groups.is_empty() {
            "none with enough words".to_owned()
        } else {
            groups.join("; ")
        },
        method_of(estimates),
    )
}

/// The words of a language from the most typical of crossover users to the most typical of others.
fn shown(language: &LanguageWords) -> impl Iterator<Item = &WordDifference> {
    let of_others = language.other_words.iter().take(WORD_COUNT_MAX);
    let of_others: Vec<&WordDifference> = of_others.collect();
    language
        .crossover_words
        .iter()
        .take(WORD_COUNT_MAX)
        .chain(of_others.into_iter().rev())
}

fn draw(languages: &[LanguageWords]) -> Option<Drawing> {
    let mut rows = Vec::new();
    for language in languages {
        rows.push(Row::Heading(format!("Language: {}", language.language)));
        rows.extend(shown(language).map(row));
    }
    RowPlot {
        rows,
        legend: vec![
            LegendEntry::new(Shape::Dot, colour::BLUE, "distinguishable"),
            LegendEntry::new(Shape::Ring, colour::GREY, "undecided"),
        ],
        note_heading: "log-odds ratio and 95\u{202F}% interval".to_owned(),
        axis_title: "Log-odds ratio: others more ← 0 → crossover users more".to_owned(),
        tick_factor: 1.0,
        covers: vec![0.0],
        reference: Some(0.0),
        band: None,
    }
    .draw()
}

fn row(word: &WordDifference) -> Row {
    let (shape, colour) = match word.verdict {
        Verdict::Distinguishable => (Shape::Dot, colour::BLUE),
        Verdict::Equivalent | Verdict::Undecided => (Shape::Ring, colour::GREY),
    };
    Row::Marks {
        label: word.word.clone(),
        note: estimate_note(Unit::Coefficient, &word.log_odds_ratio),
        marks: vec![Mark::of(&word.log_odds_ratio, shape, colour)],
    }
}

fn describe(languages: &[LanguageWords]) -> String {
    let words: Vec<String> = languages
        .iter()
        .map(|language| {
            format!(
                "{}: {} of {} distinguishable",
                language.language,
                language.distinguishable_count,
                counted(language.tested_count, "word", "words")
            )
        })
        .collect();
    if words.is_empty() {
        "No language had enough words to compare.".to_owned()
    } else {
        format!("{}.", words.join("; "))
    }
}
