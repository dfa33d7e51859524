//! Writing entries to the end of the log, whatever state a killed writer left it in.
//!
//! Nothing is remembered between two calls: several processes may write to one log. Entries are
//! synced before the head is replaced, and acknowledged after both. So what the head counts is in
//! the log; what is after it was never acknowledged or lost its head to a power cut, and is kept
//! as far as it fits the chain.

use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use chrono::Utc;

use super::entry::{Action, AuditEntry, AuditRecord, LINE_BYTES_MAX};
use super::head::{DAMAGE_HINT, Head};
use super::lines::{Line, Lines};
use super::log::Receipt;
use super::segments::Files;
use crate::durable::{FileLock, private_options, sync_folder};
use crate::error::{AccessError, Attempt, Result};

/// What was found after the head and how it was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// Whole entries that fit the chain; they stay.
    pub kept_entry_count: u64,
    /// Bytes after them, of entries that nobody was told were written; they were removed.
    pub dropped_byte_count: u64,
}

/// What a commit did.
#[derive(Debug)]
pub(super) struct Committed {
    /// Of each record, in the order given.
    pub receipts: Vec<Receipt>,
    pub recovery: Option<Recovery>,
}

/// Appends records and makes them durable, all or (after an error) none of them acknowledged.
pub(super) fn commit(
    files: &Files,
    segment_bytes_max: u64,
    records: Vec<AuditRecord>,
) -> Result<Committed> {
    let _lock = FileLock::acquire(&files.lock())?;
    let mut end = End::locate(files)?;
    let recovery = end.recover()?;
    let mut to_write: Vec<AuditRecord> = recovery.map(recovery_record).into_iter().collect();
    let own_count = to_write.len();
    to_write.extend(records);
    let mut receipts = Vec::new();
    if !to_write.is_empty() {
        end.rotate_if_full(segment_bytes_max)?;
        receipts = end.append(to_write)?;
    }
    Ok(Committed {
        receipts: receipts.split_off(own_count),
        recovery,
    })
}

/// The end of a log whose lock is held.
struct End<'a> {
    files: &'a Files,
    head: Head,
}

impl<'a> End<'a> {
    /// Finds the end that the head states, and that the log reaches it.
    fn locate(files: &'a Files) -> Result<Self> {
        let Some(mut head) = Head::read(&files.head())? else {
            return Self::begin(files);
        };
        let closed = files.closed(head.segment);
        if exists(&closed)? {
            // The segment was closed, and the process ended before the next head was written.
            check_length(&closed, &head, head.byte_count)?;
            check_last_entry(&closed, &head)?;
            head.segment += 1;
            head.byte_count = 0;
        }
        let end = Self { files, head };
        if end.head.byte_count > 0 {
            check_length(&files.current(), &end.head, u64::MAX)?;
            check_last_entry(&files.current(), &end.head)?;
        }
        Ok(end)
    }

    fn begin(files: &'a Files) -> Result<Self> {
        if exists(&files.current())? || !files.closed_numbers()?.is_empty() {
            return Err(damaged(
                &files.head(),
                "it is missing, and there are entries".to_owned(),
            ));
        }
        let head = Head::of_nothing();
        head.create(&files.head())?;
        Ok(Self { files, head })
    }

