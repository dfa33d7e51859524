//! What accounts write about.

use entangle_model::study::Topics;

use super::is_few;

/// Leaves out languages that few crossover users write in, as the stage that seeks topics does.
pub(super) fn leave_out_small_languages(topics: &mut Topics, floor: u64) {
    topics
        .languages
        .retain(|language| !is_few(language.crossover_count as f64, floor));
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use crate::fixture;

    #[test]
    fn a_language_of_few_crossover_users_is_left_out() {
        let mut result = fixture::realistic();
        let count = result.topics.languages.len();
        result.topics.languages[0].crossover_count = 9;
        let shown = withhold_small_counts(&result).topics.languages;
        assert_eq!(shown.len(), count - 1);
        assert!(shown.iter().all(|language| language.language != "en"));
    }
}
