//! Kinds of contact identifiers and the roles in which accounts show them.

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
        /// Skype name, lower case.
        Skype = "skype",
        /// Tox id, 76 upper-case hexadecimal digits.
        Tox = "tox",
        /// Session id, 66 lower-case hexadecimal digits that begin with 05.
        Session = "session",
        /// OpenPGP fingerprint, 40 upper-case hexadecimal digits.
        PgpFingerprint = "pgp_fingerprint",
        /// Bitcoin address with a valid checksum, as written (base58) or lower case (bech32).
        Bitcoin = "bitcoin",
        /// Ethereum address, lower case, with 0x.
        Ethereum = "ethereum",
        /// Monero address, as written.
        Monero = "monero",
        /// Telephone number, digits with a leading plus sign.
        Phone = "phone",
        /// Domain of the account's own web site, lower case, without www.
        Domain = "domain",
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
