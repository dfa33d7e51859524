//! Which characters the bytes of a file stand for: detection, override, decoding of rows.
//!
//! Detection is a short rule, not a language model: byte order mark, XML declaration, validity as
//! UTF-8, then a statistic that tells the two usual Cyrillic code pages from western Europe.
//! Anything else has to be stated.

use encoding_rs::{
    CoderResult, Decoder, Encoding, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252,
};
use std::borrow::Cow;
use std::io::{self, Read};

use crate::{InputError, double_encoding};

/// The encoding of a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding {
    encoding: &'static Encoding,
    /// The code page as which UTF-8 was read by mistake before it was written as UTF-8 again;
    /// `None` for text that was not encoded twice.
    misread_as: Option<&'static Encoding>,
}

impl TextEncoding {
    /// UTF-8.
    pub const UTF_8: TextEncoding = TextEncoding::once(UTF_8);

    const fn once(encoding: &'static Encoding) -> Self {
        Self {
            encoding,
            misread_as: None,
        }
    }

    const fn twice(misread_as: &'static Encoding) -> Self {
        Self {
            encoding: UTF_8,
            misread_as: Some(misread_as),
        }
    }

    /// The encoding of a name as the WHATWG lists it ("windows-1251", "latin1", "utf-16le"), or
    /// of text encoded twice ("utf-8 twice by windows-1252").
    ///
    /// # Errors
    ///
    /// [`InputError::UnknownEncoding`].
    pub fn from_label(label: &str) -> Result<Self, InputError> {
        let twice = double_encoding::MISREAD_AS.map(Self::twice);
        let label = label.trim();
        twice
            .into_iter()
            .find(|encoding| encoding.name().eq_ignore_ascii_case(label))
            .or_else(|| Encoding::for_label(label.as_bytes()).map(Self::once))
            .ok_or_else(|| InputError::UnknownEncoding {
                label: label.to_string(),
            })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self.misread_as {
            None => self.encoding.name(),
            Some(page) if page == WINDOWS_1251 => "UTF-8 twice by windows-1251",
            Some(_) => "UTF-8 twice by windows-1252",
        }
    }

    /// Guesses the encoding from the first bytes of a file.
    ///
    /// ASCII is taken as UTF-8. An XML declaration that names a single-byte encoding is believed;
    /// one that names a wide encoding cannot be true if it is readable as ASCII.
    pub fn detect(head: &[u8]) -> Self {
        if let Some((encoding, _)) = Encoding::for_bom(head) {
            return Self::once(encoding);
        }
        if let Some(encoding) = wide_without_mark(head) {
            return Self::once(encoding);
        }
        if let Some(encoding) = declared_in_xml(head) {
            return Self::once(encoding);
        }
        match std::str::from_utf8(head) {
            Ok(text) => Self::of_utf_8(text),
            // Only a character cut by the end of the head: everything before it was valid.
            Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
                Self::of_utf_8(&String::from_utf8_lossy(&head[..error.valid_up_to()]))
            }
            Err(_) if is_mostly_utf_8(head) => Self::UTF_8,
            Err(_) => Self::once(single_byte_guess(head)),
        }
    }

    fn of_utf_8(text: &str) -> Self {
        double_encoding::detect(text).map_or(Self::UTF_8, Self::twice)
    }

    /// Whether rows cannot be cut from the raw bytes, because a byte that looks like ASCII may be
    /// part of another character. Such a file is transcoded to UTF-8 as a whole.
    pub(crate) fn needs_transcoding(self) -> bool {
        self.encoding != UTF_8 && !self.encoding.is_single_byte()
    }

    /// The bytes as text, and whether invalid ones were replaced. `scratch` lends its memory.
    pub(crate) fn decode<'a>(self, bytes: &'a [u8], scratch: &'a mut String) -> (&'a str, bool) {
        if let Some(misread_as) = self.misread_as {
            let text = String::from_utf8_lossy(bytes);
            let is_lossy = matches!(text, Cow::Owned(_));
            *scratch = double_encoding::undo(&text, misread_as);
            return (scratch, is_lossy);
        }
        if !self.encoding.is_single_byte() {
            if let Ok(text) = std::str::from_utf8(bytes) {
                return (text, false);
            }
            *scratch = String::from_utf8_lossy(bytes).into_owned();
            return (scratch, true);
        }
        let (text, had_errors) = self.encoding.decode_without_bom_handling(bytes);
        *scratch = text.into_owned();
        (scratch, had_errors)
    }
}

