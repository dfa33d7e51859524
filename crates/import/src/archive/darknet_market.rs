//! Tables of listings and vendors of darknet markets. See `docs/formats/darknet_market.md`.

use super::fields::NONE;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const DARKNET_MARKET: ArchiveImporter = ArchiveImporter {
    name: "darknet_market",
    about: "darknet market tables as CSV: listings and vendors",
    expected: "CSV with hash_str and marketplace, or with market_name and vendor_name",
    layouts: &[
        Layout::Csv {
            signs: &["hash_str", "marketplace", "title", "vendor"],
            table: &RecordTable::of(Shape::Post(&HASHED_LISTING)),
        },
        Layout::Csv {
            signs: &["hash_str", "marketplace", "id", "profile"],
            table: &RecordTable::of(Shape::Account(&HASHED_VENDOR)),
        },
        // The price index Grams, whose tables lie in the public archive of markets.
        Layout::Csv {
            signs: &[
                "hash",
                "market_name",
                "item_link",
                "vendor_name",
                "description",
            ],
            table: &RecordTable::of(Shape::Post(&INDEXED_LISTING)),
        },
    ],
    confidence: 0.95,
};

/// Vendors are known by name, and names are of one market.
const fn vendor(id: Id, name: &'static [&'static str]) -> Author {
    Author {
        id,
        name,
        nobody: &[],
        is_anonymous: NONE,
    }
}

const HASHED_LISTING: PostShape = PostShape {
    id: Id::of(&[&["hash_str"]]),
    author: vendor(Id::of(&[&["marketplace"], &["vendor"]]), &["vendor"]),
    thread: Id::of(&[&["hash_str"]]),
    thread_title: &["title"],
    board: &["marketplace"],
    kind: Kind::Always(PostKind::Opening),
    posted_at: &["first_observed"],
    text: &[
        (&["description"], TextForm::Plain),
        (&["title"], TextForm::Plain),
    ],
    ..PostShape::NONE
};

const HASHED_VENDOR: AccountShape = AccountShape {
    author: vendor(Id::of(&[&["marketplace"], &["id"]]), &["id"]),
    last_seen_at: &["last_observed"],
    about: &["profile"],
    ..AccountShape::NONE
};

const INDEXED_LISTING: PostShape = PostShape {
    id: Id::of(&[&["market_name"], &["hash"]]),
    author: vendor(
        Id::of(&[&["market_name"], &["vendor_name"]]),
        &["vendor_name"],
    ),
    thread: Id::of(&[&["market_name"], &["hash"]]),
    thread_title: &["name"],
    board: &["market_name"],
    kind: Kind::Always(PostKind::Opening),
    posted_at: &["add_time"],
    text: &[
        (&["description"], TextForm::Plain),
        (&["name"], TextForm::Plain),
    ],
    ..PostShape::NONE
};
