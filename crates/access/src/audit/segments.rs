//! The files of a log: `audit.jsonl` is written, `audit-000001.jsonl` and so on are closed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Attempt, Result};

const CLOSED_PREFIX: &str = "audit-";
const SUFFIX: &str = ".jsonl";

/// Names of a log's files.
#[derive(Debug, Clone)]
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The segment that is written.
    pub fn current(&self) -> PathBuf {
        self.folder.join("audit.jsonl")
    }

    /// A segment that was closed, by its number from 1.
    pub fn closed(&self, number: u64) -> PathBuf {
        self.folder
            .join(format!("{CLOSED_PREFIX}{number:06}{SUFFIX}"))
    }

    pub fn head(&self) -> PathBuf {
        self.folder.join("audit.head")
    }

    pub fn lock(&self) -> PathBuf {
        self.folder.join("audit.lock")
    }

    /// The key of the digests of parameters.
    pub fn digest_key(&self) -> PathBuf {
        self.folder.join("audit.key")
    }

    /// Numbers of the closed segments that are there, sorted.
    pub fn closed_numbers(&self) -> Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.folder).attempt("list", &self.folder)? {
            let name = entry.attempt("list", &self.folder)?.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix(CLOSED_PREFIX))
                .and_then(|name| name.strip_suffix(SUFFIX))
                .and_then(|number| number.parse().ok());
            // Only the name that we would give: `audit-1.jsonl` is no segment.
            let is_ours = |number: &u64| self.closed(*number).file_name() == Some(&name);
            numbers.extend(number.filter(is_ours));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }
}
