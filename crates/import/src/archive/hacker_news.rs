//! Hacker News: items and profiles of its API, rows of the BigQuery table. See
//! `docs/formats/hacker_news.md`.

use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable, RowTable};
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const HACKER_NEWS: ArchiveImporter = ArchiveImporter {
    name: "hacker_news",
    about: "Hacker News items and profiles as JSON (API) or JSON lines and CSV (BigQuery)",
    expected: "JSON items with by, id, time and type, or profiles with karma and submitted",
    layouts: &[
        Layout::Json {
            signs: &["by", "id", "time", "type", "parent"],
            records: &[(&[], TABLES)],
        },
        Layout::Json {
            signs: &["by", "id", "time", "type", "score"],
            records: &[(&[], TABLES)],
        },
        Layout::Json {
            signs: &["created", "id", "karma", "submitted"],
            records: &[(&[], TABLES)],
        },
        Layout::Csv(&[RowTable::of(
            &["by", "id", "time", "type", "parent", "descendants"],
            Shape::Post(&ITEM),
        )]),
    ],
    confidence: 0.9,
};

const TABLES: &[RecordTable] = &[
    RecordTable::marked(&[(&["karma"], None)], Shape::Account(&PROFILE)),
    RecordTable::marked(&[(&["type"], Some("comment"))], Shape::Post(&ITEM)),
    RecordTable::marked(&[(&["type"], None)], Shape::Post(&STORY)),
];

const fn by(name: &'static [&'static str]) -> Author {
    Author {
        id: Id::NONE,
        name,
        ..Author::NONE
    }
}

/// A comment names the item that it answers and not the story under which it stands.
const ITEM: PostShape = PostShape {
    id: Id::of(&[&["id"]]),
    author: by(&["by"]),
    parent: Id::of(&[&["parent"]]),
    kind: Kind::OpeningIf(&["type"], "story"),
    posted_at: &["time", "timestamp"],
    text: &[(&["text"], TextForm::Html)],
    ..PostShape::NONE
};

const STORY: PostShape = PostShape {
    thread: Id::of(&[&["id"]]),
    thread_title: &["title"],
    kind: Kind::Always(PostKind::Opening),
    ..ITEM
};

const PROFILE: AccountShape = AccountShape {
    author: by(&["id"]),
    registered_at: &["created"],
    about: &["about"],
    about_form: TextForm::Html,
    reputation: &["karma"],
    ..AccountShape::NONE
};
