//! What may be typed: help of every command, mistakes that are answered with what would be
//! right, queries that only read.

use expect_test::expect;
use serde_json::Value;

use super::support::{Folder, post_lines};

/// Every command with words that its help must hold.
const COMMANDS: [(&str, &[&str]); 23] = [
    ("formats", &["Usage: entangle formats"]),
    (
        "import",
        &[
            "--source",
            "--kind",
            "--format",
            "--language",
            "entangle formats",
            "--mapping",
            "--guess",
            "--dry-run",
        ],
    ),
    (
        "link",
        &["--between", "--and", "--persona-threshold", "--memory-mib"],
    ),
    ("explain link", &["source/native-id"]),
    ("explain rarity", &["[ACCOUNT]"]),
    ("personas", &["--limit", "--reveal", "--reason"]),
    (
        "study run",
        &["<STUDY.toml>", "--out", "--reveal", "--reason"],
    ),
    ("study init", &["--out"]),
    (
        "study code draw",
        &["--study", "--out", "--count", "--seed", "--reason"],
    ),
    (
        "study code score",
        &[
            "--key",
            "<FIRST.csv>",
            "[SECOND.csv]",
            "--resolved",
            "--out",
        ],
    ),
    ("evaluate", &["--truth", "site, user_id, account_id"]),
    (
        "simulate",
        &[
            "--out",
            "--seed",
            "--scale",
            "--crossover-share",
            "--difference",
            "--common-name-share",
        ],
    ),
    ("demo", &["--out", "--seed", "--scale", "[default: 20k]"]),
    ("bench import", &["--world"]),
    ("bench link", &["--world", "--memory-mib"]),
    ("bench coverage", &["--worlds", "--scale"]),
    ("bench figures", &["--out"]),
    ("bench recovery", &["--worlds", "--scale", "--seed"]),
    (
        "forget",
        &["[ACCOUNT]", "--reason <WHY>", "--by <NAME>", "--finish"],
    ),
    ("sql", &["<QUERY>", "--csv"]),
    ("status", &["--schema"]),
    ("completions", &["bash", "fish", "zsh"]),
    ("help", &["Usage:"]),
];

#[test]
fn the_help_names_every_command_and_exit_code() {
    let help = Folder::new().run(&["--help"]).succeeded().stdout;
    let from_commands = help.split_once("Usage:").unwrap();
    expect![[r#"
        Measure how the people of a public forum are tied to cybercrime forums.

        Imports dumps of forums, markets, Telegram and leaked chats; links accounts that may belong to one
        hand, with probabilities that explain themselves; and runs the population study. Links are possible
        links: a shared name is not a shared person.

        Exit codes: 0 success, 1 a bug of this program, 2 a mistake on the command line or in a study file,
        3 an input that is not what it should be, 4 a failing machine (disk, memory, rights).

    "#]].assert_eq(from_commands.0);
    for (command, _) in COMMANDS {
        let first_word = command.split(' ').next().unwrap();
        let is_listed = from_commands
            .1
            .lines()
            .any(|line| line.trim_start().starts_with(&format!("{first_word} ")));
        assert!(is_listed, "{first_word} is not listed in {help}");
    }
    for option in [
        "--workspace <DIR>",
        "ENTANGLE_WORKSPACE",
        "--snapshot <N>",
        "--json",
        "--quiet",
    ] {
        assert!(help.contains(option), "no {option} in {help}");
    }
}

#[test]
fn the_help_of_every_command_explains_its_options() {
    let folder = Folder::new();
    for (command, words) in COMMANDS {
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.push("--help");
        if command == "help" {
            arguments = vec!["help", "import"];
        }
        let help = folder.run(&arguments).succeeded().stdout;
        for word in words {
            assert!(
                help.contains(word),
                "no {word} in the help of {command}: {help}"
            );
        }
    }
}

#[test]
fn mistakes_on_the_command_line_are_the_users() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..5));
    for arguments in [
        vec!["frobnicate"],
        vec!["import", "dump.jsonl"],
        vec![
            "import",
            "dump.jsonl",
            "--source",
            "board",
            "--kind",
            "secret",
        ],
        vec!["link", "--persona-threshold", "1.5"],
        vec!["simulate", "--scale", "many", "--out", "world"],
    ] {
        let run = folder.run(&arguments).failed(2, &[]);
        assert_eq!(run.stdout, "");
    }
    folder
        .import("dump.jsonl", "../board")
        .failed(2, &["\"../board\" cannot name a source", "hint: "]);
    assert!(!folder.path().join(".entangle").exists());
}

