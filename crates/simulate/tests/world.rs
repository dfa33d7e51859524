//! Whole worlds: their files can be read, agree with their truth, and depend on the seed alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use entangle_simulate::{
    BehaviouralDifference, SimulateError, SimulatedSource, WorldKind, WorldOptions, WorldSummary,
    manifest, write_world,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;
use tempfile::TempDir;

fn world(options: &WorldOptions) -> (TempDir, WorldSummary) {
    let folder = tempfile::tempdir().unwrap();
    let summary = write_world(folder.path(), options, &mut |_| {}).unwrap();
    (folder, summary)
}

/// One post as far as a test needs it.
struct Post {
    author: Option<String>,
    posted_at: Option<String>,
    kind: String,
    body: String,
}

/// What one source says, read with ordinary parsers.
#[derive(Default)]
struct Contents {
    /// Name by native id; `None` for a nameless account.
    accounts: BTreeMap<String, Option<String>>,
    posts: Vec<Post>,
}

fn text_of(path: &Path) -> String {
    let file = File::open(path).unwrap();
    let mut text = String::new();
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending {
        Some("gz") => flate2::read::GzDecoder::new(BufReader::new(file))
            .read_to_string(&mut text)
            .unwrap(),
        Some("zst") => zstd::Decoder::new(file)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap(),
        _ => BufReader::new(file).read_to_string(&mut text).unwrap(),
    };
    text
}

fn xml_rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = text_of(path);
    let mut reader = Reader::from_str(&text);
    let mut rows = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Empty(row) => rows.push(
                row.attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        let key = attribute.key.as_ref().to_owned();
                        let value = quick_xml::escape::unescape(&attribute.value)
                            .unwrap()
                            .into_owned();
                        (key, value)
                    })
                    .collect(),
            ),
            Event::Eof => return rows,
            _ => {}
        }
    }
}

fn read_stackexchange(folder: &Path) -> Contents {
    let mut contents = Contents::default();
    for row in xml_rows(&folder.join("Users.xml")) {
        let name = row.get("DisplayName").cloned();
        contents.accounts.insert(row["Id"].clone(), name);
    }
    for row in xml_rows(&folder.join("Posts.xml")) {
        let is_question = row["PostTypeId"] == "1";
        contents.posts.push(Post {
            author: row.get("OwnerUserId").cloned(),
            posted_at: row.get("CreationDate").cloned(),
            kind: if is_question { "opening" } else { "reply" }.to_owned(),
            body: row["Body"].clone(),
        });
    }
    for row in xml_rows(&folder.join("Comments.xml")) {
        contents.posts.push(Post {
            author: row.get("UserId").cloned(),
            posted_at: row.get("CreationDate").cloned(),
            kind: "comment".to_owned(),
            body: row["Text"].clone(),
        });
    }
    contents
}

fn string(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

fn read_jsonl(path: &Path) -> Contents {
    let mut contents = Contents::default();
    for line in text_of(path).lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        match value["type"].as_str().unwrap() {
            "account" => {
                let id = string(&value, "native_id").unwrap();
                contents.accounts.insert(id, string(&value, "name"));
            }
            "post" => contents.posts.push(Post {
                author: string(&value, "account_native_id"),
                posted_at: string(&value, "posted_at"),
                kind: string(&value, "kind").unwrap(),
                body: string(&value, "body").unwrap(),
            }),
            other => assert_eq!(other, "thread"),
        }
    }
    contents
}

fn read_csv(folder: &Path) -> Contents {
    let filled = |field: &str| (!field.is_empty()).then(|| field.to_owned());
    let mut contents = Contents::default();
    for row in csv_rows(&folder.join("accounts.csv"), 11) {
        contents.accounts.insert(row[0].clone(), filled(&row[1]));
    }
    for row in csv_rows(&folder.join("posts.csv"), 8) {
        contents.posts.push(Post {
            author: filled(&row[2]),
            posted_at: filled(&row[5]),
            kind: row[4].clone(),
            body: row[6].clone(),
        });
    }
    contents
}

/// Rows after the header, each of that many fields.
fn csv_rows(path: &Path, field_count: usize) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            assert_eq!(record.len(), field_count);
            record.iter().map(str::to_owned).collect()
        })
        .collect()
}

fn read_telegram(path: &Path) -> Contents {
    let export: Value = serde_json::from_str(&text_of(path)).unwrap();
    let mut contents = Contents::default();
    for message in export["messages"].as_array().unwrap() {
        if message["type"] != "message" {
            continue;
        }
        let author = string(message, "from_id");
        contents
            .accounts
            .insert(author.clone().unwrap(), string(message, "from"));
        contents.posts.push(Post {
            author,
            posted_at: string(message, "date"),
            kind: "message".to_owned(),
            body: message["text"].to_string(),
        });
    }
    contents
}

