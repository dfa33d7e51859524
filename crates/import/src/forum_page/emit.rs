//! The second reading: pages to records.

use chrono::{DateTime, Utc};
use entangle_dump::{Row, SavedPage, Span};
use entangle_model::IdentifierKind;
use entangle_model::ids::native_id_of_name;
use entangle_model::record::{Account, Identifier, PostKind, RecordKind, Thread};
use entangle_text::identifiers::normalize;
use entangle_text::markup::{PlainText, html_to_plain};

use super::page::{FoundPost, PageFacts};
use super::profile::{FoundProfile, labelled_fields};
use super::recognise::{KnownEngines, PageContent};
use super::survey::{Site, Source, saved_at};
use super::times::{Stated, read_date_or_month, resolve};
use super::words::{GUEST_NAMES, ProfileField};
use crate::ImportError;
use crate::recorder::{
    NewPost, PostText, Recorder, RowContext, account_of_author, content_hash, hash_id,
};

/// Gives the records of pages to the recorder.
pub(super) struct Emitter<'e> {
    source: Source,
    engines: &'e KnownEngines,
    has_noted_zone: bool,
}

/// A page that is being emitted.
struct Page<'p> {
    saved: &'p SavedPage,
    facts: PageFacts,
    text: &'p str,
    /// Whether bytes were replaced; noted with the first record only.
    is_lossy: bool,
    /// Up to which byte of the text lines have been counted, and the line there.
    counted: (usize, u64),
}

impl Page<'_> {
    /// The place of a range of the page's text. Where the page does not stand in the file as it
    /// is, that is the place of the page.
    fn span(&mut self, start: usize, end: usize) -> Span {
        let saved = self.saved;
        if !saved.is_verbatim || saved.bytes.len() != self.text.len() {
            return saved.span;
        }
        let (counted, line) = self.counted;
        if start >= counted {
            let passed = self.text.as_bytes()[counted..start].iter();
            let line = line + passed.filter(|byte| **byte == b'\n').count() as u64;
            self.counted = (start, line);
        }
        Span {
            byte_start: saved.span.byte_start + start as u64,
            byte_end: saved.span.byte_start + end as u64,
            line: self.counted.1,
        }
    }

    fn row<'r>(&mut self, text: &'r str, span: Span) -> Row<'r> {
        Row {
            text,
            raw: text.as_bytes(),
            span,
            is_lossy: std::mem::take(&mut self.is_lossy),
        }
    }
}

impl<'e> Emitter<'e> {
    pub(super) fn new(source: Source, engines: &'e KnownEngines) -> Self {
        Self {
            source,
            engines,
            has_noted_zone: false,
        }
    }

