//! The pages of a chat: what stands before a message matters to it. The chat's name stands at
//! the head of a page, and a message that follows one of the same author does not repeat him.

use entangle_dump::{Row, Span};
use entangle_model::ids::native_id_of_name;
use entangle_model::record::{PostKind, RecordKind};

use super::fragment::{Fragment, chat_title};
use crate::ImportError;
use crate::chat::message::{Author, ChatMessage, Room, record_message};
use crate::recorder::{BodyFormat, PostText, Recorder, non_empty};

/// The head of a page ends here at the latest.
const PAGE_HEAD_BYTES_MAX: usize = 64 << 10;

/// What was read of the pages so far.
#[derive(Debug, Default)]
pub(super) struct Pages {
    folder: String,
    page_head: String,
    room: Option<Room>,
    last_author: Option<String>,
    pending: Option<Pending>,
}

/// A message of which more may follow.
#[derive(Debug)]
struct Pending {
    html: String,
    span: Span,
    is_lossy: bool,
    is_too_long: bool,
}

/// The folder of a file.
pub(super) fn folder_of(name: &str) -> &str {
    name.rsplit_once(['/', '\\', '!'])
        .map_or("", |(folder, _)| folder)
}

impl Pages {
    /// A page begins. In another folder lies another chat.
    pub fn start_file(&mut self, name: &str) {
        let folder = folder_of(name);
        if self.folder != folder {
            *self = Self {
                folder: folder.to_string(),
                ..Self::default()
            };
        }
        self.page_head.clear();
    }

    /// Adds what follows the start of a message, or of the page.
    pub fn extend(&mut self, html: &str, row: &Row<'_>, byte_count_max: usize) {
        let Some(pending) = &mut self.pending else {
            if self.page_head.len() + html.len() <= PAGE_HEAD_BYTES_MAX {
                self.page_head.push_str(html);
                self.page_head.push('\n');
            }
            return;
        };
        pending.is_too_long |= pending.html.len() + html.len() > byte_count_max;
        if !pending.is_too_long {
            pending.html.push_str(html);
            pending.html.push('\n');
        }
        pending.is_lossy |= row.is_lossy;
        pending.span.byte_end = row.span.byte_end;
    }

    /// A message begins.
    pub fn start_message(&mut self, html: &str, row: &Row<'_>) {
        if self.room.is_none() {
            self.room = chat_title(&self.page_head).map(|title| Room {
                native_id: native_id_of_name(&title),
                title: Some(title),
            });
        }
        self.pending = Some(Pending {
            html: format!("{html}\n"),
            span: row.span,
            is_lossy: row.is_lossy,
            is_too_long: false,
        });
    }

    /// The message that was begun has ended: records it. What only shows a day is no message.
    pub fn finish_message(&mut self, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let row = Row {
            text: &pending.html,
            raw: pending.html.as_bytes(),
            span: pending.span,
            is_lossy: pending.is_lossy,
        };
        if pending.is_too_long {
            recorder.unreadable_row(RecordKind::Post, &row, "the message is too long");
            return Ok(());
        }
        let fragment = Fragment(&pending.html);
        if fragment.is_service() && fragment.id().is_some_and(|id| id < 0) {
            return Ok(());
        }
        let context = recorder.row(RecordKind::Post, &row)?;
        let Some(id) = fragment.id() else {
            return recorder.reject_row(context, "the message has no id");
        };
        let message = self.message(&fragment, id);
        record_message(context, message, recorder)
    }

    fn message(&mut self, fragment: &Fragment<'_>, id: i64) -> ChatMessage {
        let id_of = |id: i64| match &self.room {
            Some(room) => format!("{}:{id}", room.native_id),
            None => id.to_string(),
        };
        let (native_id, parent_native_id) = (id_of(id), fragment.answered_id().map(id_of));
        let name = if fragment.is_service() {
            self.last_author = None;
            fragment.actor()
        } else {
            if !fragment.is_joined() {
                self.last_author = fragment.sender();
            }
            self.last_author.clone()
        };
        let is_service = fragment.is_service();
        ChatMessage {
            native_id: Some(native_id),
            room: self.room.clone(),
            author: name.map(|name| Author::new(native_id_of_name(&name), Some(name))),
            parent_native_id,
            kind: if is_service {
                PostKind::Notice
            } else {
                PostKind::Message
            },
            posted_at: fragment.instant(),
            edited_at: None,
            text: if is_service {
                PostText::default()
            } else {
                post_text(fragment)
            },
        }
    }
}

/// The text; that of a forwarded message is somebody else's as a whole.
fn post_text(fragment: &Fragment<'_>) -> PostText {
    // A preformatted block ends its line, and the break after it is not meant to add another.
    let html = fragment.text_html().unwrap_or_default();
    let mut plain = BodyFormat::Html.plain_text(&html.replace("</pre><br>", "</pre>"));
    // Mentions of users are links inside Telegram.
    plain.links.retain(|link| !link.starts_with("tg://"));
    let text = match non_empty(plain.text.as_str()) {
        Some(text) if fragment.is_forwarded() => PostText::quotation(&text),
        _ => PostText::from(plain),
    };
    text.with_attachments(u64::from(fragment.has_attachment()))
}
