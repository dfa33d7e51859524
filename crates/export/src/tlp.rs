//! Traffic Light Protocol 2.0: how far a document may be passed on.
//!
//! The ids are those that OASIS publishes with the extension for TLP 2.0 (cti-stix-common-objects,
//! extension-definition-specifications/tlp-2.0); STIX 2.1 itself knows TLP 1.0 only.

/// A marking of the Traffic Light Protocol, version 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tlp {
    /// No limit.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and its clients, where they need to know.
    Amber,
    /// Within the organisation, where they need to know.
    AmberStrict,
    /// For the eyes of the recipients only.
    Red,
}

impl Tlp {
    /// The label in lower case, as MISP's taxonomy and the STIX extension write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Tlp::Clear => "clear",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::AmberStrict => "amber+strict",
            Tlp::Red => "red",
        }
    }

    /// The marking that a word names, in any case, with or without `TLP:`.
    pub fn parse(word: &str) -> Option<Tlp> {
        let word = word.to_ascii_lowercase();
        let word = word.strip_prefix("tlp:").unwrap_or(&word);
        [
            Tlp::Clear,
            Tlp::Green,
            Tlp::Amber,
            Tlp::AmberStrict,
            Tlp::Red,
        ]
        .into_iter()
        .find(|tlp| tlp.as_str() == word)
    }

    pub(crate) fn stix_id(self) -> &'static str {
        match self {
            Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
            Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
            Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
            Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
            Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
        }
    }
}
