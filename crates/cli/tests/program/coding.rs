//! Posts drawn for coders, coded and scored, from outside.

use serde_json::json;

use super::support::Folder;

const STUDY: &str = "title = \"Traders\"\npublic_source = \"forum\"\ntargets = [\"market\"]\n\
                     bootstrap_count = 50\nsuppress_below_count = 2\n";

/// A forum of forty accounts of whom the first ten are on a market too, under rare names. Every other
/// one sells.
fn forum() -> Folder {
    let folder = Folder::new();
    let (mut forum, mut market) = (String::new(), String::new());
    for number in 0..40 {
        let name = format!("quetzalcoatlus{}x{number}", number * 7919);
        for (post, body) in [
            (0, "Thanks, that helped.".to_owned()),
            (
                1,
                format!("=Selling accounts, ${number} each, mail bob{number}@example.org"),
            ),
            (2, "Got some stuff, you know where".to_owned()),
        ] {
            if post == 1 && number % 2 == 1 {
                continue;
            }
            let line = json!({
                "type": "post", "native_id": format!("f{number}-{post}"), "author": name,
                "posted_at": format!("2015-06-{:02}T12:00:00Z", 1 + post), "body": body,
            });
            forum += &format!("{line}\n");
        }
        if number < 10 {
            let line = json!({
                "type": "post", "native_id": format!("m{number}"), "author": name,
                "posted_at": "2016-01-01T12:00:00Z", "body": "hello",
            });
            market += &format!("{line}\n");
        }
    }
    folder.write("forum.jsonl", forum);
    folder.write("market.jsonl", market);
    folder.write("study.toml", STUDY);
    folder
        .run(&[
            "import",
            "forum.jsonl",
            "--source",
            "forum",
            "--kind",
            "public",
        ])
        .succeeded();
    folder.import("market.jsonl", "market").succeeded();
    folder.run(&["link"]).succeeded();
    folder
}

/// The sample with codes: sells whatever looks or sounds like it, but for `changed` rows.
fn coded(sample: &str, changed: usize) -> String {
    let lines = sample.lines().enumerate().map(|(row, line)| {
        let sells = line.contains("Selling") || line.contains("stuff");
        let code = match (row, sells, row <= changed) {
            (0, ..) => return line.to_owned(),
            (_, true, false) | (_, false, true) => "sell",
            _ => "none",
        };
        format!("{}{code},", line.strip_suffix(',').unwrap())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn draw(folder: &Folder, out: &str) -> serde_json::Value {
    folder.json(&[
        "study",
        "code",
        "draw",
        "--study",
        "study.toml",
        "--out",
        out,
        "--count",
        "60",
        "--seed",
        "3",
        "--reason",
        "coding for a test",
    ])
}

#[test]
fn drawn_posts_are_coded_and_scored() {
    let folder = forum();
    let written = draw(&folder, "codes.csv");
    assert_eq!(written["posts"], 60);
    assert_eq!(written["population_posts"], 100);
    assert_eq!(written["key"], "codes.key.json");
    let sample = String::from_utf8(folder.read("codes.csv")).unwrap();
    assert_eq!(
        sample.lines().next(),
        Some("post,language,title,text,code,remark")
    );
    assert_eq!(sample.lines().count(), 61);
    // No formula, no contact, no id, no name, and no label.
    assert!(sample.contains("'=Selling accounts"), "{sample}");
    for hidden in [
        "\"=Sell",
        ",=Sell",
        "example.org",
        "quetzal",
        "none",
        "crossover",
    ] {
        assert!(!sample.contains(hidden), "{hidden} in {sample}");
    }
    let record = String::from_utf8(folder.read(".entangle/disclosures.jsonl")).unwrap();
    assert!(record.contains("coding for a test") && record.contains("study code draw"));
    draw(&folder, "again.csv");
    assert_eq!(folder.read("again.csv"), sample.as_bytes());

    folder.write("first.csv", coded(&sample, 0));
    folder.write("second.csv", coded(&sample, 6));
    let scored = folder.json(&[
        "study",
        "code",
        "score",
        "--key",
        "codes.key.json",
        "first.csv",
        "second.csv",
        "--out",
        "score",
    ]);
    let score = &scored["score"];
    assert_eq!(score["agreement"]["disagreement_count"], 6);
    assert_eq!(score["agreement"]["observed"]["value"], 0.9);
    // The first coder's codes count: every label is right, and stuff was missed.
    assert_eq!(score["errors"][0]["class"], "sell");
    assert_eq!(score["errors"][0]["precision"]["value"], 1.0);
    let recall = score["errors"][0]["recall"]["value"].as_f64().unwrap();
    assert!((0.2..0.5).contains(&recall), "{recall}");
    let shares = score["shares"].as_array().unwrap();
    let all = shares
        .iter()
        .find(|row| row["class"] == "sell" && row["group"] == "all")
        .unwrap();
    assert_eq!(all["labelled_share"]["value"], 0.2);
    let [low, high] = ["low", "high"].map(|end| all["corrected_share"][end].as_f64().unwrap());
    assert!(low < 0.6 && 0.6 < high, "{all}");
    for name in [
        "coding_shares",
        "coding_errors",
        "coding_confusion",
        "coding_agreement",
    ] {
        assert!(!folder.read(&format!("score/tables/{name}.csv")).is_empty());
    }
    let document = String::from_utf8(folder.read("score/coding.md")).unwrap();
    assert!(document.contains("code counts"), "{document}");
    let shown = folder
        .run(&[
            "study",
            "code",
            "score",
            "--key",
            "codes.key.json",
            "second.csv",
            "--resolved",
            "first.csv",
            "--out",
            "score",
        ])
        .succeeded();
    assert!(
        shown.stdout.contains("Resolved codes count"),
        "{}",
        shown.stdout
    );
    assert!(!shown.stdout.contains("kappa"), "{}", shown.stdout);
}

#[test]
fn mistakes_in_files_of_codes_are_named() {
    let folder = forum();
    folder
        .run(&[
            "study",
            "code",
            "draw",
            "--study",
            "study.toml",
            "--out",
            "codes.csv",
        ])
        .failed(2, &["--reason"]);
    folder
        .run(&[
            "study",
            "code",
            "draw",
            "--study",
            "study.toml",
            "--out",
            "codes.csv",
            "--reason",
            " ",
        ])
        .failed(2, &["only for a reason"]);
    draw(&folder, "codes.csv");
    folder
        .run(&[
            "study",
            "code",
            "draw",
            "--study",
            "study.toml",
            "--out",
            "codes.csv",
            "--reason",
            "x",
        ])
        .failed(2, &["codes.csv is there already"]);
    let sample = String::from_utf8(folder.read("codes.csv")).unwrap();
    let score = |file: &str| {
        folder.run(&[
            "study",
            "code",
            "score",
            "--key",
            "codes.key.json",
            file,
            "--out",
            "score",
        ])
    };
    score("codes.csv").failed(2, &["no row of codes.csv has a code"]);
    folder.write(
        "wrong.csv",
        coded(&sample, 0).replacen("sell,", "selling,", 1),
    );
    score("wrong.csv").failed(3, &["wrong.csv, line ", "column code: \"selling\""]);
    score("missing.csv").failed(2, &["cannot read missing.csv"]);
    let key = String::from_utf8(folder.read("codes.key.json")).unwrap();
    folder.write(
        "codes.key.json",
        key.replacen("rules_version\": \"", "rules_version\": \"0", 1),
    );
    score("codes.csv").failed(2, &["labelled by rules of version 0"]);
}
