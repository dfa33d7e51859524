//! Record batches as a workbook of sheets.
//!
//! Text is written as text and never as a formula, whatever it begins with. A sheet holds
//! 1,048,576 rows with its heading, so a longer table goes on in further sheets, each with the
//! heading; a workbook beyond [`XlsxOptions::cell_count_max`] is refused, because all of it is
//! held in memory until it is written. A cell holds 32,767 UTF-16 units; a longer text is refused,
//! or cut where the caller says so. Whole numbers that a floating-point number cannot hold are
//! written as text. Instants become dates of the spreadsheet in UTC, cut to milliseconds; before
//! 1900 they are written as text. NaN and infinities are text.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Datelike, Timelike, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use crate::ExportError;
use crate::csv::not_finite_text;
use crate::table_cell::{Cell, cell};

/// Rows of a sheet, with the heading.
pub const SHEET_ROW_COUNT_MAX: u32 = 1_048_576;
/// Columns of a sheet.
pub const SHEET_COLUMN_COUNT_MAX: usize = 16_384;
/// UTF-16 units of a cell.
pub const CELL_LENGTH_MAX: usize = 32_767;

/// Beyond this, floating-point numbers leave out whole numbers.
const EXACT_INTEGER_MAX: i128 = 1 << 53;

const CUT_MARK: &str = " […cut]";

/// What becomes of a text that is longer than a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongText {
    /// [`ExportError::LongText`].
    Refuse,
    /// It is cut, ends in ` […cut]`, and is counted.
    Cut,
}

/// What the caller decides about a workbook.
#[derive(Debug, Clone)]
pub struct XlsxOptions {
    /// What becomes of a text that is longer than a cell.
    pub long_text: LongText,
    /// Cells of the whole workbook; each takes some hundred bytes of memory with short texts.
    pub cell_count_max: u64,
    /// Rows of a sheet with its heading, from 2 to [`SHEET_ROW_COUNT_MAX`].
    pub sheet_row_count_max: u32,
    /// When the workbook says it was made; same tables and same instant, same bytes.
    pub made_at: DateTime<Utc>,
}

impl XlsxOptions {
    /// Sheets as long as they may be, ten million cells, long texts refused.
    pub fn new(made_at: DateTime<Utc>) -> Self {
        XlsxOptions {
            long_text: LongText::Refuse,
            cell_count_max: 10_000_000,
            sheet_row_count_max: SHEET_ROW_COUNT_MAX,
            made_at,
        }
    }
}

/// What a workbook holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XlsxCounts {
    /// Rows without headings.
    pub row_count: u64,
    /// Sheets.
    pub sheet_count: u32,
    /// Texts that were cut.
    pub cut_text_count: u64,
}

/// Writes one table to a workbook.
pub struct XlsxWriter {
    workbook: Workbook,
    table_name: String,
    schema: SchemaRef,
    options: XlsxOptions,
    date_format: Format,
    next_row: u32,
    counts: XlsxCounts,
}

impl XlsxWriter {
    /// Begins a workbook with an empty table. `table_name` names the sheets, without the
    /// characters that names of sheets may not have.
    pub fn new(
        table_name: &str,
        schema: SchemaRef,
        options: XlsxOptions,
    ) -> Result<Self, ExportError> {
        if schema.fields().len() > SHEET_COLUMN_COUNT_MAX {
            return Err(ExportError::TooLarge {
                document: "a sheet",
                limit: SHEET_COLUMN_COUNT_MAX as u64,
                unit: "columns",
                hint: "export CSV or NDJSON",
            });
        }
        let mut workbook = Workbook::new();
        let made_at = excel_instant(options.made_at)?.ok_or(ExportError::InstantOutOfRange {
            document: "a workbook",
            field: "made_at",
        })?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
        let mut writer = XlsxWriter {
            workbook,
            table_name: sheet_name_of(table_name),
            schema,
            options,
            date_format: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000"),
            next_row: 0,
            counts: XlsxCounts {
                row_count: 0,
                sheet_count: 0,
                cut_text_count: 0,
            },
        };
        writer.begin_sheet()?;
        Ok(writer)
    }

