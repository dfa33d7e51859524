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
