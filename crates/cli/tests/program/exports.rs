//! Exports: what stands in them, what does not, and what is left of one that fails.

use std::fs;

use serde_json::Value;

use super::support::Folder;

const RECORD_FORMATS: [&str; 6] = ["stix", "misp", "gexf", "graphml", "gephi-csv", "convokit"];

/// Everything that an export wrote, a file or a folder of files.
fn written(folder: &Folder, name: &str) -> String {
    let path = folder.path().join(name);
    let files = match path.is_dir() {
        false => vec![path],
        true => {
            let mut files: Vec<_> = fs::read_dir(&path)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            files.sort();
            files
        }
    };
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    texts.collect()
}

/// Names of accounts that no word of a format could be, as they would stand in JSON or XML.
fn rare_names(folder: &Folder) -> Vec<String> {
    let rows = folder.rows(
        "SELECT a.name FROM accounts a JOIN names n ON n.account_id = a.account_id
         WHERE n.surprisal_bits > 16 AND regexp_like(a.name, '^[A-Za-z0-9_]{8,}$')
           -- The site's own bot has a word for its name, which reports use.
           AND a.native_id <> '-1'",
    );
    rows.iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn names_contacts_and_texts_stand_in_no_export_without_a_reason() {
    let folder = Folder::with_linked_world();
    let names = rare_names(&folder);
    assert!(names.len() > 50);
    let ids = folder.rows("SELECT account_id FROM accounts");
    for format in RECORD_FORMATS {
        folder.run(&["export", format, "--out", format]).succeeded();
        let text = written(&folder, format);
        for name in &names {
            assert!(!text.contains(name.as_str()), "{format}: {name}");
        }
        for id in &ids {
            assert!(
                !text.contains(id["account_id"].as_str().unwrap()),
                "{format}"
            );
        }
    }
    assert!(!folder.path().join(".entangle/disclosures.jsonl").exists());
}

#[test]
fn names_are_exported_for_a_reason_that_is_recorded() {
    let folder = Folder::with_linked_world();
    let refused = folder.run(&["export", "stix", "--out", "named.json", "--reveal"]);
    assert_eq!(refused.exit_code, 2);
    assert!(!folder.path().join("named.json").exists());
    let reason = ["--reveal", "--reason", "shared with the partner"];
    folder
        .run(&[&["export", "stix", "--out", "named.json"], &reason[..]].concat())
        .succeeded();
    let text = written(&folder, "named.json");
    let names = rare_names(&folder);
    assert!(names.iter().all(|name| text.contains(name.as_str())));
    let bundle: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(bundle["type"], "bundle");
    let recorded = fs::read_to_string(folder.path().join(".entangle/disclosures.jsonl")).unwrap();
    assert!(recorded.contains("shared with the partner") && recorded.contains("export stix"));
}

#[test]
fn the_same_snapshot_gives_the_same_bytes() {
    let folder = Folder::with_linked_world();
    for format in RECORD_FORMATS {
        let [first, second] = [format!("{format}-1"), format!("{format}-2")];
        for out in [&first, &second] {
            folder.run(&["export", format, "--out", out]).succeeded();
        }
        assert_eq!(
            written(&folder, &first),
            written(&folder, &second),
            "{format}"
        );
    }
}

#[test]
fn counts_of_an_export_are_those_of_the_tables() {
    let folder = Folder::with_linked_world();
    let told = folder.json(&["export", "stix", "--out", "all.json"]);
    let count = |query: &str| folder.rows(query)[0]["n"].as_u64().unwrap();
    let written = &told["written"];
    assert_eq!(
        written["accounts"],
        count("SELECT count(*) AS n FROM accounts")
    );
    assert_eq!(written["posts"], count("SELECT count(*) AS n FROM posts"));
    assert_eq!(
        written["links"],
        count("SELECT count(*) AS n FROM links WHERE match_probability >= 0.5")
    );
    let one = folder.json(&[
        "export",
        "gexf",
        "--out",
        "one.gexf",
        "--source",
        "darkboard",
    ]);
    assert_eq!(
        one["written"]["accounts"],
        count("SELECT count(*) AS n FROM accounts WHERE source = 'darkboard'")
    );
    // Links and personas need all their accounts.
    assert!(one["written"]["links"].is_null() && one["written"]["personas"].is_null());
}

#[test]
fn rows_of_a_query_are_exported_and_guarded_against_formulas() {
    let folder = Folder::with_linked_world();
    let query = "SELECT '=1+1' AS cell, count(*) AS n FROM accounts";
    for format in ["csv", "ndjson", "xlsx"] {
        folder
            .run(&["export", format, "--out", format, "--query", query])
            .succeeded();
    }
    assert!(written(&folder, "csv").starts_with("cell,n\n'=1+1,"));
    let line: Value = serde_json::from_str(&written(&folder, "ndjson")).unwrap();
    assert_eq!(line["cell"], "=1+1");
    assert!(folder.read("xlsx").starts_with(b"PK"));
    let writes = folder.run(&[
        "export",
        "csv",
        "--out",
        "no",
        "--query",
        "DROP TABLE accounts",
    ]);
    assert_eq!(writes.exit_code, 2);
}

#[test]
fn mistakes_leave_no_file() {
    let folder = Folder::with_linked_world();
    folder.write("there.json", "mine");
    let mistakes: [&[&str]; 5] = [
        &["export", "stix", "--out", "there.json"],
        &["export", "stix", "--out", "new.json", "--source", "nowhere"],
        &["export", "csv", "--out", "new.json"],
        &["export", "stix", "--out", "new.json", "--query", "SELECT 1"],
        &[
            "export",
            "csv",
            "--out",
            "new.json",
            "--query",
            "SELECT nothing FROM nowhere",
        ],
    ];
    for arguments in mistakes {
        let run = folder.run(arguments);
        assert_eq!(run.exit_code, 2, "{arguments:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("hint: ") || run.stderr.contains("nowhere"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(folder.read("there.json"), b"mine");
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("new.json"))
        .collect();
    assert_eq!(left, [""; 0]);
}

/// Every file below a folder, with its path there.
fn files_below(folder: &std::path::Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.file_type().unwrap().is_dir() {
            true => files_below(&entry.path(), &format!("{name}/"), files),
            false => files.push((name, fs::read(entry.path()).unwrap())),
        }
    }
    files.sort();
}

#[test]
fn a_package_can_be_checked_and_cited_and_names_nobody() {
    let folder = Folder::with_linked_world();
    folder.write(
        "study.toml",
        "title = \"T\"\npublic_source = \"webmasters\"\ntargets = [\"darkboard\"]\n",
    );
    folder.write("licence.txt", "Do as you like.\n");
    let package = |out: &'static str| {
        [
            "export",
            "package",
            "--out",
            out,
            "--study",
            "study.toml",
            "--licence",
            "licence.txt",
            "--licence-identifier",
            "CC0-1.0",
            "--author",
            "Lovelace, Ada",
            "--author",
            "Group of Three",
            "--summary",
            "Numbers of one forum.",
            "--released-on",
            "2026-11-27",
        ]
    };
    let first = folder.json(&package("first"));
    let second = folder.json(&package("second"));
    // The same snapshot and study give the same bytes.
    assert_eq!(first["package_id"], second["package_id"]);
    let mut files = Vec::new();
    files_below(&folder.path().join("first"), "", &mut files);
    assert_eq!(first["files"].as_u64().unwrap() + 1, files.len() as u64);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for wanted in [
        "CITATION.cff",
        "CODEBOOK.md",
        "LICENSE.txt",
        "README.md",
        "SHA256SUMS",
        "results.json",
        "study.toml",
        "tables/crossover_accounts.csv",
    ] {
        assert!(names.contains(&wanted), "{names:?}");
    }
    let checked = std::process::Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(folder.path().join("first"))
        .status();
    assert!(checked.unwrap().success());
    let key = fs::read(folder.path().join(".entangle/pseudonym.key")).unwrap();
    let rare = rare_names(&folder);
    for (name, bytes) in &files {
        assert!(
            !bytes.windows(key.len()).any(|window| window == key),
            "{name}"
        );
        let text = String::from_utf8_lossy(bytes);
        for rare in &rare {
            assert!(!text.contains(rare.as_str()), "{name}: {rare}");
        }
    }
    let citation = String::from_utf8_lossy(
        &files[names
            .iter()
            .position(|name| *name == "CITATION.cff")
            .unwrap()]
        .1,
    )
    .into_owned();
    for line in [
        "family-names: \"Lovelace\"",
        "name: \"Group of Three\"",
        "date-released: 2026-11-27",
    ] {
        assert!(citation.contains(line), "{citation}");
    }
    let run = folder.run(&package("first"));
    run.failed(2, &["is there already"]);
    let run = folder.run(&[
        "export",
        "package",
        "--out",
        "third",
        "--study",
        "study.toml",
    ]);
    run.failed(2, &["without --licence"]);
    assert!(!folder.path().join("third").exists());
}
