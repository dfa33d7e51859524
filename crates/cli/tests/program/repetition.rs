//! The same input again, inputs that overlap, earlier snapshots, and two imports at once.

use serde_json::{Value, json};

use super::support::{Folder, Run, post_lines};

/// A Telegram Desktop export of a group, with the messages of these numbers.
fn telegram_export(numbers: std::ops::Range<u64>) -> String {
    let messages: Vec<Value> = numbers
        .map(|number| {
            json!({
                "id": number, "type": "message", "date": "2021-03-04T05:06:07", "date_unixtime": "1614834367",
                "from": format!("Member {}", number % 4), "from_id": format!("user{}", 100 + number % 4),
                "text": format!("message number {number}"),
            })
        })
        .collect();
    json!({ "name": "Group", "type": "private_supergroup", "id": 77, "messages": messages })
        .to_string()
}

/// The tables that hold what was imported.
fn record_counts(status: &Value) -> Vec<&Value> {
    ["sources", "accounts", "threads", "posts", "identifiers"]
        .iter()
        .map(|table| &status["tables"][table])
        .collect()
}

#[test]
fn an_input_imported_twice_changes_no_count() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..50));
    folder.import("dump.jsonl", "board").succeeded();
    let first = folder.status();
    let again = folder.json(&[
        "import",
        "dump.jsonl",
        "--source",
        "board",
        "--kind",
        "cybercrime",
    ]);
    assert_eq!(again["records"]["post"]["mapped"], 0);
    assert_eq!(again["records"]["post"]["duplicate"], 50);
    let second = folder.status();
    assert_eq!(record_counts(&first), record_counts(&second));
    assert_eq!(second["tables"]["posts"], 50);
    assert_eq!(second["tables"]["accounts"], 3);
}

#[test]
fn overlapping_exports_give_every_message_once() {
    let folder = Folder::new();
    folder.write("march/result.json", telegram_export(0..40));
    folder.write("april/result.json", telegram_export(25..60));
    folder.import("march", "group").succeeded();
    let april = folder.json(&[
        "import",
        "april",
        "--source",
        "group",
        "--kind",
        "cybercrime",
    ]);
    assert_eq!(april["records"]["post"]["mapped"], 20);
    assert_eq!(april["records"]["post"]["duplicate"], 15);
    let after_both = folder.status();
    assert_eq!(after_both["tables"]["posts"], 60);
    assert_eq!(after_both["tables"]["accounts"], 4);
    folder.import("march", "group").succeeded();
    folder.import("april", "group").succeeded();
    assert_eq!(record_counts(&folder.status()), record_counts(&after_both));
}

#[test]
fn identifiers_alone_are_an_import_and_again_change_nothing() {
    let folder = Folder::new();
    let table =
        "account_native_id,kind,value,role\n1,jabber,anna@jabber.ru,signature\n1,nonsense\n";
    folder.write("identifiers.csv", table);
    for new_identifiers in [1, 0] {
        let import = [
            "import",
            "identifiers.csv",
            "--source",
            "board",
            "--kind",
            "cybercrime",
        ];
        let summary = folder.json(&import);
        assert_eq!(summary["identifiers"], new_identifiers, "{summary}");
        assert_eq!(summary["records"]["unknown"]["rejected"], 1, "{summary}");
        assert_eq!(folder.row_count("identifiers"), 1);
    }
}

#[test]
fn an_earlier_snapshot_keeps_its_rows() {
    let folder = Folder::new();
    folder.write("first.jsonl", post_lines(0..10));
    folder.write("second.jsonl", post_lines(10..35));
    folder.import("first.jsonl", "board").succeeded();
    folder.import("second.jsonl", "board").succeeded();
    for (snapshot, posts) in [("1", 10), ("2", 35)] {
        let status = folder.json(&["status", "--snapshot", snapshot]);
        assert_eq!(status["tables"]["posts"], posts);
        let counted = folder.json(&[
            "sql",
            "SELECT count(*) AS posts FROM posts",
            "--snapshot",
            snapshot,
        ]);
        assert_eq!(counted["posts"], posts);
    }
    folder
        .run(&["status", "--snapshot", "9"])
        .failed(2, &["there is no snapshot 9", "hint: "]);
}

