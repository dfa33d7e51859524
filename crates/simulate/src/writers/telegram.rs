//! A Telegram Desktop export of one public group: `result.json`.

use std::io;
use std::path::Path;

use super::escape::{push_json_string, push_number};
use super::text_file::TextFile;
use super::{AccountRow, PostRow, SourceWriter};
use crate::prose::Body;
use crate::timestamp::{DAY_SECONDS, TimestampWriter};

const HEAD: &str = "{\n \"name\": \"Traffic Channel\",\n \"type\": \"public_supergroup\",\n \"id\": 1400500600,\n \"messages\": [\n";
/// The first message of a group is the service message of its creation.
const FIRST_MESSAGE_NUMBER: u64 = 2;

pub(super) struct TelegramWriter {
    file: TextFile,
    timestamps: TimestampWriter,
    wrote_creation: bool,
}

impl TelegramWriter {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut file = TextFile::create(path)?;
        file.append(|out| out.push_str(HEAD))?;
        Ok(TelegramWriter {
            file,
            timestamps: TimestampWriter::default(),
            wrote_creation: false,
        })
    }

    /// The service message that begins every group, by the account that wrote first.
    fn write_creation(&mut self, row: PostRow<'_>) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        let account = row.account();
        let created_at_s = i64::from(account.starts_on) * DAY_SECONDS;
        self.file.append(|out| {
            out.push_str("  {\n   \"id\": 1,\n   \"type\": \"service\",");
            push_date(out, timestamps, created_at_s);
            out.push_str("\n   \"actor\": ");
            push_name(out, row.roster.shown_name(account));
            out.push_str(",\n   \"actor_id\": \"");
            out.push_str(&row.roster.native_id(account));
            out.push_str("\",\n   \"action\": \"create_group\",\n   \"title\": \"Traffic Channel\",\n   \"text\": \"\"\n  }");
        })
    }
}

impl SourceWriter for TelegramWriter {
    /// An export has no list of accounts.
    fn write_account(&mut self, _account: &AccountRow<'_>) -> io::Result<()> {
        Ok(())
    }

    fn write_post(&mut self, row: PostRow<'_>) -> io::Result<()> {
        if !self.wrote_creation {
            self.write_creation(row)?;
            self.wrote_creation = true;
        }
        let timestamps = &mut self.timestamps;
        let post = row.post;
        let account = row.account();
        self.file.append(|out| {
            out.push_str(",\n  {\n   \"id\": ");
            push_number(out, post.number + FIRST_MESSAGE_NUMBER - 1);
            out.push_str(",\n   \"type\": \"message\",");
            push_date(out, timestamps, post.posted_at_s.unwrap_or(0));
            out.push_str("\n   \"from\": ");
            push_name(out, row.roster.shown_name(account));
            out.push_str(",\n   \"from_id\": \"");
            out.push_str(&row.roster.native_id(account));
            out.push_str("\",");
            if let Some(parent) = post.parent_number {
                out.push_str("\n   \"reply_to_message_id\": ");
                push_number(out, parent + FIRST_MESSAGE_NUMBER - 1);
                out.push(',');
            }
            out.push_str("\n   \"text\": ");
            push_text(out, &post.body);
            out.push_str("\n  }");
        })
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.file.append(|out| out.push_str("\n ]\n}\n"))?;
        self.file.finish()
    }
}

fn push_date(out: &mut String, timestamps: &mut TimestampWriter, instant_s: i64) {
    out.push_str("\n   \"date\": \"");
    timestamps.push(out, instant_s);
    out.push_str("\",\n   \"date_unixtime\": \"");
    push_number(out, instant_s.unsigned_abs());
    out.push_str("\",");
}

/// A deleted account has `null` for a name.
fn push_name(out: &mut String, name: Option<&str>) {
    match name {
        Some(name) => push_json_string(out, name),
        None => out.push_str("null"),
    }
}

/// A string, or an array of strings and marked parts where the text has a mention or a link.
fn push_text(out: &mut String, body: &Body) {
    let mention = mention_span(&body.text);
    if mention.is_none() && body.link.is_empty() {
        push_json_string(out, &body.text);
        return;
    }
    let (start, end) = mention.unwrap_or((body.text.len(), body.text.len()));
    out.push_str("[\n    ");
    push_json_string(out, &body.text[..start]);
    if end > start {
        push_entity(out, "mention", &body.text[start..end]);
        if end < body.text.len() {
            out.push_str(",\n    ");
            push_json_string(out, &body.text[end..]);
        }
    }
    if !body.link.is_empty() {
        out.push_str(",\n    \" \"");
        push_entity(out, "link", &body.link);
    }
    out.push_str("\n   ]");
}

fn push_entity(out: &mut String, kind: &str, text: &str) {
    out.push_str(",\n    {\n     \"type\": \"");
    out.push_str(kind);
    out.push_str("\",\n     \"text\": ");
    push_json_string(out, text);
    out.push_str("\n    }");
}

/// The first word that begins with an at sign, as a range of bytes.
fn mention_span(text: &str) -> Option<(usize, usize)> {
    let start = text.find(" @")? + 1;
    let length = text[start..]
        .find(char::is_whitespace)
        .unwrap_or(text.len() - start);
    Some((start, start + length))
}
