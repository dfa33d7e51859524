//! What all importers do with a row: count it, place it, check its fields, emit its records.
//!
//! Importers talk to this and not to the sink, so that the counting rule of [`crate::Sink`] and
//! the treatment of unbelievable fields are the same everywhere.

use chrono::{DateTime, Utc};
use entangle_dump::{FileReader, Row, Span, Unreadable};
use entangle_model::record::{
    Account, FormerName, Identifier, Place, Post, PostKind, RecordKind, Reject, Thread,
};
use entangle_model::{AccountId, IdentifierKind, IdentifierRole, TimePrecision};
use entangle_text::identifiers::{FoundIdentifier, extract, normalize};
use entangle_text::language::identify;
use entangle_text::markup::{PlainText, bbcode_to_plain, html_to_plain, plain};
use rustc_hash::FxHashSet;
use std::sync::Arc;

use crate::instant::{ReadInstant, ZoneCounts, disbelief, read_instant};
use crate::{ImportError, ImportOptions, Sink};

const PROGRESS_STEP_BYTES: u64 = 4 << 20;

/// Accounts (and threads, and former names) remembered as emitted, about 40 MiB. Beyond that the memory starts anew and accounts
/// are emitted again, which a sink allows.
const REMEMBERED_COUNT_MAX: usize = 2 << 20;

/// The markup of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    /// None; lines that begin with `>` are quotations.
    Plain,
    /// HTML.
    Html,
    /// BBCode.
    BbCode,
}

impl BodyFormat {
    /// The format of a name in a canonical file.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "plain" => Some(Self::Plain),
            "html" => Some(Self::Html),
            "bbcode" => Some(Self::BbCode),
            _ => None,
        }
    }

    /// The text without markup, with quotations and links apart.
    pub fn plain_text(self, text: &str) -> PlainText {
        match self {
            Self::Plain => plain(text),
            Self::Html => html_to_plain(text),
            Self::BbCode => bbcode_to_plain(text),
        }
    }
}

/// A row that was received and is being mapped.
#[derive(Debug, Clone)]
pub struct RowContext {
    /// What it is to become.
    pub record: RecordKind,
    /// Where it stands.
    pub place: Place,
    /// Hash of its bytes.
    pub content_hash: String,
}

impl RowContext {
    /// A native id for a record that the source gives none: the hash of its row.
    pub fn hash_id(&self) -> String {
        prefixed(&self.content_hash)
    }
}

/// The text of a post, ready to be stored.
#[derive(Debug, Default)]
pub struct PostText {
    body: Option<String>,
    quoted_character_count: u64,
    link_count: u64,
    attachment_count: u64,
    mention_count: u64,
    quoted: String,
}

impl From<PlainText> for PostText {
    fn from(plain: PlainText) -> Self {
        Self {
            quoted_character_count: plain.quoted.chars().count() as u64,
            link_count: plain.links.len() as u64,
            attachment_count: 0,
            mention_count: plain.mention_count,
            body: non_empty(plain.text),
            quoted: plain.quoted,
        }
    }
}

impl PostText {
    /// A text that is somebody else's as a whole, such as a forwarded message.
    pub fn quotation(text: &str) -> Self {
        Self {
            body: None,
            quoted_character_count: text.chars().count() as u64,
            link_count: plain(text).links.len() as u64,
            attachment_count: 0,
            mention_count: 0,
            quoted: text.to_string(),
        }
    }

    /// The text with so many files and pictures beside it, more than its markup has.
    pub fn with_attachments(mut self, attachment_count: u64) -> Self {
        self.attachment_count += attachment_count;
        self
    }
}

