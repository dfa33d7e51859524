//! Which attribute an identifier becomes, and how an account refers to it.

use std::net::IpAddr;

use entangle_model::{IdentifierKind, IdentifierRole};

use crate::records::Identifier;

/// Type and category of the attribute.
///
/// MISP files coin addresses under *Financial fraud* only; that is its word for the category and
/// says nothing about the account. All else goes to the most neutral category that MISP allows.
pub(super) fn attribute_type(identifier: &Identifier) -> (&'static str, &'static str) {
    use IdentifierKind as Kind;
    match identifier.kind {
        Kind::Email => ("email", "Social network"),
        Kind::Jabber => ("jabber-id", "Social network"),
        Kind::Phone => ("phone-number", "Other"),
        Kind::Bitcoin => ("btc", "Financial fraud"),
        Kind::Monero => ("xmr", "Financial fraud"),
        Kind::Dash => ("dash", "Financial fraud"),
        Kind::Domain => ("domain", "External analysis"),
        Kind::Onion => ("onion-address", "External analysis"),
        Kind::Url => ("url", "External analysis"),
        Kind::IpAddress if identifier.value.parse::<IpAddr>().is_ok() => {
            ("ip-dst", "External analysis")
        }
        Kind::FileHash => match identifier.value.len() {
            32 => ("md5", "External analysis"),
            40 => ("sha1", "External analysis"),
            64 => ("sha256", "External analysis"),
            _ => ("text", "Other"),
        },
        Kind::Cve => ("vulnerability", "External analysis"),
        _ => ("text", "Other"),
    }
}

/// The relation from an account to an identifier that it shows.
pub(super) fn reference_type(role: IdentifierRole) -> &'static str {
    match role {
        IdentifierRole::Profile | IdentifierRole::Signature | IdentifierRole::Introduced => {
            "associated-with"
        }
        IdentifierRole::Mentioned | IdentifierRole::Quoted => "mentions",
    }
}
