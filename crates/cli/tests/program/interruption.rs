//! A process killed in the middle: the workspace holds whole imports only, and the same command
//! completes them.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::support::{Folder, post_lines};

/// When the process is killed, milliseconds after its start. Spread over the whole import, and
/// for a fast machine close together at its beginning.
const KILL_AFTER_MS: [u64; 9] = [5, 20, 50, 100, 200, 350, 600, 1000, 1600];

const IMPORT_LARGE: [&str; 6] = [
    "import",
    "world/public_forum",
    "--source",
    "webmasters",
    "--kind",
    "public",
];

fn kill_after(folder: &Folder, arguments: &[&str], delay_ms: u64) {
    let mut child = folder.spawn(arguments);
    std::thread::sleep(Duration::from_millis(delay_ms));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Rows of accounts and posts of a source in the latest snapshot, and the rows of its ledger.
fn rows_of(folder: &Folder, source: &str) -> [u64; 3] {
    ["accounts", "posts", "imports"].map(|table| {
        let query = format!("SELECT count(*) AS n FROM {table} WHERE source = '{source}'");
        folder.json(&["sql", &query])["n"].as_u64().unwrap()
    })
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.file_type().unwrap().is_dir() {
            true => bytes_below(&entry.path()),
            false => entry.metadata().unwrap().len(),
        })
        .sum()
}

#[test]
fn a_killed_import_leaves_whole_imports_and_can_be_run_again() {
    let folder = Folder::new();
    folder
        .run(&["simulate", "--scale", "200k", "--out", "world"])
        .succeeded();
    let mut elsewhere = IMPORT_LARGE.to_vec();
    elsewhere.extend(["--workspace", "undisturbed"]);
    let undisturbed = folder.json(&elsewhere);
    let whole = ["account", "post"]
        .map(|record| undisturbed["records"][record]["mapped"].as_u64().unwrap());
    folder.import("world/darkboard", "darkboard").succeeded();
    let darkboard = rows_of(&folder, "darkboard");
    for delay_ms in KILL_AFTER_MS {
        kill_after(&folder, &IMPORT_LARGE, delay_ms);
        let status = folder.status();
        assert_eq!(rows_of(&folder, "darkboard"), darkboard);
        check_all_or_nothing(&status, rows_of(&folder, "webmasters"), whole);
    }
    folder.run(&IMPORT_LARGE).succeeded();
    let [accounts, posts, _] = rows_of(&folder, "webmasters");
    assert_eq!([accounts, posts], whole);
    let used = bytes_below(&folder.path().join(".entangle"));
    let needed = bytes_below(&folder.path().join("undisturbed"));
    assert!(
        used < 2 * needed,
        "killed imports left their files: {used} bytes where {needed} are needed"
    );
}

fn check_all_or_nothing(status: &Value, [accounts, posts, imports]: [u64; 3], whole: [u64; 2]) {
    let is_declared = status["sources"]
        .as_array()
        .unwrap()
        .iter()
        .any(|source| source["source"] == "webmasters");
    match is_declared {
        true => assert_eq!([accounts, posts], whole),
        false => assert_eq!([accounts, posts, imports], [0, 0, 0]),
    }
}

#[test]
fn the_first_import_of_a_workspace_can_be_killed() {
    for delay_ms in [1, 3, 6, 10, 15, 25, 40, 80] {
        let folder = Folder::new();
        folder.write("dump.jsonl", post_lines(0..2000));
        let import = [
            "import",
            "dump.jsonl",
            "--source",
            "board",
            "--kind",
            "cybercrime",
        ];
        kill_after(&folder, &import, delay_ms);
        folder.run(&import).succeeded();
        assert_eq!(
            folder.row_count("posts"),
            2000,
            "killed after {delay_ms} ms"
        );
        assert_eq!(
            folder.row_count("accounts"),
            3,
            "killed after {delay_ms} ms"
        );
    }
}

#[test]
fn a_killed_linkage_leaves_the_links_of_before() {
    let folder = Folder::new();
    folder
        .run(&["simulate", "--scale", "20k", "--out", "world"])
        .succeeded();
    for (path, source) in [
        ("world/darkboard", "darkboard"),
        ("world/public_forum", "webmasters"),
    ] {
        folder.import(path, source).succeeded();
    }
    folder.run(&["link"]).succeeded();
    let before = folder.row_count("links");
    for delay_ms in [50, 150, 300, 500, 800] {
        kill_after(&folder, &["link"], delay_ms);
        assert_eq!(
            folder.row_count("links"),
            before,
            "killed after {delay_ms} ms"
        );
    }
    folder.run(&["link"]).succeeded();
    assert_eq!(folder.row_count("links"), before);
    let scratch = std::fs::read_dir(folder.path().join(".entangle/scratch"))
        .unwrap()
        .map(Result::unwrap);
    let leftovers = scratch
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .count();
    assert_eq!(
        leftovers, 0,
        "killed linkages left their intermediate tables"
    );
}
