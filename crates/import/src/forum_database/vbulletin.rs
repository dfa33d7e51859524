//! vBulletin 3 and 4. vBulletin 5 keeps text and author of a post in different tables and is not
//! read.

use entangle_model::record::PostKind;

use super::system::{
    AccountColumns, Flag, KindOf, Markup, NameColumns, PostColumns, PostId, ProfileColumns, Role,
    Rule, System, Table, ThreadColumns, ThreadOf,
};

pub(super) static VBULLETIN: System = System {
    name: "vbulletin_database",
    about: "database dump of vBulletin 3 or 4 as SQL",
    marks: &[
        "accessmask",
        "adminpermissions",
        "cssprefs",
        "membergroupids",
        "pagetext",
        "pmtextid",
        "postusername",
    ],
    tables: &[
        Table {
            name: "user",
            shape: &["userid", "username", "usergroupid", "joindate"],
            role: Role::Accounts(AccountColumns {
                email: Some("email"),
                registered_at: Some("joindate"),
                last_seen_at: &["lastactivity", "lastvisit"],
                website: Some("homepage"),
                reputation: Some("reputation"),
                contacts: &["icq", "skype"],
                // Super moderators, administrators, moderators.
                staff: &[
                    Flag {
                        column: "usergroupid",
                        rule: Rule::Lists(&["5", "6", "7"]),
                    },
                    Flag {
                        column: "membergroupids",
                        rule: Rule::Lists(&["5", "6", "7"]),
                    },
                ],
                banned: &[Flag {
                    column: "usergroupid",
                    rule: Rule::Lists(&["8"]),
                }],
                ..AccountColumns::new("userid", "username")
            }),
        },
        Table {
            name: "usertextfield",
            shape: &["userid", "signature"],
            role: Role::Profiles(ProfileColumns {
                signature: Some("signature"),
                ..ProfileColumns::new("userid")
            }),
        },
        Table {
            name: "userfield",
            shape: &["userid", "field1"],
            role: Role::Profiles(ProfileColumns {
                field_start: Some("field"),
                ..ProfileColumns::new("userid")
            }),
        },
        Table {
            name: "phrase",
            shape: &["varname", "text", "phraseid"],
            role: Role::FieldNames(NameColumns {
                id: "varname",
                id_start: "field",
                id_end: "_title",
                name: "text",
            }),
        },
        Table {
            name: "userban",
            shape: &["userid", "bandate"],
            role: Role::Bans { account: "userid" },
        },
        Table {
            name: "forum",
            shape: &["forumid", "title", "parentlist"],
            role: Role::Boards(NameColumns {
                id: "forumid",
                id_start: "",
                id_end: "",
                name: "title",
            }),
        },
        Table {
            name: "thread",
            shape: &["threadid", "title", "forumid", "postuserid"],
            role: Role::Threads(ThreadColumns {
                title: Some("title"),
                account: Some("postuserid"),
                board: Some("forumid"),
                started_at: Some("dateline"),
                first_post: Some("firstpostid"),
                ..ThreadColumns::new("threadid")
            }),
        },
        Table {
            name: "post",
            shape: &["postid", "threadid", "userid", "pagetext"],
            role: Role::Posts(PostColumns {
                account_name: Some("username"),
                posted_at: Some("dateline"),
                parent: Some("parentid"),
                attachment_count: Some("attach"),
                ..PostColumns::new(
                    PostId::Column("postid"),
                    "userid",
                    ThreadOf::Column("threadid"),
                    "pagetext",
                    KindOf::FirstPosts,
                )
            }),
        },
        Table {
            name: "pmtext",
            shape: &["pmtextid", "fromuserid", "message"],
            role: Role::Posts(PostColumns {
                account_name: Some("fromusername"),
                posted_at: Some("dateline"),
                ..PostColumns::new(
                    PostId::Private("pmtextid"),
                    "fromuserid",
                    ThreadOf::Parties("touserarray"),
                    "message",
                    KindOf::Fixed(PostKind::Message),
                )
            }),
        },
    ],
    guest_ids: &["0"],
    markup: Markup::BbCode,
    has_escaped_names: true,
};
