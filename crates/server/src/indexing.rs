//! The search index kept up with the snapshots while the server runs.
//!
//! The old index answers until the new one is committed. One process writes an index at a time; where
//! another one does, this waits. What fails is logged and tried again, and never ends the server; a
//! server that is killed leaves the index as it was, and the next one goes on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entangle_engine::search::{HeldIndex, OpenCheck, PostIndex, SearchError};
use entangle_engine::{EngineError, Progress, ProgressUnit, Workspace};
use serde_json::{Value, json};
use tokio::sync::watch;

/// The longest time between two attempts, where one fails after the other.
const RETRY_MAX: Duration = Duration::from_secs(60);

/// How far the index is.
#[derive(Debug, Default)]
struct Followed {
    is_building: bool,
    written_count: u64,
    total_count: Option<u64>,
    last_failure_at: Option<DateTime<Utc>>,
}

/// The state of the index, shared with whoever asks for it.
#[derive(Clone, Default)]
pub struct IndexState {
    followed: Arc<Mutex<Followed>>,
    held: Arc<HeldIndex>,
    is_followed: bool,
}

impl IndexState {
    /// A state that nothing is known of yet; `is_followed` says whether this server keeps it up.
    pub fn new(is_followed: bool) -> Self {
        Self {
            followed: Arc::default(),
            held: Arc::default(),
            is_followed,
        }
    }

    /// The index as it was last committed; `None` where there is none.
    ///
    /// # Errors
    /// Where it is damaged or cannot be read.
    pub fn open(&self, workspace: &Workspace) -> Result<Option<Arc<PostIndex>>, EngineError> {
        self.held.open(workspace)
    }

    fn change(&self, change: impl FnOnce(&mut Followed)) {
        change(&mut self.followed.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether the index is being written at the moment.
    pub fn is_building(&self) -> bool {
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.is_building
    }

    /// The state as JSON, of the index that answers now, beside the latest snapshot.
    pub fn json(&self, held: Option<&PostIndex>, latest_snapshot: u64) -> Value {
        let held_snapshot = held.map(PostIndex::snapshot);
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        json!({
            "snapshot": held_snapshot,
            "latest_snapshot": latest_snapshot,
            "is_current": held_snapshot == Some(latest_snapshot),
            "is_followed": self.is_followed,
            "is_building": followed.is_building,
            "written_count": followed.is_building.then_some(followed.written_count),
            "total_count": followed.total_count.filter(|_| followed.is_building),
            "post_count": held.map(PostIndex::post_count),
            "last_failure_at": followed.last_failure_at.map(|at| at.to_rfc3339()),
        })
    }
}

impl Progress for IndexState {
    fn stage(&mut self, _name: &str, total: Option<u64>, _unit: ProgressUnit) {
        self.change(|followed| {
            followed.total_count = total;
            followed.written_count = 0;
        });
    }

    fn advance_to(&mut self, done: u64) {
        self.change(|followed| followed.written_count = done);
    }
}

/// Brings the index up to every new snapshot until the server ends.
pub async fn follow(
    workspace: Workspace,
    state: IndexState,
    poll: Duration,
    mut ended: watch::Receiver<bool>,
) {
    let mut failure_count = 0;
    loop {
        let wait = match bring_up(&workspace, &state).await {
            Ok(()) => {
                failure_count = 0;
                poll
            }
            Err(error) if is_busy(&error) => {
                tracing::info!("another process writes the search index");
                poll
            }
            Err(error) => {
                tracing::error!(error = %error, "the search index cannot be brought up to date");
                state.change(|followed| followed.last_failure_at = Some(Utc::now()));
                failure_count += 1;
                poll.saturating_mul(1 << failure_count.min(10))
                    .min(RETRY_MAX)
            }
        };
        tokio::select! {
            _ = ended.changed() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

fn is_busy(error: &EngineError) -> bool {
    matches!(error, EngineError::Search(SearchError::WriterBusy { .. }))
}

/// Brings the index up to the latest snapshot, where it is behind.
///
/// # Errors
/// Where tables cannot be read or the index not be written.
pub async fn bring_up(workspace: &Workspace, state: &IndexState) -> Result<(), EngineError> {
    let latest = workspace.latest_snapshot().await?.number();
    let held = state.open(workspace).ok().flatten();
    if held.is_some_and(|index| index.snapshot() == latest) {
        return Ok(());
    }
    state.change(|followed| {
        followed.is_building = true;
        followed.written_count = 0;
        followed.total_count = None;
    });
    let updated = PostIndex::update(workspace, OpenCheck::Ends, &mut state.clone()).await;
    state.change(|followed| followed.is_building = false);
    let (_, update) = updated?;
    tracing::info!(
        snapshot = update.snapshot,
        posts = update.post_count,
        written = update.written_count,
        "the search index is up to date"
    );
    Ok(())
}
