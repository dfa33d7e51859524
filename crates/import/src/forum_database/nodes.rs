//! Systems that keep boards, threads and posts as nodes of one table, and the texts in another.
//!
//! Author, time and thread of every node are known from the first reading, so that the second
//! can emit texts row by row.

use entangle_model::record::{PostKind, RecordKind, Thread};

use super::fields::Fields;
use super::known::Node;
use super::mapper::Mapper;
use super::system::{NodeColumns, NodeTextColumns};
use crate::ImportError;
use crate::recorder::NewPost;

impl Mapper<'_, '_> {
    /// A node becomes a thread if it is the first post of one; the others are no records. All name
    /// their authors, for dumps without accounts.
    pub(super) fn map_node(
        &mut self,
        columns: &NodeColumns,
        fields: &Fields<'_>,
    ) -> Result<(), ImportError> {
        let Some(id) = fields.word(columns.id) else {
            return Ok(());
        };
        if let Some(account) = self.account_id(fields, Some(columns.account))
            && !self.known.has_accounts()
        {
            let context = self.recorder.part(RecordKind::Account, &fields.row.row())?;
            let name = self.name(&context, fields, Some(columns.account_name), "author")?;
            self.recorder.author(&account, name.as_deref(), &context)?;
        }
        let node = self.known.node(&id);
        let is_board = |node: &Node| self.known.is_of_type(node, columns.board_type);
        let starts_thread = |node: &Node| node.first_post.to_string() == id && !is_board(node);
        let Some(node) = node.filter(starts_thread) else {
            return Ok(());
        };
        let context = self.recorder.row(RecordKind::Thread, &fields.row.row())?;
        let posted_at = node.posted_at.to_string();
        let posted_at = Some(posted_at.as_str()).filter(|time| *time != "0");
        let thread = Thread {
            native_id: id.to_string(),
            account_native_id: self.account_id(fields, Some(columns.account)),
            board: self.board(fields, Some(columns.parent)),
            title: self.name(&context, fields, Some(columns.title), "title")?,
            started_at: self.recorder.instant(&context, "started_at", posted_at)?,
            place: context.place,
            content_hash: context.content_hash,
        };
        self.recorder.thread(thread)
    }

    pub(super) fn map_node_text(
        &mut self,
        columns: &NodeTextColumns,
        fields: &Fields<'_>,
    ) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Post, &fields.row.row())?;
        let id = fields.word(columns.node).unwrap_or_default();
        let Some(node) = self.known.node(&id) else {
            let reason = "the dump does not say of which post this is the text";
            return self.recorder.reject_row(context, reason);
        };
        let posted_at = node.posted_at.to_string();
        let posted_at = Some(posted_at.as_str()).filter(|time| *time != "0");
        let account = node.account.to_string();
        let mut post = NewPost {
            account_native_id: Some(account).filter(|account| !self.is_guest(account)),
            thread_native_id: Some(node.first_post.to_string()),
            parent_native_id: answered_node(&id, &node),
            posted_at: self.recorder.instant(&context, "posted_at", posted_at)?,
            ..NewPost::new(id.as_ref(), self.kind_of_node(columns, &id, &node))
        };
        if let Some(body) = self.text(&context, fields, columns.body, "body")? {
            post.text = self.plain_text(&body, "").into();
        }
        if let Some(word) = fields.number_of(columns.attachment_count) {
            post.text = post.text.with_attachments(word.parse().unwrap_or(0));
        }
        self.recorder.post(context, post)
    }

    fn kind_of_node(&self, columns: &NodeTextColumns, id: &str, node: &Node) -> PostKind {
        if self.known.is_of_type(node, columns.private_type) {
            PostKind::Message
        } else if node.first_post.to_string() == id {
            PostKind::Opening
        } else if answered_node(id, node).is_some() {
            PostKind::Comment
        } else {
            PostKind::Reply
        }
    }
}

/// The post on which a node comments. What stands directly under the first post of a thread
/// answers the thread, no post in particular; what stands above a first post is a board.
fn answered_node(id: &str, node: &Node) -> Option<String> {
    let is_first = node.first_post.to_string() == id;
    let parent = Some(node.parent).filter(|parent| *parent != 0 && *parent != node.first_post);
    parent
        .filter(|_| !is_first)
        .map(|parent| parent.to_string())
}
