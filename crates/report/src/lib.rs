#![doc = include_str!("../README.md")]
//!
//! # Map
//!
//! * `study_files`: which files are written, in which order
//! * `disclosure`: counts too small to be shown
//! * `number`, `visible_text`: how numbers and foreign texts look
//! * `table`, `study_tables`, `csv_text`, `parquet_bytes`: tables for machines
//! * `figure`: a figure is a data type, a table of that data and a drawing
//! * `findings`, `wording`: the result in plain words, and phrases that all share
//! * `page`: the report as one HTML file
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod csv_text;
mod disclosure;
mod error;
mod figure;
mod findings;
#[cfg(test)]
mod fixture;
mod number;
mod page;
mod parquet_bytes;
mod study_files;
mod study_tables;
mod table;
mod visible_text;
mod wording;

pub use csv_text::csv_text_cell;
pub use error::ReportError;
pub use figure::{
    NameLevelRow, ObservedBin, WaterfallStep, name_levels_svg, precision_by_surprisal_svg,
    reliability_svg, waterfall_svg,
};
pub use study_files::{WrittenStudy, write_study};
