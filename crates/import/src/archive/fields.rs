//! A record with named fields, whichever syntax it was written in.

use std::borrow::Cow;

use super::json_value::JsonValue;

/// A field: its possible paths, the first that has a value counts. A path is a key, or keys of
/// nested objects joined with dots; `^` at its start leads to the record around this one, and
/// `@key` is the key under which the record itself stands. `?` at its start asks only whether
/// the key is there. `#1` at its end takes the second of the parts between slashes, `[]` the members
/// of a list: all of them, sorted and joined with bars, of a list in JSON; the first one of a list
/// in a cell of a table, as PostgreSQL writes it in braces.
pub(super) type Field = &'static [&'static str];

/// No such field.
pub(super) const NONE: Field = &[];

/// A record whose fields can be asked for.
pub(super) trait Fields {
    /// The value at a path as text; `None` if it is missing, null, empty, or no scalar.
    fn at(&self, path: &str) -> Option<Cow<'_, str>>;

    /// How many values a list at a path has; 1 for a value that is no list, 0 without one.
    fn count(&self, path: &str) -> u64;

    /// The value of a field as text.
    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        field.iter().find_map(|path| self.at(path))
    }

    /// Whether the value at a path is true, in the words that programs write for it; `None`
    /// without a value.
    fn flag(&self, path: &str) -> Option<bool> {
        let text = self.at(path)?;
        Some(matches!(
            &*text,
            "true" | "True" | "TRUE" | "t" | "1" | "yes"
        ))
    }

    /// Whether any value of a field is true; `None` if it has none.
    fn any_flag(&self, field: Field) -> Option<bool> {
        field
            .iter()
            .filter_map(|path| self.flag(path))
            .reduce(|left, right| left || right)
    }
}

/// A JSON object and the one around it.
pub(super) struct JsonRecord<'a> {
    pub(super) value: &'a JsonValue<'a>,
    pub(super) key: Option<&'a str>,
    pub(super) outer: Option<&'a JsonRecord<'a>>,
}

impl<'a> JsonRecord<'a> {
    /// Whether there is a value at a path, be it null.
    pub(super) fn has(&self, path: &str) -> bool {
        self.value(path).is_some()
    }

    /// The value at a path without marks; `None` if there is none.
    pub(super) fn value(&self, path: &str) -> Option<&'a JsonValue<'a>> {
        if let Some(rest) = path.strip_prefix('^') {
            return self.outer?.value(rest);
        }
        // A key that itself has a dot in it comes before the nested one.
        let direct = self.value.get(path);
        if direct.is_some() || !path.contains('.') {
            return direct;
        }
        path.split('.')
            .try_fold(self.value, |value, key| value.get(key))
    }
}

impl Fields for JsonRecord<'_> {
    fn at(&self, path: &str) -> Option<Cow<'_, str>> {
        if let Some(key) = path.strip_prefix('?') {
            return self.value.get(key).map(|_| Cow::Borrowed("true"));
        }
        if path == "@key" {
            return self.key.map(Cow::Borrowed);
        }
        if path == "^@key" {
            return self.outer?.key.map(Cow::Borrowed);
        }
        if let Some((path, index)) = path.split_once('#') {
            let JsonValue::Text(text) = self.value(path)? else {
                return None;
            };
            let part = text.split('/').nth(index.parse().ok()?)?;
            return (!part.is_empty()).then_some(Cow::Borrowed(part));
        }
        if let Some(path) = path.strip_suffix("[]") {
            let JsonValue::List(values) = self.value(path)? else {
                return None;
            };
            return joined(values).map(Cow::Owned);
        }
        scalar(self.value(path)?)
    }

    fn count(&self, path: &str) -> u64 {
        match self.value(path) {
            None | Some(JsonValue::Null | JsonValue::Bool(false)) => 0,
            Some(JsonValue::Text(text)) if text.trim().is_empty() => 0,
            Some(JsonValue::List(values)) => values.len() as u64,
            Some(_) => 1,
        }
    }
}

/// A value that is no container, as text; `None` if it is missing or blank.
fn scalar<'a>(value: &'a JsonValue<'_>) -> Option<Cow<'a, str>> {
    match value {
        JsonValue::Text(text) if !text.trim().is_empty() => Some(Cow::Borrowed(text)),
        JsonValue::Number(number) => Some(Cow::Owned(number.to_string())),
        JsonValue::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        _ => None,
    }
}

fn joined(values: &[JsonValue<'_>]) -> Option<String> {
    let mut words: Vec<Cow<'_, str>> = values.iter().filter_map(scalar).collect();
    words.sort();
    (!words.is_empty()).then(|| words.join("|"))
}

/// The first member of a list as PostgreSQL writes it.
pub(super) fn first_member(cell: &str) -> Option<&str> {
    let members = cell.strip_prefix('{')?.strip_suffix('}')?;
    let first = members.split(',').next()?.trim();
    (!first.is_empty() && first != "NULL").then_some(first)
}

/// A row of a table.
pub(super) struct TableRow<'a> {
    pub(super) header: &'a [String],
    pub(super) cells: &'a [Cow<'a, str>],
}

impl Fields for TableRow<'_> {
    fn at(&self, path: &str) -> Option<Cow<'_, str>> {
        if let Some(path) = path.strip_suffix("[]") {
            let index = self.header.iter().position(|name| name == path)?;
            return first_member(self.cells.get(index)?.trim()).map(Cow::Borrowed);
        }
        let index = self.header.iter().position(|name| name == path)?;
        let cell = self.cells.get(index)?.trim();
        // What PostgreSQL and pandas write for a missing value.
        let is_missing = matches!(cell, "" | "\\N" | "NULL" | "NaN" | "nan" | "None");
        (!is_missing).then_some(Cow::Borrowed(cell))
    }

    fn count(&self, path: &str) -> u64 {
        u64::from(self.at(path).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_through_objects_and_outward() {
        let outer: JsonValue<'_> = serde_json::from_str(r#"{"id": 7, "a": {"b": "x"}, "a.c": 1, "none": null, "empty": " ", "list": [1, 2], "no": false}"#).unwrap();
        let inner: JsonValue<'_> = serde_json::from_str(r#"{"id": "i"}"#).unwrap();
        let outer = JsonRecord {
            value: &outer,
            key: Some("k"),
            outer: None,
        };
        let inner = JsonRecord {
            value: &inner,
            key: None,
            outer: Some(&outer),
        };
        let text = |path| inner.at(path).map(Cow::into_owned);
        assert_eq!(text("id").as_deref(), Some("i"));
        assert_eq!(text("^id").as_deref(), Some("7"));
        assert_eq!(text("^a.b").as_deref(), Some("x"));
        assert_eq!(text("^a.c").as_deref(), Some("1"));
        assert_eq!(text("^@key").as_deref(), Some("k"));
        assert_eq!(text("^list[]").as_deref(), Some("1|2"));
        for path in [
            "x", "x[]", "^id[]", "^none", "^empty", "^list", "^^id", "^a", "@key", "", ".",
        ] {
            assert_eq!(text(path), None, "{path}");
        }
        assert_eq!(
            (outer.count("list"), outer.count("no"), outer.count("id")),
            (2, 0, 1)
        );
    }
}
