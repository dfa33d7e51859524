//! What a mapping would do: the first records, and the columns that it leaves out.

use entangle_dump::Input;
use entangle_model::record::{Account, FormerName, Identifier, Post, RecordKind, Reject, Thread};
use std::collections::BTreeMap;
use std::fmt;

use super::import::files_of;
use super::rows::{TableAddress, TableEvent, Wanted, read_rows};
use super::secret::is_secret_column;
use super::{MappedTables, Mapping, TableMapping};
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sink};

/// Characters of a value that are shown.
const SHOWN_CHARACTER_COUNT_MAX: usize = 60;

/// What a mapping would do with the first rows of every table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// The records, one per line, in the order in which they come.
    pub records: Vec<String>,
    /// Rows and fields that were not kept, with their reasons.
    pub rejects: Vec<String>,
    /// Columns that the mapping does not name.
    pub unmapped: Vec<UnmappedColumn>,
}

/// A column that a mapping does not name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmappedColumn {
    /// The table or, where it has no name, the file.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its first value, cut; `None` if the first rows have none, or if it is secret.
    pub example: Option<String>,
    /// Whether it looks like a secret or an address of a machine, and so is never read.
    pub is_secret: bool,
}

/// Maps the first `row_count` rows of every table and stores nothing.
///
/// # Errors
///
/// As an import with the mapping.
pub fn preview(
    input: &Input,
    mapping: &Mapping,
    options: &ImportOptions,
    row_count: usize,
) -> Result<Preview, ImportError> {
    let tables = MappedTables::new(mapping.clone())?;
    let mut preview = Preview::default();
    tables.import_rows(
        input,
        &mut Recorder::new(options, &mut preview),
        Some(row_count.max(1)),
    )?;
    for table in &mapping.tables {
        list_unmapped(
            input,
            mapping,
            table,
            row_count.max(1),
            &mut preview.unmapped,
        )?;
    }
    Ok(preview)
}

/// Maps the first records of an input by an importer and stores nothing. An input that gives
/// none is read to its end.
///
/// # Errors
///
/// As an import, up to the last record that was asked for.
pub fn first_records(
    importer: &dyn Importer,
    input: &Input,
    options: &ImportOptions,
    record_count: usize,
) -> Result<Preview, ImportError> {
    let mut sink = FirstRecords {
        preview: Preview::default(),
        record_count,
    };
    match importer.import(input, options, &mut sink) {
        Err(ImportError::Sink(_)) if sink.is_full() => Ok(sink.preview),
        outcome => outcome.map(|()| sink.preview),
    }
}

/// Takes records until it has enough, and then ends the import by an error.
struct FirstRecords {
    preview: Preview,
    record_count: usize,
}

impl FirstRecords {
    fn is_full(&self) -> bool {
        self.preview.records.len() >= self.record_count
    }

    fn check(&self) -> Result<(), ImportError> {
        match self.is_full() {
            true => Err(ImportError::Sink("enough records".into())),
            false => Ok(()),
        }
    }

    fn has_room_for_reject(&self) -> bool {
        self.preview.rejects.len() < self.record_count
    }
}

impl Sink for FirstRecords {
    fn asked(&mut self, _: RecordKind) {}

    fn unreadable(&mut self, reject: Reject) {
        if self.has_room_for_reject() {
            self.preview.note_reject(&reject);
        }
    }

    fn account(&mut self, account: Account) -> Result<(), ImportError> {
        self.preview.account(account)?;
        self.check()
    }

    fn thread(&mut self, thread: Thread) -> Result<(), ImportError> {
        self.preview.thread(thread)?;
        self.check()
    }

    fn post(&mut self, post: Post) -> Result<(), ImportError> {
        self.preview.post(post)?;
        self.check()
    }

    fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError> {
        self.preview.identifier(identifier)?;
        self.check()
    }

