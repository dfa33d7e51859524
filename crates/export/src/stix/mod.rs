//! A STIX 2.1 bundle.
//!
//! STIX has no object for a forum or a post, so the types `channel` and `media-content`, which
//! OpenCTI and DISARM use, come with an extension definition that stands in the bundle. An account
//! is a `user-account`, a persona a `grouping` of accounts. Nothing is a `threat-actor`, and no
//! source is an `infrastructure`, which in STIX is a means of an attack.
//!
//! Ids are functions of keys: of cyber observables by the rule of STIX 2.1 (section 2.9), of all
//! else UUIDv5 in Entangle's own name space. So the same link has the same id in every export.
//!
//! Memory: one record, and 16 bytes and overhead for each identifier, so that one which several
//! accounts show is one object. References are not checked: an account that a link names and that was not
//! given is an id without an object, which STIX allows.

mod identifiers;
mod objects;

use std::io::Write;

use chrono::{DateTime, Utc};

use self::identifiers::identifier_object;
use self::objects::{
    AccountExtension, Body, Channel, Common, Evidence, Extensions, Grouping, LinkExtension,
    MediaContent, Observable, PersonaExtension, RelationExtension, Relationship, UserAccount,
    definitions, object_id, observable_id,
};
use crate::ExportError;
use crate::document_id::{DeclaredKeys, derived_uuid};
use crate::instant::instant_text_ms;
use crate::json_entries::JsonEntries;
use crate::records::{
    Account, Edge, EdgeKind, ExportCounts, Identifier, Link, Persona, Post, RecordWriter, Sequence,
    Source, Stage,
};
use crate::tlp::Tlp;

/// What the caller decides about a bundle.
#[derive(Debug, Clone)]
pub struct StixOptions {
    /// Marking of every object.
    pub tlp: Tlp,
    /// `created` of every domain object and relationship. STIX asks that it never change for an
    /// object, so give the same instant in every export of a workspace.
    pub created_at: DateTime<Utc>,
    /// `modified` of the same: the instant of the exported snapshot, not before `created_at`.
    pub modified_at: DateTime<Utc>,
}

/// Writes a bundle.
pub struct StixWriter<W: Write> {
    objects: JsonEntries<W>,
    marking_id: &'static str,
    created: String,
    modified: String,
    /// Ids of the objects that identifiers became.
    identifiers: DeclaredKeys,
    sequence: Sequence,
    counts: ExportCounts,
}

impl<W: Write> StixWriter<W> {
    /// Begins a bundle with the objects that all others refer to.
    pub fn new(out: W, options: &StixOptions) -> Result<Self, ExportError> {
        let created = bundle_instant(options.created_at, "created_at")?;
        let modified = bundle_instant(options.modified_at.max(options.created_at), "modified_at")?;
        let bundle_id = derived_uuid("bundle", &[&created, &modified, options.tlp.as_str()]);
        let head = format!(r#"{{"type":"bundle","id":"bundle--{bundle_id}","objects":"#);
        let mut objects = JsonEntries::list_at_end_of(out, &head)?;
        for definition in definitions(options.tlp) {
            objects.item(&definition)?;
        }
        Ok(StixWriter {
            objects,
            marking_id: options.tlp.stix_id(),
            created,
            modified,
            identifiers: DeclaredKeys::default(),
            sequence: Sequence::new("a STIX bundle"),
            counts: ExportCounts::default(),
        })
    }

    fn write_domain_object<B: Body>(
        &mut self,
        key: &[&str],
        confidence: Option<u8>,
        body: B,
    ) -> Result<(), ExportError> {
        let object = Common {
            object_type: B::TYPE,
            spec_version: "2.1",
            id: object_id(B::TYPE, key),
            created_by_ref: objects::TOOL_ID,
            created: &self.created,
            modified: &self.modified,
            confidence,
            object_marking_refs: [self.marking_id],
            body,
        };
        self.objects.item(&object)?;
        Ok(())
    }

    fn write_observable<B: Body>(&mut self, id: &str, body: B) -> Result<(), ExportError> {
        let object = Observable {
            object_type: B::TYPE,
            spec_version: "2.1",
            id,
            object_marking_refs: [self.marking_id],
            body,
        };
        self.objects.item(&object)?;
        Ok(())
    }

    /// Writes an observable unless an identifier before became the same.
    fn write_identifier<B: Body>(&mut self, id: &str, body: B) -> Result<(), ExportError> {
        if self.identifiers.declare(id) {
            self.write_observable(id, body)?;
        }
        Ok(())
    }

    fn write_relation(
        &mut self,
        relation: Relation<'_>,
        source_ref: &str,
        target_ref: &str,
    ) -> Result<(), ExportError> {
        let body = Relationship {
            relationship_type: "related-to",
            description: relation.description,
            source_ref,
            target_ref,
            start_time: relation.at.and_then(instant_text_ms),
            extensions: Extensions::property(RelationExtension {
                relation: relation.name,
                role: relation.role,
            }),
        };
        let key = [
            relation.name,
            relation.key,
            source_ref,
            target_ref,
            relation.role.unwrap_or_default(),
        ];
        self.write_domain_object(&key, None, body)
    }
}

/// What a relationship that is no link says.
struct Relation<'a> {
    name: &'static str,
    description: &'static str,
    key: &'a str,
    role: Option<&'static str>,
    at: Option<DateTime<Utc>>,
}

