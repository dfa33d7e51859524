//! One cell of CSV: quoting after RFC 4180, and the guard against formulas.
//!
//! The rule of the guard. A text that begins with `=`, `+`, `-`, `@`, a tab, a carriage return, a
//! line feed, one of the full-width forms of the first four, or an apostrophe gets an apostrophe
//! before it. A text that is a plain decimal number is excepted, as are cells of number columns.
//! The apostrophe is among the characters so that the guard can be undone: take one apostrophe
//! off every text cell that begins with one.

use std::borrow::Cow;
use std::io::{self, Write};

const GUARDED_STARTS: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\'', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
];

/// Writes a text cell, guarded and always in quotes where CSV needs them.
///
/// An empty text is `""`, so that it differs from a missing value. NUL, which many readers of CSV
/// take for the end, becomes U+FFFD.
pub(crate) fn write_text_cell(out: &mut impl Write, text: &str) -> io::Result<()> {
    let text = without_nul(text);
    let guard = if needs_guard(&text) { "'" } else { "" };
    if text.is_empty() || text.contains([',', '"', '\n', '\r', ';', '\t']) {
        write!(out, "\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        write!(out, "{guard}{text}")
    }
}

fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn needs_guard(text: &str) -> bool {
    text.starts_with(GUARDED_STARTS) && !is_plain_number(text)
}

/// Sign, digits, at most one point among them, and perhaps an exponent; nothing else.
fn is_plain_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && is_digits(fraction)
        && exponent.is_none_or(|it| is_digits(it.strip_prefix(['+', '-']).unwrap_or(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = Vec::new();
        write_text_cell(&mut out, text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_that_begin_like_formulas_are_guarded_and_numbers_are_not() {
        let cells = [
            "neo",
            "",
            "=1+1",
            "-12.5",
            "+31",
            "-1e9",
            "+1-2",
            "@SUM(A1)",
            "'quoted'",
            "a,b",
            "say \"x\"",
            "\tx",
            "＝1",
            "-",
            "+.5",
            "nul\0",
        ];
        let shown: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        assert_eq!(
            shown,
            [
                "neo",
                "\"\"",
                "'=1+1",
                "-12.5",
                "+31",
                "-1e9",
                "'+1-2",
                "'@SUM(A1)",
                "''quoted'",
                "\"a,b\"",
                "\"say \"\"x\"\"\"",
                "\"'\tx\"",
                "'＝1",
                "'-",
                "'+.5",
                "nul\u{FFFD}",
            ]
        );
    }
}
