//! Offers and requests, and their correction by human codes.

use super::support::{Cell, DAY_S, START_S, World, config, text};
use super::{RARE_BITS, crossover, population};
use entangle_model::coding::{CodingScore, CorrectedShare};
use entangle_model::study::{OfferShare, Offers, Verdict};
use entangle_population::StudyConfig;
use entangle_population::coding::{
    CODES, CodedPost, CodingInput, Draw, DrawRequest, draw_posts, score_codes,
};

const ACCOUNT_COUNT: usize = 300;
const CROSSOVER_COUNT: usize = 60;
/// What the rules miss: it sells and has no cue.
const MISSED: &str = "Got some fresh stuff, hit me up if you know what I mean.";
/// What the rules take for an offer and is none.
const MISTAKEN: &str = "He is selling his house and moves to Spain, good for him.";

fn say(world: &mut World, account: usize, body: &str) {
    world.post(
        "public",
        &format!("public{account:04}"),
        START_S + DAY_S * 3,
        vec![("language", text("en")), ("body", text(body))],
    );
}

/// Two thirds of crossover users sell and a sixth of the others. Everybody talks; some posts sell in
/// words that the rules do not know, and some speak of a sale that is another's.
fn trading_world() -> World {
    let mut world = population(ACCOUNT_COUNT, |_| 1);
    (0..CROSSOVER_COUNT).for_each(|account| crossover(&mut world, account, 0.99, RARE_BITS, true));
    // Everybody writes as much, so that who sells is matched with who does not.
    const TALK: &str = "Thanks, that worked.";
    for account in 0..ACCOUNT_COUNT {
        let is_crossover = account < CROSSOVER_COUNT;
        let sells = account % 6 < if is_crossover { 4 } else { 1 };
        let offer = format!("WTS old accounts, ${} each, PM me", 10 + account % 20);
        say(&mut world, account, TALK);
        say(&mut world, account, if sells { &offer } else { TALK });
        say(
            &mut world,
            account,
            if account % 3 == 1 { MISSED } else { TALK },
        );
        say(
            &mut world,
            account,
            if account % 4 == 3 { MISTAKEN } else { TALK },
        );
    }
    // A title says what the post that opens the thread leaves out.
    world.add(
        "threads",
        vec![
            ("thread_id", text("titled")),
            ("source", text("public")),
            ("title", text("Looking for an experienced PHP developer")),
        ],
    );
    for account in 100..107 {
        let more = vec![
            ("kind", text("opening")),
            ("thread_id", text("titled")),
            ("body", text("Details in private.")),
        ];
        world.post("public", &format!("public{account:04}"), START_S, more);
    }
    world
}

fn small_config() -> StudyConfig {
    config(&["shade"], "")
}

fn class<'a>(offers: &'a Offers, name: &str) -> &'a OfferShare {
    offers.shares.iter().find(|row| row.class == name).unwrap()
}

#[tokio::test]
async fn a_class_that_crossover_users_have_more_often_is_distinguishable() {
    let result = trading_world().study(&small_config()).await;
    let offers = &result.offers;
    let sell = class(offers, "sell");
    let crossover = sell.crossover_account_share.value.unwrap();
    let other = sell.other_account_share.value.unwrap();
    assert!((0.6..0.9).contains(&crossover), "{sell:#?}");
    assert!((0.2..0.6).contains(&other), "{sell:#?}");
    let difference = &sell.account_share_difference;
    assert!(difference.low.unwrap() > 0.0, "{sell:#?}");
    assert!((difference.value.unwrap() - (crossover - other)).abs() < 1e-12);
    let has_sell = offers.measures.iter().find(|one| one.feature == "has_sell");
    assert_eq!(has_sell.unwrap().verdict, Verdict::Distinguishable);
    assert!(
        result
            .limits
            .iter()
            .any(|limit| limit.part == "offers" && limit.limit.contains("labels of rules"))
    );
}

#[tokio::test]
async fn titles_prices_and_subjects_are_read() {
    let offers = trading_world().study(&small_config()).await.offers;
    // Every fifth account looks for a designer in its first post, and seven do in a title.
    assert_eq!(class(&offers, "hire").post_count, 60 + 7);
    let dollars: Vec<(&str, u64)> = offers
        .prices
        .iter()
        .map(|row| (row.currency.as_str(), row.account_count))
        .collect();
    assert_eq!(dollars, [("USD", 80)]);
    let median = offers.prices[0].median.value.unwrap();
    assert!((10.0..30.0).contains(&median), "{median}");
    let accounts = offers
        .subjects
        .iter()
        .find(|row| row.side == "offer" && row.subject == "account");
    assert_eq!(accounts.unwrap().account_count, 80);
}

