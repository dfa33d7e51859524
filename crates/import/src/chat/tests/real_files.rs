//! The real files of the systems: exact counts, and which importer takes which.

use entangle_dump::{Input, InputOptions};
use entangle_model::record::PostKind;
use expect_test::expect;
use std::fmt::Write;

use crate::testing::{Collected, import_path, real_data};
use crate::{Sample, importers};

fn counts(collected: &Collected) -> String {
    let notice_count = collected
        .posts
        .iter()
        .filter(|post| post.kind == PostKind::Notice)
        .count();
    let count_of = |wanted: fn(&entangle_model::record::Post) -> bool| {
        collected.posts.iter().filter(|post| wanted(post)).count()
    };
    format!(
        "{} posts ({notice_count} notices, {} with text, {} with author, {} with time, {} answers), {} accounts, {} threads, {} unreadable, {} rejects",
        collected.posts.len(),
        count_of(|post| post.body.is_some()),
        count_of(|post| post.account_native_id.is_some()),
        count_of(|post| post.posted_at.is_some()),
        count_of(|post| post.parent_native_id.is_some()),
        collected.accounts.len(),
        collected.threads.len(),
        collected.unreadable.len(),
        collected.rejects.len(),
    )
}

fn real_counts(format: &str, parts: &[&str]) -> Option<String> {
    let mut table = String::new();
    for part in parts {
        let (collected, result) = import_path(format, &real_data(part)?);
        result.unwrap();
        collected.assert_balanced();
        writeln!(table, "{part}: {}", counts(&collected)).unwrap();
    }
    Some(table)
}

