//! Rows of tables to records, kind by kind, as streams.

use arrow::array::{Array, RecordBatch, TimestampMicrosecondArray};
use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use entangle_export::RecordWriter;
use entangle_export::records::{
    Account, Edge, EdgeKind, EvidenceRow, Identifier, Link, Persona, Post, Source,
};
use entangle_model::{IdentifierKind, IdentifierRole, SourceKind, sql_list};
use futures::StreamExt;

use super::ExportRequest;
use crate::disclosure::{Disclosure, Pseudonyms};
use crate::judgements::count_links_as_judged;
use crate::table_reader::{flags, integers, numbers, texts};
use crate::{EngineError, Progress};

/// What is exported, ready to be asked for.
pub(super) struct Rows<'export> {
    context: &'export SessionContext,
    request: &'export ExportRequest,
    pseudonyms: Pseudonyms,
    /// Names, contacts and texts are exported.
    has_names: bool,
    /// Condition on a column `source`.
    is_wanted: String,
}

impl<'export> Rows<'export> {
    pub(super) async fn new(
        context: &'export SessionContext,
        request: &'export ExportRequest,
        pseudonyms: Pseudonyms,
    ) -> Result<Self, EngineError> {
        count_links_as_judged(context).await?;
        let is_wanted = match &request.sources {
            None => "true".to_owned(),
            Some(sources) => {
                check_sources(context, sources).await?;
                format!("source IN ({})", sql_list(sources))
            }
        };
        Ok(Self {
            context,
            request,
            pseudonyms,
            has_names: request.disclosure != Disclosure::Pseudonyms,
            is_wanted,
        })
    }

    /// Writes every kind in the order that documents ask for. The document is not ended.
    pub(super) async fn write_to(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        progress: &mut dyn Progress,
    ) -> Result<(), EngineError> {
        let mut written = 0;
        let mut tell = |rows: usize| {
            written += rows as u64;
            progress.advance_to(written);
        };
        self.sources(writer, &mut tell).await?;
        self.accounts(writer, &mut tell).await?;
        if self.has_names {
            self.identifiers(writer, &mut tell).await?;
        }
        if self.request.has_posts && self.request.format.has_posts() {
            self.posts(writer, &mut tell).await?;
        }
        if self.request.format.has_edges() {
            self.edges(writer, &mut tell).await?;
        }
        self.links(writer, &mut tell).await?;
        self.personas(writer, &mut tell).await
    }

