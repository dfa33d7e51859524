//! What the three graph formats have in common: accounts are nodes; replies, quotations and links
//! are edges.
//!
//! Posts, identifiers and sources are no nodes. A source is an attribute of its accounts, and so
//! is a persona; a graph of posts is better read from the CSV of a table.

use std::fmt::Write;

use crate::ExportError;
use crate::document_id::{DeclaredKeys, document_id};
use crate::instant::instant_text;
use crate::records::{Account, Edge, EvidenceRow, ExportCounts, Link, Sequence, Stage};

/// Types of attributes, in the words of GEXF and GraphML both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttributeType {
    Text,
    Flag,
    Count,
    Number,
}

impl AttributeType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            AttributeType::Text => "string",
            AttributeType::Flag => "boolean",
            AttributeType::Count => "long",
            AttributeType::Number => "double",
        }
    }
}

/// Attributes of nodes beside id and label: name and type.
pub(crate) const NODE_ATTRIBUTES: [(&str, AttributeType); 9] = [
    ("key", AttributeType::Text),
    ("source", AttributeType::Text),
    ("persona_key", AttributeType::Text),
    ("post_count", AttributeType::Count),
    ("is_staff", AttributeType::Flag),
    ("is_bot", AttributeType::Flag),
    ("is_banned", AttributeType::Flag),
    ("registered_at", AttributeType::Text),
    ("last_seen_at", AttributeType::Text),
];

/// Attributes of edges beside their ends: name and type.
pub(crate) const EDGE_ATTRIBUTES: [(&str, AttributeType); 9] = [
    ("kind", AttributeType::Text),
    ("is_directed", AttributeType::Flag),
    ("happened_at", AttributeType::Text),
    ("post_key", AttributeType::Text),
    ("match_probability", AttributeType::Number),
    ("match_probability_low", AttributeType::Number),
    ("match_probability_high", AttributeType::Number),
    ("match_weight_bits", AttributeType::Number),
    ("evidence", AttributeType::Text),
];

/// A node, ready to be written: values in the order of [`NODE_ATTRIBUTES`], `None` for missing.
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) values: [Option<String>; NODE_ATTRIBUTES.len()],
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
}

/// An edge, ready to be written: values in the order of [`EDGE_ATTRIBUTES`], `None` for missing.
pub(crate) struct Arc {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// reply, quote or link.
    pub(crate) kind: &'static str,
    pub(crate) weight: f64,
    pub(crate) at: Option<String>,
    pub(crate) values: [Option<String>; EDGE_ATTRIBUTES.len()],
}

/// Order, declared accounts and counts of a graph that is being written.
pub(crate) struct Network {
    sequence: Sequence,
    declared: DeclaredKeys,
    edge_count: u64,
    pub(crate) counts: ExportCounts,
}

impl Network {
    pub(crate) fn new(document: &'static str) -> Self {
        Network {
            sequence: Sequence::new(document),
            declared: DeclaredKeys::default(),
            edge_count: 0,
            counts: ExportCounts::default(),
        }
    }

    /// A kind of record that graphs have no place for.
    pub(crate) fn leave_out(
        &mut self,
        stage: Stage,
        reason: &'static str,
    ) -> Result<(), ExportError> {
        self.sequence.enter(stage)?;
        self.counts.count_left_out(reason);
        Ok(())
    }

    pub(crate) fn end(&mut self) -> Result<(), ExportError> {
        self.sequence.enter(Stage::End)
    }

    /// The node of an account; `None` where the account was there before.
    pub(crate) fn node(&mut self, account: &Account) -> Result<Option<Node>, ExportError> {
        self.sequence.enter(Stage::Account)?;
        if !self.declared.declare(&account.key) {
            self.counts
                .count_left_out("account with the key of another");
            return Ok(None);
        }
        self.counts.count_written(Stage::Account);
        let registered_at = account.registered_at.and_then(instant_text);
        let last_seen_at = account.last_seen_at.and_then(instant_text);
        Ok(Some(Node {
            id: document_id(&account.key),
            label: account.label.clone(),
            start: registered_at.clone(),
            // A spell that ends before it begins is refused by readers.
            end: last_seen_at
                .clone()
                .filter(|_| account.registered_at <= account.last_seen_at),
            values: [
                Some(account.key.clone()),
                Some(account.source.clone()),
                account.persona_key.clone(),
                account.post_count.map(|count| count.to_string()),
                account.is_staff.map(|flag| flag.to_string()),
                account.is_bot.map(|flag| flag.to_string()),
                account.is_banned.map(|flag| flag.to_string()),
                registered_at,
                last_seen_at,
            ],
        }))
    }

