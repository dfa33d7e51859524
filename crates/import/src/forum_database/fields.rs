//! Values of a row by the names of their columns.

use entangle_dump::{SqlRow, SqlTable, SqlValue};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

use super::system::Column;

/// Numbers of a table's columns.
pub(super) struct ColumnNumbers(FxHashMap<String, usize>);

impl ColumnNumbers {
    pub(super) fn of(table: &SqlTable) -> Self {
        let columns = table.columns.iter().cloned();
        Self(columns.zip(0..).collect())
    }
}

/// A row whose values are asked for by name.
#[derive(Clone, Copy)]
pub(super) struct Fields<'r> {
    pub(super) row: SqlRow<'r>,
    columns: &'r ColumnNumbers,
}

/// A text of a row.
pub(super) struct FieldText<'r> {
    pub(super) text: Cow<'r, str>,
    /// What was wrong with it, `None` if nothing was.
    pub(super) problem: Option<&'static str>,
}

impl<'r> Fields<'r> {
    pub(super) fn new(row: SqlRow<'r>, columns: &'r ColumnNumbers) -> Self {
        Self { row, columns }
    }

    /// The text in a column; `None` for NULL, the empty text, and a column that is not there.
    pub(super) fn text(&self, column: &str) -> Option<FieldText<'r>> {
        let (text, problem) = match self.row.value(*self.columns.0.get(column)?) {
            SqlValue::Null => return None,
            SqlValue::Bare(word) => (Cow::Borrowed(word), None),
            SqlValue::Text { text, is_lossy } => {
                let problem = "bytes that are invalid in the file's encoding were replaced";
                (text, is_lossy.then_some(problem))
            }
            SqlValue::Unknown => {
                let problem = "the value is an expression, which is not computed";
                (Cow::Borrowed(""), Some(problem))
            }
        };
        let is_missing = text.is_empty() && problem.is_none();
        (!is_missing).then_some(FieldText { text, problem })
    }

    /// A short text in which nothing can be wrong that would matter, such as a number.
    pub(super) fn word(&self, column: &str) -> Option<Cow<'r, str>> {
        self.text(column)
            .map(|field| field.text)
            .filter(|text| !text.trim().is_empty())
    }

    /// As [`Fields::word`], where the system may have no such column.
    pub(super) fn word_of(&self, column: Column) -> Option<Cow<'r, str>> {
        self.word(column?)
    }

    /// As [`Fields::word_of`], without zero, which stands for nothing.
    pub(super) fn number_of(&self, column: Column) -> Option<Cow<'r, str>> {
        self.word_of(column).filter(|word| word != "0")
    }

    /// Columns whose names have this beginning, with what follows it.
    pub(super) fn columns_from(&self, start: &str) -> Vec<(&'r str, &'r str)> {
        let mut found: Vec<(&str, &str)> = self
            .row
            .table
            .columns
            .iter()
            .filter_map(|name| Some((name.as_str(), name.strip_prefix(start)?)))
            .collect();
        found.sort_unstable();
        found
    }
}
