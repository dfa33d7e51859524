//! When accounts cross.

use super::RARE_BITS;
use super::support::{Cell, DAY_S, START_S, World, config, text};
use entangle_model::study::StudyResult;

/// Forty accounts that register on one day and post a hundred days later. The first `count` cross
/// on days 10, 20 and so on; account 39 was on the target before. A stranger opens the target on
/// the first day and posts there on the last.
async fn studied(count: usize) -> StudyResult {
    let mut world = World::default();
    world.source("public", "public");
    world.source("shade", "cybercrime");
    world.account("shade", "shade9999", "stranger", vec![]);
    for day in [-50, 100] {
        world.post("shade", "shade9999", START_S + DAY_S * day, vec![]);
    }
    for account in 0..40usize {
        let id = format!("public{account:04}");
        let registered = vec![("registered_at", Cell::InstantS(START_S))];
        world.account("public", &id, &format!("name{account}"), registered);
        world.post(
            "public",
            &id,
            START_S + DAY_S * 100,
            vec![("kind", text("reply"))],
        );
        let day = match account {
            39 => -20,
            _ if account < count => 10 * (account as i64 + 1),
            _ => continue,
        };
        let target = format!("shade{account:04}");
        world.account("shade", &target, &format!("Name{account}"), vec![]);
        world.post("shade", &target, START_S + DAY_S * day, vec![]);
        let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
        world.link(&id, ("shade", &target), 1.0, bits);
    }
    world.study(&config(&["shade"], "")).await
}

#[tokio::test]
async fn planted_days_of_crossing_give_the_curve() {
    let crossing = studied(8).await.crossing;
    assert_eq!(crossing.followed_count, 40);
    assert_eq!(crossing.crossing_expected_count, Some(8.0));
    for point in &crossing.points {
        // 39 are at risk; nobody is lost before the end.
        let crossed = (point.days / 10.0).floor().min(8.0) / 39.0;
        let share = &point.crossed_share;
        assert!((share.value.unwrap() - crossed).abs() < 1e-9, "{point:?}");
        // Before the first crossing there is no spread, which is no certainty.
        assert_eq!(share.low.is_some(), crossed > 0.0, "{point:?}");
        assert_eq!(share.high.is_some(), crossed > 0.0, "{point:?}");
        if crossed > 0.0 {
            assert!(share.low < share.value && share.value < share.high);
        }
    }
    assert!(crossing.points.last().unwrap().days >= 95.0);
    assert!(
        crossing.design.contains("(1.0 expected)"),
        "{}",
        crossing.design
    );
}

#[tokio::test]
async fn few_crossings_are_suppressed() {
    let crossing = studied(3).await.crossing;
    assert!(crossing.points.is_empty());
    assert_eq!(crossing.crossing_expected_count, None);
    assert!(crossing.design.starts_with("suppressed: "));
}
