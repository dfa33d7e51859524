//! The objects of a bundle, each a struct in the order in which its properties are written.

use serde::Serialize;
use uuid::Uuid;

use crate::document_id::derived_uuid;
use crate::tlp::Tlp;

/// Name space of cyber observables, STIX 2.1 section 2.9.
const OBSERVABLE_NAMESPACE: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// The object that says who made the bundle.
pub(super) const TOOL_ID: &str = "identity--28082292-9f1e-5bda-a442-35daed08e379";
pub(super) const EXTENSION_ID: &str = "extension-definition--ee028999-6e81-5719-816c-009fe3fbab85";
const TLP_CREATED: &str = "2022-10-01T00:00:00.000Z";

/// When the definition below took its present form; changes with its version.
const EXTENSION_CREATED: &str = "2026-11-01T00:00:00.000Z";

/// The extension in words: STIX takes plain text where there is no JSON schema to point at.
const EXTENSION_SCHEMA: &str = "\
New domain object channel: a forum, market, channel, chat or leak. name (string, required); \
channel_types (list of string): public, cybercrime, market, channel, chat or leak; language \
(string): ISO 639-1.\n\
New cyber observable media-content: a post. url (string, required, the only ID contributing \
property): urn:entangle:post: and the key of the post, percent-encoded; media_category (string): \
post; content (string): its text; publication_date (timestamp); language (string): ISO 639-1; \
channel_ref (identifier of a channel); in_reply_to_ref (identifier of a media-content).\n\
Property extension of user-account: source (string): name of its channel; last_seen_at \
(timestamp); post_count (integer); is_staff, is_bot (boolean).\n\
Property extension of relationship: relation (string): registered-on, wrote, replied-to, quoted, \
shows or possible-link; role (string, with shows): profile, signature, introduced, mentioned or \
quoted. With possible-link: match_probability (float, 0 to 1): probability that one hand holds \
both accounts; match_probability_low, match_probability_high (float): its 95 % interval; \
match_weight_bits (float): sum of the counted evidence in bits; evidence (list): comparison \
(string), level (string), match_weight_bits (float), is_counted (boolean).\n\
Property extension of grouping: weakest_link_probability (float, 0 to 1): smallest probability \
among the links that hold the persona together.\n\
New cyber observables cryptocurrency-wallet, cryptographic-key, phone-number: value (string, \
required, the only ID contributing property); kind (string): which currency or which part of a \
key.";

/// What is particular to a type of object.
pub(super) trait Body: Serialize {
    const TYPE: &'static str;
}

/// A domain object or relationship.
#[derive(Serialize)]
pub(super) struct Common<'a, B: Body> {
    #[serde(rename = "type")]
    pub(super) object_type: &'static str,
    pub(super) spec_version: &'static str,
    pub(super) id: String,
    pub(super) created_by_ref: &'static str,
    pub(super) created: &'a str,
    pub(super) modified: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<u8>,
    pub(super) object_marking_refs: [&'static str; 1],
    #[serde(flatten)]
    pub(super) body: B,
}

/// A cyber observable.
#[derive(Serialize)]
pub(super) struct Observable<'a, B: Body> {
    #[serde(rename = "type")]
    pub(super) object_type: &'static str,
    pub(super) spec_version: &'static str,
    pub(super) id: &'a str,
    pub(super) object_marking_refs: [&'static str; 1],
    #[serde(flatten)]
    pub(super) body: B,
}

/// The one entry of `extensions`.
#[derive(Serialize)]
pub(super) struct Extensions<P: Serialize> {
    #[serde(rename = "extension-definition--ee028999-6e81-5719-816c-009fe3fbab85")]
    entangle: Extension<P>,
}

#[derive(Serialize)]
struct Extension<P: Serialize> {
    extension_type: &'static str,
    #[serde(flatten)]
    properties: P,
}

/// No properties beside those of the object itself.
#[derive(Serialize)]
pub(super) struct Nothing {}

impl<P: Serialize> Extensions<P> {
    /// Properties that are added to an object that STIX knows.
    pub(super) fn property(properties: P) -> Self {
        Extensions {
            entangle: Extension {
                extension_type: "property-extension",
                properties,
            },
        }
    }
}

impl Extensions<Nothing> {
    /// The mark of an object that STIX does not know.
    pub(super) fn new_object(extension_type: &'static str) -> Self {
        Extensions {
            entangle: Extension {
                extension_type,
                properties: Nothing {},
            },
        }
    }
}

#[derive(Serialize)]
pub(super) struct Channel<'a> {
    pub(super) name: &'a str,
    pub(super) channel_types: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'a str>,
    pub(super) extensions: Extensions<Nothing>,
}

#[derive(Serialize)]
pub(super) struct UserAccount<'a, P: Serialize> {
    pub(super) user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) display_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account_created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) extensions: Option<Extensions<P>>,
}

#[derive(Serialize)]
pub(super) struct AccountExtension<'a> {
    pub(super) source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_seen_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) post_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_staff: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_bot: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct MediaContent<'a> {
    pub(super) url: &'a str,
    pub(super) media_category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publication_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'a str>,
    pub(super) channel_ref: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) in_reply_to_ref: Option<String>,
    pub(super) extensions: Extensions<Nothing>,
}

#[derive(Serialize)]
pub(super) struct Relationship<'a, P: Serialize> {
    pub(super) relationship_type: &'static str,
    pub(super) description: &'static str,
    pub(super) source_ref: &'a str,
    pub(super) target_ref: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_time: Option<String>,
    pub(super) extensions: Extensions<P>,
}

#[derive(Serialize)]
pub(super) struct RelationExtension {
    pub(super) relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct LinkExtension<'a> {
    pub(super) relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) match_probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) match_probability_low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) match_probability_high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) match_weight_bits: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) evidence: Vec<Evidence<'a>>,
}

