//! Studies of small worlds through the one public door, `run_study`.
#![allow(clippy::unwrap_used)]

#[path = "study/crossing.rs"]
mod crossing;
#[path = "study/crossing_activity.rs"]
mod crossing_activity;
#[path = "study/design_power.rs"]
mod design_power;
#[path = "study/migration.rs"]
mod migration;
#[path = "study/network.rs"]
mod network;
#[path = "study/offers.rs"]
mod offers;
#[path = "study/subgroups.rs"]
mod subgroups;
mod support;
#[path = "study/target_groups.rs"]
mod target_groups;
#[path = "study/targets.rs"]
mod targets;
#[path = "study/topics.rs"]
mod topics;
#[path = "study/trajectories.rs"]
mod trajectories;
#[path = "study/unseen.rs"]
mod unseen;
#[path = "study/words.rs"]
mod words;

use entangle_model::study::{FeatureComparison, StudyResult, Verdict};
use entangle_population::run_study;
use expect_test::{expect, expect_file};
use support::{Cell, DAY_S, START_S, World, config, text};

const RARE_BITS: f64 = 40.0;

fn json(result: &StudyResult) -> String {
    serde_json::to_string_pretty(result).unwrap()
}

/// Public accounts `public0..` with `posts` posts each; tenure and activity vary a little.
fn population(account_count: usize, post_count: impl Fn(usize) -> usize) -> World {
    let mut world = World::default();
    world.source("public", "public");
    world.source("shade", "cybercrime");
    for account in 0..account_count {
        let id = format!("public{account:04}");
        let registered = START_S - DAY_S * (100 + (account as i64 % 3) * 10);
        world.account(
            "public",
            &id,
            &format!("name{account}"),
            vec![("registered_at", Cell::InstantS(registered))],
        );
        for post in 0..post_count(account) {
            public_post(&mut world, account, post, 0);
        }
    }
    for thread in 0..9 {
        world.add(
            "threads",
            vec![
                ("thread_id", text(format!("thread{thread}"))),
                ("source", text("public")),
                ("board", text(format!("board{}", thread % 3))),
            ],
        );
    }
    world
}

fn public_post(world: &mut World, account: usize, post: usize, extra_links: usize) {
    let at_s = START_S
        + DAY_S * (post as i64 * 3 + account as i64 % 5)
        + 3600 * ((account * 7 + post * 5) as i64 % 24);
    let is_opening = (account + post).is_multiple_of(4);
    let links = (account * 5 + post * 3) % 4 + extra_links;
    world.post(
        "public",
        &format!("public{account:04}"),
        at_s,
        vec![
            ("kind", text(if is_opening { "opening" } else { "reply" })),
            ("thread_id", text(format!("thread{}", (account + post) % 9))),
            ("body", text(body(account, post))),
            ("link_count", Cell::Integer(links as i64)),
        ],
    );
}

fn body(account: usize, post: usize) -> String {
    match (account * 3 + post) % 5 {
        0 => "Does anybody know how to do this?".to_owned(),
        1 => "Selling three old domains, prices inside.".to_owned(),
        2 => "I am looking for a designer.".to_owned(),
        3 => "Thanks.".to_owned(),
        _ => "one two three four five six seven eight nine ten ".repeat(12),
    }
}

/// Adds an account of `shade` that posted, linked to a public account.
fn crossover(
    world: &mut World,
    account: usize,
    probability: f64,
    surprisal_bits: f64,
    shares_identifier: bool,
) {
    // Every other target account sorts before the public accounts, so both sides occur.
    let side = if account.is_multiple_of(2) { "a" } else { "z" };
    let id = format!("{side}shade{account:04}");
    world.account("shade", &id, &format!("Name{account}"), vec![]);
    for post in 0..1 + account % 4 {
        let at_s = START_S + DAY_S * (20 + post as i64 * 6 - (account as i64 % 3) * 15);
        world.post(
            "shade",
            &id,
            at_s,
            vec![("kind", text(if post == 0 { "opening" } else { "reply" }))],
        );
    }
    world.link(
        &format!("public{account:04}"),
        ("shade", &id),
        probability,
        vec![
            ("name_surprisal_bits", Cell::Number(surprisal_bits)),
            ("has_shared_identifier", Cell::Flag(shares_identifier)),
        ],
    );
}

