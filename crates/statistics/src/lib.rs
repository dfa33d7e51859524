#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod auc;
mod cholesky;
pub mod classifier_error;
pub mod classifier_test;
pub mod cliffs_delta;
pub mod cohens_kappa;
pub mod corrected_prevalence;
pub mod design_power;
pub mod equivalence;
pub mod expected_total;
pub mod interval;
pub mod kolmogorov_smirnov;
pub mod krippendorffs_alpha;
pub mod log_odds;
pub mod logistic;
pub mod mann_whitney;
pub mod matching;
pub mod mean_difference;
pub mod multiple_testing;
pub mod network;
pub mod overlap;
pub mod prediction_powered;
pub mod prevalence;
pub mod processors;
pub mod proportion;
pub mod random;
pub mod ranks;
pub mod survival;
pub mod topics;
pub mod trajectories;
pub mod weighted_sample;

pub use interval::Bounded;
