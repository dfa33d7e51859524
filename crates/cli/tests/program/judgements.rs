//! What people judge is kept, replayed on new data, and can be taken back.

use serde_json::{Value, json};

use super::support::Folder;

const WHO: [&str; 4] = ["--by", "analyst", "--reason", "read both profiles"];

fn judged(folder: &Folder, arguments: &[&str]) -> Value {
    folder.json(&[arguments, &WHO].concat())
}

/// A persona of two accounts: its id and the accounts.
fn a_persona(folder: &Folder) -> (String, [String; 2]) {
    let rows = folder.rows(
        "SELECT persona_id, min(account_id) AS first, max(account_id) AS second FROM personas
         GROUP BY persona_id HAVING count(*) = 2 ORDER BY persona_id LIMIT 1",
    );
    let text = |column: &str| rows[0][column].as_str().unwrap().to_owned();
    (text("persona_id"), [text("first"), text("second")])
}

fn personas(folder: &Folder) -> Vec<Value> {
    folder.rows("SELECT * FROM personas ORDER BY persona_id, account_id")
}

fn members_of(folder: &Folder, persona: &str) -> usize {
    let query = format!("SELECT account_id FROM personas WHERE persona_id = '{persona}'");
    folder.rows(&query).len()
}

#[test]
fn a_pair_judged_different_falls_apart_stays_apart_and_comes_back_when_undone() {
    let folder = Folder::with_linked_world();
    let before = personas(&folder);
    let (persona, [left, right]) = a_persona(&folder);
    let judgement = judged(&folder, &["judge", &left, &right, "different"]);
    assert_eq!(judgement["operation"], 1);
    assert_eq!(judgement["changes"].as_array().unwrap().len(), 2);
    assert_eq!(members_of(&folder, &persona), 0);
    folder.run(&["link"]).succeeded();
    assert_eq!(members_of(&folder, &persona), 0, "replayed by a new run");
    let explained = folder.run(&["explain", "persona", &persona]);
    explained.failed(2, &["there is no persona"]);
    let undone = judged(&folder, &["personas", "undo"]);
    assert_eq!(undone["undone_operation"], 1);
    assert_eq!(personas(&folder), before);
    let made = folder.json(&["judgements"]);
    assert_eq!(made[0]["verdict"], "different");
    assert_eq!(made[0]["judged_by"], "analyst");
    assert_eq!(made[1]["undone_operation"], 1);
    let history = folder.json(&["explain", "persona", &persona])["history"].clone();
    let events: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        events,
        ["joined", "joined", "left", "left", "joined", "joined"]
    );
}

#[test]
fn two_accounts_judged_the_same_form_a_persona_without_any_link() {
    let folder = Folder::with_linked_world();
    let alone = folder.rows(
        "SELECT a.account_id, a.source FROM accounts a
         LEFT ANTI JOIN links l ON a.account_id = l.account_left OR a.account_id = l.account_right
         ORDER BY a.account_id",
    );
    let of = |source: &str| {
        let account = alone.iter().find(|row| row["source"] == source).unwrap();
        account["account_id"].as_str().unwrap()
    };
    let (one, other) = (of("darkboard"), of("webmasters"));
    let judgement = judged(&folder, &["judge", one, other, "same"]);
    let persona = judgement["changes"][0]["persona_id"].as_str().unwrap();
    let explained = folder.json(&["explain", "persona", persona]);
    assert_eq!(explained["holding"][0]["is_judged"], true);
    assert_eq!(
        explained["parts_without_weakest"].as_array().unwrap().len(),
        2
    );
    let refused = [&["judge", one, one, "same"], WHO.as_slice()].concat();
    folder.run(&refused).failed(2, &["are one account"]);
}

#[test]
fn personas_are_split_and_merged_and_contradictions_refused() {
    let folder = Folder::with_linked_world();
    let (persona, [left, right]) = a_persona(&folder);
    judged(&folder, &["personas", "split", &persona, &right]);
    assert_eq!(members_of(&folder, &persona), 0);
    let third = folder.rows(&format!(
        "SELECT account_id FROM accounts WHERE account_id NOT IN (SELECT account_id FROM personas)
         AND account_id NOT IN ('{left}', '{right}') ORDER BY account_id LIMIT 1"
    ))[0]["account_id"]
        .as_str()
        .unwrap()
        .to_owned();
    judged(&folder, &["judge", &left, &third, "same"]);
    let contradiction = [&["judge", &right, &third, "same"], WHO.as_slice()].concat();
    folder
        .run(&contradiction)
        .failed(2, &["cannot be judged the same", "hint: "]);
    assert_eq!(
        folder.row_count("judgements"),
        2,
        "a refused one is not recorded"
    );
    judged(&folder, &["personas", "undo", "--operation", "1"]);
    judged(&folder, &["judge", &right, &third, "same"]);
    let first = [&left, &right, &third].into_iter().min().unwrap();
    let together = folder.rows(&format!(
        "SELECT m.account_id FROM personas m JOIN personas f ON f.persona_id = m.persona_id
         WHERE f.account_id = '{first}'"
    ));
    assert_eq!(together.len(), 3);
}

#[test]
fn a_judgement_needs_a_name_and_a_reason() {
    let folder = Folder::with_linked_world();
    let (_, [left, right]) = a_persona(&folder);
    folder
        .run(&["judge", &left, &right, "same", "--reason", "same avatar"])
        .failed(2, &["it is not known who judges"]);
    folder
        .run(&[
            "judge", &left, &right, "same", "--by", "analyst", "--reason", " ",
        ])
        .failed(2, &["needs a reason"]);
    folder
        .run(&["personas", "undo", "--by", "analyst", "--reason", "x"])
        .failed(2, &["no judgement to take back"]);
}