/// A post as an importer maps it; its place and hash come with the row.
#[derive(Debug)]
pub struct NewPost {
    /// The id that the source gives the post.
    pub native_id: String,
    /// Native id of the author; `None` for deleted and guest authors.
    pub account_native_id: Option<String>,
    /// Native id of the thread; `None` where the row does not state it.
    pub thread_native_id: Option<String>,
    /// Native id of the post that this one answers; `None` if it answers none.
    pub parent_native_id: Option<String>,
    /// What kind of text it is.
    pub kind: PostKind,
    /// When it was posted; `None` if not stated or not believed.
    pub posted_at: Option<DateTime<Utc>>,
    /// When its text was last changed; `None` if it never was, or that is not stated.
    pub edited_at: Option<DateTime<Utc>>,
    /// Its text.
    pub text: PostText,
}

impl NewPost {
    /// A post of which nothing is known but its id and kind; for the rest of a struct literal.
    pub fn new(native_id: impl Into<String>, kind: PostKind) -> Self {
        Self {
            native_id: native_id.into(),
            account_native_id: None,
            thread_native_id: None,
            parent_native_id: None,
            kind,
            posted_at: None,
            edited_at: None,
            text: PostText::default(),
        }
    }
}

/// A thread that posts mention, as an importer maps it.
#[derive(Debug)]
pub struct NewThread {
    /// The id that the source gives the thread, or that of its first post.
    pub native_id: String,
    /// Native id of the account that started it, where the row is the first post.
    pub account_native_id: Option<String>,
    /// Name of the board that holds it.
    pub board: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// When it was started, where the row is the first post.
    pub started_at: Option<DateTime<Utc>>,
}

impl NewThread {
    /// A thread of which nothing is known but its id; for the rest of a struct literal.
    pub fn new(native_id: impl Into<String>) -> Self {
        Self {
            native_id: native_id.into(),
            account_native_id: None,
            board: None,
            title: None,
            started_at: None,
        }
    }
}

/// Counts, checks and emits.
pub struct Recorder<'a> {
    sink: &'a mut dyn Sink,
    now: DateTime<Utc>,
    file: Arc<str>,
    finished_bytes: u64,
    file_bytes: u64,
    reported_bytes: u64,
    emitted_accounts: FxHashSet<AccountId>,
    emitted_threads: FxHashSet<AccountId>,
    emitted_former_names: FxHashSet<AccountId>,
    has_noted_zone: bool,
    zones: ZoneCounts,
    last_read: LastRead,
}

/// The precisions of the instants that were read last: those of the row that is being mapped.
/// Importers pass on the instant alone, and its record asks here.
#[derive(Debug, Default)]
struct LastRead {
    instants: [Option<(DateTime<Utc>, TimePrecision)>; 4],
    next: usize,
}

impl LastRead {
    fn add(&mut self, instant: DateTime<Utc>, precision: TimePrecision) {
        self.instants[self.next] = Some((instant, precision));
        self.next = (self.next + 1) % self.instants.len();
    }

    /// The precision of an instant; that of a second where it was not read from a text.
    fn precision(&self, instant: DateTime<Utc>) -> TimePrecision {
        let newest_first = (1..=self.instants.len()).map(|back| {
            let length = self.instants.len();
            self.instants[(self.next + length - back) % length]
        });
        newest_first
            .flatten()
            .find(|(known, _)| *known == instant)
            .map_or(TimePrecision::Second, |(_, precision)| precision)
    }
}

impl<'a> Recorder<'a> {
    /// For one import.
    pub fn new(options: &ImportOptions, sink: &'a mut dyn Sink) -> Self {
        Self {
            sink,
            now: options.now,
            file: "".into(),
            finished_bytes: 0,
            file_bytes: 0,
            reported_bytes: 0,
            emitted_accounts: FxHashSet::default(),
            emitted_threads: FxHashSet::default(),
            emitted_former_names: FxHashSet::default(),
            has_noted_zone: false,
            zones: ZoneCounts::default(),
            last_read: LastRead::default(),
        }
    }

    /// Rows come from this file from now on.
    pub fn start_file(&mut self, file: &FileReader<'_>) {
        self.finished_bytes += self.file_bytes;
        self.file_bytes = 0;
        self.file = Arc::clone(file.file());
        self.has_noted_zone = false;
        self.sink.file_started(file.encoding().name());
    }

