//! The index held open, for a server that is asked many times.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use entangle_store::Workspace;

use super::{PostIndex, description};
use crate::EngineError;

/// What of the file that describes an index says that it is still the same.
type Stamp = (Option<SystemTime>, u64);

/// The index of a workspace, opened once for every commit to it.
///
/// Another process may write the index or remove it: the file that describes it is looked at on every
/// question, which costs a call of the system.
#[derive(Default)]
pub struct HeldIndex {
    held: Mutex<Option<(Stamp, Arc<PostIndex>)>>,
}

impl HeldIndex {
    /// The index as it was last committed; `None` where there is none.
    ///
    /// # Errors
    /// Where it is damaged or cannot be read.
    pub fn open(&self, workspace: &Workspace) -> Result<Option<Arc<PostIndex>>, EngineError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(described) = std::fs::metadata(description(workspace)) else {
            // What is removed is let go, so that its bytes go from the disk.
            *held = None;
            return Ok(None);
        };
        let stamp = (described.modified().ok(), described.len());
        if let Some((of, index)) = held.as_ref()
            && *of == stamp
        {
            return Ok(Some(Arc::clone(index)));
        }
        *held = PostIndex::open(workspace)?.map(|index| (stamp, Arc::new(index)));
        Ok(held.as_ref().map(|(_, index)| Arc::clone(index)))
    }
}
