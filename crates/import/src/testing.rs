//! A sink that keeps everything, and ways to feed importers texts.

use chrono::{DateTime, Utc};
use entangle_dump::{Input, InputOptions};
use entangle_model::TimePrecision;
use entangle_model::record::{Account, FormerName, Identifier, Post, RecordKind, Reject, Thread};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::{ImportError, ImportOptions, Sink, importer};

#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) asked: BTreeMap<RecordKind, u64>,
    pub(crate) unreadable: Vec<Reject>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) threads: Vec<Thread>,
    pub(crate) posts: Vec<Post>,
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) former_names: Vec<FormerName>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) bytes_read: u64,
}

impl Sink for Collected {
    fn asked(&mut self, kind: RecordKind) {
        *self.asked.entry(kind).or_default() += 1;
    }

    fn unreadable(&mut self, reject: Reject) {
        self.unreadable.push(reject);
    }

    fn account(&mut self, account: Account) -> Result<(), ImportError> {
        self.accounts.push(account);
        Ok(())
    }

    fn thread(&mut self, thread: Thread) -> Result<(), ImportError> {
        self.threads.push(thread);
        Ok(())
    }

    fn post(&mut self, post: Post) -> Result<(), ImportError> {
        self.posts.push(post);
        Ok(())
    }

    fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError> {
        self.identifiers.push(identifier);
        Ok(())
    }

    fn former_name(&mut self, former_name: FormerName) -> Result<(), ImportError> {
        self.former_names.push(former_name);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        self.rejects.push(reject);
        Ok(())
    }

    fn progress(&mut self, bytes_read: u64) -> Result<(), ImportError> {
        assert!(bytes_read >= self.bytes_read, "progress went back");
        self.bytes_read = bytes_read;
        Ok(())
    }
}

impl Collected {
    /// Asserts the counting rule of [`Sink`].
    pub(crate) fn assert_balanced(&self) {
        for kind in [
            RecordKind::Account,
            RecordKind::Thread,
            RecordKind::Post,
            RecordKind::Unknown,
        ] {
            let mapped = match kind {
                RecordKind::Account => self.accounts.len(),
                RecordKind::Thread => self.threads.len(),
                RecordKind::Post => self.posts.len(),
                RecordKind::Unknown => 0,
            };
            let lost = self
                .unreadable
                .iter()
                .filter(|reject| reject.record == kind)
                .count()
                + self
                    .rejects
                    .iter()
                    .filter(|reject| reject.record == kind && reject.field.is_none())
                    .count();
            let asked = self.asked.get(&kind).copied().unwrap_or(0);
            assert_eq!(asked, (mapped + lost) as u64, "{kind:?}");
        }
    }

    /// Everything as text, one line per record, without hashes.
    pub(crate) fn to_text(&self) -> String {
        let mut out = String::new();
        for (kind, count) in &self.asked {
            writeln!(out, "asked {} {count}", kind.as_str()).unwrap();
        }
        self.write_records(&mut out);
        for reject in &self.unreadable {
            writeln!(out, "unreadable {}", reject_text(reject)).unwrap();
        }
        for reject in &self.rejects {
            writeln!(out, "reject {}", reject_text(reject)).unwrap();
        }
        out
    }

