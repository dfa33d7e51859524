//! A table of the result, defined once: its data, and how a reader sees them.
//!
//! The data go to CSV and Parquet as they are. The cells that a reader sees are made from the
//! same data, row by row, so the page, Markdown and LaTeX cannot say anything else.

use std::fmt;

use entangle_model::Estimate;

use crate::number::{
    MISSING, Unit, count, estimate_interval, estimate_value, finite, fixed, p_value, value,
};
use crate::table::{Cells, Table};
use crate::visible_text::visible_line;

/// A table with what a reader sees of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyTable {
    /// Everything the table holds.
    pub data: Table,
    /// What it shows, without a full stop.
    pub title: String,
    /// Population, n and method in whole sentences.
    pub basis: String,
    /// What stands in place of rows where there are none.
    pub when_empty: &'static str,
    /// Heads from left to right.
    pub heads: Vec<Head>,
    /// Rows of cells.
    pub rows: Vec<Vec<Cell>>,
    /// A heading above a row, where a group of rows begins; as many as rows.
    pub groups: Vec<Option<String>>,
    /// Reasons for missing numbers, in the order in which they are met.
    pub reasons: Vec<String>,
}

impl StudyTable {
    /// The file with the same numbers, relative to the report.
    pub fn data_file(&self) -> String {
        format!("tables/{}.csv", self.data.name)
    }
}

/// Head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its words.
    pub words: String,
    /// Whether the column holds numbers, which stand to the right.
    pub is_number: bool,
}

/// A cell as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What it says first.
    pub text: String,
    /// Why it is missing: an index into the reasons.
    pub reason: Option<usize>,
    /// Whether it stands out.
    pub is_strong: bool,
    /// What it says second.
    pub below: Option<Below>,
}

/// What a cell says second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Below {
    /// The interval of the number above.
    Interval(String),
    /// What the name above means.
    Meaning(String),
    /// The same of the other group, with the reason where it is missing.
    OtherGroup(String, Option<usize>),
}

impl Cell {
    /// A cell of text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self {
            text: visible_line(text.as_ref()),
            ..Self::default()
        }
    }

    /// The cell with the meaning of its name.
    pub fn meaning(mut self, meaning: &str) -> Self {
        self.below = Some(Below::Meaning(visible_line(meaning)));
        self
    }

    /// The cell with that of the other group.
    pub fn other_group(mut self, other: Cell) -> Self {
        self.below = Some(Below::OtherGroup(other.text, other.reason));
        self
    }

    /// The cell so that it stands out, where asked.
    pub fn strong(mut self, is_strong: bool) -> Self {
        self.is_strong = is_strong;
        self
    }
}

/// Reasons for missing numbers; equal ones are kept once.
#[derive(Debug, Default)]
pub struct Reasons(Vec<String>);

impl Reasons {
    /// An en dash with its reason.
    pub fn missing(&mut self, reason: &str) -> Cell {
        let reason = visible_line(reason);
        let known = self.0.iter().position(|known| *known == reason);
        let index = known.unwrap_or_else(|| {
            self.0.push(reason);
            self.0.len() - 1
        });
        Cell {
            text: MISSING.to_owned(),
            reason: Some(index),
            ..Cell::default()
        }
    }

    /// An estimate's value.
    pub fn value(&mut self, unit: Unit, estimate: &Estimate) -> Cell {
        match finite(estimate.value) {
            Some(_) => Cell::text(estimate_value(unit, estimate)),
            None => self.missing(&estimate.method),
        }
    }

    /// An estimate's interval.
    pub fn interval(&mut self, unit: Unit, estimate: &Estimate) -> Cell {
        match (estimate_interval(unit, estimate), finite(estimate.value)) {
            (Some(interval), _) => Cell::text(interval),
            (None, Some(_)) => self.missing("given without an interval"),
            (None, None) => self.missing(&estimate.method),
        }
    }

    /// An estimate's value with its interval below.
    pub fn value_and_interval(&mut self, unit: Unit, estimate: &Estimate) -> Cell {
        let mut cell = self.value(unit, estimate);
        cell.below = estimate_interval(unit, estimate).map(Below::Interval);
        cell
    }

