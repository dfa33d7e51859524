//! Records of an importer to rows of tables: native ids become stable ids here and only here.

use entangle_model::record::{Account, FormerName, Identifier, Place, Post, Reject, Thread};
use entangle_model::{AccountId, ImportId, PostId, ThreadId, TimePrecision};
use entangle_text::copies::copy_key;

use crate::rows::{
    AccountRows, FormerNameRows, IdentifierRows, Integer, PostRows, PostVersionRows, RejectRows,
    Text, ThreadRows,
};

/// The source and import that every row of one import belongs to.
#[derive(Debug, Clone)]
pub(crate) struct RowScope {
    pub source: String,
    /// The import's id as the tables show it, written once and not once per row.
    pub import_digits: String,
}

impl RowScope {
    pub(crate) fn new(source: &str, import_id: ImportId) -> Self {
        Self {
            source: source.to_string(),
            import_digits: import_id.to_string(),
        }
    }

    pub(crate) fn account_id(&self, native_id: &str) -> AccountId {
        AccountId::derive(&[&self.source, native_id])
    }

    pub(crate) fn thread_id(&self, native_id: &str) -> ThreadId {
        ThreadId::derive(&[&self.source, native_id])
    }

    pub(crate) fn post_id(&self, native_id: &str) -> PostId {
        PostId::derive(&[&self.source, native_id])
    }
}

fn push_place(place: &Place, file: &mut Text, byte_start: &mut Integer, byte_end: &mut Integer) {
    file.push(Some(&place.file));
    byte_start.push(Some(place.byte_start as i64));
    byte_end.push(Some(place.byte_end as i64));
}

pub(crate) fn push_account(
    rows: &mut AccountRows,
    scope: &RowScope,
    id: AccountId,
    account: &Account,
) {
    rows.account_id.push_display(&id);
    rows.source.push(Some(&scope.source));
    rows.native_id.push(Some(&account.native_id));
    rows.name.push(account.name.as_ref());
    rows.registered_at.push(account.registered_at);
    rows.registered_at_precision
        .push(account.registered_at_precision.map(TimePrecision::as_str));
    rows.last_seen_at.push(account.last_seen_at);
    rows.about.push(account.about.as_ref());
    rows.location.push(account.location.as_ref());
    rows.website.push(account.website.as_ref());
    rows.reputation.push(account.reputation);
    rows.is_staff.push(account.is_staff);
    rows.is_bot.push(account.is_bot);
    rows.is_banned.push(account.is_banned);
    rows.import_id.push(Some(&scope.import_digits));
    push_place(
        &account.place,
        &mut rows.file,
        &mut rows.byte_start,
        &mut rows.byte_end,
    );
    rows.content_hash.push(Some(&account.content_hash));
}

pub(crate) fn push_thread(rows: &mut ThreadRows, scope: &RowScope, id: ThreadId, thread: &Thread) {
    rows.thread_id.push_display(&id);
    rows.source.push(Some(&scope.source));
    rows.native_id.push(Some(&thread.native_id));
    let account_id = thread
        .account_native_id
        .as_deref()
        .map(|native_id| scope.account_id(native_id));
    rows.account_id.push_display_option(account_id.as_ref());
    rows.board.push(thread.board.as_ref());
    rows.title.push(thread.title.as_ref());
    rows.started_at.push(thread.started_at);
    rows.import_id.push(Some(&scope.import_digits));
    push_place(
        &thread.place,
        &mut rows.file,
        &mut rows.byte_start,
        &mut rows.byte_end,
    );
    rows.content_hash.push(Some(&thread.content_hash));
}

