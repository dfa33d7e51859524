//! Shares of posts by class and group, corrected by human codes.

use entangle_model::Estimate;
use entangle_model::coding::CorrectedShare;
use entangle_statistics::prediction_powered::{
    Coded, CodedPost as WeightedPost, LabelledAccount, PredictionPoweredMean, PredictionWeight,
    difference_of_means, prediction_powered_mean_of_accounts,
};

use super::score::CodedPost;
use crate::feature_comparison::least_of;
use crate::inputs::StudyInputs;
use crate::matched_groups::OTHER_PROBABILITY_MAX;
use crate::offers::labels::AccountLabels;
use crate::suppression::{is_small, suppressed_because};

/// Classes and sides with the codes that belong to them.
const KINDS: [(&str, &[usize]); 6] = [
    ("offer", &[0, 3]),
    ("request", &[1, 2]),
    ("sell", &[0]),
    ("buy", &[1]),
    ("hire", &[2]),
    ("seek_work", &[3]),
];

const CORRECTED_METHOD: &str = "prediction-powered inference (Angelopoulos and others 2023): labels of \
     all posts, corrected by the coded ones weighted by the inverse of their inclusion probability; \
     Student's t over accounts; n is the coded posts";
const CODES_METHOD: &str = "coded posts alone, weighted by the inverse of their inclusion probability; \
     Student's t over accounts; n is the coded posts";
const LABELS_METHOD: &str = "labels of the rules, not corrected; n is the posts";

/// Corrected shares of every class for all accounts, strict crossover users, accounts that are
/// probably none, and the difference of the two. `accounts` are those of the coded posts.
pub(super) fn corrected_shares(
    inputs: &StudyInputs<'_>,
    labels: &[AccountLabels],
    posts: &[CodedPost],
    accounts: &[usize],
) -> Vec<CorrectedShare> {
    let least = least_of(inputs.config);
    KINDS
        .iter()
        .flat_map(|(name, codes)| {
            let of =
                |is_in: &dyn Fn(usize) -> bool| Means::of(codes, labels, posts, accounts, is_in);
            let all = of(&|_| true);
            let crossover = of(&|account| inputs.is_strict[account]);
            let others = of(&|account| {
                !inputs.is_strict[account]
                    && inputs.crossover_probability[account] < OTHER_PROBABILITY_MAX
            });
            let difference = difference_row(name, &crossover, &others);
            let rows = [
                crossover.row(name, "crossover users"),
                others.row(name, "others"),
                difference,
            ];
            let shown = if is_small(inputs.strict_count(), least) {
                // The others and all together would tell of the few.
                rows.map(|row| withheld(row, &suppressed_because(least)))
            } else if crossover.account_count < least {
                let [crossover, others, difference] = rows;
                [
                    uncorrected(crossover, least),
                    others,
                    uncorrected(difference, least),
                ]
            } else {
                rows
            };
            std::iter::once(all.row(name, "all")).chain(shown)
        })
        .collect()
}

/// The row without what its few codes say.
fn uncorrected(row: CorrectedShare, least: u64) -> CorrectedShare {
    let why = format!("fewer than {least} crossover users have a coded post");
    CorrectedShare {
        corrected_share: Estimate::missing(row.corrected_share.n, why.clone()),
        codes_only_share: Estimate::missing(row.codes_only_share.n, why),
        ..row
    }
}

fn withheld(row: CorrectedShare, why: &str) -> CorrectedShare {
    CorrectedShare {
        labelled_share: Estimate::missing(0, why),
        corrected_share: Estimate::missing(0, why),
        codes_only_share: Estimate::missing(0, why),
        ..row
    }
}

/// The mean of one class in one group: corrected, and by codes alone.
struct Means {
    corrected: Option<PredictionPoweredMean>,
    codes_only: Option<PredictionPoweredMean>,
    /// Share by the labels; `None` without posts.
    labelled_share: Option<f64>,
    post_count: u64,
    coded_count: u64,
    /// Accounts with a coded post.
    account_count: u64,
}

