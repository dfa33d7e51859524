//! A job as it is kept on the disk: `job.json` in a folder of its own, and its results beside it.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use entangle_access::{Role, SourceFilter};
use serde::{Deserialize, Serialize};

use super::request::JobRequest;
use crate::caller::Caller;
use crate::error::ApiError;

const RECORD_FILE: &str = "job.json";
/// Results of a job that has succeeded.
pub const FILES_FOLDER: &str = "files";
/// What a job writes while it runs.
pub const WORK_FOLDER: &str = "work";

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits for the one that runs.
    Queued,
    /// It runs.
    Running,
    /// It has ended, and its results can be fetched.
    Succeeded,
    /// It has ended with an error.
    Failed,
    /// The server ended while it waited or ran.
    Interrupted,
}

impl JobState {
    /// Whether nothing more will come of it.
    pub fn is_final(self) -> bool {
        !matches!(self, JobState::Queued | JobState::Running)
    }
}

/// A result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFile {
    /// Its name within the job's results; parts separated by slashes.
    pub name: String,
    /// Its size.
    pub byte_count: u64,
}

/// Why a job failed, in the shape of the errors of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobError {
    /// One of the codes of docs/reference/api-errors.md.
    pub code: String,
    /// What happened and where.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl From<ApiError> for JobError {
    fn from(error: ApiError) -> Self {
        let detail = error.body().error;
        Self {
            code: detail.code.to_owned(),
            message: detail.message,
            hint: detail.hint,
        }
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    /// Its id.
    pub job_id: String,
    /// How far it is.
    pub state: JobState,
    /// The key that asked for it.
    pub key_id: String,
    /// The role of that key.
    pub role: Role,
    /// Sources that the key may read; absent where it may read all.
    pub sources: Option<Vec<String>>,
    /// What it is for; absent where nothing identified is read.
    pub purpose: Option<String>,
    /// What is to be done.
    pub request: JobRequest,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it began; absent before.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended; absent before.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed; absent where it did not.
    pub error: Option<JobError>,
    /// Its results.
    pub files: Vec<JobFile>,
}

impl JobRecord {
    /// A job that a caller asks for.
    pub fn new(job_id: String, caller: &Caller, request: JobRequest) -> Self {
        let admission = &caller.admission;
        Self {
            job_id,
            state: JobState::Queued,
            key_id: admission.key_id.as_str().to_owned(),
            role: admission.role,
            sources: match &admission.sources {
                SourceFilter::All => None,
                SourceFilter::Only(sources) => Some(sources.iter().cloned().collect()),
            },
            purpose: admission.purpose.clone(),
            request,
            created_at: Utc::now(),
            started_at: None,
            finished_at: None,
            error: None,
            files: Vec::new(),
        }
    }

    /// Writes the record of a job into its folder, whole or not at all.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn save(&self, jobs: &Path) -> std::io::Result<()> {
        let folder = jobs.join(&self.job_id);
        std::fs::create_dir_all(&folder)?;
        let part = folder.join("job.json.part");
        let mut file = std::fs::File::create(&part)?;
        let json = serde_json::to_vec_pretty(self).map_err(std::io::Error::other)?;
        file.write_all(&json)?;
        file.sync_all()?;
        std::fs::rename(part, folder.join(RECORD_FILE))
    }

    /// The record in a folder; `None` where there is none, or none that can be read.
    pub fn load(folder: &Path) -> Option<Self> {
        let bytes = std::fs::read(folder.join(RECORD_FILE)).ok()?;
        let record: Self = serde_json::from_slice(&bytes).ok()?;
        let name = folder.file_name()?.to_str()?;
        (record.job_id == name).then_some(record)
    }
}

/// Removes a folder that may be gone already.
///
/// # Errors
/// Where the disk refuses.
pub fn remove_folder(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// The files below a folder, sorted by name.
///
/// # Errors
/// Where it cannot be listed.
pub fn list_files(folder: &Path) -> std::io::Result<Vec<JobFile>> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else if kind.is_file() {
                let byte_count = entry.metadata()?.len();
                files.push(JobFile { name, byte_count });
            }
        }
    }
    files.sort_unstable_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

/// Where the results of a job lie.
pub fn files_folder(jobs: &Path, job_id: &str) -> PathBuf {
    jobs.join(job_id).join(FILES_FOLDER)
}
