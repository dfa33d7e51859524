//! Tables read back.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float32Array, Int64Array, ListArray, StringArray,
    StructArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{Int32Type, Schema};
use arrow::record_batch::RecordBatch;
use entangle_export::ExportError;
use entangle_export::csv::CsvWriter;
use entangle_export::ndjson::NdjsonWriter;
use entangle_export::xlsx::{LongText, XlsxCounts, XlsxOptions, XlsxWriter};
use expect_test::expect;
use proptest::prelude::*;
use serde_json::Value;

use crate::csv_reader::{read_csv, unguarded};
use crate::samples::{HOSTILE_TEXTS, table};
use crate::world::{hostile_text, instant};

fn csv(batch: &RecordBatch) -> String {
    let mut out = Vec::new();
    let mut writer = CsvWriter::new(&mut out, batch.schema()).unwrap();
    writer.write(batch).unwrap();
    assert_eq!(writer.finish().unwrap(), batch.num_rows() as u64);
    String::from_utf8(out).unwrap()
}

fn ndjson(batch: &RecordBatch) -> String {
    let mut out = Vec::new();
    let mut writer = NdjsonWriter::new(&mut out, batch.schema());
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    String::from_utf8(out).unwrap()
}

fn xlsx(batch: &RecordBatch, options: XlsxOptions) -> Result<(Vec<u8>, XlsxCounts), ExportError> {
    let mut writer = XlsxWriter::new("table", batch.schema(), options)?;
    writer.write(batch)?;
    let mut out = Vec::new();
    let counts = writer.finish(&mut out)?;
    Ok((out, counts))
}

fn texts(values: Vec<Option<String>>) -> RecordBatch {
    let column: ArrayRef = Arc::new(StringArray::from(values));
    RecordBatch::try_from_iter_with_nullable([("text", column, true)]).unwrap()
}

