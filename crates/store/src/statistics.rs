//! Statistics of a Parquet file in the form of the Delta log, by which engines skip files.
//!
//! Format: Delta transaction log protocol, "Per-file Statistics": `numRecords`, `minValues`,
//! `maxValues` and `nullCount` per column. Bounds of long texts are truncated, which the
//! protocol allows; a bound that JSON cannot express is left out.

use chrono::{DateTime, Datelike, SecondsFormat};
use entangle_model::schema::{Column, ColumnType, Table};
use parquet::data_type::ByteArray;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;
use serde_json::{Map, Value, json};

/// The statistics of a file of `table`, as JSON text.
pub(crate) fn delta_statistics(table: &Table, metadata: &ParquetMetaData) -> String {
    let mut lowest = Map::new();
    let mut highest = Map::new();
    let mut null_counts = Map::new();
    for (index, column) in table.columns.iter().enumerate() {
        let summary = summarise(column, index, metadata.row_groups());
        if let Some((low, high)) = summary.bounds
            && let (Some(low), Some(high)) = (low.to_json(), high.to_json())
        {
            lowest.insert(column.name.to_owned(), low);
            highest.insert(column.name.to_owned(), high);
        }
        if let Some(null_count) = summary.null_count {
            null_counts.insert(column.name.to_owned(), json!(null_count));
        }
    }
    json!({
        "numRecords": metadata.file_metadata().num_rows(),
        "minValues": lowest,
        "maxValues": highest,
        "nullCount": null_counts,
    })
    .to_string()
}

/// What is known of one column over all row groups; absent where any of them is silent.
struct Summary {
    bounds: Option<(Bound, Bound)>,
    null_count: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Bound {
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
    InstantMicros(i64),
}

impl Bound {
    fn to_json(&self) -> Option<Value> {
        match self {
            Bound::Text(text) => Some(json!(text)),
            Bound::Integer(integer) => Some(json!(integer)),
            Bound::Number(number) => number.is_finite().then(|| json!(number)),
            Bound::Flag(flag) => Some(json!(flag)),
            Bound::InstantMicros(micros) => {
                let instant = DateTime::from_timestamp_micros(*micros)?;
                // Other years have no form that every reader parses.
                (1..=9999)
                    .contains(&instant.year())
                    .then(|| json!(instant.to_rfc3339_opts(SecondsFormat::Micros, true)))
            }
        }
    }
}

fn summarise(column: &Column, index: usize, row_groups: &[RowGroupMetaData]) -> Summary {
    let mut bounds: Option<(Bound, Bound)> = None;
    let mut are_bounds_known = true;
    let mut null_count = Some(0);
    for row_group in row_groups {
        let statistics = row_group.column(index).statistics();
        let nulls = statistics.and_then(Statistics::null_count_opt);
        null_count = null_count.zip(nulls).map(|(sum, nulls)| sum + nulls);
        if nulls == u64::try_from(row_group.num_rows()).ok() {
            continue;
        }
        match statistics.and_then(|statistics| bounds_of(column, statistics)) {
            Some((low, high)) => {
                bounds = Some(match bounds {
                    None => (low, high),
                    Some((lowest, highest)) => (
                        if low < lowest { low } else { lowest },
                        if high > highest { high } else { highest },
                    ),
                });
            }
            None => are_bounds_known = false,
        }
    }
    Summary {
        bounds: bounds.filter(|_| are_bounds_known),
        null_count,
    }
}

fn bounds_of(column: &Column, statistics: &Statistics) -> Option<(Bound, Bound)> {
    fn both<T>(
        low: Option<&T>,
        high: Option<&T>,
        bound: impl Fn(&T) -> Option<Bound>,
    ) -> Option<(Bound, Bound)> {
        Some((bound(low?)?, bound(high?)?))
    }
    match statistics {
        Statistics::Boolean(of) => both(of.min_opt(), of.max_opt(), |v| Some(Bound::Flag(*v))),
        Statistics::Int64(of) if column.column_type == ColumnType::Instant => {
            both(of.min_opt(), of.max_opt(), |v| {
                Some(Bound::InstantMicros(*v))
            })
        }
        Statistics::Int64(of) => both(of.min_opt(), of.max_opt(), |v| Some(Bound::Integer(*v))),
        Statistics::Double(of) => both(of.min_opt(), of.max_opt(), |v| Some(Bound::Number(*v))),
        Statistics::ByteArray(of) => both(of.min_opt(), of.max_opt(), text_bound),
        _ => None,
    }
}

fn text_bound(bytes: &ByteArray) -> Option<Bound> {
    let text = std::str::from_utf8(bytes.data()).ok()?;
    Some(Bound::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::rows;
    use arrow::array::RecordBatch;
    use entangle_model::schema::{PERSONAS, THREADS};
    use expect_test::expect;
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;

    fn statistics_of(table: &Table, batch: &RecordBatch) -> String {
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(2))
            .build();
        let mut writer =
            ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
        writer.write(batch).unwrap();
        let statistics: Value =
            serde_json::from_str(&delta_statistics(table, &writer.finish().unwrap())).unwrap();
        serde_json::to_string_pretty(&statistics).unwrap()
    }

    #[test]
    fn bounds_and_nulls_are_gathered_over_row_groups() {
        let statistics = statistics_of(&THREADS, &rows(&THREADS, "alpha", 3, 8));
        expect![[r#"
            {
              "maxValues": {
                "account_id": "account_id 000007",
                "board": "board 000007",
                "byte_end": 7,
                "byte_start": 7,
                "content_hash": "content_hash 000007",
                "file": "file 000007",
                "import_id": "import_id 000007",
                "native_id": "native_id 000007",
                "source": "alpha",
                "started_at": "1970-01-08T00:00:00.000007Z",
                "thread_id": "thread_id 000007",
                "title": "title 000007"
              },
              "minValues": {
                "account_id": "account_id 000004",
                "board": "board 000004",
                "byte_end": 3,
                "byte_start": 3,
                "content_hash": "content_hash 000003",
                "file": "file 000003",
                "import_id": "import_id 000003",
                "native_id": "native_id 000003",
                "source": "alpha",
                "started_at": "1970-01-05T00:00:00.000004Z",
                "thread_id": "thread_id 000003",
                "title": "title 000004"
              },
              "nullCount": {
                "account_id": 2,
                "board": 2,
                "byte_end": 0,
                "byte_start": 0,
                "content_hash": 0,
                "file": 0,
                "import_id": 0,
                "native_id": 0,
                "source": 0,
                "started_at": 2,
                "thread_id": 0,
                "title": 2
              },
              "numRecords": 5
            }"#]]
        .assert_eq(&statistics);
    }

    #[test]
    fn numbers_that_json_lacks_have_no_bounds() {
        let batch = rows(&PERSONAS, "alpha", 0, 2);
        let mut columns = batch.columns().to_vec();
        columns[3] = std::sync::Arc::new(arrow::array::Float64Array::from(vec![
            f64::NEG_INFINITY,
            1.0,
        ]));
        let batch = RecordBatch::try_new(batch.schema(), columns).unwrap();
        expect![[r#"
            {
              "maxValues": {
                "account_id": "account_id 000001",
                "persona_id": "persona_id 000001",
                "source": "alpha"
              },
              "minValues": {
                "account_id": "account_id 000000",
                "persona_id": "persona_id 000000",
                "source": "alpha"
              },
              "nullCount": {
                "account_id": 0,
                "persona_id": 0,
                "source": 0,
                "weakest_link_probability": 0
              },
              "numRecords": 2
            }"#]]
        .assert_eq(&statistics_of(&PERSONAS, &batch));
    }
}
