//! JSON of any size as a stream of values: one giant object, one array, or values one after
//! another with or without commas.
//!
//! A caller decides container by container whether to enter it, to take it as one value, or to
//! pass over it. Only taken values are held in memory, one at a time. They are cut, not
//! parsed: parsing the text is left to serde_json, whose own stream reader would need the giant
//! object whole.
//!
//! ```
//! use entangle_dump::{FileReader, JsonEvent, JsonWalker, Limits, Step, Walk};
//!
//! let text = r#"{"name": "room", "messages": [{"id": 1}, {"id": 2}]}"#;
//! let mut file = FileReader::from_stream("result.json", text.as_bytes(), &Limits::default(), None)?;
//! let mut walker = JsonWalker::new(&mut file, |path, container| match (path, container) {
//!     ([], Some(_)) => Walk::Enter,
//!     ([Step::Key(key)], Some(_)) if key == "messages" => Walk::Enter,
//!     _ => Walk::Take,
//! });
//! let mut texts = Vec::new();
//! while let Some(event) = walker.next_event()? {
//!     if let JsonEvent::Value { row, .. } = event {
//!         texts.push(row.text.to_string());
//!     }
//! }
//! assert_eq!(texts, [r#""room""#, r#"{"id": 1}"#, r#"{"id": 2}"#]);
//! # Ok::<(), entangle_dump::InputError>(())
//! ```

use crate::file_reader::Mark;
use crate::json_cut::{Cut, cut_string, cut_value};
use crate::row::RowBuffer;
use crate::{FileReader, InputError, Row, Unreadable};

/// One step from a container to a value in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Member of an object.
    Key(String),
    /// Element of an array, counted from 0.
    Index(u64),
}

/// The kind of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `{...}`
    Object,
    /// `[...]`
    Array,
}

/// What to do with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// Go into the container. A value that is none is taken.
    Enter,
    /// Give the value as one piece.
    Take,
    /// Pass over the value without holding it.
    Skip,
}

/// What the walker met. A path names the way from the top; values at the top have an empty one.
#[derive(Debug)]
pub enum JsonEvent<'a> {
    /// A container was entered.
    Enter {
        /// Path of the container.
        path: &'a [Step],
        /// Its kind.
        container: Container,
    },
    /// A container that was entered ended.
    Leave {
        /// Path of the container.
        path: &'a [Step],
    },
    /// A value was taken.
    Value {
        /// Path of the value.
        path: &'a [Step],
        /// Its text and place.
        row: Row<'a>,
    },
    /// A value was found but cannot be read.
    Unreadable {
        /// Path of the value.
        path: &'a [Step],
        /// Place and reason.
        unreadable: Unreadable,
    },
}

/// Walks through JSON values.
pub struct JsonWalker<'r, 'f, C> {
    reader: &'r mut FileReader<'f>,
    choose: C,
    value: RowBuffer,
    key: RowBuffer,
    /// One entry per entered container; the path has one step more while inside a value of it.
    open: Vec<OpenContainer>,
    path: Vec<Step>,
}

#[derive(Debug)]
struct OpenContainer {
    kind: Container,
    next_index: u64,
}

/// Keys on the way to rows are short; a longer one is damage.
const KEY_BYTES_MAX: usize = 64 << 10;

/// What a step of the walker led to, before the borrow of its text.
enum Reached {
    Nothing,
    End,
    Entered(Container),
    Left,
    Taken(Mark),
    Unreadable(Unreadable),
}

