//! How a system's files are laid out: by what they are recognised, and where records stand.

use super::fields::Field;
use super::shape::Shape;

/// A condition on a record: a field has the value or, for `None`, is there at all.
pub(super) type Mark = (Field, Option<&'static str>);

/// One kind of record of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecordTable {
    /// What a record must have to be of this kind. The first table that fits is taken.
    pub(super) marks: &'static [Mark],
    pub(super) shape: Shape,
    /// Records nested in this one: the key of their list or object, and their tables.
    pub(super) inner: &'static [(&'static str, &'static [RecordTable])],
}

impl RecordTable {
    /// A table without conditions and nested records.
    pub(super) const fn of(shape: Shape) -> Self {
        Self {
            marks: &[],
            shape,
            inner: &[],
        }
    }

    /// A table whose records are told by their marks.
    pub(super) const fn marked(marks: &'static [Mark], shape: Shape) -> Self {
        Self {
            marks,
            shape,
            inner: &[],
        }
    }
}

/// Where records stand in JSON: keys from the top; `*` is every element of a list or every member
/// of an object. The empty path is every value at the top, and every element of a list there.
pub(super) type Path = &'static [&'static str];

/// One way in which a system lays out a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Layout {
    /// JSON: one document, or values one after another.
    Json {
        /// Keys, all of which the beginning of a file must have.
        signs: &'static [&'static str],
        /// Where the records stand, and what they are.
        records: &'static [(Path, &'static [RecordTable])],
    },
    /// A table with a header.
    Csv {
        /// Columns, all of which the header must have.
        signs: &'static [&'static str],
        /// What each row becomes.
        table: &'static RecordTable,
    },
}

impl Layout {
    /// Whether a file that begins like this is laid out so.
    pub(super) fn fits(&self, head: &str) -> bool {
        match self {
            Self::Json { signs, .. } => {
                head.trim_start().starts_with(['{', '['])
                    && signs.iter().all(|sign| has_key(head, sign))
            }
            Self::Csv { signs, .. } => {
                let header = header_names(head);
                signs.iter().all(|sign| header.contains(sign))
            }
        }
    }
}

/// Whether the text has `"key":`, with or without white space before the colon.
fn has_key(head: &str, key: &str) -> bool {
    let quoted = format!("\"{key}\"");
    head.match_indices(&quoted)
        .any(|(start, _)| head[start + quoted.len()..].trim_start().starts_with(':'))
}

fn header_names(head: &str) -> Vec<&str> {
    let line = head.lines().next().unwrap_or_default();
    line.split([',', ';', '\t', '|'])
        .map(|name| name.trim().trim_matches('"'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_columns_are_signs() {
        let json = Layout::Json {
            signs: &["a", "b"],
            records: &[],
        };
        assert!(json.fits("{\"a\": 1, \"b\" : 2"));
        for head in ["", "{\"a\": \"b\"}", "a,b\n", "x {\"a\":1,\"b\":2}"] {
            assert!(!json.fits(head), "{head}");
        }
        let table = RecordTable::of(Shape::Post(&super::super::shape::PostShape::NONE));
        let table: &'static RecordTable = Box::leak(Box::new(table));
        let csv = Layout::Csv {
            signs: &["a", "b"],
            table,
        };
        assert!(csv.fits("\"b\";c;a\n1;2;3"));
        assert!(!csv.fits("a,c\nb,b\n"));
    }
}
