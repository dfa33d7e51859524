//! ARC version 1, the predecessor of WARC: a line of five words, then so many bytes.

use super::http::{self, Response};
use super::stream::{take_bytes, take_line};
use super::{PAGE_BYTES_MAX, SavedPage, too_long, unreadable};
use crate::{FileReader, Found, InputError};

struct RecordLine {
    address: String,
    saved_at: String,
    length: u64,
}

/// The next page. Every line that begins no record is unreadable.
pub(super) fn next_page(
    reader: &mut FileReader<'_>,
) -> Result<Option<Found<SavedPage>>, InputError> {
    loop {
        let mark = reader.mark();
        let Some(line) = take_line(reader)? else {
            return Ok(None);
        };
        if line.is_empty() {
            continue;
        }
        let Some(record) = read_line(&line) else {
            let reason = "the line begins no record: address, host, time, type and length";
            return Ok(Some(Found::Unreadable(unreadable(
                reader.span_from(mark),
                reason,
            ))));
        };
        let start = reader.byte_position();
        let bytes = take_bytes(reader, record.length, PAGE_BYTES_MAX)?;
        let span = reader.span_from(mark);
        if reader.byte_position() - start < record.length {
            let reason = "the file ends inside this record";
            return Ok(Some(Found::Unreadable(unreadable(span, reason))));
        }
        if !record.address.starts_with("http") {
            continue;
        }
        let Some(bytes) = bytes else {
            return Ok(Some(Found::Unreadable(too_long(span))));
        };
        return Ok(Some(match http::read(&bytes) {
            Response::Other => continue,
            Response::Damaged(reason) => Found::Unreadable(unreadable(span, reason)),
            Response::Page(bytes, charset) => Found::Readable(SavedPage {
                bytes,
                charset,
                address: Some(record.address),
                saved_at: Some(record.saved_at),
                span,
                is_verbatim: false,
            }),
        }));
    }
}

/// Reads `address host time type length`; the type of old files may hold spaces.
fn read_line(line: &[u8]) -> Option<RecordLine> {
    let text = std::str::from_utf8(line).ok()?;
    let words: Vec<&str> = text.split(' ').collect();
    let [address, _, saved_at, .., length] = words.as_slice() else {
        return None;
    };
    let is_time = saved_at.len() >= 8 && saved_at.bytes().all(|byte| byte.is_ascii_digit());
    (words.len() >= 5 && address.contains(':') && is_time).then_some(())?;
    Some(RecordLine {
        address: (*address).to_string(),
        saved_at: saved_at.get(..14).unwrap_or(saved_at).to_string(),
        length: length.parse().ok()?,
    })
}
