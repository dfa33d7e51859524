//! The keys of a workspace: making, revoking, and telling whose a key is.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, SubsecRound, Utc};

use crate::durable::{FileLock, ensure_private_folder, refuse_writable_by_others, replace_file};
use crate::error::{AccessError, Attempt, Result};
use crate::key_record::{KeyRecord, KeyTable, NewKey};
use crate::key_text::{KeyId, SecretKey};

const KEY_FILE: &str = "keys.json";
const LOCK_FILE: &str = "keys.lock";
const DAMAGE_HINT: &str = "put the file back from a backup; until then every key is refused";

/// After so long the key file is read again even if nothing about it seems to have changed.
///
/// A change by another process is seen with the next request by the file's time, length or number;
/// this bounds the time where all three happen to stay the same.
pub const KEY_CHANGE_NOTICED_AFTER_MAX: Duration = Duration::from_secs(5);

/// The keys in one folder. Several processes may have it open and change it.
#[derive(Debug)]
pub struct KeyStore {
    folder: PathBuf,
    loaded: Mutex<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    table: KeyTable,
    mark: FileMark,
    read_at: Instant,
}

/// What is cheap to ask about a file and changes when it is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileMark {
    modified_at: Option<SystemTime>,
    byte_count: u64,
    file_number: u64,
}

/// Why a key is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// No such key; or its secret is another. Which of the two is told to nobody.
    #[error("this key is not known here")]
    Unknown,
    /// It was revoked.
    #[error("this key was revoked")]
    Revoked,
    /// Its time is over.
    #[error("this key has expired")]
    Expired,
}

impl KeyStore {
    /// Makes the folder with an empty key file.
    ///
    /// # Errors
    /// Where there is a key file already, or it cannot be written.
    pub fn initialise(folder: &Path) -> Result<Self> {
        ensure_private_folder(folder)?;
        let _lock = FileLock::acquire(&folder.join(LOCK_FILE))?;
        let path = folder.join(KEY_FILE);
        if path.try_exists().attempt("look for", &path)? {
            return Err(AccessError::AlreadySetUp { path });
        }
        write_table(&path, &KeyTable::default())?;
        Self::open(folder)
    }

    /// Opens the keys of a folder.
    ///
    /// # Errors
    /// Where there is no key file, it is damaged, or others may write it.
    pub fn open(folder: &Path) -> Result<Self> {
        let loaded = Loaded::read(&folder.join(KEY_FILE), Instant::now())?;
        Ok(Self {
            folder: folder.to_owned(),
            loaded: Mutex::new(loaded),
        })
    }

    /// Makes a key. The secret is in what is returned and nowhere else.
    ///
    /// # Errors
    /// Where a field cannot be used, or the file cannot be read or written.
    pub fn create(&self, new: NewKey, now: DateTime<Utc>) -> Result<(SecretKey, KeyRecord)> {
        self.change(|table| {
            let mut secret = SecretKey::generate()?;
            // Ids have 40 bits, so two keys of one id are possible, if only just.
            while table.keys.contains_key(secret.key_id()) {
                secret = SecretKey::generate()?;
            }
            let record = new.into_record(&secret, now)?;
            table.keys.insert(record.key_id.clone(), record.clone());
            Ok((secret, record))
        })
    }

    /// Revokes a key for good. The instant of the first revocation stays.
    ///
    /// # Errors
    /// Where there is no such key, or the file cannot be read or written.
    pub fn revoke(&self, key_id: &KeyId, now: DateTime<Utc>) -> Result<KeyRecord> {
        self.change(|table| {
            let record = table
                .keys
                .get_mut(key_id)
                .ok_or_else(|| AccessError::NoSuchKey {
                    key_id: key_id.to_string(),
                })?;
            record.revoked_at.get_or_insert(now.trunc_subsecs(6));
            Ok(record.clone())
        })
    }

