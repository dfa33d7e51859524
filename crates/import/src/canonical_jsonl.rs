//! The canonical schema as JSON lines: one object per line, its kind in `type`.

use entangle_dump::{FileReader, Found, Input, Lines, Row};
use entangle_model::record::RecordKind;
use serde_json::{Map, Value};
use std::borrow::Cow;

use crate::canonical::{CanonicalMapper, Fields, RowKind};
use crate::files::{files_ending_in, read_each};
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};

/// Endings of the names of files of JSON lines.
const FILE_ENDINGS: [&str; 3] = [".jsonl", ".ndjson", ".json"];

/// The importer.
pub struct CanonicalJsonl;

impl Importer for CanonicalJsonl {
    fn name(&self) -> &'static str {
        "canonical_jsonl"
    }

    fn about(&self) -> &'static str {
        "anyone's own data as JSON lines of accounts, threads, posts and identifiers"
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
        let files = files_ending_in(input, &FILE_ENDINGS);
        let expected = "files that end in .jsonl, .ndjson or .json";
        read_each(input, &files, self.name(), expected, |file| {
            import_file(file, &mut mapper, &mut recorder)
        })?;
        recorder.finish()
    }
}

fn confidence(file: &SampleFile) -> f64 {
    let Some(line) = file.head.lines().find(|line| !line.trim().is_empty()) else {
        return 0.0;
    };
    match serde_json::from_str::<Map<String, Value>>(line) {
        Ok(object) if row_kind(&object).is_some() && !is_wrapped(&object) => 0.9,
        _ => 0.0,
    }
}

/// Whether the object holds its row under the name of its kind, as other systems write it.
fn is_wrapped(object: &Map<String, Value>) -> bool {
    let kind = object.get("type").and_then(Value::as_str);
    kind.and_then(|kind| object.get(kind))
        .is_some_and(Value::is_object)
}

fn row_kind(object: &Map<String, Value>) -> Option<RowKind> {
    RowKind::parse(object.get("type")?.as_str()?)
}

fn import_file(
    file: &mut FileReader<'_>,
    mapper: &mut CanonicalMapper,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut lines = Lines::new(file);
    while let Some(found) = lines.next_line()? {
        let is_cut = match found {
            Found::Unreadable(unreadable) => {
                recorder.unreadable(RecordKind::Unknown, unreadable);
                false
            }
            Found::Readable(row) => import_row(&row, mapper, recorder)?,
        };
        if is_cut && lines.is_last_line_open() {
            return Err(lines.truncated().into());
        }
        recorder.progress(lines.byte_position())?;
    }
    recorder.progress(lines.byte_position())
}

/// Imports one line. Says whether its object is cut off.
fn import_row(
    row: &Row<'_>,
    mapper: &mut CanonicalMapper,
    recorder: &mut Recorder<'_>,
) -> Result<bool, ImportError> {
    let object: Map<String, Value> = match serde_json::from_str(row.text) {
        Ok(object) => object,
        Err(error) => {
            recorder.unreadable_row(RecordKind::Unknown, row, "the line is no JSON object");
            return Ok(error.is_eof());
        }
    };
    let Some(kind) = row_kind(&object) else {
        let context = recorder.row(RecordKind::Unknown, row)?;
        recorder.reject_row(
            context,
            "its type is none of account, thread, post, identifier and former_name",
        )?;
        return Ok(false);
    };
    let context = match kind.record() {
        Some(record) => recorder.row(record, row)?,
        None => recorder.part(RecordKind::Account, row)?,
    };
    mapper.map(kind, &object, context, recorder)?;
    Ok(false)
}

