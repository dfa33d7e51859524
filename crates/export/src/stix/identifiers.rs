//! Which object an identifier becomes.
//!
//! What STIX knows becomes what STIX calls it. Handles of messengers are user accounts of that
//! type, wallets and keys the observables that OpenCTI knows, put under our extension. A value
//! that the object's schema would refuse is left out.

use std::io::Write;
use std::net::IpAddr;

use entangle_model::IdentifierKind;
use serde::Serialize;

use super::StixWriter;
use super::objects::{
    Body, Extensions, Nothing, UserAccount, object_id, observable_id, observable_id_of_json,
};
use crate::ExportError;
use crate::records::Identifier;

#[derive(Serialize)]
struct Value<'a, const KIND: usize> {
    value: &'a str,
}

/// Types of observables that hold nothing but a value.
const VALUE_TYPES: [&str; 5] = ["email-addr", "ipv4-addr", "ipv6-addr", "domain-name", "url"];
const EMAIL: usize = 0;
const IPV4: usize = 1;
const IPV6: usize = 2;
const DOMAIN: usize = 3;
const URL: usize = 4;

impl<const KIND: usize> Body for Value<'_, KIND> {
    const TYPE: &'static str = VALUE_TYPES[KIND];
}

#[derive(Serialize)]
struct ExtendedValue<'a, const KIND: usize> {
    value: &'a str,
    kind: &'static str,
    extensions: Extensions<Nothing>,
}

const EXTENDED_TYPES: [&str; 3] = ["cryptocurrency-wallet", "cryptographic-key", "phone-number"];
const WALLET: usize = 0;
const KEY: usize = 1;
const PHONE: usize = 2;

impl<const KIND: usize> Body for ExtendedValue<'_, KIND> {
    const TYPE: &'static str = EXTENDED_TYPES[KIND];
}

#[derive(Serialize)]
struct FileObject<'a> {
    hashes: Hashes<'a>,
}

#[derive(Serialize)]
struct Hashes<'a> {
    #[serde(rename = "MD5", skip_serializing_if = "Option::is_none")]
    md5: Option<&'a str>,
    #[serde(rename = "SHA-1", skip_serializing_if = "Option::is_none")]
    sha1: Option<&'a str>,
    #[serde(rename = "SHA-256", skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
}

impl Body for FileObject<'_> {
    const TYPE: &'static str = "file";
}

#[derive(Serialize)]
struct Software<'a> {
    name: &'a str,
}

impl Body for Software<'_> {
    const TYPE: &'static str = "software";
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    name: &'a str,
    external_references: [ExternalReference<'a>; 1],
}

#[derive(Serialize)]
struct ExternalReference<'a> {
    source_name: &'static str,
    external_id: &'a str,
}

impl Body for Vulnerability<'_> {
    const TYPE: &'static str = "vulnerability";
}

/// Writes the object of an identifier and gives its id; `None` where no object takes its value.
pub(super) fn identifier_object<W: Write>(
    writer: &mut StixWriter<W>,
    identifier: &Identifier,
) -> Result<Option<String>, ExportError> {
    use IdentifierKind as Kind;
    let value = identifier.value.as_str();
    if value.is_empty() || value.chars().any(char::is_control) {
        return Ok(None);
    }
    match identifier.kind {
        Kind::Email if is_mail_address(value) => write_value::<W, EMAIL>(writer, value),
        Kind::Email => Ok(None),
        Kind::IpAddress => match value.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => write_value::<W, IPV4>(writer, value),
            Ok(IpAddr::V6(_)) => write_value::<W, IPV6>(writer, value),
            Err(_) => Ok(None),
        },
        Kind::Domain | Kind::Onion if is_host_name(value) => {
            write_value::<W, DOMAIN>(writer, value)
        }
        Kind::Domain | Kind::Onion => Ok(None),
        Kind::Url if is_web_address(value) => write_value::<W, URL>(writer, value),
        Kind::Url => Ok(None),
        Kind::FileHash => write_file(writer, value),
        Kind::Cve => write_vulnerability(writer, value),
        Kind::ApkPackage => write_software(writer, value),
        Kind::Phone => write_extended::<W, PHONE>(writer, identifier),
        Kind::PgpFingerprint | Kind::PgpKeyId => write_extended::<W, KEY>(writer, identifier),
        Kind::Bitcoin
        | Kind::BitcoinCash
        | Kind::Ethereum
        | Kind::Monero
        | Kind::Litecoin
        | Kind::Dogecoin
        | Kind::Dash
        | Kind::Zcash
        | Kind::Tron => write_extended::<W, WALLET>(writer, identifier),
        Kind::Jabber
        | Kind::Icq
        | Kind::Telegram
        | Kind::TelegramId
        | Kind::Skype
        | Kind::Discord
        | Kind::Tox
        | Kind::Session
        | Kind::Wickr
        | Kind::Matrix
        | Kind::Webmoney
        | Kind::Qiwi
        | Kind::Yoomoney => write_handle(writer, identifier),
    }
}

