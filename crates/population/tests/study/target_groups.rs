//! Target sources put together under a name.

use super::support::{Cell, START_S, World, config, text};
use super::{RARE_BITS, population};
use entangle_model::study::TargetGroup;

/// An account of a target that posted once and is linked to a public account.
fn linked(world: &mut World, source: &str, account: usize, probability: f64) {
    let id = format!("{source}{account:04}");
    world.account(source, &id, &format!("Name{account}"), vec![]);
    world.post(source, &id, START_S, vec![("kind", text("opening"))]);
    let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
    world.link(
        &format!("public{account:04}"),
        (source, &id),
        probability,
        bits,
    );
}

/// Studied with a group of the first two targets and one of all.
async fn studied(accounts: [std::ops::Range<usize>; 3]) -> Vec<TargetGroup> {
    let groups = "[target_groups]\npair = [\"bazaar\", \"shade\"]\n\
                  every = [\"shade\", \"bazaar\", \"cellar\"]\n";
    studied_with(accounts, groups).await
}

/// Three targets with the given accounts on each.
async fn studied_with(accounts: [std::ops::Range<usize>; 3], groups: &str) -> Vec<TargetGroup> {
    let mut world = population(60, |_| 4);
    for source in ["bazaar", "cellar"] {
        world.source(source, "market");
    }
    for (source, accounts) in ["shade", "bazaar", "cellar"].into_iter().zip(accounts) {
        accounts.for_each(|account| linked(&mut world, source, account, 0.95));
    }
    let result = world
        .study(&config(&["shade", "bazaar", "cellar"], groups))
        .await;
    result.target_groups
}

#[tokio::test]
async fn an_account_on_two_sources_of_a_group_is_counted_once() {
    let groups = studied([0..10, 5..20, 30..36]).await;
    let [every, pair] = groups.as_slice() else {
        panic!("{groups:?}");
    };
    assert_eq!((every.name.as_str(), pair.name.as_str()), ("every", "pair"));
    assert_eq!(pair.sources, ["shade", "bazaar"]);
    assert_eq!((pair.account_count, pair.post_count), (25, 25));
    assert_eq!(pair.crossover_strict.value, Some(20.0));
    // Five only on shade, five on both, ten only on bazaar.
    let expected = 15.0 * 0.95 + 5.0 * (1.0 - 0.05 * 0.05);
    let ours = &pair.crossover_expected;
    assert!((ours.value.unwrap() - expected).abs() < 1e-9);
    assert!(ours.low.unwrap() < expected && ours.high.unwrap() > expected);
    let strict = &pair.crossover_strict;
    assert!(strict.low.unwrap() < 20.0 && strict.high.unwrap() > 20.0);
    assert_eq!(every.crossover_strict.value, Some(26.0));
}

#[tokio::test]
async fn a_group_that_would_tell_few_is_withheld() {
    // Three are on cellar alone: all crossover users less the pair would tell them.
    let groups = studied([0..10, 5..20, 30..33]).await;
    assert_eq!(groups[0].crossover_strict.value, Some(23.0));
    let pair = &groups[1];
    for estimate in [&pair.crossover_strict, &pair.crossover_expected] {
        assert_eq!(estimate.value, None);
        assert!(estimate.method.starts_with("suppressed: "));
    }
}

#[tokio::test]
async fn a_group_to_which_a_withheld_source_adds_nobody_or_few_is_withheld() {
    // Three are on cellar, and also on shade: that shade with cellar has no more would say so.
    let pairs = "[target_groups]\npair = [\"cellar\", \"shade\"]\n";
    let groups = studied_with([0..10, 20..30, 0..3], pairs).await;
    assert_eq!(groups[0].crossover_strict.value, None);
    let groups = studied_with([0..10, 20..30, 8..16], pairs).await;
    assert_eq!(groups[0].crossover_strict.value, Some(16.0));
}

#[tokio::test]
async fn without_the_table_there_are_no_groups() {
    let world = population(10, |_| 1);
    let result = world.study(&config(&["shade"], "")).await;
    assert!(result.target_groups.is_empty());
}
