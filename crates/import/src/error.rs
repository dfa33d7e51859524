//! What can end an import. A bad row never does: it becomes a reject.

use entangle_dump::InputError;

/// Why an import ended, sorted by who must act.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// No importer recognises the input with enough confidence. For the person who imports.
    #[error(
        "cannot tell the format: {best} fits with confidence {best_confidence:.2}, {runner_up} with {runner_up_confidence:.2}; hint: pass --format with a name that `entangle formats` lists"
    )]
    FormatInDoubt {
        /// The importer that fits best.
        best: &'static str,
        /// Its confidence.
        best_confidence: f64,
        /// The importer that fits second best.
        runner_up: &'static str,
        /// Its confidence.
        runner_up_confidence: f64,
    },
    /// No importer recognises anything of the input. For the person who imports.
    #[error(
        "no importer recognises the input; hint: pass --format with a name that `entangle formats` lists, or --guess to begin a mapping of tables"
    )]
    FormatNotRecognised,
    /// No importer has this name. For the person who imports.
    #[error("unknown format {name:?}; hint: `entangle formats` lists the names")]
    UnknownFormat {
        /// The name given.
        name: String,
    },
    /// The input has none of the files that the importer reads. For the person who imports.
    #[error("the input holds nothing that {format} reads; it looks for {expected}")]
    NothingToRead {
        /// The importer.
        format: &'static str,
        /// What it looks for.
        expected: &'static str,
    },
    /// The input holds several sources, which would run together. For the person who imports.
    #[error("the input holds several files named {file}; hint: import one source at a time")]
    SeveralSources {
        /// The name that occurs more than once.
        file: String,
    },
    /// The pattern that declares the lines of a log cannot be understood. For the person who
    /// imports.
    #[error(
        "cannot understand the line pattern {pattern:?}: {problem}; hint: write it like {example:?}"
    )]
    LinePattern {
        /// The pattern given.
        pattern: String,
        /// What is wrong with it.
        problem: &'static str,
        /// A pattern that works.
        example: &'static str,
    },
    /// A mapping file cannot be used. For the person who wrote it.
    #[error("the mapping cannot be used: {what}; hint: see docs/formats/mapping.md")]
    Mapping {
        /// What is wrong, and in which table.
        what: String,
    },
    /// The input cannot be read to its end.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The records could not be stored. For the operator.
    #[error("cannot store the records: {0}")]
    Sink(#[source] Box<dyn std::error::Error + Send + Sync>),
}
