use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// Each line of `texts`, and its canonical form or its error.
fn check(texts: &str, expected: Expect) {
    let mut shown = String::new();
    for text in texts.lines().map(str::trim).filter(|text| !text.is_empty()) {
        let read = match parse(text) {
            Ok(query) => query.to_string(),
            Err(error) => error.to_string(),
        };
        shown += &format!("{text}\n  {}\n", read.replace('\n', "\n  "));
    }
    expected.assert_eq(&shown);
}

#[test]
fn words_and_phrases() {
    check(
        r#"
        Selling Accounts
        «Продам» АККАУНТ, Ёлка
        "two  WORDS"~3 ="Exact Phrase" =Word exact:Word exact:"a b"
        don't user@mail.example 12:30 and/or
        出售账号 "出售 steam 账号"
        *
        "*" foo"bar"
        "#,
        expect![[]],
    );
}

#[test]
fn clauses_and_their_order() {
    check(
        r#"
        a OR b c AND d
        (a OR b) (c OR (d OR e))
        a AND (b AND (c d))
        -a
        NOT a
        a -b -(c d)
        +a b -c
        +a +b -c
        +a (NOT b) c
        NOT NOT a
        NOT (a OR -b)
        x AND +a b
        and or not
        "#,
        expect![[]],
    );
}

#[test]
fn patterns() {
    check(
        r"
        SELL* s?ll *kaunt* a**b пр?да*
        word~ Word~1 accounts~2
        /s[ae]ll(er|ing)?/ /АККАУНТ\w*/ /\d{4,6}/ /a\/b/
        ",
        expect![[]],
    );
}

#[test]
fn fields_and_dates() {
    check(
        r#"
        source:market Author:"John \"J\" Doe" kind:reply lang:en language:RU
        board:carding* thread:"How to" thread:hack* author:neo?
        identifier:email:a@b.example identifier:"x y" identifier:1Boat*
        before:2020 after:2020-05 on:2020-02-29 after:2020-05-17T12:00:00+03:00
        source:"a*b" board:"(x)"
        "#,
        expect![[]],
    );
}

#[test]
fn errors_say_where_and_what() {
    check(
        r#"
        (a
        a)
        a AND
        OR a
        "a
        !!!
        - a
        foo:bar
        http://x.example
        source:
        source: a
        before:2020-13
        on:2021-02-29
        after:yesterday
        a~3
        ab~1
        "a b"~99
        *a
        foo-ba*
        出*
        /a
        /(/
        /a)/
        /a**/
        /^a/
        /\bword/
        /(a{50}){50}/
        /[z-a]/
        /(a|b)*a(a|b){12}/
        ()
        a OR OR b
        "#,
        expect![[]],
    );
    let too_long = parse(&"a ".repeat(5_000)).unwrap_err();
    let too_many = parse(&"a ".repeat(201)).unwrap_err();
    let too_deep = parse(&"(".repeat(40)).unwrap_err();
    let too_negative = parse(&"NOT ".repeat(40)).unwrap_err();
    expect![[]].assert_eq(&format!("{too_long}\n{too_many}\n{too_deep}\n{too_negative}\n"));
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9]{1,6}", "[а-я]{1,6}", "[一-丠]", "not|and|or"]
}

fn form() -> impl Strategy<Value = WordForm> {
    prop_oneof![Just(WordForm::Stemmed), Just(WordForm::Exact)]
}

fn date() -> impl Strategy<Value = QueryDate> {
    prop_oneof![
        (1..=9999i32).prop_map(|year| format!("{year:04}")),
        (1..=9999i32, 1..=12u32).prop_map(|(year, month)| format!("{year:04}-{month:02}")),
        (1..=9999i32, 1..=12u32, 1..=28u32)
            .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}")),
        (1970..2100i32, 0..1_000_000u32)
            .prop_map(|(year, micros)| format!("{year}-06-01T01:02:03.{micros:06}+02:00")),
    ]
    .prop_map(|text| QueryDate::parse(&text).unwrap())
}

fn leaf() -> impl Strategy<Value = Query> {
    let field = proptest::sample::select(FieldName::ALL.to_vec());
    let value = any::<String>().prop_filter_map("a value", |value| {
        let value = value.trim().to_owned();
        (!value.is_empty()).then_some(value)
    });
    prop_oneof![
        Just(Query::All),
        (word(), form()).prop_map(|(word, form)| Query::Word { word, form }),
        (proptest::collection::vec(word(), 2..5), 0..=SLOP_MAX, form())
            .prop_map(|(words, slop, form)| Query::Phrase { words, slop, form }),
        "[a-z]{2,4}[*?][a-z]?".prop_map(|pattern| Query::Wildcard { pattern }),
        ("[a-z]{5,8}", 1..=2u8).prop_map(|(word, distance)| Query::Fuzzy { word, distance }),
        r"[a-z]{1,3}(\\[./d]|[*+?]|\[[a-f]\])?"
            .prop_map(|pattern| Query::Regex { pattern: pattern.replace("\\/", "/") }),
        (field, value).prop_map(|(field, value)| Query::Field { field, value, is_pattern: false }),
        (proptest::sample::select(DateBound::ALL.to_vec()), date())
            .prop_map(|(bound, date)| Query::Date { bound, date }),
    ]
}

fn query() -> impl Strategy<Value = Query> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let list = |inner: BoxedStrategy<Query>| proptest::collection::vec(inner, 1..4);
        let positive = inner
            .clone()
            .prop_filter("no negation", |query| !matches!(query, Query::Not(_)))
            .boxed();
        prop_oneof![
            list(inner.clone().boxed()).prop_map(Query::and),
            list(inner.clone().boxed()).prop_map(Query::or),
            inner.clone().prop_map(Query::not),
            (
                list(positive.clone()),
                list(positive),
                proptest::collection::vec(inner, 0..3)
            )
                .prop_map(|(required, optional, excluded)| {
                    Query::ranked(required, optional, excluded)
                }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_text_panics_and_what_is_read_prints_as_itself(text in any::<String>()) {
        if let Ok(query) = parse(&text) {
            prop_assert_eq!(parse(&query.to_string()), Ok(query));
        }
    }

    #[test]
    fn no_text_of_the_language_panics_and_what_is_read_prints_as_itself(
        text in r#"([a-cаб出]{1,3}|[()"/=+~*?:!\[\]{}|.\\-]| |AND |OR |NOT |source:|on:2020|~1){0,16}"#
    ) {
        match parse(&text) {
            Ok(query) => prop_assert_eq!(parse(&query.to_string()), Ok(query)),
            Err(error) => {
                prop_assert!(error.position <= text.len());
                prop_assert!(text.is_char_boundary(error.position), "{}", error);
            }
        }
    }

    #[test]
    fn a_tree_prints_as_itself(query in query()) {
        prop_assert_eq!(parse(&query.to_string()), Ok(query));
    }
}
