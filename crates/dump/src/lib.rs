#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod archive;
mod csv;
mod decompress;
mod double_encoding;
mod encoding;
mod error;
mod file_reader;
mod html;
mod input;
mod json;
mod json_cut;
mod limits;
mod lines;
mod mbox;
mod row;
mod saved_page;
mod sql;
mod xml;
mod xml_elements;
mod xml_node;

pub use csv::{CsvOptions, CsvRow, CsvRows};
pub use encoding::TextEncoding;
pub use error::InputError;
pub use file_reader::FileReader;
pub use html::{ElementId, HTML_DEPTH_MAX, HTML_ELEMENT_COUNT_MAX, HtmlTree, Selector};
pub use input::{FileEntry, Input, InputOptions};
pub use json::{Container, JsonEvent, JsonWalker, Step, Walk};
pub use limits::Limits;
pub use lines::Lines;
pub use mbox::{MboxMessages, is_envelope};
pub use row::{Found, Row, Span, Unreadable};
pub use saved_page::{PAGE_BYTES_MAX, SavedPage, SavedPages};
pub use sql::{SqlEvent, SqlRow, SqlRows, SqlSchema, SqlTable, SqlValue};
pub use xml::{AttributeError, XmlRow, XmlRows};
pub use xml_elements::{XmlElement, XmlElements};
pub use xml_node::XmlNode;
