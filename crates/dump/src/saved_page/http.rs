//! The answer of a web server as a record holds it: status, headers, body in its transfer form.

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::Read;

use super::stream::{Headers, is_html_type};
use super::{PAGE_BYTES_MAX, SIGN_BYTES, is_html};

/// What a response is.
pub(super) enum Response {
    /// A page: its bytes and the encoding that its headers name.
    Page(Vec<u8>, Option<String>),
    /// Something else than a page.
    Other,
    /// A page that cannot be read, and why.
    Damaged(&'static str),
}

/// Whether the start of a response says that it is no page, so that its body need not be read.
pub(super) fn is_other(head: &[u8]) -> bool {
    let (headers, status, body_start) = split(head);
    !is_page(&headers, status) && body_start < head.len()
}

/// Reads a response that is held as a whole.
pub(super) fn read(bytes: &[u8]) -> Response {
    let (headers, status, body_start) = split(bytes);
    if !is_page(&headers, status) {
        return Response::Other;
    }
    let body = &bytes[body_start..];
    let is_chunked = headers
        .get("transfer-encoding")
        .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    // Many archives store the body unchunked under the old header.
    let joined = if is_chunked {
        joined_chunks(body)
    } else {
        None
    };
    let body = joined.as_deref().unwrap_or(body);
    let coding = headers.get("content-encoding").unwrap_or_default();
    let body = match decoded(body, &coding.trim().to_ascii_lowercase()) {
        Ok(body) => body,
        Err(reason) => return Response::Damaged(reason),
    };
    if body.is_empty() || (headers.media_type().is_empty() && !is_html(&body)) {
        return Response::Other;
    }
    Response::Page(body, headers.parameter("charset"))
}

fn is_page(headers: &Headers, status: Option<u16>) -> bool {
    let media_type = headers.media_type();
    let is_answer = status.is_none_or(|status| (200..300).contains(&status));
    is_answer && (is_html_type(&media_type) || media_type.is_empty())
}

/// Headers, status and the start of the body. The status is `None` where the record has none.
fn split(bytes: &[u8]) -> (Headers, Option<u16>, usize) {
    let mut headers = Headers::default();
    let mut status = None;
    let mut at = 0;
    if !bytes.starts_with(b"HTTP/") {
        return (headers, None, 0);
    }
    while at < bytes.len() {
        let length = memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
        let line = bytes[at..at + length].trim_ascii_end();
        let is_first = at == 0;
        at = (at + length + 1).min(bytes.len());
        if line.is_empty() {
            break;
        }
        if is_first {
            let text = String::from_utf8_lossy(line);
            let word = text.split_ascii_whitespace().nth(1);
            // A status that is no number is that of no page.
            status = Some(word.and_then(|word| word.parse().ok()).unwrap_or(0));
        } else {
            headers.push(line);
        }
    }
    (headers, status, at)
}

/// The chunks of a body joined; `None` if it is not chunked. A body that is cut gives what it has.
fn joined_chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    loop {
        let length = memchr::memchr(b'\n', body)?;
        let line = std::str::from_utf8(&body[..length]).ok()?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(digits, 16) else {
            return (!joined.is_empty()).then_some(joined);
        };
        body = &body[length + 1..];
        if size == 0 || size >= body.len() {
            joined.extend_from_slice(&body[..size.min(body.len())]);
            return Some(joined);
        }
        joined.extend_from_slice(&body[..size]);
        body = &body[size..];
        body = body.strip_prefix(b"\r\n").unwrap_or(body);
        if body.is_empty() {
            return Some(joined);
        }
    }
}

fn decoded(body: &[u8], coding: &str) -> Result<Vec<u8>, &'static str> {
    // A body that is HTML already was decoded when it was stored.
    let is_plain = is_html(&body[..body.len().min(SIGN_BYTES)]);
    match coding {
        _ if is_plain => Ok(body.to_vec()),
        "" | "identity" | "none" => Ok(body.to_vec()),
        "gzip" | "x-gzip" => expanded(MultiGzDecoder::new(body)),
        // Servers disagree on whether deflate has the header of zlib.
        "deflate" if body.first().is_some_and(|byte| byte & 0x0F == 8) => {
            expanded(ZlibDecoder::new(body))
        }
        "deflate" => expanded(DeflateDecoder::new(body)),
        "zstd" => {
            expanded(zstd::Decoder::new(body).map_err(|_| "the page's compression is damaged")?)
        }
        "br" if has_large_window(body) => Err("the page's compression is damaged or cut"),
        "br" => expanded(Decompressor::new(body, BROTLI_BUFFER_BYTES)),
        _ => Err("the page's compression (content coding) is not supported"),
    }
}

const BROTLI_BUFFER_BYTES: usize = 4 << 10;

/// Whether a Brotli stream begins with the escape for windows of up to 1 GiB, which the decoder
/// would hold in memory and the coding of the web (RFC 7932, section 9.1) does not have.
fn has_large_window(body: &[u8]) -> bool {
    body.first().is_some_and(|byte| byte & 0x7F == 0x11)
}

fn expanded(reader: impl Read) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    reader
        .take(PAGE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|_| "the page's compression is damaged or cut")?;
    if out.len() > PAGE_BYTES_MAX {
        return Err("the page is longer than 16 MiB after decompression");
    }
    Ok(out)
}
