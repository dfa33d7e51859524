//! What the index finds is what a reader with a finger on the page finds: random small worlds and
//! random queries, compared with a scan that has its own words, stems and dates.

use std::collections::{BTreeMap, BTreeSet};

use entangle_search::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::support::{found, open, small_writer, state};

/// Forms of a word, by hand. Within a line an English or Russian reader sees one word.
const GROUPS: [&[&str]; 10] = [
    &["sell", "selling", "sells"],
    &["account", "accounts"],
    &["card", "cards", "carded"],
    &["seller", "sellers"],
    &["аккаунт", "аккаунты", "аккаунтов", "аккаунта"],
    &["карта", "карты", "картой"],
    &["продажа", "продажи"],
    &["steam"],
    &["vbv2"],
    &["2020"],
];

const HAN: [&str; 3] = ["出", "售", "号"];

const LANGUAGES: [Option<&str>; 6] = [
    Some("en"),
    Some("ru"),
    Some("uk"),
    Some("pl"),
    Some("zh"),
    None,
];

const DAY_US: i64 = 86_400_000_000;

#[derive(Debug, Clone)]
struct Post {
    document: PostDocument,
    words: Vec<String>,
}

/// Words by white space and commas, Han characters one by one; nothing of the crate.
fn split(body: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in body.chars() {
        if HAN.contains(&character.to_string().as_str()) {
            words.extend([character.to_string(), String::new()]);
        } else if character == ' ' || character == ',' || character == '.' {
            words.push(String::new());
        } else if let Some(last) = words.last_mut() {
            last.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_cyrillic(word: &str) -> bool {
    word.starts_with(|c: char| ('а'..='я').contains(&c))
}

/// Whether the language has no stemmer and is written in the letters of the word.
fn stays_as_written(word: &str, language: Option<&str>) -> bool {
    match language {
        Some("uk") => is_cyrillic(word),
        Some("pl") => word.starts_with(|c: char| c.is_ascii_lowercase()),
        _ => false,
    }
}

fn is_same_word(wanted: &str, word: &str, language: Option<&str>) -> bool {
    wanted == word
        || !stays_as_written(word, language)
            && GROUPS
                .iter()
                .any(|group| group.contains(&wanted) && group.contains(&word))
}

fn has_word(wanted: &str, post: &Post) -> bool {
    let language = post.document.language.as_deref();
    post.words.iter().any(|word| {
        let is_beginning = stays_as_written(word, language)
            && wanted.chars().count() >= 4
            && wanted.chars().all(char::is_alphabetic)
            && word.starts_with(wanted);
        is_same_word(wanted, word, language) || is_beginning
    })
}

/// Every choice of ascending places, by brute force.
fn has_phrase(
    post: &Post,
    wanted: &[String],
    slop: usize,
    is_same: &dyn Fn(&str, &str) -> bool,
) -> bool {
    fn from(
        words: &[String],
        wanted: &[String],
        place: usize,
        end: usize,
        is_same: &dyn Fn(&str, &str) -> bool,
    ) -> bool {
        let Some((next, rest)) = wanted.split_first() else {
            return true;
        };
        (place..words.len().min(end))
            .any(|at| is_same(next, &words[at]) && from(words, rest, at + 1, end, is_same))
    }
    (0..post.words.len()).any(|start| {
        is_same(&wanted[0], &post.words[start])
            && from(
                &post.words,
                &wanted[1..],
                start + 1,
                start + wanted.len() + slop,
                is_same,
            )
    })
}

fn matches_glob(pattern: &[char], word: &[char]) -> bool {
    match pattern.split_first() {
        None => word.is_empty(),
        Some(('*', rest)) => (0..=word.len()).any(|skip| matches_glob(rest, &word[skip..])),
        Some(('?', rest)) => !word.is_empty() && matches_glob(rest, &word[1..]),
        Some((letter, rest)) => word.first() == Some(letter) && matches_glob(rest, &word[1..]),
    }
}

/// Distance with insertions, deletions, replacements and swaps of neighbours.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
                let mut best = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    table[left.len()][right.len()]
}

fn matches(query: &Query, post: &Post) -> bool {
    let language = post.document.language.as_deref();
    match query {
        Query::All => true,
        Query::Word {
            word,
            form: WordForm::Stemmed,
        } => has_word(word, post),
        Query::Word {
            word,
            form: WordForm::Exact,
        } => post.words.contains(word),
        Query::Phrase { words, slop, form } => {
            let slop = *slop as usize;
            match form {
                WordForm::Exact => has_phrase(post, words, slop, &|a, b| a == b),
                WordForm::Stemmed => {
                    has_phrase(post, words, slop, &|a, b| is_same_word(a, b, language))
                }
            }
        }
        Query::Wildcard { pattern } => {
            let pattern: Vec<char> = pattern.chars().collect();
            post.words
                .iter()
                .any(|word| matches_glob(&pattern, &word.chars().collect::<Vec<_>>()))
        }
        Query::Fuzzy {
            word,
            distance: most,
        } => post
            .words
            .iter()
            .any(|other| distance(word, other) <= usize::from(*most)),
        Query::Regex { .. } => unreachable!("not generated"),
        Query::Field { field, value, .. } => field_matches(*field, value, post),
        Query::Date { bound, date } => {
            let text = date.to_string();
            let year: i64 = text.parse().unwrap();
            let start = (year - 1970) * 365 * DAY_US;
            post.document.posted_at_us.is_some_and(|at| match bound {
                DateBound::Before => at < start,
                DateBound::After => at >= start,
                DateBound::On => (start..start + 365 * DAY_US).contains(&at),
            })
        }
        Query::And(clauses) => clauses.iter().all(|clause| matches(clause, post)),
        Query::Or(clauses) => clauses.iter().any(|clause| matches(clause, post)),
        Query::Not(clause) => !matches(clause, post),
        Query::Ranked {
            required, excluded, ..
        } => {
            required.iter().all(|clause| matches(clause, post))
                && !excluded.iter().any(|clause| matches(clause, post))
        }
    }
}

fn field_matches(field: FieldName, value: &str, post: &Post) -> bool {
    let document = &post.document;
    match field {
        FieldName::Source => document.source == value,
        FieldName::Author => document
            .author_name
            .as_ref()
            .is_some_and(|name| name.to_lowercase() == value.to_lowercase()),
        FieldName::Language => document.language.as_deref() == Some(value),
        FieldName::Identifier => document
            .identifiers
            .iter()
            .any(|it| it.value == value || format!("{}:{}", it.kind, it.value) == value),
        _ => unreachable!("not generated"),
    }
}

fn vocabulary() -> Vec<String> {
    GROUPS
        .iter()
        .flat_map(|group| group.iter())
        .chain(&HAN)
        .map(|word| (*word).to_owned())
        .collect()
}

fn any_word() -> impl Strategy<Value = String> {
    proptest::sample::select(vocabulary())
}

fn world() -> impl Strategy<Value = Vec<Post>> {
    let body = proptest::collection::vec((any_word(), any::<bool>(), 0..6u8), 0..9);
    let post = (
        body,
        proptest::sample::select(LANGUAGES.to_vec()),
        0..3usize,
        proptest::option::of(-400i64..400),
        proptest::option::of(0..3i64),
    );
    proptest::collection::vec(post, 1..14).prop_map(|posts| {
        posts
            .into_iter()
            .enumerate()
            .map(|(number, (words, language, place, day, key))| {
                let mut body = String::new();
                for (word, is_capital, separator) in words {
                    body += &if is_capital {
                        word.to_uppercase()
                    } else {
                        word.clone()
                    };
                    body += if HAN.contains(&word.as_str()) && separator > 2 {
                        ""
                    } else {
                        [" ", ", ", ". "][usize::from(separator % 3)]
                    };
                }
                let document = PostDocument {
                    post_id: format!("p{number:02}"),
                    source: ["forum", "market", "chat"][place].into(),
                    author_name: Some(["Neo", "Trinity", "Морфей"][(number + place) % 3].into()),
                    language: language.map(str::to_owned),
                    kind: "reply".into(),
                    board: (place > 0).then(|| format!("board {}", number % 2)),
                    posted_at_us: day.map(|day| day * DAY_US + 1),
                    identifiers: (number % 3 == 0)
                        .then(|| PostIdentifier {
                            kind: "email".into(),
                            value: format!("u{place}@x.example"),
                        })
                        .into_iter()
                        .collect(),
                    near_copy_key: key,
                    body,
                    ..PostDocument::default()
                };
                Post {
                    words: split(&document.body),
                    document,
                }
            })
            .collect()
    })
}

fn leaf() -> impl Strategy<Value = Query> {
    let form = prop_oneof![3 => Just(WordForm::Stemmed), 1 => Just(WordForm::Exact)].boxed();
    let field = prop_oneof![
        proptest::sample::select(vec!["forum", "market", "nowhere"])
            .prop_map(|it| (FieldName::Source, it)),
        proptest::sample::select(vec!["neo", "TRINITY", "морфей"])
            .prop_map(|it| (FieldName::Author, it)),
        proptest::sample::select(vec!["en", "uk"]).prop_map(|it| (FieldName::Language, it)),
        proptest::sample::select(vec!["email:u0@x.example", "u1@x.example"])
            .prop_map(|it| (FieldName::Identifier, it)),
    ];
    let pattern = proptest::sample::select(vec![
        "sell*", "s?ll", "*ard?", "акк*", "*та", "ca*s", "20?0",
    ]);
    let date = (
        proptest::sample::select(DateBound::ALL.to_vec()),
        1969..1972i32,
    );
    prop_oneof![
        6 => (any_word(), form.clone()).prop_map(|(word, form)| Query::Word { word, form }),
        4 => (proptest::collection::vec(any_word(), 2..4), 0..4u32, form)
            .prop_map(|(words, slop, form)| Query::Phrase { words, slop, form }),
        1 => pattern.prop_map(|pattern| Query::Wildcard { pattern: pattern.into() }),
        1 => (any_word(), 1..3u8).prop_filter_map("long enough", |(word, distance)| {
            (word.chars().count() >= 5).then_some(Query::Fuzzy { word, distance })
        }),
        1 => field.prop_map(|(field, value)| Query::Field { field, value: value.into(), is_pattern: false }),
        1 => date.prop_map(|(bound, year)| {
            let date = QueryDate::parse(&year.to_string()).unwrap();
            Query::Date { bound, date }
        }),
        1 => Just(Query::All),
    ]
}

fn any_query() -> impl Strategy<Value = Query> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        let list = |inner: BoxedStrategy<Query>| proptest::collection::vec(inner, 1..4);
        let inner = inner.boxed();
        prop_oneof![
            list(inner.clone()).prop_map(Query::and),
            list(inner.clone()).prop_map(Query::or),
            inner.clone().prop_map(Query::not),
            (list(leaf().boxed()), list(leaf().boxed()), list(inner)).prop_map(
                |(required, optional, excluded)| Query::ranked(required, optional, excluded)
            ),
        ]
    })
}