    /// The current file has been read up to a position.
    pub fn progress(&mut self, byte_position: u64) -> Result<(), ImportError> {
        self.file_bytes = byte_position;
        let bytes_read = self.finished_bytes + byte_position;
        if bytes_read >= self.reported_bytes + PROGRESS_STEP_BYTES {
            self.reported_bytes = bytes_read;
            self.sink.progress(bytes_read)?;
        }
        Ok(())
    }

    /// Reports all bytes as read, and what the zones of the instants rest on.
    pub fn finish(&mut self) -> Result<(), ImportError> {
        self.sink.zones(&self.zones);
        self.sink.progress(self.finished_bytes + self.file_bytes)
    }

    /// A row was received: counts it and describes it.
    pub fn row(&mut self, record: RecordKind, row: &Row<'_>) -> Result<RowContext, ImportError> {
        self.sink.asked(record);
        self.describe(record, row)
    }

    fn describe(&mut self, record: RecordKind, row: &Row<'_>) -> Result<RowContext, ImportError> {
        let context = RowContext {
            record,
            place: self.place(row.span),
            content_hash: content_hash(row.raw),
        };
        if row.is_lossy {
            self.drop_field(
                &context,
                "encoding",
                "bytes that are invalid in the file's encoding were replaced",
            )?;
        }
        Ok(context)
    }

    /// A row was received that is no record of its own but a part of one.
    pub fn part(&mut self, of: RecordKind, row: &Row<'_>) -> Result<RowContext, ImportError> {
        self.describe(of, row)
    }

    /// A row carries one more record.
    pub fn also(&mut self, record: RecordKind, context: &RowContext) -> RowContext {
        self.sink.asked(record);
        RowContext {
            record,
            ..context.clone()
        }
    }

    /// A row was found that cannot be read.
    pub fn unreadable(&mut self, record: RecordKind, unreadable: Unreadable) {
        self.sink.asked(record);
        let place = self.place(unreadable.span);
        self.sink.unreadable(Reject {
            record,
            field: None,
            reason: unreadable.reason,
            place,
        });
    }

    /// A row was found whose text is not what it should be.
    pub fn unreadable_row(&mut self, record: RecordKind, row: &Row<'_>, reason: &str) {
        let unreadable = Unreadable {
            span: row.span,
            reason: reason.to_string(),
        };
        self.unreadable(record, unreadable);
    }

    /// The row could not be mapped.
    pub fn reject_row(
        &mut self,
        context: RowContext,
        reason: impl Into<String>,
    ) -> Result<(), ImportError> {
        self.sink.reject(Reject {
            record: context.record,
            field: None,
            reason: reason.into(),
            place: context.place,
        })
    }

    /// The record is kept without one of its fields.
    pub fn drop_field(
        &mut self,
        context: &RowContext,
        field: &str,
        reason: impl Into<String>,
    ) -> Result<(), ImportError> {
        self.sink.reject(Reject {
            record: context.record,
            field: Some(field.to_string()),
            reason: reason.into(),
            place: context.place.clone(),
        })
    }

