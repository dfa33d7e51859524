//! Tables of listings, vendors and feedback of darknet markets. See
//! `docs/formats/darknet_market.md`.

use super::fields::Field;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RowTable};
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const DARKNET_MARKET: ArchiveImporter = ArchiveImporter {
    name: "darknet_market",
    about: "darknet market tables as CSV: listings, vendors and feedback",
    expected: "CSV with hash_str and marketplace, with market_name and vendor_name, or with market, vendor, buyer and text",
    layouts: &[Layout::Csv(TABLES)],
    confidence: 0.95,
};

/// Feedback comes first, since its tables may repeat the title of the listing.
const TABLES: &[RowTable] = &[
    RowTable::of(
        &["hash_str", "marketplace", "item_hash", "date"],
        Shape::Post(&LISTING_FEEDBACK),
    ),
    RowTable::of(
        &[
            MARKET_NAMES,
            VENDOR_NAMES,
            BUYER_NAMES,
            FEEDBACK_NAMES,
            "item_hash|listing_hash|listing_id|item_id",
        ],
        Shape::Post(&LISTING_FEEDBACK),
    ),
    RowTable::of(
        &[MARKET_NAMES, VENDOR_NAMES, BUYER_NAMES, FEEDBACK_NAMES],
        Shape::Post(&VENDOR_FEEDBACK),
    ),
    RowTable::of(
        &["hash_str", "marketplace", "title", "vendor"],
        Shape::Post(&HASHED_LISTING),
    ),
    RowTable::of(
        &["hash_str", "marketplace", "id", "profile"],
        Shape::Account(&HASHED_VENDOR),
    ),
    // The price index Grams, whose tables lie in the public archive of markets.
    RowTable::of(
        &[
            "hash",
            "market_name",
            "item_link",
            "vendor_name",
            "description",
        ],
        Shape::Post(&INDEXED_LISTING),
    ),
];

const MARKET_NAMES: &str = "marketplace|market_name|market";
const VENDOR_NAMES: &str = "vendor|vendor_name|vendor_hash|seller|receiver";
const BUYER_NAMES: &str = "buyer|buyer_name|giver|reviewer";
const FEEDBACK_NAMES: &str = "message|feedback|comment|text|review|rating";

/// Vendors are known by name, and names are of one market.
const fn vendor(id: Id, name: &'static [&'static str]) -> Author {
    Author {
        id,
        name,
        ..Author::NONE
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

const MARKET: Field = &["marketplace", "market_name", "market"];

const BUYER: Field = &["buyer", "buyer_name", "giver", "reviewer"];

/// Feedback on a listing, by its buyer. Markets show most buyers with asterisks in the middle of
/// their name; such feedback is kept without an author. Ratings are no text and not kept.
const LISTING_FEEDBACK: PostShape = PostShape {
    id: Id::prefixed(
        "feedback:",
        &[&["hash_str", "feedback_id", "feedback_hash"]],
    ),
    author: Author {
        id: Id::of(&[MARKET, BUYER]),
        name: BUYER,
        may_be_masked: true,
        ..Author::NONE
    },
    thread: Id::of(&[LISTING]),
    board: MARKET,
    parent: Id::of(&[LISTING]),
    kind: Kind::Always(PostKind::Comment),
    posted_at: &["date", "posted_at", "timestamp", "time"],
    text: &[(
        &["message", "feedback", "comment", "text", "review"],
        TextForm::Plain,
    )],
    ..PostShape::NONE
};

const LISTING: Field = &["item_hash", "listing_hash", "listing_id", "item_id"];

/// Feedback that names its vendor only: all of a vendor's is one thread.
const VENDOR_FEEDBACK: PostShape = PostShape {
    thread: Id::prefixed("vendor:", &[MARKET, VENDOR]),
    thread_title: VENDOR,
    parent: Id::NONE,
    ..LISTING_FEEDBACK
};

const VENDOR: Field = &["vendor", "vendor_name", "vendor_hash", "seller", "receiver"];
