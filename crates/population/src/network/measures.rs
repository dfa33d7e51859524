//! Where each account stands in the network.

use entangle_model::study::BetweennessSample;
use entangle_statistics::interval::NORMAL_QUANTILE_975;
use entangle_statistics::network::betweenness::{SampledBetweenness, sampled_betweenness};
use entangle_statistics::network::core_number::core_numbers;
use entangle_statistics::network::pagerank::{PagerankOptions, pagerank};
use entangle_statistics::weighted_sample::sorted_quantile;

use super::ties::Ties;
use crate::feature_comparison::Measured;

/// Starting points of shortest paths: so many, or fewer where the network is so large that they
/// would visit more pairs than [`VISITED_PAIR_COUNT_MAX`], but not fewer than the least.
const PIVOT_COUNTS: [usize; 2] = [50, 500];
const VISITED_PAIR_COUNT_MAX: usize = 1_000_000_000;
/// One in so many accounts counts as one through which most shortest paths lead.
const TOP_PART: usize = 20;

/// Measures of the nodes.
pub(super) struct Positions {
    pub(super) core_numbers: Vec<u32>,
    pagerank: Vec<f64>,
    betweenness: Option<SampledBetweenness>,
    /// Nodes through which most shortest paths lead, most first.
    pub(super) top: Vec<u32>,
}

impl Positions {
    pub(super) fn of(ties: &Ties, seed: u64) -> Self {
        let affordable = VISITED_PAIR_COUNT_MAX / ties.graph.pair_count().max(1);
        let pivot_count = affordable.clamp(PIVOT_COUNTS[0], PIVOT_COUNTS[1]);
        let betweenness = sampled_betweenness(&ties.undirected, pivot_count, seed);
        Self {
            core_numbers: core_numbers(&ties.undirected),
            pagerank: pagerank(&ties.graph, PagerankOptions::default()),
            top: betweenness.as_ref().map_or_else(Vec::new, top_nodes),
            betweenness,
        }
    }

    /// How well the sample tells the nodes through which most paths lead.
    pub(super) fn sample(&self) -> Option<BetweennessSample> {
        let betweenness = self.betweenness.as_ref()?;
        let of_node = |node: &u32| {
            let node = *node as usize;
            (betweenness.shares[node], betweenness.standard_errors[node])
        };
        let (border, _) = of_node(self.top.last()?);
        let others = &self.top[..self.top.len() - 1];
        let clear_count = others
            .iter()
            .map(of_node)
            .filter(|(share, error)| share - NORMAL_QUANTILE_975 * error > border)
            .count();
        let relative_error = |node| {
            let (share, error) = of_node(node);
            error / share
        };
        let mut errors: Vec<f64> = self.top.iter().map(relative_error).collect();
        errors.sort_by(f64::total_cmp);
        Some(BetweennessSample {
            pivot_count: betweenness.pivot_count as u64,
            top_count: self.top.len() as u64,
            top_relative_error_median: sorted_quantile(&errors, 0.5)?,
            top_clear_share: clear_count as f64 / others.len().max(1) as f64,
        })
    }
}

/// One in [`TOP_PART`] nodes, those of the largest betweenness; those of equal betweenness in the
/// order of their numbers; none through which no path leads.
fn top_nodes(betweenness: &SampledBetweenness) -> Vec<u32> {
    let shares = &betweenness.shares;
    let mut nodes: Vec<u32> = (0..shares.len() as u32)
        .filter(|node| shares[*node as usize] > 0.0)
        .collect();
    nodes.sort_by(|left, right| {
        let [left_share, right_share] = [left, right].map(|node| shares[*node as usize]);
        right_share.total_cmp(&left_share).then(left.cmp(right))
    });
    nodes.truncate(shares.len().div_ceil(TOP_PART));
    nodes
}

/// The measures that are compared, for every included account.
pub(super) fn measures(ties: &Ties, positions: &Positions, account_count: usize) -> Vec<Measured> {
    let degree = |degree: u32| Some(f64::from(degree));
    let out_degrees = ties.graph.out_degrees();
    let answered = ties.graph.answered_degrees();
    let back: Vec<(u32, u32)> = answered.into_iter().zip(out_degrees.clone()).collect();
    let node_count = ties.accounts.len() as f64;
    let mut measures = vec![
        Measured {
            name: "answered_account_count",
            about: "Accounts that it answers. Never missing.",
            values: ties.of_accounts(account_count, &out_degrees, Some(0.0), degree),
        },
        Measured {
            name: "answering_account_count",
            about: "Accounts that answer it. Never missing.",
            values: ties.of_accounts(account_count, &ties.graph.in_degrees(), Some(0.0), degree),
        },
        Measured {
            name: "answered_back_share",
            about: "Share of the accounts that it answers which answer it too. Missing where it answers nobody.",
            values: ties.of_accounts(account_count, &back, None, |(answered, all)| {
                (all > 0).then(|| f64::from(answered) / f64::from(all))
            }),
        },
        Measured {
            name: "core_number",
            about: "Depth of the deepest core it belongs to: the largest k such that it has k ties within a part in which all have k. Never missing.",
            values: ties.of_accounts(account_count, &positions.core_numbers, Some(0.0), degree),
        },
        Measured {
            name: "pagerank_ratio",
            about: "PageRank over its mean, 1 for the average account with a tie. Missing without ties.",
            values: ties.of_accounts(account_count, &positions.pagerank, None, |rank| {
                Some(rank * node_count)
            }),
        },
    ];
    if let Some(betweenness) = &positions.betweenness {
        measures.push(Measured {
            name: "betweenness_share",
            about: "Share of the shortest paths between others that lead through it, from a sample of paths. Missing without ties.",
            values: ties.of_accounts(account_count, &betweenness.shares, None, Some),
        });
    }
    measures
}
