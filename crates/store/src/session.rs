//! Query sessions with bounded memory that spill into the workspace.

use std::fmt::Display;
use std::num::NonZero;
use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;
use datafusion::execution::cache::cache_manager::{
    CacheManagerConfig, FileMetadataCache, FileStatisticsCache,
};
use datafusion::execution::cache::default_cache::DefaultCache;
use datafusion::execution::context::SessionContext;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, TrackConsumersPool,
    UnboundedMemoryPool,
};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::SessionConfig;

use crate::error::{Result, StoreError};
use crate::layout::Layout;
use crate::lock::HeldFolder;

/// Consumers of memory that an out-of-memory message names.
const NAMED_CONSUMERS: NonZero<usize> = NonZero::<usize>::MIN.saturating_add(4);

/// Memory for what is known of files by their own statistics, bytes.
const STATISTICS_CACHE_BYTES: usize = 16 << 20;
/// Memory for the descriptions of files, bytes.
const DESCRIPTION_CACHE_BYTES: usize = 64 << 20;

/// What has been read of the descriptions of files, for all sessions of a workspace: a file is never
/// changed, and a server makes a session for every request.
pub(crate) struct FileCaches {
    statistics: Arc<FileStatisticsCache>,
    descriptions: Arc<FileMetadataCache>,
}

impl Default for FileCaches {
    fn default() -> Self {
        Self {
            statistics: Arc::new(DefaultCache::new(STATISTICS_CACHE_BYTES)),
            descriptions: Arc::new(DefaultCache::new(DESCRIPTION_CACHE_BYTES)),
        }
    }
}

impl std::fmt::Debug for FileCaches {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("FileCaches").finish_non_exhaustive()
    }
}

impl FileCaches {
    fn config(&self) -> CacheManagerConfig {
        CacheManagerConfig {
            file_statistics_cache: Some(Arc::clone(&self.statistics)),
            file_statistics_cache_limit: STATISTICS_CACHE_BYTES,
            file_metadata_cache: Some(Arc::clone(&self.descriptions)),
            metadata_cache_limit: DESCRIPTION_CACHE_BYTES,
            ..CacheManagerConfig::default()
        }
    }
}

/// A session for queries over snapshots; see [`crate::Workspace::session_context`].
pub(crate) fn session_context(
    layout: &Layout,
    caches: &FileCaches,
    memory_limit_bytes: Option<usize>,
    spill_limit_bytes: Option<u64>,
) -> Result<SessionContext> {
    let failed = |error| StoreError::query("open a session", error);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut config = SessionConfig::new()
        .with_information_schema(true)
        // Joins of a single partition never sort, whatever is preferred, and so cannot spill.
        .with_target_partitions(processors.max(2));
    let options = config.options_mut();
    options.execution.parquet.schema_force_view_types = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    let mut pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
    if let Some(limit_bytes) = memory_limit_bytes {
        // A hash join cannot spill and fails at the limit; a sort-merge join can.
        config.options_mut().optimizer.prefer_hash_join = false;
        let bounded = FairSpillPool::new(limit_bytes);
        pool = Arc::new(TrackConsumersPool::new(bounded, NAMED_CONSUMERS));
    }
    let mut runtime = RuntimeEnvBuilder::new().with_cache_manager(caches.config());
    if let Some(spill_folder) = spill_folder(layout)? {
        let folders = vec![spill_folder.path().to_owned()];
        let mut disk =
            DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(folders));
        if let Some(limit_bytes) = spill_limit_bytes {
            disk = disk.with_max_temp_directory_size(limit_bytes);
        }
        runtime = runtime.with_disk_manager_builder(disk);
        pool = Arc::new(SpillingPool { pool, spill_folder });
    }
    let runtime = runtime.with_memory_pool(pool);
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime.build_arc().map_err(failed)?)
        .with_default_features()
        .build();
    Ok(SessionContext::new_with_state(state))
}

/// The memory of a session, which holds its folder too: the operators of a plan keep the memory for as
/// long as they run, but not the session, which may be dropped while its rows are still read.
#[derive(Debug)]
struct SpillingPool {
    pool: Arc<dyn MemoryPool>,
    spill_folder: HeldFolder,
}

