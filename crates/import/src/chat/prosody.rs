//! Archives of the Jabber server Prosody in its own storage: files of `item({…});`, each a stanza
//! as a table of Lua.
//!
//! See `docs/formats/prosody.md` for the mapping and its reasons.

mod lua;

use entangle_dump::{FileReader, Found, Input, Lines, Row, Span};
use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use crate::files::{files_ending_in, read_each};
use crate::jabber_json::{Party, conversation, emit_party};
use crate::recorder::{BodyFormat, NewPost, Recorder, hash_id};
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};

/// The importer.
pub(crate) struct Prosody;

const ITEM_START: &str = "item(";
const ITEM_END: &str = ");";

impl Importer for Prosody {
    fn name(&self) -> &'static str {
        "prosody"
    }

    fn about(&self) -> &'static str {
        "archives of the Jabber server Prosody: .list files of rooms and of accounts"
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(confidence)
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let files = files_ending_in(input, &[".list"]);
        read_each(
            input,
            &files,
            self.name(),
            "files that end in .list",
            |file| import_file(file, &mut recorder),
        )?;
        recorder.finish()
    }
}

fn confidence(file: &SampleFile) -> f64 {
    let is_list = file.head.trim_start().starts_with("item({");
    let has_stanzas = ["message", "presence"].iter().any(|name| {
        file.head.contains(&format!("[\"name\"] = \"{name}\""))
            || file.head.contains(&format!("name = \"{name}\""))
    });
    if is_list && has_stanzas { 0.95 } else { 0.0 }
}

/// An item of which more lines follow.
struct PendingItem {
    text: String,
    span: Span,
    is_lossy: bool,
    is_too_long: bool,
}

impl PendingItem {
    fn start(row: &Row<'_>) -> Self {
        Self {
            text: String::new(),
            span: row.span,
            is_lossy: false,
            is_too_long: false,
        }
    }

    fn extend(&mut self, row: &Row<'_>, byte_count_max: usize) {
        self.is_too_long |= self.text.len() + row.text.len() > byte_count_max;
        if !self.is_too_long {
            self.text.push_str(row.text);
            self.text.push('\n');
        }
        self.is_lossy |= row.is_lossy;
        self.span.byte_end = row.span.byte_end;
    }

    fn finish(self, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
        let row = Row {
            text: &self.text,
            raw: self.text.as_bytes(),
            span: self.span,
            is_lossy: self.is_lossy,
        };
        let table = self.text.trim().strip_prefix(ITEM_START);
        let table = table.and_then(|text| text.strip_suffix(ITEM_END));
        match table.and_then(lua::parse_table) {
            Some(stanza) if !self.is_too_long => import_stanza(&row, &stanza, recorder),
            _ => {
                recorder.unreadable_row(RecordKind::Post, &row, "the item is no table of Lua");
                Ok(())
            }
        }
    }
}

/// Cuts the file into items: each begins and ends at the start of a line, and a line break in a
/// text is written as an escape.
fn import_file(file: &mut FileReader<'_>, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
    recorder.start_file(file);
    let byte_count_max = file.limits().row_bytes_max;
    let mut lines = Lines::new(file);
    let mut pending: Option<PendingItem> = None;
    while let Some(found) = lines.next_line()? {
        match found {
            Found::Readable(row) => {
                if row.text.starts_with(ITEM_START)
                    && let Some(unfinished) = pending.take()
                {
                    unfinished.finish(recorder)?;
                }
                let mut item = pending.take().unwrap_or_else(|| PendingItem::start(&row));
                item.extend(&row, byte_count_max);
                let is_end =
                    !row.text.starts_with([' ', '\t']) && row.text.trim_end().ends_with(ITEM_END);
                if is_end {
                    item.finish(recorder)?;
                } else {
                    pending = Some(item);
                }
            }
            Found::Unreadable(unreadable) => recorder.unreadable(RecordKind::Post, unreadable),
        }
        recorder.progress(lines.byte_position())?;
    }
    if let Some(unfinished) = pending {
        unfinished.finish(recorder)?;
        return Err(lines.truncated().into());
    }
    recorder.progress(lines.byte_position())
}

fn import_stanza(
    row: &Row<'_>,
    stanza: &Value,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let text_at = |pointer: &str| stanza.pointer(pointer).and_then(Value::as_str);
    let context = recorder.row(RecordKind::Post, row)?;
    let is_presence = text_at("/name") == Some("presence");
    let body = child_text(stanza, "body");
    if !is_presence && body.is_none() {
        return recorder.reject_row(context, "the stanza carries no text");
    }
    let is_room = is_presence || text_at("/attr/type") == Some("groupchat");
    let read = if is_room {
        Party::read_in_room
    } else {
        Party::read
    };
    let Some(sender) = text_at("/attr/from").and_then(read) else {
        return recorder.reject_row(context, "the stanza has no sender");
    };
    // In a room the receiver is whoever listens.
    let receiver = text_at("/attr/to")
        .filter(|_| !is_room)
        .and_then(Party::read);
    emit_party(&sender, &context, recorder)?;
    if let Some(receiver) = &receiver {
        emit_party(receiver, &context, recorder)?;
    }
    let thread_native_id = conversation(&sender, receiver.as_ref());
    recorder.derived_thread(&thread_native_id, None, &context)?;
    let time = when(stanza);
    let posted_at = recorder.instant_with_zone(&context, "posted_at", time.as_deref())?;
    let body = body.unwrap_or_default();
    // The archives of both parties have the stanza's own id in common, and keys that differ.
    let moment = text_at("/attr/id").or(time.as_deref()).unwrap_or_default();
    let native_id = hash_id(&[&thread_native_id, &sender.native_id, moment, body]);
    let is_account = !sender.is_room_itself();
    let post = NewPost {
        account_native_id: is_account.then_some(sender.native_id),
        thread_native_id: Some(thread_native_id),
        posted_at,
        text: BodyFormat::Plain.plain_text(body.trim()).into(),
        ..NewPost::new(native_id, kind(is_presence, is_account))
    };
    recorder.post(context, post)
}

fn kind(is_presence: bool, is_account: bool) -> PostKind {
    if is_presence || !is_account {
        PostKind::Notice
    } else {
        PostKind::Message
    }
}

/// When the stanza was archived: seconds since 1970, or its stamp.
fn when(stanza: &Value) -> Option<String> {
    match stanza.get("when") {
        Some(Value::Number(seconds)) => Some(format!("{:.0}", seconds.as_f64()?.trunc())),
        _ => Some(stanza.pointer("/attr/stamp")?.as_str()?.to_string()),
    }
}

/// The text of the first child of that name.
fn child_text<'s>(stanza: &'s Value, name: &str) -> Option<&'s str> {
    let children = stanza.get(lua::POSITIONAL)?.as_array()?;
    let child = children
        .iter()
        .find(|child| child.get("name").and_then(Value::as_str) == Some(name))?;
    child.get(lua::POSITIONAL)?.as_array()?.first()?.as_str()
}
