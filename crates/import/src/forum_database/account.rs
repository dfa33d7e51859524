//! Accounts and what other tables add to them.

use chrono::{DateTime, Utc};
use entangle_model::record::{Account, Identifier, RecordKind};
use entangle_model::{IdentifierKind, IdentifierRole};
use entangle_text::identifiers::{extract, normalize};
use std::collections::BTreeSet;

use super::fields::Fields;
use super::mapper::Mapper;
use super::system::{AccountColumns, Column, Flag, ProfileColumns};
use crate::ImportError;
use crate::recorder::{RowContext, non_empty};

/// Words in names of columns and profile fields that say which kind of contact they hold.
const KIND_WORDS: &[(&str, IdentifierKind)] = &[
    ("icq", IdentifierKind::Icq),
    ("skype", IdentifierKind::Skype),
    ("jabber", IdentifierKind::Jabber),
    ("xmpp", IdentifierKind::Jabber),
    ("telegram", IdentifierKind::Telegram),
    ("tox", IdentifierKind::Tox),
    ("bitcoin", IdentifierKind::Bitcoin),
    ("btc", IdentifierKind::Bitcoin),
    ("monero", IdentifierKind::Monero),
    ("ethereum", IdentifierKind::Ethereum),
    ("phone", IdentifierKind::Phone),
    ("email", IdentifierKind::Email),
    ("website", IdentifierKind::Domain),
    ("homepage", IdentifierKind::Domain),
];

fn kind_named(name: &str) -> Option<IdentifierKind> {
    let name = name.to_lowercase();
    KIND_WORDS
        .iter()
        .find(|(word, _)| name.contains(word))
        .map(|(_, kind)| *kind)
}

