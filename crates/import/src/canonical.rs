//! The canonical schema, for data that anyone has scraped: named fields to records.
//!
//! JSON lines and CSV differ only in how a field is written, so both hand their rows to this
//! module. The schema is described in `docs/formats/canonical_jsonl.md`.

use entangle_model::ids::native_id_of_name;
use entangle_model::record::{Account, Identifier, PostKind, RecordKind, Thread};
use entangle_model::{IdentifierKind, IdentifierRole};
use entangle_text::identifiers::normalize;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

use crate::ImportError;
use crate::recorder::{BodyFormat, NewPost, Recorder, RowContext, non_empty};

/// What a canonical row describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RowKind {
    Account,
    Thread,
    Post,
    Identifier,
    FormerName,
}

impl RowKind {
    pub(crate) const ALL: [RowKind; 5] = [
        RowKind::Account,
        RowKind::Thread,
        RowKind::Post,
        RowKind::Identifier,
        RowKind::FormerName,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            RowKind::Account => "account",
            RowKind::Thread => "thread",
            RowKind::Post => "post",
            RowKind::Identifier => "identifier",
            RowKind::FormerName => "former_name",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The record that the row counts as; `None` for an identifier and a former name, which
    /// belong to their account and are not counted by themselves.
    pub(crate) fn record(self) -> Option<RecordKind> {
        match self {
            RowKind::Account => Some(RecordKind::Account),
            RowKind::Thread => Some(RecordKind::Thread),
            RowKind::Post => Some(RecordKind::Post),
            RowKind::Identifier | RowKind::FormerName => None,
        }
    }

    /// Fields that a row of this kind may have, beside `type`.
    pub(crate) fn fields(self) -> &'static [&'static str] {
        match self {
            RowKind::Account => &[
                "native_id",
                "name",
                "registered_at",
                "last_seen_at",
                "about",
                "about_format",
                "location",
                "website",
                "reputation",
                "is_staff",
                "is_bot",
                "is_banned",
            ],
            RowKind::Thread => &[
                "native_id",
                "account_native_id",
                "author",
                "board",
                "title",
                "started_at",
            ],
            RowKind::Post => &[
                "native_id",
                "account_native_id",
                "author",
                "thread_native_id",
                "parent_native_id",
                "kind",
                "posted_at",
                "edited_at",
                "body",
                "body_format",
            ],
            RowKind::Identifier => &[
                "account_native_id",
                "author",
                "post_native_id",
                "kind",
                "value",
                "role",
            ],
            RowKind::FormerName => &["account_native_id", "author", "name", "used_until"],
        }
    }
}

/// A row with named fields.
pub(crate) trait Fields {
    /// The value of a field as text; `None` if it is missing, null or empty.
    fn text(&self, name: &str) -> Option<Cow<'_, str>>;

    /// The names of the fields that the row has.
    fn names(&self) -> Vec<&str>;
}

/// Maps rows and remembers what it has said about them.
#[derive(Default)]
pub(crate) struct CanonicalMapper {
    noted_fields: FxHashSet<(RowKind, String)>,
}

/// Unknown fields that are noted. A file with more has no schema.
const NOTED_FIELD_COUNT_MAX: usize = 100;
const NOTED_FIELD_CHARACTERS_MAX: usize = 60;

impl CanonicalMapper {
    /// Maps one row that was received.
    pub(crate) fn map(
        &mut self,
        kind: RowKind,
        fields: &impl Fields,
        context: RowContext,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        self.note_unknown_fields(kind, fields, &context, recorder)?;
        match kind {
            RowKind::Account => map_account(fields, context, recorder),
            RowKind::Thread => map_thread(fields, context, recorder),
            RowKind::Post => map_post(fields, context, recorder),
            RowKind::Identifier => map_identifier(fields, context, recorder),
            RowKind::FormerName => map_former_name(fields, context, recorder),
        }
    }

