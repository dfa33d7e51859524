//! SQL dumps of MySQL, MariaDB, SQLite and PostgreSQL, row by row.
//!
//! Not a database: statements are neither run nor checked. Read are the column names of CREATE
//! TABLE and the rows of INSERT, REPLACE and COPY; all else is passed over. Only one row is held
//! at a time, however long its statement is.
//!
//! A row that cannot be read costs itself: reading goes on at the next place that looks like the
//! end of a row, `),(` or `);` at the end of a line. A string that is not closed is found by what
//! follows its supposed end, so such a place is trusted after damage only, never inside a
//! string.

mod row_end;
mod schema;
mod statement;
mod tuple;
mod value;
mod window;

pub use schema::{SqlSchema, SqlTable};
pub use value::SqlValue;

use crate::{FileReader, InputError, Row, Span, TextEncoding, Unreadable};
use row_end::{RowEnd, find_row_end};
use schema::{Tables, encoding_of};
use statement::{Head, read_copy_head, read_create_table, read_insert_head, statement_length};
use tuple::{Scan, ValueRange, scan_tuple, split_copy_line};
use value::{Decoding, read_value};
use window::{Start, Window};

/// A statement without rows, or the head of one with rows, longer than this is unreadable.
const STATEMENT_BYTES_MAX: usize = 1 << 20;

/// Looking in vain for the end of statements may cost this much; beyond it, and beyond four
/// times what was read, all that was looked at is passed instead of one line.
const VAIN_BYTES_MAX: u64 = 64 << 20;

const FILE_ENDS: &str = "the file ends inside the row";

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub struct SqlRow<'a> {
    /// The table.
    pub table: &'a SqlTable,
    raw: &'a [u8],
    span: Span,
    ranges: &'a [ValueRange],
    decoding: Decoding,
}

impl<'a> SqlRow<'a> {
    /// The row's bytes and place. It has no text: values may differ in encoding, and only those
    /// that are asked for are decoded.
    pub fn row(&self) -> Row<'a> {
        Row {
            text: "",
            raw: self.raw,
            span: self.span,
            is_lossy: false,
        }
    }

    /// The value of the column with this number, counted from 0; NULL where there is none.
    pub fn value(&self, column: usize) -> SqlValue<'a> {
        match self.ranges.get(column) {
            Some(range) => read_value(self.raw, *range, self.decoding),
            None => SqlValue::Null,
        }
    }
}

/// What is found in a dump.
#[derive(Debug)]
pub enum SqlEvent<'a> {
    /// A row.
    Row(SqlRow<'a>),
    /// A row, or a statement, that cannot be read.
    Unreadable {
        /// The table whose row it is; `None` where that is not known.
        table: Option<&'a SqlTable>,
        /// Where it stands, and why.
        unreadable: Unreadable,
    },
}

/// Where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Statement,
    /// Before or between the rows of an INSERT.
    Tuples(usize),
    CopyLines(usize),
    End,
}

/// What was found, before it is lent out.
enum Step {
    Row { table: usize, raw_bytes: usize },
    Unreadable(Option<usize>, Unreadable),
}

/// Reads the rows of the tables that are wanted.
pub struct SqlRows<'r, 'f, W> {
    window: Window<'r, 'f>,
    schema: &'r mut SqlSchema,
    is_wanted: W,
    state: State,
    tables: Tables,
    last_insert_head: (Vec<u8>, usize),
    has_backslash_escapes: bool,
    named_encoding: Option<TextEncoding>,
    ranges: Vec<ValueRange>,
    passed_bytes: usize,
    vain_bytes: u64,
}

impl<'r, 'f, W: Fn(&SqlTable) -> bool> SqlRows<'r, 'f, W> {
    /// Starts at the reader's position. `schema` is what the files before it created, and takes
    /// in what this one creates. `is_wanted` is asked once per table; rows of other tables are
    /// passed over.
    pub fn new(reader: &'r mut FileReader<'f>, schema: &'r mut SqlSchema, is_wanted: W) -> Self {
        Self {
            window: Window::new(reader),
            schema,
            is_wanted,
            state: State::Statement,
            tables: Tables::default(),
            last_insert_head: (Vec::new(), 0),
            has_backslash_escapes: true,
            named_encoding: None,
            ranges: Vec::new(),
            passed_bytes: 0,
            vain_bytes: 0,
        }
    }

