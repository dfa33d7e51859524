//! How much room a query may take on the disk for what does not fit in memory.

use std::path::Path;

/// A quarter of what is free: four queries at once leave some for imports.
const FREE_PART: u64 = 4;
/// Where it is not known what is free.
const SPILL_BYTES_UNKNOWN: u64 = 10 << 30;

/// The smaller of a stated limit and a quarter of what is free where the workspace lies, bytes.
pub(crate) fn spill_limit_bytes(workspace: &Path, stated_bytes: u64) -> u64 {
    let free_part = free_bytes(workspace).map_or(SPILL_BYTES_UNKNOWN, |free| free / FREE_PART);
    stated_bytes.min(free_part)
}

/// What is free for programs without special rights, bytes.
fn free_bytes(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_what_is_free_is_the_most() {
        let folder = tempfile::tempdir().unwrap();
        let free = free_bytes(folder.path()).unwrap();
        assert!(free > 0);
        assert_eq!(spill_limit_bytes(folder.path(), 1), 1);
        assert!(spill_limit_bytes(folder.path(), u64::MAX) < free);
        let missing = folder.path().join("missing");
        assert_eq!(spill_limit_bytes(&missing, u64::MAX), SPILL_BYTES_UNKNOWN);
    }
}
