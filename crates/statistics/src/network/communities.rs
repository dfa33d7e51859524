//! Communities: groups of nodes with more weight between them than their degrees alone give.
//!
//! The method of Blondel, Guillaume, Lambiotte and Lefebvre (2008), "Louvain". Many divisions of a
//! graph are nearly as good as the best, so membership of single nodes means little; a community
//! found this way may in rare cases fall apart into pieces that are not connected (Traag, Waltman
//! and van Eck 2019).

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::graph::UndirectedGraph;
use crate::random::generator;

/// A division of the nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Communities {
    /// Per node its community, numbered from the largest; among equally large ones that of the
    /// smallest node comes first.
    pub of_nodes: Vec<u32>,
    /// Nodes of each community.
    pub sizes: Vec<u64>,
    /// Share of the weight inside communities beyond what degrees alone give; `None` for a graph
    /// without pairs.
    pub modularity: Option<f64>,
}

/// A gain of modularity below this is rounding.
const LEAST_GAIN: f64 = 1e-12;

/// Divides a graph by modularity (Newman and Girvan 2004) of its weights.
///
/// Nodes are visited in an order drawn with the seed; each moves to the neighbouring community
/// that gains most, of equal ones the smallest number; then communities become nodes, until
/// nothing is gained.
pub fn louvain(graph: &UndirectedGraph, seed: u64) -> Communities {
    let mut random = generator(seed, "order of visits for communities");
    let mut level = Level::of_graph(graph);
    let mut of_nodes: Vec<u32> = (0..graph.node_count() as u32).collect();
    loop {
        let (division, has_moved) = level.divide(&mut random);
        if !has_moved {
            break;
        }
        for community in &mut of_nodes {
            *community = division[*community as usize];
        }
        level = level.merged(&division);
    }
    let (of_nodes, sizes) = numbered_by_size(&of_nodes);
    Communities {
        modularity: modularity(graph, &of_nodes),
        of_nodes,
        sizes,
    }
}

/// Modularity of a division: the sum over communities of the share of the weight inside less the
/// square of the share of the weight that its nodes have. `None` without pairs.
pub fn modularity(graph: &UndirectedGraph, of_nodes: &[u32]) -> Option<f64> {
    let count = of_nodes.iter().max().map_or(0, |most| *most as usize + 1);
    let (mut inside, mut at_nodes) = (vec![0u64; count], vec![0u64; count]);
    for (node, community) in of_nodes.iter().enumerate() {
        for (other, weight) in graph.weighted_neighbours(node as u32) {
            at_nodes[*community as usize] += u64::from(weight);
            if of_nodes[other as usize] == *community {
                inside[*community as usize] += u64::from(weight);
            }
        }
    }
    let all = at_nodes.iter().sum::<u64>() as f64;
    let share =
        |(inside, at_nodes): (&u64, &u64)| *inside as f64 / all - (*at_nodes as f64 / all).powi(2);
    (all > 0.0).then(|| inside.iter().zip(&at_nodes).map(share).sum())
}

/// A graph whose nodes are communities of the level below.
struct Level {
    starts: Vec<usize>,
    neighbours: Vec<u32>,
    weights: Vec<u64>,
    /// Weight at each node, inside it counted twice.
    degrees: Vec<u64>,
    /// Weight of the whole graph, counted twice.
    doubled_weight: u64,
}

impl Level {
    fn of_graph(graph: &UndirectedGraph) -> Self {
        let rows = (0..graph.node_count() as u32).map(|node| {
            let row = graph.weighted_neighbours(node);
            row.map(|(other, weight)| (other, u64::from(weight)))
        });
        let mut level = Self {
            starts: vec![0],
            neighbours: Vec::with_capacity(2 * graph.pair_count()),
            weights: Vec::with_capacity(2 * graph.pair_count()),
            degrees: Vec::with_capacity(graph.node_count()),
            doubled_weight: 0,
        };
        rows.for_each(|row| level.add_row(row, 0));
        level
    }

