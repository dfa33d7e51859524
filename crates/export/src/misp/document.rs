//! The JSON of an event, in the order in which it is written, and the templates of its objects.
//!
//! Templates: misp-objects (github.com/MISP/misp-objects); the witness compares UUIDs, versions
//! and fields with the copies that PyMISP carries.

use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Wrapper<'a> {
    #[serde(rename = "Event")]
    pub(super) event: Event<'a>,
}

#[derive(Serialize)]
pub(super) struct Event<'a> {
    pub(super) uuid: String,
    pub(super) info: &'a str,
    pub(super) date: String,
    pub(super) timestamp: &'a str,
    /// 4: undefined.
    pub(super) threat_level_id: &'static str,
    /// 0: initial.
    pub(super) analysis: &'static str,
    /// 0: this organisation only, until somebody decides otherwise.
    pub(super) distribution: &'static str,
    pub(super) published: bool,
    #[serde(rename = "Tag")]
    pub(super) tags: [Tag; 1],
    #[serde(rename = "Attribute")]
    pub(super) attributes: &'a [TopAttribute],
    #[serde(rename = "Object")]
    pub(super) objects: &'a [Object],
}

#[derive(Serialize)]
pub(super) struct Tag {
    pub(super) name: String,
}

/// An attribute of the event itself.
#[derive(Serialize)]
pub(super) struct TopAttribute {
    pub(super) uuid: String,
    #[serde(rename = "type")]
    pub(super) attribute_type: &'static str,
    pub(super) category: &'static str,
    pub(super) value: String,
    pub(super) comment: String,
    pub(super) to_ids: bool,
    /// 5: as the event.
    pub(super) distribution: &'static str,
    pub(super) timestamp: String,
}

#[derive(Serialize)]
pub(super) struct Object {
    pub(super) uuid: String,
    pub(super) name: &'static str,
    #[serde(rename = "meta-category")]
    pub(super) meta_category: &'static str,
    pub(super) description: &'static str,
    pub(super) template_uuid: &'static str,
    pub(super) template_version: &'static str,
    pub(super) distribution: &'static str,
    pub(super) timestamp: String,
    #[serde(rename = "Attribute")]
    pub(super) attributes: Vec<Attribute>,
    #[serde(rename = "ObjectReference")]
    pub(super) references: Vec<Reference>,
}

/// An attribute of an object.
#[derive(Serialize)]
pub(super) struct Attribute {
    pub(super) uuid: String,
    #[serde(rename = "type")]
    pub(super) attribute_type: &'static str,
    pub(super) category: &'static str,
    pub(super) object_relation: &'static str,
    pub(super) value: String,
    pub(super) to_ids: bool,
    pub(super) disable_correlation: bool,
    pub(super) distribution: &'static str,
    pub(super) timestamp: String,
}

#[derive(Serialize)]
pub(super) struct Reference {
    pub(super) uuid: String,
    pub(super) object_uuid: String,
    pub(super) referenced_uuid: String,
    pub(super) relationship_type: &'static str,
    pub(super) comment: String,
    pub(super) timestamp: String,
}

/// A template of misp-objects.
#[derive(Clone, Copy)]
pub(super) struct Template {
    pub(super) name: &'static str,
    pub(super) uuid: &'static str,
    pub(super) version: &'static str,
    pub(super) description: &'static str,
}

impl Template {
    /// The type of a field, among the fields that are written here.
    pub(super) fn field_type(self, relation: &str) -> &'static str {
        match relation {
            "created" | "creation-date" => "datetime",
            "disabled" => "boolean",
            _ => "text",
        }
    }

    /// Correlation by value is for ids and names; elsewhere equal values mean nothing.
    pub(super) fn is_correlation_disabled(self, relation: &str) -> bool {
        !matches!(relation, "user-id" | "display-name" | "group-name")
    }
}

pub(super) const SOURCE: Template = Template {
    name: "social-media-group",
    uuid: "c4939ec4-ab53-4c35-9a98-3d4d4caf5b6c",
    version: "1",
    description: "Social media group object template describing a public or private group or channel.",
};

pub(super) const ACCOUNT: Template = Template {
    name: "user-account",
    uuid: "49606b06-22f0-4ac8-8eee-2f12ad46f3d3",
    version: "6",
    description: "User account of a source.",
};

pub(super) const POST: Template = Template {
    name: "microblog",
    uuid: "8ec8c911-ddbe-4f5b-895b-fbff70c42a60",
    version: "20",
    description: "Post of an account.",
};

pub(super) const PERSONA: Template = Template {
    name: "annotation",
    uuid: "5d8dc046-15a1-4ca3-a09f-ed4ede7c4487",
    version: "3",
    description: "Annotation of accounts that one hand may hold.",
};
