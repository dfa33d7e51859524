//! Small worlds, and documents of them as text.

use chrono::{DateTime, TimeZone, Utc};
use entangle_export::convokit::{ConvokitFiles, ConvokitWriter};
use entangle_export::gephi_csv::GephiCsvWriter;
use entangle_export::gexf::GexfWriter;
use entangle_export::graphml::GraphmlWriter;
use entangle_export::misp::{MispOptions, MispWriter};
use entangle_export::records::{
    Account, Edge, EdgeKind, EvidenceRow, Identifier, Link, Persona, Post, Source,
};
use entangle_export::stix::{StixOptions, StixWriter};
use entangle_export::{ExportCounts, Records, Tlp};
use entangle_model::{IdentifierKind, IdentifierRole, SourceKind};
use proptest::prelude::*;

pub fn instant(second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2020, 1, 2, 3, 4, second).unwrap()
}

pub fn account(key: &str, label: &str) -> Account {
    Account {
        key: key.to_owned(),
        source: "webmasters".to_owned(),
        label: label.to_owned(),
        registered_at: Some(instant(1)),
        last_seen_at: None,
        is_staff: None,
        is_bot: None,
        is_banned: Some(false),
        post_count: Some(1),
        persona_key: None,
    }
}

pub fn post(key: &str, thread_key: Option<&str>, parent_key: Option<&str>) -> Post {
    Post {
        key: key.to_owned(),
        source: "webmasters".to_owned(),
        account_key: Some("left".to_owned()),
        thread_key: thread_key.map(str::to_owned),
        parent_key: parent_key.map(str::to_owned),
        posted_at: Some(instant(2)),
        text: Some(format!("text of {key}")),
        language: None,
    }
}

pub fn link(left_key: &str, right_key: &str, match_probability: f64) -> Link {
    Link {
        left_key: left_key.to_owned(),
        right_key: right_key.to_owned(),
        match_probability,
        match_probability_low: match_probability / 2.0,
        match_probability_high: 1.0,
        match_weight_bits: 12.5,
        evidence: vec![EvidenceRow {
            comparison: "name".to_owned(),
            level: "folded".to_owned(),
            match_weight_bits: 12.5,
            is_counted: true,
        }],
    }
}

/// One record of each kind, two accounts.
pub fn small_world() -> Records {
    Records {
        sources: vec![Source {
            name: "webmasters".to_owned(),
            kind: SourceKind::Public,
            language: Some("en".to_owned()),
        }],
        accounts: vec![
            account("left", "quiet heron"),
            account("right", "amber <stoat>"),
        ],
        identifiers: vec![Identifier {
            account_key: "left".to_owned(),
            kind: IdentifierKind::Jabber,
            value: "neo@jabber.example".to_owned(),
            role: IdentifierRole::Signature,
        }],
        posts: vec![post("post1", Some("thread1"), None)],
        edges: vec![Edge {
            kind: EdgeKind::Quote,
            from_account_key: "right".to_owned(),
            to_account_key: "left".to_owned(),
            post_key: "post2".to_owned(),
            happened_at: Some(instant(3)),
        }],
        links: vec![link("left", "right", 0.95)],
        personas: vec![Persona {
            key: "persona1".to_owned(),
            label: "quiet heron".to_owned(),
            member_keys: vec!["left".to_owned(), "right".to_owned()],
            weakest_link_probability: 0.95,
        }],
    }
}

/// A world in which every text is foreign, keys too.
pub fn hostile_world(key: &str, other_key: &str, text: &str) -> Records {
    let mut world = small_world();
    world.sources[0].name = text.to_owned();
    world.accounts = vec![account(key, text), account(other_key, text)];
    for account in &mut world.accounts {
        account.source = text.to_owned();
        account.persona_key = Some(text.to_owned());
    }
    world.identifiers[0].account_key = key.to_owned();
    world.identifiers[0].value = text.to_owned();
    world.posts = vec![
        post(key, Some(text), Some(other_key)),
        post(other_key, Some(text), Some(key)),
    ];
    for post in &mut world.posts {
        post.source = text.to_owned();
        post.text = Some(text.to_owned());
        post.account_key = Some(key.to_owned());
        post.language = Some(text.to_owned());
    }
    world.edges[0].from_account_key = key.to_owned();
    world.edges[0].to_account_key = other_key.to_owned();
    world.edges[0].post_key = text.to_owned();
    world.links = vec![link(key, other_key, 0.5)];
    world.links[0].evidence[0].level = text.to_owned();
    world.personas[0].label = text.to_owned();
    world.personas[0].key = text.to_owned();
    world.personas[0].member_keys = vec![key.to_owned(), other_key.to_owned()];
    world
}

/// Texts of any characters, with those that break documents more often than chance gives them.
pub fn hostile_text() -> impl Strategy<Value = String> {
    let breakers = prop::sample::select(vec![
        "\0", "\u{1}", "\t", "\n", "\r", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{feff}",
        "\u{fffe}", "\u{ffff}", "]]>", "<", "&", "\"", "'", "&#0;", "<!--", "=", "+", "-", "@",
        ",", ";", "_x0041_", "\\", "\\ud800", " ",
    ]);
    let piece = prop_oneof![3 => breakers.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

pub fn stix(world: &Records) -> (String, ExportCounts) {
    let options = StixOptions {
        tlp: Tlp::Green,
        created_at: instant(10),
        modified_at: instant(20),
    };
    let mut out = Vec::new();
    let counts = world
        .write_to(&mut StixWriter::new(&mut out, &options).unwrap())
        .unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

pub fn misp(world: &Records) -> (String, ExportCounts) {
    let options = MispOptions::new("a small world", Tlp::Green, instant(20));
    let mut out = Vec::new();
    let counts = world
        .write_to(&mut MispWriter::new(&mut out, options).unwrap())
        .unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

pub fn gexf(world: &Records) -> (String, ExportCounts) {
    let mut out = Vec::new();
    let counts = world
        .write_to(&mut GexfWriter::new(&mut out).unwrap())
        .unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

pub fn graphml(world: &Records) -> (String, ExportCounts) {
    let mut out = Vec::new();
    let counts = world
        .write_to(&mut GraphmlWriter::new(&mut out).unwrap())
        .unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

pub fn gephi_csv(world: &Records) -> (String, String, ExportCounts) {
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    let counts = world
        .write_to(&mut GephiCsvWriter::new(&mut nodes, &mut edges).unwrap())
        .unwrap();
    let [nodes, edges] = [nodes, edges].map(|file| String::from_utf8(file).unwrap());
    (nodes, edges, counts)
}

/// The files of a corpus as text.
pub fn corpus(world: &Records) -> (ConvokitFiles<String>, ExportCounts) {
    let mut files = [const { Vec::new() }; 5];
    let [utterances, speakers, conversations, corpus, index] = &mut files;
    let places = ConvokitFiles {
        utterances,
        speakers,
        conversations,
        corpus,
        index,
    };
    let counts = world
        .write_to(&mut ConvokitWriter::new(places, "a small world").unwrap())
        .unwrap();
    let [utterances, speakers, conversations, corpus, index] =
        files.map(|file| String::from_utf8(file).unwrap());
    let files = ConvokitFiles {
        utterances,
        speakers,
        conversations,
        corpus,
        index,
    };
    (files, counts)
}
