//! Names under which forum software, chat exports and scrapers keep our fields. The names are
//! words joined by `_` in lower case; the better one stands before the other.

use entangle_model::IdentifierKind;

use crate::canonical::RowKind;

/// Our fields of a kind of row with the columns that may hold them.
pub(super) fn fields_of(kind: RowKind) -> &'static [(&'static str, &'static [&'static str])] {
    match kind {
        RowKind::Account => ACCOUNT_FIELDS,
        RowKind::Thread => THREAD_FIELDS,
        RowKind::Post => POST_FIELDS,
        RowKind::Identifier | RowKind::FormerName => &[],
    }
}

/// Words in the name of a table that tell its kind.
pub(super) const TABLE_WORDS: &[(RowKind, &[&str])] = &[
    (
        RowKind::Post,
        &[
            "post", "posts", "message", "messages", "msg", "comment", "comments", "chat", "chats",
            "replies",
        ],
    ),
    (
        RowKind::Thread,
        &[
            "thread",
            "threads",
            "topic",
            "topics",
            "discussion",
            "discussions",
        ],
    ),
    (
        RowKind::Account,
        &[
            "user", "users", "member", "members", "account", "accounts", "profile", "profiles",
            "author", "authors",
        ],
    ),
];

/// Columns that hold an identifier.
pub(super) const IDENTIFIER_COLUMNS: &[(IdentifierKind, &[&str])] = &[
    (
        IdentifierKind::Email,
        &["email", "e_mail", "mail", "user_email", "email_address"],
    ),
    (
        IdentifierKind::Icq,
        &["icq", "uin", "user_icq", "icq_number"],
    ),
    (
        IdentifierKind::Jabber,
        &["jabber", "xmpp", "jid", "user_jabber"],
    ),
    (
        IdentifierKind::Telegram,
        &["telegram", "tg", "telegram_username"],
    ),
    (IdentifierKind::Skype, &["skype", "user_skype"]),
    (
        IdentifierKind::Phone,
        &["phone", "telephone", "phone_number", "mobile"],
    ),
];

/// Fields that hold a time.
pub(super) const TIME_FIELDS: &[&str] = &[
    "registered_at",
    "last_seen_at",
    "started_at",
    "posted_at",
    "edited_at",
];

const ACCOUNT_FIELDS: &[(&str, &[&str])] = &[
    (
        "native_id",
        &[
            "native_id",
            "uid",
            "user_id",
            "userid",
            "member_id",
            "id_member",
            "account_id",
            "id",
        ],
    ),
    (
        "name",
        &[
            "username",
            "user_name",
            "login",
            "nickname",
            "nick",
            "display_name",
            "member_name",
            "handle",
            "name",
        ],
    ),
    (
        "registered_at",
        &[
            "registered_at",
            "regdate",
            "reg_date",
            "user_regdate",
            "date_registered",
            "joined",
            "join_date",
            "joindate",
            "registered",
            "created_at",
            "created",
            "register_date",
        ],
    ),
    (
        "last_seen_at",
        &[
            "last_seen_at",
            "last_seen",
            "lastvisit",
            "last_visit",
            "user_lastvisit",
            "lastactive",
            "last_activity",
            "lastactivity",
            "last_login",
            "lastlogin",
        ],
    ),
    (
        "about",
        &[
            "about",
            "about_me",
            "bio",
            "biography",
            "description",
            "interests",
        ],
    ),
    (
        "location",
        &["location", "city", "country", "user_from", "from"],
    ),
    (
        "website",
        &[
            "website",
            "homepage",
            "website_url",
            "site",
            "url",
            "user_website",
        ],
    ),
    (
        "reputation",
        &["reputation", "karma", "rep", "score", "points", "likes"],
    ),
    ("is_banned", &["is_banned", "banned"]),
    (
        "is_staff",
        &["is_staff", "is_admin", "is_moderator", "staff"],
    ),
    ("is_bot", &["is_bot", "bot"]),
    ("signature", &["signature", "sig", "user_sig"]),
];

const THREAD_FIELDS: &[(&str, &[&str])] = &[
    (
        "native_id",
        &[
            "native_id",
            "tid",
            "thread_id",
            "threadid",
            "topic_id",
            "id_topic",
            "id",
        ],
    ),
    (
        "account_native_id",
        &[
            "uid",
            "user_id",
            "userid",
            "author_id",
            "poster_id",
            "starter_id",
            "topic_poster",
            "creator_id",
            "id_member_started",
        ],
    ),
    (
        "author",
        &[
            "author",
            "username",
            "user_name",
            "poster",
            "starter",
            "creator",
        ],
    ),
    (
        "board",
        &[
            "board",
            "forum",
            "forum_name",
            "section",
            "category",
            "forum_id",
            "fid",
            "id_board",
        ],
    ),
    (
        "title",
        &["title", "subject", "topic_title", "thread_title", "name"],
    ),
    (
        "started_at",
        &[
            "started_at",
            "dateline",
            "topic_time",
            "created_at",
            "created",
            "start_date",
            "posted",
            "date",
            "time",
        ],
    ),
];

const POST_FIELDS: &[(&str, &[&str])] = &[
    (
        "native_id",
        &[
            "native_id",
            "pid",
            "post_id",
            "postid",
            "message_id",
            "msg_id",
            "id_msg",
            "comment_id",
            "id",
        ],
    ),
    (
        "account_native_id",
        &[
            "uid",
            "user_id",
            "userid",
            "author_id",
            "poster_id",
            "sender_id",
            "from_id",
            "id_member",
            "author_uid",
        ],
    ),
    (
        "author",
        &[
            "author",
            "username",
            "user_name",
            "poster",
            "poster_name",
            "sender",
            "nick",
            "nickname",
            "user",
            "from",
            "author_name",
        ],
    ),
    (
        "thread_native_id",
        &[
            "tid",
            "thread_id",
            "threadid",
            "topic_id",
            "id_topic",
            "chat_id",
            "channel_id",
            "room_id",
            "thread",
            "topic",
            "channel",
        ],
    ),
    (
        "parent_native_id",
        &[
            "parent_id",
            "reply_to",
            "reply_to_id",
            "reply_to_message_id",
            "replyto",
            "in_reply_to",
        ],
    ),
    (
        "posted_at",
        &[
            "posted_at",
            "dateline",
            "post_time",
            "poster_time",
            "post_date",
            "posted",
            "date",
            "created_at",
            "created",
            "created_utc",
            "timestamp",
            "sent_at",
            "time",
            "ts",
            "datetime",
        ],
    ),
    (
        "edited_at",
        &[
            "edited_at",
            "edit_time",
            "post_edit_time",
            "edited",
            "modified_time",
            "updated_at",
        ],
    ),
    (
        "body",
        &[
            "body",
            "message",
            "post_text",
            "text",
            "content",
            "msg",
            "comment",
            "post",
            "html",
            "body_html",
            "raw",
        ],
    ),
];
