//! Finds identifiers in texts.
//!
//! ```text
//! "@"            addresses, handles     \
//! "+"            telephone numbers       |   candidates,      context       found
//! labels, links  ICQ, Telegram, Skype    |-> by position  ->  decides   ->  identifiers
//! long runs      wallets, keys          /                     kind, role
//! ```
//!
//! What an account can be reached or paid under is found first. Web addresses, hosts and the like
//! fill what is left: a link to a wallet is the wallet.
//!
//! Every byte of a post is looked at a few times with vector instructions or a table; words
//! are read only around candidates, within a bounded distance.

use entangle_model::{IdentifierKind, IdentifierRole};

use super::claim::{self, Context, Label, Previous};
use super::{FoundIdentifier, hosts, key, labelled, money, openpgp, sign, token, topic, web};

/// What a stretch of text may be, before its context is read.
pub(super) enum Shape {
    /// The form alone, or a label with it, says what it is.
    Known(IdentifierKind, String),
    /// An address: e-mail or Jabber.
    Address(String),
    /// A word behind an at sign.
    AtHandle(String),
    /// Forty hexadecimal digits behind 0x: an Ethereum address, if its checksum holds, or a
    /// fingerprint if the text speaks of OpenPGP.
    PrefixedDigits {
        ethereum: Option<String>,
        fingerprint: String,
    },
    /// As many hexadecimal digits as a hash has: a fingerprint if the text speaks of keys, the
    /// hash of a file if it speaks of one, else none of our business.
    Digest,
    /// As many hexadecimal digits as a key id has, if the text speaks of OpenPGP.
    KeyId(String),
    /// A letter and digits: a WebMoney purse if the text speaks of paying.
    Purse(String),
    /// Said by a key; others of the same key have the same range.
    OfKey(IdentifierKind, String),
    /// A thing that is talked about, unless something else is found in its range.
    Topic(IdentifierKind, String),
}

