//! The query language: text to a tree, the tree to canonical text, and to a plan of the index.
//!
//! * [`tree`]: the tree
//! * [`parse`]: text to tree
//! * [`display`]: tree to canonical text
//! * [`date`]: dates and the time they span
//! * [`pattern`]: wildcards and regular expressions within bounds
//! * [`plan`]: tree to a query of the index
//! * [`near`]: words near one another

mod date;
mod display;
mod error;
pub(crate) mod near;
mod parse;
mod pattern;
pub(crate) mod plan;
mod scan;
mod tree;

#[cfg(test)]
mod tests;

pub use date::QueryDate;
pub use error::QueryError;
pub use parse::{
    CLAUSE_COUNT_MAX, DEPTH_MAX, PATTERN_COUNT_MAX, PHRASE_WORDS_MAX, QUERY_BYTES_MAX, SLOP_MAX,
    parse,
};
pub use pattern::{PATTERN_CHARACTERS_MAX, WILDCARD_LITERALS_MIN};
pub use tree::{DateBound, FieldName, Query, WordForm};
