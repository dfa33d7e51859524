#![doc = include_str!("../README.md")]
//!
//! # Map
//!
//! * [`records`]: what can be exported, and the trait [`RecordWriter`] of every document of records
//! * [`stix`], [`misp`]: for threat-intelligence platforms
//! * [`gexf`], [`graphml`], [`gephi_csv`]: graphs; `network` is what they have in common
//! * [`convokit`]: a corpus of conversations
//! * [`csv`], [`xlsx`], [`ndjson`]: any Arrow record batches as tables
//! * [`package`], [`package_check`]: a frozen package with codebook, hash list and citation
//!
//! Below them: `document_id` (ids and UUIDs), `instant`, `xml_text`, `csv_cell`, `json_entries`
//! and `table_cell` (cells of Arrow arrays).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod citation;
mod codebook;
pub mod convokit;
pub mod csv;
mod csv_cell;
mod document_id;
mod error;
pub mod gephi_csv;
pub mod gexf;
pub mod graphml;
mod instant;
mod json_entries;
pub mod misp;
pub mod ndjson;
mod network;
pub mod package;
pub mod package_check;
mod package_path;
pub mod records;
pub mod stix;
mod table_cell;
mod tlp;
pub mod xlsx;
mod xml_text;

pub use citation::{Author, Citation};
pub use codebook::{CodebookColumn, CodebookTable};
pub use error::ExportError;
pub use package::sha256_hexadecimal;
pub use package_check::verify_package;
pub use records::{ExportCounts, RecordWriter, Records};
pub use tlp::Tlp;
