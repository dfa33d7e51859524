use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use expect_test::expect;
use proptest::prelude::*;

use super::segments::Files;
use super::*;
use crate::error::AccessError;
use crate::key_text::KeyId;
use crate::roles::Role;

pub(super) const ONE_SEGMENT: AuditOptions = AuditOptions {
    segment_bytes_max: u64::MAX,
};
const SMALL_SEGMENTS: AuditOptions = AuditOptions {
    segment_bytes_max: 900,
};

pub(super) fn record(number: u64) -> AuditRecord {
    let at = "2026-01-31T12:00:00Z".parse().unwrap();
    let mut record = AuditRecord::new(at, Action::Read, "/v1/accounts/{account_id}");
    record.key_id = KeyId::parse("00000000");
    record.role = Some(Role::Identified);
    record.parameters = [("page".to_owned(), number.to_string())].into();
    record.purpose = Some("study 2026/17".to_owned());
    record.status = Some(200);
    record.row_count = Some(1);
    record
}

/// A log of entries 1 to `entry_count`, each committed for itself.
pub(super) fn log_of(entry_count: u64, options: AuditOptions) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::open(folder.path(), options).unwrap();
    for number in 1..=entry_count {
        let receipt = log.append_durable(record(number)).unwrap();
        assert_eq!(receipt.sequence, number);
    }
    folder
}

fn shown(verification: &Verification) -> String {
    match &verification.damage {
        Some(damage) => format!("{} good, then {damage}", verification.entry_count),
        None => format!(
            "{} good in {} files, {} not acknowledged, {} bytes torn",
            verification.entry_count,
            verification.segment_count,
            verification.unacknowledged_entry_count,
            verification.torn_byte_count
        ),
    }
}

fn verified(folder: &Path) -> String {
    shown(&verify(folder, &[]).unwrap())
}

pub(super) fn lines_of(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.split_inclusive('\n').map(str::to_owned).collect()
}

