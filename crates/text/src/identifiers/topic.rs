//! Things that are talked about and have a form of their own: vulnerabilities, packages of Android
//! applications, hashes of files.

use entangle_model::IdentifierKind;

use super::claim;
use super::scan::{Candidate, Shape};

const PACKAGE_BYTES_MAX: usize = 150;

/// Words near a package name that make it one; the form is that of names in source code too.
const PACKAGE_WORDS: &[&str] = &[
    "apk",
    "package",
    "пакет",
    "android",
    "андроид",
    "google play",
    "play store",
    "banker",
    "банкер",
    "bundle",
    "pm uninstall",
    "pm install",
    "adb ",
];

/// Words near hexadecimal digits that make them the hash of a file.
const FILE_WORDS: &[&str] = &[
    "apk",
    ".exe",
    " exe",
    ".dll",
    "sample",
    "сэмпл",
    "семпл",
    "malware",
    "малвар",
    "virustotal",
    "virus total",
    "вирустотал",
    "file",
    "файл",
    "checksum",
    "контрольн",
    "билд",
    "build",
    "payload",
    "loader",
    "лоадер",
    "стилер",
    "stealer",
    "ioc",
    "iso",
    "installer",
    "дистрибутив",
    "архив",
    "archive",
    "binary",
    "бинар",
    "release",
    "download",
    "образ",
];

/// Words near hexadecimal digits that make them the hash of a password or the name of something
/// else. They outweigh [`FILE_WORDS`]: the hash of a password must not be kept.
const NO_FILE_WORDS: &[&str] = &[
    "pass",
    "парол",
    "пасс",
    "salt",
    "соль",
    "crack",
    "брут",
    "brute",
    "hashcat",
    "decrypt",
    "расшифр",
    "login",
    "логин",
    "ntlm",
    "user",
    "юзер",
    "commit",
    "коммит",
    "git",
    "txid",
    "transaction",
    "транзакц",
    "btih",
    "magnet",
    "token",
    "токен",
    "session",
    "cookie",
    "docker",
    "api key",
    "private key",
    "etag",
    "account",
    "аккаунт",
    "админ",
    "admin",
];

/// "CVE-2021-44228" from that or from "cve 2021-44228" and the like.
pub(super) fn normalize_cve(value: &str) -> Option<String> {
    let (cve, length) = read_cve(value)?;
    (length == value.len()).then_some(cve)
}

/// The number of a vulnerability that begins at a byte of the text.
pub(super) fn cve_at(text: &str, start: usize) -> Option<Candidate> {
    let (value, length) = read_cve(&text[start..])?;
    Some(Candidate {
        shape: Shape::Topic(IdentifierKind::Cve, value),
        start,
        end: start + length,
    })
}

/// The number at the start of a text, and how many bytes it takes. Years are those of the
/// programme, which began in 1999.
fn read_cve(text: &str) -> Option<(String, usize)> {
    let is_label = text
        .get(..3)
        .is_some_and(|label| label.eq_ignore_ascii_case("cve"));
    let rest = is_label.then(|| text[3..].trim_start_matches(is_dash_or_space))?;
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    let year = rest.get(..digits(rest)).filter(|year| year.len() == 4)?;
    let number = rest[4..].strip_prefix(is_dash_or_space)?;
    let number_digits = digits(number);
    let is_year = ("1999"..="2099").contains(&year);
    let goes_on = number[number_digits..].starts_with(|letter: char| letter.is_alphanumeric());
    let gap_bytes = text.len() - 3 - rest.len();
    (is_year && gap_bytes <= 4 && (4..=7).contains(&number_digits) && !goes_on).then(|| {
        let length = text.len() - number.len() + number_digits;
        (format!("CVE-{year}-{}", &number[..number_digits]), length)
    })
}

fn is_dash_or_space(letter: char) -> bool {
    matches!(letter, '-' | '–' | '—' | '‑' | '_' | ' ' | ':')
}

/// Package name as written: two labels or more of letters, digits and underscores.
pub(super) fn normalize_package(value: &str) -> Option<String> {
    let labels: Vec<&str> = value.split('.').collect();
    let is_label = |label: &&str| {
        label.starts_with(|first: char| first.is_ascii_alphabetic())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let is_placeholder = value.starts_with("com.example") || value.starts_with("com.company");
    let is_valid = labels.len() >= 2
        && value.len() <= PACKAGE_BYTES_MAX
        && labels.iter().all(is_label)
        && !is_placeholder;
    is_valid.then(|| value.to_string())
}

/// The package name that begins at a byte of the text. Behind a link to a shop it needs no words.
pub(super) fn package_at(text: &str, start: usize, is_link: bool) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let length = bytes[start..]
        .iter()
        .take(PACKAGE_BYTES_MAX + 1)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
        .count();
    let written = text[start..start + length].trim_end_matches('.');
    let written = written.strip_suffix(".apk").unwrap_or(written);
    let end = start + written.len();
    let value = normalize_package(written)?;
    let is_named = is_link || is_package_in_text(text, written, start, end);
    is_named.then_some(Candidate {
        shape: Shape::Known(IdentifierKind::ApkPackage, value),
        start,
        end,
    })
}

fn is_package_in_text(text: &str, written: &str, start: usize, end: usize) -> bool {
    let is_part = text[..start].ends_with(['@', '/', '.', '-', '_', '\\']);
    let is_source_code = text[end..].starts_with([';', '(', '*', '@', ':'])
        || ["import ", "import static ", "using "]
            .iter()
            .any(|word| text[..start].ends_with(word));
    let last = written.rsplit('.').next().unwrap_or_default();
    let is_host = matches!(last, "com" | "org" | "net" | "ru" | "html" | "php");
    let is_class = last.starts_with(|first: char| first.is_ascii_uppercase());
    written.matches('.').count() >= 2
        && !is_part
        && !is_source_code
        && !is_host
        && !is_class
        && claim::speaks_of(text, start, end, PACKAGE_WORDS)
}

/// Hash of a file in lower case.
pub(super) fn normalize_file_hash(value: &str) -> Option<String> {
    let is_valid = matches!(value.len(), 32 | 40 | 64) && super::key::is_hexadecimal(value);
    is_valid.then(|| value.to_ascii_lowercase())
}

/// Whether hexadecimal digits in a link lead to a sample of malware; in other links they are
/// the names of pictures and downloads.
pub(super) fn is_in_sample_link(text: &str, start: usize) -> bool {
    const HOSTS: &[&str] = &["virustotal.com", "bazaar.abuse.ch", "hybrid-analysis.com"];
    claim::speaks_of(text, start, start, HOSTS)
}

/// Whether a text near hexadecimal digits speaks of files and not of passwords.
pub(super) fn speaks_of_files(text: &str, start: usize, end: usize) -> bool {
    claim::speaks_of(text, start, end, FILE_WORDS)
        && !claim::speaks_of(text, start, end, NO_FILE_WORDS)
}
