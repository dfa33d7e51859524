//! A mean or share over many posts from a classifier's labels on all and human codes on a sample:
//! prediction-powered inference.
//!
//! The codes say how wrong the labels are on average, and the mean of the labels is corrected by
//! it. The interval holds whatever the classifier's errors are; a good classifier only makes it
//! narrower. That needs codes from a probability sample, and a classifier that was not trained on
//! those codes. How good the classifier is, is [`crate::classifier_error`].

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::interval::{Bounded, INTERVAL_LEVELS};

/// One post of the population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassifiedPost {
    /// The account that wrote it, any number; posts of one account are not independent.
    pub account: usize,
    /// The classifier's label or score, on the scale of the codes: for a share 0 or 1, or a
    /// probability.
    pub predicted: f64,
    /// The human code; `None` for a post that was not drawn.
    pub coded: Option<Coded>,
}

/// What a human said of a drawn post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coded {
    /// The code as a number, 0 or 1 for a share.
    pub value: f64,
    /// Probability with which the post was drawn, in `(0, 1]`; any constant in a simple random
    /// sample, for only ratios matter.
    pub inclusion_probability: f64,
}

/// How much the labels count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PredictionWeight {
    /// This weight: zero leaves the codes alone, one corrects the mean of the labels.
    Fixed(f64),
    /// The weight between zero and one that makes the standard error smallest.
    Tuned,
}

/// A mean over all posts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictionPoweredMean {
    /// The mean with its 95 % interval; not clipped, so a share near an end may reach beyond it.
    pub mean: Bounded,
    /// Its standard error, robust against likeness of posts of one account.
    pub standard_error: f64,
    /// Weight of the labels, lambda of PPI++.
    pub prediction_weight: f64,
    /// What the codes say without the labels.
    pub codes_only: Bounded,
    /// What the labels say without the codes: wrong by an unknown amount, so without an interval.
    pub predictions_only: f64,
    /// All posts.
    pub post_count: u64,
    /// Posts with a code.
    pub coded_count: u64,
    /// Accounts with a coded post.
    pub coded_account_count: u64,
}

/// The mean of the codes that all posts would have been given.
///
/// Write `f` for labels and `Y` for codes. The estimate is `lambda mean(f) + mean_s(Y - lambda f)`
/// with the first mean over all posts and the second over the sample, weighted by the inverse of
/// the inclusion probability (Hájek's ratio): equation 1 of Angelopoulos, Bates, Fannjiang, Jordan
/// and Zrnic (2023, Science 382, 669-674), with the weight of the labels of Angelopoulos, Duchi and
/// Zrnic (2023, PPI++, arXiv 2311.01453, section 6). Since the mean of the labels here takes in the
/// drawn posts, weight `lambda` stands for `lambda (N - n) / N` of theirs.
///
/// The variance is that of the sum over accounts of the influence of each account's posts, times
/// `g / (g - 1)` for `g` accounts with a coded post (Liang and Zeger 1986), and the interval is
/// Student's with `g - 1` degrees of freedom. Accounts are so taken as a sample of a wider
/// population; for the posts at hand alone the interval is too wide.
///
/// `None` where fewer than two accounts have a coded post, and where a number is not finite or an
/// inclusion probability is impossible.
pub fn prediction_powered_mean(
    posts: &[ClassifiedPost],
    weight: PredictionWeight,
) -> Option<PredictionPoweredMean> {
    if !posts.iter().all(is_possible) {
        return None;
    }
    let coded = || posts.iter().filter_map(|post| Some((post, post.coded?)));
    let inverse_sum: f64 = coded()
        .map(|(_, code)| 1.0 / code.inclusion_probability)
        .sum();
    let sample_mean = |number: fn(&ClassifiedPost, Coded) -> f64| {
        let sum: f64 = coded()
            .map(|(post, code)| number(post, code) / code.inclusion_probability)
            .sum();
        sum / inverse_sum
    };
    let means = Means {
        predicted: posts.iter().map(|post| post.predicted).sum::<f64>() / posts.len() as f64,
        sampled_code: sample_mean(|_, code| code.value),
        sampled_predicted: sample_mean(|post, _| post.predicted),
    };
    let influence = influence_of_accounts(posts, means, inverse_sum);
    let lambda = match weight {
        PredictionWeight::Fixed(lambda) => lambda,
        PredictionWeight::Tuned => best_weight(&influence),
    };
    let coded_accounts = influence.values().filter(|one| one.is_coded).count() as f64;
    let quantile = StudentsT::new(0.0, 1.0, coded_accounts - 1.0)
        .ok()?
        .inverse_cdf(INTERVAL_LEVELS[1]);
    let weighed = |lambda: f64| {
        let squares: f64 = influence
            .values()
            .map(|one| (one.of_codes + lambda * one.of_predictions).powi(2))
            .sum();
        let standard_error = (squares * coded_accounts / (coded_accounts - 1.0)).sqrt();
        let value = means.sampled_code + lambda * (means.predicted - means.sampled_predicted);
        let half_width = quantile * standard_error;
        (
            Bounded {
                value,
                low: value - half_width,
                high: value + half_width,
            },
            standard_error,
        )
    };
    let (mean, standard_error) = weighed(lambda);
    standard_error.is_finite().then(|| PredictionPoweredMean {
        mean,
        standard_error,
        prediction_weight: lambda,
        codes_only: weighed(0.0).0,
        predictions_only: means.predicted,
        post_count: posts.len() as u64,
        coded_count: coded().count() as u64,
        coded_account_count: coded_accounts as u64,
    })
}

