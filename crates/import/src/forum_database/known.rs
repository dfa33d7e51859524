//! What must be known before rows can be mapped, from a first reading of the dump.
//!
//! The order of tables in a dump is arbitrary, so the small tables are read first: names of
//! boards, groups and profile fields, bans. Of threads only the numbers of their first posts are
//! kept, eight bytes each; of posts a few numbers where a system needs them to tell what a post
//! answers, or keeps author and text of a post apart.

use entangle_dump::SqlTable;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

use super::fields::Fields;
use super::number_table::NumberTable;
use super::system::{NameColumns, NodeColumns, PostColumns, Role, Rule, System};
use super::system::{ThreadColumns, ThreadOf};
use crate::ImportError;

/// Names of boards, groups and fields that are kept.
const NAME_COUNT_MAX: usize = 200_000;

/// Numbers that are kept of first posts, conversations and bans: 64 MiB each.
const NUMBER_COUNT_MAX: usize = 8 << 20;

/// Bytes of a name that are kept.
const NAME_BYTES_MAX: usize = 1000;

/// Numbers, in order once all are there.
#[derive(Debug, Default)]
struct Numbers(Vec<u64>);

impl Numbers {
    fn add(&mut self, word: Option<impl AsRef<str>>) {
        let number: Option<u64> = word.and_then(|word| word.as_ref().parse().ok());
        if self.0.len() < NUMBER_COUNT_MAX {
            self.0.extend(number);
        }
    }

    fn sort(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
        self.0.shrink_to_fit();
    }

    fn has(&self, word: &str) -> bool {
        word.parse()
            .is_ok_and(|number| self.0.binary_search(&number).is_ok())
    }
}

/// What is known of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) account: u32,
    pub(super) first_post: u32,
    pub(super) parent: u32,
    /// Unix time in seconds; 0 if not stated.
    pub(super) posted_at: u32,
    node_type: u32,
}

/// What the first reading found.
#[derive(Debug, Default)]
pub(super) struct Known {
    boards: FxHashMap<String, String>,
    groups: FxHashMap<String, String>,
    field_names: FxHashMap<String, String>,
    banned_accounts: Numbers,
    first_posts: Numbers,
    private_threads: Numbers,
    /// Thread, number within it, id.
    numbered_posts: NumberTable<3>,
    /// Id, account, first post of the thread, parent, time, type.
    nodes: NumberTable<6>,
    has_accounts: bool,
    /// Rows of posts and accounts by the prefix of their tables.
    row_counts: BTreeMap<String, (u64, u64)>,
    prefix: String,
}

impl Known {
    /// Takes in a row of the first reading.
    pub(super) fn add(&mut self, role: &Role, prefix: &str, fields: &Fields<'_>) {
        match role {
            Role::Boards(columns) => add_name(&mut self.boards, columns, fields),
            Role::Groups(columns) => add_name(&mut self.groups, columns, fields),
            Role::FieldNames(columns) => add_name(&mut self.field_names, columns, fields),
            Role::Bans { account } => self.banned_accounts.add(fields.word(account)),
            Role::Threads(columns) => self.add_thread(columns, fields),
            Role::Posts(columns) => {
                self.add_post_number(columns, fields);
                self.count_row(prefix).0 += 1;
            }
            Role::Nodes(columns) => self.add_node(columns, fields),
            Role::NodeTexts(_) => self.count_row(prefix).0 += 1,
            Role::Accounts(_) => {
                self.has_accounts = true;
                self.count_row(prefix).1 += 1;
            }
            Role::Profiles(_) | Role::ProfileValues { .. } | Role::FormerNames(_) => {}
        }
    }

    fn count_row(&mut self, prefix: &str) -> &mut (u64, u64) {
        if !self.row_counts.contains_key(prefix) {
            self.row_counts.insert(prefix.to_string(), (0, 0));
        }
        self.row_counts.entry(prefix.to_string()).or_default()
    }

    fn add_thread(&mut self, columns: &ThreadColumns, fields: &Fields<'_>) {
        self.first_posts.add(fields.word_of(columns.first_post));
        if let Some((column, mark)) = columns.private_mark
            && fields.word(column).as_deref() == Some(mark)
        {
            self.private_threads.add(fields.word(columns.id));
        }
    }

    fn add_post_number(&mut self, columns: &PostColumns, fields: &Fields<'_>) {
        if let (Some(numbers), ThreadOf::Column(thread)) = (&columns.numbers, &columns.thread) {
            let row = [thread, numbers.own, columns.id.column()];
            self.numbered_posts.add(row.map(|name| fields.word(name)));
        }
    }

