//! Deletion on request: afterwards no file of the workspace holds the account, whatever happened in
//! between, and no import brings it back.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use entangle_engine::reader::read_parquet;
use serde_json::{Value, json};

use super::support::Folder;

const NAME: &str = "Quillfeather9";
const FORMER_NAME: &str = "Ostrichplume4";
const CONTACT: &str = "quillfeather9@xylograph-mail.com";
const BODY: &str = "lanternfish";
const TITLE: &str = "marmalade zeppelin";
/// What must be gone; the contact and the text are in tables of their own.
const TRACES: [&str; 5] = [NAME, FORMER_NAME, CONTACT, BODY, TITLE];

/// A source in which an account stands among others.
fn lines(source: &str) -> String {
    let account = |native_id: &str, name: &str| {
        json!({ "type": "account", "native_id": native_id, "name": name,
                "registered_at": "2014-05-01T00:00:00Z" })
    };
    let post = |native_id: String, author: &str, body: String| {
        json!({ "type": "post", "native_id": native_id, "account_native_id": author,
                "thread_native_id": "t1", "posted_at": "2015-06-01T12:00:00Z", "body": body })
    };
    let mut lines = vec![
        account("7", NAME),
        json!({ "type": "former_name", "account_native_id": "7", "name": FORMER_NAME }),
        json!({ "type": "identifier", "account_native_id": "7", "kind": "email", "value": CONTACT }),
        json!({ "type": "thread", "native_id": "t1", "account_native_id": "7", "title": TITLE }),
    ];
    for number in 0..40 {
        let member = format!("m{number}");
        lines.push(account(&member, &format!("{source} member {number}")));
        let body = format!("an answer with the number {number}");
        lines.push(post(format!("p{number}"), &member, body));
    }
    for number in 0..3 {
        let body = format!("I sell a {BODY}, write to {CONTACT} for number {number}");
        lines.push(post(format!("q{number}"), "7", body));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Two sources of which one hand holds an account each, linked, judged and searched.
fn folder() -> Folder {
    let folder = Folder::new();
    for source in ["alpha", "beta"] {
        let path = format!("{source}.jsonl");
        folder.write(&path, lines(source));
        folder.import(&path, source).succeeded();
    }
    folder.run(&["link"]).succeeded();
    let judge = [
        "judge",
        "alpha/7",
        "beta/7",
        "same",
        "--by",
        "Ada",
        "--reason",
        "one address",
    ];
    folder.run(&judge).succeeded();
    assert!(folder.row_count("personas") > 0);
    let found = folder.run(&["search", BODY]).succeeded().stdout;
    assert!(found.contains(BODY), "{found}");
    folder
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => files_below(&entry.path(), files),
            false => files.push(entry.path()),
        }
    }
}

/// The rows of a Parquet file as text, whatever their compression.
fn rows_of(path: &Path) -> Vec<u8> {
    let (_, batches) = read_parquet(path).unwrap();
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    for batch in &batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner()
}

/// Every trace that a file of the workspace holds, in any case of letters.
fn traces(folder: &Folder) -> Vec<String> {
    let mut files = Vec::new();
    files_below(&folder.path().join(".entangle"), &mut files);
    assert!(files.len() > 20);
    let mut traces = Vec::new();
    for path in files {
        let mut bytes = fs::read(&path).unwrap();
        if path.extension().is_some_and(|end| end == "parquet") {
            bytes.extend(rows_of(&path));
        }
        bytes.make_ascii_lowercase();
        for word in TRACES {
            let word = word.to_ascii_lowercase();
            if bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes())
            {
                traces.push(format!("{word} in {}", path.display()));
            }
        }
    }
    traces
}

fn forget(account: &str) -> [&str; 6] {
    [
        "forget",
        account,
        "--by",
        "Ada",
        "--reason",
        "request 7 of 2026",
    ]
}

