//! Prevalence by subgroup: year of joining, activity, main language, main board.
//!
//! The groups of one division hold every account of the population once, so that shares of groups can
//! be compared with the whole. A difference between groups is no cause: who posts more is also found
//! more often.

use chrono::{DateTime, Datelike};
use datafusion::error::DataFusionError;
use entangle_model::Estimate;
use entangle_model::study::{Subgroup, SubgroupDivision};
use entangle_statistics::prevalence::{CandidateLink, expected_share};
use entangle_statistics::proportion::wilson_interval;

use crate::inputs::StudyInputs;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;
use crate::suppression::withheld_cells;

/// Groups of a division that are shown by name; the accounts of smaller ones are put together.
const NAMED_GROUPS_MAX: usize = 12;
/// A group of fewer accounts has no share: its interval would span half of everything.
const GROUP_ACCOUNTS_MIN: usize = 30;
const ACTIVITY_GROUPS: usize = 10;
const NOT_KNOWN: &str = "not known";
const OTHERS: &str = "all others";

/// What accounts are divided by, beside what the inputs hold.
#[derive(Debug, Default)]
pub(crate) struct AccountTraits {
    /// Language in which the account has most posts, ISO 639-1; of several the first by code.
    main_language: Vec<Option<String>>,
    /// Board on which it has most posts; of several the first by name.
    main_board: Vec<Option<String>>,
}

/// Reads the traits of the included accounts.
pub(crate) async fn read_account_traits(
    tables: &StudyTables,
    account_count: usize,
) -> Result<AccountTraits, DataFusionError> {
    let most_frequent = async |value: &str, join: &str| -> Result<_, DataFusionError> {
        let sql = format!(
            "SELECT account_index, value FROM (
                SELECT account_index, value,
                       row_number() OVER (PARTITION BY account_index ORDER BY posts DESC, value) AS place
                FROM (SELECT i.account_index, {value} AS value, COUNT(*) AS posts
                      FROM public_posts p JOIN included i ON p.account_id = i.account_id {join}
                      WHERE {value} IS NOT NULL GROUP BY i.account_index, {value}) counted
             ) placed WHERE place = 1"
        );
        let mut values = vec![None; account_count];
        for_each_row(tables.query(&sql).await?, |row| {
            if let Some(value) = values.get_mut(row.position(0)) {
                *value = row.text(1).map(str::to_owned);
            }
        })
        .await?;
        Ok(values)
    };
    Ok(AccountTraits {
        main_language: most_frequent("p.language", "").await?,
        main_board: most_frequent("t.board", "JOIN threads t ON p.thread_id = t.thread_id").await?,
    })
}

/// Every division with its groups.
pub(crate) fn subgroups(inputs: &StudyInputs<'_>, traits: &AccountTraits) -> Vec<SubgroupDivision> {
    let years: Vec<Option<String>> = inputs
        .accounts
        .iter()
        .map(|account| {
            Some(
                DateTime::from_timestamp(account.since_s?, 0)?
                    .year()
                    .to_string(),
            )
        })
        .collect();
    let activity = activity_groups(inputs);
    let labelled = |labels: &[Option<String>]| by_label(labels);
    [
        ("year of joining", "when the account was registered, or else first posted in the window", labelled(&years)),
        ("activity", "posts in the window, in tenths of the population; accounts with the same number stand together", activity),
        ("language", "language of most of the account's posts", by_size(labelled(&traits.main_language))),
        ("board", "board with most of the account's posts", by_size(labelled(&traits.main_board))),
    ]
    .into_iter()
    .filter(|(_, _, groups)| {
        let is_large = |(label, accounts): &&Group| {
            label != NOT_KNOWN && accounts.len() >= GROUP_ACCOUNTS_MIN
        };
        groups.iter().filter(is_large).count() > 1
    })
    .map(|(name, about, groups)| SubgroupDivision {
        name: name.to_owned(),
        about: about.to_owned(),
        groups: shares(inputs, groups),
    })
    .collect()
}

/// A label and the accounts under it.
type Group = (String, Vec<usize>);

/// Accounts by label in the order of the labels; those without one last.
fn by_label(labels: &[Option<String>]) -> Vec<Group> {
    let mut groups: std::collections::BTreeMap<(bool, &str), Vec<usize>> = Default::default();
    for (account, label) in labels.iter().enumerate() {
        let key = (label.is_none(), label.as_deref().unwrap_or(NOT_KNOWN));
        groups.entry(key).or_default().push(account);
    }
    let groups = groups.into_iter();
    groups
        .map(|((_, label), accounts)| (label.to_owned(), accounts))
        .collect()
}

