//! The canonical schema as CSV: `accounts.csv`, `threads.csv`, `posts.csv`, `identifiers.csv`,
//! `former_names.csv`, or one file that its header gives away.

use entangle_dump::{CsvOptions, CsvRow, CsvRows, FileEntry, FileReader, Found, Input, InputError};
use entangle_model::record::RecordKind;
use std::borrow::Cow;

use crate::canonical::{CanonicalMapper, Fields, RowKind};
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};

/// The importer.
pub struct CanonicalCsv;

impl Importer for CanonicalCsv {
    fn name(&self) -> &'static str {
        "canonical_csv"
    }

    fn about(&self) -> &'static str {
        "anyone's own data as accounts.csv, threads.csv, posts.csv and identifiers.csv"
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(confidence)
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let mut mapper = CanonicalMapper::default();
        let files = files_to_read(input)?;
        if files.is_empty() {
            return Err(ImportError::NothingToRead {
                format: self.name(),
                expected: "accounts.csv, threads.csv, posts.csv and identifiers.csv, or one file with their header",
            });
        }
        for (entry, kind) in files {
            input.read_file(entry, |file| {
                import_file(file, kind, &mut mapper, &mut recorder)
            })?;
        }
        recorder.finish()
    }
}

/// Files by name; a single file of another name by its header. Accounts come first.
fn files_to_read(input: &Input) -> Result<Vec<(&FileEntry, RowKind)>, ImportError> {
    let mut files: Vec<_> = input
        .files()
        .iter()
        .filter_map(|entry| Some((entry, kind_of_name(&entry.base_name().to_lowercase())?)))
        .collect();
    if let (true, [entry]) = (files.is_empty(), input.files()) {
        let header = input.read_file(entry, |file| {
            Ok::<_, InputError>(CsvRows::new(file, CsvOptions::default())?.header().to_vec())
        })?;
        files.extend(kind_of_header(&header).map(|kind| (entry, kind)));
    }
    files.sort_by_key(|(_, kind)| RowKind::ALL.iter().position(|known| known == kind));
    Ok(files)
}

fn kind_of_name(base_name: &str) -> Option<RowKind> {
    let stem = base_name
        .strip_suffix(".csv")
        .or_else(|| base_name.strip_suffix(".tsv"))?;
    RowKind::parse(stem.strip_suffix('s')?)
}

/// The kind whose own fields the header has. The names that tell a kind apart are asked for, not
/// those that several kinds share.
fn kind_of_header(header: &[String]) -> Option<RowKind> {
    let has = |name: &str| header.iter().any(|field| field == name);
    let is_known = |kind: RowKind| {
        let known_count = header
            .iter()
            .filter(|field| kind.fields().contains(&field.as_str()))
            .count();
        known_count * 2 > header.len()
    };
    let kind = if has("value") && has("kind") {
        RowKind::Identifier
    } else if has("used_until") {
        RowKind::FormerName
    } else if has("body") || has("posted_at") {
        RowKind::Post
    } else if has("title") || has("started_at") {
        RowKind::Thread
    } else if has("name") || has("registered_at") {
        RowKind::Account
    } else {
        return None;
    };
    is_known(kind).then_some(kind)
}

fn confidence(file: &SampleFile) -> f64 {
    let header: Vec<String> = file
        .head
        .lines()
        .next()
        .unwrap_or_default()
        .split([',', ';', '\t', '|'])
        .map(|field| field.trim().trim_matches('"').to_string())
        .collect();
    match (kind_of_name(&file.base_name), kind_of_header(&header)) {
        (Some(by_name), Some(by_header)) if by_name == by_header => 0.95,
        (_, Some(_)) => 0.8,
        (Some(_), None) if file.head.is_empty() => 0.5,
        _ => 0.0,
    }
}

fn import_file(
    file: &mut FileReader<'_>,
    kind: RowKind,
    mapper: &mut CanonicalMapper,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut rows = CsvRows::new(file, CsvOptions::default())?;
    let header = rows.header().to_vec();
    while let Some(found) = rows.next_row()? {
        match found {
            Found::Unreadable(unreadable) => match kind.record() {
                Some(record) => recorder.unreadable(record, unreadable),
                None => recorder.unreadable(RecordKind::Unknown, unreadable),
            },
            Found::Readable(row) => {
                let context = match kind.record() {
                    Some(record) => recorder.row(record, &row.row)?,
                    None => recorder.part(RecordKind::Account, &row.row)?,
                };
                let fields = NamedFields {
                    header: &header,
                    row: &row,
                };
                mapper.map(kind, &fields, context, recorder)?;
            }
        }
        recorder.progress(rows.byte_position())?;
    }
    recorder.progress(rows.byte_position())
}

struct NamedFields<'a> {
    header: &'a [String],
    row: &'a CsvRow<'a>,
}

impl Fields for NamedFields<'_> {
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let index = self.header.iter().position(|field| field == name)?;
        let value = self.row.fields.get(index)?;
        (!value.is_empty()).then(|| Cow::Borrowed(value.as_ref()))
    }

    fn names(&self) -> Vec<&str> {
        self.header.iter().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{import_files, records};
    use expect_test::expect;

    #[test]
    fn folder_of_tables_becomes_records() {
        let text = records(
            "canonical_csv",
            &[
                (
                    "posts.csv",
                    "native_id,author,body,posted_at,mood\np1,Ben,\"two\nlines, and a \"\"quote\"\"\",2012-01-02T00:00:00Z,gay\np2,,x,2012-13-01,\np3,Ben\n",
                ),
                ("accounts.csv", "native_id;name;is_bot\n1;Anna;no\n;;yes\n"),
                (
                    "identifiers.csv",
                    "account_native_id,kind,value,role\n1,jabber,Anna@Jabber.RU,signature\n1,jabber\n",
                ),
                ("readme.txt", "nothing to see"),
            ],
        );
        expect![[r#"
            asked account 3
            asked post 3
            asked unknown 1
            account 1 Some("Anna") bot=false
            account name:Ben Some("Ben")
            post p1 message by="name:Ben" at=2012-01-02T00:00:00Z body="two\nlines, and a \"quote\"" quoted=0 links=0
            post p2 message body="x" quoted=0 links=0
            identifier 1 jabber anna@jabber.ru signature
            unreadable post at posts.csv 116..122 line 5: the record has 2 fields, the header has 5
            unreadable unknown at identifiers.csv 68..76 line 3: the record has 2 fields, the header has 4
            reject account at accounts.csv 32..37 line 3: the account has neither native_id nor name
            reject post.mood at posts.csv 37..97 line 2: the schema has no such field; it is ignored in all rows
            reject post.posted_at at posts.csv 98..115 line 4: the instant cannot be read
        "#]].assert_eq(&text);
    }

    #[test]
    fn single_file_is_recognised_by_its_header() {
        let text = records(
            "canonical_csv",
            &[(
                "scrape.csv",
                "native_id\ttitle\tstarted_at\nt1\tHello\t2012-01-02T00:00:00Z\n",
            )],
        );
        expect![[r#"
            asked thread 1
            thread t1 title="Hello" started=2012-01-02T00:00:00Z
        "#]]
        .assert_eq(&text);
        let (_, result) = import_files("canonical_csv", &[("scrape.csv", b"a,b,c\n1,2,3\n")]);
        assert!(
            result
                .unwrap_err()
                .to_string()
                .contains("holds nothing that canonical_csv reads")
        );
    }
}
