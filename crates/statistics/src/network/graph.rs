//! A graph in compressed rows: for each node its neighbours in rising order.

/// An ordered pair of nodes with a whole weight, for instance the posts from one to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The node it starts at.
    pub from: u32,
    /// The node it leads to.
    pub to: u32,
    /// Its weight.
    pub weight: u32,
}

/// Rows of neighbours, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rows {
    starts: Vec<usize>,
    neighbours: Vec<u32>,
    weights: Vec<u32>,
}

impl Rows {
    /// Rows of pairs sorted by start and end, without repetitions.
    fn of_sorted(node_count: usize, pairs: &[Pair]) -> Self {
        let mut starts = vec![0; node_count + 1];
        for pair in pairs {
            starts[pair.from as usize + 1] += 1;
        }
        for node in 0..node_count {
            starts[node + 1] += starts[node];
        }
        Self {
            starts,
            neighbours: pairs.iter().map(|pair| pair.to).collect(),
            weights: pairs.iter().map(|pair| pair.weight).collect(),
        }
    }

    fn row(&self, node: u32) -> &[u32] {
        &self.neighbours[self.starts[node as usize]..self.starts[node as usize + 1]]
    }

    fn weighted_row(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let range = self.starts[node as usize]..self.starts[node as usize + 1];
        let weights = self.weights[range.clone()].iter().copied();
        self.neighbours[range].iter().copied().zip(weights)
    }

    fn node_count(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Sorts pairs and adds up the weights of equal ones; pairs of a node with itself and pairs of
/// nodes that do not exist are left out.
fn tidy(node_count: usize, mut pairs: Vec<Pair>) -> Vec<Pair> {
    let exists = |node: u32| (node as usize) < node_count;
    pairs.retain(|pair| pair.from != pair.to && exists(pair.from) && exists(pair.to));
    pairs.sort_unstable();
    pairs.dedup_by(|next, kept| {
        let is_same = (next.from, next.to) == (kept.from, kept.to);
        if is_same {
            kept.weight = kept.weight.saturating_add(next.weight);
        }
        is_same
    });
    pairs
}

/// A graph whose pairs have a direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectedGraph {
    rows: Rows,
}

impl DirectedGraph {
    /// A graph of nodes `0..node_count`. Weights of equal pairs are added up; pairs of a node
    /// with itself and pairs of nodes outside the range are left out.
    pub fn new(node_count: usize, pairs: Vec<Pair>) -> Self {
        let pairs = tidy(node_count, pairs);
        Self {
            rows: Rows::of_sorted(node_count, &pairs),
        }
    }

    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.rows.node_count()
    }

    /// Number of ordered pairs.
    pub fn pair_count(&self) -> usize {
        self.rows.neighbours.len()
    }

    /// The nodes that a node leads to, in rising order.
    pub fn successors(&self, node: u32) -> &[u32] {
        self.rows.row(node)
    }

    /// Whether there is a pair from one node to another.
    pub fn leads_to(&self, from: u32, to: u32) -> bool {
        self.successors(from).binary_search(&to).is_ok()
    }

    /// Per node, the number of nodes that it leads to.
    pub fn out_degrees(&self) -> Vec<u32> {
        let ends = self.rows.starts.windows(2);
        ends.map(|ends| (ends[1] - ends[0]) as u32).collect()
    }

    /// Per node, the number of nodes that lead to it.
    pub fn in_degrees(&self) -> Vec<u32> {
        let mut degrees = vec![0; self.node_count()];
        for to in &self.rows.neighbours {
            degrees[*to as usize] += 1;
        }
        degrees
    }

    /// Per node, how many of the nodes that it leads to lead back to it.
    pub fn answered_degrees(&self) -> Vec<u32> {
        let answered = |from: u32| {
            let back = self.successors(from).iter();
            back.filter(|to| self.leads_to(**to, from)).count() as u32
        };
        (0..self.node_count() as u32).map(answered).collect()
    }

    /// The same graph without directions; the weights of both directions are added up.
    pub fn undirected(&self) -> UndirectedGraph {
        let mut pairs = Vec::with_capacity(2 * self.pair_count());
        for from in 0..self.node_count() as u32 {
            for (to, weight) in self.rows.weighted_row(from) {
                pairs.push(Pair { from, to, weight });
                pairs.push(Pair {
                    from: to,
                    to: from,
                    weight,
                });
            }
        }
        let pairs = tidy(self.node_count(), pairs);
        UndirectedGraph {
            rows: Rows::of_sorted(self.node_count(), &pairs),
        }
    }
}

/// A graph whose pairs have no direction: each stands in the rows of both its nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndirectedGraph {
    rows: Rows,
}

impl UndirectedGraph {
    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.rows.node_count()
    }

    /// Number of pairs, each counted once.
    pub fn pair_count(&self) -> usize {
        self.rows.neighbours.len() / 2
    }

    /// The neighbours of a node, in rising order.
    pub fn neighbours(&self, node: u32) -> &[u32] {
        self.rows.row(node)
    }

    /// The neighbours of a node with the weights of the pairs, in rising order.
    pub fn weighted_neighbours(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.rows.weighted_row(node)
    }

    /// Number of neighbours of a node.
    pub fn degree(&self, node: u32) -> usize {
        self.neighbours(node).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(from: u32, to: u32, weight: u32) -> Pair {
        Pair { from, to, weight }
    }

    #[test]
    fn equal_pairs_add_up_and_impossible_ones_are_left_out() {
        let pairs = vec![
            pair(1, 0, 2),
            pair(0, 1, 1),
            pair(1, 0, 3),
            pair(2, 2, 9),
            pair(0, 7, 1),
            pair(0, 2, 1),
        ];
        let graph = DirectedGraph::new(4, pairs);
        assert_eq!((graph.node_count(), graph.pair_count()), (4, 3));
        assert_eq!(graph.successors(0), [1, 2]);
        assert_eq!(graph.out_degrees(), [2, 1, 0, 0]);
        assert_eq!(graph.in_degrees(), [1, 1, 1, 0]);
        assert_eq!(graph.answered_degrees(), [1, 1, 0, 0]);
        let undirected = graph.undirected();
        assert_eq!(undirected.pair_count(), 2);
        let of_zero: Vec<(u32, u32)> = undirected.weighted_neighbours(0).collect();
        assert_eq!(of_zero, [(1, 6), (2, 1)]);
        assert_eq!((undirected.degree(2), undirected.degree(3)), (1, 0));
    }

    #[test]
    fn a_graph_without_nodes_has_no_pairs() {
        let graph = DirectedGraph::new(0, vec![pair(0, 1, 1)]);
        assert_eq!(
            (graph.pair_count(), graph.undirected().node_count()),
            (0, 0)
        );
    }
}
