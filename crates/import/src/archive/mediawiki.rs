//! MediaWiki: revisions of pages as its API gives them. See `docs/formats/mediawiki.md`.

use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm, ThreadShape};
use entangle_model::record::PostKind;

pub(crate) const MEDIAWIKI: ArchiveImporter = ArchiveImporter {
    name: "mediawiki",
    about: "MediaWiki API: revisions of pages with who made them and their summaries",
    expected: "JSON with query, pages and revisions that have timestamp and user",
    layouts: &[Layout::Json {
        signs: &[
            "query",
            "pages",
            "pageid",
            "revisions",
            "revid",
            "timestamp",
        ],
        records: &[(&["query", "pages", "*"], &[PAGE])],
    }],
    confidence: 0.95,
};

const PAGE: RecordTable = RecordTable {
    marks: &[],
    shape: Shape::Thread(&ThreadShape {
        id: Id::of(&[&["pageid"]]),
        title: &["title"],
        ..ThreadShape::NONE
    }),
    inner: &[("revisions", &[REVISION])],
};

/// The name of an editor without an account is the address of a machine.
const REVISION: RecordTable = RecordTable::of(Shape::Post(&PostShape {
    id: Id::of(&[&["revid"]]),
    author: Author {
        id: Id::NONE,
        name: &["user"],
        is_anonymous: &["?anon"],
        ..Author::NONE
    },
    thread: Id::of(&[&["^pageid"]]),
    parent: Id::of(&[&["parentid"]]),
    no_parent: &["0"],
    kind: Kind::Always(PostKind::Comment),
    posted_at: &["timestamp"],
    text: &[(&["comment"], TextForm::Plain)],
    ..PostShape::NONE
}));
