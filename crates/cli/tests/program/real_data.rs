//! Dumps of four Stack Exchange sites: exact rows, quality of the links against known truth, and
//! the example study, twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::{Folder, manifest_folder, real_data};

/// A site with its accounts, posts and comments; the figures of the data's own README.
const SITES: [(&str, u64, u64, u64); 4] = [
    ("bicycles.meta", 2551, 1446, 2448),
    ("alcohol.meta", 522, 251, 367),
    ("conlang.meta", 272, 177, 230),
    ("martialarts", 9714, 0, 0),
];

/// Recall at precision .95 that the linkage must reach at least, per pair of sites.
const RECALL_AT_LEAST: [(&str, &str, f64); 6] = [
    ("alcohol.meta", "bicycles.meta", 0.80),
    ("alcohol.meta", "conlang.meta", 0.88),
    ("alcohol.meta", "martialarts", 0.78),
    ("bicycles.meta", "conlang.meta", 0.68),
    ("bicycles.meta", "martialarts", 0.55),
    ("conlang.meta", "martialarts", 0.65),
];

/// What `evaluate --json` says of a pair of sources.
const FIGURES: [&str; 12] = [
    "true_links",
    "candidate_pairs",
    "blocking_recall",
    "recall_at_precision_90",
    "recall_at_precision_95",
    "brier",
    "ece",
    "expected_links",
    "actual_links",
    "thresholds",
    "reliability",
    "name_equality",
];

fn import_sites(folder: &Folder, data: &Path) -> Vec<Value> {
    let import = |site: &str| {
        let path = data.join("stackexchange").join(site);
        folder.json(&[
            "import",
            path.to_str().unwrap(),
            "--source",
            site,
            "--kind",
            "public",
        ])
    };
    SITES.iter().map(|(site, ..)| import(site)).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn import_gives_exactly_the_rows_of_the_dumps() {
    let Some(data) = real_data() else { return };
    let folder = Folder::new();
    let summaries = import_sites(&folder, &data);
    for ((site, accounts, posts, comments), summary) in SITES.iter().zip(&summaries) {
        assert_eq!(summary["format"], "stackexchange", "{site}");
        let written = summary["records"]
            .get("post")
            .map_or(0, |post| post["mapped"].as_u64().unwrap());
        assert_eq!(summary["records"]["account"]["mapped"], *accounts, "{site}");
        assert_eq!(written, posts + comments, "{site}");
        for counts in summary["records"].as_object().unwrap().values() {
            assert_eq!(
                (&counts["rejected"], &counts["duplicate"]),
                (&0.into(), &0.into()),
                "{site}"
            );
        }
    }
    let status = folder.status();
    assert_eq!(
        status["tables"]["accounts"],
        SITES.iter().map(|site| site.1).sum::<u64>()
    );
    assert_eq!(
        status["tables"]["posts"],
        SITES.iter().map(|site| site.2 + site.3).sum::<u64>()
    );
    assert_eq!(status["tables"]["rejects"], 0);
}

#[test]
fn links_are_calibrated_and_better_than_equal_names() {
    let Some(data) = real_data() else { return };
    let folder = Folder::new();
    import_sites(&folder, &data);
    let linked = folder.json(&["link"]);
    assert_eq!(
        linked["pairs"].as_array().unwrap().len(),
        RECALL_AT_LEAST.len()
    );
    let truth = data.join("stackexchange").join("truth_accounts.tsv");
    let evaluation = folder.json(&["evaluate", "--truth", truth.to_str().unwrap()]);
    assert_eq!(
        keys(&evaluation),
        [
            "all",
            "known_accounts",
            "pairs",
            "snapshot",
            "unknown_accounts"
        ]
    );
    assert_eq!(
        (
            &evaluation["known_accounts"],
            &evaluation["unknown_accounts"]
        ),
        (&13_055.into(), &0.into())
    );
    check_figures(&evaluation["all"], 0.75);
    let pairs = evaluation["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), RECALL_AT_LEAST.len());
    for (left, right, recall_at_least) in RECALL_AT_LEAST {
        let pair = pairs
            .iter()
            .find(|pair| pair["a"] == left && pair["b"] == right)
            .unwrap();
        check_figures(pair, recall_at_least);
    }
}

#[track_caller]
fn check_figures(figures: &Value, recall_at_least: f64) {
    for key in FIGURES {
        assert!(figures.get(key).is_some(), "no {key} in {figures}");
    }
    let recall = figures["recall_at_precision_95"].as_f64().unwrap();
    assert!(
        recall >= recall_at_least,
        "recall at precision .95 is {recall}: {figures}"
    );
    // Equality of names has no threshold: it either reaches the precision or it does not.
    let equality = &figures["name_equality"];
    let reaches_precision = equality["precision"].as_f64().unwrap() >= 0.95;
    let recall_of_equality = if reaches_precision {
        equality["recall"].as_f64().unwrap()
    } else {
        0.0
    };
    assert!(recall > recall_of_equality, "{figures}");
    let expected = figures["expected_links"].as_f64().unwrap();
    let actual = figures["actual_links"].as_f64().unwrap();
    assert!(
        expected <= 1.3 * actual && actual <= 1.3 * expected,
        "{expected} expected, {actual} found"
    );
}

fn example_study() -> PathBuf {
    manifest_folder().join("../../examples/stackexchange/study.toml")
}

/// The names and bytes of all files below a folder, sorted.
fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push((
                    path.strip_prefix(folder).unwrap().to_owned(),
                    fs::read(&path).unwrap(),
                )),
            }
        }
    }
    files.sort();
    files
}

