//! What an importer produces: records of one source, in the source's own ids.
//!
//! Records name one another by native id. The stage that stores them derives the stable ids
//! of [`crate::ids`], so no importer can get them wrong.
//!
//! A field is `None` where the source does not have it or where its value was not believable;
//! it is never a zero, an empty string or the year 1970 instead.

use chrono::{DateTime, Utc};
use std::sync::Arc;

use crate::{IdentifierKind, IdentifierRole, TimePrecision};

/// Where a record stands in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the path given to the import; for a member of an archive
    /// `archive.zip!member`.
    pub file: Arc<str>,
    /// Offset of the record's first byte in the decompressed file.
    pub byte_start: u64,
    /// Offset after the record's last byte in the decompressed file.
    pub byte_end: u64,
    /// Line on which the record begins, counted from 1; `None` where lines mean nothing.
    pub line: Option<u64>,
}

/// One registration.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The id that the source gives the account.
    pub native_id: String,
    /// The name that others see. `None` for a deleted or nameless account.
    pub name: Option<String>,
    /// When the account was registered.
    pub registered_at: Option<DateTime<Utc>>,
    /// How exactly `registered_at` is stated. `None` in what an importer gives to the recorder,
    /// which knows it; after that only where `registered_at` is.
    pub registered_at_precision: Option<TimePrecision>,
    /// When the source last saw the account.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Text of the profile, plain.
    pub about: Option<String>,
    /// Place as the account states it.
    pub location: Option<String>,
    /// Web site as the account states it.
    pub website: Option<String>,
    /// Points, karma or reputation in the source's own unit.
    pub reputation: Option<i64>,
    /// Whether the account moderates or administers the source.
    pub is_staff: Option<bool>,
    /// Whether a program posts under the account.
    pub is_bot: Option<bool>,
    /// Whether the source has banned the account.
    pub is_banned: Option<bool>,
    /// Where the record stands.
    pub place: Place,
    /// BLAKE3 hash of the record's bytes, 128 bits in hexadecimal digits.
    pub content_hash: String,
}

/// One thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The id that the source gives the thread.
    pub native_id: String,
    /// Native id of the account that started it.
    pub account_native_id: Option<String>,
    /// Name of the board, section or chat that holds it.
    pub board: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// When it was started.
    pub started_at: Option<DateTime<Utc>>,
    /// Where the record stands.
    pub place: Place,
    /// BLAKE3 hash of the record's bytes, 128 bits in hexadecimal digits.
    pub content_hash: String,
}

/// What kind of text a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostKind {
    /// The first post of a thread.
    Opening,
    /// A reply in a thread.
    Reply,
    /// A short remark on a post.
    Comment,
    /// A message in a chat, a channel or a private conversation.
    Message,
    /// Text of the source about itself: a tag description, a service notice.
    Notice,
}

impl PostKind {
    /// The word used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            PostKind::Opening => "opening",
            PostKind::Reply => "reply",
            PostKind::Comment => "comment",
            PostKind::Message => "message",
            PostKind::Notice => "notice",
        }
    }

    /// The kind that a word names.
    pub fn parse(word: &str) -> Option<PostKind> {
        [
            Self::Opening,
            Self::Reply,
            Self::Comment,
            Self::Message,
            Self::Notice,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }
}

/// One message by one account.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// The id that the source gives the post.
    pub native_id: String,
    /// Native id of the author; `None` for deleted and guest authors.
    pub account_native_id: Option<String>,
    /// Native id of the thread.
    pub thread_native_id: Option<String>,
    /// Native id of the post that this one answers or comments on.
    pub parent_native_id: Option<String>,
    /// What kind of text it is.
    pub kind: PostKind,
    /// When it was posted.
    pub posted_at: Option<DateTime<Utc>>,
    /// How exactly `posted_at` is stated; `None` where it is.
    pub posted_at_precision: Option<TimePrecision>,
    /// When its text was last changed. `None` if it never was, or the source does not say.
    pub edited_at: Option<DateTime<Utc>>,
    /// Text without markup and without quotations. `None` where the source has no text.
    pub body: Option<String>,
    /// Language of the body, ISO 639-1. `None` where it is too short or fits no language clearly.
    pub language: Option<&'static str>,
    /// Probability that the language is right, 0 to 1. `None` where the language is.
    pub language_confidence: Option<f64>,
    /// Number of characters (Unicode scalar values) that were quotation and are not in `body`.
    pub quoted_character_count: u64,
    /// Number of web links in the text.
    pub link_count: u64,
    /// Number of files and pictures that came with the text.
    pub attachment_count: u64,
    /// How often the markup of the text names an account of the source; 0 also where the markup
    /// has no way to do so.
    pub mention_count: u64,
    /// Where the record stands.
    pub place: Place,
    /// BLAKE3 hash of the record's bytes, 128 bits in hexadecimal digits.
    pub content_hash: String,
}

/// One identifier that an account shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Native id of the account that shows it.
    pub account_native_id: String,
    /// Native id of the post that shows it; `None` for a profile.
    pub post_native_id: Option<String>,
    /// What it is.
    pub kind: IdentifierKind,
    /// Its normal form, as documented with the kind.
    pub value: String,
    /// How it is shown.
    pub role: IdentifierRole,
    /// Place of its first character in the body of the post, in Unicode scalar values; `None` for
    /// a profile or signature, and where it stood in a quotation, which is not in the body.
    pub character_start: Option<u64>,
    /// Place after its last character in the body of the post; `None` as for `character_start`.
    pub character_end: Option<u64>,
    /// Where the record that shows it stands.
    pub place: Place,
}

impl Identifier {
    /// An identifier that a field of a profile states.
    pub fn of_profile(
        account_native_id: impl Into<String>,
        kind: IdentifierKind,
        value: String,
        place: Place,
    ) -> Self {
        Self {
            account_native_id: account_native_id.into(),
            post_native_id: None,
            kind,
            value,
            role: IdentifierRole::Profile,
            character_start: None,
            character_end: None,
            place,
        }
    }
}

/// A name that an account bore before the one it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    /// Native id of the account.
    pub account_native_id: String,
    /// The name as others saw it.
    pub name: String,
    /// When the account gave the name up. `None` where the source does not say.
    pub used_until: Option<DateTime<Utc>>,
    /// Where the record that tells of the change stands.
    pub place: Place,
}

/// What a row of the input was meant to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordKind {
    /// An [`Account`].
    Account,
    /// A [`Thread`].
    Thread,
    /// A [`Post`].
    Post,
    /// Not known, because the row could not be read.
    Unknown,
}

impl RecordKind {
    /// The word used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordKind::Account => "account",
            RecordKind::Thread => "thread",
            RecordKind::Post => "post",
            RecordKind::Unknown => "unknown",
        }
    }
}

/// A row that could not be mapped, or a field that was not believable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// What the row was meant to become.
    pub record: RecordKind,
    /// The field, where the record was kept without it; `None` where the whole row was rejected.
    pub field: Option<String>,
    /// Why, in a sentence without the row's content.
    pub reason: String,
    /// Where the row stands.
    pub place: Place,
}
