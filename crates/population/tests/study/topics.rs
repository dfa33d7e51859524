//! What accounts write about.

use super::support::{DAY_S, START_S, World, config, text};
use super::{RARE_BITS, crossover, population};
use entangle_model::study::{StudyResult, Verdict};
use entangle_population::run_study;

const ACCOUNT_COUNT: usize = 240;
const CROSSOVER_COUNT: usize = 60;
/// Words of the planted topics; their first letters tell them apart.
const PLANTED: [&str; 3] = [
    "alpha amber anchor apple arrow atlas autumn azure acorn apron",
    "bacon badge bamboo banner barrel basket beacon bishop bottle bridge",
    "cabin cable camel candle canvas carbon castle cedar circle copper",
];

/// The planted topic of an account: of crossover users three in four write of the first, of others
/// one in three.
fn topic_of(account: usize) -> usize {
    match account < CROSSOVER_COUNT {
        true if !account.is_multiple_of(4) => 0,
        true => 1 + account / 4 % 2,
        false => account % 3,
    }
}

/// Accounts that each write thirty words, nine in ten of their topic. Four say one word that nobody
/// else says, and everybody says "thanks".
fn world(crossover_count: usize) -> World {
    let mut world = population(ACCOUNT_COUNT, |_| 1);
    (0..crossover_count).for_each(|account| crossover(&mut world, account, 0.99, RARE_BITS, true));
    for account in 0..ACCOUNT_COUNT {
        let mut words = vec!["thanks"];
        for place in 0..30 {
            let topic = match place % 10 {
                9 => (topic_of(account) + 1 + account % 2) % 3,
                _ => topic_of(account),
            };
            let of_topic = PLANTED[topic].split(' ');
            // Every account leaves some words of its topic out.
            words.extend(of_topic.cycle().nth((account * 7 + place * place) % 10));
        }
        if account % 60 == 1 {
            words.push("secretword");
        }
        let cells = vec![("language", text("en")), ("body", text(words.join(" ")))];
        let id = format!("public{account:04}");
        world.post("public", &id, START_S + DAY_S, cells);
    }
    world
}

async fn studied(world: &World, topic_count: usize) -> StudyResult {
    let more = format!("topic_count = {topic_count}\n");
    world.study(&config(&["shade"], &more)).await
}

#[tokio::test]
async fn planted_topics_are_found_with_their_shares() {
    let topics = studied(&world(CROSSOVER_COUNT), 3).await.topics;
    let [english] = topics.languages.as_slice() else {
        panic!("{topics:#?}");
    };
    assert_eq!((english.crossover_count, english.other_count), (60, 180));
    assert_eq!(english.word_count, 30);
    let mut found: Vec<(char, f64, f64, Verdict)> = Vec::new();
    for topic in &english.topics {
        let letter = topic.words[0].chars().next().unwrap();
        let is_planted = |word: &String| PLANTED[letter as usize - 97].contains(word.as_str());
        assert!(topic.words.iter().all(is_planted), "{topic:#?}");
        let [crossover, other] = [&topic.crossover_share, &topic.other_share];
        let difference = &topic.difference;
        let apart = crossover.value.unwrap() - other.value.unwrap();
        assert!((difference.value.unwrap() - apart).abs() < 1e-9);
        assert!(difference.low.unwrap() < apart && apart < difference.high.unwrap());
        found.push((
            letter,
            crossover.value.unwrap(),
            other.value.unwrap(),
            topic.verdict,
        ));
    }
    found.sort_by_key(|topic| topic.0);
    assert_eq!(found.iter().map(|topic| topic.0).collect::<String>(), "abc");
    let sums = found.iter().fold([0.0, 0.0], |sums, topic| {
        [sums[0] + topic.1, sums[1] + topic.2]
    });
    assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-9), "{sums:?}");
    let (_, crossover, other, verdict) = found[0];
    assert!((0.6..0.85).contains(&crossover), "{found:?}");
    assert!((0.27..0.42).contains(&other), "{found:?}");
    assert_eq!(verdict, Verdict::Distinguishable);
}

#[tokio::test]
async fn words_of_few_accounts_and_of_most_are_not_shown() {
    let result = studied(&world(CROSSOVER_COUNT), 12).await;
    let shown = serde_json::to_string(&result.topics).unwrap();
    assert!(shown.contains("alpha"));
    for hidden in ["secretword", "thanks"] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_topic_of_few_crossover_users_is_withheld_and_another_with_it() {
    // Sixteen crossover users: twelve write of the first topic, two of each of the others.
    let result = studied(&world(16), 3).await;
    let all = &result.topics.languages[0].topics;
    for topic in all
        .iter()
        .filter(|topic| topic.crossover_share.value.is_none())
    {
        assert!(topic.crossover_share.method.starts_with("suppressed: "));
        assert_eq!(
            (topic.difference.value, topic.p, topic.adjusted_p),
            (None, None, None)
        );
        assert_eq!(topic.verdict, Verdict::Undecided);
        assert!(topic.other_share.value.is_some());
    }
    let withheld = all
        .iter()
        .filter(|topic| topic.crossover_share.value.is_none());
    assert_ne!(withheld.count(), 1);
}

#[tokio::test]
async fn nothing_is_sought_with_few_crossover_users_or_when_turned_off() {
    let few = studied(&world(4), 3).await;
    assert!(few.topics.languages.is_empty());
    assert!(few.limits.iter().any(|limit| limit.part == "topics"));
    let off = studied(&world(CROSSOVER_COUNT), 0).await;
    assert!(off.topics.languages.is_empty());
    assert!(off.topics.design.starts_with("Not sought"));
    assert!(off.limits.iter().all(|limit| limit.part != "topics"));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_topics_on_any_number_of_threads() {
    let (world, config) = (world(CROSSOVER_COUNT), config(&["shade"], ""));
    let mut found = Vec::new();
    for threads in [1, 4] {
        let result = run_study(&world.session(threads), &config, 3, &mut |_| ())
            .await
            .unwrap();
        found.push(serde_json::to_string(&result.topics).unwrap());
    }
    assert!(found[0].contains("alpha"));
    assert_eq!(found[0], found[1]);
}
