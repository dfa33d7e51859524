//! Rows as a Parquet file in memory, for answers that a program reads.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;

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
