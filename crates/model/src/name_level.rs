//! The levels at which two names are compared, from strict to loose.

use serde::{Deserialize, Serialize};

/// The strictest level on which two names agree.
///
/// The levels are disjoint outcomes of one comparison: a pair of names falls on exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameLevel {
    /// The same characters as written.
    Written,
    /// The same after case folding and compatibility normalisation.
    Folded,
    /// The same skeleton: confusables, transliteration and separators undone.
    Skeleton,
    /// The same stem: affixes and digits removed.
    Stem,
    /// Skeletons that differ by one insertion, deletion, substitution or transposition.
    OneEdit,
    /// One skeleton is the beginning of the other: `wispermint` and `wispermintdev`.
    Beginning,
    /// One skeleton is the end of the other: `wispermint` and `realwispermint`.
    Ending,
    /// None of these.
    None,
}

impl NameLevel {
    /// Every level, from strict to loose.
    pub const ALL: [NameLevel; 8] = [
        NameLevel::Written,
        NameLevel::Folded,
        NameLevel::Skeleton,
        NameLevel::Stem,
        NameLevel::OneEdit,
        NameLevel::Beginning,
        NameLevel::Ending,
        NameLevel::None,
    ];

    /// The word used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            NameLevel::Written => "written",
            NameLevel::Folded => "folded",
            NameLevel::Skeleton => "skeleton",
            NameLevel::Stem => "stem",
            NameLevel::OneEdit => "one_edit",
            NameLevel::Beginning => "beginning",
            NameLevel::Ending => "ending",
            NameLevel::None => "none",
        }
    }

    /// The level that a word names.
    pub fn parse(word: &str) -> Option<NameLevel> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }

    /// Position in [`NameLevel::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}
