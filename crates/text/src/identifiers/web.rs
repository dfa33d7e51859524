//! Web addresses, hosts and IP addresses, also defanged: `hxxp://`, `evil[.]com`, `1.2.3[.]4`.

use std::net::{Ipv4Addr, Ipv6Addr};

use entangle_model::IdentifierKind;

use super::scan::{Candidate, Shape};
use super::{address, claim, hosts, onion};

/// Longest web address that is kept; what is longer carries data and names nothing.
const URL_BYTES_MAX: usize = 2048;

const HOST_BYTES_MAX: usize = 253;
const LABEL_COUNT_MAX: usize = 8;

/// What stands for a dot in a defanged host.
pub(super) const DEFANGED_DOTS: &[&str] = &["[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}"];

/// How the schemes are written, with the scheme meant.
const SCHEMES: &[(&str, &str)] = &[
    ("http", "http"),
    ("https", "https"),
    ("hxxp", "http"),
    ("hxxps", "https"),
    ("h**p", "http"),
    ("h**ps", "https"),
    ("htxp", "http"),
    ("htxps", "https"),
    ("ftp", "ftp"),
    ("fxp", "ftp"),
];

/// Words before a number with three dots that make it a version.
const VERSION_WORDS: &[&str] = &[
    "version",
    "ver",
    "v",
    "build",
    "release",
    "update",
    "chrome",
    "firefox",
    "версия",
    "версии",
    "версию",
    "билд",
    "whatsapp",
    "telegram",
    "skype",
    "icq",
    "windows",
    "section",
    "rfc",
    "oid",
    "раздел",
    "пункт",
    "глава",
    "п",
];

/// Words near a number with three dots that make it an address.
const IP_WORDS: &[&str] = &[
    "ip",
    "айпи",
    "ипшник",
    "адрес",
    "address",
    "host",
    "хост",
    "server",
    "сервер",
    "proxy",
    "прокси",
    "socks",
    "ssh",
    "rdp",
    "ping",
    "пинг",
    "c2",
    "c&c",
    "vps",
    "vds",
    "дедик",
    "port",
    "порт",
    "nmap",
    "scan",
    "dns",
    "ddos",
    "ддос",
];

/// Web address in its normal form; `None` for other schemes, for one with a log-in, which may be
/// somebody's password, and for hosts that are none.
pub(super) fn normalize_url(value: &str) -> Option<String> {
    let (mark_start, mark_end) = ["://", "[:]//", "[://]"]
        .iter()
        .find_map(|mark| value.find(mark).map(|at| (at, at + mark.len())))?;
    let url = Url::read(value, mark_start, mark_end)?;
    (url.start == 0 && url.end == value.len()).then_some(url.value)
}

/// IP address that is routed in public, in the text form of RFC 5952 or with dots.
pub(super) fn normalize_ip(value: &str) -> Option<String> {
    let mut plain = value.replace("[:]", ":");
    for dot in DEFANGED_DOTS {
        plain = plain.replace(dot, ".");
    }
    if let Ok(address) = plain.parse::<Ipv4Addr>() {
        return is_public_v4(address).then(|| address.to_string());
    }
    let address: Ipv6Addr = plain.trim_matches(['[', ']']).parse().ok()?;
    is_public_v6(address).then(|| address.to_string())
}

/// The web address around "://".
pub(super) fn url_at(text: &str, mark_start: usize, mark_end: usize) -> Option<Candidate> {
    let url = Url::read(text, mark_start, mark_end)?;
    Some(topic(IdentifierKind::Url, url.value, url.start, url.end))
}

/// The host of a web address, if nothing stands behind it: the address names a whole site.
pub(super) fn whole_site(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.strip_suffix('/').unwrap_or(rest);
    (!host.contains(['/', '?']))
        .then(|| address::normalize_domain(host))
        .flatten()
}

/// A host written without scheme, around the dot before its top-level domain.
pub(super) fn host_at(text: &str, dot_start: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let last_label = &text[dot_start + 1..label_end_behind(text, dot_start + 1)];
    let is_last = hosts::BARE_TOP_LEVEL_DOMAINS
        .iter()
        .any(|top| last_label.eq_ignore_ascii_case(top));
    // Behind "com.", "co." and the like a country may follow; the dot before that is not looked at.
    let is_before_country = matches!(last_label.len(), 2 | 3);
    if !is_last && !is_before_country {
        return None;
    }
    let floor = dot_start.saturating_sub(HOST_BYTES_MAX);
    let back = bytes[floor..dot_start]
        .iter()
        .rev()
        .take_while(|byte| is_host_byte(**byte))
        .count();
    let forward = bytes[dot_start..]
        .iter()
        .take(HOST_BYTES_MAX)
        .take_while(|byte| is_host_byte(**byte))
        .count();
    let start = dot_start - back;
    let written = text[start..dot_start + forward].trim_end_matches(['.', '-']);
    let end = start + written.len();
    let is_part = start > 0
        && matches!(
            bytes[start - 1],
            b'@' | b'/' | b'\\' | b'_' | b'.' | b'-' | b'$' | b'%' | b'*' | b'+'
        );
    // "#room:server.org"
    let is_server = text[..start]
        .rsplit(char::is_whitespace)
        .next()
        .is_some_and(|word| word.ends_with(':') && word.starts_with(['#', '!', '@']));
    let goes_on = matches!(bytes.get(end), Some(b'(' | b'@' | b'_' | b'$' | b'='));
    if is_part || is_server || goes_on || !hosts::is_bare_host(written) {
        return None;
    }
    let value = address::normalize_domain(written)?;
    Some(topic(IdentifierKind::Domain, value, start, end))
}

