//! Who answers whom, and whether crossover users stand together.

use super::support::{Cell, DAY_S, START_S, World, config, text};
use super::{RARE_BITS, is_crossover};
use entangle_model::study::{ChanceComparison, Network, Verdict};
use expect_test::expect;

fn public_world(account_count: usize) -> World {
    let mut world = World::default();
    world.source("public", "public");
    world.source("shade", "cybercrime");
    for account in 0..account_count {
        let registered = START_S - DAY_S * (300 + (account as i64 % 7) * 20);
        world.account(
            "public",
            &format!("public{account:04}"),
            &format!("name{account}"),
            vec![("registered_at", Cell::InstantS(registered))],
        );
    }
    world
}

/// A post with more cells; `account` is a number of the population.
fn post(world: &mut World, account: usize, cells: &[(&'static str, &str)]) {
    let cells = cells.iter().map(|(name, value)| (*name, text(*value)));
    let id = format!("public{account:04}");
    world.post("public", &id, START_S + DAY_S, cells.collect());
}

fn links_to_shade(world: &mut World, accounts: impl Iterator<Item = usize>) {
    for account in accounts {
        let target = format!("shade{account:04}");
        world.account("shade", &target, &format!("Name{account}"), vec![]);
        world.post("shade", &target, START_S, vec![]);
        let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
        world.link(
            &format!("public{account:04}"),
            ("shade", &target),
            0.99,
            bits,
        );
    }
}

#[tokio::test]
async fn a_post_ties_to_what_it_states_or_else_to_the_starter_of_its_thread() {
    let mut world = public_world(4);
    for (thread, starter) in [("asked", None), ("told", Some("public0001"))] {
        let mut cells = vec![("thread_id", text(thread)), ("source", text("public"))];
        cells.extend(starter.map(|starter| ("account_id", text(starter))));
        world.add("threads", cells);
    }
    let asked = ("thread_id", "asked");
    post(
        &mut world,
        0,
        &[asked, ("kind", "opening"), ("post_id", "opening")],
    );
    post(
        &mut world,
        1,
        &[asked, ("parent_post_id", "opening"), ("post_id", "answer")],
    );
    post(&mut world, 1, &[asked, ("parent_post_id", "opening")]);
    post(&mut world, 0, &[asked, ("parent_post_id", "answer")]);
    post(&mut world, 2, &[asked]);
    post(&mut world, 3, &[("thread_id", "told")]);
    post(&mut world, 0, &[asked]);
    post(&mut world, 2, &[("kind", "message")]);
    post(
        &mut world,
        3,
        &[asked, ("parent_post_id", "not in the workspace")],
    );
    world.post(
        "public",
        "gone",
        START_S,
        vec![("post_id", text("of a deleted account"))],
    );
    post(&mut world, 2, &[("parent_post_id", "of a deleted account")]);
    let network = world.study(&config(&["shade"], "")).await.network;
    let uses = network.post_uses.iter();
    let uses: String = uses
        .map(|posts| format!("{} {}\n", posts.count, posts.reason))
        .collect();
    expect![[r#"
        3 a tie, because the source states which post is answered
        2 a tie to whoever started the thread, because the source does not state which post is answered
        1 no tie: it starts a thread
        2 no tie: it answers nobody that the source names
        1 no tie: it answers its own author
        1 no tie: it answers an account outside the population
    "#]].assert_eq(&uses);
    assert_eq!((network.account_count, network.pair_count), (4, 4));
    assert_eq!(network.reciprocity.value, Some(0.5));
    assert_eq!(network.core_number_max, Some(1));
}

/// Three hundred accounts open a thread each and answer others; one in four is a crossover user,
/// who answers another one in so many of ten posts, and anybody in the rest.
async fn mixed(preference_tenths: usize) -> Network {
    const COUNT: usize = 300;
    let mut world = public_world(COUNT);
    let crossover: Vec<usize> = (0..COUNT)
        .filter(|account| is_crossover(*account))
        .collect();
    for account in 0..COUNT {
        let opening = format!("opening{account}");
        post(
            &mut world,
            account,
            &[("kind", "opening"), ("post_id", &opening)],
        );
    }
    for account in 0..COUNT {
        for number in 0..3 + account % 8 {
            let draw = scattered(account * 64 + number);
            let seeks = is_crossover(account) && draw % 10 < preference_tenths;
            let answered = match seeks {
                true => crossover[draw / 10 % crossover.len()],
                false => draw / 10 % COUNT,
            };
            post(
                &mut world,
                account,
                &[("parent_post_id", &format!("opening{answered}"))],
            );
        }
    }
    links_to_shade(&mut world, crossover.into_iter());
    world.study(&config(&["shade"], "")).await.network
}

/// A number without a pattern.
fn scattered(number: usize) -> usize {
    let mut mixed = (number as u64 + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ mixed >> 32) >> 8) as usize
}

fn pairs<'network>(network: &'network Network, form: &str) -> &'network ChanceComparison {
    let rows = network.chance.iter();
    let mut rows = rows.filter(|row| row.quantity == "pairs_among_crossover_users");
    rows.find(|row| row.form == form).unwrap()
}

#[tokio::test]
async fn planted_preference_is_distinguishable_from_chance() {
    let network = mixed(5).await;
    for form in ["strict", "expected"] {
        let pairs = pairs(&network, form);
        assert_eq!(pairs.verdict, Verdict::Distinguishable, "{pairs:#?}");
        assert!(pairs.ratio.low.unwrap() > 1.0, "{pairs:#?}");
        assert!(pairs.observed.value > pairs.by_chance.high, "{pairs:#?}");
        assert_eq!(pairs.permutation_count, 999);
    }
}

#[tokio::test]
async fn without_a_preference_nothing_is_distinguishable_from_chance() {
    let network = mixed(0).await;
    for row in &network.chance {
        assert_eq!(row.verdict, Verdict::Undecided, "{row:#?}");
    }
    let ratio = &pairs(&network, "strict").ratio;
    assert!(
        ratio.low.unwrap() < 1.0 && ratio.high.unwrap() > 1.0,
        "{ratio:?}"
    );
    // Everybody answers and is answered, whoever it is.
    let first = network
        .degrees
        .iter()
        .find(|point| point.least_account_count == 1)
        .unwrap();
    assert!(first.crossover_share.value.unwrap() > 0.99);
    assert!(first.other_share.value.unwrap() > 0.99);
    for measure in &network.measures {
        assert_ne!(measure.verdict, Verdict::Distinguishable, "{measure:#?}");
    }
}

#[tokio::test]
async fn few_crossover_users_of_a_network_are_suppressed() {
    let mut world = public_world(40);
    for account in 0..40 {
        post(
            &mut world,
            account,
            &[
                ("kind", "opening"),
                ("post_id", &format!("opening{account}")),
            ],
        );
        for step in [1, 2, 5] {
            let answered = format!("opening{}", (account + step) % 40);
            post(&mut world, account, &[("parent_post_id", &answered)]);
        }
    }
    links_to_shade(&mut world, 0..3);
    let network = world.study(&config(&["shade"], "")).await.network;
    assert_eq!((network.account_count, network.pair_count), (40, 120));
    assert_eq!(network.chance.len(), 6);
    for row in &network.chance {
        for estimate in [&row.observed, &row.by_chance, &row.ratio] {
            assert_eq!(estimate.value, None, "{row:#?}");
            assert!(estimate.method.starts_with("suppressed: "), "{row:#?}");
        }
        assert_eq!((row.p, row.verdict), (None, Verdict::Undecided));
    }
    assert!(network.degrees.is_empty() && network.measures.is_empty());
    assert!(!network.design.contains("of 100 stand"));
}

#[tokio::test]
async fn personas_are_counted_by_targets_and_a_small_number_is_not_withheld_alone() {
    let mut world = public_world(20);
    world.source("bazaar", "market");
    for account in 0..20 {
        post(&mut world, account, &[]);
    }
    let mut persona = |number: usize, sources: &[&str]| {
        for source in sources {
            let account = format!("{source}{number:04}");
            let id = format!("persona{number}");
            let cells = [
                ("persona_id", id),
                ("account_id", account),
                ("source", (*source).to_owned()),
            ];
            world.add(
                "personas",
                cells
                    .into_iter()
                    .map(|(name, cell)| (name, text(cell)))
                    .collect(),
            );
        }
    };
    (0..6).for_each(|number| persona(number, &["public", "shade"]));
    (6..9).for_each(|number| persona(number, &["public", "shade", "bazaar"]));
    // Nobody of the population, and no target.
    persona(30, &["shade", "bazaar"]);
    persona(10, &["public", "cellar"]);
    let shown = |more: &'static str| {
        let world = world.clone();
        async move {
            let bridges = world
                .study(&config(&["shade", "bazaar"], more))
                .await
                .network
                .bridges;
            let numbers = bridges
                .iter()
                .map(|one| (one.target_count, one.persona_count.value));
            numbers.collect::<Vec<_>>()
        }
    };
    assert_eq!(shown("").await, [(1, None), (2, None)]);
    let all = shown("suppress_below_count = 1\n").await;
    assert_eq!(all, [(1, Some(6.0)), (2, Some(3.0))]);
}
