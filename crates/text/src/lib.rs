#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod copies;
pub mod identifiers;
pub mod language;
pub mod markup;
pub mod measures;
pub mod names;
pub mod offers;
pub mod words;
