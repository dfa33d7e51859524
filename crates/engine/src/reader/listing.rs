//! Listings: rows of one kind, in a stated order, a page at a time.
//!
//! A page begins after a row and not after a number of rows, so that the thousandth page costs what
//! the first one does and no row is seen twice.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema, SchemaRef};
use chrono::{DateTime, SecondsFormat, Utc};
use entangle_model::schema::{Column, Table};
use entangle_model::{sql_list, sql_text};

pub use super::cursor::snapshot_of_cursor;
use super::cursor::{self, KeyValue};
use super::{REQUEST_MEMORY_BYTES_DEFAULT, Reader};
use crate::EngineError;

/// A part of the order of a listing: an SQL expression over its columns that is never null.
#[derive(Debug, Clone, Copy)]
pub struct KeyPart {
    /// The expression.
    pub expression: &'static str,
    /// What it gives.
    pub kind: KeyKind,
}

/// What a part of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
}

/// Rows of one kind.
#[derive(Debug)]
pub struct Listing {
    /// Plural noun.
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// Columns in order.
    pub columns: &'static [Column],
    /// The rows, SQL over the tables of a reader; `{restriction}` is replaced, see
    /// [`Question::restriction`].
    pub rows: &'static str,
    /// The order; all parts together name one row.
    pub key: &'static [KeyPart],
}

impl Listing {
    /// The rows of a table.
    pub const fn of_table(
        table: &'static Table,
        rows: &'static str,
        key: &'static [KeyPart],
    ) -> Self {
        Self {
            name: table.name,
            about: table.about,
            columns: table.columns,
            rows,
            key,
        }
    }

    fn column(&self, name: &str) -> Result<&'static str, EngineError> {
        let found = self.columns.iter().find(|column| column.name == name);
        found
            .map(|column| column.name)
            .ok_or_else(|| EngineError::User(format!("{} have no column {name}", self.name)))
    }

    /// The columns as Arrow declares them; under pseudonyms any of them may be null.
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .columns
            .iter()
            .map(|column| Field::new(column.name, column.column_type.arrow(), true))
            .collect();
        Arc::new(Schema::new(fields))
    }
}

/// A value that rows are compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text.
    Text(String),
    /// One of these texts.
    AnyOf(Vec<String>),
    /// A number.
    Number(f64),
    /// A flag.
    Flag(bool),
    /// An instant.
    Instant(DateTime<Utc>),
}

impl Operand {
    fn sql(&self) -> String {
        match self {
            Self::Text(text) => sql_text(text),
            Self::AnyOf(texts) if texts.is_empty() => "(NULL)".to_owned(),
            Self::AnyOf(texts) => format!("({})", sql_list(texts)),
            Self::Number(number) => format!("{number:e}"),
            Self::Flag(flag) => flag.to_string(),
            // A literal TIMESTAMP counts nanoseconds and ends in the year 2262.
            Self::Instant(instant) => format!(
                "arrow_cast('{}', 'Timestamp(Microsecond, Some(\"UTC\"))')",
                instant.to_rfc3339_opts(SecondsFormat::Micros, true)
            ),
        }
    }
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same, or one of several.
    Equal,
    /// At least, or not before.
    AtLeast,
    /// Less than, or before.
    Below,
}

/// One condition on the rows of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Columns, one of which has to meet it; names of the listing's.
    pub columns: Vec<&'static str>,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub operand: Operand,
}

impl Condition {
    /// That a column is this text.
    pub fn is(column: &'static str, text: impl Into<String>) -> Self {
        Self {
            columns: vec![column],
            comparison: Comparison::Equal,
            operand: Operand::Text(text.into()),
        }
    }

    /// That one of two columns is this text.
    pub fn either(columns: [&'static str; 2], text: impl Into<String>) -> Self {
        Self {
            columns: columns.into(),
            comparison: Comparison::Equal,
            operand: Operand::Text(text.into()),
        }
    }

    fn sql(&self, listing: &Listing) -> Result<String, EngineError> {
        let operator = match (self.comparison, &self.operand) {
            (Comparison::Equal, Operand::AnyOf(_)) => "IN",
            (Comparison::Equal, _) => "=",
            (Comparison::AtLeast, _) => ">=",
            (Comparison::Below, _) => "<",
        };
        let operand = self.operand.sql();
        let mut any = Vec::new();
        for column in &self.columns {
            any.push(format!("{} {operator} {operand}", listing.column(column)?));
        }
        Ok(format!("({})", any.join(" OR ")))
    }
}

/// What is asked of a listing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Conditions, all of which hold.
    pub conditions: Vec<Condition>,
    /// The text that the listing's rows are restricted to, where it has a `{restriction}`: the id of
    /// one account or persona.
    pub restriction: Option<String>,
    /// Rows at most.
    pub limit: usize,
    /// Where to go on; from the first row where it is absent.
    pub cursor: Option<String>,
    /// Counts that are smaller than this and not zero are null; none where it is absent.
    pub counts_at_least: Option<i64>,
}

impl Question {
    /// The one row, or few rows, of an id.
    pub fn of(condition: Condition) -> Self {
        Self {
            conditions: vec![condition],
            limit: 1,
            ..Self::default()
        }
    }
}

/// A page of a listing.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows.
    pub rows: RecordBatch,
    /// Where to go on; absent on the last page.
    pub next_cursor: Option<String>,
}