fn is_possible(post: &ClassifiedPost) -> bool {
    let is_code_possible = post.coded.is_none_or(|code| {
        code.value.is_finite()
            && code.inclusion_probability > 0.0
            && code.inclusion_probability <= 1.0
    });
    post.predicted.is_finite() && is_code_possible
}

#[derive(Clone, Copy)]
struct Means {
    /// Of the labels of all posts.
    predicted: f64,
    /// Of the codes of the sample.
    sampled_code: f64,
    /// Of the labels of the sample.
    sampled_predicted: f64,
}

/// What the posts of one account do to the estimate: the second part counts times lambda.
#[derive(Default)]
struct Influence {
    of_codes: f64,
    of_predictions: f64,
    is_coded: bool,
}

/// The influence of each account, in ascending order; sums run in the order of the posts.
fn influence_of_accounts(
    posts: &[ClassifiedPost],
    means: Means,
    inverse_sum: f64,
) -> BTreeMap<usize, Influence> {
    let mut accounts: BTreeMap<usize, Influence> = BTreeMap::new();
    for post in posts {
        let account = accounts.entry(post.account).or_default();
        account.of_predictions += (post.predicted - means.predicted) / posts.len() as f64;
        if let Some(code) = post.coded {
            let share = 1.0 / (code.inclusion_probability * inverse_sum);
            account.of_codes += share * (code.value - means.sampled_code);
            account.of_predictions -= share * (post.predicted - means.sampled_predicted);
            account.is_coded = true;
        }
    }
    accounts
}