impl Mapper<'_, '_> {
    pub(super) fn map_account(
        &mut self,
        columns: &AccountColumns,
        fields: &Fields<'_>,
    ) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Account, &fields.row.row())?;
        let Some(id) = fields.word(columns.id) else {
            return self.recorder.reject_row(context, "the account has no id");
        };
        if self.is_guest(&id) {
            let reason = "the row stands for all guests";
            return self.recorder.reject_row(context, reason);
        }
        let mut name = self.name(&context, fields, columns.shown_name, "name")?;
        if name.is_none() {
            name = self.name(&context, fields, Some(columns.name), "name")?;
        }
        let registered_at =
            self.instant(&context, fields, columns.registered_at, "registered_at")?;
        let last_seen_at = self.last_seen_at(&context, columns, fields)?;
        let about = self.name(&context, fields, columns.about, "about")?;
        let location = self.name(&context, fields, columns.location, "location")?;
        let website = self.name(&context, fields, columns.website, "website")?;
        let account = Account {
            native_id: id.to_string(),
            name,
            registered_at,
            registered_at_precision: None,
            last_seen_at,
            about,
            location,
            website: website.filter(|website| !is_bare_scheme(website)),
            reputation: fields
                .word_of(columns.reputation)
                .and_then(|word| word.parse().ok()),
            is_staff: self.flag(columns.staff, fields),
            is_bot: self.flag(columns.bot, fields),
            is_banned: self
                .flag(columns.banned, fields)
                .map(|is_banned| is_banned || self.known.is_banned(&id)),
            place: context.place.clone(),
            content_hash: context.content_hash.clone(),
        };
        self.recorder.account(account)?;
        self.map_contacts(&id, columns, fields, &context)
    }

    fn last_seen_at(
        &mut self,
        context: &RowContext,
        columns: &AccountColumns,
        fields: &Fields<'_>,
    ) -> Result<Option<DateTime<Utc>>, ImportError> {
        let mut last_seen_at = None;
        for column in columns.last_seen_at {
            let seen_at = self.instant(context, fields, Some(column), "last_seen_at")?;
            last_seen_at = last_seen_at.max(seen_at);
        }
        Ok(last_seen_at)
    }

    fn map_contacts(
        &mut self,
        account: &str,
        columns: &AccountColumns,
        fields: &Fields<'_>,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        if let Some(email) = fields.word_of(columns.email) {
            self.show_contact(account, "email", &email, context)?;
        }
        for column in columns.contacts {
            if let Some(value) = fields.word(column) {
                self.show_contact(account, column, &value, context)?;
            }
        }
        let (signature, mark) = (columns.signature, columns.signature_mark);
        self.map_signature(account, signature, mark, fields, context)
    }

    fn map_signature(
        &mut self,
        account: &str,
        column: Column,
        mark: Column,
        fields: &Fields<'_>,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let Some(signature) = fields.word_of(column) else {
            return Ok(());
        };
        let mark = fields.word_of(mark).unwrap_or_default();
        let mut plain = self.plain_text(&signature, &mark);
        for link in &plain.links {
            plain.text.push('\n');
            plain.text.push_str(link);
        }
        self.recorder.signature(account, &plain.text, context)
    }

    /// `None` where the system has no column that says it.
    fn flag(&self, flags: &[Flag], fields: &Fields<'_>) -> Option<bool> {
        let is_set = |flag: &Flag| {
            let word = fields.word(flag.column);
            self.known.is_met(&flag.rule, word.as_deref())
        };
        (!flags.is_empty()).then(|| flags.iter().any(is_set))
    }

    pub(super) fn map_profile(
        &mut self,
        columns: &ProfileColumns,
        fields: &Fields<'_>,
    ) -> Result<(), ImportError> {
        let context = self.recorder.part(RecordKind::Account, &fields.row.row())?;
        let account = fields.word(columns.account);
        let Some(account) = account.filter(|account| !self.is_guest(account)) else {
            return Ok(());
        };
        for column in columns.texts {
            if let Some(text) = fields.word(column) {
                let text = self.plain_text(&text, "").text;
                self.show_found(&account, &text, &context)?;
            }
        }
        for column in columns.contacts {
            if let Some(value) = fields.word(column) {
                self.show_contact(&account, column, &value, &context)?;
            }
        }
        for (column, number) in columns
            .field_start
            .map_or(Vec::new(), |start| fields.columns_from(start))
        {
            let name = self.known.field_name(number).unwrap_or(number).to_string();
            if let Some(value) = fields.word(column) {
                self.show_contact(&account, &name, &value, &context)?;
            }
        }
        self.map_signature(&account, columns.signature, None, fields, &context)
    }

    pub(super) fn map_profile_value(
        &mut self,
        [account, field, value]: [&str; 3],
        fields: &Fields<'_>,
    ) -> Result<(), ImportError> {
        let account = fields
            .word(account)
            .filter(|account| !self.is_guest(account) && !account.starts_with('-'));
        let (Some(account), Some(field), Some(value)) =
            (account, fields.word(field), fields.word(value))
        else {
            return Ok(());
        };
        let context = self.recorder.part(RecordKind::Account, &fields.row.row())?;
        self.show_contact(&account, &field, &value, &context)
    }

    /// Emits a value as what the name of its field says. Where the name says nothing, identifiers
    /// are looked for in the value.
    fn show_contact(
        &mut self,
        account: &str,
        field: &str,
        value: &str,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let value = self.unescaped(value);
        if value == "0" || is_bare_scheme(&value) {
            return Ok(());
        }
        let Some(kind) = kind_named(field) else {
            return self.show_found(account, &value, context);
        };
        match normalize(kind, &value) {
            Some(value) => self.show(account, kind, value, context),
            None => {
                let reason = "the value is not of the kind that its field names";
                self.recorder.drop_field(context, kind.as_str(), reason)?;
                self.show_found(account, &value, context)
            }
        }
    }

    /// Emits the identifiers in a text of the profile, each once.
    fn show_found(
        &mut self,
        account: &str,
        text: &str,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        let found: BTreeSet<_> = extract(text, IdentifierRole::Profile)
            .into_iter()
            .map(|found| (found.kind, found.value))
            .collect();
        for (kind, value) in found {
            self.show(account, kind, value, context)?;
        }
        Ok(())
    }

    fn show(
        &mut self,
        account: &str,
        kind: IdentifierKind,
        value: String,
        context: &RowContext,
    ) -> Result<(), ImportError> {
        self.recorder.identifier(Identifier::of_profile(
            account,
            kind,
            value,
            context.place.clone(),
        ))
    }
}

/// What many systems hold where no address was given.
fn is_bare_scheme(value: &str) -> bool {
    non_empty(value).is_none_or(|value| matches!(value.as_str(), "http://" | "https://"))
}
