#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod delta;
mod durable;
mod error;
mod layout;
mod lock;
mod provider;
mod record;
mod recovery;
mod session;
mod snapshot;
mod statistics;
mod table_writer;
mod transaction;
mod workspace;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod removal_tests;
#[cfg(test)]
mod test_support;

pub use error::{Result, StoreError};
pub use lock::HeldFolder;
pub use record::{REMOVAL_COMMAND, SnapshotRecord};
pub use snapshot::{Snapshot, TableFile};
pub use table_writer::TableWriter;
#[doc(hidden)]
pub use transaction::CommitStep;
pub use transaction::Transaction;
pub use workspace::{Expired, FORMAT_VERSION, SourceLock, Workspace};