/// A host or IP address around a dot in brackets.
pub(super) fn defanged_at(text: &str, dot_start: usize, dot_end: usize) -> Option<Candidate> {
    let mut host = String::new();
    let mut start = dot_start;
    for _ in 0..LABEL_COUNT_MAX {
        let label_start = label_start_before(text, start);
        if label_start == start {
            return None;
        }
        host.insert_str(0, &text[label_start..start]);
        start = label_start;
        let Some(dot) = dot_before(text, start) else {
            break;
        };
        host.insert(0, '.');
        start -= dot;
    }
    let mut end = dot_end;
    for _ in 0..LABEL_COUNT_MAX {
        let label_end = label_end_behind(text, end);
        if label_end == end {
            return None;
        }
        host.push('.');
        host.push_str(&text[end..label_end]);
        end = label_end;
        let dot = dot_behind(text, end);
        if dot == 0 || label_end_behind(text, end + dot) == end + dot {
            break;
        }
        end += dot;
    }
    let is_part = text[..start].ends_with(['@', '/', ']', ')', '}']);
    if is_part {
        return None;
    }
    if let Some(value) = normalize_ip(&host) {
        return Some(topic(IdentifierKind::IpAddress, value, start, end));
    }
    let value = address::normalize_domain(&host.to_ascii_lowercase())?;
    (!value.ends_with(onion::ENDING)).then(|| topic(IdentifierKind::Domain, value, start, end))
}

/// An IP address of version 4 around its first dot. Numbers of versions have the same form, so
/// one that no word calls an address must be too large for one.
pub(super) fn ip_at(text: &str, dot_start: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let digits_before = bytes[..dot_start]
        .iter()
        .rev()
        .take(4)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let start = dot_start - digits_before;
    let is_part = start > 0
        && (bytes[start - 1].is_ascii_alphanumeric()
            || matches!(bytes[start - 1], b'.' | b'-' | b'_' | b'='));
    if digits_before == 0 || is_part {
        return None;
    }
    let length = bytes[start..]
        .iter()
        .take("255.255.255.255.".len())
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
        .count();
    let written = text[start..start + length].trim_end_matches('.');
    let end = start + written.len();
    let value = normalize_ip(written)?;
    let goes_on = matches!(bytes.get(end), Some(b'-' | b'_'))
        || bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let has_port =
        text[end..].starts_with(':') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    let is_address = has_port
        || claim::has_word_before(text, start, IP_WORDS)
        || !claim::has_word_before(text, start, VERSION_WORDS) && is_too_large_for_version(written);
    (!goes_on && is_address).then(|| topic(IdentifierKind::IpAddress, value, start, end))
}

/// An IP address of version 6 in a run of hexadecimal digits and colons.
pub(super) fn ip_of_run(text: &str, start: usize, end: usize) -> Option<Candidate> {
    let written = text[start..end].trim_end_matches(':');
    let end = start + written.len();
    let bytes = text.as_bytes();
    let is_part = start > 0
        && (bytes[start - 1].is_ascii_alphanumeric() || bytes[start - 1] == b'_')
        || bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let value = (written.bytes().filter(|byte| *byte == b':').count() >= 2 && !is_part)
        .then(|| normalize_ip(written))
        .flatten()?;
    Some(topic(IdentifierKind::IpAddress, value, start, end))
}

fn topic(kind: IdentifierKind, value: String, start: usize, end: usize) -> Candidate {
    Candidate {
        shape: Shape::Topic(kind, value),
        start,
        end,
    }
}

fn is_too_large_for_version(written: &str) -> bool {
    let numbers: Vec<u16> = written
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    let large_count = numbers.iter().filter(|number| **number >= 40).count();
    large_count >= 2 && numbers.first().is_some_and(|first| *first >= 20)
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, ..] = address.octets();
    let is_reserved = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || first == 0
        || first >= 224;
    !is_reserved
}

/// Global unicast (2000::/3) without the range for documentation.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    first >> 13 == 1 && (first, second) != (0x2001, 0x0db8)
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

fn label_start_before(text: &str, end: usize) -> usize {
    let length = text.as_bytes()[..end]
        .iter()
        .rev()
        .take(63)
        .take_while(|byte| is_label_byte(**byte))
        .count();
    end - length
}