/// The weight between zero and one at which the sum of squares is least; zero for labels that are
/// all alike.
fn best_weight(influence: &BTreeMap<usize, Influence>) -> f64 {
    let squares: f64 = influence
        .values()
        .map(|one| one.of_predictions.powi(2))
        .sum();
    let products: f64 = influence
        .values()
        .map(|one| one.of_codes * one.of_predictions)
        .sum();
    if squares > 0.0 {
        (-products / squares).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use rand::RngExt;
    use rand_chacha::ChaCha8Rng;

    const SIMPLE: Coded = Coded {
        value: 1.0,
        inclusion_probability: 0.1,
    };

    #[test]
    fn what_the_codes_do_not_determine_is_missing() {
        let post = |account, coded| ClassifiedPost {
            account,
            predicted: 0.5,
            coded,
        };
        let mean =
            |posts: &[ClassifiedPost]| prediction_powered_mean(posts, PredictionWeight::Tuned);
        assert!(mean(&[]).is_none());
        assert!(mean(&[post(1, None), post(2, None)]).is_none());
        assert!(mean(&[post(1, Some(SIMPLE)), post(1, Some(SIMPLE)), post(2, None)]).is_none());
        let impossible = Coded {
            inclusion_probability: 0.0,
            ..SIMPLE
        };
        assert!(mean(&[post(1, Some(SIMPLE)), post(2, Some(impossible))]).is_none());
        assert!(mean(&[post(1, Some(SIMPLE)), post(2, Some(SIMPLE))]).is_some());
    }

    #[test]
    fn labels_that_are_all_alike_are_left_out() {
        let posts: Vec<ClassifiedPost> = (0..50)
            .map(|account| ClassifiedPost {
                account,
                predicted: 1.0,
                coded: (account < 20).then_some(Coded {
                    value: f64::from(u8::from(account < 5)),
                    ..SIMPLE
                }),
            })
            .collect();
        let mean = prediction_powered_mean(&posts, PredictionWeight::Tuned).unwrap();
        assert_eq!((mean.prediction_weight, mean.mean), (0.0, mean.codes_only));
        assert_eq!((mean.mean.value, mean.predictions_only), (0.25, 1.0));
    }

    /// How a world of posts and its sample are made.
    #[derive(Clone, Copy)]
    struct World {
        /// Share of accounts that mostly write of the subject; the others rarely do.
        fond_share: f64,
        /// Whether posts that the classifier finds are drawn four times as often.
        is_weighted: bool,
    }

    /// 400 accounts with 1 to 30 posts each. Fond accounts write of the subject in 0.7 of their
    /// posts, others in 0.1. The classifier finds 0.85 and is wrong about 0.2 of the rest, more for
    /// some accounts than others.
    fn posts_of(world: World, random: &mut ChaCha8Rng) -> Vec<ClassifiedPost> {
        let mut posts = Vec::new();
        for account in 0..400 {
            let is_fond = random.random::<f64>() < world.fond_share;
            let false_share = if random.random() { 0.35 } else { 0.05 };
            for _ in 0..1 + account % 30 {
                let is_true = random.random::<f64>() < if is_fond { 0.7 } else { 0.1 };
                let is_found = random.random::<f64>() < if is_true { 0.85 } else { false_share };
                let inclusion_probability = if world.is_weighted && !is_found {
                    0.03
                } else {
                    0.12
                };
                let value = f64::from(u8::from(is_true));
                posts.push(ClassifiedPost {
                    account,
                    predicted: f64::from(u8::from(is_found)),
                    coded: (random.random::<f64>() < inclusion_probability).then_some(Coded {
                        value,
                        inclusion_probability,
                    }),
                });
            }
        }
        posts
    }

    #[track_caller]
    fn check_coverage(is_weighted: bool, weight: PredictionWeight) {
        const WORLDS: usize = 600;
        let world = World {
            fond_share: 0.3,
            is_weighted,
        };
        let truth = 0.3 * 0.7 + 0.7 * 0.1;
        let mut random = generator(9, "coverage of prediction-powered inference");
        let (mut covered, mut narrower) = (0.0, 0.0);
        for _ in 0..WORLDS {
            let mean = prediction_powered_mean(&posts_of(world, &mut random), weight).unwrap();
            covered += f64::from(u8::from((mean.mean.low..=mean.mean.high).contains(&truth)));
            let width = |interval: Bounded| interval.high - interval.low;
            narrower += f64::from(u8::from(width(mean.mean) < width(mean.codes_only)));
            assert!(mean.predictions_only > truth + 0.05);
        }
        let covered = covered / WORLDS as f64;
        assert!((0.93..=0.975).contains(&covered), "{covered}");
        if weight == PredictionWeight::Tuned {
            assert!(narrower / WORLDS as f64 > 0.99, "{narrower}");
        }
    }

    /// Posts of one account are alike, and the classifier overstates the share by a quarter.
    #[test]
    fn interval_covers_the_share_in_a_simple_random_sample() {
        check_coverage(false, PredictionWeight::Tuned);
        check_coverage(false, PredictionWeight::Fixed(1.0));
    }

    #[test]
    fn interval_covers_the_share_when_posts_are_drawn_by_their_label() {
        check_coverage(true, PredictionWeight::Tuned);
    }
}