fn read_jabber(path: &Path) -> Contents {
    let text = text_of(path);
    let mut contents = Contents::default();
    for message in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
        let message = message.unwrap();
        for side in ["from", "to"] {
            let address = string(&message, side).unwrap();
            contents.accounts.insert(address, None);
        }
        contents.posts.push(Post {
            author: string(&message, "from"),
            posted_at: string(&message, "ts"),
            kind: "message".to_owned(),
            body: string(&message, "body").unwrap(),
        });
    }
    contents
}

fn read_source(source: &SimulatedSource) -> Contents {
    match source.format.as_str() {
        "stackexchange" => read_stackexchange(&source.path),
        "canonical_jsonl" => read_jsonl(&source.path),
        "canonical_csv" => read_csv(&source.path),
        "telegram_desktop" => read_telegram(&source.path),
        "jabber_json" => read_jabber(&source.path),
        other => panic!("no reader for {other}"),
    }
}

/// Contents by source.
fn read_world(folder: &Path) -> BTreeMap<String, Contents> {
    manifest(folder)
        .unwrap()
        .iter()
        .map(|source| (source.name.clone(), read_source(source)))
        .collect()
}

/// Person by source and native id.
fn read_truth(folder: &Path) -> BTreeMap<(String, String), String> {
    let text = text_of(&folder.join("truth.tsv"));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("site\tuser_id\taccount_id"));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [site, user_id, account_id] = fields[..] else {
                panic!("{line}");
            };
            ((site.to_owned(), user_id.to_owned()), account_id.to_owned())
        })
        .collect()
}

fn hash_of_folder(folder: &Path) -> String {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        let relative = path.strip_prefix(folder).unwrap();
        hasher.update(relative.to_string_lossy().as_bytes());
        hasher.update(&fs::read(&path).unwrap());
    }
    hasher.finalize().to_hex().to_string()
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_others() {
    let (one, _) = world(&WorldOptions::new(11, 5_000));
    let (again, _) = world(&WorldOptions::new(11, 5_000));
    let (other, _) = world(&WorldOptions::new(12, 5_000));
    assert_eq!(hash_of_folder(one.path()), hash_of_folder(again.path()));
    assert_ne!(hash_of_folder(one.path()), hash_of_folder(other.path()));
}

#[test]
fn the_seed_of_the_field_has_two_languages_six_forums_and_three_named_freelancers() {
    let options = WorldOptions {
        kind: WorldKind::SeedOfField,
        ..WorldOptions::new(5, 40_000)
    };
    let (folder, summary) = world(&options);
    assert_eq!(summary.target_sources.len(), 7);
    let truth = read_truth(folder.path());
    let contents = read_world(folder.path());
    let public = &contents[&summary.public_source];
    let is_russian = |body: &String| body.chars().any(|letter| ('а'..='я').contains(&letter));
    let russian = public.posts.iter().filter(|post| is_russian(&post.body));
    let share = russian.count() as f64 / public.posts.len() as f64;
    assert!(
        (0.05..0.4).contains(&share),
        "{share} of the posts are in Russian"
    );
    assert_eq!(summary.freelancers.len(), 3);
    for one in &summary.freelancers {
        let person = &truth[&(summary.public_source.clone(), one.public_native_id.clone())];
        let in_chat = (one.chat_source.clone(), one.chat_native_id.clone());
        assert_eq!(person, &truth[&in_chat], "one hand");
        let chat = &contents[&one.chat_source].posts;
        let naming = chat
            .iter()
            .filter(|post| post.body.contains(&one.public_name))
            .filter(|post| post.author.as_ref() != Some(&one.chat_native_id));
        assert!(naming.count() >= 3, "others name {}", one.public_name);
    }
}

#[test]
fn planted_style_changes_texts_and_nothing_else() {
    let options = WorldOptions::new(11, 5_000);
    let styled = WorldOptions {
        style_strength: 1.0,
        ..options.clone()
    };
    let ((plain, _), (styled, _)) = (world(&options), world(&styled));
    let summary = text_of(&plain.path().join("world.json"));
    assert!(!summary.contains("style_strength"));
    assert_eq!(read_truth(plain.path()), read_truth(styled.path()));
    let (plain, styled) = (read_world(plain.path()), read_world(styled.path()));
    for (source, contents) in &plain {
        let pairs = || contents.posts.iter().zip(&styled[source].posts);
        assert_eq!(contents.posts.len(), styled[source].posts.len());
        assert!(pairs().all(|(one, other)| one.author == other.author));
        assert!(pairs().all(|(one, other)| one.posted_at == other.posted_at));
        let changed_count = pairs()
            .filter(|(one, other)| one.body != other.body)
            .count();
        assert!(2 * changed_count > contents.posts.len(), "{source}");
    }
}

