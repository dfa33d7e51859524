//! How common each class is among matched crossover users and others.

use entangle_model::Estimate;
use entangle_model::study::{FeatureComparison, OfferShare, OfferSubject};
use entangle_statistics::proportion::weighted_mean_interval;
use entangle_statistics::weighted_sample::{Bootstrap, WeightedSample};
use entangle_text::offers::{OfferClass, Subject};

use super::labels::{AccountLabels, SIDE_COUNT};
use crate::feature_comparison::{ComparedGroups, Measured, compare_measures};
use crate::inputs::StudyInputs;
use crate::suppression::{is_small, suppressed_because, withheld_cells};

/// A class or a side of two classes.
struct Kind {
    name: &'static str,
    about: &'static str,
    account_measure: &'static str,
    post_measure: &'static str,
    classes: &'static [OfferClass],
}

const KINDS: [Kind; 6] = [
    Kind {
        name: "offer",
        about: "sells goods or a service, or seeks work",
        account_measure: "has_offer",
        post_measure: "offer_post_share",
        classes: &[OfferClass::Sell, OfferClass::SeekWork],
    },
    Kind {
        name: "request",
        about: "buys goods or a service, or hires",
        account_measure: "has_request",
        post_measure: "request_post_share",
        classes: &[OfferClass::Buy, OfferClass::Hire],
    },
    Kind {
        name: "sell",
        about: "offers goods or a service",
        account_measure: "has_sell",
        post_measure: "sell_post_share",
        classes: &[OfferClass::Sell],
    },
    Kind {
        name: "buy",
        about: "asks for goods or a service against payment",
        account_measure: "has_buy",
        post_measure: "buy_post_share",
        classes: &[OfferClass::Buy],
    },
    Kind {
        name: "hire",
        about: "looks for people to work",
        account_measure: "has_hire",
        post_measure: "hire_post_share",
        classes: &[OfferClass::Hire],
    },
    Kind {
        name: "seek_work",
        about: "looks for work",
        account_measure: "has_seek_work",
        post_measure: "seek_work_post_share",
        classes: &[OfferClass::SeekWork],
    },
];
const SIDES: [&str; SIDE_COUNT] = ["offer", "request"];
const ACCOUNT_ABOUT: &str = "1 where an account has at least one post of the class, 0 where it has none. Missing without text.";
const POST_ABOUT: &str =
    "Share of the posts of an account that are of the class. Missing without text.";
const SETS_METHOD: &str = "mean over matched sets, the others of a set by their mean, labelled by \
                           rules and not corrected; percentile bootstrap over sets";

impl Kind {
    fn post_count(&self, account: &AccountLabels) -> u64 {
        self.classes
            .iter()
            .map(|class| account.class_counts[class.position()])
            .sum()
    }

    /// One where the account has a post of the kind; `None` without a text.
    fn has(&self, account: &AccountLabels) -> Option<f64> {
        let has_post = self.post_count(account) > 0;
        (account.post_count > 0).then(|| f64::from(u8::from(has_post)))
    }

    fn share(&self, account: &AccountLabels) -> Option<f64> {
        let share = self.post_count(account) as f64 / account.post_count as f64;
        (account.post_count > 0).then_some(share)
    }
}

/// Shares of every class, with what they were computed from.
pub(super) struct SharesOfClasses<'study> {
    inputs: &'study StudyInputs<'study>,
    groups: &'study ComparedGroups<'study>,
    accounts: &'study [AccountLabels],
    /// Per kind, why its crossover users are withheld; `None` where they are shown.
    withheld: Vec<Option<String>>,
    pub(super) shares: Vec<OfferShare>,
}

impl<'study> SharesOfClasses<'study> {
    pub(super) fn of(
        inputs: &'study StudyInputs<'_>,
        groups: &'study ComparedGroups<'_>,
        accounts: &'study [AccountLabels],
    ) -> Self {
        let mut shares = Self {
            inputs,
            groups,
            accounts,
            withheld: Vec::new(),
            shares: Vec::new(),
        };
        shares.withheld = shares.withheld_kinds();
        shares.shares = KINDS
            .iter()
            .zip(&shares.withheld)
            .map(|(kind, withheld)| shares.share(kind, withheld.as_deref()))
            .collect();
        shares
    }