    /// The instant of a field; `None`, with a reject, if it cannot be read or believed.
    pub fn instant(
        &mut self,
        context: &RowContext,
        field: &str,
        text: Option<&str>,
    ) -> Result<Option<DateTime<Utc>>, ImportError> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Ok(None);
        };
        let read = read_instant(text).ok_or("the instant cannot be read");
        self.stated_instant(context, field, read)
    }

    /// As [`Recorder::instant`], for a text that the importer read by itself; the error is the
    /// reason why it could not.
    pub fn stated_instant(
        &mut self,
        context: &RowContext,
        field: &str,
        read: Result<ReadInstant, &'static str>,
    ) -> Result<Option<DateTime<Utc>>, ImportError> {
        let believed = read.and_then(|read| match disbelief(read.instant, self.now) {
            None => Ok(read),
            Some(problem) => Err(problem),
        });
        match believed {
            Ok(read) => {
                self.zones.add(read.zone);
                self.last_read.add(read.instant, read.precision);
                Ok(Some(read.instant))
            }
            Err(problem) => {
                self.drop_field(context, field, problem)?;
                Ok(None)
            }
        }
    }

    /// As [`Recorder::instant`], for a format that ought to state a time zone: the first instant
    /// of a file that does not is noted.
    pub fn instant_with_zone(
        &mut self,
        context: &RowContext,
        field: &str,
        text: Option<&str>,
    ) -> Result<Option<DateTime<Utc>>, ImportError> {
        let is_assumed = text
            .and_then(read_instant)
            .is_some_and(|read| read.is_zone_assumed);
        if is_assumed && !self.has_noted_zone {
            self.has_noted_zone = true;
            let note = "the time zone is not stated; from here on such instants of this file are taken as UTC";
            self.drop_field(context, field, note)?;
        }
        self.instant(context, field, text)
    }

    /// Emits an account, and the identifiers of its profile.
    pub fn account(&mut self, mut account: Account) -> Result<(), ImportError> {
        account.registered_at_precision = account
            .registered_at
            .map(|instant| self.last_read.precision(instant));
        let mut found = Vec::new();
        for text in [&account.about, &account.location, &account.website]
            .into_iter()
            .flatten()
        {
            found.extend(extract(text, IdentifierRole::Profile));
        }
        let website = account.website.as_deref();
        for kind in [IdentifierKind::Domain, IdentifierKind::Onion] {
            if let Some(value) = website.and_then(|website| normalize(kind, website)) {
                found.push(FoundIdentifier {
                    kind,
                    value,
                    role: IdentifierRole::Profile,
                    byte_start: 0,
                    byte_end: 0,
                });
            }
        }
        let (native_id, place) = (account.native_id.clone(), account.place.clone());
        remember(&mut self.emitted_accounts, &[&native_id]);
        self.sink.account(account)?;
        self.show(&native_id, None, without_places(found), &place)
    }

    /// Whether an account of this id was emitted, as far as the recorder remembers.
    pub fn has_emitted_account(&self, native_id: &str) -> bool {
        self.emitted_accounts
            .contains(&AccountId::derive(&[native_id]))
    }

    /// Emits the account of somebody who is known only as an author, unless it was emitted
    /// before, and counts it. Its hash is that of id and name, which do not change from post to
    /// post. Says whether it was emitted.
    pub fn author(
        &mut self,
        native_id: &str,
        name: Option<&str>,
        context: &RowContext,
    ) -> Result<bool, ImportError> {
        self.author_or_bot(native_id, name, None, context)
    }

    /// As [`Recorder::author`], where a post says whether a program wrote it; `None` where it
    /// does not.
    pub fn author_or_bot(
        &mut self,
        native_id: &str,
        name: Option<&str>,
        is_bot: Option<bool>,
        context: &RowContext,
    ) -> Result<bool, ImportError> {
        if !remember(&mut self.emitted_accounts, &[native_id]) {
            return Ok(false);
        }
        self.sink.asked(RecordKind::Account);
        self.sink.account(Account {
            is_bot,
            ..account_of_author(native_id, name, &context.place)
        })?;
        Ok(true)
    }

    /// Emits a thread.
    pub fn thread(&mut self, thread: Thread) -> Result<(), ImportError> {
        remember(&mut self.emitted_threads, &[&thread.native_id]);
        self.sink.thread(thread)
    }

    /// Emits a thread that only its posts mention, unless it was emitted before, and counts it.
    pub fn derived_thread(
        &mut self,
        native_id: &str,
        title: Option<&str>,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let thread = NewThread {
            board: title.map(str::to_string),
            title: title.map(str::to_string),
            ..NewThread::new(native_id)
        };
        self.mentioned_thread(thread, context)
    }

    /// As [`Recorder::derived_thread`], with what the row says about the thread. The row that
    /// says when the thread was started emits it again if another mentioned it before.
    pub fn mentioned_thread(
        &mut self,
        thread: NewThread,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let is_new = remember(&mut self.emitted_threads, &[&thread.native_id]);
        if !is_new && thread.started_at.is_none() {
            return Ok(());
        }
        self.sink.asked(RecordKind::Thread);
        let identity = format!(
            "{}\n{}",
            thread.native_id,
            thread.title.as_deref().unwrap_or_default()
        );
        self.sink.thread(Thread {
            native_id: thread.native_id,
            account_native_id: thread.account_native_id,
            board: thread.board,
            title: thread.title,
            started_at: thread.started_at,
            place: context.place.clone(),
            content_hash: content_hash(identity.as_bytes()),
        })
    }

    /// Emits a post, and the identifiers of its text if it has an author.
    pub fn post(&mut self, context: RowContext, post: NewPost) -> Result<(), ImportError> {
        let NewPost { text, .. } = post;
        let mut found = Vec::new();
        if post.account_native_id.is_some() {
            if let Some(body) = &text.body {
                found = with_places(body, extract(body, IdentifierRole::Mentioned));
            }
            let quoted = extract(&text.quoted, IdentifierRole::Quoted);
            found.extend(without_places(quoted));
        }
        let shows =
            (!found.is_empty()).then(|| (post.account_native_id.clone(), post.native_id.clone()));
        let place = context.place.clone();
        let language = text.body.as_deref().and_then(identify);
        let posted_at_precision = post
            .posted_at
            .map(|instant| self.last_read.precision(instant));
        self.sink.post(Post {
            native_id: post.native_id,
            account_native_id: post.account_native_id,
            thread_native_id: post.thread_native_id,
            parent_native_id: post.parent_native_id,
            kind: post.kind,
            posted_at: post.posted_at,
            posted_at_precision,
            edited_at: post.edited_at,
            body: text.body,
            language: language.map(|guess| guess.language),
            language_confidence: language.map(|guess| guess.confidence),
            quoted_character_count: text.quoted_character_count,
            link_count: text.link_count,
            attachment_count: text.attachment_count,
            mention_count: text.mention_count,
            place: context.place,
            content_hash: context.content_hash,
        })?;
        match shows {
            Some((Some(account), post)) => self.show(&account, Some(&post), found, &place),
            _ => Ok(()),
        }
    }

    /// Emits the identifiers of a text that stands under every post of an account.
    pub fn signature(
        &mut self,
        account_native_id: &str,
        text: &str,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let found = without_places(extract(text, IdentifierRole::Signature));
        self.show(account_native_id, None, found, &context.place)
    }

    /// Emits an identifier that the input states as such.
    pub fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError> {
        self.sink.identifier(identifier)
    }

    /// Emits a name that an account bore before, unless it was emitted with the same end of its
    /// use: some systems tell of one change in two tables.
    pub fn former_name(
        &mut self,
        account_native_id: &str,
        name: &str,
        used_until: Option<DateTime<Utc>>,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let end = used_until.map_or(String::new(), |until| until.to_rfc3339());
        let key = [account_native_id, name, &end];
        if !remember(&mut self.emitted_former_names, &key) {
            return Ok(());
        }
        self.sink.former_name(FormerName {
            account_native_id: account_native_id.to_string(),
            name: name.to_string(),
            used_until,
            place: context.place.clone(),
        })
    }

    /// The place of a span in the current file.
    pub fn place(&self, span: Span) -> Place {
        Place {
            file: Arc::clone(&self.file),
            byte_start: span.byte_start,
            byte_end: span.byte_end,
            line: Some(span.line),
        }
    }

    /// Emits the identifiers that a record shows, each once, in its first place.
    fn show(
        &mut self,
        account: &str,
        post: Option<&str>,
        mut shown: Vec<ShownIdentifier>,
        place: &Place,
    ) -> Result<(), ImportError> {
        shown.sort_by(|left, right| identity(left).cmp(&identity(right)));
        shown.dedup_by(|left, right| identity(left) == identity(right));
        for ShownIdentifier { found, characters } in shown {
            self.sink.identifier(Identifier {
                account_native_id: account.to_string(),
                post_native_id: post.map(str::to_string),
                kind: found.kind,
                value: found.value,
                role: found.role,
                character_start: characters.map(|(start, _)| start),
                character_end: characters.map(|(_, end)| end),
                place: place.clone(),
            })?;
        }
        Ok(())
    }
}

