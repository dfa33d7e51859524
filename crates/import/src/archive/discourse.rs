//! Discourse: answers of its JSON API. See `docs/formats/discourse.md`.

use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm, ThreadShape};

pub(crate) const DISCOURSE: ArchiveImporter = ArchiveImporter {
    name: "discourse",
    about: "Discourse JSON API: topics with their posts, single posts, lists of topics",
    expected: "JSON with post_stream, latest_posts or topic_list, or a post with cooked text",
    layouts: &[
        Layout::Json {
            signs: &["topic_list", "topics", "per_page"],
            records: &[
                (&["topic_list", "topics", "*"], &[TOPIC]),
                (&["users", "*"], &[ACCOUNT]),
            ],
        },
        Layout::Json {
            signs: &["latest_posts", "cooked"],
            records: &[(&["latest_posts", "*"], &[POST])],
        },
        Layout::Json {
            signs: &["post_stream", "posts", "cooked"],
            records: STREAM,
        },
        // The API sorts its keys where it prints for people, which puts the posts far below.
        Layout::Json {
            signs: &["archetype", "chunk_size", "actions_summary"],
            records: STREAM,
        },
        Layout::Json {
            signs: &["cooked", "post_number", "trust_level", "topic_id"],
            records: &[(&[], &[POST])],
        },
    ],
    confidence: 0.95,
};

const STREAM: &[(super::layout::Path, &[RecordTable])] =
    &[(&["post_stream", "posts", "*"], &[POST])];

const POST: RecordTable = RecordTable::of(Shape::Post(&PostShape {
    id: Id::of(&[&["id"]]),
    author: Author {
        id: Id::of(&[&["user_id"]]),
        name: &["username"],
        ..Author::NONE
    },
    thread: Id::of(&[&["topic_id"]]),
    thread_title: &["topic_title", "topic_slug"],
    parent: Id::NONE,
    kind: Kind::OpeningIf(&["post_number"], "1"),
    posted_at: &["created_at"],
    text: &[(&["cooked"], TextForm::Html), (&["raw"], TextForm::BbCode)],
    ..PostShape::NONE
}));

const TOPIC: RecordTable = RecordTable::of(Shape::Thread(&ThreadShape {
    id: Id::of(&[&["id"]]),
    title: &["title"],
    board: &["category_id"],
    started_at: &["created_at"],
    ..ThreadShape::NONE
}));

const ACCOUNT: RecordTable = RecordTable::of(Shape::Account(&AccountShape {
    author: Author {
        id: Id::of(&[&["id"]]),
        name: &["username"],
        ..Author::NONE
    },
    is_staff: &["admin", "moderator"],
    ..AccountShape::NONE
}));
