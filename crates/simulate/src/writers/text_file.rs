//! A text file that is written in large pieces, compressed by its name's ending.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

const PIECE_BYTES: usize = 256 * 1024;

enum Sink {
    Plain(File),
    Gzip(GzEncoder<File>),
    Zstd(zstd::Encoder<'static, File>),
}

/// A file under construction.
pub(super) struct TextFile {
    text: String,
    sink: Sink,
}

impl TextFile {
    /// Creates the file; `.gz` and `.zst` are compressed at the fastest level.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        let ending = path.extension().and_then(|ending| ending.to_str());
        let sink = match ending {
            Some("gz") => Sink::Gzip(GzEncoder::new(file, Compression::fast())),
            Some("zst") => Sink::Zstd(zstd::Encoder::new(file, 1)?),
            _ => Sink::Plain(file),
        };
        let text = String::with_capacity(PIECE_BYTES + PIECE_BYTES / 8);
        Ok(TextFile { text, sink })
    }

    /// Lets `add` append to the text, and writes the text out once it is long.
    pub(super) fn append(&mut self, add: impl FnOnce(&mut String)) -> io::Result<()> {
        add(&mut self.text);
        if self.text.len() >= PIECE_BYTES {
            self.write_out()?;
        }
        Ok(())
    }

    /// Writes what is left and closes the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.write_out()?;
        match self.sink {
            Sink::Plain(mut file) => file.flush(),
            Sink::Gzip(encoder) => encoder.finish()?.flush(),
            Sink::Zstd(encoder) => encoder.finish()?.flush(),
        }
    }

    fn write_out(&mut self) -> io::Result<()> {
        let bytes = self.text.as_bytes();
        match &mut self.sink {
            Sink::Plain(file) => file.write_all(bytes)?,
            Sink::Gzip(encoder) => encoder.write_all(bytes)?,
            Sink::Zstd(encoder) => encoder.write_all(bytes)?,
        }
        self.text.clear();
        Ok(())
    }
}
