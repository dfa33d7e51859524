//! Objects to records.

use entangle_dump::{FileReader, Row, Unreadable};
use entangle_model::IdentifierKind;
use entangle_model::record::{Account, Identifier, PostKind, RecordKind, Thread};
use entangle_text::identifiers::normalize;
use serde_json::Value;

use super::Visitor;
use super::entry::{Entry, Subject, account_of_name_set, number, word};
use super::known::Known;
use crate::ImportError;
use crate::forum_database::mapper::PRIVATE_START;
use crate::recorder::{BodyFormat, NewPost, Recorder, RowContext, non_empty};

/// Maps the objects of one forum.
pub(super) struct Mapper<'m, 's> {
    pub(super) known: &'m Known,
    pub(super) recorder: &'m mut Recorder<'s>,
}

impl Visitor for Mapper<'_, '_> {
    fn start_file(&mut self, file: &FileReader<'_>) {
        self.recorder.start_file(file);
    }

    fn entry(&mut self, entry: &Entry<'_>, row: &Row<'_>) -> Result<(), ImportError> {
        match entry {
            Entry::Object { key, fields } => match Subject::of_key(key) {
                Some(Subject::Account(id)) => self.map_account(id, fields, row),
                Some(Subject::Post(id)) => self.map_post(id, fields, row),
                Some(Subject::Topic(id)) => self.map_topic(id, fields, row),
                Some(Subject::Message(id)) => self.map_message(id, fields, row),
                Some(Subject::Room(id)) => self.map_room(id, fields, row),
                Some(Subject::Category(_)) | None => Ok(()),
            },
            Entry::Member { key, value, score } => match account_of_name_set(key) {
                Some(account) => self.map_former_name(account, value, *score, row),
                None => Ok(()),
            },
        }
    }

    fn unreadable(&mut self, unreadable: Unreadable) {
        self.recorder.unreadable(RecordKind::Unknown, unreadable);
    }

    fn unreadable_row(&mut self, row: &Row<'_>, reason: &str) {
        self.recorder
            .unreadable_row(RecordKind::Unknown, row, reason);
    }

    fn progress(&mut self, byte_position: u64) -> Result<(), ImportError> {
        self.recorder.progress(byte_position)
    }
}

impl Mapper<'_, '_> {
    fn map_account(&mut self, id: &str, fields: &Value, row: &Row<'_>) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Account, row)?;
        let about = word(fields, "aboutme").map(|text| BodyFormat::Plain.plain_text(&text).text);
        let mut instant = |name: &str, field: &str| {
            self.recorder
                .instant(&context, field, number(fields, name).as_deref())
        };
        let registered_at = instant("joindate", "registered_at")?;
        let last_seen_at = instant("lastonline", "last_seen_at")?;
        let text = |name: &str| word(fields, name).map(String::from);
        self.recorder.account(Account {
            native_id: id.to_string(),
            name: text("username"),
            registered_at,
            registered_at_precision: None,
            last_seen_at,
            about: about.and_then(non_empty),
            location: text("location"),
            website: text("website"),
            reputation: word(fields, "reputation").and_then(|word| word.parse().ok()),
            is_staff: Some(self.known.is_staff(id)),
            is_bot: None,
            is_banned: Some(is_set(fields, "banned")),
            place: context.place.clone(),
            content_hash: context.content_hash.clone(),
        })?;
        if let Some(email) = word(fields, "email") {
            self.show_email(id, &email, &context)?;
        }
        match word(fields, "signature") {
            Some(signature) => self.recorder.signature(id, &signature, &context),
            None => Ok(()),
        }
    }

    fn show_email(
        &mut self,
        account: &str,
        email: &str,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let kind = IdentifierKind::Email;
        let Some(value) = normalize(kind, email) else {
            let reason = "the value is not of the kind that its field names";
            return self.recorder.drop_field(context, kind.as_str(), reason);
        };
        let place = context.place.clone();
        self.recorder
            .identifier(Identifier::of_profile(account, kind, value, place))
    }

