//! Rows as a Parquet file in memory, for answers that a program reads; and small files read.

use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::EngineError;

/// Rows of one schema as a Parquet file.
///
/// # Errors
/// Where a type has no Parquet form.
pub fn parquet_bytes(schema: &Arc<Schema>, rows: &[RecordBatch]) -> Result<Vec<u8>, EngineError> {
    let write = || {
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, Arc::clone(schema), None)?;
        for batch in rows {
            writer.write(batch)?;
        }
        writer.close()?;
        Ok(bytes)
    };
    write().map_err(|error: datafusion::parquet::errors::ParquetError| {
        EngineError::from(DataFusionError::from(error))
    })
}

/// The rows of a small Parquet file of ours, such as a table of a study.
///
/// # Errors
/// A file that is not there or not readable.
pub fn read_parquet(path: &Path) -> Result<(Arc<Schema>, Vec<RecordBatch>), EngineError> {
    let file = std::fs::File::open(path).map_err(|source| EngineError::File {
        action: "read",
        path: path.to_owned(),
        source,
    })?;
    let read = || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
        let schema = Arc::clone(builder.schema());
        let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
        Ok((schema, batches))
    };
    read().map_err(|error: datafusion::parquet::errors::ParquetError| {
        EngineError::from(DataFusionError::from(error))
    })
}
