//! Personas: links at or above a threshold, joined into sets of accounts, as people have judged.
//!
//! Deterministic and greedy: pairs judged *same* are joined first, then links from the most to the
//! least probable (ties by id). Two sets are not joined where that would put two accounts of one
//! source into one persona, unless a shared identifier or a judgement holds them together, because
//! one hand can hold two accounts there; and never where it would join a pair judged *different*.
//! A link whose pair was judged *unsure* joins nothing by itself. Accounts of unrelated sources
//! take part in no link and so change no persona.

use std::collections::{BTreeMap, BTreeSet};

/// What a person said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// One hand holds both accounts.
    Same,
    /// Two hands do.
    Different,
    /// It cannot be told.
    Unsure,
}

impl Verdict {
    /// The word used in tables and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        }
    }

    /// The verdict that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Same, Self::Different, Self::Unsure]
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
    }
}

/// A link as clustering sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredLink {
    /// The account whose id sorts first.
    pub account_left: String,
    /// The account whose id sorts second.
    pub account_right: String,
    /// Source of the left account.
    pub source_left: String,
    /// Source of the right account.
    pub source_right: String,
    /// Probability that one hand holds both; 1 where judged same.
    pub match_probability: f64,
    /// Whether the two show an identifier in common.
    pub has_shared_identifier: bool,
    /// What a person said of the pair last.
    pub verdict: Option<Verdict>,
}

/// A row of the table `personas`.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonaMember {
    /// The member whose id sorts first names the persona.
    pub first_account: String,
    /// The account.
    pub account: String,
    /// Its source.
    pub source: String,
    /// Smallest probability among the links that hold the persona together.
    pub weakest_link_probability: f64,
}

/// What clustering found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clustering {
    /// Members of personas of two accounts or more, sorted by persona and account.
    pub members: Vec<PersonaMember>,
    /// The links that hold the personas together: each joined two sets that were apart.
    pub holding: Vec<ScoredLink>,
    /// Pairs judged same that were not joined, because other judgements say that they would put
    /// accounts of different hands together.
    pub contradictions: Vec<(String, String)>,
}

impl Clustering {
    /// How many personas there are.
    pub fn persona_count(&self) -> u64 {
        let personas = self
            .members
            .chunk_by(|left, right| left.first_account == right.first_account);
        personas.count() as u64
    }
}

/// Joins links into personas.
///
/// The result depends on the set of links alone, not on their order, and that of accounts without
/// a path of links between them is independent: links of other accounts change nothing.
///
/// Cost: sorting the links, then near-linear in accounts times sources per persona.
pub fn cluster(mut links: Vec<ScoredLink>) -> Clustering {
    links.sort_by(|left, right| {
        let is_judged_same = |link: &ScoredLink| link.verdict == Some(Verdict::Same);
        is_judged_same(right)
            .cmp(&is_judged_same(left))
            .then_with(|| right.match_probability.total_cmp(&left.match_probability))
            .then_with(|| left.account_left.cmp(&right.account_left))
            .then_with(|| left.account_right.cmp(&right.account_right))
    });
    let mut sets = Sets::keeping_apart(&links);
    let mut clustering = Clustering::default();
    for link in &links {
        match (sets.take(link), link.verdict) {
            (Taken::Joined, _) => clustering.holding.push(link.clone()),
            (Taken::Forbidden, Some(Verdict::Same)) => clustering
                .contradictions
                .push((link.account_left.clone(), link.account_right.clone())),
            (Taken::Forbidden | Taken::TogetherAlready | Taken::LeftApart, _) => {}
        }
    }
    clustering.members = sets.members();
    clustering
}

/// What became of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Joined,
    TogetherAlready,
    LeftApart,
    Forbidden,
}

#[derive(Debug, Default)]
struct Sets<'link> {
    set_of_account: BTreeMap<&'link str, usize>,
    sets: Vec<Set<'link>>,
    /// For each account, those judged to be of another hand.
    apart: BTreeMap<&'link str, BTreeSet<&'link str>>,
}

#[derive(Debug, Default, Clone)]
struct Set<'link> {
    accounts: BTreeMap<&'link str, &'link str>,
    weakest: f64,
}

impl<'link> Sets<'link> {
    fn keeping_apart(links: &'link [ScoredLink]) -> Self {
        let mut apart: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for link in links {
            if link.verdict == Some(Verdict::Different) {
                let (left, right) = (link.account_left.as_str(), link.account_right.as_str());
                apart.entry(left).or_default().insert(right);
                apart.entry(right).or_default().insert(left);
            }
        }
        Self {
            apart,
            ..Self::default()
        }
    }

