//! Behaviour of the candidates that a linkage run asks about.
//!
//! Posts are read once, those of accounts that can clear a floor; what is kept of them stands beside
//! the tables until the run ends. Then the pairs are weighed in chunks, and profiles are dropped
//! after each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Float64Array, RecordBatch, StringArray};
use async_trait::async_trait;
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, SessionContext};
use entangle_linkage::{Behaviour, BehaviourParameters, Stages};
use entangle_style::{POST_COUNT_MIN, WORD_COUNT_MIN};
use futures::TryStreamExt;

use super::observed::{Observed, for_each_post, posts_sql};
use super::pair_models::{PairModels, Prepared, Weighed, style_level};
use super::sample::Sample;
use crate::table_reader::{integers, texts};
use crate::{Progress, ProgressUnit};

/// Accounts that are held at a time: about 40 KiB each in one language, six times as much where
/// somebody writes six.
const CHUNK_ACCOUNT_COUNT: usize = 4_000;

/// Weighs candidates by their posts in the tables `posts` and `accounts`.
pub(crate) struct CountedBehaviour<'run, 'told> {
    /// The run's progress, which its stages share.
    progress: &'run Mutex<&'told mut dyn Progress>,
    chunk_account_count: usize,
}

impl<'run, 'told> CountedBehaviour<'run, 'told> {
    /// Tells how far it is by that progress, which other stages may use meanwhile.
    pub fn new(progress: &'run Mutex<&'told mut dyn Progress>) -> Self {
        Self {
            progress,
            chunk_account_count: CHUNK_ACCOUNT_COUNT,
        }
    }

    /// The same with so many accounts held at a time.
    #[cfg(test)]
    pub fn in_chunks_of(self, chunk_account_count: usize) -> Self {
        Self {
            chunk_account_count,
            ..self
        }
    }
}

#[async_trait]
impl Behaviour for CountedBehaviour<'_, '_> {
    async fn weigh(
        &self,
        context: &SessionContext,
        stages: &dyn Stages,
        parameters: &BehaviourParameters,
    ) -> Result<DataFrame, DataFusionError> {
        for (stage, sql) in [
            ("stage_behaviour_accounts", accounts_sql()),
            ("stage_behaviour_pairs", PAIRS.to_owned()),
            ("stage_behaviour_posts", posts_sql(WANTED, "true")),
        ] {
            let rows = context.sql(&sql).await?;
            stages.materialize(context, stage, rows).await?;
        }
        let samples = samples(context).await?;
        let mut weigher = Weigher {
            context,
            parameters,
            samples: &samples,
            models: None,
            found: vec![Rows::default().finish()?],
        };
        self.weigh_all(&mut weigher).await?;
        context.read_batches(weigher.found)
    }
}

impl CountedBehaviour<'_, '_> {
    async fn weigh_all(&self, weigher: &mut Weigher<'_>) -> Result<(), DataFusionError> {
        let context = weigher.context;
        let total = context
            .table("stage_behaviour_pairs")
            .await?
            .count()
            .await?;
        self.tell(|progress| {
            progress.stage("behaviour", Some(total as u64), ProgressUnit::Pairs);
        });
        let mut done = 0;
        let mut chunk = Chunk::default();
        let sql = "SELECT pair, source_a, source_b, account_a, account_b
                   FROM stage_behaviour_pairs ORDER BY pair, account_a, account_b";
        let mut batches = context.sql(sql).await?.execute_stream().await?;
        while let Some(batch) = batches.try_next().await? {
            for row in 0..batch.num_rows() {
                let pair = Pair::of_row(&batch, row);
                if !chunk.has_room_for(&pair, self.chunk_account_count) {
                    weigher.weigh(&chunk).await?;
                    done += chunk.pairs.len() as u64;
                    self.tell(|progress| progress.advance_to(done));
                    chunk = Chunk::default();
                }
                chunk.push(pair);
            }
        }
        weigher.weigh(&chunk).await
    }

    fn tell(&self, say: impl FnOnce(&mut dyn Progress)) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        say(&mut **progress);
    }
}

