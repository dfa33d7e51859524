//! IP.Board 3 and its successor, Invision Community 4.

use entangle_model::record::PostKind;

use super::system::{
    AccountColumns, Flag, FormerNameColumns, KindOf, Markup, NameColumns, OldName, PostColumns,
    PostId, ProfileColumns, Role, Rule, System, Table, ThreadColumns, ThreadOf,
};

/// In both, group 4 are the administrators; those of moderators are the installation's own.
const STAFF: &[Flag] = &[Flag {
    column: "member_group_id",
    rule: Rule::Lists(&["4"]),
}];

const THREADS: Role = Role::Threads(ThreadColumns {
    title: Some("title"),
    account: Some("starter_id"),
    board: Some("forum_id"),
    started_at: Some("start_date"),
    ..ThreadColumns::new("tid")
});

const POSTS: Role = Role::Posts(PostColumns {
    account_name: Some("author_name"),
    posted_at: Some("post_date"),
    edited_at: Some("edit_time"),
    ..PostColumns::new(
        PostId::Column("pid"),
        "author_id",
        ThreadOf::Column("topic_id"),
        "post",
        KindOf::Column("new_topic", "1"),
    )
});

const CONVERSATIONS: Role = Role::Threads(ThreadColumns {
    id_start: "pm:",
    title: Some("mt_title"),
    account: Some("mt_starter_id"),
    started_at: Some("mt_start_time"),
    ..ThreadColumns::new("mt_id")
});

const MESSAGES: Role = Role::Posts(PostColumns {
    posted_at: Some("msg_date"),
    ..PostColumns::new(
        PostId::Private("msg_id"),
        "msg_author_id",
        ThreadOf::Private("msg_topic_id"),
        "msg_post",
        KindOf::Fixed(PostKind::Message),
    )
});

const PROFILE_FIELDS: Role = Role::Profiles(ProfileColumns {
    field_start: Some("field_"),
    ..ProfileColumns::new("member_id")
});

const FORMER_NAMES: Role = Role::FormerNames(FormerNameColumns {
    account: "dname_member_id",
    old_name: OldName::Column("dname_previous"),
    changed_at: "dname_date",
    conditions: &[],
});

pub(super) static IPB_3: System = System {
    name: "ipb_database",
    about: "database dump of IP.Board 3 as SQL",
    // Invision Community 4 kept many words, such as `row_perm_cache`; these it did not keep.
    marks: &[
        "admin_post_details",
        "attach_rel_module",
        "attach_rel_id",
        "bbcode_custom_regex",
        "members_display_name",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "members",
            shape: &["member_id", "name", "members_display_name", "joined"],
            role: Role::Accounts(AccountColumns {
                shown_name: Some("members_display_name"),
                email: Some("email"),
                registered_at: Some("joined"),
                last_seen_at: &["last_activity", "last_visit"],
                staff: STAFF,
                banned: &[Flag {
                    column: "member_banned",
                    rule: Rule::IsSet,
                }],
                ..AccountColumns::new("member_id", "name")
            }),
        },
        Table {
            name: "profile_portal",
            shape: &["pp_member_id", "signature"],
            role: Role::Profiles(ProfileColumns {
                texts: &["pp_about_me"],
                signature: Some("signature"),
                ..ProfileColumns::new("pp_member_id")
            }),
        },
        Table {
            name: "pfields_content",
            shape: &["member_id"],
            role: PROFILE_FIELDS,
        },
        Table {
            name: "pfields_data",
            shape: &["pf_id", "pf_title"],
            role: Role::FieldNames(NameColumns {
                id: "pf_id",
                id_start: "",
                id_end: "",
                name: "pf_title",
            }),
        },
        Table {
            name: "dnames_change",
            shape: &["dname_member_id", "dname_previous"],
            role: FORMER_NAMES,
        },
        Table {
            name: "forums",
            shape: &["id", "name", "parent_id"],
            role: Role::Boards(NameColumns {
                id: "id",
                id_start: "",
                id_end: "",
                name: "name",
            }),
        },
        Table {
            name: "topics",
            shape: &["tid", "title", "starter_id", "forum_id"],
            role: THREADS,
        },
        Table {
            name: "posts",
            shape: &["pid", "author_id", "post", "topic_id", "new_topic"],
            role: POSTS,
        },
        Table {
            name: "message_topics",
            shape: &["mt_id", "mt_title"],
            role: CONVERSATIONS,
        },
        Table {
            name: "message_posts",
            shape: &["msg_id", "msg_topic_id", "msg_post"],
            role: MESSAGES,
        },
    ],
    guest_ids: &["0"],
    markup: Markup::Html,
    has_escaped_names: true,
};

pub(super) static IPS_4: System = System {
    name: "invision_database",
    about: "database dump of Invision Community 4 as SQL",
    marks: &[
        "core_acp_search_index",
        "core_acronyms",
        "core_admin_logs",
        "core_admin_permission_rows",
        "core_announcements",
        "core_members",
        "core_pfields_content",
        "forums_topics",
        "forums_posts",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "core_members",
            shape: &["member_id", "name", "joined"],
            role: Role::Accounts(AccountColumns {
                email: Some("email"),
                registered_at: Some("joined"),
                last_seen_at: &["last_activity", "last_visit"],
                reputation: Some("pp_reputation_points"),
                signature: Some("signature"),
                staff: STAFF,
                banned: &[Flag {
                    column: "temp_ban",
                    rule: Rule::IsSet,
                }],
                ..AccountColumns::new("member_id", "name")
            }),
        },
        Table {
            name: "core_pfields_content",
            shape: &["member_id"],
            role: PROFILE_FIELDS,
        },
        Table {
            name: "core_dnames_change",
            shape: &["dname_member_id", "dname_previous"],
            role: FORMER_NAMES,
        },
        Table {
            name: "core_member_history",
            shape: &["log_member", "log_type", "log_data"],
            role: Role::FormerNames(FormerNameColumns {
                account: "log_member",
                old_name: OldName::Packed {
                    column: "log_data",
                    key: "old",
                },
                changed_at: "log_date",
                conditions: &[("log_app", "core"), ("log_type", "display_name")],
            }),
        },
        Table {
            name: "core_sys_lang_words",
            shape: &["word_key", "word_default"],
            role: Role::Boards(NameColumns {
                id: "word_key",
                id_start: "forums_forum_",
                id_end: "",
                name: "word_default",
            }),
        },
        Table {
            name: "forums_topics",
            shape: &["tid", "title", "starter_id", "forum_id"],
            role: THREADS,
        },
        Table {
            name: "forums_posts",
            shape: &["pid", "author_id", "post", "topic_id", "new_topic"],
            role: POSTS,
        },
        Table {
            name: "core_message_topics",
            shape: &["mt_id", "mt_title"],
            role: CONVERSATIONS,
        },
        Table {
            name: "core_message_posts",
            shape: &["msg_id", "msg_topic_id", "msg_post"],
            role: MESSAGES,
        },
    ],
    guest_ids: &["0"],
    markup: Markup::Html,
    has_escaped_names: true,
};
