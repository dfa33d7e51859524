//! The tables of one study: views over the workspace's tables and small per-account tables.
//!
//! ```text
//! posts ──► public_posts ──► judged_accounts ──► included (in memory, one row per account)
//! links ──► crossing_links ──► participants (in memory, one row per linked target account)
//! posts ──► target_posts ──► taking_part
//! ```
//!
//! They live in a session of their own, so the caller's session is not changed. Only per-account
//! rows of few columns are held in memory; everything per post stays in plans.

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, Expr, SessionConfig, SessionContext, col, lit};
use entangle_model::{schema, sql_list, sql_text};
use std::sync::Arc;

use crate::config::StudyConfig;
use crate::error::{InPart, PopulationError};
use crate::offers::labels::offer_label_function;
use crate::rows::{collect_rows, for_each_row};
use crate::text_functions::text_functions;

/// Tables without which no study can be run.
const REQUIRED_TABLES: [&schema::Table; 6] = [
    &schema::ACCOUNTS,
    &schema::IMPORTS,
    &schema::LINKS,
    &schema::POSTS,
    &schema::SOURCES,
    &schema::THREADS,
];

/// Tables that add to a study where they are registered, with a row each name in the plans.
const OPTIONAL_TABLES: [&str; 4] = ["link_models", "link_runs", "names", "personas"];

/// The largest side of a join that is held once for all processors; a larger one is dealt out.
const HELD_SIDE_BYTES_MAX: usize = 1 << 30;
const HELD_SIDE_ROWS_MAX: usize = 1 << 24;

/// The session of one study.
pub(crate) struct StudyTables {
    session: SessionContext,
}

impl StudyTables {
    /// Registers the views and fills the small tables.
    pub(crate) async fn open(
        caller: &SessionContext,
        config: &StudyConfig,
    ) -> Result<Self, PopulationError> {
        let session = SessionContext::new_with_config_rt(
            joining_by_hash(caller.copied_config()),
            caller.runtime_env(),
        );
        for function in text_functions() {
            session.register_udf(function);
        }
        session.register_udf(offer_label_function());
        let tables = Self { session };
        tables.take_tables(caller).await?;
        tables.check_sources(config).await?;
        tables
            .define_population(config)
            .await
            .in_part("the population")?;
        tables
            .define_participation(config)
            .await
            .in_part("the links")?;
        Ok(tables)
    }

    /// A plan over the tables of the study.
    pub(crate) async fn query(&self, sql: &str) -> Result<DataFrame, DataFusionError> {
        self.session.sql(sql).await
    }

    /// Whether an optional table was registered by the caller.
    pub(crate) fn has_table(&self, name: &str) -> bool {
        self.session.table_exist(name).unwrap_or(false)
    }

    async fn take_tables(&self, caller: &SessionContext) -> Result<(), PopulationError> {
        for table in REQUIRED_TABLES {
            let provider = caller
                .table_provider(table.name)
                .await
                .map_err(|_| PopulationError::MissingTable { table: table.name })?;
            self.session
                .register_table(table.name, provider)
                .in_part("the tables")?;
        }
        for name in OPTIONAL_TABLES {
            if let Ok(provider) = caller.table_provider(name).await {
                self.session
                    .register_table(name, provider)
                    .in_part("the tables")?;
            }
        }
        Ok(())
    }

    async fn check_sources(&self, config: &StudyConfig) -> Result<(), PopulationError> {
        let mut known: Vec<String> = Vec::new();
        let frame = self
            .query("SELECT DISTINCT source FROM sources ORDER BY source")
            .await
            .in_part("the sources")?;
        for_each_row(frame, |row| known.extend(row.text(0).map(str::to_owned)))
            .await
            .in_part("the sources")?;
        let asked = std::iter::once(&config.public_source).chain(&config.targets);
        match asked.into_iter().find(|name| !known.contains(name)) {
            None => Ok(()),
            Some(name) => Err(PopulationError::UnknownSource {
                name: name.clone(),
                known: if known.is_empty() {
                    "it holds no source yet; import one first".to_owned()
                } else {
                    format!("it holds {}", known.join(", "))
                },
            }),
        }
    }

    async fn define_population(&self, config: &StudyConfig) -> Result<(), DataFusionError> {
        let mut posts = self.session.table("posts").await?.filter(
            col("source")
                .eq(lit(config.public_source.as_str()))
                .and(col("kind").not_eq(lit("notice")))
                .and(col("account_id").is_not_null()),
        )?;
        if let Some(start) = config.window_start_us() {
            posts = posts.filter(col("posted_at").gt_eq(instant(start)))?;
        }
        if let Some(end) = config.window_end_us() {
            posts = posts.filter(col("posted_at").lt(instant(end)))?;
        }
        self.session
            .register_table("windowed_posts", posts.into_view())?;
        self.define_view(
            "public_posts",
            "SELECT *, to_unixtime(posted_at) AS posted_s FROM windowed_posts",
        )
        .await?;
        self.define_view("judged_accounts", &judged_accounts_sql(config))
            .await?;
        self.hold(
            "included",
            "SELECT CAST(row_number() OVER (ORDER BY account_id) AS BIGINT) - 1 AS account_index, account_id, name, \
             registered_s, post_count, first_post_s, last_post_s \
             FROM judged_accounts WHERE exclusion IS NULL",
        )
        .await
    }

