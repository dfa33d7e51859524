//! How deep in the network a node stands: k-cores (Seidman 1983).

use super::graph::UndirectedGraph;

/// Per node its core number: the largest `k` such that the node belongs to a part of the graph in
/// which every node has at least `k` neighbours of that part.
///
/// By taking away nodes of the least degree in turn (Batagelj and Zaversnik 2003), in time
/// proportional to nodes and pairs.
pub fn core_numbers(graph: &UndirectedGraph) -> Vec<u32> {
    let count = graph.node_count();
    let mut degrees: Vec<usize> = (0..count as u32).map(|node| graph.degree(node)).collect();
    let mut order = Order::by_degree(&degrees);
    for place in 0..count {
        let node = order.nodes[place];
        for neighbour in graph.neighbours(node) {
            if degrees[*neighbour as usize] > degrees[node as usize] {
                order.move_down(*neighbour, &mut degrees);
            }
        }
    }
    degrees.into_iter().map(|degree| degree as u32).collect()
}

/// Nodes in the order of what is left of their degrees.
struct Order {
    nodes: Vec<u32>,
    places: Vec<usize>,
    /// Where the nodes of each degree begin.
    starts: Vec<usize>,
}

impl Order {
    fn by_degree(degrees: &[usize]) -> Self {
        let most = degrees.iter().copied().max().unwrap_or(0);
        let mut starts = vec![0; most + 2];
        for degree in degrees {
            starts[degree + 1] += 1;
        }
        for degree in 0..=most {
            starts[degree + 1] += starts[degree];
        }
        let mut next = starts.clone();
        let mut nodes = vec![0; degrees.len()];
        let mut places = vec![0; degrees.len()];
        for (node, degree) in degrees.iter().enumerate() {
            let place = next[*degree];
            nodes[place] = node as u32;
            places[node] = place;
            next[*degree] += 1;
        }
        Self {
            nodes,
            places,
            starts,
        }
    }

    /// Takes one from the degree of a node: it becomes the last of the next lower degree.
    fn move_down(&mut self, node: u32, degrees: &mut [usize]) {
        let degree = degrees[node as usize];
        let first_place = self.starts[degree];
        let first = self.nodes[first_place];
        let place = self.places[node as usize];
        self.nodes.swap(first_place, place);
        self.places[first as usize] = place;
        self.places[node as usize] = first_place;
        self.starts[degree] += 1;
        degrees[node as usize] -= 1;
    }
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
    fn a_tail_on_a_triangle_is_outside_its_core() {
        let graph = graph(6, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]);
        assert_eq!(core_numbers(&graph), [2, 2, 2, 1, 1, 0]);
    }

    proptest! {
        /// Against the definition: what is left after taking away nodes with fewer than `k`
        /// neighbours until none is left to take.
        #[test]
        fn core_numbers_follow_the_definition(pairs in prop::collection::vec((0u32..12, 0u32..12), 0..50)) {
            let graph = graph(12, &pairs);
            let numbers = core_numbers(&graph);
            for least in 0..12u32 {
                let mut inside = [true; 12];
                loop {
                    let leaves = |node: u32, inside: &[bool; 12]| {
                        let left = graph.neighbours(node).iter().filter(|other| inside[**other as usize]).count();
                        inside[node as usize] && left < least as usize
                    };
                    let Some(node) = (0..12u32).find(|node| leaves(*node, &inside)) else { break };
                    inside[node as usize] = false;
                }
                for node in 0..12 {
                    prop_assert_eq!(inside[node], numbers[node] >= least);
                }
            }
        }
    }
}
