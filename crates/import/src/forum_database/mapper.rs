//! Rows to records, by what is told about the system.

use entangle_model::record::{PostKind, RecordKind, Thread};
use entangle_text::markup::{
    PlainText, bbcode_to_plain, html_to_plain, phpbb_to_plain, stored_bbcode_to_plain,
};

use super::fields::Fields;
use super::known::Known;
use super::php::integer_keys;
use super::system::{
    Column, KindOf, Markup, PostColumns, PostId, Role, System, ThreadColumns, ThreadOf,
};
use crate::ImportError;
use crate::recorder::{NewPost, Recorder, RowContext, content_hash, non_empty};

/// Set before native ids of private messages and conversations, whose numbers overlap with those
/// of posts and threads.
pub(super) const PRIVATE_START: &str = "pm:";

/// Maps the rows of one forum.
pub(super) struct Mapper<'m, 's> {
    pub(super) system: &'static System,
    pub(super) known: &'m Known,
    pub(super) recorder: &'m mut Recorder<'s>,
}

/// What a row of a role is meant to become.
pub(super) fn record_kind(role: &Role) -> RecordKind {
    match role {
        Role::Accounts(_) | Role::Profiles(_) | Role::ProfileValues { .. } => RecordKind::Account,
        Role::FormerNames(_) => RecordKind::Account,
        Role::Threads(_) => RecordKind::Thread,
        Role::Posts(_) | Role::NodeTexts(_) => RecordKind::Post,
        _ => RecordKind::Unknown,
    }
}

impl Mapper<'_, '_> {
    pub(super) fn map(&mut self, role: &Role, fields: &Fields<'_>) -> Result<(), ImportError> {
        match role {
            Role::Accounts(columns) => self.map_account(columns, fields),
            Role::Profiles(columns) => self.map_profile(columns, fields),
            Role::ProfileValues {
                account,
                field,
                value,
            } => self.map_profile_value([account, field, value], fields),
            Role::Threads(columns) => self.map_thread(columns, fields),
            Role::FormerNames(columns) => self.map_former_name(columns, fields),
            Role::Posts(columns) => self.map_post(columns, fields),
            Role::Nodes(columns) => self.map_node(columns, fields),
            Role::NodeTexts(columns) => self.map_node_text(columns, fields),
            _ => Ok(()),
        }
    }