#[derive(Serialize)]
pub(super) struct Evidence<'a> {
    pub(super) comparison: &'a str,
    pub(super) level: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) match_weight_bits: Option<f64>,
    pub(super) is_counted: bool,
}

#[derive(Serialize)]
pub(super) struct Grouping<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'static str,
    pub(super) context: &'static str,
    pub(super) object_refs: Vec<String>,
    pub(super) extensions: Extensions<PersonaExtension>,
}

#[derive(Serialize)]
pub(super) struct PersonaExtension {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) weakest_link_probability: Option<f64>,
}

impl Body for Channel<'_> {
    const TYPE: &'static str = "channel";
}
impl<P: Serialize> Body for UserAccount<'_, P> {
    const TYPE: &'static str = "user-account";
}
impl Body for MediaContent<'_> {
    const TYPE: &'static str = "media-content";
}
impl<P: Serialize> Body for Relationship<'_, P> {
    const TYPE: &'static str = "relationship";
}
impl Body for Grouping<'_> {
    const TYPE: &'static str = "grouping";
}

/// The id of a domain object or relationship.
pub(super) fn object_id(object_type: &str, key: &[&str]) -> String {
    format!("{object_type}--{}", derived_uuid(object_type, key))
}

/// The id of a cyber observable, from its ID contributing properties in alphabetical order.
///
/// STIX 2.1 section 2.9: UUIDv5 of the properties as canonical JSON (RFC 8785). For texts under
/// ASCII names in alphabetical order that is what `serde_json` writes.
pub(super) fn observable_id(object_type: &str, properties: &[(&str, &str)]) -> String {
    let members: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("\"{name}\":{}", json_text(value)))
        .collect();
    observable_id_of_json(object_type, &format!("{{{}}}", members.join(",")))
}

/// The id of a cyber observable, from the canonical JSON of its ID contributing properties.
pub(super) fn observable_id_of_json(object_type: &str, canonical: &str) -> String {
    let uuid = Uuid::new_v5(&OBSERVABLE_NAMESPACE, canonical.as_bytes());
    format!("{object_type}--{uuid}")
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Objects that every bundle begins with.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Definition {
    Marking(MarkingDefinition),
    Tool(ToolIdentity),
    Extension(ExtensionDefinition),
}

#[derive(Serialize)]
pub(super) struct MarkingDefinition {
    #[serde(rename = "type")]
    object_type: &'static str,
    spec_version: &'static str,
    id: &'static str,
    created: &'static str,
    name: String,
    extensions: TlpExtensions,
}

#[derive(Serialize)]
struct TlpExtensions {
    #[serde(rename = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d")]
    tlp: TlpExtension,
}

#[derive(Serialize)]
struct TlpExtension {
    extension_type: &'static str,
    tlp_2_0: &'static str,
}

#[derive(Serialize)]
pub(super) struct ToolIdentity {
    #[serde(rename = "type")]
    object_type: &'static str,
    spec_version: &'static str,
    id: &'static str,
    created: &'static str,
    modified: &'static str,
    name: &'static str,
    identity_class: &'static str,
}

#[derive(Serialize)]
pub(super) struct ExtensionDefinition {
    #[serde(rename = "type")]
    object_type: &'static str,
    spec_version: &'static str,
    id: &'static str,
    created_by_ref: &'static str,
    created: &'static str,
    modified: &'static str,
    name: &'static str,
    description: &'static str,
    schema: &'static str,
    version: &'static str,
    extension_types: [&'static str; 3],
}

/// The marking, who made the bundle, and what its extension means.
pub(super) fn definitions(tlp: Tlp) -> [Definition; 3] {
    let marking = MarkingDefinition {
        object_type: "marking-definition",
        spec_version: "2.1",
        id: tlp.stix_id(),
        created: TLP_CREATED,
        name: format!("TLP:{}", tlp.as_str().to_uppercase()),
        extensions: TlpExtensions {
            tlp: TlpExtension {
                extension_type: "property-extension",
                tlp_2_0: tlp.as_str(),
            },
        },
    };
    let tool = ToolIdentity {
        object_type: "identity",
        spec_version: "2.1",
        id: TOOL_ID,
        created: EXTENSION_CREATED,
        modified: EXTENSION_CREATED,
        name: "Entangle",
        identity_class: "system",
    };
    let extension = ExtensionDefinition {
        object_type: "extension-definition",
        spec_version: "2.1",
        id: EXTENSION_ID,
        created_by_ref: TOOL_ID,
        created: EXTENSION_CREATED,
        modified: EXTENSION_CREATED,
        name: "Entangle: sources, posts and possible links",
        description: "Forums and other sources, their posts, and possible links between accounts with probability, interval and evidence.",
        schema: EXTENSION_SCHEMA,
        version: "1.0",
        extension_types: ["new-sdo", "new-sco", "property-extension"],
    };
    [
        Definition::Marking(marking),
        Definition::Tool(tool),
        Definition::Extension(extension),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_ids_are_derived_as_all_others() {
        assert_eq!(object_id("identity", &["Entangle"]), TOOL_ID);
        assert_eq!(
            object_id("extension-definition", &["Entangle"]),
            EXTENSION_ID
        );
        let names = serde_json::to_string(&Extensions::new_object("new-sdo")).unwrap();
        assert!(names.contains(EXTENSION_ID));
    }

    /// The id that the `stix2` library for Python gives the same observable.
    #[test]
    fn observables_have_the_ids_of_the_standard() {
        assert_eq!(
            observable_id("user-account", &[("user_id", "näo\n\"\u{1}\u{7f}")]),
            "user-account--0ec52478-d550-5861-b52e-f992fd477511"
        );
    }
}
