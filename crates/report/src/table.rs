//! A table for machines: named columns of one type each.
//!
//! Not for the eye: how a reader sees a table is said in [`crate::study_table`].

use entangle_model::Estimate;

/// A table with a stable name; every column has the same number of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name of the table and stem of its files.
    pub name: &'static str,
    /// Columns from left to right.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Stable name, unit last.
    pub name: String,
    /// The cells from top to bottom.
    pub cells: Cells,
}

/// Cells of one type; `None` is missing, never zero or an empty text.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Text, possibly hostile.
    Text(Vec<Option<String>>),
    /// Counts.
    Count(Vec<Option<u64>>),
    /// Numbers; never NaN or infinite.
    Number(Vec<Option<f64>>),
}

impl Cells {
    /// Number of rows.
    pub fn row_count(&self) -> usize {
        match self {
            Cells::Text(cells) => cells.len(),
            Cells::Count(cells) => cells.len(),
            Cells::Number(cells) => cells.len(),
        }
    }
}

impl Table {
    /// A table without columns, to be filled from left to right.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            columns: Vec::new(),
        }
    }

    /// Number of rows.
    pub fn row_count(&self) -> usize {
        self.columns
            .first()
            .map_or(0, |column| column.cells.row_count())
    }

    /// Adds a column of text.
    pub fn text<T: Into<String>>(self, name: &str, cells: impl Iterator<Item = T>) -> Self {
        self.optional_text(name, cells.map(|cell| Some(cell.into())))
    }

    /// Adds a column of text in which cells may be missing.
    pub fn optional_text(self, name: &str, cells: impl Iterator<Item = Option<String>>) -> Self {
        self.column(name, Cells::Text(cells.collect()))
    }

    /// Adds a column of counts.
    pub fn count(self, name: &str, cells: impl Iterator<Item = u64>) -> Self {
        self.column(name, Cells::Count(cells.map(Some).collect()))
    }

    /// Adds a column of numbers; a number that is not finite is missing.
    pub fn number(self, name: &str, cells: impl Iterator<Item = Option<f64>>) -> Self {
        let finite = cells.map(|cell| cell.filter(|number| number.is_finite()));
        self.column(name, Cells::Number(finite.collect()))
    }

    /// Adds value, low, high, n and method of estimates, each name preceded by `prefix`.
    pub fn estimates<'a>(
        self,
        prefix: &str,
        estimates: impl Iterator<Item = &'a Estimate> + Clone,
    ) -> Self {
        self.number(
            &format!("{prefix}value"),
            estimates.clone().map(|estimate| estimate.value),
        )
        .number(
            &format!("{prefix}low"),
            estimates.clone().map(|estimate| estimate.low),
        )
        .number(
            &format!("{prefix}high"),
            estimates.clone().map(|estimate| estimate.high),
        )
        .count(
            &format!("{prefix}n"),
            estimates.clone().map(|estimate| estimate.n),
        )
        .text(
            &format!("{prefix}method"),
            estimates.map(|estimate| estimate.method.as_str()),
        )
    }

    fn column(mut self, name: &str, cells: Cells) -> Self {
        debug_assert!(
            self.columns.is_empty() || self.row_count() == cells.row_count(),
            "column {name} of table {} has another length",
            self.name
        );
        self.columns.push(Column {
            name: name.to_owned(),
            cells,
        });
        self
    }
}