    /// Takes the rows of a batch.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        if batch.schema_ref().fields() != self.schema.fields() {
            return Err(ExportError::OtherColumns);
        }
        let row_count = self.counts.row_count + batch.num_rows() as u64;
        if row_count.saturating_mul(batch.num_columns() as u64) > self.options.cell_count_max {
            return Err(ExportError::TooLarge {
                document: "a workbook",
                limit: self.options.cell_count_max,
                unit: "cells",
                hint: "export CSV or NDJSON, or ask for fewer rows",
            });
        }
        for row in 0..batch.num_rows() {
            let row_max = self
                .options
                .sheet_row_count_max
                .clamp(2, SHEET_ROW_COUNT_MAX);
            if self.next_row >= row_max {
                self.begin_sheet()?;
            }
            self.counts.row_count += 1;
            for (index, column) in batch.columns().iter().enumerate() {
                self.write_cell(index, &cell(column.as_ref(), row)?)?;
            }
            self.next_row += 1;
        }
        Ok(())
    }

    /// Writes the workbook.
    pub fn finish(mut self, mut out: impl Write) -> Result<XlsxCounts, ExportError> {
        let bytes = self.workbook.save_to_buffer()?;
        out.write_all(&bytes)?;
        out.flush()?;
        Ok(self.counts)
    }

    fn begin_sheet(&mut self) -> Result<(), ExportError> {
        self.counts.sheet_count += 1;
        let number = self.counts.sheet_count;
        let name = match number {
            1 => self.table_name.clone(),
            _ => format!("{} {number}", self.table_name),
        };
        let heading = Format::new().set_bold();
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (index, field) in self.schema.fields().iter().enumerate() {
            let name = match whole_cell_text(field.name()) {
                Some(name) => name.to_owned(),
                None => cut_cell_text(field.name()),
            };
            sheet.write_string_with_format(0, column_number(index), name, &heading)?;
        }
        self.next_row = 1;
        Ok(())
    }

    fn write_cell(&mut self, index: usize, cell: &Cell<'_>) -> Result<(), ExportError> {
        let date_format = self.date_format.clone();
        let place = (self.next_row, column_number(index));
        match cell {
            Cell::Missing => {}
            Cell::Text(text) => self.write_text(place, index, text)?,
            Cell::Nested(json) => self.write_text(place, index, json)?,
            Cell::Integer(value) if value.abs() > EXACT_INTEGER_MAX => {
                self.write_text(place, index, &value.to_string())?;
            }
            Cell::Integer(value) => {
                self.sheet()?
                    .write_number(place.0, place.1, *value as f64)?;
            }
            Cell::Number(value, _) => {
                self.sheet()?.write_number(place.0, place.1, *value)?;
            }
            Cell::NotFinite(value) => self.write_text(place, index, not_finite_text(*value))?,
            Cell::Flag(flag) => {
                self.sheet()?.write_boolean(place.0, place.1, *flag)?;
            }
            Cell::Instant(instant, text) => match excel_instant(*instant)? {
                Some(date) => {
                    self.sheet()?.write_datetime_with_format(
                        place.0,
                        place.1,
                        &date,
                        &date_format,
                    )?;
                }
                None => self.write_text(place, index, text)?,
            },
        }
        Ok(())
    }

    fn write_text(
        &mut self,
        place: (u32, u16),
        index: usize,
        text: &str,
    ) -> Result<(), ExportError> {
        let written = match (whole_cell_text(text), self.options.long_text) {
            (Some(whole), _) => whole.to_owned(),
            (None, LongText::Cut) => {
                self.counts.cut_text_count += 1;
                cut_cell_text(text)
            }
            (None, LongText::Refuse) => {
                return Err(ExportError::LongText {
                    column: self.schema.field(index).name().clone(),
                    row: self.counts.row_count,
                    character_count: text.encode_utf16().count(),
                    limit: CELL_LENGTH_MAX,
                });
            }
        };
        self.sheet()?.write_string(place.0, place.1, written)?;
        Ok(())
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, ExportError> {
        let index = self.counts.sheet_count as usize - 1;
        Ok(self.workbook.worksheet_from_index(index)?)
    }
}

/// Columns are checked against the limit of a sheet when a workbook begins.
fn column_number(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// A text as a cell holds it; `None` where it is too long. Characters that XML cannot hold, and
/// texts that look like their escapes, are escaped by the library.
fn whole_cell_text(text: &str) -> Option<&str> {
    (text.encode_utf16().count() <= CELL_LENGTH_MAX).then_some(text)
}

/// As much of the beginning of a text as a cell holds, and a mark.
fn cut_cell_text(text: &str) -> String {
    let room = CELL_LENGTH_MAX - CUT_MARK.encode_utf16().count();
    let mut used = 0;
    let end_of_room = text.char_indices().find(|(_, character)| {
        used += character.len_utf16();
        used > room
    });
    let kept = end_of_room.map_or(text, |(position, _)| &text[..position]);
    format!("{kept}{CUT_MARK}")
}

/// `None` outside the years 1900 to 9999, which dates of spreadsheets cannot say.
fn excel_instant(instant: DateTime<Utc>) -> Result<Option<ExcelDateTime>, ExportError> {
    let (Ok(year), month, day) = (
        u16::try_from(instant.year()),
        instant.month() as u8,
        instant.day() as u8,
    ) else {
        return Ok(None);
    };
    if !(1900..=9999).contains(&year) {
        return Ok(None);
    }
    // A leap second is written as the last millisecond before it ends.
    let nanoseconds = instant.nanosecond().min(999_999_999);
    let seconds = f64::from(instant.second()) + f64::from(nanoseconds / 1_000_000) / 1000.0;
    let date = ExcelDateTime::from_ymd(year, month, day)?.and_hms(
        instant.hour() as u16,
        instant.minute() as u8,
        seconds,
    )?;
    Ok(Some(date))
}

/// A name that a sheet may have, with room for a number after it.
fn sheet_name_of(name: &str) -> String {
    let allowed = |character: &char| {
        !character.is_control() && !r"[]:*?/\'".contains(*character) && (*character as u32) < 0xFFFE
    };
    let kept: String = name.chars().filter(allowed).take(12).collect();
    match kept.trim() {
        "" => "table".to_owned(),
        // A name that spreadsheets keep for themselves.
        name if name.eq_ignore_ascii_case("history") => "table".to_owned(),
        name => name.to_owned(),
    }
}
