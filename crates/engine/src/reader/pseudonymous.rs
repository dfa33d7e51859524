//! The tables without names: ids under keyed pseudonyms, contacts in texts masked.
//!
//! What may be seen is listed column by column; a column that is not listed is null, so that a new
//! column shows nothing until somebody has thought about it. The functions that make pseudonyms are
//! inside the views and known to no session: whoever could call them could test a guess.

use std::sync::Arc;

use arrow::array::{Array, StringArray, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::common::cast::as_string_array;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use entangle_model::schema::{Column, ColumnType, table};

use super::names_in_text::{NamesInText, masked};
use super::register;
use crate::EngineError;
use crate::disclosure::Pseudonyms;

/// How a column is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// As it is.
    AsIs,
    /// Under a pseudonym of this noun.
    Pseudonym(&'static str),
    /// A text whose contacts and rare names are masked.
    Masked,
    /// A number to so many decimals: the exact one could be compared with that of a guessed name.
    Rounded(u32),
    /// Null.
    Hidden,
}

/// The nouns of pseudonyms.
const NOUNS: [&str; 5] = ["account", "post", "thread", "persona", "identifier"];

/// The same tables as they are seen under pseudonyms.
pub(super) async fn tables(
    context: &SessionContext,
    tables: Vec<(&'static str, Arc<dyn TableProvider>)>,
    pseudonyms: &Pseudonyms,
) -> Result<Vec<(&'static str, Arc<dyn TableProvider>)>, EngineError> {
    register(context, &tables)?;
    let names = NamesInText::read(context).await?;
    for noun in NOUNS {
        context.register_udf(pseudonym_function(noun, pseudonyms.clone()));
    }
    context.register_udf(mask_function(names));
    let mut seen = Vec::new();
    for (name, _) in tables {
        let view = context.sql(&rows_of(name)).await?.into_view();
        seen.push((name, view));
    }
    Ok(seen)
}

fn rows_of(name: &str) -> String {
    let columns = table(name).map_or(&[] as &[Column], |table| table.columns);
    let columns: Vec<String> = columns
        .iter()
        .map(|column| format!("{} AS {}", expression(name, column), column.name))
        .collect();
    format!("SELECT {} FROM {name}", columns.join(", "))
}

fn expression(table: &str, column: &Column) -> String {
    let name = column.name;
    match seen(table, name) {
        Seen::AsIs => name.to_owned(),
        Seen::Masked => format!("masked({name})"),
        Seen::Rounded(decimals) => format!("round({name}, {decimals})"),
        Seen::Pseudonym("identifier") => {
            format!("identifier_pseudonym(concat(kind, ' ', {name}))")
        }
        Seen::Pseudonym(noun) => format!("{noun}_pseudonym({name})"),
        Seen::Hidden => format!("arrow_cast(NULL, '{}')", arrow_name(column.column_type)),
    }
}

fn arrow_name(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text => "Utf8",
        ColumnType::Integer => "Int64",
        ColumnType::Number => "Float64",
        ColumnType::Flag => "Boolean",
        ColumnType::Instant => "Timestamp(Microsecond, Some(\"UTC\"))",
    }
}

/// How a column of a table is seen. What is not named here is hidden.
fn seen(table: &str, column: &str) -> Seen {
    match (table, column) {
        (_, "account_id" | "account_left" | "account_right") => Seen::Pseudonym("account"),
        (_, "post_id" | "parent_post_id") => Seen::Pseudonym("post"),
        (_, "thread_id") => Seen::Pseudonym("thread"),
        (_, "persona_id") => Seen::Pseudonym("persona"),
        ("identifiers" | "identifier_values", "value") => Seen::Pseudonym("identifier"),
        (_, "about" | "body" | "title" | "board") => Seen::Masked,
        ("names" | "identifier_values", "surprisal_bits")
        | (
            "names",
            "folded_surprisal_bits"
            | "skeleton_surprisal_bits"
            | "stem_surprisal_bits"
            | "chance_account_count",
        )
        | ("links", "name_surprisal_bits") => Seen::Rounded(0),
        ("evidence", "match_weight_bits") => Seen::Rounded(1),
        ("links", "match_weight_bits") => Seen::Rounded(1),
        _ if AS_IS.contains(&column) => Seen::AsIs,
        _ => Seen::Hidden,
    }
}

/// Columns that say nothing of who somebody is, in whatever table they stand.
const AS_IS: [&str; 67] = [
    "source",
    "kind",
    "language",
    "declared_at",
    "registered_at",
    "registered_at_precision",
    "last_seen_at",
    "reputation",
    "is_staff",
    "is_bot",
    "is_banned",
    "started_at",
    "posted_at",
    "posted_at_precision",
    "edited_at",
    "language_confidence",
    "quoted_character_count",
    "link_count",
    "attachment_count",
    "mention_count",
    "role",
    "used_until",
    "format",
    "record",
    "asked_count",
    "received_count",
    "mapped_count",
    "rejected_count",
    "duplicate_count",
    "field_reject_count",
    "input_bytes",
    "finished_at",
    "field",
    "account_count",
    "source_count",
    "source_left",
    "source_right",
    "account_count_left",
    "account_count_right",
    "candidate_count",
    "capped_pair_count",
    "expected_link_count",
    "prior_probability",
    "comparison",
    "level",
    "is_counted",
    "name_level",
    "has_shared_identifier",
    "prior_bits",
    "match_probability",
    "match_probability_low",
    "match_probability_high",
    "weakest_link_probability",
    "operation",
    "verdict",
    "undone_operation",
    "judged_at",
    "event",
    "cause",
    "happened_at",
    "run",
    "read_snapshot",
    "model_id",
    "is_model_given",
    "persona_threshold_probability",
    "linked_at",
    "line",
];

fn pseudonym_function(noun: &'static str, pseudonyms: Pseudonyms) -> ScalarUDF {
    text_function(&format!("{noun}_pseudonym"), move |text| {
        pseudonyms.of_noun(noun, text)
    })
}

fn mask_function(names: NamesInText) -> ScalarUDF {
    text_function("masked", move |text| masked(text, &names))
}

/// A function from text to text; null gives null.
fn text_function(name: &str, map: impl Fn(&str) -> String + Send + Sync + 'static) -> ScalarUDF {
    create_udf(
        name,
        vec![DataType::Utf8],
        DataType::Utf8,
        // A volatile function would be computed again for every use of its column.
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let texts: &StringArray = as_string_array(&arrays[0])?;
            let mut mapped = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
            for text in texts {
                mapped.append_option(text.map(&map));
            }
            Ok(ColumnarValue::Array(Arc::new(mapped.finish())))
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use entangle_model::schema::TABLES;
    use expect_test::expect;

    /// Whoever adds a column decides here whether it is seen under pseudonyms.
    #[test]
    fn what_is_hidden_and_what_is_changed_under_pseudonyms() {
        let mut text = String::new();
        for table in TABLES {
            let mut hidden = Vec::new();
            let mut changed = Vec::new();
            for column in table.columns {
                match seen(table.name, column.name) {
                    Seen::Hidden => hidden.push(column.name.to_owned()),
                    Seen::AsIs => {}
                    other => changed.push(format!("{} {other:?}", column.name)),
                }
            }
            text += &format!(
                "{}\n  hidden: {}\n  changed: {}\n",
                table.name,
                hidden.join(", "),
                changed.join(", ")
            );
        }
        expect![[r#"
            sources
              hidden: import_id
              changed: 
            accounts
              hidden: native_id, name, location, website, import_id, file, byte_start, byte_end, content_hash
              changed: account_id Pseudonym("account"), about Masked
            threads
              hidden: native_id, import_id, file, byte_start, byte_end, content_hash
              changed: thread_id Pseudonym("thread"), account_id Pseudonym("account"), board Masked, title Masked
            posts
              hidden: native_id, copy_key, import_id, file, byte_start, byte_end, content_hash
              changed: post_id Pseudonym("post"), account_id Pseudonym("account"), thread_id Pseudonym("thread"), parent_post_id Pseudonym("post"), body Masked
            post_versions
              hidden: import_id, file, byte_start, byte_end, content_hash
              changed: post_id Pseudonym("post"), body Masked
            identifiers
              hidden: character_start, character_end, import_id, file, byte_start, byte_end
              changed: account_id Pseudonym("account"), value Pseudonym("identifier"), post_id Pseudonym("post")
            former_names
              hidden: name, import_id, file, byte_start, byte_end
              changed: account_id Pseudonym("account")
            imports
              hidden: import_id, options
              changed: 
            rejects
              hidden: import_id, reason, file, byte_start, byte_end
              changed: 
            names
              hidden: written, folded, skeleton, stem
              changed: account_id Pseudonym("account"), surprisal_bits Rounded(0), folded_surprisal_bits Rounded(0), skeleton_surprisal_bits Rounded(0), stem_surprisal_bits Rounded(0), chance_account_count Rounded(0)
            identifier_values
              hidden: 
              changed: value Pseudonym("identifier"), surprisal_bits Rounded(0)
            link_models
              hidden: 
              changed: 
            evidence
              hidden: m_probability, u_probability
              changed: account_left Pseudonym("account"), account_right Pseudonym("account"), match_weight_bits Rounded(1)
            links
              hidden: 
              changed: account_left Pseudonym("account"), account_right Pseudonym("account"), name_surprisal_bits Rounded(0), match_weight_bits Rounded(1)
            personas
              hidden: 
              changed: persona_id Pseudonym("persona"), account_id Pseudonym("account")
            judgements
              hidden: reason, judged_by
              changed: account_left Pseudonym("account"), account_right Pseudonym("account")
            persona_events
              hidden: 
              changed: persona_id Pseudonym("persona"), account_id Pseudonym("account")
            link_runs
              hidden: model
              changed: 
        "#]].assert_eq(&text);
    }

    #[test]
    fn no_listed_column_is_unknown() {
        let known: Vec<&str> = TABLES
            .iter()
            .flat_map(|table| table.columns.iter().map(|column| column.name))
            .collect();
        for column in AS_IS {
            assert!(known.contains(&column), "{column} is in no table");
        }
    }
}
