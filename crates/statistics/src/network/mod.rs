//! Graphs of accounts as numbers: degrees, cores, PageRank, betweenness, communities, and what
//! permuted labels give.
//!
//! Nodes are numbered from zero; nothing here knows what they are. A graph of `n` nodes and `m`
//! ordered pairs takes about `16 n + 8 m` bytes directed and at most `16 n + 16 m` undirected.
//! Every measure visits nodes in a stated order, so the same pairs and seed give the same bytes.

pub mod betweenness;
pub mod communities;
pub mod core_number;
pub mod graph;
pub mod label_null;
pub mod pagerank;
pub mod pair_intake;

pub use graph::{DirectedGraph, Pair, UndirectedGraph};
