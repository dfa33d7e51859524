//! Simple Machines Forum 2.0 and 2.1.

use entangle_model::record::PostKind;

use super::system::{
    AccountColumns, Flag, FormerNameColumns, KindOf, Markup, NameColumns, OldName, PostColumns,
    PostId, Role, Rule, System, Table, ThreadColumns, ThreadOf,
};

pub(super) static SMF: System = System {
    name: "smf_database",
    about: "database dump of SMF 2 as SQL",
    marks: &[
        "_admin_info_files",
        "id_attach",
        "id_board",
        "id_msg",
        "id_topic",
        "id_member_started",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "members",
            shape: &["id_member", "member_name", "date_registered"],
            role: Role::Accounts(AccountColumns {
                shown_name: Some("real_name"),
                email: Some("email_address"),
                registered_at: Some("date_registered"),
                last_seen_at: &["last_login"],
                about: Some("personal_text"),
                location: Some("location"),
                website: Some("website_url"),
                signature: Some("signature"),
                contacts: &["icq"],
                staff: &[
                    Flag {
                        column: "id_group",
                        rule: Rule::Lists(&["1", "2"]),
                    },
                    Flag {
                        column: "additional_groups",
                        rule: Rule::Lists(&["1", "2"]),
                    },
                ],
                banned: &[Flag {
                    column: "is_activated",
                    rule: Rule::AtLeast(10),
                }],
                ..AccountColumns::new("id_member", "member_name")
            }),
        },
        Table {
            name: "themes",
            shape: &["id_member", "id_theme", "variable", "value"],
            role: Role::ProfileValues {
                account: "id_member",
                field: "variable",
                value: "value",
            },
        },
        Table {
            name: "log_actions",
            shape: &["id_log", "id_member", "action", "extra"],
            role: Role::FormerNames(FormerNameColumns {
                account: "id_member",
                old_name: OldName::Packed {
                    column: "extra",
                    key: "previous",
                },
                changed_at: "log_time",
                // The log of changed profiles.
                conditions: &[("id_log", "2"), ("action", "real_name")],
            }),
        },
        Table {
            name: "boards",
            shape: &["id_board", "id_cat", "name"],
            role: Role::Boards(NameColumns {
                id: "id_board",
                id_start: "",
                id_end: "",
                name: "name",
            }),
        },
        Table {
            name: "topics",
            shape: &["id_topic", "id_first_msg", "id_member_started"],
            role: Role::Threads(ThreadColumns {
                first_post: Some("id_first_msg"),
                is_record: false,
                ..ThreadColumns::new("id_topic")
            }),
        },
        Table {
            name: "messages",
            shape: &["id_msg", "id_topic", "poster_time", "body"],
            role: Role::Posts(PostColumns {
                account_name: Some("poster_name"),
                posted_at: Some("poster_time"),
                edited_at: Some("modified_time"),
                opened_thread: Some(("subject", "id_board")),
                ..PostColumns::new(
                    PostId::Column("id_msg"),
                    "id_member",
                    ThreadOf::Column("id_topic"),
                    "body",
                    KindOf::FirstPosts,
                )
            }),
        },
        Table {
            name: "personal_messages",
            shape: &["id_pm", "id_member_from", "msgtime"],
            role: Role::Posts(PostColumns {
                account_name: Some("from_name"),
                posted_at: Some("msgtime"),
                ..PostColumns::new(
                    PostId::Private("id_pm"),
                    "id_member_from",
                    ThreadOf::PrivateRoot {
                        root: "id_pm_head",
                        own: "id_pm",
                    },
                    "body",
                    KindOf::Fixed(PostKind::Message),
                )
            }),
        },
    ],
    guest_ids: &["0"],
    markup: Markup::StoredBbCode,
    has_escaped_names: true,
};
