//! `export`: accounts, posts, links and personas of a snapshot as documents of other programs.
//!
//! Rows are streamed from the tables and written as they come; what a format holds in memory is said
//! with it. By default accounts stand under pseudonyms, which are their keys as well, and neither
//! contacts nor texts of posts are written. Names, contacts and texts need a recorded reason.

mod document;
pub mod package;
mod rows;
mod tables;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
pub use entangle_export::{ExportCounts, ExportError, Tlp};
use entangle_store::Workspace;

use crate::disclosure::{Disclosure, Pseudonyms};
use crate::query::{session, snapshot_of};
use crate::{EngineError, Progress, ProgressUnit};
use document::{Document, write_whole};
use rows::Rows;
pub use tables::{TableFormat, export_query, export_reader_query};

/// Formats of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordFormat {
    /// A STIX 2.1 bundle, one file.
    Stix,
    /// A MISP event, one file.
    Misp,
    /// A graph of accounts, one file.
    Gexf,
    /// The same as GraphML.
    Graphml,
    /// The same as two tables for Gephi, a folder.
    GephiCsv,
    /// A ConvoKit corpus, a folder.
    Convokit,
}

impl RecordFormat {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordFormat::Stix => "stix",
            RecordFormat::Misp => "misp",
            RecordFormat::Gexf => "gexf",
            RecordFormat::Graphml => "graphml",
            RecordFormat::GephiCsv => "gephi_csv",
            RecordFormat::Convokit => "convokit",
        }
    }

    /// Whether posts stand in the document. Graphs have their replies instead.
    fn has_posts(self) -> bool {
        matches!(
            self,
            RecordFormat::Stix | RecordFormat::Misp | RecordFormat::Convokit
        )
    }

    /// Whether replies stand in the document between accounts.
    fn has_edges(self) -> bool {
        !matches!(self, RecordFormat::Convokit | RecordFormat::Misp)
    }
}

/// What is exported and how.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportRequest {
    /// The format.
    pub format: RecordFormat,
    /// The file, or the folder of a format that has several; must not be there.
    pub out: PathBuf,
    /// Sources whose records are exported; `None` for all. Links and personas need all their
    /// accounts among them.
    pub sources: Option<Vec<String>>,
    /// Links below this probability are left out.
    pub least_link_probability: f64,
    /// Whether posts are exported where the format has them.
    pub has_posts: bool,
    /// Marking, where the format has one.
    pub tlp: Tlp,
    /// How accounts are shown; contacts and texts are exported with names only.
    pub disclosure: Disclosure,
}

/// Exports records of a snapshot.
///
/// # Errors
/// An output that is there, a source that is not, a query or a disk that fails, a disclosure that
/// cannot be recorded. Nothing is left of an export that fails.
pub async fn export_records(
    workspace: &Workspace,
    snapshot: Option<u64>,
    request: &ExportRequest,
    progress: &mut dyn Progress,
) -> Result<ExportCounts, EngineError> {
    refuse_existing(&request.out)?;
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let command = format!("export {}", request.format.as_str());
    request.disclosure.record(workspace, &command)?;
    let rows = Rows::new(&context, request, Pseudonyms::of(workspace)?).await?;
    let made_at = instant_of(snapshot.record().created_at);
    progress.stage("export", None, ProgressUnit::Uncounted);
    write_whole(&request.out, async |place: &Path| {
        let mut document = Document::create(request, place, made_at)?;
        rows.write_to(document.writer(), progress).await?;
        let counts = document.writer().finish()?;
        document.close()?;
        Ok(counts)
    })
    .await
}

/// The instant of a snapshot to the second, which every format can write.
pub(crate) fn instant_of(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(instant.timestamp(), 0).unwrap_or_default()
}

/// An export never replaces a file.
fn refuse_existing(out: &Path) -> Result<(), EngineError> {
    match out.exists() {
        false => Ok(()),
        true => Err(EngineError::User(format!(
            "{} is there already\nhint: give another name, or remove it first",
            out.display()
        ))),
    }
}
