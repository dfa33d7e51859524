//! Tables as Parquet, for R, Python and everything else that reads Arrow.
//!
//! The bytes depend on the table alone.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::ReportError;
use crate::table::{Cells, Table};

/// The table as the bytes of a Parquet file.
///
/// # Errors
///
/// [`ReportError::Table`] and [`ReportError::Parquet`], both faults of this program.
pub fn table_to_parquet(table: &Table) -> Result<Vec<u8>, ReportError> {
    let batch = record_batch(table).map_err(|source| ReportError::Table {
        table: table.name,
        source,
    })?;
    batch_to_parquet(&batch).map_err(|source| ReportError::Parquet {
        table: table.name,
        source,
    })
}

fn record_batch(table: &Table) -> Result<RecordBatch, arrow::error::ArrowError> {
    let fields: Vec<Field> = table
        .columns
        .iter()
        .map(|column| Field::new(&column.name, data_type(&column.cells), true))
        .collect();
    let arrays = table
        .columns
        .iter()
        .map(|column| array(&column.cells))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

fn data_type(cells: &Cells) -> DataType {
    match cells {
        Cells::Text(_) => DataType::Utf8,
        Cells::Count(_) => DataType::UInt64,
        Cells::Number(_) => DataType::Float64,
    }
}

fn array(cells: &Cells) -> ArrayRef {
    match cells {
        Cells::Text(cells) => Arc::new(StringArray::from_iter(cells)),
        Cells::Count(cells) => Arc::new(UInt64Array::from(cells.clone())),
        Cells::Number(cells) => Arc::new(Float64Array::from(cells.clone())),
    }
}

fn batch_to_parquet(batch: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .set_created_by("entangle".to_owned())
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::study_tables::study_tables;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    /// Reads a Parquet file back as lines of `column=value`.
    fn read_back(bytes: Vec<u8>) -> String {
        let path = std::env::temp_dir().join(format!("entangle-report-{}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let reader = SerializedFileReader::try_from(path.as_path()).unwrap();
        let mut lines = String::new();
        for row in reader.get_row_iter(None).unwrap() {
            lines.push_str(&row.unwrap().to_string());
            lines.push('\n');
        }
        std::fs::remove_file(&path).unwrap();
        lines
    }

    #[test]
    fn parquet_keeps_text_unguarded_and_missing_apart_from_zero() {
        let table = Table::new("t")
            .text("name", ["=1+1", "zero"].into_iter())
            .count("n", [3, 0].into_iter())
            .number("share", [None, Some(0.0)].into_iter());
        expect_test::expect![[r#"
            {name: "=1+1", n: 3, share: null}
            {name: "zero", n: 0, share: 0E0}
        "#]]
        .assert_eq(&read_back(table_to_parquet(&table).unwrap()));
    }

    #[test]
    fn parquet_of_every_table_is_the_same_twice() {
        for table in study_tables(&fixture::realistic()) {
            let data = &table.data;
            let first = table_to_parquet(data).unwrap();
            assert!(first == table_to_parquet(data).unwrap(), "{}", data.name);
        }
    }

    #[test]
    fn parquet_of_an_empty_table_has_columns_and_no_rows() {
        for table in study_tables(&fixture::empty()) {
            let data = &table.data;
            assert!(!data.columns.is_empty(), "{}", data.name);
            assert!(!table_to_parquet(data).unwrap().is_empty());
        }
    }
}