#[tokio::test]
async fn offers_of_few_crossover_users_are_withheld() {
    let mut world = population(200, |_| 1);
    (0..40).for_each(|account| crossover(&mut world, account, 0.99, RARE_BITS, true));
    for account in 0..200 {
        say(&mut world, account, "Thanks.");
        if !(3..150).contains(&account) {
            say(&mut world, account, "Hire me: I am looking for work");
        }
    }
    let offers = world.study(&small_config()).await.offers;
    for name in ["seek_work", "offer"] {
        let row = class(&offers, name);
        assert_eq!(row.crossover_account_share.value, None, "{row:#?}");
        assert_eq!(row.account_share_difference.value, None, "{row:#?}");
        assert!(row.other_account_share.value.is_some(), "{row:#?}");
    }
    let hidden = ["has_seek_work", "seek_work_post_share", "has_offer"];
    assert!(
        offers
            .measures
            .iter()
            .all(|one| !hidden.contains(&one.feature.as_str()))
    );
}

async fn drawn(world: &World, count: u64, seed: u64) -> Draw {
    let request = DrawRequest { count, seed };
    draw_posts(&world.session(2), &small_config(), &request)
        .await
        .unwrap()
}

#[tokio::test]
async fn draws_are_stratified_and_the_same_for_a_seed() {
    let world = trading_world();
    let draw = drawn(&world, 60, 1).await;
    assert_eq!(draw.posts.len(), 60);
    assert_eq!(draw, drawn(&world, 60, 1).await);
    assert_ne!(draw.posts, drawn(&world, 60, 2).await.posts);
    for (place, stratum) in draw.strata.iter().enumerate() {
        let posts = draw.posts.iter().filter(|post| post.stratum == place);
        let probability = stratum.drawn_count as f64 / stratum.post_count as f64;
        assert!(
            posts
                .clone()
                .all(|post| post.inclusion_probability == probability)
        );
        assert_eq!(posts.count() as u64, stratum.drawn_count);
        assert!(stratum.drawn_count <= stratum.post_count);
        assert!(
            stratum.drawn_count >= stratum.post_count.min(2),
            "{stratum:?}"
        );
    }
    let sold = draw
        .posts
        .iter()
        .filter(|post| draw.strata[post.stratum].label == "sell");
    assert!(
        sold.clone()
            .all(|post| post.body.contains("ell") || post.body.contains("WTS"))
    );
}

#[tokio::test]
async fn every_post_can_be_drawn_once() {
    let world = trading_world();
    let all = drawn(&world, 100_000, 1).await;
    let post_count: u64 = all.strata.iter().map(|stratum| stratum.post_count).sum();
    assert_eq!(all.posts.len() as u64, post_count);
    assert!(
        all.posts
            .iter()
            .all(|post| post.inclusion_probability == 1.0)
    );
    let titled = all.posts.iter().filter(|post| post.title.is_some());
    assert_eq!(titled.count(), 7);
    let ids: std::collections::BTreeSet<&str> =
        all.posts.iter().map(|post| post.post_id.as_str()).collect();
    assert_eq!(ids.len(), all.posts.len());
}

/// What a coder who is never wrong says of a post of this world.
fn true_code(draw: &Draw, place: usize) -> usize {
    let post = &draw.posts[place];
    let label = draw.strata[post.stratum].label;
    match post.body.as_str() {
        MISSED => 0,
        MISTAKEN => 4,
        _ => CODES.iter().position(|code| *code == label).unwrap(),
    }
}

fn coded(draw: &Draw, both: impl Fn(usize, usize) -> Option<(usize, usize)>) -> CodingInput {
    let posts = draw.posts.iter().enumerate().map(|(place, post)| {
        let label = draw.strata[post.stratum].label;
        CodedPost {
            post_id: post.post_id.clone(),
            language: post.language.clone(),
            label: CODES.iter().position(|code| *code == label).unwrap(),
            inclusion_probability: post.inclusion_probability,
            code: true_code(draw, place),
            both: both(place, true_code(draw, place)),
        }
    });
    CodingInput {
        snapshot: 3,
        seed: 1,
        drawn_count: draw.posts.len() as u64,
        codes: "A coder who is never wrong.".to_owned(),
        posts: posts.collect(),
    }
}

async fn scored(world: &World, input: &CodingInput) -> CodingScore {
    score_codes(&world.session(2), &small_config(), input)
        .await
        .unwrap()
}

fn share<'a>(score: &'a CodingScore, group: &str) -> &'a CorrectedShare {
    let is_it = |row: &&CorrectedShare| row.class == "sell" && row.group == group;
    score.shares.iter().find(is_it).unwrap()
}

