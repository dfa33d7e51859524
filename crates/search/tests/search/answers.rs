//! Requests: order, pages, counts, access, explanations, similar posts, marks.

use std::collections::BTreeSet;

use entangle_search::*;
use expect_test::{Expect, expect};

use super::support::{found, open, post, small_writer, state, write};

const DAY_US: i64 = 86_400_000_000;

/// Twelve posts of three sources; p3 has no time, and every third is a copy of another.
fn posts() -> Vec<PostDocument> {
    (0..12)
        .map(|number| PostDocument {
            source: ["forum", "market", "chat"][number % 3].into(),
            thread_id: Some(format!("t{}", number % 2)),
            thread_title: Some(["Selling steam accounts", "Introductions"][number % 2].into()),
            board: (number % 4 != 0).then(|| ["Carding", "Off topic"][number % 2].into()),
            account_id: Some(format!("a{}", number % 5)),
            author_name: Some(["Neo", "Trinity", "Mr. Smith"][number % 3].into()),
            kind: ["opening", "reply"][number % 2].into(),
            posted_at_us: (number != 3).then_some((18_000 + 20 * number as i64) * DAY_US),
            near_copy_key: (number % 3 == 0).then_some(77),
            identifiers: vec![PostIdentifier {
                kind: "jabber".into(),
                value: format!("neo{number}@jabber.example"),
            }],
            ..post(
                &format!("p{number:02}"),
                &format!(
                    "{} {}",
                    "account ".repeat(1 + number % 4),
                    "filler ".repeat(number)
                ),
            )
        })
        .collect()
}

fn with_index(run: impl FnOnce(&SearchIndex)) {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    write(&index, &posts(), 5);
    run(&index);
}

fn request(query: &str) -> SearchRequest {
    SearchRequest::new(parse(query).unwrap())
}

fn check(response: &SearchResponse, expected: Expect) {
    expected.assert_eq(&serde_json::to_string_pretty(response).unwrap());
}

#[test]
fn a_hit_gives_back_the_record_and_no_search_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let mut kept = posts();
    for (number, post) in kept.iter_mut().enumerate().skip(1) {
        post.record = format!("kept\u{0}{number}");
    }
    write(&index, &kept, 1);
    let everything = request("account");
    let mut similar = index
        .similar(
            "account account filler",
            &SimilarRequest {
                limit: 12,
                ..Default::default()
            },
        )
        .unwrap();
    let mut hits = index
        .search(&SearchRequest {
            limit: 12,
            ..everything
        })
        .unwrap()
        .hits;
    assert_eq!(hits.len(), 12);
    hits.append(&mut similar);
    for hit in hits {
        let number: usize = hit.post_id[1..].parse().unwrap();
        assert_eq!(hit.record, kept[number].record);
    }
    assert_eq!(found(&index, "kept"), Vec::<String>::new());
}