fn label_end_behind(text: &str, start: usize) -> usize {
    let length = text.as_bytes()[start..]
        .iter()
        .take(63)
        .take_while(|byte| is_label_byte(**byte))
        .count();
    start + length
}

fn dot_before(text: &str, end: usize) -> Option<usize> {
    let defanged = DEFANGED_DOTS.iter().find(|dot| text[..end].ends_with(*dot));
    match defanged {
        Some(dot) => Some(dot.len()),
        None => text[..end].ends_with('.').then_some(1),
    }
}

/// Length of the dot, plain or defanged, at a position; zero if there is none.
fn dot_behind(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    DEFANGED_DOTS
        .iter()
        .find(|dot| rest.starts_with(*dot))
        .map_or(usize::from(rest.starts_with('.')), |dot| dot.len())
}

/// A web address as it was read from a text.
struct Url {
    value: String,
    start: usize,
    end: usize,
}

impl Url {
    fn read(text: &str, mark_start: usize, mark_end: usize) -> Option<Self> {
        let scheme_bytes = text.as_bytes()[..mark_start]
            .iter()
            .rev()
            .take(8)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'*')
            .count();
        let start = mark_start - scheme_bytes;
        let written_scheme = text[start..mark_start].to_ascii_lowercase();
        let (_, scheme) = SCHEMES
            .iter()
            .find(|(written, _)| *written == written_scheme)?;
        let (authority, path_start) = read_authority(text, mark_end);
        let host = normal_authority(scheme, &authority)?;
        let path_end = path_end(text, path_start);
        let path = text[path_start..path_end].split('#').next()?;
        let slash = if path.starts_with('/') { "" } else { "/" };
        let value = format!("{scheme}://{host}{slash}{path}");
        (value.len() <= URL_BYTES_MAX).then_some(Self {
            value,
            start,
            end: path_end,
        })
    }
}

/// The host with its port, without defanging, and where the path begins.
fn read_authority(text: &str, start: usize) -> (String, usize) {
    let mut authority = String::new();
    let mut at = start;
    while authority.len() <= HOST_BYTES_MAX {
        let rest = &text[at..];
        let dot = dot_behind(rest, 0);
        if dot > 1 {
            authority.push('.');
            at += dot;
        } else if rest.starts_with("[:]") {
            authority.push(':');
            at += "[:]".len();
        } else {
            match rest.bytes().next() {
                Some(byte) if is_host_byte(byte) || matches!(byte, b':' | b'@' | b'_' | b'%') => {
                    authority.push(char::from(byte));
                    at += 1;
                }
                _ => break,
            }
        }
    }
    let trimmed = authority.trim_end_matches(['.', ':', '-']).len();
    // Only single bytes are trimmed: a defanged dot at the end leaves no host in any case.
    let cut = (authority.len() - trimmed).min(at - start);
    authority.truncate(trimmed);
    (authority, at - cut)
}

/// Host and port in their normal form: lower case, no port that the scheme has anyway.
fn normal_authority(scheme: &str, authority: &str) -> Option<String> {
    let lower = authority.to_ascii_lowercase();
    let (host, port) = match lower.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (lower.as_str(), None),
    };
    let is_own_host =
        address::is_host(host) && !hosts::is_example_host(host) && !host.ends_with(onion::ENDING);
    if !is_own_host && normalize_ip(host).is_none() {
        return None;
    }
    let default_port = match scheme {
        "http" => "80",
        "https" => "443",
        _ => "21",
    };
    match port {
        Some(port) if port == default_port => Some(host.to_string()),
        Some(port) => port
            .parse::<u16>()
            .ok()
            .map(|port| format!("{host}:{port}")),
        None => Some(host.to_string()),
    }
}

/// Where path, query and fragment end: before a closing bracket that was not opened inside, and
/// without the punctuation of the sentence.
fn path_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    if !rest.starts_with(['/', '?', '#']) {
        return start;
    }
    let mut open_count = 0usize;
    let mut length = 0;
    for (at, letter) in rest.char_indices().take(URL_BYTES_MAX + 1) {
        let is_part = match letter {
            '(' => {
                open_count += 1;
                true
            }
            ')' if open_count > 0 => {
                open_count -= 1;
                true
            }
            _ => is_path_letter(letter),
        };
        if !is_part {
            break;
        }
        length = at + letter.len_utf8();
    }
    let path = rest[..length].trim_end_matches(['.', ',', ':', ';', '!', '?', '\'', '_', '(']);
    start + path.len()
}

fn is_path_letter(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(
            letter,
            '/' | '?'
                | '#'
                | '&'
                | '='
                | '.'
                | ','
                | '-'
                | '_'
                | '~'
                | '%'
                | '+'
                | ':'
                | ';'
                | '@'
                | '!'
                | '\''
                | '$'
        )
}
