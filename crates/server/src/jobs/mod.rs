//! Long work as resources: studies, exports and index builds that are asked for, looked at, cancelled,
//! and whose results are fetched.
//!
//! One runs at a time, on threads of its own, so that requests are answered meanwhile; a bounded
//! number waits. Records and results lie below `server/jobs` of the workspace. A job whose server was
//! killed is *interrupted* at the next start, and results that are too old are removed.

mod record;
mod request;
mod work;

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::Utc;
use entangle_engine::forget::{JOBS_FOLDER, SERVER_FOLDER};
use entangle_engine::{Progress, ProgressUnit};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle};

use record::{FILES_FOLDER, JobError, WORK_FOLDER, list_files, remove_folder};
pub use record::{JobFile, JobRecord, JobState, files_folder};
pub use request::{ExportJob, IndexJob, JobRequest, PackageJob, QueryJob, StudyJob};
pub use work::Tools;

use crate::error::{ApiError, ErrorCode};

/// How often old results are looked for.
const AGE_CHECK_EVERY: Duration = Duration::from_secs(600);
/// When a caller whose job does not fit may ask again, seconds.
const FULL_RETRY_SECONDS: u64 = 30;

/// How far a running job is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobProgress {
    stage: String,
    unit: &'static str,
    done_count: u64,
    total_count: Option<u64>,
}

impl JobProgress {
    fn json(&self) -> Value {
        json!({
            "stage": self.stage,
            "unit": self.unit,
            "done_count": self.done_count,
            "total_count": self.total_count,
        })
    }
}

/// A progress that others can look at.
#[derive(Debug, Clone, Default)]
struct SharedProgress(Arc<Mutex<JobProgress>>);

