//! What an import is given: a file, a folder or an archive, as a list of decompressed files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::archive::Archive;
use crate::file_reader::ExpansionGuard;
use crate::{FileReader, InputError, Limits, TextEncoding};

/// How an input is read.
#[derive(Debug, Clone, Default)]
pub struct InputOptions {
    /// Bounds on memory and expansion.
    pub limits: Limits,
    /// The encoding of every file; `None` detects it file by file.
    pub encoding: Option<TextEncoding>,
}

/// A file, a folder or an archive.
#[derive(Debug)]
pub struct Input {
    path: PathBuf,
    options: InputOptions,
    disk_files: Vec<DiskFile>,
    files: Vec<FileEntry>,
}

#[derive(Debug)]
struct DiskFile {
    path: PathBuf,
    archive: Option<Archive>,
    guard: ExpansionGuard,
}

/// One decompressed file of an input.
#[derive(Debug, Clone)]
pub struct FileEntry {
    /// Name relative to the input; `archive.zip!member` for a member of an archive. It is for
    /// showing and for recognising files, never for opening them.
    pub name: Arc<str>,
    /// Size in bytes before decompression of a gz or zst layer; `None` where the container does
    /// not say. The container may lie.
    pub size_bytes_hint: Option<u64>,
    /// Whether the file can be opened without decompressing others before it, as members of a
    /// solid 7z block cannot.
    pub is_cheap_to_open: bool,
    disk_index: usize,
    member_index: Option<usize>,
}

impl FileEntry {
    /// The last part of the name, without folder, archive and a `.gz` or `.zst` at the end.
    pub fn base_name(&self) -> &str {
        let base = self
            .name
            .rsplit(['/', '\\', '!'])
            .next()
            .unwrap_or(&self.name);
        let without = |suffix: &str| {
            let cut = base.len().checked_sub(suffix.len())?;
            let (stem, end) = (base.get(..cut)?, base.get(cut..)?);
            end.eq_ignore_ascii_case(suffix).then_some(stem)
        };
        [".gz", ".zst", ".zstd"]
            .into_iter()
            .find_map(without)
            .unwrap_or(base)
    }
}

impl Input {
    /// Lists a file, a folder (in all depths, sorted by name, without hidden files and symbolic
    /// links) or an archive. Archives inside a folder are listed with their members; archives
    /// inside archives are not opened.
    ///
    /// # Errors
    ///
    /// A path that cannot be read, an archive that cannot be opened, too many files.
    pub fn open(path: impl AsRef<Path>, options: InputOptions) -> Result<Self, InputError> {
        let path = path.as_ref().to_path_buf();
        let mut paths = Vec::new();
        let is_folder = metadata(&path)?.is_dir();
        if is_folder {
            list_folder(&path, &options.limits, &mut paths)?;
        } else {
            paths.push(path.clone());
        }
        let mut input = Self {
            path: path.clone(),
            options,
            disk_files: Vec::new(),
            files: Vec::new(),
        };
        for disk_path in paths {
            let root = if is_folder {
                Some(path.as_path())
            } else {
                None
            };
            input.add(disk_path, root)?;
        }
        input
            .files
            .sort_by(|left, right| left.name.cmp(&right.name));
        Ok(input)
    }

    fn add(&mut self, path: PathBuf, root: Option<&Path>) -> Result<(), InputError> {
        let name = display_name(&path, root);
        let disk_bytes = metadata(&path)?.len();
        let archive = Archive::open(&path, &name, &self.options.limits)?;
        let disk_index = self.disk_files.len();
        match &archive {
            Some(archive) => {
                for member in archive.members(&name)? {
                    self.files.push(FileEntry {
                        name: format!("{name}!{}", without_control_characters(&member.name)).into(),
                        size_bytes_hint: Some(member.size_bytes),
                        is_cheap_to_open: member.is_cheap_to_open,
                        disk_index,
                        member_index: Some(member.index),
                    });
                }
            }
            None => self.files.push(FileEntry {
                name: Arc::clone(&name),
                size_bytes_hint: Some(disk_bytes),
                is_cheap_to_open: true,
                disk_index,
                member_index: None,
            }),
        }
        if self.files.len() > self.options.limits.file_count_max {
            return Err(self.too_many_files());
        }
        self.disk_files.push(DiskFile {
            path,
            archive,
            guard: ExpansionGuard {
                disk_name: name,
                disk_bytes,
                delivered_bytes: Arc::new(AtomicU64::new(0)),
            },
        });
        Ok(())
    }

