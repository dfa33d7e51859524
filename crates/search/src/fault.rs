//! Errors of the library to errors of ours.

use std::path::Path;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError};

use crate::error::SearchError;

/// What was being done, and where.
#[derive(Clone, Copy)]
pub(crate) struct Fault<'a> {
    action: &'static str,
    folder: &'a Path,
}

impl<'a> Fault<'a> {
    /// `action` is a verb.
    pub fn new(action: &'static str, folder: &'a Path) -> Self {
        Fault { action, folder }
    }

    /// Where.
    pub fn folder(self) -> &'a Path {
        self.folder
    }

    /// The error of ours for one of the library.
    pub fn of(self, error: TantivyError) -> SearchError {
        let folder = self.folder.to_owned();
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => SearchError::WriterBusy { folder },
            TantivyError::DataCorruption(_)
            | TantivyError::IncompatibleIndex(_)
            | TantivyError::DeserializeError(_)
            | TantivyError::SchemaError(_)
            | TantivyError::FieldNotFound(_)
            | TantivyError::OpenReadError(
                OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_),
            ) => self.damaged(error.to_string()),
            TantivyError::IoError(ref io) if is_content_error(io.kind()) => {
                self.damaged(error.to_string())
            }
            TantivyError::OpenReadError(OpenReadError::IoError { ref io_error, .. })
                if is_content_error(io_error.kind()) =>
            {
                self.damaged(error.to_string())
            }
            TantivyError::IoError(_)
            | TantivyError::OpenDirectoryError(_)
            | TantivyError::OpenReadError(_)
            | TantivyError::OpenWriteError(_)
            | TantivyError::ErrorInThread(_)
            | TantivyError::SystemError(_)
            | TantivyError::LockFailure(..) => SearchError::Storage {
                action: self.action,
                folder,
                reason: error.to_string(),
            },
            other => SearchError::Internal {
                reason: other.to_string(),
            },
        }
    }

    /// The index is damaged.
    pub fn damaged(self, reason: String) -> SearchError {
        SearchError::Damaged {
            folder: self.folder.to_owned(),
            reason,
        }
    }

    /// The system refused something.
    pub fn system(self, error: std::io::Error) -> SearchError {
        SearchError::Storage {
            action: self.action,
            folder: self.folder.to_owned(),
            reason: error.to_string(),
        }
    }
}

fn is_content_error(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind;
    matches!(
        kind,
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::Other
    )
}