    /// The next row, `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the reader. Damage to the dump itself is no error but [`SqlEvent::Unreadable`],
    /// also where the file ends inside a row or a statement.
    pub fn next_event(&mut self) -> Result<Option<SqlEvent<'_>>, InputError> {
        let passed_bytes = std::mem::take(&mut self.passed_bytes);
        self.window.advance(passed_bytes);
        let step = loop {
            let found = match self.state {
                State::End => return Ok(None),
                State::Statement => self.read_statement()?,
                State::Tuples(table) => self.read_tuple(table)?,
                State::CopyLines(table) => self.read_copy_line(table)?,
            };
            if let Some(step) = found {
                break step;
            }
        };
        Ok(Some(match step {
            Step::Unreadable(table, unreadable) => SqlEvent::Unreadable {
                table: table.map(|number| self.tables.get(number)),
                unreadable,
            },
            Step::Row { table, raw_bytes } => SqlEvent::Row(self.lend_row(table, raw_bytes)),
        }))
    }

    /// Bytes read so far.
    pub fn byte_position(&self) -> u64 {
        self.window.here().byte + self.passed_bytes as u64
    }

    fn lend_row(&self, table: usize, raw_bytes: usize) -> SqlRow<'_> {
        let Start { byte, line } = self.window.here();
        SqlRow {
            table: self.tables.get(table),
            raw: &self.window.rest()[..raw_bytes],
            span: Span {
                byte_start: byte,
                byte_end: byte + raw_bytes as u64,
                line,
            },
            ranges: &self.ranges,
            decoding: Decoding {
                file: self.window.reader().encoding(),
                named: self.named_encoding,
            },
        }
    }

    /// Passes blanks and comments, then reads one statement or the head of one.
    fn read_statement(&mut self) -> Result<Option<Step>, InputError> {
        self.window
            .skip_while(|byte| byte.is_ascii_whitespace() || byte == b';')?;
        self.window.grow_to(64)?;
        let rest = self.window.rest();
        if rest.is_empty() {
            self.state = State::End;
            return Ok(None);
        }
        if rest.starts_with(&self.last_insert_head.0) && !self.last_insert_head.0.is_empty() {
            let (head, table) = (self.last_insert_head.0.len(), self.last_insert_head.1);
            self.window.advance(head);
            self.state = State::Tuples(table);
            return Ok(None);
        }
        if matches!(rest[0], b'#' | b'\\') || rest.starts_with(b"--") {
            self.window.skip_past(b"\n")?;
            return Ok(None);
        }
        if rest.starts_with(b"*/") {
            self.window.advance(2);
            return Ok(None);
        }
        if rest.starts_with(b"/*") {
            return self.pass_comment();
        }
        let word_bytes = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        match rest[..word_bytes].to_ascii_lowercase().as_slice() {
            b"insert" | b"replace" => self.read_head(read_insert_head, State::Tuples),
            b"copy" => self.read_head(read_copy_head, State::CopyLines),
            b"delimiter" => self.pass_other_delimiter(),
            _ => self.pass_statement(),
        }
    }

    /// What stands in an executable comment is read as if it stood outside; other comments, and
    /// the mark of the sandbox mode, which has a backslash behind its number, are passed.
    fn pass_comment(&mut self) -> Result<Option<Step>, InputError> {
        let start = self.window.here();
        let rest = self.window.rest();
        let digit_count = rest
            .iter()
            .skip(3)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if rest.get(2) == Some(&b'!') && rest.get(3 + digit_count) != Some(&b'\\') {
            self.window.advance(3 + digit_count);
            return Ok(None);
        }
        self.window.advance(2);
        if self.window.skip_past(b"*/")? {
            return Ok(None);
        }
        Ok(self.unreadable(None, start, "the file ends inside a comment"))
    }

    /// Reads the head of a statement with rows.
    fn read_head(
        &mut self,
        read: fn(&[u8]) -> Head,
        rows: fn(usize) -> State,
    ) -> Result<Option<Step>, InputError> {
        let start = self.window.here();
        loop {
            match read(self.window.rest()) {
                Head::Complete(named, head_bytes) => {
                    let number = self.tables.number(named, self.schema, &self.is_wanted);
                    let Some(table) = number else {
                        return self.give_up_statement(start, "the dump has too many tables");
                    };
                    self.state = rows(table);
                    if matches!(self.state, State::Tuples(_)) {
                        let head = self.window.rest()[..head_bytes].to_vec();
                        self.last_insert_head = (head, table);
                    }
                    self.window.advance(head_bytes);
                    return Ok(None);
                }
                Head::Broken(reason) => return self.give_up_statement(start, reason),
                Head::Incomplete => {
                    if self.window.rest().len() > STATEMENT_BYTES_MAX || !self.window.grow()? {
                        return self.give_up_statement(start, "the statement has no end");
                    }
                }
            }
        }
    }

    /// Passes a statement without rows, and learns from it.
    fn pass_statement(&mut self) -> Result<Option<Step>, InputError> {
        let start = self.window.here();
        loop {
            let rest = self.window.rest();
            if let Some(length) = statement_length(rest, self.has_backslash_escapes) {
                let statement = rest[..length].to_vec();
                self.learn(&statement);
                self.window.advance(length);
                return Ok(None);
            }
            if rest.len() > STATEMENT_BYTES_MAX || !self.window.grow()? {
                return self.give_up_statement(start, "the statement has no end");
            }
        }
    }

    fn learn(&mut self, statement: &[u8]) {
        let head = statement[..statement.len().min(256)].to_ascii_lowercase();
        let words: Vec<&[u8]> = head
            .split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
            .filter(|word| !word.is_empty())
            .collect();
        match words.as_slice() {
            [b"create", ..] => {
                if let Some(named) = read_create_table(statement) {
                    self.last_insert_head.0.clear();
                    self.schema.add(named);
                }
            }
            [b"set", b"names", name, ..] => self.named_encoding = encoding_of(name),
            [b"set", b"client_encoding", name, ..] => self.named_encoding = encoding_of(name),
            [b"set", b"standard_conforming_strings", b"on", ..] | [b"pragma", ..] => {
                self.has_backslash_escapes = false;
            }
            _ => {}
        }
    }

    /// Triggers and procedures stand between two lines that begin with DELIMITER. They hold no
    /// rows of the dump.
    fn pass_other_delimiter(&mut self) -> Result<Option<Step>, InputError> {
        let start = self.window.here();
        loop {
            self.window
                .skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))?;
            self.window.grow_to(64)?;
            let rest = self.window.rest();
            if rest.is_empty() {
                return Ok(self.unreadable(None, start, "the file ends inside a procedure"));
            }
            let has_word = rest
                .get(..9)
                .is_some_and(|word| word.eq_ignore_ascii_case(b"delimiter"));
            let is_usual = has_word
                && rest[9..].trim_ascii_start().starts_with(b";")
                && !rest[9..].trim_ascii_start().starts_with(b";;");
            self.window.skip_past(b"\n")?;
            if is_usual {
                return Ok(None);
            }
        }
    }

    /// Reads the next row of an INSERT, or its end.
    fn read_tuple(&mut self, table: usize) -> Result<Option<Step>, InputError> {
        self.window
            .skip_while(|byte| byte.is_ascii_whitespace() || byte == b',')?;
        self.window.grow_to(1)?;
        let start = self.window.here();
        match self.window.rest().first() {
            Some(b'(') => {}
            // A star ends an executable comment around the statement.
            Some(b';' | b'*') => {
                self.state = State::Statement;
                return Ok(None);
            }
            None => {
                self.state = State::End;
                return Ok(self.unreadable(None, start, "the file ends inside a statement"));
            }
            Some(b'o' | b'O') => {
                self.state = State::Statement;
                return self.pass_statement();
            }
            Some(_) => return self.recover(Some(table), start, "what stands here is no row"),
        }
        loop {
            let rest = self.window.rest();
            let limit = self.window.reader().limits().row_bytes_max;
            match scan_tuple(rest, self.has_backslash_escapes, &mut self.ranges) {
                Scan::Complete(length) if length <= limit => {
                    return Ok(self.complete_row(table, length));
                }
                Scan::Broken(reason) => return self.recover(Some(table), start, reason),
                Scan::Complete(_) | Scan::Incomplete if rest.len() > limit => {
                    let reason = format!("the row is longer than {limit} bytes");
                    return self.recover(Some(table), start, &reason);
                }
                Scan::Complete(_) | Scan::Incomplete => {
                    if !self.window.grow()? {
                        return self.recover(Some(table), start, FILE_ENDS);
                    }
                }
            }
        }
    }

    /// A row with another number of values than the table has columns cannot be read.
    fn complete_row(&mut self, table: usize, raw_bytes: usize) -> Option<Step> {
        let column_count = self.tables.get(table).columns.len();
        if column_count != 0 && column_count != self.ranges.len() {
            let start = self.window.here();
            self.window.advance(raw_bytes);
            let reason = format!(
                "the row has {} values, the table has {column_count} columns",
                self.ranges.len()
            );
            return self.unreadable(Some(table), start, &reason);
        }
        if !self.tables.is_wanted(table) {
            self.window.advance(raw_bytes);
            return None;
        }
        self.passed_bytes = raw_bytes;
        Some(Step::Row { table, raw_bytes })
    }

    fn read_copy_line(&mut self, table: usize) -> Result<Option<Step>, InputError> {
        let start = self.window.here();
        let limit = self.window.reader().limits().row_bytes_max;
        let mut searched_bytes = 0;
        let line_end = loop {
            let rest = self.window.rest();
            if let Some(at) = memchr::memchr(b'\n', &rest[searched_bytes..]) {
                break searched_bytes + at;
            }
            searched_bytes = rest.len();
            if searched_bytes > limit {
                self.window.skip_past(b"\n")?;
                let reason = format!("the row is longer than {limit} bytes");
                return Ok(self.unreadable(Some(table), start, &reason));
            }
            if !self.window.grow()? {
                self.window.advance(searched_bytes);
                self.state = State::End;
                return Ok(self.unreadable(None, start, "the file ends inside the data of COPY"));
            }
        };
        let line = &self.window.rest()[..line_end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line == b"\\." {
            self.window.advance(line_end + 1);
            self.state = State::Statement;
            return Ok(None);
        }
        let length = line.len();
        let found = match split_copy_line(line, &mut self.ranges) {
            Scan::Broken(reason) => {
                self.window.advance(length);
                self.unreadable(Some(table), start, reason)
            }
            _ => self.complete_row(table, length),
        };
        let line_end_bytes = line_end + 1 - length;
        match found {
            Some(Step::Row { .. }) => self.passed_bytes += line_end_bytes,
            _ => self.window.advance(line_end_bytes),
        }
        Ok(found)
    }

    /// Passes a row that cannot be read, up to the next place that looks like the end of a row.
    fn recover(
        &mut self,
        table: Option<usize>,
        start: Start,
        reason: &str,
    ) -> Result<Option<Step>, InputError> {
        loop {
            let rest = self.window.rest();
            match find_row_end(rest) {
                RowEnd::BeforeRow(length) => {
                    self.window.advance(length);
                    break;
                }
                RowEnd::OfStatement(length) => {
                    self.window.advance(length);
                    self.state = State::Statement;
                    break;
                }
                RowEnd::NotHere(passed_bytes) => {
                    self.window.advance(passed_bytes);
                    if !self.window.grow()? {
                        self.window.advance(self.window.rest().len());
                        self.state = State::End;
                        break;
                    }
                }
            }
        }
        Ok(self.unreadable(table, start, reason))
    }

    /// Passes the line on which a statement begins that cannot be read. So much of the window was
    /// looked at in vain.
    fn give_up_statement(
        &mut self,
        start: Start,
        reason: &str,
    ) -> Result<Option<Step>, InputError> {
        let looked_at_bytes = self.window.rest().len();
        self.vain_bytes += looked_at_bytes as u64;
        if self.vain_bytes > VAIN_BYTES_MAX.max(4 * start.byte) {
            self.window.advance(looked_at_bytes);
        }
        self.window.skip_past(b"\n")?;
        self.state = State::Statement;
        Ok(self.unreadable(None, start, reason))
    }

    /// Reports what stands between a start and here, unless it is of a table that is not wanted.
    fn unreadable(&self, table: Option<usize>, start: Start, reason: &str) -> Option<Step> {
        if table.is_some_and(|number| !self.tables.is_wanted(number)) {
            return None;
        }
        let unreadable = Unreadable {
            span: self.window.span_from(start),
            reason: reason.to_string(),
        };
        Some(Step::Unreadable(table, unreadable))
    }
}

#[cfg(test)]
mod tests;
