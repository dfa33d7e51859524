//! Reddit submissions and comments as Pushshift and its successors keep them, one per line. See
//! `docs/formats/reddit.md`.

use super::fields::Field;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const REDDIT: ArchiveImporter = ArchiveImporter {
    name: "reddit",
    about: "Reddit submissions and comments as JSON lines (Pushshift dumps, also as .zst)",
    expected: "JSON lines with subreddit, author and created_utc",
    layouts: &[
        Layout::Json {
            signs: &["subreddit", "author", "created_utc", "link_id", "body"],
            records: &[(&[], TABLES)],
        },
        Layout::Json {
            signs: &["subreddit", "author", "created_utc", "title", "selftext"],
            records: &[(&[], TABLES)],
        },
    ],
    confidence: 0.95,
};

const TABLES: &[RecordTable] = &[
    RecordTable::marked(&[(&["link_id"], None)], Shape::Post(&COMMENT)),
    RecordTable::marked(&[(&["title"], None)], Shape::Post(&SUBMISSION)),
];

/// Names are unique and never change, and old dumps have nothing else.
const AUTHOR: Author = Author {
    id: Id::NONE,
    name: &["author"],
    nobody: &["[deleted]", "[removed]"],
    ..Author::NONE
};

const ID: Field = &["id"];

const NO_TEXT: &[&str] = &["[deleted]", "[removed]"];

const SUBMISSION: PostShape = PostShape {
    id: Id::prefixed("t3_", &[ID]),
    author: AUTHOR,
    thread: Id::prefixed("t3_", &[ID]),
    thread_title: &["title"],
    board: &["subreddit"],
    kind: Kind::Always(PostKind::Opening),
    posted_at: &["created_utc"],
    edited_at: &["edited"],
    text: &[(&["selftext"], TextForm::Escaped)],
    no_text: NO_TEXT,
    attachments: &["media"],
    ..PostShape::NONE
};

const COMMENT: PostShape = PostShape {
    id: Id::prefixed("t1_", &[ID]),
    author: AUTHOR,
    thread: Id::of(&[&["link_id"]]),
    board: &["subreddit"],
    parent: Id::of(&[&["parent_id"]]),
    posted_at: &["created_utc"],
    edited_at: &["edited"],
    text: &[(&["body"], TextForm::Escaped)],
    no_text: NO_TEXT,
    ..PostShape::NONE
};
