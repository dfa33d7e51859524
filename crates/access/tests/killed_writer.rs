//! A process that writes to the audit log and is killed, for real: what it acknowledged is there.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use entangle_access::{Action, AuditLog, AuditOptions, AuditRecord, read_entries, verify};

const FOLDER_VARIABLE: &str = "ENTANGLE_ACCESS_TEST_FOLDER";
const OPTIONS: AuditOptions = AuditOptions {
    segment_bytes_max: 2_000,
};

/// Not a test of its own: the process that the test below starts and kills.
#[test]
fn writer() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else {
        return;
    };
    let log = AuditLog::open(Path::new(&folder), OPTIONS).unwrap();
    loop {
        let at = "2026-01-31T12:00:00Z".parse().unwrap();
        let record = AuditRecord::new(at, Action::Read, "/v1/accounts/{account_id}");
        let receipt = log.append_durable(record).unwrap();
        println!("acknowledged {} {}", receipt.sequence, receipt.hash);
    }
}

#[test]
fn a_killed_writer_has_lost_nothing_that_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    for kill_after in [1, 2, 7, 20, 33] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["writer", "--exact", "--nocapture"])
            .env(FOLDER_VARIABLE, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut acknowledged: Vec<(u64, String)> = Vec::new();
        let mut is_killed = false;
        // The rest of what it wrote before the kill is read as well.
        for line in output.lines().map_while(Result::ok) {
            acknowledged.extend(receipt_in(&line));
            if acknowledged.len() >= kill_after && !is_killed {
                child.kill().unwrap();
                is_killed = true;
            }
        }
        child.wait().unwrap();
        assert!(acknowledged.len() >= kill_after);

        let found = verify(folder.path(), &[]).unwrap();
        assert_eq!(found.damage, None);
        let entries = read_entries(folder.path(), acknowledged[0].0, usize::MAX).unwrap();
        for ((sequence, hash), entry) in acknowledged.iter().zip(&entries) {
            assert_eq!((*sequence, hash), (entry.sequence, &entry.hash));
        }
        assert!(entries.len() >= acknowledged.len());
    }
}

/// The last line may have been cut by the kill.
fn receipt_in(line: &str) -> Option<(u64, String)> {
    let (_, receipt) = line.split_once("acknowledged ")?;
    let (sequence, hash) = receipt.split_once(' ')?;
    (hash.len() == 64)
        .then(|| (sequence.parse().ok(), hash.to_owned()))
        .and_then(|(sequence, hash)| Some((sequence?, hash)))
}
