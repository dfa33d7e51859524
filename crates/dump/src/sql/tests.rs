use super::*;
use crate::Limits;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::fmt::Write;

fn read_with(bytes: &[u8], limits: &Limits) -> String {
    let mut file = FileReader::from_stream("a.sql", bytes, limits, None).unwrap();
    let mut schema = SqlSchema::default();
    let mut rows = SqlRows::new(&mut file, &mut schema, |table| table.name != "unwanted");
    let mut out = String::new();
    while let Some(event) = rows.next_event().unwrap() {
        match event {
            SqlEvent::Row(row) => {
                let span = row.row().span;
                assert_eq!(
                    row.row().raw,
                    &bytes[span.byte_start as usize..span.byte_end as usize]
                );
                write!(
                    out,
                    "{}..{} line {} ",
                    span.byte_start, span.byte_end, span.line
                )
                .unwrap();
                write!(out, "{}", row.table.name).unwrap();
                for column in 0..row.ranges.len() {
                    let name = row.table.columns.get(column).map_or("?", String::as_str);
                    write!(out, " {name}={}", value_text(&row.value(column))).unwrap();
                }
                out.push('\n');
            }
            SqlEvent::Unreadable { table, unreadable } => {
                let Unreadable { span, reason } = unreadable;
                let name = table.map_or("-", |table| &table.name);
                writeln!(
                    out,
                    "{}..{} line {} {name}: {reason}",
                    span.byte_start, span.byte_end, span.line
                )
                .unwrap();
            }
        }
    }
    out
}

fn value_text(value: &SqlValue<'_>) -> String {
    match value {
        SqlValue::Null => "NULL".to_string(),
        SqlValue::Bare(word) => (*word).to_string(),
        SqlValue::Text { text, is_lossy } => {
            format!("{text:?}{}", if *is_lossy { " lossy" } else { "" })
        }
        SqlValue::Unknown => "unknown".to_string(),
    }
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&read_with(text.as_bytes(), &Limits::default()));
}

