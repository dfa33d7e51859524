//! Many small numbers as one text, for model files: four hexadecimal digits each.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Numbers of 0 to 65,535 that are written as one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Packed(pub(crate) Vec<u16>);

impl Packed {
    /// Rounds each value to a multiple of `unit`; what is out of range takes the nearest end.
    pub(crate) fn round(values: impl Iterator<Item = f64>, unit: f64) -> Self {
        // The cast keeps to the range and makes zero of what is not a number.
        Packed(values.map(|value| (value / unit).round() as u16).collect())
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text: String = self.0.iter().map(|value| format!("{value:04x}")).collect();
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.as_bytes().chunks(4);
        let values = digits.map(|four| {
            let four = str::from_utf8(four).ok()?;
            let is_plain = four.len() == 4 && !four.starts_with('+');
            is_plain.then(|| u16::from_str_radix(four, 16).ok())?
        });
        values
            .collect::<Option<Vec<u16>>>()
            .map(Packed)
            .ok_or_else(|| D::Error::custom("expected groups of four hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_back_and_other_texts_refused() {
        let packed = Packed::round([0.0, 0.5, 9.0, -1.0].into_iter(), 0.25);
        let text = serde_json::to_string(&packed).unwrap();
        assert_eq!(text, "\"0000000200240000\"");
        assert_eq!(serde_json::from_str::<Packed>(&text).unwrap(), packed);
        for wrong in ["\"12\"", "\"00é0\"", "\"+123\"", "\"xyz0\"", "7"] {
            assert!(serde_json::from_str::<Packed>(wrong).is_err(), "{wrong}");
        }
    }
}
