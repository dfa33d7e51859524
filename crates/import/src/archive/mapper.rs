//! Records with named fields to accounts, threads and posts, as their shape says.

use chrono::{DateTime, Utc};
use entangle_dump::{FileReader, Limits, Row, Unreadable};
use entangle_model::IdentifierKind;
use entangle_model::ids::native_id_of_name;
use entangle_model::record::{Account, Identifier, PostKind, RecordKind, Thread};
use entangle_text::identifiers::normalize;
use entangle_text::markup::PlainText;
use mail_parser::decoders::base64::base64_decode;
use std::borrow::Cow;
use std::net::IpAddr;

use super::escape::unescaped;
use super::fields::{Field, Fields};
use super::json_value::JsonValue;
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm, ThreadShape};
use crate::ImportError;
use crate::chat::markdown_text;
use crate::recorder::{
    BodyFormat, NewPost, NewThread, PostText, Recorder, RowContext, content_hash, non_empty,
};

/// Maps the records of one file.
pub(super) struct Mapper<'r, 's> {
    recorder: &'r mut Recorder<'s>,
    limits: Limits,
}

/// An author as a record names it.
struct Named {
    native_id: String,
    name: Option<String>,
}

impl<'r, 's> Mapper<'r, 's> {
    pub(super) fn new(limits: &Limits, recorder: &'r mut Recorder<'s>) -> Self {
        Self {
            recorder,
            limits: limits.clone(),
        }
    }