    /// Shows every row of a query, one batch in memory.
    async fn each(
        &self,
        sql: &str,
        tell: &mut (dyn FnMut(usize) + Send),
        mut take: impl FnMut(&RecordBatch, usize) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let mut batches = self.context.sql(sql).await?.execute_stream().await?;
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            (0..batch.num_rows()).try_for_each(|row| take(&batch, row))?;
            tell(batch.num_rows());
        }
        Ok(())
    }

    /// The key of anything in the document: its id, or what only the workspace's key can make of it.
    fn key(&self, noun: &str, id: &str) -> String {
        match self.has_names {
            true => id.to_owned(),
            false => self.pseudonyms.seal(&format!("export {noun}"), &[id]),
        }
    }

    fn account_label(&self, id: &str, native_id: &str, name: Option<String>) -> String {
        match self.has_names {
            true => name.unwrap_or_else(|| native_id.to_owned()),
            false => self.pseudonyms.of_account(id),
        }
    }

    async fn sources(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), EngineError> {
        let sql = format!(
            "SELECT source, kind, language FROM sources WHERE {} ORDER BY source",
            self.is_wanted
        );
        self.each(&sql, tell, |batch, row| {
            let source = Source {
                name: texts(batch, 0).value(row).to_owned(),
                kind: SourceKind::parse(texts(batch, 1).value(row)).unwrap_or(SourceKind::Public),
                language: text(batch, 2, row),
            };
            Ok(writer.source(&source)?)
        })
        .await
    }

    async fn accounts(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), EngineError> {
        let sql = format!(
            "WITH counted AS (
                SELECT account_id, count(*) AS post_count FROM posts
                WHERE {wanted} AND account_id IS NOT NULL GROUP BY account_id
             ), wanted AS (SELECT * FROM accounts WHERE {wanted})
             SELECT a.account_id, a.source, a.native_id, a.name, a.registered_at, a.last_seen_at,
                    a.is_staff, a.is_bot, a.is_banned, coalesce(c.post_count, 0), p.persona_id
             FROM wanted a LEFT JOIN counted c ON c.account_id = a.account_id
             LEFT JOIN personas p ON p.account_id = a.account_id
             ORDER BY a.source, a.account_id",
            wanted = self.is_wanted
        );
        self.each(&sql, tell, |batch, row| {
            let id = texts(batch, 0).value(row);
            let account = Account {
                key: self.key("account", id),
                source: texts(batch, 1).value(row).to_owned(),
                label: self.account_label(id, texts(batch, 2).value(row), text(batch, 3, row)),
                registered_at: instant(batch, 4, row),
                last_seen_at: instant(batch, 5, row),
                is_staff: flag(batch, 6, row),
                is_bot: flag(batch, 7, row),
                is_banned: flag(batch, 8, row),
                post_count: Some(integers(batch, 9).value(row).unsigned_abs()),
                persona_key: text(batch, 10, row).map(|id| self.key("persona", &id)),
            };
            Ok(writer.account(&account)?)
        })
        .await
    }

    async fn identifiers(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), EngineError> {
        let sql = format!(
            "SELECT account_id, kind, value, role FROM identifiers WHERE {}
             ORDER BY source, account_id, kind, value, role",
            self.is_wanted
        );
        self.each(&sql, tell, |batch, row| {
            let kind = IdentifierKind::parse(texts(batch, 1).value(row));
            let role = IdentifierRole::parse(texts(batch, 3).value(row));
            if let (Some(kind), Some(role)) = (kind, role) {
                writer.identifier(&Identifier {
                    account_key: self.key("account", texts(batch, 0).value(row)),
                    kind,
                    value: texts(batch, 2).value(row).to_owned(),
                    role,
                })?;
            }
            Ok(())
        })
        .await
    }

    async fn posts(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), EngineError> {
        let body = match self.has_names {
            true => "body",
            false => "CAST(NULL AS VARCHAR)",
        };
        let sql = format!(
            "SELECT post_id, source, account_id, thread_id, parent_post_id, posted_at, {body}, language
             FROM posts WHERE {} ORDER BY source, thread_id, posted_at, post_id",
            self.is_wanted
        );
        self.each(&sql, tell, |batch, row| {
            let key =
                |noun: &str, column: usize| text(batch, column, row).map(|id| self.key(noun, &id));
            let post = Post {
                key: self.key("post", texts(batch, 0).value(row)),
                source: texts(batch, 1).value(row).to_owned(),
                account_key: key("account", 2),
                thread_key: key("thread", 3),
                parent_key: key("post", 4),
                posted_at: instant(batch, 5, row),
                text: text(batch, 6, row),
                language: text(batch, 7, row),
            };
            Ok(writer.post(&post)?)
        })
        .await
    }

    async fn edges(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), EngineError> {
        let sql = format!(
            "WITH wanted AS (SELECT * FROM posts WHERE {} AND account_id IS NOT NULL)
             SELECT c.account_id, p.account_id, c.post_id, c.posted_at
             FROM wanted c JOIN wanted p ON p.post_id = c.parent_post_id
             WHERE c.account_id <> p.account_id ORDER BY c.source, c.posted_at, c.post_id",
            self.is_wanted
        );
        self.each(&sql, tell, |batch, row| {
            let account = |column: usize| self.key("account", texts(batch, column).value(row));
            let edge = Edge {
                kind: EdgeKind::Reply,
                from_account_key: account(0),
                to_account_key: account(1),
                post_key: self.key("post", texts(batch, 2).value(row)),
                happened_at: instant(batch, 3, row),
            };
            Ok(writer.edge(&edge)?)
        })
        .await
    }

    /// Rows of one link, one for each piece of its evidence, stand together.
    async fn links(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), EngineError> {
        let sql = format!(
            "WITH wanted AS (
                SELECT * FROM links WHERE match_probability >= {least:e}
                AND {left} AND {right}
             )
             SELECT l.account_left, l.account_right, l.match_probability, l.match_probability_low,
                    l.match_probability_high, l.match_weight_bits,
                    e.comparison, e.level, e.match_weight_bits, e.is_counted
             FROM wanted l LEFT JOIN evidence e
               ON e.account_left = l.account_left AND e.account_right = l.account_right
             ORDER BY l.account_left, l.account_right, e.comparison, e.level",
            least = self.request.least_link_probability,
            left = self.is_wanted.replacen("source", "source_left", 1),
            right = self.is_wanted.replacen("source", "source_right", 1),
        );
        let mut gathered: Option<([String; 2], Link)> = None;
        self.each(&sql, tell, |batch, row| {
            let ids = [0, 1].map(|column| texts(batch, column).value(row).to_owned());
            if gathered.as_ref().is_none_or(|(last, _)| *last != ids) {
                let link = self.link(&ids, batch, row);
                if let Some((_, whole)) = gathered.replace((ids, link)) {
                    writer.link(&whole)?;
                }
            }
            if let (Some((_, link)), Some(comparison)) = (&mut gathered, text(batch, 6, row)) {
                link.evidence.push(EvidenceRow {
                    comparison,
                    level: texts(batch, 7).value(row).to_owned(),
                    match_weight_bits: numbers(batch, 8).value(row),
                    is_counted: flags(batch, 9).value(row),
                });
            }
            Ok(())
        })
        .await?;
        if let Some((_, last)) = gathered {
            writer.link(&last)?;
        }
        Ok(())
    }

    fn link(&self, ids: &[String; 2], batch: &RecordBatch, row: usize) -> Link {
        let mut keys = [0, 1].map(|side| self.key("account", &ids[side]));
        keys.sort();
        let [left_key, right_key] = keys;
        let number = |column: usize| numbers(batch, column).value(row);
        Link {
            left_key,
            right_key,
            match_probability: number(2),
            match_probability_low: number(3),
            match_probability_high: number(4),
            match_weight_bits: number(5),
            evidence: Vec::new(),
        }
    }

    /// Personas all of whose accounts are exported.
    async fn personas(
        &self,
        writer: &mut (dyn RecordWriter + Send),
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), EngineError> {
        let sql = format!(
            "SELECT persona_id, account_id, weakest_link_probability FROM personas
             WHERE persona_id NOT IN (SELECT persona_id FROM personas WHERE NOT ({}))
             ORDER BY persona_id, source, account_id",
            self.is_wanted
        );
        let mut gathered: Option<(String, Persona)> = None;
        self.each(&sql, tell, |batch, row| {
            let id = texts(batch, 0).value(row);
            if gathered.as_ref().is_none_or(|(last, _)| last != id) {
                let persona = Persona {
                    key: self.key("persona", id),
                    label: format!("persona {}", self.key("persona", id)),
                    member_keys: Vec::new(),
                    weakest_link_probability: numbers(batch, 2).value(row),
                };
                if let Some((_, whole)) = gathered.replace((id.to_owned(), persona)) {
                    writer.persona(&whole)?;
                }
            }
            if let Some((_, persona)) = &mut gathered {
                let member = self.key("account", texts(batch, 1).value(row));
                persona.member_keys.push(member);
            }
            Ok(())
        })
        .await?;
        if let Some((_, last)) = gathered {
            writer.persona(&last)?;
        }
        Ok(())
    }
}