    /// Why each kind is withheld. A side goes with any of its classes: it would give it away.
    fn withheld_kinds(&self) -> Vec<Option<String>> {
        let least = self.groups.least;
        let is_compared = self.groups.matched.sets.len() as u64 >= least;
        let of_kind = |kind: &Kind| -> Option<String> {
            let cases = self.groups.matched.cases();
            let has = |account: &&usize| kind.has(&self.accounts[**account]) == Some(1.0);
            let count = cases.iter().filter(has).count() as u64;
            (!is_compared || is_small(count, least)).then(|| suppressed_because(least))
        };
        let own: Vec<Option<String>> = KINDS.iter().map(of_kind).collect();
        let with_parts = |(kind, own_reason): (&Kind, &Option<String>)| {
            let parts = KINDS.iter().zip(&own).filter(|(part, _)| {
                part.classes.len() == 1 && kind.classes.contains(&part.classes[0])
            });
            own_reason
                .clone()
                .or_else(|| parts.filter_map(|(_, reason)| reason.clone()).next())
        };
        KINDS.iter().zip(&own).map(with_parts).collect()
    }

    fn share(&self, kind: &Kind, withheld: Option<&str>) -> OfferShare {
        let post_count: u64 = self.accounts.iter().map(|one| kind.post_count(one)).sum();
        let all: u64 = self.accounts.iter().map(|one| one.post_count).sum();
        let post_share = match all {
            0 => Estimate::missing(0, "no post has a text"),
            all => Estimate::counted(
                post_count as f64 / all as f64,
                all,
                "labelled by rules and not corrected; counted",
            ),
        };
        let has = |account: usize| kind.has(&self.accounts[account]);
        let share = |account: usize| kind.share(&self.accounts[account]);
        let [
            crossover_account_share,
            other_account_share,
            account_share_difference,
        ] = self.compared(withheld, &has);
        let [crossover_post_share, other_post_share, _] = self.compared(withheld, &share);
        OfferShare {
            class: kind.name.to_owned(),
            about: kind.about.to_owned(),
            post_count,
            post_share,
            crossover_account_share,
            other_account_share,
            account_share_difference,
            crossover_post_share,
            other_post_share,
            expected_account_share: self.expected(kind, withheld),
        }
    }

    /// The mean of crossover users, that of matched others, and the first less the second.
    fn compared(
        &self,
        withheld: Option<&str>,
        measure: &dyn Fn(usize) -> Option<f64>,
    ) -> [Estimate; 3] {
        let set_count = self.groups.matched.sets.len() as u64;
        if set_count < self.groups.least {
            return [(); 3].map(|()| Estimate::missing(0, suppressed_because(self.groups.least)));
        }
        let means: Vec<(f64, f64)> = self
            .groups
            .matched
            .sets
            .iter()
            .filter_map(|set| {
                let others: Vec<f64> = set.controls.iter().copied().filter_map(measure).collect();
                let other_mean = others.iter().sum::<f64>() / others.len() as f64;
                (!others.is_empty()).then_some((measure(set.case)?, other_mean))
            })
            .collect();
        let estimate = |values: &mut dyn Iterator<Item = f64>| self.mean_over_sets(values);
        let of_crossover_users = |values: &mut dyn Iterator<Item = f64>| match withheld {
            Some(why) => Estimate::missing(means.len() as u64, why),
            None => estimate(values),
        };
        [
            of_crossover_users(&mut means.iter().map(|(case, _)| *case)),
            estimate(&mut means.iter().map(|(_, others)| *others)),
            of_crossover_users(&mut means.iter().map(|(case, others)| case - others)),
        ]
    }

    fn mean_over_sets(&self, values: &mut dyn Iterator<Item = f64>) -> Estimate {
        let sample = WeightedSample::new(values.map(|value| (value, 1.0)));
        let bootstrap = Bootstrap {
            replicate_count: self.inputs.config.bootstrap_count as usize,
            seed: self.inputs.config.seed,
        };
        let n = sample.len() as u64;
        match sample.bootstrap(WeightedSample::mean, bootstrap) {
            None => Estimate::missing(n, "no matched set has texts"),
            Some(mean) => mean.into_estimate_with_spread(n, SETS_METHOD),
        }
    }

