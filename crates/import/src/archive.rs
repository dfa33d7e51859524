//! Archives and tools that write records as JSON, CSV or SQL and differ only in their names: one
//! table of data per system, one reader for all. Pages of HTML have a reader of their own.
//!
//! ```text
//! file ── layout (which values or rows are records) ── record ── shape (which field is what) ──> records
//! ```
//!
//! A system's module holds its tables and nothing else. What a file is, and whether the importer
//! is meant at all, follows from the [`layout::Layout`] whose signs the file's beginning bears.

mod csv_file;
mod escape;
mod fields;
mod importer;
mod json_file;
mod json_value;
mod layout;
mod mapper;
mod shape;
mod sql_file;

mod ail;
mod askbot;
mod askbot_page;
mod convokit;
mod crimebb;
mod darknet_market;
mod discourse;
mod flare;
mod four_cat;
mod hacker_news;
mod mattermost_bulk;
mod mediawiki;
mod reddit;
mod stackexchange_api;

#[cfg(test)]
mod tests;

pub(crate) use ail::AIL;
pub(crate) use askbot::ASKBOT;
pub(crate) use convokit::CONVOKIT;
pub(crate) use crimebb::CRIMEBB;
pub(crate) use darknet_market::DARKNET_MARKET;
pub(crate) use discourse::DISCOURSE;
pub(crate) use flare::FLARE;
pub(crate) use four_cat::FOUR_CAT;
pub(crate) use hacker_news::HACKER_NEWS;
pub(crate) use mattermost_bulk::MATTERMOST_BULK;
pub(crate) use mediawiki::MEDIAWIKI;
pub(crate) use reddit::REDDIT;
pub(crate) use stackexchange_api::STACKEXCHANGE_API;