    /// A number that may be missing for a reason.
    pub fn number(&mut self, unit: Unit, number: Option<f64>, reason: &str) -> Cell {
        match finite(number) {
            Some(number) => Cell::text(value(unit, number, 0)),
            None => self.missing(reason),
        }
    }

    /// A p-value.
    pub fn p(&mut self, p: Option<f64>) -> Cell {
        match finite(p) {
            Some(_) => Cell::text(p_value(p)),
            None => self.missing("test not run"),
        }
    }
}

/// Letters a to z, then aa, ab and so on: how reasons are referred to.
pub fn letter(index: usize) -> String {
    let last = char::from(b'a' + (index % 26) as u8);
    match index / 26 {
        0 => last.to_string(),
        rest => format!("{}{last}", letter(rest - 1)),
    }
}

/// A row of the data.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    index: usize,
}

impl<'a> Row<'a> {
    /// A text; empty where it is missing.
    pub fn text(&self, column: &str) -> &'a str {
        self.optional_text(column).unwrap_or_default()
    }

    /// A text that may be missing.
    pub fn optional_text(&self, column: &str) -> Option<&'a str> {
        match self.cells(column)? {
            Cells::Text(cells) => cells.get(self.index)?.as_deref(),
            Cells::Count(_) | Cells::Number(_) => None,
        }
    }

    /// A count; zero stands only for zero, because counts of our tables are never missing.
    pub fn count(&self, column: &str) -> u64 {
        match self.cells(column) {
            Some(Cells::Count(cells)) => cells.get(self.index).copied().flatten().unwrap_or(0),
            _ => 0,
        }
    }

    /// A number that may be missing.
    pub fn number(&self, column: &str) -> Option<f64> {
        match self.cells(column)? {
            Cells::Number(cells) => cells.get(self.index).copied().flatten(),
            Cells::Text(_) | Cells::Count(_) => None,
        }
    }

    /// The estimate whose columns begin with `prefix`.
    pub fn estimate(&self, prefix: &str) -> Estimate {
        Estimate {
            value: self.number(&format!("{prefix}value")),
            low: self.number(&format!("{prefix}low")),
            high: self.number(&format!("{prefix}high")),
            n: self.count(&format!("{prefix}n")),
            method: self.text(&format!("{prefix}method")).to_owned(),
        }
    }

    /// A cell that shows a count.
    pub fn count_cell(&self, column: &str) -> Cell {
        Cell::text(count(self.count(column)))
    }

    /// A cell that shows a text.
    pub fn text_cell(&self, column: &str) -> Cell {
        Cell::text(self.text(column))
    }

    /// A cell that shows a number which is never missing.
    pub fn fixed_cell(&self, column: &str, decimals: usize) -> Cell {
        Cell::text(
            self.number(column)
                .map_or_else(String::new, |number| fixed(number, decimals)),
        )
    }

    /// Another row of the same table.
    pub fn find(&self, is_it: impl Fn(&Row<'a>) -> bool) -> Option<Row<'a>> {
        rows_of(self.table).find(|row| is_it(row))
    }

    fn cells(&self, column: &str) -> Option<&'a Cells> {
        let found = self.table.columns.iter().find(|one| one.name == column);
        debug_assert!(
            found.is_some(),
            "table {} has no column {column}",
            self.table.name
        );
        found.map(|column| &column.cells)
    }
}

fn rows_of(table: &Table) -> impl Iterator<Item = Row<'_>> {
    (0..table.row_count()).map(move |index| Row { table, index })
}

