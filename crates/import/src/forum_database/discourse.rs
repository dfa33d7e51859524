//! Discourse, whose dumps are PostgreSQL's.

use super::system::{
    AccountColumns, Flag, FormerNameColumns, KindOf, Markup, NameColumns, OldName, PostColumns,
    PostId, PostNumbers, ProfileColumns, Role, Rule, System, Table, ThreadColumns, ThreadOf,
};

pub(super) static DISCOURSE: System = System {
    name: "discourse_database",
    about: "database dump of Discourse as SQL of PostgreSQL",
    marks: &[
        "discourse_functions",
        "allowed_iframes",
        "badge_grouping_id",
        "badge_groupings",
        "api_key_scopes",
        "application_requests",
        "archetype",
        "cooked",
        "username_lower",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "users",
            shape: &["id", "username", "username_lower", "trust_level"],
            role: Role::Accounts(AccountColumns {
                registered_at: Some("created_at"),
                last_seen_at: &["last_seen_at"],
                staff: &[
                    Flag {
                        column: "admin",
                        rule: Rule::IsSet,
                    },
                    Flag {
                        column: "moderator",
                        rule: Rule::IsSet,
                    },
                ],
                // The system itself and bots; people are counted from 1.
                bot: &[Flag {
                    column: "id",
                    rule: Rule::AtMost(0),
                }],
                banned: &[Flag {
                    column: "suspended_at",
                    rule: Rule::IsSet,
                }],
                ..AccountColumns::new("id", "username")
            }),
        },
        Table {
            name: "user_emails",
            shape: &["user_id", "email"],
            role: Role::Profiles(ProfileColumns {
                contacts: &["email"],
                ..ProfileColumns::new("user_id")
            }),
        },
        Table {
            name: "user_profiles",
            shape: &["user_id", "website", "location"],
            role: Role::Profiles(ProfileColumns {
                texts: &["bio_cooked", "location"],
                contacts: &["website"],
                ..ProfileColumns::new("user_id")
            }),
        },
        Table {
            name: "user_histories",
            shape: &["action", "target_user_id", "previous_value"],
            role: Role::FormerNames(FormerNameColumns {
                account: "target_user_id",
                old_name: OldName::Column("previous_value"),
                changed_at: "created_at",
                // The number of `change_username`.
                conditions: &[("action", "21")],
            }),
        },
        Table {
            name: "categories",
            shape: &["id", "name", "slug"],
            role: Role::Boards(NameColumns {
                id: "id",
                id_start: "",
                id_end: "",
                name: "name",
            }),
        },
        Table {
            name: "topics",
            shape: &["id", "title", "category_id", "archetype"],
            role: Role::Threads(ThreadColumns {
                title: Some("title"),
                account: Some("user_id"),
                board: Some("category_id"),
                started_at: Some("created_at"),
                private_mark: Some(("archetype", "private_message")),
                ..ThreadColumns::new("id")
            }),
        },
        Table {
            name: "posts",
            shape: &["id", "topic_id", "post_number", "cooked"],
            role: Role::Posts(PostColumns {
                posted_at: Some("created_at"),
                numbers: Some(PostNumbers {
                    own: "post_number",
                    answered: "reply_to_post_number",
                }),
                ..PostColumns::new(
                    PostId::Column("id"),
                    "user_id",
                    ThreadOf::Column("topic_id"),
                    "cooked",
                    KindOf::Column("post_number", "1"),
                )
            }),
        },
    ],
    guest_ids: &[],
    markup: Markup::Html,
    has_escaped_names: false,
};