    /// A misspelt field would be lost in silence; each is named once.
    fn note_unknown_fields(
        &mut self,
        kind: RowKind,
        fields: &impl Fields,
        context: &RowContext,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        for name in fields.names() {
            if name == "type"
                || kind.fields().contains(&name)
                || self.noted_fields.len() >= NOTED_FIELD_COUNT_MAX
            {
                continue;
            }
            let shown: String = name.chars().take(NOTED_FIELD_CHARACTERS_MAX).collect();
            if self.noted_fields.insert((kind, shown.clone())) {
                let reason = "the schema has no such field; it is ignored in all rows";
                recorder.drop_field(context, &shown, reason)?;
            }
        }
        Ok(())
    }
}

/// Native id of the author: the id as given, or one made of the name, whose account is then
/// emitted.
fn author(
    fields: &impl Fields,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<Option<String>, ImportError> {
    if let Some(native_id) = fields.text("account_native_id") {
        return Ok(Some(native_id.into_owned()));
    }
    let Some(name) = fields.text("author").and_then(non_empty) else {
        return Ok(None);
    };
    let native_id = native_id_of_name(&name);
    recorder.author(&native_id, Some(&name), context)?;
    Ok(Some(native_id))
}

fn format(
    fields: &impl Fields,
    name: &str,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<BodyFormat, ImportError> {
    let Some(word) = fields.text(name) else {
        return Ok(BodyFormat::Plain);
    };
    match BodyFormat::parse(&word) {
        Some(format) => Ok(format),
        None => {
            recorder.drop_field(
                context,
                name,
                "it is none of plain, html and bbcode; the text is taken as plain",
            )?;
            Ok(BodyFormat::Plain)
        }
    }
}

fn flag(
    fields: &impl Fields,
    name: &str,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<Option<bool>, ImportError> {
    let value = match fields.text(name).as_deref() {
        None => return Ok(None),
        Some("true" | "1" | "yes") => Some(true),
        Some("false" | "0" | "no") => Some(false),
        Some(_) => None,
    };
    if value.is_none() {
        recorder.drop_field(context, name, "it is neither true nor false")?;
    }
    Ok(value)
}

fn map_account(
    fields: &impl Fields,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let name = fields.text("name").and_then(non_empty);
    let id_of_name = || name.as_deref().map(native_id_of_name);
    let Some(native_id) = fields
        .text("native_id")
        .map(Cow::into_owned)
        .or_else(id_of_name)
    else {
        return recorder.reject_row(context, "the account has neither native_id nor name");
    };
    let about_format = format(fields, "about_format", &context, recorder)?;
    let about = fields
        .text("about")
        .and_then(|text| non_empty(about_format.plain_text(&text).text));
    let reputation = fields.text("reputation");
    let reputation_number = reputation
        .as_deref()
        .and_then(|text| text.trim().parse().ok());
    if reputation.is_some() && reputation_number.is_none() {
        recorder.drop_field(&context, "reputation", "it is not a whole number")?;
    }
    let registered_at = fields.text("registered_at");
    let last_seen_at = fields.text("last_seen_at");
    let account = Account {
        native_id,
        name,
        registered_at: recorder.instant_with_zone(
            &context,
            "registered_at",
            registered_at.as_deref(),
        )?,
        registered_at_precision: None,
        last_seen_at: recorder.instant_with_zone(
            &context,
            "last_seen_at",
            last_seen_at.as_deref(),
        )?,
        about,
        location: fields.text("location").and_then(non_empty),
        website: fields.text("website").and_then(non_empty),
        reputation: reputation_number,
        is_staff: flag(fields, "is_staff", &context, recorder)?,
        is_bot: flag(fields, "is_bot", &context, recorder)?,
        is_banned: flag(fields, "is_banned", &context, recorder)?,
        place: context.place,
        content_hash: context.content_hash,
    };
    recorder.account(account)
}

fn map_thread(
    fields: &impl Fields,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let Some(native_id) = fields.text("native_id") else {
        return recorder.reject_row(context, "the thread has no native_id");
    };
    let started_at = fields.text("started_at");
    let thread = Thread {
        native_id: native_id.into_owned(),
        account_native_id: author(fields, &context, recorder)?,
        board: fields.text("board").and_then(non_empty),
        title: fields.text("title").and_then(non_empty),
        started_at: recorder.instant_with_zone(&context, "started_at", started_at.as_deref())?,
        place: context.place,
        content_hash: context.content_hash,
    };
    recorder.thread(thread)
}

fn map_post(
    fields: &impl Fields,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let account_native_id = author(fields, &context, recorder)?;
    let body_format = format(fields, "body_format", &context, recorder)?;
    let text = fields
        .text("body")
        .map(|body| body_format.plain_text(&body).into())
        .unwrap_or_default();
    let posted_at = fields.text("posted_at");
    let posted_at = recorder.instant_with_zone(&context, "posted_at", posted_at.as_deref())?;
    let edited_at = fields.text("edited_at");
    let edited_at = recorder.instant_with_zone(&context, "edited_at", edited_at.as_deref())?;
    let stated_kind = fields.text("kind");
    let kind = stated_kind.as_deref().and_then(PostKind::parse);
    if stated_kind.is_some() && kind.is_none() {
        recorder.drop_field(
            &context,
            "kind",
            "it is no kind of post; the post is taken as a message",
        )?;
    }
    // A scrape without post numbers still gives the same post the same id on every import.
    let native_id = match fields.text("native_id") {
        Some(native_id) => native_id.into_owned(),
        None => context.hash_id(),
    };
    let post = NewPost {
        account_native_id,
        thread_native_id: fields.text("thread_native_id").map(Cow::into_owned),
        parent_native_id: fields.text("parent_native_id").map(Cow::into_owned),
        posted_at,
        edited_at,
        text,
        ..NewPost::new(native_id, kind.unwrap_or(PostKind::Message))
    };
    recorder.post(context, post)
}

/// An identifier that cannot be mapped is reported as a field of the account that shows it.
fn map_identifier(
    fields: &impl Fields,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let Some(account_native_id) = author(fields, &context, recorder)? else {
        return recorder.drop_field(
            &context,
            "identifier",
            "it has neither account_native_id nor author",
        );
    };
    let Some(kind) = fields
        .text("kind")
        .as_deref()
        .and_then(IdentifierKind::parse)
    else {
        return recorder.drop_field(&context, "identifier", "its kind is missing or not known");
    };
    let stated_role = fields.text("role");
    let Some(role) = stated_role
        .as_deref()
        .map_or(Some(IdentifierRole::Profile), IdentifierRole::parse)
    else {
        return recorder.drop_field(&context, "identifier", "its role is not known");
    };
    let Some(value) = fields
        .text("value")
        .and_then(|value| normalize(kind, &value))
    else {
        return recorder.drop_field(
            &context,
            "identifier",
            "its value is missing or not valid for its kind",
        );
    };
    recorder.identifier(Identifier {
        account_native_id,
        post_native_id: fields.text("post_native_id").map(Cow::into_owned),
        kind,
        value,
        role,
        character_start: None,
        character_end: None,
        place: context.place,
    })
}

/// A former name that cannot be mapped is reported as a field of its account.
fn map_former_name(
    fields: &impl Fields,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let (Some(account), Some(name)) = (
        author(fields, &context, recorder)?,
        fields.text("name").and_then(non_empty),
    ) else {
        let reason = "it has no name, or neither account_native_id nor author";
        return recorder.drop_field(&context, "former_name", reason);
    };
    let used_until = fields.text("used_until");
    let used_until = recorder.instant_with_zone(&context, "used_until", used_until.as_deref())?;
    recorder.former_name(&account, &name, used_until, &context)
}
