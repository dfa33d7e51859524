use super::*;
use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};

const MONTHS: usize = 24;

const OPTIONS: TrajectoryOptions = TrajectoryOptions {
    degree: 2,
    is_zero_inflated: true,
    start_count: 6,
    iterations_max: 2000,
    tolerance: 1e-9,
    seed: 1,
};

/// Few posts; a rise; a fall; each with idle months. In ascending order of their posts.
fn planted_curves() -> Vec<GroupCurve> {
    let curve = |share, coefficients: &[f64], idle_probability| GroupCurve {
        share,
        coefficients: coefficients.to_vec(),
        idle_probability,
    };
    vec![
        curve(0.5, &[-1.0, 0.0, 0.0], 0.1),
        curve(0.2, &[0.8, 1.5, 0.0], 0.2),
        curve(0.3, &[1.8, -1.2, -0.5], 0.05),
    ]
}

/// Accounts of the curves, each seen from a month of the first half on. Returns groups as well.
fn planted_accounts(
    curves: &[GroupCurve],
    count: usize,
    random: &mut ChaCha8Rng,
) -> (Vec<Trajectory>, Vec<usize>) {
    (0..count)
        .map(|_| {
            let mut left: f64 = random.random();
            let group = (0..curves.len() - 1)
                .find(|group| {
                    left -= curves[*group].share;
                    left < 0.0
                })
                .unwrap_or(curves.len() - 1);
            let first_month =
                random.random_range(0..MONTHS / 2) * usize::from(random.random::<f64>() < 0.5);
            let counts = (first_month..MONTHS)
                .map(|month| {
                    let rate = curves[group].log_rate(month, MONTHS).exp();
                    let is_idle = random.random::<f64>() < curves[group].idle_probability;
                    if is_idle {
                        0
                    } else {
                        Poisson::new(rate).unwrap().sample(random) as u32
                    }
                })
                .collect();
            (
                Trajectory {
                    weight: 1.0,
                    first_month,
                    counts,
                },
                group,
            )
        })
        .unzip()
}

#[test]
fn planted_groups_are_found_and_their_number_by_bic() {
    let curves = planted_curves();
    let (accounts, truth) = planted_accounts(&curves, 500, &mut generator(1, "planted groups"));
    let choice = choose_group_count(&accounts, MONTHS, 5, &OPTIONS).unwrap();
    assert_eq!((choice.models.len(), choice.best), (5, 2));
    let model = &choice.models[choice.best];
    assert!(model.is_converged);
    // Three groups of three coefficients and an idle probability each, and two shares.
    assert_eq!(model.parameter_count, 14);
    for (group, planted) in model.groups.iter().zip(&curves) {
        assert!(
            (group.curve.share - planted.share).abs() < 0.07,
            "{group:?}"
        );
        assert!(
            (group.curve.idle_probability - planted.idle_probability).abs() < 0.05,
            "{group:?}"
        );
        for (ours, planted) in group.curve.coefficients.iter().zip(&planted.coefficients) {
            assert!((ours - planted).abs() < 0.2, "{group:?}");
        }
        assert!(group.average_posterior_probability.unwrap() > 0.9);
        assert!(group.odds_of_correct_classification.unwrap() > 5.0);
    }
    let assigned_right = accounts
        .iter()
        .zip(truth)
        .filter(|(account, truth)| model.posterior_probabilities(account).unwrap()[*truth] > 0.5);
    assert!(assigned_right.count() > 480);
}

