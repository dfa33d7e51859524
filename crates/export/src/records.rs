//! What can be exported, as plain structs, and the trait that every document of records implements.
//!
//! Keys tie records together: they are what the caller says, and must be the same text wherever
//! the same thing is meant. Labels are what a reader sees. Whether a label is a name or a
//! pseudonym is decided by the caller; no writer here looks behind it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entangle_model::{IdentifierKind, IdentifierRole, SourceKind};

use crate::ExportError;

/// A forum, market, channel, chat or leak.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its name, which is its key too.
    pub name: String,
    /// What kind of place it is.
    pub kind: SourceKind,
    /// Main language, ISO 639-1; `None` where it was not stated.
    pub language: Option<String>,
}

/// One registration in one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Key, unique over all sources.
    pub key: String,
    /// Name of its source.
    pub source: String,
    /// What a reader sees: a pseudonym or a name, as the caller decided.
    pub label: String,
    /// When it was registered; `None` where that is not stated.
    pub registered_at: Option<DateTime<Utc>>,
    /// When its source last saw it; `None` where that is not stated.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether it moderates or administers its source; `None` where that is not known.
    pub is_staff: Option<bool>,
    /// Whether a program posts under it; `None` where that is not known.
    pub is_bot: Option<bool>,
    /// Whether its source has banned it; `None` where that is not known.
    pub is_banned: Option<bool>,
    /// Posts it has in its source; `None` where they were not counted.
    pub post_count: Option<u64>,
    /// Key of the persona it belongs to; `None` where it belongs to none.
    pub persona_key: Option<String>,
}

/// An identifier that an account shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Identifier {
    /// Key of the account.
    pub account_key: String,
    /// What it is.
    pub kind: IdentifierKind,
    /// Its normal form, or whatever the caller shows in its place.
    pub value: String,
    /// How the account shows it.
    pub role: IdentifierRole,
}

/// A post.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Key, unique over all sources.
    pub key: String,
    /// Name of its source.
    pub source: String,
    /// Key of its author; `None` for a deleted or guest author.
    pub account_key: Option<String>,
    /// Key of its thread; `None` where that is not stated.
    pub thread_key: Option<String>,
    /// Key of the post that it answers; `None` where it answers no post in particular.
    pub parent_key: Option<String>,
    /// When it was posted; `None` where that is not stated.
    pub posted_at: Option<DateTime<Utc>>,
    /// Its text; `None` where the source has none or the caller leaves it out.
    pub text: Option<String>,
    /// Language of its text, ISO 639-1; `None` where it is not known.
    pub language: Option<String>,
}

/// How one account takes up another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// It answers a post of the other.
    Reply,
    /// It quotes a post of the other.
    Quote,
}

impl EdgeKind {
    /// The word for it in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeKind::Reply => "reply",
            EdgeKind::Quote => "quote",
        }
    }
}

/// One reply or quotation, from the account that writes to the account that is taken up.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Which of the two.
    pub kind: EdgeKind,
    /// Key of the account that replies or quotes.
    pub from_account_key: String,
    /// Key of the account that is answered or quoted.
    pub to_account_key: String,
    /// Key of the post that replies or quotes.
    pub post_key: String,
    /// When that was posted; `None` where it is not stated.
    pub happened_at: Option<DateTime<Utc>>,
}

/// What one comparison found on a link.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceRow {
    /// What was compared: name, contact, rivals and so on, as in the table `evidence`.
    pub comparison: String,
    /// The outcome.
    pub level: String,
    /// log2(m / u), bits; positive speaks for one hand.
    pub match_weight_bits: f64,
    /// False where it repeats stronger evidence and is shown only.
    pub is_counted: bool,
}

/// A possible link between two accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Key of the account whose key sorts first.
    pub left_key: String,
    /// Key of the other.
    pub right_key: String,
    /// Probability that one hand holds both, from 0 to 1.
    pub match_probability: f64,
    /// Lower end of its 95 % interval.
    pub match_probability_low: f64,
    /// Upper end of its 95 % interval.
    pub match_probability_high: f64,
    /// Sum of the counted evidence, bits.
    pub match_weight_bits: f64,
    /// What the comparisons found, in the order to be shown.
    pub evidence: Vec<EvidenceRow>,
}

