//! Tables of CSV and JSON.

use entangle_dump::{
    Container, CsvOptions, CsvRows, FileReader, Found, JsonEvent, JsonWalker, Step, Walk,
};
use serde_json::{Map, Value};
use std::borrow::Cow;

use super::rows::{TableEvent, Visit, Wanted};
use crate::ImportError;
use crate::canonical::Fields;

/// Nesting to which the columns of a JSON row are listed.
const PATH_DEPTH_MAX: usize = 6;

/// Columns of a JSON row that are listed.
const PATH_COUNT_MAX: usize = 500;

pub(super) fn read_csv(
    file: &mut FileReader<'_>,
    delimiter: Option<u8>,
    visit: &mut Visit<'_>,
) -> Result<(), ImportError> {
    let mut rows = CsvRows::new(file, CsvOptions { delimiter })?;
    let header = rows.header().to_vec();
    let mut position = 0;
    while let Some(found) = rows.next_row()? {
        let wanted = match found {
            Found::Unreadable(unreadable) => visit(TableEvent::Unreadable(unreadable), position)?,
            Found::Readable(found) => {
                let fields = CsvFields {
                    header: &header,
                    cells: &found.fields,
                };
                let row = found.row;
                visit(
                    TableEvent::Row {
                        row,
                        fields: &fields,
                    },
                    position,
                )?
            }
        };
        position = rows.byte_position();
        if wanted == Wanted::Enough {
            break;
        }
    }
    Ok(())
}

struct CsvFields<'a> {
    header: &'a [String],
    cells: &'a [Cow<'a, str>],
}

impl Fields for CsvFields<'_> {
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let index = self.header.iter().position(|column| column == name)?;
        let cell = self.cells.get(index)?;
        // Database clients write a missing value so.
        let is_missing = matches!(cell.as_ref(), "" | "NULL" | "\\N");
        (!is_missing).then_some(Cow::Borrowed(cell))
    }

    fn names(&self) -> Vec<&str> {
        self.header.iter().map(String::as_str).collect()
    }
}

/// Rows of JSON: values at the top, or elements of arrays there or at `rows`.
pub(super) fn read_json(
    file: &mut FileReader<'_>,
    rows: Option<&str>,
    visit: &mut Visit<'_>,
) -> Result<(), ImportError> {
    let keys: Vec<&str> = rows
        .map(|rows| rows.split('.').collect())
        .unwrap_or_default();
    let mut walker = JsonWalker::new(file, |path: &[Step], container: Option<Container>| {
        choose(&keys, path, container)
    });
    let mut position = 0;
    while let Some(event) = walker.next_event()? {
        let wanted = match event {
            JsonEvent::Value { row, .. } => {
                match serde_json::from_str::<Map<String, Value>>(row.text) {
                    Ok(object) => {
                        let fields = JsonFields::new(&object);
                        visit(
                            TableEvent::Row {
                                row,
                                fields: &fields,
                            },
                            position,
                        )?
                    }
                    Err(_) => {
                        let unreadable = entangle_dump::Unreadable {
                            span: row.span,
                            reason: "the value is no JSON object".to_string(),
                        };
                        visit(TableEvent::Unreadable(unreadable), position)?
                    }
                }
            }
            JsonEvent::Unreadable { unreadable, .. } => {
                visit(TableEvent::Unreadable(unreadable), position)?
            }
            JsonEvent::Enter { .. } | JsonEvent::Leave { .. } => Wanted::More,
        };
        position = walker.byte_position();
        if wanted == Wanted::Enough {
            break;
        }
    }
    Ok(())
}

/// Enters objects along the keys and the array behind them; passes over what is beside the way.
fn choose(keys: &[&str], path: &[Step], container: Option<Container>) -> Walk {
    let is_on_the_way = path
        .iter()
        .zip(keys)
        .all(|(step, key)| matches!(step, Step::Key(name) if name == key));
    match container {
        _ if !is_on_the_way => Walk::Skip,
        Some(Container::Object) if path.len() < keys.len() => Walk::Enter,
        Some(Container::Array) if path.len() == keys.len() => Walk::Enter,
        _ if path.len() < keys.len() => Walk::Skip,
        _ => Walk::Take,
    }
}

/// An object whose columns are the paths of its values, with dots.
struct JsonFields<'a> {
    object: &'a Map<String, Value>,
    paths: Vec<String>,
}

impl<'a> JsonFields<'a> {
    fn new(object: &'a Map<String, Value>) -> Self {
        let mut paths = Vec::new();
        list_paths(object, "", 0, &mut paths);
        Self { object, paths }
    }
}

fn list_paths(object: &Map<String, Value>, prefix: &str, depth: usize, paths: &mut Vec<String>) {
    for (key, value) in object {
        if paths.len() >= PATH_COUNT_MAX {
            return;
        }
        let path = format!("{prefix}{key}");
        match value {
            Value::Object(inner) if depth < PATH_DEPTH_MAX => {
                list_paths(inner, &format!("{path}."), depth + 1, paths)
            }
            _ => paths.push(path),
        }
    }
}

impl Fields for JsonFields<'_> {
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some(text) = self.object.text(name) {
            return Some(text);
        }
        let (first, mut rest) = name.split_once('.')?;
        let mut value = self.object.get(first)?;
        loop {
            let (step, further) = match rest.split_once('.') {
                Some((step, further)) => (step, Some(further)),
                None => (rest, None),
            };
            value = match value {
                Value::Object(object) if further.is_none() => return object.text(step),
                Value::Object(object) => object.get(step)?,
                Value::Array(array) => array.get(step.parse::<usize>().ok()?)?,
                _ => return None,
            };
            match further {
                Some(further) => rest = further,
                None => return value.as_str().map(Cow::Borrowed),
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        self.paths.iter().map(String::as_str).collect()
    }
}
