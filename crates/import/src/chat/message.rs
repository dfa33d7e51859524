//! A chat message, a member and a room as the modules of the systems map them, and their way
//! into records. It knows no file format.

use entangle_model::IdentifierKind;
use entangle_model::record::{Account, Identifier, PostKind, Thread};
use entangle_text::identifiers::normalize;

use crate::ImportError;
use crate::recorder::{NewPost, PostText, Recorder, RowContext};

/// The room, channel or conversation of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Room {
    /// Its native id.
    pub native_id: String,
    /// Its name; `None` where the input does not tell.
    pub title: Option<String>,
}

/// Who wrote a message, as far as the message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Author {
    /// Native id.
    pub native_id: String,
    /// The name that others see; `None` where the message has a number only.
    pub name: Option<String>,
    /// Whether a program writes; `None` where the message does not say.
    pub is_bot: Option<bool>,
    /// An address that the message states as the author's own, not yet in its normal form.
    pub address: Option<(IdentifierKind, String)>,
}

impl Author {
    /// An author of whom nothing but id and name is known.
    pub fn new(native_id: impl Into<String>, name: Option<String>) -> Self {
        Self {
            native_id: native_id.into(),
            name,
            is_bot: None,
            address: None,
        }
    }
}

/// A message. Instants are as the input writes them.
#[derive(Debug)]
pub(super) struct ChatMessage {
    /// Native id; `None` where the system has none, so that what is said has to name it.
    pub native_id: Option<String>,
    /// Where it was said; `None` where the input does not tell.
    pub room: Option<Room>,
    /// Who said it; `None` for deleted authors and for the system itself.
    pub author: Option<Author>,
    /// Native id of the message that it answers.
    pub parent_native_id: Option<String>,
    /// A message, or a notice of the system.
    pub kind: PostKind,
    /// When it was said.
    pub posted_at: Option<String>,
    /// When its text was last changed.
    pub edited_at: Option<String>,
    /// What was said.
    pub text: PostText,
}

impl Default for ChatMessage {
    fn default() -> Self {
        Self {
            native_id: None,
            room: None,
            author: None,
            parent_native_id: None,
            kind: PostKind::Message,
            posted_at: None,
            edited_at: None,
            text: PostText::default(),
        }
    }
}

/// A member of a chat as a list of members or a profile describes it.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// Native id.
    pub native_id: String,
    /// The name that others see.
    pub name: Option<String>,
    /// When the account was made.
    pub registered_at: Option<String>,
    /// What the account says about itself.
    pub about: Option<String>,
    /// Whether it administers the system.
    pub is_staff: Option<bool>,
    /// Whether a program writes under it.
    pub is_bot: Option<bool>,
    /// Whether it was shut out.
    pub is_banned: Option<bool>,
    /// Addresses of the profile, not yet in their normal form.
    pub addresses: Vec<(IdentifierKind, String)>,
}

/// Records a message with its author and its room, which are emitted the first time they are met.
pub(super) fn record_message(
    context: RowContext,
    message: ChatMessage,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    if let Some(room) = &message.room {
        recorder.derived_thread(&room.native_id, room.title.as_deref(), &context)?;
    }
    if let Some(author) = &message.author {
        record_author(author, &context, recorder)?;
    }
    let posted_at =
        recorder.instant_with_zone(&context, "posted_at", message.posted_at.as_deref())?;
    let edited_at =
        recorder.instant_with_zone(&context, "edited_at", message.edited_at.as_deref())?;
    let native_id = message.native_id.unwrap_or_else(|| context.hash_id());
    let post = NewPost {
        account_native_id: message.author.map(|author| author.native_id),
        thread_native_id: message.room.map(|room| room.native_id),
        parent_native_id: message.parent_native_id,
        posted_at,
        edited_at,
        text: message.text,
        ..NewPost::new(native_id, message.kind)
    };
    recorder.post(context, post)
}

/// Emits the account of an author the first time it is met, with the address it states.
pub(super) fn record_author(
    author: &Author,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let name = author.name.as_deref();
    let is_new = recorder.author_or_bot(&author.native_id, name, author.is_bot, context)?;
    match &author.address {
        Some(address) if is_new => record_address(&author.native_id, address, context, recorder),
        _ => Ok(()),
    }
}

/// Records a profile. The context has to be that of a row asked for as an account.
pub(super) fn record_profile(
    context: RowContext,
    profile: Profile,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let registered_at =
        recorder.instant_with_zone(&context, "registered_at", profile.registered_at.as_deref())?;
    recorder.account(Account {
        native_id: profile.native_id.clone(),
        name: profile.name,
        registered_at,
        registered_at_precision: None,
        last_seen_at: None,
        about: profile.about,
        location: None,
        website: None,
        reputation: None,
        is_staff: profile.is_staff,
        is_bot: profile.is_bot,
        is_banned: profile.is_banned,
        place: context.place.clone(),
        content_hash: context.content_hash.clone(),
    })?;
    for address in &profile.addresses {
        record_address(&profile.native_id, address, &context, recorder)?;
    }
    Ok(())
}

/// Records a room that is described by itself. The context has to be that of a thread.
pub(super) fn record_room(
    context: RowContext,
    room: &Room,
    created_at: Option<&str>,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let started_at = recorder.instant_with_zone(&context, "started_at", created_at)?;
    recorder.thread(Thread {
        native_id: room.native_id.clone(),
        account_native_id: None,
        board: room.title.clone(),
        title: room.title.clone(),
        started_at,
        place: context.place,
        content_hash: context.content_hash,
    })
}

fn record_address(
    account_native_id: &str,
    (kind, address): &(IdentifierKind, String),
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let Some(value) = normalize(*kind, address) else {
        return Ok(());
    };
    recorder.identifier(Identifier::of_profile(
        account_native_id,
        *kind,
        value,
        context.place.clone(),
    ))
}
