//! Stack Exchange: questions with answers and comments as its API gives them. Ids are those of
//! the importer of the dump. See `docs/formats/stackexchange_api.md`.

use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const STACKEXCHANGE_API: ArchiveImporter = ArchiveImporter {
    name: "stackexchange_api",
    about: "Stack Exchange API: questions with their answers and comments as JSON",
    expected: "JSON with items, has_more and quota_remaining",
    layouts: &[
        Layout::Json {
            signs: &["items", "quota_remaining", "question_id"],
            records: &[(&["items", "*"], &[QUESTION])],
        },
        // The questions alone, as programs keep them after taking the answer apart.
        Layout::Json {
            signs: &["question_id", "creation_date", "owner", "tags"],
            records: &[(&[], &[QUESTION])],
        },
    ],
    confidence: 0.95,
};

const QUESTION: RecordTable = RecordTable {
    marks: &[],
    shape: Shape::Post(&PostShape {
        id: Id::prefixed("post:", &[&["question_id"]]),
        thread: Id::of(&[&["question_id"]]),
        thread_title: &["title"],
        kind: Kind::Always(PostKind::Opening),
        ..ANY
    }),
    inner: &[("answers", &[ANSWER]), ("comments", &[COMMENT])],
};

const ANSWER: RecordTable = RecordTable {
    marks: &[],
    shape: Shape::Post(&PostShape {
        id: Id::prefixed("post:", &[&["answer_id"]]),
        thread: Id::of(&[&["question_id", "^question_id"]]),
        parent: Id::prefixed("post:", &[&["question_id", "^question_id"]]),
        ..ANY
    }),
    inner: &[("comments", &[COMMENT])],
};

const COMMENT: RecordTable = RecordTable::of(Shape::Post(&PostShape {
    id: Id::prefixed("comment:", &[&["comment_id"]]),
    thread: Id::of(&[&["^question_id", "^^question_id"]]),
    parent: Id::prefixed("post:", &[&["post_id", "^answer_id", "^question_id"]]),
    kind: Kind::Always(PostKind::Comment),
    ..ANY
}));

const ANY: PostShape = PostShape {
    author: Author {
        id: Id::of(&[&["owner.user_id"]]),
        name: &["owner.display_name"],
        ..Author::NONE
    },
    posted_at: &["creation_date"],
    edited_at: &["last_edit_date"],
    text: &[
        (&["body"], TextForm::Html),
        (&["body_markdown"], TextForm::Escaped),
    ],
    ..PostShape::NONE
};
