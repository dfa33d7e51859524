//! A first mapping from the names of columns and the shapes of their values.
//!
//! It is a proposal for a person to read: what is not sure is left out and named in a comment.

use entangle_dump::{FileEntry, Input};
use std::collections::BTreeMap;
use std::fmt::Write;

use super::field::read_time;
use super::guess_names::{IDENTIFIER_COLUMNS, TABLE_WORDS, TIME_FIELDS, fields_of};
use super::preview::{first_values, shortened};
use super::rows::{TableAddress, read_rows};
use super::secret::{is_secret_column, words_of};
use super::{
    ConvertedColumn, FieldSource, IdentifierColumn, Mapping, SIGNATURE, TableFormat, TableMapping,
    parquet_table, sqlite,
};
use crate::ImportError;
use crate::canonical::RowKind;

/// Rows that are looked at.
const SAMPLE_ROW_COUNT: usize = 50;

/// Files that are looked at.
const FILE_COUNT_MAX: usize = 200;

/// Members of an object that are tried as the array of rows.
const ROWS_PATH_COUNT_MAX: usize = 20;

/// Average length from which a column of words is taken for the bodies of posts. Characters.
const BODY_CHARACTER_COUNT_MIN: usize = 40;

/// Times written for people, as boards and exports show them; the first that fits all values.
const TIME_PATTERNS: &[&str] = &[
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%m/%d/%Y %I:%M %p",
    "%m-%d-%Y, %I:%M %p",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y",
    "%b %d, %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
];

/// A proposed mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuessedMapping {
    /// The mapping; it may have no tables.
    pub mapping: Mapping,
    /// The same as TOML with comments, which name what is not mapped.
    pub toml: String,
}

/// Proposes a mapping for an input.
///
/// # Errors
///
/// Where a file cannot be read.
pub fn guess(input: &Input) -> Result<GuessedMapping, ImportError> {
    let mut mapping = Mapping { tables: Vec::new() };
    let mut toml = "# A first mapping; read it before use. The fields are those of\n\
                    # docs/formats/mapping.md.\n"
        .to_string();
    for entry in input.files().iter().take(FILE_COUNT_MAX) {
        for sample in sample_tables(input, entry)? {
            match guess_table(&sample) {
                Some(table) => {
                    render_table(&table, &sample, &mut toml);
                    mapping.tables.push(table);
                }
                None => {
                    let _ = writeln!(toml, "\n# Not recognised: {}", shortened(&sample.name()));
                    render_unmapped(&[], &sample, &mut toml);
                }
            }
        }
    }
    Ok(GuessedMapping { mapping, toml })
}

/// The first rows of a table.
struct TableSample {
    file: String,
    format: TableFormat,
    table: Option<String>,
    rows: Option<String>,
    columns: BTreeMap<String, Vec<String>>,
}

impl TableSample {
    fn name(&self) -> String {
        match &self.table {
            Some(table) => format!("{} {table}", self.file),
            None => self.file.clone(),
        }
    }
}

fn sample_tables(input: &Input, entry: &FileEntry) -> Result<Vec<TableSample>, ImportError> {
    input.read_file(entry, |file| {
        let start = file.fill()?;
        let first = start.trim_ascii_start().first().copied();
        let format = if start.starts_with(sqlite::SIGNATURE) {
            TableFormat::Sqlite
        } else if start.starts_with(parquet_table::SIGNATURE) {
            TableFormat::Parquet
        } else if matches!(first, Some(b'{' | b'[')) {
            TableFormat::Json
        } else {
            TableFormat::Csv
        };
        let tables = if format == TableFormat::Sqlite {
            let names = sqlite::table_names(input, entry, file)?;
            names.into_iter().map(Some).collect()
        } else {
            vec![None]
        };
        let mut samples = Vec::new();
        for table in tables {
            samples.push(sample_table(input, entry, format, table)?);
        }
        Ok(samples)
    })
}

/// The first rows of one table. A JSON file of one object may keep its rows in an array in it.
fn sample_table(
    input: &Input,
    entry: &FileEntry,
    format: TableFormat,
    table: Option<String>,
) -> Result<TableSample, ImportError> {
    let columns_at = |rows: Option<&str>| {
        let address = TableAddress {
            format,
            table: table.as_deref(),
            rows,
            delimiter: None,
        };
        input.read_file(entry, |file| {
            first_values(SAMPLE_ROW_COUNT, |visit| {
                read_rows(input, entry, file, address, visit)
            })
        })
    };
    let mut columns = columns_at(None)?;
    let mut rows = None;
    if format == TableFormat::Json && columns.values().all(|values| values.len() <= 1) {
        let empty = columns.iter().filter(|(_, values)| values.is_empty());
        let paths: Vec<String> = empty
            .map(|(path, _)| path.clone())
            .take(ROWS_PATH_COUNT_MAX)
            .collect();
        for path in paths {
            let inner = columns_at(Some(&path))?;
            if !inner.is_empty() {
                (columns, rows) = (inner, Some(path));
                break;
            }
        }
    }
    Ok(TableSample {
        file: entry.base_name().to_string(),
        format,
        table,
        rows,
        columns,
    })
}