#[test]
fn a_missing_workspace_is_not_made_by_reading() {
    let folder = Folder::new();
    for arguments in [
        vec!["status"],
        vec!["link"],
        vec!["personas"],
        vec!["sql", "SELECT 1"],
        vec!["study", "init"],
    ] {
        folder
            .run(&arguments)
            .failed(2, &[".entangle is not a workspace", "hint: "]);
    }
    assert!(!folder.path().join(".entangle").exists());
}

#[test]
fn missing_files_are_named() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..5));
    folder.import("dump.jsonl", "board").succeeded();
    folder
        .run(&["study", "run", "missing.toml", "--out", "report"])
        .failed(2, &["cannot read missing.toml"]);
    folder
        .run(&["evaluate", "--truth", "missing.tsv"])
        .failed(2, &["cannot read missing.tsv"]);
    folder.write(
        "study.toml",
        "title = \"T\"\npublic_source = \"board\"\ntargets = [\"nowhere\"]\n",
    );
    folder
        .run(&["study", "run", "study.toml", "--out", "report"])
        .failed(2, &["\"nowhere\"", "hint: ", "board"]);
    assert!(!folder.path().join("report").exists());
}

#[test]
fn a_source_that_is_not_there_is_answered_with_those_that_are() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..5));
    for source in ["oak", "elm"] {
        folder.import("dump.jsonl", source).succeeded();
    }
    let link = ["link", "--between", "oak", "--and", "ash"];
    folder.run(&link).failed(
        2,
        &[
            "there is no source \"ash\"",
            "hint: the workspace has elm, oak",
        ],
    );
}

#[test]
fn a_source_keeps_its_kind() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..5));
    folder.import("dump.jsonl", "board").succeeded();
    let other_kind = [
        "import",
        "dump.jsonl",
        "--source",
        "board",
        "--kind",
        "public",
    ];
    folder.run(&other_kind).failed(
        2,
        &[
            "as cybercrime, not as public",
            "hint: pass --kind cybercrime",
        ],
    );
}

#[test]
fn queries_that_write_are_refused() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..5));
    folder.import("dump.jsonl", "board").succeeded();
    let before = folder.status();
    for query in [
        "CREATE TABLE copy AS SELECT * FROM posts",
        "CREATE EXTERNAL TABLE other STORED AS CSV LOCATION 'dump.jsonl'",
        "COPY (SELECT * FROM posts) TO 'out.csv'",
        "INSERT INTO posts SELECT * FROM posts",
        "DELETE FROM posts",
        "UPDATE posts SET body = ''",
        "DROP TABLE posts",
        "SET datafusion.execution.batch_size = 1",
        "SELECT * FROM 'dump.jsonl'",
        "SELECT nonsense FROM posts",
    ] {
        let run = folder
            .run(&["sql", query])
            .failed(2, &["cannot run the query"]);
        assert_eq!(run.stdout, "", "{query}");
    }
    assert!(!folder.path().join("out.csv").exists());
    assert_eq!(folder.status(), before);
}

