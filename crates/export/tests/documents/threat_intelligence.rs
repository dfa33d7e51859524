//! STIX and MISP read back.

use std::collections::{BTreeMap, BTreeSet};

use entangle_export::misp::{MispOptions, MispWriter};
use entangle_export::{ExportError, Records};
use proptest::prelude::*;
use serde_json::Value;

use crate::world::{
    account, hostile_text, hostile_world, instant, link, misp, post, small_world, stix,
};

fn objects(bundle: &str) -> Vec<Value> {
    let bundle: Value = serde_json::from_str(bundle).unwrap();
    assert_eq!(bundle["type"], "bundle");
    bundle["objects"].as_array().unwrap().clone()
}

/// Every value of JSON under names that hold references.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name.ends_with("_ref") {
                    found.push(member.as_str().unwrap().to_owned());
                } else if name.ends_with("_refs") {
                    let items = member.as_array().unwrap().iter();
                    found.extend(items.map(|item| item.as_str().unwrap().to_owned()));
                } else {
                    references(member, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_bundle_is_read_again_and_refers_to_itself_only(key in hostile_text(), other in hostile_text(), text in hostile_text()) {
        prop_assume!(key != other);
        let (bundle, _) = stix(&hostile_world(&key, &other, &text));
        let objects = objects(&bundle);
        let mut ids = BTreeMap::new();
        for object in &objects {
            let id = object["id"].as_str().unwrap();
            let kind = object["type"].as_str().unwrap();
            prop_assert!(id.starts_with(&format!("{kind}--")), "{}", id);
            prop_assert!(ids.insert(id.to_owned(), object).is_none(), "{} twice", id);
        }
        let mut found = Vec::new();
        objects.iter().for_each(|object| references(object, &mut found));
        for reference in found {
            prop_assert!(ids.contains_key(&reference), "{} is not in the bundle", reference);
        }
        let contents: Vec<&str> = objects.iter().filter_map(|object| object["content"].as_str()).collect();
        prop_assert_eq!(contents, [text.as_str(); 2]);
    }

    #[test]
    fn an_event_is_read_again_and_refers_to_itself_only(key in hostile_text(), other in hostile_text(), text in hostile_text()) {
        prop_assume!(key != other);
        let event: Value = serde_json::from_str(&misp(&hostile_world(&key, &other, &text)).0).unwrap();
        let event = &event["Event"];
        let mut ids = BTreeSet::new();
        let objects = event["Object"].as_array().unwrap();
        let attributes = event["Attribute"].as_array().unwrap();
        let inner = objects.iter().flat_map(|object| object["Attribute"].as_array().unwrap());
        let inner: Vec<&Value> = inner.collect();
        for part in objects.iter().chain(attributes).chain(inner.iter().copied()) {
            prop_assert!(ids.insert(part["uuid"].as_str().unwrap()), "{} twice", part["uuid"]);
        }
        for attribute in inner {
            prop_assert!(!attribute["value"].as_str().unwrap().trim().is_empty());
        }
        for reference in objects.iter().flat_map(|object| object["ObjectReference"].as_array().unwrap()) {
            prop_assert!(ids.contains(reference["referenced_uuid"].as_str().unwrap()));
        }
    }
}

#[test]
fn an_identifier_of_two_accounts_is_one_object_with_two_relationships() {
    let mut world = small_world();
    let mut shared = world.identifiers[0].clone();
    shared.account_key = "right".to_owned();
    world.identifiers.push(shared);
    let objects = objects(&stix(&world).0);
    let of_kind = |found: &&Value| found["account_type"] == "jabber";
    let shown: Vec<&Value> = objects.iter().filter(of_kind).collect();
    assert_eq!(shown.len(), 1);
    let shows = objects
        .iter()
        .filter(|object| object["target_ref"] == shown[0]["id"]);
    assert_eq!(shows.count(), 2);
}

#[test]
fn numbers_that_are_none_are_left_out_of_a_bundle() {
    let mut world = small_world();
    world.links[0].match_weight_bits = f64::INFINITY;
    world.links[0].match_probability = f64::NAN;
    let (bundle, _) = stix(&world);
    assert!(!bundle.contains("null"), "{bundle}");
}

#[test]
fn no_object_accuses() {
    let (bundle, _) = stix(&small_world());
    let (event, _) = misp(&small_world());
    for word in [
        "threat-actor",
        "intrusion-set",
        "infrastructure",
        "malicious",
        "suspicious",
    ] {
        assert!(!bundle.contains(word) && !event.contains(word), "{word}");
    }
}

#[test]
fn confidence_is_certain_only_where_the_probability_is() {
    let confidence = |probability: f64| {
        let mut world = small_world();
        world.links = vec![link("left", "right", probability)];
        world.personas.clear();
        let objects = objects(&stix(&world).0);
        objects
            .iter()
            .find(|object| object["description"].to_string().contains("Possible link"))
            .unwrap()["confidence"]
            .as_u64()
    };
    let found = [0.0, 0.0001, 0.494, 0.5, 0.9999, 1.0, f64::NAN].map(confidence);
    assert_eq!(
        found,
        [
            Some(0),
            Some(1),
            Some(49),
            Some(50),
            Some(99),
            Some(100),
            None
        ]
    );
}

#[test]
fn the_same_link_has_the_same_id_in_every_export() {
    let ids = |world: &Records| -> BTreeSet<String> {
        let objects = objects(&stix(world).0).into_iter();
        objects
            .filter(|object| object["type"] == "relationship")
            .map(|object| object["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut larger = small_world();
    larger.accounts.push(account("third", "third"));
    larger.links[0].match_probability = 0.1;
    assert!(ids(&small_world()).is_subset(&ids(&larger)));
}

#[test]
fn a_link_is_same_as_from_the_threshold_on() {
    let relation = |probability: f64| {
        let mut world = small_world();
        world.links = vec![link("left", "right", probability)];
        let (event, _) = misp(&world);
        ["same-as", "suspected-link"].map(|word| event.matches(word).count())
    };
    assert_eq!(relation(0.98999), [0, 1]);
    assert_eq!(relation(0.99), [1, 0]);
}

#[test]
fn an_event_that_is_too_large_is_refused_and_a_long_text_is_cut() {
    let mut world = small_world();
    world.posts[0].text = Some("é".repeat(40_000));
    let (event, counts) = misp(&world);
    assert!(event.contains("é […cut]\""));
    assert_eq!(counts.left_out["end of a text beyond 65,535 bytes"], 1);

    world.posts = (0..10)
        .map(|number| post(&format!("post{number}"), None, None))
        .collect();
    let options = MispOptions {
        object_count_max: 9,
        ..MispOptions::new("small", entangle_export::Tlp::Clear, instant(0))
    };
    let mut writer = MispWriter::new(std::io::sink(), options).unwrap();
    let error = world.write_to(&mut writer).unwrap_err();
    assert!(
        matches!(error, ExportError::TooLarge { limit: 9, .. }),
        "{error}"
    );
}
