//! Files that are cut, damaged, or made to harm.

use super::examples::EXAMPLES;
use entangle_dump::{Input, InputOptions, Limits};

use crate::importer;
use crate::testing::{Collected, folder_of, import_files, import_path, options};

#[test]
fn any_prefix_of_an_example_keeps_the_balance() {
    for (format, file, text) in EXAMPLES {
        let folder = folder_of(&[(file, text.as_bytes())]);
        let path = folder.path().join(file);
        for length in (0..text.len()).rev().step_by(5) {
            std::fs::write(&path, &text.as_bytes()[..length]).unwrap();
            let (collected, _) = import_path(format, folder.path());
            collected.assert_balanced();
        }
    }
}

#[test]
fn damaged_bytes_of_an_example_keep_the_balance() {
    for (format, file, text) in EXAMPLES {
        for damage in [
            &b"\0"[..],
            b"\xff\xfe",
            b"\\ud800",
            b"{",
            b"\"",
            b"<",
            b"\n",
        ] {
            for at in (0..text.len()).step_by(41) {
                let mut bytes = text.as_bytes().to_vec();
                bytes.splice(at..at, damage.iter().copied());
                let (collected, _) = import_files(format, &[(file, &bytes)]);
                collected.assert_balanced();
            }
        }
    }
}

#[test]
fn hostile_files_give_no_record() {
    let deep = "[".repeat(100_000);
    let deep_objects = "{\"a\":".repeat(100_000);
    let tags = "<div class=\"message ".repeat(20_000);
    for (format, ..) in EXAMPLES {
        for text in [deep.as_str(), &deep_objects, &tags, "", "\0\0\0", "null"] {
            let (collected, _) = import_files(format, &[("x", text.as_bytes())]);
            collected.assert_balanced();
            assert!(collected.posts.is_empty(), "{format}");
        }
        let (_, result) = import_files(format, &[]);
        assert!(result.unwrap_err().to_string().contains("nothing that"));
    }
}

#[test]
fn message_of_many_lines_is_held_to_the_limit_only() {
    let page = format!(
        "<div class=\"message default\" id=\"message1\">\n{}<div class=\"message default\" id=\"message2\">",
        "<div class=\"text\">word</div>\n".repeat(1000)
    );
    let log = format!(
        "[2021-01-12] a: 1\n{}[2021-01-12] b: 2\n",
        "word\n".repeat(1000)
    );
    let item = format!("item({{\n{}}});\n", "  \"word\";\n".repeat(1000));
    for (format, text, post_count, unreadable_count) in [
        ("telegram_html", page, 1, 1),
        ("chat_log", log, 2, 804),
        ("prosody", item, 0, 1),
    ] {
        let folder = folder_of(&[("x", text.as_bytes())]);
        let limits = Limits {
            row_bytes_max: 1000,
            ..Limits::default()
        };
        let input_options = InputOptions {
            limits,
            encoding: None,
        };
        let input = Input::open(folder.path(), input_options).unwrap();
        let mut collected = Collected::default();
        importer(format)
            .unwrap()
            .import(&input, &options(), &mut collected)
            .unwrap();
        collected.assert_balanced();
        assert_eq!(collected.posts.len(), post_count, "{format}");
        assert_eq!(collected.unreadable.len(), unreadable_count, "{format}");
    }
}