impl SharedProgress {
    fn now(&self) -> JobProgress {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Progress for SharedProgress {
    fn stage(&mut self, name: &str, total: Option<u64>, unit: ProgressUnit) {
        let mut progress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *progress = JobProgress {
            stage: name.to_owned(),
            unit: match unit {
                ProgressUnit::Bytes => "bytes",
                ProgressUnit::Posts => "posts",
                ProgressUnit::Pairs => "pairs",
                ProgressUnit::Uncounted => "uncounted",
            },
            done_count: 0,
            total_count: total,
        };
    }

    fn advance_to(&mut self, done: u64) {
        let mut progress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        progress.done_count = done;
    }
}

/// A job and how far it is.
#[derive(Debug, Clone)]
pub struct Job {
    /// What is kept of it.
    pub record: JobRecord,
    progress: SharedProgress,
}

impl Job {
    /// How far it is; `None` where it does not run.
    pub fn progress(&self) -> Option<Value> {
        let is_running = self.record.state == JobState::Running;
        is_running.then(|| self.progress.now().json())
    }
}

#[derive(Default)]
struct Inner {
    jobs: BTreeMap<String, Job>,
    queue: VecDeque<String>,
    running: Option<(String, AbortHandle)>,
    is_ending: bool,
}

/// All jobs of a server.
pub struct Jobs {
    folder: PathBuf,
    inner: Mutex<Inner>,
    wake: Notify,
    queued_max: usize,
    age_max: Duration,
    /// Held while this server runs; absent where another server of the workspace has it.
    lock: Mutex<Option<File>>,
}

impl Jobs {
    /// Takes over the jobs of a workspace. Those of a server that was killed are interrupted.
    ///
    /// # Errors
    /// Where the folder cannot be made or read.
    pub fn open(workspace: &Path, queued_max: usize, age_max: Duration) -> std::io::Result<Self> {
        let server = workspace.join(SERVER_FOLDER);
        let folder = server.join(JOBS_FOLDER);
        std::fs::create_dir_all(&folder)?;
        let file = File::create(server.join("lock"))?;
        let lock = match file.try_lock() {
            Ok(()) => Some(file),
            Err(std::fs::TryLockError::WouldBlock) => None,
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        };
        let jobs = Self {
            folder,
            inner: Mutex::default(),
            wake: Notify::new(),
            queued_max,
            age_max,
            lock: Mutex::new(lock),
        };
        if jobs.has_lock() {
            jobs.take_over()?;
        }
        Ok(jobs)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_lock(&self) -> bool {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        lock.is_some()
    }

    /// Lets another server of the workspace have the jobs.
    pub fn release(&self) {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        *lock = None;
    }

    fn take_over(&self) -> std::io::Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let Some(mut record) = JobRecord::load(&path) else {
                // A server that was killed while it made or removed the folder.
                remove_folder(&path)?;
                continue;
            };
            remove_folder(&path.join(WORK_FOLDER))?;
            if !record.state.is_final() {
                self.interrupt(&mut record)?;
            }
            let job = Job {
                record,
                progress: SharedProgress::default(),
            };
            self.inner().jobs.insert(job.record.job_id.clone(), job);
        }
        self.remove_old();
        Ok(())
    }

    fn interrupt(&self, record: &mut JobRecord) -> std::io::Result<()> {
        record.state = JobState::Interrupted;
        record.finished_at = Some(Utc::now());
        let folder = self.folder.join(&record.job_id);
        remove_folder(&folder.join(WORK_FOLDER))?;
        remove_folder(&folder.join(FILES_FOLDER))?;
        record.save(&self.folder)
    }

    /// Puts a job into the queue.
    ///
    /// # Errors
    /// Where too many wait, the record cannot be written, or another server has the jobs.
    pub fn add(&self, record: JobRecord) -> Result<Job, ApiError> {
        if !self.has_lock() {
            return Err(ApiError::new(
                ErrorCode::Unavailable,
                "another server of this workspace runs its jobs",
            ));
        }
        let mut inner = self.inner();
        if inner.queue.len() >= self.queued_max || inner.is_ending {
            return Err(ApiError::new(
                ErrorCode::TooManyRequests,
                format!("{} jobs wait already", inner.queue.len()),
            )
            .with_retry_after(FULL_RETRY_SECONDS));
        }
        record.save(&self.folder).map_err(|error| unsaved(&error))?;
        let job = Job {
            record,
            progress: SharedProgress::default(),
        };
        let job_id = job.record.job_id.clone();
        inner.jobs.insert(job_id.clone(), job.clone());
        inner.queue.push_back(job_id);
        drop(inner);
        self.wake.notify_one();
        Ok(job)
    }

    /// A job.
    pub fn get(&self, job_id: &str) -> Option<Job> {
        self.inner().jobs.get(job_id).cloned()
    }

    /// Every job, the newest first.
    pub fn list(&self) -> Vec<Job> {
        let mut jobs: Vec<Job> = self.inner().jobs.values().cloned().collect();
        jobs.sort_by(|left, right| {
            let newest_first = right.record.created_at.cmp(&left.record.created_at);
            newest_first.then_with(|| left.record.job_id.cmp(&right.record.job_id))
        });
        jobs
    }

    /// A result of a job; `None` where it has none of that name, or none any more.
    pub fn file(&self, job: &Job, name: &str) -> Option<(PathBuf, JobFile)> {
        let file = job.record.files.iter().find(|file| file.name == name)?;
        let path = files_folder(&self.folder, &job.record.job_id).join(&file.name);
        path.is_file().then(|| (path, file.clone()))
    }

    /// Where the results of a job lie.
    pub fn files_of(&self, job_id: &str) -> PathBuf {
        files_folder(&self.folder, job_id)
    }

    /// Cancels a job that waits or runs, and removes it with its results.
    ///
    /// # Errors
    /// Where its files cannot be removed.
    pub fn remove(&self, job_id: &str) -> Result<(), ApiError> {
        let mut inner = self.inner();
        inner.queue.retain(|queued| queued != job_id);
        inner.jobs.remove(job_id);
        if let Some((running, handle)) = &inner.running
            && running == job_id
        {
            // Its folder goes when it has stopped.
            handle.abort();
            return Ok(());
        }
        drop(inner);
        remove_folder(&self.folder.join(job_id)).map_err(|error| unsaved(&error))
    }

    /// Runs what is in the queue until the server ends.
    pub async fn work(self: Arc<Self>, tools: Tools) {
        let mut ages = tokio::time::interval(AGE_CHECK_EVERY);
        loop {
            if let Some((job_id, task)) = self.begin_next(&tools) {
                let ended = task.await;
                self.end(&job_id, ended);
                continue;
            }
            if self.inner().is_ending {
                return;
            }
            tokio::select! {
                () = self.wake.notified() => {}
                _ = ages.tick() => self.remove_old(),
            }
        }
    }

    fn begin_next(
        self: &Arc<Self>,
        tools: &Tools,
    ) -> Option<(String, JoinHandle<Result<(), ApiError>>)> {
        let mut inner = self.inner();
        if inner.is_ending {
            return None;
        }
        let job_id = inner.queue.pop_front()?;
        let job = inner.jobs.get_mut(&job_id)?;
        job.record.state = JobState::Running;
        job.record.started_at = Some(Utc::now());
        if let Err(error) = job.record.save(&self.folder) {
            tracing::error!(error = %error, "the record of a job cannot be written");
        }
        let (record, mut progress, tools) =
            (job.record.clone(), job.progress.clone(), tools.clone());
        let folder = self.folder.join(&job_id);
        let task = tokio::spawn(async move {
            let work = folder.join(WORK_FOLDER);
            std::fs::create_dir_all(&work).map_err(|error| unsaved(&error))?;
            work::perform(&tools, &record, &work, &mut progress).await?;
            std::fs::rename(&work, folder.join(FILES_FOLDER)).map_err(|error| unsaved(&error))
        });
        inner.running = Some((job_id.clone(), task.abort_handle()));
        Some((job_id, task))
    }

    fn end(&self, job_id: &str, ended: Result<Result<(), ApiError>, tokio::task::JoinError>) {
        let mut inner = self.inner();
        inner.running = None;
        let is_ending = inner.is_ending;
        let folder = self.folder.join(job_id);
        let Some(job) = inner.jobs.get_mut(job_id) else {
            // It was cancelled.
            if let Err(error) = remove_folder(&folder) {
                tracing::error!(error = %error, "the files of a cancelled job cannot be removed");
            }
            return;
        };
        let record = &mut job.record;
        record.finished_at = Some(Utc::now());
        let listed = |error: std::io::Error| unsaved(&error);
        let outcome = match ended {
            Ok(done) => done.and_then(|()| list_files(&folder.join(FILES_FOLDER)).map_err(listed)),
            Err(error) if error.is_cancelled() && is_ending => {
                if let Err(error) = self.interrupt(record) {
                    tracing::error!(error = %error, "the record of a job cannot be written");
                }
                return;
            }
            Err(error) => {
                tracing::error!(error = %error, "a job panicked");
                let code = ErrorCode::Internal;
                Err(ApiError::new(code, code.about()))
            }
        };
        match outcome {
            Ok(files) => {
                record.state = JobState::Succeeded;
                record.files = files;
            }
            Err(error) => {
                record.state = JobState::Failed;
                record.error = Some(JobError::from(error));
                let _ = remove_folder(&folder.join(WORK_FOLDER));
            }
        }
        tracing::info!(job = job_id, kind = record.request.kind(), state = ?record.state, "a job has ended");
        if let Err(error) = record.save(&self.folder) {
            tracing::error!(error = %error, "the record of a job cannot be written");
        }
    }

    /// Lets nothing more begin; what waits or runs is interrupted.
    pub fn stop(&self) {
        let mut inner = self.inner();
        inner.is_ending = true;
        let queued: Vec<String> = inner.queue.drain(..).collect();
        for job_id in queued {
            if let Some(job) = inner.jobs.get_mut(&job_id)
                && let Err(error) = self.interrupt(&mut job.record)
            {
                tracing::error!(error = %error, "the record of a job cannot be written");
            }
        }
        if let Some((_, handle)) = &inner.running {
            handle.abort();
        }
        drop(inner);
        self.wake.notify_one();
    }

    fn remove_old(&self) {
        let now = Utc::now();
        let is_old = |job: &Job| {
            let age = now.signed_duration_since(job.record.finished_at.unwrap_or(now));
            job.record.state.is_final() && age.to_std().is_ok_and(|age| age > self.age_max)
        };
        let mut inner = self.inner();
        let old: Vec<String> = inner
            .jobs
            .values()
            .filter(|job| is_old(job))
            .map(|job| job.record.job_id.clone())
            .collect();
        for job_id in old {
            inner.jobs.remove(&job_id);
            if let Err(error) = remove_folder(&self.folder.join(&job_id)) {
                tracing::error!(error = %error, "the files of an old job cannot be removed");
            }
        }
    }
}

fn unsaved(error: &std::io::Error) -> ApiError {
    tracing::error!(error = %error, "files of jobs cannot be read or written");
    ApiError::new(ErrorCode::Unavailable, ErrorCode::Unavailable.about())
}
