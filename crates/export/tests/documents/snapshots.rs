//! The small world in every format, whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;

use crate::samples::write_samples;
use crate::world::{corpus, gephi_csv, gexf, graphml, misp, small_world, stix};

#[test]
fn a_small_world_as_stix() {
    expect_file!["expected/small_world.stix.json"].assert_eq(&stix(&small_world()).0);
}

#[test]
fn a_small_world_as_misp() {
    let event: serde_json::Value = serde_json::from_str(&misp(&small_world()).0).unwrap();
    let event = serde_json::to_string_pretty(&event).unwrap() + "\n";
    expect_file!["expected/small_world.misp.json"].assert_eq(&event);
}

#[test]
fn a_small_world_as_gexf() {
    expect_file!["expected/small_world.gexf"].assert_eq(&gexf(&small_world()).0);
}

#[test]
fn a_small_world_as_graphml() {
    expect_file!["expected/small_world.graphml"].assert_eq(&graphml(&small_world()).0);
}

#[test]
fn a_small_world_as_sheets_for_gephi() {
    let (nodes, edges, _) = gephi_csv(&small_world());
    expect_file!["expected/small_world.nodes.csv"].assert_eq(&nodes);
    expect_file!["expected/small_world.edges.csv"].assert_eq(&edges);
}

#[test]
fn a_small_world_as_a_corpus() {
    let (files, _) = corpus(&small_world());
    let shown = format!(
        "utterances.jsonl\n{}\nspeakers.json\n{}\nconversations.json\n{}\ncorpus.json\n{}\n\nindex.json\n{}",
        files.utterances, files.speakers, files.conversations, files.corpus, files.index
    );
    expect_file!["expected/small_world.corpus.txt"].assert_eq(&shown);
}

/// Same input, same bytes.
#[test]
fn documents_repeat() {
    let world = small_world();
    assert_eq!(stix(&world), stix(&world));
    assert_eq!(misp(&world), misp(&world));
    assert_eq!(gexf(&world), gexf(&world));
    assert_eq!(graphml(&world), graphml(&world));
}

/// Paths and bytes of every file below a folder.
fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>, root: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found, root);
        } else {
            let name = path.strip_prefix(root).unwrap().to_owned();
            found.insert(name, fs::read(&path).unwrap());
        }
    }
}

#[test]
fn the_samples_of_every_format_repeat() {
    let [first, second] = [(); 2].map(|()| {
        let folder = tempfile::tempdir().unwrap();
        write_samples(folder.path()).unwrap();
        let mut found = BTreeMap::new();
        files(folder.path(), &mut found, folder.path());
        found
    });
    assert!(first.len() > 20, "{:?}", first.keys());
    assert!(first == second);
}