impl Display for SpillingPool {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let folder = self.spill_folder.path().display();
        write!(formatter, "{}, spilling into {folder}", self.pool)
    }
}

impl MemoryPool for SpillingPool {
    fn name(&self) -> &str {
        self.pool.name()
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.pool.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.pool.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.pool.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.pool.shrink(reservation, shrink);
    }

    fn try_grow(
        &self,
        reservation: &MemoryReservation,
        additional: usize,
    ) -> datafusion::error::Result<()> {
        self.pool.try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.pool.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.pool.memory_limit()
    }
}

/// A folder of the session's own; absent in a workspace that may only be read, whose sessions
/// spill into the system's temporary folder.
fn spill_folder(layout: &Layout) -> Result<Option<HeldFolder>> {
    match HeldFolder::create_in_place_of_stale(&layout.spill()) {
        Ok(folder) => Ok(Some(folder)),
        Err(StoreError::PermissionDenied { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use crate::Workspace;
    use crate::test_support::{append, folders_in, query, rows, write};
    use arrow::array::RecordBatch;
    use datafusion::physical_plan::execute_stream;
    use entangle_model::schema::{ACCOUNTS, POSTS};
    use expect_test::expect;
    use futures::TryStreamExt;

    #[tokio::test]
    async fn texts_are_utf8_and_absent_values_are_null() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let snapshot = append(&workspace, &ACCOUNTS, "alpha", 0, 4).await;
        let sql = "select arrow_typeof(name) as t, name, registered_at, is_bot \
                   from accounts order by native_id";
        expect![[r#"
            +------+-------------+-----------------------------+--------+
            | t    | name        | registered_at               | is_bot |
            +------+-------------+-----------------------------+--------+
            | Utf8 |             |                             |        |
            | Utf8 | name 000001 | 1970-01-02T00:00:00.000001Z | false  |
            | Utf8 | name 000002 | 1970-01-03T00:00:00.000002Z | true   |
            | Utf8 |             |                             |        |
            +------+-------------+-----------------------------+--------+"#]]
        .assert_eq(&query(&workspace, &snapshot, sql).await);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_sort_beyond_the_limit_spills_into_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let transaction = workspace.begin("import", "alpha").await.unwrap();
        let batches: Vec<_> = (0..40)
            .map(|part| rows(&POSTS, "alpha", part * 5000, part * 5000 + 5000))
            .collect();
        write(&transaction, &POSTS, &batches);
        let snapshot = transaction.commit().await.unwrap();
        let spill = workspace.path().join("spill");
        let (plan, rows) = {
            let context = workspace.session_context(Some(48 << 20)).unwrap();
            snapshot.register(&context).await.unwrap();
            // Every partition reserves memory, so their number must not depend on the machine.
            let two = "set datafusion.execution.target_partitions = 2";
            context.sql(two).await.unwrap();
            let sql = "select body, post_id, native_id, account_id, kind, file, import_id, \
                       content_hash from posts order by body desc";
            let frame = context.sql(sql).await.unwrap();
            let plan = frame.create_physical_plan().await.unwrap();
            let rows = execute_stream(plan.clone(), context.task_ctx()).unwrap();
            (plan, rows)
        };
        // The session is gone, as it is where rows are handed on; the folder is not.
        assert_eq!(folders_in(&spill).len(), 1);
        let batches: Vec<RecordBatch> = rows.try_collect().await.unwrap();
        let row_count: usize = batches.iter().map(RecordBatch::num_rows).sum();
        assert_eq!(row_count, 200_000);
        assert!(spill_count(&plan) > 0);
        assert_eq!(folders_in(&spill), Vec::<String>::new());
    }

    fn spill_count(plan: &std::sync::Arc<dyn datafusion::physical_plan::ExecutionPlan>) -> usize {
        let own = plan.metrics().and_then(|metrics| metrics.spill_count());
        let below: usize = plan.children().into_iter().map(spill_count).sum();
        own.unwrap_or(0) + below
    }
}
