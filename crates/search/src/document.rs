//! A post as the index takes it.

/// Instants that the index can hold: the years 1 to 9999, microseconds since 1970.
pub(crate) const POSTED_AT_US: std::ops::RangeInclusive<i64> =
    -62_135_596_800_000_000..=253_402_300_799_999_999;

/// Longest name, board, id or identifier that is indexed, bytes; longer ones are cut.
pub(crate) const VALUE_BYTES_MAX: usize = 1_000;

/// One post with what a search may ask of it.
///
/// Texts are as in the tables; the index folds them itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostDocument {
    /// Stable id of the post; the key of the index.
    pub post_id: String,
    /// Name of the source.
    pub source: String,
    /// Stable id of the thread; `None` where it is not stated.
    pub thread_id: Option<String>,
    /// Title of the thread; `None` where it has none.
    pub thread_title: Option<String>,
    /// Board, section or chat; `None` where the source has none.
    pub board: Option<String>,
    /// Stable id of the author; `None` for deleted accounts and guests.
    pub account_id: Option<String>,
    /// Name of the author as others see it; `None` where it is not known.
    pub author_name: Option<String>,
    /// Kind of post: opening, reply, comment, message, notice, or any other word.
    pub kind: String,
    /// Language of the body, ISO 639-1; `None` where it is not known.
    pub language: Option<String>,
    /// When it was posted, microseconds since 1970 in UTC; `None` where it is not stated. An
    /// instant outside the years 1 to 9999 is taken as not stated.
    pub posted_at_us: Option<i64>,
    /// The text; empty where the source has none.
    pub body: String,
    /// Identifiers that the post shows, in normal form.
    pub identifiers: Vec<PostIdentifier>,
    /// Posts with the same key have the same text or nearly; `None` for short texts.
    pub near_copy_key: Option<i64>,
    /// What a hit gives back of the post, as is; nothing in it is searched. Empty for nothing.
    pub record: String,
}

/// An identifier that a post shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostIdentifier {
    /// What it is: email, jabber, bitcoin and so on.
    pub kind: String,
    /// Normal form.
    pub value: String,
}

impl PostDocument {
    /// The instant, where it can be held.
    pub(crate) fn believable_posted_at_us(&self) -> Option<i64> {
        self.posted_at_us
            .filter(|instant| POSTED_AT_US.contains(instant))
    }
}

/// The text without what exceeds the longest value, cut between characters.
pub(crate) fn cut(value: &str) -> &str {
    &value[..value.floor_char_boundary(VALUE_BYTES_MAX)]
}