    fn write_records(&self, out: &mut String) {
        for account in &self.accounts {
            write!(out, "account {} {:?}", account.native_id, account.name).unwrap();
            let Account {
                registered_at,
                last_seen_at,
                about,
                location,
                website,
                reputation,
                ..
            } = account;
            write_known(out, "registered", registered_at);
            write_precision(out, account.registered_at_precision);
            write_known(out, "seen", last_seen_at);
            write_known(out, "about", about);
            write_known(out, "location", location);
            write_known(out, "website", website);
            write_known(out, "reputation", reputation);
            write_known(out, "staff", &account.is_staff);
            write_known(out, "bot", &account.is_bot);
            write_known(out, "banned", &account.is_banned);
            out.push('\n');
        }
        for thread in &self.threads {
            write!(out, "thread {}", thread.native_id).unwrap();
            write_known(out, "by", &thread.account_native_id);
            write_known(out, "board", &thread.board);
            write_known(out, "title", &thread.title);
            write_known(out, "started", &thread.started_at);
            out.push('\n');
        }
        for post in &self.posts {
            write!(out, "post {} {}", post.native_id, post.kind.as_str()).unwrap();
            write_known(out, "by", &post.account_native_id);
            write_known(out, "in", &post.thread_native_id);
            write_known(out, "answers", &post.parent_native_id);
            write_known(out, "at", &post.posted_at);
            write_precision(out, post.posted_at_precision);
            write_known(out, "edited", &post.edited_at);
            write_known(out, "body", &post.body);
            write!(
                out,
                " quoted={} links={}",
                post.quoted_character_count, post.link_count
            )
            .unwrap();
            let mention_count = Some(post.mention_count).filter(|count| *count > 0);
            write_known(out, "mentions", &mention_count);
            out.push('\n');
        }
        for shown in &self.identifiers {
            let role = shown.role.as_str();
            write!(
                out,
                "identifier {} {} {} {role}",
                shown.account_native_id,
                shown.kind.as_str(),
                shown.value
            )
            .unwrap();
            write_known(out, "in", &shown.post_native_id);
            out.push('\n');
        }
        for former in &self.former_names {
            let FormerName {
                account_native_id,
                name,
                ..
            } = former;
            write!(out, "former name {account_native_id} {name:?}").unwrap();
            write_known(out, "until", &former.used_until);
            out.push('\n');
        }
    }
}

fn write_known(out: &mut String, name: &str, value: &Option<impl std::fmt::Debug>) {
    if let Some(value) = value {
        write!(out, " {name}={value:?}").unwrap();
    }
}

/// Writes a precision that is less than usual.
fn write_precision(out: &mut String, precision: Option<TimePrecision>) {
    if let Some(precision) = precision.filter(|precision| *precision != TimePrecision::Second) {
        write!(out, "~{}", precision.as_str()).unwrap();
    }
}

fn reject_text(reject: &Reject) -> String {
    let field = reject
        .field
        .as_deref()
        .map(|field| format!(".{field}"))
        .unwrap_or_default();
    let place = &reject.place;
    format!(
        "{}{field} at {} {}..{} line {}: {}",
        reject.record.as_str(),
        place.file,
        place.byte_start,
        place.byte_end,
        place.line.unwrap_or(0),
        reject.reason
    )
}

pub(crate) fn options() -> ImportOptions {
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    ImportOptions {
        now,
        line_pattern: None,
    }
}

pub(crate) fn import_path(format: &str, path: &Path) -> (Collected, Result<(), ImportError>) {
    let mut collected = Collected::default();
    let result = Input::open(path, InputOptions::default())
        .map_err(ImportError::from)
        .and_then(|input| importer(format)?.import(&input, &options(), &mut collected));
    (collected, result)
}

/// Imports files given as names and contents.
pub(crate) fn import_files(
    format: &str,
    files: &[(&str, &[u8])],
) -> (Collected, Result<(), ImportError>) {
    let folder = folder_of(files);
    import_path(format, folder.path())
}

pub(crate) fn folder_of(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// Imports files that can be read to their end, asserts the balance and gives the records as text.
pub(crate) fn records(format: &str, files: &[(&str, &str)]) -> String {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    let (collected, result) = import_files(format, &files);
    result.unwrap();
    collected.assert_balanced();
    collected.to_text()
}

/// The folder of this package as cargo names it when it runs the tests: a test program kept
/// from another checkout was compiled with the path of that one.
pub(crate) fn manifest_folder() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// A path in the real data; `None`, with a message, where they are absent. Under `CI=true` their
/// absence is a failure.
#[allow(clippy::print_stderr)]
pub(crate) fn real_data(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ENTANGLE_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| manifest_folder().join("../../../shared/data"));
    let path = root.join(part);
    if path.exists() {
        return Some(path);
    }
    let is_required = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        !is_required,
        "the real data {part} are absent; set ENTANGLE_DATA"
    );
    eprintln!("skipped: the real data {part} are absent; set ENTANGLE_DATA to their folder");
    None
}
