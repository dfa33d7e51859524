//! Kinds of identifiers, which of them an account can be reached or paid under, and the roles in
//! which accounts show them.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word used in tables.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value that a word names.
            pub fn parse(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What kind of thing an identifier is. The normal form of each is given with the kind.
    IdentifierKind {
        /// E-mail address, lower case.
        Email = "email",
        /// Jabber or XMPP address, lower case, without resource.
        Jabber = "jabber",
        /// ICQ number, digits only.
        Icq = "icq",
        /// Telegram handle, lower case, without the at sign.
        Telegram = "telegram",
        /// Number of a Telegram account, digits only.
        TelegramId = "telegram_id",
        /// Skype name, lower case.
        Skype = "skype",
        /// Discord name, lower case, with `#` and four digits where it has them; or the number of
        /// the account, 17 to 19 digits.
        Discord = "discord",
        /// Tox id, 76 upper-case hexadecimal digits.
        Tox = "tox",
        /// Session id, 66 lower-case hexadecimal digits that begin with 05.
        Session = "session",
        /// Wickr name, lower case.
        Wickr = "wickr",
        /// Matrix id, lower case: `@name:server`.
        Matrix = "matrix",
        /// Telephone number, digits with a leading plus sign.
        Phone = "phone",
        /// OpenPGP fingerprint, 40 (version 4) or 64 (version 6) upper-case hexadecimal digits.
        PgpFingerprint = "pgp_fingerprint",
        /// OpenPGP key id, 16 or 8 upper-case hexadecimal digits.
        PgpKeyId = "pgp_key_id",
        /// Bitcoin address with a valid checksum, as written (base58) or lower case (bech32).
        Bitcoin = "bitcoin",
        /// Bitcoin Cash address with a valid checksum, lower case, without `bitcoincash:`.
        BitcoinCash = "bitcoin_cash",
        /// Ethereum address, lower case, with 0x. A checksum in capital letters is valid.
        Ethereum = "ethereum",
        /// Monero address with a valid checksum, as written.
        Monero = "monero",
        /// Litecoin address with a valid checksum, as written (base58) or lower case (bech32).
        Litecoin = "litecoin",
        /// Dogecoin address with a valid checksum, as written.
        Dogecoin = "dogecoin",
        /// Dash address with a valid checksum, as written.
        Dash = "dash",
        /// Transparent Zcash address with a valid checksum, as written.
        Zcash = "zcash",
        /// TRON address with a valid checksum, as written.
        Tron = "tron",
        /// WebMoney purse, an upper-case letter and 12 digits; or a WMID, 12 digits.
        Webmoney = "webmoney",
        /// QIWI wallet, a telephone number in its normal form.
        Qiwi = "qiwi",
        /// YooMoney wallet (once Yandex Money), digits that begin with 41001.
        Yoomoney = "yoomoney",
        /// Domain, lower case, without www; not of a service that many accounts share.
        Domain = "domain",
        /// Onion address, lower case: 16 (version 2) or 56 (version 3, with a valid checksum)
        /// base32 letters and `.onion`.
        Onion = "onion",
        /// Web address: scheme and host in lower case, without defanging, log-in and fragment.
        Url = "url",
        /// IP address, public, in the canonical text form of its version.
        IpAddress = "ip_address",
        /// Package name of an Android application, as written.
        ApkPackage = "apk_package",
        /// Hash of a file, lower case: 32 (MD5), 40 (SHA-1) or 64 (SHA-256) hexadecimal digits.
        FileHash = "file_hash",
        /// Number of a published vulnerability: `CVE-2021-44228`.
        Cve = "cve",
    }
}

impl IdentifierKind {
    /// Whether an identifier of this kind, shown in this role, is something under which its
    /// account can be reached, paid or recognised. Others are things that are talked about, and
    /// that two accounts name the same one says nothing about who they are.
    ///
    /// A domain or onion address is a contact where it is claimed, and a topic where it is
    /// mentioned or quoted.
    pub fn is_contact(self, role: IdentifierRole) -> bool {
        use IdentifierKind::{ApkPackage, Cve, Domain, FileHash, IpAddress, Onion, Url};
        match self {
            Url | IpAddress | ApkPackage | FileHash | Cve => false,
            Domain | Onion => !matches!(role, IdentifierRole::Mentioned | IdentifierRole::Quoted),
            _ => true,
        }
    }
}

words! {
    /// How an account shows an identifier, from the strongest claim of ownership to the weakest.
    IdentifierRole {
        /// In a field of the profile.
        Profile = "profile",
        /// In the signature under every post.
        Signature = "signature",
        /// Introduced as one's own in a text ("my jabber is").
        Introduced = "introduced",
        /// Mentioned in a text without a claim.
        Mentioned = "mentioned",
        /// Inside a quotation of somebody else's text.
        Quoted = "quoted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_talked_about_are_no_contacts() {
        let topics: Vec<&str> = IdentifierKind::ALL
            .iter()
            .filter(|kind| !kind.is_contact(IdentifierRole::Mentioned))
            .map(|kind| kind.as_str())
            .collect();
        assert_eq!(
            topics,
            [
                "domain",
                "onion",
                "url",
                "ip_address",
                "apk_package",
                "file_hash",
                "cve"
            ]
        );
        assert!(IdentifierKind::Domain.is_contact(IdentifierRole::Introduced));
        assert!(!IdentifierKind::Url.is_contact(IdentifierRole::Profile));
    }
}
