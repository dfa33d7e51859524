//! What kind of place a source is.

use serde::{Deserialize, Serialize};

/// The kind of a source, as the person who imports it states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A legal, open forum: the population under study.
    Public,
    /// A forum devoted to cybercrime.
    Cybercrime,
    /// A market with listings, vendors and feedback.
    Market,
    /// A broadcast channel or public group of a messenger.
    Channel,
    /// A chat room or a set of conversations.
    Chat,
    /// Material that was leaked rather than published.
    Leak,
}

impl SourceKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [SourceKind; 6] = [
        SourceKind::Public,
        SourceKind::Cybercrime,
        SourceKind::Market,
        SourceKind::Channel,
        SourceKind::Chat,
        SourceKind::Leak,
    ];

    /// The word used in tables and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::Public => "public",
            SourceKind::Cybercrime => "cybercrime",
            SourceKind::Market => "market",
            SourceKind::Channel => "channel",
            SourceKind::Chat => "chat",
            SourceKind::Leak => "leak",
        }
    }

    /// The kind that a word names.
    pub fn parse(word: &str) -> Option<SourceKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
