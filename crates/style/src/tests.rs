//! The model as a whole, on writers whose habits are planted.

use super::*;
use proptest::prelude::*;

/// A writer whose habits follow from a number, and who never says the same twice.
fn text_of(writer: usize, post: usize) -> String {
    let bit = |number: usize| writer >> number & 1 == 1;
    let topics = [
        "server", "garden", "bicycle", "kitchen", "invoice", "weather", "holiday",
    ];
    let mut text = String::new();
    for sentence in 0..6 {
        let mixed = (post * 6 + sentence + 1) * (writer + 7) * 7_919 % 104_729;
        // Every sentence has a word of its own, or posts would be taken for copies.
        let own: String = [mixed, mixed / 26, mixed / 676]
            .map(|number| char::from(b'a' + (number % 26) as u8))
            .iter()
            .collect();
        let topic = format!("{own}{}", topics[mixed % topics.len()]);
        let linking = if bit(0) { "and" } else { "but" };
        let end = if bit(1) { "!!" } else { "." };
        let owner = if bit(2) { "my" } else { "the" };
        let comma = if bit(3) { "," } else { " ," };
        let filler = if bit(4) { "just" } else { "really" };
        text += &format!(
            "I {filler} saw {owner} {topic}{comma} {linking} it was not as {}good as before{end} ",
            ["so ", "very ", "", "that "][mixed % 4],
        );
        if bit(5) && mixed.is_multiple_of(3) {
            text += ":) ";
        }
    }
    text
}

fn profile(writer: usize, posts: std::ops::Range<usize>) -> StyleProfile {
    let mut profile = StyleProfile::new();
    for post in posts {
        profile.add(&text_of(writer, post), Some("en"));
    }
    profile
}

fn trained() -> StyleModel {
    let halves = (0..64).map(|writer| Halves {
        first: profile(writer, 0..20),
        second: profile(writer, 20..40),
    });
    train(&[halves.collect()])
}

fn vectors(model: &StyleModel, profile: &StyleProfile) -> StyleVectors {
    model.vectors(profile, &StyleBackground::new())
}

#[test]
fn one_hand_weighs_more_than_two_and_within_the_limits() {
    let mut model = trained();
    let first = vectors(&model, &profile(0b101010, 100..120));
    let same = vectors(&model, &profile(0b101010, 200..220));
    let opposite = vectors(&model, &profile(0b010101, 200..220));
    model.discount = 1.0;
    let one_hand = model.weigh(&first, &same).unwrap();
    let two_hands = model.weigh(&first, &opposite).unwrap();
    assert_eq!(one_hand.bits, WEIGHT_BITS_MAX);
    assert_eq!(two_hands.bits, WEIGHT_BITS_MIN);
    assert_eq!(one_hand.language, "en");
    model.discount = 0.0;
    assert_eq!(model.weigh(&first, &same).unwrap().bits, 0.0);
}

#[test]
fn training_is_deterministic_and_the_model_is_read_back() {
    let model = trained();
    assert_eq!(model, trained());
    let text = serde_json::to_string(&model).unwrap();
    let again: StyleModel = serde_json::from_str(&text).unwrap();
    let english = &again.languages["en"];
    let difference = english.ngram_slope - model.languages["en"].ngram_slope;
    assert!(difference.abs() < 1e-12);
    assert_eq!(english.same_pair_count, 64);
    assert_eq!(english.different_pair_count, 64 * 20);
}

#[test]
fn too_few_accounts_give_no_model() {
    let halves = (0..ACCOUNT_COUNT_MIN - 1).map(|writer| Halves {
        first: profile(writer, 0..20),
        second: profile(writer, 20..40),
    });
    assert!(train(&[halves.collect()]).languages.is_empty());
    assert!(train(&[]).languages.is_empty());
}

#[test]
fn too_few_words_in_a_shared_language_abstain() {
    let model = trained();
    let enough = vectors(&model, &profile(1, 0..20));
    let few = vectors(&model, &profile(1, 20..22));
    assert_eq!(model.weigh(&enough, &few), Err(Abstention::TooFewWords));
    let mut russian = StyleProfile::new();
    (0..20).for_each(|post| russian.add(&text_of(1, post), Some("ru")));
    let russian = vectors(&model, &russian);
    assert_eq!(model.weigh(&enough, &russian), Err(Abstention::TooFewWords));
    let untrained = model.weigh(&russian, &russian);
    assert_eq!(untrained, Err(Abstention::LanguageNotTrained));
}

#[test]
fn names_addresses_and_topics_make_no_difference() {
    let profile_of = |text: &str| {
        let mut profile = StyleProfile::of_account("dark_Neo");
        profile.add(text, Some("en"));
        profile
    };
    let one = profile_of("Hello from Neo, mail neo@a.example, 555 garages for the gardeners.");
    let other =
        profile_of("Hello from Dark, mail dark@bb.example, 12345 warriors for the designers.");
    assert_eq!(one.language("en").unwrap().word_count, 8);
    let difference: u32 = one
        .language("en")
        .unwrap()
        .ngram_counts
        .iter()
        .zip(&other.language("en").unwrap().ngram_counts)
        .map(|(a, b)| a.abs_diff(*b))
        .sum();
    // Of garages and warriors the endings ges and ors differ, all else is the same.
    assert!(difference <= 24, "{difference}");
}

#[test]
fn copies_and_texts_without_language_are_left_out() {
    let mut profile = StyleProfile::new();
    for _ in 0..10 {
        profile.add(&text_of(3, 1), Some("en"));
    }
    profile.add("Hello everybody", None);
    let mut once = StyleProfile::new();
    once.add(&text_of(3, 1), Some("en"));
    assert_eq!(profile.word_count("en"), once.word_count("en"));
    assert_eq!(profile.unused_text_count(), 10);
}

#[test]
fn merged_halves_are_the_whole() {
    let profile = |numbers: std::ops::Range<u8>| {
        let mut profile = StyleProfile::new();
        for number in numbers {
            profile.add(&format!("Bump, {}!", char::from(b'a' + number)), Some("en"));
        }
        profile
    };
    let mut merged = profile(0..9);
    merged.merge(&profile(9..20));
    assert!(merged == profile(0..20));
}

proptest! {
    #[test]
    fn weights_are_symmetric_and_any_text_is_survived(
        texts in prop::collection::vec(".{0,200}", 0..8),
        language in prop::sample::select(vec!["en", "ru", "xx", ""]),
    ) {
        let mut odd = profile(9, 0..20);
        let mut again = profile(9, 0..20);
        for text in &texts {
            odd.add(text, Some(language));
            again.add(text, Some(language));
        }
        prop_assert_eq!(&odd, &again);
        let model = model_once();
        let (left, right) = (vectors(model, &odd), vectors(model, &profile(6, 0..20)));
        let bits = model.weigh(&left, &right).unwrap().bits;
        prop_assert_eq!(bits, model.weigh(&right, &left).unwrap().bits);
        prop_assert!((WEIGHT_BITS_MIN..=WEIGHT_BITS_MAX).contains(&bits));
    }
}

fn model_once() -> &'static StyleModel {
    static MODEL: std::sync::LazyLock<StyleModel> = std::sync::LazyLock::new(trained);
    &MODEL
}
