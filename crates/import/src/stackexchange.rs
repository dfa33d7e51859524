//! Dumps of Stack Exchange sites: `Users.xml`, `Posts.xml` and `Comments.xml`.
//!
//! See `docs/formats/stackexchange.md` for the mapping and its reasons.

use entangle_dump::{AttributeError, FileEntry, FileReader, Found, Input, XmlRow, XmlRows};
use entangle_model::record::{Account, PostKind, RecordKind, Thread};
use std::borrow::Cow;

use crate::recorder::{BodyFormat, NewPost, PostText, Recorder, RowContext, non_empty};
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};

/// The importer.
pub struct StackExchange;

const COMMUNITY_ACCOUNT_ID: &str = "-1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Users,
    Posts,
    Comments,
}

impl Table {
    /// In the order of import: accounts before what they wrote.
    const ALL: [Table; 3] = [Table::Users, Table::Posts, Table::Comments];

    fn file_name(self) -> &'static str {
        match self {
            Table::Users => "users.xml",
            Table::Posts => "posts.xml",
            Table::Comments => "comments.xml",
        }
    }

    fn root(self) -> &'static str {
        match self {
            Table::Users => "<users",
            Table::Posts => "<posts",
            Table::Comments => "<comments",
        }
    }

    fn record(self) -> RecordKind {
        match self {
            Table::Users => RecordKind::Account,
            Table::Posts | Table::Comments => RecordKind::Post,
        }
    }
}

impl Importer for StackExchange {
    fn name(&self) -> &'static str {
        "stackexchange"
    }

    fn about(&self) -> &'static str {
        "Stack Exchange data dump: Users.xml, Posts.xml, Comments.xml in a folder, 7z or zip"
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
        let mut has_table = false;
        for table in Table::ALL {
            if let Some(entry) = only_file(input, table)? {
                has_table = true;
                input.read_file(entry, |file| import_table(file, table, &mut recorder))?;
            }
        }
        if !has_table {
            return Err(ImportError::NothingToRead {
                format: self.name(),
                expected: "Users.xml, Posts.xml and Comments.xml",
            });
        }
        recorder.finish()
    }
}

fn confidence(file: &SampleFile) -> f64 {
    let Some(table) = Table::ALL
        .into_iter()
        .find(|table| table.file_name() == file.base_name)
    else {
        return 0.0;
    };
    if file.head.is_empty() {
        0.7
    } else if file.head.contains(table.root()) {
        0.95
    } else {
        0.1
    }
}

/// The file of a table. Two would be two sites, whose ids overlap.
fn only_file(input: &Input, table: Table) -> Result<Option<&FileEntry>, ImportError> {
    let mut files = input
        .files()
        .iter()
        .filter(|entry| entry.base_name().eq_ignore_ascii_case(table.file_name()));
    let first = files.next();
    match files.next() {
        Some(_) => Err(ImportError::SeveralSources {
            file: table.file_name().to_string(),
        }),
        None => Ok(first),
    }
}

fn import_table(
    file: &mut FileReader<'_>,
    table: Table,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut rows = XmlRows::new(file, "row");
    while let Some(found) = rows.next_row()? {
        match found {
            Found::Unreadable(unreadable) => recorder.unreadable(table.record(), unreadable),
            Found::Readable(row) => {
                let context = recorder.row(table.record(), &row.row)?;
                match table {
                    Table::Users => import_user(&row, context, recorder)?,
                    Table::Posts => import_post(&row, context, recorder)?,
                    Table::Comments => import_comment(&row, context, recorder)?,
                }
            }
        }
        recorder.progress(rows.byte_position())?;
    }
    recorder.progress(rows.byte_position())
}

/// The text of an attribute; `None`, with a reject of the field it was meant for, if it cannot be
/// read.
fn text<'r>(
    row: &'r XmlRow<'_>,
    attribute: &str,
    field: &str,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<Option<Cow<'r, str>>, ImportError> {
    match row.attribute(attribute) {
        Ok(value) => Ok(value.filter(|value| !value.is_empty())),
        Err(AttributeError) => {
            recorder.drop_field(context, field, AttributeError.to_string())?;
            Ok(None)
        }
    }
}

/// The number that identifies a row or refers to one.
fn id<'r>(row: &'r XmlRow<'_>, name: &str) -> Option<Cow<'r, str>> {
    let value = row.attribute(name).ok()??;
    value.parse::<i64>().is_ok().then_some(value)
}

const NO_ID: &str = "the row has no Id that is a number";