/// Adds the posts in two commits, so that the index has several parts, and takes some out.
fn indexed(posts: &[Post], folder: &std::path::Path, taken_out: &str) -> SearchIndex {
    let index = open(folder);
    let mut writer = small_writer(&index);
    for half in posts.chunks(posts.len().div_ceil(2)) {
        for post in half {
            writer.add(&post.document).unwrap();
        }
        writer.commit(&state(1)).unwrap();
    }
    writer.delete_by_post(taken_out);
    writer.commit(&state(2)).unwrap();
    index.refresh().unwrap();
    index
}

fn ids<'a>(posts: impl IntoIterator<Item = &'a Post>) -> Vec<String> {
    posts
        .into_iter()
        .map(|post| post.document.post_id.clone())
        .collect()
}

#[test]
fn the_index_finds_what_a_scan_finds() {
    let mut runner = TestRunner::new(Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let queries = proptest::collection::vec(any_query(), 25);
    runner
        .run(&(world(), queries), |(mut posts, queries)| {
            let folder = tempfile::tempdir().unwrap();
            let index = indexed(&posts, folder.path(), "p03");
            posts.retain(|post| post.document.post_id != "p03");
            for query in queries {
                let expected: Vec<&Post> =
                    posts.iter().filter(|post| matches(&query, post)).collect();
                prop_assert_eq!(
                    found(&index, &query.to_string()),
                    ids(expected.iter().copied()),
                    "{}",
                    query
                );
                check_counts(&index, &query, &expected)?;
                check_pages(&index, &query, &expected)?;
                check_marks(&query, &posts)?;
            }
            Ok(())
        })
        .unwrap();
}

fn check_counts(
    index: &SearchIndex,
    query: &Query,
    expected: &[&Post],
) -> Result<(), TestCaseError> {
    let allowed = BTreeSet::from(["forum".to_owned(), "chat".to_owned()]);
    let mut request = SearchRequest::new(query.clone());
    request.allowed_sources = Some(allowed.clone());
    request.facets = vec![FacetField::Source, FacetField::Board];
    request.histogram = Some(CalendarUnit::Day);
    request.collapse_near_copies = true;
    let response = index.search(&request).unwrap();
    let seen: Vec<&&Post> = expected
        .iter()
        .filter(|post| allowed.contains(&post.document.source))
        .collect();
    prop_assert_eq!(response.post_count, seen.len() as u64);

    let mut sources: BTreeMap<String, u64> = BTreeMap::new();
    let mut days: BTreeMap<i64, u64> = BTreeMap::new();
    let mut keys: BTreeMap<i64, u64> = BTreeMap::new();
    for post in &seen {
        *sources.entry(post.document.source.clone()).or_default() += 1;
        if let Some(at) = post.document.posted_at_us {
            *days.entry(at.div_euclid(DAY_US)).or_default() += 1;
        }
        if let Some(key) = post.document.near_copy_key {
            *keys.entry(key).or_default() += 1;
        }
    }
    let counted: BTreeMap<String, u64> = response.facets[0]
        .values
        .iter()
        .map(|value| (value.value.clone(), value.post_count))
        .collect();
    prop_assert_eq!(counted, sources);
    let without_board = seen
        .iter()
        .filter(|post| post.document.board.is_none())
        .count();
    prop_assert_eq!(response.facets[1].missing_count, without_board as u64);
    let bars: Vec<u64> = response
        .histogram
        .iter()
        .map(|bar| bar.post_count)
        .collect();
    prop_assert_eq!(bars, days.into_values().collect::<Vec<_>>());
    let undated = seen
        .iter()
        .filter(|post| post.document.posted_at_us.is_none())
        .count();
    prop_assert_eq!(response.undated_count, Some(undated as u64));

    let singles = seen
        .iter()
        .filter(|post| post.document.near_copy_key.is_none())
        .count();
    prop_assert_eq!(response.group_count, Some((singles + keys.len()) as u64));
    let copies: BTreeMap<i64, u64> = response
        .hits
        .iter()
        .filter_map(|hit| Some((hit.near_copy_key?, hit.copy_count?)))
        .collect();
    prop_assert!(
        copies
            .iter()
            .all(|(key, count)| keys.get(key) == Some(count))
    );
    Ok(())
}

/// Pages of three, newest first, put together.
fn check_pages(
    index: &SearchIndex,
    query: &Query,
    expected: &[&Post],
) -> Result<(), TestCaseError> {
    let mut request = SearchRequest::new(query.clone());
    request.sort = SortOrder::Newest;
    request.limit = 3;
    let mut shown = Vec::new();
    loop {
        let response = index.search(&request).unwrap();
        shown.extend(response.hits.into_iter().map(|hit| hit.post_id));
        request.cursor = response.next_cursor;
        if request.cursor.is_none() {
            break;
        }
    }
    let mut posts = expected.to_vec();
    posts.sort_by_key(|post| {
        let at = post.document.posted_at_us;
        (
            at.is_none(),
            std::cmp::Reverse(at),
            post.document.post_id.clone(),
        )
    });
    prop_assert_eq!(shown, ids(posts));
    Ok(())
}

/// A query of one word, phrase or pattern marks something in those texts, and in those only, that
/// match it.
fn check_marks(query: &Query, posts: &[Post]) -> Result<(), TestCaseError> {
    let is_of_words = matches!(
        query,
        Query::Word { .. } | Query::Phrase { .. } | Query::Wildcard { .. } | Query::Fuzzy { .. }
    );
    for post in posts.iter().filter(|_| is_of_words) {
        let body = &post.document.body;
        let marks = highlights(query, body, post.document.language.as_deref()).unwrap();
        prop_assert_eq!(
            !marks.is_empty(),
            matches(query, post),
            "{} in {:?}",
            query,
            body
        );
        prop_assert!(marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
        prop_assert!(marks.iter().all(|mark| body.get(mark.clone()).is_some()));
    }
    Ok(())
}
