//! Who wrote an item, as feeds name people.

use entangle_dump::XmlNode;
use entangle_model::ids::native_id_of_name;
use entangle_text::markup::html_to_plain;

use crate::recorder::non_empty;

/// Names longer than this are no names. Characters.
const NAME_CHARACTERS_MAX: usize = 200;

/// Greatest length of an address by RFC 5321. Bytes.
const ADDRESS_BYTES_MAX: usize = 320;

/// What forums put where RSS asks for an address and they give none, before and behind the sign.
const PLACEHOLDER_LOCALS: [&str; 5] = ["dummy", "invalid", "noreply", "no-reply", "nobody"];
const PLACEHOLDER_DOMAINS: [&str; 3] = ["example.com", "example.org", "invalid"];

/// An author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub native_id: String,
    pub name: String,
    /// In lower case.
    pub address: Option<String>,
    pub website: Option<String>,
}

/// The person of an `author` with elements inside (Atom) or with a text (RSS).
pub(super) fn person_of(node: &XmlNode<'_>) -> Option<Person> {
    let children = node.children().unwrap_or_default();
    let part = |name: &str| {
        let child = children
            .iter()
            .find(|child| super::local_name(child.name()) == name)?;
        non_empty(child.text())
    };
    let (name, address) = (part("name"), part("email"));
    if name.is_none() && address.is_none() {
        return person_of_text(&node.text());
    }
    let website = part("uri").or_else(|| part("url"));
    person(name.as_deref(), address.as_deref(), website)
}

/// The person of a text: a name, an address, `address (name)` or `name <address>`.
pub(super) fn person_of_text(text: &str) -> Option<Person> {
    let text = text.trim();
    let parts = text
        .strip_suffix(')')
        .and_then(|inside| inside.split_once('('))
        .or_else(|| {
            let (name, address) = text.strip_suffix('>')?.rsplit_once('<')?;
            Some((address, name))
        });
    if let Some((before, name)) = parts
        && before.contains('@')
        && !before.trim().contains(char::is_whitespace)
    {
        return person(Some(name), Some(before), None);
    }
    // Some forums put the link to a profile here.
    let plain = html_to_plain(text).text;
    match read_address(&plain) {
        Some(address) => person(None, Some(&address), None),
        None => person(Some(&plain), None, None),
    }
}

fn person(name: Option<&str>, address: Option<&str>, website: Option<String>) -> Option<Person> {
    let address = address.and_then(read_address);
    let website = website.filter(|website| website.starts_with("http"));
    let shown = name.and_then(read_name);
    let local = || {
        address
            .as_ref()?
            .split_once('@')
            .map(|(local, _)| local.to_string())
    };
    let name = shown.clone().or_else(local)?;
    let native_id = match (&shown, &address) {
        (None, Some(address)) => address.clone(),
        _ => native_id_of_name(&name),
    };
    Some(Person {
        native_id,
        name,
        address: address.filter(|address| !is_placeholder(address)),
        website,
    })
}

/// The name on one line and of bounded length. Of Discourse's `@name Full Name` it is the word
/// behind the sign, by which the account is known elsewhere.
fn read_name(name: &str) -> Option<String> {
    let account = name
        .trim()
        .strip_prefix('@')
        .and_then(|rest| rest.split_whitespace().next());
    let line = match account {
        Some(account) => account.to_string(),
        None => name.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    non_empty(line.chars().take(NAME_CHARACTERS_MAX).collect::<String>())
}

fn read_address(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.split_once('@')?;
    let is_address = !local.is_empty()
        && domain.contains('.')
        && text.len() <= ADDRESS_BYTES_MAX
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    is_address.then(|| text.to_lowercase())
}

fn is_placeholder(address: &str) -> bool {
    address.split_once('@').is_some_and(|(local, domain)| {
        PLACEHOLDER_LOCALS.contains(&local) || PLACEHOLDER_DOMAINS.contains(&domain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_from_the_usual_texts() {
        let table: String = [
            "Anna Smith",
            "anna@host.org (Anna)",
            "Anna <Anna@host.org>",
            "anna@host.org",
            "dummy@example.com (anna)",
            "@anna Anna Smith",
            "<a href=\"member.php?uid=1\">anna</a>",
            "anna (the second)",
            "anna (at) host (dot) org",
            "@",
            " ",
        ]
        .iter()
        .map(|text| match person_of_text(text) {
            Some(person) => format!(
                "{text}: {} {:?} {:?}\n",
                person.native_id, person.name, person.address
            ),
            None => format!("{text}: nobody\n"),
        })
        .collect();
        expect_test::expect![[r#"
            Anna Smith: name:Anna Smith "Anna Smith" None
            anna@host.org (Anna): name:Anna "Anna" Some("anna@host.org")
            Anna <Anna@host.org>: name:Anna "Anna" Some("anna@host.org")
            anna@host.org: anna@host.org "anna" Some("anna@host.org")
            dummy@example.com (anna): name:anna "anna" None
            @anna Anna Smith: name:anna "anna" None
            <a href="member.php?uid=1">anna</a>: name:anna "anna" None
            anna (the second): name:anna (the second) "anna (the second)" None
            anna (at) host (dot) org: name:anna (at) host (dot) org "anna (at) host (dot) org" None
            @: name:@ "@" None
             : nobody
        "#]]
        .assert_eq(&table);
    }
}