/// Eighty accounts, of which eighteen are strict crossover users and four are doubtful.
fn small_world() -> World {
    let mut world = population(80, |account| 4 + account % 3);
    world.source("bazaar", "market");
    for account in 0..18 {
        let shares_identifier = account % 3 == 0;
        let bits = if account % 6 == 0 { 12.0 } else { RARE_BITS };
        crossover(
            &mut world,
            account,
            0.93 + 0.003 * account as f64,
            bits,
            shares_identifier,
        );
    }
    for account in 18..22 {
        crossover(&mut world, account, 0.3, 12.0, false);
    }
    world.account("shade", "silent", "name30", vec![]);
    world.link(
        "public0030",
        ("shade", "silent"),
        0.95,
        vec![("name_surprisal_bits", Cell::Number(RARE_BITS))],
    );
    world.account("public", "public9999", "quiet", vec![]);
    world.account(
        "public",
        "publicbot",
        "poster",
        vec![("is_bot", Cell::Flag(true))],
    );
    world.post("public", "publicbot", START_S, vec![]);
    world.post("public", "gone", START_S, vec![]);
    world.add(
        "imports",
        vec![
            ("source", text("public")),
            ("record", text("post")),
            ("asked_count", Cell::Integer(500)),
            ("received_count", Cell::Integer(499)),
            ("mapped_count", Cell::Integer(480)),
            ("rejected_count", Cell::Integer(19)),
        ],
    );
    world.has_names = true;
    for account in 0..80 {
        world.add(
            "names",
            vec![
                ("account_id", text(format!("public{account:04}"))),
                ("source", text("public")),
                (
                    "folded_surprisal_bits",
                    Cell::Number(8.0 + f64::from(account)),
                ),
            ],
        );
    }
    world
}

#[tokio::test]
async fn small_world_gives_the_expected_result() {
    let result = small_world().study(&config(&["shade", "bazaar"], "")).await;
    expect_file!["snapshots/small_world.json"].assert_eq(&json(&result));
}

#[tokio::test]
async fn same_tables_and_seed_give_the_same_bytes_on_any_number_of_threads() {
    let world = small_world();
    let config = config(&["shade", "bazaar"], "");
    let one = run_study(&world.session(1), &config, 3, &mut |_| ())
        .await
        .unwrap();
    let four = run_study(&world.session(4), &config, 3, &mut |_| ())
        .await
        .unwrap();
    assert_eq!(json(&one), json(&four));
}

#[tokio::test]
async fn session_of_the_caller_is_not_changed() {
    let session = small_world().session(1);
    run_study(&session, &config(&["shade"], ""), 3, &mut |_| ())
        .await
        .unwrap();
    for table in ["included", "public_posts", "participants"] {
        assert!(!session.table_exist(table).unwrap(), "{table}");
    }
}

#[tokio::test]
async fn few_crossover_users_are_suppressed_and_their_number_is_not_told() {
    let mut world = population(40, |_| 4);
    for account in 0..3 {
        crossover(&mut world, account, 0.99, RARE_BITS, true);
    }
    let result = world.study(&config(&["shade"], "")).await;
    let target = &result.targets[0];
    let withheld = [
        &result.prevalence.strict,
        &target.crossover_strict,
        &target.crossover_expected,
        &target.post_share,
        &result.strength.single_post_share,
        &result.strength.distributions[0].median,
        &result.order.public_first_share,
    ];
    for estimate in withheld {
        assert_eq!(estimate.value, None);
        assert!(
            estimate.method.starts_with("suppressed: "),
            "{}",
            estimate.method
        );
    }
    assert!(result.strength.lorenz.is_empty() && result.order.lag_days_quantiles.is_empty());
    assert_eq!(
        (
            result.behaviour.crossover_count,
            result.behaviour.features.len()
        ),
        (0, 0)
    );
    assert!(result.prevalence.corrected.value.is_none());
    let shown_shares = result
        .threshold_curve
        .iter()
        .filter_map(|point| point.share.value);
    assert!(shown_shares.into_iter().all(|share| share == 0.0));

    let shown = world
        .study(&config(&["shade"], "suppress_below_count = 1\n"))
        .await;
    assert_eq!(shown.prevalence.strict.value, Some(3.0 / 40.0));
    assert!(shown.strength.single_post_share.value.is_some());
}

