#![doc = include_str!("../README.md")]
//!
//! # Map
//!
//! * `study_files`, `comparison_files`: which files are written, in which order
//! * `disclosure`: counts too small to be shown
//! * `number`, `visible_text`: how numbers and foreign texts look
//! * `table`, `csv_text`, `parquet_bytes`: tables for machines
//! * `study_table`, `study_tables`: each table once: its data, and how a reader sees them
//! * `figure`: a figure is a data type, a table of that data and a drawing
//! * `findings`, `wording`: the result in plain words, and phrases that all share
//! * `document`, `sections`: the report as blocks, before it has a form
//! * `page`, `markdown`, `latex`: the forms
//! * `comparison`: two results side by side
//! * `coding_files`: what human codes say of a study
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod coding_files;
mod comparison;
mod comparison_files;
mod csv_text;
mod disclosure;
mod document;
mod error;
mod figure;
mod findings;
#[cfg(test)]
mod fixture;
mod folder;
mod latex;
mod markdown;
mod number;
mod page;
mod parquet_bytes;
mod sections;
mod study_files;
mod study_table;
mod study_tables;
mod table;
mod visible_text;
mod wording;

pub use coding_files::write_coding_score;
pub use comparison::{
    ComparedSource, ComparedStatistic, ComparedStudy, Comparison, ConfigurationDifference,
    Relation, SourceChange, compare,
};
pub use comparison_files::{
    WrittenComparison, comparison_csv, comparison_html, comparison_markdown, write_comparison,
};
pub use csv_text::csv_text_cell;
pub use error::ReportError;
pub use figure::{
    NameLevelRow, ObservedBin, WaterfallStep, name_levels_svg, precision_by_surprisal_svg,
    reliability_svg, waterfall_svg,
};
pub use number::Unit;
pub use study_files::{WrittenStudy, write_study};
