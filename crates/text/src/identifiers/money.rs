//! Payment services without a checksum: WebMoney, QIWI, YooMoney. Their numbers are numbers like
//! others, so the words near one decide.

use entangle_model::IdentifierKind;

use super::scan::{Candidate, Shape};
use super::{claim, handle};

/// Letters of WebMoney purses, by the currency they hold.
const PURSE_LETTERS: &[u8] = b"ZREUBGKXHLYCDV";
const PURSE_DIGITS: usize = 12;

const WEBMONEY_WORDS: &[&str] = &[
    "webmoney",
    "web money",
    "вебмани",
    "веб мани",
    "wm",
    "wmz",
    "wmr",
    "wme",
    "wmu",
    "вм",
    "вмз",
    "вмр",
    "кошел",
    "кошёл",
    "wallet",
    "purse",
    "оплат",
    "перевод",
    "payment",
    "pay ",
    "донат",
    "donat",
    "реквизит",
];

/// What YooMoney wallets begin with.
pub(super) const YOOMONEY_START: &str = "41001";

const YOOMONEY_WORDS: &[&str] = &[
    "yoomoney",
    "юмани",
    "юmoney",
    "ю-мани",
    "yandex",
    "яндекс",
    "яд",
    "money.",
    "кошел",
    "кошёл",
    "wallet",
    "ym",
    "yamoney",
];

/// Purse with its letter in upper case, or a WMID.
pub(super) fn normalize_webmoney(value: &str) -> Option<String> {
    let upper = value.to_ascii_uppercase();
    let digits = upper
        .strip_prefix("WMID")
        .unwrap_or(&upper)
        .trim_start_matches([' ', ':']);
    let number = match digits.bytes().next()? {
        letter if PURSE_LETTERS.contains(&letter) => &digits[1..],
        _ => digits,
    };
    let is_valid = number.len() == PURSE_DIGITS && is_varied_number(number);
    is_valid.then(|| digits.to_string())
}

/// QIWI wallet: a telephone number, in Russia also with 8 or without anything for +7.
pub(super) fn normalize_qiwi(value: &str) -> Option<String> {
    let value = value.trim_start_matches("qiwi.com/p/");
    if value.starts_with('+') {
        return handle::normalize_phone(value);
    }
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let has_other = value
        .chars()
        .any(|letter| !letter.is_ascii_digit() && !matches!(letter, ' ' | '-' | '(' | ')'));
    let number = match (digits.len(), digits.as_bytes().first()?) {
        (11, b'8') => format!("+7{}", &digits[1..]),
        (10, b'9') => format!("+7{digits}"),
        (11..=12, b'7' | b'3' | b'9') => format!("+{digits}"),
        _ => return None,
    };
    (!has_other)
        .then(|| handle::normalize_phone(&number))
        .flatten()
}

/// YooMoney wallet, digits only.
pub(super) fn normalize_yoomoney(value: &str) -> Option<String> {
    let digits: String = value.chars().filter(|letter| *letter != ' ').collect();
    let is_valid = digits.starts_with(YOOMONEY_START)
        && (11..=20).contains(&digits.len())
        && is_varied_number(&digits);
    is_valid.then_some(digits)
}

/// A purse that is a run of letters and digits.
pub(super) fn purse_of_token(token: &str) -> Option<String> {
    let is_purse = token.len() == 1 + PURSE_DIGITS
        && PURSE_LETTERS.contains(&token.as_bytes()[0].to_ascii_uppercase());
    is_purse.then(|| normalize_webmoney(token)).flatten()
}

/// Whether a text near a purse speaks of WebMoney or of paying.
pub(super) fn speaks_of_webmoney(text: &str, start: usize, end: usize) -> bool {
    claim::speaks_of(text, start, end, WEBMONEY_WORDS)
}

/// The WMID behind its label.
pub(super) fn wmid_at(text: &str, start: usize) -> Option<Candidate> {
    number_at(text, start, IdentifierKind::Webmoney, normalize_webmoney)
}

/// The wallet that begins at a byte of the text.
pub(super) fn yoomoney_at(text: &str, start: usize) -> Option<Candidate> {
    number_at(text, start, IdentifierKind::Yoomoney, normalize_yoomoney)
        .filter(|found| claim::speaks_of(text, found.start, found.end, YOOMONEY_WORDS))
}

/// The telephone number behind a label for QIWI.
pub(super) fn qiwi_at(text: &str, start: usize) -> Option<Candidate> {
    let start = start - usize::from(text[..start].ends_with('+'));
    let is_part =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b' ' | b'-' | b'(' | b')');
    let length = text.as_bytes()[start..]
        .iter()
        .take(24)
        .take_while(|byte| is_part(byte))
        .count();
    let written = text[start..start + length].trim_end_matches([' ', '-', '(', ')', '+']);
    let end = start + written.len();
    let goes_on = text[end..].starts_with(char::is_alphanumeric);
    let value = normalize_qiwi(written).filter(|_| !goes_on)?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Qiwi, value),
        start,
        end,
    })
}

fn number_at(
    text: &str,
    start: usize,
    kind: IdentifierKind,
    normalize: fn(&str) -> Option<String>,
) -> Option<Candidate> {
    let length = text.as_bytes()[start..]
        .iter()
        .take(24)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let end = start + length;
    let goes_on = text[end..].starts_with(|letter: char| letter.is_alphanumeric());
    let value = normalize(&text[start..end]).filter(|_| !goes_on)?;
    Some(Candidate {
        shape: Shape::Known(kind, value),
        start,
        end,
    })
}

/// Digits that are not one digit repeated.
fn is_varied_number(number: &str) -> bool {
    number.bytes().all(|digit| digit.is_ascii_digit())
        && !number
            .bytes()
            .all(|digit| number.starts_with(char::from(digit)))
}
