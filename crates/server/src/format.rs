//! The formats of an answer: which one is asked for, and rows in it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use entangle_engine::EngineError;
use entangle_engine::reader::parquet_bytes;

use crate::error::{ApiError, ErrorCode};

/// A format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON document.
    Json,
    /// One JSON object per line.
    JsonLines,
    /// Comma-separated values with a header.
    Csv,
    /// An Arrow IPC stream.
    Arrow,
    /// A Parquet file.
    Parquet,
}

impl Format {
    /// Every format, the one given by default first.
    pub const ALL: [Format; 5] = [
        Format::Json,
        Format::JsonLines,
        Format::Csv,
        Format::Arrow,
        Format::Parquet,
    ];

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::JsonLines => "application/x-ndjson",
            Format::Csv => "text/csv",
            Format::Arrow => "application/vnd.apache.arrow.stream",
            Format::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// The format that a caller prefers among those we have; JSON where none is asked for.
    ///
    /// # Errors
    /// Where the caller accepts none of them.
    pub fn accepted(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut asked = Vec::new();
        for value in headers.get_all(ACCEPT) {
            let text = value.to_str().unwrap_or_default();
            asked.extend(
                text.split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty()),
            );
        }
        if asked.is_empty() {
            return Ok(Format::Json);
        }
        let mut best: Option<(f32, Format)> = None;
        for part in asked {
            let (range, quality) = range_and_quality(part);
            let matching = Format::ALL
                .into_iter()
                .find(|format| covers(&range, format.media_type()));
            if let Some(format) = matching
                && quality > 0.0
                && best.is_none_or(|(other, _)| quality > other)
            {
                best = Some((quality, format));
            }
        }
        best.map(|(_, format)| format).ok_or_else(|| {
            ApiError::new(
                ErrorCode::NotAcceptable,
                "none of the accepted formats can be given",
            )
        })
    }
}

fn range_and_quality(part: &str) -> (String, f32) {
    let mut pieces = part.split(';').map(str::trim);
    let range = pieces.next().unwrap_or_default().to_ascii_lowercase();
    let quality = pieces
        .filter_map(|piece| piece.strip_prefix("q="))
        .find_map(|number| number.parse().ok());
    (range, quality.unwrap_or(1.0))
}

fn covers(range: &str, media_type: &str) -> bool {
    range == "*/*"
        || range == media_type
        || range
            .strip_suffix("/*")
            .is_some_and(|kind| media_type.split('/').next() == Some(kind))
}

/// Rows as JSON objects, separated by commas.
pub fn json_objects(rows: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow::json::writer::JsonArray>(Vec::new());
    writer.write(rows)?;
    writer.finish()?;
    let bytes = writer.into_inner();
    // Without rows nothing is written, not even the brackets.
    let inner = bytes
        .strip_prefix(b"[")
        .and_then(|bytes| bytes.strip_suffix(b"]"));
    Ok(inner.unwrap_or_default().to_vec())
}

/// Rows as JSON values.
///
/// # Errors
/// Where a type has no JSON form.
pub fn json_values(rows: &RecordBatch) -> Result<Vec<serde_json::Value>, ArrowError> {
    let mut text = vec![b'['];
    text.extend(json_objects(rows)?);
    text.push(b']');
    serde_json::from_slice(&text).map_err(|error| ArrowError::JsonError(error.to_string()))
}

/// Rows as one JSON object per line.
pub fn json_lines(rows: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow::json::writer::LineDelimited>(Vec::new());
    writer.write(rows)?;
    writer.finish()?;
    Ok(writer.into_inner())
}

/// Rows as comma-separated values. A text that a spreadsheet would take for a formula is preceded by
/// an apostrophe.
pub fn csv(rows: &RecordBatch, with_header: bool) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    arrow::csv::WriterBuilder::new()
        .with_header(with_header)
        .build(&mut bytes)
        .write(&without_formulas(rows)?)?;
    Ok(bytes)
}

