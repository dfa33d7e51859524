//! PageRank (Brin and Page 1998): where somebody ends up who follows pairs at random.

use super::graph::DirectedGraph;

/// How PageRank is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PagerankOptions {
    /// Probability of following a pair rather than starting again anywhere.
    pub damping: f64,
    /// Iteration ends where the absolute changes of all nodes add up to less.
    pub tolerance: f64,
    /// Iteration ends after so many rounds at the latest.
    pub round_count_max: usize,
}

impl Default for PagerankOptions {
    fn default() -> Self {
        Self {
            damping: 0.85,
            tolerance: 1e-10,
            round_count_max: 200,
        }
    }
}

/// Per node its PageRank; they add up to 1. Pairs count once, whatever their weight; from a node
/// that leads nowhere one starts again anywhere. Empty for a graph without nodes.
pub fn pagerank(graph: &DirectedGraph, options: PagerankOptions) -> Vec<f64> {
    let count = graph.node_count();
    let mut ranks = vec![1.0 / count as f64; count];
    let mut next = vec![0.0; count];
    for _ in 0..options.round_count_max {
        follow(graph, options.damping, &ranks, &mut next);
        let change: f64 = ranks
            .iter()
            .zip(&next)
            .map(|(rank, next)| (rank - next).abs())
            .sum();
        std::mem::swap(&mut ranks, &mut next);
        if change < options.tolerance {
            break;
        }
    }
    ranks
}

/// One round.
fn follow(graph: &DirectedGraph, damping: f64, ranks: &[f64], next: &mut [f64]) {
    let nodes = || 0..graph.node_count() as u32;
    let nowhere: f64 = nodes()
        .filter(|node| graph.successors(*node).is_empty())
        .map(|node| ranks[node as usize])
        .sum();
    next.fill((1.0 - damping + damping * nowhere) / graph.node_count() as f64);
    for node in nodes() {
        let successors = graph.successors(node);
        let passed_on = damping * ranks[node as usize] / successors.len() as f64;
        for to in successors {
            next[*to as usize] += passed_on;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Pair;

    #[test]
    fn ranks_add_up_and_who_is_led_to_ranks_higher() {
        let pairs = [(0, 2), (1, 2), (2, 0)].map(|(from, to)| Pair {
            from,
            to,
            weight: 1,
        });
        let graph = DirectedGraph::new(4, pairs.to_vec());
        let ranks = pagerank(&graph, PagerankOptions::default());
        assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(ranks[2] > ranks[0] && ranks[0] > ranks[1]);
        assert_eq!(ranks[1], ranks[3]);
        let empty = DirectedGraph::new(0, Vec::new());
        assert!(pagerank(&empty, PagerankOptions::default()).is_empty());
    }
}