fn guess_table(sample: &TableSample) -> Option<TableMapping> {
    let kind = kind_of(sample)?;
    let mut fields = BTreeMap::new();
    let mut taken: Vec<&str> = Vec::new();
    for (field, names) in fields_of(kind) {
        let found = names
            .iter()
            .find_map(|name| column_named(sample, name, &taken));
        if let Some((column, values)) = found
            && let Some(source) = source_of(field, column, values)
        {
            taken.push(column);
            fields.insert(field.to_string(), source);
        }
    }
    if kind == RowKind::Post
        && !fields.contains_key("body")
        && let Some(column) = longest_text(sample, &taken)
    {
        fields.insert("body".to_string(), FieldSource::Column(column));
    }
    for (field, format_field) in [("body", "body_format"), ("about", "about_format")] {
        let column = fields.get(field).and_then(FieldSource::column);
        if let Some(constant) = column.and_then(|column| markup_of(&sample.columns[column])) {
            let constant = FieldSource::Constant {
                constant: constant.to_string(),
            };
            fields.insert(format_field.to_string(), constant);
        }
    }
    let needed: &[&str] = match kind {
        RowKind::Account => &["native_id", "name"],
        RowKind::Thread => &["native_id"],
        _ => &["body"],
    };
    if !needed.iter().any(|field| fields.contains_key(*field)) {
        return None;
    }
    Some(TableMapping {
        file: sample.file.clone(),
        format: Some(sample.format),
        table: sample.table.clone(),
        rows: sample.rows.clone(),
        delimiter: None,
        record: kind.as_str().to_string(),
        identifiers: if kind == RowKind::Account {
            identifiers_of(sample, &taken)
        } else {
            Vec::new()
        },
        fields,
    })
}

/// By the name of the table or file, else by the columns.
fn kind_of(sample: &TableSample) -> Option<RowKind> {
    let stem = sample.file.split('.').next().unwrap_or_default();
    let words = words_of(sample.table.as_deref().unwrap_or(stem));
    let by_name = TABLE_WORDS
        .iter()
        .find(|(_, names)| words.iter().any(|word| names.contains(&word.as_str())))
        .map(|(kind, _)| *kind);
    let has = |kind: RowKind, field: &str| {
        fields_of(kind)
            .iter()
            .filter(|(name, _)| *name == field)
            .flat_map(|(_, names)| names.iter())
            .any(|name| column_named(sample, name, &[]).is_some())
    };
    let by_columns = || {
        if has(RowKind::Post, "body") {
            Some(RowKind::Post)
        } else if has(RowKind::Account, "name") && has(RowKind::Account, "registered_at") {
            Some(RowKind::Account)
        } else if has(RowKind::Thread, "title") && has(RowKind::Thread, "started_at") {
            Some(RowKind::Thread)
        } else {
            None
        }
    };
    by_name.or_else(by_columns)
}

/// A column by its name, or by the last part of its path.
fn column_named<'s>(
    sample: &'s TableSample,
    name: &str,
    taken: &[&str],
) -> Option<(&'s str, &'s Vec<String>)> {
    let is_free = |column: &str| !taken.contains(&column) && !is_secret_column(column);
    let last = |column: &'s str| column.rsplit('.').next().unwrap_or(column);
    let is_named = |text: &str| words_of(text).join("_") == name;
    let mut free = sample.columns.iter().filter(|(column, _)| is_free(column));
    free.clone()
        .find(|(column, _)| is_named(column))
        .or_else(|| free.find(|(column, _)| is_named(last(column))))
        .map(|(column, values)| (column.as_str(), values))
}

/// The column with the longest texts of several words, for bodies under an unusual name.
fn longest_text(sample: &TableSample, taken: &[&str]) -> Option<String> {
    let average = |values: &[String]| {
        let character_count: usize = values.iter().map(|value| value.chars().count()).sum();
        character_count / values.len().max(1)
    };
    sample
        .columns
        .iter()
        .filter(|(column, values)| {
            !taken.contains(&column.as_str())
                && !is_secret_column(column)
                && values.iter().any(|value| value.trim().contains(' '))
        })
        .map(|(column, values)| (average(values), column))
        .filter(|(length, _)| *length >= BODY_CHARACTER_COUNT_MIN)
        .max()
        .map(|(_, column)| column.clone())
}

