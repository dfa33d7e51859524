//! Inputs as files, folders and archives, whole, cut and hostile.

use super::*;
use expect_test::expect;
use sevenz_rust2::{ArchiveEntry, ArchiveWriter};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn seven_zip_of(members: &[(&str, &[u8])], is_solid: bool) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let entries: Vec<_> = members
        .iter()
        .map(|(name, _)| ArchiveEntry::new_file(name))
        .collect();
    if is_solid {
        let contents: Vec<_> = members
            .iter()
            .map(|(_, content)| (*content).into())
            .collect();
        writer.push_archive_entries(entries, contents).unwrap();
    } else {
        for (entry, (_, content)) in entries.into_iter().zip(members) {
            writer.push_archive_entry(entry, Some(*content)).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// Reads every file; an error stands for the rest of its file.
fn contents(path: &Path, options: InputOptions) -> String {
    let input = match Input::open(path, options) {
        Ok(input) => input,
        Err(error) => return without_path(&error.to_string(), path),
    };
    let mut out = String::new();
    for entry in input.files() {
        let read = input.read_file(entry, |file| {
            let mut bytes = Vec::new();
            loop {
                let chunk = match file.fill() {
                    Ok(chunk) => chunk,
                    Err(error) => return Ok((bytes, Some(error))),
                };
                if chunk.is_empty() {
                    return Ok::<_, InputError>((bytes, None));
                }
                let count = chunk.len();
                bytes.extend_from_slice(chunk);
                file.consume(count);
            }
        });
        let described = match read {
            Ok((bytes, None)) => shown(&bytes),
            Ok((bytes, Some(error))) => format!("{} then {error}", shown(&bytes)),
            Err(error) => error.to_string(),
        };
        out.push_str(&without_path(
            &format!("{} ({}): {described}\n", entry.name, entry.base_name()),
            path,
        ));
    }
    out
}

fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.len() < 40 => format!("{text:?}"),
        _ => format!("{} bytes", bytes.len()),
    }
}

fn without_path(text: &str, path: &Path) -> String {
    text.replace(&path.display().to_string(), "PATH")
}

fn contents_of(name: &str, bytes: &[u8], options: InputOptions) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    contents(&path, options)
}

fn varied_text(line_count: u64) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252u64;
    let mut text = Vec::new();
    for line in 0..line_count {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.extend_from_slice(format!("{line} {state}\n").as_bytes());
    }
    text
}

#[test]
fn folder_is_listed_in_depth_with_archives_and_compression() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    fs::create_dir(folder.path().join("b")).unwrap();
    write("b/Posts.xml.gz", &gz(b"posts"));
    write("b/Users.xml.ZST", &zst(b"users"));
    write(".hidden", b"x");
    write(
        "a.zip",
        &zip_of(&[
            ("in/c.txt", b"c"),
            ("../../up\x07.txt", b"up"),
            ("d.gz", &gz(b"d")),
        ]),
    );
    write(
        "s.7z",
        &seven_zip_of(
            &[("1.txt", b"one"), ("2.txt", b"two"), ("3.txt", b"three")],
            true,
        ),
    );
    write(
        "t.7z",
        &seven_zip_of(&[("1.txt", b"one"), ("2.txt", b"two")], false),
    );
    expect![[r#"
        a.zip!../../up�.txt (up�.txt): "up"
        a.zip!d.gz (d): "d"
        a.zip!in/c.txt (c.txt): "c"
        b/Posts.xml.gz (Posts.xml): "posts"
        b/Users.xml.ZST (Users.xml): "users"
        s.7z!1.txt (1.txt): "one"
        s.7z!2.txt (2.txt): "two"
        s.7z!3.txt (3.txt): "three"
        t.7z!1.txt (1.txt): "one"
        t.7z!2.txt (2.txt): "two"
    "#]]
    .assert_eq(&contents(folder.path(), InputOptions::default()));
}

#[test]
fn members_of_a_solid_block_are_costly_but_the_first() {
    let folder = tempfile::tempdir().unwrap();
    for (is_solid, expected) in [(true, [true, false]), (false, [true, true])] {
        let path = folder.path().join("a.7z");
        fs::write(
            &path,
            seven_zip_of(&[("1", b"one"), ("2", b"two")], is_solid),
        )
        .unwrap();
        let input = Input::open(&path, InputOptions::default()).unwrap();
        let is_cheap: Vec<bool> = input
            .files()
            .iter()
            .map(|entry| entry.is_cheap_to_open)
            .collect();
        assert_eq!(is_cheap, expected);
    }
}

#[test]
fn reading_a_member_may_stop_early_and_start_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.7z");
    let text = varied_text(3_000);
    fs::write(&path, seven_zip_of(&[("1", &text), ("2", &text)], true)).unwrap();
    let input = Input::open(&path, InputOptions::default()).unwrap();
    for _ in 0..2 {
        let head = input
            .read_file(&input.files()[1], |file| file.read_head(9))
            .unwrap();
        assert_eq!(head.as_bytes(), &text[..9]);
    }
}

#[test]
fn cut_compression_gives_what_came_before_and_then_says_so() {
    let text = varied_text(60_000);
    for (name, whole) in [("a.gz", gz(&text)), ("a.zst", zst(&text))] {
        let out = contents_of(name, &whole[..whole.len() / 2], InputOptions::default());
        let delivered: usize = out.split(' ').nth(2).unwrap().parse().unwrap();
        assert!(delivered > text.len() / 3, "{out}");
        assert!(
            out.contains(&format!("{name} ends in the middle at byte {delivered}")),
            "{out}"
        );
    }
}

