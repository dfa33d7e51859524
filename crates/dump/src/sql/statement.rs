//! Statements other than rows: heads of INSERT and COPY, column names of CREATE TABLE.

use super::tuple::quotation_end;

/// Words that begin a part of CREATE TABLE that is no column, unless they are quoted.
const CLAUSE_WORDS: [&str; 12] = [
    "primary",
    "key",
    "unique",
    "index",
    "constraint",
    "fulltext",
    "spatial",
    "check",
    "foreign",
    "exclude",
    "like",
    "period",
];

/// Table and columns as a statement names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) table: String,
    /// Empty where the statement names none.
    pub(super) columns: Vec<String>,
}

/// What looking at the head of a statement gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// The head has so many bytes; rows follow.
    Complete(Named, usize),
    /// The head goes on behind the slice.
    Incomplete,
    /// No rows follow that can be read.
    Broken(&'static str),
}

/// Reads `INSERT INTO name (columns) VALUES`, up to the first row.
pub(super) fn read_insert_head(bytes: &[u8]) -> Head {
    let mut tokens = Tokens::new(bytes);
    let read = (|| {
        let mut token = tokens.next()?;
        while token.is_one_of(&[
            "insert",
            "replace",
            "into",
            "ignore",
            "delayed",
            "low_priority",
            "high_priority",
            "or",
            "only",
        ]) {
            token = tokens.next()?;
        }
        let (table, mut token) = table_name(token, &mut tokens)?;
        let mut columns = Vec::new();
        if token == Token::Mark(b'(') {
            columns = column_list(&mut tokens)?;
            token = tokens.next()?;
        }
        while token.is_one_of(&["overriding", "system", "user", "value"]) {
            let is_value = token.is_one_of(&["value"]);
            token = tokens.next()?;
            if is_value && token == Token::Mark(b'(') {
                return Ok(Head::Complete(Named { table, columns }, tokens.at - 1));
            }
        }
        if !token.is_one_of(&["values"]) {
            return Err(Stop::Broken("the statement has no list of rows"));
        }
        Ok(Head::Complete(Named { table, columns }, tokens.at))
    })();
    read.unwrap_or_else(Stop::into_head)
}

/// Reads `COPY name (columns) FROM stdin;`, up to the first line of data.
pub(super) fn read_copy_head(bytes: &[u8]) -> Head {
    let mut tokens = Tokens::new(bytes);
    let read = (|| {
        tokens.next()?;
        let token = tokens.next()?;
        let (table, mut token) = table_name(token, &mut tokens)?;
        let mut columns = Vec::new();
        if token == Token::Mark(b'(') {
            columns = column_list(&mut tokens)?;
            token = tokens.next()?;
        }
        let is_from_here = token.is_one_of(&["from"])
            && tokens.next()?.is_one_of(&["stdin"])
            && tokens.next()? == Token::Mark(b';');
        if !is_from_here {
            return Err(Stop::Broken(
                "the data of COPY do not follow it as plain text",
            ));
        }
        let line_end = memchr::memchr(b'\n', &bytes[tokens.at..]).ok_or(Stop::Incomplete)?;
        Ok(Head::Complete(
            Named { table, columns },
            tokens.at + line_end + 1,
        ))
    })();
    read.unwrap_or_else(Stop::into_head)
}

/// The table that a whole statement creates; `None` for other statements.
pub(super) fn read_create_table(statement: &[u8]) -> Option<Named> {
    let mut tokens = Tokens::new(statement);
    let mut token = tokens.next().ok()?;
    while token.is_one_of(&[
        "create",
        "temporary",
        "unlogged",
        "global",
        "local",
        "or",
        "replace",
    ]) {
        token = tokens.next().ok()?;
    }
    if !token.is_one_of(&["table"]) {
        return None;
    }
    token = tokens.next().ok()?;
    while token.is_one_of(&["if", "not", "exists"]) {
        token = tokens.next().ok()?;
    }
    let (table, token) = table_name(token, &mut tokens).ok()?;
    if token != Token::Mark(b'(') {
        return None;
    }
    let mut columns = Vec::new();
    let (mut depth, mut is_at_part_start) = (1, true);
    while depth > 0 {
        let token = tokens.next().ok()?;
        if is_at_part_start {
            columns.extend(token.column());
        }
        is_at_part_start = token == Token::Mark(b',') && depth == 1;
        match token {
            Token::Mark(b'(') => depth += 1,
            Token::Mark(b')') => depth -= 1,
            _ => {}
        }
    }
    Some(Named { table, columns })
}

