//! Tables and their columns, as the statements of a dump name them.

use std::collections::HashMap;

use super::statement::Named;
use crate::TextEncoding;

/// Names of tables and columns that are remembered; beyond that rows are unreadable.
const NAMES_BYTES_MAX: usize = 16 << 20;

/// A table as the statement that brings its rows has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlTable {
    /// Counts the tables of a file from 0. A table whose rows come with another list of columns
    /// counts anew.
    pub number: usize,
    /// Its name, without database and schema.
    pub name: String,
    /// Names of the values of a row, in order; empty where the dump does not say.
    pub columns: Vec<String>,
}

/// Columns of the tables that a dump creates, for rows that come without names of columns. It is
/// shared by the files of a dump, since some programs write schema and rows to different files.
#[derive(Debug, Default)]
pub struct SqlSchema {
    columns: HashMap<String, Vec<String>>,
    names_bytes: usize,
}

impl SqlSchema {
    /// Remembers the columns of a table, unless there are too many. A table that is created again
    /// replaces the one before.
    pub(super) fn add(&mut self, named: Named) {
        if has_room_for(&mut self.names_bytes, &named) {
            self.columns.insert(named.table, named.columns);
        }
    }
}

/// The tables of a file.
#[derive(Debug, Default)]
pub(super) struct Tables {
    tables: Vec<SqlTable>,
    wanted: Vec<bool>,
    numbers_by_name: HashMap<String, Vec<usize>>,
    names_bytes: usize,
}

impl Tables {
    /// The number of a table with these columns; `None` if there are too many. `is_wanted` is
    /// asked about a new one.
    pub(super) fn number(
        &mut self,
        mut named: Named,
        schema: &SqlSchema,
        is_wanted: impl Fn(&SqlTable) -> bool,
    ) -> Option<usize> {
        if named.columns.is_empty() {
            let created = schema.columns.get(&named.table);
            named.columns = created.cloned().unwrap_or_default();
        }
        let numbers = self.numbers_by_name.get(&named.table).into_iter().flatten();
        for number in numbers {
            if self.tables[*number].columns == named.columns {
                return Some(*number);
            }
        }
        if !has_room_for(&mut self.names_bytes, &named) {
            return None;
        }
        let number = self.tables.len();
        let numbers = self.numbers_by_name.entry(named.table.clone());
        numbers.or_default().push(number);
        let table = SqlTable {
            number,
            name: named.table,
            columns: named.columns,
        };
        self.wanted.push(is_wanted(&table));
        self.tables.push(table);
        Some(number)
    }

    pub(super) fn get(&self, number: usize) -> &SqlTable {
        &self.tables[number]
    }

    pub(super) fn is_wanted(&self, number: usize) -> bool {
        self.wanted[number]
    }
}

/// Counts names that are to be remembered, unless they are too many.
fn has_room_for(names_bytes: &mut usize, named: &Named) -> bool {
    let string_bytes = size_of::<String>();
    let columns = named.columns.iter();
    let columns_bytes: usize = columns.map(|name| name.len() + string_bytes).sum();
    let needed = *names_bytes + size_of::<SqlTable>() + named.table.len() + columns_bytes;
    let has_room = needed <= NAMES_BYTES_MAX;
    if has_room {
        *names_bytes = needed;
    }
    has_room
}

/// The encoding that a dump names, in MySQL's or PostgreSQL's words. MySQL's latin1 is
/// windows-1252.
pub(super) fn encoding_of(name: &[u8]) -> Option<TextEncoding> {
    let name = std::str::from_utf8(name).ok()?;
    let label = match name {
        "cp1250" | "win1250" => "windows-1250",
        "cp1251" | "win1251" => "windows-1251",
        "cp1256" | "win1256" => "windows-1256",
        "cp1257" | "win1257" => "windows-1257",
        "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        "greek" => "iso-8859-7",
        "hebrew" => "iso-8859-8",
        other => other,
    };
    TextEncoding::from_label(label).ok()
}
