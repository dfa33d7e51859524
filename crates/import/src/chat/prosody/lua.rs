//! Tables of Lua that hold data only: strings, numbers, truth values and tables.
//!
//! Not an interpreter: nothing is called or computed, and what is no data is no table.

use serde_json::{Map, Number, Value};

/// The key under which a table's values without a key stand, as an array.
pub(super) const POSITIONAL: &str = "#";

/// Nesting beyond which a table is not read.
const DEPTH_MAX: usize = 64;

/// Reads a text that is one table.
pub(super) fn parse_table(text: &str) -> Option<Value> {
    let mut reader = TableReader { rest: text };
    let table = reader.table(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(table)
}

struct TableReader<'t> {
    rest: &'t str,
}

impl TableReader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn table(&mut self, depth: usize) -> Option<Value> {
        if depth > DEPTH_MAX || !self.take("{") {
            return None;
        }
        let mut members = Map::new();
        let mut positional = Vec::new();
        while !self.take("}") {
            match self.key()? {
                Some(key) => {
                    let value = self.value(depth)?;
                    members.insert(key, value);
                }
                None => positional.push(self.value(depth)?),
            }
            if !self.take(";") && !self.take(",") {
                if self.take("}") {
                    break;
                }
                return None;
            }
        }
        members.insert(POSITIONAL.to_string(), Value::Array(positional));
        Some(Value::Object(members))
    }

    /// Reads `["key"] =` or `key =`; the inner `None` if a value follows without a key.
    fn key(&mut self) -> Option<Option<String>> {
        if self.take("[") {
            self.skip_space();
            let key = match self.scalar()? {
                Value::String(key) => key,
                other => other.to_string(),
            };
            return (self.take("]") && self.take("=")).then_some(Some(key));
        }
        self.skip_space();
        let length = self
            .rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let (word, after) = self.rest.split_at(length);
        let is_key = after.trim_start().starts_with('=') && !word.is_empty();
        if !is_key {
            return Some(None);
        }
        self.rest = after;
        self.take("=").then(|| Some(word.to_string()))
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_space();
        if self.rest.starts_with('{') {
            self.table(depth + 1)
        } else {
            self.scalar()
        }
    }

    fn scalar(&mut self) -> Option<Value> {
        if self.rest.starts_with('"') {
            return self.string().map(Value::String);
        }
        let length = self
            .rest
            .find(|letter: char| matches!(letter, ';' | ',' | '}' | ']') || letter.is_whitespace())
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "nil" => Some(Value::Null),
            number => number
                .parse::<i64>()
                .map(Number::from)
                .ok()
                .or_else(|| Number::from_f64(number.parse().ok()?))
                .map(Value::Number),
        }
    }

    /// Reads a string in double quotes. Its escapes may stand for single bytes of a character.
    fn string(&mut self) -> Option<String> {
        let source = self.rest.strip_prefix('"')?.as_bytes();
        let mut bytes = Vec::new();
        let mut at = 0;
        loop {
            let special = memchr::memchr2(b'"', b'\\', &source[at..])?;
            bytes.extend_from_slice(&source[at..at + special]);
            at += special;
            if source[at] == b'"' {
                // A quote ends a character, hence the cut cannot fall inside one.
                self.rest = self.rest.get(at + 2..)?;
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            let (byte, length) = escape(&source[at + 1..])?;
            bytes.push(byte);
            at += 1 + length;
        }
    }
}

/// The byte that an escape stands for, and the length of what follows the backslash.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let digit_count = text
        .iter()
        .take(3)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digit_count > 0 {
        let code = text[..digit_count]
            .iter()
            .fold(0u32, |code, digit| code * 10 + u32::from(digit - b'0'));
        return Some((u8::try_from(code).ok()?, digit_count));
    }
    let byte = match text.first()? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        sign if sign.is_ascii() => *sign,
        _ => return None,
    };
    Some((byte, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_data_are_read() {
        let text = r#"{ { "a\n\"b\\\195\169"; name = "x" }, 7, -1.5; ["k"] = true; [3] = nil; }"#;
        let table = parse_table(text).unwrap();
        expect_test::expect![[
            r##"{"#":[{"#":["a\n\"b\\é"],"name":"x"},7,-1.5],"3":null,"k":true}"##
        ]]
        .assert_eq(&table.to_string());
    }

    #[test]
    fn what_is_no_data_is_not_read() {
        for text in [
            "",
            "{",
            "{ \"a }",
            "{ f() }",
            "{ [\"a\" = 1 }",
            "{ 1 2 }",
            "{ \"\\999\" }",
            "{} x",
            "{ a = }",
            "{;}",
        ] {
            assert_eq!(parse_table(text), None, "{text}");
        }
        assert_eq!(parse_table(&"{".repeat(1 << 20)), None);
    }
}
