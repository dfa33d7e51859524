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

/// The labels of all posts of one account together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelledAccount {
    /// The account, any number.
    pub account: usize,
    /// Its posts, the drawn ones among them.
    pub post_count: u64,
    /// Sum of the labels of these posts.
    pub predicted_sum: f64,
}

/// A drawn post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CodedPost {
    /// The account that wrote it.
    pub account: usize,
    /// The classifier's label.
    pub predicted: f64,
    /// What a human said.
    pub coded: Coded,
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
    let mut accounts: BTreeMap<usize, LabelledAccount> = BTreeMap::new();
    for post in posts {
        let account = accounts.entry(post.account).or_insert(LabelledAccount {
            account: post.account,
            post_count: 0,
            predicted_sum: 0.0,
        });
        account.post_count += 1;
        account.predicted_sum += post.predicted;
    }
    let coded: Vec<CodedPost> = posts
        .iter()
        .filter_map(|post| {
            Some(CodedPost {
                account: post.account,
                predicted: post.predicted,
                coded: post.coded?,
            })
        })
        .collect();
    let accounts: Vec<LabelledAccount> = accounts.into_values().collect();
    prediction_powered_mean_of_accounts(&accounts, &coded, weight)
}

/// [`prediction_powered_mean`] of posts whose labels are known by account, which is all that the
/// estimate needs: millions of posts need not be in memory. Every account stands once, and the
/// accounts of coded posts are among them.
///
/// `None` as there.
pub fn prediction_powered_mean_of_accounts(
    accounts: &[LabelledAccount],
    coded: &[CodedPost],
    weight: PredictionWeight,
) -> Option<PredictionPoweredMean> {
    let is_finite = |one: &LabelledAccount| one.predicted_sum.is_finite();
    if !accounts.iter().all(is_finite) || !coded.iter().all(is_possible) {
        return None;
    }
    let post_count: u64 = accounts.iter().map(|one| one.post_count).sum();
    let inverse_sum: f64 = coded
        .iter()
        .map(|post| 1.0 / post.coded.inclusion_probability)
        .sum();
    let sample_mean = |number: fn(&CodedPost) -> f64| {
        let sum: f64 = coded
            .iter()
            .map(|post| number(post) / post.coded.inclusion_probability)
            .sum();
        sum / inverse_sum
    };
    let predicted_sum: f64 = accounts.iter().map(|one| one.predicted_sum).sum();
    let means = Means {
        predicted: predicted_sum / post_count as f64,
        sampled_code: sample_mean(|post| post.coded.value),
        sampled_predicted: sample_mean(|post| post.predicted),
        post_count: post_count as f64,
    };
    let influence = influence_of_accounts(accounts, coded, means, inverse_sum);
    let lambda = match weight {
        PredictionWeight::Fixed(lambda) => lambda,
        PredictionWeight::Tuned => best_weight(&influence),
    };
    let coded_accounts = influence.values().filter(|one| one.is_coded).count() as f64;
    let quantile = student_quantile(coded_accounts - 1.0)?;
    let weighed = |lambda: f64| {
        let squares: f64 = influence
            .values()
            .map(|one| (one.of_codes + lambda * one.of_predictions).powi(2))
            .sum();
        let standard_error = (squares * coded_accounts / (coded_accounts - 1.0)).sqrt();
        let value = means.sampled_code + lambda * (means.predicted - means.sampled_predicted);
        (around(value, quantile * standard_error), standard_error)
    };
    let (mean, standard_error) = weighed(lambda);
    standard_error.is_finite().then(|| PredictionPoweredMean {
        mean,
        standard_error,
        prediction_weight: lambda,
        codes_only: weighed(0.0).0,
        predictions_only: means.predicted,
        post_count,
        coded_count: coded.len() as u64,
        coded_account_count: coded_accounts as u64,
    })
}