fn bundle_instant(instant: DateTime<Utc>, field: &'static str) -> Result<String, ExportError> {
    instant_text_ms(instant).ok_or(ExportError::InstantOutOfRange {
        document: "a STIX bundle",
        field,
    })
}

fn account_id(key: &str) -> String {
    observable_id("user-account", &[("user_id", key)])
}

/// The address of a post, which STIX needs to tell media content apart: a name, not a place.
fn post_url(key: &str) -> String {
    use std::fmt::Write;
    let mut url = "urn:entangle:post:".to_owned();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

fn post_id(key: &str) -> String {
    observable_id("media-content", &[("url", &post_url(key))])
}

/// STIX has no null, NaN or infinity: a property that would be one is left out.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// A probability as STIX confidence, 0 to 100. Only certainty is 0 or 100.
fn confidence(probability: f64) -> Option<u8> {
    if !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let percent = (probability * 100.0).round() as u8;
    Some(match percent {
        0 if probability > 0.0 => 1,
        100 if probability < 1.0 => 99,
        percent => percent,
    })
}

impl<W: Write> RecordWriter for StixWriter<W> {
    fn source(&mut self, source: &Source) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Source)?;
        let body = Channel {
            name: &source.name,
            channel_types: [source.kind.as_str()],
            language: source.language.as_deref(),
            extensions: Extensions::new_object("new-sdo"),
        };
        self.write_domain_object(&[&source.name], None, body)?;
        self.counts.count_written(Stage::Source);
        Ok(())
    }

    fn account(&mut self, account: &Account) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Account)?;
        let id = account_id(&account.key);
        let body = UserAccount {
            user_id: &account.key,
            account_type: None,
            display_name: Some(&account.label),
            is_disabled: account.is_banned,
            account_created: account.registered_at.and_then(instant_text_ms),
            extensions: Some(Extensions::property(AccountExtension {
                source: &account.source,
                last_seen_at: account.last_seen_at.and_then(instant_text_ms),
                post_count: account.post_count,
                is_staff: account.is_staff,
                is_bot: account.is_bot,
            })),
        };
        self.write_observable(&id, body)?;
        let registration = Relation {
            name: "registered-on",
            description: "The account is registered on the source.",
            key: "",
            role: None,
            at: None,
        };
        let channel = object_id("channel", &[&account.source]);
        self.write_relation(registration, &id, &channel)?;
        self.counts.count_written(Stage::Account);
        Ok(())
    }

    fn identifier(&mut self, identifier: &Identifier) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Identifier)?;
        let Some(id) = identifier_object(self, identifier)? else {
            self.counts
                .count_left_out("identifier whose value is not of the form that STIX asks for");
            return Ok(());
        };
        let shows = Relation {
            name: "shows",
            description: "The account shows the identifier; that does not make it the account's own.",
            key: "",
            role: Some(identifier.role.as_str()),
            at: None,
        };
        self.write_relation(shows, &account_id(&identifier.account_key), &id)?;
        self.counts.count_written(Stage::Identifier);
        Ok(())
    }

    fn post(&mut self, post: &Post) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Post)?;
        let id = post_id(&post.key);
        let url = post_url(&post.key);
        let body = MediaContent {
            url: &url,
            media_category: "post",
            content: post.text.as_deref(),
            publication_date: post.posted_at.and_then(instant_text_ms),
            language: post.language.as_deref(),
            channel_ref: object_id("channel", &[&post.source]),
            in_reply_to_ref: post.parent_key.as_deref().map(post_id),
            extensions: Extensions::new_object("new-sco"),
        };
        self.write_observable(&id, body)?;
        if let Some(account_key) = &post.account_key {
            let wrote = Relation {
                name: "wrote",
                description: "The account is the author of the post.",
                key: "",
                role: None,
                at: None,
            };
            self.write_relation(wrote, &account_id(account_key), &id)?;
        }
        self.counts.count_written(Stage::Post);
        Ok(())
    }

    fn edge(&mut self, edge: &Edge) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Edge)?;
        let (name, description) = match edge.kind {
            EdgeKind::Reply => ("replied-to", "The account replied to a post of the other."),
            EdgeKind::Quote => ("quoted", "The account quoted a post of the other."),
        };
        let relation = Relation {
            name,
            description,
            key: &edge.post_key,
            role: None,
            at: edge.happened_at,
        };
        let from = account_id(&edge.from_account_key);
        let to = account_id(&edge.to_account_key);
        self.write_relation(relation, &from, &to)?;
        self.counts.count_written(Stage::Edge);
        Ok(())
    }

    fn link(&mut self, link: &Link) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Link)?;
        let source_ref = account_id(&link.left_key);
        let target_ref = account_id(&link.right_key);
        let evidence = link.evidence.iter().map(|row| Evidence {
            comparison: &row.comparison,
            level: &row.level,
            match_weight_bits: finite(row.match_weight_bits),
            is_counted: row.is_counted,
        });
        let body = Relationship {
            relationship_type: "related-to",
            description: "Possible link: one hand may hold both accounts, with the probability stated as confidence.",
            source_ref: &source_ref,
            target_ref: &target_ref,
            start_time: None,
            extensions: Extensions::property(LinkExtension {
                relation: "possible-link",
                match_probability: finite(link.match_probability),
                match_probability_low: finite(link.match_probability_low),
                match_probability_high: finite(link.match_probability_high),
                match_weight_bits: finite(link.match_weight_bits),
                evidence: evidence.collect(),
            }),
        };
        let key = ["possible-link", &source_ref, &target_ref];
        self.write_domain_object(&key, confidence(link.match_probability), body)?;
        self.counts.count_written(Stage::Link);
        Ok(())
    }

    fn persona(&mut self, persona: &Persona) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Persona)?;
        if persona.member_keys.is_empty() {
            self.counts.count_left_out("persona without members");
            return Ok(());
        }
        let body = Grouping {
            name: &persona.label,
            description: "Persona: accounts that one hand may hold, with the probability of the weakest link among them as confidence.",
            context: "unspecified",
            object_refs: persona
                .member_keys
                .iter()
                .map(|key| account_id(key))
                .collect(),
            extensions: Extensions::property(PersonaExtension {
                weakest_link_probability: finite(persona.weakest_link_probability),
            }),
        };
        let confidence = confidence(persona.weakest_link_probability);
        self.write_domain_object(&[&persona.key], confidence, body)?;
        self.counts.count_written(Stage::Persona);
        Ok(())
    }

    fn finish(&mut self) -> Result<ExportCounts, ExportError> {
        self.sequence.enter(Stage::End)?;
        self.objects.end()?;
        Ok(self.counts.clone())
    }
}
