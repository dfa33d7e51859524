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
    let frame = tables
        .query(&ties_sql(&inputs.config.public_source))
        .await?;
    let mut intake = PairIntake::new(PAIR_COUNT_MAX);
    let mut uses = PostUses::default();
    for_each_row(frame, |row| {
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
    })
    .await?;
    Ok(Ties::new(intake, uses.in_words()))
}

/// Posts by what became of them: for each pair of accounts with a tie one row, and one for every
/// kind of post that makes none.
fn ties_sql(public_source: &str) -> String {
    let public = sql_text(public_source);
    format!(
        "WITH parents AS (SELECT post_id, account_id FROM posts WHERE source = {public}), \
         openings AS ( \
           SELECT thread_id, MIN(account_id) AS account_id FROM posts \
           WHERE source = {public} AND kind = 'opening' AND thread_id IS NOT NULL GROUP BY thread_id), \
         answers AS ( \
           SELECT i.account_index AS from_index, p.account_id, p.parent_post_id IS NOT NULL AS is_stated, \
             p.parent_post_id IS NULL AND p.kind = 'opening' AS is_opening, \
             CASE WHEN p.parent_post_id IS NOT NULL THEN q.account_id \
                  WHEN p.kind = 'opening' THEN NULL \
                  ELSE COALESCE(t.account_id, o.account_id) END AS answered_id \
           FROM public_posts p JOIN included i ON p.account_id = i.account_id \
           LEFT JOIN parents q ON p.parent_post_id = q.post_id \
           LEFT JOIN threads t ON p.thread_id = t.thread_id \
           LEFT JOIN openings o ON p.thread_id = o.thread_id), \
         used AS ( \
           SELECT CASE WHEN a.is_opening THEN 'opening' \
                       WHEN a.answered_id IS NULL THEN 'nobody' \
                       WHEN a.answered_id = a.account_id THEN 'itself' \
                       WHEN j.account_index IS NULL THEN 'outside' \
                       ELSE 'tie' END AS post_use, \
             a.from_index, j.account_index AS to_index, a.is_stated \
           FROM answers a LEFT JOIN included j ON a.answered_id = j.account_id), \
         placed AS ( \
           SELECT post_use, CASE WHEN post_use = 'tie' THEN from_index END AS from_index, \
             CASE WHEN post_use = 'tie' THEN to_index END AS to_index, is_stated FROM used) \
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
