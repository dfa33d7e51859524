//! Files that are complete or absent, also after a power cut, and that only their owner reads;
//! and locks that end with the process that holds them.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::error::{AccessError, Attempt, Result};

/// Replaces a file by one with these bytes: a reader sees the old or the new, never a part.
///
/// Callers hold a lock that keeps other writers of the file away, so one temporary name is enough.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_file_without_folder(path, bytes)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Like [`replace_file`], but after a power cut the old file may be back. It is never a mixture.
pub(crate) fn replace_file_without_folder(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("partial");
    // What a killed writer left may have other rights; it must go and not be overwritten.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        removed => removed.attempt("remove", &temporary)?,
    }
    let mut file = private_options()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .attempt("create", &temporary)?;
    file.write_all(bytes).attempt("write", &temporary)?;
    file.sync_all().attempt("write", &temporary)?;
    fs::rename(&temporary, path).attempt("replace", path)
}

/// Makes renames and new names in a folder last.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    // Only on Unix can a folder be opened as a file; elsewhere the system sees to it.
    if cfg!(unix) {
        let file = File::open(folder).attempt("open", folder)?;
        file.sync_all().attempt("write", folder)?;
    }
    Ok(())
}

/// Creates a folder that only its owner may enter, unless it is there.
pub(crate) fn ensure_private_folder(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).attempt("create", folder)
}

/// Options under which a new file belongs to its owner alone (on Unix; elsewhere the folder's
/// rights decide).
pub(crate) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Refuses a file that others than its owner may write: who can write it can give himself rights.
pub(crate) fn refuse_writable_by_others(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path)
            .attempt("read", path)?
            .permissions()
            .mode();
        if mode & 0o022 != 0 {
            return Err(AccessError::WritableByOthers {
                path: path.to_owned(),
                mode: mode & 0o777,
            });
        }
    }
    Ok(())
}

/// Exclusive right to something, given up on drop or with the end of the process.
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

    /// The lock, or nothing if somebody holds it.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>> {
        let file = open_lock_file(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error).attempt("lock", path),
        }
    }

    /// Waits until no writer holds the lock. Nothing where there is no lock file: a copy of a
    /// folder has no writer.
    pub fn acquire_shared(path: &Path) -> Result<Option<Self>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.attempt("open", path)?,
        };
        file.lock_shared().attempt("lock", path)?;
        Ok(Some(Self { _file: file }))
    }
}

fn open_lock_file(path: &Path) -> Result<File> {
    private_options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .attempt("open", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_what_a_killed_writer_left_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        fs::write(folder.path().join("keys.partial"), "half").unwrap();
        replace_file(&path, b"first").unwrap();
        replace_file(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn files_and_folders_belong_to_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("access");
        ensure_private_folder(&folder).unwrap();
        let path = folder.join("keys.json");
        replace_file(&path, b"{}").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));

        refuse_writable_by_others(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
        refuse_writable_by_others(&path).unwrap_err();
    }

    #[test]
    fn a_lock_is_free_again_when_its_holder_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = FileLock::try_acquire(&path).unwrap();
        assert!(held.is_some());
        assert!(FileLock::try_acquire(&path).unwrap().is_none());
        drop(held);
        assert!(FileLock::try_acquire(&path).unwrap().is_some());
    }
}
