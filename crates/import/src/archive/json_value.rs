//! A JSON object of which only the fields that mean something are kept, borrowed from its text.
//!
//! A record of an archive has dozens of fields, of which a shape asks for a few. The others are
//! passed over without a tree being built of them; those that are kept are copied only where an
//! escape stands in them.

use rustc_hash::FxHashSet;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess};
use serde::de::{Error, Visitor};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::fmt;

use super::layout::RecordTable;

/// A value that borrows from the text that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum JsonValue<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    List(Vec<JsonValue<'t>>),
    /// Members in the order of the text.
    Object(Vec<(Cow<'t, str>, JsonValue<'t>)>),
}

impl<'t> JsonValue<'t> {
    /// The member of an object; of several with the same key the last, as JSON parsers do it.
    pub(super) fn get(&self, key: &str) -> Option<&JsonValue<'t>> {
        let Self::Object(members) = self else {
            return None;
        };
        let member = members.iter().rev().find(|(name, _)| name == key)?;
        Some(&member.1)
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// The value in one form whatever its white space and the order of its members, for hashes.
    pub(super) fn to_canonical_text(&self) -> String {
        Value::from(self).to_string()
    }
}

impl From<&JsonValue<'_>> for Value {
    fn from(value: &JsonValue<'_>) -> Self {
        match value {
            JsonValue::Null => Self::Null,
            JsonValue::Bool(flag) => Self::Bool(*flag),
            JsonValue::Number(number) => Self::Number(number.clone()),
            JsonValue::Text(text) => Self::String(text.to_string()),
            JsonValue::List(values) => values.iter().map(Self::from).collect(),
            JsonValue::Object(members) => members
                .iter()
                .map(|(key, value)| (key.to_string(), Self::from(value)))
                .collect(),
        }
    }
}

/// The keys that the tables of a place in a file ask for.
#[derive(Debug, Default)]
pub(super) struct WantedKeys(FxHashSet<&'static str>);

impl WantedKeys {
    /// The keys of the tables and of those inside them. A key of an inner record is wanted in the
    /// outer one too, which keeps a little more than has to be and nothing less.
    pub(super) fn of(tables: &'static [RecordTable]) -> Self {
        let mut wanted = Self::default();
        wanted.add_tables(tables);
        wanted
    }

    fn add_tables(&mut self, tables: &'static [RecordTable]) {
        for table in tables {
            table.shape.each_field(&mut |field| self.add(field));
            for (field, _) in table.marks {
                self.add(field);
            }
            for (path, inner) in table.inner {
                self.add(&[path]);
                self.add_tables(inner);
            }
        }
    }

    fn add(&mut self, field: &[&'static str]) {
        for path in field {
            let path = path.trim_start_matches(['^', '?']);
            let path = path.split('#').next().unwrap_or(path);
            let path = path.strip_suffix("[]").unwrap_or(path);
            // A key may itself have a dot in it.
            self.0.insert(path);
            self.0.extend(path.split('.').next());
        }
    }

    /// Reads an object; an error where the text is no well-formed JSON object.
    pub(super) fn read<'t>(&self, text: &'t str) -> serde_json::Result<JsonValue<'t>> {
        let mut parser = serde_json::Deserializer::from_str(text);
        let value = parser.deserialize_map(self)?;
        parser.end()?;
        Ok(value)
    }
}

impl<'t> Visitor<'t> for &WantedKeys {
    type Value = JsonValue<'t>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<JsonValue<'t>, A::Error> {
        let mut members = Vec::with_capacity(self.0.len());
        while let Some(key) = map.next_key_seed(Key)? {
            if self.0.contains(&*key) {
                members.push((key, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(JsonValue::Object(members))
    }
}

/// A key, borrowed where no escape stands in it.
struct Key;

impl<'t> DeserializeSeed<'t> for Key {
    type Value = Cow<'t, str>;

    fn deserialize<D: Deserializer<'t>>(self, parser: D) -> Result<Self::Value, D::Error> {
        parser.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Key {
    type Value = Cow<'t, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'t str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_string()))
    }
}

impl<'t> Deserialize<'t> for JsonValue<'t> {
    fn deserialize<D: Deserializer<'t>>(parser: D) -> Result<Self, D::Error> {
        parser.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'t> Visitor<'t> for AnyValue {
    type Value = JsonValue<'t>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(JsonValue::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(JsonValue::Bool(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(JsonValue::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(JsonValue::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(number).map_or(JsonValue::Null, JsonValue::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'t str) -> Result<Self::Value, E> {
        Ok(JsonValue::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(JsonValue::Text(Cow::Owned(text.to_string())))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(JsonValue::List(values))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            members.push((key, map.next_value()?));
        }
        Ok(JsonValue::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::Field;
    use super::*;
    use proptest::prelude::*;

    fn wanted(fields: &[Field]) -> WantedKeys {
        let mut wanted = WantedKeys::default();
        fields.iter().for_each(|field| wanted.add(field));
        wanted
    }

    #[test]
    fn only_wanted_keys_are_kept_and_the_last_of_equal_ones_counts() {
        let text = r#"{"a":1,"b":{"x":"\u0041"},"c":["no"],"a":2,"\u0062":null}"#;
        let value = wanted(&[&["a", "b.x"]]).read(text).unwrap();
        assert_eq!(
            value.to_canonical_text(),
            r#"{"a":2,"b":null}"#,
            "{value:?}"
        );
        assert_eq!(value.get("a"), Some(&JsonValue::Number(2.into())));
        assert_eq!(value.get("c"), None);
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for text in ["", "7", "[]", "{\"a\":}", "{\"a\":1} x", "{\"b\":[}"] {
            assert!(wanted(&[&["a"]]).read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        let read = |text| match wanted(&[&["a"]]).read(text).unwrap().get("a") {
            Some(JsonValue::Text(Cow::Borrowed(_))) => "borrowed",
            Some(JsonValue::Text(Cow::Owned(_))) => "owned",
            _ => "missing",
        };
        assert_eq!(read(r#"{"a":"plain"}"#), "borrowed");
        assert_eq!(read(r#"{"a":"a\nb"}"#), "owned");
    }

    proptest! {
        #[test]
        fn every_value_is_read_like_serde_json_reads_it(
            inner in "(\\{|\\}|\\[|\\]|\"a\":|\"b\":|\"x\"|\"\\\\u00e9\"|,|1|-2.5e3|null|true| ){0,14}"
        ) {
            let text = format!("{{\"a\":{inner}}}");
            let witness: Option<Value> = serde_json::from_str(&text).ok();
            let read = wanted(&[&["a", "b"]]).read(&text).ok();
            prop_assert_eq!(read.as_ref().map(Value::from), witness);
        }
    }
}
