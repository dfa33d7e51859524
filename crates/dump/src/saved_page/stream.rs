//! Lines and stretches of bytes of bounded length out of a stream.

use crate::{FileReader, InputError};

/// Longer header lines are cut: no header that matters is as long. Bytes.
const LINE_BYTES_MAX: usize = 64 << 10;

/// Header lines of one record beyond this are passed over.
const HEADER_COUNT_MAX: usize = 1000;

/// The next line without its line break, cut at a limit; `None` at the end of the file.
pub(super) fn take_line(reader: &mut FileReader<'_>) -> Result<Option<Vec<u8>>, InputError> {
    if reader.fill()?.is_empty() {
        return Ok(None);
    }
    let mut line = Vec::new();
    loop {
        let chunk = reader.fill()?;
        if chunk.is_empty() {
            break;
        }
        let found = memchr::memchr(b'\n', chunk);
        let count = found.unwrap_or(chunk.len());
        let kept = count.min(LINE_BYTES_MAX - line.len());
        line.extend_from_slice(&chunk[..kept]);
        reader.consume(count + usize::from(found.is_some()));
        if found.is_some() {
            break;
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line))
}

/// Up to `count` bytes, fewer at the end of the file; `None` if they are more than `limit`, in
/// which case they are passed over without being held.
pub(super) fn take_bytes(
    reader: &mut FileReader<'_>,
    count: u64,
    limit: usize,
) -> Result<Option<Vec<u8>>, InputError> {
    let mut bytes = Vec::new();
    let mut left = count;
    let mut is_over = false;
    while left > 0 {
        let chunk = reader.fill()?;
        if chunk.is_empty() {
            break;
        }
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        if bytes.len() + taken > limit {
            is_over = true;
            bytes = Vec::new();
        }
        if !is_over {
            bytes.extend_from_slice(&chunk[..taken]);
        }
        reader.consume(taken);
        left -= taken as u64;
    }
    Ok((!is_over).then_some(bytes))
}

/// Headers: names in lower case, values trimmed, continuation lines joined.
#[derive(Debug, Default)]
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Reads up to the blank line, or the end of the file.
    pub(super) fn read(reader: &mut FileReader<'_>) -> Result<Self, InputError> {
        let mut headers = Self::default();
        while let Some(line) = take_line(reader)? {
            if line.is_empty() {
                break;
            }
            headers.push(&line);
        }
        Ok(headers)
    }

    pub(super) fn push(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut()
                && value.len() < LINE_BYTES_MAX
            {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':')
            && self.0.len() < HEADER_COUNT_MAX
        {
            let name = name.trim().to_ascii_lowercase();
            self.0.push((name, value.trim().to_string()));
        }
    }

    /// The first value of a header.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The media type, in lower case, without parameters.
    pub(super) fn media_type(&self) -> String {
        let value = self.get("content-type").unwrap_or_default();
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// A parameter of the media type, without quotation marks.
    pub(super) fn parameter(&self, wanted: &str) -> Option<String> {
        self.get("content-type")?
            .split(';')
            .skip(1)
            .find_map(|part| {
                let (name, value) = part.split_once('=')?;
                let value = value.trim().trim_matches('"');
                (name.trim().eq_ignore_ascii_case(wanted) && !value.is_empty())
                    .then(|| value.to_string())
            })
    }
}

pub(super) fn is_html_type(media_type: &str) -> bool {
    matches!(media_type, "text/html" | "application/xhtml+xml")
}
