//! Every table, declared once and documented column by column.
//!
//! The declarations are data: the store creates Delta tables from them, `entangle status
//! --schema` prints them, and `docs/reference/tables.md` is generated from them.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// The type of a column, as far as tables use types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// 64-bit signed integer.
    Integer,
    /// 64-bit floating-point number.
    Number,
    /// True or false.
    Flag,
    /// Instant in UTC, in microseconds.
    Instant,
}

impl ColumnType {
    /// The Arrow type of the column.
    pub fn arrow(self) -> DataType {
        match self {
            ColumnType::Text => DataType::Utf8,
            ColumnType::Integer => DataType::Int64,
            ColumnType::Number => DataType::Float64,
            ColumnType::Flag => DataType::Boolean,
            ColumnType::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    /// The word for it in documentation.
    pub fn as_str(self) -> &'static str {
        match self {
            ColumnType::Text => "text",
            ColumnType::Integer => "integer",
            ColumnType::Number => "number",
            ColumnType::Flag => "flag",
            ColumnType::Instant => "instant",
        }
    }
}

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name, units last.
    pub name: &'static str,
    /// Type.
    pub column_type: ColumnType,
    /// What null means; `None` where the column is never null.
    pub null_means: Option<&'static str>,
    /// What it holds, with its unit.
    pub about: &'static str,
}

/// One table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Plural noun; the same word in file names, SQL and documentation.
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// Columns in order.
    pub columns: &'static [Column],
}

impl Table {
    /// The Arrow schema.
    pub fn arrow_schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .columns
            .iter()
            .map(|column| {
                Field::new(
                    column.name,
                    column.column_type.arrow(),
                    column.null_means.is_some(),
                )
            })
            .collect();
        Arc::new(Schema::new(fields))
    }
}

/// The table of that name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|table| table.name == name)
}

