//! The index from outside.

mod answers;
mod naive;
mod storage;
mod support;