/// Accounts of asked candidates that can clear a floor. Of 500 words each has a letter, and a space
/// stands between each two.
fn accounts_sql() -> String {
    let character_count_min = 2 * WORD_COUNT_MIN - 1;
    format!(
        "WITH asked AS (
            SELECT account_a AS account_id FROM stage_asked
            UNION SELECT account_b AS account_id FROM stage_asked
         ), counted AS (
            SELECT p.account_id, count(*) AS post_count,
                   sum(CASE WHEN p.language IS NULL THEN 0 ELSE character_length(p.body) END) AS character_count,
                   sum(CASE WHEN p.posted_at_precision IN ('second', 'minute', 'hour') THEN 1 ELSE 0 END) AS timed_count
            FROM posts p JOIN asked ON asked.account_id = p.account_id GROUP BY p.account_id
         ), floors AS (
            SELECT account_id, post_count, coalesce(character_count, 0) >= {character_count_min} AS has_words,
                   timed_count >= {POST_COUNT_MIN} AS has_times
            FROM counted
         )
         SELECT * FROM floors WHERE has_words OR has_times"
    )
}

/// Asked candidates of which both accounts can clear the same floor.
const PAIRS: &str = "
    SELECT q.pair, q.source_a, q.source_b, q.account_a, q.account_b
    FROM stage_asked q
    JOIN stage_behaviour_accounts a ON a.account_id = q.account_a
    JOIN stage_behaviour_accounts b ON b.account_id = q.account_b
    WHERE a.has_words AND b.has_words OR a.has_times AND b.has_times";

/// The accounts of these.
const WANTED: &str = "(
    SELECT account_id, post_count FROM stage_behaviour_accounts
    WHERE account_id IN (
        SELECT account_a FROM stage_behaviour_pairs UNION SELECT account_b FROM stage_behaviour_pairs
    ))";

/// What is learned of each source that has a pair to weigh.
async fn samples(context: &SessionContext) -> Result<BTreeMap<String, Sample>, DataFusionError> {
    let sql = "SELECT source_a FROM stage_behaviour_pairs
               UNION SELECT source_b FROM stage_behaviour_pairs";
    let mut samples = BTreeMap::new();
    for batch in context.sql(sql).await?.collect().await? {
        for source in texts(&batch, 0).iter().flatten() {
            samples.insert(source.to_owned(), Sample::read(context, source).await?);
        }
    }
    Ok(samples)
}

/// A candidate to be weighed.
struct Pair {
    /// Index of the pair of sources.
    sources_index: i64,
    sources: [String; 2],
    accounts: [String; 2],
}

impl Pair {
    fn of_row(batch: &RecordBatch, row: usize) -> Self {
        let text = |column: usize| texts(batch, column).value(row).to_owned();
        Self {
            sources_index: integers(batch, 0).value(row),
            sources: [text(1), text(2)],
            accounts: [text(3), text(4)],
        }
    }
}

/// Candidates of one pair of sources whose accounts are held at a time.
#[derive(Default)]
struct Chunk {
    pairs: Vec<Pair>,
    accounts: BTreeSet<String>,
}

impl Chunk {
    fn has_room_for(&self, pair: &Pair, account_count_max: usize) -> bool {
        let Some(first) = self.pairs.first() else {
            return true;
        };
        let is_new = |account: &&String| !self.accounts.contains(*account);
        let new_count = pair.accounts.iter().filter(is_new).count();
        first.sources_index == pair.sources_index
            && self.accounts.len() + new_count <= account_count_max
    }

    fn push(&mut self, pair: Pair) {
        self.accounts.extend(pair.accounts.iter().cloned());
        self.pairs.push(pair);
    }
}

/// Weighs chunks; the models of a pair of sources stay until the next one.
struct Weigher<'run> {
    context: &'run SessionContext,
    parameters: &'run BehaviourParameters,
    samples: &'run BTreeMap<String, Sample>,
    models: Option<(i64, PairModels<'run>)>,
    /// Rows of the pairs on which something spoke: about 150 bytes a pair.
    found: Vec<RecordBatch>,
}