#[test]
fn the_example_study_gives_four_forms_of_prevalence_and_the_same_bytes_twice() {
    let Some(data) = real_data() else { return };
    let folder = Folder::new();
    import_sites(&folder, &data);
    folder.run(&["link"]).succeeded();
    let study = example_study();
    let study = study.to_str().unwrap();
    folder
        .run(&["study", "run", study, "--out", "first"])
        .succeeded();
    folder
        .run(&["study", "run", study, "--out", "second"])
        .succeeded();
    let results: Value = serde_json::from_slice(&folder.read("first/results.json")).unwrap();
    for form in ["strict", "expected", "corrected", "name_equality"] {
        check_estimate(form, &results["prevalence"][form]);
    }
    let expected = &results["prevalence"]["expected"];
    let [low, value, high] = ["low", "value", "high"].map(|key| expected[key].as_f64().unwrap());
    assert!(
        0.0 < low && low < value && value < high && high < 1.0,
        "{expected}"
    );
    let first = files_below(&folder.path().join("first"));
    let second = files_below(&folder.path().join("second"));
    let names =
        |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|file| file.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    assert!(names(&first).contains(&PathBuf::from("figures/prevalence.svg")));
    for ((name, left), (_, right)) in first.iter().zip(&second) {
        assert!(left == right, "{} differs between two runs", name.display());
    }
}

/// The person behind every account of the data, by site and native id.
fn people(data: &Path) -> BTreeMap<(String, String), String> {
    let text = fs::read_to_string(data.join("stackexchange/truth_accounts.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut next = || cells.next().unwrap();
        ((next(), next()), next())
    });
    rows.collect()
}

/// Native ids of the accounts that posted on a site, without the site's own bot.
fn posting_accounts(folder: &Folder, site: &str) -> Vec<String> {
    let sql = format!(
        "SELECT DISTINCT a.native_id FROM posts p JOIN accounts a ON a.account_id = p.account_id
         WHERE p.source = '{site}' AND a.native_id <> '-1'"
    );
    let rows = folder.run(&["sql", &sql, "--json"]).succeeded().stdout;
    let ids = rows.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        row["native_id"].as_str().unwrap().to_owned()
    });
    ids.collect()
}

#[test]
fn the_true_share_is_inside_the_intervals_whichever_site_is_the_public_one() {
    let Some(data) = real_data() else { return };
    let folder = Folder::new();
    import_sites(&folder, &data);
    folder.run(&["link"]).succeeded();
    let people = people(&data);
    let person = |site: &str, id: &String| people.get(&(site.to_owned(), id.clone()));
    let sites = SITES.map(|(site, ..)| site);
    // Nobody posted on martialarts in these data, so it has no population.
    for public in &sites[..3] {
        let targets: Vec<&str> = sites.into_iter().filter(|site| site != public).collect();
        let elsewhere: BTreeSet<&String> = targets
            .iter()
            .flat_map(|site| {
                posting_accounts(&folder, site)
                    .into_iter()
                    .map(move |id| (*site, id))
            })
            .filter_map(|(site, id)| person(site, &id))
            .collect();
        let population = posting_accounts(&folder, public);
        let crossover = population
            .iter()
            .filter_map(|id| person(public, id))
            .filter(|person| elsewhere.contains(person));
        let truth = crossover.count() as f64 / population.len() as f64;
        let study = format!("title = \"T\"\npublic_source = \"{public}\"\ntargets = {targets:?}\n");
        folder.write("study.toml", study);
        let run = folder.json(&["study", "run", "study.toml", "--out", public]);
        for form in ["strict", "expected"] {
            let estimate = &run["prevalence"][form];
            let [low, high] = ["low", "high"].map(|end| estimate[end].as_f64().unwrap());
            assert!(
                (low..=high).contains(&truth),
                "{public}, {form}: {truth} is not in {low} to {high}"
            );
        }
    }
}

/// A form that cannot be computed has no value, and says so in its method.
#[track_caller]
fn check_estimate(form: &str, estimate: &Value) {
    for key in ["value", "low", "high", "n", "method"] {
        assert!(
            estimate.get(key).is_some(),
            "{form} has no {key}: {estimate}"
        );
    }
    assert!(estimate["n"].as_u64().unwrap() > 0, "{form}: {estimate}");
    assert!(
        !estimate["method"].as_str().unwrap().is_empty(),
        "{form}: {estimate}"
    );
}
