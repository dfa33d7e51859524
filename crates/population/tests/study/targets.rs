//! What target sources have in common, and whose threads they hold.

use super::support::{Cell, START_S, World, config, text};
use super::{RARE_BITS, population};
use entangle_model::study::StudyResult;

/// A target account with one thread of its own, linked to a public account if there is one.
fn opener(world: &mut World, source: &str, account: usize, probability: Option<f64>) {
    let id = format!("{source}{account:04}");
    world.account(source, &id, &format!("Name{account}"), vec![]);
    world.post(source, &id, START_S, vec![("kind", text("opening"))]);
    if let Some(probability) = probability {
        let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
        world.link(
            &format!("public{account:04}"),
            (source, &id),
            probability,
            bits,
        );
    }
}

/// Eight accounts on `shade`, the first `in_common` of them on `bazaar` too, which has four more
/// threads of others.
async fn studied(in_common: usize) -> StudyResult {
    let mut world = population(40, |_| 4);
    world.source("bazaar", "market");
    (0..8).for_each(|account| opener(&mut world, "shade", account, Some(0.95)));
    (0..in_common).for_each(|account| opener(&mut world, "bazaar", account, Some(0.9)));
    (20..24).for_each(|account| opener(&mut world, "bazaar", account, None));
    world.study(&config(&["shade", "bazaar"], "")).await
}

#[tokio::test]
async fn accounts_on_two_targets_are_their_overlap() {
    let result = studied(6).await;
    let [overlap] = result.target_overlaps.as_slice() else {
        panic!("{:?}", result.target_overlaps);
    };
    assert_eq!(
        (
            overlap.first_source.as_str(),
            overlap.second_source.as_str()
        ),
        ("shade", "bazaar")
    );
    assert_eq!(overlap.crossover_strict.value, Some(6.0));
    let expected = &overlap.crossover_expected;
    assert!((expected.value.unwrap() - 6.0 * 0.95 * 0.9).abs() < 1e-9);
    assert!(expected.low.unwrap() < 5.0 && expected.high.unwrap() > 6.0);
    assert_eq!(expected.n, 40);
}

#[tokio::test]
async fn threads_of_a_target_are_shared_out_by_probability() {
    let result = studied(6).await;
    let bazaar = &result.targets[1];
    assert!((bazaar.thread_share.value.unwrap() - 6.0 * 0.9 / 10.0).abs() < 1e-9);
    assert_eq!(bazaar.thread_share.n, 10);
}

#[tokio::test]
async fn few_accounts_in_common_are_suppressed_and_none_are_shown() {
    let few = studied(3).await.target_overlaps.remove(0);
    for estimate in [&few.crossover_strict, &few.crossover_expected] {
        assert_eq!(estimate.value, None);
        assert!(estimate.method.starts_with("suppressed: "));
    }
    let none = studied(0).await.target_overlaps.remove(0);
    assert_eq!(none.crossover_strict.value, Some(0.0));
    assert_eq!(none.crossover_expected.value, Some(0.0));
}
