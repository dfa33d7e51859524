//! The log as a server uses it: entries of many requests share one sync.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::append::{Committed, Recovery, commit};
use super::entry::AuditRecord;
use super::head::{Anchor, Head};
use super::segments::Files;
use crate::durable::{FileLock, ensure_private_folder, replace_file};
use crate::error::{AccessError, Attempt, Result};
use crate::key_text::random_bytes;

/// So many entries may wait before somebody who adds one writes them all.
const WAITING_COUNT_MAX: usize = 256;
/// So many may wait while none can be written; then requests fail.
const WAITING_COUNT_LIMIT: usize = 10_000;

/// How the log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditOptions {
    /// A segment that has so many bytes is closed before the next entries are written.
    pub segment_bytes_max: u64,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            segment_bytes_max: 64 * 1024 * 1024,
        }
    }
}

/// An entry that is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its number.
    pub sequence: u64,
    /// Its hash.
    pub hash: String,
}

/// The audit log of a folder. Several processes may write to it.
///
/// Its functions block on the disk; asynchronous callers run them where that is allowed.
#[derive(Debug)]
pub struct AuditLog {
    files: Files,
    options: AuditOptions,
    digest_key: [u8; 32],
    recovery: Option<Recovery>,
    queue: Mutex<Queue>,
    has_committed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Waiting>,
    next_ticket: u64,
    is_committing: bool,
    /// What became of entries that somebody waits for, until he takes it.
    outcomes: BTreeMap<u64, std::result::Result<Receipt, String>>,
}

#[derive(Debug)]
struct Waiting {
    record: AuditRecord,
    /// The ticket of who waits for it; `None` where nobody does.
    ticket: Option<u64>,
}

impl AuditLog {
    /// Opens the log of a folder, making one where there is none, and settles what a killed writer
    /// left at its end. Looks at the end only; [`verify`](super::verify()) reads all of it.
    ///
    /// # Errors
    /// Where the log and its head do not fit, or a file cannot be read or written.
    pub fn open(folder: &Path, options: AuditOptions) -> Result<Self> {
        ensure_private_folder(folder)?;
        let files = Files::of(folder);
        let digest_key = open_digest_key(&files)?;
        let Committed { recovery, .. } = commit(&files, options.segment_bytes_max, Vec::new())?;
        Ok(Self {
            files,
            options,
            digest_key,
            recovery,
            queue: Mutex::default(),
            has_committed: Condvar::new(),
        })
    }

    /// What opening had to settle, if anything. The log holds an entry about it.
    pub fn recovery(&self) -> Option<Recovery> {
        self.recovery
    }

    /// Adds an entry and returns when it is on the disk. For identified access this comes before
    /// anything is shown; if it fails, nothing may be.
    ///
    /// Calls at the same time share one sync: while one writes, the others gather.
    ///
    /// # Errors
    /// Where a field does not fit the log, or the entry is not durable.
    pub fn append_durable(&self, record: AuditRecord) -> Result<Receipt> {
        record.check()?;
        let mut queue = self.queue();
        let ticket = queue.next_ticket;
        queue.next_ticket += 1;
        queue.waiting.push(Waiting {
            record,
            ticket: Some(ticket),
        });
        loop {
            if let Some(outcome) = queue.outcomes.remove(&ticket) {
                return outcome.map_err(|reason| AccessError::NotRecorded { reason });
            }
            queue = if queue.is_committing {
                self.wait(queue)
            } else {
                // What went wrong is among the outcomes.
                self.commit_waiting(queue).0
            };
        }
    }

