//! 4CAT: result tables of forum and chat data sources, and the messages of its Telegram data
//! source as it keeps them. See `docs/formats/four_cat.md`.

use super::fields::Field;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable, RowTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const FOUR_CAT: ArchiveImporter = ArchiveImporter {
    name: "four_cat",
    about: "4CAT results as CSV or JSON lines, with id, thread_id, timestamp, author and body",
    expected: "records with id, thread_id, timestamp, unix_timestamp, author and body, or Telegram messages with _chat and _sender",
    layouts: &[
        Layout::Csv(&[
            RowTable::of(TELEGRAM_SIGNS, Shape::Post(&TELEGRAM_ITEM)),
            RowTable::of(SIGNS, Shape::Post(&ITEM)),
        ]),
        Layout::Json {
            signs: TELEGRAM_SIGNS,
            records: &[(&[], &[RecordTable::of(Shape::Post(&TELEGRAM_ITEM))])],
        },
        Layout::Json {
            signs: SIGNS,
            records: &[(&[], &[RecordTable::of(Shape::Post(&ITEM))])],
        },
        Layout::Json {
            signs: &["_chat", "_sender", "id", "date", "message"],
            records: &[(&[], &[RecordTable::of(Shape::Post(&TELEGRAM_MESSAGE))])],
        },
    ],
    confidence: 0.95,
};

const SIGNS: &[&str] = &[
    "id",
    "thread_id",
    "timestamp",
    "unix_timestamp",
    "author",
    "body",
];

/// Numbers of Telegram messages are of one chat only, and its results may hold many.
const TELEGRAM_SIGNS: &[&str] = &[
    "id",
    "thread_id",
    "chat",
    "unix_timestamp",
    "author_username",
    "body",
];

const ITEM: PostShape = PostShape {
    id: Id::of(&[&["id"]]),
    author: Author {
        id: Id::of(&[&["author_id"]]),
        name: &["author_username", "author", "author_name"],
        nobody: &["Anonymous", "[deleted]"],
        ..Author::NONE
    },
    thread: Id::of(&[&["thread_id"]]),
    thread_title: &["subject", "thread_title"],
    board: &["board", "subreddit", "chat"],
    parent: Id::of(&[&["reply_to"]]),
    kind: Kind::OpeningIfRoot,
    posted_at: &["unix_timestamp", "timestamp"],
    edited_at: &["unix_timestamp_edited", "timestamp_edited"],
    text: &[(&["body"], TextForm::Plain)],
    no_text: &["[deleted]", "[removed]"],
    attachments: &["image_file", "attachment_filename"],
    ..PostShape::NONE
};

const TELEGRAM_ITEM: PostShape = PostShape {
    id: Id::of(&[&["thread_id"], &["id"]]),
    author: Author {
        id: Id::of(&[&["author"]]),
        name: &["author_username", "author_name"],
        ..Author::NONE
    },
    parent: Id::of(&[&["thread_id"], &["reply_to"]]),
    kind: Kind::Always(PostKind::Message),
    ..ITEM
};

/// A message as the library Telethon gives it, with what 4CAT knows of chat and sender. Telephone
/// numbers of senders are not read. The chat goes by its name, as in the table.
const TELEGRAM_MESSAGE: PostShape = PostShape {
    id: Id::of(&[CHAT, &["id"]]),
    author: Author {
        id: Id::of(&[&[
            "_sender.id",
            "from_id.user_id",
            "from_id.channel_id",
            "from_id",
        ]]),
        name: &["_sender.username", "_sender.first_name", "_sender.title"],
        ..Author::NONE
    },
    thread: Id::of(&[CHAT]),
    thread_title: &["_chat.title", "_chat.username"],
    board: &["_chat.title", "_chat.username"],
    parent: Id::of(&[CHAT, &["reply_to_msg_id", "reply_to.reply_to_msg_id"]]),
    kind: Kind::Always(PostKind::Message),
    posted_at: &["date"],
    edited_at: &["edit_date"],
    text: &[(&["message"], TextForm::Plain)],
    attachments: &["media"],
    ..PostShape::NONE
};

const CHAT: Field = &["_chat.username", "_chat.id"];
