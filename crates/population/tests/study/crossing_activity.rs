//! Posts a month before and after the crossing.

use super::RARE_BITS;
use super::support::{Cell, DAY_S, START_S, World, config};
use entangle_model::study::{CrossingActivity, CrossingMonth};

/// Accounts that register on one day. Fifty of them post every fifteen days. The first `count`
/// of ten others cross on days 400, 401 and so on: they post four times in each of the twelve
/// months before and once in month 0 and in each of the twelve after, and once a month on the
/// target.
async fn studied(count: usize) -> CrossingActivity {
    let mut world = World::default();
    world.source("public", "public");
    world.source("shade", "cybercrime");
    world.account("shade", "shade9999", "stranger", vec![]);
    for day in [0, 900] {
        world.post("shade", "shade9999", START_S + DAY_S * day, vec![]);
    }
    for account in 0..50 {
        let id = registered(&mut world, account);
        for day in (0..900).step_by(15) {
            world.post("public", &id, START_S + DAY_S * day, vec![]);
        }
    }
    for account in 50..50 + count {
        let id = registered(&mut world, account);
        let target = format!("shade{account:04}");
        world.account("shade", &target, &format!("Name{account}"), vec![]);
        let crossing = 350 + account as i64;
        for month in -12..=12 {
            let offsets: &[i64] = if month < 0 { &[1, 8, 15, 29] } else { &[0] };
            for offset in offsets {
                let day = crossing + 30 * month + offset;
                world.post("public", &id, START_S + DAY_S * day, vec![]);
            }
            if month >= 0 {
                // The first post on the target is late on its day.
                let at_s = START_S + DAY_S * (crossing + 30 * month) + 80_000;
                world.post("shade", &target, at_s, vec![]);
            }
        }
        let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
        world.link(&id, ("shade", &target), 1.0, bits);
    }
    let study = world.study(&config(&["shade"], "")).await;
    study.crossing_activity
}

fn registered(world: &mut World, account: usize) -> String {
    let id = format!("public{account:04}");
    let cells = vec![("registered_at", Cell::InstantS(START_S))];
    world.account("public", &id, &format!("name{account}"), cells);
    id
}

fn means(month: &CrossingMonth) -> [f64; 6] {
    let estimates = [
        &month.public.mean,
        &month.others.mean,
        &month.targets.mean,
        &month.public_expected,
        &month.others_expected,
        &month.targets_expected,
    ];
    estimates.map(|estimate| estimate.value.unwrap())
}

#[tokio::test]
async fn planted_fall_is_found_beside_others_who_do_not_change() {
    let activity = studied(10).await;
    assert_eq!((activity.crossover_count, activity.other_count), (10, 30));
    let months: Vec<i64> = activity.months.iter().map(|month| month.month).collect();
    assert_eq!(months, (-12..=12).collect::<Vec<i64>>());
    for month in &activity.months {
        let [public, targets] = if month.month < 0 {
            [4.0, 0.0]
        } else {
            [1.0, 1.0]
        };
        assert_eq!(
            means(month),
            [public, 2.0, targets, public, 2.0, targets],
            "{month:#?}"
        );
        assert_eq!(month.public.median.value, Some(public));
        assert_eq!(month.public.mean.n, 10);
    }
    for change in [&activity.change_strict, &activity.change_expected] {
        assert!((change.value.unwrap() + 3.0).abs() < 1e-9, "{change:?}");
        // All change alike; that there is no spread is no certainty.
        assert_eq!((change.low, change.high), (None, None));
    }
}

#[tokio::test]
async fn few_crossings_show_no_months() {
    let activity = studied(3).await;
    assert!(activity.months.is_empty());
    assert_eq!(
        (activity.crossover_count, activity.crossover_expected_count),
        (0, None)
    );
    assert!(
        activity.design.starts_with("Not shown: suppressed: "),
        "{}",
        activity.design
    );
    assert!(activity.change_strict.method.starts_with("suppressed: "));
}
