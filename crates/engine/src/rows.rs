//! Rows of the tables as typed column builders: one struct per table, checked against its
//! schema when a batch is finished.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::error::ArrowError;
use chrono::{DateTime, Utc};
use entangle_model::schema;

/// A column under construction.
pub(crate) trait Column: Default {
    /// What one cell takes.
    fn finish_array(&mut self) -> ArrayRef;
}

macro_rules! column {
    ($name:ident, $builder:ty, $cell:ty, |$inner:ident, $value:ident| $append:expr) => {
        #[derive(Default)]
        pub(crate) struct $name($builder);

        impl $name {
            pub(crate) fn push(&mut self, $value: $cell) {
                let $inner = &mut self.0;
                $append;
            }
        }

        impl Column for $name {
            fn finish_array(&mut self) -> ArrayRef {
                Arc::new(self.0.finish())
            }
        }
    };
}

column!(Number, Float64Builder, Option<f64>, |inner, value| inner
    .append_option(value));
column!(Integer, Int64Builder, Option<i64>, |inner, value| inner
    .append_option(value));
column!(Flag, BooleanBuilder, Option<bool>, |inner, value| inner
    .append_option(value));

/// A column of texts that takes anything with a text in it.
#[derive(Default)]
pub(crate) struct Text(StringBuilder);

impl Text {
    pub(crate) fn push<T: AsRef<str>>(&mut self, value: Option<T>) {
        self.0.append_option(value);
    }

    /// Writes a value's display form straight into the column.
    pub(crate) fn push_display(&mut self, value: &impl std::fmt::Display) {
        // Writing into memory cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut self.0, format_args!("{value}"));
        self.0.append_value("");
    }

    pub(crate) fn push_display_option(&mut self, value: Option<&impl std::fmt::Display>) {
        match value {
            Some(value) => self.push_display(value),
            None => self.0.append_null(),
        }
    }
}

impl Column for Text {
    fn finish_array(&mut self) -> ArrayRef {
        let texts = self.0.finish();
        // The next batch will be about as large; growing to that size copies it several times.
        self.0 = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
        Arc::new(texts)
    }
}

/// A column of instants in UTC.
pub(crate) struct Instant(TimestampMicrosecondBuilder);

impl Default for Instant {
    fn default() -> Self {
        Self(TimestampMicrosecondBuilder::new().with_timezone("UTC"))
    }
}

impl Instant {
    pub(crate) fn push(&mut self, value: Option<DateTime<Utc>>) {
        self.0
            .append_option(value.map(|instant| instant.timestamp_micros()));
    }
}

impl Column for Instant {
    fn finish_array(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

macro_rules! rows {
    ($($name:ident of $table:ident { $($column:ident: $type:ident),+ $(,)? })+) => {$(
        #[derive(Default)]
        pub(crate) struct $name {
            $(pub(crate) $column: $type,)+
        }

        impl $name {
            /// The rows so far as a batch; the builders begin anew.
            pub(crate) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
                RecordBatch::try_new(
                    schema::$table.arrow_schema(),
                    vec![$(self.$column.finish_array()),+],
                )
            }
        }
    )+};
}

rows! {
    SourceRows of SOURCES { source: Text, kind: Text, language: Text, import_id: Text, declared_at: Instant }
    AccountRows of ACCOUNTS {
        account_id: Text, source: Text, native_id: Text, name: Text, registered_at: Instant,
        registered_at_precision: Text,
        last_seen_at: Instant, about: Text, location: Text, website: Text, reputation: Integer,
        is_staff: Flag, is_bot: Flag, is_banned: Flag, import_id: Text, file: Text,
        byte_start: Integer, byte_end: Integer, content_hash: Text,
    }
    ThreadRows of THREADS {
        thread_id: Text, source: Text, native_id: Text, account_id: Text, board: Text, title: Text,
        started_at: Instant, import_id: Text, file: Text, byte_start: Integer, byte_end: Integer,
        content_hash: Text,
    }
    PostRows of POSTS {
        post_id: Text, source: Text, native_id: Text, account_id: Text, thread_id: Text,
        parent_post_id: Text, kind: Text, posted_at: Instant, posted_at_precision: Text,
        edited_at: Instant, body: Text, language: Text, language_confidence: Number, quoted_character_count: Integer, link_count: Integer,
        attachment_count: Integer, mention_count: Integer, copy_key: Integer, import_id: Text, file: Text, byte_start: Integer, byte_end: Integer, content_hash: Text,
    }
    PostVersionRows of POST_VERSIONS {
        post_id: Text, source: Text, edited_at: Instant, body: Text, import_id: Text, file: Text,
        byte_start: Integer, byte_end: Integer, content_hash: Text,
    }
    IdentifierRows of IDENTIFIERS {
        account_id: Text, source: Text, kind: Text, value: Text, role: Text, post_id: Text,
        character_start: Integer, character_end: Integer, import_id: Text, file: Text, byte_start: Integer, byte_end: Integer,
    }
    FormerNameRows of FORMER_NAMES {
        account_id: Text, source: Text, name: Text, used_until: Instant, import_id: Text,
        file: Text, byte_start: Integer, byte_end: Integer,
    }
    ImportRows of IMPORTS {
        import_id: Text, source: Text, format: Text, record: Text, asked_count: Integer,
        received_count: Integer, mapped_count: Integer, rejected_count: Integer,
        duplicate_count: Integer, field_reject_count: Integer, input_bytes: Integer,
        started_at: Instant, finished_at: Instant, options: Text,
    }
    RejectRows of REJECTS {
        import_id: Text, source: Text, record: Text, field: Text, reason: Text, file: Text,
        byte_start: Integer, byte_end: Integer, line: Integer,
    }
    PersonaRows of PERSONAS { persona_id: Text, account_id: Text, source: Text, weakest_link_probability: Number }
    JudgementRows of JUDGEMENTS {
        operation: Integer, account_left: Text, account_right: Text, source_left: Text,
        source_right: Text, verdict: Text, undone_operation: Integer, reason: Text,
        judged_by: Text, judged_at: Instant,
    }
    PersonaEventRows of PERSONA_EVENTS {
        persona_id: Text, account_id: Text, source: Text, event: Text, cause: Text,
        happened_at: Instant,
    }
    LinkRunRows of LINK_RUNS {
        run: Integer, read_snapshot: Integer, model_id: Text, model: Text, is_model_given: Flag,
        persona_threshold_probability: Number, linked_at: Instant,
    }
}