fn without_formulas(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = rows.schema();
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in schema.fields().iter().zip(rows.columns()) {
        let column = match field.data_type().is_string() {
            true => arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8)?,
            false => Arc::clone(column),
        };
        let guarded_column: ArrayRef = match column.as_any().downcast_ref::<StringArray>() {
            None => column,
            Some(texts) => Arc::new(
                texts
                    .iter()
                    .map(|text| text.map(guarded))
                    .collect::<StringArray>(),
            ),
        };
        let name = guarded(field.name());
        fields.push(Field::new(name, guarded_column.data_type().clone(), true));
        columns.push(guarded_column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn guarded(text: &str) -> String {
    // White space before the sign does not keep every spreadsheet from seeing a formula.
    let is_formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Rows as a complete Arrow IPC stream.
pub fn arrow_stream(schema: &Schema, rows: &[RecordBatch]) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
    for batch in rows {
        writer.write(batch)?;
    }
    writer.finish()?;
    writer.into_inner()
}

/// Rows as a Parquet file.
///
/// # Errors
/// Where a type has no Parquet form.
pub fn parquet(schema: &Arc<Schema>, rows: &[RecordBatch]) -> Result<Vec<u8>, ApiError> {
    Ok(parquet_bytes(schema, rows)?)
}

/// Rows in a format other than JSON, whole.
///
/// # Errors
/// Where a type has no form in the format.
pub fn encoded(rows: &RecordBatch, format: Format) -> Result<Vec<u8>, ApiError> {
    let parts = std::slice::from_ref(rows);
    let bytes = match format {
        Format::Json => json_objects(rows),
        Format::JsonLines => json_lines(rows),
        Format::Csv => csv(rows, true),
        Format::Arrow => arrow_stream(&rows.schema(), parts),
        Format::Parquet => return parquet(&rows.schema(), parts),
    };
    Ok(bytes.map_err(EngineError::from)?)
}

/// Rows in a streamed format, part by part.
pub struct Encoder {
    format: Format,
    schema: Arc<Schema>,
    /// The Arrow stream as far as it is not sent yet.
    arrow: Option<StreamWriter<Vec<u8>>>,
}

impl Encoder {
    /// An encoder of rows of one schema.
    ///
    /// # Errors
    /// Where a type has no form in the format.
    pub fn new(format: Format, schema: &Arc<Schema>) -> Result<Self, ApiError> {
        let arrow = match format {
            Format::Arrow => {
                Some(StreamWriter::try_new(Vec::new(), schema).map_err(EngineError::from)?)
            }
            _ => None,
        };
        Ok(Self {
            format,
            schema: Arc::clone(schema),
            arrow,
        })
    }

    /// What stands before the rows.
    ///
    /// # Errors
    /// Where a type has no form in the format.
    pub fn start(&mut self) -> Result<Vec<u8>, ApiError> {
        match self.format {
            // A header without rows tells the columns of an empty answer.
            Format::Csv => {
                let none = RecordBatch::new_empty(Arc::clone(&self.schema));
                Ok(csv(&none, true).map_err(EngineError::from)?)
            }
            _ => Ok(self.written()),
        }
    }

    /// Some rows.
    ///
    /// # Errors
    /// Where a type has no form in the format.
    pub fn rows(&mut self, rows: &RecordBatch) -> Result<Vec<u8>, ApiError> {
        if let Some(writer) = &mut self.arrow {
            writer.write(rows).map_err(EngineError::from)?;
            return Ok(self.written());
        }
        let bytes = match self.format {
            Format::Csv => csv(rows, false),
            _ => json_lines(rows),
        };
        Ok(bytes.map_err(EngineError::from)?)
    }

    /// What stands after the rows.
    ///
    /// # Errors
    /// Never in practice: it is written into memory.
    pub fn end(&mut self) -> Result<Vec<u8>, ApiError> {
        if let Some(writer) = &mut self.arrow {
            writer.finish().map_err(EngineError::from)?;
        }
        Ok(self.written())
    }

    fn written(&mut self) -> Vec<u8> {
        self.arrow
            .as_mut()
            .map_or_else(Vec::new, |writer| std::mem::take(writer.get_mut()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float64Array, Int64Array};
    use axum::http::HeaderValue;
    use expect_test::expect;

    fn rows() -> RecordBatch {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![
            Some("=cmd|' /C calc'!A0"),
            Some(" @sum"),
            Some("plain, \"quoted\"\nand broken"),
            None,
        ]));
        let whole: ArrayRef = Arc::new(Int64Array::from(vec![Some(-1), None, Some(3), Some(4)]));
        let number: ArrayRef = Arc::new(Float64Array::from(vec![-0.5, f64::NAN, 1e300, 0.0]));
        RecordBatch::try_from_iter_with_nullable([
            ("=text", texts, true),
            ("whole", whole, true),
            ("number", number, true),
        ])
        .unwrap()
    }

    #[test]
    fn no_cell_of_a_csv_is_a_formula_and_numbers_stay_numbers() {
        let text = String::from_utf8(csv(&rows(), true).unwrap()).unwrap();
        expect![[r#"
            '=text,whole,number
            '=cmd|' /C calc'!A0,-1,-0.5
            ' @sum,,NaN
            "plain, ""quoted""
            and broken",3,1e300
            ,4,0.0
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn missing_values_are_null_in_json() {
        let text = String::from_utf8(json_lines(&rows().slice(1, 1)).unwrap()).unwrap();
        expect![[r#"
            {"=text":" @sum","whole":null,"number":null}
        "#]]
        .assert_eq(&text);
        assert_eq!(json_objects(&rows().slice(0, 0)).unwrap(), b"");
        assert_eq!(json_values(&rows()).unwrap().len(), 4);
    }

    #[test]
    fn the_best_accepted_format_is_given() {
        let accepted = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_str(text).unwrap());
            Format::accepted(&headers).ok()
        };
        assert_eq!(Format::accepted(&HeaderMap::new()).ok(), Some(Format::Json));
        assert_eq!(accepted("*/*"), Some(Format::Json));
        assert_eq!(
            accepted("text/html, text/csv;q=0.4, */*;q=0.1"),
            Some(Format::Csv)
        );
        assert_eq!(accepted("text/*"), Some(Format::Csv));
        assert_eq!(accepted("text/csv;q=0"), None);
        assert_eq!(accepted("image/png"), None);
        assert_eq!(
            accepted("application/vnd.apache.arrow.stream"),
            Some(Format::Arrow)
        );
    }
}
