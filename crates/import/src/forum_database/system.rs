//! What is told about a forum system: names of tables and columns, and what they mean.
//!
//! Column names are those of the system's own schema, without the prefix that every installation
//! gives its tables. Columns of passwords, salts, sessions and IP addresses are never named, so
//! they are never read.

use entangle_dump::SqlTable;
use entangle_model::record::PostKind;

/// A column, `None` where the system has none.
pub(super) type Column = Option<&'static str>;

/// One forum system.
pub(super) struct System {
    /// Name of its importer.
    pub(super) name: &'static str,
    /// What its importer reads, in one line.
    pub(super) about: &'static str,
    /// Words of its schema that no other system has, in the order in which a dump has them;
    /// two of them make a dump one of this system.
    pub(super) marks: &'static [&'static str],
    /// Words of a system that kept part of this one's schema; one of them makes a dump none of
    /// this system.
    pub(super) successor_marks: &'static [&'static str],
    /// Its tables, as far as they are read.
    pub(super) tables: &'static [Table],
    /// Account ids that stand for guests.
    pub(super) guest_ids: &'static [&'static str],
    /// How its texts are written.
    pub(super) markup: Markup,
    /// Whether names and titles hold character references of HTML.
    pub(super) has_escaped_names: bool,
}

/// How texts are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// BBCode as it was typed.
    BbCode,
    /// BBCode with HTML line breaks and references.
    StoredBbCode,
    /// The formats of phpBB, with the mark of the text in a column of its own.
    PhpBb,
    /// HTML.
    Html,
}

/// One table that is read.
pub(super) struct Table {
    /// Its name without prefix.
    pub(super) name: &'static str,
    /// Columns by which it is known, beside its name.
    pub(super) shape: &'static [&'static str],
    /// What its rows are.
    pub(super) role: Role,
}

/// What the rows of a table are.
pub(super) enum Role {
    Accounts(AccountColumns),
    Profiles(ProfileColumns),
    /// One field of a profile per row.
    ProfileValues {
        account: &'static str,
        field: &'static str,
        value: &'static str,
    },
    /// Names that accounts bore before.
    FormerNames(FormerNameColumns),
    Threads(ThreadColumns),
    Posts(PostColumns),
    /// Boards, threads and posts alike, without the texts of posts.
    Nodes(NodeColumns),
    /// Texts of the posts among the nodes.
    NodeTexts(NodeTextColumns),
    /// Names of boards; read before everything else, as are the following.
    Boards(NameColumns),
    Groups(NameColumns),
    FieldNames(NameColumns),
    /// Accounts that are banned.
    Bans {
        account: &'static str,
    },
}

/// A table of names. Only rows whose id begins and ends so are meant.
pub(super) struct NameColumns {
    pub(super) id: &'static str,
    pub(super) id_start: &'static str,
    pub(super) id_end: &'static str,
    pub(super) name: &'static str,
}

/// Columns of an account.
pub(super) struct AccountColumns {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// The name that is shown, where it may differ from the one to log in with.
    pub(super) shown_name: Column,
    pub(super) email: Column,
    pub(super) registered_at: Column,
    /// The latest of them counts.
    pub(super) last_seen_at: &'static [&'static str],
    pub(super) about: Column,
    pub(super) location: Column,
    pub(super) website: Column,
    pub(super) reputation: Column,
    pub(super) signature: Column,
    pub(super) signature_mark: Column,
    /// Columns of contacts, whose names say their kind.
    pub(super) contacts: &'static [&'static str],
    /// One of them makes the account staff, a bot, banned.
    pub(super) staff: &'static [Flag],
    pub(super) bot: &'static [Flag],
    pub(super) banned: &'static [Flag],
}

impl AccountColumns {
    /// Nothing but id and name.
    pub(super) const fn new(id: &'static str, name: &'static str) -> Self {
        Self {
            id,
            name,
            shown_name: None,
            email: None,
            registered_at: None,
            last_seen_at: &[],
            about: None,
            location: None,
            website: None,
            reputation: None,
            signature: None,
            signature_mark: None,
            contacts: &[],
            staff: &[],
            bot: &[],
            banned: &[],
        }
    }
}