impl Weigher<'_> {
    async fn weigh(&mut self, chunk: &Chunk) -> Result<(), DataFusionError> {
        let Some(first) = chunk.pairs.first() else {
            return Ok(());
        };
        let known = self.models.as_ref().map(|(index, _)| *index);
        if known != Some(first.sources_index) {
            let samples = [0, 1].map(|side| &self.samples[&first.sources[side]]);
            let models = PairModels::learn(samples, self.parameters);
            self.models = Some((first.sources_index, models));
        }
        let mut observed = observe(self.context, &chunk.accounts).await?;
        let Some((_, models)) = &self.models else {
            return Ok(());
        };
        let mut prepared = [0, 1].map(|_| BTreeMap::<&str, Prepared>::new());
        for pair in &chunk.pairs {
            for (side, account) in pair.accounts.iter().enumerate() {
                if let Some(account_observed) = observed.remove(account) {
                    let account_prepared = models.prepare(side, account_observed);
                    prepared[side].insert(account, account_prepared);
                }
            }
        }
        let mut rows = Rows::default();
        for pair in &chunk.pairs {
            let [left, right] = &pair.accounts;
            let accounts = [&prepared[0], &prepared[1]];
            if let (Some(one), Some(other)) = (
                accounts[0].get(left.as_str()),
                accounts[1].get(right.as_str()),
            ) {
                rows.push(pair, &models.weigh(one, other));
            }
        }
        self.found.push(rows.finish()?);
        Ok(())
    }
}

async fn observe(
    context: &SessionContext,
    accounts: &BTreeSet<String>,
) -> Result<BTreeMap<String, Observed>, DataFusionError> {
    let ids = Arc::new(StringArray::from_iter_values(accounts));
    let wanted = RecordBatch::try_from_iter([("account_id", ids as _)])?;
    context.deregister_table("behaviour_chunk")?;
    context.register_batch("behaviour_chunk", wanted)?;
    let sql = "SELECT p.account_id, p.name, p.body, p.language, p.posted_s, p.is_minute_known,
                      p.copy_key, p.place, p.post_count
               FROM stage_behaviour_posts p
               JOIN behaviour_chunk c ON c.account_id = p.account_id ORDER BY p.account_id, p.place";
    let mut observed = BTreeMap::new();
    for_each_post(context, sql, |post| Observed::add_to(&mut observed, post)).await?;
    Ok(observed)
}

/// Rows of `stage_behaviour`.
#[derive(Default)]
struct Rows {
    accounts: [Vec<String>; 2],
    style_levels: Vec<Option<String>>,
    /// Style, hours, simultaneous, language.
    bits: [Vec<Option<f64>>; 4],
}

impl Rows {
    fn push(&mut self, pair: &Pair, weighed: &Weighed) {
        let style = weighed.style.as_ref().ok();
        let bits = [
            style.map(|weight| weight.bits),
            weighed.hours.ok(),
            weighed.simultaneous.ok(),
            weighed.language.ok(),
        ];
        if bits.iter().all(Option::is_none) {
            return;
        }
        for (column, account) in self.accounts.iter_mut().zip(&pair.accounts) {
            column.push(account.clone());
        }
        self.style_levels.push(style.map(style_level));
        for (column, bits) in self.bits.iter_mut().zip(bits) {
            column.push(bits);
        }
    }

    fn finish(self) -> Result<RecordBatch, DataFusionError> {
        let [left, right] = self.accounts.map(StringArray::from);
        let [style, hours, simultaneous, language] = self.bits.map(Float64Array::from);
        Ok(RecordBatch::try_from_iter_with_nullable([
            ("account_a", Arc::new(left) as _, false),
            ("account_b", Arc::new(right) as _, false),
            (
                "style_level",
                Arc::new(StringArray::from(self.style_levels)) as _,
                true,
            ),
            ("style_bits", Arc::new(style) as _, true),
            ("hours_bits", Arc::new(hours) as _, true),
            ("simultaneous_bits", Arc::new(simultaneous) as _, true),
            ("language_bits", Arc::new(language) as _, true),
        ])?)
    }
}