#[test]
fn after_a_deletion_no_file_holds_the_account_and_no_import_brings_it_back() {
    let folder = folder();
    assert!(traces(&folder).len() > 10);
    let first = folder.json(&forget("alpha/7"));
    let counts = &first[0]["row_counts"];
    assert_eq!(counts["accounts"], 1, "{first}");
    assert_eq!(counts["posts"], 3, "{first}");
    assert_eq!(counts["threads"], 1, "{first}");
    assert_eq!(counts["former_names"], 1, "{first}");
    assert_eq!(counts["judgements"], 1, "{first}");
    // The other account of the hand is still there, and still has its name.
    assert!(!traces(&folder).is_empty());
    assert_eq!(folder.row_count("personas"), 0);
    folder.run(&forget("beta/7")).succeeded();
    assert_eq!(traces(&folder), Vec::<String>::new());

    let found = folder.run(&["search", BODY]).succeeded().stdout;
    assert!(!found.contains(BODY), "{found}");
    let others = folder.run(&["search", "answer"]).succeeded().stdout;
    assert!(others.contains("an answer with the number"), "{others}");
    assert_eq!(traces(&folder), Vec::<String>::new());

    let again = [
        "import",
        "alpha.jsonl",
        "--source",
        "alpha",
        "--kind",
        "cybercrime",
    ];
    let again = folder.json(&again);
    assert_eq!(again["records"]["account"]["forgotten"], 1, "{again}");
    assert_eq!(again["records"]["post"]["forgotten"], 3, "{again}");
    assert_eq!(again["records"]["post"]["rejected"], 3, "{again}");
    assert_eq!(again["records"]["post"]["mapped"], 0, "{again}");
    assert_eq!(traces(&folder), Vec::<String>::new());
    folder.run(&["link"]).succeeded();
    folder.run(&["search", "answer"]).succeeded();
    assert_eq!(traces(&folder), Vec::<String>::new());
    // What the tables say of others is as it was.
    assert_eq!(folder.row_count("accounts"), 80);
    assert_eq!(folder.row_count("posts"), 80);
    assert_eq!(folder.row_count("threads"), 2);
}

#[test]
fn a_deletion_needs_a_person_and_a_reason_that_does_not_name_the_account() {
    let folder = folder();
    let run = folder.run(&["forget", "alpha/7", "--reason", "request 7"]);
    run.failed(2, &["who deletes is missing", "--by"]);
    let named = format!("asked by {NAME}");
    let run = folder.run(&["forget", "alpha/7", "--by", "Ada", "--reason", &named]);
    run.failed(2, &["the reason names the account"]);
    let run = folder.run(&forget("alpha/nobody"));
    run.failed(2, &["there is no account"]);
    assert!(!folder.path().join(".entangle/forgotten.jsonl").exists());
    let nothing = folder.run(&["forget", "--finish"]).succeeded().stdout;
    assert!(nothing.contains("no deletion was interrupted"), "{nothing}");
}

#[test]
fn the_register_tells_who_and_why_and_not_whom() {
    let folder = folder();
    folder.run(&forget("alpha/7")).succeeded();
    let register = String::from_utf8(folder.read(".entangle/forgotten.jsonl")).unwrap();
    let events: Vec<Value> = register
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["event"], "asked");
    assert_eq!(events[0]["by"], "Ada");
    assert_eq!(events[0]["reason"], "request 7 of 2026");
    assert_eq!(events[1]["event"], "done");
    assert_eq!(events[1]["row_counts"]["posts"], 3);
    assert_eq!(events[0]["account_hash"], events[1]["account_hash"]);
    assert!(!register.contains(NAME));
}

/// When the process is killed, milliseconds after its start.
const KILL_AFTER_MS: [u64; 10] = [20, 60, 100, 150, 200, 260, 320, 400, 600, 900];

#[test]
fn a_killed_deletion_is_completed_by_the_next() {
    let folder = folder();
    // The account of the other source would leave its own traces.
    folder.run(&forget("beta/7")).succeeded();
    for delay_ms in KILL_AFTER_MS {
        let mut child = folder.spawn(&forget("alpha/7"));
        std::thread::sleep(Duration::from_millis(delay_ms));
        let _ = child.kill();
        child.wait().unwrap();
        // Whatever was done, the workspace can be read.
        folder.status();
        let accounts = folder.row_count("accounts");
        assert!(accounts == 80 || accounts == 81, "{accounts}");
        if accounts == 80 {
            break;
        }
    }
    folder.run(&["forget", "--finish"]).succeeded();
    if folder.row_count("accounts") == 81 {
        // Every kill came before it was asked for.
        folder.run(&forget("alpha/7")).succeeded();
    }
    assert_eq!(traces(&folder), Vec::<String>::new());
    let again = folder.json(&["forget", "--finish"]);
    assert_eq!(again, json!([]));
}
