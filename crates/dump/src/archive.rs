//! Archives that hold many files: zip and 7z. Their member names are shown, never used as paths.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sevenz_rust2::{BlockDecoder, Password};
use zip::result::ZipError;

use crate::{InputError, Limits};

/// A file that several readers share, each with its own position.
#[derive(Debug, Clone)]
pub(crate) struct SharedFile {
    file: Arc<Mutex<File>>,
    position: u64,
}

impl SharedFile {
    fn new(file: File) -> Self {
        Self {
            file: Arc::new(Mutex::new(file)),
            position: 0,
        }
    }
}

impl Read for SharedFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.position))?;
        let count = file.read(out)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        self.position = match target {
            SeekFrom::Start(position) => position,
            SeekFrom::Current(offset) => offset_by(self.position, offset)?,
            SeekFrom::End(offset) => {
                let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                let end = file.seek(SeekFrom::End(0))?;
                offset_by(end, offset)?
            }
        };
        Ok(self.position)
    }
}

fn offset_by(position: u64, offset: i64) -> io::Result<u64> {
    position
        .checked_add_signed(offset)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "seek before the start"))
}

/// An opened archive: its directory is in memory, its contents are not.
#[derive(Debug)]
pub(crate) enum Archive {
    Zip(zip::ZipArchive<SharedFile>),
    SevenZip {
        directory: Box<sevenz_rust2::Archive>,
        file: SharedFile,
    },
}

/// A member that holds data.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    pub(crate) is_cheap_to_open: bool,
}

const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
const EMPTY_ZIP_MAGIC: &[u8] = b"PK\x05\x06";
const SEVEN_ZIP_MAGIC: &[u8] = b"7z\xBC\xAF\x27\x1C";

impl Archive {
    /// Opens the file as an archive if its first bytes say that it is one.
    pub(crate) fn open(
        path: &Path,
        name: &Arc<str>,
        limits: &Limits,
    ) -> Result<Option<Self>, InputError> {
        let failed = |source| InputError::Open {
            path: path.to_path_buf(),
            source,
        };
        let mut file = File::open(path).map_err(failed)?;
        let mut magic = Vec::new();
        (&mut file)
            .take(SEVEN_ZIP_MAGIC.len() as u64)
            .read_to_end(&mut magic)
            .map_err(failed)?;
        let size_bytes = file.metadata().map_err(failed)?.len();
        let mut file = SharedFile::new(file);
        if magic.starts_with(ZIP_MAGIC) || magic.starts_with(EMPTY_ZIP_MAGIC) {
            let archive = zip::ZipArchive::new(file)
                .map_err(|error| unusable_zip(name, size_bytes, error))?;
            check_count(name, archive.len(), limits)?;
            return Ok(Some(Self::Zip(archive)));
        }
        if magic == SEVEN_ZIP_MAGIC {
            if !reaches_seven_zip_directory(&mut file, size_bytes).map_err(failed)? {
                return Err(InputError::Truncated {
                    file: Arc::clone(name),
                    byte: size_bytes,
                });
            }
            let directory = sevenz_rust2::Archive::read_with_memory_limit(
                &mut file,
                &Password::empty(),
                limits.decoder_memory_kib_max,
            )
            .map_err(|error| seven_zip_error(name, size_bytes, limits, error))?;
            check_count(name, directory.files.len(), limits)?;
            let directory = Box::new(directory);
            return Ok(Some(Self::SevenZip { directory, file }));
        }
        Ok(None)
    }

    /// The members that are files, in the order of the archive.
    pub(crate) fn members(&self, name: &Arc<str>) -> Result<Vec<Member>, InputError> {
        match self {
            Self::Zip(archive) => zip_members(archive, name),
            Self::SevenZip { directory, .. } => Ok(seven_zip_members(directory)),
        }
    }

    /// Calls back with the stream of a member.
    pub(crate) fn read_member<T, E: From<InputError>>(
        &self,
        index: usize,
        name: &Arc<str>,
        limits: &Limits,
        visit: impl FnOnce(Box<dyn Read + '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Self::Zip(archive) => {
                let mut archive = archive.clone();
                let member = archive
                    .by_index(index)
                    .map_err(|error| zip_error(name, error))?;
                visit(Box::new(member))
            }
            Self::SevenZip { directory, file } => {
                read_seven_zip_member(directory, file, index, name, limits, visit)
            }
        }
    }
}

/// The first bytes of a 7z archive say where its directory stands, which is at the end. If that
/// lies beyond the end of the file, the rest is missing.
fn reaches_seven_zip_directory(file: &mut SharedFile, size_bytes: u64) -> io::Result<bool> {
    const HEADER_BYTES: u64 = 32;
    if size_bytes < HEADER_BYTES {
        return Ok(false);
    }
    let mut place = [0; 16];
    file.seek(SeekFrom::Start(12))?;
    file.read_exact(&mut place)?;
    let (offset, length) = place.split_at(8);
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    let directory_end = HEADER_BYTES
        .saturating_add(number(offset))
        .saturating_add(number(length));
    Ok(directory_end <= size_bytes)
}

