//! Contacts that people show: their own, and those of services that everybody shows.

use bech32::{hrp, segwit};

use crate::name_change::address_part;
use crate::people::{Person, PersonIndex};
use crate::random::mix;

/// Kinds of contact; the discriminant is the bit in a set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContactKind {
    Email,
    Jabber,
    Icq,
    Telegram,
    PgpFingerprint,
    Bitcoin,
    Website,
}

impl ContactKind {
    pub(crate) const ALL: [ContactKind; 7] = [
        ContactKind::Email,
        ContactKind::Jabber,
        ContactKind::Icq,
        ContactKind::Telegram,
        ContactKind::PgpFingerprint,
        ContactKind::Bitcoin,
        ContactKind::Website,
    ];

    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The word that introduces a value of the kind.
    pub(crate) fn label(self) -> &'static str {
        match self {
            ContactKind::Email => "e-mail",
            ContactKind::Jabber => "jabber",
            ContactKind::Icq => "icq",
            ContactKind::Telegram => "telegram",
            ContactKind::PgpFingerprint => "pgp",
            ContactKind::Bitcoin => "btc",
            ContactKind::Website => "site",
        }
    }
}

/// How an account shows its contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContactRole {
    /// In the text of the profile.
    Profile,
    /// In the signature under every post.
    Signature,
    /// In a sentence of some posts.
    Introduced,
}

/// Server names of Jabber addresses; `.example` belongs to nobody (RFC 2606).
const JABBER_SERVERS: [&str; 3] = ["jabber.example", "xmpp.example", "im.example"];

/// Contacts that many unrelated accounts show: an escrow service and a shop on the sources that
/// trade, and a hosting help desk everywhere.
pub(crate) const ESCROW_JABBER: &str = "garant@jabber.example";
/// See [`ESCROW_JABBER`].
pub(crate) const SHOP_TELEGRAM: &str = "@traffic_market_shop";
/// See [`ESCROW_JABBER`].
pub(crate) const HELP_DESK_EMAIL: &str = "support@hostdesk.example";

/// Address of an account of the chat log, made from its name.
pub(crate) fn jabber_address(name: &str, person: PersonIndex) -> String {
    format!("{name}@{}", JABBER_SERVERS[person as usize % 3])
}

/// The person's contact of that kind: the same wherever it is shown, and nobody else's, because
/// the person's number is part of it.
pub(crate) fn contact_value(
    seed: u64,
    kind: ContactKind,
    index: PersonIndex,
    person: &Person,
) -> String {
    let noise = mix(seed ^ 0xC0_11AC7, u64::from(index) << 3 | kind as u64);
    match kind {
        ContactKind::Email => format!("{}@mail.example", handle(index, person)),
        ContactKind::Jabber => jabber_address(&handle(index, person), index),
        ContactKind::Icq => format!("{}", 100_000_000 + icq_offset(index)),
        ContactKind::Telegram => format!("@{}_tg", handle(index, person)),
        ContactKind::PgpFingerprint => pgp_fingerprint(noise),
        ContactKind::Bitcoin => bitcoin_address(noise),
        ContactKind::Website => format!("http://{}.example/", handle(index, person)),
    }
}

/// The preferred name with the person's number behind it.
pub(crate) fn handle(index: PersonIndex, person: &Person) -> String {
    let name = address_part(&person.preferred_name);
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let name = name.get(..16).unwrap_or(name);
    format!("{name}{}", index + 1)
}

/// A permutation of the numbers below 800 million, so that no two people share a number: the
/// factor has no divisor in common with 800 million.
fn icq_offset(index: PersonIndex) -> u64 {
    u64::from(index) * 387_420_489 % 800_000_000
}

fn pgp_fingerprint(noise: u64) -> String {
    let words = (0..3).map(|position| mix(noise, position));
    let digits: String = words.map(|word| format!("{word:016X}")).collect();
    digits[..40].to_owned()
}

/// A bech32 address of a witness program of version 0 (BIP 173) that nobody has a key for.
fn bitcoin_address(noise: u64) -> String {
    let mut program = [0; 20];
    for (position, byte) in program.iter_mut().enumerate() {
        *byte = mix(noise, position as u64) as u8;
    }
    segwit::encode_v0(hrp::BC, &program).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        Person {
            preferred_name: "Kevin Marsh77".into(),
            is_russian: false,
            is_crossover: false,
            is_freelancer: false,
            contact_kinds: 0x7F,
            habits: 0,
            peak_hour: 0,
            weekend_percent: 0,
            thread_start_percent: 0,
            sentences_mean_tenths: 0,
        }
    }

    #[test]
    fn contacts_have_the_form_of_their_kind() {
        let text: String = ContactKind::ALL
            .iter()
            .map(|kind| {
                let value = contact_value(1, *kind, 41, &person());
                format!("{} {value}\n", kind.label())
            })
            .collect();
        expect_test::expect![[r#"
            e-mail kevinmarsh42@mail.example
            jabber kevinmarsh42@im.example
            icq 784240049
            telegram @kevinmarsh42_tg
            pgp BA86A77CBC467EC049285DAC0A6A96AB1C2AC86C
            btc bc1q509l0m7dh2dah96kh4ae85mx2qhn3qexfmu3ex
            site http://kevinmarsh42.example/
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn a_bitcoin_address_has_a_valid_checksum() {
        let value = contact_value(1, ContactKind::Bitcoin, 7, &person());
        assert!(segwit::decode(&value).is_ok(), "{value}");
    }

    #[test]
    fn contacts_of_two_people_of_one_name_differ() {
        for kind in ContactKind::ALL {
            assert_ne!(
                contact_value(1, kind, 1, &person()),
                contact_value(1, kind, 2, &person())
            );
        }
    }
}
