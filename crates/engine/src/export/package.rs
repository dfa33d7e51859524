//! A study as a frozen package: run anew on a snapshot, with what is needed to check and cite it.
//!
//! The study is run and not copied from a report, so nobody can hand in a report that names accounts.

use std::fs;
use std::path::{Path, PathBuf};

pub use chrono::NaiveDate;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
pub use entangle_export::package::WrittenPackage;
use entangle_export::package::{PackageAbout, PackageWriter};
pub use entangle_export::{Author, Citation};
use entangle_export::{CodebookColumn, CodebookTable, ExportError};
use entangle_population::StudyConfig;
use entangle_store::Workspace;

use super::document::write_whole;
use super::refuse_existing;
use crate::disclosure::Disclosure;
use crate::{EngineError, Progress, study};

/// The list of accounts under pseudonyms that a study writes.
const ACCOUNT_LIST: &str = "tables/crossover_accounts.csv";

/// What a package holds and says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRequest {
    /// The folder; must not be there.
    pub out: PathBuf,
    /// The study file.
    pub study_text: String,
    /// Text of the licence.
    pub licence_text: String,
    /// SPDX identifier of the licence; `None` where it has none.
    pub licence_identifier: Option<String>,
    /// Title of the data; that of the study where `None`.
    pub title: Option<String>,
    /// What the data are, in some sentences.
    pub summary: String,
    /// Version of the data.
    pub version: String,
    /// When they are released.
    pub released_on: NaiveDate,
    /// Authors in order; at least one.
    pub authors: Vec<Author>,
    /// DOI; `None` where there is none yet.
    pub doi: Option<String>,
}

/// An author as it is typed: `Family, Given`, or the name of a group.
pub fn author(text: &str) -> Author {
    match text.split_once(',') {
        Some((family, given)) => Author::Person {
            given_names: given.trim().to_owned(),
            family_names: family.trim().to_owned(),
            orcid: None,
        },
        None => Author::Entity {
            name: text.trim().to_owned(),
        },
    }
}

/// The day on which a package is released unless somebody says another.
pub fn today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}

/// Runs a study over a snapshot and writes it as a package. Accounts stand under pseudonyms, and the
/// key of these stays in the workspace.
///
/// # Errors
/// What [`study::run_text`] gives; an output that is there; a package without author, licence or
/// title. Nothing is left of a package that fails.
pub async fn export_package(
    workspace: &Workspace,
    snapshot: Option<u64>,
    request: &PackageRequest,
    progress: &mut dyn Progress,
) -> Result<WrittenPackage, EngineError> {
    refuse_existing(&request.out)?;
    let title = match &request.title {
        Some(title) => title.clone(),
        None => StudyConfig::parse(&request.study_text)?.title,
    };
    let about = PackageAbout {
        citation: Citation {
            title,
            summary: request.summary.clone(),
            version: request.version.clone(),
            released_on: request.released_on,
            authors: request.authors.clone(),
            licence_identifier: request.licence_identifier.clone(),
            doi: request.doi.clone(),
        },
        licence_text: request.licence_text.clone(),
        study_file: request.study_text.clone(),
    };
    write_whole(&request.out, async |place: &Path| {
        // Refuses what is missing before the study takes its time.
        let package = PackageWriter::create(place, about)?;
        let beside = place.parent().unwrap_or(Path::new("."));
        let report =
            tempfile::tempdir_in(beside).map_err(file_error("create a folder in", beside))?;
        let names = &Disclosure::Pseudonyms;
        let text = &request.study_text;
        study::run_text(workspace, snapshot, text, report.path(), names, progress).await?;
        fill(package, report.path())
    })
    .await
}

fn fill(mut package: PackageWriter, report: &Path) -> Result<WrittenPackage, EngineError> {
    let mut files = Vec::new();
    list_files(report, "", &mut files)?;
    files.sort_unstable();
    PackageWriter::check_files(files.iter().map(String::as_str))?;
    for file in &files {
        let path = report.join(file);
        let copy = |out: &mut dyn std::io::Write| -> Result<(), ExportError> {
            std::io::copy(&mut fs::File::open(&path)?, out)?;
            Ok(())
        };
        match codebook_entry(file, &path)? {
            Some(table) => package.add_table(table, copy)?,
            None => package.add_file(file, copy)?,
        }
    }
    Ok(package.finish()?)
}

/// What the codebook says of a file; `None` where it is no table, or the same table in another
/// format.
fn codebook_entry(file: &str, path: &Path) -> Result<Option<CodebookTable>, EngineError> {
    if file == ACCOUNT_LIST {
        return Ok(Some(account_list()));
    }
    let Some(stem) = file.strip_suffix(".parquet") else {
        return Ok(None);
    };
    let opened = fs::File::open(path).map_err(file_error("read", path))?;
    let schema = ParquetRecordBatchReaderBuilder::try_new(opened)
        .map_err(|error| EngineError::from(datafusion::error::DataFusionError::from(error)))?
        .schema()
        .clone();
    let name = stem.rsplit('/').next().unwrap_or(stem).replace('_', " ");
    let about = format!("the table {name:?} of the study; report.md says what it shows");
    Ok(Some(CodebookTable::from_schema(file, &about, &schema)))
}

fn account_list() -> CodebookTable {
    let column = |name: &str, column_type: &str, unit: Option<&str>, about: &str| CodebookColumn {
        name: name.to_owned(),
        column_type: column_type.to_owned(),
        unit: unit.map(str::to_owned),
        null_means: None,
        about: Some(about.to_owned()),
    };
    CodebookTable {
        file: ACCOUNT_LIST.to_owned(),
        about: "one row per account of the public source and target source with a possible link at or above the threshold of the study".to_owned(),
        columns: vec![
            column("account", "text", None, "pseudonym of the account; its key is not part of this package"),
            column("target_source", "text", None, "the source in which the linked account is"),
            column("match_probability", "number", Some("probability, 0 to 1"), "the highest probability among its links with that source"),
        ],
    }
}

fn list_files(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<(), EngineError> {
    for entry in fs::read_dir(folder).map_err(file_error("list", folder))? {
        let entry = entry.map_err(file_error("list", folder))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => list_files(&entry.path(), &format!("{name}/"), files)?,
            false => files.push(name),
        }
    }
    Ok(())
}

fn file_error(
    action: &'static str,
    path: &Path,
) -> impl FnOnce(std::io::Error) -> EngineError + use<> {
    let path = path.to_owned();
    move |source| EngineError::File {
        action,
        path,
        source,
    }
}