#[tokio::test]
async fn codes_of_a_sample_correct_what_the_rules_miss_and_mistake() {
    let world = trading_world();
    let everything = scored(
        &world,
        &coded(&drawn(&world, 100_000, 1).await, |_, _| None),
    )
    .await;
    let (mut covered, mut draws) = (0, 0);
    for seed in 1..=10 {
        let sample = scored(&world, &coded(&drawn(&world, 200, seed).await, |_, _| None)).await;
        for group in ["all", "crossover users", "others", "difference"] {
            let truth = share(&everything, group).corrected_share.value.unwrap();
            let row = share(&sample, group);
            let (low, high) = (
                row.corrected_share.low.unwrap(),
                row.corrected_share.high.unwrap(),
            );
            covered += usize::from((low..=high).contains(&truth));
            draws += 1;
            let labelled = row.labelled_share.value.unwrap();
            assert_eq!(
                labelled,
                share(&everything, group).labelled_share.value.unwrap()
            );
        }
    }
    assert!(covered >= draws * 85 / 100, "{covered} of {draws}");
    // With every post coded the corrected share is the share of the codes.
    let all = share(&everything, "all");
    let corrected = all.corrected_share.value.unwrap();
    assert!((corrected - all.codes_only_share.value.unwrap()).abs() < 1e-12);
    let labelled = all.labelled_share.value.unwrap();
    assert!((labelled - corrected).abs() > 0.01, "{all:#?}");
    let sell = &everything.errors[0];
    assert!(
        sell.precision.value.unwrap() < 0.8 && sell.recall.value.unwrap() < 0.95,
        "{sell:#?}"
    );
}

#[tokio::test]
async fn coders_who_sometimes_differ_agree_beyond_chance() {
    let world = trading_world();
    let draw = drawn(&world, 80, 1).await;
    let second = |place: usize, code: usize| match place % 10 {
        0 => (code, (code + 1) % CODES.len()),
        _ => (code, code),
    };
    let input = coded(&draw, |place, code| Some(second(place, code)));
    let agreement = scored(&world, &input).await.agreement.unwrap();
    assert_eq!(
        (agreement.post_count, agreement.disagreement_count),
        (80, 8)
    );
    assert_eq!(agreement.observed.value, Some(0.9));
    for measure in [&agreement.kappa, &agreement.alpha] {
        let value = measure.value.unwrap();
        assert!((0.6..0.9).contains(&value), "{measure:?}");
        assert!(measure.low.unwrap() < value && value < measure.high.unwrap());
    }
}

#[tokio::test]
async fn few_coded_crossover_users_correct_nothing_and_strangers_are_refused() {
    let world = trading_world();
    let draw = drawn(&world, 60, 1).await;
    let mut input = coded(&draw, |_, _| None);
    let is_other = |post: &CodedPost| {
        let drawn = draw.posts.iter().find(|one| one.post_id == post.post_id);
        draw.strata[drawn.unwrap().stratum].group == "others"
    };
    input.posts.retain(is_other);
    let score = scored(&world, &input).await;
    for group in ["crossover users", "difference"] {
        assert_eq!(share(&score, group).corrected_share.value, None);
        assert!(share(&score, group).labelled_share.value.is_some());
    }
    assert!(share(&score, "others").corrected_share.value.is_some());
    input.posts[0].post_id = "elsewhere".to_owned();
    let error = score_codes(&world.session(2), &small_config(), &input).await;
    let message = error.unwrap_err().to_string();
    assert!(
        message.contains("elsewhere is not among the posts"),
        "{message}"
    );
}

#[tokio::test]
async fn shares_that_would_tell_of_few_crossover_users_are_withheld() {
    let mut world = population(100, |_| 3);
    (0..3).for_each(|account| crossover(&mut world, account, 0.99, RARE_BITS, true));
    let score = scored(&world, &coded(&drawn(&world, 100, 1).await, |_, _| None)).await;
    for group in ["crossover users", "others", "difference"] {
        assert_eq!(share(&score, group).corrected_share.value, None);
        assert_eq!(share(&score, group).labelled_share.value, None);
    }
    assert!(share(&score, "all").corrected_share.value.is_some());
}

#[tokio::test]
async fn notices_and_posts_without_text_are_not_labelled() {
    let mut world = population(30, |_| 0);
    for account in 0..30 {
        let id = format!("public{account:04}");
        say(&mut world, account, "Selling a bicycle, 50 eur");
        let notice = vec![("kind", text("notice")), ("body", text("WTS everything"))];
        world.post("public", &id, START_S, notice);
        world.post(
            "public",
            &id,
            START_S,
            vec![("link_count", Cell::Integer(1))],
        );
    }
    let offers = world.study(&small_config()).await.offers;
    assert_eq!(offers.labelled_post_count, 30);
    assert_eq!(class(&offers, "offer").post_count, 30);
    assert!(offers.measures.is_empty() && offers.design.contains("not compared"));
}
