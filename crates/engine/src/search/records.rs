//! Rows of the table `posts` as the index keeps them: one text for each, an array of its columns in JSON.
//!
//! A hit is shown from it. To look a post up in the table by its id would read all of the table's
//! files: ids are hashes and stand in no order.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use entangle_model::schema::{Column, ColumnType, POSTS};
use entangle_search::SearchError;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::Value;

use crate::EngineError;

/// A row of a batch whose first columns are those of `posts`.
struct Row<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

/// A value of a row.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Absent,
    Text(&'a str),
    Integer(i64),
    Flag(bool),
    /// The bits of a number, so that it comes back to the last digit.
    Number(u64),
}

impl Row<'_> {
    fn cell(&self, place: usize, column: &Column) -> Cell<'_> {
        let (array, row) = (self.batch.column(place), self.row);
        if array.is_null(row) {
            return Cell::Absent;
        }
        match column.column_type {
            ColumnType::Text => Cell::Text(array.as_string::<i32>().value(row)),
            ColumnType::Integer => Cell::Integer(array.as_primitive::<Int64Type>().value(row)),
            ColumnType::Flag => Cell::Flag(array.as_boolean().value(row)),
            ColumnType::Number => {
                Cell::Number(array.as_primitive::<Float64Type>().value(row).to_bits())
            }
            ColumnType::Instant => {
                let instants = array.as_primitive::<TimestampMicrosecondType>();
                Cell::Integer(instants.value(row))
            }
        }
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cells = serializer.serialize_seq(Some(POSTS.columns.len()))?;
        for (place, column) in POSTS.columns.iter().enumerate() {
            cells.serialize_element(&self.cell(place, column))?;
        }
        cells.end()
    }
}

/// The text that the index keeps of a row.
///
/// # Errors
/// None that is known: texts are Unicode, and no number is written as one.
pub(super) fn record_of(batch: &RecordBatch, row: usize) -> Result<String, EngineError> {
    let record = serde_json::to_string(&Row { batch, row });
    Ok(record.map_err(|error| ArrowError::JsonError(error.to_string()))?)
}

/// The posts of these texts, in their order, with the columns of the table.
///
/// # Errors
/// A damaged index, where a text is none of [`record_of`].
pub(super) fn posts_of<'a>(
    records: impl Iterator<Item = &'a str>,
    folder: &Path,
) -> Result<RecordBatch, EngineError> {
    let mut rows = Vec::new();
    for record in records {
        let row: Vec<Value> = serde_json::from_str(record).unwrap_or_default();
        if row.len() != POSTS.columns.len() {
            return Err(EngineError::Search(SearchError::Damaged {
                folder: folder.to_owned(),
                reason: "a post in it has other columns than posts have".to_owned(),
            }));
        }
        rows.push(row);
    }
    let columns = POSTS.columns.iter().enumerate();
    let columns = columns.map(|(place, column)| column_of(&rows, place, column));
    // A value of another type than its column's is absent, and the schema refuses it where it may not be.
    Ok(RecordBatch::try_new(
        POSTS.arrow_schema(),
        columns.collect(),
    )?)
}

fn column_of(rows: &[Vec<Value>], place: usize, column: &Column) -> ArrayRef {
    let cells = rows.iter().map(|row| &row[place]);
    match column.column_type {
        ColumnType::Text => Arc::new(cells.map(Value::as_str).collect::<StringArray>()),
        ColumnType::Integer => Arc::new(cells.map(Value::as_i64).collect::<Int64Array>()),
        ColumnType::Flag => Arc::new(cells.map(Value::as_bool).collect::<BooleanArray>()),
        ColumnType::Number => {
            let numbers = cells.map(|cell| cell.as_u64().map(f64::from_bits));
            Arc::new(numbers.collect::<Float64Array>())
        }
        ColumnType::Instant => {
            let instants: TimestampMicrosecondArray = cells.map(Value::as_i64).collect();
            Arc::new(instants.with_timezone("UTC"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn posts(texts: &[Option<String>], number: Option<f64>, instant: Option<i64>) -> RecordBatch {
        let columns = POSTS.columns.iter().map(|column| -> ArrayRef {
            let count = texts.len();
            let may_be_null = column.null_means.is_some();
            match column.column_type {
                ColumnType::Text => Arc::new(
                    texts
                        .iter()
                        .map(|text| text.clone().or((!may_be_null).then(String::new)))
                        .collect::<StringArray>(),
                ),
                ColumnType::Integer => Arc::new(Int64Array::from(vec![i64::MIN; count])),
                ColumnType::Flag => Arc::new(BooleanArray::from(vec![true; count])),
                ColumnType::Number => Arc::new(Float64Array::from(vec![number; count])),
                ColumnType::Instant => Arc::new(
                    TimestampMicrosecondArray::from(vec![instant; count]).with_timezone("UTC"),
                ),
            }
        });
        RecordBatch::try_new(POSTS.arrow_schema(), columns.collect()).unwrap()
    }

    proptest! {
        #[test]
        fn a_post_comes_back_as_it_was(
            texts in proptest::collection::vec(proptest::option::of(any::<String>()), 0..4),
            number in proptest::option::of(any::<f64>().prop_filter("equal to itself", |one| !one.is_nan())),
            instant in proptest::option::of(any::<i64>()),
        ) {
            let posts = posts(&texts, number, instant);
            let records: Vec<String> =
                (0..posts.num_rows()).map(|row| record_of(&posts, row).unwrap()).collect();
            let back = posts_of(records.iter().map(String::as_str), Path::new("search")).unwrap();
            prop_assert_eq!(back, posts);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = posts_of(std::iter::once(text.as_str()), Path::new("search"));
        }
    }

    #[test]
    fn a_record_of_other_columns_is_a_damaged_index() {
        let error = posts_of(std::iter::once("[1,2]"), Path::new("search")).unwrap_err();
        assert!(matches!(
            error,
            EngineError::Search(SearchError::Damaged { .. })
        ));
    }
}
