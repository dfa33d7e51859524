//! Who wrote a mail.

use entangle_model::ids::native_id_of_name;
use mail_parser::{Addr, HeaderName, HeaderValue, Message};

use super::headers::value;
use crate::recorder::non_empty;

/// An author as a header names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sender {
    /// The address in lower case; made of the name where no address is known.
    pub(super) native_id: String,
    /// The name beside the address, or what stands before its at sign.
    pub(super) name: Option<String>,
    /// The address in lower case. It need not be one that can be written to.
    pub(super) address: Option<String>,
}

/// Names longer than this are no names. Characters.
const NAME_CHARACTERS_MAX: usize = 200;

/// Greatest length of an address by RFC 5321. Bytes.
const ADDRESS_BYTES_MAX: usize = 320;

/// The author of a mail; `None` if the header names nobody.
///
/// Lists that rewrite senders put their own address into `From` and the author's into
/// `X-Original-From` or `Reply-To`. The list's address must not become a person.
pub(super) fn sender(header: &Message<'_>) -> Option<Sender> {
    let from = first_address(header, HeaderName::From)
        .or_else(|| first_address(header, HeaderName::Sender))?;
    let sender = read_sender(from)?;
    let Some(list_address) = list_address(header) else {
        return Some(sender);
    };
    if sender.address.as_deref() != Some(list_address.as_str()) {
        return Some(sender);
    }
    let original = [
        HeaderName::Other("X-Original-From".into()),
        HeaderName::ReplyTo,
    ]
    .into_iter()
    .filter_map(|name| read_sender(first_address(header, name)?))
    .find(|other| other.address.is_some() && other.address != sender.address);
    original.or_else(|| {
        let name = sender.name?;
        let own_name = name
            .split_once(" via ")
            .map_or(name.as_str(), |(own, _)| own);
        Some(Sender {
            native_id: native_id_of_name(own_name),
            name: Some(own_name.to_string()),
            address: None,
        })
    })
}

fn first_address<'a, 'x>(header: &'a Message<'x>, name: HeaderName<'x>) -> Option<&'a Addr<'x>> {
    match value(header, name)? {
        HeaderValue::Address(addresses) => addresses.first(),
        _ => None,
    }
}

/// The address to which the list's members write.
fn list_address(header: &Message<'_>) -> Option<String> {
    let post = first_address(header, HeaderName::ListPost)?.address()?;
    let address = post.strip_prefix("mailto:").unwrap_or(post);
    read_address(address.split('?').next()?)
}

fn read_sender(stated: &Addr<'_>) -> Option<Sender> {
    let mut name = stated.name().and_then(one_line);
    let mut address = stated.address().and_then(read_address);
    if address.is_none() {
        // Without an at sign the parser takes the address for a part of the name.
        let whole = [stated.name(), stated.address()];
        let hidden = whole.into_iter().flatten().find_map(hidden_address);
        if let Some((found, rest)) = hidden {
            address = Some(found);
            name = rest.or(name.filter(|name| hidden_address(name).is_none()));
        }
    }
    match address {
        Some(address) => Some(Sender {
            name: name.or_else(|| address.split_once('@').map(|(local, _)| local.to_string())),
            native_id: address.clone(),
            address: Some(address),
        }),
        None => {
            let name = name.or_else(|| stated.address().and_then(one_line))?;
            Some(Sender {
                native_id: native_id_of_name(&name),
                name: Some(name),
                address: None,
            })
        }
    }
}

/// An address in lower case; `None` for what is none. One that was shortened to hide it
/// (`joh...@host`) stands for many people and is none either.
fn read_address(address: &str) -> Option<String> {
    let address = address.trim();
    let (local, domain) = address.split_once('@')?;
    let is_address = !local.is_empty()
        && !domain.is_empty()
        && !local.ends_with("...")
        && address.len() <= ADDRESS_BYTES_MAX
        && !address.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    is_address.then(|| address.to_lowercase())
}

/// The address in `anna at host.example (Anna)`, as pipermail writes it with the at sign in the
/// language of the list, and the name beside it.
fn hidden_address(text: &str) -> Option<(String, Option<String>)> {
    let mut words = text.split_whitespace();
    let (local, at, domain) = (words.next()?, words.next()?, words.next()?);
    let is_at = at.chars().count() <= 3 && !at.contains('.');
    if !is_at || !domain.contains('.') || local.contains('@') {
        return None;
    }
    let address = read_address(&format!("{local}@{domain}"))?;
    let rest: Vec<&str> = words.collect();
    let name = rest.join(" ");
    let name = name.trim_matches(['(', ')', '"', ' ']);
    Some((address, one_line(name)))
}

/// The text on one line and of bounded length, `None` if blank.
fn one_line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(NAME_CHARACTERS_MAX).collect();
    non_empty(line)
}
