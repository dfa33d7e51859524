//! How behaviour and words on the public source were compared.

use entangle_model::Estimate;
use entangle_model::study::{Behaviour, StudyResult, Topic};

use crate::document::{Block, Text};
use crate::number::{finite, fixed};
use crate::wording::{counted, joined, n_is, without_full_stop};

/// The groups, the tests feature by feature, and the classifier.
pub(super) fn behaviour(result: &StudyResult) -> Vec<Block> {
    let behaviour = &result.behaviour;
    let has_auc = finite(behaviour.classifier_auc.value).is_some();
    if behaviour.features.is_empty() && !has_auc {
        return vec![Block::Paragraph(
            Text::new()
                .words("Behaviour was not compared: ")
                .name(without_full_stop(&behaviour.design))
                .words("."),
        )];
    }
    let mut blocks = vec![Block::Paragraph(
        Text::new()
            .words("Groups: ")
            .name(without_full_stop(&behaviour.design))
            .words(format!(
                ". Compared were {} and {}.",
                counted(
                    behaviour.crossover_count,
                    "crossover user",
                    "crossover users"
                ),
                counted(behaviour.other_count, "matched other", "matched others"),
            )),
    )];
    if !behaviour.features.is_empty() {
        blocks.push(Block::Paragraph(feature_tests(behaviour)));
    }
    if has_auc {
        blocks.push(Block::Paragraph(classifier(behaviour)));
    }
    if !result.trajectories.groups.is_empty() {
        blocks.push(Block::Paragraph(
            Text::new()
                .words("Courses of monthly activity: ")
                .name(without_full_stop(&result.trajectories.design))
                .words("."),
        ));
    }
    blocks
}

fn feature_tests(behaviour: &Behaviour) -> Text {
    let features = &behaviour.features;
    let has = |number: fn(&entangle_model::study::FeatureComparison) -> Option<f64>| {
        features
            .iter()
            .any(|feature| finite(number(feature)).is_some())
    };
    let number = counted(features.len() as u64, "feature", "features");
    let mut text = Text::new().words(format!("{number} were compared"));
    if features.len() == 1 {
        text = Text::new().words(format!("{number} was compared"));
    }
    let delta = features
        .iter()
        .map(|feature| &feature.cliffs_delta)
        .find(|delta| finite(delta.value).is_some());
    if let Some(delta) = delta {
        text = text
            .words(". Size of a difference: ")
            .name(without_full_stop(&delta.method));
    }
    let weighted = features
        .iter()
        .map(|feature| &feature.cliffs_delta_expected)
        .find(|delta| finite(delta.value).is_some());
    if let Some(weighted) = weighted {
        text = text
            .words("; and, with every link counted by its probability: ")
            .name(without_full_stop(&weighted.method));
    }
    let mut tests = Vec::new();
    if has(|feature| feature.mann_whitney_p) {
        tests.push("the two-sided test of Mann and Whitney (1947)".to_owned());
    }
    if has(|feature| feature.kolmogorov_smirnov_p) {
        tests.push("the two-sided test of Kolmogorov and Smirnov".to_owned());
    }
    if !tests.is_empty() {
        text = text.words(format!(". Differences were tested by {}", joined(&tests)));
    }
    if has(|feature| feature.adjusted_p) {
        text = text.words(format!(
            "; Mann-Whitney p was adjusted over {number} after Benjamini and Hochberg (1995)"
        ));
    }
    if has(|feature| feature.equivalence_p) {
        text = text.words(format!(
            ". Equivalence was tested by two one-sided tests (Schuirmann 1987) within ±{} of \
             Cliff’s delta",
            fixed(behaviour.equivalence_margin, 3)
        ));
    }
    text.words(
        ". Each feature is called distinguishable, equivalent within the margin, or undecided; \
         undecided is not sameness.",
    )
}

fn classifier(behaviour: &Behaviour) -> Text {
    let auc = &behaviour.classifier_auc;
    let text = Text::new()
        .words("All features together were tested by a classifier (Lopez-Paz and Oquab 2017): ")
        .name(without_full_stop(&auc.method))
        .words(format!(" ({})", n_is(auc.n)));
    match finite(behaviour.classifier_p) {
        Some(_) => text.words("; its p-value is against the same classifier on shuffled groups."),
        None => text.words("."),
    }
}

/// Topics and their comparison, where there were any.
pub(super) fn topics(result: &StudyResult) -> Vec<Block> {
    let topics = &result.topics;
    let all = || {
        topics
            .languages
            .iter()
            .flat_map(|language| &language.topics)
    };
    if all().next().is_none() {
        return Vec::new();
    }
    let names: Vec<String> = topics
        .languages
        .iter()
        .map(|language| {
            let number = counted(language.topics.len() as u64, "topic", "topics");
            format!("{} ({number})", language.language)
        })
        .collect();
    let mut text = Text::new()
        .words("Design: ")
        .name(without_full_stop(&topics.design))
        .words(". Sought were topics in ")
        .name(joined(&names));
    for (title, of) in [
        (
            "Share",
            (|topic| &topic.other_share) as fn(&Topic) -> &Estimate,
        ),
        ("Difference", |topic| &topic.difference),
    ] {
        let known = all().map(of).find(|share| finite(share.value).is_some());
        if let Some(share) = known {
            text = text
                .words(format!(". {title}: "))
                .name(without_full_stop(&share.method));
        }
    }
    vec![Block::Paragraph(text.words("."))]
}

/// The comparison of words, where there was one.
pub(super) fn words(result: &StudyResult) -> Vec<Block> {
    let words = &result.words;
    if words.languages.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = words
        .languages
        .iter()
        .map(|language| {
            format!(
                "{} ({})",
                language.language,
                counted(language.tested_count, "word", "words")
            )
        })
        .collect();
    let mut text = Text::new()
        .words("Design: ")
        .name(without_full_stop(&words.design))
        .words(format!(
            ". A word was compared where at least {} on each side use it; compared were ",
            counted(words.least_account_count, "account", "accounts"),
        ))
        .name(joined(&names));
    let first = words
        .languages
        .iter()
        .flat_map(|language| language.crossover_words.iter().chain(&language.other_words))
        .next();
    if let Some(word) = first {
        text = text
            .words(". Method: ")
            .name(without_full_stop(&word.log_odds_ratio.method))
            .words(
                " (Monroe, Colaresi and Quinn 2008); p was adjusted within each language after \
                 Benjamini and Hochberg (1995)",
            );
    }
    vec![Block::Paragraph(text.words("."))]
}