/// The account of somebody of whom nothing is known but id and name, whose hash is that of both.
pub fn account_of_author(native_id: &str, name: Option<&str>, place: &Place) -> Account {
    Account {
        native_id: native_id.to_string(),
        name: name.map(str::to_string),
        registered_at: None,
        registered_at_precision: None,
        last_seen_at: None,
        about: None,
        location: None,
        website: None,
        reputation: None,
        is_staff: None,
        is_bot: None,
        is_banned: None,
        place: place.clone(),
        content_hash: content_hash(format!("{native_id}\n{}", name.unwrap_or_default()).as_bytes()),
    }
}

/// An identifier, with its place in a stored body: the characters before its first and up to its
/// last one.
struct ShownIdentifier {
    found: FoundIdentifier,
    characters: Option<(u64, u64)>,
}

/// Of a text that is not stored as a body.
fn without_places(found: Vec<FoundIdentifier>) -> Vec<ShownIdentifier> {
    let place = |found| ShownIdentifier {
        found,
        characters: None,
    };
    found.into_iter().map(place).collect()
}

/// Of a body, in which the identifiers stand in order.
fn with_places(body: &str, found: Vec<FoundIdentifier>) -> Vec<ShownIdentifier> {
    let (mut byte, mut character) = (0, 0);
    let place = |found: FoundIdentifier| {
        if let Some(between) = body.get(byte..found.byte_start) {
            character += between.chars().count() as u64;
            byte = found.byte_start;
        }
        let length = body
            .get(found.byte_start..found.byte_end)
            .map_or(0, |written| written.chars().count() as u64);
        ShownIdentifier {
            found,
            characters: Some((character, character + length)),
        }
    };
    found.into_iter().map(place).collect()
}