    fn former_name(&mut self, former_name: FormerName) -> Result<(), ImportError> {
        self.preview.former_name(former_name)?;
        self.check()
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        if self.has_room_for_reject() {
            self.preview.note_reject(&reject);
        }
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<(), ImportError> {
        Ok(())
    }
}

/// Lists the columns that no table of the mapping takes from the same file and table.
fn list_unmapped(
    input: &Input,
    mapping: &Mapping,
    table: &TableMapping,
    row_count: usize,
    unmapped: &mut Vec<UnmappedColumn>,
) -> Result<(), ImportError> {
    let mapped: Vec<&str> = mapping
        .tables
        .iter()
        .filter(|other| {
            other.file == table.file && other.table == table.table && other.rows == table.rows
        })
        .flat_map(TableMapping::columns)
        .collect();
    let mut examples = BTreeMap::new();
    for entry in files_of(table, input).take(1) {
        let address = TableAddress::of(table, entry);
        input.read_file(entry, |file| {
            examples = first_values(row_count, |visit| {
                read_rows(input, entry, file, address, visit)
            })?;
            Ok::<_, ImportError>(())
        })?;
    }
    let name = table.table.as_ref().unwrap_or(&table.file);
    for (column, values) in examples {
        let is_listed = unmapped
            .iter()
            .any(|other| other.table == *name && other.column == column);
        if !mapped.contains(&column.as_str()) && !is_listed {
            unmapped.push(UnmappedColumn {
                table: name.clone(),
                is_secret: is_secret_column(&column),
                example: values.first().map(|value| shortened(value)),
                column,
            });
        }
    }
    Ok(())
}

/// The columns of the first rows of a table with their values; those of secret columns are left
/// out.
pub(super) fn first_values(
    row_count: usize,
    read: impl FnOnce(&mut super::rows::Visit<'_>) -> Result<(), ImportError>,
) -> Result<BTreeMap<String, Vec<String>>, ImportError> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen_count = 0;
    read(&mut |event, _| {
        if let TableEvent::Row { fields, .. } = event {
            for column in fields.names() {
                let kept = values.entry(column.to_string()).or_default();
                if !is_secret_column(column)
                    && let Some(value) = fields.text(column)
                {
                    kept.push(value.into_owned());
                }
            }
        }
        seen_count += 1;
        Ok(if seen_count >= row_count {
            Wanted::Enough
        } else {
            Wanted::More
        })
    })?;
    Ok(values)
}

/// A value on one line, cut, without characters that a terminal obeys.
pub(super) fn shortened(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(SHOWN_CHARACTER_COUNT_MAX)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if value.chars().nth(SHOWN_CHARACTER_COUNT_MAX).is_some() {
        shown.push('…');
    }
    shown
}

impl Preview {
    fn note(&mut self, name: &str, native_id: &str, parts: &[(&str, Option<String>)]) {
        let mut line = format!("{name} {}", shortened(native_id));
        for (part, value) in parts {
            if let Some(value) = value {
                line.push_str(&format!(" {part}={:?}", shortened(value)));
            }
        }
        self.records.push(line);
    }

    fn note_reject(&mut self, reject: &Reject) {
        let field = reject
            .field
            .as_ref()
            .map(|field| format!(".{}", shortened(field)));
        self.rejects.push(format!(
            "{}{} in {} line {}: {}",
            reject.record.as_str(),
            field.unwrap_or_default(),
            reject.place.file,
            reject.place.line.unwrap_or(0),
            reject.reason
        ));
    }
}

impl Sink for Preview {
    fn asked(&mut self, _: RecordKind) {}

    fn unreadable(&mut self, reject: Reject) {
        self.note_reject(&reject);
    }

    fn account(&mut self, account: Account) -> Result<(), ImportError> {
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        let parts = [
            ("name", account.name),
            (
                "registered_at",
                account.registered_at.map(|at| at.to_rfc3339()),
            ),
            (
                "last_seen_at",
                account.last_seen_at.map(|at| at.to_rfc3339()),
            ),
            ("about", account.about),
            ("location", account.location),
            ("website", account.website),
            (
                "reputation",
                account.reputation.map(|count| count.to_string()),
            ),
            ("is_staff", flag(account.is_staff)),
            ("is_bot", flag(account.is_bot)),
            ("is_banned", flag(account.is_banned)),
        ];
        self.note("account", &account.native_id, &parts);
        Ok(())
    }

    fn thread(&mut self, thread: Thread) -> Result<(), ImportError> {
        let parts = [
            ("by", thread.account_native_id),
            ("board", thread.board),
            ("title", thread.title),
            ("started_at", thread.started_at.map(|at| at.to_rfc3339())),
        ];
        self.note("thread", &thread.native_id, &parts);
        Ok(())
    }

    fn post(&mut self, post: Post) -> Result<(), ImportError> {
        let parts = [
            ("kind", Some(post.kind.as_str().to_string())),
            ("by", post.account_native_id),
            ("in", post.thread_native_id),
            ("answers", post.parent_native_id),
            ("posted_at", post.posted_at.map(|at| at.to_rfc3339())),
            ("edited_at", post.edited_at.map(|at| at.to_rfc3339())),
            ("body", post.body),
        ];
        self.note("post", &post.native_id, &parts);
        Ok(())
    }

    fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError> {
        let parts = [
            ("kind", Some(identifier.kind.as_str().to_string())),
            ("value", Some(identifier.value)),
            ("role", Some(identifier.role.as_str().to_string())),
        ];
        self.note("identifier", &identifier.account_native_id, &parts);
        Ok(())
    }

    fn former_name(&mut self, former_name: FormerName) -> Result<(), ImportError> {
        let used_until = former_name.used_until.map(|at| at.to_rfc3339());
        let parts = [("name", Some(former_name.name)), ("used_until", used_until)];
        self.note("former name", &former_name.account_native_id, &parts);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        self.note_reject(&reject);
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<(), ImportError> {
        Ok(())
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for record in &self.records {
            writeln!(out, "{record}")?;
        }
        for reject in &self.rejects {
            writeln!(out, "not kept: {reject}")?;
        }
        for column in &self.unmapped {
            write!(
                out,
                "not mapped: {} {}",
                column.table,
                shortened(&column.column)
            )?;
            match (&column.example, column.is_secret) {
                (_, true) => writeln!(out, " (secret, never read)")?,
                (Some(example), false) => writeln!(out, " such as {example:?}")?,
                (None, false) => writeln!(out, " (empty)")?,
            }
        }
        Ok(())
    }
}