/// Shares of the groups, and their posts in the middle and at the end.
#[test]
fn intervals_cover_the_planted_shares_and_curves() {
    const WORLDS: usize = 150;
    let curves = planted_curves();
    let mut random = generator(2, "coverage of groups");
    let options = TrajectoryOptions {
        start_count: 1,
        tolerance: 1e-7,
        ..OPTIONS
    };
    let (mut shares_covered, mut posts_covered) = (0.0, 0.0);
    let is_within = |interval: Bounded, truth: f64| {
        f64::from(u8::from((interval.low..=interval.high).contains(&truth)))
    };
    for _ in 0..WORLDS {
        let (accounts, _) = planted_accounts(&curves, 200, &mut random);
        let model = fit_trajectories(&accounts, MONTHS, 3, &options).unwrap();
        for (group, planted) in model.groups.iter().zip(&curves) {
            shares_covered += is_within(group.share.unwrap(), planted.share);
            let posts = group.monthly_posts.as_ref().unwrap();
            for month in [MONTHS / 2, MONTHS - 1] {
                posts_covered += is_within(posts[month], planted.expected_posts(month, MONTHS));
            }
        }
    }
    let shares_covered = shares_covered / (3 * WORLDS) as f64;
    let posts_covered = posts_covered / (6 * WORLDS) as f64;
    assert!((0.92..=0.98).contains(&shares_covered), "{shares_covered}");
    assert!((0.92..=0.98).contains(&posts_covered), "{posts_covered}");
}

#[test]
fn account_of_weight_two_counts_as_two_accounts() {
    let (accounts, _) = planted_accounts(&planted_curves(), 60, &mut generator(3, "weights"));
    let weighted: Vec<Trajectory> = accounts
        .iter()
        .enumerate()
        .map(|(place, account)| Trajectory {
            weight: [0.0, 1.0, 2.0][place % 3],
            ..account.clone()
        })
        .collect();
    let repeated: Vec<Trajectory> = accounts
        .iter()
        .enumerate()
        .flat_map(|(place, account)| vec![account.clone(); place % 3])
        .collect();
    let options = TrajectoryOptions {
        start_count: 1,
        ..OPTIONS
    };
    let fit = |accounts: &[Trajectory]| fit_trajectories(accounts, MONTHS, 1, &options).unwrap();
    let (weighted, repeated) = (fit(&weighted), fit(&repeated));
    assert!((weighted.log_likelihood - repeated.log_likelihood).abs() < 1e-6);
    assert!((weighted.bic - repeated.bic).abs() < 1e-5);
}

#[test]
fn accounts_that_never_post_are_a_group_with_a_finite_curve() {
    let mut accounts = vec![
        Trajectory {
            weight: 1.0,
            first_month: 0,
            counts: vec![0; 6]
        };
        30
    ];
    accounts.extend(vec![
        Trajectory {
            weight: 1.0,
            first_month: 0,
            counts: vec![9, 7, 8, 10, 8, 9]
        };
        10
    ]);
    for is_zero_inflated in [false, true] {
        let options = TrajectoryOptions {
            is_zero_inflated,
            ..OPTIONS
        };
        let model = fit_trajectories(&accounts, 6, 2, &options).unwrap();
        assert!((model.groups[0].curve.share - 0.75).abs() < 1e-6);
        assert!(model.expected_posts(0, 3).unwrap() < 1e-3);
        assert!((model.expected_posts(1, 3).unwrap() - 8.8).abs() < 0.6);
        let share = model.groups[0].share.unwrap();
        // 30 of 40: standard error .0685.
        assert!((share.high - share.low - 0.26).abs() < 0.02, "{share:?}");
        assert_eq!(model.expected_posts(0, 6), None);
        assert_eq!(model.groups[0].monthly_posts, None);
        let posts = model.groups[1].monthly_posts.as_ref().unwrap();
        assert!(posts[3].low > 7.0 && posts[3].high < 11.0, "{posts:?}");
        assert_eq!(model.groups[0].odds_of_correct_classification, None);
    }
}

