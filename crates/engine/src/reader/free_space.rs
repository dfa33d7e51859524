//! How much room a query may take on the disk for what does not fit in memory.
//!
//! The system's program `df` says what is free, in the form that POSIX gives it; asking the system
//! itself takes calls that are not safe code.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A quarter of what is free: four queries at once leave some for imports.
const FREE_PART: u64 = 4;
/// Where it is not known what is free.
const SPILL_BYTES_UNKNOWN: u64 = 10 << 30;
/// How old a figure may be.
const AGE_MAX: Duration = Duration::from_secs(10);

static LAST: Mutex<Option<(Instant, Option<u64>)>> = Mutex::new(None);

/// The smaller of a stated limit and a quarter of what is free where the workspace lies, bytes.
pub(crate) fn spill_limit_bytes(workspace: &Path, stated_bytes: u64) -> u64 {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let free_bytes = match *last {
        Some((at, free_bytes)) if at.elapsed() < AGE_MAX => free_bytes,
        _ => {
            let free_bytes = free_bytes(workspace);
            *last = Some((Instant::now(), free_bytes));
            free_bytes
        }
    };
    stated_bytes.min(free_bytes.map_or(SPILL_BYTES_UNKNOWN, |free| free / FREE_PART))
}

fn free_bytes(path: &Path) -> Option<u64> {
    let said = Command::new("df")
        .args(["-P", "-k", "--"])
        .arg(path)
        .env("LC_ALL", "C")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    free_bytes_of(&String::from_utf8_lossy(&said.stdout))
}

/// The fourth column of the second line; the first column may have spaces, the last one too.
fn free_bytes_of(table: &str) -> Option<u64> {
    let line = table.lines().nth(1)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let share = words.iter().position(|word| {
        word.strip_suffix('%')
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    })?;
    let kibibytes: u64 = words.get(share.checked_sub(1)?)?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_column_is_found_whatever_the_names() {
        let table = "Filesystem 1024-blocks Used Available Capacity Mounted on\n";
        let of = |line: &str| free_bytes_of(&format!("{table}{line}\n"));
        assert_eq!(of("/dev/vda 1000 400 600 40% /"), Some(600 << 10));
        assert_eq!(of("a share 1000 400 599 41% /a b 9%"), Some(599 << 10));
        assert_eq!(of("/dev/vda 1000 400"), None);
        assert_eq!(free_bytes_of(""), None);
        let folder = tempfile::tempdir().unwrap();
        assert!(free_bytes(folder.path()).is_some_and(|bytes| bytes > 0));
        assert_eq!(spill_limit_bytes(folder.path(), 1), 1);
    }
}
