//! Addresses with a host: e-mail, Jabber, and domains of own web sites.

use super::{hosts, onion};

const HOST_LENGTH_MAX: usize = 253;
const LABEL_LENGTH_MAX: usize = 63;
const LOCAL_LENGTH_MAX: usize = 64;

/// Lower-case e-mail address; `None` unless both sides and the top-level domain are plausible.
pub(super) fn normalize_email(value: &str) -> Option<String> {
    let value = strip_scheme(value, "mailto:");
    let address = value.split('?').next()?.to_ascii_lowercase();
    let (local, host) = address.split_once('@')?;
    let is_valid = is_local_part(local) && is_host(host) && !hosts::is_example_host(host);
    is_valid.then_some(address)
}

/// Lower-case Jabber address without resource.
pub(super) fn normalize_jabber(value: &str) -> Option<String> {
    let value = strip_scheme(value, "xmpp:");
    normalize_email(value.split('/').next()?)
}

/// Host of a web site, lower case, without `www`; onion addresses are a kind of their own.
///
/// `None` for services that many accounts share; a subdomain of a service that gives people
/// sites of their own is kept in full.
pub(super) fn normalize_domain(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let without_scheme = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let host = without_scheme
        .split(['/', '?', '#', ':', '\\', ' '])
        .next()?;
    let host = host.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_onion = host.ends_with(onion::ENDING);
    (!is_onion && is_host(host) && !hosts::is_shared_host(host)).then(|| host.to_string())
}

/// Matrix id in lower case: `@name:server`.
pub(super) fn normalize_matrix(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let id = ["https://matrix.to/#/", "matrix.to/#/"]
        .iter()
        .find_map(|link| lower.strip_prefix(link))
        .unwrap_or(&lower);
    let (local, server) = id.strip_prefix('@')?.split_once(':')?;
    let (host, port) = match server.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (server, None),
    };
    let is_valid = (1..=LOCAL_LENGTH_MAX).contains(&local.len())
        && local.bytes().all(is_matrix_byte)
        && local.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && is_host(host)
        && !hosts::is_example_host(host)
        && port.is_none_or(|port| port.parse::<u16>().is_ok());
    is_valid.then(|| id.to_string())
}

/// Bytes of the name in a Matrix id; the slash, which may occur, is left out because of paths.
pub(super) fn is_matrix_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'=' | b'-' | b'+')
}

/// Whether a lower-case host has plausible labels under a known public suffix.
pub(super) fn is_host(host: &str) -> bool {
    host.len() <= HOST_LENGTH_MAX
        && host.contains('.')
        && host.split('.').all(is_label)
        && hosts::has_public_suffix(host)
}

fn is_label(label: &str) -> bool {
    let has_length = (1..=LABEL_LENGTH_MAX).contains(&label.len());
    let has_letters = label
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    has_length && has_letters && !label.starts_with('-') && !label.ends_with('-')
}

fn is_local_part(local: &str) -> bool {
    let has_length = (1..=LOCAL_LENGTH_MAX).contains(&local.len());
    let has_letters =
        local.bytes().all(is_local_byte) && local.bytes().any(|byte| byte.is_ascii_alphanumeric());
    has_length
        && has_letters
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

/// Bytes that occur in the local part of addresses people use; the standard allows more.
pub(super) fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

fn strip_scheme<'value>(value: &'value str, scheme: &str) -> &'value str {
    match value.get(..scheme.len()) {
        Some(start) if start.eq_ignore_ascii_case(scheme) => &value[scheme.len()..],
        _ => value,
    }
}