    fn too_many_files(&self) -> InputError {
        InputError::TooManyFiles {
            file: self.path.display().to_string().into(),
            limit: self.options.limits.file_count_max,
        }
    }

    /// The path that was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files, sorted by name.
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// Bytes that the files occupy on the disk, compressed as they are.
    pub fn disk_bytes(&self) -> u64 {
        self.disk_files
            .iter()
            .map(|file| file.guard.disk_bytes)
            .sum()
    }

    /// Where a file lies on the disk by itself; `None` for a member of an archive. It may still
    /// be compressed. For libraries that need a file they can seek in.
    pub fn disk_path(&self, entry: &FileEntry) -> Option<&Path> {
        let disk_file = self.disk_files.get(entry.disk_index)?;
        disk_file.archive.is_none().then_some(&disk_file.path)
    }

    /// Opens one file and gives its decompressed bytes to `visit`.
    ///
    /// The call back, rather than a reader to keep, is what 7z needs. A file may be read more
    /// than once; a member of a solid 7z block costs the decompression of those before it.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened, and whatever `visit` returns.
    pub fn read_file<T, E: From<InputError>>(
        &self,
        entry: &FileEntry,
        visit: impl FnOnce(&mut FileReader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read_file_as(entry, self.options.encoding, visit)
    }

    /// As [`Input::read_file`], for files that are not text as a whole, such as web archives: the
    /// bytes are not transcoded.
    ///
    /// # Errors
    ///
    /// Those of [`Input::read_file`].
    pub fn read_file_bytes<T, E: From<InputError>>(
        &self,
        entry: &FileEntry,
        visit: impl FnOnce(&mut FileReader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read_file_as(entry, Some(TextEncoding::UTF_8), visit)
    }

    fn read_file_as<T, E: From<InputError>>(
        &self,
        entry: &FileEntry,
        encoding: Option<TextEncoding>,
        visit: impl FnOnce(&mut FileReader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let disk_file = &self.disk_files[entry.disk_index];
        let limits = &self.options.limits;
        let guard = Some(disk_file.guard.clone());
        match (&disk_file.archive, entry.member_index) {
            (Some(archive), Some(index)) => {
                archive.read_member(index, &entry.name, limits, |stream| {
                    let name = Arc::clone(&entry.name);
                    visit(&mut FileReader::open(
                        name, stream, limits, encoding, guard,
                    )?)
                })
            }
            _ => {
                let file = File::open(&disk_file.path).map_err(|source| InputError::Open {
                    path: disk_file.path.clone(),
                    source,
                })?;
                let name = Arc::clone(&entry.name);
                visit(&mut FileReader::open(
                    name,
                    Box::new(file),
                    limits,
                    encoding,
                    guard,
                )?)
            }
        }
    }
}

fn metadata(path: &Path) -> Result<fs::Metadata, InputError> {
    fs::metadata(path).map_err(|source| InputError::Open {
        path: path.to_path_buf(),
        source,
    })
}

fn list_folder(folder: &Path, limits: &Limits, paths: &mut Vec<PathBuf>) -> Result<(), InputError> {
    let failed = |source| InputError::Open {
        path: folder.to_path_buf(),
        source,
    };
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                paths.push(entry.path());
            }
            if paths.len() + folders.len() > limits.file_count_max {
                return Err(InputError::TooManyFiles {
                    file: folder.display().to_string().into(),
                    limit: limits.file_count_max,
                });
            }
        }
    }
    paths.sort();
    Ok(())
}

fn display_name(path: &Path, root: Option<&Path>) -> Arc<str> {
    let relative = match root {
        Some(root) => path.strip_prefix(root).unwrap_or(path),
        None => path.file_name().map(Path::new).unwrap_or(path),
    };
    without_control_characters(&relative.to_string_lossy().replace('\\', "/")).into()
}

/// Names come from the input and are shown on terminals.
fn without_control_characters(name: &str) -> String {
    name.chars()
        .map(|letter| {
            if letter.is_control() {
                '\u{FFFD}'
            } else {
                letter
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