/// UTF-16 without a byte order mark: in text with any ASCII every second byte is often zero.
fn wide_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    if pairs < 8 {
        return None;
    }
    let zeros_at = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros_at(0), zeros_at(1));
    let is_many = |count: usize| count * 5 > pairs;
    let is_few = |count: usize| count * 50 < pairs;
    if is_many(odd) && is_few(even) {
        Some(UTF_16LE)
    } else if is_many(even) && is_few(odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn declared_in_xml(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.strip_prefix(b"<?xml")?;
    let declaration = &head[..memchr::memmem::find(head, b"?>")?];
    let after = memchr::memmem::find(declaration, b"encoding")? + b"encoding".len();
    let mut parts = declaration[after..].split(|byte| matches!(byte, b'"' | b'\''));
    parts.next()?;
    Encoding::for_label(parts.next()?).filter(|encoding| encoding.is_single_byte())
}

/// Whether multi-byte sequences are nearly always valid UTF-8, so that the file is UTF-8 with a
/// few damaged characters rather than a single-byte encoding. In a single-byte encoding a valid
/// two-byte sequence arises only by accident.
fn is_mostly_utf_8(head: &[u8]) -> bool {
    let (mut valid_count, mut broken_count) = (0usize, 0usize);
    for chunk in head.utf8_chunks() {
        valid_count += chunk
            .valid()
            .chars()
            .filter(|letter| !letter.is_ascii())
            .count();
        broken_count += usize::from(!chunk.invalid().is_empty());
    }
    valid_count > 2 * broken_count
}

/// Tells western Europe from Cyrillic, and the two Cyrillic code pages from one another.
///
/// In western European text a byte outside ASCII usually stands alone between ASCII letters; in
/// Cyrillic text such bytes stand together. Most letters of a text are lower case, which is
/// 0xE0-0xFF in windows-1251 and 0xC0-0xDF in KOI8-R.
fn single_byte_guess(head: &[u8]) -> &'static Encoding {
    let is_high = |byte: u8| byte >= 0xC0;
    let paired_count = head
        .windows(2)
        .filter(|pair| is_high(pair[0]) && is_high(pair[1]))
        .count();
    let high_count = head.iter().filter(|byte| is_high(**byte)).count();
    if paired_count * 2 < high_count {
        return WINDOWS_1252;
    }
    let upper_half_count = head.iter().filter(|byte| **byte >= 0xE0).count();
    if upper_half_count * 2 >= high_count {
        WINDOWS_1251
    } else {
        KOI8_R
    }
}

/// Transcodes a stream to UTF-8.
pub(crate) struct Transcoder<R> {
    source: R,
    decoder: Decoder,
    input: Vec<u8>,
    input_start: usize,
    output: Vec<u8>,
    output_start: usize,
    is_source_at_end: bool,
    is_finished: bool,
}

const TRANSCODER_BUFFER_BYTES: usize = 64 << 10;

impl<R: Read> Transcoder<R> {
    pub(crate) fn new(source: R, encoding: TextEncoding) -> Self {
        Self {
            source,
            decoder: encoding.encoding.new_decoder_with_bom_removal(),
            input: Vec::new(),
            input_start: 0,
            output: Vec::new(),
            output_start: 0,
            is_source_at_end: false,
            is_finished: false,
        }
    }

    fn refill_input(&mut self) -> io::Result<()> {
        self.input.resize(TRANSCODER_BUFFER_BYTES, 0);
        let read = self.source.read(&mut self.input);
        self.input.truncate(*read.as_ref().unwrap_or(&0));
        self.input_start = 0;
        self.is_source_at_end = read? == 0;
        Ok(())
    }

