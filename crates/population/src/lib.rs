#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod account_features;
mod account_places;
mod behaviour;
mod candidates;
pub mod coding;
mod config;
mod coverage;
mod crossing;
mod crossing_activity;
mod days;
mod design_power;
mod error;
mod feature_comparison;
mod id_parts;
mod inputs;
mod limits;
mod matched_groups;
mod migration;
mod names;
mod network;
mod numbering;
mod offers;
mod overlap;
mod participation;
mod population;
mod prevalence;
mod read_accounts;
mod rows;
mod sensitivity;
mod study;
mod study_tables;
mod subgroups;
mod suppression;
mod target_groups;
mod targets;
mod text_functions;
mod topics;
mod trajectories;
mod unseen;
mod verdict;
mod words;

pub use config::{StudyConfig, commented_template};
pub use error::{PopulationError, StudyConfigError};
pub use study::run_study;