fn write_value<W: Write, const KIND: usize>(
    writer: &mut StixWriter<W>,
    value: &str,
) -> Result<Option<String>, ExportError> {
    let id = observable_id(VALUE_TYPES[KIND], &[("value", value)]);
    writer.write_identifier(&id, Value::<KIND> { value })?;
    Ok(Some(id))
}

fn write_extended<W: Write, const KIND: usize>(
    writer: &mut StixWriter<W>,
    identifier: &Identifier,
) -> Result<Option<String>, ExportError> {
    let id = observable_id(EXTENDED_TYPES[KIND], &[("value", &identifier.value)]);
    let body = ExtendedValue::<KIND> {
        value: &identifier.value,
        kind: identifier.kind.as_str(),
        extensions: Extensions::new_object("new-sco"),
    };
    writer.write_identifier(&id, body)?;
    Ok(Some(id))
}

fn write_handle<W: Write>(
    writer: &mut StixWriter<W>,
    identifier: &Identifier,
) -> Result<Option<String>, ExportError> {
    let account_type = identifier.kind.as_str().replace('_', "-");
    let properties = [
        ("account_type", account_type.as_str()),
        ("user_id", &identifier.value),
    ];
    let id = observable_id("user-account", &properties);
    let body = UserAccount::<Nothing> {
        user_id: &identifier.value,
        account_type: Some(&account_type),
        display_name: None,
        is_disabled: None,
        account_created: None,
        extensions: None,
    };
    writer.write_identifier(&id, body)?;
    Ok(Some(id))
}

fn write_file<W: Write>(
    writer: &mut StixWriter<W>,
    value: &str,
) -> Result<Option<String>, ExportError> {
    if !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let of_length = |length: usize| (value.len() == length).then_some(value);
    let hashes = Hashes {
        md5: of_length(32),
        sha1: of_length(40),
        sha256: of_length(64),
    };
    let name = match value.len() {
        32 => "MD5",
        40 => "SHA-1",
        64 => "SHA-256",
        _ => return Ok(None),
    };
    // The contributing property is an object: the hash under its name.
    let canonical = format!(r#"{{"hashes":{{"{name}":"{value}"}}}}"#);
    let id = observable_id_of_json("file", &canonical);
    writer.write_identifier(&id, FileObject { hashes })?;
    Ok(Some(id))
}

fn write_vulnerability<W: Write>(
    writer: &mut StixWriter<W>,
    value: &str,
) -> Result<Option<String>, ExportError> {
    let body = Vulnerability {
        name: value,
        external_references: [ExternalReference {
            source_name: "cve",
            external_id: value,
        }],
    };
    let id = object_id("vulnerability", &[value]);
    if writer.identifiers.declare(&id) {
        writer.write_domain_object(&[value], None, body)?;
    }
    Ok(Some(id))
}

fn write_software<W: Write>(
    writer: &mut StixWriter<W>,
    value: &str,
) -> Result<Option<String>, ExportError> {
    let id = observable_id("software", &[("name", value)]);
    writer.write_identifier(&id, Software { name: value })?;
    Ok(Some(id))
}

fn is_mail_address(value: &str) -> bool {
    value.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && local.bytes().all(|byte| byte.is_ascii_graphic())
            && !local.contains(['@', '"', '<', '>', '(', ')', ',', ';', ':', '\\', '[', ']'])
            && is_host_name(host)
    })
}

/// Labels of letters, digits and hyphens, at most 63 characters each and 253 together.
fn is_host_name(value: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|character| character.is_alphanumeric() || character == '-')
    };
    value.len() <= 253 && value.split('.').all(is_label)
}

/// Visible ASCII without the characters that an address must encode.
fn is_web_address(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, rest)| {
        !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !rest.is_empty()
    }) && value
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
}
