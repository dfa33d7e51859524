//! Real forum software as the witness of the reading of saved pages: an engine is run, its pages
//! are saved and imported, and the import is compared with what the engine was told.
//!
//! `forum_software/README.md` says how it is installed and run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entangle_dump::{Input, InputOptions};
use entangle_import::{ImportError, ImportOptions, Sink, detect, importer};
use entangle_model::TimePrecision;
use entangle_model::record::{
    Account, FormerName, Identifier, Post, PostKind, RecordKind, Reject, Thread,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a script says that it made.
#[derive(Deserialize)]
struct Truth {
    board: String,
    accounts: Vec<TrueAccount>,
    threads: Vec<TrueThread>,
    posts: Vec<TruePost>,
    signatures: Vec<TrueSignature>,
}

#[derive(Deserialize)]
struct TrueAccount {
    id: String,
    name: String,
    registered_at: String,
}

#[derive(Deserialize)]
struct TrueThread {
    id: String,
    title: String,
    account: String,
}

#[derive(Deserialize)]
struct TruePost {
    id: String,
    thread: String,
    account: String,
    posted_at: String,
    edited_at: Option<String>,
    is_opening: bool,
    /// Parts of its own text.
    marks: Vec<String>,
    /// What its text must not hold: quotations, earlier versions, markup.
    absent: Vec<String>,
}

#[derive(Deserialize)]
struct TrueSignature {
    account: String,
    value: String,
}

/// What the pages of an engine show.
struct Shown {
    /// How exactly times of posts are shown.
    posting: TimePrecision,
    /// Whether a page begins with the last post of the one before.
    has_overlapping_pages: bool,
    /// Whether the time of a change is shown.
    has_edit_times: bool,
    /// How exactly dates of registration are shown; `None` where they are not.
    registration: Option<TimePrecision>,
}

#[derive(Default)]
struct Collected {
    accounts: BTreeMap<String, Vec<Account>>,
    threads: BTreeMap<String, Thread>,
    posts: BTreeMap<String, Vec<Post>>,
    identifiers: Vec<Identifier>,
    lost: Vec<Reject>,
}

impl Sink for Collected {
    fn asked(&mut self, _: RecordKind) {}

    fn unreadable(&mut self, reject: Reject) {
        self.lost.push(reject);
    }

    fn account(&mut self, account: Account) -> Result<(), ImportError> {
        let id = account.native_id.clone();
        self.accounts.entry(id).or_default().push(account);
        Ok(())
    }

    fn thread(&mut self, thread: Thread) -> Result<(), ImportError> {
        // Only the first page tells who began the thread.
        self.threads
            .entry(thread.native_id.clone())
            .or_insert(thread);
        Ok(())
    }

    fn post(&mut self, post: Post) -> Result<(), ImportError> {
        let id = post.native_id.clone();
        self.posts.entry(id).or_default().push(post);
        Ok(())
    }

    fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError> {
        self.identifiers.push(identifier);
        Ok(())
    }

    fn former_name(&mut self, _: FormerName) -> Result<(), ImportError> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        self.lost.push(reject);
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<(), ImportError> {
        Ok(())
    }
}

/// Runs the script of an engine in its environment and imports what it saved.
fn run(engine: &str) -> (Truth, Collected) {
    let environments = std::env::var_os("ENTANGLE_FORUM_SOFTWARE")
        .map(PathBuf::from)
        .expect("ENTANGLE_FORUM_SOFTWARE names the folder of the environments");
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forum_software");
    let folder = tempfile::tempdir().unwrap();
    let ran = Command::new(environments.join(engine).join("bin/python"))
        .arg(scripts.join(format!("make_{engine}.py")))
        .arg(folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "make_{engine}.py failed: {errors}");
    let truth = std::fs::read(folder.path().join("truth.json")).unwrap();
    let input = Input::open(folder.path(), InputOptions::default()).unwrap();
    assert_eq!(detect(&input).unwrap().format, "forum_pages");
    let options = ImportOptions {
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
        line_pattern: None,
    };
    let mut collected = Collected::default();
    importer("forum_pages")
        .and_then(|pages| pages.import(&input, &options, &mut collected))
        .unwrap();
    (serde_json::from_slice(&truth).unwrap(), collected)
}

fn check(engine: &str, shown: &Shown) {
    let (truth, collected) = run(engine);
    check_posts(&truth, &collected, shown);
    check_threads(&truth, &collected);
    check_accounts(&truth, &collected, shown);
    check_signatures(&truth, &collected);
    for reject in &collected.lost {
        let is_expected = reject.reason.starts_with("a page without posts")
            || reject
                .reason
                .starts_with("the page does not state its time zone");
        assert!(is_expected, "{engine}: {reject:?}");
    }
}

/// Every post once, by its author, in its thread, at its time, with its own words.
fn check_posts(truth: &Truth, collected: &Collected, shown: &Shown) {
    let known: Vec<&String> = collected.posts.keys().collect();
    let mut expected: Vec<&String> = truth.posts.iter().map(|post| &post.id).collect();
    expected.sort();
    assert_eq!(known, expected);
    for told in &truth.posts {
        let versions = &collected.posts[&told.id];
        let post = &versions[0];
        let is_once = versions.len() == 1 || shown.has_overlapping_pages;
        assert!(is_once, "post {} came more than once", told.id);
        let is_same = |other: &Post| other.content_hash == post.content_hash;
        assert!(versions.iter().all(is_same), "{versions:?}");
        assert_eq!(post.account_native_id.as_ref(), Some(&told.account));
        assert_eq!(post.thread_native_id.as_ref(), Some(&told.thread));
        assert_eq!(post.kind == PostKind::Opening, told.is_opening, "{post:?}");
        let precision = Some(shown.posting);
        assert_eq!(post.posted_at_precision, precision, "{post:?}");
        assert_eq!(
            post.posted_at,
            begun(&told.posted_at, precision),
            "{post:?}"
        );
        let edited_at = told.edited_at.as_ref().filter(|_| shown.has_edit_times);
        let edited_at = edited_at.and_then(|at| begun(at, precision));
        assert_eq!(post.edited_at, edited_at, "{post:?}");
        let body = post.body.as_deref().unwrap();
        for mark in &told.marks {
            assert!(body.contains(mark), "{mark:?} is not in {body:?}");
        }
        for absent in &told.absent {
            assert!(!body.contains(absent), "{absent:?} is in {body:?}");
        }
    }
}

fn check_threads(truth: &Truth, collected: &Collected) {
    assert_eq!(collected.threads.len(), truth.threads.len());
    for told in &truth.threads {
        let thread = &collected.threads[&told.id];
        assert_eq!(thread.title.as_ref(), Some(&told.title));
        assert_eq!(thread.board.as_ref(), Some(&truth.board));
        assert_eq!(thread.account_native_id.as_ref(), Some(&told.account));
    }
}

fn check_accounts(truth: &Truth, collected: &Collected, shown: &Shown) {
    assert_eq!(collected.accounts.len(), truth.accounts.len());
    for told in &truth.accounts {
        let versions = &collected.accounts[&told.id];
        let has_name = |account: &Account| account.name.as_ref() == Some(&told.name);
        assert!(versions.iter().all(has_name), "{versions:?}");
        let registered = versions
            .iter()
            .find(|version| version.registered_at.is_some());
        let stated = registered
            .and_then(|account| Some((account.registered_at?, account.registered_at_precision?)));
        let expected = shown
            .registration
            .and_then(|precision| Some((begun(&told.registered_at, Some(precision))?, precision)));
        assert_eq!(stated, expected, "{versions:?}");
    }
}

fn check_signatures(truth: &Truth, collected: &Collected) {
    for told in &truth.signatures {
        let is_shown = collected.identifiers.iter().any(|shown| {
            shown.account_native_id == told.account
                && shown.value == told.value
                && shown.role.as_str() == "signature"
        });
        assert!(is_shown, "{} is no signature", told.value);
    }
}

/// The beginning of what is stated so exactly.
fn begun(at: &str, precision: Option<TimePrecision>) -> Option<DateTime<Utc>> {
    let length = match precision? {
        TimePrecision::Second => TimeDelta::seconds(1),
        TimePrecision::Minute => TimeDelta::minutes(1),
        TimePrecision::Day => TimeDelta::days(1),
        _ => return None,
    };
    let at: DateTime<Utc> = at.parse().unwrap();
    at.duration_trunc(length).ok()
}

#[test]
#[ignore = "needs forum software: tests/forum_software/install FOLDER, then ENTANGLE_FORUM_SOFTWARE=FOLDER cargo test -p entangle-import --test forum_software -- --ignored"]
fn pages_of_flaskbb_give_what_it_was_told() {
    check(
        "flaskbb",
        &Shown {
            posting: TimePrecision::Minute,
            has_overlapping_pages: false,
            has_edit_times: true,
            registration: Some(TimePrecision::Day),
        },
    );
}

#[test]
#[ignore = "needs forum software: tests/forum_software/install FOLDER, then ENTANGLE_FORUM_SOFTWARE=FOLDER cargo test -p entangle-import --test forum_software -- --ignored"]
fn pages_of_machina_give_what_it_was_told() {
    check(
        "machina",
        &Shown {
            posting: TimePrecision::Minute,
            has_overlapping_pages: false,
            has_edit_times: true,
            registration: None,
        },
    );
}

#[test]
#[ignore = "needs forum software: tests/forum_software/install FOLDER, then ENTANGLE_FORUM_SOFTWARE=FOLDER cargo test -p entangle-import --test forum_software -- --ignored"]
fn pages_of_spirit_give_what_it_was_told() {
    check(
        "spirit",
        &Shown {
            posting: TimePrecision::Minute,
            has_overlapping_pages: false,
            has_edit_times: false,
            registration: Some(TimePrecision::Day),
        },
    );
}

#[test]
#[ignore = "needs forum software: tests/forum_software/install FOLDER, then ENTANGLE_FORUM_SOFTWARE=FOLDER cargo test -p entangle-import --test forum_software -- --ignored"]
fn pages_of_misago_give_what_it_was_told() {
    check(
        "misago",
        &Shown {
            posting: TimePrecision::Second,
            has_overlapping_pages: true,
            has_edit_times: false,
            registration: Some(TimePrecision::Day),
        },
    );
}
