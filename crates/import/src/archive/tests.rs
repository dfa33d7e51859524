mod examples;

use std::path::{Path, PathBuf};

use examples::{EXAMPLES, REDDIT};

use crate::testing::{Collected, import_files, import_path, real_data};
use crate::{detect, importers};
use entangle_dump::{Input, InputOptions, Limits};
use expect_test::expect;

#[test]
fn any_prefix_of_an_example_is_balanced() {
    for (format, name, text) in EXAMPLES {
        // Every byte of a short example; a prime step, so that all columns are met, in a long one.
        let step = if text.len() < 300 { 1 } else { 13 };
        for length in (0..=text.len()).step_by(step) {
            let (collected, _) = import_files(format, &[(name, &text.as_bytes()[..length])]);
            collected.assert_balanced();
        }
    }
}

#[test]
fn every_example_is_taken_by_its_importer_only() {
    for (format, name, text) in EXAMPLES {
        let folder = crate::testing::folder_of(&[(name, text.as_bytes())]);
        let input = Input::open(folder.path(), InputOptions::default()).unwrap();
        assert_eq!(detect(&input).unwrap().format, format, "{name}");
        let sample = crate::Sample::of(&input).unwrap();
        for other in importers().iter().filter(|other| other.name() != format) {
            let confidence = other.detect(&sample);
            assert_eq!(confidence, 0.0, "{} takes {name} of {format}", other.name());
        }
    }
}

fn files_of(folder: &str) -> Option<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(real_data(&format!("perceval/{folder}"))?)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    Some(files)
}

fn counts(collected: &Collected) -> String {
    let whole = collected
        .rejects
        .iter()
        .filter(|reject| reject.field.is_none());
    let named = collected
        .posts
        .iter()
        .filter(|post| post.account_native_id.is_some());
    let dated = collected
        .posts
        .iter()
        .filter(|post| post.posted_at.is_some());
    let with_text = collected.posts.iter().filter(|post| post.body.is_some());
    format!(
        "{} posts ({} by somebody, {} dated, {} with text), {} accounts, {} threads, {} lost",
        collected.posts.len(),
        named.count(),
        dated.count(),
        with_text.count(),
        collected.accounts.len(),
        collected.threads.len(),
        collected.unreadable.len() + whole.count()
    )
}

fn real_counts(format: &str, path: &Path) -> String {
    let (collected, result) = import_path(format, path);
    collected.assert_balanced();
    match result {
        Ok(()) => counts(&collected),
        Err(error) => {
            assert!(collected.asked.is_empty());
            let message = error.to_string();
            message.split(';').next().unwrap_or_default().to_string()
        }
    }
}