impl Means {
    fn of(
        codes: &[usize],
        labels: &[AccountLabels],
        posts: &[CodedPost],
        accounts: &[usize],
        is_in: &dyn Fn(usize) -> bool,
    ) -> Self {
        let labelled: Vec<LabelledAccount> = labels
            .iter()
            .enumerate()
            .filter(|(account, labels)| is_in(*account) && labels.post_count > 0)
            .map(|(account, labels)| LabelledAccount {
                account,
                post_count: labels.post_count,
                predicted_sum: codes
                    .iter()
                    .map(|code| labels.class_counts[*code] as f64)
                    .sum(),
            })
            .collect();
        let indicator = |code: usize| f64::from(u8::from(codes.contains(&code)));
        let coded: Vec<WeightedPost> = posts
            .iter()
            .zip(accounts)
            .filter(|(_, account)| is_in(**account))
            .map(|(post, account)| WeightedPost {
                account: *account,
                predicted: indicator(post.label),
                coded: Coded {
                    value: indicator(post.code),
                    inclusion_probability: post.inclusion_probability,
                },
            })
            .collect();
        let mean = |weight| prediction_powered_mean_of_accounts(&labelled, &coded, weight);
        let post_count = labelled.iter().map(|one| one.post_count).sum();
        let labelled_sum: f64 = labelled.iter().map(|one| one.predicted_sum).sum();
        let mut coded_accounts: Vec<usize> = coded.iter().map(|post| post.account).collect();
        coded_accounts.sort_unstable();
        coded_accounts.dedup();
        Self {
            corrected: mean(PredictionWeight::Tuned),
            codes_only: mean(PredictionWeight::Fixed(0.0)),
            labelled_share: (post_count > 0).then(|| labelled_sum / post_count as f64),
            post_count,
            coded_count: coded.len() as u64,
            account_count: coded_accounts.len() as u64,
        }
    }

    fn row(&self, class: &str, group: &str) -> CorrectedShare {
        let share = |mean: &Option<PredictionPoweredMean>, method: &str| match mean {
            None => Estimate::missing(
                self.coded_count,
                "fewer than two accounts have a coded post",
            ),
            Some(mean) => mean
                .mean
                .clamped(0.0, 1.0)
                .into_estimate_with_spread(self.coded_count, method),
        };
        CorrectedShare {
            class: class.to_owned(),
            group: group.to_owned(),
            labelled_share: self.labelled_share.map_or_else(
                || Estimate::missing(0, "no post has a text"),
                |share| Estimate::counted(share, self.post_count, LABELS_METHOD),
            ),
            corrected_share: share(&self.corrected, CORRECTED_METHOD),
            codes_only_share: share(&self.codes_only, CODES_METHOD),
        }
    }
}

fn difference_row(class: &str, first: &Means, second: &Means) -> CorrectedShare {
    let n = first.coded_count + second.coded_count;
    let difference = |first: &Option<PredictionPoweredMean>,
                      second: &Option<PredictionPoweredMean>,
                      method: &str| {
        let of_both = first.as_ref().zip(second.as_ref());
        match of_both.and_then(|(first, second)| difference_of_means(first, second)) {
            None => Estimate::missing(n, "the codes of the two groups do not determine it"),
            Some(difference) => difference.clamped(-1.0, 1.0).into_estimate(
                n,
                format!("crossover users less others, Welch and Satterthwaite; {method}"),
            ),
        }
    };
    let labelled = first.labelled_share.zip(second.labelled_share);
    CorrectedShare {
        class: class.to_owned(),
        group: "difference".to_owned(),
        labelled_share: labelled.map_or_else(
            || Estimate::missing(0, "a group has no post with a text"),
            |(of_first, of_second)| {
                Estimate::counted(
                    of_first - of_second,
                    first.post_count + second.post_count,
                    LABELS_METHOD,
                )
            },
        ),
        corrected_share: difference(&first.corrected, &second.corrected, CORRECTED_METHOD),
        codes_only_share: difference(&first.codes_only, &second.codes_only, CODES_METHOD),
    }
}

#[cfg(test)]
mod tests {
    use super::KINDS;
    use crate::coding::CODES;
    use entangle_text::offers::OfferClass;

    #[test]
    fn codes_are_the_classes_of_the_rules_and_kinds_name_them() {
        assert_eq!(OfferClass::ALL.map(OfferClass::as_str), CODES);
        for (name, codes) in &KINDS[2..] {
            assert_eq!(codes.len(), 1);
            assert_eq!(CODES[codes[0]], *name);
        }
    }
}