async fn check_sources(context: &SessionContext, asked: &[String]) -> Result<(), EngineError> {
    let batches = context
        .sql("SELECT source FROM sources ORDER BY source")
        .await?
        .collect()
        .await?;
    let known: Vec<&str> = batches
        .iter()
        .flat_map(|batch| texts(batch, 0).iter().flatten())
        .collect();
    match asked
        .iter()
        .find(|source| !known.contains(&source.as_str()))
    {
        None => Ok(()),
        Some(source) => Err(EngineError::User(format!(
            "there is no source {source}\nhint: the workspace holds {}",
            known.join(", ")
        ))),
    }
}

fn text(batch: &RecordBatch, column: usize, row: usize) -> Option<String> {
    let column = texts(batch, column);
    column.is_valid(row).then(|| column.value(row).to_owned())
}

fn flag(batch: &RecordBatch, column: usize, row: usize) -> Option<bool> {
    let column = flags(batch, column);
    column.is_valid(row).then(|| column.value(row))
}

fn instant(batch: &RecordBatch, column: usize, row: usize) -> Option<DateTime<Utc>> {
    let column = batch
        .column(column)
        .as_any()
        .downcast_ref::<TimestampMicrosecondArray>()?;
    let microseconds = column.is_valid(row).then(|| column.value(row))?;
    DateTime::from_timestamp_micros(microseconds)
}
