//! Courses of monthly activity.

use super::RARE_BITS;
use super::support::{Cell, DAY_S, START_S, World, config};
use entangle_model::study::Trajectories;

/// Accounts that register on one day and post sixty times. Sixty of them do so over thirty months;
/// `count` others, who are linked, in the first twelve.
async fn studied(count: usize) -> Trajectories {
    let mut world = World::default();
    world.source("public", "public");
    world.source("shade", "cybercrime");
    for account in 0..60 + count {
        let id = format!("public{account:04}");
        let cells = vec![("registered_at", Cell::InstantS(START_S))];
        world.account("public", &id, &format!("name{account}"), cells);
        let step = if account < 60 { 15 } else { 6 };
        for post in 0..60 {
            world.post("public", &id, START_S + DAY_S * (post * step), vec![]);
        }
        if account >= 60 {
            let target = format!("shade{account:04}");
            world.account("shade", &target, &format!("Name{account}"), vec![]);
            world.post("shade", &target, START_S, vec![]);
            let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
            world.link(&id, ("shade", &target), 1.0, bits);
        }
    }
    let study = world.study(&config(&["shade"], "")).await;
    study.trajectories
}

#[tokio::test]
async fn a_course_that_only_crossover_users_take_is_found() {
    let found = studied(20).await;
    assert_eq!((found.crossover_count, found.other_count), (20, 60));
    // Shares of crossover users and of others, and posts of the first and of the last month.
    let groups: Vec<[f64; 4]> = found
        .groups
        .iter()
        .map(|group| {
            [
                group.crossover_share.value.unwrap(),
                group.other_share.value.unwrap(),
                group.monthly_posts[0],
                group.monthly_posts[29],
            ]
        })
        .collect();
    let fading: f64 = groups
        .iter()
        .filter(|[.., first, last]| first > &(5.0 * last))
        .map(|[crossover, other, ..]| crossover - other)
        .sum();
    assert!(fading > 0.95, "{groups:?}");
    for share in [0, 1] {
        let whole: f64 = groups.iter().map(|group| group[share]).sum();
        assert!((whole - 1.0).abs() < 1e-9, "{groups:?}");
    }
    let least = found
        .bic_by_group_count
        .iter()
        .copied()
        .reduce(f64::min)
        .unwrap();
    assert_eq!(found.bic_by_group_count[found.groups.len() - 1], least);
}

#[tokio::test]
async fn few_crossover_users_have_no_course() {
    let found = studied(3).await;
    assert!(found.groups.is_empty() && found.design.starts_with("suppressed: "));
}
