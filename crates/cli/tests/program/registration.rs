//! A study registered before its data came, and held against what was done.

use super::support::Folder;

#[test]
fn a_registered_study_is_held_against_what_was_done() {
    let folder = Folder::new();
    folder.write(
        "study.toml",
        "title = \"T\"\npublic_source = \"webmasters\"\ntargets = [\"darkboard\", \"temnyi_forum\"]\n",
    );
    let freeze = [
        "study",
        "freeze",
        "study.toml",
        "--out",
        "registration.json",
    ];
    let frozen = folder.json(&freeze);
    assert_eq!(frozen["sources_at_hand"].as_array().unwrap().len(), 0);
    folder
        .run(&freeze)
        .failed(2, &["cannot create registration.json"]);

    folder
        .run(&["demo", "--scale", "4k", "--out", "out"])
        .succeeded();
    let workspace = ["--workspace", "out/workspace"];
    let again = ["study", "freeze", "study.toml", "--out", "late.json"];
    let late = folder.json(&[&workspace[..], &again].concat());
    assert_eq!(late["sources_at_hand"].as_array().unwrap().len(), 3);
    assert_eq!(late["was_linked"], true);

    let run = ["study", "run", "study.toml", "--out", "report"];
    folder.run(&[&workspace[..], &run].concat()).succeeded();
    let kept = folder.json(&["study", "check", "registration.json", "report"]);
    assert_eq!(kept["deviations"].as_array().unwrap().len(), 0);
    let other = folder.json(&["study", "check", "registration.json", "out/report"]);
    let deviations = other["deviations"].as_array().unwrap();
    let what: Vec<&str> = deviations
        .iter()
        .map(|one| one["what"].as_str().unwrap())
        .collect();
    assert_eq!(what, ["targets", "title"]);
    folder
        .run(&["study", "check", "study.toml", "report"])
        .failed(3, &["cannot read study.toml", "study freeze"]);
}
