//! What can go wrong when a world is written or its list of sources is read back.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A world could not be written or read back. Sorted by who must act.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// The caller asked for an option outside its documented range.
    #[error("option {name} is {value}\nhint: it must lie between {low} and {high}")]
    OptionOutOfRange {
        /// The field of the options.
        name: &'static str,
        /// The value asked for.
        value: f64,
        /// Smallest value allowed.
        low: f64,
        /// Largest value allowed.
        high: f64,
    },
    /// The probabilities of name reuse do not add up to one.
    #[error(
        "the probabilities of name_reuse add up to {sum}\nhint: change them so that they add up to 1"
    )]
    NameReuseSum {
        /// Their sum.
        sum: f64,
    },
    /// The folder has content already; a world never mixes with other files.
    #[error("folder {} is not empty\nhint: give a new folder or remove this one", path.display())]
    FolderNotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A line of `sources.tsv` cannot be read.
    #[error(
        "cannot read line {line} of {}: {reason}\nhint: write the world again, the file is not meant to be edited",
        path.display()
    )]
    ManifestLine {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The operating system refused a file.
    #[error("cannot use {}: {source}\nhint: check free space and permissions", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl SimulateError {
    /// Adds the path to an error of the operating system.
    pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> SimulateError {
        let path = path.into();
        move |source| SimulateError::File { path, source }
    }
}