#[tokio::test]
async fn world_without_links_has_a_prevalence_of_zero_with_an_upper_end() {
    let result = population(50, |_| 3).study(&config(&["shade"], "")).await;
    for estimate in [&result.prevalence.strict, &result.prevalence.expected] {
        assert_eq!((estimate.value, estimate.low), (Some(0.0), Some(0.0)));
        assert!(estimate.high.unwrap() > 0.0 && estimate.high.unwrap() < 0.1);
    }
    assert_eq!(result.targets[0].crossover_strict.value, Some(0.0));
    assert_eq!(result.strength.distributions[0].median.value, None);
    assert_eq!(result.behaviour.verdict, Verdict::Undecided);
    assert_eq!(result.threshold_curve[0].expected_false_share, None);
}

#[tokio::test]
async fn empty_world_is_missing_and_not_zero() {
    let mut world = World::default();
    world.source("public", "public");
    world.source("shade", "cybercrime");
    let result = world.study(&config(&["shade"], "")).await;
    assert_eq!(result.population.included_count, 0);
    assert_eq!(result.population.first_post_at, None);
    let prevalence = &result.prevalence;
    for estimate in [
        &prevalence.strict,
        &prevalence.expected,
        &prevalence.corrected,
        &prevalence.name_equality,
        &prevalence.name_equality_by_chance,
        &result.targets[0].crossover_expected,
        &result.targets[0].post_share,
        &result.order.lag_days_median,
        &result.behaviour.classifier_auc,
    ] {
        assert_eq!(estimate.value, None, "{}", estimate.method);
        assert!(!estimate.method.is_empty());
    }
}

