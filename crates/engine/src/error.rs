//! What may go wrong, sorted by who must act.

use std::path::PathBuf;

use datafusion::error::DataFusionError;
use entangle_dump::InputError;
use entangle_import::ImportError;
use entangle_linkage::LinkageError;
use entangle_population::{PopulationError, StudyConfigError};
use entangle_report::ReportError;
use entangle_simulate::SimulateError;
use entangle_store::StoreError;

/// Who must act on an error; the program's exit code says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responsible {
    /// The person at the command line: a wrong name, a missing option.
    User,
    /// The input is not what it should be.
    Data,
    /// The machine: disk, memory, rights.
    Operator,
    /// The program itself.
    Program,
}

/// Any error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Something the user named does not exist or does not fit; the text says what to do.
    #[error("{0}")]
    User(String),
    /// An input held nothing that its format knows.
    #[error("{path} was read as {format} and holds no rows of it; the workspace is unchanged\nhint: check --format, and that the file is what it should be", path = path.display())]
    NothingFound {
        /// The input.
        path: PathBuf,
        /// The format it was read as.
        format: &'static str,
    },
    /// An input held rows, and not one of them could be used.
    #[error("{path} was read as {format} and not one of its {asked_count} rows could be used; the workspace is unchanged\nfirst reason: {first_reason}\nhint: check --format", path = path.display())]
    NothingUsable {
        /// The input.
        path: PathBuf,
        /// The format it was read as.
        format: &'static str,
        /// Rows found.
        asked_count: u64,
        /// Reason of the first reject.
        first_reason: String,
    },
    /// A file beside the workspace cannot be read or written.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        /// What was attempted, a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A row of a file that the user gave is not of the stated form.
    #[error("cannot read {path}, line {line}: {reason}", path = path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An importer failed.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The linkage failed.
    #[error(transparent)]
    Linkage(#[from] LinkageError),
    /// A model is wrong.
    #[error("the model cannot be used: {0}")]
    Model(#[from] entangle_linkage::model_file::ModelFileError),
    /// The study file is wrong.
    #[error(transparent)]
    StudyConfig(#[from] StudyConfigError),
    /// The study failed.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// The report could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A search could not be asked, or its index not be read or written.
    #[error(transparent)]
    Search(#[from] entangle_search::SearchError),
    /// An export could not be written.
    #[error(transparent)]
    Export(#[from] entangle_export::ExportError),
    /// The world could not be written.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// The register of deletions was made with another key.
    #[error(
        "pseudonym.key is not the one with which deletions were recorded, so an import could bring deleted accounts back\nhint: restore the key from a backup of this workspace"
    )]
    WrongForgottenKey,
    /// A query failed.
    #[error("cannot run the query: {0}")]
    Query(Box<DataFusionError>),
    /// A statement that does more than read.
    #[error("only queries that read are allowed: {0}")]
    NotReading(String),
    /// A query reached one of its limits.
    #[error(
        "the query reached its limit of {what}: {limit}\nhint: ask for less: fewer columns, a narrower WHERE, or a LIMIT"
    )]
    QueryLimit {
        /// What is limited.
        what: &'static str,
        /// How much is allowed, with its unit.
        limit: String,
    },
    /// A cursor that is damaged, or was made for another question or snapshot.
    #[error(
        "the cursor does not belong to this question\nhint: use a cursor with the very question that returned it, or begin without one"
    )]
    InvalidCursor,
    /// Rows and schema of a table disagree: a bug of this program.
    #[error("rows do not fit their table: {0}; this is a bug, please report it")]
    Rows(#[from] arrow::error::ArrowError),
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        EngineError::Query(Box::new(error))
    }
}

impl EngineError {
    /// Who must act.
    pub fn responsible(&self) -> Responsible {
        match self {
            EngineError::User(_)
            | EngineError::Model(_)
            | EngineError::StudyConfig(_)
            | EngineError::NotReading(_)
            | EngineError::QueryLimit { .. }
            | EngineError::InvalidCursor
            | EngineError::Linkage(LinkageError::NothingToLink) => Responsible::User,
            EngineError::NothingFound { .. }
            | EngineError::NothingUsable { .. }
            | EngineError::Row { .. } => Responsible::Data,
            EngineError::WrongForgottenKey => Responsible::Operator,
            EngineError::File { source, .. } => responsible_for_file(source),
            EngineError::Import(error) => responsible_for_import(error),
            EngineError::Store(error) => responsible_for_store(error),
            EngineError::Simulate(error) => responsible_for_world(error),
            EngineError::Query(error) => responsible_for_query(error),
            EngineError::Linkage(LinkageError::Plan { source, .. })
            | EngineError::Population(PopulationError::Plan { source, .. }) => {
                responsible_for_own_plan(source)
            }
            EngineError::Population(PopulationError::UnknownPost { .. }) => Responsible::Data,
            EngineError::Population(_) => Responsible::User,
            EngineError::Export(error) => responsible_for_export(error),
            EngineError::Search(error) => responsible_for_search(error),
            EngineError::Report(
                ReportError::CreateFolder { .. } | ReportError::WriteFile { .. },
            ) => Responsible::Operator,
            EngineError::Report(_) | EngineError::Rows(_) => Responsible::Program,
        }
    }
}

