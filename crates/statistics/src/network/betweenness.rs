//! On how many shortest paths between others a node lies, estimated from a sample of them.

use rand::seq::index::sample;

use super::graph::UndirectedGraph;
use crate::processors;
use crate::random::generator;

/// Parts in which starting points are searched from; sums are of these parts, whatever the processors.
const PIVOT_PARTS: usize = 4;

/// Betweenness of every node with the error of the sample.
#[derive(Debug, Clone, PartialEq)]
pub struct SampledBetweenness {
    /// Per node, the share of the shortest paths between pairs of other nodes that lead through
    /// it; pairs without a path count as none.
    pub shares: Vec<f64>,
    /// Per node, the standard error of that share from the sample; zero where all nodes were
    /// starting points.
    pub standard_errors: Vec<f64>,
    /// Starting points sampled.
    pub pivot_count: usize,
}

/// Betweenness (Freeman 1977) by Brandes' (2001) sums over shortest paths from `pivot_count`
/// starting points, drawn without replacement (Brandes and Pich 2007); exact where there are no
/// more nodes than that.
///
/// A share is the mean over starting points times the nodes, over the ordered pairs of others. Its
/// standard error is that of a mean of a sample without replacement; where few starting points carry
/// most of the paths through a node, a normal interval of it is too short. `None` with fewer than three
/// nodes or two starting points.
pub fn sampled_betweenness(
    graph: &UndirectedGraph,
    pivot_count: usize,
    seed: u64,
) -> Option<SampledBetweenness> {
    let count = graph.node_count();
    let pivot_count = pivot_count.min(count);
    if count < 3 || pivot_count < 2 {
        return None;
    }
    let mut random = generator(seed, "pivots of betweenness");
    let mut pivots: Vec<usize> = sample(&mut random, count, pivot_count).into_vec();
    pivots.sort_unstable();
    let of_part = |part: usize| {
        let mut search = Search::new(count);
        let (mut sums, mut squares) = (vec![0.0; count], vec![0.0; count]);
        for pivot in pivots.iter().skip(part).step_by(PIVOT_PARTS) {
            search.run(graph, *pivot as u32, |node, dependency| {
                sums[node as usize] += dependency;
                squares[node as usize] += dependency * dependency;
            });
        }
        (sums, squares)
    };
    let (mut sums, mut squares) = (vec![0.0; count], vec![0.0; count]);
    for (part_sums, part_squares) in processors::parts(PIVOT_PARTS, of_part) {
        add_to(&mut sums, &part_sums);
        add_to(&mut squares, &part_squares);
    }
    let drawn = pivot_count as f64;
    let scale = count as f64 / ((count - 1) as f64 * (count - 2) as f64);
    let not_drawn_share = 1.0 - drawn / count as f64;
    let standard_error = |(sum, square): (&f64, &f64)| {
        let variance = ((square - sum * sum / drawn) / (drawn - 1.0)).max(0.0);
        scale * (variance / drawn * not_drawn_share).sqrt()
    };
    Some(SampledBetweenness {
        standard_errors: sums.iter().zip(&squares).map(standard_error).collect(),
        shares: sums.iter().map(|sum| scale * sum / drawn).collect(),
        pivot_count,
    })
}

fn add_to(sums: &mut [f64], others: &[f64]) {
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum += other;
    }
}

const NOT_REACHED: u32 = u32::MAX;

/// Shortest paths from one node; reused from one to the next.
struct Search {
    distances: Vec<u32>,
    path_counts: Vec<f64>,
    dependencies: Vec<f64>,
    reached: Vec<u32>,
}

impl Search {
    fn new(node_count: usize) -> Self {
        Self {
            distances: vec![NOT_REACHED; node_count],
            path_counts: vec![0.0; node_count],
            dependencies: vec![0.0; node_count],
            reached: Vec::new(),
        }
    }

    /// Shows every other node that was reached, with the sum over ends of the share of shortest
    /// paths that lead through it.
    fn run(&mut self, graph: &UndirectedGraph, start: u32, mut show: impl FnMut(u32, f64)) {
        self.count_paths(graph, start);
        for place in (1..self.reached.len()).rev() {
            let node = self.reached[place];
            let index = node as usize;
            let share = (1.0 + self.dependencies[index]) / self.path_counts[index];
            for before in graph.neighbours(node) {
                if self.distances[*before as usize] + 1 == self.distances[index] {
                    let passed = self.path_counts[*before as usize] * share;
                    self.dependencies[*before as usize] += passed;
                }
            }
            show(node, self.dependencies[index]);
        }
        for node in self.reached.drain(..) {
            self.distances[node as usize] = NOT_REACHED;
            self.path_counts[node as usize] = 0.0;
            self.dependencies[node as usize] = 0.0;
        }
    }

    fn count_paths(&mut self, graph: &UndirectedGraph, start: u32) {
        self.distances[start as usize] = 0;
        self.path_counts[start as usize] = 1.0;
        self.reached.push(start);
        let mut place = 0;
        while let Some(node) = self.reached.get(place).copied() {
            place += 1;
            let distance = self.distances[node as usize] + 1;
            for next in graph.neighbours(node) {
                let index = *next as usize;
                if self.distances[index] == NOT_REACHED {
                    self.distances[index] = distance;
                    self.reached.push(*next);
                }
                if self.distances[index] == distance {
                    self.path_counts[index] += self.path_counts[node as usize];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{DirectedGraph, Pair};

    fn ring_with_chords(node_count: u32) -> UndirectedGraph {
        let pair = |from: u32, to: u32| Pair {
            from,
            to: to % node_count,
            weight: 1,
        };
        let ring = (0..node_count).map(|node| pair(node, node + 1));
        let chords = (0..node_count / 3).map(|node| pair(node * node, node * 7 + 2));
        let pairs = ring.chain(chords).collect();
        DirectedGraph::new(node_count as usize, pairs).undirected()
    }

    #[test]
    fn the_middle_of_a_star_lies_on_every_path() {
        let pairs = (1..6).map(|to| Pair {
            from: 0,
            to,
            weight: 1,
        });
        let star = DirectedGraph::new(6, pairs.collect()).undirected();
        let exact = sampled_betweenness(&star, 100, 1).unwrap();
        assert_eq!(exact.shares, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(exact.standard_errors, [0.0; 6]);
        assert_eq!(exact.pivot_count, 6);
        assert!(sampled_betweenness(&star, 1, 1).is_none());
    }

    /// Over many samples the squared errors add up to the variances stated. The interval of 1.96
    /// standard errors holds the exact share less often than 95 of 100 times, because a few
    /// starting points carry most of the paths through a node.
    #[test]
    fn standard_error_tells_how_far_samples_lie_from_the_exact_share() {
        let graph = ring_with_chords(90);
        let exact = sampled_betweenness(&graph, 90, 1).unwrap().shares;
        let (mut squared_error, mut stated, mut held) = (0.0, 0.0, 0.0);
        for seed in 0..200 {
            let sampled = sampled_betweenness(&graph, 30, seed).unwrap();
            for (node, exact) in exact.iter().enumerate() {
                let distance = (sampled.shares[node] - exact).abs();
                let error = sampled.standard_errors[node];
                squared_error += distance * distance;
                stated += error * error;
                held += f64::from(u8::from(distance <= 1.96 * error));
            }
        }
        assert!(
            (squared_error / stated - 1.0).abs() < 0.05,
            "{squared_error} {stated}"
        );
        assert!((0.75..0.97).contains(&(held / (200.0 * 90.0))), "{held}");
    }
}