    fn map_thread(
        &mut self,
        columns: &ThreadColumns,
        fields: &Fields<'_>,
    ) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Thread, &fields.row.row())?;
        let Some(id) = fields.word(columns.id) else {
            return self.recorder.reject_row(context, "the thread has no id");
        };
        let started_at = self.instant(&context, fields, columns.started_at, "started_at")?;
        let title = self.name(&context, fields, columns.title, "title")?;
        let thread = Thread {
            native_id: format!("{}{id}", columns.id_start),
            account_native_id: self.account_id(fields, columns.account),
            board: self.board(fields, columns.board),
            title,
            started_at,
            place: context.place,
            content_hash: context.content_hash,
        };
        self.recorder.thread(thread)
    }

    pub(super) fn board(&self, fields: &Fields<'_>, column: Column) -> Option<String> {
        let name = self.known.board(&fields.word_of(column)?)?;
        non_empty(self.unescaped(name))
    }

    fn map_post(&mut self, columns: &PostColumns, fields: &Fields<'_>) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Post, &fields.row.row())?;
        let Some((id, native_id)) = post_id(&columns.id, fields) else {
            return self.recorder.reject_row(context, "the post has no id");
        };
        let account_native_id = self.account_id(fields, Some(columns.account));
        if let Some(account) = &account_native_id
            && !self.known.has_accounts()
        {
            let name = self.name(&context, fields, columns.account_name, "author")?;
            self.recorder.author(account, name.as_deref(), &context)?;
        }
        let thread = self.thread_of(&columns.thread, account_native_id.as_deref(), fields);
        let kind = self.kind(&columns.kind, &id, thread.as_deref(), fields);
        if let (Some(thread), true) = (&thread, columns.thread.has_no_row()) {
            self.recorder.derived_thread(thread, None, &context)?;
        }
        let parent = self.parent_of(columns, thread.as_deref(), fields);
        let posted_at = self.instant(&context, fields, columns.posted_at, "posted_at")?;
        let mut post = NewPost {
            account_native_id,
            thread_native_id: thread,
            parent_native_id: parent,
            posted_at,
            edited_at: self.instant(&context, fields, columns.edited_at, "edited_at")?,
            ..NewPost::new(native_id, kind)
        };
        if let (Some(opened), PostKind::Opening) = (columns.opened_thread, kind) {
            self.open_thread(opened, &post, fields, &context)?;
        }
        if let Some(body) = self.text(&context, fields, columns.body, "body")? {
            let mark = fields.word_of(columns.body_mark).unwrap_or_default();
            post.text = self.plain_text(&body, &mark).into();
        }
        if let Some(word) = fields.number_of(columns.attachment_count) {
            post.text = post.text.with_attachments(word.parse().unwrap_or(0));
        }
        self.recorder.post(context, post)
    }

    /// The post that a post answers.
    fn parent_of(
        &self,
        columns: &PostColumns,
        thread: Option<&str>,
        fields: &Fields<'_>,
    ) -> Option<String> {
        match &columns.numbers {
            Some(numbers) => {
                let number = fields.number_of(Some(numbers.answered))?;
                self.known.post_of_number(thread?, &number)
            }
            None => fields.number_of(columns.parent).map(String::from),
        }
    }

    /// The thread that an opening post makes.
    fn open_thread(
        &mut self,
        (title, board): (&'static str, &'static str),
        post: &NewPost,
        fields: &Fields<'_>,
        post_context: &RowContext,
    ) -> Result<(), ImportError> {
        let Some(native_id) = post.thread_native_id.clone() else {
            return Ok(());
        };
        let context = self.recorder.also(RecordKind::Thread, post_context);
        let thread = Thread {
            native_id,
            account_native_id: post.account_native_id.clone(),
            board: self.board(fields, Some(board)),
            title: self.name(&context, fields, Some(title), "title")?,
            started_at: post.posted_at,
            place: context.place,
            content_hash: context.content_hash,
        };
        self.recorder.thread(thread)
    }

    fn kind(&self, rule: &KindOf, id: &str, thread: Option<&str>, fields: &Fields<'_>) -> PostKind {
        let is_opening = match rule {
            KindOf::Fixed(kind) => return *kind,
            _ if thread.is_some_and(|thread| self.known.is_private_thread(thread)) => {
                return PostKind::Message;
            }
            KindOf::FirstPosts => self.known.is_first_post(id),
            KindOf::Column(column, word) => fields.word(column).as_deref() == Some(*word),
        };
        if is_opening {
            PostKind::Opening
        } else {
            PostKind::Reply
        }
    }

    fn thread_of(
        &self,
        rule: &ThreadOf,
        author: Option<&str>,
        fields: &Fields<'_>,
    ) -> Option<String> {
        match rule {
            ThreadOf::Column(column) => fields.number_of(Some(column)).map(String::from),
            ThreadOf::Private(column) => Some(format!("{PRIVATE_START}{}", fields.word(column)?)),
            ThreadOf::PrivateRoot { root, own } => {
                let root = fields.number_of(Some(root)).or_else(|| fields.word(own))?;
                Some(format!("{PRIVATE_START}{root}"))
            }
            ThreadOf::Parties(column) => {
                let others = fields.word(column)?;
                let is_one = others.bytes().all(|byte| byte.is_ascii_digit());
                let mut parties = if is_one {
                    vec![others.into_owned()]
                } else {
                    integer_keys(&others)?
                };
                parties.extend(author.map(str::to_string));
                parties.sort();
                parties.dedup();
                Some(format!("{PRIVATE_START}{}", parties.join("|")))
            }
        }
    }

    /// The account in a column; `None` for guests.
    pub(super) fn account_id(&self, fields: &Fields<'_>, column: Column) -> Option<String> {
        let id = fields.word_of(column)?;
        (!self.is_guest(&id)).then(|| id.into_owned())
    }

    pub(super) fn is_guest(&self, id: &str) -> bool {
        self.system.guest_ids.contains(&id)
    }

    /// The instant in a column. Zero means that it never was.
    pub(super) fn instant(
        &mut self,
        context: &RowContext,
        fields: &Fields<'_>,
        column: Column,
        field: &str,
    ) -> Result<Option<chrono::DateTime<chrono::Utc>>, ImportError> {
        let Some(found) = column.and_then(|column| fields.text(column)) else {
            return Ok(None);
        };
        if let Some(problem) = found.problem {
            self.recorder.drop_field(context, field, problem)?;
            return Ok(None);
        }
        let text = Some(whole_seconds(&found.text)).filter(|text| *text != "0");
        self.recorder.instant(context, field, text)
    }

    /// The text in a column; what is wrong with it becomes a reject of the field.
    pub(super) fn text(
        &mut self,
        context: &RowContext,
        fields: &Fields<'_>,
        column: &str,
        field: &str,
    ) -> Result<Option<String>, ImportError> {
        let Some(found) = fields.text(column) else {
            return Ok(None);
        };
        if let Some(problem) = found.problem {
            self.recorder.drop_field(context, field, problem)?;
        }
        Ok(non_empty(found.text))
    }

    /// A name or title.
    pub(super) fn name(
        &mut self,
        context: &RowContext,
        fields: &Fields<'_>,
        column: Column,
        field: &str,
    ) -> Result<Option<String>, ImportError> {
        let Some(column) = column else {
            return Ok(None);
        };
        let text = self.text(context, fields, column, field)?;
        Ok(text.and_then(|text| non_empty(self.unescaped(&text))))
    }

    pub(super) fn unescaped(&self, text: &str) -> String {
        if self.system.has_escaped_names && text.contains('&') {
            html_to_plain(text).text
        } else {
            text.to_string()
        }
    }

    pub(super) fn plain_text(&self, text: &str, mark: &str) -> PlainText {
        match self.system.markup {
            Markup::BbCode => bbcode_to_plain(text),
            Markup::StoredBbCode => stored_bbcode_to_plain(text),
            Markup::PhpBb => phpbb_to_plain(text, mark),
            Markup::Html => html_to_plain(text),
        }
    }
}

impl ThreadOf {
    /// Whether no row but those of its messages tells of the thread.
    fn has_no_row(&self) -> bool {
        matches!(self, ThreadOf::PrivateRoot { .. } | ThreadOf::Parties(_))
    }
}

/// Unix time without the fraction with which some systems count it; other texts as they are.
fn whole_seconds(text: &str) -> &str {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((seconds, fraction)) if is_number(seconds) && is_number(fraction) => seconds,
        _ => text,
    }
}

/// The number of a post and its native id.
fn post_id(rule: &PostId, fields: &Fields<'_>) -> Option<(String, String)> {
    match rule {
        PostId::Column(column) => {
            let id = fields.word(column)?.into_owned();
            Some((id.clone(), id))
        }
        PostId::Private(column) => {
            let id = fields.word(column)?;
            Some((id.to_string(), format!("{PRIVATE_START}{id}")))
        }
        PostId::PrivateCopy(columns) => {
            let parts: Vec<_> = columns
                .iter()
                .map(|column| fields.word(column).unwrap_or_default())
                .collect();
            let hash = content_hash(parts.join("\u{0}").as_bytes());
            Some((hash.clone(), format!("{PRIVATE_START}hash:{hash}")))
        }
    }
}
