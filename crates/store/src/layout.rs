//! Where everything lies in a workspace folder. Paths only; nothing here touches the disk.

use std::path::{Path, PathBuf};

/// Entries that a workspace folder may hold.
pub(crate) const ENTRIES: &[&str] = &[
    "format.json",
    "format.partial",
    "lock",
    "locks",
    "snapshots",
    "spill",
    "staging",
    "tables",
];

/// Longest part of a source's name that goes into the name of its lock file, bytes.
const LOCK_NAME_BYTES: usize = 180;

/// The paths of one workspace.
#[derive(Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn format_file(&self) -> PathBuf {
        self.root.join("format.json")
    }

    /// The lock that serialises commits.
    pub fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub fn tables(&self) -> PathBuf {
        self.root.join("tables")
    }

    pub fn table(&self, name: &str) -> PathBuf {
        self.tables().join(name)
    }

    pub fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots")
    }

    /// Rows on their way into a table, one folder per transaction.
    pub fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// Rows that a query could not keep in memory, one folder per session.
    pub fn spill(&self) -> PathBuf {
        self.root.join("spill")
    }

    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }

    /// The lock of one source. Bytes that are not plain letters, digits, `_` or `-` become
    /// `%` and two digits. Very long names that begin alike share a lock, which makes their
    /// imports wait for one another and does no other harm.
    pub fn source_lock(&self, source: &str) -> PathBuf {
        let mut name = String::new();
        for byte in source.bytes() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => name.push(char::from(byte)),
                _ => name.push_str(&format!("%{byte:02x}")),
            }
        }
        name.truncate(LOCK_NAME_BYTES);
        self.locks().join(format!("source-{name}.lock"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_lock_of_a_source_stays_in_its_folder_whatever_the_name() {
        let layout = Layout::new(PathBuf::from("w"));
        let path = layout.source_lock("../A b");
        expect!["w/locks/source-%2e%2e%2f%41%20b.lock"].assert_eq(&path.display().to_string());
        let long = layout.source_lock(&"я".repeat(1000));
        assert!(long.file_name().is_some_and(|name| name.len() < 255));
    }
}
