//! What a killed writer or a power cut leaves at the end of the log, and what only looks like it.

use std::fs;

use super::segments::Files;
use super::tests::{ONE_SEGMENT, lines_of, log_of, record};
use super::*;
use crate::error::AccessError;

/// The head was not written yet when the process ended; the log was, up to any byte.
#[test]
fn a_process_killed_at_any_byte_of_two_entries_leaves_a_log_that_opens() {
    let folder = log_of(2, ONE_SEGMENT);
    let head = fs::read(folder.path().join("audit.head")).unwrap();
    let path = folder.path().join("audit.jsonl");
    let start = fs::read(&path).unwrap().len();
    let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
    log.append_durable(record(3)).unwrap();
    let third_end = fs::read(&path).unwrap().len();
    log.append_durable(record(4)).unwrap();
    let all = fs::read(&path).unwrap();
    for cut in start..=all.len() {
        fs::write(&path, &all[..cut]).unwrap();
        fs::write(folder.path().join("audit.head"), &head).unwrap();
        let kept = u64::from(cut >= third_end) + u64::from(cut == all.len());
        let torn = cut - [start, third_end, all.len()][kept as usize];

        let before = verify(folder.path(), &[]).unwrap();
        assert_eq!(before.damage, None, "cut at {cut}");
        assert_eq!(before.torn_byte_count, torn as u64);
        assert_eq!(before.unacknowledged_entry_count, kept);

        let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
        let expected = (cut > start).then_some(Recovery {
            kept_entry_count: kept,
            dropped_byte_count: torn as u64,
        });
        assert_eq!(log.recovery(), expected, "cut at {cut}");
        let after = verify(folder.path(), &[]).unwrap();
        // The recovery is an entry itself, so the log also goes on.
        let own_entry = u64::from(cut > start);
        assert_eq!(after.damage, None);
        assert_eq!(after.entry_count, 2 + kept + own_entry);
        assert_eq!(
            (after.unacknowledged_entry_count, after.torn_byte_count),
            (0, 0)
        );
    }
}

/// The same cuts after the entries were acknowledged are no crash.
#[test]
fn a_log_cut_at_any_byte_of_acknowledged_entries_does_not_open() {
    let folder = log_of(3, ONE_SEGMENT);
    let path = folder.path().join("audit.jsonl");
    let all = fs::read(&path).unwrap();
    let start = lines_of(&path)[0].len();
    for cut in start..all.len() {
        fs::write(&path, &all[..cut]).unwrap();
        let damage = verify(folder.path(), &[]).unwrap().damage.unwrap();
        assert!(matches!(damage.kind, DamageKind::CutOff { .. }), "{damage}");
        let error = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap_err();
        assert!(matches!(error, AccessError::Damaged { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), &all[..cut], "it is left as it is");
    }
}

/// Power cuts may leave blocks of zeros, or later blocks without earlier ones.
#[test]
fn whatever_stands_after_the_head_and_is_no_entry_is_removed() {
    for garbage in [
        vec![0; 5_000],
        b"{}\n{}\n".to_vec(),
        vec![b'x'; 200_000],
        b"\n\n".to_vec(),
    ] {
        let folder = log_of(2, ONE_SEGMENT);
        let path = folder.path().join("audit.jsonl");
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend(&garbage);
        fs::write(&path, bytes).unwrap();
        let before = verify(folder.path(), &[]).unwrap();
        assert_eq!(
            (before.damage, before.torn_byte_count),
            (None, garbage.len() as u64)
        );
        let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
        assert_eq!(
            log.recovery().unwrap().dropped_byte_count,
            garbage.len() as u64
        );
        let note = read_entries(folder.path(), 3, 1).unwrap().remove(0);
        assert_eq!(note.action, Action::LogRecovered);
        assert_eq!(
            note.parameters["dropped_byte_count"],
            garbage.len().to_string()
        );
    }
}

#[test]
fn a_process_killed_at_any_step_of_a_rotation_leaves_a_log_that_opens() {
    let files = |folder: &tempfile::TempDir| Files::of(folder.path());
    type Step = fn(&Files);
    let steps: [(&str, Step); 3] = [
        ("renamed", |_| {}),
        ("new segment made", |files| {
            fs::write(files.current(), "").unwrap()
        }),
        ("entry half written", |files| {
            fs::write(files.current(), "{\"sequ").unwrap()
        }),
    ];
    for (step, end) in steps {
        let folder = log_of(4, ONE_SEGMENT);
        let files = files(&folder);
        fs::rename(files.current(), files.closed(1)).unwrap();
        end(&files);
        assert_eq!(verify(folder.path(), &[]).unwrap().damage, None, "{step}");
        let log = AuditLog::open(folder.path(), ONE_SEGMENT).unwrap();
        log.append_durable(record(5)).unwrap();
        let after = verify(folder.path(), &[]).unwrap();
        assert_eq!(after.damage, None, "{step}");
        assert!(after.entry_count >= 5);
    }
}