#[test]
fn real_api_answers_have_exact_counts() {
    let mut table = String::new();
    for (folder, format) in [
        ("discourse", "discourse"),
        ("stackexchange", "stackexchange_api"),
        ("askbot", "askbot"),
        ("mediawiki", "mediawiki"),
        ("rss", "mediawiki"),
    ] {
        let Some(files) = files_of(folder) else {
            return;
        };
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            table += &format!("{folder}/{name}: {}\n", real_counts(format, &file));
        }
    }
    expect![[r#"
        discourse/discourse_post.json: 1 posts (1 by somebody, 1 dated, 1 with text), 1 accounts, 1 threads, 0 lost
        discourse/discourse_posts.json: 4 posts (4 by somebody, 4 dated, 4 with text), 4 accounts, 1 threads, 0 lost
        discourse/discourse_topic_1148.json: 20 posts (20 by somebody, 20 dated, 19 with text), 10 accounts, 1 threads, 0 lost
        discourse/discourse_topic_1149.json: 2 posts (2 by somebody, 2 dated, 2 with text), 1 accounts, 1 threads, 0 lost
        discourse/discourse_topic_1150.json: 2 posts (2 by somebody, 2 dated, 2 with text), 1 accounts, 1 threads, 0 lost
        discourse/discourse_topics.json: 0 posts (0 by somebody, 0 dated, 0 with text), 0 accounts, 2 threads, 0 lost
        discourse/discourse_topics_empty.json: 0 posts (0 by somebody, 0 dated, 0 with text), 0 accounts, 0 threads, 0 lost
        discourse/discourse_topics_last_posted_at_null.json: 0 posts (0 by somebody, 0 dated, 0 with text), 0 accounts, 2 threads, 0 lost
        discourse/discourse_topics_pinned.json: 0 posts (0 by somebody, 0 dated, 0 with text), 0 accounts, 3 threads, 0 lost
        stackexchange/stackexchange_question: 3 posts (3 by somebody, 3 dated, 0 with text), 3 accounts, 1 threads, 0 lost
        stackexchange/stackexchange_question_backoff_page: 6 posts (6 by somebody, 6 dated, 0 with text), 3 accounts, 3 threads, 0 lost
        stackexchange/stackexchange_question_page: 6 posts (6 by somebody, 6 dated, 0 with text), 3 accounts, 3 threads, 0 lost
        stackexchange/stackexchange_question_page_2: 6 posts (6 by somebody, 6 dated, 0 with text), 3 accounts, 3 threads, 0 lost
        stackexchange/stackexchange_question_parse: 6 posts (6 by somebody, 6 dated, 0 with text), 3 accounts, 3 threads, 0 lost
        askbot/api_24396_openstack.json: 0 posts (0 by somebody, 0 dated, 0 with text), 1 accounts, 1 threads, 0 lost
        askbot/askbot_2481_multicomments.json: 8 posts (8 by somebody, 8 dated, 8 with text), 5 accounts, 0 threads, 0 lost
        askbot/askbot_api_questions.json: 0 posts (0 by somebody, 0 dated, 0 with text), 1 accounts, 1 threads, 0 lost
        askbot/askbot_api_questions_2.json: 0 posts (0 by somebody, 0 dated, 0 with text), 1 accounts, 1 threads, 0 lost
        askbot/askbot_question.html: 7 posts (7 by somebody, 7 dated, 7 with text), 4 accounts, 1 threads, 0 lost
        askbot/askbot_question_empty.html: the input holds nothing that askbot reads
        askbot/askbot_question_multipage_1.html: 20 posts (15 by somebody, 20 dated, 20 with text), 10 accounts, 1 threads, 0 lost
        askbot/askbot_question_multipage_2.html: 7 posts (6 by somebody, 7 dated, 7 with text), 4 accounts, 1 threads, 0 lost
        askbot/html_148_comments_answer_2_openstack.html: 12 posts (10 by somebody, 12 dated, 12 with text), 8 accounts, 1 threads, 0 lost
        askbot/html_16_multicomment_answer_1_openstack.html: 9 posts (9 by somebody, 9 dated, 9 with text), 6 accounts, 1 threads, 0 lost
        askbot/html_24396_multipage_2_openstack.html: 11 posts (11 by somebody, 11 dated, 11 with text), 5 accounts, 1 threads, 0 lost
        askbot/html_24396_multipage_3_openstack.html: 11 posts (11 by somebody, 11 dated, 11 with text), 4 accounts, 1 threads, 0 lost
        askbot/html_24396_multipage_4_openstack.html: 2 posts (2 by somebody, 2 dated, 2 with text), 1 accounts, 1 threads, 0 lost
        askbot/html_24396_multipage_openstack.html: 11 posts (11 by somebody, 11 dated, 11 with text), 5 accounts, 1 threads, 0 lost
        askbot/html_26830_comments_question_openstack.html: 11 posts (11 by somebody, 11 dated, 11 with text), 5 accounts, 1 threads, 0 lost
        askbot/html_7893_answer_3_updated.html: 22 posts (21 by somebody, 22 dated, 22 with text), 12 accounts, 1 threads, 0 lost
        askbot/html_country_and_website.html: 4 posts (4 by somebody, 4 dated, 4 with text), 3 accounts, 1 threads, 0 lost
        mediawiki/mediawiki_namespaces.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_page_476583_revisions.json: 500 posts (234 by somebody, 500 dated, 331 with text), 30 accounts, 1 threads, 0 lost
        mediawiki/mediawiki_page_476589_revisions.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_page_476590_revisions.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_page_592384_revisions.json: 2 posts (2 by somebody, 2 dated, 2 with text), 1 accounts, 1 threads, 0 lost
        mediawiki/mediawiki_pages_all.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_pages_all_empty.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_pages_allrevisions.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_pages_allrevisions_empty.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_pages_recent_changes.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_siteinfo_1.23.json: the input holds nothing that mediawiki reads
        mediawiki/mediawiki_siteinfo_1.28.json: the input holds nothing that mediawiki reads
        rss/rss_entries.xml: the input holds nothing that mediawiki reads
    "#]].assert_eq(&table);
}

fn detected(path: &Path) -> Option<&'static str> {
    let input = Input::open(path, InputOptions::default()).unwrap();
    detect(&input).ok().map(|found| found.format)
}