#[test]
fn real_telegram_files_have_their_messages() {
    let channels = real_counts(
        "telegram_channel",
        &[
            "telegram/channels",
            "telegram/channels/1001032086354_messages.json",
        ],
    );
    let Some(channels) = channels else { return };
    expect![[r#"
        telegram/channels: 1944 posts (0 notices, 1944 with text, 1944 with author, 1944 with time, 0 answers), 2 accounts, 2 threads, 0 unreadable, 0 rejects
        telegram/channels/1001032086354_messages.json: 944 posts (0 notices, 944 with text, 944 with author, 944 with time, 0 answers), 1 accounts, 1 threads, 0 unreadable, 0 rejects
    "#]].assert_eq(&channels);
    let updates = real_counts(
        "telegram_api",
        &[
            "perceval/telegram",
            "perceval/telegram/telegram_messages.json",
            "perceval/telegram/telegram_messages_next.json",
            "perceval/telegram/telegram_messages_empty.json",
        ],
    );
    expect![[r#"
        perceval/telegram: 6 posts (0 notices, 6 with text, 6 with author, 6 with time, 0 answers), 3 accounts, 3 threads, 0 unreadable, 0 rejects
        perceval/telegram/telegram_messages.json: 3 posts (0 notices, 3 with text, 3 with author, 3 with time, 0 answers), 2 accounts, 2 threads, 0 unreadable, 0 rejects
        perceval/telegram/telegram_messages_next.json: 3 posts (0 notices, 3 with text, 3 with author, 3 with time, 0 answers), 2 accounts, 2 threads, 0 unreadable, 0 rejects
        perceval/telegram/telegram_messages_empty.json: 0 posts (0 notices, 0 with text, 0 with author, 0 with time, 0 answers), 0 accounts, 0 threads, 0 unreadable, 0 rejects
    "#]].assert_eq(&updates.unwrap());
}

#[test]
fn real_telegram_pages_have_the_messages_of_the_json_export() {
    let Some(folder) = real_data("telegram/desktop_export") else {
        return;
    };
    let (html, result) = import_path("telegram_html", &folder.join("telegram-test-html"));
    result.unwrap();
    html.assert_balanced();
    let (json, result) = import_path("telegram_desktop", &folder.join("telegram-test-json"));
    result.unwrap();
    let describe = |collected: &Collected| {
        let names = |id: &str| {
            let account = collected
                .accounts
                .iter()
                .find(|account| account.native_id == id);
            account.unwrap().name.clone()
        };
        let posts: Vec<String> = collected
            .posts
            .iter()
            .map(|post| {
                format!(
                    "{} {} {:?} {:?} {:?} links={} files={}",
                    post.native_id.rsplit(':').next().unwrap(),
                    post.kind.as_str(),
                    post.account_native_id.as_deref().and_then(names),
                    // Events have a day in HTML, and no time.
                    post.posted_at.filter(|_| post.kind != PostKind::Notice),
                    post.body,
                    post.link_count,
                    post.attachment_count,
                )
            })
            .collect();
        posts.join("\n")
    };
    assert_eq!(describe(&html), describe(&json));
    expect!["12 posts (4 notices, 5 with text, 12 with author, 8 with time, 0 answers), 2 accounts, 1 threads, 0 unreadable, 1 rejects"].assert_eq(&counts(&html));
}

#[test]
fn real_files_of_work_chats_have_their_messages() {
    let Some(slack) = real_counts(
        "slack",
        &[
            "perceval/slack",
            "perceval/slack/slack_history.json",
            "perceval/slack/slack_history_next.json",
            "perceval/slack/slack_history_20150323.json",
            "perceval/slack/slack_user_U0001.json",
            "perceval/slack/slack_info.json",
        ],
    ) else {
        return;
    };
    expect![[r#"
        perceval/slack: 14 posts (2 notices, 12 with text, 14 with author, 14 with time, 0 answers), 5 accounts, 2 threads, 0 unreadable, 0 rejects
        perceval/slack/slack_history.json: 7 posts (1 notices, 6 with text, 7 with author, 7 with time, 0 answers), 4 accounts, 0 threads, 0 unreadable, 0 rejects
        perceval/slack/slack_history_next.json: 2 posts (0 notices, 2 with text, 2 with author, 2 with time, 0 answers), 2 accounts, 0 threads, 0 unreadable, 0 rejects
        perceval/slack/slack_history_20150323.json: 5 posts (1 notices, 4 with text, 5 with author, 5 with time, 0 answers), 4 accounts, 0 threads, 0 unreadable, 0 rejects
        perceval/slack/slack_user_U0001.json: 0 posts (0 notices, 0 with text, 0 with author, 0 with time, 0 answers), 1 accounts, 0 threads, 0 unreadable, 0 rejects
        perceval/slack/slack_info.json: 0 posts (0 notices, 0 with text, 0 with author, 0 with time, 0 answers), 0 accounts, 1 threads, 0 unreadable, 0 rejects
    "#]].assert_eq(&slack);
    let mattermost = real_counts(
        "mattermost",
        &[
            "perceval/mattermost",
            "perceval/mattermost/mattermost_posts.json",
            "perceval/mattermost/mattermost_posts_next.json",
            "perceval/mattermost/mattermost_posts_empty.json",
        ],
    );
    expect![[r#"
        perceval/mattermost: 9 posts (2 notices, 7 with text, 9 with author, 9 with time, 1 answers), 2 accounts, 2 threads, 0 unreadable, 0 rejects
        perceval/mattermost/mattermost_posts.json: 5 posts (0 notices, 5 with text, 5 with author, 5 with time, 1 answers), 2 accounts, 1 threads, 0 unreadable, 0 rejects
        perceval/mattermost/mattermost_posts_next.json: 4 posts (2 notices, 2 with text, 4 with author, 4 with time, 0 answers), 2 accounts, 1 threads, 0 unreadable, 0 rejects
        perceval/mattermost/mattermost_posts_empty.json: 0 posts (0 notices, 0 with text, 0 with author, 0 with time, 0 answers), 0 accounts, 0 threads, 0 unreadable, 0 rejects
    "#]].assert_eq(&mattermost.unwrap());
}

#[test]
fn real_files_of_community_chats_have_their_messages() {
    let rocketchat = real_counts(
        "rocketchat",
        &[
            "perceval/rocketchat",
            "perceval/rocketchat/message_page_1.json",
            "perceval/rocketchat/message_page_2.json",
            "perceval/rocketchat/message_page_2020_05_03.json",
            "perceval/rocketchat/channel_info.json",
        ],
    );
    let Some(rocketchat) = rocketchat else {
        return;
    };
    expect![[r#"
        perceval/rocketchat: 4 posts (0 notices, 4 with text, 4 with author, 4 with time, 1 answers), 2 accounts, 1 threads, 0 unreadable, 1 rejects
        perceval/rocketchat/message_page_1.json: 1 posts (0 notices, 1 with text, 1 with author, 1 with time, 0 answers), 1 accounts, 1 threads, 0 unreadable, 1 rejects
        perceval/rocketchat/message_page_2.json: 2 posts (0 notices, 2 with text, 2 with author, 2 with time, 1 answers), 2 accounts, 1 threads, 0 unreadable, 0 rejects
        perceval/rocketchat/message_page_2020_05_03.json: 1 posts (0 notices, 1 with text, 1 with author, 1 with time, 0 answers), 1 accounts, 1 threads, 0 unreadable, 0 rejects
        perceval/rocketchat/channel_info.json: 0 posts (0 notices, 0 with text, 0 with author, 0 with time, 0 answers), 0 accounts, 1 threads, 0 unreadable, 0 rejects
    "#]].assert_eq(&rocketchat);
    let gitter = real_counts(
        "gitter",
        &[
            "perceval/gitter",
            "perceval/gitter/message_page_1",
            "perceval/gitter/message_page_2",
            "perceval/gitter/message_empty",
            "perceval/gitter/rooms",
        ],
    );
    expect![[r#"
        perceval/gitter: 2 posts (0 notices, 2 with text, 2 with author, 2 with time, 0 answers), 1 accounts, 2 threads, 0 unreadable, 0 rejects
        perceval/gitter/message_page_1: 1 posts (0 notices, 1 with text, 1 with author, 1 with time, 0 answers), 1 accounts, 0 threads, 0 unreadable, 0 rejects
        perceval/gitter/message_page_2: 1 posts (0 notices, 1 with text, 1 with author, 1 with time, 0 answers), 1 accounts, 0 threads, 0 unreadable, 0 rejects
        perceval/gitter/message_empty: 0 posts (0 notices, 0 with text, 0 with author, 0 with time, 0 answers), 0 accounts, 0 threads, 0 unreadable, 0 rejects
        perceval/gitter/rooms: 0 posts (0 notices, 0 with text, 0 with author, 0 with time, 0 answers), 0 accounts, 2 threads, 0 unreadable, 0 rejects
    "#]].assert_eq(&gitter.unwrap());
}

#[test]
fn real_irc_logs_have_their_lines() {
    let supybot = real_counts(
        "irc_supybot",
        &[
            "perceval/supybot/supybot_2012_10_17.log",
            "perceval/supybot/supybot_2012_10_18.log",
            "perceval/supybot/supybot_date_without_tz.log",
            "perceval/supybot/supybot_invalid_date.log",
            "perceval/supybot/supybot_invalid_msg.log",
            "perceval/supybot/supybot_valid.log",
        ],
    );
    let Some(supybot) = supybot else { return };
    expect![[r#"
        perceval/supybot/supybot_2012_10_17.log: 9 posts (2 notices, 5 with text, 9 with author, 9 with time, 0 answers), 4 accounts, 1 threads, 0 unreadable, 3 rejects
        perceval/supybot/supybot_2012_10_18.log: 8 posts (4 notices, 4 with text, 8 with author, 8 with time, 0 answers), 7 accounts, 1 threads, 0 unreadable, 0 rejects
        perceval/supybot/supybot_date_without_tz.log: 3 posts (1 notices, 2 with text, 3 with author, 3 with time, 0 answers), 3 accounts, 1 threads, 0 unreadable, 1 rejects
        perceval/supybot/supybot_invalid_date.log: 8 posts (3 notices, 5 with text, 8 with author, 8 with time, 0 answers), 5 accounts, 1 threads, 1 unreadable, 0 rejects
        perceval/supybot/supybot_invalid_msg.log: 8 posts (4 notices, 4 with text, 8 with author, 8 with time, 0 answers), 5 accounts, 1 threads, 0 unreadable, 1 rejects
        perceval/supybot/supybot_valid.log: 97 posts (46 notices, 53 with text, 97 with author, 97 with time, 0 answers), 40 accounts, 1 threads, 0 unreadable, 1 rejects
    "#]].assert_eq(&supybot);
}

/// Parts of the real data, of systems of chats and of others.
const RECOGNISED_PARTS: &[&str] = &[
    "telegram/channels",
    "telegram/desktop_export/telegram-test-html",
    "telegram/desktop_export/telegram-test-json",
    "telegram/desktop_export",
    "telegram/hand_made",
    "perceval/telegram",
    "perceval/slack",
    "perceval/mattermost",
    "perceval/rocketchat",
    "perceval/gitter",
    "perceval/supybot",
    "perceval/discourse",
    "perceval/stackexchange",
    "perceval/askbot",
    "perceval/groupsio",
    "perceval/hyperkitty",
    "perceval/mbox",
    "perceval/mediawiki",
    "perceval/nntp",
    "perceval/pipermail",
    "perceval/rss",
    "sql",
    "handles",
    "forum_pages",
    "misp_galaxy",
    "stackexchange/alcohol.meta",
    "udhr",
    "warc",
];

#[test]
fn real_data_are_recognised_by_their_own_importer_alone() {
    let mut table = String::new();
    for part in RECOGNISED_PARTS {
        let Some(path) = real_data(part) else { return };
        let input = Input::open(path, InputOptions::default()).unwrap();
        let sample = Sample::of(&input).unwrap();
        let found: Vec<String> = importers()
            .iter()
            .map(|importer| (importer.name(), importer.detect(&sample)))
            .filter(|(_, confidence)| *confidence > 0.0)
            .map(|(name, confidence)| format!("{name} {confidence:.2}"))
            .collect();
        writeln!(table, "{part}: {}", found.join(", ")).unwrap();
    }
    expect![[r#"
        telegram/channels: telegram_channel 0.95
        telegram/desktop_export/telegram-test-html: telegram_html 0.95
        telegram/desktop_export/telegram-test-json: telegram_desktop 0.95
        telegram/desktop_export: telegram_desktop 0.95
        telegram/hand_made: telegram_desktop 0.95
        perceval/telegram: telegram_api 0.95
        perceval/slack: slack 0.95
        perceval/mattermost: mattermost 0.95
        perceval/rocketchat: rocketchat 0.95
        perceval/gitter: gitter 0.95
        perceval/supybot: irc_supybot 0.95
        perceval/discourse: discourse 0.95
        perceval/stackexchange: stackexchange_api 0.95
        perceval/askbot: askbot 0.95
        perceval/groupsio: mail 0.95
        perceval/hyperkitty: mail 0.95
        perceval/mbox: mail 0.95
        perceval/mediawiki: mediawiki 0.95
        perceval/nntp: mail 0.90
        perceval/pipermail: mail 0.95
        perceval/rss: feed 0.95
        sql: phpbb_database 0.95, smf_database 0.95
        handles: 
        forum_pages: forum_pages 0.95
        misp_galaxy: 
        stackexchange/alcohol.meta: stackexchange 0.95
        udhr: 
        warc: forum_pages 0.30
    "#]]
    .assert_eq(&table);
}