/// Accounts that are held to be of one hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Persona {
    /// Key.
    pub key: String,
    /// What a reader sees: a pseudonym.
    pub label: String,
    /// Keys of the accounts, in the order to be shown.
    pub member_keys: Vec<String>,
    /// Smallest probability among the links that hold it together.
    pub weakest_link_probability: f64,
}

/// What was written and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportCounts {
    /// Records written, by the word for their kind.
    pub written: BTreeMap<&'static str, u64>,
    /// Records left out, by reason.
    pub left_out: BTreeMap<&'static str, u64>,
}

impl ExportCounts {
    pub(crate) fn count_written(&mut self, stage: Stage) {
        *self.written.entry(stage.as_str()).or_default() += 1;
    }

    pub(crate) fn count_left_out(&mut self, reason: &'static str) {
        *self.left_out.entry(reason).or_default() += 1;
    }
}

/// A document that takes records one by one and is written as they come.
///
/// Kinds come in the order of the methods: all sources, then all accounts and so on; kinds may be
/// missing. A record of an earlier kind is [`ExportError::OutOfOrder`]. A document without a place
/// for a kind takes its records and counts them as left out.
pub trait RecordWriter {
    /// Takes a source.
    fn source(&mut self, source: &Source) -> Result<(), ExportError>;
    /// Takes an account.
    fn account(&mut self, account: &Account) -> Result<(), ExportError>;
    /// Takes an identifier of an account.
    fn identifier(&mut self, identifier: &Identifier) -> Result<(), ExportError>;
    /// Takes a post.
    fn post(&mut self, post: &Post) -> Result<(), ExportError>;
    /// Takes a reply or quotation.
    fn edge(&mut self, edge: &Edge) -> Result<(), ExportError>;
    /// Takes a link with its evidence.
    fn link(&mut self, link: &Link) -> Result<(), ExportError>;
    /// Takes a persona.
    fn persona(&mut self, persona: &Persona) -> Result<(), ExportError>;
    /// Ends the document. A document that is not finished is not valid; nothing may follow.
    fn finish(&mut self) -> Result<ExportCounts, ExportError>;
}

/// Records that fit in memory, of every kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Records {
    /// Sources.
    pub sources: Vec<Source>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// Posts; for ConvoKit those of a thread stand together, the first one first.
    pub posts: Vec<Post>,
    /// Replies and quotations.
    pub edges: Vec<Edge>,
    /// Links.
    pub links: Vec<Link>,
    /// Personas.
    pub personas: Vec<Persona>,
}

impl Records {
    /// Writes all of them and ends the document.
    pub fn write_to(&self, writer: &mut dyn RecordWriter) -> Result<ExportCounts, ExportError> {
        self.sources.iter().try_for_each(|it| writer.source(it))?;
        self.accounts.iter().try_for_each(|it| writer.account(it))?;
        self.identifiers
            .iter()
            .try_for_each(|it| writer.identifier(it))?;
        self.posts.iter().try_for_each(|it| writer.post(it))?;
        self.edges.iter().try_for_each(|it| writer.edge(it))?;
        self.links.iter().try_for_each(|it| writer.link(it))?;
        self.personas.iter().try_for_each(|it| writer.persona(it))?;
        writer.finish()
    }
}

/// Kinds of records in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Source,
    Account,
    Identifier,
    Post,
    Edge,
    Link,
    Persona,
    End,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Stage::Source => "sources",
            Stage::Account => "accounts",
            Stage::Identifier => "identifiers",
            Stage::Post => "posts",
            Stage::Edge => "edges",
            Stage::Link => "links",
            Stage::Persona => "personas",
            Stage::End => "the end",
        }
    }
}

/// Where a document stands in the order of kinds.
#[derive(Debug)]
pub(crate) struct Sequence {
    document: &'static str,
    reached: Stage,
}

impl Sequence {
    pub(crate) fn new(document: &'static str) -> Self {
        Sequence {
            document,
            reached: Stage::Source,
        }
    }

    /// Steps to a kind; refuses to step back, or to go on after the end.
    pub(crate) fn enter(&mut self, stage: Stage) -> Result<(), ExportError> {
        if stage < self.reached || self.reached == Stage::End {
            return Err(ExportError::OutOfOrder {
                document: self.document,
                record: stage.as_str(),
                after: self.reached.as_str(),
            });
        }
        self.reached = stage;
        Ok(())
    }
}