#[test]
fn real_files_that_can_be_imported_are_detected_and_no_others() {
    for (folder, format) in [
        ("discourse", "discourse"),
        ("stackexchange", "stackexchange_api"),
        ("askbot", "askbot"),
        ("mediawiki", "mediawiki"),
        ("mbox", "mail"),
        ("pipermail", "mail"),
        ("hyperkitty", "mail"),
        ("nntp", "mail"),
        ("groupsio", "mail"),
    ] {
        let Some(files) = files_of(folder) else {
            return;
        };
        for file in files {
            let is_importable = import_path(format, &file).1.is_ok();
            let is_detected = detected(&file) == Some(format);
            assert_eq!(is_detected, is_importable, "{}", file.display());
        }
    }
}

#[test]
fn real_files_of_other_systems_are_not_taken() {
    let own: Vec<&str> = EXAMPLES
        .iter()
        .map(|(format, _, _)| *format)
        .chain([
            "mail",
            "discourse",
            "stackexchange_api",
            "askbot",
            "mediawiki",
        ])
        .collect();
    for folder in [
        "rss",
        "slack",
        "gitter",
        "mattermost",
        "rocketchat",
        "supybot",
        "telegram",
    ] {
        let Some(files) = files_of(folder) else {
            return;
        };
        for file in files {
            let found = detected(&file);
            let is_taken = found.is_some_and(|format| own.contains(&format));
            assert!(!is_taken, "{} by {found:?}", file.display());
        }
    }
}

#[test]
fn reddit_dump_with_the_longest_window_is_read_unless_the_limit_is_lowered() {
    let line = format!("{}\n", REDDIT.lines().next().unwrap());
    // A frame with a window of 2^31 bytes and one raw block, which is the last.
    let mut packed = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, (31 - 10) << 3];
    packed.extend_from_slice(&((line.len() as u32) << 3 | 1).to_le_bytes()[..3]);
    packed.extend_from_slice(line.as_bytes());
    let folder = crate::testing::folder_of(&[("RC_2017-07.zst", &packed)]);
    let import = |window_log_max| {
        let limits = Limits {
            zstd_window_log_max: window_log_max,
            ..Limits::default()
        };
        let options = InputOptions {
            limits,
            ..InputOptions::default()
        };
        let input = Input::open(folder.path(), options).unwrap();
        let mut collected = Collected::default();
        let result = crate::importer("reddit").unwrap().import(
            &input,
            &crate::testing::options(),
            &mut collected,
        );
        (
            collected.posts.len(),
            result.map_err(|error| error.to_string()),
        )
    };
    let (_, refused) = import(27);
    assert!(refused.unwrap_err().contains("raise the zstd window limit"));
    assert_eq!(import(Limits::default().zstd_window_log_max), (1, Ok(())));
}

#[test]
fn hostile_lines_cost_themselves_only() {
    let start = r#"{"id":"a","link_id":"t3_b","subreddit":"s","author":"Anna","created_utc":1500000000,"body":"#;
    let hostile = [
        format!("{start}{}{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{start}\"{}\"}}", "x".repeat(1 << 20)),
        format!("{start}\"\\ud800\"}}"),
        format!("{start}\"\\u0000\"}}"),
        format!("{start}{{\"a\":1}}}}"),
        "[]".to_string(),
        "7".to_string(),
        format!("{start}\"last\"}}"),
    ];
    let text = hostile.join("\n");
    let (collected, result) = import_files("reddit", &[("a.jsonl", text.as_bytes())]);
    result.unwrap();
    collected.assert_balanced();
    assert_eq!(
        collected.posts.last().unwrap().body.as_deref(),
        Some("last")
    );
}