    /// The edge of a reply or quotation; `None` where an end of it is no node.
    pub(crate) fn edge(&mut self, edge: &Edge) -> Result<Option<Arc>, ExportError> {
        self.sequence.enter(Stage::Edge)?;
        let Some(id) = self.edge_id(Stage::Edge, &edge.from_account_key, &edge.to_account_key)
        else {
            return Ok(None);
        };
        let at = edge.happened_at.and_then(instant_text);
        let kind = edge.kind.as_str();
        Ok(Some(Arc {
            id,
            from: document_id(&edge.from_account_key),
            to: document_id(&edge.to_account_key),
            kind,
            weight: 1.0,
            at: at.clone(),
            values: [
                Some(kind.to_owned()),
                Some("true".to_owned()),
                at,
                Some(edge.post_key.clone()),
                None,
                None,
                None,
                None,
                None,
            ],
        }))
    }

    /// The edge of a link; `None` where an end of it is no node.
    pub(crate) fn link(&mut self, link: &Link) -> Result<Option<Arc>, ExportError> {
        self.sequence.enter(Stage::Link)?;
        let Some(id) = self.edge_id(Stage::Link, &link.left_key, &link.right_key) else {
            return Ok(None);
        };
        Ok(Some(Arc {
            id,
            from: document_id(&link.left_key),
            to: document_id(&link.right_key),
            kind: "link",
            weight: finite(link.match_probability).unwrap_or(0.0),
            at: None,
            values: [
                Some("link".to_owned()),
                Some("false".to_owned()),
                None,
                None,
                finite(link.match_probability).map(|it| it.to_string()),
                finite(link.match_probability_low).map(|it| it.to_string()),
                finite(link.match_probability_high).map(|it| it.to_string()),
                finite(link.match_weight_bits).map(|it| it.to_string()),
                Some(evidence_text(&link.evidence)),
            ],
        }))
    }

    fn edge_id(&mut self, stage: Stage, from: &str, to: &str) -> Option<String> {
        if !self.declared.has(from) || !self.declared.has(to) {
            self.counts
                .count_left_out("edge or link of an account that is not in the document");
            return None;
        }
        self.counts.count_written(stage);
        self.edge_count += 1;
        Some(format!("e{}", self.edge_count))
    }
}

fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// Evidence in one line: comparison, level and bits of each row, those not counted in brackets.
pub(crate) fn evidence_text(evidence: &[EvidenceRow]) -> String {
    let mut text = String::new();
    for row in evidence {
        if !text.is_empty() {
            text += "; ";
        }
        let (open, close) = if row.is_counted { ("", "") } else { ("(", ")") };
        let _ = write!(
            text,
            "{open}{} {}: {:+.2} bits{close}",
            row.comparison, row.level, row.match_weight_bits
        );
    }
    text
}

pub(crate) const NO_PLACE_FOR_SOURCE: &str = "source: an attribute of its accounts instead";
pub(crate) const NO_PLACE_FOR_IDENTIFIER: &str = "identifier: graphs hold accounts only";
pub(crate) const NO_PLACE_FOR_POST: &str = "post: graphs hold accounts only";
pub(crate) const NO_PLACE_FOR_PERSONA: &str = "persona: an attribute of its accounts instead";

/// The methods of `RecordWriter` that are the same in every graph format.
macro_rules! graph_records_without_place {
    () => {
        fn source(&mut self, _: &crate::records::Source) -> Result<(), crate::ExportError> {
            self.network.leave_out(
                crate::records::Stage::Source,
                crate::network::NO_PLACE_FOR_SOURCE,
            )
        }

        fn identifier(&mut self, _: &crate::records::Identifier) -> Result<(), crate::ExportError> {
            self.network.leave_out(
                crate::records::Stage::Identifier,
                crate::network::NO_PLACE_FOR_IDENTIFIER,
            )
        }

        fn post(&mut self, _: &crate::records::Post) -> Result<(), crate::ExportError> {
            self.network.leave_out(
                crate::records::Stage::Post,
                crate::network::NO_PLACE_FOR_POST,
            )
        }

        fn persona(&mut self, _: &crate::records::Persona) -> Result<(), crate::ExportError> {
            self.network.leave_out(
                crate::records::Stage::Persona,
                crate::network::NO_PLACE_FOR_PERSONA,
            )
        }
    };
}
pub(crate) use graph_records_without_place;