    fn take(&mut self, link: &'link ScoredLink) -> Taken {
        if matches!(link.verdict, Some(Verdict::Different | Verdict::Unsure)) {
            return Taken::LeftApart;
        }
        let left = self.set_of(&link.account_left, &link.source_left);
        let right = self.set_of(&link.account_right, &link.source_right);
        if left == right {
            return Taken::TogetherAlready;
        }
        if self.are_kept_apart(left, right) {
            return Taken::Forbidden;
        }
        let may_repeat_source = link.has_shared_identifier || link.verdict == Some(Verdict::Same);
        if !may_repeat_source && self.shares_source(left, right) {
            return Taken::LeftApart;
        }
        self.join(left, right, link.match_probability);
        Taken::Joined
    }

    fn join(&mut self, left: usize, right: usize, probability: f64) {
        let (into, from) = match self.sets[left].accounts.len() >= self.sets[right].accounts.len() {
            true => (left, right),
            false => (right, left),
        };
        let absorbed = std::mem::take(&mut self.sets[from]);
        for account in absorbed.accounts.keys() {
            self.set_of_account.insert(account, into);
        }
        let joined = &mut self.sets[into];
        joined.accounts.extend(absorbed.accounts);
        joined.weakest = joined.weakest.min(absorbed.weakest).min(probability);
    }

    fn set_of(&mut self, account: &'link str, source: &'link str) -> usize {
        *self.set_of_account.entry(account).or_insert_with(|| {
            self.sets.push(Set {
                accounts: BTreeMap::from([(account, source)]),
                weakest: 1.0,
            });
            self.sets.len() - 1
        })
    }

    fn are_kept_apart(&self, left: usize, right: usize) -> bool {
        let others = &self.sets[right].accounts;
        self.sets[left]
            .accounts
            .keys()
            .filter_map(|account| self.apart.get(account))
            .flatten()
            .any(|other| others.contains_key(other))
    }

    fn shares_source(&self, left: usize, right: usize) -> bool {
        let sources: BTreeSet<_> = self.sets[left].accounts.values().collect();
        self.sets[right]
            .accounts
            .values()
            .any(|source| sources.contains(source))
    }