/// A stretch of text that may be an identifier.
pub(super) struct Candidate {
    pub(super) shape: Shape,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Finds the identifiers of a text in order of position. Ranges do not overlap, except that all
/// that a key says has the range of its block, and lie on character boundaries; a value that
/// occurs twice is found twice.
///
/// `base_role` says where the text stands: [`IdentifierRole::Mentioned`] for the body of a
/// post, [`IdentifierRole::Profile`] for a profile field, and so on. In a body, a claim before
/// the value ("my jabber is", "пишите в телеграм", or "Jabber:" at the start of a line) makes
/// it [`IdentifierRole::Introduced`].
pub fn extract(text: &str, base_role: IdentifierRole) -> Vec<FoundIdentifier> {
    let mut candidates = Vec::new();
    // Of two candidates with one range the first stands: a label says more than a sign does.
    labelled::find_labelled(text, &mut candidates);
    sign::find_signs(text, &mut candidates);
    token::find_tokens(text, &mut candidates);
    openpgp::find_keys(text, &mut candidates);
    if candidates.is_empty() {
        return Vec::new();
    }
    candidates.sort_by_key(|candidate| (candidate.start, std::cmp::Reverse(candidate.end)));
    let (topics, others) = candidates
        .into_iter()
        .partition(|candidate| matches!(candidate.shape, Shape::Topic(..)));
    let mut found = resolve(text, base_role, others);
    add_topics(text, base_role, topics, &mut found);
    found
}

fn resolve(
    text: &str,
    base_role: IdentifierRole,
    candidates: Vec<Candidate>,
) -> Vec<FoundIdentifier> {
    let mut found: Vec<FoundIdentifier> = Vec::new();
    let mut previous: Option<Previous> = None;
    for candidate in candidates {
        let is_of_same_key = matches!(candidate.shape, Shape::OfKey(..))
            && found
                .last()
                .is_some_and(|last| last.byte_start == candidate.start);
        if !is_of_same_key && previous.is_some_and(|previous| candidate.start < previous.byte_end) {
            continue;
        }
        let context = claim::context_before(text, candidate.start, previous);
        let Some((kind, value)) = kind_and_value(text, base_role, &candidate, context) else {
            continue;
        };
        previous = Some(Previous {
            byte_end: candidate.end + resource_length_bytes(&text[candidate.end..], kind),
            context,
        });
        found.push(FoundIdentifier {
            kind,
            value,
            role: role_in(base_role, context),
            byte_start: candidate.start,
            byte_end: candidate.end,
        });
    }
    found
}

fn role_in(base_role: IdentifierRole, context: Context) -> IdentifierRole {
    match base_role {
        IdentifierRole::Mentioned if context.is_introduced => IdentifierRole::Introduced,
        other => other,
    }
}

/// Adds the topics that overlap nothing else. In a profile or signature the address of a whole
/// site is the domain of the account.
fn add_topics(
    text: &str,
    base_role: IdentifierRole,
    topics: Vec<Candidate>,
    found: &mut Vec<FoundIdentifier>,
) {
    let is_shown = matches!(
        base_role,
        IdentifierRole::Profile | IdentifierRole::Signature
    );
    let other_count = found.len();
    let mut next_other = 0;
    let mut last_end = 0;
    for topic in topics {
        let Shape::Topic(kind, value) = topic.shape else {
            continue;
        };
        while next_other < other_count && found[next_other].byte_end <= topic.start {
            next_other += 1;
        }
        let overlaps_other = next_other < other_count && found[next_other].byte_start < topic.end;
        if overlaps_other || topic.start < last_end {
            continue;
        }
        last_end = topic.end;
        let site = (is_shown && kind == IdentifierKind::Url)
            .then(|| web::whole_site(&value))
            .flatten();
        let (kind, value) = site.map_or((kind, value), |site| (IdentifierKind::Domain, site));
        let context = claim::context_before(text, topic.start, None);
        found.push(FoundIdentifier {
            kind,
            value,
            role: role_in(base_role, context),
            byte_start: topic.start,
            byte_end: topic.end,
        });
    }
    if found.len() > other_count {
        found.sort_by_key(|found| found.byte_start);
    }
}

fn kind_and_value(
    text: &str,
    base_role: IdentifierRole,
    candidate: &Candidate,
    context: Context,
) -> Option<(IdentifierKind, String)> {
    match &candidate.shape {
        Shape::Known(kind, value) => Some((*kind, value.clone())),
        Shape::Address(value) => {
            let is_jabber = is_jabber(text, candidate.end, value, context);
            let kind = if is_jabber {
                IdentifierKind::Jabber
            } else {
                IdentifierKind::Email
            };
            Some((kind, value.clone()))
        }
        Shape::AtHandle(value) => {
            let is_telegram = context.label == Some(Label::Telegram)
                || base_role == IdentifierRole::Profile
                || context.is_contact
                || label_behind(&text[candidate.end..]) == Some(Label::Telegram);
            is_telegram.then(|| (IdentifierKind::Telegram, value.clone()))
        }
        Shape::PrefixedDigits {
            ethereum,
            fingerprint,
        } => {
            if claim::speaks_of_openpgp(text, candidate.start) {
                Some((IdentifierKind::PgpFingerprint, fingerprint.clone()))
            } else {
                Some((IdentifierKind::Ethereum, ethereum.clone()?))
            }
        }
        Shape::Digest => digest_kind_and_value(text, candidate),
        Shape::KeyId(value) => claim::speaks_of_openpgp(text, candidate.start)
            .then(|| (IdentifierKind::PgpKeyId, value.clone())),
        Shape::Purse(value) => money::speaks_of_webmoney(text, candidate.start, candidate.end)
            .then(|| (IdentifierKind::Webmoney, value.clone())),
        Shape::OfKey(kind, value) | Shape::Topic(kind, value) => Some((*kind, value.clone())),
    }
}

/// Forty digits are a fingerprint where the text speaks of keys; the hash of a file is one where
/// it speaks of files.
fn digest_kind_and_value(text: &str, candidate: &Candidate) -> Option<(IdentifierKind, String)> {
    let (start, end) = (candidate.start, candidate.end);
    let written = &text[start..end];
    if written.len() == 40 && claim::speaks_of_keys(text, start) {
        let value = key::normalize_pgp_fingerprint(written)?;
        return Some((IdentifierKind::PgpFingerprint, value));
    }
    let is_of_file = if text[..start].ends_with('/') {
        topic::is_in_sample_link(text, start)
    } else {
        topic::speaks_of_files(text, start, end)
    };
    is_of_file
        .then(|| {
            Some((
                IdentifierKind::FileHash,
                topic::normalize_file_hash(written)?,
            ))
        })
        .flatten()
}

/// A label decides, before the address or in brackets behind it; then the host.
fn is_jabber(text: &str, end: usize, address: &str, context: Context) -> bool {
    match label_behind(&text[end..]).or(context.label) {
        Some(Label::Jabber) => true,
        Some(Label::Email) => false,
        _ => address
            .split_once('@')
            .is_some_and(|(_, host)| hosts::is_xmpp_host(host)),
    }
}

/// The label behind a value: "bob@site.com (jabber)", "@bob_sells on telegram".
fn label_behind(behind: &str) -> Option<Label> {
    let rest = [" (", "(", " on ", " in ", " в "]
        .iter()
        .find_map(|joint| behind.strip_prefix(joint))?;
    let word_end = rest
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(rest.len());
    claim::label_of(&rest[..word_end])
}

/// Length of the resource behind a Jabber address ("/home"), which is no part of its value.
fn resource_length_bytes(behind: &str, kind: IdentifierKind) -> usize {
    if kind != IdentifierKind::Jabber || !behind.starts_with('/') {
        return 0;
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    1 + behind.bytes().skip(1).take_while(is_part).count()
}

/// Whether a word goes on behind a position: an address, a path, a host.
pub(super) fn continues(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end) {
        Some(b'@' | b'/' | b':') => true,
        Some(b'.') => bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
        Some(byte) => byte.is_ascii_alphanumeric() || *byte == b'_',
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    fn check(text: &str, expected: Expect) {
        check_role(text, IdentifierRole::Mentioned, expected);
    }

    fn check_role(text: &str, base_role: IdentifierRole, expected: Expect) {
        let report: String = extract(text, base_role)
            .iter()
            .map(|found| {
                let written = &text[found.byte_start..found.byte_end];
                format!(
                    "{} {} {} [{written}]\n",
                    found.kind.as_str(),
                    found.role.as_str(),
                    found.value
                )
            })
            .collect();
        expected.assert_eq(&report);
    }

    #[test]
    fn english_post() {
        check(
            "Selling logs, escrow ok. My jabber is Bob77@Exploit.IM/home, ICQ: 123-456-789 or telegram @Bob_Sells.\n\
             Email: bob@mail.site.org (PGP 0F12 34AB 0F12 34AB 0F12  34AB 0F12 34AB 0F12 34AB)\n\
             Add me on skype: live:bob.77, phone +1 (202) 555-0123.\n\
             Scammer's jabber: evil@thesecure.biz and t.me/evil_one, not t.me/joinchat/AAAAAE or t.me/helpbot",
            expect![[r#"
                jabber introduced bob77@exploit.im [Bob77@Exploit.IM]
                icq introduced 123456789 [123-456-789]
                telegram introduced bob_sells [@Bob_Sells]
                email introduced bob@mail.site.org [bob@mail.site.org]
                pgp_fingerprint introduced 0F1234AB0F1234AB0F1234AB0F1234AB0F1234AB [0F12 34AB 0F12 34AB 0F12  34AB 0F12 34AB 0F12 34AB]
                skype introduced live:bob.77 [live:bob.77]
                phone introduced +12025550123 [+1 (202) 555-0123]
                jabber mentioned evil@thesecure.biz [evil@thesecure.biz]
                telegram mentioned evil_one [t.me/evil_one]
            "#]],
        );
    }

    #[test]
    fn russian_post() {
        check(
            "Продам трафик. Мой джаббер vasya@xmpp.jp, аська 555444333, пишите в телеграм @vasya_pro\n\
             Связь: vasya@mail.ru или тг: vasya_pro2\nскайп - vasya.pupkin\n\
             Кидала сидит в асе 123456789, Вася 55555 рублей.",
            expect![[r#"
                jabber introduced vasya@xmpp.jp [vasya@xmpp.jp]
                icq introduced 555444333 [555444333]
                telegram introduced vasya_pro [@vasya_pro]
                email introduced vasya@mail.ru [vasya@mail.ru]
                telegram introduced vasya_pro2 [vasya_pro2]
                skype introduced vasya.pupkin [vasya.pupkin]
                icq mentioned 123456789 [123456789]
            "#]],
        );
    }

    #[test]
    fn wallets_and_keys() {
        check(
            "btc 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, bad 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb,\n\
             bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 eth 0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe\n\
             sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709 is a hash, and the rest of this line is only padding text\n\
             my gpg key da39a3ee5e6b4b0d3255bfef95601890afd80709",
            expect![[r#"
                bitcoin mentioned 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa [1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa]
                bitcoin introduced bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 [bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4]
                ethereum introduced 0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae [0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe]
                pgp_fingerprint introduced DA39A3EE5E6B4B0D3255BFEF95601890AFD80709 [da39a3ee5e6b4b0d3255bfef95601890afd80709]
            "#]],
        );
    }

    #[test]
    fn what_only_looks_like_an_identifier() {
        check(
            "image@2x.png git push user@host @channel http://user@site.com/ c++ +100500 rep icq 2020 skype me, \
             skype: available on request; watch live: now, telegram channel @news_feed foo@bar, a@b@c.com \
             telegram: https://example.org x@example.com +10 20 30 40 4111 1111 1111 1111 1111 1111 1111 1111 1111 1111",
            expect![[""]],
        );
    }

    #[test]
    fn punctuation_is_left_out() {
        check(
            "(bob@site.com), <bob@site.net>. bob@site.org.Thanks! _bob@site.info_",
            expect![[r#"
                email mentioned bob@site.com [bob@site.com]
                email mentioned bob@site.net [bob@site.net]
                email mentioned bob@site.org [bob@site.org]
                email mentioned bob@site.info [bob@site.info]
            "#]],
        );
    }

    #[test]
    fn labels_behind_an_address() {
        check(
            "bob@site.com (jabber), bob@jabber.ru (email)",
            expect![[r#"
                jabber mentioned bob@site.com [bob@site.com]
                email mentioned bob@jabber.ru [bob@jabber.ru]
            "#]],
        );
    }

    #[test]
    fn bare_handle_in_a_profile_is_telegram() {
        check_role(
            "@Bob_Sells",
            IdentifierRole::Profile,
            expect![[r#"
            telegram profile bob_sells [@Bob_Sells]
        "#]],
        );
        check_role(
            "@Bob_Sells my icq 123456",
            IdentifierRole::Quoted,
            expect![[r#"
                icq quoted 123456 [123456]
            "#]],
        );
    }

    #[test]
    fn long_hostile_input_takes_linear_time() {
        for unit in [
            "@",
            "a@",
            "+1",
            "icq ",
            "live:",
            "t.me/",
            "abcd ",
            "0",
            "тг: ",
            "my jabber ",
            "a.",
            "1234 ",
        ] {
            let text = unit.repeat(100_000);
            assert!(extract(&text, IdentifierRole::Mentioned).len() <= text.len());
        }
    }

    proptest! {
        #[test]
        fn ranges_lie_in_order_on_character_boundaries(
            text in "(my |jabber|: |icq |телеграм |@|\\+7|a@b\\.com|t\\.me/|live:|skype: |[0-9a-f]{4} |\\PC|\n){0,30}"
        ) {
            let mut last_end = 0;
            for found in extract(&text, IdentifierRole::Mentioned) {
                prop_assert!(text.get(found.byte_start..found.byte_end).is_some_and(|written| !written.is_empty()));
                prop_assert!(found.byte_start >= last_end);
                last_end = found.byte_end;
                prop_assert!(super::super::normalize(found.kind, &found.value).as_deref() == Some(found.value.as_str()));
            }
        }

        #[test]
        fn arbitrary_text_never_panics(text in any::<String>()) {
            let found = extract(&text, IdentifierRole::Profile);
            prop_assert!(found.iter().all(|one| text.get(one.byte_start..one.byte_end).is_some()));
        }
    }
}
