//! Crossover users whose links show no trace, by the share that the linkage learned.

use expect_test::expect;

use super::small_world;
use super::support::{Cell, config, text};

/// What a study says with the model of the last run.
struct Told {
    /// The form with unseen links, by the expected one.
    ratio: f64,
    method: String,
    limits: Vec<String>,
}

async fn with_model(model: &str) -> Told {
    let mut world = small_world();
    world.add(
        "link_runs",
        vec![
            ("run", Cell::Integer(1)),
            ("model", text("[unseen]\nshare = 0.4\npair_count = 4.0\n")),
        ],
    );
    world.add(
        "link_runs",
        vec![("run", Cell::Integer(2)), ("model", text(model))],
    );
    let result = world.study(&config(&["shade", "bazaar"], "")).await;
    let with_unseen = result.prevalence.expected_with_unseen;
    let value = with_unseen.value.unwrap_or(f64::NAN);
    Told {
        ratio: value / result.prevalence.expected.value.unwrap(),
        method: with_unseen.method,
        limits: result.limits.into_iter().map(|one| one.limit).collect(),
    }
}

impl Told {
    fn says_that_it_is_too_low(&self) -> bool {
        self.limits
            .iter()
            .any(|limit| limit.ends_with("it is too low."))
    }
}

#[tokio::test]
async fn each_seen_link_stands_for_those_without_a_trace() {
    let told = with_model("[unseen]\nshare = 0.2\npair_count = 24.0\n").await;
    // Everybody has one target here, so the share is divided by that of the links that are seen.
    assert!((told.ratio - 1.25).abs() < 1e-12, "{}", told.ratio);
    assert!(!told.says_that_it_is_too_low());
    expect!["the expected share, in which a link that is seen stands for 1.25: a share of 0.20 of the links is taken to show no trace in names or contacts, by 24.0 pairs that a contact anchors, four assumed ones among them, and at most 0.5 is corrected for; the interval carries that share too (standard error with the other parameters 3.18e-2)"].assert_eq(&told.method);
}

#[tokio::test]
async fn a_run_that_learned_no_such_share_gives_no_estimate() {
    let told = with_model("format_version = 1\n").await;
    assert!(told.ratio.is_nan());
    assert_eq!(
        told.method,
        "the linkage learned no share of links without a trace"
    );
}

#[tokio::test]
async fn a_seen_link_stands_for_two_at_most_and_the_limits_say_so() {
    let told = with_model("[unseen]\nshare = 0.6\npair_count = 24.0\n").await;
    assert!((told.ratio - 2.0).abs() < 1e-12, "{}", told.ratio);
    assert!(told.says_that_it_is_too_low(), "{:?}", told.limits);
}