/// A column and what must stand in it.
pub(super) struct Flag {
    pub(super) column: &'static str,
    pub(super) rule: Rule,
}

/// What must stand in a column.
pub(super) enum Rule {
    /// Anything but nothing, zero and false.
    IsSet,
    /// One of these words, in a list that commas separate.
    Lists(&'static [&'static str]),
    /// A number that is no less.
    AtLeast(i64),
    /// A number that is no greater.
    AtMost(i64),
    /// The id of a group of one of these names.
    InGroupNamed(&'static [&'static str]),
}

/// Columns of a table that tells of changed names.
pub(super) struct FormerNameColumns {
    pub(super) account: &'static str,
    pub(super) old_name: OldName,
    pub(super) changed_at: &'static str,
    /// What must stand in which columns for a row to tell of a name that was changed.
    pub(super) conditions: &'static [(&'static str, &'static str)],
}

/// Where the name stands that an account had before a change.
pub(super) enum OldName {
    Column(&'static str),
    /// Under a key of the object (JSON) or array (PHP) in a column.
    Packed {
        column: &'static str,
        key: &'static str,
    },
}

/// Columns of a table that adds to accounts.
pub(super) struct ProfileColumns {
    pub(super) account: &'static str,
    /// Columns of texts in which identifiers may stand.
    pub(super) texts: &'static [&'static str],
    /// Columns whose names say the kind of contact they hold.
    pub(super) contacts: &'static [&'static str],
    pub(super) signature: Column,
    /// Columns with this beginning hold fields of the installation's own; what follows it is the
    /// number of the field's name, or says the kind itself.
    pub(super) field_start: Column,
}

impl ProfileColumns {
    /// Nothing but the account.
    pub(super) const fn new(account: &'static str) -> Self {
        Self {
            account,
            texts: &[],
            contacts: &[],
            signature: None,
            field_start: None,
        }
    }
}

/// Columns of a thread.
pub(super) struct ThreadColumns {
    pub(super) id: &'static str,
    /// Set before the id, where ids of threads overlap.
    pub(super) id_start: &'static str,
    pub(super) title: Column,
    pub(super) account: Column,
    pub(super) board: Column,
    pub(super) started_at: Column,
    /// The thread's first post.
    pub(super) first_post: Column,
    /// A column and the word in it that makes the thread a private conversation.
    pub(super) private_mark: Option<(&'static str, &'static str)>,
    /// Whether rows become threads. If not, the opening posts do, since they have the title.
    pub(super) is_record: bool,
}

impl ThreadColumns {
    /// Nothing but the id.
    pub(super) const fn new(id: &'static str) -> Self {
        Self {
            id,
            id_start: "",
            title: None,
            account: None,
            board: None,
            started_at: None,
            first_post: None,
            private_mark: None,
            is_record: true,
        }
    }
}

/// Columns of a table of nodes: boards, threads and posts, told apart by their types.
pub(super) struct NodeColumns {
    pub(super) id: &'static str,
    /// The id of a type, whose names are read as those of groups are.
    pub(super) node_type: &'static str,
    pub(super) account: &'static str,
    /// The author's name, for dumps without accounts.
    pub(super) account_name: &'static str,
    pub(super) title: &'static str,
    /// The node under which this one stands.
    pub(super) parent: &'static str,
    /// The thread's first post; 0 for boards.
    pub(super) first_post: &'static str,
    /// The first of them that is stated counts.
    pub(super) posted_at: &'static [&'static str],
    /// Name of the type of boards.
    pub(super) board_type: &'static str,
}

/// Columns of the texts of nodes.
pub(super) struct NodeTextColumns {
    pub(super) node: &'static str,
    pub(super) body: &'static str,
    pub(super) attachment_count: Column,
    /// Name of the type of private messages.
    pub(super) private_type: &'static str,
}