#[test]
fn hits_facets_and_bars() {
    with_index(|index| {
        let response = index
            .search(&SearchRequest {
                sort: SortOrder::Oldest,
                limit: 2,
                facets: vec![
                    FacetField::Source,
                    FacetField::Board,
                    FacetField::Kind,
                    FacetField::Language,
                ],
                facet_values: 1,
                histogram: Some(CalendarUnit::Month),
                collapse_near_copies: true,
                ..request("account")
            })
            .unwrap();
        check(
            &SearchResponse {
                next_cursor: response.next_cursor.clone().map(|_| "given".into()),
                ..response
            },
            expect![[r#"
            {
              "state": {
                "snapshot": 5,
                "table_versions": {
                  "posts": 5
                }
              },
              "post_count": 12,
              "group_count": 9,
              "hits": [
                {
                  "post_id": "p00",
                  "source": "forum",
                  "posted_at_us": 1555200000000000,
                  "score": null,
                  "near_copy_key": 77,
                  "copy_count": 4
                },
                {
                  "post_id": "p01",
                  "source": "market",
                  "posted_at_us": 1556928000000000,
                  "score": null,
                  "near_copy_key": null,
                  "copy_count": 1
                }
              ],
              "next_cursor": "given",
              "facets": [
                {
                  "field": "source",
                  "values": [
                    {
                      "value": "chat",
                      "post_count": 4
                    }
                  ],
                  "distinct_count": 3,
                  "missing_count": 0
                },
                {
                  "field": "board",
                  "values": [
                    {
                      "value": "Off topic",
                      "post_count": 6
                    }
                  ],
                  "distinct_count": 2,
                  "missing_count": 3
                },
                {
                  "field": "kind",
                  "values": [
                    {
                      "value": "opening",
                      "post_count": 6
                    }
                  ],
                  "distinct_count": 2,
                  "missing_count": 0
                },
                {
                  "field": "language",
                  "values": [
                    {
                      "value": "en",
                      "post_count": 12
                    }
                  ],
                  "distinct_count": 1,
                  "missing_count": 0
                }
              ],
              "histogram": [
                {
                  "date": "2019-04",
                  "post_count": 1
                },
                {
                  "date": "2019-05",
                  "post_count": 2
                },
                {
                  "date": "2019-07",
                  "post_count": 2
                },
                {
                  "date": "2019-08",
                  "post_count": 1
                },
                {
                  "date": "2019-09",
                  "post_count": 2
                },
                {
                  "date": "2019-10",
                  "post_count": 2
                },
                {
                  "date": "2019-11",
                  "post_count": 1
                }
              ],
              "undated_count": 1
            }"#]],
        );
    });
}

#[test]
fn pages_put_together_are_the_whole_in_every_order() {
    with_index(|index| {
        for sort in [SortOrder::Relevance, SortOrder::Newest, SortOrder::Oldest] {
            for collapse_near_copies in [false, true] {
                let all = SearchRequest {
                    sort,
                    collapse_near_copies,
                    limit: 100,
                    ..request("account")
                };
                let whole = index.search(&all).unwrap();
                assert_eq!(whole.next_cursor, None);
                for limit in 1..=5 {
                    let mut page = SearchRequest {
                        limit,
                        ..all.clone()
                    };
                    let mut hits = Vec::new();
                    loop {
                        let response = index.search(&page).unwrap();
                        assert_eq!(response.post_count, whole.post_count);
                        hits.extend(response.hits);
                        page.cursor = response.next_cursor;
                        if page.cursor.is_none() {
                            break;
                        }
                    }
                    assert_eq!(hits, whole.hits);
                }
            }
        }
    });
}

/// Posts passed over are none of the best, whatever is counted beside: many equals, several parts, some
/// posts taken out, and words of one term, of two and of three.
#[test]
fn the_best_hits_are_those_of_a_look_at_every_post() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let posts: Vec<PostDocument> = (0..6_000)
        .map(|number| {
            let forms = ["sold", "selling", "sell"][number % 3];
            let language = ["en", "en", "en", "en", "de"][number % 5];
            PostDocument {
                language: Some(language.into()),
                ..post(
                    &format!("p{:04}", number * 7 % 6_000),
                    &format!(
                        "{}rest {} {}",
                        "selling ".repeat(number % 11),
                        forms,
                        "filler ".repeat(number % 23)
                    ),
                )
            }
        })
        .collect();
    for (part, posts) in posts.chunks(2_500).enumerate() {
        write(&index, posts, part as u64);
    }
    let mut writer = small_writer(&index);
    for number in (0..6_000).step_by(13) {
        writer.delete_by_post(&format!("p{number:04}"));
    }
    writer.commit(&state(9)).unwrap();
    index.refresh().unwrap();
    for text in ["=selling", "selling", "sold", "=nothing", "rest"] {
        for limit in [1, 10, 100] {
            let mut best = SearchRequest {
                limit,
                ..request(text)
            };
            for _page in 0..4 {
                let counted = SearchRequest {
                    facets: vec![FacetField::Source],
                    ..best.clone()
                };
                let [best_hits, counted_hits] =
                    [&best, &counted].map(|request| index.search(request).unwrap());
                assert_eq!(best_hits.post_count, counted_hits.post_count, "{text}");
                assert_eq!(best_hits.hits, counted_hits.hits, "{text}");
                assert_eq!(best_hits.next_cursor, counted_hits.next_cursor, "{text}");
                best.cursor = best_hits.next_cursor;
                if best.cursor.is_none() {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_post_gives_its_record_to_who_may_see_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let kept = PostDocument {
        record: "kept".into(),
        ..post("p1", "text")
    };
    write(&index, &[kept], 1);
    let record = |post_id: &str, sources: Option<&str>| {
        let sources = sources.map(|source| BTreeSet::from([source.to_owned()]));
        index.record(post_id, sources.as_ref()).unwrap()
    };
    assert_eq!(record("p1", None).as_deref(), Some("kept"));
    assert_eq!(record("p1", Some("forum")).as_deref(), Some("kept"));
    assert_eq!(record("p1", Some("market")), None);
    assert_eq!(record("p2", None), None);
}

#[test]
fn a_cursor_serves_its_search_and_its_snapshot_only() {
    with_index(|index| {
        let cursor = index
            .search(&SearchRequest {
                limit: 3,
                ..request("account")
            })
            .unwrap()
            .next_cursor
            .unwrap();
        let fault = |request: SearchRequest, cursor: &str| {
            let request = SearchRequest {
                cursor: Some(cursor.into()),
                limit: 3,
                ..request
            };
            match index.search(&request) {
                Err(SearchError::Cursor { reason }) => Some(reason),
                Err(other) => panic!("{other}"),
                Ok(_) => None,
            }
        };
        assert_eq!(fault(request("account"), &cursor), None);
        assert_eq!(fault(request("  account"), &cursor), None);
        assert_eq!(
            fault(request("filler"), &cursor),
            Some(CursorFault::OtherQuery)
        );
        let other_order = SearchRequest {
            sort: SortOrder::Newest,
            ..request("account")
        };
        assert_eq!(fault(other_order, &cursor), Some(CursorFault::OtherQuery));
        let other_access = SearchRequest {
            allowed_sources: Some(BTreeSet::from(["chat".into()])),
            ..request("account")
        };
        assert_eq!(fault(other_access, &cursor), Some(CursorFault::OtherQuery));
        for damaged in [
            "",
            "xyz",
            "7b7d",
            "é",
            &cursor[2..],
            &cursor[..cursor.len() - 2],
        ] {
            assert_eq!(
                fault(request("account"), damaged),
                Some(CursorFault::Damaged),
                "{damaged}"
            );
        }
        let version_two =
            cursor.replace(&hexadecimal("\"version\":1"), &hexadecimal("\"version\":2"));
        assert_eq!(
            fault(request("account"), &version_two),
            Some(CursorFault::OtherVersion)
        );
        write(index, &[post("new", "account")], 6);
        assert_eq!(
            fault(request("account"), &cursor),
            Some(CursorFault::OtherSnapshot)
        );
    });
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn posts_of_other_sources_are_neither_shown_nor_counted() {
    with_index(|index| {
        for allowed in [
            vec![],
            vec!["chat"],
            vec!["nowhere"],
            vec!["chat", "market"],
        ] {
            let allowed: BTreeSet<String> = allowed.into_iter().map(str::to_owned).collect();
            let response = index
                .search(&SearchRequest {
                    allowed_sources: Some(allowed.clone()),
                    facets: vec![FacetField::Source],
                    limit: 100,
                    ..request("account OR source:forum OR NOT filler")
                })
                .unwrap();
            let known = allowed.iter().filter(|source| *source != "nowhere").count() as u64;
            assert_eq!(response.post_count, 4 * known);
            assert!(
                response
                    .hits
                    .iter()
                    .all(|hit| allowed.contains(&hit.source))
            );
            assert!(
                response.facets[0]
                    .values
                    .iter()
                    .all(|value| allowed.contains(&value.value))
            );
            let query = parse("account").unwrap();
            let explained = index.explain(&query, Some(&allowed), "p00").unwrap();
            assert_eq!(explained, None);
            let like = SimilarRequest {
                allowed_sources: Some(allowed.clone()),
                limit: 50,
                ..SimilarRequest::default()
            };
            assert!(
                index
                    .similar("account filler", &like)
                    .unwrap()
                    .iter()
                    .all(|hit| allowed.contains(&hit.source))
            );
        }
    });
}

#[test]
fn fields_are_found() {
    with_index(|index| {
        let show = |query: &str| format!("{query}: {}\n", found(index, query).join(" "));
        let shown: String = [
            "author:neo",
            "author:\"MR. smith\"",
            "author:mr*",
            "author:a3",
            "board:carding",
            "board:\"off  TOPIC\"",
            "board:off*",
            "thread:t0 kind:opening source:forum",
            "thread:account source:chat",
            "thread:\"steam accounts\" source:chat",
            "thread:intro* source:chat",
            "identifier:neo3@jabber.example",
            "identifier:JABBER:Neo3@jabber.example",
            "identifier:email:neo3@jabber.example",
            "identifier:neo1?@*",
            "source:f*m kind:REPLY",
            "lang:en on:2019-04",
            "before:2019-05",
            "after:2019-11 OR on:2019-10-31T00:00:00Z",
            "NOT after:1900",
        ]
        .map(show)
        .concat();
        expect![[r#"
            author:neo: p00 p03 p06 p09
            author:"MR. smith": p02 p05 p08 p11
            author:mr*: p02 p05 p08 p11
            author:a3: p03 p08
            board:carding: p02 p06 p10
            board:"off  TOPIC": p01 p03 p05 p07 p09 p11
            board:off*: p01 p03 p05 p07 p09 p11
            thread:t0 kind:opening source:forum: p00 p06
            thread:account source:chat: p02 p08
            thread:"steam accounts" source:chat: p02 p08
            thread:intro* source:chat: p05 p11
            identifier:neo3@jabber.example: p03
            identifier:JABBER:Neo3@jabber.example: p03
            identifier:email:neo3@jabber.example: 
            identifier:neo1?@*: p10 p11
            source:f*m kind:REPLY: p03 p09
            lang:en on:2019-04: p00
            before:2019-05: p00
            after:2019-11 OR on:2019-10-31T00:00:00Z: p10 p11
            NOT after:1900: p03
        "#]]
        .assert_eq(&shown);
    });
}

#[test]
fn a_score_is_explained_by_its_terms() {
    with_index(|index| {
        let query = parse("accounts filler").unwrap();
        let response = index.search(&SearchRequest::new(query.clone())).unwrap();
        let hit = &response.hits[0];
        let explanation = index.explain(&query, None, &hit.post_id).unwrap().unwrap();
        assert!((explanation.value - hit.score.unwrap()).abs() < 1e-5);
        assert!(
            serde_json::to_string(&explanation)
                .unwrap()
                .contains("en:account")
        );
        assert_eq!(index.explain(&query, None, "p00").unwrap(), None);
        assert_eq!(index.explain(&query, None, "nobody").unwrap(), None);
        for text in [
            "\"accounts filler\"~4",
            "acc*",
            "account~1",
            "+account filler author:neo",
            "*",
        ] {
            let query = parse(text).unwrap();
            for hit in index
                .search(&SearchRequest::new(query.clone()))
                .unwrap()
                .hits
            {
                let explanation = index.explain(&query, None, &hit.post_id).unwrap().unwrap();
                assert!(
                    (explanation.value - hit.score.unwrap()).abs() < 1e-5,
                    "{text}"
                );
            }
        }
    });
}

#[test]
fn exact_forms_rank_above_others_and_optional_words_raise_the_rank() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    write(
        &index,
        &[
            post("a", "selling it"),
            post("b", "sells it"),
            post("c", "sells it cheap"),
            post("d", "cheap"),
        ],
        1,
    );
    let order = |query: &str| -> Vec<String> {
        index
            .search(&request(query))
            .unwrap()
            .hits
            .into_iter()
            .map(|hit| hit.post_id)
            .collect()
    };
    assert_eq!(order("sells")[..1], ["b"]);
    assert_eq!(order("selling")[..1], ["a"]);
    assert_eq!(order("+sell cheap")[..1], ["c"]);
    assert_eq!(order("+sell cheap").len(), 3);
}

#[test]
fn similar_posts_share_rare_words() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let mut posts: Vec<PostDocument> = (0..200)
        .map(|n| {
            post(
                &format!("n{n:03}"),
                &format!("the common words of post number{n}"),
            )
        })
        .collect();
    posts.push(post("near", "a walnut gearbox was polished with beeswax"));
    posts.push(post("far", "the gearbox of post"));
    write(&index, &posts, 1);
    let like = SimilarRequest {
        language: Some("en".into()),
        without_post_id: Some("self".into()),
        limit: 5,
        ..SimilarRequest::default()
    };
    let ids = |text: &str, like: &SimilarRequest| -> Vec<String> {
        index
            .similar(text, like)
            .unwrap()
            .into_iter()
            .map(|hit| hit.post_id)
            .collect()
    };
    assert_eq!(
        ids("Polishing walnuts and gearboxes with the beeswax", &like),
        ["near"]
    );
    assert_eq!(ids("the common words", &like), Vec::<String>::new());
    assert_eq!(ids("", &like), Vec::<String>::new());
    let without = SimilarRequest {
        without_post_id: Some("near".into()),
        ..like
    };
    assert_eq!(ids("walnut gearbox beeswax", &without), ["far"]);
}

#[test]
fn marks_stand_on_the_words_that_match() {
    let show = |query: &str, text: &str, language: &str| {
        let marks = highlights(&parse(query).unwrap(), text, Some(language)).unwrap();
        let mut shown = text.to_owned();
        for mark in marks.iter().rev() {
            shown.insert(mark.end, ']');
            shown.insert(mark.start, '[');
        }
        format!("{query}: {shown}\n")
    };
    let shown = [
        show("sell -cheap", "Selling, cheap: he SOLD and sells", "en"),
        show(
            "аккаунты OR steam",
            "Продам Аккаунтов: Steam-аккаунт, ёлка",
            "ru",
        ),
        show("\"old account\"", "old account, very old, accounts", "en"),
        show("\"old account\"~1", "old, big accounts", "en"),
        show("=sell", "selling sell", "en"),
        show(
            "s?ll* acount~1 /[0-9]+/",
            "sells an account for 100 or 200",
            "en",
        ),
        show("账号", "出售账号和账户号", "zh"),
        show("замок", "За\u{301}мок и замком", "ru"),
        show("конто", "контора і конто", "uk"),
        show("author:neo NOT x", "neo x", "en"),
    ]
    .concat();
    expect![[r#"
        sell -cheap: [Selling], cheap: he SOLD and [sells]
        аккаунты OR steam: Продам [Аккаунтов]: [Steam]-[аккаунт], ёлка
        "old account": [old account], very [old, accounts]
        "old account"~1: [old], big [accounts]
        =sell: selling [sell]
        s?ll* acount~1 /[0-9]+/: [sells] an [account] for [100] or [200]
        账号: 出售[账号]和账户号
        замок: [За́мок] и замком
        конто: [контора] і [конто]
        author:neo NOT x: neo x
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_request_for_too_much_is_refused() {
    with_index(|index| {
        for request in [
            SearchRequest {
                limit: LIMIT_MAX + 1,
                ..request("a")
            },
            SearchRequest {
                facet_values: FACET_VALUES_MAX + 1,
                ..request("a")
            },
        ] {
            assert!(matches!(
                index.search(&request),
                Err(SearchError::TooMuch { .. })
            ));
        }
    });
}

#[test]
fn hostile_posts_are_indexed_and_found() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let long_word = "x".repeat(100_000);
    let many_words = "word ".repeat(WORDS_PER_POST_MAX + 10) + "end";
    let posts = [
        PostDocument::default(),
        PostDocument {
            posted_at_us: Some(i64::MAX),
            ..post("late", "time")
        },
        PostDocument {
            posted_at_us: Some(i64::MIN),
            board: Some("b".repeat(10_000)),
            ..post("early", "time")
        },
        PostDocument {
            posted_at_us: Some(0),
            author_name: Some("\0\u{feff}".into()),
            ..post("nul", "\0\u{202e}evil\0")
        },
        post("long", &long_word),
        post("many", &many_words),
        post("marks", &("a".to_owned() + &"\u{301}".repeat(50_000))),
    ];
    let mut writer = small_writer(&index);
    for post in &posts {
        writer.add(post).unwrap();
    }
    writer.commit(&state(1)).unwrap();
    index.refresh().unwrap();
    assert_eq!(found(&index, "after:0001"), ["nul"]);
    assert_eq!(found(&index, "evil"), ["nul"]);
    assert_eq!(found(&index, &long_word[..8_000]), ["long"]);
    assert_eq!(found(&index, "word"), ["many"]);
    assert_eq!(found(&index, "end"), Vec::<String>::new());
    let response = index
        .search(&SearchRequest {
            histogram: Some(CalendarUnit::Day),
            facets: vec![FacetField::Board],
            ..request("*")
        })
        .unwrap();
    assert_eq!(
        response.histogram,
        [HistogramBar {
            date: "1970-01-01".into(),
            post_count: 1
        }]
    );
    assert_eq!(response.undated_count, Some(6));
}
