//! AIL: what its feeders print, and the envelopes that they send. See `docs/formats/ail.md`.

use super::fields::Field;
use super::importer::ArchiveImporter;
use super::layout::{Layout, Mark, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm, ThreadShape};
use entangle_model::record::PostKind;

pub(crate) const AIL: ArchiveImporter = ArchiveImporter {
    name: "ail",
    about: "AIL feeder items as JSON, printed or sent (base64 of gzip): chats, tweets, forum pages",
    expected: "JSON with source, source-uuid, meta and data",
    layouts: &[Layout::Json {
        signs: &["source", "source-uuid", "meta", "data"],
        records: &[(&[], TABLES)],
    }],
    confidence: 0.95,
};

/// An envelope, as it is sent, states the hash of its packed data.
const IS_PACKED: Mark = (&["data-sha256"], None);

const TABLES: &[RecordTable] = &[
    RecordTable::marked(
        &[IS_PACKED, (&["meta.chat.id"], None)],
        Shape::Post(&PACKED),
    ),
    RecordTable::marked(&[(&["meta.chat.id"], None)], Shape::Post(&MESSAGE)),
    RecordTable::marked(
        &[IS_PACKED, (&["meta.jabber:from"], None)],
        Shape::Post(&JABBER),
    ),
    RecordTable::marked(
        &[IS_PACKED, (&["meta.twitter:tweet_id"], None)],
        Shape::Post(&TWEET),
    ),
    RecordTable::marked(
        &[
            IS_PACKED,
            (&["meta.message:id"], None),
            (&["meta.sender:id"], None),
        ],
        Shape::Post(&DISCORD),
    ),
    RecordTable {
        marks: &[
            (&["meta.forum_id"], None),
            (&["meta.extracted.thread.thread_id"], None),
        ],
        shape: Shape::Thread(&FORUM_THREAD),
        inner: &[(
            "meta.extracted.posts",
            &[RecordTable::of(Shape::Post(&FORUM_POST))],
        )],
    },
];

const MESSAGE: PostShape = PostShape {
    id: Id::of(&[&["meta.chat.id"], &["meta.id"]]),
    author: Author {
        id: Id::of(&[&["meta.sender.id"]]),
        name: &["meta.sender.username", "meta.sender.first_name"],
        ..Author::NONE
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

/// Addresses end with the name of a device behind a slash, which is left out. Whom a message went
/// to is no thread: it would put apart what two people say to each other.
const JABBER: PostShape = PostShape {
    id: Id::prefixed("jabber:", &[&["meta.jabber:id"]]),
    author: Author {
        name: &["meta.jabber:from#0"],
        ..Author::NONE
    },
    kind: Kind::Always(PostKind::Message),
    posted_at: &["meta.jabber:ts"],
    text: &[(&["data"], TextForm::GzipBase64)],
    ..PostShape::NONE
};

/// The day is all that the feeder says of the time together with its date.
const TWEET: PostShape = PostShape {
    id: Id::prefixed("twitter:", &[&["meta.twitter:tweet_id"]]),
    author: Author {
        name: &["meta.twitter:id"],
        ..Author::NONE
    },
    kind: Kind::Always(PostKind::Opening),
    posted_at: &["meta.twitter:datestamp"],
    text: &[(&["data"], TextForm::GzipBase64)],
    ..PostShape::NONE
};

const DISCORD: PostShape = PostShape {
    id: Id::of(&[&["meta.message:id"]]),
    author: Author {
        id: Id::of(&[&["meta.sender:id"]]),
        name: &["meta.sender:profile"],
        ..Author::NONE
    },
    thread: Id::of(&[&["meta.channel:id"]]),
    board: &["meta.server:name"],
    parent: Id::of(&[&["meta.referenced-message.message-id"]]),
    kind: Kind::Always(PostKind::Message),
    posted_at: &["meta.timestamp"],
    edited_at: &["meta.edited_timestamp"],
    text: &[(&["data"], TextForm::GzipBase64)],
    attachments: &["meta.attachments"],
    ..PostShape::NONE
};

/// A page of a forum that was taken apart.
const FORUM_THREAD: ThreadShape = ThreadShape {
    id: Id::of(&[&["meta.forum_id"], &["meta.extracted.thread.thread_id"]]),
    title: &["meta.extracted.thread.thread_title"],
    board: &["meta.extracted.current_subforum.subforum_name"],
    ..ThreadShape::NONE
};

/// Accounts go by their names: the number is 0 wherever a page shows none.
const FORUM_POST: PostShape = PostShape {
    id: Id::of(&[FORUM, &["post_id"]]),
    author: Author {
        id: Id::of(&[FORUM, &["author.author_username"]]),
        name: &["author.author_username"],
        ..Author::NONE
    },
    thread: Id::of(&[FORUM, &["^meta.extracted.thread.thread_id"]]),
    posted_at: &["post_timestamp"],
    text: &[(&["content.text"], TextForm::Plain)],
    attachments: &["content.images", "content.files"],
    ..PostShape::NONE
};

const FORUM: Field = &["^meta.forum_id"];