macro_rules! table {
    ($(#[doc = $about:literal])+ $constant:ident = $name:literal { $($column:ident : $column_type:ident $(? $null:literal)? = $column_about:literal),+ $(,)? }) => {
        $(#[doc = $about])+
        pub static $constant: Table = Table {
            name: $name,
            about: concat!($($about),+),
            columns: &[$(Column {
                name: stringify!($column),
                column_type: ColumnType::$column_type,
                null_means: table!(@null $($null)?),
                about: $column_about,
            }),+],
        };
    };
    (@null) => { None };
    (@null $null:literal) => { Some($null) };
}

table! {
    /// One row per source: a dump, an export, a crawl, as obtained.
    SOURCES = "sources" {
        source: Text = "name of the source, given at import; the key of the table",
        kind: Text = "public, cybercrime, market, channel, chat or leak",
        language: Text ? "not stated at import" = "main language, ISO 639-1",
        import_id: Text = "the import that declared the source first",
        declared_at: Instant = "when that import ran",
    }
}

table! {
    /// One row per registration in one source.
    ACCOUNTS = "accounts" {
        account_id: Text = "stable id, a function of source and native_id; the key of the table",
        source: Text = "the source",
        native_id: Text = "the id that the source gives the account",
        name: Text ? "deleted or nameless" = "the name that others see, as written",
        registered_at: Instant ? "not stated or not believable" = "when the account was registered",
        registered_at_precision: Text ? "registered_at is null" = "how exactly that is stated: second, minute, hour, day, month or year",
        last_seen_at: Instant ? "not stated or not believable" = "when the source last saw the account",
        about: Text ? "not stated" = "profile text, plain",
        location: Text ? "not stated" = "place as the account states it",
        website: Text ? "not stated" = "web site as the account states it",
        reputation: Integer ? "not stated" = "points in the source's own unit",
        is_staff: Flag ? "not known" = "whether the account moderates or administers the source",
        is_bot: Flag ? "not known" = "whether a program posts under the account",
        is_banned: Flag ? "not known" = "whether the source has banned the account",
        import_id: Text = "the import that brought the row",
        file: Text = "the file, relative to the imported path",
        byte_start: Integer = "offset of the record in the decompressed file, bytes",
        byte_end: Integer = "offset after the record, bytes",
        content_hash: Text = "BLAKE3 of the record's bytes, 128 bits in hexadecimal digits",
    }
}

table! {
    /// One row per thread of a source.
    THREADS = "threads" {
        thread_id: Text = "stable id, a function of source and native_id; the key of the table",
        source: Text = "the source",
        native_id: Text = "the id that the source gives the thread",
        account_id: Text ? "deleted, guest or not stated" = "the account that started it",
        board: Text ? "the source has no boards" = "board, section or chat that holds it",
        title: Text ? "untitled" = "title, plain",
        started_at: Instant ? "not stated or not believable" = "when it was started",
        import_id: Text = "the import that brought the row",
        file: Text = "the file, relative to the imported path",
        byte_start: Integer = "offset of the record in the decompressed file, bytes",
        byte_end: Integer = "offset after the record, bytes",
        content_hash: Text = "BLAKE3 of the record's bytes, 128 bits in hexadecimal digits",
    }
}

table! {
    /// One row per post: a message of one account, public or in a chat.
    POSTS = "posts" {
        post_id: Text = "stable id, a function of source and native_id; the key of the table",
        source: Text = "the source",
        native_id: Text = "the id that the source gives the post",
        account_id: Text ? "deleted or guest author" = "the author",
        thread_id: Text ? "not stated" = "the thread",
        parent_post_id: Text ? "answers no post in particular" = "the post that this one answers or comments on",
        kind: Text = "opening, reply, comment, message or notice",
        posted_at: Instant ? "not stated or not believable" = "when it was posted",
        posted_at_precision: Text ? "posted_at is null" = "how exactly that is stated: second, minute, hour, day, month or year",
        edited_at: Instant ? "never edited, or not stated" = "when its text was last changed",
        body: Text ? "the source has no text" = "text without markup and quotations",
        language: Text ? "too short or not told apart" = "language of the body, ISO 639-1",
        language_confidence: Number ? "language is null" = "probability that the language is right",
        quoted_character_count: Integer = "characters of quotation that are not in body",
        link_count: Integer = "web links in the text",
        attachment_count: Integer = "files and pictures that came with the text",
        mention_count: Integer = "accounts named by the markup of the text, counted as often as they are named",
        copy_key: Integer ? "the text has fewer than eight words" = "posts with the same key have the same text or nearly: cross-posts and copies",
        import_id: Text = "the import that brought the row",
        file: Text = "the file, relative to the imported path",
        byte_start: Integer = "offset of the record in the decompressed file, bytes",
        byte_end: Integer = "offset after the record, bytes",
        content_hash: Text = "BLAKE3 of the record's bytes, 128 bits in hexadecimal digits",
    }
}

table! {
    /// One row per text of a post that differs from the one in posts: an edit seen in a later copy.
    POST_VERSIONS = "post_versions" {
        post_id: Text = "the post; its first text is in posts",
        source: Text = "the source",
        edited_at: Instant ? "not stated" = "when the text was changed to this one",
        body: Text ? "the source has no text" = "text without markup and quotations",
        import_id: Text = "the import that brought the row",
        file: Text = "the file, relative to the imported path",
        byte_start: Integer = "offset of the record in the decompressed file, bytes",
        byte_end: Integer = "offset after the record, bytes",
        content_hash: Text = "BLAKE3 of the record's bytes, 128 bits in hexadecimal digits",
    }
}

table! {
    /// One row per account, kind, value and role: an identifier that an account shows.
    IDENTIFIERS = "identifiers" {
        account_id: Text = "the account that shows it",
        source: Text = "the account's source",
        kind: Text = "what it is, one of the words of docs/reference/identifiers.md: email, jabber, bitcoin and so on",
        value: Text = "normal form, as documented with the kind",
        role: Text = "profile, signature, introduced, mentioned or quoted",
        post_id: Text ? "shown in the profile" = "the first post that shows it in this role",
        character_start: Integer ? "shown in a profile, a signature or a quotation" = "place of its first character in the body of that post, Unicode scalar values",
        character_end: Integer ? "shown in a profile, a signature or a quotation" = "place after its last character in that body, Unicode scalar values",
        import_id: Text = "the import that brought the row",
        file: Text = "the file, relative to the imported path",
        byte_start: Integer = "offset of the record that shows it, bytes",
        byte_end: Integer = "offset after that record, bytes",
    }
}

table! {
    /// One row per account, name and end of its use: a name that the account bore before.
    FORMER_NAMES = "former_names" {
        account_id: Text = "the account",
        source: Text = "the account's source",
        name: Text = "the name as written",
        used_until: Instant ? "not stated or not believable" = "when the account gave the name up",
        import_id: Text = "the import that brought the row",
        file: Text = "the file, relative to the imported path",
        byte_start: Integer = "offset of the record that tells of the change, bytes",
        byte_end: Integer = "offset after that record, bytes",
    }
}

table! {
    /// One row per import and kind of record: the ledger of what was asked and what came of it.
    IMPORTS = "imports" {
        import_id: Text = "id of the import",
        source: Text = "the source",
        format: Text = "the format read",
        record: Text = "account, thread, post or unknown",
        asked_count: Integer = "rows found in the input, readable or not",
        received_count: Integer = "rows that could be read",
        mapped_count: Integer = "rows that became new records",
        rejected_count: Integer = "rows that did not, each with a row in rejects",
        duplicate_count: Integer = "rows whose record was there before",
        field_reject_count: Integer = "fields left out of kept records, each with a row in rejects",
        input_bytes: Integer = "decompressed size of the whole input, bytes",
        started_at: Instant = "when the import began",
        finished_at: Instant = "when its rows were complete",
        options: Text = "the options of the import, JSON",
    }
}

table! {
    /// One row per row or field of an input that could not be mapped.
    REJECTS = "rejects" {
        import_id: Text = "the import",
        source: Text = "the source",
        record: Text = "account, thread, post or unknown",
        field: Text ? "the whole row was rejected" = "the field that was left out",
        reason: Text = "why, without the row's content",
        file: Text = "the file, relative to the imported path",
        byte_start: Integer = "offset of the row in the decompressed file, bytes",
        byte_end: Integer = "offset after the row, bytes",
        line: Integer ? "lines mean nothing in this format" = "line on which the row begins, from 1",
    }
}

table! {
    /// One row per named account: the forms of its name and how rare it is where it stands.
    NAMES = "names" {
        account_id: Text = "the account",
        source: Text = "the account's source",
        written: Text = "the name without outer white space",
        folded: Text = "the name after case folding and compatibility normalisation",
        skeleton: Text = "the folded name with confusables, transliteration and separators undone",
        stem: Text = "the skeleton without affixes and digits",
        surprisal_bits: Number = "surprisal of the name as written for another account of the same source, leaving this one out, bits",
        folded_surprisal_bits: Number = "the same for the folded name, bits",
        skeleton_surprisal_bits: Number = "the same for the skeleton, bits",
        stem_surprisal_bits: Number = "the same for the stem, bits",
        chance_account_count: Number = "accounts of all other sources that chance alone would give the folded name, were they named like the accounts of this source",
    }
}

table! {
    /// One row per contact that accounts show: how common it is.
    IDENTIFIER_VALUES = "identifier_values" {
        kind: Text = "as in identifiers",
        value: Text = "as in identifiers",
        account_count: Integer = "accounts that show it as a contact, in any role",
        source_count: Integer = "sources of these accounts",
        surprisal_bits: Number = "surprisal of an unrelated account showing it, bits: -log2((account_count - 1 + stray) / accounts), with the stray accounts of the model file",
    }
}

table! {
    /// One row per pair of linked sources: what the linkage learned about the two. The other
    /// parameters are in link_runs.
    LINK_MODELS = "link_models" {
        source_left: Text = "the source that sorts first",
        source_right: Text = "the source that sorts second",
        account_count_left: Integer = "named accounts of the left source",
        account_count_right: Integer = "named accounts of the right source",
        candidate_count: Integer = "candidate pairs compared",
        capped_pair_count: Integer = "pairs that share a key too common to compare",
        expected_link_count: Number = "sum of the match probabilities of the candidates",
        prior_probability: Number = "probability that a random pair of accounts is one hand",
    }
}

table! {
    /// One row per candidate pair and comparison: what was found and what it weighs.
    EVIDENCE = "evidence" {
        account_left: Text = "the account whose id sorts first",
        account_right: Text = "the account whose id sorts second",
        comparison: Text = "name, contact, profile, rivals or calibration; style, hours, simultaneous or language where the run counts behaviour",
        level: Text = "the outcome: a name level and whether it is a former name, a kind of identifier with its roles, a field of the profile, the language and words compared, or the number of rivals",
        m_probability: Number ? "not a ratio of two probabilities" = "probability of the outcome when one hand holds both accounts",
        u_probability: Number ? "not a ratio of two probabilities" = "probability of the outcome when two hands do",
        match_weight_bits: Number = "log2(m / u), bits; positive speaks for one hand",
        is_counted: Flag = "false where the evidence repeats stronger evidence of its group and is shown only",
    }
}

table! {
    /// One row per candidate pair of accounts.
    LINKS = "links" {
        account_left: Text = "the account whose id sorts first",
        account_right: Text = "the account whose id sorts second",
        source_left: Text = "source of account_left",
        source_right: Text = "source of account_right",
        name_level: Text = "strictest level on which the names agree",
        name_surprisal_bits: Number ? "names do not agree on any level" = "surprisal of the shared name in the pair's two populations, bits",
        has_shared_identifier: Flag = "whether the two show an identifier in common that is not too common to count",
        prior_bits: Number = "log2 of the prior odds of the pair of sources",
        match_weight_bits: Number = "sum of the counted evidence, bits",
        match_probability: Number = "probability that one hand holds both: 1 / (1 + 2^-(prior_bits + match_weight_bits)), calibrated where a calibration was given",
        match_probability_low: Number = "lower end of its 95 % interval, which carries the error of the calibration alone",
        match_probability_high: Number = "upper end of that interval",
    }
}

table! {
    /// One row per account that belongs to a persona of two accounts or more.
    PERSONAS = "personas" {
        persona_id: Text = "stable id, derived from the member whose id sorts first",
        account_id: Text = "the account",
        source: Text = "the account's source",
        weakest_link_probability: Number = "smallest probability among the links that hold the persona together",
    }
}

table! {
    /// One row per pair that a person judged, and one per operation taken back; rows are only added.
    JUDGEMENTS = "judgements" {
        operation: Integer = "number of the operation, from 1; splitting a persona judges several pairs in one",
        account_left: Text ? "takes an operation back" = "the account whose id sorts first",
        account_right: Text ? "takes an operation back" = "the account whose id sorts second",
        source_left: Text ? "takes an operation back" = "source of account_left",
        source_right: Text ? "takes an operation back" = "source of account_right",
        verdict: Text ? "takes an operation back" = "same, different or unsure",
        undone_operation: Integer ? "judges a pair" = "the operation that is taken back",
        reason: Text = "why, in the words of who judged",
        judged_by: Text = "who judged",
        judged_at: Instant = "when",
    }
}

table! {
    /// One row per account and change of its persona; rows are only added.
    PERSONA_EVENTS = "persona_events" {
        persona_id: Text = "the persona joined or left",
        account_id: Text = "the account",
        source: Text = "the account's source",
        event: Text = "joined or left",
        cause: Text = "link run, or the operation of judgements that changed it",
        happened_at: Instant = "when",
    }
}

table! {
    /// One row per linkage run, the last one holding; rows are only added.
    LINK_RUNS = "link_runs" {
        run: Integer = "number of the run, from 1",
        read_snapshot: Integer = "the snapshot whose accounts and identifiers it compared",
        model_id: Text = "hash of the model file, 128 bits in hexadecimal digits; cite it",
        model: Text = "the model file, TOML; every parameter the run used",
        is_model_given: Flag = "true where the parameters were given, false where they were learned in this run",
        persona_threshold_probability: Number = "probability from which a link joins accounts into a persona",
        linked_at: Instant = "when",
    }
}

/// Every table, in the order in which the stages write them.
pub static TABLES: &[&Table] = &[
    &SOURCES,
    &ACCOUNTS,
    &THREADS,
    &POSTS,
    &POST_VERSIONS,
    &IDENTIFIERS,
    &FORMER_NAMES,
    &IMPORTS,
    &REJECTS,
    &NAMES,
    &IDENTIFIER_VALUES,
    &LINK_MODELS,
    &EVIDENCE,
    &LINKS,
    &PERSONAS,
    &JUDGEMENTS,
    &PERSONA_EVENTS,
    &LINK_RUNS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        for table in TABLES {
            assert!(!table.about.trim().is_empty(), "{}", table.name);
            let mut names: Vec<_> = table.columns.iter().map(|column| column.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
        }
        assert_eq!(super::table("posts").map(|table| table.name), Some("posts"));
    }

    /// `docs/reference/tables.md` without the sections of the tables.
    const INTRODUCTION: &str = "\
# Tables

Every table of a workspace, column by column, in the order in which the stages write them. The page is made
from the declarations in `crates/model/src/schema.rs`, as `entangle status --schema --json` prints them.

| Written by | Tables |
|---|---|
| `entangle import` | `sources`, `accounts`, `threads`, `posts`, `post_versions`, `identifiers`, `former_names`, `imports`, `rejects`; rows are added and never changed |
| `entangle link` | `names`, `identifier_values`, `link_models`, `evidence`, `links`, `personas`; replaced as a whole by each run |
| `entangle link`, `entangle judge` | `judgements`, `persona_events`, `link_runs`; rows are added and never changed |

Types: text is UTF-8; integer has 64 bits and a sign; number is a 64-bit floating-point number; instant is UTC in
microseconds. A column without an entry under *null means* is never null. Instants end in `_at`, counts in `_count`,
units stand last.

Beside the tables, SQL knows the view `post_languages` (post_id, source, account_id, language, language_confidence,
is_inherited): the language of every post, or that of most posts of its thread where its own text does not tell.
";

    #[test]
    fn the_page_of_tables_is_current() {
        let mut page = INTRODUCTION.to_owned();
        for table in TABLES {
            page += &format!("\n## {}\n\n{}\n\n", table.name, table.about.trim());
            page += "| Column | Type | Null means | Holds |\n|---|---|---|---|\n";
            for column in table.columns {
                page += &format!(
                    "| `{}` | {} | {} | {} |\n",
                    column.name,
                    column.column_type.as_str(),
                    column.null_means.unwrap_or_default(),
                    column.about
                );
            }
        }
        expect_test::expect_file!["../../../docs/reference/tables.md"].assert_eq(&page);
    }
}
