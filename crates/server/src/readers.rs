//! Readers that are open already, because opening one reads the log of every table.

use std::sync::{Arc, Mutex, PoisonError};

use entangle_engine::reader::{ReadScope, Reader};
use entangle_engine::{EngineError, Workspace};
use tokio::sync::OnceCell;

/// Readers kept at most; the one that was not asked for longest goes first.
const KEPT_MAX: usize = 32;

type Slot = Arc<OnceCell<Arc<Reader>>>;

/// Opens readers and keeps those that were asked for last.
pub struct Readers {
    workspace: Workspace,
    kept: Mutex<Vec<((u64, ReadScope), Slot)>>,
}

impl Readers {
    /// Readers of a workspace.
    pub fn new(workspace: Workspace) -> Self {
        Self {
            workspace,
            kept: Mutex::default(),
        }
    }

    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// A reader of a snapshot, the latest where no number is given. Whoever asks for one that is
    /// being opened waits for it and opens none.
    ///
    /// # Errors
    /// Where there is no such snapshot or it cannot be read.
    pub async fn reader(
        &self,
        snapshot: Option<u64>,
        scope: ReadScope,
    ) -> Result<Arc<Reader>, EngineError> {
        let number = match snapshot {
            Some(number) => {
                // One that was open may have been removed since with a deletion on request.
                if let Err(error) = self.workspace.snapshot(number).await {
                    self.let_go(number);
                    return Err(error.into());
                }
                number
            }
            None => self.workspace.latest_snapshot().await?.number(),
        };
        let slot = self.slot((number, scope.clone()));
        let opened = slot
            .get_or_try_init(|| async {
                Reader::open(&self.workspace, Some(number), scope)
                    .await
                    .map(Arc::new)
            })
            .await?;
        Ok(Arc::clone(opened))
    }

    /// Forgets readers of a snapshot that is gone, and what they hold in memory.
    fn let_go(&self, number: u64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|((held, _), _)| *held != number);
    }

    fn slot(&self, wanted: (u64, ReadScope)) -> Slot {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match kept.iter().position(|(key, _)| *key == wanted) {
            Some(place) => kept.remove(place).1,
            None => Slot::default(),
        };
        if kept.len() >= KEPT_MAX {
            kept.remove(0);
        }
        kept.push((wanted, Arc::clone(&slot)));
        slot
    }
}
