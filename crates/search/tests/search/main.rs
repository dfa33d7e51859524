//! The index from outside.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod naive;
mod storage;
mod support;
