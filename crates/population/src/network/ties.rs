//! Ties from posts: who answers whom.

use datafusion::error::DataFusionError;
use entangle_model::sql_text;
use entangle_model::study::CountedReason;
use entangle_statistics::network::pair_intake::PairIntake;
use entangle_statistics::network::{DirectedGraph, Pair, UndirectedGraph};

use crate::inputs::StudyInputs;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Ordered pairs that are held; of more, those with most posts. At the peak a pair takes about 50
/// bytes, so this is half a gigabyte.
pub(super) const PAIR_COUNT_MAX: usize = 10_000_000;

/// The network of the population.
pub(super) struct Ties {
    /// Per node its account, by index; only accounts with a tie are nodes.
    pub(super) accounts: Vec<u32>,
    /// From who answers to who is answered.
    pub(super) graph: DirectedGraph,
    pub(super) undirected: UndirectedGraph,
    /// What became of the posts.
    pub(super) post_uses: Vec<CountedReason>,
    pub(super) left_out_pair_count: u64,
    pub(super) least_pair_post_count: u32,
}

impl Ties {
    /// Numbers the accounts that have a tie, in the order of their indices.
    fn new(intake: PairIntake, post_uses: Vec<CountedReason>) -> Self {
        let left_out_pair_count = intake.left_out_count();
        let least_pair_post_count = intake.least_weight();
        let mut pairs = intake.into_pairs();
        let mut accounts: Vec<u32> = pairs.iter().flat_map(|pair| [pair.from, pair.to]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let node = |account: u32| accounts.binary_search(&account).unwrap_or(0) as u32;
        for pair in &mut pairs {
            (pair.from, pair.to) = (node(pair.from), node(pair.to));
        }
        let graph = DirectedGraph::new(accounts.len(), pairs);
        Self {
            undirected: graph.undirected(),
            graph,
            accounts,
            post_uses,
            left_out_pair_count,
            least_pair_post_count,
        }
    }

    /// A number of each node as one of each included account; `outside` for those without a tie.
    pub(super) fn of_accounts<T: Copy>(
        &self,
        account_count: usize,
        of_nodes: &[T],
        outside: Option<f64>,
        measure: impl Fn(T) -> Option<f64>,
    ) -> Vec<Option<f64>> {
        let mut values = vec![outside; account_count];
        for (account, value) in self.accounts.iter().zip(of_nodes) {
            values[*account as usize] = measure(*value);
        }
        values
    }

    /// A value of each included account as one of each node.
    pub(super) fn of_nodes<T: Copy>(&self, of_accounts: &[T]) -> Vec<T> {
        let value = |account: &u32| of_accounts[*account as usize];
        self.accounts.iter().map(value).collect()
    }
}

/// Reads the ties of the population.
pub(super) async fn read_ties(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
) -> Result<Ties, DataFusionError> {
    let mut intake = PairIntake::new(PAIR_COUNT_MAX);
    let mut uses = PostUses::default();
    let sql = ties_sql(&inputs.config.public_source);
    let rows = for_each_row(tables.query(&sql).await?, |row| {
        let (count, stated_count) = (row.count(3), row.count(4));
        uses.add(row.text(0).unwrap_or_default(), count, stated_count);
        let account = |column| u32::try_from(row.integer(column)?).ok();
        if let (Some(from), Some(to)) = (account(1), account(2)) {
            intake.add(Pair {
                from,
                to,
                weight: u32::try_from(count).unwrap_or(u32::MAX),
            });
        }
    });
    rows.await?;
    Ok(Ties::new(intake, uses.in_words()))
}

/// Posts by what became of them: for each pair of accounts with a tie one row, and one for every
/// kind of post that makes none.
fn ties_sql(public_source: &str) -> String {
    let public = sql_text(public_source);
    format!(
        "WITH authors AS ( \
           SELECT id_hash(p.post_id) AS post_hash, COALESCE(i.account_index, -1) AS account_index \
           FROM posts p LEFT JOIN included i ON p.account_id = i.account_id \
           WHERE p.source = {public} AND p.account_id IS NOT NULL), \
         starters AS ( \
           SELECT id_hash(thread_id) AS thread_hash, account_id FROM threads \
           WHERE source = {public} AND account_id IS NOT NULL), \
         openings AS ( \
           SELECT id_hash(thread_id) AS thread_hash, MIN(account_id) AS account_id FROM posts \
           WHERE source = {public} AND kind = 'opening' AND thread_id IS NOT NULL GROUP BY thread_id), \
         answers AS ( \
           SELECT i.account_index AS from_index, id_hash(p.parent_post_id) AS parent_hash, \
             CASE WHEN p.parent_post_id IS NULL AND p.kind <> 'opening' \
               THEN id_hash(p.thread_id) END AS thread_hash, \
             p.parent_post_id IS NULL AND p.kind = 'opening' AS is_opening \
           FROM public_posts p JOIN included i ON p.account_id = i.account_id), \
         started AS ( \
           SELECT COALESCE(t.thread_hash, o.thread_hash) AS thread_hash, \
             COALESCE(t.account_id, o.account_id) AS account_id \
           FROM starters t FULL JOIN openings o ON t.thread_hash = o.thread_hash), \
         started_by AS ( \
           SELECT s.thread_hash, COALESCE(j.account_index, -1) AS account_index \
           FROM started s LEFT JOIN included j ON s.account_id = j.account_id \
           WHERE s.account_id IS NOT NULL), \
         used AS ( \
           SELECT a.is_opening, a.from_index, a.parent_hash IS NOT NULL AS is_stated, \
             CASE WHEN a.parent_hash IS NOT NULL THEN q.account_index ELSE s.account_index END AS to_index \
           FROM answers a \
           LEFT JOIN authors q ON a.parent_hash = q.post_hash \
           LEFT JOIN started_by s ON a.thread_hash = s.thread_hash), \
         named AS ( \
           SELECT CASE WHEN is_opening THEN 'opening' \
                       WHEN to_index IS NULL THEN 'nobody' \
                       WHEN to_index = from_index THEN 'itself' \
                       WHEN to_index = -1 THEN 'outside' \
                       ELSE 'tie' END AS post_use, from_index, to_index, is_stated FROM used), \
         placed AS ( \
           SELECT post_use, CASE WHEN post_use = 'tie' THEN from_index END AS from_index, \
             CASE WHEN post_use = 'tie' THEN to_index END AS to_index, is_stated FROM named) \
         SELECT post_use, from_index, to_index, COUNT(*), SUM(CASE WHEN is_stated THEN 1 ELSE 0 END) \
         FROM placed GROUP BY post_use, from_index, to_index"
    )
}

/// Posts counted by what became of them.
#[derive(Default)]
struct PostUses {
    stated: u64,
    starter: u64,
    opening: u64,
    nobody: u64,
    itself: u64,
    outside: u64,
}

impl PostUses {
    fn add(&mut self, post_use: &str, count: u64, stated_count: u64) {
        match post_use {
            "tie" => {
                self.stated += stated_count;
                self.starter += count - stated_count.min(count);
            }
            "opening" => self.opening += count,
            "itself" => self.itself += count,
            "outside" => self.outside += count,
            _ => self.nobody += count,
        }
    }

    /// The kinds that occur.
    fn in_words(&self) -> Vec<CountedReason> {
        [
            ("a tie, because the source states which post is answered", self.stated),
            (
                "a tie to whoever started the thread, because the source does not state which post is answered",
                self.starter,
            ),
            ("no tie: it starts a thread", self.opening),
            ("no tie: it answers nobody that the source names", self.nobody),
            ("no tie: it answers its own author", self.itself),
            ("no tie: it answers an account outside the population", self.outside),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(reason, count)| CountedReason {
            reason: reason.to_owned(),
            count,
        })
        .collect()
    }
}