#[test]
fn every_account_of_every_file_is_in_the_truth_and_the_other_way_round() {
    let (folder, summary) = world(&WorldOptions::new(3, 20_000));
    let truth: BTreeSet<_> = read_truth(folder.path()).into_keys().collect();
    let mut found = BTreeSet::new();
    for (source, contents) in read_world(folder.path()) {
        for native_id in contents.accounts.into_keys() {
            found.insert((source.clone(), native_id));
        }
    }
    assert_eq!(truth, found);
    let counted: u64 = summary.sources.iter().map(|one| one.account_count).sum();
    assert_eq!(counted + 1, truth.len() as u64, "all and the site's bot");
}

#[test]
fn every_author_has_an_account() {
    let (folder, _) = world(&WorldOptions::new(3, 20_000));
    for (source, contents) in read_world(folder.path()) {
        for author in contents
            .posts
            .iter()
            .filter_map(|post| post.author.as_ref())
        {
            assert!(contents.accounts.contains_key(author), "{source} {author}");
        }
    }
}

#[test]
fn the_stated_prevalence_is_what_files_and_truth_give() {
    let options = WorldOptions {
        crossover_share: 0.15,
        deleted_account_share: 0.05,
        missing_author_share: 0.05,
        ..WorldOptions::new(4, 30_000)
    };
    let (folder, summary) = world(&options);
    let truth = read_truth(folder.path());
    let mut people_by_source: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (source, contents) in read_world(folder.path()) {
        let people = people_by_source.entry(source.clone()).or_default();
        for author in contents.posts.into_iter().filter_map(|post| post.author) {
            people.insert(truth[&(source.clone(), author)].clone());
        }
    }
    let population = people_by_source.remove(&summary.public_source).unwrap();
    let elsewhere: BTreeSet<_> = people_by_source.values().flatten().collect();
    let crossover_count = population
        .iter()
        .filter(|person| elsewhere.contains(person))
        .count();
    assert_eq!(population.len() as u64, summary.population_count);
    assert_eq!(crossover_count as u64, summary.crossover_count);
    for count in &summary.crossover_count_by_target {
        let people = &people_by_source[&count.target];
        let shared = population.intersection(people).count();
        assert_eq!(shared as u64, count.crossover_count, "{}", count.target);
    }
    let by_set: u64 = summary
        .crossover_count_by_target_set
        .iter()
        .map(|set| set.crossover_count)
        .sum();
    assert_eq!(by_set, summary.crossover_count);
}

#[test]
fn the_realised_prevalence_lies_near_the_option() {
    for crossover_share in [0.0, 0.072, 0.4] {
        let options = WorldOptions {
            crossover_share,
            ..WorldOptions::new(5, 30_000)
        };
        let (_folder, summary) = world(&options);
        let difference = crossover_share - summary.planted_prevalence;
        assert!(difference.abs() < 0.02, "{difference}");
    }
}

#[test]
fn posts_add_up_to_about_the_number_asked_for() {
    for post_count in [2_000, 50_000] {
        let mut last_progress = 0;
        let folder = tempfile::tempdir().unwrap();
        let options = WorldOptions::new(6, post_count);
        let summary = write_world(folder.path(), &options, &mut |written_count| {
            assert!(written_count >= last_progress);
            last_progress = written_count;
        })
        .unwrap();
        let share = summary.post_count as f64 / post_count as f64;
        assert!((0.95..1.05).contains(&share), "{share}");
        assert_eq!(last_progress, summary.post_count);
        let in_files: usize = read_world(folder.path())
            .values()
            .map(|contents| contents.posts.len())
            .sum();
        assert_eq!(in_files as u64, summary.post_count);
    }
}

#[test]
fn names_are_unique_on_boards_and_shared_on_the_public_forum() {
    let (folder, _) = world(&WorldOptions::new(7, 200_000));
    for (source, contents) in read_world(folder.path()) {
        let names: Vec<String> = contents
            .accounts
            .values()
            .flatten()
            .map(|name| name.to_lowercase())
            .collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        let shared_share = 1.0 - distinct.len() as f64 / names.len().max(1) as f64;
        match source.as_str() {
            "webmasters" => assert!((0.02..0.3).contains(&shared_share), "{shared_share}"),
            "darkboard" | "nightmarket_board" | "temnyi_forum" => {
                assert_eq!(distinct.len(), names.len(), "{source}");
            }
            _ => {}
        }
    }
}

