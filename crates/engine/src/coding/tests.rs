use super::*;
use expect_test::expect;

fn key() -> Key {
    let stratum = |label: &str, post_count, drawn_count| KeyStratum {
        label: label.to_owned(),
        group: "others".to_owned(),
        post_count,
        drawn_count,
    };
    let post = |number: usize, stratum, inclusion_probability| KeyPost {
        post: format!("post-{number}"),
        post_id: format!("id{number}"),
        language: None,
        stratum,
        inclusion_probability,
    };
    Key {
        rules_version: entangle_text::offers::rules_version(),
        snapshot: 3,
        seed: 1,
        study: String::new(),
        strata: vec![stratum("sell", 4, 2), stratum("none", 20, 2)],
        posts: vec![
            post(1, 0, 0.5),
            post(2, 0, 0.5),
            post(3, 1, 0.1),
            post(4, 1, 0.1),
        ],
    }
}

fn read(text: &str) -> Result<Codes, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("codes.csv");
    std::fs::write(&file, text).unwrap();
    read_codes(&file, &key()).map_err(|error| {
        let message = error.to_string();
        message.replace(&*file.to_string_lossy(), "codes.csv")
    })
}

#[test]
fn codes_are_read_wherever_their_columns_stand() {
    let codes =
        read("\u{feff}text,code,post\n\"a, b\nc\", Sell ,post-1\nx,,post-2\ny,none,post-3\n");
    let expected = [("post-1".to_owned(), 0), ("post-3".to_owned(), 4)];
    assert_eq!(codes, Ok(Codes::from(expected)));
}

#[test]
fn errors_name_row_and_column() {
    let texts = [
        "post,text\n",
        "post,code\npost-1,sell\npost-2,selling\n",
        "post,code\npost-9,sell\n",
        "post,code\npost-1,sell\npost-1,buy\n",
    ];
    let errors: Vec<String> = texts.map(|text| read(text).unwrap_err()).into();
    expect![[r#"
        cannot read codes.csv, line 1: there is no column "code"; a sample has post and code, separated by commas
        cannot read codes.csv, line 3: column code: "selling" is none of sell, buy, hire, seek_work, none; leave it empty where nothing can be said
        cannot read codes.csv, line 2: column post: "post-9" is not a post of the key
        cannot read codes.csv, line 3: column post: post-1 stands twice"#]]
    .assert_eq(&errors.join("\n"));
}

#[test]
fn the_resolved_code_counts_and_then_the_first_coders() {
    let codes = |pairs: &[(&str, usize)]| -> Codes {
        let owned = pairs.iter().map(|(post, code)| ((*post).to_owned(), *code));
        owned.collect()
    };
    let first = codes(&[("post-1", 0), ("post-2", 0), ("post-3", 4)]);
    let second = codes(&[("post-1", 1), ("post-2", 0)]);
    let resolved = codes(&[("post-2", 4)]);
    let input = coding_input(&key(), &first, Some(&second), Some(&resolved));
    let seen: Vec<(usize, usize, f64, Option<(usize, usize)>)> = input
        .posts
        .iter()
        .map(|post| (post.label, post.code, post.inclusion_probability, post.both))
        .collect();
    // The second post of the stratum none has no code, so the first stands for all twenty.
    assert_eq!(
        seen,
        [
            (0, 0, 0.5, Some((0, 1))),
            (0, 4, 0.5, Some((0, 0))),
            (4, 4, 0.05, None)
        ]
    );
}

#[test]
fn keys_are_read_back_and_keys_of_other_rules_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.json");
    key().write(&file).unwrap();
    assert_eq!(Key::read(&file).unwrap(), key());
    let mut other = key();
    other.rules_version = "0".to_owned();
    other.write(&file).unwrap();
    let message = Key::read(&file).unwrap_err().to_string();
    assert!(
        message.contains("labelled by rules of version 0"),
        "{message}"
    );
    std::fs::write(&file, "{}").unwrap();
    let message = Key::read(&file).unwrap_err().to_string();
    assert!(
        message.contains("line 1: it is not a key of a sample"),
        "{message}"
    );
}
