//! Identifiers: finding them in texts, and bringing them to one form.
//!
//! Found here are addresses, numbers and keys under which an account can be reached or paid, and
//! things that are talked about: web addresses, hashes of files, vulnerabilities. Whether two
//! accounts that show the same one share an operator is not decided here.

mod address;
mod claim;
mod handle;
mod hosts;
mod key;
mod labelled;
mod monero;
mod money;
mod onion;
mod openpgp;
mod scan;
mod sign;
mod spelled;
mod token;
mod topic;
mod trigger;
mod values;
mod wallet;
mod web;

pub use scan::extract;

use entangle_model::{IdentifierKind, IdentifierRole};

/// An identifier in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundIdentifier {
    /// What kind of thing it is.
    pub kind: IdentifierKind,
    /// Its normal form, as the kind defines it.
    pub value: String,
    /// How the text shows it.
    pub role: IdentifierRole,
    /// Offset of its first byte in the text.
    pub byte_start: usize,
    /// Offset of the byte after its last one.
    pub byte_end: usize,
}

/// The normal form of a value whose kind is known, for instance from the name of a profile
/// field; `None` if it is not valid for the kind.
///
/// White space around the value, `mailto:`, `xmpp:` and addresses of profile pages are
/// understood. Values with a checksum are checked: all wallets, Tox, onion addresses.
pub fn normalize(kind: IdentifierKind, value: &str) -> Option<String> {
    let value = value.trim();
    use IdentifierKind as Kind;
    match kind {
        Kind::Email => address::normalize_email(value),
        Kind::Jabber => address::normalize_jabber(value),
        Kind::Matrix => address::normalize_matrix(value),
        Kind::Domain => address::normalize_domain(value),
        Kind::Onion => onion::normalize_onion(value),
        Kind::Url => web::normalize_url(value),
        Kind::IpAddress => web::normalize_ip(value),
        Kind::Icq => handle::normalize_icq(value),
        Kind::Telegram => handle::normalize_telegram(value),
        Kind::TelegramId => handle::normalize_telegram_id(value),
        Kind::Skype => handle::normalize_skype(value),
        Kind::Discord => handle::normalize_discord(value),
        Kind::Wickr => handle::normalize_wickr(value),
        Kind::Phone => handle::normalize_phone(value),
        Kind::Tox => key::normalize_tox(value),
        Kind::Session => key::normalize_session(value),
        Kind::PgpFingerprint => key::normalize_pgp_fingerprint(value),
        Kind::PgpKeyId => key::normalize_pgp_key_id(value),
        Kind::Webmoney => money::normalize_webmoney(value),
        Kind::Qiwi => money::normalize_qiwi(value),
        Kind::Yoomoney => money::normalize_yoomoney(value),
        Kind::ApkPackage => topic::normalize_package(value),
        Kind::FileHash => topic::normalize_file_hash(value),
        Kind::Cve => topic::normalize_cve(value),
        Kind::Bitcoin
        | Kind::BitcoinCash
        | Kind::Ethereum
        | Kind::Monero
        | Kind::Litecoin
        | Kind::Dogecoin
        | Kind::Dash
        | Kind::Zcash
        | Kind::Tron => wallet::normalize_wallet(kind, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(kind: IdentifierKind, values: &[&str], expected: Expect) {
        let report: String = values
            .iter()
            .map(|value| {
                format!(
                    "{value} -> {}\n",
                    normalize(kind, value).unwrap_or_else(|| "none".into())
                )
            })
            .collect();
        expected.assert_eq(&report);
    }

    #[test]
    fn emails() {
        check(
            IdentifierKind::Email,
            &[
                " Bob.Smith+x@Mail.Example.COM ",
                "mailto:a@b.ru",
                "a@b",
                "image@2x.png",
                "a@b.com.",
                ".a@b.com",
                "a..b@c.com",
                "a@-b.com",
                "a@b..com",
                "x@example.com",
                "a@1.2.3.4",
                "почта@mail.ru",
                "a@b.xn--p1ai",
            ],
            expect![[r#"
                 Bob.Smith+x@Mail.Example.COM  -> bob.smith+x@mail.example.com
                mailto:a@b.ru -> a@b.ru
                a@b -> none
                image@2x.png -> none
                a@b.com. -> none
                .a@b.com -> none
                a..b@c.com -> none
                a@-b.com -> none
                a@b..com -> none
                x@example.com -> none
                a@1.2.3.4 -> none
                почта@mail.ru -> none
                a@b.xn--p1ai -> a@b.xn--p1ai
            "#]],
        );
    }

    #[test]
    fn jabbers() {
        check(
            IdentifierKind::Jabber,
            &[
                "Bob@Exploit.IM/Home",
                "xmpp:bob@jabber.ru?join",
                "bob",
                "none",
            ],
            expect![[r#"
                Bob@Exploit.IM/Home -> bob@exploit.im
                xmpp:bob@jabber.ru?join -> bob@jabber.ru
                bob -> none
                none -> none
            "#]],
        );
    }

    #[test]
    fn icq_numbers() {
        check(
            IdentifierKind::Icq,
            &[
                "123-456-789",
                "ICQ: 12345",
                "1234",
                "1234567890",
                "012345",
                "11111",
            ],
            expect![[r#"
                123-456-789 -> 123456789
                ICQ: 12345 -> 12345
                1234 -> none
                1234567890 -> none
                012345 -> none
                11111 -> none
            "#]],
        );
    }

    #[test]
    fn telegram_handles() {
        check(
            IdentifierKind::Telegram,
            &[
                "@Durov_1",
                "https://t.me/Durov",
                "t.me/joinchat/AAAA",
                "t.me/+abcdefgh",
                "t.me/some/12",
                "shopbot",
                "abc",
                "1abcde",
                "a__bcde",
            ],
            expect![[r#"
                @Durov_1 -> durov_1
                https://t.me/Durov -> durov
                t.me/joinchat/AAAA -> none
                t.me/+abcdefgh -> none
                t.me/some/12 -> none
                shopbot -> none
                abc -> none
                1abcde -> none
                a__bcde -> none
            "#]],
        );
    }

    #[test]
    fn skype_names() {
        check(
            IdentifierKind::Skype,
            &[
                "Live:.cid.AB12cd",
                "live:bob77",
                "bob.smith77",
                "bob",
                "7bobsmith",
                "a b",
            ],
            expect![[r#"
                Live:.cid.AB12cd -> live:.cid.ab12cd
                live:bob77 -> live:bob77
                bob.smith77 -> bob.smith77
                bob -> none
                7bobsmith -> none
                a b -> none
            "#]],
        );
    }

    #[test]
    fn telephone_numbers() {
        check(
            IdentifierKind::Phone,
            &[
                "+7 (912) 345-67-89",
                "0044 20 7946 0958",
                "89123456789",
                "+1234567",
                "+1234567890123456",
                "+0123456789",
            ],
            expect![[r#"
                +7 (912) 345-67-89 -> +79123456789
                0044 20 7946 0958 -> +442079460958
                89123456789 -> none
                +1234567 -> none
                +1234567890123456 -> none
                +0123456789 -> none
            "#]],
        );
    }

    #[test]
    fn domains() {
        check(
            IdentifierKind::Domain,
            &[
                "http://www.Bob-Site.com/about?x",
                "bob.blogspot.com",
                "blogspot.com",
                "https://github.com/bob",
                "bob.github.io",
                "m.facebook.com",
                "sites.google.com/site/bob",
                "shop.bob.co.uk:8080",
                "http://",
                "n/a",
                "10.0.0.1",
                "bob@site.com",
                "localhost",
                "abcdefghijklmnop.onion",
            ],
            expect![[r#"
                http://www.Bob-Site.com/about?x -> bob-site.com
                bob.blogspot.com -> bob.blogspot.com
                blogspot.com -> none
                https://github.com/bob -> none
                bob.github.io -> bob.github.io
                m.facebook.com -> none
                sites.google.com/site/bob -> none
                shop.bob.co.uk:8080 -> shop.bob.co.uk
                http:// -> none
                n/a -> none
                10.0.0.1 -> none
                bob@site.com -> none
                localhost -> none
                abcdefghijklmnop.onion -> none
            "#]],
        );
    }

    #[test]
    fn bitcoin() {
        check(
            IdentifierKind::Bitcoin,
            &[
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
                "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            ],
            expect![[r#"
                1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa -> 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa
                1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb -> none
                3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy -> 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy
                BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4 -> bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4
                bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5 -> none
            "#]],
        );
    }

    #[test]
    fn ethereum_and_monero() {
        check(
            IdentifierKind::Ethereum,
            &[
                "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe",
                "0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BAe",
                "0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BA",
                "0x0000000000000000000000000000000000000000",
            ],
            expect![[r#"
                0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe -> 0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae
                0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BAe -> none
                0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BA -> none
                0x0000000000000000000000000000000000000000 -> none
            "#]],
        );
        let monero = "49hFEqBUs1phdbDiBFr6Kv3utTMfUZuCRf8DFQjvHGp29AwxvF9LJcKZcDTD2Ky6mkigLVpMwCapLVpHNdSUV3PpUuzWMLm";
        check(
            IdentifierKind::Monero,
            &[monero, &monero[..94], &monero.replace('4', "8")],
            expect![[r#"
                49hFEqBUs1phdbDiBFr6Kv3utTMfUZuCRf8DFQjvHGp29AwxvF9LJcKZcDTD2Ky6mkigLVpMwCapLVpHNdSUV3PpUuzWMLm -> 49hFEqBUs1phdbDiBFr6Kv3utTMfUZuCRf8DFQjvHGp29AwxvF9LJcKZcDTD2Ky6mkigLVpMwCapLVpHNdSUV3PpUuzWMLm
                49hFEqBUs1phdbDiBFr6Kv3utTMfUZuCRf8DFQjvHGp29AwxvF9LJcKZcDTD2Ky6mkigLVpMwCapLVpHNdSUV3PpUuzWML -> none
                89hFEqBUs1phdbDiBFr6Kv3utTMfUZuCRf8DFQjvHGp29AwxvF9LJcKZcDTD2Ky6mkigLVpMwCapLVpHNdSUV3PpUuzWMLm -> none
            "#]],
        );
    }

    #[test]
    fn keys() {
        let tox = format!("{}{}", "AB12".repeat(18), "0000");
        check(
            IdentifierKind::Tox,
            &[&tox.to_lowercase(), &tox.replacen('A', "B", 1), &tox[..72]],
            expect![[r#"
                ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab120000 -> AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB120000
                BB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB120000 -> none
                AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12AB12 -> none
            "#]],
        );
        let session = format!("05{}", "aB".repeat(32));
        check(
            IdentifierKind::Session,
            &[&session, &session.replacen("05", "06", 1)],
            expect![[r#"
                05aBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaB -> 05abababababababababababababababababababababababababababababababab
                06aBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaB -> none
            "#]],
        );
        check(
            IdentifierKind::PgpFingerprint,
            &[
                "0xabcd 1234 abcd 1234 abcd  1234 abcd 1234 abcd 1234",
                &"AB".repeat(20),
                &"AB".repeat(8),
            ],
            expect![[r#"
                0xabcd 1234 abcd 1234 abcd  1234 abcd 1234 abcd 1234 -> ABCD1234ABCD1234ABCD1234ABCD1234ABCD1234
                ABABABABABABABABABABABABABABABABABABABAB -> ABABABABABABABABABABABABABABABABABABABAB
                ABABABABABABABAB -> none
            "#]],
        );
    }
}