    /// The set has every name with the time at which it was taken, also the one that the account
    /// has.
    fn map_former_name(
        &mut self,
        account: &str,
        value: &str,
        score: f64,
        row: &Row<'_>,
    ) -> Result<(), ImportError> {
        let Some(given_up_ms) = self.known.next_naming_ms(account, score) else {
            return Ok(());
        };
        let context = self.recorder.part(RecordKind::Account, row)?;
        let name = value.rsplit_once(':').and_then(|(name, _)| non_empty(name));
        let Some(name) = name else {
            let reason = "the row has no name that the account bore before";
            return self.recorder.drop_field(&context, "former_name", reason);
        };
        let given_up = given_up_ms.to_string();
        let used_until = self
            .recorder
            .instant(&context, "used_until", Some(&given_up))?;
        self.recorder
            .former_name(account, &name, used_until, &context)
    }

    fn map_topic(&mut self, id: &str, fields: &Value, row: &Row<'_>) -> Result<(), ImportError> {
        let category = word(fields, "cid").and_then(|id| self.known.category(&id));
        let board = category.map(str::to_string);
        self.map_thread(id.to_string(), "uid", board, "title", fields, row)
    }

    fn map_room(&mut self, id: &str, fields: &Value, row: &Row<'_>) -> Result<(), ImportError> {
        let native_id = format!("{PRIVATE_START}{id}");
        self.map_thread(native_id, "owner", None, "roomName", fields, row)
    }

    fn map_thread(
        &mut self,
        native_id: String,
        account_field: &str,
        board: Option<String>,
        title_field: &str,
        fields: &Value,
        row: &Row<'_>,
    ) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Thread, row)?;
        let started_at = number(fields, "timestamp");
        let started_at = self
            .recorder
            .instant(&context, "started_at", started_at.as_deref())?;
        self.recorder.thread(Thread {
            native_id,
            account_native_id: account(fields, account_field),
            board,
            title: word(fields, title_field).map(String::from),
            started_at,
            place: context.place,
            content_hash: context.content_hash,
        })
    }

    fn map_post(&mut self, id: &str, fields: &Value, row: &Row<'_>) -> Result<(), ImportError> {
        let kind = if self.known.is_first_post(id) {
            PostKind::Opening
        } else {
            PostKind::Reply
        };
        let post = NewPost {
            account_native_id: account(fields, "uid"),
            thread_native_id: number(fields, "tid").map(String::from),
            parent_native_id: number(fields, "toPid").map(String::from),
            ..NewPost::new(id, kind)
        };
        self.finish_post(post, fields, row)
    }

    /// What the system itself says in a room is a notice.
    fn map_message(&mut self, id: &str, fields: &Value, row: &Row<'_>) -> Result<(), ImportError> {
        let kind = if is_set(fields, "system") {
            PostKind::Notice
        } else {
            PostKind::Message
        };
        let room = number(fields, "roomId");
        let answered = number(fields, "toMid");
        let post = NewPost {
            account_native_id: account(fields, "fromuid"),
            thread_native_id: room.map(|room| format!("{PRIVATE_START}{room}")),
            parent_native_id: answered.map(|answered| format!("{PRIVATE_START}{answered}")),
            ..NewPost::new(format!("{PRIVATE_START}{id}"), kind)
        };
        self.finish_post(post, fields, row)
    }

    fn finish_post(
        &mut self,
        mut post: NewPost,
        fields: &Value,
        row: &Row<'_>,
    ) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Post, row)?;
        let mut instant = |name: &str, field: &str| {
            self.recorder
                .instant(&context, field, number(fields, name).as_deref())
        };
        post.posted_at = instant("timestamp", "posted_at")?;
        post.edited_at = instant("edited", "edited_at")?;
        if let Some(content) = word(fields, "content") {
            post.text = BodyFormat::Plain.plain_text(&content).into();
        }
        self.recorder.post(context, post)
    }
}

/// The account in a field; `None` for guests, who are 0, and visiting programs, who are below.
fn account(fields: &Value, name: &str) -> Option<String> {
    let account = number(fields, name).filter(|account| !account.starts_with('-'))?;
    Some(account.into_owned())
}

fn is_set(fields: &Value, name: &str) -> bool {
    let is_true = fields.get(name).and_then(Value::as_bool);
    is_true.unwrap_or_else(|| number(fields, name).is_some())
}
