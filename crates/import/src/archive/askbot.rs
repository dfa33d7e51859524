//! Askbot: lists of questions, and comments, of its JSON API, and saved pages of questions.
//! See `docs/formats/askbot.md`.

use super::askbot_page::import_askbot_page;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm, ThreadShape};
use entangle_model::record::PostKind;

pub(crate) const ASKBOT: ArchiveImporter = ArchiveImporter {
    name: "askbot",
    about: "Askbot: questions and comments of its JSON API, saved pages of questions with answers",
    expected: "JSON with answer_ids and added_at, comments with comment_added_at, or pages of questions",
    layouts: &[
        Layout::Json {
            signs: &["questions", "answer_ids", "added_at"],
            records: &[(&["questions", "*"], &[QUESTION])],
        },
        Layout::Json {
            signs: &["answer_ids", "added_at", "last_activity_by"],
            records: &[(&[], &[QUESTION])],
        },
        Layout::Json {
            signs: &["comment_added_at", "object_id", "user_display_name"],
            records: &[(&[], &[COMMENT])],
        },
        Layout::Pages {
            signs: &["askbot", "js-question", "data-post-id"],
            read: import_askbot_page,
        },
    ],
    confidence: 0.95,
};

/// The API gives the beginning of the question's text only, so no post is made of it.
const QUESTION: RecordTable = RecordTable::of(Shape::Thread(&ThreadShape {
    id: Id::of(&[&["id"]]),
    author: author(Id::of(&[&["author.id"]]), &["author.username"]),
    title: &["title"],
    started_at: &["added_at"],
    ..ThreadShape::NONE
}));

const COMMENT: RecordTable = RecordTable::of(Shape::Post(&PostShape {
    id: Id::prefixed("comment:", &[&["id"]]),
    author: author(Id::of(&[&["user_id"]]), &["user_display_name"]),
    parent: Id::prefixed("post:", &[&["object_id"]]),
    kind: Kind::Always(PostKind::Comment),
    posted_at: &["comment_added_at"],
    text: &[(&["html"], TextForm::Html)],
    ..PostShape::NONE
}));

const fn author(id: Id, name: &'static [&'static str]) -> Author {
    Author {
        id,
        name,
        ..Author::NONE
    }
}
