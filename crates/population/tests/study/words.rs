//! Words of crossover users and of others.

use super::support::{DAY_S, START_S, World, config, text};
use super::{RARE_BITS, crossover, population};
use entangle_model::study::{LanguageWords, StudyResult, Verdict};

const CROSSOVER_COUNT: usize = 60;

/// A post of a public account in a language.
fn say(world: &mut World, account: usize, language: &str, body: &str) {
    world.post(
        "public",
        &format!("public{account:04}"),
        START_S + DAY_S * 3,
        vec![("language", text(language)), ("body", text(body))],
    );
}

/// Three hundred accounts that all say "hello" and "thanks". Three of four crossover users say
/// "escrow" and one in six of the others; one other says "thanks" five hundred times.
fn speaking_world() -> World {
    let mut world = population(300, |_| 1);
    (0..CROSSOVER_COUNT).for_each(|account| crossover(&mut world, account, 0.99, RARE_BITS, true));
    for account in 0..300 {
        let is_crossover = account < CROSSOVER_COUNT;
        say(&mut world, account, "en", "Hello there, thanks a lot 2022");
        let (one_in, from) = if is_crossover { (4, 1) } else { (6, 5) };
        if account % one_in >= from {
            say(&mut world, account, "en", "Escrow");
        }
        if is_crossover && account < 3 {
            say(&mut world, account, "en", "Secretword");
        }
    }
    say(&mut world, 200, "en", &"thanks ".repeat(500));
    (0..3).for_each(|account| say(&mut world, account, "ru", "Привет всем"));
    world
}

async fn studied(world: &World) -> StudyResult {
    world.study(&config(&["shade"], "")).await
}

fn verdict(language: &LanguageWords, word: &str) -> Option<Verdict> {
    let mut words = language.crossover_words.iter().chain(&language.other_words);
    words.find(|one| one.word == word).map(|one| one.verdict)
}

#[tokio::test]
async fn planted_word_is_distinguishable_and_a_single_loud_account_is_not() {
    let result = studied(&speaking_world()).await;
    let [english] = result.words.languages.as_slice() else {
        panic!("{:#?}", result.words);
    };
    assert_eq!(
        (
            english.language.as_str(),
            english.crossover_count,
            english.other_count
        ),
        ("en", 60, 240)
    );
    assert_eq!(english.crossover_words[0].word, "escrow");
    assert_eq!(verdict(english, "escrow"), Some(Verdict::Distinguishable));
    assert_eq!(english.crossover_words[0].crossover_account_count, 45);
    assert_eq!(english.crossover_words[0].other_account_count, 40);
    // Five hundred of one account: far from zero by words, not by accounts.
    let thanks = english.other_words.iter().find(|one| one.word == "thanks");
    let thanks = thanks.unwrap();
    assert!(thanks.independent_words_z < -4.0, "{thanks:#?}");
    assert_eq!(thanks.verdict, Verdict::Undecided);
}

#[tokio::test]
async fn words_of_few_accounts_and_languages_of_few_are_not_shown() {
    let result = studied(&speaking_world()).await;
    let shown = serde_json::to_string(&result.words).unwrap();
    for hidden in ["secretword", "привет", "2022"] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn words_are_not_compared_without_crossover_users() {
    let mut world = population(40, |_| 2);
    (0..40).for_each(|account| say(&mut world, account, "en", "Hello there"));
    let result = studied(&world).await;
    assert!(result.words.languages.is_empty());
    assert!(
        result
            .limits
            .iter()
            .any(|limit| limit.part == "words" && limit.limit.contains("No language"))
    );
}
