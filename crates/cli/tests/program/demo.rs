//! The whole path over planted worlds, against what was planted.

use super::support::Folder;

#[test]
fn the_demo_finds_the_planted_share() {
    let folder = Folder::new();
    let demo = folder.json(&["demo", "--scale", "10k", "--out", "out"]);
    let planted = demo["planted_prevalence"].as_f64().unwrap();
    let expected = &demo["prevalence"]["expected"];
    let [low, high] = ["low", "high"].map(|bound| expected[bound].as_f64().unwrap());
    assert!(
        (low..=high).contains(&planted),
        "planted {planted}, found {low} to {high}"
    );
    assert_eq!(demo["imports"].as_array().unwrap().len(), 6);
    let report = String::from_utf8(folder.read("out/report/report.html")).unwrap();
    assert!(
        report.starts_with("<!DOCTYPE html>"),
        "{}",
        report.chars().take(80).collect::<String>()
    );
    assert!(!report.contains("http-equiv=\"refresh\"") && !report.contains("<script src"));
}

#[test]
fn the_seed_of_the_field_is_found_with_its_three_freelancers() {
    let folder = Folder::new();
    let arguments = ["--kind", "seed-of-field", "--scale", "20k", "--out", "out"];
    let demo = folder.json(&[&["demo"], &arguments[..]].concat());
    assert_eq!(demo["imports"].as_array().unwrap().len(), 8);
    let freelancers = demo["freelancers"].as_array().unwrap();
    assert_eq!(freelancers.len(), 3);
    // A first name that many bear is no evidence, even where the two are one person.
    let found = freelancers
        .iter()
        .filter(|one| one["match_probability"].as_f64() > Some(0.9));
    assert!(found.count() >= 1, "{freelancers:?}");
    for one in freelancers {
        let name = one["planted"]["public_name"].as_str().unwrap();
        let query = format!("source:leaked_chat \"{name}\"");
        let search = ["--workspace", "out/workspace", "search", &query];
        let hits = folder.json(&search);
        assert!(
            hits["post_count"].as_u64() >= Some(1),
            "the chat names {name}: {hits}"
        );
    }
}

#[test]
fn a_demo_does_not_overwrite_another() {
    let folder = Folder::new();
    folder.write("out/notes.txt", "mine");
    folder
        .run(&["demo", "--scale", "2k", "--out", "out"])
        .failed(2, &["out exists already", "hint: "]);
    assert_eq!(folder.read("out/notes.txt"), b"mine");
}

/// Of 95 % intervals over independent worlds four of five hold the truth with probability .98 at
/// least; the seeds are fixed, so the outcome is, too.
#[test]
fn intervals_of_several_worlds_hold_the_planted_share() {
    let folder = Folder::new();
    let coverage = folder.json(&["bench", "coverage", "--worlds", "5", "--scale", "6k"]);
    assert_eq!(coverage["worlds"], 5);
    assert!(
        coverage["expected_covers"].as_u64().unwrap() >= 4,
        "{coverage}"
    );
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let folder = Folder::new();
    for out in ["one", "two"] {
        folder
            .run(&["simulate", "--scale", "2k", "--out", out])
            .succeeded();
    }
    for name in [
        "truth.tsv",
        "world.json",
        "sources.tsv",
        "traffic_channel/result.json",
        "darkboard/darkboard.jsonl.gz",
    ] {
        assert!(
            folder.read(&format!("one/{name}")) == folder.read(&format!("two/{name}")),
            "{name} differs"
        );
    }
}
