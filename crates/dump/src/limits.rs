//! Bounds on what an input may demand. All input is hostile, so each bound has a default that
//! real dumps stay below, and each can be raised for an input that is trusted.

/// Bounds on memory, expansion and nesting.
///
/// ```
/// let limits = entangle_dump::Limits { row_bytes_max: 1 << 20, ..Default::default() };
/// assert_eq!(limits.json_depth_max, 100);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// A row (an XML element, a line, a JSON value, a row of an INSERT) longer than this is reported as unreadable
    /// and skipped without being held in memory. Bytes.
    pub row_bytes_max: usize,
    /// The same for a CSV record. It is lower, because it also bounds how far an unclosed quote
    /// reaches before it is given up. Bytes.
    pub csv_record_bytes_max: usize,
    /// The same for one mail of an mbox, with all its attachments. Bytes.
    pub mail_bytes_max: usize,
    /// JSON values nested deeper than this are reported as unreadable. At most 127, where the
    /// JSON parser itself stops.
    pub json_depth_max: usize,
    /// Attributes of one XML element; more make the row unreadable.
    pub xml_attribute_count_max: usize,
    /// A file on the disk may expand to this many times its size ...
    pub expansion_ratio_max: u64,
    /// ... or to this many bytes, whichever is more, before it is refused.
    pub expansion_bytes_always_allowed: u64,
    /// Files in a folder or members of an archive.
    pub file_count_max: usize,
    /// Base-2 logarithm of the largest zstd window: 27 means 128 MiB, 31 (the format's greatest)
    /// 2 GiB. Dumps that were compressed with `--long=31`, as those of Reddit are, need 31. The
    /// window is held in memory while reading: it is asked for as a whole but filled only as far
    /// as the file has been read, so a small file takes little of it and a large one all.
    pub zstd_window_log_max: u32,
    /// Memory of a 7z decoder (its dictionary). KiB.
    pub decoder_memory_kib_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            row_bytes_max: 64 << 20,
            csv_record_bytes_max: 16 << 20,
            mail_bytes_max: 64 << 20,
            json_depth_max: 100,
            xml_attribute_count_max: 1024,
            expansion_ratio_max: 1000,
            expansion_bytes_always_allowed: 1 << 30,
            file_count_max: 100_000,
            zstd_window_log_max: 31,
            decoder_memory_kib_max: 256 << 10,
        }
    }
}