    /// Every key, revoked ones too, in the order of their ids.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn list(&self) -> Result<Vec<KeyRecord>> {
        let table = read_table(&self.key_file())?;
        Ok(table.keys.into_values().collect())
    }

    /// Whose key this is, if it is good now.
    ///
    /// Looks first whether another process has changed the key file. If the file has become
    /// unreadable, no key is accepted.
    ///
    /// # Errors
    /// Where the key file cannot be read. That a key is refused is no error.
    pub fn authenticate(
        &self,
        key: &SecretKey,
        now: DateTime<Utc>,
        now_monotonic: Instant,
    ) -> Result<std::result::Result<KeyRecord, KeyRefusal>> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.refresh(&self.key_file(), now_monotonic)?;
        Ok(judge(loaded.table.keys.get(key.key_id()), key, now).cloned())
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join(KEY_FILE)
    }

    /// Changes the table on the disk as it is now, whatever this process has seen of it.
    fn change<T>(&self, change: impl FnOnce(&mut KeyTable) -> Result<T>) -> Result<T> {
        let path = self.key_file();
        let _lock = FileLock::acquire(&self.folder.join(LOCK_FILE))?;
        let mut table = read_table(&path)?;
        let outcome = change(&mut table)?;
        write_table(&path, &table)?;
        // So that this process knows its own change without looking at the file's marks.
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        *loaded = Loaded::read(&path, Instant::now())?;
        Ok(outcome)
    }
}

impl Loaded {
    fn read(path: &Path, read_at: Instant) -> Result<Self> {
        // The mark is taken first: a change in between is then seen the next time.
        let mark = FileMark::of(path)?;
        let table = read_table(path)?;
        Ok(Self {
            table,
            mark,
            read_at,
        })
    }

    fn refresh(&mut self, path: &Path, now: Instant) -> Result<()> {
        let is_old = now.saturating_duration_since(self.read_at) >= KEY_CHANGE_NOTICED_AFTER_MAX;
        if is_old || FileMark::of(path)? != self.mark {
            *self = Self::read(path, now)?;
        }
        Ok(())
    }
}

impl FileMark {
    fn of(path: &Path) -> Result<Self> {
        let metadata = fs::metadata(path).map_err(|error| missing_or(error, path))?;
        Ok(Self {
            modified_at: metadata.modified().ok(),
            byte_count: metadata.len(),
            file_number: file_number(&metadata),
        })
    }
}

#[cfg(unix)]
fn file_number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn file_number(_metadata: &Metadata) -> u64 {
    0
}

/// The secret is compared first: what became of a key is told only to who holds it.
fn judge<'a>(
    record: Option<&'a KeyRecord>,
    key: &SecretKey,
    now: DateTime<Utc>,
) -> std::result::Result<&'a KeyRecord, KeyRefusal> {
    let hash = key.stored_hash();
    // `blake3::Hash` compares in constant time.
    let record = record
        .filter(|record| record.secret_hash == hash)
        .ok_or(KeyRefusal::Unknown)?;
    if record.revoked_at.is_some() {
        return Err(KeyRefusal::Revoked);
    }
    if record
        .expires_at
        .is_some_and(|expires_at| expires_at <= now)
    {
        return Err(KeyRefusal::Expired);
    }
    Ok(record)
}

fn read_table(path: &Path) -> Result<KeyTable> {
    let bytes = fs::read(path).map_err(|error| missing_or(error, path))?;
    refuse_writable_by_others(path)?;
    KeyTable::from_bytes(&bytes).map_err(|reason| AccessError::Damaged {
        path: path.to_owned(),
        reason,
        hint: DAMAGE_HINT,
    })
}

fn write_table(path: &Path, table: &KeyTable) -> Result<()> {
    let bytes = table
        .to_bytes()
        .map_err(std::io::Error::from)
        .attempt("write", path)?;
    replace_file(path, &bytes)
}

fn missing_or(error: std::io::Error, path: &Path) -> AccessError {
    match error.kind() {
        std::io::ErrorKind::NotFound => AccessError::NotSetUp {
            path: path.to_owned(),
        },
        _ => AccessError::File {
            action: "read",
            path: path.to_owned(),
            source: error,
        },
    }
}

#[cfg(test)]
mod tests;
