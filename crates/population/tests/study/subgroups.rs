//! Prevalence by subgroup, and under other assumptions.

use super::support::{Cell, START_S, config, text};
use super::{RARE_BITS, population};
use entangle_model::study::{StudyResult, SubgroupDivision};

/// A hundred and twenty accounts with one to three posts, of which those at `linked` have a link of .9.
async fn studied(linked: impl Iterator<Item = usize>) -> StudyResult {
    let mut world = population(120, |account| 1 + account % 3);
    for account in linked {
        let id = format!("shade{account:04}");
        world.account("shade", &id, &format!("Name{account}"), vec![]);
        world.post("shade", &id, START_S, vec![("kind", text("opening"))]);
        let bits = vec![("name_surprisal_bits", Cell::Number(RARE_BITS))];
        let public = format!("public{account:04}");
        world.link(&public, ("shade", &id), 0.9, bits);
    }
    world.study(&config(&["shade"], "")).await
}

fn activity(result: &StudyResult) -> &SubgroupDivision {
    let mut divisions = result.subgroups.iter();
    divisions
        .find(|division| division.name == "activity")
        .unwrap()
}

#[tokio::test]
async fn the_groups_of_a_division_are_the_population_and_their_shares_its_share() {
    let result = studied(0..30).await;
    for division in &result.subgroups {
        let accounts: u64 = division
            .groups
            .iter()
            .map(|group| group.account_count)
            .sum();
        assert_eq!(accounts, 120, "{}", division.name);
        let groups = division.groups.iter();
        let hits = groups.map(|group| group.expected.value.unwrap() * group.account_count as f64);
        let whole = result.prevalence.expected.value.unwrap() * 120.0;
        assert!(
            (hits.sum::<f64>() - whole).abs() < 1e-9,
            "{}",
            division.name
        );
    }
}

#[tokio::test]
async fn accounts_with_the_same_number_of_posts_stand_together() {
    let result = studied(0..30).await;
    let labels: Vec<&str> = activity(&result)
        .groups
        .iter()
        .map(|group| group.label.as_str())
        .collect();
    assert_eq!(labels, ["1 post", "2 posts", "3 posts"]);
}

#[tokio::test]
async fn a_small_group_is_withheld_with_the_next_smallest() {
    // Three of the first group, eight of the second, twelve of the third.
    let first = (0..9).step_by(3);
    let second = (1..25).step_by(3);
    let third = (2..38).step_by(3);
    let result = studied(first.chain(second).chain(third)).await;
    let shown: Vec<bool> = activity(&result)
        .groups
        .iter()
        .map(|group| group.expected.value.is_some() && group.strict.value.is_some())
        .collect();
    assert_eq!(shown, [false, false, true]);
}

#[tokio::test]
async fn a_larger_prior_gives_a_larger_share_and_the_first_row_is_the_study() {
    let result = studied(0..30).await;
    let of = |assumption: &str| -> Vec<f64> {
        let points = result.sensitivity.iter();
        points
            .filter(|point| point.assumption == assumption)
            .map(|point| point.expected.value.unwrap())
            .collect()
    };
    assert_eq!(
        of("as studied"),
        [result.prevalence.expected.value.unwrap()]
    );
    assert!(of("prior").is_sorted());
    // Odds of 9 with a quarter of lambda are 2.25.
    assert!((of("prior")[0] - 0.25 * 2.25 / 3.25).abs() < 1e-9);
    // Two posts or more: two of three accounts. Nobody has five.
    let counts: Vec<u64> = result
        .sensitivity
        .iter()
        .filter(|point| point.assumption == "population")
        .map(|point| point.expected.n)
        .collect();
    assert_eq!(counts, [80, 0, 0, 0]);
}
