#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod behaviour;
pub mod bench;
pub mod calibrate;
pub mod coding;
pub mod compare;
pub mod concept_figures;
pub mod demo;
pub mod disclosure;
mod error;
pub mod evaluate;
pub mod explain;
pub mod export;
mod files;
pub mod forget;
mod forgotten;
pub mod import;
mod import_sink;
pub mod judgements;
pub mod link;
pub mod link_run;
mod linked_world;
pub mod overview;
mod persona_table;
pub mod personas;
#[cfg(test)]
mod planted_mixing;
mod progress;
pub mod query;
pub mod rarity;
pub mod reader;
mod record_rows;
pub mod recovery;
pub mod registration;
pub mod review;
mod rows;
mod scratch;
pub mod search;
mod seen_ids;
pub mod study;
mod table_reader;
mod truth;
pub mod validation;
pub mod world;

pub use entangle_dump::TextEncoding;
pub use entangle_import::ImportError;
pub use entangle_store::{Snapshot, SnapshotRecord, StoreError, Workspace};
pub use error::{EngineError, Responsible};
pub use persona_table::Change;
pub use progress::{Progress, ProgressUnit, Silent};

/// Memory that the operators of one query share unless the caller says otherwise, bytes.
pub const MEMORY_LIMIT_BYTES_DEFAULT: usize = 3 << 30;
