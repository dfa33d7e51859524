//! Writing: posts in, posts out, and commits.

use std::path::PathBuf;

use tantivy::{IndexWriter, TantivyDocument, Term};

use crate::document::{PostDocument, cut};
use crate::error::SearchError;
use crate::fault::Fault;
use crate::fields::{FORMAT, Fields};
use crate::state::{CommitPayload, IndexedState};
use crate::words::language::Stemmers;

/// How a writer works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterOptions {
    /// Threads that build the index; at least 1, at most 8.
    pub thread_count: usize,
    /// Memory for posts that are not on disk yet, for all threads together, bytes; at least
    /// 15 million per thread.
    pub memory_bytes: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        WriterOptions {
            thread_count: 1,
            // Larger parts mean fewer merges, in which a third of the time went at 100 million.
            memory_bytes: 400_000_000,
        }
    }
}

/// The one writer of an index.
///
/// Nothing is seen by readers, and nothing survives the end of the process, before `commit`.
/// Dropping the writer lets go of what was not committed.
pub struct SearchWriter {
    writer: IndexWriter<TantivyDocument>,
    fields: Fields,
    folder: PathBuf,
    stemmers: Stemmers,
}

impl SearchWriter {
    pub(crate) fn new(
        writer: IndexWriter<TantivyDocument>,
        fields: Fields,
        folder: PathBuf,
    ) -> Self {
        SearchWriter {
            writer,
            fields,
            folder,
            stemmers: Stemmers::new(),
        }
    }

    /// Adds a post. A post of the same id that is there already stays: `delete_by_post` first.
    ///
    /// # Errors
    /// The disk is full or the writer's threads have failed.
    pub fn add(&mut self, post: &PostDocument) -> Result<(), SearchError> {
        let document = self.fields.document(post, &mut self.stemmers);
        self.writer
            .add_document(document)
            .map(drop)
            .map_err(|error| Fault::new("write", &self.folder).of(error))
    }

    /// Takes the post out that has this id.
    pub fn delete_by_post(&mut self, post_id: &str) {
        self.writer
            .delete_term(Term::from_field_text(self.fields.post_id, cut(post_id)));
    }

    /// Takes all posts of a source out.
    pub fn delete_by_source(&mut self, source: &str) {
        self.writer
            .delete_term(Term::from_field_text(self.fields.source, cut(source)));
    }

    /// Takes all posts of an account out.
    pub fn delete_by_account(&mut self, account_id: &str) {
        self.writer.delete_term(Term::from_field_text(
            self.fields.account_id,
            cut(account_id),
        ));
    }

    /// Makes everything since the last commit durable and records what is in the index now.
    /// Readers see it after `SearchIndex::refresh`.
    ///
    /// # Errors
    /// The disk is full or the writer's threads have failed; the last commit stands.
    pub fn commit(&mut self, state: &IndexedState) -> Result<(), SearchError> {
        let payload = serde_json::to_string(&CommitPayload {
            format: FORMAT,
            state: state.clone(),
        })
        .map_err(|error| SearchError::Internal {
            reason: error.to_string(),
        })?;
        let fault = Fault::new("commit to", &self.folder);
        let mut prepared = self
            .writer
            .prepare_commit()
            .map_err(|error| fault.of(error))?;
        prepared.set_payload(&payload);
        prepared.commit().map(drop).map_err(|error| fault.of(error))
    }

    /// Waits until parts of the index that are being merged have been merged, and ends the writer.
    ///
    /// # Errors
    /// A merge failed; the last commit stands.
    pub fn finish(self) -> Result<(), SearchError> {
        let fault = Fault::new("merge", &self.folder);
        self.writer
            .wait_merging_threads()
            .map_err(|error| fault.of(error))
    }
}
