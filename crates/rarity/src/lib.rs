#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod backoff;
mod gram_table;
mod language_model;
mod meetings;
mod neighbourhood;

pub use backoff::{Backoff, Base, KeyFrequency};
pub use language_model::{LanguageModel, LanguageModelBuilder};
pub use meetings::Meetings;
