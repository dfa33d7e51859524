//! MyBB 1.6 and 1.8.

use entangle_model::record::PostKind;

use super::system::{
    AccountColumns, Flag, KindOf, Markup, NameColumns, PostColumns, PostId, ProfileColumns, Role,
    Rule, System, Table, ThreadColumns, ThreadOf,
};

pub(super) static MYBB: System = System {
    name: "mybb_database",
    about: "database dump of MyBB 1.6 or 1.8 as SQL",
    marks: &[
        "_adminoptions",
        "cpstyle",
        "codepress",
        "posthash",
        "oldadditionalgroups",
        "olddisplaygroup",
        "loginkey",
    ],
    successor_marks: &[],
    tables: &[
        Table {
            name: "users",
            shape: &["uid", "username", "regdate", "usergroup"],
            role: Role::Accounts(AccountColumns {
                email: Some("email"),
                registered_at: Some("regdate"),
                last_seen_at: &["lastactive", "lastvisit"],
                website: Some("website"),
                reputation: Some("reputation"),
                signature: Some("signature"),
                contacts: &["icq", "skype"],
                // Super moderators, administrators, moderators.
                staff: &[
                    Flag {
                        column: "usergroup",
                        rule: Rule::Lists(&["3", "4", "6"]),
                    },
                    Flag {
                        column: "additionalgroups",
                        rule: Rule::Lists(&["3", "4", "6"]),
                    },
                ],
                banned: &[Flag {
                    column: "usergroup",
                    rule: Rule::Lists(&["7"]),
                }],
                ..AccountColumns::new("uid", "username")
            }),
        },
        Table {
            name: "userfields",
            shape: &["ufid"],
            role: Role::Profiles(ProfileColumns {
                field_start: Some("fid"),
                ..ProfileColumns::new("ufid")
            }),
        },
        Table {
            name: "profilefields",
            shape: &["fid", "name"],
            role: Role::FieldNames(NameColumns {
                id: "fid",
                id_start: "",
                id_end: "",
                name: "name",
            }),
        },
        Table {
            name: "banned",
            shape: &["uid", "gid", "dateline"],
            role: Role::Bans { account: "uid" },
        },
        Table {
            name: "forums",
            shape: &["fid", "name", "parentlist"],
            role: Role::Boards(NameColumns {
                id: "fid",
                id_start: "",
                id_end: "",
                name: "name",
            }),
        },
        Table {
            name: "threads",
            shape: &["tid", "fid", "subject", "uid", "dateline"],
            role: Role::Threads(ThreadColumns {
                title: Some("subject"),
                account: Some("uid"),
                board: Some("fid"),
                started_at: Some("dateline"),
                first_post: Some("firstpost"),
                ..ThreadColumns::new("tid")
            }),
        },
        Table {
            name: "posts",
            shape: &["pid", "tid", "uid", "dateline", "message"],
            role: Role::Posts(PostColumns {
                account_name: Some("username"),
                posted_at: Some("dateline"),
                edited_at: Some("edittime"),
                parent: Some("replyto"),
                ..PostColumns::new(
                    PostId::Column("pid"),
                    "uid",
                    ThreadOf::Column("tid"),
                    "message",
                    KindOf::FirstPosts,
                )
            }),
        },
        Table {
            name: "privatemessages",
            shape: &["pmid", "fromid", "toid", "message"],
            role: Role::Posts(PostColumns {
                posted_at: Some("dateline"),
                ..PostColumns::new(
                    PostId::PrivateCopy(&["fromid", "dateline", "subject", "message"]),
                    "fromid",
                    ThreadOf::Parties("toid"),
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
