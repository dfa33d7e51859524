//! Inputs made to exhaust the machine: refused or rejected row by row, in bounded memory.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::support::{Folder, Run, post_line, post_lines};

const MEMORY_MAX_BYTES: u64 = 1 << 30;
/// A row of two gibibytes: twice the memory that an import may take.
const LONG_ROW_BYTES: i64 = 2 << 30;

/// Runs the program while watching its peak memory.
struct Watched {
    run: Run,
    /// The largest peak seen, bytes. It only grows, so what is seen last is close to the end.
    peak_bytes: u64,
}

fn run_watched(folder: &Folder, arguments: &[&str]) -> Watched {
    let child = folder.spawn(arguments);
    let status_file = format!("/proc/{}/status", child.id());
    let ended = std::thread::spawn(move || child.wait_with_output().unwrap());
    let mut peak_bytes = 0;
    while !ended.is_finished() {
        peak_bytes = peak_bytes.max(peak_in(&status_file).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    Watched {
        run: Run::of(ended.join().unwrap()),
        peak_bytes,
    }
}

fn peak_in(status_file: &str) -> Option<u64> {
    let status = fs::read_to_string(status_file).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes << 10)
}

fn import_watched(folder: &Folder, path: &str) -> Run {
    let watched = run_watched(
        folder,
        &[
            "import", path, "--source", "board", "--kind", "leak", "--json",
        ],
    );
    assert!(watched.peak_bytes > 0, "the peak was never seen");
    assert!(
        watched.peak_bytes < MEMORY_MAX_BYTES,
        "{path} took {} MiB",
        watched.peak_bytes >> 20
    );
    watched.run
}

/// Writes a file with a hole, which takes no room on the disk and reads as zeros.
fn write_with_hole(path: &Path, head: &str, tail: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = File::create(path).unwrap();
    file.write_all(head.as_bytes()).unwrap();
    file.seek(SeekFrom::Current(LONG_ROW_BYTES)).unwrap();
    file.write_all(tail.as_bytes()).unwrap();
}

/// Rows rejected over all kinds of records, and posts mapped.
fn rejected_and_posts(run: Run) -> (u64, u64) {
    let summary: Value = serde_json::from_str(&run.succeeded().stdout).unwrap();
    let records = summary["records"].as_object().unwrap();
    let rejected = records
        .values()
        .map(|counts| counts["rejected"].as_u64().unwrap())
        .sum();
    (rejected, records["post"]["mapped"].as_u64().unwrap())
}

#[test]
fn an_endless_line_of_json_is_one_reject() {
    let folder = Folder::new();
    let head = format!(
        "{}{{\"type\":\"post\",\"native_id\":\"long\",\"body\":\"",
        post_lines(0..10)
    );
    let tail = format!("\"}}\n{}", post_lines(10..20));
    write_with_hole(&folder.path().join("posts.jsonl"), &head, &tail);
    assert_eq!(
        rejected_and_posts(import_watched(&folder, "posts.jsonl")),
        (1, 20)
    );
}

#[test]
fn an_endless_row_of_xml_is_one_reject() {
    let folder = Folder::new();
    let row = |id: u32| format!("<row Id=\"{id}\" PostId=\"1\" Text=\"hello\" UserId=\"2\" />\n");
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<comments>\n{}<row Id=\"2\" Text=\"",
        row(1)
    );
    let tail = format!("\" />\n{}</comments>\n", row(3));
    write_with_hole(&folder.path().join("site/Comments.xml"), &head, &tail);
    assert_eq!(rejected_and_posts(import_watched(&folder, "site")), (1, 2));
}

#[test]
fn an_endless_field_of_a_table_ends_no_import() {
    let folder = Folder::new();
    let head = "native_id,author,body\np1,anna,hello\np2,anna,";
    write_with_hole(&folder.path().join("posts.csv"), head, "\np3,ben,hello\n");
    let (rejected, posts) = rejected_and_posts(import_watched(&folder, "posts.csv"));
    assert_eq!(posts, 2);
    assert!(rejected >= 1);
}

#[test]
fn an_endless_message_of_an_export_is_one_reject() {
    let folder = Folder::new();
    let message = |id: u32| {
        format!(
            "{{\"id\":{id},\"type\":\"message\",\"date_unixtime\":\"1614834367\",\"from\":\"Anna\",\"from_id\":\"user1\",\"text\":\"hello\"}}"
        )
    };
    let head = format!(
        "{{\"name\":\"Group\",\"type\":\"private_group\",\"id\":5,\"messages\":[{},{{\"id\":2,\"type\":\"message\",\"text\":\"",
        message(1)
    );
    let tail = format!("\"}},{}]}}", message(3));
    write_with_hole(&folder.path().join("result.json"), &head, &tail);
    assert_eq!(
        rejected_and_posts(import_watched(&folder, "result.json")),
        (1, 2)
    );
}

#[test]
fn json_nested_without_end_is_one_reject() {
    let folder = Folder::new();
    let deep = format!("{{\"type\":\"post\",\"body\":{}\n", "[".repeat(1_000_000));
    folder.write(
        "posts.jsonl",
        format!("{}{deep}{}", post_line(1), post_line(2)),
    );
    assert_eq!(
        rejected_and_posts(import_watched(&folder, "posts.jsonl")),
        (1, 2)
    );
}

#[test]
fn entities_that_multiply_are_refused() {
    let folder = Folder::new();
    let mut declared = String::from("<!ENTITY a0 \"aaaaaaaaaa\">");
    for level in 1..12 {
        let repeated = format!("&a{};", level - 1).repeat(10);
        declared += &format!("<!ENTITY a{level} \"{repeated}\">");
    }
    let bomb = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE comments [{declared}]>\n<comments>\n<row Id=\"1\" Text=\"&a11;\" />\n</comments>\n"
    );
    folder.write("site/Comments.xml", bomb);
    import_watched(&folder, "site").failed(
        3,
        &["Comments.xml", "document type", "hint: remove the DOCTYPE"],
    );
}

#[test]
fn an_archive_that_expands_without_measure_is_refused() {
    const ZEROS_BYTES: usize = 1200 << 20;
    let folder = Folder::new();
    let mut archive = zip::ZipWriter::new(File::create(folder.path().join("bomb.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default()
        .compression_level(Some(9))
        .large_file(true);
    archive.start_file("posts.jsonl", options).unwrap();
    archive.write_all(post_line(1).as_bytes()).unwrap();
    let zeros = vec![0; 8 << 20];
    for _ in 0..ZEROS_BYTES / zeros.len() {
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap();
    let size = fs::metadata(folder.path().join("bomb.zip")).unwrap().len();
    assert!(size < 2 << 20, "the bomb has {size} bytes");
    import_watched(&folder, "bomb.zip").failed(3, &["bomb.zip", "expands to more than", "hint: "]);
}
