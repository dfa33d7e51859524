//! Full-text search over a workspace: the same answers as reading every post, whatever became of the index.

use std::fs;

use super::support::Folder;

/// A word of letters alone that some posts have.
fn some_word(folder: &Folder) -> String {
    let rows =
        folder.rows("SELECT body FROM posts WHERE language = 'en' ORDER BY post_id LIMIT 50");
    let bodies = rows.iter().filter_map(|row| row["body"].as_str());
    let words = bodies.flat_map(|body| body.split_whitespace().map(str::to_lowercase));
    words
        .filter(|word| word.len() >= 7 && word.chars().all(|letter| letter.is_ascii_lowercase()))
        .min()
        .unwrap()
}

/// How many posts have the word, by reading all of them.
fn counted(folder: &Folder, word: &str) -> u64 {
    let query = format!(
        "SELECT count(*) AS n FROM posts WHERE regexp_like(lower(body), '(^|[^a-z0-9_])({word})([^a-z0-9_]|$)')"
    );
    folder.rows(&query)[0]["n"].as_u64().unwrap()
}

fn found(folder: &Folder, query: &str) -> u64 {
    folder.json(&["search", query])["post_count"]
        .as_u64()
        .unwrap()
}

#[test]
fn an_exact_word_is_found_in_every_post_that_has_it_and_in_no_other() {
    let folder = Folder::with_linked_world();
    let word = some_word(&folder);
    let all = counted(&folder, &word);
    assert!(all > 0);
    assert_eq!(found(&folder, &format!("exact:{word}")), all);
    let of_one = folder.json(&["search", &format!("exact:{word}"), "--sources", "darkboard"]);
    let of_other = folder.json(&["search", &format!("exact:{word} source:webmasters")]);
    let sum = |answer: &serde_json::Value| answer["post_count"].as_u64().unwrap();
    assert_eq!(sum(&of_one) + sum(&of_other), all);
}

#[test]
fn the_index_follows_imports_and_is_built_anew_where_it_is_damaged() {
    let folder = Folder::with_linked_world();
    assert_eq!(found(&folder, "exact:zyzzyvas"), 0);
    folder.write(
        "more.jsonl",
        r#"{"type":"post","native_id":"p1","body":"Two zyzzyvas for sale, hardly used."}"#,
    );
    folder.import("more.jsonl", "annex").succeeded();
    assert_eq!(found(&folder, "exact:zyzzyvas"), 1);

    let index = folder.path().join(".entangle/search");
    let held = fs::read_dir(&index)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let terms: Vec<_> = held
        .filter(|path| path.extension().is_some_and(|end| end == "term"))
        .collect();
    assert!(!terms.is_empty());
    for path in terms {
        fs::write(path, b"cut").unwrap();
    }
    let mended = folder.json(&["search", "--update"]);
    assert_eq!(mended["posts"], folder.row_count("posts"));
    assert_eq!(found(&folder, "exact:zyzzyvas"), 1);
}

#[test]
fn a_query_that_cannot_be_read_says_where_and_what_to_do() {
    let folder = Folder::with_linked_world();
    let run = folder.run(&["search", "(sell OR"]);
    assert_eq!(run.exit_code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("hint: "), "{}", run.stderr);
}

#[test]
fn a_post_leads_to_posts_like_it_and_a_score_to_its_parts() {
    let folder = Folder::with_linked_world();
    let lines = [
        r#"{"type":"post","native_id":"p1","body":"A walnut gearbox, polished with beeswax."}"#,
        r#"{"type":"post","native_id":"p2","body":"Who polishes gearboxes of walnut with beeswax?"}"#,
    ];
    folder.write("more.jsonl", lines.join("\n"));
    folder.import("more.jsonl", "annex").succeeded();
    let hits = |arguments: &[&str]| folder.json(arguments)["hits"].as_array().unwrap().clone();
    let found = hits(&["search", "=gearbox source:annex"]);
    let [first] = found.as_slice() else {
        panic!("{found:?}")
    };
    let post_id = first["post_id"].as_str().unwrap();
    let like = hits(&["search", "--like", post_id]);
    assert!(
        like[0]["body"]
            .as_str()
            .unwrap()
            .starts_with("Who polishes"),
        "{like:?}"
    );
    assert!(like.iter().all(|hit| hit["post_id"] != post_id));

    let explained = folder.json(&["search", "gearbox", "--explain", post_id]);
    let score = &hits(&["search", "gearbox"])
        .into_iter()
        .find(|hit| hit["post_id"] == post_id)
        .unwrap()["score"];
    let difference = explained["value"].as_f64().unwrap() - score.as_f64().unwrap();
    assert!(difference.abs() < 1e-5, "{explained} {score}");
    let shown = folder.run(&["search", "gearbox", "--explain", post_id]);
    assert!(shown.stdout.contains("en:gearbox"), "{}", shown.stdout);

    for arguments in [
        &["search", "--like", "nobody"][..],
        &["search", "zyzzyvas", "--explain", post_id],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.exit_code, 2, "{}", run.stderr);
    }
}