    /// What takes the records.
    pub(super) fn recorder(&mut self) -> &mut Recorder<'s> {
        self.recorder
    }

    pub(super) fn progress(&mut self, byte_position: u64) -> Result<(), ImportError> {
        self.recorder.progress(byte_position)
    }

    /// A row that was found cannot be read.
    pub(super) fn unreadable(&mut self, shape: Shape, unreadable: Unreadable) {
        self.recorder.unreadable(shape.record(), unreadable);
    }

    /// As [`Mapper::unreadable`], for a row that was cut but is not what it should be.
    pub(super) fn unreadable_row(&mut self, shape: Shape, row: &Row<'_>, reason: &str) {
        self.recorder.unreadable_row(shape.record(), row, reason);
    }

    /// What was found in a dump is of no known table.
    pub(super) fn unreadable_unknown(&mut self, unreadable: Unreadable) {
        self.recorder.unreadable(RecordKind::Unknown, unreadable);
    }

    /// Notes that bytes of a record were replaced, where that shows only when it is mapped.
    pub(super) fn note_lossy(&mut self, context: &RowContext) -> Result<(), ImportError> {
        let reason = "bytes that are invalid in the file's encoding were replaced";
        self.recorder.drop_field(context, "encoding", reason)
    }

    /// A record bears the marks of no kind that the system has.
    pub(super) fn unknown(&mut self, row: &Row<'_>) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Unknown, row)?;
        self.recorder
            .reject_row(context, "it is no kind of record that the importer knows")
    }

    /// A row was received that makes a record of a shape.
    pub(super) fn context(
        &mut self,
        shape: Shape,
        row: &Row<'_>,
    ) -> Result<RowContext, ImportError> {
        self.recorder.row(shape.record(), row)
    }

    /// A record stands inside another. Its hash is that of its own text.
    pub(super) fn inner_context(
        &mut self,
        shape: Shape,
        outer: &RowContext,
        value: &JsonValue<'_>,
    ) -> RowContext {
        RowContext {
            content_hash: content_hash(value.to_canonical_text().as_bytes()),
            ..self.recorder.also(shape.record(), outer)
        }
    }

    /// Maps a record.
    pub(super) fn map(
        &mut self,
        shape: Shape,
        record: &impl Fields,
        context: RowContext,
    ) -> Result<(), ImportError> {
        match shape {
            Shape::Post(shape) => self.map_post(shape, record, context),
            Shape::Thread(shape) => self.map_thread(shape, record, context),
            Shape::Account(shape) => self.map_account(shape, record, context),
            Shape::PassedOver => Ok(()),
        }
    }

    fn map_post(
        &mut self,
        shape: &PostShape,
        record: &impl Fields,
        context: RowContext,
    ) -> Result<(), ImportError> {
        let author = self.author(&shape.author, record, &context)?;
        let native_id = id(shape.id, record).unwrap_or_else(|| context.hash_id());
        let thread_native_id = id(shape.thread, record);
        let kind = post_kind(shape.kind, record, &native_id, thread_native_id.as_deref());
        let posted_at = self.instant("posted_at", shape.posted_at, record, &context)?;
        let edited_at = self.instant("edited_at", shape.edited_at, record, &context)?;
        if let Some(thread) = &thread_native_id {
            let is_opening = kind == PostKind::Opening;
            let thread = NewThread {
                account_native_id: author.clone().filter(|_| is_opening),
                board: line(shape.board, record),
                title: line(shape.thread_title, record),
                started_at: posted_at.filter(|_| is_opening),
                ..NewThread::new(thread.clone())
            };
            self.recorder.mentioned_thread(thread, &context)?;
        }
        if let (Some(author), Some(signature)) = (&author, record.text(shape.signature)) {
            self.recorder.signature(author, &signature, &context)?;
        }
        let attachments = shape
            .attachments
            .iter()
            .map(|path| record.count(path))
            .sum();
        let text = self.post_text(shape, record, &context)?;
        let is_answer = !has_any_part(shape.parent, record, shape.no_parent);
        let parent = id(shape.parent, record).filter(|parent| is_answer && *parent != native_id);
        let post = NewPost {
            account_native_id: author,
            thread_native_id,
            parent_native_id: parent,
            posted_at,
            edited_at: edited_at.filter(|edited_at| Some(*edited_at) != posted_at),
            text: text.with_attachments(attachments),
            ..NewPost::new(native_id, kind)
        };
        self.recorder.post(context, post)
    }

    fn post_text(
        &mut self,
        shape: &PostShape,
        record: &impl Fields,
        context: &RowContext,
    ) -> Result<PostText, ImportError> {
        let stated = shape
            .text
            .iter()
            .find_map(|(field, form)| Some((record.text(field)?, *form)));
        let Some((text, form)) = stated else {
            return Ok(PostText::default());
        };
        if shape.no_text.contains(&text.trim()) {
            return Ok(PostText::default());
        }
        match self.plain(&text, form) {
            Some(plain) => Ok(plain.into()),
            None => {
                let reason = "the text is not in the encoding that it ought to be in";
                self.recorder.drop_field(context, "body", reason)?;
                Ok(PostText::default())
            }
        }
    }

    /// The text without markup; `None` if its encoding is damaged.
    fn plain(&self, text: &str, form: TextForm) -> Option<PlainText> {
        Some(match form {
            TextForm::Plain => BodyFormat::Plain.plain_text(text),
            TextForm::Markdown => markdown_text(text),
            TextForm::Html => BodyFormat::Html.plain_text(text),
            TextForm::BbCode => BodyFormat::BbCode.plain_text(text),
            TextForm::Escaped => BodyFormat::Plain.plain_text(&unescaped(text)),
            TextForm::GzipBase64 => {
                let bytes = base64_decode(text.as_bytes())?;
                BodyFormat::Plain.plain_text(&self.unpacked(&bytes)?)
            }
        })
    }

    /// The text of a gzip stream, or of bytes that are none, up to the limit of a row.
    fn unpacked(&self, bytes: &[u8]) -> Option<String> {
        let mut stream = FileReader::from_stream("body", bytes, &self.limits, None).ok()?;
        let text = stream.read_head(self.limits.row_bytes_max).ok()?;
        (!text.is_empty()).then_some(text)
    }

    fn map_thread(
        &mut self,
        shape: &ThreadShape,
        record: &impl Fields,
        context: RowContext,
    ) -> Result<(), ImportError> {
        let Some(native_id) = id(shape.id, record) else {
            return self.recorder.reject_row(context, "the thread has no id");
        };
        let account_native_id = self.author(&shape.author, record, &context)?;
        let started_at = self.instant("started_at", shape.started_at, record, &context)?;
        self.recorder.thread(Thread {
            native_id,
            account_native_id,
            board: line(shape.board, record),
            title: line(shape.title, record),
            started_at,
            place: context.place,
            content_hash: context.content_hash,
        })
    }

    fn map_account(
        &mut self,
        shape: &AccountShape,
        record: &impl Fields,
        context: RowContext,
    ) -> Result<(), ImportError> {
        let Some(named) = named(&shape.author, record) else {
            return self
                .recorder
                .reject_row(context, "the account has neither id nor name");
        };
        let registered_at = self.instant("registered_at", shape.registered_at, record, &context)?;
        let last_seen_at = self.instant("last_seen_at", shape.last_seen_at, record, &context)?;
        let about = record
            .text(shape.about)
            .and_then(|about| self.plain(&about, shape.about_form))
            .and_then(|about| non_empty(about.text));
        if let Some(signature) = record.text(shape.signature) {
            self.recorder
                .signature(&named.native_id, &signature, &context)?;
        }
        self.emit_email(&named.native_id, record.text(shape.email), &context)?;
        self.recorder.account(Account {
            native_id: named.native_id,
            name: named.name,
            registered_at,
            registered_at_precision: None,
            last_seen_at,
            about,
            location: line(shape.location, record),
            website: line(shape.website, record),
            reputation: record
                .text(shape.reputation)
                .and_then(|points| whole(&points)),
            is_staff: record.any_flag(shape.is_staff),
            is_bot: record.any_flag(shape.is_bot),
            is_banned: None,
            place: context.place,
            content_hash: context.content_hash,
        })
    }

    fn emit_email(
        &mut self,
        account_native_id: &str,
        email: Option<Cow<'_, str>>,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let Some(value) = email.and_then(|email| normalize(IdentifierKind::Email, &email)) else {
            return Ok(());
        };
        self.recorder.identifier(Identifier::of_profile(
            account_native_id,
            IdentifierKind::Email,
            value,
            context.place.clone(),
        ))
    }

    /// Emits the author if it is new and gives its native id.
    fn author(
        &mut self,
        author: &Author,
        record: &impl Fields,
        context: &RowContext,
    ) -> Result<Option<String>, ImportError> {
        let Some(named) = named(author, record) else {
            return Ok(None);
        };
        self.recorder
            .author(&named.native_id, named.name.as_deref(), context)?;
        Ok(Some(named.native_id))
    }

    fn instant(
        &mut self,
        name: &str,
        field: Field,
        record: &impl Fields,
        context: &RowContext,
    ) -> Result<Option<DateTime<Utc>>, ImportError> {
        // Where a flag or zero stands for "never".
        let stated = record
            .text(field)
            .filter(|text| !matches!(&**text, "false" | "true" | "0"));
        let text = stated.as_deref().map(without_fraction);
        self.recorder.instant_with_zone(context, name, text)
    }
}

