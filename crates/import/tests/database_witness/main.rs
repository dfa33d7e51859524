//! An independent witness for dumps of forum systems: real servers are given the tables of each,
//! with rows that a careless reader of dumps would cut or join, and what their own dump programs
//! write, in several ways, must come back as what was put in.
//!
//! The servers run in temporary folders without a network and end with their tests.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod mariadb;
mod postgresql;
mod records;

use entangle_dump::{Input, InputOptions};
use entangle_import::{ImportOptions, detect, importer};
use std::fmt::Write;
use std::path::Path;

use records::Records;

/// The first of the posts that hold the texts; those before it belong to the system's own rows.
const FIRST_POST: usize = 100;

/// The time of the first of them, Unix time in seconds.
const FIRST_POST_UNIX: usize = 1_300_000_000;

/// Texts that a careless reader of dumps would cut, join or change. All systems keep them as they
/// are, since they have no markup and no white space that HTML would not show.
const TEXTS: [&str; 12] = [
    "it's a \"quoted\" text with a back\\slash and two \\\\ of them, and ''two'' \"\"more\"\"",
    "looks like the end of a row'),(99,'ghost',2,'','boo',1,1,1);\nINSERT INTO `posts` VALUES (98",
    "-- no comment\n# neither\n/* nor this */ DELIMITER ;;\n/*!50000 DROP TABLE posts */;",
    "line\nbreaks\n\nand a % and a _ and \\% and \\_ and \\n and \\N",
    "Привет, как дела? 你好 😀 \u{202e}reversed",
    "0x4142 X'41' NULL \\N _utf8mb4'x' ``back`ticks`` _binary 'y'",
    "semicolons; in; the; text; and controls \u{1a} \u{1} \u{0} \u{7f} here",
    "a:2:{i:0;s:5:\"a\";}b\";s:1:\"x\";O:8:\"stdClass\":0:{}}",
    "1 < 2 && 3 > 2 &amp; &lt;b&gt; <b>no markup</b>",
    "COPY posts FROM stdin;\n1 2 3\n\\.\nCREATE TABLE `users` (`id` int);",
    "ends with a quote '",
    "ends with a backslash \\",
];

/// How a system keeps a text that was typed.
#[derive(Clone, Copy)]
enum Stored {
    /// As it was typed.
    Typed,
    /// With character references, and line breaks as tags.
    Html,
    /// The same within the mark of a text without markup.
    PhpBb,
}

impl Stored {
    fn text(self, typed: &str) -> String {
        let escaped = typed
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#039;");
        match self {
            Stored::Typed => typed.to_string(),
            Stored::Html => escaped.replace('\n', "<br />"),
            Stored::PhpBb => format!("<t>{}</t>", escaped.replace('\n', "<br/>\n")),
        }
    }
}

/// One system: its tables with a few rows, and how a post is put into them.
struct System {
    format: &'static str,
    tables: &'static str,
    /// Statements with `{id}`, `{time}` and `{body}`.
    insert_post: &'static str,
    stored: Stored,
}

impl System {
    /// Statements that make the tables, with a post for every text. `literal` writes a text in
    /// the server's language.
    fn script(&self, texts: &[String], literal: fn(&str) -> String) -> String {
        let mut script = format!("{}\n", self.tables);
        for (number, typed) in texts.iter().enumerate() {
            let statement = self
                .insert_post
                .replace("{id}", &(FIRST_POST + number).to_string())
                .replace("{time}", &(FIRST_POST_UNIX + number).to_string())
                .replace("{body}", &literal(&self.stored.text(typed)));
            script.push_str(&statement);
            script.push_str(";\n");
        }
        script
    }
}

/// Imports what `dump` writes in each way, compares the ways with one another and with the texts,
/// and gives the records of the first.
fn check_ways(
    system: &System,
    texts: &[String],
    ways: &[&[&str]],
    folder: &Path,
    dump: impl Fn(&[&str], &Path),
) -> String {
    let mut first: Option<Records> = None;
    for (number, options) in ways.iter().enumerate() {
        let path = folder.join(format!("{}{number}.sql", system.format));
        dump(options, &path);
        let records = import(system, &path);
        let bodies = records.bodies_from(FIRST_POST);
        assert_eq!(bodies, texts, "{} {options:?}", system.format);
        let first = first.get_or_insert_with(|| records.clone());
        assert_eq!(first.lines, records.lines, "{} {options:?}", system.format);
    }
    let mut summary = String::new();
    if let Some(records) = first {
        let records = records.summary(FIRST_POST);
        writeln!(summary, "{}: {records}", system.format).unwrap();
    }
    for secret in ["SECRET", "192.0.2."] {
        assert!(!summary.contains(secret), "{secret} was read");
    }
    summary
}

fn import(system: &System, path: &Path) -> Records {
    let input = Input::open(path, InputOptions::default()).unwrap();
    assert_eq!(detect(&input).unwrap().format, system.format, "{path:?}");
    let options = ImportOptions {
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
        line_pattern: None,
    };
    let mut records = Records::default();
    let importer = importer(system.format).unwrap();
    importer.import(&input, &options, &mut records).unwrap();
    records.assert_balanced();
    records
}

/// Whether a program answers. Without it a test is skipped, and under `CI=true` fails.
#[allow(clippy::print_stderr)]
fn is_installed(program: &Path, package: &str) -> bool {
    let answer = std::process::Command::new(program)
        .arg("--version")
        .output();
    let is_required = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        answer.is_ok() || !is_required,
        "{package} is not installed; the dumps of a real server cannot be tested without it"
    );
    if answer.is_err() {
        eprintln!("skipped: {package} is not installed");
    }
    answer.is_ok()
}