    /// Emits what a page holds; a page that holds nothing is rejected.
    pub(super) fn page(
        &mut self,
        saved: &SavedPage,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let (text, is_lossy) = saved.to_text();
        let saved_at = saved_at(saved);
        let read = self.engines.read(&text, |forum| {
            forum.facts(saved.address.as_deref(), saved_at)
        });
        let reject = |recorder: &mut Recorder<'_>, reason: &str| {
            let row = Row {
                text: "",
                raw: &saved.bytes,
                span: saved.span,
                is_lossy: false,
            };
            let context = recorder.row(RecordKind::Unknown, &row)?;
            recorder.reject_row(context, reason)
        };
        let Some((engine, facts, content)) = read else {
            return reject(recorder, "a page of no forum engine that is known");
        };
        if !self.source.has(&Site::of(facts.host.clone(), engine)) {
            return reject(recorder, "a page of another site than most of the input");
        }
        let mut page = Page {
            saved,
            facts,
            text: &text,
            is_lossy,
            counted: (0, saved.span.line),
        };
        match content {
            PageContent::Posts(posts) => self.posts(&mut page, posts, recorder),
            PageContent::Profile(profile) => self.profile(&mut page, profile, recorder),
            PageContent::Neither => reject(recorder, &format!("a page without posts ({engine})")),
        }
    }

    fn posts(
        &mut self,
        page: &mut Page<'_>,
        posts: Vec<FoundPost>,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let mut has_thread = false;
        for post in posts {
            let span = page.span(post.span.start, post.span.end);
            let plain = html_to_plain(&post.body);
            let version = version_text(&post, &plain);
            let row = page.row(&version, span);
            let context = recorder.row(RecordKind::Post, &row)?;
            if !has_thread {
                has_thread = true;
                emit_thread(page, &post, &context, recorder)?;
            }
            self.post(page, post, plain, context, recorder)?;
        }
        Ok(())
    }

    fn post(
        &mut self,
        page: &Page<'_>,
        post: FoundPost,
        plain: PlainText,
        context: RowContext,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let author = author_id(&post);
        if let Some(author) = &author {
            self.author(page, author, &post, &context, recorder)?;
            if let Some(signature) = &post.signature {
                recorder.signature(author, &html_to_plain(signature).text, &context)?;
            }
        }
        let posted_at = self.instant(
            page,
            &context,
            "posted_at",
            post.time_text.as_deref(),
            recorder,
        )?;
        let edited_at = self.instant(
            page,
            &context,
            "edited_at",
            post.edit_text.as_deref(),
            recorder,
        )?;
        let kind = match post.is_opening {
            true => PostKind::Opening,
            false => PostKind::Reply,
        };
        let native_id = post_id(&post, &page.facts, &context);
        recorder.post(
            context,
            NewPost {
                account_native_id: author,
                thread_native_id: page.facts.thread.clone(),
                posted_at,
                edited_at,
                text: PostText::from(plain).with_attachments(post.attachment_count),
                ..NewPost::new(native_id, kind)
            },
        )
    }

    /// Emits the author of a post with what stands beside it, unless the account was emitted
    /// before.
    fn author(
        &mut self,
        page: &Page<'_>,
        native_id: &str,
        post: &FoundPost,
        context: &RowContext,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        if recorder.has_emitted_account(native_id) {
            return Ok(());
        }
        let panel = post.author_panel.clone();
        let fields = panel
            .and_then(|panel| page.text.get(panel))
            .map(|panel| labelled_fields(&html_to_plain(panel).text))
            .unwrap_or_default();
        let field = |wanted| {
            let (_, value) = fields.iter().find(|(field, _)| *field == wanted)?;
            Some(value.as_str())
        };
        let name = post.author_name.as_deref();
        let registered = field(ProfileField::Registered);
        let location = field(ProfileField::Location).map(str::to_string);
        if registered.is_none() && location.is_none() {
            recorder.author(native_id, name, context)?;
            return Ok(());
        }
        let context = recorder.also(RecordKind::Account, context);
        let registered_at = self.instant(page, &context, "registered_at", registered, recorder)?;
        let version = format!("{native_id}\n{name:?}\n{registered:?}\n{location:?}");
        recorder.account(Account {
            location,
            registered_at,
            content_hash: content_hash(version.as_bytes()),
            ..account_of_author(native_id, name, &context.place)
        })
    }

    /// The instant of a text; `None`, with a reject, if it cannot be resolved or believed.
    fn instant(
        &mut self,
        page: &Page<'_>,
        context: &RowContext,
        field: &str,
        text: Option<&str>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Option<DateTime<Utc>>, ImportError> {
        let Some(time) = text.and_then(read_date_or_month) else {
            return Ok(None);
        };
        let clock = page.facts.clock;
        if matches!(time.stated, Stated::Local(..)) && clock.zone.is_none() && !self.has_noted_zone
        {
            self.has_noted_zone = true;
            let note = "the page does not state its time zone; from here on such instants are taken as UTC";
            recorder.drop_field(context, field, note)?;
        }
        recorder.stated_instant(context, field, resolve(time, clock, self.source.order))
    }

    fn profile(
        &mut self,
        page: &mut Page<'_>,
        profile: FoundProfile,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let version: String = profile
            .fields
            .iter()
            .map(|(field, value)| format!("{field:?}\u{0}{value}\n"))
            .collect();
        let version = format!("{}\n{version}", profile.name);
        let span = page.saved.span;
        let row = page.row(&version, span);
        let context = recorder.row(RecordKind::Account, &row)?;
        let native_id = profile
            .id
            .clone()
            .unwrap_or_else(|| native_id_of_name(&profile.name));
        let registered = profile.field(ProfileField::Registered);
        let registered_at = self.instant(page, &context, "registered_at", registered, recorder)?;
        let last_seen = profile.field(ProfileField::LastSeen);
        let last_seen_at = self.instant(page, &context, "last_seen_at", last_seen, recorder)?;
        let field = |wanted| profile.field(wanted).map(str::to_string);
        recorder.account(Account {
            native_id: native_id.clone(),
            name: Some(profile.name.clone()),
            registered_at,
            registered_at_precision: None,
            last_seen_at,
            about: field(ProfileField::About),
            location: field(ProfileField::Location),
            website: field(ProfileField::Website),
            reputation: None,
            is_staff: None,
            is_bot: None,
            is_banned: None,
            place: context.place.clone(),
            content_hash: context.content_hash.clone(),
        })?;
        emit_contacts(&profile, &native_id, &context, recorder)?;
        match &profile.signature {
            Some(signature) => {
                recorder.signature(&native_id, &html_to_plain(signature).text, &context)
            }
            None => Ok(()),
        }
    }
}

