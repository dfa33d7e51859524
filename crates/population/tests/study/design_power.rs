//! What the design could have found.

use super::support::config;
use super::{RARE_BITS, behaviour_world, crossover, population, small_world};
use entangle_model::study::{DesignPower, StudyResult};
use expect_test::expect;

fn shown(power: &DesignPower) -> String {
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    let rows = power.rows.iter().map(|row| {
        format!(
            "{} {} {} {} {}: {}\n",
            row.form,
            row.quantity,
            number(row.crossover_count),
            number(row.other_count),
            number(row.other_share.or(row.margin)),
            row.least
                .value
                .map_or_else(|| row.least.method.clone(), |value| format!("{value:.3}")),
        )
    });
    rows.collect()
}

fn limits_with<'result>(result: &'result StudyResult, words: &str) -> Vec<&'result str> {
    let limits = result.limits.iter().map(|limit| limit.limit.as_str());
    limits.filter(|limit| limit.contains(words)).collect()
}

#[tokio::test]
async fn small_groups_find_only_large_differences_and_the_limits_say_so() {
    let result = small_world().study(&config(&["shade", "bazaar"], "")).await;
    expect![[r#"
        strict least_cliffs_delta 18.000 54.000 -: 0.443
        strict least_equivalence_margin 18.000 54.000 0.147: 0.463
        strict least_share_difference 18.000 54.000 0.100: 0.307
        strict least_share_difference 18.000 54.000 0.500: 0.353
        expected least_cliffs_delta 20.153 63.240 -: 0.416
        expected least_share_difference 20.153 63.240 0.100: 0.284
        expected least_share_difference 20.153 63.240 0.500: 0.335
        strict least_prevalence - - -: suppressed: it rests on fewer than 5 crossover users
    "#]].assert_eq(&shown(&result.design_power));
    expect![[r#"
        Groups of these sizes that do not differ are shown to be equivalent with a probability of 0.8 only from 0.46 on, and the margin of the study is 0.147: undecided is to be expected even of features that do not differ.
        A difference as large as the margin is found with a probability below 0.8: Cliff's delta is distinguished with it from 0.44 on."#]].assert_eq(&limits_with(&result, "probability").join("\n"));
}

#[tokio::test]
async fn large_groups_find_the_margin_and_no_limit_is_stated() {
    let result = behaviour_world(0).study(&config(&["shade"], "")).await;
    let margin = &result.design_power.rows[1];
    assert_eq!(margin.quantity, "least_equivalence_margin");
    assert!(margin.least.value.unwrap() < 0.147, "{margin:?}");
    assert!(limits_with(&result, "undecided is to be expected").is_empty());
}

#[tokio::test]
async fn few_crossover_users_have_no_sizes() {
    let mut world = population(40, |_| 4);
    (0..3).for_each(|account| crossover(&mut world, account, 0.99, RARE_BITS, true));
    let result = world.study(&config(&["shade"], "")).await;
    for row in &result.design_power.rows {
        assert_eq!(
            (row.crossover_count, row.least.value),
            (None, None),
            "{row:?}"
        );
    }
}
