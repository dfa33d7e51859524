//! A JSON list or object that is too long to be held, written entry by entry.

use std::io::{self, Write};

use serde::Serialize;

/// The list or object; [`JsonEntries::end`] closes it.
pub(crate) struct JsonEntries<W: Write> {
    out: W,
    close: &'static [u8],
    has_entries: bool,
}

impl<W: Write> JsonEntries<W> {
    /// An object, one key and value per line.
    pub(crate) fn object(mut out: W) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(JsonEntries {
            out,
            close: b"\n}\n",
            has_entries: false,
        })
    }

    /// A list that stands at the end of an object: `head` is everything before the list, `[` not
    /// included.
    pub(crate) fn list_at_end_of(mut out: W, head: &str) -> io::Result<Self> {
        out.write_all(head.as_bytes())?;
        out.write_all(b"[")?;
        Ok(JsonEntries {
            out,
            close: b"\n]}\n",
            has_entries: false,
        })
    }

    /// Adds a key and its value to an object.
    pub(crate) fn entry(&mut self, key: &str, value: &impl Serialize) -> io::Result<()> {
        self.next_line()?;
        serde_json::to_writer(&mut self.out, key)?;
        self.out.write_all(b":")?;
        serde_json::to_writer(&mut self.out, value)?;
        Ok(())
    }

    /// Adds a value to a list.
    pub(crate) fn item(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.next_line()?;
        serde_json::to_writer(&mut self.out, value)?;
        Ok(())
    }

    /// Closes and flushes.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.out.write_all(self.close)?;
        self.out.flush()
    }

    fn next_line(&mut self) -> io::Result<()> {
        let separator: &[u8] = if self.has_entries { b",\n" } else { b"\n" };
        self.has_entries = true;
        self.out.write_all(separator)
    }
}