fn import_user(
    row: &XmlRow<'_>,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let Some(native_id) = id(row, "Id") else {
        return recorder.reject_row(context, NO_ID);
    };
    let name = text(row, "DisplayName", "name", &context, recorder)?;
    let registered_at = text(row, "CreationDate", "registered_at", &context, recorder)?;
    let last_seen_at = text(row, "LastAccessDate", "last_seen_at", &context, recorder)?;
    let about = text(row, "AboutMe", "about", &context, recorder)?;
    let location = text(row, "Location", "location", &context, recorder)?;
    let website = text(row, "WebsiteUrl", "website", &context, recorder)?;
    let reputation = text(row, "Reputation", "reputation", &context, recorder)?;
    let reputation_number = reputation.as_deref().and_then(|text| text.parse().ok());
    if reputation.is_some() && reputation_number.is_none() {
        recorder.drop_field(&context, "reputation", "it is not a number")?;
    }
    let account = Account {
        name: name.and_then(non_empty),
        registered_at: recorder.instant(&context, "registered_at", registered_at.as_deref())?,
        registered_at_precision: None,
        last_seen_at: recorder.instant(&context, "last_seen_at", last_seen_at.as_deref())?,
        about: about.and_then(|html| non_empty(BodyFormat::Html.plain_text(&html).text)),
        location: location.and_then(non_empty),
        website: website.and_then(non_empty),
        reputation: reputation_number,
        is_staff: None,
        is_bot: (native_id == COMMUNITY_ACCOUNT_ID).then_some(true),
        is_banned: None,
        native_id: native_id.into_owned(),
        place: context.place,
        content_hash: context.content_hash,
    };
    recorder.account(account)
}

fn import_post(
    row: &XmlRow<'_>,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let Some(native_id) = id(row, "Id") else {
        return recorder.reject_row(context, NO_ID);
    };
    let kind = match row.attribute("PostTypeId").ok().flatten().as_deref() {
        Some("1") => PostKind::Opening,
        Some("2") => PostKind::Reply,
        Some(_) => PostKind::Notice,
        None => return recorder.reject_row(context, "the row has no PostTypeId"),
    };
    let account_native_id = id(row, "OwnerUserId").map(Cow::into_owned);
    let created = text(row, "CreationDate", "posted_at", &context, recorder)?;
    let posted_at = recorder.instant(&context, "posted_at", created.as_deref())?;
    let parent_id = id(row, "ParentId");
    let thread_native_id = match kind {
        PostKind::Opening => Some(native_id.to_string()),
        _ => parent_id.as_deref().map(str::to_string),
    };
    if kind == PostKind::Opening {
        let context = recorder.also(RecordKind::Thread, &context);
        let title = text(row, "Title", "title", &context, recorder)?;
        recorder.thread(Thread {
            native_id: native_id.to_string(),
            account_native_id: account_native_id.clone(),
            board: None,
            title: title.and_then(non_empty),
            started_at: posted_at,
            place: context.place,
            content_hash: context.content_hash,
        })?;
    }
    let html = text(row, "Body", "body", &context, recorder)?;
    let post_text = html.map_or_else(PostText::default, |html| {
        BodyFormat::Html.plain_text(&html).into()
    });
    let edited = text(row, "LastEditDate", "edited_at", &context, recorder)?;
    let post = NewPost {
        account_native_id,
        thread_native_id,
        parent_native_id: parent_id.map(|id| format!("post:{id}")),
        posted_at,
        edited_at: recorder.instant(&context, "edited_at", edited.as_deref())?,
        text: post_text,
        ..NewPost::new(format!("post:{native_id}"), kind)
    };
    recorder.post(context, post)
}

fn import_comment(
    row: &XmlRow<'_>,
    context: RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let Some(native_id) = id(row, "Id") else {
        return recorder.reject_row(context, NO_ID);
    };
    let created = text(row, "CreationDate", "posted_at", &context, recorder)?;
    let body = text(row, "Text", "body", &context, recorder)?;
    let post_text = body.map_or_else(PostText::default, |body| {
        BodyFormat::Plain.plain_text(&body).into()
    });
    let posted_at = recorder.instant(&context, "posted_at", created.as_deref())?;
    let post = NewPost {
        account_native_id: id(row, "UserId").map(Cow::into_owned),
        parent_native_id: id(row, "PostId").map(|id| format!("post:{id}")),
        posted_at,
        text: post_text,
        ..NewPost::new(format!("comment:{native_id}"), PostKind::Comment)
    };
    recorder.post(context, post)
}

#[cfg(test)]
mod tests;
