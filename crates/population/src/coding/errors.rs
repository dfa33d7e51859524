//! How often the labels of the rules are right, from a sample drawn by label.

use entangle_model::Estimate;
use entangle_model::study::LabelError;
use entangle_statistics::prediction_powered::{
    Coded, CodedPost as WeightedPost, LabelledAccount, PredictionWeight,
    prediction_powered_mean_of_accounts,
};
use entangle_statistics::proportion::wilson_interval;
use std::collections::BTreeMap;

use super::CODES;
use super::score::CodedPost;

/// Coded posts that a language needs to stand by itself.
const LANGUAGE_POSTS_MIN: usize = 20;

/// Precision and recall of every class, over all posts and by language. `accounts` are those of
/// the posts.
pub(super) fn label_errors(posts: &[CodedPost], accounts: &[usize]) -> Vec<LabelError> {
    let all: Vec<(&CodedPost, usize)> = posts.iter().zip(accounts.iter().copied()).collect();
    let mut by_language: BTreeMap<&str, Vec<(&CodedPost, usize)>> = BTreeMap::new();
    for one in &all {
        if let Some(language) = &one.0.language {
            by_language.entry(language).or_default().push(*one);
        }
    }
    by_language.retain(|_, posts| posts.len() >= LANGUAGE_POSTS_MIN);
    std::iter::once(("all", all))
        .chain(by_language)
        .flat_map(|(language, posts)| errors_of_language(language, &posts))
        .collect()
}

fn errors_of_language(language: &str, posts: &[(&CodedPost, usize)]) -> Vec<LabelError> {
    (0..CODES.len())
        .map(|class| LabelError {
            language: language.to_owned(),
            class: CODES[class].to_owned(),
            precision: weighted_share(
                posts.iter().filter(|(post, _)| post.label == class),
                |post| post.code == class,
                "no coded post has the label",
            ),
            recall: weighted_share(
                posts.iter().filter(|(post, _)| post.code == class),
                |post| post.label == class,
                "no post was coded so",
            ),
        })
        .collect()
}

/// Share of posts for which something holds, weighted by the inverse of their inclusion
/// probability (Hájek), with Student's interval over accounts. Where it holds for all or for none,
/// or for posts of one account, the interval is Wilson's for as many posts as the weights are
/// worth (Kish 1965).
fn weighted_share<'a>(
    posts: impl Iterator<Item = &'a (&'a CodedPost, usize)>,
    holds: impl Fn(&CodedPost) -> bool,
    why_none: &str,
) -> Estimate {
    let weighted: Vec<WeightedPost> = posts
        .map(|(post, account)| WeightedPost {
            account: *account,
            predicted: 0.0,
            coded: Coded {
                value: f64::from(u8::from(holds(post))),
                inclusion_probability: post.inclusion_probability,
            },
        })
        .collect();
    let n = weighted.len() as u64;
    if n == 0 {
        return Estimate::missing(0, why_none);
    }
    let accounts: Vec<LabelledAccount> = weighted
        .iter()
        .map(|post| LabelledAccount {
            account: post.account,
            post_count: 1,
            predicted_sum: 0.0,
        })
        .collect();
    let mean =
        prediction_powered_mean_of_accounts(&accounts, &weighted, PredictionWeight::Fixed(0.0));
    if let Some(mean) = mean.filter(|mean| mean.standard_error > 0.0) {
        return mean.mean.clamped(0.0, 1.0).into_estimate(
            n,
            "share weighted by the inverse of the inclusion probability; Student's t over accounts",
        );
    }
    let weights = || {
        weighted
            .iter()
            .map(|post| 1.0 / post.coded.inclusion_probability)
    };
    let sum: f64 = weights().sum();
    let squares: f64 = weights().map(|weight| weight * weight).sum();
    let held: f64 = weighted
        .iter()
        .map(|post| post.coded.value / post.coded.inclusion_probability)
        .sum();
    let worth = sum * sum / squares;
    wilson_interval((held / sum).min(1.0) * worth, worth).map_or_else(
        || Estimate::missing(n, why_none),
        |share| {
            share.into_estimate(
                n,
                "share weighted by the inverse of the inclusion probability; Wilson for as many \
                 posts as the weights are worth",
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(label: usize, code: usize, inclusion_probability: f64) -> CodedPost {
        CodedPost {
            post_id: String::new(),
            language: Some("en".to_owned()),
            label,
            inclusion_probability,
            code,
            both: None,
        }
    }

    /// Ten posts labelled sell of which all were drawn, and ten of a thousand labelled none. One of
    /// these sells: it stands for a hundred.
    #[test]
    fn recall_weighs_missed_posts_by_what_they_stand_for() {
        let mut posts = vec![post(0, 0, 1.0); 9];
        posts.push(post(0, 4, 1.0));
        posts.extend(vec![post(4, 4, 0.01); 9]);
        posts.push(post(4, 0, 0.01));
        let accounts: Vec<usize> = (0..20).collect();
        let errors = label_errors(&posts, &accounts);
        let languages: Vec<&str> = errors.iter().map(|row| row.language.as_str()).collect();
        assert_eq!(
            languages,
            [
                "all", "all", "all", "all", "all", "en", "en", "en", "en", "en"
            ]
        );
        assert_eq!(errors[0].precision.value, Some(0.9));
        let recall = errors[0].recall.value.unwrap();
        assert!((recall - 9.0 / 109.0).abs() < 1e-12, "{recall}");
        assert_eq!(
            (errors[1].precision.value, errors[1].precision.n),
            (None, 0)
        );
    }

    #[test]
    fn labels_that_are_always_right_keep_an_interval() {
        let posts = vec![post(0, 0, 0.5); 20];
        let accounts: Vec<usize> = (0..20).collect();
        let precision = &label_errors(&posts, &accounts)[0].precision;
        assert_eq!((precision.value, precision.high), (Some(1.0), Some(1.0)));
        assert!(
            (0.8..0.9).contains(&precision.low.unwrap()),
            "{precision:?}"
        );
    }
}
