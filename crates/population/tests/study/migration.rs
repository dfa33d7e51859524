//! Where those who were active on a target source post after its last post.

use super::RARE_BITS;
use super::support::{Cell, DAY_S, START_S, World, config, text};
use entangle_model::study::{Migration, SilentSource};
use expect_test::expect;

fn posts(world: &mut World, source: &str, account: &str, days: &[i64]) {
    for day in days {
        world.post(source, account, START_S + DAY_S * day, vec![]);
    }
}

fn linked(world: &mut World, account: usize, target: &str, days: &[i64]) {
    let id = format!("{target}{account:04}");
    world.account(target, &id, &format!("Name{account}"), vec![]);
    posts(world, target, &id, days);
    let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
    world.link(&format!("public{account:04}"), (target, &id), 1.0, bits);
}

/// Shade falls silent on day 200, bazaar and cellar go on until days 480 and 500. The first `count`
/// accounts post on shade until then; of them the first ten post on the public source afterwards,
/// the first twelve on bazaar, and the first six on bazaar before. Six more left shade long before.
fn world(count: usize) -> World {
    let mut world = World::default();
    world.source("public", "public");
    for (source, last_day) in [("shade", 200), ("bazaar", 480), ("cellar", 500)] {
        world.source(source, "market");
        let stranger = format!("{source}9999");
        world.account(source, &stranger, "stranger", vec![]);
        posts(&mut world, source, &stranger, &[0, last_day]);
    }
    for account in 0..count + 6 {
        let id = format!("public{account:04}");
        world.account("public", &id, &format!("name{account}"), vec![]);
        posts(&mut world, "public", &id, &[30]);
        let is_active = account < count;
        linked(
            &mut world,
            account,
            "shade",
            if is_active { &[150, 199] } else { &[50] },
        );
        if account < 10 {
            posts(&mut world, "public", &id, &[260]);
        }
        if account < 12 && is_active {
            let days: &[i64] = if account < 6 {
                &[100, 250]
            } else {
                &[250, 450]
            };
            linked(&mut world, account, "bazaar", days);
        }
    }
    world
}

fn shown(migration: &Migration) -> String {
    migration.silent_sources.iter().map(of_source).collect()
}

fn of_source(silent: &SilentSource) -> String {
    let share = |share: &entangle_model::Estimate| match share.value {
        Some(value) => format!(
            "{value:.3} [{:.3}, {:.3}]",
            share.low.unwrap(),
            share.high.unwrap()
        ),
        None => share.method.clone(),
    };
    let mut text = format!(
        "{} {} until {}, {} days: {:?} active\n",
        silent.source,
        silent.followed,
        silent.last_post_at,
        silent.window_days,
        silent.active.value
    );
    for place in &silent.destinations {
        text.push_str(&format!(
            "  {} {}: after {:?} {}, before {:?} {}\n",
            place.kind,
            place.source,
            place.after_count,
            share(&place.after_share),
            place.before_count,
            share(&place.before_share),
        ));
    }
    text
}

async fn studied(world: &World) -> Migration {
    let targets = ["shade", "bazaar", "cellar"];
    world.study(&config(&targets, "")).await.migration
}

#[tokio::test]
async fn planted_moves_are_counted_after_and_before() {
    let migration = studied(&world(20)).await;
    expect![[r#"
        shade crossover_users until 2020-07-19T00:00:00Z, 180 days: Some(20.0) active
          target bazaar: after Some(12) 0.600 [0.387, 0.781], before Some(6) 0.300 [0.145, 0.519]
          target cellar: after Some(0) 0.000 [0.000, 0.161], before Some(0) 0.000 [0.000, 0.161]
          public public: after Some(10) 0.500 [0.299, 0.701], before Some(20) 1.000 [0.839, 1.000]
          nowhere : after Some(8) 0.400 [0.219, 0.613], before Some(0) 0.000 [0.000, 0.161]
    "#]]
    .assert_eq(&shown(&migration));
    assert!(
        migration
            .design
            .contains("no strict link between two target sources")
    );
}

#[tokio::test]
async fn accounts_of_targets_that_are_linked_with_one_another_are_followed_by_their_links() {
    let mut world = world(20);
    for account in 0..12 {
        let cellar = format!("cellar{account:04}");
        world.account("cellar", &cellar, "other name", vec![]);
        posts(
            &mut world,
            "cellar",
            &cellar,
            if account < 6 { &[300] } else { &[10] },
        );
        let probability = if account < 11 { 0.95 } else { 0.6 };
        world.add(
            "links",
            vec![
                ("account_left", text(cellar)),
                ("source_left", text("cellar")),
                ("account_right", text(format!("shade{account:04}"))),
                ("source_right", text("shade")),
                ("match_probability", Cell::Number(probability)),
                ("has_shared_identifier", Cell::Flag(account > 0)),
            ],
        );
    }
    // Ten of the twelve links are strict: one is improbable, and one shares nothing.
    let migration = studied(&world).await;
    expect![[r#"
        shade linked_accounts until 2020-07-19T00:00:00Z, 180 days: Some(10.0) active
          target bazaar: after Some(0) 0.000 [0.000, 0.278], before Some(0) 0.000 [0.000, 0.278]
          target cellar: after Some(5) 0.500 [0.237, 0.763], before Some(0) 0.000 [0.000, 0.278]
          nowhere : after Some(5) 0.500 [0.237, 0.763], before Some(10) 1.000 [0.722, 1.000]
    "#]]
    .assert_eq(&of_source(&migration.silent_sources[1]));
}

#[tokio::test]
async fn few_active_accounts_are_suppressed() {
    let migration = studied(&world(3)).await;
    expect![[r#"
        shade crossover_users until 2020-07-19T00:00:00Z, 180 days: None active
    "#]]
    .assert_eq(&shown(&migration));
    assert!(
        migration.silent_sources[0]
            .active
            .method
            .starts_with("suppressed: ")
    );
}

#[tokio::test]
async fn sources_that_go_on_have_no_row() {
    let mut world = world(20);
    posts(&mut world, "shade", "shade9999", &[450]);
    let migration = studied(&world).await;
    assert!(migration.silent_sources.is_empty());
    assert!(migration.design.starts_with("No target source fell silent"));
}
