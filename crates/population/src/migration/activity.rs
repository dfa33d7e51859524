//! Which sources fell silent, and who posted where around it.

use datafusion::error::DataFusionError;
use entangle_model::{sql_list, sql_text};
use std::collections::BTreeMap;

use super::{ACTIVE_DAYS, SILENT_DAYS, WINDOW_DAYS};
use crate::days::SECONDS_PER_DAY;
use crate::inputs::StudyInputs;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// A target source that fell silent.
pub(super) struct Silence {
    /// The target, by its position in the study file.
    pub(super) target: usize,
    /// Its last post, seconds since 1970.
    pub(super) last_s: i64,
    /// Seconds followed before and after.
    pub(super) window_s: i64,
}

/// Reads which targets fell silent, in the order of the study file.
pub(super) async fn read_silences(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
) -> Result<Vec<Silence>, DataFusionError> {
    let frame = tables
        .query(&format!(
            "SELECT source, to_unixtime(MAX(posted_at)) FROM posts \
             WHERE (source IN ({}) OR source = {}) AND kind <> 'notice' AND posted_at IS NOT NULL \
             GROUP BY source",
            sql_list(&inputs.config.targets),
            sql_text(&inputs.config.public_source),
        ))
        .await?;
    let mut last_posts: BTreeMap<String, i64> = BTreeMap::new();
    for_each_row(frame, |row| {
        if let (Some(source), Some(last_s)) = (row.text(0), row.integer(1)) {
            last_posts.insert(source.to_owned(), last_s);
        }
    })
    .await?;
    let Some(end_s) = last_posts.values().max().copied() else {
        return Ok(Vec::new());
    };
    let silence = |(target, source): (usize, &String)| {
        let last_s = *last_posts.get(source)?;
        let rest_s = end_s - last_s;
        (rest_s >= SILENT_DAYS * SECONDS_PER_DAY).then(|| Silence {
            target,
            last_s,
            window_s: rest_s.min(WINDOW_DAYS * SECONDS_PER_DAY),
        })
    };
    let targets = inputs.config.targets.iter().enumerate();
    Ok(targets.filter_map(silence).collect())
}

/// Whether an account, or one of several, posted around a silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Activity {
    /// In the last days before it.
    pub(super) is_active: bool,
    /// In the window after it.
    pub(super) is_after: bool,
    /// In the window before it.
    pub(super) is_before: bool,
}

impl Activity {
    /// Of either.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            is_active: self.is_active || other.is_active,
            is_after: self.is_after || other.is_after,
            is_before: self.is_before || other.is_before,
        }
    }
}

/// Activity by number of the silence and index of the account; who did not post has none.
type OfAccounts = BTreeMap<(usize, usize), Activity>;

/// Activity of all who may be followed.
pub(super) struct Activities {
    participants: OfAccounts,
    included: OfAccounts,
    linked: OfAccounts,
}

impl Activities {
    pub(super) fn of_participant(&self, silence: usize, participant: usize) -> Activity {
        let activity = self.participants.get(&(silence, participant));
        activity.copied().unwrap_or_default()
    }

    pub(super) fn of_included(&self, silence: usize, account: usize) -> Activity {
        let activity = self.included.get(&(silence, account));
        activity.copied().unwrap_or_default()
    }

    pub(super) fn of_linked(&self, silence: usize, account: usize) -> Activity {
        let activity = self.linked.get(&(silence, account));
        activity.copied().unwrap_or_default()
    }
}

/// Reads who posted around each silence. Posts on the public source count whether in the window of
/// the study or not.
pub(super) async fn read_activities(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    silences: &[Silence],
) -> Result<Activities, DataFusionError> {
    let column = |of: fn(&Silence) -> i64| silences.iter().map(of).collect();
    tables.hold_integers(
        "silences",
        [
            ("silence", (0..silences.len() as i64).collect()),
            ("last_s", column(|silence| silence.last_s)),
            ("window_s", column(|silence| silence.window_s)),
        ],
    )?;
    let public = format!(
        "(SELECT account_id, to_unixtime(posted_at) AS posted_s FROM posts \
          WHERE source = {} AND kind <> 'notice' AND account_id IS NOT NULL)",
        sql_text(&inputs.config.public_source)
    );
    Ok(Activities {
        participants: read(tables, "target_posts", "participants", "participant_index").await?,
        included: read(tables, &public, LINKED_INCLUDED, "account_index").await?,
        linked: read(tables, "target_posts", "linked_targets", "linked_index").await?,
    })
}

/// Included accounts with a candidate link: nobody else is followed.
const LINKED_INCLUDED: &str = "(SELECT account_id, account_index FROM included \
    WHERE account_index IN (SELECT account_index FROM crossing_links))";

async fn read(
    tables: &StudyTables,
    posts: &str,
    accounts: &str,
    index: &str,
) -> Result<OfAccounts, DataFusionError> {
    let any = |condition: &str| format!("MAX(CASE WHEN {condition} THEN 1 ELSE 0 END)");
    let frame = tables
        .query(&format!(
            "SELECT s.silence, a.{index}, {active}, {after}, {before} \
             FROM {posts} p JOIN {accounts} a ON p.account_id = a.account_id CROSS JOIN silences s \
             WHERE p.posted_s > s.last_s - {reach_s} AND p.posted_s <= s.last_s + s.window_s \
             GROUP BY s.silence, a.{index}",
            active = any(&format!(
                "p.posted_s > s.last_s - {} AND p.posted_s <= s.last_s",
                ACTIVE_DAYS * SECONDS_PER_DAY
            )),
            after = any("p.posted_s > s.last_s"),
            before = any("p.posted_s > s.last_s - s.window_s AND p.posted_s <= s.last_s"),
            reach_s = WINDOW_DAYS.max(ACTIVE_DAYS) * SECONDS_PER_DAY,
        ))
        .await?;
    let mut activities = OfAccounts::new();
    for_each_row(frame, |row| {
        let activity = Activity {
            is_active: row.count(2) > 0,
            is_after: row.count(3) > 0,
            is_before: row.count(4) > 0,
        };
        activities.insert((row.position(0), row.position(1)), activity);
    })
    .await?;
    Ok(activities)
}