impl<'r, 'f, C> JsonWalker<'r, 'f, C>
where
    C: FnMut(&[Step], Option<Container>) -> Walk,
{
    /// Starts at the reader's position. `choose` is asked for every value with its path and, if
    /// it is a container, its kind.
    pub fn new(reader: &'r mut FileReader<'f>, choose: C) -> Self {
        let value = RowBuffer::new(reader.limits().row_bytes_max);
        Self {
            reader,
            choose,
            value,
            key: RowBuffer::new(KEY_BYTES_MAX),
            open: Vec::new(),
            path: Vec::new(),
        }
    }

    /// The next event, `None` at the end of the input.
    ///
    /// # Errors
    ///
    /// Those of the reader, an input that ends inside a value, or an entered object that is not
    /// well-formed. A damaged element of an entered array, or value at the top, is no error but
    /// [`JsonEvent::Unreadable`]; reading goes on at the next line that begins like it.
    pub fn next_event(&mut self) -> Result<Option<JsonEvent<'_>>, InputError> {
        let reached = loop {
            match self.step()? {
                Reached::Nothing => {}
                reached => break reached,
            }
        };
        Ok(Some(match reached {
            Reached::Nothing | Reached::End => return Ok(None),
            Reached::Entered(container) => JsonEvent::Enter {
                path: &self.path,
                container,
            },
            Reached::Left => JsonEvent::Leave { path: &self.path },
            Reached::Unreadable(unreadable) => JsonEvent::Unreadable {
                path: &self.path,
                unreadable,
            },
            Reached::Taken(start) => {
                let span = self.reader.span_from(start);
                JsonEvent::Value {
                    path: &self.path,
                    row: self.value.row(self.reader.encoding(), span),
                }
            }
        }))
    }

    /// Bytes read so far.
    pub fn byte_position(&self) -> u64 {
        self.reader.byte_position()
    }

    fn step(&mut self) -> Result<Reached, InputError> {
        self.path.truncate(self.open.len().saturating_sub(1));
        let is_separator = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        let has_more = self
            .reader
            .skip_until(|chunk| chunk.iter().position(|byte| !is_separator(byte)))?;
        let Some(byte) = self.reader.peek()?.filter(|_| has_more) else {
            return if self.open.is_empty() {
                Ok(Reached::End)
            } else {
                Err(self.reader.truncated())
            };
        };
        match (self.open.last().map(|container| container.kind), byte) {
            (Some(Container::Object), b'}') | (Some(Container::Array), b']') => {
                self.reader.consume(1);
                self.open.pop();
                Ok(Reached::Left)
            }
            (Some(Container::Object), _) => {
                let key = self.read_key()?;
                self.path.push(Step::Key(key));
                self.value()
            }
            (Some(Container::Array), _) => {
                let index = self.open.last_mut().map_or(0, |container| {
                    container.next_index += 1;
                    container.next_index - 1
                });
                self.path.push(Step::Index(index));
                self.value()
            }
            (None, _) => self.value(),
        }
    }

    /// Reads `"key":` and stops at the value.
    fn read_key(&mut self) -> Result<String, InputError> {
        self.key.clear();
        if self.reader.peek()? != Some(b'"') {
            return Err(self.reader.malformed("a key was expected"));
        }
        if cut_string(self.reader, &mut self.key)? != Cut::Whole || self.key.is_over() {
            return Err(self.reader.malformed("a key is not closed"));
        }
        let key = serde_json::from_slice(self.key.bytes())
            .map_err(|_| self.reader.malformed("a key is not a valid string"))?;
        self.skip_white_space()?;
        if self.reader.peek()? != Some(b':') {
            return Err(self.reader.malformed("a colon was expected"));
        }
        self.reader.consume(1);
        self.skip_white_space()?;
        Ok(key)
    }

    fn skip_white_space(&mut self) -> Result<(), InputError> {
        let found = self
            .reader
            .skip_until(|chunk| chunk.iter().position(|byte| !byte.is_ascii_whitespace()))?;
        if found {
            Ok(())
        } else {
            Err(self.reader.truncated())
        }
    }

    /// Enters, takes or passes over the value at the reader's position.
    fn value(&mut self) -> Result<Reached, InputError> {
        let container = match self.reader.peek()? {
            Some(b'{') => Some(Container::Object),
            Some(b'[') => Some(Container::Array),
            _ => None,
        };
        let walk = (self.choose)(&self.path, container);
        if let (Walk::Enter, Some(kind)) = (walk, container) {
            self.reader.consume(1);
            self.open.push(OpenContainer {
                kind,
                next_index: 0,
            });
            return Ok(Reached::Entered(kind));
        }
        self.value.clear();
        let start = self.reader.mark();
        let column = self.reader.column();
        let mut nothing = RowBuffer::new(0);
        let into = if walk == Walk::Skip {
            &mut nothing
        } else {
            &mut self.value
        };
        let cut = cut_value(self.reader, into)?;
        if let Cut::Broken(reason) = cut {
            return self.recover(start, column, reason);
        }
        let span = self.reader.span_from(start);
        Ok(match cut {
            _ if walk == Walk::Skip => Reached::Nothing,
            _ if self.value.is_over() => Reached::Unreadable(self.value.over_limit(span)),
            Cut::TooDeep => Reached::Unreadable(Unreadable {
                span,
                reason: format!(
                    "the value nests deeper than {}",
                    self.reader.limits().json_depth_max
                ),
            }),
            _ => Reached::Taken(start),
        })
    }

    /// Goes on after a damaged value: at the next line that is indented like the line on which
    /// the value began, and begins with a brace.
    fn recover(
        &mut self,
        start: Mark,
        column: u64,
        reason: &'static str,
    ) -> Result<Reached, InputError> {
        if let Some(OpenContainer {
            kind: Container::Object,
            ..
        }) = self.open.last()
        {
            return Err(self.reader.malformed(reason));
        }
        let unreadable = |span| {
            Reached::Unreadable(Unreadable {
                span,
                reason: reason.to_string(),
            })
        };
        while self
            .reader
            .skip_until(|chunk| memchr::memchr(b'\n', chunk))?
        {
            let span = self.reader.span_from(start);
            self.reader.consume(1);
            self.reader
                .skip_until(|chunk| chunk.iter().position(|byte| !matches!(byte, b' ' | b'\t')))?;
            if self.reader.peek()? == Some(b'{') && self.reader.column() == column {
                return Ok(unreadable(span));
            }
        }
        if self.open.is_empty() {
            return Ok(unreadable(self.reader.span_from(start)));
        }
        Err(self.reader.truncated())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;
    use serde_json::Value;
    use std::fmt::Write;

    fn path_text(path: &[Step]) -> String {
        path.iter()
            .map(|step| match step {
                Step::Key(key) => format!(".{key}"),
                Step::Index(index) => format!("[{index}]"),
            })
            .collect()
    }

    fn walk(
        text: &str,
        limits: &Limits,
        choose: impl FnMut(&[Step], Option<Container>) -> Walk,
    ) -> String {
        let mut file = FileReader::from_stream("a.json", text.as_bytes(), limits, None).unwrap();
        let mut walker = JsonWalker::new(&mut file, choose);
        let mut out = String::new();
        loop {
            match walker.next_event() {
                Ok(None) => return out,
                Ok(Some(JsonEvent::Value { path, row })) => {
                    let span = row.span;
                    let place =
                        format!("{}..{} line {}", span.byte_start, span.byte_end, span.line);
                    writeln!(out, "value {} at {place}: {}", path_text(path), row.text).unwrap();
                }
                Ok(Some(JsonEvent::Enter { path, container })) => {
                    writeln!(out, "enter {} {container:?}", path_text(path)).unwrap();
                }
                Ok(Some(JsonEvent::Leave { path })) => {
                    writeln!(out, "leave {}", path_text(path)).unwrap()
                }
                Ok(Some(JsonEvent::Unreadable { path, unreadable })) => {
                    let span = unreadable.span;
                    let place =
                        format!("{}..{} line {}", span.byte_start, span.byte_end, span.line);
                    writeln!(
                        out,
                        "lost {} at {place}: {}",
                        path_text(path),
                        unreadable.reason
                    )
                    .unwrap();
                }
                Err(error) => {
                    writeln!(out, "error: {error}").unwrap();
                    return out;
                }
            }
        }
    }

    fn enter_top_arrays(path: &[Step], container: Option<Container>) -> Walk {
        match (path, container) {
            ([], Some(Container::Array)) => Walk::Enter,
            _ => Walk::Take,
        }
    }

    fn check_values(text: &str, expected: Expect) {
        expected.assert_eq(&walk(text, &Limits::default(), enter_top_arrays));
    }

    #[test]
    fn values_one_after_another_with_and_without_commas() {
        check_values(
            "{\"a\": 1}\n{\"a\": 2},\n\n3 \"x}\" null[4, {}]",
            expect![[r#"
            value  at 0..8 line 1: {"a": 1}
            value  at 9..17 line 2: {"a": 2}
            value  at 20..21 line 4: 3
            value  at 22..26 line 4: "x}"
            value  at 27..31 line 4: null
            enter  Array
            value [0] at 32..33 line 4: 4
            value [1] at 35..37 line 4: {}
            leave 
        "#]],
        );
    }

    #[test]
    fn giant_object_is_walked_to_its_arrays() {
        let text = r#"{"name": "x", "skip": {"messages": [1]}, "list": [{"id": 7, "messages": [{"m": "]\"}"}, {"m": 2}]}], "z": 1}"#;
        let out = walk(text, &Limits::default(), |path, container| {
            match (path.last(), container) {
                (Some(Step::Key(key)), _) if key == "skip" => Walk::Skip,
                (Some(Step::Index(_)), Some(_)) if path.len() > 2 => Walk::Take,
                _ => Walk::Enter,
            }
        });
        expect![[r#"
            enter  Object
            value .name at 9..12 line 1: "x"
            enter .list Array
            enter .list[0] Object
            value .list[0].id at 57..58 line 1: 7
            enter .list[0].messages Array
            value .list[0].messages[0] at 73..86 line 1: {"m": "]\"}"}
            value .list[0].messages[1] at 88..96 line 1: {"m": 2}
            leave .list[0].messages
            leave .list[0]
            leave .list
            value .z at 106..107 line 1: 1
            leave 
        "#]]
        .assert_eq(&out);
    }

    #[test]
    fn damaged_value_costs_itself_only() {
        check_values(
            "[\n  {\"a\": \"no end},\n  {\"a\": {\n    \"b\": 1}},\n  {\"a\": [1}},\n  {\"a\": 2},\n  }\n  {\"a\": 3}\n]",
            expect![[r#"
                enter  Array
                lost [0] at 4..19 line 2: a line break stands inside a string
                value [1] at 22..42 line 3: {"a": {
                    "b": 1}}
                lost [2] at 46..57 line 5: brackets do not match
                value [3] at 60..68 line 6: {"a": 2}
                lost [4] at 72..73 line 7: no JSON value begins here
                value [5] at 76..84 line 8: {"a": 3}
                leave 
            "#]],
        );
    }

    #[test]
    fn cut_values_are_truncated() {
        for text in ["[1, 2", "{\"a\": ", "{\"a", "[{\"a\": \"\\", "[", "\"abc"] {
            let out = walk(text, &Limits::default(), enter_top_arrays);
            assert!(out.contains("ends in the middle"), "{text}: {out}");
        }
    }

    #[test]
    fn deep_nesting_is_noticed_without_recursion() {
        let deep = format!(
            "{}1{} {{\"a\": 1}}",
            "{\"a\":[".repeat(500_000),
            "]}".repeat(500_000)
        );
        let out = walk(&deep, &Limits::default(), |_, _| Walk::Take);
        expect![[r#"
            lost  at 0..4000001 line 1: the value nests deeper than 100
            value  at 4000002..4000010 line 1: {"a": 1}
        "#]]
        .assert_eq(&out);
    }

    #[test]
    fn over_long_value_is_passed_over() {
        let limits = Limits {
            row_bytes_max: 30,
            ..Limits::default()
        };
        let text = format!("[{{\"a\": \"{}\"}}, {{\"a\": 1}}]", "x".repeat(100));
        expect![[r#"
            enter  Array
            lost [0] at 1..110 line 1: the row is longer than 30 bytes
            value [1] at 112..120 line 1: {"a": 1}
            leave 
        "#]]
        .assert_eq(&walk(&text, &limits, enter_top_arrays));
    }

    #[test]
    fn entered_object_that_is_broken_ends_the_reading() {
        let out = walk("{\"a\": 1, b: 2}", &Limits::default(), |_, _| Walk::Enter);
        expect![[r#"
            enter  Object
            value .a at 6..7 line 1: 1
            error: a.json is not well-formed at byte 9: a key was expected
        "#]]
        .assert_eq(&out);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let text = "[ -~]{0,8}|[\\PC\"\\\\{}\\[\\]\n\t\u{0}-\u{1F}]{0,8}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((text, inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Walks into every container and puts the value together again.
    fn rebuilt(text: &str) -> Vec<Value> {
        let mut file =
            FileReader::from_stream("a.json", text.as_bytes(), &Limits::default(), None).unwrap();
        let mut walker = JsonWalker::new(&mut file, |_, _| Walk::Enter);
        let mut tops = Vec::new();
        let mut open: Vec<(Option<Step>, Value)> = Vec::new();
        while let Some(event) = walker.next_event().unwrap() {
            let (step, value) = match event {
                JsonEvent::Enter { path, container } => {
                    let empty = match container {
                        Container::Object => Value::Object(Default::default()),
                        Container::Array => Value::Array(Vec::new()),
                    };
                    open.push((path.last().cloned(), empty));
                    continue;
                }
                JsonEvent::Leave { .. } => open.pop().unwrap(),
                JsonEvent::Value { path, row } => (
                    path.last().cloned(),
                    serde_json::from_str(row.text).unwrap(),
                ),
                JsonEvent::Unreadable { unreadable, .. } => panic!("{unreadable:?}"),
            };
            match (open.last_mut(), step) {
                (None, _) => tops.push(value),
                (Some((_, Value::Object(members))), Some(Step::Key(key))) => {
                    members.insert(key, value);
                }
                (Some((_, Value::Array(elements))), Some(Step::Index(index))) => {
                    assert_eq!(elements.len() as u64, index);
                    elements.push(value);
                }
                other => panic!("{other:?}"),
            }
        }
        tops
    }

    proptest! {
        #[test]
        fn cut_values_are_what_serde_json_reads(
            values in prop::collection::vec(any_json(), 0..5),
            is_pretty: bool,
            separator in "[ \n]|,\n?",
        ) {
            let write = |value: &Value| if is_pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
            let texts: Vec<String> = values.iter().map(|value| write(value).unwrap()).collect();
            let stream = texts.join(&separator);
            let mut file = FileReader::from_stream("a.json", stream.as_bytes(), &Limits::default(), None).unwrap();
            let mut walker = JsonWalker::new(&mut file, |_, _| Walk::Take);
            let mut cut = Vec::new();
            while let Some(event) = walker.next_event().unwrap() {
                let JsonEvent::Value { row, .. } = event else { panic!("{event:?}") };
                prop_assert_eq!(&stream[row.span.byte_start as usize..row.span.byte_end as usize], row.text);
                cut.push(row.text.to_string());
            }
            prop_assert_eq!(cut, texts);
            prop_assert_eq!(rebuilt(&stream), stream_of(&stream));
        }

        #[test]
        fn any_bytes_end_without_a_panic(bytes in prop::collection::vec(prop::sample::select(b"{}[]\",:\\ \n1a\xFF\x00".to_vec()), 0..200)) {
            let mut file = FileReader::from_stream("a.json", bytes.as_slice(), &Limits::default(), None).unwrap();
            let mut walker = JsonWalker::new(&mut file, |path, _| if path.len() < 2 { Walk::Enter } else { Walk::Take });
            let mut event_count = 0;
            while let Ok(Some(_)) = walker.next_event() {
                event_count += 1;
                prop_assert!(event_count <= 2 * bytes.len());
            }
        }
    }

    fn stream_of(text: &str) -> Vec<Value> {
        let without_commas: String = {
            let mut file =
                FileReader::from_stream("a.json", text.as_bytes(), &Limits::default(), None)
                    .unwrap();
            let mut walker = JsonWalker::new(&mut file, |_, _| Walk::Take);
            let mut out = String::new();
            while let Some(JsonEvent::Value { row, .. }) = walker.next_event().unwrap() {
                out.push_str(row.text);
                out.push('\n');
            }
            out
        };
        serde_json::Deserializer::from_str(&without_commas)
            .into_iter::<Value>()
            .collect::<Result<_, _>>()
            .unwrap()
    }
}