#[test]
fn a_line_can_be_checked_with_a_text_tool() {
    let folder = log_of(2, ONE_SEGMENT);
    let lines = lines_of(&folder.path().join("audit.jsonl"));
    expect![[r#"
        {"sequence":2,"at":"2026-01-31T12:00:00.000000Z","key_id":"00000000","role":"identified","action":"read","resource":"/v1/accounts/{account_id}","parameters_digest":null,"parameters":{"page":"2"},"purpose":"study 2026/17","status":200,"row_count":1,"previous_hash":"3a5b87fc3a59156acef0683d452bd360ec4bcc29d9fb197b473171d1049db1e6","hash":"e9d0cb6aa3c2722fb8383d0f589898014acfd2c0b55bcf743ebbe1e9a92c44cf"}
    "#]].assert_eq(&lines[1]);
    let (hashed, rest) = lines[1].rsplit_once(",\"hash\":\"").unwrap();
    assert_eq!(
        blake3::hash(hashed.as_bytes()).to_hex().as_str(),
        &rest[..64]
    );
    let (_, previous) = lines[0].rsplit_once(",\"hash\":\"").unwrap();
    assert!(hashed.ends_with(&format!("\"previous_hash\":\"{}\"", &previous[..64])));
}

#[test]
fn each_kind_of_tampering_is_named_with_its_line() {
    type Change = fn(&mut Vec<String>);
    let cases: [(&str, Change); 9] = [
        ("nothing", |_| {}),
        ("status edited", |lines| {
            lines[1] = lines[1].replace("200", "404")
        }),
        ("a space added", |lines| {
            lines[1] = lines[1].replace(",\"at\"", ", \"at\"")
        }),
        ("lines removed", |lines| drop(lines.drain(1..3))),
        ("first line removed", |lines| drop(lines.remove(0))),
        ("lines exchanged", |lines| lines.swap(1, 3)),
        ("a line repeated", |lines| lines.insert(2, lines[1].clone())),
        ("last line removed", |lines| drop(lines.pop())),
        ("end of the last line removed", |lines| {
            let cut = lines[4].len() - 10;
            lines[4].truncate(cut);
        }),
    ];
    let mut text = String::new();
    for (case, change) in cases {
        let folder = log_of(5, ONE_SEGMENT);
        let path = folder.path().join("audit.jsonl");
        let mut lines = lines_of(&path);
        change(&mut lines);
        fs::write(&path, lines.concat()).unwrap();
        text += &format!("{case}: {}\n", verified(folder.path()));
    }
    expect![[r#"
        nothing: 5 good in 1 files, 0 not acknowledged, 0 bytes torn
        status edited: 1 good, then audit.jsonl, line 2: the entry was edited: its contents do not fit its hash
        a space added: 1 good, then audit.jsonl, line 2: the line is no entry: it is not in the form in which entries are written
        lines removed: 1 good, then audit.jsonl, line 2: entries were removed before this line: 2
        first line removed: 0 good, then audit.jsonl, line 1: entries were removed before this line: 1
        lines exchanged: 1 good, then audit.jsonl, line 2: entries were reordered: entry 2 stands further down
        a line repeated: 2 good, then audit.jsonl, line 3: entry 2 is repeated or was put in here
        last line removed: 4 good, then audit.jsonl: the end was cut off; missing entries: 1
        end of the last line removed: 4 good, then audit.jsonl, line 5: the end was cut off; missing entries: 1
    "#]].assert_eq(&text);
}

/// An entry that is changed together with its own hash, as somebody does who knows the format.
#[test]
fn a_replaced_entry_no_longer_fits_the_next() {
    let folder = log_of(3, ONE_SEGMENT);
    let path = folder.path().join("audit.jsonl");
    let mut lines = lines_of(&path);
    let replaced = AuditEntry::chained(record(99), 2, &hash_of(&lines[0]));
    lines[1] = replaced.to_line();
    fs::write(&path, lines.concat()).unwrap();
    expect!["2 good, then audit.jsonl, line 3: this entry or the one before was replaced: it names another hash"].assert_eq(&verified(folder.path()));

    // All that follows is made to fit: only the head differs, and a head that was published.
    let anchor = Anchor {
        entry_count: 3,
        hash: hash_of(&lines[2]),
    };
    let third = AuditEntry::chained(record(3), 3, &replaced.hash);
    lines[2] = third.to_line();
    fs::write(&path, lines.concat()).unwrap();
    expect!["2 good, then audit.jsonl, line 3: the head names another hash for this entry: the log was rewritten, or the head"].assert_eq(&verified(folder.path()));
    AuditLog::open(folder.path(), ONE_SEGMENT).unwrap_err();

    let head = fs::read_to_string(folder.path().join("audit.head")).unwrap();
    let other_hash = head.replace(&anchor.hash, &third.hash);
    fs::write(folder.path().join("audit.head"), &other_hash).unwrap();
    expect!["2 good, then audit.jsonl, line 3: the head names another place for the end of this entry: one of the two was changed"].assert_eq(&verified(folder.path()));
    let byte_count = lines.concat().len();
    // Page 99 takes a byte more than page 2.
    let head = other_hash.replace(&format!("{}", byte_count - 1), &byte_count.to_string());
    fs::write(folder.path().join("audit.head"), head).unwrap();
    assert!(
        verify(folder.path(), &[]).unwrap().damage.is_none(),
        "the chain cannot tell"
    );
    expect!["2 good, then audit.jsonl, line 3: the published head names another hash for this entry: the log was rewritten since"].assert_eq(&shown(&verify(folder.path(), &[anchor]).unwrap()));
}

fn hash_of(line: &str) -> String {
    AuditEntry::from_line(line.as_bytes()).unwrap().hash
}

#[test]
fn a_published_head_shows_a_log_that_became_shorter() {
    let folder = log_of(4, ONE_SEGMENT);
    let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
    let anchor: Anchor = log.anchor().unwrap().to_string().parse().unwrap();
    log.append_durable(record(5)).unwrap();
    assert_eq!(
        verify(folder.path(), std::slice::from_ref(&anchor))
            .unwrap()
            .damage,
        None
    );

    let shorter = log_of(3, ONE_SEGMENT);
    expect!["3 good, then audit.jsonl: the end was cut off; missing entries: 1"]
        .assert_eq(&shown(&verify(shorter.path(), &[anchor]).unwrap()));
    for text in [
        "",
        "entangle-audit 3",
        "entangle-audit x 00",
        "entangle-audit 1 XY",
    ] {
        assert_eq!(text.parse::<Anchor>(), Err(AnchorError));
    }
}

#[test]
fn files_that_are_missing_or_foreign_are_named() {
    let mut text = String::new();
    for (case, name) in [
        ("head", "audit.head"),
        ("first segment", "audit-000001.jsonl"),
        ("last closed segment", "audit-000002.jsonl"),
        ("current segment", "audit.jsonl"),
    ] {
        let folder = log_of(7, SMALL_SEGMENTS);
        fs::write(folder.path().join("audit-7.jsonl"), "not ours").unwrap();
        assert!(verify(folder.path(), &[]).unwrap().damage.is_none());
        fs::remove_file(folder.path().join(name)).unwrap();
        text += &format!("{case} missing: {}\n", verified(folder.path()));
        let opened = AuditLog::open(folder.path(), SMALL_SEGMENTS);
        text += &match opened {
            Ok(_) => "  opens\n".to_owned(),
            Err(AccessError::Damaged { reason, .. }) => format!("  does not open: {reason}\n"),
            Err(error) => panic!("{error}"),
        };
    }
    expect![[r#"
        head missing: 0 good, then audit.head: the head is missing, so nobody can tell whether the end of the log is
          does not open: it is missing, and there are entries
        first segment missing: 0 good, then audit-000001.jsonl: this file is missing; if it was archived, put it back to verify the log
          opens
        last closed segment missing: 3 good, then audit-000002.jsonl: this file is missing; if it was archived, put it back to verify the log
          opens
        current segment missing: 6 good, then audit-000002.jsonl: the end was cut off; missing entries: 1
          does not open: it has 0 bytes, and the head counts 7 entries up to byte 406
    "#]].assert_eq(&text);
}

#[test]
fn segments_are_linked_and_nothing_is_lost_between_them() {
    let folder = log_of(7, SMALL_SEGMENTS);
    expect!["7 good in 3 files, 0 not acknowledged, 0 bytes torn"]
        .assert_eq(&verified(folder.path()));
    let entries = read_entries(folder.path(), 3, 3).unwrap();
    let sequences: Vec<u64> = entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, [3, 4, 5]);
    assert_eq!(read_entries(folder.path(), 8, 3).unwrap(), []);
}

#[test]
fn many_writers_in_several_processes_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let receipts: BTreeSet<(u64, String)> = std::thread::scope(|scope| {
        let logs: Vec<AuditLog> = (0..2)
            .map(|_| AuditLog::open(folder.path(), SMALL_SEGMENTS).unwrap())
            .collect();
        let logs: &'static [AuditLog] = logs.leak();
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                scope.spawn(move || {
                    let log = &logs[writer % 2];
                    (0..10)
                        .map(|number| {
                            log.append(record(number)).unwrap();
                            let receipt = log.append_durable(record(number)).unwrap();
                            (receipt.sequence, receipt.hash)
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        // Reading while others write and rotate finds nothing wrong.
        for _ in 0..20 {
            assert_eq!(verify(folder.path(), &[]).unwrap().damage, None);
        }
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect()
    });
    assert_eq!(receipts.len(), 80);
    let found = verify(folder.path(), &[]).unwrap();
    assert_eq!((found.damage, found.entry_count), (None, 160));
    let entries: BTreeMap<u64, String> = read_entries(folder.path(), 1, usize::MAX)
        .unwrap()
        .into_iter()
        .map(|entry| (entry.sequence, entry.hash))
        .collect();
    assert!(
        receipts
            .iter()
            .all(|(sequence, hash)| entries[sequence] == *hash)
    );
}

#[test]
fn what_cannot_be_written_is_not_acknowledged_and_what_nobody_waits_for_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
    let path = folder.path().join("audit.jsonl");
    fs::create_dir(&path).unwrap();
    log.append(record(1)).unwrap();
    let error = log.append_durable(record(2)).unwrap_err();
    assert!(matches!(error, AccessError::NotRecorded { .. }), "{error}");
    log.flush().unwrap_err();

    fs::remove_dir(&path).unwrap();
    log.flush().unwrap();
    let entries = read_entries(folder.path(), 1, 9).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].parameters["page"], "1");
}

#[test]
fn records_that_do_not_fit_are_refused_and_the_largest_that_fit_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
    let mut largest = record(1);
    largest.resource = "😀".repeat(200);
    largest.purpose = Some("\"".repeat(500));
    largest.parameters = (0..20)
        .map(|number| {
            (
                format!("{number:02}{}", "😀".repeat(28)),
                "\u{0}".repeat(300),
            )
        })
        .collect();
    log.append_durable(largest.clone()).unwrap();
    assert_eq!(
        read_entries(folder.path(), 1, 1).unwrap()[0].parameters,
        largest.parameters
    );

    let cases: [fn(&mut AuditRecord); 4] = [
        |record| record.resource.push('/'),
        |record| record.purpose = Some("two\nlines".to_owned()),
        |record| {
            record
                .parameters
                .extend([("more".to_owned(), String::new())])
        },
        |record| {
            record
                .parameters
                .values_mut()
                .for_each(|value| value.push('x'))
        },
    ];
    for change in cases {
        let mut record = largest.clone();
        change(&mut record);
        let error = log.append_durable(record).unwrap_err();
        assert!(matches!(error, AccessError::InvalidField { .. }), "{error}");
    }
    assert_eq!(verify(folder.path(), &[]).unwrap().entry_count, 1);
}

#[test]
fn digests_need_the_key_of_the_log_and_not_the_order_of_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
    let digest = log.digest(&[("name", "neo"), ("source", "webmasters")]);
    assert_eq!(
        digest,
        log.digest(&[("source", "webmasters"), ("name", "neo")])
    );
    assert_ne!(
        digest,
        log.digest(&[("name", "neosource"), ("", "webmasters")])
    );
    let again = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
    assert_eq!(
        digest,
        again.digest(&[("name", "neo"), ("source", "webmasters")])
    );
    let other = tempfile::tempdir().unwrap();
    let other = AuditLog::open(other.path(), ONE_SEGMENT).unwrap();
    assert_ne!(
        digest,
        other.digest(&[("name", "neo"), ("source", "webmasters")])
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_changed_byte_anywhere_is_noticed(place: prop::sample::Index, change in 1..=255u8) {
        let folder = log_of(4, SMALL_SEGMENTS);
        let files = Files::of(folder.path());
        let mut paths: Vec<_> = files.closed_numbers().unwrap().iter().map(|&n| files.closed(n)).collect();
        paths.push(files.current());
        let path = place.get(&paths);
        let mut bytes = fs::read(path).unwrap();
        let at = place.index(bytes.len());
        bytes[at] ^= change;
        fs::write(path, bytes).unwrap();
        prop_assert!(verify(folder.path(), &[]).unwrap().damage.is_some());
    }

    #[test]
    fn no_files_panic(
        log in proptest::collection::vec(any::<u8>(), 0..400),
        head in proptest::collection::vec(any::<u8>(), 0..200),
        counts: (u64, u64, u64),
    ) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("audit.jsonl"), &log).unwrap();
        fs::write(folder.path().join("audit.head"), &head).unwrap();
        let _ = verify(folder.path(), &[]);
        let _ = AuditLog::open(folder.path(), SMALL_SEGMENTS);
        let (segment, byte_count, entry_count) = counts;
        let hash = entry::NO_HASH;
        let head = format!(r#"{{"format":1,"segment":{segment},"byte_count":{byte_count},"entry_count":{entry_count},"hash":"{hash}"}}"#);
        fs::write(folder.path().join("audit.head"), head).unwrap();
        let _ = verify(folder.path(), &[]);
        let _ = AuditLog::open(folder.path(), SMALL_SEGMENTS);
    }
}