    fn members(&self) -> Vec<PersonaMember> {
        let mut members: Vec<PersonaMember> = self
            .sets
            .iter()
            .filter(|set| set.accounts.len() > 1)
            .flat_map(|set| {
                let first = set.accounts.keys().next().copied().unwrap_or_default();
                set.accounts
                    .iter()
                    .map(move |(account, source)| PersonaMember {
                        first_account: first.to_owned(),
                        account: (*account).to_owned(),
                        source: (*source).to_owned(),
                        weakest_link_probability: set.weakest,
                    })
            })
            .collect();
        members.sort_by(|left, right| {
            left.first_account
                .cmp(&right.first_account)
                .then_with(|| left.account.cmp(&right.account))
        });
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn link(left: &str, right: &str, probability: f64, shared: bool) -> ScoredLink {
        let source = |account: &str| account.split('/').next().unwrap().to_owned();
        ScoredLink {
            account_left: left.to_owned(),
            account_right: right.to_owned(),
            source_left: source(left),
            source_right: source(right),
            match_probability: probability,
            has_shared_identifier: shared,
            verdict: None,
        }
    }

    fn judged(left: &str, right: &str, verdict: Verdict) -> ScoredLink {
        let probability = if verdict == Verdict::Same { 1.0 } else { 0.0 };
        ScoredLink {
            verdict: Some(verdict),
            ..link(left, right, probability, false)
        }
    }

    fn check(links: Vec<ScoredLink>, expected: Expect) {
        let text: String = cluster(links)
            .members
            .iter()
            .map(|member| {
                format!(
                    "{} {} {}\n",
                    member.first_account, member.account, member.weakest_link_probability
                )
            })
            .collect();
        expected.assert_eq(&text);
    }

    #[test]
    fn links_join_accounts_across_sources() {
        check(
            vec![
                link("a/1", "b/1", 0.95, false),
                link("b/1", "c/1", 0.92, false),
            ],
            expect![[r#"
                a/1 a/1 0.92
                a/1 b/1 0.92
                a/1 c/1 0.92
            "#]],
        );
    }

    #[test]
    fn the_weaker_of_two_accounts_of_one_source_is_left_out() {
        check(
            vec![
                link("a/1", "b/1", 0.99, false),
                link("a/2", "b/1", 0.95, false),
            ],
            expect![[r#"
                a/1 a/1 0.99
                a/1 b/1 0.99
            "#]],
        );
    }

    #[test]
    fn a_shared_identifier_may_join_two_accounts_of_one_source() {
        check(
            vec![
                link("a/1", "b/1", 0.99, false),
                link("a/2", "b/1", 0.95, true),
            ],
            expect![[r#"
                a/1 a/1 0.95
                a/1 a/2 0.95
                a/1 b/1 0.95
            "#]],
        );
    }

    #[test]
    fn a_pair_judged_different_is_never_joined_not_even_by_way_of_others() {
        check(
            vec![
                link("a/1", "b/1", 0.99, false),
                link("b/1", "c/1", 0.95, false),
                judged("a/1", "c/1", Verdict::Different),
            ],
            expect![[r#"
                a/1 a/1 0.99
                a/1 b/1 0.99
            "#]],
        );
    }

    #[test]
    fn a_pair_judged_same_is_joined_before_any_link_and_within_one_source() {
        check(
            vec![
                link("a/1", "b/1", 0.99, false),
                judged("a/2", "b/1", Verdict::Same),
                judged("a/2", "a/3", Verdict::Same),
            ],
            expect![[r#"
                a/2 a/2 1
                a/2 a/3 1
                a/2 b/1 1
            "#]],
        );
    }

    #[test]
    fn a_link_judged_unsure_joins_nothing_by_itself() {
        let mut doubted = link("a/1", "b/1", 0.99, false);
        doubted.verdict = Some(Verdict::Unsure);
        check(vec![doubted], expect![""]);
    }

    #[test]
    fn judgements_that_contradict_each_other_are_named() {
        let clustering = cluster(vec![
            judged("a/1", "b/1", Verdict::Same),
            judged("b/1", "c/1", Verdict::Same),
            judged("a/1", "c/1", Verdict::Different),
        ]);
        let pair = ("b/1".to_owned(), "c/1".to_owned());
        assert_eq!(clustering.contradictions, vec![pair]);
        assert_eq!(clustering.members.len(), 2);
    }

    mod properties {
        use super::*;
        use proptest::prelude::*;

        fn any_link() -> impl Strategy<Value = ScoredLink> {
            let account = (0u8..4, 0u8..5).prop_map(|(source, id)| format!("{source}/{id}"));
            let verdict = prop_oneof![
                6 => Just(None),
                1 => Just(Some(Verdict::Same)),
                1 => Just(Some(Verdict::Different)),
                1 => Just(Some(Verdict::Unsure)),
            ];
            (
                account.clone(),
                account,
                0.9f64..1.0,
                any::<bool>(),
                verdict,
            )
                .prop_filter("two accounts", |(left, right, ..)| left != right)
                .prop_map(|(left, right, probability, shared, verdict)| ScoredLink {
                    verdict,
                    ..link(
                        left.clone().min(right.clone()).as_str(),
                        left.max(right).as_str(),
                        probability,
                        shared,
                    )
                })
        }

        fn world() -> impl Strategy<Value = Vec<ScoredLink>> {
            proptest::collection::vec(any_link(), 0..30).prop_map(|mut links| {
                links.sort_by(|a, b| {
                    (&a.account_left, &a.account_right).cmp(&(&b.account_left, &b.account_right))
                });
                links.dedup_by(|a, b| {
                    a.account_left == b.account_left && a.account_right == b.account_right
                });
                links
            })
        }

        proptest! {
            #[test]
            fn the_order_of_links_changes_nothing(links in world(), seed in any::<u64>()) {
                let mut shuffled = links.clone();
                let length = shuffled.len().max(1) as u64;
                for position in 0..shuffled.len() {
                    shuffled.swap(position, ((seed >> (position % 48)) % length) as usize);
                }
                prop_assert_eq!(cluster(shuffled), cluster(links));
            }

            #[test]
            fn pairs_judged_different_are_apart(links in world()) {
                let persona: BTreeMap<String, String> = cluster(links.clone())
                    .members
                    .into_iter()
                    .map(|member| (member.account, member.first_account))
                    .collect();
                for link in links.iter().filter(|link| link.verdict == Some(Verdict::Different)) {
                    let of = |account: &str| persona.get(account);
                    prop_assert!(of(&link.account_left).is_none() || of(&link.account_left) != of(&link.account_right));
                }
            }

            #[test]
            fn accounts_of_another_component_change_nothing(links in world(), others in world()) {
                let apart: Vec<ScoredLink> = others
                    .iter()
                    .map(|other| ScoredLink {
                        account_left: format!("x{}", other.account_left),
                        account_right: format!("x{}", other.account_right),
                        source_left: format!("x{}", other.source_left),
                        source_right: format!("x{}", other.source_right),
                        ..other.clone()
                    })
                    .collect();
                let together = cluster([links.clone(), apart].concat());
                let kept: Vec<_> = together
                    .members
                    .into_iter()
                    .filter(|member| !member.account.starts_with('x'))
                    .collect();
                prop_assert_eq!(kept, cluster(links).members);
            }
        }
    }
}