#[test]
fn equal_names_across_sources_are_partly_chance_and_partly_one_person() {
    let (folder, _) = world(&WorldOptions::new(8, 300_000));
    let truth = read_truth(folder.path());
    let contents = read_world(folder.path());
    let people_of = |source: &str| {
        let mut people: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (native_id, name) in &contents[source].accounts {
            if let Some(name) = name {
                let person = truth[&(source.to_owned(), native_id.clone())].clone();
                people
                    .entry(name.to_lowercase())
                    .or_default()
                    .insert(person);
            }
        }
        people
    };
    let public = people_of("webmasters");
    let (mut equal_count, mut true_count) = (0usize, 0usize);
    for (name, people) in people_of("darkboard") {
        let Some(others) = public.get(&name) else {
            continue;
        };
        equal_count += people.len() * others.len();
        true_count += people.intersection(others).count();
    }
    let precision = true_count as f64 / equal_count as f64;
    assert!(
        (0.05..0.6).contains(&precision),
        "{true_count} of {equal_count}"
    );
}

#[test]
fn planted_name_reuse_is_near_its_options() {
    let (_folder, summary) = world(&WorldOptions::new(9, 300_000));
    let pair = summary
        .pairs
        .iter()
        .find(|pair| pair.source_right == "darkboard")
        .unwrap();
    let written = pair.name_level_m.as_ref().unwrap()["written"];
    // Default names and taken names make unchanged names a little rarer than the option.
    assert!((0.42..0.58).contains(&written), "{written}");
    assert!(pair.link_count >= pair.posting_link_count);
}

/// Means over crossover users and over everybody else on the public forum.
fn public_behaviour(difference: BehaviouralDifference) -> [[f64; 2]; 3] {
    let options = WorldOptions {
        behavioural_difference: difference,
        crossover_share: 0.3,
        ..WorldOptions::new(10, 120_000)
    };
    let (folder, _) = world(&options);
    let truth = read_truth(folder.path());
    let mut contents = read_world(folder.path());
    let public = contents.remove("webmasters").unwrap();
    let mut elsewhere = BTreeSet::new();
    for (source, contents) in &contents {
        for author in contents.posts.iter().filter_map(|post| post.author.clone()) {
            elsewhere.insert(truth[&(source.clone(), author)].clone());
        }
    }
    let mut sums = [[0.0; 2]; 3];
    let mut counts = [0.0; 2];
    for post in &public.posts {
        let Some(author) = &post.author else {
            continue;
        };
        let person = &truth[&("webmasters".to_owned(), author.clone())];
        let group = usize::from(!elsewhere.contains(person));
        let hour: u32 = post.posted_at.as_ref().unwrap()[11..13].parse().unwrap();
        sums[0][group] += f64::from(u8::from(hour < 6));
        sums[1][group] += post.body.len() as f64;
        sums[2][group] += f64::from(u8::from(post.kind == "opening"));
        counts[group] += 1.0;
    }
    sums.map(|[crossover, other]| [crossover / counts[0], other / counts[1]])
}

#[test]
fn without_a_planted_difference_crossover_users_behave_like_others() {
    for [crossover, other] in public_behaviour(BehaviouralDifference::None) {
        let ratio = crossover / other;
        assert!((0.7..1.4).contains(&ratio), "{crossover} {other}");
    }
}

#[test]
fn a_planted_difference_shows_in_hours_length_and_threads() {
    let [night, length, opening] = public_behaviour(BehaviouralDifference::Planted);
    assert!(night[0] > 1.5 * night[1], "{night:?}");
    assert!(length[0] < 0.85 * length[1], "{length:?}");
    assert!(opening[0] > 1.5 * opening[1], "{opening:?}");
}

#[test]
fn a_folder_with_content_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("note.txt"), "mine").unwrap();
    let result = write_world(folder.path(), &WorldOptions::new(1, 2_000), &mut |_| {});
    assert!(matches!(result, Err(SimulateError::FolderNotEmpty { .. })));
}

#[test]
fn the_summary_is_read_back_from_its_file() {
    let (folder, summary) = world(&WorldOptions::new(13, 3_000));
    let text = text_of(&folder.path().join("world.json"));
    let again: WorldSummary = serde_json::from_str(&text).unwrap();
    assert_eq!(again.sources, summary.sources);
    assert_eq!(
        again.crossover_count_by_target_set,
        summary.crossover_count_by_target_set
    );
    let difference = again.planted_prevalence - summary.planted_prevalence;
    assert!(difference.abs() < 1e-12, "{difference}");
}
