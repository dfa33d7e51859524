//! NodeBB, whose database is not of tables but of objects with keys such as `user:1` and
//! `post:7`, and of sorted sets.
//!
//! Read are exports of MongoDB as JSON, and dumps of PostgreSQL, which have the same objects and
//! sets in the tables `legacy_hash` and `legacy_zset`. Both are read twice, as those of the other
//! systems are. See `docs/formats/nodebb_database.md`.

mod entry;
mod known;
mod map;

use entangle_dump::{
    Container, FileEntry, FileReader, Input, JsonEvent, JsonWalker, Row, SqlEvent, SqlRow, SqlRows,
    SqlSchema, SqlTable, Unreadable, Walk,
};
use serde_json::Value;

use super::fields::{ColumnNumbers, Fields};
use super::{has_word, is_sql};
use crate::detect::HEAD_BYTES;
use crate::files::files_ending_in;
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, Sink};
use entry::{Entry, has_key_of_nodebb};
use known::Known;
use map::Mapper;

const NAME: &str = "nodebb_database";

const EXPECTED: &str =
    "an export of the collection objects as JSON, or a dump with legacy_hash in SQL";

/// Words of the schema in PostgreSQL.
const SQL_MARKS: [&str; 4] = ["legacy_hash", "legacy_zset", "legacy_object", "legacy_set"];

/// The importer.
pub struct NodeBb;

impl Importer for NodeBb {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> &'static str {
        "database of NodeBB: export of MongoDB as JSON, or dump of PostgreSQL as SQL"
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(|file| {
            let is_nodebb = if is_sql(&file.head) {
                let marks = SQL_MARKS.iter().filter(|mark| has_word(&file.head, mark));
                marks.count() >= 2
            } else {
                has_key_of_nodebb(&file.head)
            };
            if is_nodebb { 0.95 } else { 0.0 }
        })
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let files = files_ending_in(input, &[".json", ".jsonl", ".ndjson", ".sql"]);
        let (mut known, mut schema) = (Known::default(), SqlSchema::default());
        read_all(input, &files, &mut schema, &mut known)?;
        if !known.finish() {
            return Err(ImportError::NothingToRead {
                format: NAME,
                expected: EXPECTED,
            });
        }
        let mut recorder = Recorder::new(options, sink);
        let mut mapper = Mapper {
            known: &known,
            recorder: &mut recorder,
        };
        read_all(input, &files, &mut schema, &mut mapper)?;
        recorder.finish()
    }
}

/// Takes what the files hold.
trait Visitor {
    fn start_file(&mut self, _file: &FileReader<'_>) {}

    fn entry(&mut self, entry: &Entry<'_>, row: &Row<'_>) -> Result<(), ImportError>;

    fn unreadable(&mut self, _unreadable: Unreadable) {}

    fn unreadable_row(&mut self, _row: &Row<'_>, _reason: &str) {}

    fn progress(&mut self, _byte_position: u64) -> Result<(), ImportError> {
        Ok(())
    }
}

fn read_all(
    input: &Input,
    files: &[&FileEntry],
    schema: &mut SqlSchema,
    visitor: &mut impl Visitor,
) -> Result<(), ImportError> {
    for entry in files {
        let is_sql_file = input.read_file(entry, |file| {
            Ok::<_, ImportError>(is_sql(&file.read_head(HEAD_BYTES)?))
        })?;
        input.read_file(entry, |file| {
            visitor.start_file(file);
            if is_sql_file {
                read_sql(file, schema, visitor)
            } else {
                read_json(file, visitor)
            }
        })?;
    }
    Ok(())
}

/// Documents one after another, or in an array.
fn read_json(file: &mut FileReader<'_>, visitor: &mut impl Visitor) -> Result<(), ImportError> {
    let mut walker = JsonWalker::new(file, |path, container| match (path, container) {
        ([], Some(Container::Array)) => Walk::Enter,
        _ => Walk::Take,
    });
    while let Some(event) = walker.next_event()? {
        match event {
            JsonEvent::Value { row, .. } => {
                let document = serde_json::from_str::<Value>(row.text).ok();
                match document.as_ref().and_then(Entry::of_document) {
                    Some(entry) => visitor.entry(&entry, &row)?,
                    None => visitor.unreadable_row(&row, "the value is no object with a _key"),
                }
            }
            JsonEvent::Unreadable { unreadable, .. } => visitor.unreadable(unreadable),
            JsonEvent::Enter { .. } | JsonEvent::Leave { .. } => {}
        }
        visitor.progress(walker.byte_position())?;
    }
    visitor.progress(walker.byte_position())
}

fn read_sql(
    file: &mut FileReader<'_>,
    schema: &mut SqlSchema,
    visitor: &mut impl Visitor,
) -> Result<(), ImportError> {
    let mut rows = SqlRows::new(file, schema, is_wanted);
    while let Some(event) = rows.next_event()? {
        match event {
            SqlEvent::Row(row) => visit_row(row, visitor)?,
            SqlEvent::Unreadable { unreadable, .. } => visitor.unreadable(unreadable),
        }
        visitor.progress(rows.byte_position())?;
    }
    visitor.progress(rows.byte_position())
}

fn is_wanted(table: &SqlTable) -> bool {
    let has = |column: &str| table.columns.iter().any(|name| name == column);
    match table.name.as_str() {
        "legacy_hash" => has("_key") && has("data"),
        "legacy_zset" => has("_key") && has("value") && has("score"),
        _ => false,
    }
}

fn visit_row(row: SqlRow<'_>, visitor: &mut impl Visitor) -> Result<(), ImportError> {
    let columns = ColumnNumbers::of(row.table);
    let fields = Fields::new(row, &columns);
    let Some(key) = fields.word("_key") else {
        visitor.unreadable_row(&row.row(), "the row has no _key");
        return Ok(());
    };
    let score = fields.word("score").and_then(|score| score.parse().ok());
    if let (Some(value), Some(score)) = (fields.word("value"), score) {
        let entry = Entry::Member {
            key: &key,
            value: &value,
            score,
        };
        return visitor.entry(&entry, &row.row());
    }
    let data = fields.word("data");
    match data.and_then(|data| serde_json::from_str::<Value>(&data).ok()) {
        Some(object) => {
            let entry = Entry::Object {
                key: &key,
                fields: &object,
            };
            visitor.entry(&entry, &row.row())
        }
        None => {
            visitor.unreadable_row(&row.row(), "the data of the row are no well-formed JSON");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