#[test]
fn cut_archive_is_not_opened() {
    let text = varied_text(10_000);
    for (name, whole) in [
        ("a.zip", zip_of(&[("1", &text)])),
        ("a.7z", seven_zip_of(&[("1", &text)], false)),
    ] {
        let out = contents_of(name, &whole[..whole.len() / 2], InputOptions::default());
        assert!(out.contains("ends in the middle"), "{name}: {out}");
    }
}

#[test]
fn damaged_compression_is_damaged_or_truncated_but_never_silent() {
    let text = varied_text(20_000);
    for (name, mut whole) in [
        ("a.gz", gz(&text)),
        ("a.zip", zip_of(&[("1", &text)])),
        ("a.7z", seven_zip_of(&[("1", &text)], false)),
    ] {
        let middle = whole.len() / 2;
        whole[middle..middle + 64].fill(0xA5);
        let out = contents_of(name, &whole, InputOptions::default());
        assert!(
            out.contains("is damaged") || out.contains("ends in the middle"),
            "{name}: {out}"
        );
    }
}

#[test]
fn bomb_is_refused_in_every_container() {
    let zeros = vec![0u8; 8 << 20];
    let options = || InputOptions {
        limits: Limits {
            expansion_ratio_max: 50,
            expansion_bytes_always_allowed: 1 << 20,
            ..Limits::default()
        },
        encoding: None,
    };
    for (name, bomb) in [
        ("a.gz", gz(&zeros)),
        ("a.zst", zst(&zeros)),
        ("a.zip", zip_of(&[("1", &zeros)])),
        ("a.7z", seven_zip_of(&[("1", &zeros)], false)),
        ("b.zip", zip_of(&[("1.gz", &gz(&zeros))])),
    ] {
        let out = contents_of(name, &bomb, options());
        assert!(
            out.contains("expands to more than 50 times its size"),
            "{name}: {out}"
        );
        assert!(
            !contents_of(name, &bomb, InputOptions::default()).contains("expands"),
            "{name}"
        );
    }
}

#[test]
fn bomb_spread_over_members_is_refused() {
    let zeros = vec![0u8; 700 << 10];
    let names: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    let members: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), zeros.as_slice()))
        .collect();
    let options = InputOptions {
        limits: Limits {
            expansion_ratio_max: 50,
            expansion_bytes_always_allowed: 1 << 20,
            ..Limits::default()
        },
        encoding: None,
    };
    let out = contents_of("a.zip", &zip_of(&members), options);
    assert!(out.contains("expands to more than"), "{out}");
}

#[test]
fn too_many_members_are_refused() {
    let limits = Limits {
        file_count_max: 2,
        ..Limits::default()
    };
    let options = || InputOptions {
        limits: limits.clone(),
        encoding: None,
    };
    let members: [(&str, &[u8]); 3] = [("1", b"1"), ("2", b"2"), ("3", b"3")];
    expect!["a.zip holds more than 2 files; hint: import a part of it or raise the limit"]
        .assert_eq(&contents_of("a.zip", &zip_of(&members), options()));
    assert!(
        contents_of("a.7z", &seven_zip_of(&members, true), options()).contains("more than 2 files")
    );
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in members {
        fs::write(folder.path().join(name), content).unwrap();
    }
    assert!(contents(folder.path(), options()).contains("more than 2 files"));
}

#[test]
fn window_over_the_limit_is_refused_with_a_hint() {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(24).unwrap();
    encoder.write_all(b"text").unwrap();
    let compressed = encoder.finish().unwrap();
    let options = InputOptions {
        limits: Limits {
            zstd_window_log_max: 20,
            ..Limits::default()
        },
        encoding: None,
    };
    expect![[r#"
        a.zst (a): "" then a.zst needs more memory to decompress than allowed (a window of 2^20 bytes); hint: raise the zstd window limit, at most 31
    "#]].assert_eq(&contents_of("a.zst", &compressed, options));
    expect![[r#"
        a.zst (a): "text"
    "#]]
    .assert_eq(&contents_of("a.zst", &compressed, InputOptions::default()));
}

#[test]
fn long_window_is_read_by_default() {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.window_log(28).unwrap();
    encoder.include_contentsize(false).unwrap();
    for part in ["far ", "apart ", "far "] {
        encoder.write_all(part.as_bytes()).unwrap();
        encoder.flush().unwrap();
    }
    let compressed = encoder.finish().unwrap();
    // Exponent and mantissa of the window (RFC 8878, section 3.1.1.1.2); no content size.
    assert_eq!(compressed[4..6], [0x04 & compressed[4], (28 - 10) << 3]);
    expect![[r#"
        a.zst (a): "far apart far "
    "#]]
    .assert_eq(&contents_of("a.zst", &compressed, InputOptions::default()));
    let options = InputOptions {
        limits: Limits {
            zstd_window_log_max: 27,
            ..Limits::default()
        },
        encoding: None,
    };
    assert!(contents_of("a.zst", &compressed, options).contains("a window of 2^27 bytes"));
}

#[test]
fn wide_text_is_transcoded_and_a_stated_encoding_is_believed() {
    let wide: Vec<u8> = "\u{FEFF}wide ж"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(contents_of("a.txt", &wide, InputOptions::default()).contains("wide ж"));
    let options = InputOptions {
        encoding: Some(TextEncoding::from_label("koi8-r").unwrap()),
        ..InputOptions::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, b"\xC1\xC2").unwrap();
    let input = Input::open(&path, options).unwrap();
    let head = input.read_file(&input.files()[0], |file| file.read_head(10));
    assert_eq!(head.unwrap(), "аб");
}

#[test]
fn path_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = contents(&folder.path().join("nothing"), InputOptions::default());
    assert!(out.starts_with("cannot open PATH: "), "{out}");
}