    /// Adds an entry that becomes durable with the next one that is waited for, with
    /// [`AuditLog::flush`], or when 256 wait. A kill before that loses it.
    ///
    /// # Errors
    /// Where a field does not fit the log, or so many entries wait that the log must be taken for
    /// unwritable.
    pub fn append(&self, record: AuditRecord) -> Result<()> {
        record.check()?;
        let mut queue = self.queue();
        if queue.waiting.len() >= WAITING_COUNT_LIMIT {
            return Err(AccessError::NotRecorded {
                reason: format!("{WAITING_COUNT_LIMIT} entries wait to be written"),
            });
        }
        queue.waiting.push(Waiting {
            record,
            ticket: None,
        });
        if queue.waiting.len() >= WAITING_COUNT_MAX && !queue.is_committing {
            // Entries that could not be written wait on; `flush` reports it.
            drop(self.commit_waiting(queue));
        }
        Ok(())
    }

    /// Makes all entries durable that were added before. To be called every second or so and before
    /// the process ends.
    ///
    /// # Errors
    /// Where they cannot be written; they wait on.
    pub fn flush(&self) -> Result<()> {
        let mut queue = self.queue();
        loop {
            if queue.is_committing {
                queue = self.wait(queue);
            } else if queue.waiting.is_empty() {
                return Ok(());
            } else {
                return self.commit_waiting(queue).1;
            }
        }
    }

    /// The head of the log as it is on the disk, for publishing.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn anchor(&self) -> Result<Anchor> {
        let head = Head::read(&self.files.head())?;
        Ok(head.unwrap_or_else(Head::of_nothing).anchor())
    }

    /// Keyed digest of a request's parameters, whatever their order, as 64 hexadecimal digits.
    ///
    /// With a key, because few people have few names: a plain hash of a query could be tested
    /// against guesses by whoever reads the log.
    pub fn digest(&self, parameters: &[(&str, &str)]) -> String {
        let mut sorted = parameters.to_vec();
        sorted.sort_unstable();
        let mut hasher = blake3::Hasher::new_keyed(&self.digest_key);
        for part in sorted.iter().flat_map(|(name, value)| [name, value]) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        self.has_committed
            .wait(queue)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes all that waits, without holding the queue meanwhile.
    fn commit_waiting<'a>(
        &'a self,
        mut queue: MutexGuard<'a, Queue>,
    ) -> (MutexGuard<'a, Queue>, Result<()>) {
        queue.is_committing = true;
        let batch = std::mem::take(&mut queue.waiting);
        drop(queue);
        let records = batch.iter().map(|waiting| waiting.record.clone()).collect();
        let committed = commit(&self.files, self.options.segment_bytes_max, records);
        let mut queue = self.queue();
        queue.is_committing = false;
        let outcome = match committed {
            Ok(Committed { receipts, .. }) => {
                queue.acknowledge(&batch, receipts);
                Ok(())
            }
            Err(error) => {
                queue.give_back(batch, &error.to_string());
                Err(error)
            }
        };
        self.has_committed.notify_all();
        (queue, outcome)
    }
}

impl Queue {
    fn acknowledge(&mut self, batch: &[Waiting], receipts: Vec<Receipt>) {
        for (waiting, receipt) in batch.iter().zip(receipts) {
            if let Some(ticket) = waiting.ticket {
                self.outcomes.insert(ticket, Ok(receipt));
            }
        }
    }

    /// Who waits is told, and his access does not take place; the other entries wait on.
    fn give_back(&mut self, batch: Vec<Waiting>, reason: &str) {
        let (told, mut kept): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|waiting| waiting.ticket.is_some());
        for ticket in told.into_iter().filter_map(|waiting| waiting.ticket) {
            self.outcomes.insert(ticket, Err(reason.to_owned()));
        }
        kept.append(&mut self.waiting);
        self.waiting = kept;
    }
}

/// The key of the digests, made with the log.
fn open_digest_key(files: &Files) -> Result<[u8; 32]> {
    let path = files.digest_key();
    let _lock = FileLock::acquire(&files.lock())?;
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| AccessError::Damaged {
            path,
            reason: "it does not have 32 bytes".to_owned(),
            hint: "put the file back from a backup; without it no request can be shown to be one of the log's",
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = random_bytes()?;
            replace_file(&path, &key)?;
            Ok(key)
        }
        Err(error) => Err(error).attempt("read", &path),
    }
}
