//! Arrays as PHP serialises them, of which only the keys are needed.

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
    let mut reader = Reader {
        rest: text.as_bytes(),
        keys: Vec::new(),
        value_count: 0,
    };
    reader.value(0)?;
    reader.rest.is_empty().then_some(reader.keys)
}

struct Reader<'t> {
    rest: &'t [u8],
    keys: Vec<String>,
    value_count: usize,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Option<()> {
        self.value_count += 1;
        if depth > DEPTH_MAX || self.value_count > VALUE_COUNT_MAX {
            return None;
        }
        match *self.rest.first()? {
            b'N' => self.skip("N;"),
            b'a' => self.array(depth),
            b's' => self.string(),
            b'i' | b'b' | b'd' => {
                self.rest = self.rest.get(2..)?;
                self.until(b';').map(|_| ())
            }
            _ => None,
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.skip("a:")?;
        let count = number(self.until(b':')?)?;
        self.skip("{")?;
        for _ in 0..count {
            if self.rest.first() == Some(&b'i') {
                self.skip("i:")?;
                let key = number(self.until(b';')?)?;
                self.keys.push(key.to_string());
            } else {
                self.string()?;
            }
            self.value(depth + 1)?;
        }
        self.skip("}")
    }

    fn string(&mut self) -> Option<()> {
        self.skip("s:")?;
        let length = number(self.until(b':')?)?;
        self.skip("\"")?;
        self.rest = self.rest.get(length..)?;
        self.skip("\";")
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
