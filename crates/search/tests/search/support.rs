//! What the tests of the index share.

use std::collections::BTreeMap;
use std::path::Path;

use entangle_search::*;

pub fn open(folder: &Path) -> SearchIndex {
    SearchIndex::open_or_create(folder, OpenCheck::Checksums).unwrap()
}

pub fn state(snapshot: u64) -> IndexedState {
    IndexedState {
        snapshot: Some(snapshot),
        table_versions: BTreeMap::from([("posts".to_owned(), snapshot as i64)]),
    }
}

pub fn small_writer(index: &SearchIndex) -> SearchWriter {
    index
        .writer(WriterOptions {
            thread_count: 1,
            memory_bytes: 15_000_000,
        })
        .unwrap()
}

/// A post of the source `forum`, a reply in English without time.
pub fn post(post_id: &str, body: &str) -> PostDocument {
    PostDocument {
        post_id: post_id.into(),
        source: "forum".into(),
        kind: "reply".into(),
        language: Some("en".into()),
        body: body.into(),
        ..PostDocument::default()
    }
}

/// Adds the posts and commits them as a snapshot.
pub fn write(index: &SearchIndex, posts: &[PostDocument], snapshot: u64) {
    let mut writer = small_writer(index);
    for post in posts {
        writer.add(post).unwrap();
    }
    writer.commit(&state(snapshot)).unwrap();
    index.refresh().unwrap();
}

/// Ids of all posts that match.
pub fn found(index: &SearchIndex, query: &str) -> Vec<String> {
    let mut request = SearchRequest::new(parse(query).unwrap());
    request.limit = LIMIT_MAX;
    let response = index.search(&request).unwrap();
    assert_eq!(response.post_count, response.hits.len() as u64);
    let mut ids: Vec<String> = response.hits.into_iter().map(|hit| hit.post_id).collect();
    ids.sort();
    ids
}