/// One column of each type beyond those of a workspace's tables.
fn odd_types() -> RecordBatch {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
    let structure: StructArray = vec![(
        Arc::new(arrow::datatypes::Field::new(
            "na\"me",
            arrow::datatypes::DataType::Utf8,
            true,
        )),
        Arc::new(StringArray::from(vec![Some("=1,\n"), None])) as ArrayRef,
    )]
    .into();
    let dictionary: DictionaryArray<Int32Type> = vec![Some("-x"), Some("y")].into_iter().collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("list", Arc::new(list)),
        ("struct", Arc::new(structure)),
        ("dictionary", Arc::new(dictionary)),
        (
            "float32",
            Arc::new(Float32Array::from(vec![0.1, f32::INFINITY])),
        ),
        ("uint64", Arc::new(UInt64Array::from(vec![u64::MAX, 0]))),
        (
            "decimal",
            Arc::new(
                Decimal128Array::from(vec![-12_345, 5])
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
        ),
        (
            "seconds",
            Arc::new(TimestampSecondArray::from(vec![0, i64::MAX])),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .unwrap()
}

#[test]
fn every_type_as_csv() {
    expect![[r#"
        list,struct,dictionary,float32,uint64,decimal,seconds
        "[1,null]","{""na\""me"":""=1,\n""}",'-x,0.1,18446744073709551615,-123.45,1970-01-01T00:00:00Z
        ,"{""na\""me"":null}",y,Infinity,0,0.05,9223372036854775807 s since 1970
    "#]].assert_eq(&csv(&odd_types()));
}

#[test]
fn every_type_as_ndjson() {
    expect![[r#"
        {"list":[1,null],"struct":{"na\"me":"=1,\n"},"dictionary":"-x","float32":0.1,"uint64":18446744073709551615,"decimal":-123.45,"seconds":"1970-01-01T00:00:00Z"}
        {"list":null,"struct":{"na\"me":null},"dictionary":"y","float32":null,"uint64":0,"decimal":0.05,"seconds":"9223372036854775807 s since 1970"}
    "#]].assert_eq(&ndjson(&odd_types()));
}

#[test]
fn a_table_of_a_workspace_as_csv_and_ndjson() {
    let head = table().slice(0, 4);
    expect![[r#"
        row,text,'=2+3,match_weight_bits,is_staff,posted_at,copy_key
        0,plain words,'=0,0.1,true,1800-03-01T12:30:05.123456Z,9223372036854775807
        1,"<b>&amp;</b> ]]> <![CDATA[x]]> <!-- -->",'=1,-1.5e300,false,1820-03-01T12:30:05.123456Z,9223372036854775806
        2,nul � bell  escape [31m delete  next line ,'=2,NaN,true,1840-03-01T12:30:05.123456Z,9223372036854775805
        3,"not characters ￾ ￿, replaced �",'=3,-Infinity,,,
    "#]].assert_eq(&csv(&head));
    expect![[r#"
        {"row":0,"text":"plain words","=2+3":"=0","match_weight_bits":0.1,"is_staff":true,"posted_at":"1800-03-01T12:30:05.123456Z","copy_key":9223372036854775807}
        {"row":1,"text":"<b>&amp;</b> ]]> <![CDATA[x]]> <!-- -->","=2+3":"=1","match_weight_bits":-1.5e300,"is_staff":false,"posted_at":"1820-03-01T12:30:05.123456Z","copy_key":9223372036854775806}
        {"row":2,"text":"nul \u0000 bell \u0007 escape \u001b[31m delete  next line ","=2+3":"=2","match_weight_bits":null,"is_staff":true,"posted_at":"1840-03-01T12:30:05.123456Z","copy_key":9223372036854775805}
        {"row":3,"text":"not characters ￾ ￿, replaced �","=2+3":"=3","match_weight_bits":null,"is_staff":null,"posted_at":null,"copy_key":null}
    "#]].assert_eq(&ndjson(&head));
}

proptest! {
    #[test]
    fn csv_is_read_again_and_no_cell_is_a_formula(values in prop::collection::vec(prop::option::of(hostile_text()), 1..6)) {
        let rows = read_csv(&csv(&texts(values.clone())));
        prop_assert_eq!(rows.len(), values.len() + 1);
        for (row, value) in rows[1..].iter().zip(&values) {
            prop_assert_eq!(row.len(), 1);
            let cell = &row[0];
            match value {
                None => prop_assert!(cell.text.is_empty() && !cell.is_quoted),
                Some(value) => {
                    prop_assert!(!cell.text.is_empty() || cell.is_quoted, "an empty text is no missing one");
                    prop_assert_eq!(unguarded(&cell.text), value.replace('\0', "\u{FFFD}"));
                }
            }
            let is_number = cell.text.parse::<f64>().is_ok();
            let begins = cell.text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
            prop_assert!(is_number || !begins, "{:?}", cell);
        }
    }

    #[test]
    fn ndjson_is_read_again(values in prop::collection::vec(prop::option::of(hostile_text()), 1..6)) {
        let text = ndjson(&texts(values.clone()));
        let rows: Vec<Value> = text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
        let read: Vec<Option<String>> = rows.iter().map(|row| row["text"].as_str().map(str::to_owned)).collect();
        prop_assert_eq!(read, values);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_workbook_takes_any_text_and_repeats(values in prop::collection::vec(prop::option::of(hostile_text()), 1..6), name in hostile_text()) {
        let batch = texts(values);
        let write = || {
            let mut writer = XlsxWriter::new(&name, batch.schema(), XlsxOptions::new(instant(0))).unwrap();
            writer.write(&batch).unwrap();
            let mut out = Vec::new();
            writer.finish(&mut out).unwrap();
            out
        };
        prop_assert_eq!(write(), write());
    }
}

#[test]
fn a_cell_of_ten_million_characters_is_refused_or_cut_in_sheets_and_whole_elsewhere() {
    let long = "=\"\0".repeat(3_400_000);
    let batch = texts(vec![None, Some(long.clone())]);
    assert_eq!(
        unguarded(&read_csv(&csv(&batch))[2][0].text).len(),
        3_400_000 * 5
    );
    assert!(ndjson(&batch).len() > long.len());
    let error = xlsx(&batch, XlsxOptions::new(instant(0))).unwrap_err();
    expect![[r#"
        row 2 of column text holds a text of 10200000 characters; a cell of a sheet holds 32767
        hint: have long texts cut, or export CSV or NDJSON"#]]
    .assert_eq(&error.to_string());
    let options = XlsxOptions {
        long_text: LongText::Cut,
        ..XlsxOptions::new(instant(0))
    };
    let (_, counts) = xlsx(&batch, options).unwrap();
    assert_eq!(counts.cut_text_count, 1);
}

#[test]
fn a_long_table_goes_on_in_further_sheets_and_a_longer_one_is_refused() {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..25));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let options = XlsxOptions {
        sheet_row_count_max: 11,
        ..XlsxOptions::new(instant(0))
    };
    let (_, counts) = xlsx(&batch, options).unwrap();
    assert_eq!((counts.row_count, counts.sheet_count), (25, 3));
    let options = XlsxOptions {
        cell_count_max: 24,
        ..XlsxOptions::new(instant(0))
    };
    let error = xlsx(&batch, options).unwrap_err();
    assert!(
        matches!(error, ExportError::TooLarge { limit: 24, .. }),
        "{error}"
    );
}

#[test]
fn a_batch_with_other_columns_is_refused() {
    let batch = texts(vec![None]);
    let empty = RecordBatch::new_empty(Arc::new(Schema::empty()));
    let mut csv = CsvWriter::new(std::io::sink(), batch.schema()).unwrap();
    assert!(matches!(csv.write(&empty), Err(ExportError::OtherColumns)));
    let mut ndjson = NdjsonWriter::new(std::io::sink(), batch.schema());
    assert!(matches!(
        ndjson.write(&empty),
        Err(ExportError::OtherColumns)
    ));
    let mut xlsx = XlsxWriter::new("t", batch.schema(), XlsxOptions::new(instant(0))).unwrap();
    assert!(matches!(xlsx.write(&empty), Err(ExportError::OtherColumns)));
}

#[test]
fn the_guard_can_be_undone() {
    let rows = read_csv(&csv(&table()));
    for (row, text) in rows[1..].iter().zip(HOSTILE_TEXTS) {
        assert_eq!(unguarded(&row[1].text), text.replace('\0', "\u{FFFD}"));
    }
}