#[tokio::test]
async fn window_and_rules_decide_who_is_counted() {
    let mut world = population(10, |account| 1 + account % 5);
    world.account("public", "mod", "mod", vec![("is_staff", Cell::Flag(true))]);
    world.post("public", "mod", START_S, vec![]);
    let rules = "window_start = \"2020-01-04\"\nwindow_end = \"2020-01-10\"\n\
                 minimum_post_count = 2\nexclude_staff = true\n";
    let population = world.study(&config(&["shade"], rules)).await.population;
    let excluded: Vec<String> = population
        .excluded
        .iter()
        .map(|excluded| format!("{} {}", excluded.count, excluded.reason))
        .collect();
    expect![[r#"
        accounts of public with at least 2 posts from 2020-01-04 until before 2020-01-10, without programs, staff where the source says so
        6 of 11, 12 posts from 2020-01-04T08:00:00Z to 2020-01-09T11:00:00Z
        2 fewer than 2 posts in the window, 2 no post in the window, 1 staff of the source"#]]
    .assert_eq(&format!(
        "{}\n{} of {}, {} posts from {} to {}\n{}",
        population.rule,
        population.included_count,
        population.account_count,
        population.post_count,
        population.first_post_at.unwrap(),
        population.last_post_at.unwrap(),
        excluded.join(", "),
    ));
}

#[tokio::test]
async fn equal_names_are_compared_with_chance_from_counts_where_there_is_no_model() {
    let mut world = population(20, |_| 2);
    for account in 0..6 {
        crossover(&mut world, account, 0.2, 5.0, false);
    }
    let result = world.study(&config(&["shade"], "")).await;
    // Names differ by case only: Name0 and name0.
    assert_eq!(result.prevalence.name_equality.value, Some(0.3));
    assert_eq!(result.prevalence.name_equality_by_chance.value, Some(0.0));
    assert!(
        result
            .prevalence
            .name_equality_by_chance
            .method
            .contains("a lower bound")
    );
    assert_eq!(result.prevalence.nulls[0].false_share.value, None);
}

#[tokio::test]
async fn unlinked_target_and_silent_accounts_are_named_in_the_limits() {
    let mut world = small_world();
    world.add(
        "sources",
        vec![("source", text("cellar")), ("kind", text("chat"))],
    );
    let result = world.study(&config(&["shade", "cellar"], "")).await;
    let limits: Vec<&str> = result
        .limits
        .iter()
        .map(|limit| limit.limit.as_str())
        .collect();
    for words in [
        "The linkage was not run between public and cellar",
        "a target account that never posted do not count as taking part (1 in all)",
        "cellar holds no posts",
        "Of 500 post rows of public 19 could not be mapped",
        "Authors, threads or parents are not in the workspace for 1 of the post records of public",
    ] {
        assert!(
            limits.iter().any(|limit| limit.contains(words)),
            "{words}: {limits:#?}"
        );
    }
}

#[tokio::test]
async fn unknown_source_and_missing_table_say_what_to_do() {
    let error = run_study(
        &small_world().session(1),
        &config(&["shadow"], ""),
        1,
        &mut |_| (),
    )
    .await
    .unwrap_err();
    expect![[r#"
        the study names the source "shadow", which is not in the workspace
        hint: it holds bazaar, public, shade"#]]
    .assert_eq(&error.to_string());
    let session = small_world().session(1);
    session.deregister_table("links").unwrap();
    let error = run_study(&session, &config(&["shade"], ""), 1, &mut |_| ())
        .await
        .unwrap_err();
    expect![[r#"
        the table links is not registered
        hint: import sources and run the linkage before a study"#]]
    .assert_eq(&error.to_string());
}

fn feature<'result>(result: &'result StudyResult, name: &str) -> &'result FeatureComparison {
    let features = &result.behaviour.features;
    features
        .iter()
        .find(|feature| feature.feature == name)
        .unwrap()
}

/// Accounts that are crossover users in the worlds of behaviour, about one in four, without any
/// pattern that the posts follow.
fn is_crossover(account: usize) -> bool {
    // The mixing function of SplitMix64 (Steele, Lea and Flood 2014).
    let mut mixed = (account as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ mixed >> 31).is_multiple_of(4)
}

/// Twelve hundred accounts; crossover users put `extra_links` more links into each post.
fn behaviour_world(extra_links: usize) -> World {
    let mut world = population(1200, |account| if is_crossover(account) { 0 } else { 6 });
    for account in (0..1200).filter(|account| is_crossover(*account)) {
        crossover(&mut world, account, 0.99, RARE_BITS, false);
        for post in 0..6 {
            public_post(&mut world, account, post, extra_links);
        }
    }
    world
}

#[tokio::test]
async fn planted_difference_is_distinguishable() {
    let result = behaviour_world(6).study(&config(&["shade"], "")).await;
    let links = feature(&result, "links_per_post");
    assert_eq!(links.verdict, Verdict::Distinguishable);
    assert!(links.cliffs_delta.value.unwrap() > 0.9);
    assert!(links.cliffs_delta_expected.value.unwrap() > 0.8);
    assert_eq!(result.behaviour.verdict, Verdict::Distinguishable);
    assert_eq!(feature(&result, "body_words").verdict, Verdict::Equivalent);
}

#[tokio::test]
async fn planted_sameness_is_equivalent_within_the_margin() {
    let result = behaviour_world(0).study(&config(&["shade"], "")).await;
    for name in ["links_per_post", "body_words", "opening_share"] {
        let compared = feature(&result, name);
        assert_eq!(compared.verdict, Verdict::Equivalent, "{compared:#?}");
    }
    for compared in &result.behaviour.features {
        assert_ne!(compared.verdict, Verdict::Distinguishable, "{compared:#?}");
    }
    assert_ne!(result.behaviour.verdict, Verdict::Distinguishable);
}

#[tokio::test]
async fn study_can_be_run_by_any_thread() {
    let (session, config) = (small_world().session(2), config(&["shade"], ""));
    let study = tokio::spawn(async move {
        run_study(&session, &config, 3, &mut |_| ())
            .await
            .map(|_| ())
    });
    study.await.unwrap().unwrap();
}