impl Shape {
    /// The kind of record that it makes.
    fn record(self) -> RecordKind {
        match self {
            Self::Post(_) => RecordKind::Post,
            Self::Thread(_) => RecordKind::Thread,
            Self::Account(_) => RecordKind::Account,
            Self::PassedOver => RecordKind::Unknown,
        }
    }
}

/// Unix seconds without the fraction that some programs write.
fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((seconds, _)) if seconds.bytes().all(|byte| byte.is_ascii_digit()) => seconds,
        _ => text,
    }
}

fn id(id: Id, record: &impl Fields) -> Option<String> {
    if id.parts.is_empty() {
        return None;
    }
    let mut joined = id.prefix.to_string();
    for (number, part) in id.parts.iter().enumerate() {
        if number > 0 {
            joined.push(':');
        }
        joined.push_str(record.text(part)?.trim());
    }
    Some(joined)
}

fn named(author: &Author, record: &impl Fields) -> Option<Named> {
    if record.any_flag(author.is_anonymous) == Some(true) {
        return None;
    }
    // Some systems put the address of a machine where an author without an account has a name.
    let name = line(author.name, record).filter(|name| !is_address(name));
    let is_nobody = |name: &String| {
        author.nobody.contains(&name.as_str()) || (author.may_be_masked && name.contains('*'))
    };
    if name.as_ref().is_some_and(is_nobody) || has_any_part(author.id, record, author.nobody) {
        return None;
    }
    let native_id = match id(author.id, record) {
        Some(id) => id,
        None => native_id_of_name(name.as_deref()?),
    };
    Some(Named { native_id, name })
}

/// Whether a part of an id is one of these words.
fn has_any_part(id: Id, record: &impl Fields, words: &[&str]) -> bool {
    !words.is_empty()
        && id
            .parts
            .iter()
            .filter_map(|part| record.text(part))
            .any(|part| words.contains(&part.as_ref()))
}

fn is_address(name: &str) -> bool {
    name.contains(['.', ':']) && name.parse::<IpAddr>().is_ok()
}

fn post_kind(kind: Kind, record: &impl Fields, native_id: &str, thread: Option<&str>) -> PostKind {
    let is_opening = match kind {
        Kind::Always(kind) => return kind,
        Kind::OpeningIfRoot => thread == Some(native_id),
        Kind::OpeningIf(field, value) => record.text(field).as_deref() == Some(value),
    };
    if is_opening {
        PostKind::Opening
    } else {
        PostKind::Reply
    }
}

/// The text of a field on one line.
fn line(field: Field, record: &impl Fields) -> Option<String> {
    let text = record.text(field)?;
    let is_plain = |byte: u8| (byte > b' ' && byte.is_ascii()) && byte != b'&';
    if text.bytes().all(is_plain) {
        return non_empty(text.into_owned());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    non_empty(unescaped(&words.join(" ")).into_owned())
}

fn whole(points: &str) -> Option<i64> {
    without_fraction(points.trim()).parse().ok()
}
