//! What is printed: JSON or text on standard output, errors on standard error.
//!
//! The only module that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{self, Write};

use serde_json::Value;

use crate::failure::Failure;

/// How results are shown.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// JSON instead of text.
    pub is_json: bool,
}

impl Output {
    /// Prints a result in the asked form; only the one needed is made.
    pub fn show(&self, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) {
        if self.is_json {
            line(&json().to_string());
        } else {
            line(text().trim_end());
        }
    }
}

/// Prints one line of data. A reader that went away (`entangle … | head`) is no error.
pub fn line(text: &str) {
    if let Err(error) = writeln!(io::stdout(), "{text}")
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("error: cannot write to standard output: {error}");
    }
}

/// Prints bytes of data as they are.
pub fn raw(bytes: &[u8]) -> io::Result<()> {
    io::stdout().write_all(bytes)
}

/// Prints an error.
pub fn error(error: &Failure) {
    eprintln!("error: {error}");
}

/// Sends what the server says of itself to standard error, as text or as JSON. `RUST_LOG` says how
/// much.
pub fn log_to_standard_error(is_json: bool) {
    entangle_server::log_to(io::stderr, is_json);
}

/// A table in aligned columns: texts to the left, numbers to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count());
            cells
                .chain([header[column].chars().count()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let is_numeric: Vec<bool> = (0..header.len())
        .map(|column| {
            rows.iter()
                .all(|row| row.get(column).is_none_or(|cell| looks_numeric(cell)))
        })
        .collect();
    let mut text = String::new();
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    for row in std::iter::once(&header).chain(rows) {
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            match is_numeric[column] {
                true => text.extend([&padding, cell, "  "]),
                false => text.extend([cell, padding.as_str(), "  "]),
            }
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn looks_numeric(cell: &str) -> bool {
    cell.chars()
        .all(|letter| letter.is_ascii_digit() || "+-.,%–".contains(letter))
}

/// A whole number with thousands set apart.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with that many decimals, or a dash where there is none.
pub fn decimal(number: Option<f64>, places: usize) -> String {
    number.map_or_else(|| "–".to_owned(), |number| format!("{number:.places$}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn tables_align_texts_left_and_numbers_right() {
        let rows = vec![
            vec!["alpha".to_owned(), count(1_234_567), decimal(Some(0.5), 2)],
            vec!["b".to_owned(), count(7), decimal(None, 2)],
        ];
        expect![[r#"
            source   accounts  share
            alpha   1,234,567   0.50
            b               7      –
        "#]]
        .assert_eq(&table(&["source", "accounts", "share"], &rows));
    }
}