#[test]
fn a_model_file_gives_the_same_links_again_and_its_parameters_can_be_changed() {
    let folder = Folder::with_linked_world();
    let links = "SELECT * FROM links ORDER BY account_left, account_right";
    let learned = folder.rows(links);
    let model = folder.run(&["model", "show"]).succeeded().stdout;
    let file = folder.write("model.toml", &model);
    let again = folder.json(&["link", "--model", file.to_str().unwrap()]);
    assert_eq!(again["has_own_language_model"], false);
    assert_eq!(folder.rows(links), learned);
    let edited = model.replacen("imitation_share = 0.02", "imitation_share = 0.2", 1);
    assert_ne!(edited, model);
    folder.write("edited.toml", &edited);
    let differences = folder.json(&["model", "diff", "model.toml", "edited.toml"]);
    assert_eq!(
        differences,
        json!([{ "parameter": "name.imitation_share", "left": "0.02", "right": "0.2" }])
    );
    folder.run(&["link", "--model", "edited.toml"]).succeeded();
    assert_ne!(folder.rows(links), learned);
    folder.write(
        "wrong.toml",
        model.replacen("imitation_share = 0.02", "imitation = 1", 1),
    );
    folder
        .run(&["link", "--model", "wrong.toml"])
        .failed(2, &["is not a model", "hint: "]);
}

#[test]
fn adding_to_a_linkage_gives_what_linking_all_with_its_model_gives() {
    let folder = Folder::with_linked_world();
    folder.import("world/temnyi_forum", "temnyi").succeeded();
    let updated = folder.json(&["link", "--update"]);
    assert_eq!(updated["changed_sources"], json!(["temnyi"]));
    let tables = ["links", "evidence", "names", "personas", "link_models"];
    let rows = |folder: &Folder| -> Vec<Vec<Value>> {
        let all = |table: &&str| {
            let mut rows = folder.rows(&format!("SELECT * FROM {table}"));
            rows.sort_by_key(Value::to_string);
            rows
        };
        tables.iter().map(all).collect()
    };
    let added = rows(&folder);
    let model = folder.run(&["model", "show"]).succeeded().stdout;
    folder.write("model.toml", model);
    folder.run(&["link", "--model", "model.toml"]).succeeded();
    assert_eq!(rows(&folder), added);
    folder
        .run(&["link", "--update"])
        .failed(2, &["no source has imported anything"]);
}

#[test]
fn a_review_says_how_precise_the_links_are() {
    let folder = Folder::with_linked_world();
    folder
        .run(&[
            "review",
            "sample",
            "--out",
            "review.csv",
            "--per-stratum",
            "5",
        ])
        .succeeded();
    let sample = String::from_utf8(folder.read("review.csv")).unwrap();
    assert!(
        !sample.contains("0.9"),
        "the sample says nothing of the probability"
    );
    folder
        .run(&[
            "review",
            "sample",
            "--out",
            "again.csv",
            "--per-stratum",
            "5",
        ])
        .succeeded();
    assert_eq!(folder.read("again.csv"), sample.as_bytes());
    let answered: Vec<String> = sample
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => line.to_owned(),
            row if row % 4 == 0 => format!("{}different,", line.strip_suffix(',').unwrap()),
            _ => format!("{}same,", line.strip_suffix(',').unwrap()),
        })
        .collect();
    folder.write("answers.csv", answered.join("\n"));
    let review = folder.json(&["review", "score", "answers.csv"]);
    let strata = review["strata"].as_array().unwrap();
    let answers: u64 = strata
        .iter()
        .map(|stratum| stratum["same"].as_u64().unwrap() + stratum["different"].as_u64().unwrap())
        .sum();
    assert_eq!(answers as usize, sample.lines().count() - 1);
    let precise = strata.iter().map(|stratum| &stratum["precision"]);
    for precision in precise.filter(|precision| !precision.is_null()) {
        let [low, value] = ["low", "value"].map(|end| precision[end].as_f64().unwrap());
        assert!(low < value || value == 0.0, "{precision}");
    }
    assert!(
        review["precision_from_90"]["n"].as_u64().unwrap() > 0,
        "{review}"
    );
    folder.write("wrong.csv", sample.replacen(",,\n", ",maybe,\n", 1));
    folder
        .run(&["review", "score", "wrong.csv"])
        .failed(3, &["wrong.csv, line 2", "\"maybe\""]);
}

#[test]
fn a_waterfall_is_written_as_a_figure() {
    let folder = Folder::with_linked_world();
    let (_, [left, right]) = a_persona(&folder);
    folder
        .run(&["explain", "link", &left, &right, "--svg", "why.svg"])
        .succeeded();
    let svg = String::from_utf8(folder.read("why.svg")).unwrap();
    assert!(svg.contains("prior: a random pair"), "{svg}");
}

#[test]
fn writing_and_hours_are_shown_and_change_no_probability() {
    let folder = Folder::with_linked_world();
    let (_, [left, right]) = a_persona(&folder);
    let plain = folder.json(&["explain", "link", &left, &right]);
    let with_behaviour = folder.json(&["explain", "link", &left, &right, "--behaviour"]);
    assert_eq!(
        with_behaviour["match_probability"],
        plain["match_probability"]
    );
    let lines = with_behaviour["evidence"].as_array().unwrap();
    let of_behaviour: Vec<&Value> = lines
        .iter()
        .filter(|line| ["style", "hours"].contains(&line["comparison"].as_str().unwrap()))
        .collect();
    assert_eq!(of_behaviour.len(), 2, "{with_behaviour}");
    assert!(of_behaviour.iter().all(|line| line["is_counted"] == false));
}