fn check_count(name: &Arc<str>, count: usize, limits: &Limits) -> Result<(), InputError> {
    if count > limits.file_count_max {
        return Err(InputError::TooManyFiles {
            file: Arc::clone(name),
            limit: limits.file_count_max,
        });
    }
    Ok(())
}

fn zip_members(
    archive: &zip::ZipArchive<SharedFile>,
    name: &Arc<str>,
) -> Result<Vec<Member>, InputError> {
    let mut archive = archive.clone();
    let mut members = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let member = archive
            .by_index_raw(index)
            .map_err(|error| zip_error(name, error))?;
        if member.is_dir() {
            continue;
        }
        members.push(Member {
            index,
            name: String::from_utf8_lossy(member.name_raw()).into_owned(),
            size_bytes: member.size(),
            is_cheap_to_open: true,
        });
    }
    Ok(members)
}

fn seven_zip_members(directory: &sevenz_rust2::Archive) -> Vec<Member> {
    let blocks = &directory.stream_map;
    let is_first_of_block =
        |index: usize| match blocks.file_block_index.get(index).copied().flatten() {
            Some(block) => blocks.block_first_file_index.get(block) == Some(&index),
            None => true,
        };
    directory
        .files
        .iter()
        .enumerate()
        .filter(|(_, entry)| !entry.is_directory && !entry.is_anti_item)
        .map(|(index, entry)| Member {
            index,
            name: entry.name.clone(),
            size_bytes: entry.size,
            is_cheap_to_open: is_first_of_block(index),
        })
        .collect()
}

fn read_seven_zip_member<T, E: From<InputError>>(
    directory: &sevenz_rust2::Archive,
    file: &SharedFile,
    index: usize,
    name: &Arc<str>,
    limits: &Limits,
    visit: impl FnOnce(Box<dyn Read + '_>) -> Result<T, E>,
) -> Result<T, E> {
    let Some(block) = directory
        .stream_map
        .file_block_index
        .get(index)
        .copied()
        .flatten()
    else {
        return visit(Box::new(io::empty()));
    };
    let password = Password::empty();
    let mut file = file.clone();
    let decoder = BlockDecoder::new_with_memory_limit(
        1,
        limits.decoder_memory_kib_max,
        block,
        directory,
        &password,
        &mut file,
    );
    let wanted = &directory.files[index];
    let mut visit = Some(visit);
    let mut outcome = None;
    let decoded = decoder.for_each_entries(&mut |entry, stream| {
        if !std::ptr::eq(entry, wanted) {
            // The decoder itself passes over what a callback leaves unread.
            return Ok(true);
        }
        outcome = visit.take().map(|visit| visit(Box::new(stream)));
        Ok(false)
    });
    match (outcome, decoded) {
        (Some(outcome), _) => outcome,
        (None, Err(error)) => Err(seven_zip_error(name, 0, limits, error).into()),
        (None, Ok(_)) => Err(InputError::Damaged {
            file: Arc::clone(name),
            byte: 0,
            what: "the archive's directory names a member that its data do not hold".to_string(),
        }
        .into()),
    }
}

/// An archive that begins like one but cannot be opened: its directory stands at its end, so the
/// usual cause is that the end is missing.
fn unusable_zip(name: &Arc<str>, size_bytes: u64, error: ZipError) -> InputError {
    match error {
        ZipError::InvalidArchive(_) => InputError::Truncated {
            file: Arc::clone(name),
            byte: size_bytes,
        },
        other => zip_error(name, other),
    }
}

fn zip_error(name: &Arc<str>, error: ZipError) -> InputError {
    let file = Arc::clone(name);
    match error {
        ZipError::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
            InputError::Truncated { file, byte: 0 }
        }
        ZipError::Io(source) => InputError::Read {
            file,
            byte: 0,
            source,
        },
        ZipError::UnsupportedArchive(what) if what == ZipError::PASSWORD_REQUIRED => {
            InputError::Encrypted { file }
        }
        ZipError::UnsupportedArchive(what) => InputError::Unsupported {
            file,
            what: what.to_string(),
        },
        ZipError::CompressionMethodNotSupported(method) => InputError::Unsupported {
            file,
            what: format!("zip compression method {method}"),
        },
        other => InputError::Damaged {
            file,
            byte: 0,
            what: other.to_string(),
        },
    }
}

fn seven_zip_error(
    name: &Arc<str>,
    byte: u64,
    limits: &Limits,
    error: sevenz_rust2::Error,
) -> InputError {
    use sevenz_rust2::Error;
    let file = Arc::clone(name);
    match error {
        Error::Io(source, _) => InputError::from_io(&file, byte, limits, source),
        Error::PasswordRequired | Error::MaybeBadPassword(_) => InputError::Encrypted { file },
        Error::MaxMemLimited { .. } => InputError::Memory {
            file,
            limit: format!("{} KiB", limits.decoder_memory_kib_max),
            hint: "raise the decoder memory limit",
        },
        Error::UnsupportedCompressionMethod(what) => InputError::Unsupported { file, what },
        Error::Unsupported(what) => InputError::Unsupported {
            file,
            what: what.to_string(),
        },
        other => InputError::Damaged {
            file,
            byte,
            what: other.to_string(),
        },
    }
}
