//! AIL: what its Telegram feeder prints, and the envelopes that feeders send. See
//! `docs/formats/ail.md`.

use super::fields::NONE;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const AIL: ArchiveImporter = ArchiveImporter {
    name: "ail",
    about: "AIL feeder items as JSON: chat messages in plain text or as base64 of gzip",
    expected: "JSON with source, source-uuid, meta and data",
    layouts: &[Layout::Json {
        signs: &["source", "source-uuid", "meta", "data"],
        records: &[(
            &[],
            &[
                // An envelope states the hash of its packed data.
                RecordTable::marked(
                    &[(&["data-sha256"], None), (&["meta.chat.id"], None)],
                    Shape::Post(&PACKED),
                ),
                RecordTable::marked(&[(&["meta.chat.id"], None)], Shape::Post(&MESSAGE)),
            ],
        )],
    }],
    confidence: 0.95,
};

const MESSAGE: PostShape = PostShape {
    id: Id::of(&[&["meta.chat.id"], &["meta.id"]]),
    author: Author {
        id: Id::of(&[&["meta.sender.id"]]),
        name: &["meta.sender.username", "meta.sender.first_name"],
        nobody: &[],
        is_anonymous: NONE,
    },
    thread: Id::of(&[&["meta.chat.id"]]),
    thread_title: &["meta.chat.name", "meta.chat.username"],
    board: &["meta.chat.name", "meta.chat.username"],
    parent: Id::of(&[&["meta.chat.id"], &["meta.reply_to"]]),
    kind: Kind::Always(PostKind::Message),
    posted_at: &["meta.date.timestamp", "meta.date.datestamp"],
    edited_at: &["meta.edit_date.timestamp", "meta.edit_date.datestamp"],
    text: &[(&["data"], TextForm::Plain)],
    attachments: &["meta.media"],
    ..PostShape::NONE
};

const PACKED: PostShape = PostShape {
    text: &[(&["data"], TextForm::GzipBase64)],
    ..MESSAGE
};
