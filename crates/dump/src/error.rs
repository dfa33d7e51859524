//! What can end the reading of an input. A damaged row is not here: it is reported in its
//! place as [`crate::Unreadable`] and reading goes on.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why an input cannot be read further, sorted by who must act.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The path cannot be opened or listed. For the person who gave it.
    #[error("cannot open {}: {source}; hint: check the path and its permissions", path.display())]
    Open {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The name of an encoding is not known. For the person who gave it.
    #[error(
        "unknown encoding {label:?}; hint: use a name of the WHATWG list, such as utf-8, windows-1251, koi8-r"
    )]
    UnknownEncoding {
        /// The name given.
        label: String,
    },
    /// An archive or one of its members needs a password. For the person who gave it.
    #[error("{file} is encrypted; hint: decrypt it first, the import takes no passwords")]
    Encrypted {
        /// The archive or member.
        file: Arc<str>,
    },
    /// The input ends in the middle of something. For the person who obtained it.
    #[error(
        "{file} ends in the middle at byte {byte}; hint: the copy is incomplete, obtain it again"
    )]
    Truncated {
        /// The file.
        file: Arc<str>,
        /// Offset in the decompressed file at which the input ended; for a container that
        /// cannot be opened at all, the size of the container.
        byte: u64,
    },
    /// A container contradicts itself. For the person who obtained it.
    #[error(
        "{file} is damaged at byte {byte}: {what}; hint: obtain it again or repair the archive"
    )]
    Damaged {
        /// The file.
        file: Arc<str>,
        /// Offset in the decompressed file.
        byte: u64,
        /// What is wrong.
        what: String,
    },
    /// The structure around the rows is broken, so no further row can be found.
    #[error("{file} is not well-formed at byte {byte}: {what}")]
    Malformed {
        /// The file.
        file: Arc<str>,
        /// Offset in the decompressed file.
        byte: u64,
        /// What is wrong.
        what: String,
    },
    /// An XML file declares a document type, through which entities could be expanded without
    /// bound. Dumps do not need one.
    #[error(
        "{file} declares a document type at byte {byte}, which is refused; hint: remove the DOCTYPE if the file is trusted"
    )]
    DocumentType {
        /// The file.
        file: Arc<str>,
        /// Offset in the decompressed file.
        byte: u64,
    },
    /// A small file expands to a very large one.
    #[error(
        "{file} expands to more than {ratio} times its size, which is refused; hint: raise the expansion limit if the file is trusted"
    )]
    Expansion {
        /// The file as it lies on the disk.
        file: Arc<str>,
        /// The limit that was passed.
        ratio: u64,
    },
    /// An archive or a folder has too many members.
    #[error("{file} holds more than {limit} files; hint: import a part of it or raise the limit")]
    TooManyFiles {
        /// The archive or folder.
        file: Arc<str>,
        /// The limit that was passed.
        limit: usize,
    },
    /// Decompression would need more memory than allowed.
    #[error("{file} needs more memory to decompress than allowed ({limit}); hint: {hint}")]
    Memory {
        /// The file.
        file: Arc<str>,
        /// The limit that was passed, with its unit.
        limit: String,
        /// What to do.
        hint: &'static str,
    },
    /// A compression method that is not supported.
    #[error(
        "{file} uses {what}, which is not supported; hint: repack it as zip, gz, zst or 7z (LZMA)"
    )]
    Unsupported {
        /// The file.
        file: Arc<str>,
        /// The method.
        what: String,
    },
    /// The system failed to read. For the operator.
    #[error("cannot read {file} at byte {byte}: {source}")]
    Read {
        /// The file.
        file: Arc<str>,
        /// Offset in the decompressed file.
        byte: u64,
        /// What the system said.
        source: io::Error,
    },
}

impl InputError {
    /// Sorts an error of a reader or decompressor by what it means for the input.
    pub(crate) fn from_io(
        file: &Arc<str>,
        byte: u64,
        limits: &crate::Limits,
        source: io::Error,
    ) -> Self {
        let file = Arc::clone(file);
        match source.kind() {
            io::ErrorKind::UnexpectedEof => Self::Truncated { file, byte },
            // The decompressors have no kind of their own for this; zstd says it in words.
            _ if source.to_string().contains("too much memory") => Self::Memory {
                file,
                limit: format!("a window of 2^{} bytes", limits.zstd_window_log_max),
                hint: "raise the zstd window limit, at most 31",
            },
            io::ErrorKind::OutOfMemory => Self::Memory {
                file,
                limit: format!("{} KiB", limits.decoder_memory_kib_max),
                hint: "raise the decoder memory limit",
            },
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                Self::Damaged {
                    file,
                    byte,
                    what: source.to_string(),
                }
            }
            _ => Self::Read { file, byte, source },
        }
    }
}