#[test]
fn what_cannot_be_fitted_is_missing() {
    let account = Trajectory {
        weight: 1.0,
        first_month: 2,
        counts: vec![1, 0, 3],
    };
    let fit = |account: &Trajectory, month_count, group_count, options| {
        fit_trajectories(
            std::slice::from_ref(account),
            month_count,
            group_count,
            &options,
        )
    };
    assert!(fit(&account, 5, 1, OPTIONS).is_some());
    assert!(fit(&account, 4, 1, OPTIONS).is_none());
    assert!(fit(&account, 5, 2, OPTIONS).is_none());
    assert!(fit(&account, 5, 0, OPTIONS).is_none());
    assert!(
        fit(
            &account,
            5,
            1,
            TrajectoryOptions {
                degree: 4,
                ..OPTIONS
            }
        )
        .is_none()
    );
    assert!(
        fit(
            &account,
            5,
            1,
            TrajectoryOptions {
                start_count: 0,
                ..OPTIONS
            }
        )
        .is_none()
    );
    let far = Trajectory {
        first_month: usize::MAX,
        ..account.clone()
    };
    assert!(fit(&far, 5, 1, OPTIONS).is_none());
    let negative = Trajectory {
        weight: -1.0,
        ..account.clone()
    };
    assert!(fit(&negative, 5, 1, OPTIONS).is_none());
    let nobody = Trajectory {
        weight: 0.0,
        ..account
    };
    assert!(fit(&nobody, 5, 1, OPTIONS).is_none());
}

#[test]
fn one_seed_gives_one_answer() {
    let (accounts, _) = planted_accounts(&planted_curves(), 120, &mut generator(4, "repeat"));
    let fit = || fit_trajectories(&accounts, MONTHS, 3, &OPTIONS);
    assert_eq!(fit(), fit());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The likelihood month by month and group by group, as it is written down.
    #[test]
    fn fast_and_naive_likelihood_agree(
        rows in prop::collection::vec((0usize..4, prop::collection::vec(0u32..6, 1..5), 0.1..1.0f64), 1..8),
        slopes in prop::collection::vec((-2.0..2.0f64, -1.0..1.0f64, 0.0..0.9f64), 2),
    ) {
        let curves: Vec<GroupCurve> = slopes.iter().zip([0.3, 0.7]).map(|((level, slope, idle), share)| GroupCurve {
            share, coefficients: vec![*level, *slope], idle_probability: *idle,
        }).collect();
        let accounts: Vec<Trajectory> = rows.into_iter().map(|(first_month, counts, weight)| Trajectory {
            weight, first_month, counts,
        }).collect();
        let naive: f64 = accounts.iter().map(|account| {
            let likelihood: f64 = curves.iter().map(|curve| {
                let months = account.counts.iter().zip(account.first_month..).map(|(count, month)| {
                    let rate = (curve.coefficients[0] + curve.coefficients[1] * (2.0 * month as f64 / 7.0 - 1.0)).exp();
                    let factorial: f64 = (1..=*count).map(f64::from).product();
                    let poisson = (-rate).exp() * rate.powi(*count as i32) / factorial;
                    let idle = if *count == 0 { curve.idle_probability } else { 0.0 };
                    idle + (1.0 - curve.idle_probability) * poisson
                });
                curve.share * months.product::<f64>()
            }).sum();
            account.weight * likelihood.ln()
        }).sum();
        let ours = trajectory_log_likelihood(&accounts, 8, &curves).unwrap();
        prop_assert!((ours - naive).abs() < 1e-9 * (1.0 + naive.abs()), "{} and {}", ours, naive);
    }

    /// Whatever the counts, a fit ends with finite numbers and probabilities that sum to one.
    #[test]
    fn any_counts_give_finite_answers(
        rows in prop::collection::vec((0usize..6, prop::collection::vec(prop_oneof![0u32..3, Just(u32::MAX)], 0..5)), 0..8),
        group_count in 1usize..4,
    ) {
        let accounts: Vec<Trajectory> = rows.into_iter().map(|(first_month, counts)| Trajectory {
            weight: 0.5, first_month, counts,
        }).collect();
        let options = TrajectoryOptions { degree: 3, start_count: 2, iterations_max: 50, ..OPTIONS };
        if let Some(model) = fit_trajectories(&accounts, 12, group_count, &options) {
            prop_assert!(model.log_likelihood.is_finite() && model.bic.is_finite());
            prop_assert!((model.groups.iter().map(|group| group.curve.share).sum::<f64>() - 1.0).abs() < 1e-9);
            for account in &accounts {
                if let Some(posterior) = model.posterior_probabilities(account).filter(|_| !account.counts.is_empty()) {
                    prop_assert!((posterior.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                }
            }
        }
    }
}
