//! Files that are complete or absent, also after a power cut.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Attempt, Result, StoreError};

/// Writes a file under its final name only when all of it is on the disk.
///
/// Fails if the name exists. Callers hold a lock that keeps other writers of the folder away,
/// so one temporary name per file is enough.
pub(crate) fn write_new_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("partial");
    // A killed writer may have left it, as a second name of a complete file even, so it must
    // go and not be overwritten.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        removed => removed.attempt("remove", &temporary)?,
    }
    let mut file = File::create_new(&temporary).attempt("create", &temporary)?;
    file.write_all(bytes).attempt("write", &temporary)?;
    file.sync_all().attempt("write", &temporary)?;
    fs::hard_link(&temporary, path).attempt("create", path)?;
    fs::remove_file(&temporary).attempt("remove", &temporary)?;
    sync_parent(path)
}

/// Makes renames, links and removals in a folder last.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    // Only on Unix can a folder be opened as a file; elsewhere the system sees to it.
    if cfg!(unix) {
        let file = File::open(folder).attempt("open", folder)?;
        file.sync_all().attempt("write", folder)?;
    }
    Ok(())
}

/// Makes the contents and the name of a file that another library wrote last.
pub(crate) fn sync_file_and_name(path: &Path) -> Result<()> {
    let file = File::open(path).attempt("open", path)?;
    file.sync_all().attempt("write", path)?;
    sync_parent(path)
}

/// Creates a folder with its parents unless it is there.
pub(crate) fn ensure_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).attempt("create", path)
}

/// Names of the entries of a folder, sorted. Names that are not UTF-8 are none of ours and are
/// left out.
pub(crate) fn entry_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).attempt("list", folder)? {
        let entry = entry.attempt("list", folder)?;
        if let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Reads a JSON file of ours.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).attempt("read", path)?;
    serde_json::from_slice(&bytes).map_err(|error| StoreError::Damaged {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn sync_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_never_replaces_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("00000000000000000001.json");
        write_new_file(&path, b"first").unwrap();
        let error = write_new_file(&path, b"second").unwrap_err();
        assert!(error.to_string().contains("File exists"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }

    #[test]
    fn what_a_killed_writer_left_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.json");
        write_new_file(&path, b"first").unwrap();
        fs::hard_link(&path, folder.path().join("1.partial")).unwrap();
        write_new_file(&path, b"second").unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        fs::write(folder.path().join("2.partial"), "sec").unwrap();
        write_new_file(&folder.path().join("2.json"), b"second").unwrap();
        assert_eq!(
            entry_names(folder.path()).unwrap(),
            ["1.json", "1.partial", "2.json"]
        );
    }
}