/// A file that the user named is not there, is there already, or is no text.
fn responsible_for_file(error: &std::io::Error) -> Responsible {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::AlreadyExists | ErrorKind::IsADirectory => {
            Responsible::User
        }
        ErrorKind::InvalidData => Responsible::Data,
        _ => Responsible::Operator,
    }
}

fn responsible_for_import(error: &ImportError) -> Responsible {
    match error {
        ImportError::FormatInDoubt { .. }
        | ImportError::FormatNotRecognised
        | ImportError::UnknownFormat { .. }
        | ImportError::NothingToRead { .. }
        | ImportError::SeveralSources { .. }
        | ImportError::Mapping { .. }
        | ImportError::LinePattern { .. }
        | ImportError::Input(InputError::Open { .. } | InputError::UnknownEncoding { .. }) => {
            Responsible::User
        }
        ImportError::Input(InputError::Read { .. }) | ImportError::Sink(_) => Responsible::Operator,
        _ => Responsible::Data,
    }
}

fn responsible_for_store(error: &StoreError) -> Responsible {
    match error {
        StoreError::NotAWorkspace { .. }
        | StoreError::AlreadyAWorkspace { .. }
        | StoreError::FolderNotEmpty { .. }
        | StoreError::PathNotUtf8 { .. }
        | StoreError::NewerFormat { .. }
        | StoreError::OlderFormat { .. }
        | StoreError::NoSuchSnapshot { .. }
        | StoreError::NoSuchTable { .. }
        | StoreError::NoSuchColumn { .. }
        | StoreError::RemovedMeanwhile
        | StoreError::ChangedMeanwhile => Responsible::User,
        StoreError::WrongRows { .. } | StoreError::UnfinishedWriter { .. } => Responsible::Program,
        _ => Responsible::Operator,
    }
}

fn responsible_for_world(error: &SimulateError) -> Responsible {
    match error {
        SimulateError::File { source, .. } => responsible_for_file(source),
        SimulateError::ManifestLine { .. } => Responsible::Data,
        _ => Responsible::User,
    }
}

fn responsible_for_search(error: &entangle_search::SearchError) -> Responsible {
    use entangle_search::SearchError;
    match error {
        SearchError::Query(_)
        | SearchError::TooMuch { .. }
        | SearchError::Cursor { .. }
        | SearchError::NotAnIndex { .. } => Responsible::User,
        SearchError::Internal { .. } => Responsible::Program,
        _ => Responsible::Operator,
    }
}

fn responsible_for_export(error: &entangle_export::ExportError) -> Responsible {
    use entangle_export::ExportError;
    match error {
        ExportError::Write(source) | ExportError::File { source, .. } => {
            responsible_for_file(source)
        }
        ExportError::InstantOutOfRange { .. }
        | ExportError::TooLarge { .. }
        | ExportError::LongText { .. }
        | ExportError::PackagePath { .. }
        | ExportError::PackageIncomplete(_) => Responsible::User,
        ExportError::HashList { .. } => Responsible::Data,
        _ => Responsible::Program,
    }
}

fn responsible_for_query(error: &DataFusionError) -> Responsible {
    match error.find_root() {
        DataFusionError::SQL(..)
        | DataFusionError::Plan(_)
        | DataFusionError::SchemaError(..)
        | DataFusionError::NotImplemented(_)
        | DataFusionError::Configuration(_) => Responsible::User,
        DataFusionError::ResourcesExhausted(_) | DataFusionError::IoError(_) => {
            Responsible::Operator
        }
        DataFusionError::Execution(_) | DataFusionError::ArrowError(..) => Responsible::Data,
        _ => Responsible::Program,
    }
}

/// Nobody but us wrote the plan, so nobody else can mend it.
fn responsible_for_own_plan(error: &DataFusionError) -> Responsible {
    match responsible_for_query(error) {
        Responsible::User => Responsible::Program,
        other => other,
    }
}
