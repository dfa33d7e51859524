//! FluxBB and its ancestor PunBB. Neither has private messages.

use super::system::{
    AccountColumns, Flag, KindOf, Markup, NameColumns, PostColumns, PostId, Role, Rule, System,
    Table, ThreadColumns, ThreadOf,
};

pub(super) static FLUXBB: System = System {
    name: "fluxbb_database",
    about: "database dump of FluxBB or PunBB as SQL",
    marks: &[
        "disp_position",
        "conf_name",
        "redirect_url",
        "g_read_board",
        "hide_smilies",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "users",
            shape: &["id", "group_id", "username", "registered"],
            role: Role::Accounts(AccountColumns {
                email: Some("email"),
                registered_at: Some("registered"),
                last_seen_at: &["last_visit", "last_post"],
                location: Some("location"),
                website: Some("url"),
                signature: Some("signature"),
                contacts: &["jabber", "icq"],
                // Administrators and moderators.
                staff: &[Flag {
                    column: "group_id",
                    rule: Rule::Lists(&["1", "2"]),
                }],
                ..AccountColumns::new("id", "username")
            }),
        },
        Table {
            name: "forums",
            shape: &["id", "forum_name"],
            role: Role::Boards(NameColumns {
                id: "id",
                id_start: "",
                id_end: "",
                name: "forum_name",
            }),
        },
        Table {
            name: "topics",
            shape: &["id", "poster", "subject", "forum_id"],
            role: Role::Threads(ThreadColumns {
                title: Some("subject"),
                board: Some("forum_id"),
                started_at: Some("posted"),
                first_post: Some("first_post_id"),
                ..ThreadColumns::new("id")
            }),
        },
        Table {
            name: "posts",
            shape: &["id", "poster_id", "message", "topic_id"],
            role: Role::Posts(PostColumns {
                account_name: Some("poster"),
                posted_at: Some("posted"),
                edited_at: Some("edited"),
                ..PostColumns::new(
                    PostId::Column("id"),
                    "poster_id",
                    ThreadOf::Column("topic_id"),
                    "message",
                    KindOf::FirstPosts,
                )
            }),
        },
    ],
    guest_ids: &["0", "1"],
    markup: Markup::BbCode,
    has_escaped_names: false,
};
