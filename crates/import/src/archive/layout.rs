//! How a system's files are laid out: by what they are recognised, and where records stand.

use entangle_dump::FileReader;

use super::fields::Field;
use super::json_file::Places;
use super::shape::Shape;
use crate::ImportError;
use crate::forum_database::{has_word, is_sql};
use crate::recorder::Recorder;

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

/// A kind of row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowTable {
    /// Columns, all of which the table must have. `a|b` asks for one of them.
    pub(super) signs: &'static [&'static str],
    /// What each row becomes.
    pub(super) shape: Shape,
}

impl RowTable {
    pub(super) const fn of(signs: &'static [&'static str], shape: Shape) -> Self {
        Self { signs, shape }
    }

    /// Whether a table with such columns is of this kind.
    fn fits(&self, has_column: impl Fn(&str) -> bool) -> bool {
        self.signs
            .iter()
            .all(|sign| sign.split('|').any(&has_column))
    }
}

/// The kind of a table with these columns; `None` if it means nothing.
pub(super) fn row_table(
    tables: &'static [RowTable],
    columns: &[String],
) -> Option<&'static RowTable> {
    let has_column = |name: &str| columns.iter().any(|column| column == name);
    tables.iter().find(|table| table.fits(has_column))
}

/// One way in which a system lays out a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Layout {
    /// JSON: one document, or values one after another.
    Json {
        /// Keys, all of which the beginning of a file must have. `a|b` asks for one of them.
        signs: &'static [&'static str],
        /// Where the records stand, and what they are.
        records: Places,
    },
    /// JSON whose meaning only the name of its file tells.
    NamedJson {
        /// The name of the file in lower case, without the ending of a compression.
        name: &'static str,
        /// As of [`Layout::Json`].
        signs: &'static [&'static str],
        /// As of [`Layout::Json`].
        records: Places,
    },
    /// A table with a header, of the first kind that fits.
    Csv(&'static [RowTable]),
    /// A dump of a database with tables of these kinds.
    Sql(&'static [RowTable]),
    /// Pages of HTML, which are no records with named fields.
    Pages {
        /// Texts, all of which the beginning of a file must have.
        signs: &'static [&'static str],
        /// Reads a file of pages.
        read: PageReader,
    },
}

/// Reads a file of pages into records.
pub(super) type PageReader = fn(&mut FileReader<'_>, &mut Recorder<'_>) -> Result<(), ImportError>;

/// How a file is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reading {
    Json(Places),
    Csv(&'static [RowTable]),
    Sql(&'static [RowTable]),
    Pages(PageReader),
}

impl Layout {
    /// Whether a file of that name that begins like this is surely laid out so.
    pub(super) fn fits(&self, name: &str, head: &str) -> bool {
        match self {
            Self::Sql(tables) => names_table(head, tables),
            _ => self.reading(name, head).is_some(),
        }
    }

    /// How to read a file of that name that begins like this; `None` if it is laid out otherwise.
    /// A dump may begin with tables that mean nothing, so any dump is read.
    pub(super) fn reading(&self, name: &str, head: &str) -> Option<Reading> {
        match self {
            Self::Json { signs, records } => {
                has_keys(head, signs).then_some(Reading::Json(records))
            }
            Self::NamedJson {
                name: wanted,
                signs,
                records,
            } => (name.eq_ignore_ascii_case(wanted) && has_keys(head, signs))
                .then_some(Reading::Json(records)),
            Self::Csv(tables) => {
                let header = header_names(head);
                let has_column = |name: &str| header.contains(&name);
                let is_known = tables.iter().any(|table| table.fits(has_column));
                is_known.then_some(Reading::Csv(tables))
            }
            Self::Sql(tables) => is_sql(head).then_some(Reading::Sql(tables)),
            Self::Pages { signs, read } => {
                let is_page = head.trim_start().starts_with('<');
                let is_meant = is_page && signs.iter().all(|sign| head.contains(sign));
                is_meant.then_some(Reading::Pages(*read))
            }
        }
    }
}

/// Whether the text begins as JSON does and has all of the keys.
fn has_keys(head: &str, keys: &[&str]) -> bool {
    head.trim_start().starts_with(['{', '['])
        && keys
            .iter()
            .all(|key| key.split('|').any(|key| has_key(head, key)))
}

/// Whether a statement of a dump's beginning names a table of a kind with its columns.
fn names_table(head: &str, tables: &[RowTable]) -> bool {
    let mut statements = head.split(';');
    is_sql(head)
        && statements.any(|statement| {
            ["CREATE TABLE", "COPY ", "INSERT INTO"].iter().any(|word| {
                statement.find(word).is_some_and(|start| {
                    let has_column = |name: &str| has_word(&statement[start..], name);
                    tables.iter().any(|table| table.fits(has_column))
                })
            })
        })
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
    use super::super::shape::PostShape;
    use super::*;

    const TABLES: &[RowTable] = &[RowTable::of(&["a", "b|c"], Shape::Post(&PostShape::NONE))];

    #[test]
    fn keys_and_columns_are_signs() {
        let json = Layout::Json {
            signs: &["a", "b"],
            records: &[],
        };
        assert!(json.fits("", "{\"a\": 1, \"b\" : 2"));
        for head in ["", "{\"a\": \"b\"}", "a,b\n", "x {\"a\":1,\"b\":2}"] {
            assert!(!json.fits("", head), "{head}");
        }
        let csv = Layout::Csv(TABLES);
        assert!(csv.fits("", "\"b\";x;a\n1;2;3"));
        assert!(csv.fits("", "c,a\n"));
        assert!(!csv.fits("", "a,d\nb,b\n"));
    }

    #[test]
    fn the_name_of_a_file_is_a_sign_where_nothing_else_is() {
        let json = Layout::NamedJson {
            name: "x.json",
            signs: &["a"],
            records: &[],
        };
        assert!(json.fits("X.json", "{\"a\":1}"));
        assert!(!json.fits("y.json", "{\"a\":1}"));
        assert!(!json.fits("x.json", "{\"b\":1}"));
    }

    #[test]
    fn a_dump_is_known_by_the_columns_of_one_table() {
        let sql = Layout::Sql(TABLES);
        for head in [
            "CREATE TABLE public.\"X\" (\n \"a\" integer,\n \"b\" text);",
            "SET x;\nCOPY x (b, a) FROM stdin;\n",
        ] {
            assert!(sql.fits("", head), "{head}");
        }
        for head in [
            "CREATE TABLE x (a int); CREATE TABLE y (b int);",
            "a, b\n",
            "COPY x (aa, b) FROM stdin;",
        ] {
            assert!(!sql.fits("", head), "{head}");
        }
    }
}
