//! Ties from posts: who answers whom.

use datafusion::error::DataFusionError;
use entangle_model::study::CountedReason;
use entangle_statistics::network::pair_intake::PairIntake;
use entangle_statistics::network::{DirectedGraph, UndirectedGraph};

use super::answers::read_answers;
use crate::inputs::StudyInputs;
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
    let public_source = &inputs.config.public_source;
    let (intake, post_uses) = read_answers(tables, public_source, PAIR_COUNT_MAX).await?;
    Ok(Ties::new(intake, post_uses))
}