/// The largest groups first, small ones and those beyond the limit put together; unknown last.
fn by_size(groups: Vec<Group>) -> Vec<Group> {
    let (unknown, mut known): (Vec<Group>, Vec<Group>) = groups
        .into_iter()
        .partition(|(label, _)| label == NOT_KNOWN);
    // A stable sort keeps equals in the order of their labels.
    known.sort_by_key(|(_, accounts)| std::cmp::Reverse(accounts.len()));
    let named = known
        .iter()
        .take(NAMED_GROUPS_MAX)
        .take_while(|(_, accounts)| accounts.len() >= GROUP_ACCOUNTS_MIN)
        .count();
    let mut others: Vec<usize> = known
        .drain(named..)
        .flat_map(|(_, accounts)| accounts)
        .collect();
    others.sort_unstable();
    if !others.is_empty() {
        known.push((OTHERS.to_owned(), others));
    }
    known.extend(unknown);
    known
}

/// Accounts by tenths of the number of their posts. Those with the same number are never divided, so
/// there are fewer groups where many have one post.
fn activity_groups(inputs: &StudyInputs<'_>) -> Vec<Group> {
    let count_of = |account: &usize| inputs.accounts[*account].post_count;
    let mut order: Vec<usize> = (0..inputs.accounts.len()).collect();
    order.sort_by_key(|account| (count_of(account), *account));
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut before = 0;
    for tied in order.chunk_by(|left, right| count_of(left) == count_of(right)) {
        // The middle of the tied decides in which tenth they stand.
        let tenth = (2 * before + tied.len()) * ACTIVITY_GROUPS / (2 * order.len());
        match groups.last_mut() {
            Some((last, accounts)) if *last == tenth => accounts.extend(tied),
            _ => groups.push((tenth, tied.to_vec())),
        }
        before += tied.len();
    }
    let label = |accounts: &[usize]| {
        let counts = accounts.iter().map(&count_of);
        let (least, most) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
        match (least == most, most) {
            (true, 1) => "1 post".to_owned(),
            (true, _) => format!("{most} posts"),
            (false, _) => format!("{least} to {most} posts"),
        }
    };
    groups
        .into_iter()
        .map(|(_, accounts)| (label(&accounts), accounts))
        .collect()
}

fn shares(inputs: &StudyInputs<'_>, groups: Vec<Group>) -> Vec<Subgroup> {
    let strict_count = |accounts: &[usize]| {
        accounts
            .iter()
            .filter(|account| inputs.is_strict[**account])
            .count() as u64
    };
    let counts: Vec<u64> = groups
        .iter()
        .map(|(_, accounts)| strict_count(accounts))
        .collect();
    let withheld = withheld_cells(&counts, inputs.config.suppress_below_count);
    let links = inputs.candidates.as_links(None);
    groups
        .into_iter()
        .zip(counts)
        .zip(withheld)
        .map(|(((label, accounts), strict_count), withheld)| {
            let n = accounts.len() as u64;
            let is_tiny = accounts.len() < GROUP_ACCOUNTS_MIN;
            let tiny = || format!("fewer than {GROUP_ACCOUNTS_MIN} accounts");
            let (strict, expected) = match withheld.or_else(|| is_tiny.then(tiny)) {
                Some(why) => (Estimate::missing(n, why.clone()), Estimate::missing(n, why)),
                None => (
                    strict_share(strict_count, n),
                    expected_share_of(inputs, &links, &accounts),
                ),
            };
            Subgroup {
                label,
                account_count: n,
                strict,
                expected,
            }
        })
        .collect()
}

fn strict_share(count: u64, n: u64) -> Estimate {
    match wilson_interval(count as f64, n as f64) {
        None => Estimate::missing(n, "the group is empty"),
        Some(share) => {
            share.into_estimate(n, "share of the group with a strict link; Wilson interval")
        }
    }
}

fn expected_share_of(
    inputs: &StudyInputs<'_>,
    links: &[CandidateLink],
    accounts: &[usize],
) -> Estimate {
    let mut is_member = vec![false; inputs.accounts.len()];
    accounts
        .iter()
        .for_each(|account| is_member[*account] = true);
    let of_group: Vec<CandidateLink> = links
        .iter()
        .filter(|link| is_member[link.account])
        .copied()
        .collect();
    let n = accounts.len() as u64;
    match expected_share(&of_group, n, &inputs.candidates.parameter_draws_bits) {
        None => Estimate::missing(n, "the group is empty"),
        Some(expected) => expected.share.into_estimate(
            n,
            "mean over the accounts of the group of the probability of at least one true link; interval as for \
             the expected share",
        ),
    }
}
