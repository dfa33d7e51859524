//! Intermediate tables in Parquet files of a temporary folder: bounded memory at any scale.
//!
//! What a killed process left is removed by the next one.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use datafusion::common::config::TableParquetOptions;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext};
use entangle_linkage::Stages;
use entangle_store::HeldFolder;

use crate::EngineError;

/// A temporary folder of the workspace, removed when dropped.
pub(crate) struct Scratch {
    folder: HeldFolder,
    stage_count: AtomicU64,
}

impl Scratch {
    /// A new folder beside the tables, where there is room for tables.
    pub(crate) fn create(workspace: &Path) -> Result<Self, EngineError> {
        Ok(Self {
            folder: HeldFolder::create_in_place_of_stale(&workspace.join("scratch"))?,
            stage_count: AtomicU64::new(0),
        })
    }

    fn next_folder(&self, name: &str) -> PathBuf {
        let number = self.stage_count.fetch_add(1, Ordering::Relaxed);
        self.folder.path().join(format!("{number:03}-{name}"))
    }
}

#[async_trait]
impl Stages for Scratch {
    async fn materialize(
        &self,
        context: &SessionContext,
        name: &'static str,
        rows: DataFrame,
    ) -> Result<(), DataFusionError> {
        let folder = self.next_folder(name);
        std::fs::create_dir_all(&folder)?;
        // A trailing separator makes the engine write a folder of files, one per partition.
        let path = format!("{}/", folder.display());
        let schema = rows.schema().as_arrow().clone();
        let mut options = TableParquetOptions::default();
        options.global.compression = Some("zstd(1)".to_owned());
        options.global.skip_arrow_metadata = true;
        rows.write_parquet(&path, DataFrameWriteOptions::new(), Some(options))
            .await?;
        context.deregister_table(name)?;
        let read = ParquetReadOptions::default().schema(&schema);
        context.register_parquet(name, &path, read).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_in_use_stays() {
        let workspace = tempfile::tempdir().unwrap();
        let abandoned = workspace.path().join("scratch").join("abandoned");
        fs::create_dir_all(abandoned.join("000-pairs")).unwrap();
        let first = Scratch::create(workspace.path()).unwrap();
        let second = Scratch::create(workspace.path()).unwrap();
        assert!(!abandoned.exists());
        assert!(first.folder.path().exists() && second.folder.path().exists());
    }
}