impl Reader {
    /// A page of a listing.
    ///
    /// # Errors
    /// A cursor of another question, or a query that fails.
    pub async fn page(&self, listing: &Listing, question: &Question) -> Result<Page, EngineError> {
        let mut conditions = Vec::new();
        for condition in &question.conditions {
            conditions.push(condition.sql(listing)?);
        }
        let restriction = question.restriction.as_deref().map(sql_text);
        let rows = listing
            .rows
            .replace("{restriction}", restriction.as_deref().unwrap_or("NULL"));
        let asked = format!("{}|{rows}|{}", listing.name, conditions.join(" AND "));
        let asked = self.fingerprint(&asked);
        if let Some(cursor) = &question.cursor {
            let after = cursor::open(&self.pseudonyms, self.snapshot(), &asked, cursor)?;
            conditions.push(after_sql(listing.key, &after)?);
        }
        let sql = page_sql(listing, &rows, &conditions, question.limit);
        let context = self.session(REQUEST_MEMORY_BYTES_DEFAULT)?;
        let frame = context.sql(&sql).await?;
        let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
        let found = concat_batches(&schema, &frame.collect().await?)?;
        let shown = found.slice(0, found.num_rows().min(question.limit));
        let next_cursor = match found.num_rows() > question.limit && question.limit > 0 {
            false => None,
            true => {
                let last = last_key(listing, &shown);
                let snapshot = self.snapshot();
                Some(cursor::seal(&self.pseudonyms, snapshot, &asked, &last))
            }
        };
        let columns = shown.columns()[..listing.columns.len()].to_vec();
        let schema = listing.schema();
        let columns = columns
            .iter()
            .zip(schema.fields())
            .map(|(column, field)| {
                let column = arrow::compute::cast(column, field.data_type())?;
                Ok(match question.counts_at_least {
                    Some(least) if field.name().ends_with("_count") => withheld(&column, least),
                    _ => column,
                })
            })
            .collect::<Result<Vec<_>, arrow::error::ArrowError>>()?;
        Ok(Page {
            rows: RecordBatch::try_new(schema, columns)?,
            next_cursor,
        })
    }
}

/// A column of counts without the small ones.
fn withheld(counts: &ArrayRef, least: i64) -> ArrayRef {
    match counts.as_any().downcast_ref::<Int64Array>() {
        None => Arc::clone(counts),
        Some(counts) => Arc::new(
            counts
                .iter()
                .map(|count| count.filter(|count| *count == 0 || *count >= least))
                .collect::<Int64Array>(),
        ),
    }
}

fn page_sql(listing: &Listing, rows: &str, conditions: &[String], limit: usize) -> String {
    let columns: Vec<&str> = listing.columns.iter().map(|column| column.name).collect();
    let key: Vec<String> = listing
        .key
        .iter()
        .enumerate()
        .map(|(place, part)| format!("{} AS key_{place}", part.expression))
        .collect();
    let order: Vec<String> = (0..listing.key.len())
        .map(|place| format!("key_{place}"))
        .collect();
    let conditions = match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    };
    format!(
        "SELECT {}, {} FROM ({rows}) listed{conditions} ORDER BY {} LIMIT {}",
        columns.join(", "),
        key.join(", "),
        order.join(", "),
        limit + 1
    )
}

/// The condition that a row comes after another one.
fn after_sql(key: &[KeyPart], after: &[KeyValue]) -> Result<String, EngineError> {
    if key.len() != after.len() {
        return Err(EngineError::InvalidCursor);
    }
    let mut any = Vec::new();
    for place in 0..key.len() {
        let mut all = Vec::new();
        for (part, value) in key[..place].iter().zip(after) {
            all.push(format!("{} = {}", part.expression, value_sql(value)));
        }
        let (part, value) = (&key[place], &after[place]);
        all.push(format!("{} > {}", part.expression, value_sql(value)));
        any.push(format!("({})", all.join(" AND ")));
    }
    Ok(format!("({})", any.join(" OR ")))
}

fn value_sql(value: &KeyValue) -> String {
    match value {
        KeyValue::Text(text) => sql_text(text),
        KeyValue::Integer(number) => number.to_string(),
        KeyValue::Number(number) => format!("{number:e}"),
    }
}

fn last_key(listing: &Listing, shown: &RecordBatch) -> Vec<KeyValue> {
    let row = shown.num_rows() - 1;
    let of = |place: usize, part: &KeyPart| {
        let column = shown.column(listing.columns.len() + place);
        match part.kind {
            KeyKind::Text => typed::<StringArray>(column, part)
                .map(|texts| KeyValue::Text(texts.value(row).to_owned())),
            KeyKind::Integer => typed::<Int64Array>(column, part)
                .map(|numbers| KeyValue::Integer(numbers.value(row))),
            KeyKind::Number => typed::<Float64Array>(column, part)
                .map(|numbers| KeyValue::Number(numbers.value(row))),
        }
    };
    let parts = listing.key.iter().enumerate();
    parts.filter_map(|(place, part)| of(place, part)).collect()
}

/// # Panics
/// Where a listing declares another type than its key has: they stand side by side and disagree.
fn typed<'a, A: Array + 'static>(column: &'a dyn Array, part: &KeyPart) -> Option<&'a A> {
    match column.as_any().downcast_ref::<A>() {
        Some(array) => Some(array),
        None => panic!(
            "{} is of another type: {}",
            part.expression,
            column.data_type()
        ),
    }
}
