//! Canonical JSONL: one object per line, with `type` account, thread or post.

use entangle_model::record::PostKind;
use std::io;
use std::path::Path;

use super::escape::{push_json_string, push_number};
use super::text_file::TextFile;
use super::{AccountRow, PostRow, SourceWriter, push_bbcode};
use crate::timestamp::TimestampWriter;

pub(super) struct CanonicalJsonlWriter {
    file: TextFile,
    timestamps: TimestampWriter,
    bbcode: String,
}

impl CanonicalJsonlWriter {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(CanonicalJsonlWriter {
            file: TextFile::create(path)?,
            timestamps: TimestampWriter::default(),
            bbcode: String::new(),
        })
    }

    fn write_thread(&mut self, row: PostRow<'_>) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        self.file.append(|out| {
            out.push_str("{\"type\":\"thread\"");
            push_id(out, "native_id", row.post.thread_number);
            push_author(out, row);
            push_text(out, "board", row.post.board);
            push_text(out, "title", &row.post.title);
            push_instant(out, timestamps, "started_at", row.post.posted_at_s);
            out.push_str("}\n");
        })
    }
}

impl SourceWriter for CanonicalJsonlWriter {
    fn write_account(&mut self, account: &AccountRow<'_>) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        self.file.append(|out| {
            out.push_str("{\"type\":\"account\"");
            push_text(out, "native_id", &account.native_id);
            if let Some(name) = account.name {
                push_text(out, "name", name);
            }
            push_instant(
                out,
                timestamps,
                "registered_at",
                Some(account.registered_at_s),
            );
            push_instant(
                out,
                timestamps,
                "last_seen_at",
                Some(account.last_seen_at_s),
            );
            if !account.about.is_empty() {
                push_text(out, "about", &account.about);
            }
            if let Some(location) = account.location {
                push_text(out, "location", location);
            }
            if let Some(website) = &account.website {
                push_text(out, "website", website);
            }
            out.push_str(",\"reputation\":");
            push_number(out, account.reputation);
            push_flag(out, "is_staff", account.is_staff);
            push_flag(out, "is_bot", account.is_bot);
            push_flag(out, "is_banned", account.is_banned);
            out.push_str("}\n");
        })
    }

    fn write_post(&mut self, row: PostRow<'_>) -> io::Result<()> {
        if matches!(row.post.kind, PostKind::Opening) {
            self.write_thread(row)?;
        }
        self.bbcode.clear();
        push_bbcode(&mut self.bbcode, &row.post.body);
        let (timestamps, bbcode) = (&mut self.timestamps, &self.bbcode);
        self.file.append(|out| {
            out.push_str("{\"type\":\"post\"");
            push_id(out, "native_id", row.post.number);
            push_id(out, "thread_native_id", row.post.thread_number);
            push_author(out, row);
            if let Some(parent) = row.post.parent_number {
                push_id(out, "parent_native_id", parent);
            }
            push_text(out, "kind", row.post.kind.as_str());
            push_instant(out, timestamps, "posted_at", row.post.posted_at_s);
            push_text(out, "body", bbcode);
            out.push_str(",\"body_format\":\"bbcode\"}\n");
        })
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.file.finish()
    }
}

fn push_key(out: &mut String, key: &str) {
    out.push_str(",\"");
    out.push_str(key);
    out.push_str("\":");
}

fn push_text(out: &mut String, key: &str, text: &str) {
    push_key(out, key);
    push_json_string(out, text);
}

fn push_id(out: &mut String, key: &str, number: u64) {
    push_key(out, key);
    out.push('"');
    push_number(out, number);
    out.push('"');
}

fn push_flag(out: &mut String, key: &str, flag: bool) {
    push_key(out, key);
    out.push_str(if flag { "true" } else { "false" });
}

fn push_author(out: &mut String, row: PostRow<'_>) {
    if let Some(native_id) = row.author_native_id() {
        push_text(out, "account_native_id", &native_id);
    }
}

fn push_instant(
    out: &mut String,
    timestamps: &mut TimestampWriter,
    key: &str,
    instant_s: Option<i64>,
) {
    if let Some(instant_s) = instant_s {
        push_key(out, key);
        out.push('"');
        timestamps.push(out, instant_s);
        out.push_str("Z\"");
    }
}
