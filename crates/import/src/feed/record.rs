//! An item to an account, a thread and a post.

use chrono::{DateTime, Utc};
use entangle_dump::Row;
use entangle_model::IdentifierKind;
use entangle_model::record::{Account, Identifier, PostKind, RecordKind};
use entangle_text::identifiers::normalize;

use super::Channel;
use super::date::rfc_3339_of_rfc_822;
use super::item::Item;
use super::person::Person;
use crate::ImportError;
use crate::forum_page::{Numbered, number_in_address};
use crate::recorder::{
    NewPost, NewThread, PostText, Recorder, RowContext, account_of_author, hash_id,
};

/// Longer ids are hashed: addresses are shorter. Bytes.
const ID_BYTES_MAX: usize = 2048;

/// What stands before the number of a post in the fragment of an address.
const POST_FRAGMENTS: [&str; 6] = ["p", "post", "post-", "msg", "pid", "entry"];

pub(super) fn record_item(
    item: &Item<'_>,
    row: &Row<'_>,
    channel: &Channel,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let context = recorder.row(RecordKind::Post, row)?;
    let (title, body) = (item.title(), item.body());
    if title.is_none() && body.is_none() {
        return recorder.reject_row(context, "the item has neither title nor text");
    }
    let author = author_of(item, channel, &context, recorder)?;
    if let Some(author) = &author {
        record_author(author, &context, recorder)?;
    }
    let posted_at = instant(item.posted_at(), "posted_at", &context, recorder)?;
    let edited_at = instant(item.edited_at(), "edited_at", &context, recorder)?;
    let place = ItemPlace::of(item, &context);
    let is_opening = place.kind == PostKind::Opening;
    // The titles of comments and of their feeds tell of the comment, not of what is commented.
    let is_comment = place.kind == PostKind::Comment;
    let board = || item.category().or_else(|| channel.title.clone());
    let account_native_id = author.map(|author| author.native_id);
    let thread = NewThread {
        account_native_id: account_native_id.clone().filter(|_| is_opening),
        board: (!is_comment).then(board).flatten(),
        title: title.filter(|_| !is_comment),
        started_at: posted_at.filter(|_| is_opening),
        ..NewThread::new(place.thread_native_id.clone())
    };
    recorder.mentioned_thread(thread, &context)?;
    let text = body.map_or_else(PostText::default, PostText::from);
    let post = NewPost {
        account_native_id,
        thread_native_id: Some(place.thread_native_id),
        parent_native_id: place.parent_native_id,
        posted_at,
        edited_at,
        text: text.with_attachments(item.attachment_count()),
        ..NewPost::new(place.native_id, place.kind)
    };
    recorder.post(context, post)
}

/// Who wrote an item; an entry that names nobody is by the author of the feed.
fn author_of(
    item: &Item<'_>,
    channel: &Channel,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<Option<Person>, ImportError> {
    let people = item.authors();
    let Some(first) = people.first() else {
        return Ok(channel.author.clone().filter(|_| item.is_entry()));
    };
    if people
        .iter()
        .any(|person| person.native_id != first.native_id)
    {
        let note = "several authors are named; the first one is taken";
        recorder.drop_field(context, "account", note)?;
    }
    Ok(Some(first.clone()))
}

/// Where an item stands among the others.
struct ItemPlace {
    native_id: String,
    thread_native_id: String,
    parent_native_id: Option<String>,
    kind: PostKind,
}

impl ItemPlace {
    fn of(item: &Item<'_>, context: &RowContext) -> Self {
        let id = item.id();
        let native_id = id.as_deref().map_or_else(|| context.hash_id(), bounded_id);
        if let Some(answered) = item.answered_id() {
            return Self::comment(native_id, bounded_id(&answered));
        }
        // WordPress: the id of the commented item with the number of the comment behind it.
        let stated = id.as_deref().unwrap_or_default();
        if let Some((commented, _)) = stated.split_once("#comment-") {
            return Self::comment(native_id, bounded_id(commented));
        }
        match item.link().as_deref().and_then(place_in_forum) {
            Some((thread_native_id, kind)) => Self {
                native_id,
                thread_native_id,
                parent_native_id: None,
                kind,
            },
            None => Self {
                thread_native_id: native_id.clone(),
                native_id,
                parent_native_id: None,
                kind: PostKind::Opening,
            },
        }
    }

    fn comment(native_id: String, commented_id: String) -> Self {
        Self {
            native_id,
            thread_native_id: commented_id.clone(),
            parent_native_id: Some(commented_id),
            kind: PostKind::Comment,
        }
    }
}

/// The number of the thread in the address of a post of a forum, and what the post is in it.
/// `None` for the address of anything else: a number in it need not be that of a thread.
fn place_in_forum(link: &str) -> Option<(String, PostKind)> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (address, fragment) = link.split_once('#').unwrap_or((link, ""));
    let names_post = POST_FRAGMENTS
        .iter()
        .any(|start| fragment.strip_prefix(start).is_some_and(is_number));
    // Discourse: /t/title/thread and /t/title/thread/post
    let path = address.split('?').next().unwrap_or_default();
    let behind = path.split_once("/t/").map_or("", |(_, behind)| behind);
    let segments: Vec<&str> = behind.split('/').collect();
    let kind = match segments.as_slice() {
        [_, thread] if is_number(thread) => PostKind::Opening,
        [_, thread, "1"] if is_number(thread) => PostKind::Opening,
        [_, thread, post] if is_number(thread) && is_number(post) => PostKind::Reply,
        _ if names_post => PostKind::Reply,
        _ => return None,
    };
    Some((number_in_address(address, Numbered::Thread)?, kind))
}

fn bounded_id(id: &str) -> String {
    if id.len() <= ID_BYTES_MAX {
        id.to_string()
    } else {
        hash_id(&[id])
    }
}

/// An instant as RSS or Atom writes it.
fn instant(
    stated: Option<String>,
    field: &str,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<Option<DateTime<Utc>>, ImportError> {
    let stated = stated.map(|text| rfc_3339_of_rfc_822(&text).unwrap_or(text));
    recorder.instant_with_zone(context, field, stated.as_deref())
}

/// Emits an author the first time, with what the feed says about him.
fn record_author(
    author: &Person,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    if recorder.has_emitted_account(&author.native_id) {
        return Ok(());
    }
    let context = recorder.also(RecordKind::Account, context);
    recorder.account(Account {
        website: author.website.clone(),
        ..account_of_author(&author.native_id, Some(&author.name), &context.place)
    })?;
    let address = author.address.as_deref();
    let Some(value) = address.and_then(|address| normalize(IdentifierKind::Email, address)) else {
        return Ok(());
    };
    recorder.identifier(Identifier::of_profile(
        author.native_id.clone(),
        IdentifierKind::Email,
        value,
        context.place.clone(),
    ))
}
