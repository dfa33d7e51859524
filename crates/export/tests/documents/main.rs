//! Every document from outside: small worlds written whole, hostile texts read back by other
//! readers, packages damaged and checked.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod convokit;
mod csv_reader;
mod graphs;
mod order;
mod package;
#[path = "../../examples/samples/mod.rs"]
mod samples;
mod snapshots;
mod tables;
mod threat_intelligence;
mod world;