pub(crate) fn push_post(rows: &mut PostRows, scope: &RowScope, id: PostId, post: &Post) {
    rows.post_id.push_display(&id);
    rows.source.push(Some(&scope.source));
    rows.native_id.push(Some(&post.native_id));
    let account_id = post
        .account_native_id
        .as_deref()
        .map(|native_id| scope.account_id(native_id));
    rows.account_id.push_display_option(account_id.as_ref());
    let thread_id = post
        .thread_native_id
        .as_deref()
        .map(|native_id| scope.thread_id(native_id));
    rows.thread_id.push_display_option(thread_id.as_ref());
    let parent_id = post
        .parent_native_id
        .as_deref()
        .map(|native_id| scope.post_id(native_id));
    rows.parent_post_id.push_display_option(parent_id.as_ref());
    rows.kind.push(Some(post.kind.as_str()));
    rows.posted_at.push(post.posted_at);
    rows.posted_at_precision
        .push(post.posted_at_precision.map(TimePrecision::as_str));
    rows.edited_at.push(post.edited_at);
    rows.body.push(post.body.as_ref());
    rows.language.push(post.language);
    rows.language_confidence.push(post.language_confidence);
    rows.quoted_character_count
        .push(Some(post.quoted_character_count as i64));
    rows.link_count.push(Some(post.link_count as i64));
    rows.attachment_count
        .push(Some(post.attachment_count as i64));
    rows.mention_count.push(Some(post.mention_count as i64));
    rows.copy_key.push(post.body.as_deref().and_then(copy_key));
    rows.import_id.push(Some(&scope.import_digits));
    push_place(
        &post.place,
        &mut rows.file,
        &mut rows.byte_start,
        &mut rows.byte_end,
    );
    rows.content_hash.push(Some(&post.content_hash));
}

pub(crate) fn push_post_version(
    rows: &mut PostVersionRows,
    scope: &RowScope,
    id: PostId,
    post: &Post,
) {
    rows.post_id.push_display(&id);
    rows.source.push(Some(&scope.source));
    rows.edited_at.push(post.edited_at);
    rows.body.push(post.body.as_ref());
    rows.import_id.push(Some(&scope.import_digits));
    push_place(
        &post.place,
        &mut rows.file,
        &mut rows.byte_start,
        &mut rows.byte_end,
    );
    rows.content_hash.push(Some(&post.content_hash));
}

pub(crate) fn push_identifier(
    rows: &mut IdentifierRows,
    scope: &RowScope,
    account_id: AccountId,
    identifier: &Identifier,
) {
    rows.account_id.push_display(&account_id);
    rows.source.push(Some(&scope.source));
    rows.kind.push(Some(identifier.kind.as_str()));
    rows.value.push(Some(&identifier.value));
    rows.role.push(Some(identifier.role.as_str()));
    let post_id = identifier
        .post_native_id
        .as_deref()
        .map(|native_id| scope.post_id(native_id));
    rows.post_id.push_display_option(post_id.as_ref());
    rows.character_start
        .push(identifier.character_start.map(|at| at as i64));
    rows.character_end
        .push(identifier.character_end.map(|at| at as i64));
    rows.import_id.push(Some(&scope.import_digits));
    push_place(
        &identifier.place,
        &mut rows.file,
        &mut rows.byte_start,
        &mut rows.byte_end,
    );
}

pub(crate) fn push_former_name(
    rows: &mut FormerNameRows,
    scope: &RowScope,
    account_id: AccountId,
    former: &FormerName,
) {
    rows.account_id.push_display(&account_id);
    rows.source.push(Some(&scope.source));
    rows.name.push(Some(&former.name));
    rows.used_until.push(former.used_until);
    rows.import_id.push(Some(&scope.import_digits));
    push_place(
        &former.place,
        &mut rows.file,
        &mut rows.byte_start,
        &mut rows.byte_end,
    );
}

pub(crate) fn push_reject(rows: &mut RejectRows, scope: &RowScope, reject: &Reject) {
    rows.import_id.push(Some(&scope.import_digits));
    rows.source.push(Some(&scope.source));
    rows.record.push(Some(reject.record.as_str()));
    rows.field.push(reject.field.as_ref());
    rows.reason.push(Some(&reject.reason));
    push_place(
        &reject.place,
        &mut rows.file,
        &mut rows.byte_start,
        &mut rows.byte_end,
    );
    rows.line.push(reject.place.line.map(|line| line as i64));
}
