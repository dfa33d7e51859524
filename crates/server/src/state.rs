//! What every request shares.

use std::path::Path;
use std::sync::Arc;

use entangle_access::{AuditLog, Gate};
use entangle_engine::reader::sql::QueryLimits;

use crate::indexing::IndexState;
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::readers::Readers;

/// What every request shares. Cheap to clone.
#[derive(Clone)]
pub struct ServerState {
    /// Open snapshots.
    pub readers: Arc<Readers>,
    /// Who may ask, how fast and how much.
    pub gate: Arc<Gate>,
    /// What was asked.
    pub audit: Arc<AuditLog>,
    /// Where the audit log lies.
    pub audit_folder: Arc<Path>,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// What one query in SQL may use.
    pub query_limits: QueryLimits,
    /// Queries in SQL that may run at once, over HTTP and PostgreSQL together.
    pub running_queries: Arc<tokio::sync::Semaphore>,
    /// Long work.
    pub jobs: Arc<Jobs>,
    /// How far the search index is.
    pub index: IndexState,
    /// Study files that jobs may run by name.
    pub studies_folder: Option<Arc<Path>>,
    /// Reports that are shown beside those of jobs.
    pub reports_folder: Option<Arc<Path>>,
    /// Whether the one key was made for this run.
    pub is_local: bool,
    /// The OpenAPI document, JSON.
    pub document: Arc<str>,
}
