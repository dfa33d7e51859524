//! Canonical CSV: a folder with accounts.csv, threads.csv and posts.csv. An empty field is a
//! value that the source does not have.

use entangle_model::record::PostKind;
use std::io;
use std::path::Path;

use super::escape::{push_csv_field, push_number};
use super::text_file::TextFile;
use super::{AccountRow, PostRow, SourceWriter, push_plain};
use crate::timestamp::TimestampWriter;

const ACCOUNT_COLUMNS: &str = "native_id,name,registered_at,last_seen_at,about,location,website,reputation,is_staff,is_bot,is_banned\n";
const THREAD_COLUMNS: &str = "native_id,account_native_id,board,title,started_at\n";
const POST_COLUMNS: &str = "native_id,thread_native_id,account_native_id,parent_native_id,kind,posted_at,body,body_format\n";

pub(super) struct CanonicalCsvWriter {
    accounts: TextFile,
    threads: TextFile,
    posts: TextFile,
    timestamps: TimestampWriter,
    plain: String,
}

impl CanonicalCsvWriter {
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        let begin = |file: &str, columns: &str| {
            let mut text_file = TextFile::create(&folder.join(file))?;
            text_file.append(|out| out.push_str(columns))?;
            Ok::<_, io::Error>(text_file)
        };
        Ok(CanonicalCsvWriter {
            accounts: begin("accounts.csv", ACCOUNT_COLUMNS)?,
            threads: begin("threads.csv", THREAD_COLUMNS)?,
            posts: begin("posts.csv", POST_COLUMNS)?,
            timestamps: TimestampWriter::default(),
            plain: String::new(),
        })
    }

    fn write_thread(&mut self, row: PostRow<'_>) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        self.threads.append(|out| {
            push_number(out, row.post.thread_number);
            push_author(out, row);
            push_field(out, row.post.board);
            push_field(out, &row.post.title);
            push_instant(out, timestamps, row.post.posted_at_s);
            out.push('\n');
        })
    }
}

impl SourceWriter for CanonicalCsvWriter {
    fn write_account(&mut self, account: &AccountRow<'_>) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        self.accounts.append(|out| {
            out.push_str(&account.native_id);
            push_field(out, account.name.unwrap_or(""));
            push_instant(out, timestamps, Some(account.registered_at_s));
            push_instant(out, timestamps, Some(account.last_seen_at_s));
            push_field(out, &account.about);
            push_field(out, account.location.unwrap_or(""));
            push_field(out, account.website.as_deref().unwrap_or(""));
            out.push(',');
            push_number(out, account.reputation);
            for flag in [account.is_staff, account.is_bot, account.is_banned] {
                out.push_str(if flag { ",true" } else { ",false" });
            }
            out.push('\n');
        })
    }

    fn write_post(&mut self, row: PostRow<'_>) -> io::Result<()> {
        if matches!(row.post.kind, PostKind::Opening) {
            self.write_thread(row)?;
        }
        self.plain.clear();
        push_plain(&mut self.plain, &row.post.body);
        let (timestamps, plain) = (&mut self.timestamps, &self.plain);
        self.posts.append(|out| {
            push_number(out, row.post.number);
            out.push(',');
            push_number(out, row.post.thread_number);
            push_author(out, row);
            out.push(',');
            if let Some(parent) = row.post.parent_number {
                push_number(out, parent);
            }
            push_field(out, row.post.kind.as_str());
            push_instant(out, timestamps, row.post.posted_at_s);
            push_field(out, plain);
            out.push_str(",plain\n");
        })
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        for file in [self.accounts, self.threads, self.posts] {
            file.finish()?;
        }
        Ok(())
    }
}

fn push_field(out: &mut String, text: &str) {
    out.push(',');
    push_csv_field(out, text);
}

fn push_author(out: &mut String, row: PostRow<'_>) {
    push_field(out, row.author_native_id().as_deref().unwrap_or(""));
}

fn push_instant(out: &mut String, timestamps: &mut TimestampWriter, instant_s: Option<i64>) {
    out.push(',');
    if let Some(instant_s) = instant_s {
        timestamps.push(out, instant_s);
        out.push('Z');
    }
}
