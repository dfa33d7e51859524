//! Formats: how accounts and posts become the files of a source.
//!
//! A writer knows syntax only. It is given accounts in order of registration and then posts in
//! order of time, and decides nothing about the world.

mod canonical_csv;
mod canonical_jsonl;
mod escape;
mod jabber;
mod stackexchange;
mod telegram;
mod text_file;

use std::fs;
use std::io;
use std::path::Path;

use crate::conversation::Post;
use crate::prose::Body;
use crate::roster::{Account, Roster};
use crate::sources::SourceFormat;

/// What a source says about one account.
#[derive(Debug)]
pub(crate) struct AccountRow<'a> {
    pub(crate) native_id: String,
    /// `None` where the source does not state it.
    pub(crate) name: Option<&'a str>,
    /// Seconds since 1970.
    pub(crate) registered_at_s: i64,
    /// Seconds since 1970.
    pub(crate) last_seen_at_s: i64,
    /// Lines of the profile; empty without any.
    pub(crate) about: String,
    pub(crate) website: Option<String>,
    pub(crate) location: Option<&'static str>,
    pub(crate) reputation: u64,
    pub(crate) is_staff: bool,
    pub(crate) is_bot: bool,
    pub(crate) is_banned: bool,
}

/// One post beside the accounts that its numbers refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PostRow<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) post: &'a Post,
}

impl<'a> PostRow<'a> {
    /// The account that wrote the post, whether or not the source still says so.
    fn account(&self) -> &'a Account {
        &self.roster.accounts[self.post.account as usize]
    }

    /// Native id of the author; `None` where the source lost it.
    fn author_native_id(&self) -> Option<String> {
        let roster = self.roster;
        self.post
            .has_author
            .then(|| roster.native_id(self.account()))
    }
}

/// Writes one source.
pub(crate) trait SourceWriter {
    /// Adds an account; called for every account with a row, before the first post.
    fn write_account(&mut self, account: &AccountRow<'_>) -> io::Result<()>;
    /// Adds a post, and before an opening post its thread.
    fn write_post(&mut self, row: PostRow<'_>) -> io::Result<()>;
    /// Ends the files.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// The writer of a source's format, with its files created.
pub(crate) fn open_writer(out: &Path, roster: &Roster) -> io::Result<Box<dyn SourceWriter>> {
    let spec = roster.spec();
    let path = out.join(spec.path);
    let is_folder = matches!(
        spec.format,
        SourceFormat::StackExchange | SourceFormat::CanonicalCsv
    );
    let folder = if is_folder {
        Some(path.as_path())
    } else {
        path.parent()
    };
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    Ok(match spec.format {
        SourceFormat::StackExchange => Box::new(stackexchange::StackExchangeWriter::create(&path)?),
        SourceFormat::CanonicalJsonlGzip | SourceFormat::CanonicalJsonlZstd => {
            Box::new(canonical_jsonl::CanonicalJsonlWriter::create(&path)?)
        }
        SourceFormat::CanonicalCsv => Box::new(canonical_csv::CanonicalCsvWriter::create(&path)?),
        SourceFormat::TelegramDesktop => Box::new(telegram::TelegramWriter::create(&path)?),
        SourceFormat::JabberJson => Box::new(jabber::JabberWriter::create(&path)?),
    })
}

/// A body in BBCode: quotation, text, link, rule and signature.
fn push_bbcode(out: &mut String, body: &Body) {
    if !body.quoted_text.is_empty() {
        out.push_str("[QUOTE=");
        out.push_str(&body.quoted_name);
        out.push(']');
        out.push_str(&body.quoted_text);
        out.push_str("[/QUOTE]\n");
    }
    out.push_str(&body.text);
    if !body.link.is_empty() {
        out.push_str(" [URL]");
        out.push_str(&body.link);
        out.push_str("[/URL]");
    }
    push_signature(out, "\n__________\n", body);
}

/// A body as plain text, with quoted lines behind `>`.
fn push_plain(out: &mut String, body: &Body) {
    if !body.quoted_text.is_empty() {
        out.push_str("> ");
        out.push_str(&body.quoted_text);
        out.push('\n');
    }
    out.push_str(&body.text);
    if !body.link.is_empty() {
        out.push(' ');
        out.push_str(&body.link);
    }
    push_signature(out, "\n-- \n", body);
}

fn push_signature(out: &mut String, rule: &str, body: &Body) {
    if !body.signature.is_empty() {
        out.push_str(rule);
        out.push_str(&body.signature);
    }
}