/// The column as it is, or with the way its times are written; `None` for a time that is none.
fn source_of(field: &str, column: &str, values: &[String]) -> Option<FieldSource> {
    if !TIME_FIELDS.contains(&field) {
        return Some(FieldSource::Column(column.to_string()));
    }
    let values: Vec<&str> = values
        .iter()
        .map(String::as_str)
        .filter(|value| *value != "0")
        .collect();
    let fits_all = |pattern: &str| {
        values
            .iter()
            .all(|value| read_time(value, pattern).is_some())
    };
    let whole_part_lengths: Vec<usize> = values
        .iter()
        .filter_map(|value| {
            let whole = value.split('.').next()?;
            value.parse::<f64>().is_ok().then_some(whole.len())
        })
        .collect();
    let are_numbers = whole_part_lengths.len() == values.len();
    let time = if values.is_empty() {
        return Some(FieldSource::Column(column.to_string()));
    } else if are_numbers
        && whole_part_lengths
            .iter()
            .all(|length| matches!(length, 9 | 10))
    {
        "unix"
    } else if are_numbers
        && whole_part_lengths
            .iter()
            .all(|length| matches!(length, 12 | 13))
    {
        "unix_milliseconds"
    } else if values
        .iter()
        .all(|value| crate::instant::read_instant(value).is_some())
        && !are_numbers
    {
        return Some(FieldSource::Column(column.to_string()));
    } else {
        TIME_PATTERNS.iter().find(|pattern| fits_all(pattern))?
    };
    Some(FieldSource::Converted(ConvertedColumn {
        column: column.to_string(),
        time: Some(time.to_string()),
        values: BTreeMap::new(),
    }))
}

/// The markup of texts; `None` if they have none.
fn markup_of(values: &[String]) -> Option<&'static str> {
    let count = |signs: &[&str]| {
        values
            .iter()
            .map(|value| value.to_lowercase())
            .filter(|value| signs.iter().any(|sign| value.contains(sign)))
            .count()
    };
    let html_count = count(&["<br", "<p>", "<a ", "<div", "<blockquote", "</"]);
    let bbcode_count = count(&["[b]", "[quote", "[url", "[i]", "[img", "[/"]);
    match (html_count, bbcode_count) {
        (0, 0) => None,
        (html, bbcode) if html >= bbcode => Some("html"),
        _ => Some("bbcode"),
    }
}

fn identifiers_of(sample: &TableSample, taken: &[&str]) -> Vec<IdentifierColumn> {
    IDENTIFIER_COLUMNS
        .iter()
        .filter_map(|(kind, names)| {
            let (column, _) = names
                .iter()
                .find_map(|name| column_named(sample, name, taken))?;
            Some(IdentifierColumn {
                column: column.to_string(),
                kind: *kind,
                role: None,
            })
        })
        .collect()
}

fn render_table(table: &TableMapping, sample: &TableSample, out: &mut String) {
    let _ = writeln!(out, "\n[[tables]]\nfile = {}", quoted(&table.file));
    let format = match sample.format {
        TableFormat::Csv => "csv",
        TableFormat::Json => "json",
        TableFormat::Sqlite => "sqlite",
        TableFormat::Parquet => "parquet",
    };
    let _ = writeln!(out, "format = {}", quoted(format));
    for (name, value) in [("table", &table.table), ("rows", &table.rows)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{name} = {}", quoted(value));
        }
    }
    let _ = writeln!(out, "record = {}", quoted(&table.record));
    if !table.identifiers.is_empty() {
        out.push_str("identifiers = [\n");
        for one in &table.identifiers {
            let (column, kind) = (quoted(&one.column), quoted(one.kind.as_str()));
            let _ = writeln!(out, "    {{ column = {column}, kind = {kind} }},");
        }
        out.push_str("]\n");
    }
    out.push_str("[tables.fields]\n");
    for (field, source) in &table.fields {
        let _ = writeln!(out, "{field} = {}", source_text(source));
    }
    let known = table.row_kind().map(RowKind::fields).unwrap_or_default();
    let missing: Vec<&str> = known
        .iter()
        .copied()
        .chain((table.record == "account").then_some(SIGNATURE))
        .filter(|field| !table.fields.contains_key(*field))
        .collect();
    let _ = writeln!(out, "# fields without a column: {}", missing.join(", "));
    render_unmapped(&table.columns(), sample, out);
}

fn source_text(source: &FieldSource) -> String {
    match source {
        FieldSource::Column(column) => quoted(column),
        FieldSource::Constant { constant } => format!("{{ constant = {} }}", quoted(constant)),
        FieldSource::Converted(converted) => {
            let time = converted.time.as_deref().unwrap_or_default();
            let (column, time) = (quoted(&converted.column), quoted(time));
            format!("{{ column = {column}, time = {time} }}")
        }
    }
}

fn render_unmapped(mapped: &[&str], sample: &TableSample, out: &mut String) {
    for (column, values) in &sample.columns {
        if mapped.contains(&column.as_str()) {
            continue;
        }
        let shown = shortened(column);
        let _ = match values.first() {
            _ if is_secret_column(column) => writeln!(out, "# never read: {shown}"),
            Some(value) => writeln!(out, "# not mapped: {shown}, such as {}", shortened(value)),
            None => writeln!(out, "# not mapped: {shown}"),
        };
    }
}

/// A text as a basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}
