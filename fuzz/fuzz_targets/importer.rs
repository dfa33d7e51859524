//! Any bytes as a file of one format, which `ENTANGLE_FUZZ_FORMAT` names: the importer must end,
//! in bounded memory, with an error or with every row accounted for.
#![no_main]

use std::sync::LazyLock;

use entangle_dump::{Input, InputOptions};
use entangle_import::{ImportError, ImportOptions, Importer, Sink, importer};
use entangle_model::record::{Account, FormerName, Identifier, Post, RecordKind, Reject, Thread};
use libfuzzer_sys::fuzz_target;

/// Names under which a format looks for its file; any name serves the others.
const FILE_NAMES: [(&str, &str); 7] = [
    ("stackexchange", "Posts.xml"),
    ("canonical_csv", "posts.csv"),
    ("convokit", "utterances.jsonl"),
    ("crimebb", "posts.csv"),
    ("prosody", "room.list"),
    ("mail", "list.mbox"),
    ("forum_pages", "page.html"),
];

struct Subject {
    importer: &'static dyn Importer,
    folder: tempfile::TempDir,
    file_name: String,
}

static SUBJECT: LazyLock<Subject> = LazyLock::new(|| {
    let format = std::env::var("ENTANGLE_FUZZ_FORMAT").expect("ENTANGLE_FUZZ_FORMAT names a format");
    let named = FILE_NAMES.iter().find(|(name, _)| *name == format);
    let extension = match format.ends_with("_database") {
        true => "sql",
        false => "json",
    };
    Subject {
        importer: importer(&format).expect("the format is known"),
        folder: tempfile::tempdir().expect("a temporary folder"),
        file_name: named.map_or(format!("input.{extension}"), |(_, file)| (*file).to_owned()),
    }
});

/// Counts what it is given.
#[derive(Default)]
struct Ledger {
    asked_count: u64,
    ended_count: u64,
}

impl Ledger {
    fn end(&mut self) -> Result<(), ImportError> {
        self.ended_count += 1;
        Ok(())
    }
}

impl Sink for Ledger {
    fn asked(&mut self, _: RecordKind) {
        self.asked_count += 1;
    }

    fn unreadable(&mut self, _: Reject) {
        self.ended_count += 1;
    }

    fn account(&mut self, _: Account) -> Result<(), ImportError> {
        self.end()
    }

    fn thread(&mut self, _: Thread) -> Result<(), ImportError> {
        self.end()
    }

    fn post(&mut self, post: Post) -> Result<(), ImportError> {
        assert!(post.place.byte_start <= post.place.byte_end);
        self.end()
    }

    fn identifier(&mut self, _: Identifier) -> Result<(), ImportError> {
        Ok(())
    }

    fn former_name(&mut self, _: FormerName) -> Result<(), ImportError> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        match reject.field {
            Some(_) => Ok(()),
            None => self.end(),
        }
    }

    fn progress(&mut self, _: u64) -> Result<(), ImportError> {
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let path = SUBJECT.folder.path().join(&SUBJECT.file_name);
    std::fs::write(&path, bytes).expect("the temporary folder can be written");
    let Ok(input) = Input::open(&path, InputOptions::default()) else {
        return;
    };
    let options = ImportOptions {
        now: chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000),
        line_pattern: Some("[{time}] {nick}: {text}".to_owned()),
    };
    let mut ledger = Ledger::default();
    if SUBJECT.importer.import(&input, &options, &mut ledger).is_ok() {
        assert_eq!(ledger.asked_count, ledger.ended_count, "rows were lost");
    }
});
