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
        expect![[r#"
            Selling Accounts
              selling AND accounts
            «Продам» АККАУНТ, Ёлка
              продам AND аккаунт AND елка
            "two  WORDS"~3 ="Exact Phrase" =Word exact:Word exact:"a b"
              "two words"~3 AND ="exact phrase" AND =word AND =word AND ="a b"
            don't user@mail.example 12:30 and/or
              "don t" AND "user mail example" AND "12 30" AND "and or"
            出售账号 "出售 steam 账号"
              "出售账号" AND "出售 steam 账号"
            *
              *
            "*" foo"bar"
              cannot read the query at byte 0: expected letters or digits
              hint: punctuation is not searched; leave it out
        "#]],
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
        expect![[r#"
            a OR b c AND d
              a OR (b AND c AND d)
            (a OR b) (c OR (d OR e))
              (a OR b) AND (c OR d OR e)
            a AND (b AND (c d))
              a AND b AND c AND d
            -a
              NOT a
            NOT a
              NOT a
            a -b -(c d)
              a AND NOT b AND NOT (c AND d)
            +a b -c
              +a b -c
            +a +b -c
              a AND b AND NOT c
            +a (NOT b) c
              +a c -b
            NOT NOT a
              NOT (NOT a)
            NOT (a OR -b)
              NOT (a OR NOT b)
            x AND +a b
              x AND (+a b)
            and or not
              and AND or AND not
        "#]],
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
        expect![[r#"
            SELL* s?ll *kaunt* a**b пр?да*
              sell* AND s?ll AND *kaunt* AND a*b AND пр?да*
            word~ Word~1 accounts~2
              word~1 AND word~1 AND accounts~2
            /s[ae]ll(er|ing)?/ /АККАУНТ\w*/ /\d{4,6}/ /a\/b/
              /s[ae]ll(er|ing)?/ AND /аккаунт\w*/ AND /\d{4,6}/ AND /a\/b/
        "#]],
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
        expect![[r#"
            source:market Author:"John \"J\" Doe" kind:reply lang:en language:RU
              source:market AND author:"John \"J\" Doe" AND kind:reply AND lang:en AND lang:RU
            board:carding* thread:"How to" thread:hack* author:neo?
              board:carding* AND thread:"How to" AND thread:hack* AND author:neo?
            identifier:email:a@b.example identifier:"x y" identifier:1Boat*
              identifier:email:a@b.example AND identifier:"x y" AND identifier:1Boat*
            before:2020 after:2020-05 on:2020-02-29 after:2020-05-17T12:00:00+03:00
              before:2020 AND after:2020-05 AND on:2020-02-29 AND after:2020-05-17T09:00:00Z
            source:"a*b" board:"(x)"
              source:"a*b" AND board:"(x)"
        "#]],
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
        *a????????b
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
        expect![[r#"
            (a
              cannot read the query at byte 2: expected a )
              hint: the parenthesis at byte 0 is not closed
            a)
              cannot read the query at byte 1: expected the end of the query
              hint: a ) closes no parenthesis; put it into quotation marks or leave it out
            a AND
              cannot read the query at byte 5: expected a word, a phrase, a field or a parenthesis
              hint: AND, OR, NOT, + and - join two clauses; put such a word into quotation marks to search for it
            OR a
              cannot read the query at byte 0: expected a word, a phrase, a field or a parenthesis
              hint: AND, OR, NOT, + and - join two clauses; put such a word into quotation marks to search for it
            "a
              cannot read the query at byte 2: expected a second quotation mark
              hint: the quotation that begins at byte 0 does not end; close it with "
            !!!
              cannot read the query at byte 0: expected letters or digits
              hint: punctuation is not searched; leave it out
            - a
              cannot read the query at byte 1: expected a word, a phrase, a field or a parenthesis
              hint: +, - and NOT stand directly before what they mark
            foo:bar
              cannot read the query at byte 0: expected one of the fields source, author, kind, lang, board, thread, identifier, before, after, on, exact
              hint: to search for a text with a colon, put it into quotation marks
            http://x.example
              cannot read the query at byte 0: expected one of the fields source, author, kind, lang, board, thread, identifier, before, after, on, exact
              hint: to search for a text with a colon, put it into quotation marks
            source:
              cannot read the query at byte 7: expected a value of source
              hint: write it directly after the colon, in quotation marks if it has spaces
            source: a
              cannot read the query at byte 7: expected a value of source
              hint: write it directly after the colon, in quotation marks if it has spaces
            before:2020-13
              cannot read the query at byte 7: expected a date
              hint: write 2020, 2020-05, 2020-05-17 or 2020-05-17T12:00:00Z
            on:2021-02-29
              cannot read the query at byte 3: expected a date
              hint: write 2020, 2020-05, 2020-05-17 or 2020-05-17T12:00:00Z
            after:yesterday
              cannot read the query at byte 6: expected a date
              hint: write 2020, 2020-05, 2020-05-17 or 2020-05-17T12:00:00Z
            a~3
              cannot read the query at byte 1: expected ~, ~1 or ~2
              hint: the number says how many characters of the word may differ
            ab~1
              cannot read the query at byte 0: expected one word of at least 3 letters before ~1
              hint: for words near one another use a phrase: "a b"~3
            "a b"~99
              cannot read the query at byte 5: expected ~ and a number up to 50
              hint: the number says how many other words may stand between those of the phrase
            *a
              cannot read the query at byte 0: expected 2 letters or digits beside the wildcards
              hint: the pattern would match nearly every word; write more of the word
            *a????????b
              cannot read the query at byte 0: expected a smaller pattern
              hint: the pattern needs too many states; use fewer repetitions and alternatives
            foo-ba*
              cannot read the query at byte 3: expected letters, digits, * and ?
              hint: a wildcard stands inside one word of a script that separates words; join several words by AND
            出*
              cannot read the query at byte 0: expected letters, digits, * and ?
              hint: a wildcard stands inside one word of a script that separates words; join several words by AND
            /a
              cannot read the query at byte 2: expected a second slash
              hint: the regular expression that begins at byte 0 does not end; close it with /
            /(/
              cannot read the query at byte 2: expected an expression
              hint: an alternative or a group is empty; use ? for what may be absent
            /a)/
              cannot read the query at byte 2: expected an expression
              hint: a ) closes no group; write \) for the character
            /a**/
              cannot read the query at byte 3: expected one repetition only
              hint: put the first repetition into a group
            /^a/
              cannot read the query at byte 1: expected a letter, a class or a group
              hint: an expression always describes a whole word; write \^ for the character
            /\bword/
              cannot read the query at byte 1: expected \d, \w or a punctuation mark after \
              hint: other classes are not known; write the characters in [ ]
            /(a{50}){50}/
              cannot read the query at byte 1: expected an expression of at most 250 characters with its repetitions written out
              hint: use fewer or smaller repetitions
            /[z-a]/
              cannot read the query at byte 4: expected the greater end of a range
              hint: write the smaller character first
            /(a|b)*a(a|b){12}/
              cannot read the query at byte 0: expected a smaller pattern
              hint: the pattern needs too many states; use fewer repetitions and alternatives
            ()
              cannot read the query at byte 1: expected a word, a phrase, a field or a parenthesis
              hint: AND, OR, NOT, + and - join two clauses; put such a word into quotation marks to search for it
            a OR OR b
              cannot read the query at byte 5: expected a word, a phrase, a field or a parenthesis
              hint: AND, OR, NOT, + and - join two clauses; put such a word into quotation marks to search for it
        "#]],
    );
    let too_long = parse(&"a ".repeat(5_000)).unwrap_err();
    let too_many = parse(&"a ".repeat(201)).unwrap_err();
    let too_many_patterns = parse(&"ab* ".repeat(21)).unwrap_err();
    let too_deep = parse(&"(".repeat(40)).unwrap_err();
    let too_negative = parse(&"NOT ".repeat(40)).unwrap_err();
    expect![[r#"
        cannot read the query at byte 8192: expected a query of at most 8192 bytes
        hint: this one has 10000; split it into several
        cannot read the query at byte 400: expected at most 200 clauses
        hint: split the query into several
        cannot read the query at byte 80: expected at most 20 patterns and regular expressions
        hint: split the query into several
        cannot read the query at byte 33: expected at most 32 parentheses and negations inside one another
        hint: write the query with fewer parentheses
        cannot read the query at byte 132: expected at most 32 parentheses and negations inside one another
        hint: write the query with fewer parentheses
    "#]].assert_eq(&format!("{too_long}\n{too_many}\n{too_many_patterns}\n{too_deep}\n{too_negative}\n"));
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
        (
            proptest::collection::vec(word(), 2..5),
            0..=SLOP_MAX,
            form()
        )
            .prop_map(|(words, slop, form)| Query::Phrase { words, slop, form }),
        "[a-z]{2,4}[*?][a-z]?".prop_map(|pattern| Query::Wildcard { pattern }),
        ("[a-z]{5,8}", 1..=2u8).prop_map(|(word, distance)| Query::Fuzzy { word, distance }),
        r"[a-z]{1,3}(\\[./d]|[*+?]|\[[a-f]\])?".prop_map(|pattern| Query::Regex {
            pattern: pattern.replace("\\/", "/")
        }),
        (field, value).prop_map(|(field, value)| Query::Field {
            field,
            value,
            is_pattern: false
        }),
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