    /// Decodes into a buffer of its own, since a caller's may be too small for one character.
    fn refill_output(&mut self) -> io::Result<()> {
        if self.input_start == self.input.len() && !self.is_source_at_end {
            self.refill_input()?;
        }
        self.output.resize(TRANSCODER_BUFFER_BYTES, 0);
        let (result, read, written, _) = self.decoder.decode_to_utf8(
            &self.input[self.input_start..],
            &mut self.output,
            self.is_source_at_end,
        );
        self.output.truncate(written);
        self.output_start = 0;
        self.input_start += read;
        self.is_finished = self.is_source_at_end && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.output_start == self.output.len() {
            if self.is_finished {
                return Ok(0);
            }
            self.refill_output()?;
        }
        let count = out.len().min(self.output.len() - self.output_start);
        out[..count].copy_from_slice(&self.output[self.output_start..][..count]);
        self.output_start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str = "Продам базу. Пишите в личные сообщения, цена договорная, Москва.";

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn cyrillic_code_pages_are_told_apart() {
        for label in ["windows-1251", "koi8-r"] {
            let detected = TextEncoding::detect(&encoded(RUSSIAN, label));
            assert_eq!(detected, TextEncoding::from_label(label).unwrap());
        }
    }

    #[test]
    fn western_text_is_windows_1252() {
        let bytes = encoded(
            "Grüße aus Köln, die Straße ist schön und führt südwärts",
            "latin1",
        );
        assert_eq!(TextEncoding::detect(&bytes).name(), "windows-1252");
    }

    #[test]
    fn utf_8_with_a_cut_or_a_damaged_character_stays_utf_8() {
        let bytes = RUSSIAN.as_bytes();
        assert_eq!(
            TextEncoding::detect(&bytes[..bytes.len() - 2]),
            TextEncoding::UTF_8
        );
        assert_eq!(TextEncoding::detect(&bytes[..11]), TextEncoding::UTF_8);
        let mut damaged = bytes.to_vec();
        damaged[20] = 0xFF;
        assert_eq!(TextEncoding::detect(&damaged), TextEncoding::UTF_8);
    }

    #[test]
    fn utf_16_is_found_with_and_without_a_mark() {
        let little: Vec<u8> = "plain ASCII text"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(TextEncoding::detect(&little).name(), "UTF-16LE");
        let big: Vec<u8> = "plain ASCII text"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(TextEncoding::detect(&big).name(), "UTF-16BE");
        assert_eq!(TextEncoding::detect(b"\xFF\xFEa\0").name(), "UTF-16LE");
    }

    #[test]
    fn xml_declaration_is_believed_for_single_byte_encodings_only() {
        let declared = br#"<?xml version="1.0" encoding="koi8-r"?><a/>"#;
        assert_eq!(TextEncoding::detect(declared).name(), "KOI8-R");
        let wide = br#"<?xml version='1.0' encoding='utf-16'?><a/>"#;
        assert_eq!(TextEncoding::detect(wide), TextEncoding::UTF_8);
    }

    #[test]
    fn transcoder_gives_utf_8_in_any_chunking() {
        let text = "Ünïcode 😀 ".repeat(40_000);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encoding = TextEncoding::from_label("utf-16le").unwrap();
        let mut out = String::new();
        Transcoder::new(wide.as_slice(), encoding)
            .read_to_string(&mut out)
            .unwrap();
        assert_eq!(out, text);
    }

    #[test]
    fn text_encoded_twice_is_found_and_decoded() {
        let misread = WINDOWS_1252
            .decode_without_bom_handling(RUSSIAN.as_bytes())
            .0;
        let encoding = TextEncoding::detect(misread.as_bytes());
        assert_eq!(encoding.name(), "UTF-8 twice by windows-1252");
        assert_eq!(TextEncoding::from_label(encoding.name()).unwrap(), encoding);
        let mut scratch = String::new();
        assert_eq!(
            encoding.decode(misread.as_bytes(), &mut scratch),
            (RUSSIAN, false)
        );
    }

    #[test]
    fn unknown_label_names_itself() {
        let error = TextEncoding::from_label("klingon-8").unwrap_err();
        assert!(error.to_string().contains("klingon-8"));
    }
}