/// The first mean less the second, of two groups that have no account in common and whose posts
/// were drawn independently.
///
/// The variances add up; the interval is Student's with the degrees of freedom of Welch (1947) and
/// Satterthwaite (1946). `None` where neither mean has a standard error above zero.
pub fn difference_of_means(
    first: &PredictionPoweredMean,
    second: &PredictionPoweredMean,
) -> Option<Bounded> {
    let parts = [first, second].map(|mean| {
        let variance = mean.standard_error.powi(2);
        (variance, mean.coded_account_count as f64 - 1.0)
    });
    let variance = parts[0].0 + parts[1].0;
    let squares: f64 = parts
        .iter()
        .map(|(variance, freedom)| variance.powi(2) / freedom)
        .sum();
    let quantile = student_quantile(variance.powi(2) / squares)?;
    let difference = first.mean.value - second.mean.value;
    Some(around(difference, quantile * variance.sqrt()))
}

fn student_quantile(degrees_of_freedom: f64) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, degrees_of_freedom).ok()?;
    Some(distribution.inverse_cdf(INTERVAL_LEVELS[1]))
}

fn around(value: f64, half_width: f64) -> Bounded {
    Bounded {
        value,
        low: value - half_width,
        high: value + half_width,
    }
}

fn is_possible(post: &CodedPost) -> bool {
    let probability = post.coded.inclusion_probability;
    post.predicted.is_finite()
        && post.coded.value.is_finite()
        && probability > 0.0
        && probability <= 1.0
}

#[derive(Clone, Copy)]
struct Means {
    /// Of the labels of all posts.
    predicted: f64,
    /// Of the codes of the sample.
    sampled_code: f64,
    /// Of the labels of the sample.
    sampled_predicted: f64,
    /// All posts.
    post_count: f64,
}

/// What the posts of one account do to the estimate: the second part counts times lambda.
#[derive(Default)]
struct Influence {
    of_codes: f64,
    of_predictions: f64,
    is_coded: bool,
}

/// The influence of each account, in ascending order; sums run in the order of accounts and posts.
fn influence_of_accounts(
    accounts: &[LabelledAccount],
    coded: &[CodedPost],
    means: Means,
    inverse_sum: f64,
) -> BTreeMap<usize, Influence> {
    let mut influence: BTreeMap<usize, Influence> = BTreeMap::new();
    for one in accounts {
        let expected = one.post_count as f64 * means.predicted;
        influence.entry(one.account).or_default().of_predictions +=
            (one.predicted_sum - expected) / means.post_count;
    }
    for post in coded {
        let account = influence.entry(post.account).or_default();
        let share = 1.0 / (post.coded.inclusion_probability * inverse_sum);
        account.of_codes += share * (post.coded.value - means.sampled_code);
        account.of_predictions -= share * (post.predicted - means.sampled_predicted);
        account.is_coded = true;
    }
    influence
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

    /// Two groups of accounts of one world differ by chance alone.
    #[test]
    fn interval_of_a_difference_covers_none_between_halves_of_the_accounts() {
        const WORLDS: usize = 600;
        let world = World {
            fond_share: 0.3,
            is_weighted: true,
        };
        let mut random = generator(5, "coverage of a difference");
        let covered = (0..WORLDS)
            .filter(|_| {
                // Posts go by account modulo thirty, so halves are told apart by another digit.
                let (first, second): (Vec<_>, Vec<_>) = posts_of(world, &mut random)
                    .into_iter()
                    .partition(|post| (post.account / 30).is_multiple_of(3));
                let mean = |posts: &[ClassifiedPost]| {
                    prediction_powered_mean(posts, PredictionWeight::Tuned).unwrap()
                };
                let difference = difference_of_means(&mean(&first), &mean(&second)).unwrap();
                (difference.low..=difference.high).contains(&0.0)
            })
            .count() as f64
            / WORLDS as f64;
        assert!((0.93..=0.975).contains(&covered), "{covered}");
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