type CellOf = Box<dyn Fn(&Row<'_>, &mut Reasons) -> Cell>;
type IsShown = Box<dyn Fn(&Row<'_>) -> bool>;
type GroupOf = Box<dyn Fn(&Row<'_>) -> String>;

/// How a reader sees a table, to be filled from left to right.
pub struct Layout {
    data: Table,
    title: String,
    basis: String,
    when_empty: &'static str,
    is_shown: IsShown,
    group_of: Option<GroupOf>,
    columns: Vec<(Head, CellOf)>,
}

impl fmt::Debug for Layout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads: Vec<&Head> = self.columns.iter().map(|column| &column.0).collect();
        formatter.debug_tuple("Layout").field(&heads).finish()
    }
}

impl Layout {
    /// Begins the layout of a table's data.
    pub fn of(data: Table, title: impl Into<String>) -> Self {
        Self {
            data,
            title: title.into(),
            basis: String::new(),
            when_empty: "Nothing to show.",
            is_shown: Box::new(|_| true),
            group_of: None,
            columns: Vec::new(),
        }
    }

    /// States population, n and method.
    pub fn basis(mut self, basis: impl Into<String>) -> Self {
        self.basis = basis.into();
        self
    }

    /// What stands in place of rows where there are none.
    pub fn when_empty(mut self, words: &'static str) -> Self {
        self.when_empty = words;
        self
    }

    /// Shows some rows of the data only.
    pub fn only_rows(mut self, is_shown: impl Fn(&Row<'_>) -> bool + 'static) -> Self {
        self.is_shown = Box::new(is_shown);
        self
    }

    /// Puts a heading above rows where it changes.
    pub fn grouped_by(mut self, group_of: impl Fn(&Row<'_>) -> String + 'static) -> Self {
        self.group_of = Some(Box::new(group_of));
        self
    }

    /// Adds a column of words.
    pub fn words(
        self,
        head: impl Into<String>,
        cell: impl Fn(&Row<'_>, &mut Reasons) -> Cell + 'static,
    ) -> Self {
        self.column(head.into(), false, Box::new(cell))
    }

    /// Adds a column of numbers.
    pub fn numbers(
        self,
        head: impl Into<String>,
        cell: impl Fn(&Row<'_>, &mut Reasons) -> Cell + 'static,
    ) -> Self {
        self.column(head.into(), true, Box::new(cell))
    }

    /// Adds p of a test, adjusted for the others of the table, and what follows of it; a difference
    /// that can be told stands out.
    pub fn adjusted_test(self) -> Self {
        self.numbers("Adjusted p", |row, reasons| {
            reasons.p(row.number("adjusted_p"))
        })
        .words("Verdict", |row, _| {
            let verdict = row.text("verdict");
            Cell::text(verdict).strong(verdict == "distinguishable")
        })
    }

    fn column(mut self, words: String, is_number: bool, cell: CellOf) -> Self {
        self.columns.push((Head { words, is_number }, cell));
        self
    }

    /// Makes the cells, row by row, so that reasons are lettered in the order of reading.
    pub fn finish(self) -> StudyTable {
        let mut reasons = Reasons::default();
        let (mut rows, mut groups) = (Vec::new(), Vec::new());
        let mut group_before = None;
        for row in rows_of(&self.data).filter(|row| (self.is_shown)(row)) {
            let cells = self.columns.iter();
            rows.push(cells.map(|(_, cell)| cell(&row, &mut reasons)).collect());
            let group = self.group_of.as_ref().map(|group_of| group_of(&row));
            groups.push(group.clone().filter(|_| group != group_before));
            group_before = group;
        }
        StudyTable {
            rows,
            groups,
            reasons: reasons.0,
            heads: self.columns.into_iter().map(|column| column.0).collect(),
            data: self.data,
            title: self.title,
            basis: self.basis,
            when_empty: self.when_empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_reasons_are_kept_once_in_the_order_of_reading() {
        let estimates = [
            Estimate::missing(0, "too few"),
            Estimate::missing(0, "no dates"),
            Estimate::new(0.5, 0.4, 0.6, 90, "counted"),
            Estimate::missing(0, "too few"),
        ];
        let data = Table::new("t").estimates("", estimates.iter());
        let table = Layout::of(data, "Title")
            .numbers("Share", |row, reasons| {
                reasons.value_and_interval(Unit::Share, &row.estimate(""))
            })
            .finish();
        let shown: Vec<String> = table
            .rows
            .iter()
            .map(|row| format!("{} {:?} {:?}", row[0].text, row[0].reason, row[0].below))
            .collect();
        expect_test::expect![[r#"
            – Some(0) None
            – Some(1) None
            50.0 % None Some(Interval("40.0 to 60.0\u{202f}%"))
            – Some(0) None"#]]
        .assert_eq(&shown.join("\n").replace('\u{202F}', " "));
        assert_eq!(table.reasons, ["too few", "no dates"]);
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 27, 52].map(letter),
            ["a", "z", "aa", "ab", "ba"]
        );
    }
}
