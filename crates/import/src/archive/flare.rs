//! Flare: events of its API, of both generations: version 2 has `event_type`, version 1 a `header`,
//! with or without an `activity` around everything. See `docs/formats/flare.md`.

use super::fields::Field;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm};
use entangle_model::record::PostKind;

pub(crate) const FLARE: ArchiveImporter = ArchiveImporter {
    name: "flare",
    about: "Flare events as JSON (version 1 and 2): posts, chat messages, listings, sellers, pastes",
    expected: "JSON with event_type, data and metadata, or with header, es_score and uid",
    layouts: &[
        Layout::Json {
            signs: &["event_type", "data", "metadata", "uid"],
            records: &[(&[], TABLES)],
        },
        Layout::Json {
            signs: &["header", "es_score", "uid", "metadata"],
            records: &[(&[], TABLES)],
        },
    ],
    confidence: 0.95,
};

const TYPE: Field = &[
    "event_type",
    "header.type",
    "activity.header.type",
    "metadata.type",
];

const TABLES: &[RecordTable] = &[
    RecordTable::marked(&[(TYPE, Some("forum_post"))], Shape::Post(&FORUM_POST)),
    RecordTable::marked(&[(TYPE, Some("forum_topic"))], Shape::Post(&FORUM_TOPIC)),
    RecordTable::marked(&[(TYPE, Some("chat_message"))], Shape::Post(&CHAT_MESSAGE)),
    RecordTable::marked(&[(TYPE, Some("listing"))], Shape::Post(&PUBLISHED)),
    RecordTable::marked(&[(TYPE, Some("paste"))], Shape::Post(&PUBLISHED)),
    RecordTable::marked(&[(TYPE, Some("seller"))], Shape::Account(&PROFILE)),
    RecordTable::marked(&[(TYPE, Some("profile"))], Shape::Account(&PROFILE)),
    RecordTable::marked(&[(TYPE, Some("driller_profile"))], Shape::Account(&PROFILE)),
];

/// The forum, market or site; an export holds many, whose ids and names are not of one space.
const SOURCE: Field = &["header.source", "activity.header.source", "metadata.uid#1"];

const UID: Field = &["metadata.uid", "header.uid", "activity.header.uid"];

const ACTOR_NAME: Field = &[
    "data.actor.name",
    "actor_name",
    "activity.data.actor_name",
    "data.seller.name",
    "seller_name",
    "activity.data.seller_name",
    "activity.header.actor",
];

const AUTHOR: Author = Author {
    id: Id::of(&[
        SOURCE,
        &[
            "data.actor.id",
            "actor_id",
            "activity.data.actor_id",
            "data.seller.id",
            "seller_id",
            "activity.data.seller_id",
            "data.actor.name",
            "actor_name",
            "activity.data.actor_name",
            "seller_name",
            "activity.data.seller_name",
            "activity.header.actor",
        ],
    ]),
    name: ACTOR_NAME,
    ..Author::NONE
};

const ANY: PostShape = PostShape {
    id: Id::of(&[UID]),
    author: AUTHOR,
    posted_at: &["data.posted_at", "posted_at", "activity.data.posted_at"],
    text: &[(
        &[
            "data.content",
            "content",
            "activity.data.content",
            "data.description",
            "description",
            "activity.data.description",
        ],
        TextForm::Plain,
    )],
    ..PostShape::NONE
};

const FORUM_POST: PostShape = PostShape {
    thread: Id::of(&[
        SOURCE,
        &[
            "data.context.topic_id",
            "topic_id",
            "activity.data.topic_id",
        ],
    ]),
    thread_title: &[
        "data.context.topic_title",
        "topic_title",
        "activity.data.topic_title",
    ],
    board: &[
        "data.context.category_name",
        "category_name",
        "activity.data.category_name",
    ],
    ..ANY
};

const FORUM_TOPIC: PostShape = PostShape {
    thread: Id::of(&[SOURCE, &["id", "activity.data.id", "metadata.uid#2"]]),
    thread_title: &[
        "data.title",
        "title",
        "activity.data.title",
        "data.context.topic_title",
    ],
    kind: Kind::Always(PostKind::Opening),
    ..FORUM_POST
};

const CHAT_MESSAGE: PostShape = PostShape {
    thread: Id::of(&[
        SOURCE,
        &[
            "data.context.conversation_id",
            "conversation_id",
            "activity.data.conversation_id",
        ],
    ]),
    thread_title: CONVERSATION_NAME,
    board: CONVERSATION_NAME,
    parent: Id::of(&[&["data.parent_context.parent_uid"]]),
    kind: Kind::Always(PostKind::Message),
    ..ANY
};

const CONVERSATION_NAME: Field = &[
    "data.context.conversation_name",
    "conversation_name",
    "activity.data.conversation_name",
];

/// A listing or paste, each a thread of its own. Neither states a date of its own; the date is
/// Flare's estimate.
const PUBLISHED: PostShape = PostShape {
    thread: Id::of(&[UID]),
    thread_title: &["data.title", "title", "activity.data.title"],
    board: SOURCE,
    kind: Kind::Always(PostKind::Opening),
    posted_at: &[
        "metadata.estimated_created_at",
        "activity.metadata.estimated_created_at",
        "activity.data.metadata.estimated_created_at",
    ],
    ..ANY
};

const PROFILE: AccountShape = AccountShape {
    author: AUTHOR,
    about: &["data.about", "about", "activity.data.about"],
    location: &["data.location", "location", "activity.data.location"],
    website: &["data.website", "website", "activity.data.website"],
    email: &[
        "data.contact_info.email",
        "contact_info.email",
        "activity.data.contact_info.email",
    ],
    ..AccountShape::NONE
};
