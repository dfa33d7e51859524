//! SQL that reads, over the tables of a reader, with limits.
//!
//! Whether a statement reads is decided on its plan and not on its text. What a plan may use is
//! bounded: memory by the session's pool, time and rows while the result is read.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ParamValues;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::prelude::{SQLOptions, SessionContext};
use futures::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::{REQUEST_MEMORY_BYTES_DEFAULT, Reader};
use crate::EngineError;

/// What one query may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryLimits {
    /// Memory that its operators share, bytes.
    pub memory_bytes: usize,
    /// What they may write to the disk where that is not enough, bytes; a quarter of what is free at
    /// most.
    pub spill_bytes: u64,
    /// From planning to the last row.
    pub duration: Duration,
    /// Rows of its result.
    pub row_count: usize,
    /// Length of its text, bytes.
    pub text_bytes: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self {
            memory_bytes: REQUEST_MEMORY_BYTES_DEFAULT,
            spill_bytes: u64::MAX,
            duration: Duration::from_secs(60),
            row_count: 1_000_000,
            text_bytes: 64 << 10,
        }
    }
}

/// Functions whose result may be many times larger than what they are given; operators count the
/// memory of rows and not what a function makes of one.
const GROWING_FUNCTIONS: [&str; 9] = [
    "repeat",
    "lpad",
    "rpad",
    "range",
    "generate_series",
    "array_repeat",
    "list_repeat",
    "array_resize",
    "list_resize",
];

/// What the engine says where a query may spill no more; it has no type of its own.
const SPILL_LIMIT_WORDS: &str = "during the spilling process has exceeded";

/// The table of the engine's settings, also behind `SHOW ALL`.
const SETTINGS: &str = "df_settings";

/// A session in which somebody asks one query after another.
pub struct SqlSession {
    context: SessionContext,
    limits: QueryLimits,
    root: String,
}

/// A query that was found to read.
#[derive(Debug, Clone)]
pub struct PreparedQuery {
    plan: LogicalPlan,
}

/// The rows of a query as they come; the stream ends with an error where a limit is reached.
pub struct SqlRows {
    schema: SchemaRef,
    batches: Batches,
}

type Batches = Pin<Box<dyn Stream<Item = Result<RecordBatch, EngineError>> + Send>>;

impl SqlRows {
    /// Columns of the result.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The batches.
    pub fn into_batches(self) -> Batches {
        self.batches
    }
}

impl PreparedQuery {
    pub(super) fn plan(&self) -> &LogicalPlan {
        &self.plan
    }

    /// Columns of the result.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(self.plan.schema().inner())
    }

    /// Types of the parameters `$1`, `$2` and so on, where the query says them.
    ///
    /// # Errors
    /// Where the query contradicts itself.
    pub fn parameter_types(&self) -> Result<Vec<Option<DataType>>, EngineError> {
        let types = self.plan.get_parameter_types()?;
        let mut numbered: Vec<(usize, Option<DataType>)> = types
            .into_iter()
            .filter_map(|(name, data_type)| {
                Some((name.strip_prefix('$')?.parse().ok()?, data_type))
            })
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        Ok(numbered
            .into_iter()
            .map(|(_, data_type)| data_type)
            .collect())
    }
}

impl Reader {
    /// A session for queries with these limits.
    ///
    /// # Errors
    /// Where a session cannot be made.
    pub fn sql_session(&self, limits: QueryLimits) -> Result<SqlSession, EngineError> {
        let limits = QueryLimits {
            spill_bytes: self.spill_limit_bytes(limits.spill_bytes),
            ..limits
        };
        Ok(SqlSession {
            context: self.spilling_session(limits.memory_bytes, limits.spill_bytes)?,
            limits,
            root: self.workspace.path().display().to_string(),
        })
    }
}

impl SqlSession {
    /// The session itself, for who adds a catalogue of another system's to it.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Plans a query, which must read.
    ///
    /// # Errors
    /// A query that is wrong, too long, more than one, writes, changes or shows a setting, or calls a
    /// function that makes much of little.
    pub async fn prepare(&self, sql: &str) -> Result<PreparedQuery, EngineError> {
        if sql.len() > self.limits.text_bytes {
            return Err(EngineError::QueryLimit {
                what: "length of its text",
                limit: format!("{} bytes", self.limits.text_bytes),
            });
        }
        let plan = self.context.state().create_logical_plan(sql).await?;
        check_reads(&plan)?;
        Ok(PreparedQuery { plan })
    }

