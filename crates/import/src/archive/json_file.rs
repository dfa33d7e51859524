//! Values of a JSON document, or of one value after another, to records.

use entangle_dump::{Container, FileReader, JsonEvent, JsonWalker, Row, Step, Walk};
use serde_json::Value;

use super::fields::{Fields, JsonRecord};
use super::layout::{Path, RecordTable};
use super::mapper::Mapper;
use crate::ImportError;
use crate::recorder::RowContext;

type Places = &'static [(Path, &'static [RecordTable])];

pub(super) fn import_json(
    file: &mut FileReader<'_>,
    places: Places,
    mapper: &mut Mapper<'_, '_>,
) -> Result<(), ImportError> {
    let mut walker = JsonWalker::new(file, |path, container| choose(places, path, container));
    while let Some(event) = walker.next_event()? {
        match event {
            JsonEvent::Value { path, row } => {
                if let Some(tables) = tables_at(places, path) {
                    import_value(&row, key(path), tables, mapper)?;
                }
            }
            JsonEvent::Unreadable { path, unreadable } => {
                if let Some([table, ..]) = tables_at(places, path) {
                    mapper.unreadable(table.shape, unreadable);
                }
            }
            JsonEvent::Enter { .. } | JsonEvent::Leave { .. } => {}
        }
        mapper.progress(walker.byte_position())?;
    }
    mapper.progress(walker.byte_position())
}

fn choose(places: Places, path: &[Step], container: Option<Container>) -> Walk {
    let steps = without_top_list(path);
    if path.is_empty() && container == Some(Container::Array) {
        return Walk::Enter;
    }
    let mut walk = Walk::Skip;
    for (place, _) in places {
        if !leads(place, steps) {
            continue;
        }
        if place.len() == steps.len() {
            return Walk::Take;
        }
        if container.is_some() {
            walk = Walk::Enter;
        }
    }
    walk
}

/// The path without the index of a list at the top, in which a tool may have gathered documents.
fn without_top_list(path: &[Step]) -> &[Step] {
    match path {
        [Step::Index(_), rest @ ..] => rest,
        path => path,
    }
}

/// Whether a value at these steps is at the place or on the way to it.
fn leads(place: Path, steps: &[Step]) -> bool {
    steps.len() <= place.len()
        && steps.iter().zip(place).all(|(step, wanted)| match step {
            Step::Key(key) => *wanted == "*" || key == wanted,
            Step::Index(_) => *wanted == "*",
        })
}

fn tables_at(places: Places, path: &[Step]) -> Option<&'static [RecordTable]> {
    let steps = without_top_list(path);
    places
        .iter()
        .find(|(place, _)| place.len() == steps.len() && leads(place, steps))
        .map(|(_, tables)| *tables)
}

fn key(path: &[Step]) -> Option<&str> {
    match path.last()? {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

fn import_value(
    row: &Row<'_>,
    key: Option<&str>,
    tables: &'static [RecordTable],
    mapper: &mut Mapper<'_, '_>,
) -> Result<(), ImportError> {
    let first_shape = tables.first().map(|table| table.shape);
    let value = match serde_json::from_str::<Value>(row.text) {
        Ok(value) if value.is_object() => value,
        _ => {
            if let Some(shape) = first_shape {
                mapper.unreadable_row(shape, row, "the value is no JSON object");
            }
            return Ok(());
        }
    };
    let record = JsonRecord {
        value: &value,
        key,
        outer: None,
    };
    let Some(table) = table_of(&record, tables) else {
        return mapper.unknown(row);
    };
    let context = mapper.context(table.shape, row)?;
    mapper.map(table.shape, &record, context.clone())?;
    import_inner(&record, table, &context, mapper)
}

fn table_of(
    record: &JsonRecord<'_>,
    tables: &'static [RecordTable],
) -> Option<&'static RecordTable> {
    tables.iter().find(|table| fits(table, record))
}

/// Maps the records inside a record. They are nested as deep as the tables are, which is three
/// levels at most; members that are no records of a table are passed over.
fn import_inner(
    record: &JsonRecord<'_>,
    table: &'static RecordTable,
    context: &RowContext,
    mapper: &mut Mapper<'_, '_>,
) -> Result<(), ImportError> {
    for (name, inner_tables) in table.inner {
        for (key, value) in members(record.value.get(name)) {
            let inner = JsonRecord {
                value,
                key,
                outer: Some(record),
            };
            let Some(table) = table_of(&inner, inner_tables).filter(|_| value.is_object()) else {
                continue;
            };
            let context = mapper.inner_context(table.shape, context, value);
            mapper.map(table.shape, &inner, context.clone())?;
            import_inner(&inner, table, &context, mapper)?;
        }
    }
    Ok(())
}

/// The members of a list or object, with their keys.
fn members(value: Option<&Value>) -> Vec<(Option<&str>, &Value)> {
    match value {
        Some(Value::Array(values)) => values.iter().map(|value| (None, value)).collect(),
        Some(Value::Object(values)) => values
            .iter()
            .map(|(key, value)| (Some(key.as_str()), value))
            .collect(),
        _ => Vec::new(),
    }
}

fn fits(table: &RecordTable, record: &JsonRecord<'_>) -> bool {
    table.marks.iter().all(|(field, wanted)| match wanted {
        Some(wanted) => record.text(field).as_deref() == Some(*wanted),
        None => field.iter().any(|path| record.has(path)),
    })
}
