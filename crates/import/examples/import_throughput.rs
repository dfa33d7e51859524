//! Measures how fast an importer reads: files are read, mapped and checked as in an import, and
//! the records are counted and dropped.
//!
//! ```text
//! cargo run --example import_throughput -- reddit RC_2017-07.zst
//! ```
//!
//! `benches/forum_dumps.py` writes the dumps of the published figures.
//!
//! Prints one line: bytes of decompressed input, seconds of processor time, megabytes (10^6 bytes)
//! per second, and the number of posts. Processor time is that of the only thread where the system
//! tells it (Linux); elsewhere it is the time on the clock.
#![allow(clippy::print_stdout)]

use chrono::Utc;
use entangle_dump::{Input, InputOptions, Limits};
use entangle_import::{ImportError, ImportOptions, Sink, importer};
use entangle_model::record::{Account, FormerName, Identifier, Post, RecordKind, Reject, Thread};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Counts what it is given.
#[derive(Default)]
struct CountingSink {
    bytes_read: u64,
    post_count: u64,
    account_count: u64,
    identifier_count: u64,
    lost_count: u64,
}

impl Sink for CountingSink {
    fn asked(&mut self, _kind: RecordKind) {}

    fn unreadable(&mut self, _reject: Reject) {
        self.lost_count += 1;
    }

    fn account(&mut self, _account: Account) -> Result<(), ImportError> {
        self.account_count += 1;
        Ok(())
    }

    fn thread(&mut self, _thread: Thread) -> Result<(), ImportError> {
        Ok(())
    }

    fn post(&mut self, _post: Post) -> Result<(), ImportError> {
        self.post_count += 1;
        Ok(())
    }

    fn identifier(&mut self, _identifier: Identifier) -> Result<(), ImportError> {
        self.identifier_count += 1;
        Ok(())
    }

    fn former_name(&mut self, _: FormerName) -> Result<(), ImportError> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        self.lost_count += u64::from(reject.field.is_none());
        Ok(())
    }

    fn progress(&mut self, bytes_read: u64) -> Result<(), ImportError> {
        self.bytes_read = bytes_read;
        Ok(())
    }
}

/// Processor time of this thread since it began; `None` where the system does not tell.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_ascii_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

fn run(format: &str, path: &str) -> Result<(CountingSink, Duration), ImportError> {
    let limits = Limits {
        zstd_window_log_max: 31,
        ..Limits::default()
    };
    let options = InputOptions {
        limits,
        ..InputOptions::default()
    };
    let input = Input::open(path, options)?;
    let options = ImportOptions {
        now: Utc::now(),
        line_pattern: None,
    };
    let mut sink = CountingSink::default();
    let started_at = Instant::now();
    let started = processor_time();
    importer(format)?.import(&input, &options, &mut sink)?;
    let spent = match (started, processor_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => started_at.elapsed(),
    };
    Ok((sink, spent))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, path] = arguments.as_slice() else {
        println!("usage: import_throughput FORMAT PATH");
        return ExitCode::FAILURE;
    };
    match run(format, path) {
        Ok((sink, spent)) => {
            let seconds = spent.as_secs_f64();
            println!(
                "{} bytes, {seconds:.2} s of processor time, {:.1} MB/s, {} posts, {} accounts, {} identifiers, {} lost",
                sink.bytes_read,
                sink.bytes_read as f64 / 1e6 / seconds.max(1e-9),
                sink.post_count,
                sink.account_count,
                sink.identifier_count,
                sink.lost_count,
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
