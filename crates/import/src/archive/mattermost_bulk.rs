//! Mattermost: the bulk export, one line per team, channel, member and post. See
//! `docs/formats/mattermost_bulk.md`.

use super::fields::Field;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm, ThreadShape};
use entangle_model::record::PostKind;

pub(crate) const MATTERMOST_BULK: ArchiveImporter = ArchiveImporter {
    name: "mattermost_bulk",
    about: "Mattermost bulk export: JSON lines of channels, users, posts and direct posts",
    expected: "JSON lines of type version, channel, user, post and direct_post",
    layouts: &[
        Layout::Json {
            signs: &["type", "version", "team|channel|user"],
            records: &[(&[], TABLES)],
        },
        Layout::Json {
            signs: &["type", "post", "channel", "user", "message", "create_at"],
            records: &[(&[], TABLES)],
        },
        Layout::Json {
            signs: &["type", "direct_post", "channel_members", "create_at"],
            records: &[(&[], TABLES)],
        },
    ],
    confidence: 0.95,
};

const TYPE: Field = &["type"];

const TABLES: &[RecordTable] = &[
    RecordTable {
        marks: &[(TYPE, Some("post"))],
        shape: Shape::Post(&POST),
        inner: &[("post.replies", &[RecordTable::of(Shape::Post(&REPLY))])],
    },
    RecordTable {
        marks: &[(TYPE, Some("direct_post"))],
        shape: Shape::Post(&DIRECT_POST),
        inner: &[(
            "direct_post.replies",
            &[RecordTable::of(Shape::Post(&DIRECT_REPLY))],
        )],
    },
    RecordTable::marked(&[(TYPE, Some("user"))], Shape::Account(&USER)),
    RecordTable::marked(&[(TYPE, Some("bot"))], Shape::Account(&BOT)),
    RecordTable::marked(&[(TYPE, Some("channel"))], Shape::Thread(&CHANNEL)),
    // Teams, roles, emoji, schemes and whatever else is neither account, thread nor post.
    RecordTable::marked(&[(TYPE, None)], Shape::PassedOver),
];

/// The export has names instead of numbers. They are unique on a server, and so are the names of
/// channels in a team.
const fn author(name: Field) -> Author {
    Author {
        name,
        ..Author::NONE
    }
}

const CHANNEL: ThreadShape = ThreadShape {
    id: Id::of(&[&["channel.team"], &["channel.name"]]),
    title: &["channel.display_name", "channel.name"],
    board: &["channel.display_name", "channel.name"],
    ..ThreadShape::NONE
};

const USER: AccountShape = AccountShape {
    author: author(&["user.username"]),
    about: &["user.position"],
    email: &["user.email"],
    ..AccountShape::NONE
};

const BOT: AccountShape = AccountShape {
    author: author(&["bot.username"]),
    about: &["bot.description"],
    is_bot: &["?bot"],
    ..AccountShape::NONE
};

/// Posts have no number. The server itself takes two posts of one channel, time and author for
/// the same when it reads an export.
const POST: PostShape = PostShape {
    id: Id::of(&[
        &["post.team"],
        &["post.channel"],
        &["post.create_at"],
        &["post.user"],
    ]),
    author: author(&["post.user"]),
    thread: Id::of(&[&["post.team"], &["post.channel"]]),
    kind: Kind::Always(PostKind::Message),
    posted_at: &["post.create_at"],
    edited_at: &["post.edit_at"],
    text: &[(&["post.message"], TextForm::Markdown)],
    attachments: &["post.attachments"],
    ..PostShape::NONE
};

const REPLY: PostShape = PostShape {
    id: Id::of(&[
        &["^post.team"],
        &["^post.channel"],
        &["create_at"],
        &["user"],
    ]),
    thread: Id::of(&[&["^post.team"], &["^post.channel"]]),
    parent: Id::of(&[
        &["^post.team"],
        &["^post.channel"],
        &["^post.create_at"],
        &["^post.user"],
    ]),
    ..ANY_REPLY
};

const ANY_REPLY: PostShape = PostShape {
    author: author(&["user"]),
    kind: Kind::Always(PostKind::Message),
    posted_at: &["create_at"],
    edited_at: &["edit_at"],
    text: &[(&["message"], TextForm::Markdown)],
    attachments: &["attachments"],
    ..PostShape::NONE
};

/// A conversation is known by its members.
const DIRECT_POST: PostShape = PostShape {
    id: Id::prefixed(
        "direct:",
        &[
            &["direct_post.channel_members[]"],
            &["direct_post.create_at"],
            &["direct_post.user"],
        ],
    ),
    author: author(&["direct_post.user"]),
    thread: Id::prefixed("direct:", &[&["direct_post.channel_members[]"]]),
    posted_at: &["direct_post.create_at"],
    edited_at: &["direct_post.edit_at"],
    text: &[(&["direct_post.message"], TextForm::Markdown)],
    attachments: &["direct_post.attachments"],
    ..ANY_REPLY
};

const DIRECT_REPLY: PostShape = PostShape {
    id: Id::prefixed(
        "direct:",
        &[
            &["^direct_post.channel_members[]"],
            &["create_at"],
            &["user"],
        ],
    ),
    thread: Id::prefixed("direct:", &[&["^direct_post.channel_members[]"]]),
    parent: Id::prefixed(
        "direct:",
        &[
            &["^direct_post.channel_members[]"],
            &["^direct_post.create_at"],
            &["^direct_post.user"],
        ],
    ),
    ..ANY_REPLY
};