/// What makes a post the same version of itself: the author and the text. Markup around it
/// changes from one saving to the next.
fn version_text(post: &FoundPost, plain: &PlainText) -> String {
    let author = post.author_name.as_deref().unwrap_or_default();
    format!("{author}\u{0}{}\u{0}{}", plain.text, plain.quoted)
}

/// The number of the member, or the name where the page shows no number; `None` for a guest.
fn author_id(post: &FoundPost) -> Option<String> {
    let name = post.author_name.as_deref();
    let is_guest = name.is_some_and(|name| GUEST_NAMES.contains(&name.to_lowercase().as_str()));
    post.author_id
        .clone()
        .or_else(|| name.filter(|_| !is_guest).map(native_id_of_name))
}

/// The number of the post; else its number within the thread; else a hash of what it says.
fn post_id(post: &FoundPost, facts: &PageFacts, context: &RowContext) -> String {
    match (&post.id, &facts.thread, post.position) {
        (Some(id), ..) => id.clone(),
        (None, Some(thread), Some(position)) => format!("thread:{thread}#{position}"),
        _ => {
            let time = post.time_text.as_deref().unwrap_or_default();
            hash_id(&[&context.content_hash, time])
        }
    }
}

/// Emits the thread of a page, with its author where the opening post stands on the page.
fn emit_thread(
    page: &Page<'_>,
    first: &FoundPost,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let facts = &page.facts;
    let Some(thread) = &facts.thread else {
        return Ok(());
    };
    let context = recorder.also(RecordKind::Thread, context);
    let title = facts.title.clone();
    recorder.thread(Thread {
        native_id: thread.clone(),
        account_native_id: first.is_opening.then(|| author_id(first)).flatten(),
        board: facts.board.clone(),
        content_hash: content_hash(
            format!("{thread}\n{}", title.as_deref().unwrap_or_default()).as_bytes(),
        ),
        title,
        started_at: None,
        place: context.place,
    })
}

/// Emits the contact fields of a profile; a value that is none of its kind is a rejected field.
fn emit_contacts(
    profile: &FoundProfile,
    native_id: &str,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    for (field, name, kind) in [
        (ProfileField::Email, "email", IdentifierKind::Email),
        (ProfileField::Jabber, "jabber", IdentifierKind::Jabber),
        (ProfileField::Icq, "icq", IdentifierKind::Icq),
        (ProfileField::Skype, "skype", IdentifierKind::Skype),
        (ProfileField::Telegram, "telegram", IdentifierKind::Telegram),
    ] {
        let Some(text) = profile.field(field) else {
            continue;
        };
        match normalize(kind, text) {
            None => recorder.drop_field(context, name, "the value is none of its kind")?,
            Some(value) => recorder.identifier(Identifier::of_profile(
                native_id,
                kind,
                value,
                context.place.clone(),
            ))?,
        }
    }
    Ok(())
}
