//! CrimeBB tables of both generations of the schema, as CSV or as a dump of PostgreSQL. See `docs/formats/crimebb.md`.

use super::importer::ArchiveImporter;
use super::layout::{Layout, RowTable};
use super::shape::{AccountShape, Author, Id, PostShape, Shape, TextForm, ThreadShape};

pub(crate) const CRIMEBB: ArchiveImporter = ArchiveImporter {
    name: "crimebb",
    about: "CrimeBB as CSV or as a dump of PostgreSQL: members, threads and posts of both generations",
    expected: "tables with IdPost, IdThread or IdMember, or with site_id and creator_id",
    layouts: &[Layout::Csv(TABLES), Layout::Sql(TABLES)],
    confidence: 0.95,
};

/// The tables that mean something, of either generation, as files and as tables of a dump.
const TABLES: &[RowTable] = &[
    RowTable::of(
        &["IdPost", "Site", "Thread", "Author", "Content"],
        Shape::Post(&FIRST_POST),
    ),
    RowTable::of(
        &["IdThread", "Site", "Author", "Heading"],
        Shape::Thread(&FIRST_THREAD),
    ),
    RowTable::of(
        &["IdMember", "Site", "Username"],
        Shape::Account(&FIRST_MEMBER),
    ),
    RowTable::of(
        &["id", "site_id", "thread_id", "creator_id", "content"],
        Shape::Post(&SECOND_POST),
    ),
    RowTable::of(
        &["id", "site_id", "board_id", "creator_id", "name"],
        Shape::Thread(&SECOND_THREAD),
    ),
    RowTable::of(
        &["id", "site_id", "username", "db_created_on"],
        Shape::Account(&SECOND_MEMBER),
    ),
];

/// Numbers are unique within a site; a file may hold several.
const fn author(id: Id, name: &'static [&'static str]) -> Author {
    Author {
        id,
        name,
        nobody: &["-1"],
        ..Author::NONE
    }
}

const FIRST_AUTHOR: Author = author(Id::of(&[&["Site"], &["Author"]]), &["AuthorName"]);

const FIRST_POST: PostShape = PostShape {
    id: Id::of(&[&["Site"], &["IdPost"]]),
    author: FIRST_AUTHOR,
    thread: Id::of(&[&["Site"], &["Thread"]]),
    // The posts that it cites, of which the first is taken; -1 is written for none.
    parent: Id::of(&[&["Site"], &["CitedPost[]"]]),
    no_parent: &["-1"],
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

/// What the table has beside number, name and site is not published in one form; these are the
/// names that other tables of the schema suggest.
const SECOND_MEMBER: AccountShape = AccountShape {
    author: author(Id::of(&[&["site_id"], &["id"]]), &["username"]),
    registered_at: &["registered_on", "registration_date", "created_on"],
    last_seen_at: &["last_visit_on", "last_seen_on"],
    location: &["location"],
    website: &["homepage"],
    reputation: &["reputation"],
    signature: &["signature"],
    ..AccountShape::NONE
};
