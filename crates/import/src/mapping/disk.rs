//! Files for libraries that need to seek: the file itself where it lies plain on the disk, else a
//! decompressed copy that is removed afterwards.

use entangle_dump::{FileEntry, FileReader, Input, InputError};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// A file that can be opened by its path.
pub(super) enum DiskFile {
    Plain(PathBuf),
    Copy(NamedTempFile),
}

impl DiskFile {
    /// The file of an entry, which must begin with `signature`.
    pub(super) fn of(
        input: &Input,
        entry: &FileEntry,
        file: &mut FileReader<'_>,
        signature: &[u8],
        format: &str,
    ) -> Result<Self, InputError> {
        if let Some(path) = input.disk_path(entry)
            && starts_with(path, signature)
        {
            return Ok(Self::Plain(path.to_path_buf()));
        }
        let other = |what: String| InputError::Malformed {
            file: Arc::clone(&entry.name),
            byte: 0,
            what,
        };
        if !file.fill()?.starts_with(signature) {
            return Err(other(format!("it is no {format}")));
        }
        copy(file).map(Self::Copy)
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            DiskFile::Plain(path) => path,
            DiskFile::Copy(copy) => copy.path(),
        }
    }
}

fn starts_with(path: &Path, signature: &[u8]) -> bool {
    let mut start = vec![0; signature.len()];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok_and(|()| start == signature)
}

fn copy(file: &mut FileReader<'_>) -> Result<NamedTempFile, InputError> {
    let failed = |source| InputError::Open {
        path: std::env::temp_dir(),
        source,
    };
    let mut copy = NamedTempFile::new().map_err(failed)?;
    loop {
        let chunk = file.fill()?;
        if chunk.is_empty() {
            break;
        }
        copy.write_all(chunk).map_err(failed)?;
        let count = chunk.len();
        file.consume(count);
    }
    copy.flush().map_err(failed)?;
    Ok(copy)
}
