//! Imports tables with a mapping.

use entangle_dump::{FileEntry, Input};
use entangle_model::ids::native_id_of_name;
use entangle_model::record::RecordKind;
use std::borrow::Cow;

use super::field::MappedFields;
use super::rows::{TableAddress, TableEvent, Wanted, read_rows};
use super::{IdentifierColumn, Mapping, SIGNATURE, TableMapping};
use crate::canonical::{CanonicalMapper, Fields, RowKind};
use crate::recorder::{Recorder, RowContext};
use crate::{ImportError, ImportOptions, Importer, Sample, Sink};

/// The importer of any tables that a mapping describes. It is not among [`crate::importers`],
/// since it needs the mapping.
#[derive(Debug, Clone)]
pub struct MappedTables {
    mapping: Mapping,
}

impl MappedTables {
    /// With a mapping, which is checked.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`].
    pub fn new(mapping: Mapping) -> Result<Self, ImportError> {
        mapping.check()?;
        Ok(Self { mapping })
    }

    /// Imports at most so many rows of each table; all where it is `None`.
    pub(super) fn import_rows(
        &self,
        input: &Input,
        recorder: &mut Recorder<'_>,
        row_count_max: Option<usize>,
    ) -> Result<(), ImportError> {
        let mut mapper = CanonicalMapper::default();
        let mut has_file = false;
        for table in &self.mapping.tables {
            for entry in files_of(table, input) {
                has_file = true;
                let table = MappedTable {
                    input,
                    entry,
                    table,
                };
                table.import(&mut mapper, recorder, row_count_max)?;
            }
        }
        if !has_file {
            return Err(ImportError::NothingToRead {
                format: self.name(),
                expected: "the files that the mapping names",
            });
        }
        recorder.finish()
    }
}

impl Importer for MappedTables {
    fn name(&self) -> &'static str {
        "mapping"
    }

    fn about(&self) -> &'static str {
        "any CSV, JSON, SQLite or Parquet table, as a mapping file says"
    }

    /// Nothing is recognised: a mapping is asked for by name.
    fn detect(&self, _: &Sample) -> f64 {
        0.0
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        self.import_rows(input, &mut Recorder::new(options, sink), None)
    }
}

/// The files that a table is made of, sorted by name.
pub(super) fn files_of<'i>(
    table: &'i TableMapping,
    input: &'i Input,
) -> impl Iterator<Item = &'i FileEntry> {
    input
        .files()
        .iter()
        .filter(|entry| fits(&table.file, entry.base_name()))
}

/// Whether a name fits a pattern in which `*` stands for any characters. Case is ignored.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

struct MappedTable<'a> {
    input: &'a Input,
    entry: &'a FileEntry,
    table: &'a TableMapping,
}

impl MappedTable<'_> {
    fn import(
        &self,
        mapper: &mut CanonicalMapper,
        recorder: &mut Recorder<'_>,
        row_count_max: Option<usize>,
    ) -> Result<(), ImportError> {
        let Some(kind) = self.table.row_kind() else {
            return Ok(());
        };
        let address = TableAddress::of(self.table, self.entry);
        let mut row_count = 0;
        self.input.read_file(self.entry, |file| {
            recorder.start_file(file);
            read_rows(
                self.input,
                self.entry,
                file,
                address,
                &mut |event, position| {
                    self.take(kind, event, mapper, recorder)?;
                    recorder.progress(position)?;
                    row_count += 1;
                    let is_enough = row_count_max.is_some_and(|count_max| row_count >= count_max);
                    Ok(if is_enough {
                        Wanted::Enough
                    } else {
                        Wanted::More
                    })
                },
            )?;
            recorder.progress(file.byte_position())
        })
    }

    fn take(
        &self,
        kind: RowKind,
        event: TableEvent<'_>,
        mapper: &mut CanonicalMapper,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let (row, fields) = match event {
            TableEvent::Row { row, fields } => (row, fields),
            TableEvent::Unreadable(unreadable) => {
                recorder.unreadable(kind.record().unwrap_or(RecordKind::Unknown), unreadable);
                return Ok(());
            }
        };
        let context = match kind.record() {
            Some(record) => recorder.row(record, &row)?,
            None => recorder.part(RecordKind::Account, &row)?,
        };
        let mapped = MappedFields {
            mapping: self.table,
            row: fields,
        };
        mapper.map(kind, &mapped, context.clone(), recorder)?;
        self.show_identifiers(kind, &mapped, &context, mapper, recorder)
    }

    /// Gives the identifiers of the row's columns and signature to its account.
    fn show_identifiers(
        &self,
        kind: RowKind,
        mapped: &MappedFields<'_>,
        context: &RowContext,
        mapper: &mut CanonicalMapper,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let Some(account) = account_of(kind, mapped) else {
            return Ok(());
        };
        if let Some(signature) = mapped.text(SIGNATURE) {
            recorder.signature(&account, &signature, context)?;
        }
        for column in &self.table.identifiers {
            if let Some(value) = mapped.row.text(&column.column) {
                let fields = IdentifierFields {
                    account: &account,
                    column,
                    value,
                };
                mapper.map(RowKind::Identifier, &fields, context.clone(), recorder)?;
            }
        }
        Ok(())
    }
}

/// Native id of the account of a row.
fn account_of(kind: RowKind, mapped: &MappedFields<'_>) -> Option<String> {
    let (id_field, name_field) = match kind {
        RowKind::Account => ("native_id", "name"),
        _ => ("account_native_id", "author"),
    };
    let id = mapped.text(id_field).map(Cow::into_owned);
    id.or_else(|| {
        let name = mapped.text(name_field)?;
        Some(native_id_of_name(name.trim()))
    })
}

/// A column with an identifier as a row of the canonical schema.
struct IdentifierFields<'a> {
    account: &'a str,
    column: &'a IdentifierColumn,
    value: Cow<'a, str>,
}

impl Fields for IdentifierFields<'_> {
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "account_native_id" => Some(self.account.into()),
            "kind" => Some(self.column.kind.as_str().into()),
            "value" => Some(self.value.as_ref().into()),
            "role" => self.column.role.map(|role| role.as_str().into()),
            _ => None,
        }
    }

    fn names(&self) -> Vec<&str> {
        vec!["account_native_id", "kind", "value"]
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn star_stands_for_any_characters() {
        for (pattern, name, expected) in [
            ("users.csv", "Users.CSV", true),
            ("users.csv", "users.csv2", false),
            ("posts*.csv", "posts_01.csv", true),
            ("*", "x", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
