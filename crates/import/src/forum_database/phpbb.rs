//! phpBB 3.0 to 3.3.

use entangle_model::record::PostKind;

use super::system::{
    AccountColumns, Flag, FormerNameColumns, KindOf, Markup, NameColumns, OldName, PostColumns,
    PostId, ProfileColumns, Role, Rule, System, Table, ThreadColumns, ThreadOf,
};

pub(super) static PHPBB: System = System {
    name: "phpbb_database",
    about: "database dump of phpBB 3 as SQL",
    marks: &[
        "auth_option_id",
        "auth_role_id",
        "forum_desc_uid",
        "bbcode_uid",
        "topic_first_poster_colour",
        "user_sig_bbcode_uid",
        "username_clean",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "users",
            shape: &["user_id", "username_clean", "user_regdate"],
            role: Role::Accounts(AccountColumns {
                email: Some("user_email"),
                registered_at: Some("user_regdate"),
                last_seen_at: &["user_lastvisit", "user_last_active"],
                about: None,
                location: Some("user_from"),
                website: Some("user_website"),
                signature: Some("user_sig"),
                signature_mark: Some("user_sig_bbcode_uid"),
                contacts: &["user_jabber", "user_icq", "user_msnm"],
                staff: &[
                    Flag {
                        column: "user_type",
                        rule: Rule::Lists(&["3"]),
                    },
                    Flag {
                        column: "group_id",
                        rule: Rule::InGroupNamed(&["ADMINISTRATORS", "GLOBAL_MODERATORS"]),
                    },
                ],
                bot: &[Flag {
                    column: "group_id",
                    rule: Rule::InGroupNamed(&["BOTS"]),
                }],
                // Bans are a table of their own.
                banned: &[Flag {
                    column: "user_type",
                    rule: Rule::Lists(&[]),
                }],
                ..AccountColumns::new("user_id", "username")
            }),
        },
        Table {
            name: "profile_fields_data",
            shape: &["user_id"],
            role: Role::Profiles(ProfileColumns {
                field_start: Some("pf_"),
                ..ProfileColumns::new("user_id")
            }),
        },
        Table {
            name: "log",
            shape: &["reportee_id", "log_operation", "log_data"],
            role: Role::FormerNames(FormerNameColumns {
                account: "reportee_id",
                old_name: OldName::Packed {
                    column: "log_data",
                    key: "0",
                },
                changed_at: "log_time",
                conditions: &[("log_operation", "LOG_USER_UPDATE_NAME")],
            }),
        },
        Table {
            name: "groups",
            shape: &["group_id", "group_name", "group_founder_manage"],
            role: Role::Groups(NameColumns {
                id: "group_id",
                id_start: "",
                id_end: "",
                name: "group_name",
            }),
        },
        Table {
            name: "banlist",
            shape: &["ban_userid"],
            role: Role::Bans {
                account: "ban_userid",
            },
        },
        Table {
            name: "forums",
            shape: &["forum_id", "forum_name", "left_id"],
            role: Role::Boards(NameColumns {
                id: "forum_id",
                id_start: "",
                id_end: "",
                name: "forum_name",
            }),
        },
        Table {
            name: "topics",
            shape: &["topic_id", "topic_title", "topic_poster"],
            role: Role::Threads(ThreadColumns {
                title: Some("topic_title"),
                account: Some("topic_poster"),
                board: Some("forum_id"),
                started_at: Some("topic_time"),
                first_post: Some("topic_first_post_id"),
                ..ThreadColumns::new("topic_id")
            }),
        },
        Table {
            name: "posts",
            shape: &["post_id", "topic_id", "poster_id", "post_text"],
            role: Role::Posts(PostColumns {
                account_name: Some("post_username"),
                posted_at: Some("post_time"),
                edited_at: Some("post_edit_time"),
                body_mark: Some("bbcode_uid"),
                attachment_count: Some("post_attachment"),
                ..PostColumns::new(
                    PostId::Column("post_id"),
                    "poster_id",
                    ThreadOf::Column("topic_id"),
                    "post_text",
                    KindOf::FirstPosts,
                )
            }),
        },
        Table {
            name: "privmsgs",
            shape: &["msg_id", "author_id", "message_text"],
            role: Role::Posts(PostColumns {
                posted_at: Some("message_time"),
                edited_at: Some("message_edit_time"),
                body_mark: Some("bbcode_uid"),
                attachment_count: Some("message_attachment"),
                ..PostColumns::new(
                    PostId::Private("msg_id"),
                    "author_id",
                    ThreadOf::PrivateRoot {
                        root: "root_level",
                        own: "msg_id",
                    },
                    "message_text",
                    KindOf::Fixed(PostKind::Message),
                )
            }),
        },
    ],
    guest_ids: &["0", "1"],
    markup: Markup::PhpBb,
    has_escaped_names: true,
};