impl Fields for Map<String, Value> {
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.get(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Null => None,
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
            Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn names(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::ImportError;
    use crate::testing::{import_files, records};
    use entangle_dump::InputError;
    use expect_test::expect;

    #[test]
    fn lines_become_records_or_rejects() {
        let text = r#"{"type":"account","native_id":17,"name":"Anna","registered_at":1282769550,"about":"[b]hi[/b]","about_format":"bbcode","is_staff":true,"is_banned":"maybe","reputation":"3.5"}
{"type":"account","name":"only a name","website":"http://own-bicycle-page.xyz"}
{"type":"account"}
{"type":"thread","native_id":"t1","author":"Ben","title":" Offer ","board":"Market","started_at":"2012-01-02 03:04"}
{"type":"post","native_id":"p1","author":"Ben","thread_native_id":"t1","kind":"opening","posted_at":"2012-01-02T03:04:00+02:00","body":"<p>mail ben@mail.example.com</p>","body_format":"html"}
{"type":"post","account_native_id":17,"parent_native_id":"p1","body":"> quoted\nown","kind":"shout","body_format":"rtf","colour":"red"}
{"type":"identifier","account_native_id":17,"kind":"icq","value":"123-456-789"}
{"type":"identifier","account_native_id":17,"kind":"fax","value":"1"}
{"type":"former_name","account_native_id":17,"name":" Anja ","used_until":"2011-05-01T00:00:00Z"}
{"type":"former_name","account_native_id":17,"name":"Anja","used_until":"2011-05-01T00:00:00Z"}
{"type":"former_name","author":"Ben"}
{"type":"vote"}
[1]
not json
{"type":"post","body":null,"colour":"blue"}
"#;
        expect![[r#"
            asked account 4
            asked thread 1
            asked post 3
            asked unknown 3
            account 17 Some("Anna") registered=2010-08-25T20:52:30Z about="hi" staff=true
            account name:only a name Some("only a name") website="http://own-bicycle-page.xyz"
            account name:Ben Some("Ben")
            thread t1 by="name:Ben" board="Market" title="Offer" started=2012-01-02T03:04:00Z
            post p1 opening by="name:Ben" in="t1" at=2012-01-02T01:04:00Z body="mail ben@mail.example.com" quoted=0 links=0
            post hash:374ffedd9134896b07c645040b83c3a0 message by="17" answers="p1" body="own" quoted=7 links=0
            post hash:b988735a58ad2d9696f4516656e7dade message quoted=0 links=0
            identifier name:only a name domain own-bicycle-page.xyz profile
            identifier name:Ben email ben@mail.example.com mentioned in="p1"
            identifier 17 icq 123456789 profile
            former name 17 "Anja" until=2011-05-01T00:00:00Z
            unreadable unknown at mine.jsonl 1116..1119 line 13: the line is no JSON object
            unreadable unknown at mine.jsonl 1120..1128 line 14: the line is no JSON object
            reject account.reputation at mine.jsonl 0..173 line 1: it is not a whole number
            reject account.is_banned at mine.jsonl 0..173 line 1: it is neither true nor false
            reject account at mine.jsonl 254..272 line 3: the account has neither native_id nor name
            reject thread.started_at at mine.jsonl 273..389 line 4: the time zone is not stated; from here on such instants of this file are taken as UTC
            reject post.colour at mine.jsonl 582..717 line 6: the schema has no such field; it is ignored in all rows
            reject post.body_format at mine.jsonl 582..717 line 6: it is none of plain, html and bbcode; the text is taken as plain
            reject post.kind at mine.jsonl 582..717 line 6: it is no kind of post; the post is taken as a message
            reject account.identifier at mine.jsonl 798..867 line 8: its kind is missing or not known
            reject account.former_name at mine.jsonl 1062..1099 line 11: it has no name, or neither account_native_id nor author
            reject unknown at mine.jsonl 1100..1115 line 12: its type is none of account, thread, post, identifier and former_name
        "#]].assert_eq(&records("canonical_jsonl", &[("mine.jsonl", text)]));
    }

    #[test]
    fn last_line_that_is_cut_fails_the_import() {
        let text = b"{\"type\":\"account\",\"native_id\":1}\n{\"type\":\"account\",\"nat";
        let (collected, result) = import_files("canonical_jsonl", &[("mine.jsonl", text)]);
        assert!(
            matches!(
                result,
                Err(ImportError::Input(InputError::Truncated { .. }))
            ),
            "{result:?}"
        );
        assert_eq!(collected.accounts.len(), 1);
    }

    #[test]
    fn invalid_bytes_cost_no_record() {
        let text = b"{\"type\":\"account\",\"native_id\":1,\"name\":\"\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82, \xD0\xBC\xD0\xB8\xD1\x80 \xFF\"}\n";
        let (collected, result) = import_files("canonical_jsonl", &[("mine.jsonl", text)]);
        result.unwrap();
        collected.assert_balanced();
        expect![[r#"
            asked account 1
            account 1 Some("Привет, мир �")
            reject account.encoding at mine.jsonl 0..64 line 1: bytes that are invalid in the file's encoding were replaced
        "#]]
        .assert_eq(&collected.to_text());
    }

    #[test]
    fn cyrillic_code_page_is_recognised() {
        let text = "{\"type\":\"account\",\"native_id\":1,\"name\":\"Привет\",\"about\":\"продам недорого базу данных\"}\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        let (collected, result) = import_files("canonical_jsonl", &[("mine.jsonl", &bytes)]);
        result.unwrap();
        assert_eq!(collected.accounts[0].name.as_deref(), Some("Привет"));
    }
}