/// Columns of a post.
pub(super) struct PostColumns {
    pub(super) id: PostId,
    pub(super) account: &'static str,
    /// The author's name, for dumps without accounts.
    pub(super) account_name: Column,
    pub(super) thread: ThreadOf,
    pub(super) posted_at: Column,
    pub(super) edited_at: Column,
    pub(super) body: &'static str,
    pub(super) body_mark: Column,
    pub(super) parent: Column,
    /// Where an answered post is named by its number within the thread.
    pub(super) numbers: Option<PostNumbers>,
    pub(super) attachment_count: Column,
    pub(super) kind: KindOf,
    /// Where the first post of a thread makes the thread: its columns of title and board.
    pub(super) opened_thread: Option<(&'static str, &'static str)>,
}

/// Columns of the number of a post within its thread and of the number of the one it answers.
pub(super) struct PostNumbers {
    pub(super) own: &'static str,
    pub(super) answered: &'static str,
}

/// How a post is identified.
pub(super) enum PostId {
    Column(&'static str),
    /// A private message, whose ids overlap with those of posts.
    Private(&'static str),
    /// A private message of which every party has a copy: the hash of these columns.
    PrivateCopy(&'static [&'static str]),
}

impl PostId {
    /// The column of the number; empty where there is none.
    pub(super) fn column(&self) -> &'static str {
        match self {
            PostId::Column(column) | PostId::Private(column) => column,
            PostId::PrivateCopy(_) => "",
        }
    }
}

/// The thread of a post.
pub(super) enum ThreadOf {
    Column(&'static str),
    /// A private conversation, whose ids overlap with those of threads and which has a row of
    /// its own.
    Private(&'static str),
    /// A private conversation, named by its first message, which itself has 0 there.
    PrivateRoot {
        root: &'static str,
        own: &'static str,
    },
    /// A private conversation between the author and the accounts in this column: an id, or keys
    /// of an array that PHP wrote.
    Parties(&'static str),
}

/// The kind of a post.
pub(super) enum KindOf {
    /// Opening for the first posts that threads name, reply for others.
    FirstPosts,
    /// Opening where this word stands in this column, reply elsewhere.
    Column(&'static str, &'static str),
    Fixed(PostKind),
}

impl PostColumns {
    /// Nothing but the columns that every post has.
    pub(super) const fn new(
        id: PostId,
        account: &'static str,
        thread: ThreadOf,
        body: &'static str,
        kind: KindOf,
    ) -> Self {
        Self {
            id,
            account,
            account_name: None,
            thread,
            posted_at: None,
            edited_at: None,
            body,
            body_mark: None,
            parent: None,
            numbers: None,
            attachment_count: None,
            kind,
            opened_thread: None,
        }
    }
}

impl System {
    /// The table that a table of a dump is, and its prefix.
    pub(super) fn table_of<'t>(
        &'static self,
        found: &'t SqlTable,
    ) -> Option<(&'static Table, &'t str)> {
        self.tables.iter().find_map(|table| {
            let prefix = found.name.strip_suffix(table.name)?;
            let has = |column: &&str| found.columns.iter().any(|name| name == column);
            table.shape.iter().all(has).then_some((table, prefix))
        })
    }
}

impl Role {
    /// Whether its rows must be known before other rows are mapped.
    pub(super) fn is_read_first(&self) -> bool {
        match self {
            Role::Boards(_) | Role::Groups(_) | Role::FieldNames(_) | Role::Bans { .. } => true,
            Role::Threads(columns) => {
                columns.first_post.is_some() || columns.private_mark.is_some()
            }
            Role::Accounts(_) | Role::Posts(_) | Role::Nodes(_) | Role::NodeTexts(_) => true,
            Role::Profiles(_) | Role::ProfileValues { .. } | Role::FormerNames(_) => false,
        }
    }

    /// Whether its rows become records or parts of records.
    pub(super) fn is_record(&self) -> bool {
        match self {
            Role::Threads(columns) => columns.is_record,
            Role::Accounts(_) | Role::Posts(_) | Role::Nodes(_) | Role::NodeTexts(_) => true,
            Role::Profiles(_) | Role::ProfileValues { .. } | Role::FormerNames(_) => true,
            Role::Boards(_) | Role::Groups(_) | Role::FieldNames(_) | Role::Bans { .. } => false,
        }
    }
}