    /// Runs a query with its parameters.
    ///
    /// # Errors
    /// A query that fails, or that has reached its time before the first row.
    pub async fn run(
        &self,
        query: &PreparedQuery,
        parameters: Option<ParamValues>,
    ) -> Result<SqlRows, EngineError> {
        let deadline = Instant::now() + self.limits.duration;
        let plan = query.plan.clone();
        let plan = match parameters {
            Some(parameters) => plan.replace_params_with_values(&parameters)?,
            None => plan,
        };
        let shows_plans = matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_));
        let started = async {
            let frame = self.context.execute_logical_plan(plan).await?;
            frame.execute_stream().await
        };
        let rows = match timeout_at(deadline, started).await {
            Ok(rows) => rows.map_err(|error| self.limits.told(error))?,
            Err(_) => return Err(self.limits.out_of_time()),
        };
        let schema = rows.schema();
        let mut batches = limited(rows, self.limits, deadline);
        if shows_plans {
            let root = self.root.clone();
            batches =
                Box::pin(batches.map(move |batch| batch.map(|batch| without_path(&batch, &root))));
        }
        Ok(SqlRows { schema, batches })
    }
}

impl QueryLimits {
    fn out_of_time(&self) -> EngineError {
        EngineError::QueryLimit {
            what: "time",
            limit: format!("{} s", self.duration.as_secs()),
        }
    }

    /// An error of the engine, in our words where it is the limit of the disk.
    fn told(&self, error: DataFusionError) -> EngineError {
        match error.to_string().contains(SPILL_LIMIT_WORDS) {
            true => EngineError::QueryLimit {
                what: "room on the disk for what does not fit in memory",
                limit: format!("{} MiB", self.spill_bytes >> 20),
            },
            false => EngineError::from(error),
        }
    }

    fn too_many_rows(&self) -> EngineError {
        EngineError::QueryLimit {
            what: "rows of its result",
            limit: format!("{} rows", self.row_count),
        }
    }
}

/// Whether a plan reads and does nothing else.
fn check_reads(plan: &LogicalPlan) -> Result<(), EngineError> {
    let only_reading = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    if let Err(error) = only_reading.verify_plan(plan) {
        return Err(EngineError::NotReading(error.strip_backtrace()));
    }
    let (mut growing, mut shows_settings) = (None, false);
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            shows_settings |= scan.table_name.table() == SETTINGS;
        }
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                if let Expr::ScalarFunction(call) = part
                    && GROWING_FUNCTIONS.contains(&call.name())
                {
                    growing = Some(call.name().to_owned());
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    if shows_settings {
        return Err(EngineError::NotReading(
            "the engine's settings are not offered, because they say where the workspace lies"
                .to_owned(),
        ));
    }
    match growing {
        None => Ok(()),
        Some(name) => Err(EngineError::NotReading(format!(
            "the function {name} is not offered, because it makes much of little"
        ))),
    }
}

/// The batches until a limit is reached.
fn limited(
    rows: datafusion::execution::SendableRecordBatchStream,
    limits: QueryLimits,
    deadline: Instant,
) -> Batches {
    let state = Some((rows, 0_usize));
    Box::pin(futures::stream::unfold(state, move |state| async move {
        let (mut rows, row_count) = state?;
        match timeout_at(deadline, rows.next()).await {
            Err(_) => Some((Err(limits.out_of_time()), None)),
            Ok(None) => None,
            Ok(Some(Err(error))) => Some((Err(limits.told(error)), None)),
            Ok(Some(Ok(batch))) => {
                let row_count = row_count + batch.num_rows();
                match row_count > limits.row_count {
                    true => Some((Err(limits.too_many_rows()), None)),
                    false => Some((Ok(batch), Some((rows, row_count)))),
                }
            }
        }
    }))
}

/// A plan names the files it reads; where the workspace lies is nobody's business.
fn without_path(batch: &RecordBatch, root: &str) -> RecordBatch {
    let relative = root.trim_start_matches('/');
    let columns: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .map(
            |column| match column.as_any().downcast_ref::<StringArray>() {
                None => Arc::clone(column),
                Some(texts) => Arc::new(
                    texts
                        .iter()
                        .map(|text| text.map(|text| text.replace(root, "").replace(relative, "")))
                        .collect::<StringArray>(),
                ),
            },
        )
        .collect();
    RecordBatch::try_new(batch.schema(), columns).unwrap_or_else(|_| batch.clone())
}

/// Whether the machine's memory for a query was not enough.
pub fn is_out_of_memory(error: &EngineError) -> bool {
    match error {
        EngineError::Query(error) => {
            matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
        }
        _ => false,
    }
}
