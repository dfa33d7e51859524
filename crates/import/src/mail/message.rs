//! One mail to an account, a thread and a post.

use chrono::{DateTime, NaiveDateTime, Utc};
use entangle_dump::{Row, is_envelope};
use entangle_model::IdentifierKind;
use entangle_model::record::{Identifier, PostKind, RecordKind};
use entangle_text::identifiers::normalize;
use mail_parser::{HeaderName, Message, MessageParser};
use std::sync::LazyLock;

use super::body::{MailBody, read_body};
use super::headers::{self, HEADER_BYTES_MAX, closed, has, read_header, split_header, text, value};
use super::own_text::own_text;
use super::sender::{Sender, sender};
use crate::ImportError;
use crate::recorder::{
    BodyFormat, NewPost, NewThread, PostText, Recorder, RowContext, hash_id, hash_id_of_bytes,
};

static PARSER: LazyLock<MessageParser> = LazyLock::new(headers::parser);

/// Ids longer than this are hashed: RFC 5322 bounds a line at 998 characters.
const ID_BYTES_MAX: usize = 998;

pub(super) fn import_message(
    row: &Row<'_>,
    charset: &'static str,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let (envelope, content) = split_envelope(row.raw);
    let (raw_header, body) = split_header(content);
    if raw_header.len() > HEADER_BYTES_MAX {
        let reason = format!("the header is longer than {HEADER_BYTES_MAX} bytes");
        recorder.unreadable_row(RecordKind::Post, row, &reason);
        return Ok(());
    }
    let header_bytes = closed(readable_header(raw_header, row));
    let Some(header) = read_header(&PARSER, &header_bytes) else {
        recorder.unreadable_row(RecordKind::Post, row, "it has no header of a mail");
        return Ok(());
    };
    // Parts differ in their charset, so invalid bytes are noted for the text that is kept.
    let is_lossy = false;
    let context = recorder.row(RecordKind::Post, &Row { is_lossy, ..*row })?;
    if !has(&header, HeaderName::From) && !has(&header, HeaderName::Subject) {
        return recorder.reject_row(context, "the mail has neither sender nor subject");
    }
    let mail = read_body(&header, body, &PARSER, charset);
    let author = sender(&header);
    if let Some(author) = &author {
        emit_author(author, &context, recorder)?;
    }
    let place = MailPlace::of(&header, row);
    let posted_at = posted_at(&header, envelope, &context, recorder)?;
    recorder.mentioned_thread(place.thread(&header, author.as_ref(), posted_at), &context)?;
    let text = post_text(mail, author.as_ref(), &context, recorder)?;
    let post = NewPost {
        account_native_id: author.map(|author| author.native_id),
        thread_native_id: Some(place.thread_native_id),
        parent_native_id: place.parent_native_id,
        posted_at,
        text,
        ..NewPost::new(place.native_id, place.kind)
    };
    recorder.post(context, post)
}

/// The `From ` line, if there is one, and the mail below it.
fn split_envelope(raw: &[u8]) -> (&[u8], &[u8]) {
    let line_end = memchr::memchr(b'\n', raw).map_or(raw.len(), |end| end + 1);
    let (line, rest) = raw.split_at(line_end);
    if is_envelope(line.trim_ascii_end()) {
        (line, rest)
    } else {
        (&[], raw)
    }
}

/// The header as it stands, or in the encoding of the file where it is not UTF-8.
fn readable_header<'a>(raw_header: &'a [u8], row: &'a Row<'_>) -> &'a [u8] {
    if std::str::from_utf8(raw_header).is_ok() {
        return raw_header;
    }
    split_header(split_envelope(row.text.as_bytes()).1).0
}

/// Where a mail stands among the others.
struct MailPlace {
    native_id: String,
    thread_native_id: String,
    parent_native_id: Option<String>,
    kind: PostKind,
}

impl MailPlace {
    fn of(header: &Message<'_>, row: &Row<'_>) -> Self {
        let native_id = headers::ids(header, HeaderName::MessageId)
            .first()
            .and_then(|id| bounded_id(id))
            .unwrap_or_else(|| hash_id_of_bytes(split_envelope(row.raw).1));
        let references = headers::ids(header, HeaderName::References);
        let answered = headers::ids(header, HeaderName::InReplyTo);
        let root = references.first().or(answered.first());
        let parent = answered.first().or(references.last());
        let is_other = |id: &String| *id != native_id;
        let parent_native_id = parent.and_then(|id| bounded_id(id)).filter(is_other);
        let root = root.and_then(|id| bounded_id(id)).filter(is_other);
        let kind = if is_private(header) {
            PostKind::Message
        } else if root.is_some() {
            PostKind::Reply
        } else {
            PostKind::Opening
        };
        Self {
            thread_native_id: root.unwrap_or_else(|| native_id.clone()),
            parent_native_id,
            native_id,
            kind,
        }
    }

