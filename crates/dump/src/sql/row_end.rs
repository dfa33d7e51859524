//! Where reading can go on after damage.

/// Where a damaged row seems to end.
pub(super) enum RowEnd {
    /// Another row begins after so many bytes.
    BeforeRow(usize),
    /// The statement ends after so many bytes.
    OfStatement(usize),
    /// Nothing is found; so many bytes need not be looked at again.
    NotHere(usize),
}

/// Finds the next place that looks like the end of a row.
pub(super) fn find_row_end(bytes: &[u8]) -> RowEnd {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b')', &bytes[at..]) {
        at += found;
        let behind = bytes[at + 1..].trim_ascii_start();
        let Some((mark, rest)) = behind.split_first() else {
            return RowEnd::NotHere(at);
        };
        let blank_count = rest.len() - rest.trim_ascii_start().len();
        match (mark, rest.get(blank_count)) {
            (b',', None) => return RowEnd::NotHere(at),
            (b',', Some(b'(')) => return RowEnd::BeforeRow(bytes.len() - rest.len() + blank_count),
            (b';', _) if rest.is_empty() || rest[..blank_count].contains(&b'\n') => {
                return RowEnd::OfStatement(bytes.len() - rest.len());
            }
            _ => at += 1,
        }
    }
    RowEnd::NotHere(bytes.len())
}
