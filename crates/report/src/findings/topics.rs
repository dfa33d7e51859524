//! Sentences on what accounts write about.

use entangle_model::study::{LanguageTopics, Topic, Topics, Verdict};

use crate::number::count;
use crate::wording::counted;

/// One sentence per language.
pub(super) fn topic_sentences(topics: &Topics) -> Vec<String> {
    topics.languages.iter().map(language_sentence).collect()
}

/// Names a topic, by its first words, only where it is distinguishable.
fn language_sentence(language: &LanguageTopics) -> String {
    let number = counted(language.topics.len() as u64, "topic", "topics");
    let compared = format!("In {}, shares of {number} were compared", language.language);
    let distinguishable: Vec<&Topic> = language
        .topics
        .iter()
        .filter(|topic| topic.verdict == Verdict::Distinguishable)
        .collect();
    if distinguishable.is_empty() {
        return format!("{compared}; none is distinguishable, which does not show sameness.");
    }
    let share = |topic: &Topic| topic.difference.value.unwrap_or(0.0);
    let most = distinguishable
        .iter()
        .filter(|topic| share(topic) > 0.0)
        .max_by(|left, right| share(left).total_cmp(&share(right)));
    let most = most.map_or_else(String::new, |topic| {
        let words: Vec<&str> = topic.words.iter().take(3).map(String::as_str).collect();
        format!(
            "; the one that crossover users write most more on begins with {}",
            words.join(", ")
        )
    });
    format!(
        "{compared}; {} are distinguishable{most}.",
        count(distinguishable.len() as u64)
    )
}
