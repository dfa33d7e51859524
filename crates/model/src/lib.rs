#![doc = include_str!("../README.md")]
//!
//! Everything else in the workspace speaks in these words. This crate does no I/O, knows no
//! dump format, no engine and no file system; it depends on no other crate of the workspace.
//!
//! * [`ids`]: stable ids, functions of a source and a native id
//! * [`record`]: what an importer produces: accounts, threads, posts, identifiers,
//!   former names, rejects
//! * [`identifier`]: kinds of contact identifiers and the roles in which they are shown
//! * [`time_precision`]: how exactly an instant is stated
//! * [`name_level`]: the levels at which two names are compared
//! * [`bits`]: conversions between probabilities, odds and bits
//! * [`estimate`]: a number with its interval, count and method
//! * [`study`]: the result of a crossover study
//! * [`coding`]: what human codes on a sample of posts say
//! * [`schema`]: every table, declared once, documented column by column
//! * [`sql_literal`]: texts inside SQL

pub mod bits;
pub mod coding;
pub mod estimate;
pub mod identifier;
pub mod ids;
pub mod name_level;
pub mod record;
pub mod schema;
pub mod source_kind;
pub mod sql_literal;
pub mod study;
pub mod time_precision;

pub use estimate::Estimate;
pub use identifier::{IdentifierKind, IdentifierRole};
pub use ids::{AccountId, ImportId, PersonaId, PostId, ThreadId};
pub use name_level::NameLevel;
pub use source_kind::SourceKind;
pub use sql_literal::{sql_list, sql_text};
pub use time_precision::TimePrecision;
