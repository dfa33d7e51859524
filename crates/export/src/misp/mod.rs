//! A MISP event with objects of MISP's standard templates.
//!
//! A source is a `social-media-group`, an account a `user-account`, a post a `microblog`, a
//! persona an `annotation` of its accounts. A link is a reference from one account to the other:
//! `same-as` from a probability that the caller gives, `suspected-link` below, with probability,
//! interval and evidence as its comment. Nothing is marked for detection (`to_ids` is false).
//!
//! Memory: the whole event, since an object holds its references. So the number of objects and
//! attributes is limited; MISP itself becomes slow with events of some ten thousand.

mod document;
mod identifiers;

use std::collections::HashMap;
use std::io::Write;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use self::document::{Attribute, Event, Object, Reference, Tag, Template, TopAttribute, Wrapper};
use self::identifiers::{attribute_type, reference_type};
use crate::ExportError;
use crate::document_id::derived_uuid;
use crate::instant::instant_text;
use crate::network::evidence_text;
use crate::records::{
    Account, Edge, ExportCounts, Identifier, Link, Persona, Post, RecordWriter, Sequence, Source,
    Stage,
};
use crate::tlp::Tlp;

/// Bytes of a value that MISP's database holds.
const VALUE_LENGTH_MAX: usize = 65_535;
const CUT_MARK: &str = " […cut]";

/// What the caller decides about an event.
#[derive(Debug, Clone)]
pub struct MispOptions {
    /// Title of the event, which also makes its UUID.
    pub info: String,
    /// Marking, as a tag of the event.
    pub tlp: Tlp,
    /// The instant of the exported snapshot: date of the event, timestamp of all it holds.
    pub modified_at: DateTime<Utc>,
    /// Probability from which a link is `same-as`, from 0 to 1.
    pub same_as_probability: f64,
    /// Objects and attributes of the event.
    pub object_count_max: u64,
}

impl MispOptions {
    /// Links from 99 % as `same-as`, at most 50,000 objects and attributes.
    pub fn new(info: impl Into<String>, tlp: Tlp, modified_at: DateTime<Utc>) -> Self {
        MispOptions {
            info: info.into(),
            tlp,
            modified_at,
            same_as_probability: 0.99,
            object_count_max: 50_000,
        }
    }
}

/// Gathers an event and writes it at its end.
pub struct MispWriter<W: Write> {
    out: W,
    options: MispOptions,
    timestamp: String,
    event_id: Uuid,
    objects: Vec<Object>,
    /// Places of objects by UUID; looked up only.
    object_places: HashMap<Uuid, usize>,
    attributes: Vec<TopAttribute>,
    attribute_places: HashMap<Uuid, usize>,
    sequence: Sequence,
    counts: ExportCounts,
}

impl<W: Write> MispWriter<W> {
    /// Begins an event.
    pub fn new(out: W, options: MispOptions) -> Result<Self, ExportError> {
        if instant_text(options.modified_at).is_none() {
            return Err(ExportError::InstantOutOfRange {
                document: "a MISP event",
                field: "modified_at",
            });
        }
        Ok(MispWriter {
            out,
            timestamp: options.modified_at.timestamp().max(0).to_string(),
            event_id: derived_uuid("misp-event", &[&options.info]),
            options,
            objects: Vec::new(),
            object_places: HashMap::new(),
            attributes: Vec::new(),
            attribute_places: HashMap::new(),
            sequence: Sequence::new("a MISP event"),
            counts: ExportCounts::default(),
        })
    }

    /// UUIDs of an event's parts are of that event, since MISP refuses one that another event has.
    fn part_id(&self, kind: &str, parts: &[&str]) -> Uuid {
        let event = self.event_id.to_string();
        let mut all = vec![event.as_str()];
        all.extend(parts);
        derived_uuid(kind, &all)
    }

    fn account_id(&self, key: &str) -> Uuid {
        self.part_id("misp-account", &[key])
    }

    fn source_id(&self, name: &str) -> Uuid {
        self.part_id("misp-source", &[name])
    }

    fn check_size(&self) -> Result<(), ExportError> {
        let count = self.objects.len() + self.attributes.len();
        if count as u64 >= self.options.object_count_max {
            return Err(ExportError::TooLarge {
                document: "a MISP event",
                limit: self.options.object_count_max,
                unit: "objects and attributes",
                hint: "export fewer accounts or leave out the posts; STIX has no such limit",
            });
        }
        Ok(())
    }

