//! Values of a JSON document, or of one value after another, to records.

use entangle_dump::{Container, FileReader, JsonEvent, JsonWalker, Row, Step, Walk};

use super::fields::{Fields, JsonRecord};
use super::json_value::{JsonValue, WantedKeys};
use super::layout::{Path, RecordTable};
use super::mapper::Mapper;
use super::shape::Shape;
use crate::ImportError;
use crate::recorder::RowContext;

/// Where records stand in a file, and what they are.
pub(super) type Places = &'static [(Path, &'static [RecordTable])];

pub(super) fn import_json(
    file: &mut FileReader<'_>,
    places: Places,
    mapper: &mut Mapper<'_, '_>,
) -> Result<(), ImportError> {
    let wanted: Vec<WantedKeys> = places
        .iter()
        .map(|(_, tables)| WantedKeys::of(tables))
        .collect();
    let mut walker = JsonWalker::new(file, |path, container| choose(places, path, container));
    while let Some(event) = walker.next_event()? {
        match event {
            JsonEvent::Value { path, row } => {
                if let Some(place) = place_at(places, path) {
                    let tables = places[place].1;
                    import_value(&row, key(path), tables, &wanted[place], mapper)?;
                }
            }
            JsonEvent::Unreadable { path, unreadable } => {
                let tables = place_at(places, path).map(|place| places[place].1);
                if let Some([table, ..]) = tables {
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

/// The number of the place at which a value stands.
fn place_at(places: Places, path: &[Step]) -> Option<usize> {
    let steps = without_top_list(path);
    places
        .iter()
        .position(|(place, _)| place.len() == steps.len() && leads(place, steps))
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
    wanted: &WantedKeys,
    mapper: &mut Mapper<'_, '_>,
) -> Result<(), ImportError> {
    let Ok(value) = wanted.read(row.text) else {
        if let Some(table) = tables.first() {
            mapper.unreadable_row(table.shape, row, "the value is no JSON object");
        }
        return Ok(());
    };
    let record = JsonRecord {
        value: &value,
        key,
        outer: None,
    };
    let Some(table) = table_of(&record, tables) else {
        return mapper.unknown(row);
    };
    if matches!(table.shape, Shape::PassedOver) {
        return Ok(());
    }
    let context = mapper.context(table.shape, row)?;
    if table.inner.is_empty() {
        return mapper.map(table.shape, &record, context);
    }
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
    for (path, inner_tables) in table.inner {
        for (key, value) in members(record.value(path)) {
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
fn members<'v>(
    value: Option<&'v JsonValue<'v>>,
) -> Box<dyn Iterator<Item = (Option<&'v str>, &'v JsonValue<'v>)> + 'v> {
    match value {
        Some(JsonValue::List(values)) => Box::new(values.iter().map(|value| (None, value))),
        Some(JsonValue::Object(values)) => {
            let members = values.iter();
            Box::new(members.map(|(key, value)| (Some(key.as_ref()), value)))
        }
        _ => Box::new(std::iter::empty()),
    }
}

fn fits(table: &RecordTable, record: &JsonRecord<'_>) -> bool {
    table.marks.iter().all(|(field, wanted)| match wanted {
        Some(wanted) => record.text(field).as_deref() == Some(*wanted),
        None => field.iter().any(|path| record.has(path)),
    })
}