fn identity(shown: &ShownIdentifier) -> (IdentifierKind, &str, IdentifierRole) {
    (shown.found.kind, &shown.found.value, shown.found.role)
}

/// Says whether what these parts name is new, and remembers it.
fn remember(emitted: &mut FxHashSet<AccountId>, parts: &[&str]) -> bool {
    if emitted.len() >= REMEMBERED_COUNT_MAX {
        emitted.clear();
    }
    emitted.insert(AccountId::derive(parts))
}

/// A native id for a record without a number: the hash of what it says, so that the same record
/// has the same id wherever it stands. Parts cannot run together but by a NUL.
pub fn hash_id(parts: &[&str]) -> String {
    hash_id_of_bytes(parts.join("\u{0}").as_bytes())
}

/// As [`hash_id`], for the bytes of a record as they stand.
pub fn hash_id_of_bytes(bytes: &[u8]) -> String {
    prefixed(&content_hash(bytes))
}

/// The prefix keeps hashes apart from the numbers of a source.
fn prefixed(hash: &str) -> String {
    format!("hash:{hash}")
}

/// First 128 bits of the BLAKE3 hash in hexadecimal digits.
pub fn content_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_string()
}

/// The text without white space at its ends, `None` if nothing is left.
pub fn non_empty(text: impl Into<String>) -> Option<String> {
    let text = text.into();
    let trimmed = text.trim();
    if trimmed.is_empty() {
        None
    } else if trimmed.len() == text.len() {
        Some(text)
    } else {
        Some(trimmed.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_body_count_characters() {
        let body = "жаба bob@jabber.ru, тг @bob_sells";
        let places: Vec<String> = with_places(body, extract(body, IdentifierRole::Mentioned))
            .into_iter()
            .filter_map(|shown| {
                let (start, end) = shown.characters?;
                let written = body.chars().skip(start as usize);
                Some(written.take((end - start) as usize).collect())
            })
            .collect();
        assert_eq!(places, ["bob@jabber.ru", "@bob_sells"]);
    }
}