    /// A node without a first post is a board, or something else that can be none.
    fn add_node(&mut self, columns: &NodeColumns, fields: &Fields<'_>) {
        let (id, first_post) = (fields.word(columns.id), fields.word(columns.first_post));
        if first_post.as_deref().is_none_or(|number| number == "0") {
            if let (Some(id), Some(title)) = (&id, fields.word(columns.title)) {
                keep_name(&mut self.boards, id, &title);
            }
            return;
        }
        // Author and time may be missing or damaged; the text has its thread all the same.
        let number = |column: &str| {
            let word = fields.word(column);
            word.filter(|word| word != "0" && word.parse::<u32>().is_ok())
        };
        let number_or_zero = |column: &str| number(column).or(Some("0".into()));
        let posted_at = columns.posted_at.iter().find_map(|column| number(column));
        self.nodes.add([
            id,
            number_or_zero(columns.account),
            first_post,
            number_or_zero(columns.parent),
            posted_at.or(Some("0".into())),
            number_or_zero(columns.node_type),
        ]);
    }

    /// Ends the first reading. Says whether there is anything to read again.
    ///
    /// # Errors
    ///
    /// [`ImportError::SeveralSources`] where tables of two prefixes have posts, or have accounts
    /// while none has posts.
    pub(super) fn finish(&mut self) -> Result<bool, ImportError> {
        self.banned_accounts.sort();
        self.first_posts.sort();
        self.private_threads.sort();
        self.numbered_posts.sort();
        self.nodes.sort();
        let has_posts = self.row_counts.values().any(|counts| counts.0 > 0);
        let mut sources = self
            .row_counts
            .iter()
            .filter(|(_, counts)| counts.0 > 0 || !has_posts);
        let Some((prefix, _)) = sources.next() else {
            return Ok(false);
        };
        if let Some((other, _)) = sources.next() {
            return Err(ImportError::SeveralSources {
                file: format!("{prefix}* and {other}* (tables of one forum system)"),
            });
        }
        self.prefix = prefix.clone();
        Ok(true)
    }

    /// Whether a table belongs to the forum that is read.
    pub(super) fn is_of_forum(&self, prefix: &str) -> bool {
        self.prefix == prefix
    }

    pub(super) fn has_accounts(&self) -> bool {
        self.has_accounts
    }

    pub(super) fn board(&self, id: &str) -> Option<&str> {
        self.boards.get(id).map(String::as_str)
    }

    pub(super) fn field_name(&self, id: &str) -> Option<&str> {
        self.field_names.get(id).map(String::as_str)
    }

    pub(super) fn is_banned(&self, account: &str) -> bool {
        self.banned_accounts.has(account)
    }

    pub(super) fn is_first_post(&self, post: &str) -> bool {
        self.first_posts.has(post)
    }

    pub(super) fn is_private_thread(&self, thread: &str) -> bool {
        self.private_threads.has(thread)
    }

    /// The post that has a number within a thread.
    pub(super) fn post_of_number(&self, thread: &str, number: &str) -> Option<String> {
        let key = [thread.parse().ok()?, number.parse().ok()?];
        let [_, _, post] = self.numbered_posts.find(&key)?;
        Some(post.to_string())
    }

    pub(super) fn node(&self, id: &str) -> Option<Node> {
        let [_, account, first_post, parent, posted_at, node_type] =
            *self.nodes.find(&[id.parse().ok()?])?;
        Some(Node {
            account,
            first_post,
            parent,
            posted_at,
            node_type,
        })
    }

    /// Whether a node is of the type of this name.
    pub(super) fn is_of_type(&self, node: &Node, type_name: &str) -> bool {
        let name = self.groups.get(&node.node_type.to_string());
        name.is_some_and(|name| name == type_name)
    }

    /// Whether what stands in a column is what a rule asks for.
    pub(super) fn is_met(&self, rule: &Rule, word: Option<&str>) -> bool {
        let Some(word) = word else { return false };
        match rule {
            Rule::IsSet => !matches!(word, "0" | "f" | "false" | "FALSE"),
            Rule::Lists(words) => word.split(',').any(|part| words.contains(&part.trim())),
            Rule::AtLeast(least) => word.parse::<i64>().is_ok_and(|number| number >= *least),
            Rule::AtMost(most) => word.parse::<i64>().is_ok_and(|number| number <= *most),
            Rule::InGroupNamed(names) => self
                .groups
                .get(word)
                .is_some_and(|group| names.contains(&group.as_str())),
        }
    }
}

fn add_name(names: &mut FxHashMap<String, String>, columns: &NameColumns, fields: &Fields<'_>) {
    let Some(id) = fields.word(columns.id) else {
        return;
    };
    let id = id
        .strip_prefix(columns.id_start)
        .and_then(|id| id.strip_suffix(columns.id_end));
    let name = fields.word(columns.name);
    if let (Some(id), Some(name)) = (id, name) {
        keep_name(names, id, &name);
    }
}

fn keep_name(names: &mut FxHashMap<String, String>, id: &str, name: &str) {
    if names.len() < NAME_COUNT_MAX && id.len() + name.len() <= NAME_BYTES_MAX {
        names.insert(id.to_string(), name.to_string());
    }
}

/// Whether a table is of any use in the first reading.
pub(super) fn is_read_first(system: &'static System, table: &SqlTable) -> bool {
    system
        .table_of(table)
        .is_some_and(|(table, _)| table.role.is_read_first())
}
