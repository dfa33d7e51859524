//! Why a comparison gives no weight.

use std::fmt;

/// The reason for which two accounts are not compared. It counts neither for nor against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Abstention {
    /// No language in which both accounts wrote enough words.
    TooFewWords,
    /// No language with enough words on both sides was trained.
    LanguageNotTrained,
    /// At least one account has too few posts with a known time.
    TooFewPosts,
    /// The two are too seldom active in the same hours for a coincidence to be expected.
    TooFewSharedHours,
    /// Both write in the same language, at least now and then.
    LanguageShared,
}

impl fmt::Display for Abstention {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Abstention::TooFewWords => "too few words in any one language on both sides",
            Abstention::LanguageNotTrained => "no trained model for the language",
            Abstention::TooFewPosts => "too few dated posts on at least one side",
            Abstention::TooFewSharedHours => "too few hours in which both were active",
            Abstention::LanguageShared => "both write in the same language",
        })
    }
}