#[test]
fn imports_of_two_sources_at_the_same_time_both_land() {
    let folder = Folder::new();
    folder.write("left.jsonl", post_lines(0..3000));
    folder.write("right.jsonl", post_lines(0..2000));
    let start =
        |path, source| folder.spawn(&["import", path, "--source", source, "--kind", "cybercrime"]);
    for child in [start("left.jsonl", "left"), start("right.jsonl", "right")] {
        Run::of(child.wait_with_output().unwrap()).succeeded();
    }
    let status = folder.status();
    assert_eq!(status["tables"]["sources"], 2);
    assert_eq!(status["tables"]["posts"], 5000);
    assert_eq!(status["snapshot"], 2);
}

#[test]
fn imports_of_one_source_at_the_same_time_give_the_rows_once() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..3000));
    let start = || {
        folder.spawn(&[
            "import",
            "dump.jsonl",
            "--source",
            "board",
            "--kind",
            "cybercrime",
            "--json",
        ])
    };
    let (mut mapped, mut duplicate) = (0, 0);
    for child in [start(), start()] {
        let run = Run::of(child.wait_with_output().unwrap()).succeeded();
        let summary: Value = serde_json::from_str(&run.stdout).unwrap();
        mapped += summary["records"]["post"]["mapped"].as_u64().unwrap();
        duplicate += summary["records"]["post"]["duplicate"].as_u64().unwrap();
    }
    assert_eq!((mapped, duplicate), (3000, 3000));
    let status = folder.status();
    assert_eq!(status["tables"]["posts"], 3000);
    assert_eq!(status["tables"]["sources"], 1);
    assert_eq!(status["tables"]["accounts"], 3);
}

#[test]
fn a_saved_page_with_an_edited_post_keeps_both_texts() {
    let folder = Folder::new();
    for (name, body) in [("first", "First text"), ("later", "Changed text")] {
        folder.write(
            &format!("{name}/thread.html"),
            format!(
                "<!DOCTYPE html><html id=\"XF\" lang=\"en\"><head><link rel=\"canonical\" \
                 href=\"https://f.example/threads/hello.42/\"></head><body>\
                 <article class=\"message message--post\" data-author=\"anna\" data-content=\"post-100\">\
                 <h4 class=\"message-name\"><a class=\"username\" data-user-id=\"7\">anna</a></h4>\
                 <div class=\"message-body\"><div class=\"bbWrapper\">{body}</div></div></article></body></html>"
            ),
        );
    }
    for (page, versions) in [("first", 0), ("later", 1), ("later", 0), ("first", 0)] {
        let arguments = [
            "import", page, "--source", "board", "--kind", "public", "--json",
        ];
        let run = folder.run(&arguments).succeeded();
        let summary: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(summary["post_versions"], versions, "{page}: {summary}");
    }
    assert_eq!(folder.row_count("posts"), 1);
    assert_eq!(folder.row_count("post_versions"), 1);
}

#[test]
fn a_guessed_mapping_previews_and_imports_tables() {
    let folder = Folder::new();
    folder.write(
        "dump/members.csv",
        "uid,username,regdate,passwd\n1,anna,1300000000,SECRET\n2,ben,1300000100,SECRET\n",
    );
    let toml = folder
        .run(&["import", "dump", "--guess"])
        .succeeded()
        .stdout;
    folder.write("mapping.toml", toml);
    let preview = folder
        .run(&["import", "dump", "--mapping", "mapping.toml", "--dry-run"])
        .succeeded()
        .stdout;
    assert!(preview.contains("account 1 name=\"anna\""), "{preview}");
    assert!(!preview.contains("SECRET"), "{preview}");
    assert!(!folder.path().join(".entangle").exists());
    let arguments = [
        "import",
        "dump",
        "--mapping",
        "mapping.toml",
        "--source",
        "board",
        "--kind",
        "leak",
    ];
    folder.run(&arguments).succeeded();
    assert_eq!(folder.row_count("accounts"), 2);
}
