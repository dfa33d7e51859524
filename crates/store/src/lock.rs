//! Locks that end with the process that holds them, and folders that are known to be stale by
//! such a lock. File locks of the system are used, so nothing needs cleaning up after a kill.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use chrono::Utc;

use crate::durable::{ensure_folder, entry_names};
use crate::error::{Attempt, Result};

const LOCK_NAME: &str = "lock";

/// Exclusive right to something, given up on drop.
#[derive(Debug)]
pub(crate) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Waits until the lock is free and takes it.
    pub fn acquire(path: &Path) -> Result<Self> {
        let file = open_lock_file(path)?;
        file.lock().attempt("lock", path)?;
        Ok(Self { _file: file })
    }

    /// Like [`FileLock::acquire`], without blocking the asynchronous runtime meanwhile.
    pub async fn acquire_async(path: PathBuf) -> Result<Self> {
        let for_error = path.clone();
        tokio::task::spawn_blocking(move || Self::acquire(&path))
            .await
            .attempt("lock", &for_error)?
    }

    /// The lock, or nothing if somebody holds it.
    fn try_acquire(path: &Path) -> Result<Option<Self>> {
        let file = open_lock_file(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).attempt("lock", path),
        }
    }
}

fn open_lock_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .attempt("open", path)
}

/// A folder that nobody else on the machine reads: what is half done holds names and texts.
fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A folder for one running process, removed on drop.
///
/// It holds a locked file, so that other processes can tell a folder in use from one whose
/// process was killed. Folders come and go while the lock of their parent is held, so that nobody
/// meets one that is half made or half gone.
#[derive(Debug)]
pub struct HeldFolder {
    path: PathBuf,
    id: String,
    is_kept: bool,
    _lock: FileLock,
}

impl HeldFolder {
    /// Makes a folder after those are removed whose processes are gone.
    ///
    /// # Errors
    ///
    /// [`StoreError::PermissionDenied`](crate::StoreError::PermissionDenied),
    /// [`StoreError::DiskFull`](crate::StoreError::DiskFull) and other errors of the disk.
    pub fn create_in_place_of_stale(parent: &Path) -> Result<Self> {
        for folder in Self::take_stale(parent)? {
            folder.remove()?;
        }
        Self::create(parent)
    }

    /// Makes a folder of a new name: time and process, so that names sort by age.
    pub(crate) fn create(parent: &Path) -> Result<Self> {
        ensure_folder(parent)?;
        let _parent_lock = FileLock::acquire(&parent.join(LOCK_NAME))?;
        let stem = format!(
            "{}-{}",
            Utc::now().format("%Y%m%dT%H%M%S%6f"),
            std::process::id()
        );
        let mut number = 0;
        let (id, path) = loop {
            let id = format!("{stem}-{number}");
            let path = parent.join(&id);
            if !path.try_exists().attempt("look for", &path)? {
                break (id, path);
            }
            number += 1;
        };
        create_private(&path).attempt("create", &path)?;
        let lock = FileLock::acquire(&path.join(LOCK_NAME))?;
        Ok(Self {
            path,
            id,
            is_kept: false,
            _lock: lock,
        })
    }

    /// Takes over the folders whose processes are gone.
    pub(crate) fn take_stale(parent: &Path) -> Result<Vec<Self>> {
        ensure_folder(parent)?;
        let _parent_lock = FileLock::acquire(&parent.join(LOCK_NAME))?;
        let mut stale = Vec::new();
        for id in entry_names(parent)? {
            let path = parent.join(&id);
            if !path.is_dir() {
                continue;
            }
            if let Some(lock) = FileLock::try_acquire(&path.join(LOCK_NAME))? {
                stale.push(Self {
                    path,
                    id,
                    is_kept: true,
                    _lock: lock,
                });
            }
        }
        Ok(stale)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's name, unlike that of any other.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Leaves the folder behind on drop, as a kill would.
    pub(crate) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Removes the folder now.
    pub(crate) fn remove(mut self) -> Result<()> {
        self.is_kept = true;
        self.remove_files()
    }

    fn remove_files(&self) -> Result<()> {
        let _parent_lock = FileLock::acquire(&self.path.with_file_name(LOCK_NAME))?;
        fs::remove_dir_all(&self.path).attempt("remove", &self.path)
    }
}

impl Drop for HeldFolder {
    fn drop(&mut self) {
        if !self.is_kept {
            // Nobody can be told here; what stays is stale and is removed later.
            let _ = self.remove_files();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_without_a_holder_are_stale() {
        let parent = tempfile::tempdir().unwrap();
        let held = HeldFolder::create(parent.path()).unwrap();
        let mut left = HeldFolder::create(parent.path()).unwrap();
        let left_id = left.id().to_owned();
        left.keep();
        drop(left);

        let stale = HeldFolder::take_stale(parent.path()).unwrap();
        let ids: Vec<_> = stale.iter().map(HeldFolder::id).collect();
        assert_eq!(ids, [left_id.as_str()]);
        for folder in stale {
            folder.remove().unwrap();
        }
        assert!(held.path().is_dir());
        let path = held.path().to_owned();
        drop(held);
        assert!(!path.exists());
    }

    /// A server opens and ends sessions all the time; none of them may trip over another's folder.
    #[test]
    fn folders_come_and_go_beside_who_looks_for_stale_ones() {
        let parent = tempfile::tempdir().unwrap();
        let work = || {
            for _ in 0..300 {
                let held = HeldFolder::create_in_place_of_stale(parent.path()).unwrap();
                fs::write(held.path().join("spilled"), "x").unwrap();
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(work);
            }
        });
    }
}
