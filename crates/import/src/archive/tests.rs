use std::path::{Path, PathBuf};

use crate::testing::{Collected, import_files, import_path, real_data, records};
use crate::{detect, importers};
use entangle_dump::{Input, InputOptions, Limits};
use expect_test::expect;

const REDDIT: &str = r#"{"id":"abc","subreddit":"rust","author":"Anna","created_utc":1500000000,"title":"A &amp; B","selftext":"mail a@b.org &gt; no","edited":false,"author_flair":null}
{"id":"c1","link_id":"t3_abc","parent_id":"t3_abc","subreddit":"rust","author":"[deleted]","created_utc":"1500000100","body":"[removed]","edited":1500000200.0}
{"id":"c3", "body": "broken
{"id":"c2","link_id":"t3_abc","parent_id":"t1_c1","subreddit":"rust","author":"Ben","created_utc":1500000300,"body":"&gt; said\n\nanswer"}
{"id":"x","subreddit":"rust"}
"#;

const HACKER_NEWS: &str = r#"{"by":"dhouston","descendants":71,"id":8863,"kids":[9224],"score":104,"time":1175714200,"title":"My YC app","type":"story","url":"http://a.example/"}
{"by":"norvig","id":9224,"parent":8863,"text":"Aw shucks<p>more &#x27;text&#x27;","time":1314211127,"type":"comment"}
{"deleted":true,"id":9225,"parent":8863,"time":1314211128,"type":"comment"}
{"about":"mail me: a@b.org","created":1173923446,"delay":0,"id":"jl","karma":2937,"submitted":[8265435]}
"#;

const CONVOKIT: &str = r#"{"id": "a", "conversation_id": "a", "text": "Hello", "speaker": "Anna", "meta": {"title": "T"}, "reply-to": null, "timestamp": 1500000000}
{"id": "b", "root": "a", "text": "Hi", "user": {"id": "Ben"}, "meta": {}, "reply_to": "a", "timestamp": "None"}
"#;

const AIL: &str = r#"{"source":"ail_feeder_telegram","source-uuid":"9c","meta":{"id":7,"date":{"datestamp":"2024-01-01 00:00:00","timestamp":1704067200.0,"timezone":"UTC"},"reply_to":6,"chat":{"id":100,"name":"Room","type":"channel"},"sender":{"id":5,"username":"anna","phone":"1","access_hash":3},"media":{"name":"x"}},"data":"hello"}
{"source":"x","source-uuid":"9c","data-sha256":"00","meta":{"id":8,"chat":{"id":100}},"data":"H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=="}
{"source":"x","source-uuid":"9c","data-sha256":"00","meta":{"id":9,"chat":{"id":100}},"data":"!!"}
{"source":"x","source-uuid":"9c","meta":{"crawled":true},"data":"page"}
"#;

const FLARE: &str = r#"{"event_type":"chat_message","data":{"posted_at":"2025-01-01T00:00:00","actor":{"id":"74","name":"cathy"},"context":{"conversation_id":"end","conversation_name":"chat"},"content":"text"},"metadata":{"uid":"chat_message/telegram/1","severity":"info"}}
{"id":"7","title":"Title","actor":"Leak","actor_id":null,"actor_name":"Leak","category_name":"Databases","content":"post","posted_at":"2025-10-28T18:50:57.328427+05:30","topic_id":"9","topic_title":"Title","header":{"es_score":1.0,"type":"forum_post","source":"dark","uid":"forum_post/dark/7","parent_uid":"forum_topic/dark/9"},"metadata":{"source":"dark"}}
{"activity":{"data":{"uid":"seller/market/v","actor_id":"v","actor_name":"V","about":"mail v@b.org","metadata":{"source":"market"}},"header":{"type":"seller","uid":"seller/market/v","source":"market"}}}
{"activity":{"data":{"uid":"listing/market/1","description":"good","title":"T","seller_id":"v","seller_name":"V","metadata":{"source":"market","estimated_created_at":"2025-03-12T09:15:00Z"}},"header":{"type":"listing","uid":"listing/market/1","source":"market"}}}
"#;

const CRIMEBB_POSTS: &str = "IdPost,Site,Thread,Author,AuthorName,Timestamp,Content,CitedPost\n1,0,5,9,Anna,2016-01-01 10:00:00+00,\"hello, icq 123456789\",\n2,0,5,-1,,2016-01-01 11:00:00+00,guest,\n";
const CRIMEBB_MEMBERS: &str = "IdMember\tSite\tUsername\tRegistrationDate\tSignature\n9\t0\tAnna\t2015-01-01\tjabber: anna@b.org\n";
const CRIMEBB_SECOND: &str = "id\tsite_id\tboard_id\tthread_id\tcreator_id\tcreator\tcontent\tcreated_on\n1\t3\t4\t5\t6\tBen\ttext\t2021-01-01 00:00:00\n";
const FOUR_CAT: &str = "thread_id,id,timestamp,unix_timestamp,body,subject,author,author_id,image_file\n1,1,2020-01-01 00:00:00,1577836800,\"first\",Sub,Anna,,a.png\n1,2,2020-01-01 00:01:00,1577836860,>>1,,Anonymous,,\n";
const MARKET: &str = "hash_str,marketplace,title,vendor,vendor_hash,total_sales,first_observed,last_observed,description\nh1,Alpha,Item,Vend,x,3,2016-05-01,2016-06-01,text of it\n";

const EXAMPLES: [(&str, &str, &str); 10] = [
    ("reddit", "RC_2017-07", REDDIT),
    ("hacker_news", "items.jsonl", HACKER_NEWS),
    ("convokit", "utterances.jsonl", CONVOKIT),
    ("ail", "feed.jsonl", AIL),
    ("flare", "events.jsonl", FLARE),
    ("crimebb", "post.csv", CRIMEBB_POSTS),
    ("crimebb", "members.csv", CRIMEBB_MEMBERS),
    ("crimebb", "posts.csv", CRIMEBB_SECOND),
    ("four_cat", "4cat.csv", FOUR_CAT),
    ("darknet_market", "items.csv", MARKET),
];

#[test]
fn small_examples_become_records() {
    let out: String = EXAMPLES
        .iter()
        .map(|(format, name, text)| format!("== {format}\n{}", records(format, &[(name, text)])))
        .collect();
    expect![[r#"
        == reddit
        asked account 2
        asked thread 1
        asked post 4
        asked unknown 1
        account name:Anna Some("Anna")
        account name:Ben Some("Ben")
        thread t3_abc by="name:Anna" board="rust" title="A & B" started=2017-07-14T02:40:00Z
        post t3_abc opening by="name:Anna" in="t3_abc" at=2017-07-14T02:40:00Z body="mail a@b.org > no" quoted=0 links=0
        post t1_c1 reply in="t3_abc" answers="t3_abc" at=2017-07-14T02:41:40Z edited=2017-07-14T02:43:20Z quoted=0 links=0
        post t1_c2 reply by="name:Ben" in="t3_abc" answers="t1_c1" at=2017-07-14T02:45:00Z body="answer" quoted=5 links=0
        identifier name:Anna email a@b.org mentioned in="t3_abc"
        unreadable post at RC_2017-07 322..349 line 3: a line break stands inside a string
        reject unknown at RC_2017-07 489..518 line 5: it is no kind of record that the importer knows
        == hacker_news
        asked account 3
        asked thread 1
        asked post 3
        account name:dhouston Some("dhouston")
        account name:norvig Some("norvig")
        account name:jl Some("jl") registered=2007-03-15T01:50:46Z about="mail me: a@b.org" reputation=2937
        thread 8863 by="name:dhouston" title="My YC app" started=2007-04-04T19:16:40Z
        post 8863 opening by="name:dhouston" in="8863" at=2007-04-04T19:16:40Z quoted=0 links=0
        post 9224 reply by="name:norvig" answers="8863" at=2011-08-24T18:38:47Z body="Aw shucks\nmore 'text'" quoted=0 links=0
        post 9225 reply answers="8863" at=2011-08-24T18:38:48Z quoted=0 links=0
        identifier name:jl email a@b.org profile
        == convokit
        asked account 2
        asked thread 1
        asked post 2
        account name:Anna Some("Anna")
        account name:Ben Some("Ben")
        thread a by="name:Anna" title="T" started=2017-07-14T02:40:00Z
        post a opening by="name:Anna" in="a" at=2017-07-14T02:40:00Z body="Hello" quoted=0 links=0
        post b reply by="name:Ben" in="a" answers="a" body="Hi" quoted=0 links=0
        reject post.posted_at at utterances.jsonl 139..250 line 2: the instant cannot be read
        == ail
        asked account 1
        asked thread 1
        asked post 3
        asked unknown 1
        account 5 Some("anna")
        thread 100 board="Room" title="Room"
        post 100:7 message by="5" in="100" answers="100:6" at=2024-01-01T00:00:00Z body="hello" quoted=0 links=0
        post 100:8 message in="100" body="hello" quoted=0 links=0
        post 100:9 message in="100" quoted=0 links=0
        reject post.body at feed.jsonl 448..546 line 3: the text is not in the encoding that it ought to be in
        reject unknown at feed.jsonl 547..618 line 4: it is no kind of record that the importer knows
        == flare
        asked account 3
        asked thread 3
        asked post 3
        account telegram:74 Some("cathy")
        account dark:Leak Some("Leak")
        account market:v Some("V") about="mail v@b.org"
        thread telegram:end board="chat" title="chat"
        thread dark:9 board="Databases" title="Title"
        thread listing/market/1 by="market:v" board="market" title="T"
        post chat_message/telegram/1 message by="telegram:74" in="telegram:end" at=2025-01-01T00:00:00Z body="text" quoted=0 links=0
        post forum_post/dark/7 reply by="dark:Leak" in="dark:9" at=2025-10-28T13:20:57.328427Z body="post" quoted=0 links=0
        post listing/market/1 opening by="market:v" in="listing/market/1" body="good" quoted=0 links=0
        identifier market:v email v@b.org profile
        reject post.posted_at at events.jsonl 0..250 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
        == crimebb
        asked account 1
        asked thread 1
        asked post 2
        account 0:9 Some("Anna")
        thread 0:5
        post 0:1 reply by="0:9" in="0:5" at=2016-01-01T10:00:00Z body="hello, icq 123456789" quoted=0 links=0
        post 0:2 reply in="0:5" at=2016-01-01T11:00:00Z body="guest" quoted=0 links=0
        identifier 0:9 icq 123456789 mentioned in="0:1"
        == crimebb
        asked account 1
        account 0:9 Some("Anna") registered=2015-01-01T00:00:00Z
        identifier 0:9 jabber anna@b.org signature
        reject account.registered_at at members.csv 50..88 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == crimebb
        asked account 1
        asked thread 1
        asked post 1
        account 3:6 Some("Ben")
        thread 3:5
        post 3:1 reply by="3:6" in="3:5" at=2021-01-01T00:00:00Z body="text" quoted=0 links=0
        reject post.posted_at at posts.csv 68..106 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == four_cat
        asked account 1
        asked thread 1
        asked post 2
        account name:Anna Some("Anna")
        thread 1 by="name:Anna" title="Sub" started=2020-01-01T00:00:00Z
        post 1 opening by="name:Anna" in="1" at=2020-01-01T00:00:00Z body="first" quoted=0 links=0
        post 2 reply in="1" at=2020-01-01T00:01:00Z quoted=1 links=0
        == darknet_market
        asked account 1
        asked thread 1
        asked post 1
        account Alpha:Vend Some("Vend")
        thread h1 by="Alpha:Vend" board="Alpha" title="Item" started=2016-05-01T00:00:00Z
        post h1 opening by="Alpha:Vend" in="h1" at=2016-05-01T00:00:00Z body="text of it" quoted=0 links=0
        reject post.posted_at at items.csv 99..154 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
    "#]].assert_eq(&out);
}

#[test]
fn any_prefix_of_an_example_is_balanced() {
    for (format, name, text) in EXAMPLES {
        for length in (0..=text.len()).filter(|length| text.is_char_boundary(*length)) {
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
        askbot/askbot_question.html: the input holds nothing that askbot reads
        askbot/askbot_question_empty.html: the input holds nothing that askbot reads
        askbot/askbot_question_multipage_1.html: the input holds nothing that askbot reads
        askbot/askbot_question_multipage_2.html: the input holds nothing that askbot reads
        askbot/html_148_comments_answer_2_openstack.html: the input holds nothing that askbot reads
        askbot/html_16_multicomment_answer_1_openstack.html: the input holds nothing that askbot reads
        askbot/html_24396_multipage_2_openstack.html: the input holds nothing that askbot reads
        askbot/html_24396_multipage_3_openstack.html: the input holds nothing that askbot reads
        askbot/html_24396_multipage_4_openstack.html: the input holds nothing that askbot reads
        askbot/html_24396_multipage_openstack.html: the input holds nothing that askbot reads
        askbot/html_26830_comments_question_openstack.html: the input holds nothing that askbot reads
        askbot/html_7893_answer_3_updated.html: the input holds nothing that askbot reads
        askbot/html_country_and_website.html: the input holds nothing that askbot reads
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
fn reddit_dump_with_the_longest_window_needs_the_limit_raised() {
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
    assert_eq!(import(31), (1, Ok(())));
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
