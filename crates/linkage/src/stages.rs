//! Where intermediate tables stand between two plans.

use async_trait::async_trait;
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, SessionContext};

/// Runs a plan and keeps its rows under a name, so that later plans read rows, not work.
#[async_trait]
pub trait Stages: Send + Sync {
    /// Runs `rows` and registers the result as table `name` of `context`, replacing an earlier
    /// one.
    async fn materialize(
        &self,
        context: &SessionContext,
        name: &'static str,
        rows: DataFrame,
    ) -> Result<(), DataFusionError>;
}

/// Keeps every stage in memory: for tests and small worlds.
#[derive(Debug, Clone, Copy, Default)]
pub struct InMemoryStages;

#[async_trait]
impl Stages for InMemoryStages {
    async fn materialize(
        &self,
        context: &SessionContext,
        name: &'static str,
        rows: DataFrame,
    ) -> Result<(), DataFusionError> {
        let kept = rows.cache().await?;
        context.deregister_table(name)?;
        context.register_table(name, kept.into_view())?;
        Ok(())
    }
}