/// Bytes of the statement at the start of a slice, with its semicolon; `None` if the slice ends
/// before.
pub(super) fn statement_length(bytes: &[u8], has_backslash_escapes: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let byte = *rest.first()?;
        at = match byte {
            b';' => return Some(at + 1),
            b'\'' | b'"' => quotation_end(bytes, at + 1, byte, has_backslash_escapes)?.0 + 1,
            b'`' => quotation_end(bytes, at + 1, byte, false)?.0 + 1,
            b'$' => at + dollar_quotation_length(rest)?,
            b'-' if rest.starts_with(b"--") => at + memchr::memchr(b'\n', rest)?,
            b'/' if rest.starts_with(b"/*") && rest.get(2) != Some(&b'!') => {
                at + 4 + memchr::memmem::find(rest.get(2..)?, b"*/")?
            }
            _ => at + 1,
        };
    }
}

/// Bytes of `$tag$ … $tag$`; 1 if the dollar begins no such quotation.
fn dollar_quotation_length(bytes: &[u8]) -> Option<usize> {
    let tag_end = 1 + bytes[1..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    if *bytes.get(tag_end)? != b'$' {
        return Some(1);
    }
    let tag = &bytes[..=tag_end];
    let end = memchr::memmem::find(&bytes[tag.len()..], tag)?;
    Some(2 * tag.len() + end)
}

/// Why a head cannot be read.
enum Stop {
    Incomplete,
    Broken(&'static str),
}

impl Stop {
    fn into_head(self) -> Head {
        match self {
            Stop::Incomplete => Head::Incomplete,
            Stop::Broken(reason) => Head::Broken(reason),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A name or key word outside quotes.
    Word(String),
    /// A name in quotes.
    Name(String),
    /// Anything else, byte by byte.
    Mark(u8),
}

impl Token {
    fn is_one_of(&self, words: &[&str]) -> bool {
        matches!(self, Token::Word(word) if words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    }

    fn name(self) -> Option<String> {
        match self {
            Token::Word(name) | Token::Name(name) => Some(name),
            Token::Mark(_) => None,
        }
    }

    /// The column that a part of CREATE TABLE which begins so declares.
    fn column(&self) -> Option<String> {
        if self.is_one_of(&CLAUSE_WORDS) {
            return None;
        }
        self.clone().name()
    }
}

struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Tokens<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn next(&mut self) -> Result<Token, Stop> {
        self.skip_blanks()?;
        let rest = &self.bytes[self.at..];
        let byte = *rest.first().ok_or(Stop::Incomplete)?;
        if matches!(byte, b'`' | b'"' | b'\'' | b'[') {
            let quote = if byte == b'[' { b']' } else { byte };
            let start = self.at + 1;
            let (end, _) =
                quotation_end(self.bytes, start, quote, false).ok_or(Stop::Incomplete)?;
            self.at = end + 1;
            return Ok(Token::Name(to_name(&self.bytes[start..end])));
        }
        let is_word_byte =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
        let length = rest.iter().take_while(|byte| is_word_byte(byte)).count();
        if length == rest.len() {
            return Err(Stop::Incomplete);
        }
        self.at += length.max(1);
        Ok(match length {
            0 => Token::Mark(byte),
            _ => Token::Word(to_name(&rest[..length])),
        })
    }

    fn skip_blanks(&mut self) -> Result<(), Stop> {
        loop {
            let rest = &self.bytes[self.at..];
            let blank_count = rest
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            self.at += blank_count;
            let rest = &rest[blank_count..];
            if rest.starts_with(b"/*") {
                let end = memchr::memmem::find(&rest[2..], b"*/").ok_or(Stop::Incomplete)?;
                self.at += end + 4;
            } else if rest.starts_with(b"--") {
                self.at += memchr::memchr(b'\n', rest).ok_or(Stop::Incomplete)?;
            } else {
                return Ok(());
            }
        }
    }
}

fn to_name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The last part of a name that may have a database or schema before it, and the token after it.
fn table_name(first: Token, tokens: &mut Tokens<'_>) -> Result<(String, Token), Stop> {
    let no_name = Stop::Broken("the statement names no table");
    let mut name = match first.name() {
        Some(name) => name,
        None => return Err(no_name),
    };
    loop {
        let token = tokens.next()?;
        if token != Token::Mark(b'.') {
            return Ok((name, token));
        }
        name = match tokens.next()?.name() {
            Some(name) => name,
            None => return Err(no_name),
        };
    }
}

/// The names up to the closing bracket.
fn column_list(tokens: &mut Tokens<'_>) -> Result<Vec<String>, Stop> {
    let mut columns = Vec::new();
    loop {
        match tokens.next()? {
            Token::Mark(b')') => return Ok(columns),
            Token::Mark(b',') => {}
            token => match token.name() {
                Some(name) => columns.push(name),
                None => return Err(Stop::Broken("the list of columns cannot be read")),
            },
        }
    }
}
