//! Explanations that add up, and names that are shown only for a recorded reason.

use std::collections::BTreeSet;

use serde_json::Value;

use super::support::Folder;

/// The pair with the most lines of evidence, and of those the most probable.
fn best_explained_pair(folder: &Folder) -> [String; 2] {
    let query = "SELECT l.account_left, l.account_right FROM links l
        JOIN evidence e ON e.account_left = l.account_left AND e.account_right = l.account_right
        GROUP BY l.account_left, l.account_right, l.match_probability
        ORDER BY count(*) DESC, l.match_probability DESC, 1, 2 LIMIT 1";
    let pair = folder.json(&["sql", query]);
    ["account_left", "account_right"].map(|side| pair[side].as_str().unwrap().to_owned())
}

#[test]
fn the_lines_of_an_explanation_add_up_to_total_and_probability() {
    let folder = Folder::with_linked_world();
    let [left, right] = best_explained_pair(&folder);
    let explained = folder.json(&["explain", "link", &left, &right]);
    let bits = |value: &Value| value.as_f64().unwrap();
    let evidence = explained["evidence"].as_array().unwrap();
    let counted = evidence.iter().filter(|line| line["is_counted"] == true);
    let total = bits(&explained["prior_bits"])
        + counted
            .map(|line| bits(&line["match_weight_bits"]))
            .sum::<f64>();
    assert!(evidence.len() >= 2, "{explained}");
    assert!(
        (total - bits(&explained["total_bits"])).abs() < 1e-9,
        "{explained}"
    );
    let probability = 1.0 / (1.0 + (-total).exp2());
    assert!(
        (probability - bits(&explained["match_probability"])).abs() < 1e-9,
        "{explained}"
    );
    let query = format!(
        "SELECT match_probability FROM links WHERE account_left = '{left}' AND account_right = '{right}'"
    );
    let stored = bits(&folder.json(&["sql", &query])["match_probability"]);
    assert!(
        (probability - stored).abs() < 1e-6,
        "explained {probability}, stored {stored}"
    );
    let text = folder
        .run(&["explain", "link", &left, &right])
        .succeeded()
        .stdout;
    check_printed_sum(&text);
}

/// The printed lines, rounded to a hundredth, add up to the printed total.
#[track_caller]
fn check_printed_sum(text: &str) {
    let signed = text
        .lines()
        .filter(|line| line.trim_start().starts_with(['+', '-']) && !line.contains("---"));
    let (mut sum, mut total) = (0.0, None);
    let mut line_count = 0;
    for line in signed.filter(|line| !line.contains("not counted")) {
        let bits: f64 = line.split_whitespace().next().unwrap().parse().unwrap();
        match line.ends_with("total") {
            true => total = Some(bits),
            false => (sum, line_count) = (sum + bits, line_count + 1),
        }
    }
    let rounding = 0.005 * f64::from(line_count + 1) + 1e-9;
    assert!((sum - total.unwrap()).abs() <= rounding, "{text}");
}

#[test]
fn an_account_that_is_not_there_cannot_be_explained() {
    let folder = Folder::with_linked_world();
    folder
        .run(&["explain", "link", "darkboard/none", "webmasters/1"])
        .failed(2, &["darkboard/none", "hint: "]);
    folder
        .run(&["explain", "link", "nonsense", "webmasters/1"])
        .failed(2, &["is not an account", "hint: "]);
}

/// Names and native ids of the accounts that are in a persona.
fn secrets(folder: &Folder) -> BTreeSet<String> {
    let query =
        "SELECT a.name, a.native_id FROM accounts a JOIN personas p ON p.account_id = a.account_id";
    let rows = folder.run(&["sql", query, "--json"]).succeeded().stdout;
    let rows = rows
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    // Shorter ones occur by chance in ids and pseudonyms.
    let texts = rows.flat_map(|row| [row["name"].clone(), row["native_id"].clone()]);
    texts
        .filter_map(|text| text.as_str().map(str::to_owned))
        .filter(|text| text.chars().count() >= 6)
        .collect()
}

#[test]
fn personas_are_listed_under_pseudonyms() {
    let folder = Folder::with_linked_world();
    let secrets = secrets(&folder);
    assert!(secrets.len() > 10);
    for arguments in [
        vec!["personas", "--limit", "10000"],
        vec!["personas", "--limit", "10000", "--json"],
    ] {
        let listed = folder.run(&arguments).succeeded().stdout;
        assert!(listed.contains("account-"), "{listed}");
        for secret in &secrets {
            assert!(!listed.contains(secret), "{secret} is shown");
        }
    }
    assert!(!folder.path().join(".entangle/disclosures.jsonl").exists());
}

#[test]
fn names_are_shown_for_a_recorded_reason_only() {
    let folder = Folder::with_linked_world();
    for refused in [
        vec!["personas", "--reveal"],
        vec!["personas", "--reveal", "--reason", "  "],
    ] {
        let run = folder
            .run(&refused)
            .failed(2, &["only for a reason", "hint: add --reason"]);
        assert_eq!(run.stdout, "");
    }
    assert!(!folder.path().join(".entangle/disclosures.jsonl").exists());
    let reason = "check of case 12";
    let listed = folder
        .run(&[
            "personas", "--limit", "10000", "--reveal", "--reason", reason,
        ])
        .succeeded()
        .stdout;
    assert!(
        secrets(&folder)
            .iter()
            .any(|secret| listed.contains(secret))
    );
    let recorded = String::from_utf8(folder.read(".entangle/disclosures.jsonl")).unwrap();
    let record: Value = serde_json::from_str(recorded.trim_end()).unwrap();
    assert_eq!(
        (&record["command"], &record["reason"]),
        (&"personas".into(), &reason.into())
    );
    assert!(record["at"].as_str().is_some_and(|at| at.contains('T')));
}

#[test]
fn pseudonyms_stay_within_a_workspace_and_differ_between_two() {
    let (one, other) = (Folder::with_linked_world(), Folder::with_linked_world());
    let listed = |folder: &Folder| folder.run(&["personas"]).succeeded().stdout;
    assert_eq!(listed(&one), listed(&one));
    assert_ne!(listed(&one), listed(&other));
}