    /// Share of accounts, each by its probability of being a crossover user.
    fn expected(&self, kind: &Kind, withheld: Option<&str>) -> Estimate {
        let (values, weights): (Vec<f64>, Vec<f64>) = self
            .accounts
            .iter()
            .zip(&self.inputs.crossover_probability)
            .filter_map(|(account, probability)| Some((kind.has(account)?, *probability)))
            .unzip();
        let n = weights.iter().filter(|weight| **weight > 0.0).count() as u64;
        match (withheld, weighted_mean_interval(&values, &weights)) {
            (Some(why), _) => Estimate::missing(n, why),
            (None, None) => Estimate::missing(n, "fewer than two accounts have a candidate link"),
            (None, Some(share)) => share.into_estimate_with_spread(
                n,
                "share of accounts, each by its probability of being a crossover user, labelled by \
                 rules and not corrected; normal interval of a ratio",
            ),
        }
    }

    /// Differences of having a class and of its share of posts, for the classes that are shown.
    pub(super) fn measures(&self) -> Vec<FeatureComparison> {
        if (self.groups.matched.sets.len() as u64) < self.groups.least {
            return Vec::new();
        }
        let shown = || {
            let kinds = KINDS.iter().zip(&self.withheld);
            kinds.filter(|(_, withheld)| withheld.is_none())
        };
        let values = |measure: &dyn Fn(&AccountLabels) -> Option<f64>| {
            self.accounts.iter().map(measure).collect()
        };
        let of_accounts = shown().map(|(kind, _)| Measured {
            name: kind.account_measure,
            about: ACCOUNT_ABOUT,
            values: values(&|account| kind.has(account)),
        });
        let of_posts = shown().map(|(kind, _)| Measured {
            name: kind.post_measure,
            about: POST_ABOUT,
            values: values(&|account| kind.share(account)),
        });
        compare_measures(self.groups, of_accounts.chain(of_posts))
    }

    /// Who offers and asks for what: subjects that enough accounts have.
    pub(super) fn subjects(&self) -> Vec<OfferSubject> {
        (0..SIDE_COUNT)
            .flat_map(|side| self.subjects_of_side(side))
            .collect()
    }

    fn subjects_of_side(&self, side: usize) -> Vec<OfferSubject> {
        let cases = self.groups.matched.cases();
        let has = |account: usize, subject: Subject| -> Option<f64> {
            let account = &self.accounts[account];
            let has_subject = account.has_subject(side, subject);
            (account.post_count > 0).then(|| f64::from(u8::from(has_subject)))
        };
        let case_count = |subject: Subject| {
            let of_cases = cases
                .iter()
                .filter(|case| has(**case, subject) == Some(1.0));
            of_cases.count() as u64
        };
        let counts: Vec<u64> = Subject::ALL.into_iter().map(case_count).collect();
        let withheld = withheld_cells(&counts, self.groups.least);
        let rows = Subject::ALL.into_iter().zip(withheld);
        rows.map(|(subject, withheld)| {
            let [crossover_account_share, other_account_share, _] =
                self.compared(withheld.as_deref(), &|account| has(account, subject));
            let of_subject = self
                .accounts
                .iter()
                .filter(|one| one.has_subject(side, subject));
            OfferSubject {
                side: SIDES[side].to_owned(),
                subject: subject.as_str().to_owned(),
                account_count: of_subject.count() as u64,
                crossover_account_share,
                other_account_share,
            }
        })
        .filter(|row| row.account_count >= self.groups.least)
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offers::labels::side_of;

    #[test]
    fn sides_are_made_of_the_classes_of_their_side() {
        for (side, kind) in KINDS[..SIDE_COUNT].iter().enumerate() {
            assert_eq!(kind.name, SIDES[side]);
            let sides: Vec<Option<usize>> = kind.classes.iter().map(|one| side_of(*one)).collect();
            assert_eq!(sides, [Some(side); 2]);
        }
    }
}
