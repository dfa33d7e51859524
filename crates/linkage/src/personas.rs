//! Personas: links at or above a threshold, joined into sets of accounts.
//!
//! Deterministic and greedy: links are taken from the most to the least probable (ties by id),
//! and two sets are joined unless that would put two accounts of one source into one persona.
//! A link held by a shared identifier may do so, because one hand can hold two accounts there.
//! Accounts of unrelated sources take part in no link and so change no persona.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Probability that one hand holds both.
    pub match_probability: f64,
    /// Whether the two show an identifier in common.
    pub has_shared_identifier: bool,
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

/// Joins links into personas; members are sorted by persona and account.
///
/// Cost: sorting the links, then near-linear in accounts times sources per persona.
pub fn cluster(mut links: Vec<ScoredLink>) -> Vec<PersonaMember> {
    links.sort_by(|left, right| {
        right
            .match_probability
            .total_cmp(&left.match_probability)
            .then_with(|| left.account_left.cmp(&right.account_left))
            .then_with(|| left.account_right.cmp(&right.account_right))
    });
    let mut sets = Sets::default();
    for link in &links {
        sets.take(link);
    }
    sets.members()
}

#[derive(Debug, Default)]
struct Sets<'link> {
    set_of_account: BTreeMap<&'link str, usize>,
    sets: Vec<Set<'link>>,
}

#[derive(Debug, Default, Clone)]
struct Set<'link> {
    accounts: BTreeMap<&'link str, &'link str>,
    weakest: f64,
}

impl<'link> Sets<'link> {
    fn take(&mut self, link: &'link ScoredLink) {
        let left = self.set_of(&link.account_left, &link.source_left);
        let right = self.set_of(&link.account_right, &link.source_right);
        if left == right || !link.has_shared_identifier && self.shares_source(left, right) {
            return;
        }
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
        joined.weakest = joined
            .weakest
            .min(absorbed.weakest)
            .min(link.match_probability);
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
        }
    }

    fn check(links: Vec<ScoredLink>, expected: Expect) {
        let text: String = cluster(links)
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
}
