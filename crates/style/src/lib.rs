#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod abstention;
mod background;
mod habits;
mod hours;
mod language_use;
mod model;
mod packed;
mod pieces;
mod profile;
mod simultaneous;
mod training;

#[cfg(test)]
mod tests;

pub use abstention::Abstention;
pub use background::{StyleBackground, WORD_COUNT_MIN};
pub use hours::{
    HOUR_COUNT, HOURS_DISCOUNT, HOURS_WEIGHT_BITS_MAX, HourHistogram, HoursModel, POST_COUNT_MIN,
};
pub use language_use::{LANGUAGE_KEPT_SHARE, SourceLanguages, language_weight_bits};
pub use model::{
    CROSS_SITE_DISCOUNT, KNOWN_PAIR_COUNT_MIN, KnownPair, LanguageStyle, StyleModel, StyleVectors,
    StyleWeight, WEIGHT_BITS_MAX, WEIGHT_BITS_MIN,
};
pub use profile::StyleProfile;
pub use simultaneous::{
    EXPECTED_COUNT_MIN, MINUTE_COUNT_MIN, SHARED_DAY_COUNT_MIN, SIMULTANEOUS_WEIGHT_BITS_MIN,
    simultaneous_weight_bits,
};
pub use training::{ACCOUNT_COUNT_MIN, Halves, train};
