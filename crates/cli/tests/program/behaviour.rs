//! Writing style, hours and languages as counted evidence.

use serde_json::Value;

use super::support::Folder;

/// A folder with two sources of a planted world whose people keep habits and write much, linked
/// with behaviour.
fn linked_world() -> Folder {
    let folder = Folder::new();
    let world = [
        "simulate", "--scale", "20k", "--out", "world", "--style", "1",
    ];
    let people = ["--posts-per-account", "100", "--crossover-share", "0.5"];
    folder.run(&[&world[..], &people].concat()).succeeded();
    folder.import("world/darkboard", "darkboard").succeeded();
    folder
        .import("world/public_forum", "webmasters")
        .succeeded();
    folder.run(&["link", "--behaviour"]).succeeded();
    folder
}

const BEHAVIOUR: &str = "comparison IN ('style', 'hours', 'simultaneous', 'language')";

/// Every link with its exact probability, sorted.
fn links(folder: &Folder) -> Vec<Value> {
    folder.rows(
        "SELECT account_left, account_right, match_weight_bits, match_probability
         FROM links ORDER BY account_left, account_right",
    )
}

#[test]
fn counted_behaviour_adds_up_and_is_not_shown_twice() {
    let folder = linked_world();
    let off = folder.rows(
        "SELECT l.account_left FROM links l JOIN (
             SELECT account_left, account_right, sum(match_weight_bits) AS bits
             FROM evidence WHERE is_counted GROUP BY account_left, account_right
         ) e ON e.account_left = l.account_left AND e.account_right = l.account_right
         WHERE abs(e.bits - l.match_weight_bits) > 1e-9",
    );
    assert_eq!(off.len(), 0, "{off:?}");
    let spoken = folder.rows(&format!(
        "SELECT account_left, account_right, match_weight_bits FROM evidence
         WHERE {BEHAVIOUR} AND comparison = 'style' ORDER BY account_left, account_right LIMIT 1"
    ));
    let id = |side: &str| spoken[0][side].as_str().unwrap().to_owned();
    let [left, right] = ["account_left", "account_right"].map(id);
    let plain = folder.json(&["explain", "link", &left, &right]);
    let shown = folder.json(&["explain", "link", &left, &right, "--behaviour"]);
    assert_eq!(shown["match_probability"], plain["match_probability"]);
    let lines = shown["evidence"].as_array().unwrap();
    let style: Vec<&Value> = lines
        .iter()
        .filter(|line| line["comparison"] == "style")
        .collect();
    assert_eq!(style.len(), 1, "{shown}");
    assert_eq!(style[0]["is_counted"], true);
    assert_eq!(
        style[0]["match_weight_bits"],
        spoken[0]["match_weight_bits"]
    );
}

#[test]
fn adding_a_source_gives_the_same_as_comparing_all_with_that_model() {
    let folder = linked_world();
    let model = folder.run(&["model", "show"]).succeeded().stdout;
    assert!(model.contains("[behaviour]"), "{model}");
    folder.write("model.toml", model);
    folder.import("world/temnyi_forum", "temnyi").succeeded();
    folder.run(&["link", "--update"]).succeeded();
    let updated = links(&folder);
    let whole = folder.json(&["link", "--model", "model.toml"]);
    assert!(
        whole["behaviour"]["style_pairs"].as_u64().unwrap() > 0,
        "{whole}"
    );
    assert_eq!(links(&folder), updated);
}

#[test]
fn behaviour_counts_only_where_it_is_asked_for() {
    let folder = linked_world();
    let counted = folder.row_count("links");
    let plain = folder.json(&["link"]);
    assert_eq!(plain["behaviour"], Value::Null);
    assert_eq!(folder.row_count("links"), counted);
    let spoken = format!("SELECT count(*) AS lines FROM evidence WHERE {BEHAVIOUR}");
    assert_eq!(folder.rows(&spoken)[0]["lines"], 0);
    folder
        .run(&["link", "--update", "--behaviour"])
        .failed(2, &["--behaviour", "--update"]);
}