    /// Adds an object of a template; fields without a visible character are left out, as MISP
    /// refuses them. False where an object of that UUID is there.
    fn add_object(
        &mut self,
        id: Uuid,
        template: Template,
        fields: &[(&'static str, Option<&str>)],
    ) -> Result<bool, ExportError> {
        self.check_size()?;
        if self.object_places.contains_key(&id) {
            return Ok(false);
        }
        let mut attributes = Vec::new();
        for (relation, value) in fields {
            let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
                continue;
            };
            let value = match cut_value(value) {
                Some(cut) => {
                    self.counts
                        .count_left_out("end of a text beyond 65,535 bytes");
                    cut
                }
                None => value.to_owned(),
            };
            attributes.push(Attribute {
                uuid: derived_uuid("misp-field", &[&id.to_string(), relation]).to_string(),
                attribute_type: template.field_type(relation),
                category: "Other",
                object_relation: relation,
                value,
                to_ids: false,
                disable_correlation: template.is_correlation_disabled(relation),
                distribution: "5",
                timestamp: self.timestamp.clone(),
            });
        }
        self.object_places.insert(id, self.objects.len());
        self.objects.push(Object {
            uuid: id.to_string(),
            name: template.name,
            meta_category: "misc",
            description: template.description,
            template_uuid: template.uuid,
            template_version: template.version,
            distribution: "5",
            timestamp: self.timestamp.clone(),
            attributes,
            references: Vec::new(),
        });
        Ok(true)
    }

    /// Adds a reference where both of its ends are in the event; false otherwise.
    fn add_reference(
        &mut self,
        from: Uuid,
        to: Uuid,
        relationship_type: &'static str,
        comment: String,
    ) -> bool {
        let is_known =
            self.object_places.contains_key(&to) || self.attribute_places.contains_key(&to);
        let Some(place) = self.object_places.get(&from).filter(|_| is_known) else {
            self.counts
                .count_left_out("reference to an account, source or post that is not in the event");
            return false;
        };
        let object = &mut self.objects[*place];
        let number = object.references.len().to_string();
        let parts = [
            object.uuid.as_str(),
            &to.to_string(),
            relationship_type,
            &number,
        ];
        object.references.push(Reference {
            uuid: derived_uuid("misp-reference", &parts).to_string(),
            object_uuid: object.uuid.clone(),
            referenced_uuid: to.to_string(),
            relationship_type,
            comment,
            timestamp: self.timestamp.clone(),
        });
        true
    }
}

/// The beginning of a value that is too long; `None` where it is not.
fn cut_value(value: &str) -> Option<String> {
    if value.len() <= VALUE_LENGTH_MAX {
        return None;
    }
    let mut end = VALUE_LENGTH_MAX - CUT_MARK.len();
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    Some(format!("{}{CUT_MARK}", &value[..end]))
}

fn link_comment(link: &Link) -> String {
    format!(
        "possible link: probability {:.4} (95 % interval {:.4} to {:.4}), match weight {:+.2} bits; {}",
        link.match_probability,
        link.match_probability_low,
        link.match_probability_high,
        link.match_weight_bits,
        evidence_text(&link.evidence)
    )
}

impl<W: Write> RecordWriter for MispWriter<W> {
    fn source(&mut self, source: &Source) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Source)?;
        let description = format!("Source of the kind {}", source.kind.as_str());
        let fields = [
            ("group-name", Some(source.name.as_str())),
            ("description", Some(description.as_str())),
        ];
        let id = self.source_id(&source.name);
        match self.add_object(id, document::SOURCE, &fields)? {
            true => self.counts.count_written(Stage::Source),
            false => self
                .counts
                .count_left_out("source with the name of another"),
        }
        Ok(())
    }

    fn account(&mut self, account: &Account) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Account)?;
        let description = format!("Account of the source {}", account.source);
        let created = account.registered_at.and_then(instant_text);
        let disabled = account
            .is_banned
            .map(|is_banned| if is_banned { "True" } else { "False" });
        let fields = [
            ("user-id", Some(account.key.as_str())),
            ("display-name", Some(account.label.as_str())),
            ("description", Some(description.as_str())),
            ("created", created.as_deref()),
            ("disabled", disabled),
        ];
        let id = self.account_id(&account.key);
        if !self.add_object(id, document::ACCOUNT, &fields)? {
            self.counts
                .count_left_out("account with the key of another");
            return Ok(());
        }
        self.counts.count_written(Stage::Account);
        let source_id = self.source_id(&account.source);
        if self.object_places.contains_key(&source_id) {
            self.add_reference(id, source_id, "member-of", String::new());
        }
        Ok(())
    }

    fn identifier(&mut self, identifier: &Identifier) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Identifier)?;
        let is_visible = !identifier.value.trim().is_empty();
        if !is_visible || identifier.value.len() > VALUE_LENGTH_MAX {
            self.counts
                .count_left_out("identifier that is empty or longer than 65,535 bytes");
            return Ok(());
        }
        let kind = identifier.kind.as_str();
        let id = self.part_id("misp-identifier", &[kind, &identifier.value]);
        if !self.attribute_places.contains_key(&id) {
            self.check_size()?;
            let (attribute_type, category) = attribute_type(identifier);
            self.attribute_places.insert(id, self.attributes.len());
            self.attributes.push(TopAttribute {
                uuid: id.to_string(),
                attribute_type,
                category,
                value: identifier.value.clone(),
                comment: kind.replace('_', " "),
                to_ids: false,
                distribution: "5",
                timestamp: self.timestamp.clone(),
            });
        }
        let comment = format!("shown as: {}", identifier.role.as_str());
        let account_id = self.account_id(&identifier.account_key);
        if self.add_reference(account_id, id, reference_type(identifier.role), comment) {
            self.counts.count_written(Stage::Identifier);
        }
        Ok(())
    }

    fn post(&mut self, post: &Post) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Post)?;
        let Some(text) = post.text.as_deref().filter(|text| !text.trim().is_empty()) else {
            self.counts
                .count_left_out("post without text, which MISP does not take");
            return Ok(());
        };
        let created = post.posted_at.and_then(instant_text);
        let fields = [
            ("post", Some(text)),
            ("creation-date", created.as_deref()),
            ("language", post.language.as_deref()),
            ("in-reply-to-status-id", post.parent_key.as_deref()),
        ];
        let id = self.part_id("misp-post", &[&post.key]);
        if !self.add_object(id, document::POST, &fields)? {
            self.counts.count_left_out("post with the key of another");
            return Ok(());
        }
        self.counts.count_written(Stage::Post);
        if let Some(account_key) = &post.account_key {
            let account_id = self.account_id(account_key);
            self.add_reference(id, account_id, "authored-by", format!("post {}", post.key));
        }
        Ok(())
    }

    fn edge(&mut self, _: &Edge) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Edge)?;
        self.counts
            .count_left_out("edge: a post names the post that it answers instead");
        Ok(())
    }

    fn link(&mut self, link: &Link) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Link)?;
        let relationship_type = if link.match_probability >= self.options.same_as_probability {
            "same-as"
        } else {
            "suspected-link"
        };
        let [left, right] = [&link.left_key, &link.right_key].map(|key| self.account_id(key));
        if self.add_reference(left, right, relationship_type, link_comment(link)) {
            self.counts.count_written(Stage::Link);
        }
        Ok(())
    }

    fn persona(&mut self, persona: &Persona) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Persona)?;
        let text = format!(
            "Persona {}: {} accounts that one hand may hold; weakest link among them {:.4}",
            persona.label,
            persona.member_keys.len(),
            persona.weakest_link_probability
        );
        let id = self.part_id("misp-persona", &[&persona.key]);
        if !self.add_object(id, document::PERSONA, &[("text", Some(&text))])? {
            self.counts
                .count_left_out("persona with the key of another");
            return Ok(());
        }
        self.counts.count_written(Stage::Persona);
        for member_key in &persona.member_keys {
            let member_id = self.account_id(member_key);
            self.add_reference(id, member_id, "annotates", String::new());
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ExportCounts, ExportError> {
        self.sequence.enter(Stage::End)?;
        let event = Wrapper {
            event: Event {
                uuid: self.event_id.to_string(),
                info: &self.options.info,
                date: self.options.modified_at.format("%Y-%m-%d").to_string(),
                timestamp: &self.timestamp,
                threat_level_id: "4",
                analysis: "0",
                distribution: "0",
                published: false,
                tags: [Tag {
                    name: format!("tlp:{}", self.options.tlp.as_str()),
                }],
                attributes: &self.attributes,
                objects: &self.objects,
            },
        };
        serde_json::to_writer(&mut self.out, &event)?;
        self.out.write_all(b"\n")?;
        self.out.flush()?;
        Ok(self.counts.clone())
    }
}
