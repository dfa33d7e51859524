//! Arrays as PHP serialises them: their integer keys, and the text under a key.

/// Nesting beyond which an array is not read.
const DEPTH_MAX: usize = 16;

/// Values beyond which an array is not read.
const VALUE_COUNT_MAX: usize = 10_000;

/// The integer keys of an array and of the arrays in it, as digits. `None` if the text is no such
/// array as a whole. Objects are not read.
pub(super) fn integer_keys(text: &str) -> Option<Vec<String>> {
    if !text.starts_with("a:") {
        return None;
    }
    let mut reader = Reader::new(text);
    reader.value(0)?;
    reader.rest.is_empty().then_some(reader.keys)
}

/// The text under a key of an array, not of the arrays in it. `None` if there is none, or what is
/// before it cannot be read.
pub(super) fn text_at<'t>(text: &'t str, wanted_key: &str) -> Option<&'t str> {
    let mut reader = Reader::new(text);
    let count = reader.array_start()?;
    for _ in 0..count {
        let key = reader.key()?;
        if key == wanted_key.as_bytes() {
            return std::str::from_utf8(reader.string()?).ok();
        }
        reader.value(1)?;
    }
    None
}

struct Reader<'t> {
    rest: &'t [u8],
    keys: Vec<String>,
    value_count: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            rest: text.as_bytes(),
            keys: Vec::new(),
            value_count: 0,
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.value_count += 1;
        if depth > DEPTH_MAX || self.value_count > VALUE_COUNT_MAX {
            return None;
        }
        match *self.rest.first()? {
            b'N' => self.skip("N;"),
            b'a' => self.array(depth),
            b's' => self.string().map(|_| ()),
            b'i' | b'b' | b'd' => {
                self.rest = self.rest.get(2..)?;
                self.until(b';').map(|_| ())
            }
            _ => None,
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        let count = self.array_start()?;
        for _ in 0..count {
            let is_integer = self.rest.first() == Some(&b'i');
            let key = self.key()?;
            if is_integer {
                let key = number(key)?;
                self.keys.push(key.to_string());
            }
            self.value(depth + 1)?;
        }
        self.skip("}")
    }

    /// Reads up to the first key and gives the number of keys.
    fn array_start(&mut self) -> Option<usize> {
        self.skip("a:")?;
        let count = number(self.until(b':')?)?;
        self.skip("{")?;
        Some(count)
    }

    fn key(&mut self) -> Option<&'t [u8]> {
        if self.rest.first() == Some(&b'i') {
            self.skip("i:")?;
            self.until(b';')
        } else {
            self.string()
        }
    }

    /// The length counts bytes of the encoding in which the forum wrote. Where the dump has
    /// another one, a byte of the common old encodings is now a character.
    fn string(&mut self) -> Option<&'t [u8]> {
        self.skip("s:")?;
        let length = number(self.until(b':')?)?;
        self.skip("\"")?;
        let ends_at = |at: &usize| {
            self.rest
                .get(*at..)
                .is_some_and(|rest| rest.starts_with(b"\";"))
        };
        let end = Some(length)
            .filter(ends_at)
            .or_else(|| character_start(self.rest, length).filter(ends_at))?;
        let (string, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.skip("\";")?;
        Some(string)
    }

    fn skip(&mut self, expected: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected.as_bytes())?;
        Some(())
    }

    fn until(&mut self, end: u8) -> Option<&'t [u8]> {
        let at = self.rest.iter().position(|byte| *byte == end)?;
        let (before, after) = self.rest.split_at(at);
        self.rest = &after[1..];
        Some(before)
    }
}

/// Offset of the character of this number, counted from 0.
fn character_start(text: &[u8], number: usize) -> Option<usize> {
    let starts = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte & 0xC0 != 0x80);
    starts.map(|(at, _)| at).nth(number)
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARRAY: &str = "a:2:{s:2:\"cc\";a:2:{i:5;s:5:\"a\"};b\";i:7;N;}i:9;a:1:{s:1:\"x\";b:1;}}";

    #[test]
    fn integer_keys_of_all_depths_are_found() {
        assert_eq!(integer_keys(ARRAY).unwrap(), ["5", "7", "9"]);
        assert_eq!(integer_keys("a:0:{}").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn text_under_a_key_is_found() {
        let array = "a:3:{s:3:\"new\";s:1:\"b\";i:0;a:1:{i:1;s:1:\"x\";}i:1;s:4:\"a\";}\";}";
        assert_eq!(text_at(array, "new"), Some("b"));
        assert_eq!(text_at(array, "1"), Some("a\";}"));
        assert_eq!(text_at(array, "0"), None);
        for end in 0..array.len() - 1 {
            assert_eq!(text_at(&array[..end], "1"), None, "{end}");
        }
    }

    #[test]
    fn lengths_of_another_encoding_count_characters() {
        assert_eq!(text_at("a:1:{i:0;s:4:\"Анна\";}", "0"), Some("Анна"));
        assert_eq!(text_at("a:1:{i:0;s:8:\"Анна\";}", "0"), Some("Анна"));
        assert_eq!(text_at("a:1:{i:0;s:3:\"Анна\";}", "0"), None);
        assert_eq!(integer_keys("a:1:{i:7;s:4:\"Анна\";}").unwrap(), ["7"]);
    }

    #[test]
    fn anything_else_is_not_read() {
        for end in 0..ARRAY.len() {
            assert_eq!(integer_keys(&ARRAY[..end]), None, "{end}");
        }
        for text in [
            "5",
            "O:1:\"A\":0:{}",
            "a:1:{i:1;O:1:\"A\":0:{}}",
            "a:99999999999:{i:1;N;",
            "a:1:{i:1;s:99999999999999999999:\"\";}",
            "a:0:{}x",
        ] {
            assert_eq!(integer_keys(text), None, "{text}");
        }
        assert_eq!(integer_keys(&"a:1:{i:0;".repeat(100_000)), None);
    }
}
