//! A corpus is a forest of trees whatever the posts say.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect;
use proptest::prelude::*;
use serde_json::Value;

use crate::world::{corpus, hostile_text, hostile_world, post, small_world};

fn lines(utterances: &str) -> Vec<Value> {
    utterances
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn shape(utterances: &str) -> String {
    let lines = lines(utterances);
    let shown = lines.iter().map(|one| {
        format!(
            "{} in {} answers {} stated {}\n",
            one["id"], one["conversation_id"], one["reply-to"], one["meta"]["is_reply_stated"]
        )
    });
    shown.collect()
}

#[test]
fn a_post_hangs_on_the_one_it_answers_or_on_the_first_of_its_thread() {
    let mut world = small_world();
    world.posts = vec![
        post("opening", Some("a"), None),
        post("answer", Some("a"), Some("opening")),
        post("to_the_answer", Some("a"), Some("answer")),
        post("to_nobody", Some("a"), None),
        post("to_another_thread", Some("a"), Some("elsewhere")),
        post("to_itself", Some("a"), Some("to_itself")),
        post("alone", None, None),
        post("alone_too", None, Some("alone")),
        post("late", Some("a"), Some("answer")),
    ];
    expect![[r#"
        "opening" in "opening" answers null stated false
        "answer" in "opening" answers "opening" stated true
        "to_the_answer" in "opening" answers "answer" stated true
        "to_nobody" in "opening" answers "opening" stated false
        "to_another_thread" in "opening" answers "opening" stated false
        "to_itself" in "opening" answers "opening" stated false
        "alone" in "alone" answers null stated false
        "alone_too" in "alone_too" answers null stated false
        "late" in "late" answers null stated false
    "#]]
    .assert_eq(&shape(&corpus(&world).0.utterances));
}

#[test]
fn posts_without_author_or_text_are_kept_and_say_so() {
    let mut world = small_world();
    world.posts[0].account_key = None;
    world.posts[0].text = None;
    // An account cannot pass for the unknown author.
    world.accounts[0].key = "x-unknown".to_owned();
    let (files, _) = corpus(&world);
    let utterance = &lines(&files.utterances)[0];
    assert_eq!(utterance["speaker"], "x-unknown");
    assert_eq!(utterance["text"], "");
    assert_eq!(utterance["meta"]["has_text"], false);
    let speakers: BTreeMap<String, Value> = serde_json::from_str(&files.speakers).unwrap();
    assert_eq!(speakers["x-unknown"]["meta"]["label"], "unknown author");
    assert_eq!(speakers.len(), 3);
}

proptest! {
    #[test]
    fn every_conversation_is_a_tree(parents in prop::collection::vec((0usize..3, 0usize..12), 1..12)) {
        let mut world = small_world();
        world.posts = parents.iter().enumerate().map(|(number, (thread, parent))| {
            let thread = (*thread > 0).then(|| format!("thread{}", thread));
            post(&format!("post{number}"), thread.as_deref(), Some(&format!("post{parent}")))
        }).collect();
        let (files, _) = corpus(&world);
        let conversations: BTreeMap<String, Value> = serde_json::from_str(&files.conversations).unwrap();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut roots = BTreeSet::new();
        for one in lines(&files.utterances) {
            let text = |name: &str| one[name].as_str().map(str::to_owned);
            let (id, conversation) = (text("id").unwrap(), text("conversation_id").unwrap());
            prop_assert!(conversations.contains_key(&conversation));
            match text("reply-to") {
                Some(parent) => prop_assert_eq!(&seen[&parent], &conversation),
                None => {
                    prop_assert_eq!(&id, &conversation);
                    prop_assert!(roots.insert(id.clone()));
                }
            }
            prop_assert!(seen.insert(id, conversation).is_none());
        }
        prop_assert_eq!(roots.len(), conversations.len());
    }

    #[test]
    fn hostile_texts_are_read_again(key in hostile_text(), other in hostile_text(), text in hostile_text()) {
        prop_assume!(key != other);
        let (files, _) = corpus(&hostile_world(&key, &other, &text));
        let speakers: BTreeMap<String, Value> = serde_json::from_str(&files.speakers).unwrap();
        let utterances = lines(&files.utterances);
        prop_assert_eq!(utterances.len(), 2);
        for one in utterances {
            prop_assert_eq!(one["text"].as_str(), Some(text.as_str()));
            prop_assert!(speakers.contains_key(one["speaker"].as_str().unwrap()));
        }
        for file in [&files.corpus, &files.index, &files.conversations] {
            serde_json::from_str::<Value>(file).unwrap();
        }
    }
}
