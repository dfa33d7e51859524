#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod contacts;
mod conversation;
mod emit;
mod error;
mod freelancers;
mod lexicon;
mod name_change;
mod names;
mod options;
mod people;
mod plan;
mod prose;
mod random;
mod roster;
mod schedule;
mod sources;
mod summary;
mod timestamp;
mod world;
mod writers;
mod writing_style;

pub use error::SimulateError;
pub use freelancers::Freelancer;
pub use options::{BehaviouralDifference, NameReuse, PlantedEffect, WorldKind, WorldOptions};
pub use sources::{SimulatedSource, manifest};
pub use summary::{PairTruth, SourceCounts, TargetCount, TargetSetCount, WorldSummary};
pub use world::write_world;
