//! Tables as CSV: comma, UTF-8, line feed, one heading line, an empty cell for missing.
//!
//! Text comes from sources and may be a formula to a spreadsheet. A text cell that begins like
//! one gets a leading apostrophe, which spreadsheets show as text; the Parquet file of the same
//! table holds the text as it is.

use crate::table::{Cells, Table};

/// Characters with which a spreadsheet may take a cell for a formula.
const FORMULA_STARTS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// The table as CSV.
pub fn table_to_csv(table: &Table) -> String {
    let mut csv = String::new();
    let names = table.columns.iter().map(|column| column.name.clone());
    push_line(&mut csv, names);
    for row in 0..table.row_count() {
        let cells = table.columns.iter().map(|column| cell(&column.cells, row));
        push_line(&mut csv, cells);
    }
    csv
}

fn push_line(csv: &mut String, cells: impl Iterator<Item = String>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            csv.push(',');
        }
        csv.push_str(&cell);
    }
    csv.push('\n');
}

fn cell(cells: &Cells, row: usize) -> String {
    match cells {
        Cells::Text(texts) => texts[row]
            .as_deref()
            .map_or_else(String::new, csv_text_cell),
        Cells::Count(counts) => counts[row].map_or_else(String::new, |count| count.to_string()),
        Cells::Number(numbers) => {
            numbers[row].map_or_else(String::new, |number| number.to_string())
        }
    }
}

/// A text cell, guarded against formulas and quoted where CSV needs it.
pub fn csv_text_cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA_STARTS) {
        "'"
    } else {
        ""
    };
    let needs_quotes = text.is_empty() || text.contains([',', '"', '\n', '\r']);
    if needs_quotes {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_formula_gets_an_apostrophe() {
        let hostile = [
            "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "a=1", "plain",
        ];
        let cells: Vec<String> = hostile.into_iter().map(csv_text_cell).collect();
        expect_test::expect![[r#"
            [
                "'=1+1",
                "'+1",
                "'-1",
                "'@SUM(A1)",
                "'\tx",
                "\"'\r=1\"",
                "a=1",
                "plain",
            ]
        "#]]
        .assert_debug_eq(&cells);
    }

    #[test]
    fn negative_numbers_are_not_guarded_and_missing_is_empty() {
        let table = Table::new("t")
            .number("delta", [Some(-0.25), None, Some(f64::NAN)].into_iter())
            .optional_text(
                "word",
                [Some("a,\"b\"".to_owned()), Some(String::new()), None].into_iter(),
            );
        expect_test::expect![[r#"
            delta,word
            -0.25,"a,""b"""
            ,""
            ,
        "#]]
        .assert_eq(&table_to_csv(&table));
    }
}