    fn thread(
        &self,
        header: &Message<'_>,
        author: Option<&Sender>,
        posted_at: Option<DateTime<Utc>>,
    ) -> NewThread {
        let is_opening = self.thread_native_id == self.native_id;
        NewThread {
            account_native_id: author
                .filter(|_| is_opening)
                .map(|author| author.native_id.clone()),
            board: board(header),
            title: text(header, HeaderName::Subject).and_then(|subject| title(&subject)),
            started_at: posted_at.filter(|_| is_opening),
            ..NewThread::new(self.thread_native_id.clone())
        }
    }
}

fn bounded_id(id: &str) -> Option<String> {
    let id = id.trim();
    match id.len() {
        0 => None,
        1..=ID_BYTES_MAX => Some(id.to_string()),
        _ => Some(hash_id(&[id])),
    }
}

/// A mail that passed through mail servers and shows no sign of a list or newsgroup lay in
/// somebody's mailbox.
fn is_private(header: &Message<'_>) -> bool {
    const LIST_FIELDS: [&str; 6] = [
        "X-BeenThere",
        "X-Mailman-Version",
        "Mailing-List",
        "X-Mailing-List",
        "Newsgroups",
        "X-Loop",
    ];
    let is_listed = has(header, HeaderName::ListId)
        || has(header, HeaderName::ListPost)
        || LIST_FIELDS
            .iter()
            .any(|name| has(header, HeaderName::Other((*name).into())));
    has(header, HeaderName::Received) && !is_listed
}

/// The id of the list, or the newsgroup.
fn board(header: &Message<'_>) -> Option<String> {
    let stated = text(header, HeaderName::ListId)
        .or_else(|| text(header, HeaderName::Other("Newsgroups".into())))?;
    let id = match (stated.rfind('<'), stated.rfind('>')) {
        (Some(start), Some(end)) if start + 1 < end => &stated[start + 1..end],
        _ => stated.as_str(),
    };
    Some(id.trim().to_lowercase())
}

/// The subject without the marks of replies, so that all mails of a thread name it alike.
fn title(subject: &str) -> Option<String> {
    const REPLY_MARKS: [&str; 6] = ["re:", "aw:", "sv:", "antw:", "fwd:", "fw:"];
    let mut rest = subject.trim();
    loop {
        let mark = REPLY_MARKS.into_iter().find(|mark| {
            rest.get(..mark.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(mark))
        });
        match mark {
            Some(mark) => rest = rest[mark.len()..].trim_start(),
            None => return (!rest.is_empty()).then(|| rest.to_string()),
        }
    }
}

/// The date of the header; the date of the `From ` line where that is missing or unreadable.
fn posted_at(
    header: &Message<'_>,
    envelope: &[u8],
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<Option<DateTime<Utc>>, ImportError> {
    let stated = value(header, HeaderName::Date)
        .and_then(|value| value.as_datetime())
        .filter(|date| date.is_valid())
        .map(|date| date.to_timestamp());
    if let Some(seconds) = stated {
        return recorder.instant(context, "posted_at", Some(&seconds.to_string()));
    }
    let received = envelope_instant(envelope);
    let note = match received {
        Some(_) => "the date of the mail cannot be read; the one of its From line is taken as UTC",
        None => "the date of the mail cannot be read",
    };
    recorder.drop_field(context, "posted_at", note)?;
    recorder.instant(context, "posted_at", received.as_deref())
}

/// The instant of a line that ends like `Wed Sep 21 19:42:07 2016`, in Unix seconds.
fn envelope_instant(envelope: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(envelope);
    let words: Vec<&str> = line.split_whitespace().collect();
    let [.., month, day, time, year] = words.as_slice() else {
        return None;
    };
    let date = format!("{month} {day} {time} {year}");
    let instant = NaiveDateTime::parse_from_str(&date, "%b %d %H:%M:%S %Y").ok()?;
    Some(instant.and_utc().timestamp().to_string())
}

fn emit_author(
    author: &Sender,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    if !recorder.author(&author.native_id, author.name.as_deref(), context)? {
        return Ok(());
    }
    let address = author.address.as_deref();
    let Some(value) = address.and_then(|address| normalize(IdentifierKind::Email, address)) else {
        return Ok(());
    };
    recorder.identifier(Identifier::of_profile(
        author.native_id.clone(),
        IdentifierKind::Email,
        value,
        context.place.clone(),
    ))
}

fn post_text(
    mail: MailBody,
    author: Option<&Sender>,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<PostText, ImportError> {
    let Some((text, format)) = mail.text else {
        return Ok(PostText::default().with_attachments(mail.attachment_count));
    };
    if text.contains(char::REPLACEMENT_CHARACTER) {
        let reason = "bytes that are invalid in the mail's charset were replaced";
        recorder.drop_field(context, "encoding", reason)?;
    }
    if format != BodyFormat::Plain {
        let text = PostText::from(format.plain_text(&text));
        return Ok(text.with_attachments(mail.attachment_count));
    }
    let own = own_text(&text);
    if let (Some(author), Some(signature)) = (author, &own.signature) {
        recorder.signature(&author.native_id, signature, context)?;
    }
    let attachment_count = mail.attachment_count + own.removed_attachment_count;
    Ok(PostText::from(format.plain_text(&own.text)).with_attachments(attachment_count))
}