    async fn define_participation(&self, config: &StudyConfig) -> Result<(), DataFusionError> {
        let targets = sql_list(&config.targets);
        self.define_view(
            "target_posts",
            &format!(
                "SELECT *, to_unixtime(posted_at) AS posted_s FROM posts \
                 WHERE source IN ({targets}) AND kind <> 'notice' AND account_id IS NOT NULL"
            ),
        )
        .await?;
        self.define_view(
            "taking_part",
            "SELECT account_id, source, COUNT(*) AS post_count FROM target_posts GROUP BY account_id, source",
        )
        .await?;
        self.define_view("crossing_links", &crossing_links_sql(config))
            .await?;
        self.hold("participants", PARTICIPANTS_SQL).await
    }

    /// Registers columns of whole numbers, of one length, as a table in memory.
    pub(crate) fn hold_integers<const N: usize>(
        &self,
        name: &str,
        columns: [(&str, Vec<i64>); N],
    ) -> Result<(), DataFusionError> {
        let array = |(name, values)| (name, Arc::new(Int64Array::from(values)) as ArrayRef);
        let batch = RecordBatch::try_from_iter(columns.map(array))?;
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
        self.session.register_table(name, Arc::new(table))?;
        Ok(())
    }

    /// Registers a plan under a name.
    pub(crate) async fn define_view(&self, name: &str, sql: &str) -> Result<(), DataFusionError> {
        let view = self.query(sql).await?.into_view();
        self.session.register_table(name, view)?;
        Ok(())
    }

    /// Runs a plan and registers its rows as a table in memory.
    pub(crate) async fn hold(&self, name: &str, sql: &str) -> Result<(), DataFusionError> {
        let frame = self.query(sql).await?;
        let planned: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
        let batches = collect_rows(frame).await?;
        // An optimised plan may know that a column is never null, which the plain one does not.
        let schema = batches.first().map_or(planned, RecordBatch::schema);
        let table = MemTable::try_new(schema, vec![batches])?;
        self.session.register_table(name, Arc::new(table))?;
        Ok(())
    }
}

/// Joins hold their smaller side, once for all processors, so that posts with their texts are neither
/// sorted nor dealt out. Where that does not fit, [`crate::rows`] sorts.
fn joining_by_hash(mut config: SessionConfig) -> SessionConfig {
    let options = config.options_mut();
    options.optimizer.prefer_hash_join = true;
    options.optimizer.hash_join_single_partition_threshold = HELD_SIDE_BYTES_MAX;
    options.optimizer.hash_join_single_partition_threshold_rows = HELD_SIDE_ROWS_MAX;
    config
}

/// Accounts of the public source with the reason why they are left out, null where they are not.
fn judged_accounts_sql(config: &StudyConfig) -> String {
    let rule = |is_applied: bool, flag: &str, reason: &str| {
        if is_applied {
            format!("WHEN COALESCE(a.{flag}, FALSE) THEN '{reason}' ")
        } else {
            String::new()
        }
    };
    format!(
        "SELECT a.account_id, a.name, to_unixtime(a.registered_at) AS registered_s, \
         p.post_count, p.first_post_s, p.last_post_s, \
         CASE {bots}{staff}{banned}\
         WHEN p.post_count IS NULL THEN 'no post in the window' \
         WHEN p.post_count < {minimum} THEN 'fewer than {minimum} posts in the window' \
         ELSE NULL END AS exclusion \
         FROM accounts a LEFT JOIN ( \
           SELECT account_id, COUNT(*) AS post_count, MIN(posted_s) AS first_post_s, MAX(posted_s) AS last_post_s \
           FROM public_posts GROUP BY account_id) p ON a.account_id = p.account_id \
         WHERE a.source = {public}",
        bots = rule(
            config.exclude_bots,
            "is_bot",
            "a program posts under the account"
        ),
        staff = rule(config.exclude_staff, "is_staff", "staff of the source"),
        banned = rule(config.exclude_banned, "is_banned", "banned by the source"),
        minimum = config.minimum_post_count,
        public = sql_text(&config.public_source),
    )
}

/// Links between an included account and an account of a target, whichever side it stands on:
/// the sides of a link are ordered by id.
fn crossing_links_sql(config: &StudyConfig) -> String {
    let targets = sql_list(&config.targets);
    let public = sql_text(&config.public_source);
    let side = |of_public: &str, of_target: &str| {
        format!(
            "SELECT i.account_index, l.account_{of_target} AS target_account_id, \
             l.source_{of_target} AS target, l.match_probability, l.name_surprisal_bits, l.has_shared_identifier \
             FROM links l JOIN included i ON l.account_{of_public} = i.account_id \
             WHERE l.source_{of_public} = {public} AND l.source_{of_target} IN ({targets})"
        )
    };
    format!(
        "{} UNION ALL {}",
        side("left", "right"),
        side("right", "left")
    )
}

/// What each linked account of a target that posted at least once did there.
const PARTICIPANTS_SQL: &str = "\
    SELECT CAST(row_number() OVER (ORDER BY source, account_id) AS BIGINT) - 1 AS participant_index, * FROM ( \
      SELECT p.account_id, p.source, COUNT(*) AS post_count, \
        COUNT(DISTINCT p.posted_s / 86400) AS active_day_count, \
        MIN(p.posted_s) AS first_post_s, MAX(p.posted_s) AS last_post_s, \
        SUM(CASE WHEN p.kind = 'opening' THEN 1 ELSE 0 END) AS opening_count, \
        COUNT(DISTINCT t.board) AS board_count \
      FROM target_posts p \
      JOIN (SELECT DISTINCT target_account_id FROM crossing_links) c ON p.account_id = c.target_account_id \
      LEFT JOIN threads t ON p.thread_id = t.thread_id \
      GROUP BY p.account_id, p.source) taking_part_of_linked";

fn instant(microseconds: i64) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(
        Some(microseconds),
        Some("UTC".into()),
    ))
}
