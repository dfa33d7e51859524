//! vBulletin 3 and 4, and vBulletin 5, which kept the tables of accounts and replaced those of
//! posts by one of nodes.

use entangle_model::record::PostKind;

use super::system::{
    AccountColumns, Flag, FormerNameColumns, KindOf, Markup, NameColumns, NodeColumns,
    NodeTextColumns, OldName, PostColumns, PostId, ProfileColumns, Role, Rule, System, Table,
    ThreadColumns, ThreadOf,
};

/// Words of vBulletin 5 that no version before it has.
const MARKS_5: &[&str] = &[
    "reportnodeid",
    "autosavetext",
    "closure_uniq",
    "createpermissions",
    "filedataresize",
    "groupintopic",
    "htmltitle",
    "showpublished",
    "rawtext",
];

const ACCOUNTS: Table = Table {
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
};

const SIGNATURES: Table = Table {
    name: "usertextfield",
    shape: &["userid", "signature"],
    role: Role::Profiles(ProfileColumns {
        signature: Some("signature"),
        ..ProfileColumns::new("userid")
    }),
};

const PROFILE_FIELDS: Table = Table {
    name: "userfield",
    shape: &["userid", "field1"],
    role: Role::Profiles(ProfileColumns {
        field_start: Some("field"),
        ..ProfileColumns::new("userid")
    }),
};

const FIELD_NAMES: Table = Table {
    name: "phrase",
    shape: &["varname", "text", "phraseid"],
    role: Role::FieldNames(NameColumns {
        id: "varname",
        id_start: "field",
        id_end: "_title",
        name: "text",
    }),
};

const BANS: Table = Table {
    name: "userban",
    shape: &["userid", "bandate"],
    role: Role::Bans { account: "userid" },
};

const FORMER_NAMES: Table = Table {
    name: "userchangelog",
    shape: &["userid", "fieldname", "oldvalue"],
    role: Role::FormerNames(FormerNameColumns {
        account: "userid",
        old_name: OldName::Column("oldvalue"),
        changed_at: "change_time",
        conditions: &[("fieldname", "username")],
    }),
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
    successor_marks: MARKS_5,
    tables: &[
        ACCOUNTS,
        SIGNATURES,
        PROFILE_FIELDS,
        FIELD_NAMES,
        BANS,
        FORMER_NAMES,
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

pub(super) static VBULLETIN_5: System = System {
    name: "vbulletin5_database",
    about: "database dump of vBulletin 5 as SQL",
    marks: MARKS_5,
    successor_marks: &[],
    tables: &[
        ACCOUNTS,
        SIGNATURES,
        PROFILE_FIELDS,
        FIELD_NAMES,
        BANS,
        FORMER_NAMES,
        Table {
            name: "contenttype",
            shape: &["contenttypeid", "class"],
            role: Role::Groups(NameColumns {
                id: "contenttypeid",
                id_start: "",
                id_end: "",
                name: "class",
            }),
        },
        Table {
            name: "node",
            shape: &["nodeid", "contenttypeid", "parentid", "starter"],
            role: Role::Nodes(NodeColumns {
                id: "nodeid",
                node_type: "contenttypeid",
                account: "userid",
                account_name: "authorname",
                title: "title",
                parent: "parentid",
                first_post: "starter",
                posted_at: &["publishdate", "created"],
                board_type: "Channel",
            }),
        },
        Table {
            name: "text",
            shape: &["nodeid", "rawtext"],
            role: Role::NodeTexts(NodeTextColumns {
                node: "nodeid",
                body: "rawtext",
                attachment_count: Some("attach"),
                private_type: "PrivateMessage",
            }),
        },
    ],
    guest_ids: &["0"],
    markup: Markup::BbCode,
    has_escaped_names: true,
};
