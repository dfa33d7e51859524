//! WARC 0.17 to 1.1, plain or compressed record by record.
//!
//! Pages are in records of type `response` (an answer of a web server), `resource` and
//! `conversion` (a file as such). Records of other types are passed over, as is a `revisit`: the
//! page that it refers to is stored where it was fetched first.

use super::http::{self, Response};
use super::stream::{Headers, is_html_type, take_bytes, take_line};
use super::{PAGE_BYTES_MAX, SavedPage, too_long, unreadable};
use crate::file_reader::Mark;
use crate::{FileReader, Found, InputError};

/// The next page. Damage inside a record costs that record: reading goes on at the next line
/// that begins one.
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
        if !line.starts_with(b"WARC/") {
            skip_to_record(reader)?;
            let span = reader.span_from(mark);
            let reason = "no record begins where one has to; passed over up to the next";
            return Ok(Some(Found::Unreadable(unreadable(span, reason))));
        }
        let headers = Headers::read(reader)?;
        let length = headers
            .get("content-length")
            .and_then(|text| text.parse().ok());
        let Some(length) = length else {
            skip_to_record(reader)?;
            let reason = "the record does not state its length; passed over up to the next";
            return Ok(Some(Found::Unreadable(unreadable(
                reader.span_from(mark),
                reason,
            ))));
        };
        if let Some(found) = read_record(reader, &headers, length, mark)? {
            return Ok(Some(found));
        }
    }
}

/// The page of a record; `None` if it holds none.
fn read_record(
    reader: &mut FileReader<'_>,
    headers: &Headers,
    length: u64,
    mark: Mark,
) -> Result<Option<Found<SavedPage>>, InputError> {
    let kind = headers
        .get("warc-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let media_type = headers.media_type();
    let is_response = kind == "response" && media_type == "application/http";
    let is_file = matches!(kind.as_str(), "resource" | "conversion") && is_html_type(&media_type);
    let is_passed_over = match reader.fill()? {
        _ if !is_response && !is_file => true,
        head => is_response && http::is_other(&head[..head.len().min(length as usize)]),
    };
    let start = reader.byte_position();
    let limit = if is_passed_over { 0 } else { PAGE_BYTES_MAX };
    let bytes = take_bytes(reader, length, limit)?;
    let span = reader.span_from(mark);
    if reader.byte_position() - start < length {
        let reason = "the file ends inside this record";
        return Ok(Some(Found::Unreadable(unreadable(span, reason))));
    }
    if is_passed_over {
        return Ok(None);
    }
    let Some(bytes) = bytes else {
        return Ok(Some(Found::Unreadable(too_long(span))));
    };
    let response = if is_response {
        http::read(&bytes)
    } else {
        Response::Page(bytes, headers.parameter("charset"))
    };
    let address = headers.get("warc-target-uri");
    Ok(match response {
        Response::Other => None,
        Response::Damaged(reason) => Some(Found::Unreadable(unreadable(span, reason))),
        Response::Page(bytes, charset) => Some(Found::Readable(SavedPage {
            bytes,
            charset,
            address: address.map(|address| address.trim_matches(['<', '>']).to_string()),
            saved_at: headers.get("warc-date").map(str::to_string),
            span,
            is_verbatim: false,
        })),
    })
}

/// Passes over lines up to one that begins a record, of which the start is left unread.
fn skip_to_record(reader: &mut FileReader<'_>) -> Result<(), InputError> {
    loop {
        let head = reader.fill()?;
        // A line that the buffer cuts exactly here costs one more record.
        if head.is_empty() || head.starts_with(b"WARC/") {
            return Ok(());
        }
        take_line(reader)?;
    }
}
