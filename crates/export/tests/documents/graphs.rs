//! GEXF, GraphML and Gephi's CSV read back.

use std::collections::BTreeSet;

use entangle_export::Records;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::csv_reader::{read_csv, unguarded};
use crate::world::{
    account, gephi_csv, gexf, graphml, hostile_text, hostile_world, link, small_world,
};

/// Ids of nodes, ends of edges, and every text and attribute value of an XML document.
#[derive(Debug, Default)]
struct ReadGraph {
    node_ids: Vec<String>,
    ends: Vec<[String; 2]>,
    texts: BTreeSet<String>,
}

fn read_graph(xml: &str) -> ReadGraph {
    let mut graph = ReadGraph::default();
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut text = String::new();
    let mut depth = 0usize;
    loop {
        match reader.read_event().expect("the document is well-formed") {
            Event::Start(tag) => {
                depth += 1;
                text.clear();
                take_tag(&mut graph, &tag);
            }
            Event::Empty(tag) => take_tag(&mut graph, &tag),
            Event::End(_) => {
                depth -= 1;
                graph.texts.insert(std::mem::take(&mut text));
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(part) => text.push_str(&resolved(&part)),
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("nothing but elements and text is written, found {other:?}"),
        }
    }
    assert_eq!(depth, 0, "every element is closed");
    graph
}

fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Some(character) = reference.resolve_char_ref().unwrap() {
        return character.to_string();
    }
    quick_xml::escape::resolve_predefined_entity(reference)
        .expect("no entity but those of XML")
        .to_owned()
}

fn take_tag(graph: &mut ReadGraph, tag: &BytesStart<'_>) {
    let value = |name: &str| {
        tag.attributes()
            .map(|attribute| attribute.expect("attributes are well-formed and differ"))
            .find(|attribute| attribute.key.as_ref() == name)
            .map(|attribute| {
                quick_xml::escape::unescape(&attribute.value)
                    .unwrap()
                    .into_owned()
            })
    };
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap();
        let raw = attribute.value.as_ref();
        assert!(
            !raw.contains(['\n', '\r', '\t']),
            "white space that a reader would turn into spaces"
        );
        graph
            .texts
            .insert(quick_xml::escape::unescape(raw).unwrap().into_owned());
    }
    match tag.name().as_ref() {
        "node" => graph.node_ids.push(value("id").unwrap()),
        "edge" => graph
            .ends
            .push(["source", "target"].map(|name| value(name).unwrap())),
        _ => {}
    }
}

/// What XML can hold of a text, written down apart from the writer.
fn xml_holds(text: &str) -> String {
    text.chars()
        .map(|character| match u32::from(character) {
            9 | 10 | 13 => character,
            0..32 | 0xFFFE | 0xFFFF => '\u{FFFD}',
            _ => character,
        })
        .collect()
}

fn check_graph(xml: &str, world: &Records, text: &str) {
    let forbidden = |character: char| xml_holds(&character.to_string()) != character.to_string();
    assert!(!xml.contains(forbidden), "a character that XML forbids");
    let graph = read_graph(xml);
    let ids: BTreeSet<&String> = graph.node_ids.iter().collect();
    assert_eq!(ids.len(), graph.node_ids.len(), "ids repeat");
    assert_eq!(ids.len(), world.accounts.len());
    assert_eq!(graph.ends.len(), 2);
    for end in graph.ends.iter().flatten() {
        assert!(ids.contains(end), "an edge ends nowhere");
        let is_name_token = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        assert!(!end.is_empty() && end.bytes().all(is_name_token), "{end:?}");
    }
    assert!(graph.texts.contains(&xml_holds(text)), "the text is lost");
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(key in hostile_text(), other in hostile_text(), text in hostile_text()) {
        prop_assume!(key != other);
        let world = hostile_world(&key, &other, &text);
        check_graph(&gexf(&world).0, &world, &text);
        check_graph(&graphml(&world).0, &world, &text);
    }

    #[test]
    fn sheets_for_gephi_are_read_again(key in hostile_text(), other in hostile_text(), text in hostile_text()) {
        prop_assume!(key != other);
        let (nodes, edges, _) = gephi_csv(&hostile_world(&key, &other, &text));
        let (nodes, edges) = (read_csv(&nodes), read_csv(&edges));
        prop_assert_eq!(nodes.len(), 3);
        prop_assert_eq!(edges.len(), 3);
        prop_assert_eq!(unguarded(&nodes[1][1].text), text.replace('\0', "\u{FFFD}"));
        for row in nodes.iter().chain(&edges) {
            for cell in row {
                prop_assert!(!cell.text.starts_with(['=', '@', '\t', '\r', '\n']), "{:?}", cell);
            }
        }
    }
}

#[test]
fn edges_without_their_accounts_and_second_accounts_are_left_out_and_counted() {
    let mut world = small_world();
    world.accounts.push(account("left", "impostor"));
    world.links.push(link("left", "nobody", 0.5));
    world.edges[0].to_account_key = "nobody".to_owned();
    for (document, counts) in [gexf(&world), graphml(&world)] {
        assert!(!document.contains("nobody") && !document.contains("impostor"));
        assert_eq!(counts.left_out["account with the key of another"], 1);
        let reason = "edge or link of an account that is not in the document";
        assert_eq!(counts.left_out[reason], 2);
        assert_eq!(counts.written["links"], 1);
        assert!(!counts.written.contains_key("edges"));
    }
}

#[test]
fn a_graph_without_edges_is_whole() {
    let xml = gexf(&Records::default()).0;
    assert!(read_graph(&xml).ends.is_empty());
    assert!(xml.contains("<edges>") && xml.contains("</nodes>"), "{xml}");
}

#[test]
fn a_text_of_ten_million_characters_passes() {
    let long = "<&\u{1}0123456789".repeat(800_000);
    let mut world = small_world();
    world.accounts[0].label = long.clone();
    check_graph(&gexf(&world).0, &world, &long);
}