    fn add_row(&mut self, row: impl Iterator<Item = (u32, u64)>, inside: u64) {
        let start = self.neighbours.len();
        for (other, weight) in row {
            self.neighbours.push(other);
            self.weights.push(weight);
        }
        let degree = inside + self.weights[start..].iter().sum::<u64>();
        self.starts.push(self.neighbours.len());
        self.degrees.push(degree);
        self.doubled_weight += degree;
    }

    fn row(&self, node: usize) -> impl Iterator<Item = (u32, u64)> + '_ {
        let range = self.starts[node]..self.starts[node + 1];
        let weights = self.weights[range.clone()].iter().copied();
        self.neighbours[range].iter().copied().zip(weights)
    }

    /// Moves nodes until nothing is gained; gives communities numbered without gaps, and whether
    /// any node has moved.
    fn divide(&self, random: &mut ChaCha8Rng) -> (Vec<u32>, bool) {
        let count = self.degrees.len();
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.shuffle(random);
        let mut division: Vec<u32> = (0..count as u32).collect();
        let mut totals = self.degrees.clone();
        let mut shared = SharedWeights::new(count);
        let mut has_moved = false;
        loop {
            let mut moved_count = 0;
            for node in &order {
                let own = division[*node as usize];
                let best = self.best_community(*node, &division, &mut totals, &mut shared);
                if best != own {
                    moved_count += 1;
                }
                division[*node as usize] = best;
            }
            has_moved |= moved_count > 0;
            if moved_count == 0 {
                return (without_gaps(&division), has_moved);
            }
        }
    }

    /// The community that a node gains most from; `totals` already count it there.
    fn best_community(
        &self,
        node: u32,
        division: &[u32],
        totals: &mut [u64],
        shared: &mut SharedWeights,
    ) -> u32 {
        let index = node as usize;
        let (own, degree) = (division[index], self.degrees[index]);
        totals[own as usize] -= degree;
        shared.clear();
        shared.add(own, 0);
        for (other, weight) in self.row(index) {
            shared.add(division[other as usize], weight);
        }
        let all = self.doubled_weight as f64;
        let gain = |community: u32| {
            let expected = degree as f64 * totals[community as usize] as f64 / all;
            (shared.weights[community as usize] as f64 - expected) / all
        };
        let mut best = (own, gain(own));
        for community in shared.met.iter().copied() {
            let gained = gain(community);
            let is_better = gained > best.1 + LEAST_GAIN;
            let is_equal = best.0 != own && (gained - best.1).abs() <= LEAST_GAIN;
            if is_better || (is_equal && community < best.0) {
                best = (community, gained);
            }
        }
        totals[best.0 as usize] += degree;
        best.0
    }

    /// The graph of the communities.
    fn merged(&self, division: &[u32]) -> Self {
        let count = division.iter().max().map_or(0, |most| *most as usize + 1);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (node, community) in division.iter().enumerate() {
            members[*community as usize].push(node as u32);
        }
        let mut merged = Self {
            starts: vec![0],
            neighbours: Vec::new(),
            weights: Vec::new(),
            degrees: Vec::with_capacity(count),
            doubled_weight: 0,
        };
        let mut shared = SharedWeights::new(count);
        for (community, members) in members.iter().enumerate() {
            shared.clear();
            let (mut degree, mut outside) = (0, 0);
            for node in members {
                degree += self.degrees[*node as usize];
                for (other, weight) in self.row(*node as usize) {
                    let to = division[other as usize];
                    if to as usize != community {
                        shared.add(to, weight);
                        outside += weight;
                    }
                }
            }
            shared.met.sort_unstable();
            let weights = &shared.weights;
            let row = shared.met.iter().map(|to| (*to, weights[*to as usize]));
            merged.add_row(row, degree - outside);
        }
        merged
    }
}

/// Weights summed by community; reused from node to node.
struct SharedWeights {
    weights: Vec<u64>,
    is_met: Vec<bool>,
    met: Vec<u32>,
}

impl SharedWeights {
    fn new(count: usize) -> Self {
        Self {
            weights: vec![0; count],
            is_met: vec![false; count],
            met: Vec::new(),
        }
    }

