//! Inputs that are cut off, mislabelled, in other encodings or no dumps at all: a clear error
//! with the right exit code and an unchanged workspace, or rejects that are counted.

use std::io::Write;

use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::support::{Folder, post_line, post_lines};

/// A folder whose workspace holds something to lose.
fn folder_with_workspace() -> Folder {
    let folder = Folder::new();
    folder.write("known.jsonl", post_lines(0..20));
    folder.import("known.jsonl", "known").succeeded();
    folder
}

/// Requires that an import fails and changes nothing.
#[track_caller]
fn check_refused(folder: &Folder, arguments: &[&str], exit_code: i32, words: &[&str]) {
    let before = folder.status();
    let mut import = vec!["import", "--source", "new", "--kind", "cybercrime"];
    import.extend(arguments);
    folder.run(&import).failed(exit_code, words);
    assert_eq!(folder.status(), before);
}

fn first_half(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len() / 2]
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap().into_inner()
}

/// Bytes without any pattern, the same every time (a linear congruential generator).
fn noise(count: usize) -> Vec<u8> {
    let mut state: u64 = 1;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn compressed_files_that_are_cut_off_are_refused() {
    let folder = folder_with_workspace();
    folder
        .run(&["simulate", "--scale", "30k", "--out", "world"])
        .succeeded();
    let gz = folder.read("world/darkboard/darkboard.jsonl.gz");
    let zst = folder.read("world/temnyi_forum/temnyi_forum.jsonl.zst");
    folder.write("cut.jsonl.gz", first_half(&gz));
    folder.write("cut.jsonl.zst", first_half(&zst));
    folder.write(
        "cut.zip",
        first_half(&zip("posts.jsonl", post_lines(0..2000).as_bytes())),
    );
    for name in ["cut.jsonl.gz", "cut.jsonl.zst"] {
        check_refused(
            &folder,
            &[name],
            3,
            &[name, "ends in the middle", "hint: the copy is incomplete"],
        );
    }
    check_refused(&folder, &["cut.zip"], 3, &["cut.zip", "hint: "]);
}

#[test]
fn plain_files_that_are_cut_off_are_refused() {
    let folder = folder_with_workspace();
    folder
        .run(&["simulate", "--scale", "4k", "--out", "world"])
        .succeeded();
    for (whole, cut) in [
        ("world/public_forum/Posts.xml", "forum/Posts.xml"),
        ("world/traffic_channel/result.json", "channel/result.json"),
        ("world/leaked_chat/chat.json", "chat/chat.json"),
    ] {
        let bytes = folder.read(whole);
        folder.write(cut, first_half(&bytes));
        let (parent, name) = cut.split_once('/').unwrap();
        check_refused(
            &folder,
            &[parent],
            3,
            &[
                name,
                "ends in the middle at byte",
                "hint: the copy is incomplete",
            ],
        );
    }
    let mut lines = post_lines(0..50);
    lines.truncate(lines.len() - 20);
    folder.write("cut.jsonl", lines);
    check_refused(
        &folder,
        &["cut.jsonl"],
        3,
        &["cut.jsonl", "ends in the middle at byte"],
    );
}

#[test]
fn a_format_that_does_not_fit_is_refused() {
    let folder = folder_with_workspace();
    check_refused(
        &folder,
        &["known.jsonl", "--format", "phpbb"],
        2,
        &["unknown format \"phpbb\"", "`entangle formats`"],
    );
    check_refused(
        &folder,
        &["known.jsonl", "--format", "stackexchange"],
        2,
        &["nothing that stackexchange reads", "Users.xml"],
    );
    check_refused(
        &folder,
        &["known.jsonl", "--format", "canonical_csv"],
        2,
        &["nothing that canonical_csv reads"],
    );
    check_refused(
        &folder,
        &["known.jsonl", "--format", "telegram_desktop"],
        3,
        &["known.jsonl", "hint: "],
    );
    check_refused(
        &folder,
        &["known.jsonl", "--format", "jabber_json"],
        3,
        &["known.jsonl", "hint: "],
    );
}

#[test]
fn bytes_without_meaning_are_refused_whatever_they_are_called() {
    let folder = folder_with_workspace();
    for name in [
        "noise.bin",
        "noise.jsonl.gz",
        "noise.jsonl.zst",
        "noise.zip",
        "result.json",
        "Users.xml",
    ] {
        folder.write(name, noise(100_000));
        check_refused(&folder, &[name], 2, &["hint: pass --format"]);
    }
    folder.write("noise.jsonl", noise(100_000));
    let not_one = [
        "noise.jsonl",
        "not one of its",
        "first reason: ",
        "hint: check --format",
    ];
    check_refused(
        &folder,
        &["noise.jsonl", "--format", "canonical_jsonl"],
        3,
        &not_one,
    );
    let magic_and_noise = |magic: &[u8]| [magic, &noise(100_000)].concat();
    folder.write("noise.gz", magic_and_noise(b"\x1f\x8b\x08\0\0\0\0\0\0\x03"));
    folder.write("noise.zst", magic_and_noise(b"\x28\xb5\x2f\xfd"));
    folder.write("noise.zip", magic_and_noise(b"PK\x03\x04"));
    folder.write("noise.7z", magic_and_noise(b"7z\xbc\xaf\x27\x1c"));
    for name in ["noise.gz", "noise.zst", "noise.zip", "noise.7z"] {
        check_refused(
            &folder,
            &[name, "--format", "canonical_jsonl"],
            3,
            &[name, "hint: "],
        );
    }
    check_refused(
        &folder,
        &["Users.xml", "--format", "stackexchange"],
        3,
        &["Users.xml"],
    );
    check_refused(
        &folder,
        &["result.json", "--format", "telegram_desktop"],
        3,
        &["result.json"],
    );
}

#[test]
fn inputs_with_nothing_in_them_are_refused() {
    let folder = folder_with_workspace();
    folder.write("empty.jsonl", "");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    check_refused(
        &folder,
        &["empty.jsonl"],
        2,
        &["no importer recognises the input"],
    );
    check_refused(
        &folder,
        &["empty"],
        2,
        &["no importer recognises the input"],
    );
    check_refused(
        &folder,
        &["missing.jsonl"],
        2,
        &["there is no file or folder missing.jsonl", "hint: "],
    );
}

#[test]
fn bytes_that_are_no_utf_8_are_replaced_and_noted_row_by_row() {
    let folder = Folder::new();
    let mut lines = post_lines(0..2000)
        .replace("post number", "запись номер")
        .into_bytes();
    for number in [2000, 2001] {
        let line = post_line(number);
        let (head, tail) = line.split_once("post number").unwrap();
        lines.extend([head.as_bytes(), b"\xff\xfe", tail.as_bytes()].concat());
    }
    lines.extend(post_lines(2002..2100).into_bytes());
    folder.write("dump.jsonl", &lines);
    let summary = folder.json(&[
        "import",
        "dump.jsonl",
        "--source",
        "board",
        "--kind",
        "leak",
    ]);
    assert_eq!(summary["records"]["post"]["mapped"], 2100, "{summary}");
    assert_eq!(summary["records"]["post"]["field_rejects"], 2, "{summary}");
    let rows = |query: &str| folder.run(&["sql", query, "--csv"]).succeeded().stdout;
    expect![[r#"
        file,line,reason
        dump.jsonl,2001,bytes that are invalid in the file's encoding were replaced
        dump.jsonl,2002,bytes that are invalid in the file's encoding were replaced
    "#]]
    .assert_eq(&rows(
        "SELECT file, line, reason FROM rejects ORDER BY line",
    ));
    expect![[r#"
        body
        запись номер 1999
        �� 2000
        post number 2099
    "#]]
    .assert_eq(&rows(
        "SELECT body FROM posts WHERE native_id IN ('p1999', 'p2000', 'p2099') ORDER BY native_id",
    ));
}

#[test]
fn rows_without_sense_are_rejected_with_their_place_and_the_others_imported() {
    let folder = Folder::new();
    let rows = [
        "{\"type\":\"post\",\n",
        "nonsense\n",
        "{\"type\":\"parrot\"}\n",
        "{\"type\":\"account\",\"about\":\"nobody\"}\n",
    ];
    folder.write(
        "dump.jsonl",
        format!("{}{}{}", post_lines(0..3), rows.concat(), post_lines(3..5)),
    );
    let summary = folder.json(&[
        "import",
        "dump.jsonl",
        "--source",
        "board",
        "--kind",
        "leak",
    ]);
    assert_eq!(summary["records"]["post"]["mapped"], 5, "{summary}");
    let rejects =
        "SELECT record, file, line, byte_start, byte_end, reason FROM rejects ORDER BY line";
    expect![[r#"
        record,file,line,byte_start,byte_end,reason
        unknown,dump.jsonl,4,330,345,the line is no JSON object
        unknown,dump.jsonl,5,346,354,the line is no JSON object
        unknown,dump.jsonl,6,355,372,"its type is none of account, thread, post, identifier and former_name"
        account,dump.jsonl,7,373,408,the account has neither native_id nor name
    "#]]
    .assert_eq(&folder.run(&["sql", rejects, "--csv"]).succeeded().stdout);
}

/// The bodies of all posts, sorted.
fn bodies(folder: &Folder) -> String {
    folder
        .run(&["sql", "SELECT body FROM posts ORDER BY body", "--csv"])
        .succeeded()
        .stdout
}

const RUSSIAN_CSV: &str = "native_id,author,posted_at,body\np1,Иван,2015-06-01T12:00:00Z,Продаю старый велосипед\np2,Пётр,2015-06-01T12:05:00Z,Сколько стоит?\n";
const RUSSIAN_BODIES: &str = "body\nПродаю старый велосипед\nСколько стоит?\n";

fn utf_16_le(text: &str) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Letters of Russian and ASCII in the code page windows-1251.
fn windows_1251(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        'Ё' => 0xa8,
        'ё' => 0xb8,
        'А'..='я' => (u32::from(letter) - u32::from('А') + 0xc0) as u8,
        _ => u8::try_from(letter).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn tables_in_other_encodings_are_read_as_what_they_say() {
    for (encoding, bytes) in [
        ("UTF-8", RUSSIAN_CSV.as_bytes().to_vec()),
        ("UTF-16", utf_16_le(RUSSIAN_CSV)),
        ("windows-1251", windows_1251(RUSSIAN_CSV)),
    ] {
        let folder = Folder::new();
        folder.write("posts.csv", bytes);
        folder.import("posts.csv", "board").succeeded();
        assert_eq!(bodies(&folder), RUSSIAN_BODIES, "{encoding}");
    }
}

#[test]
fn xml_in_other_encodings_is_read_as_what_it_says() {
    let xml = |label: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{label}\"?>\n<comments>\n  \
             <row Id=\"1\" PostId=\"9\" Text=\"Продаю старый велосипед\" CreationDate=\"2015-06-01T12:00:00.000\" UserId=\"4\" />\n  \
             <row Id=\"2\" PostId=\"9\" Text=\"Сколько стоит?\" CreationDate=\"2015-06-01T12:05:00.000\" UserId=\"5\" />\n</comments>\n"
        )
    };
    for (label, bytes) in [
        ("utf-8", xml("utf-8").into_bytes()),
        ("utf-16", utf_16_le(&xml("utf-16"))),
        ("windows-1251", windows_1251(&xml("windows-1251"))),
    ] {
        let folder = Folder::new();
        folder.write("site/Comments.xml", bytes);
        folder.import("site", "site").succeeded();
        assert_eq!(bodies(&folder), RUSSIAN_BODIES, "{label}");
    }
}

#[test]
fn the_same_posts_come_out_of_every_container() {
    let folder = Folder::new();
    let lines = post_lines(0..300);
    folder.write("plain/posts.jsonl", &lines);
    folder.write("packed.jsonl.gz", gzip(lines.as_bytes()));
    folder.write("packed.zip", zip("inner/posts.jsonl", lines.as_bytes()));
    for (path, workspace) in [
        ("plain", "one"),
        ("packed.jsonl.gz", "two"),
        ("packed.zip", "three"),
    ] {
        let import = [
            "import",
            path,
            "--source",
            "board",
            "--kind",
            "leak",
            "--workspace",
            workspace,
        ];
        let summary = folder.json(&import);
        assert_eq!(summary["records"]["post"]["mapped"], 300, "{path}");
        let sums = "SELECT count(*) AS n, min(body) AS first, max(body) AS last FROM posts";
        let rows = folder
            .run(&["sql", sums, "--csv", "--workspace", workspace])
            .succeeded()
            .stdout;
        assert_eq!(
            rows, "n,first,last\n300,post number 0,post number 99\n",
            "{path}"
        );
    }
}
