//! CrimeBB tables as CSV, of both generations of its schema. See `docs/formats/crimebb.md`.

use super::fields::NONE;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{AccountShape, Author, Id, PostShape, Shape, TextForm, ThreadShape};

pub(crate) const CRIMEBB: ArchiveImporter = ArchiveImporter {
    name: "crimebb",
    about: "CrimeBB tables as CSV: members, threads and posts of both generations of the schema",
    expected: "CSV with IdPost, IdThread or IdMember, or with site_id and creator_id",
    layouts: &[
        Layout::Csv {
            signs: &["IdPost", "Site", "Thread", "Author", "Content"],
            table: &RecordTable::of(Shape::Post(&FIRST_POST)),
        },
        Layout::Csv {
            signs: &["IdThread", "Site", "Author", "Heading"],
            table: &RecordTable::of(Shape::Thread(&FIRST_THREAD)),
        },
        Layout::Csv {
            signs: &["IdMember", "Site", "Username"],
            table: &RecordTable::of(Shape::Account(&FIRST_MEMBER)),
        },
        Layout::Csv {
            signs: &["id", "site_id", "thread_id", "creator_id", "content"],
            table: &RecordTable::of(Shape::Post(&SECOND_POST)),
        },
        Layout::Csv {
            signs: &["id", "site_id", "board_id", "creator_id", "name"],
            table: &RecordTable::of(Shape::Thread(&SECOND_THREAD)),
        },
    ],
    confidence: 0.95,
};

/// Numbers are unique within a site; a file may hold several.
const fn author(id: Id, name: &'static [&'static str]) -> Author {
    Author {
        id,
        name,
        nobody: &["-1"],
        is_anonymous: NONE,
    }
}

const FIRST_AUTHOR: Author = author(Id::of(&[&["Site"], &["Author"]]), &["AuthorName"]);

const FIRST_POST: PostShape = PostShape {
    id: Id::of(&[&["Site"], &["IdPost"]]),
    author: FIRST_AUTHOR,
    thread: Id::of(&[&["Site"], &["Thread"]]),
    posted_at: &["Timestamp"],
    text: &[(&["Content"], TextForm::Plain)],
    ..PostShape::NONE
};

const FIRST_THREAD: ThreadShape = ThreadShape {
    id: Id::of(&[&["Site"], &["IdThread"]]),
    author: FIRST_AUTHOR,
    title: &["Heading"],
    board: &["Forum"],
    ..ThreadShape::NONE
};

const FIRST_MEMBER: AccountShape = AccountShape {
    author: author(Id::of(&[&["Site"], &["IdMember"]]), &["Username"]),
    registered_at: &["RegistrationDate"],
    last_seen_at: &["LastVisitDue"],
    location: &["Location"],
    website: &["Homepage"],
    reputation: &["Reputation"],
    signature: &["Signature"],
    ..AccountShape::NONE
};

const SECOND_AUTHOR: Author = author(Id::of(&[&["site_id"], &["creator_id"]]), &["creator"]);

const SECOND_POST: PostShape = PostShape {
    id: Id::of(&[&["site_id"], &["id"]]),
    author: SECOND_AUTHOR,
    thread: Id::of(&[&["site_id"], &["thread_id"]]),
    posted_at: &["created_on"],
    edited_at: &["updated_on"],
    text: &[(&["content"], TextForm::Plain)],
    ..PostShape::NONE
};

const SECOND_THREAD: ThreadShape = ThreadShape {
    id: Id::of(&[&["site_id"], &["id"]]),
    author: SECOND_AUTHOR,
    title: &["name"],
    board: &["board_id"],
    started_at: &["created_on"],
};
