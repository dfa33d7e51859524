//! XenForo 1 and 2.

use entangle_model::record::PostKind;

use super::system::{
    AccountColumns, Flag, FormerNameColumns, KindOf, Markup, NameColumns, OldName, PostColumns,
    PostId, ProfileColumns, Role, Rule, System, Table, ThreadColumns, ThreadOf,
};

pub(super) static XENFORO: System = System {
    name: "xenforo_database",
    about: "database dump of XenForo 1 or 2 as SQL",
    marks: &[
        "xf_admin",
        "xf_addon",
        "xf_admin_log",
        "xf_admin_navigation",
        "xf_attachment",
        "xf_conversation_master",
        "xf_post",
        "xf_thread",
        "xf_user",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "user",
            shape: &["user_id", "username", "register_date"],
            role: Role::Accounts(AccountColumns {
                email: Some("email"),
                registered_at: Some("register_date"),
                last_seen_at: &["last_activity"],
                staff: &[
                    Flag {
                        column: "is_moderator",
                        rule: Rule::IsSet,
                    },
                    Flag {
                        column: "is_admin",
                        rule: Rule::IsSet,
                    },
                    Flag {
                        column: "is_staff",
                        rule: Rule::IsSet,
                    },
                ],
                banned: &[Flag {
                    column: "is_banned",
                    rule: Rule::IsSet,
                }],
                ..AccountColumns::new("user_id", "username")
            }),
        },
        Table {
            name: "user_profile",
            shape: &["user_id", "signature", "about"],
            role: Role::Profiles(ProfileColumns {
                texts: &["about", "location"],
                contacts: &["website", "homepage"],
                signature: Some("signature"),
                ..ProfileColumns::new("user_id")
            }),
        },
        Table {
            name: "user_field_value",
            shape: &["user_id", "field_id", "field_value"],
            role: Role::ProfileValues {
                account: "user_id",
                field: "field_id",
                value: "field_value",
            },
        },
        Table {
            name: "username_change",
            shape: &["user_id", "old_username", "change_state"],
            role: Role::FormerNames(FormerNameColumns {
                account: "user_id",
                old_name: OldName::Column("old_username"),
                changed_at: "change_date",
                conditions: &[("change_state", "approved")],
            }),
        },
        Table {
            name: "change_log",
            shape: &["content_type", "content_id", "field", "old_value"],
            role: Role::FormerNames(FormerNameColumns {
                account: "content_id",
                old_name: OldName::Column("old_value"),
                changed_at: "edit_date",
                conditions: &[("content_type", "user"), ("field", "username")],
            }),
        },
        Table {
            name: "user_change_log",
            shape: &["user_id", "field", "old_value"],
            role: Role::FormerNames(FormerNameColumns {
                account: "user_id",
                old_name: OldName::Column("old_value"),
                changed_at: "edit_date",
                conditions: &[("field", "username")],
            }),
        },
        Table {
            name: "user_ban",
            shape: &["user_id", "ban_date"],
            role: Role::Bans { account: "user_id" },
        },
        Table {
            name: "node",
            shape: &["node_id", "title", "node_type_id"],
            role: Role::Boards(NameColumns {
                id: "node_id",
                id_start: "",
                id_end: "",
                name: "title",
            }),
        },
        Table {
            name: "thread",
            shape: &["thread_id", "node_id", "title", "user_id"],
            role: Role::Threads(ThreadColumns {
                title: Some("title"),
                account: Some("user_id"),
                board: Some("node_id"),
                started_at: Some("post_date"),
                first_post: Some("first_post_id"),
                ..ThreadColumns::new("thread_id")
            }),
        },
        Table {
            name: "post",
            shape: &["post_id", "thread_id", "user_id", "message"],
            role: Role::Posts(PostColumns {
                account_name: Some("username"),
                posted_at: Some("post_date"),
                edited_at: Some("last_edit_date"),
                attachment_count: Some("attach_count"),
                ..PostColumns::new(
                    PostId::Column("post_id"),
                    "user_id",
                    ThreadOf::Column("thread_id"),
                    "message",
                    KindOf::FirstPosts,
                )
            }),
        },
        Table {
            name: "conversation_master",
            shape: &["conversation_id", "title", "user_id"],
            role: Role::Threads(ThreadColumns {
                id_start: "pm:",
                title: Some("title"),
                account: Some("user_id"),
                started_at: Some("start_date"),
                ..ThreadColumns::new("conversation_id")
            }),
        },
        Table {
            name: "conversation_message",
            shape: &["message_id", "conversation_id", "user_id", "message"],
            role: Role::Posts(PostColumns {
                account_name: Some("username"),
                posted_at: Some("message_date"),
                attachment_count: Some("attach_count"),
                ..PostColumns::new(
                    PostId::Private("message_id"),
                    "user_id",
                    ThreadOf::Private("conversation_id"),
                    "message",
                    KindOf::Fixed(PostKind::Message),
                )
            }),
        },
    ],
    guest_ids: &["0"],
    markup: Markup::BbCode,
    has_escaped_names: false,
};
