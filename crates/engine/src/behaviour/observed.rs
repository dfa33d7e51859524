//! The posts of accounts, and what is kept of them: counts, times and keys, no text.

use std::collections::BTreeMap;

use arrow::array::{Array, RecordBatch};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use entangle_style::{HourHistogram, StyleProfile};
use futures::TryStreamExt;
use rustc_hash::FxHashSet;

use crate::table_reader::{flags, integers, texts};

/// Posts of an account that are read at most, the oldest first.
pub(super) const READ_POST_COUNT: i64 = 2_000;

/// One post, as it is read.
pub(super) struct Post<'row> {
    pub account_id: &'row str,
    /// Name of the account; empty where it has none.
    pub name: &'row str,
    body: Option<&'row str>,
    language: Option<&'row str>,
    /// Seconds since 1970, where the hour is known.
    posted_s: Option<i64>,
    /// Minutes since 1970, where the minute is known.
    minute: Option<i64>,
    copy_key: Option<i64>,
    /// 0 for the earlier half of the account's posts, 1 for the later.
    pub half: usize,
}

/// What was seen of one account.
#[derive(Default)]
pub(super) struct Observed {
    pub profile: StyleProfile,
    pub hours: HourHistogram,
    /// Minutes of its posts, rising, each with the key that copies of the text share.
    moments: Vec<(i64, Option<i64>)>,
    copy_keys: FxHashSet<i64>,
}

impl Observed {
    /// Nothing yet. An account's own name must not tell its texts.
    pub fn of_account(name: &str) -> Self {
        Self {
            profile: StyleProfile::of_account(name),
            ..Self::default()
        }
    }

    /// Adds a post to the account that wrote it.
    pub fn add_to(observed: &mut BTreeMap<String, Self>, post: &Post<'_>) {
        // Posts come account by account, so most need no new key.
        if !observed.contains_key(post.account_id) {
            observed.insert(post.account_id.to_owned(), Self::of_account(post.name));
        }
        if let Some(account) = observed.get_mut(post.account_id) {
            account.add(post);
        }
    }

    /// Adds a post; posts must come in the order of time.
    pub fn add(&mut self, post: &Post<'_>) {
        if let Some(posted_s) = post.posted_s {
            self.hours.add(posted_s);
        }
        if let Some(minute) = post.minute {
            self.moments.push((minute, post.copy_key));
        }
        self.copy_keys.extend(post.copy_key);
        if let Some(body) = post.body {
            self.profile.add(body, post.language);
        }
    }

    /// Minutes of the posts whose text the other account has not posted too: a hand that posts one
    /// text in two places does so within a minute, and is not two hands for that.
    pub fn minutes_without_copies_of(&self, other: &Self) -> Vec<i64> {
        let own = self.moments.iter().filter(|(_, key)| {
            let is_copy = key.is_some_and(|key| other.copy_keys.contains(&key));
            !is_copy
        });
        own.map(|(minute, _)| *minute).collect()
    }
}

/// The oldest posts of accounts, account by account in the order of time. `wanted` is a table or a
/// query in brackets with account_id and post_count; `condition` is on the posts `p`.
///
/// A time whose hour is not stated is no hour of activity, and midnight is what it looks like.
pub(super) fn posts_sql(wanted: &str, condition: &str) -> String {
    format!(
        "SELECT account_id, name, body, language, posted_s, is_minute_known, copy_key, place, post_count
         FROM (
            SELECT p.account_id, a.name, p.body, p.language, p.copy_key, w.post_count,
                   CASE WHEN p.posted_at_precision IN ('second', 'minute', 'hour')
                        THEN CAST(to_unixtime(p.posted_at) AS BIGINT) END AS posted_s,
                   coalesce(p.posted_at_precision IN ('second', 'minute'), false) AS is_minute_known,
                   CAST(row_number() OVER (
                       PARTITION BY p.account_id ORDER BY p.posted_at, p.post_id
                   ) AS BIGINT) AS place
            FROM posts p
            JOIN {wanted} w ON w.account_id = p.account_id
            JOIN accounts a ON a.account_id = p.account_id
            WHERE {condition}
         ) WHERE place <= {READ_POST_COUNT} ORDER BY account_id, place"
    )
}

/// Calls `take` for each row of a query that has the columns of [`posts_sql`].
pub(super) async fn for_each_post(
    context: &SessionContext,
    sql: &str,
    mut take: impl FnMut(&Post<'_>),
) -> Result<(), DataFusionError> {
    let mut batches = context.sql(sql).await?.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        for_each_row(&batch, &mut take);
    }
    Ok(())
}

fn for_each_row(batch: &RecordBatch, take: &mut impl FnMut(&Post<'_>)) {
    let [ids, names, bodies, languages] = [0, 1, 2, 3].map(|column| texts(batch, column));
    let [posted, copy_keys, places, post_counts] =
        [4, 6, 7, 8].map(|column| integers(batch, column));
    let is_minute_known = flags(batch, 5);
    for row in 0..batch.num_rows() {
        let posted_s = posted.is_valid(row).then(|| posted.value(row));
        let minute = posted_s.filter(|_| is_minute_known.value(row));
        let read_count = post_counts.value(row).min(READ_POST_COUNT);
        take(&Post {
            account_id: ids.value(row),
            name: if names.is_valid(row) {
                names.value(row)
            } else {
                ""
            },
            body: bodies.is_valid(row).then(|| bodies.value(row)),
            language: languages.is_valid(row).then(|| languages.value(row)),
            posted_s,
            minute: minute.map(|posted_s| posted_s.div_euclid(60)),
            copy_key: copy_keys.is_valid(row).then(|| copy_keys.value(row)),
            half: usize::from(2 * places.value(row) > read_count),
        });
    }
}
