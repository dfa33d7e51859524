//! 4CAT: result tables of forum and chat data sources. See `docs/formats/four_cat.md`.

use super::fields::NONE;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm};

pub(crate) const FOUR_CAT: ArchiveImporter = ArchiveImporter {
    name: "four_cat",
    about: "4CAT result tables as CSV, with id, thread_id, timestamp, author and body",
    expected: "CSV with id, thread_id, timestamp, unix_timestamp, author and body",
    layouts: &[Layout::Csv {
        signs: &[
            "id",
            "thread_id",
            "timestamp",
            "unix_timestamp",
            "author",
            "body",
        ],
        table: &RecordTable::of(Shape::Post(&ITEM)),
    }],
    confidence: 0.95,
};

const ITEM: PostShape = PostShape {
    id: Id::of(&[&["id"]]),
    author: Author {
        id: Id::of(&[&["author_id"]]),
        name: &["author_username", "author", "author_name"],
        nobody: &["Anonymous", "[deleted]"],
        is_anonymous: NONE,
    },
    thread: Id::of(&[&["thread_id"]]),
    thread_title: &["subject", "thread_title"],
    board: &["board", "subreddit", "chat"],
    parent: Id::of(&[&["reply_to"]]),
    kind: Kind::OpeningIfRoot,
    posted_at: &["unix_timestamp", "timestamp"],
    edited_at: &["unix_timestamp_edited", "timestamp_edited"],
    text: &[(&["body"], TextForm::Plain)],
    no_text: &["[deleted]", "[removed]"],
    attachments: &["image_file", "attachment_filename"],
    ..PostShape::NONE
};
