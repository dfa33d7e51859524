#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod backoff;
mod base;
mod gram_table;
mod language_model;
mod neighbourhood;
mod word_model;

pub use backoff::{Backoff, KeyFrequency};
pub use base::{Base, Meetings};
pub use language_model::{LanguageModel, LanguageModelBuilder};
pub use word_model::{WordModel, WordModelBuilder, mixed_bits, word_share};
