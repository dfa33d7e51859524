//! The audit log: who asked for what, in a chain of hashes that shows tampering.
//!
//! Entries are lines of JSON. Each holds the hash of the one before and its own, so that a changed,
//! removed or moved line no longer fits. The head, a small file beside the log, holds how many
//! entries there are and the hash of the last, so that a missing end is seen as well. Whoever may
//! write all these files can write another history; only a head that is published elsewhere
//! ([`Anchor`]) shows that.

mod append;
mod entry;
mod head;
mod lines;
mod log;
mod segments;
mod verify;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod tests;

pub use append::Recovery;
pub use entry::{Action, AuditEntry, AuditRecord};
pub use head::{Anchor, AnchorError};
pub use log::{AuditLog, AuditOptions, Receipt};
pub use verify::{Damage, DamageKind, Verification, read_entries, verify};
