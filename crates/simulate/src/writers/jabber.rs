//! A leaked Jabber log: JSON objects with `ts`, `from`, `to` and `body`, one after another.

use std::fmt::Write;
use std::io;
use std::path::Path;

use super::escape::push_json_string;
use super::text_file::TextFile;
use super::{AccountRow, PostRow, SourceWriter, push_plain};
use crate::timestamp::TimestampWriter;

pub(super) struct JabberWriter {
    file: TextFile,
    timestamps: TimestampWriter,
    plain: String,
}

impl JabberWriter {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(JabberWriter {
            file: TextFile::create(path)?,
            timestamps: TimestampWriter::default(),
            plain: String::new(),
        })
    }
}

impl SourceWriter for JabberWriter {
    /// A chat log has no list of accounts.
    fn write_account(&mut self, _account: &AccountRow<'_>) -> io::Result<()> {
        Ok(())
    }

    fn write_post(&mut self, row: PostRow<'_>) -> io::Result<()> {
        self.plain.clear();
        push_plain(&mut self.plain, &row.post.body);
        let recipient = &row.roster.accounts[row.post.recipient as usize];
        let (timestamps, plain) = (&mut self.timestamps, &self.plain);
        let microsecond = row.post.number.wrapping_mul(7_919) % 1_000_000;
        self.file.append(|out| {
            out.push_str("{\n  \"ts\": \"");
            timestamps.push(out, row.post.posted_at_s.unwrap_or(0));
            // Writing to a string cannot fail.
            let _ = write!(out, ".{microsecond:06}");
            out.push_str("\",\n  \"from\": ");
            push_json_string(out, &row.roster.native_id(row.account()));
            out.push_str(",\n  \"to\": ");
            push_json_string(out, &row.roster.native_id(recipient));
            out.push_str(",\n  \"body\": ");
            push_json_string(out, plain);
            out.push_str("\n}\n");
        })
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.file.finish()
    }
}