#[test]
fn rows_of_mysqldump_are_given_with_names_of_columns_and_places() {
    check(
        "-- MySQL dump 10.13; it's\n/*!40101 SET NAMES utf8 */;\n/*!999999\\- enable the sandbox mode */\nDROP TABLE IF EXISTS `posts`;\n\
         CREATE TABLE `posts` (\n  `id` int(11) unsigned NOT NULL DEFAULT '0',\n  `key` decimal(10,2) DEFAULT NULL COMMENT 'a,b (c;',\n  `body` text,\n\
         PRIMARY KEY (`id`),\n  KEY `key` (`key`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8;\nLOCK TABLES `posts` WRITE;\n\
         /*!40000 ALTER TABLE `posts` DISABLE KEYS */;\n\
         INSERT INTO `posts` VALUES (1,-1.5e3,'a\\'b''c\\\\ \\0\\n\\Z\\%'),(2,NULL,''),\n(3, 0 , _utf8mb4 'x' );\nUNLOCK TABLES;\n",
        expect![[r#"
            439..470 line 14 posts id=1 key=-1.5e3 body="a'b'c\\ \0\n\u{1a}\\%"
            471..482 line 14 posts id=2 key=NULL body=""
            484..506 line 15 posts id=3 key=0 body="x"
        "#]],
    );
}

#[test]
fn heads_of_statements_in_all_their_forms() {
    check(
        "INSERT INTO a (x, `y`) VALUES (1,2);insert ignore into `db`.`b`(`x`)values(3);\n\
         REPLACE INTO a (x, `y`) VALUES (4,5) ON DUPLICATE KEY UPDATE x = ';';\n\
         INSERT INTO \"public\".\"c\" VALUES ('it''s', true);\nINSERT INTO [dbo].[d] ([x y]) VALUES (N'n');\n\
         INSERT INTO a SELECT 1;\nINSERT INTO a SET x = 1;\nINSERT INTO unwanted VALUES ('(',');'),('x');\nINSERT INTO a (x) VALUE (6);",
        expect![[r#"
            30..35 line 1 a x=1 y=2
            74..77 line 1 b x=3
            110..115 line 2 a x=4 y=5
            181..196 line 3 c ?="it's" ?=true
            235..241 line 4 d x y="n"
            243..267 line 5 -: the statement has no list of rows
            267..292 line 6 -: the statement has no list of rows
            362..365 line 8 a x=6
        "#]],
    );
}

#[test]
fn binary_values_and_calls() {
    check(
        "INSERT INTO b VALUES (0x61C3A4,X'6162',x'',_binary '\\0a',UNHEX('6162'),b'01',NOW(),CAST('a)' AS CHAR),0x6,'\u{0}',_binary 0x61,\"d\"\"q\");",
        expect![[r#"
            21..130 line 1 b ?="aä" ?="ab" ?="" ?="\0a" ?="ab" ?="01" ?=unknown ?=unknown ?=unknown ?="\0" ?="a" ?="d\"q"
        "#]],
    );
}

#[test]
fn comments_and_procedures_are_passed() {
    check(
        "# INSERT INTO t VALUES (0);\n/* INSERT INTO t VALUES (0);\n */ -- it's\n\
         /*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER `x` BEFORE INSERT ON `t` FOR EACH ROW SET @a = 1 */;\n\
         DELIMITER ;;\nCREATE PROCEDURE p() BEGIN\nINSERT INTO t VALUES (0);\n don't END;;\nDELIMITER ;\n\
         CREATE FUNCTION f() AS $body$ it's; INSERT INTO t VALUES (0); $body$;\n\
         /*!40000 INSERT INTO t VALUES (1) */;\nINSERT INTO t VALUES (2);\n",
        expect![[r#"
            375..378 line 11 t ?=1
            404..407 line 12 t ?=2
        "#]],
    );
}

#[test]
fn rows_of_postgresql_are_read_from_copy_and_insert() {
    check(
        "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\\restrict abc\n\
         CREATE TABLE public.posts (\n    id integer NOT NULL,\n    raw text DEFAULT 'x'::text,\n    CONSTRAINT c CHECK ((id > 0))\n);\n\
         COPY public.posts (id, raw) FROM stdin;\n1\ta\\tb\\nc\\\\N\\101\\x42\n2\t\\N\n3\t\r\n4\n\\.\n\n\
         INSERT INTO public.posts VALUES (5, 'C:\\'), (6, E'a\\'b');\n",
        expect![[r#"
            244..264 line 10 posts id="1" raw="a\tb\nc\\NAB"
            265..269 line 11 posts id="2" raw=NULL
            270..272 line 12 posts id="3" raw=""
            274..275 line 13 posts: the row has 1 values, the table has 2 columns
            312..322 line 16 posts id=5 raw="C:\\"
            324..336 line 16 posts id=6 raw="a'b"
        "#]],
    );
}

#[test]
fn damaged_row_costs_itself_and_reading_goes_on() {
    check(
        "INSERT INTO t (a, b) VALUES (1,'open),(2,'b'),(3,'c'),(4),(5,'e')\n,(6,'f' 'g'),(7,}),(8,'h');\n\
         INSERT INTO t (a, b) VALUES (9,'open);\nINSERT INTO t (a, b) VALUES (10,'j');\n",
        expect![[r#"
            28..38 line 1 t: a value is followed by neither a comma nor a bracket
            38..45 line 1 t a=2 b="b"
            46..53 line 1 t a=3 b="c"
            54..57 line 1 t: the row has 1 values, the table has 2 columns
            58..65 line 1 t a=5 b="e"
            67..79 line 2 t: a value is followed by neither a comma nor a bracket
            79..85 line 2 t: a value cannot be read
            85..92 line 2 t a=8 b="h"
            122..132 line 3 t: a value is followed by neither a comma nor a bracket
            161..169 line 4 t a=10 b="j"
        "#]],
    );
}

#[test]
fn string_that_looks_like_statements_is_a_string() {
    check(
        "INSERT INTO t VALUES ('x),(1);\nINSERT INTO t VALUES (2);\n');",
        expect![[r#"
            21..59 line 1 t ?="x),(1);\nINSERT INTO t VALUES (2);\n"
        "#]],
    );
}

#[test]
fn end_of_the_file_is_noted_wherever_it_is() {
    let out: String = [
        "INSERT INTO t VALUES (1),(2",
        "INSERT INTO t VALUES (1),('a",
        "INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES (1),('open),(2),('b');",
        "INSERT INTO t (",
        "CREATE TABLE t (a int",
        "/* open",
        "DELIMITER ;;\nfoo",
        "COPY t (a) FROM stdin;\n1\n2",
        "",
    ]
    .iter()
    .map(|text| {
        format!(
            "{text:?}\n{}",
            read_with(text.as_bytes(), &Limits::default())
        )
    })
    .collect();
    expect![[r#"
        "INSERT INTO t VALUES (1),(2"
        21..24 line 1 t ?=1
        25..27 line 1 t: the file ends inside the row
        "INSERT INTO t VALUES (1),('a"
        21..24 line 1 t ?=1
        25..28 line 1 t: the file ends inside the row
        "INSERT INTO t VALUES (1)"
        21..24 line 1 t ?=1
        24..24 line 1 -: the file ends inside a statement
        "INSERT INTO t VALUES (1),('open),(2),('b');"
        21..24 line 1 t ?=1
        25..33 line 1 t: a value is followed by neither a comma nor a bracket
        33..36 line 1 t ?=2
        37..42 line 1 t ?="b"
        "INSERT INTO t ("
        0..15 line 1 -: the statement has no end
        "CREATE TABLE t (a int"
        0..21 line 1 -: the statement has no end
        "/* open"
        0..7 line 1 -: the file ends inside a comment
        "DELIMITER ;;\nfoo"
        0..16 line 1 -: the file ends inside a procedure
        "COPY t (a) FROM stdin;\n1\n2"
        23..24 line 2 t a="1"
        25..26 line 3 -: the file ends inside the data of COPY
        ""
    "#]]
    .assert_eq(&out);
}

#[test]
fn row_beyond_the_limit_is_passed_over() {
    let limits = Limits {
        row_bytes_max: 20,
        ..Limits::default()
    };
    let giant = "x".repeat(3 << 20);
    let text = format!(
        "INSERT INTO t VALUES (1),('{giant}'),(2);\nCOPY t (a) FROM stdin;\n{giant}\n3\n\\.\n"
    );
    expect![[r#"
        21..24 line 1 t ?=1
        25..3145758 line 1 t: the row is longer than 20 bytes
        3145758..3145761 line 1 t ?=2
        3145786..6291515 line 3 t: the row is longer than 20 bytes
        6291515..6291516 line 4 t a="3"
    "#]]
    .assert_eq(&read_with(text.as_bytes(), &limits));
}

#[test]
fn values_are_decoded_as_the_dump_says_if_they_are_not_utf_8() {
    let mut bytes = b"SET NAMES cp1251;\nINSERT INTO t VALUES ('".to_vec();
    bytes.extend([0xCF, 0xF0, 0xE8, b'\'', b',', b'\'']);
    bytes.extend("Привет');SET NAMES utf8;INSERT INTO t VALUES ('".as_bytes());
    bytes.extend([b'a', 0xFF, b'\'', b')', b';']);
    // The whole head would be taken as windows-1251 or UTF-8; here the encoding is stated.
    let encoding = Some(TextEncoding::UTF_8);
    let mut file =
        FileReader::from_stream("a.sql", bytes.as_slice(), &Limits::default(), encoding).unwrap();
    let mut schema = SqlSchema::default();
    let mut rows = SqlRows::new(&mut file, &mut schema, |_| true);
    let mut out = Vec::new();
    while let Some(SqlEvent::Row(row)) = rows.next_event().unwrap() {
        out.extend((0..row.ranges.len()).map(|column| value_text(&row.value(column))));
    }
    assert_eq!(out, ["\"При\"", "\"Привет\"", "\"a\u{FFFD}\" lossy"]);
}

#[test]
fn statement_of_many_windows_gives_every_row() {
    let mut text = "INSERT INTO t (a, b) VALUES ".to_string();
    for number in 0..100_000 {
        write!(text, "({number},'text \\' {number}'),").unwrap();
    }
    text.push_str("(0,'');");
    let out = read_with(text.as_bytes(), &Limits::default());
    assert_eq!(out.lines().count(), 100_001);
    assert!(out.contains(" a=99999 b=\"text ' 99999\"\n"));
}

#[test]
fn long_malformed_input_takes_linear_time() {
    // Quadratic handling of any of these would take hours, not seconds.
    for unit in [
        "(",
        "('",
        "),('",
        "),(\"",
        "),(\\'",
        "INSERT INTO t VALUES ('",
        "SET '\n",
        "INSERT '\n",
        "/*!",
        "/*",
        "*/",
        "DELIMITER ;;\n",
        "$a",
        "$$",
        "f(",
        "),",
        ")  ",
        "\\",
        "''",
        "_a ",
        "INSERT INTO t VALUES (1),('),(\n",
        "COPY a FROM stdin;\n",
        "CREATE TABLE a (b,",
    ] {
        for start in ["", "INSERT INTO t VALUES (1", "INSERT INTO t VALUES ('"] {
            let text = format!("{start}{}", unit.repeat(200_000));
            read_with(text.as_bytes(), &Limits::default());
        }
    }
}

const DUMP: &str = "SET NAMES utf8;\nCREATE TABLE `t` (`a` int, `b` text);\nINSERT INTO `t` VALUES (1,'x\\'y'),(2,NULL),\n(3,_binary 0x61);\n/*!40000 ALTER */;\nCOPY u (a) FROM stdin;\n1\\t\n\\.\nINSERT INTO `t` (`a`) VALUES (4);\n";

#[test]
fn every_prefix_is_read_to_its_end() {
    let whole = read_with(DUMP.as_bytes(), &Limits::default());
    for end in 0..DUMP.len() {
        let out = read_with(&DUMP.as_bytes()[..end], &Limits::default());
        let readable = out.lines().filter(|line| whole.contains(*line)).count();
        assert!(out.lines().count() <= readable + 1, "{end}: {out}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "(INSERT INTO t VALUES|COPY t FROM stdin;\n|CREATE TABLE t|\\(|\\)|,|;|'|\"|`|\\\\|\n|--|/\\*!|\\*/|\\$\\$|1|NULL|x'|UNHEX\\('|_binary |\\PC){0,40}") {
        read_with(text.as_bytes(), &Limits::default());
    }

    #[test]
    fn any_text_comes_back_from_its_escaped_form(texts in prop::collection::vec("\\PC*|('|\\\\|\n|,|\\)|\\(|;){0,9}", 1..5)) {
        let values: Vec<String> = texts
            .iter()
            .map(|text| format!("('{}')", text.replace('\\', "\\\\").replace('\'', "\\'")))
            .collect();
        let dump = format!("INSERT INTO t (a) VALUES {};\n", values.join(","));
        let mut file = FileReader::from_stream("a.sql", dump.as_bytes(), &Limits::default(), Some(TextEncoding::UTF_8)).unwrap();
        let mut schema = SqlSchema::default();
    let mut rows = SqlRows::new(&mut file, &mut schema, |_| true);
        let mut back = Vec::new();
        while let Some(event) = rows.next_event().unwrap() {
            let SqlEvent::Row(row) = event else { panic!("unreadable") };
            if let SqlValue::Text { text, .. } = row.value(0) { back.push(text.into_owned()) }
        }
        prop_assert_eq!(back, texts);
    }
}