#[test]
fn query_results_come_as_table_csv_and_json() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..3));
    folder.import("dump.jsonl", "board").succeeded();
    let query = "SELECT name, kind FROM accounts JOIN sources USING (source) ORDER BY name";
    let printed = |arguments: &[&str]| folder.run(arguments).succeeded().stdout;
    expect![[r#"
        +---------+------------+
        | name    | kind       |
        +---------+------------+
        | member0 | cybercrime |
        | member1 | cybercrime |
        | member2 | cybercrime |
        +---------+------------+
    "#]]
    .assert_eq(&printed(&["sql", query]));
    expect![[r#"
        name,kind
        member0,cybercrime
        member1,cybercrime
        member2,cybercrime
    "#]]
    .assert_eq(&printed(&["sql", query, "--csv"]));
    expect![[r#"
        {"name":"member0","kind":"cybercrime"}
        {"name":"member1","kind":"cybercrime"}
        {"name":"member2","kind":"cybercrime"}
    "#]]
    .assert_eq(&printed(&["sql", query, "--json"]));
}

#[test]
fn the_schema_lists_every_table_of_the_workspace() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..3));
    folder.import("dump.jsonl", "board").succeeded();
    let schema = folder.json(&["status", "--schema"]);
    let described: Vec<&str> = schema
        .as_array()
        .unwrap()
        .iter()
        .map(|table| table["table"].as_str().unwrap())
        .collect();
    expect!["sources accounts threads posts post_versions identifiers former_names imports rejects names identifier_values link_models evidence links personas judgements persona_events link_runs"].assert_eq(&described.join(" "));
    let text = folder.run(&["status", "--schema"]).succeeded().stdout;
    for table in schema.as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        assert!(
            text.lines()
                .any(|line| line.starts_with(&format!("{name}: "))),
            "{name} is not described"
        );
        let columns: Vec<&str> = table["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| column["name"].as_str().unwrap())
            .collect();
        let query = format!("SELECT {} FROM {name} LIMIT 1", columns.join(", "));
        folder.run(&["sql", &query, "--csv"]).succeeded();
    }
    let counted = folder.status();
    let mut counted: Vec<&str> = counted["tables"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut described = described;
    counted.sort_unstable();
    described.sort_unstable();
    assert_eq!(counted, described);
}

#[test]
fn data_goes_to_standard_output_without_colours_or_progress() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..3));
    let run = folder.import("dump.jsonl", "board").succeeded();
    assert_eq!(run.stderr, "");
    expect![[r#"
        board: read as canonical_jsonl (recognised with confidence 0.90); snapshot 1
        record   asked  received  mapped  rejected  duplicate  fields left out
        account      3         3       3         0          0                0
        post         3         3       3         0          0                0
        0 new identifiers
    "#]]
    .assert_eq(&run.stdout);
    let json = folder.run(&["status", "--json"]).succeeded();
    assert_eq!(json.stderr, "");
    assert!(serde_json::from_str::<Value>(&json.stdout).is_ok());
}

#[test]
fn the_workspace_may_be_given_by_the_environment() {
    let folder = Folder::new();
    folder.write("dump.jsonl", post_lines(0..3));
    let import = [
        "import",
        "dump.jsonl",
        "--source",
        "board",
        "--kind",
        "leak",
    ];
    let status = folder
        .command(&import)
        .env("ENTANGLE_WORKSPACE", "elsewhere")
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    assert_eq!(
        folder.json(&["status", "--workspace", "elsewhere"])["tables"]["posts"],
        3
    );
    assert!(!folder.path().join(".entangle").exists());
}

#[test]
fn a_study_file_is_written_once_and_can_be_run() {
    let folder = Folder::new();
    folder
        .run(&["simulate", "--scale", "4k", "--out", "world"])
        .succeeded();
    folder
        .run(&["study", "init"])
        .failed(2, &["is not a workspace"]);
    folder.import("world/darkboard", "darkboard").succeeded();
    folder
        .run(&["study", "init"])
        .failed(2, &["no source of kind public", "hint: "]);
    let public = [
        "import",
        "world/public_forum",
        "--source",
        "webmasters",
        "--kind",
        "public",
    ];
    folder.run(&public).succeeded();
    folder.run(&["link"]).succeeded();
    folder
        .run(&["study", "init", "--out", "study.toml"])
        .succeeded();
    folder
        .run(&["study", "init", "--out", "study.toml"])
        .failed(2, &["cannot create study.toml"]);
    folder
        .run(&["study", "run", "study.toml", "--out", "report"])
        .succeeded();
    assert!(folder.path().join("report/report.html").exists());
}

#[test]
fn completions_are_printed_for_a_shell() {
    let script = Folder::new()
        .run(&["completions", "bash"])
        .succeeded()
        .stdout;
    assert!(script.contains("_entangle()") && script.contains("--persona-threshold"));
}