    fn clear(&mut self) {
        for community in self.met.drain(..) {
            self.weights[community as usize] = 0;
            self.is_met[community as usize] = false;
        }
    }

    fn add(&mut self, community: u32, weight: u64) {
        if !self.is_met[community as usize] {
            self.is_met[community as usize] = true;
            self.met.push(community);
        }
        self.weights[community as usize] += weight;
    }
}

/// Numbers in use, numbered anew in their order.
fn without_gaps(division: &[u32]) -> Vec<u32> {
    let mut used = division.to_vec();
    used.sort_unstable();
    used.dedup();
    let place = |number: &u32| used.binary_search(number).unwrap_or(0) as u32;
    division.iter().map(place).collect()
}

/// Communities numbered from the largest, and their sizes.
fn numbered_by_size(of_nodes: &[u32]) -> (Vec<u32>, Vec<u64>) {
    let dense = without_gaps(of_nodes);
    let count = dense.iter().max().map_or(0, |most| *most as usize + 1);
    let (mut sizes, mut first_nodes) = (vec![0u64; count], vec![usize::MAX; count]);
    for (node, community) in dense.iter().enumerate() {
        sizes[*community as usize] += 1;
        first_nodes[*community as usize] = first_nodes[*community as usize].min(node);
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|one| (std::cmp::Reverse(sizes[*one]), first_nodes[*one]));
    let mut numbers = vec![0u32; count];
    for (number, community) in order.iter().enumerate() {
        numbers[*community] = number as u32;
    }
    let of_nodes = dense.iter().map(|one| numbers[*one as usize]).collect();
    (of_nodes, order.into_iter().map(|one| sizes[one]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{DirectedGraph, Pair};
    use proptest::prelude::*;

    fn graph(node_count: usize, pairs: &[(u32, u32)]) -> UndirectedGraph {
        let pairs = pairs.iter().map(|(from, to)| Pair {
            from: *from,
            to: *to,
            weight: 1,
        });
        DirectedGraph::new(node_count, pairs.collect()).undirected()
    }

    #[test]
    fn cliques_on_a_chain_are_communities_and_the_largest_comes_first() {
        let clique = |nodes: std::ops::Range<u32>| -> Vec<(u32, u32)> {
            let all = nodes.clone();
            all.flat_map(|one| {
                nodes
                    .clone()
                    .filter(move |two| one < *two)
                    .map(move |two| (one, two))
            })
            .collect()
        };
        let mut pairs = clique(0..4);
        pairs.extend(clique(4..10));
        pairs.extend(clique(10..14));
        pairs.extend([(3, 4), (9, 10)]);
        let found = louvain(&graph(15, &pairs), 5);
        assert_eq!(found.sizes, [6, 4, 4, 1]);
        assert_eq!(
            found.of_nodes,
            [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 3]
        );
        assert!(found.modularity.unwrap() > 0.5);
    }

    #[test]
    fn a_graph_without_pairs_has_communities_of_one_and_no_modularity() {
        let found = louvain(&graph(3, &[]), 1);
        assert_eq!((found.of_nodes, found.modularity), (vec![0, 1, 2], None));
        assert!(louvain(&graph(0, &[]), 1).of_nodes.is_empty());
    }

    proptest! {
        #[test]
        fn communities_are_no_worse_than_none_and_than_all_in_one(pairs in prop::collection::vec((0u32..14, 0u32..14), 1..60), seed in 0u64..5) {
            let graph = graph(14, &pairs);
            let found = louvain(&graph, seed);
            prop_assert_eq!(&louvain(&graph, seed), &found);
            if let Some(modularity) = found.modularity {
                prop_assert!(modularity >= super::modularity(&graph, &[0; 14]).unwrap() - 1e-9);
                prop_assert!(modularity >= super::modularity(&graph, &(0..14).collect::<Vec<u32>>()).unwrap() - 1e-9);
            }
            prop_assert_eq!(found.sizes.iter().sum::<u64>(), 14);
        }
    }
}