    /// Keeps what fits the chain after the head and removes the rest.
    fn recover(&mut self) -> Result<Option<Recovery>> {
        let path = self.files.current();
        let byte_count = match fs::metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
            metadata => metadata.attempt("read", &path)?.len(),
        };
        if byte_count <= self.head.byte_count {
            return Ok(None);
        }
        let kept_entry_count = self.keep_whole_entries(&path)?;
        let dropped_byte_count = byte_count - self.head.byte_count;
        let file = File::options()
            .write(true)
            .open(&path)
            .attempt("open", &path)?;
        file.set_len(self.head.byte_count).attempt("cut", &path)?;
        file.sync_all().attempt("write", &path)?;
        // A name that a killed writer made may not have lasted yet.
        sync_folder(self.files.folder())?;
        self.head.replace(&self.files.head())?;
        Ok(Some(Recovery {
            kept_entry_count,
            dropped_byte_count,
        }))
    }

    fn keep_whole_entries(&mut self, path: &Path) -> Result<u64> {
        let mut file = File::open(path).attempt("open", path)?;
        file.seek(SeekFrom::Start(self.head.byte_count))
            .attempt("read", path)?;
        let start = self.head.byte_count;
        let mut lines = Lines::new(BufReader::new(file));
        let mut kept_entry_count = 0;
        while let Some(Line::Whole(line)) = lines.next().attempt("read", path)? {
            let Ok(entry) = AuditEntry::from_line(line) else {
                break;
            };
            if entry.sequence != self.head.entry_count + 1 || entry.previous_hash != self.head.hash
            {
                // Whole, and no continuation: no kill leaves that.
                let reason = format!("after entry {} it does not go on", self.head.entry_count);
                return Err(damaged(path, reason));
            }
            self.head.entry_count = entry.sequence;
            self.head.hash = entry.hash;
            self.head.byte_count = start + lines.byte_count;
            kept_entry_count += 1;
        }
        Ok(kept_entry_count)
    }

    fn rotate_if_full(&mut self, segment_bytes_max: u64) -> Result<()> {
        if self.head.byte_count < segment_bytes_max.max(1) {
            return Ok(());
        }
        let (current, closed) = (self.files.current(), self.files.closed(self.head.segment));
        fs::rename(&current, &closed).attempt("rename", &current)?;
        sync_folder(self.files.folder())?;
        self.head.segment += 1;
        self.head.byte_count = 0;
        Ok(())
    }

    fn append(&mut self, records: Vec<AuditRecord>) -> Result<Vec<Receipt>> {
        let mut head = self.head.clone();
        let (mut text, mut receipts) = (String::new(), Vec::with_capacity(records.len()));
        for record in records {
            let entry = AuditEntry::chained(record, head.entry_count + 1, &head.hash);
            text += &entry.to_line();
            head.entry_count = entry.sequence;
            head.hash = entry.hash;
            receipts.push(Receipt {
                sequence: head.entry_count,
                hash: head.hash.clone(),
            });
        }
        head.byte_count += text.len() as u64;
        self.write(text.as_bytes())?;
        head.replace(&self.files.head())?;
        self.head = head;
        Ok(receipts)
    }

    fn write(&self, bytes: &[u8]) -> Result<()> {
        let path = self.files.current();
        let mut file = private_options()
            .create(true)
            .append(true)
            .open(&path)
            .attempt("open", &path)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if written.is_err() {
            // If this fails too, the next commit does the same.
            let _ = file.set_len(self.head.byte_count);
        }
        written.attempt("write", &path)?;
        if self.head.byte_count == 0 {
            sync_folder(self.files.folder())?;
        }
        Ok(())
    }
}

/// A segment must hold what the head counts, and if it is closed nothing more.
fn check_length(path: &Path, head: &Head, byte_count_max: u64) -> Result<()> {
    let byte_count = match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        metadata => metadata.attempt("read", path)?.len(),
    };
    if byte_count < head.byte_count || byte_count > byte_count_max {
        let reason = format!(
            "it has {byte_count} bytes, and the head counts {} entries up to byte {}",
            head.entry_count, head.byte_count
        );
        return Err(damaged(path, reason));
    }
    Ok(())
}

/// The last entry that the head counts must be the one the head names.
fn check_last_entry(path: &Path, head: &Head) -> Result<()> {
    let start = head.byte_count.saturating_sub(LINE_BYTES_MAX as u64);
    let mut file = File::open(path).attempt("open", path)?;
    file.seek(SeekFrom::Start(start)).attempt("read", path)?;
    let mut bytes = Vec::new();
    file.take(head.byte_count - start)
        .read_to_end(&mut bytes)
        .attempt("read", path)?;
    let last_line = bytes
        .trim_ascii_end()
        .rsplit(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let is_named = AuditEntry::from_line(last_line)
        .is_ok_and(|entry| entry.hash == head.hash && entry.sequence == head.entry_count);
    if is_named && bytes.last() == Some(&b'\n') {
        return Ok(());
    }
    let reason = format!(
        "entry {} is not the one that the head names",
        head.entry_count
    );
    Err(damaged(path, reason))
}

fn recovery_record(recovery: Recovery) -> AuditRecord {
    let mut record = AuditRecord::new(Utc::now(), Action::LogRecovered, "audit log");
    record.parameters = [
        ("kept_entry_count", recovery.kept_entry_count),
        ("dropped_byte_count", recovery.dropped_byte_count),
    ]
    .map(|(name, count)| (name.to_owned(), count.to_string()))
    .into();
    record
}

fn exists(path: &Path) -> Result<bool> {
    path.try_exists().attempt("look for", path)
}

fn damaged(path: &Path, reason: String) -> AccessError {
    AccessError::Damaged {
        path: path.to_owned(),
        reason,
        hint: DAMAGE_HINT,
    }
}
