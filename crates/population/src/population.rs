//! The population of the public source: who is counted and who is left out.

use datafusion::error::DataFusionError;
use entangle_model::study::{CountedReason, Population};

use crate::config::StudyConfig;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// What the study needs to know of each included account, in the order of their indices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IncludedAccount {
    /// Whether the account has a name, without which it cannot be linked.
    pub(crate) has_name: bool,
    /// Posts in the window.
    pub(crate) post_count: u64,
    /// When it was registered, or else when it first posted in the window, seconds since 1970;
    /// `None` where neither is known.
    pub(crate) since_s: Option<i64>,
    /// Last post in the window, seconds since 1970; `None` without dated posts.
    pub(crate) last_post_s: Option<i64>,
}

/// Counts the population and why accounts were left out.
pub(crate) async fn read_population(
    tables: &StudyTables,
    config: &StudyConfig,
) -> Result<Population, DataFusionError> {
    let mut population = Population {
        rule: rule_in_words(config),
        account_count: 0,
        included_count: 0,
        excluded: Vec::new(),
        post_count: 0,
        first_post_at: None,
        last_post_at: None,
    };
    let frame = tables
        .query(
            "SELECT exclusion, COUNT(*) AS account_count FROM judged_accounts \
             GROUP BY exclusion ORDER BY account_count DESC, exclusion",
        )
        .await?;
    for_each_row(frame, |row| {
        let count = row.count(1);
        population.account_count += count;
        match row.text(0) {
            None => population.included_count = count,
            Some(reason) => population.excluded.push(CountedReason {
                reason: reason.to_owned(),
                count,
            }),
        }
    })
    .await?;
    let frame = tables
        .query(
            "SELECT COUNT(*), CAST(MIN(p.posted_at) AS VARCHAR), CAST(MAX(p.posted_at) AS VARCHAR) \
             FROM public_posts p JOIN included i ON p.account_id = i.account_id",
        )
        .await?;
    for_each_row(frame, |row| {
        population.post_count = row.count(0);
        population.first_post_at = row.text(1).map(str::to_owned);
        population.last_post_at = row.text(2).map(str::to_owned);
    })
    .await?;
    Ok(population)
}

/// Reads the included accounts in the order of their indices.
pub(crate) async fn read_included(
    tables: &StudyTables,
) -> Result<Vec<IncludedAccount>, DataFusionError> {
    let frame = tables
        .query(
            "SELECT name IS NOT NULL, post_count, COALESCE(registered_s, first_post_s), last_post_s \
             FROM included ORDER BY account_index",
        )
        .await?;
    let mut accounts = Vec::new();
    for_each_row(frame, |row| {
        accounts.push(IncludedAccount {
            has_name: row.flag(0),
            post_count: row.count(1),
            since_s: row.integer(2),
            last_post_s: row.integer(3),
        });
    })
    .await?;
    Ok(accounts)
}

fn rule_in_words(config: &StudyConfig) -> String {
    let posts = match config.minimum_post_count {
        0 | 1 => "at least one post".to_owned(),
        count => format!("at least {count} posts"),
    };
    let left_out: Vec<&str> = [
        (config.exclude_bots, "programs"),
        (config.exclude_staff, "staff"),
        (config.exclude_banned, "banned accounts"),
    ]
    .into_iter()
    .filter_map(|(is_left_out, who)| is_left_out.then_some(who))
    .collect();
    let without = if left_out.is_empty() {
        String::new()
    } else {
        format!(", without {} where the source says so", left_out.join(", "))
    };
    format!(
        "accounts of {} with {posts} {}{without}",
        config.public_source,
        config.window_in_words(),
    )
}
