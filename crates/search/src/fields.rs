//! The fields of the index.

use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};

use crate::document::{PostDocument, cut};
use crate::words::fold::fold_line;
use crate::words::language::{PostLanguage, Stemmers};
use crate::words::ready_made::READY_MADE;
use crate::words::terms::text_terms;

/// Number of the format of the index: fields, folding, stemming, and what of a post is kept. It goes up whenever the same
/// post would be indexed differently.
pub(crate) const FORMAT: u64 = 3;

/// Between kind and value of an identifier; neither holds it.
const IDENTIFIER_SEPARATOR: char = '\u{1f}';

pub(crate) const POST_ID: &str = "post_id";
pub(crate) const SOURCE: &str = "source";
pub(crate) const KIND: &str = "kind";
pub(crate) const LANGUAGE: &str = "language";
pub(crate) const BOARD: &str = "board";
pub(crate) const POSTED_AT: &str = "posted_at";
pub(crate) const NEAR_COPY_KEY: &str = "near_copy_key";

/// Handles of the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// Stable id, as is.
    pub post_id: Field,
    /// Name of the source, as is.
    pub source: Field,
    /// Stable id of the author, as is.
    pub account_id: Field,
    /// Name of the author, folded as a whole.
    pub author_name: Field,
    /// Stable id of the thread, as is.
    pub thread_id: Field,
    /// Folded words of the thread's title.
    pub title_words: Field,
    /// Stems of the thread's title.
    pub title_stems: Field,
    /// Pieces of words of the thread's title.
    pub title_pieces: Field,
    /// Kind, folded.
    pub kind: Field,
    /// Language, lower case.
    pub language: Field,
    /// Board as written; not searched, counted only.
    pub board: Field,
    /// Board, folded as a whole.
    pub board_folded: Field,
    /// Identifiers: kind and value, and the value alone.
    pub identifiers: Field,
    /// Microseconds since 1970; not searched by terms.
    pub posted_at: Field,
    /// Key of near-copies.
    pub near_copy_key: Field,
    /// Folded words of the body.
    pub words: Field,
    /// Stems of the body.
    pub stems: Field,
    /// Pieces of words of the body.
    pub pieces: Field,
    /// What a hit gives back; not searched.
    pub record: Field,
}

fn whole() -> TextOptions {
    // Nothing here is split: ids and folded lines are one term. No norm, since none is scored.
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    )
}

fn positions() -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(READY_MADE)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    )
}

/// The schema and its handles.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = SchemaBuilder::new();
    let fields = Fields {
        post_id: builder.add_text_field(POST_ID, whole() | FAST),
        source: builder.add_text_field(SOURCE, whole() | FAST),
        account_id: builder.add_text_field("account_id", whole()),
        author_name: builder.add_text_field("author_name", whole()),
        thread_id: builder.add_text_field("thread_id", whole()),
        title_words: builder.add_text_field("title_words", positions()),
        title_stems: builder.add_text_field("title_stems", positions()),
        title_pieces: builder.add_text_field("title_pieces", positions()),
        kind: builder.add_text_field(KIND, whole() | FAST),
        language: builder.add_text_field(LANGUAGE, whole() | FAST),
        board: builder.add_text_field(BOARD, FAST),
        board_folded: builder.add_text_field("board_folded", whole()),
        identifiers: builder.add_text_field("identifiers", whole()),
        posted_at: builder.add_i64_field(POSTED_AT, FAST),
        near_copy_key: builder.add_i64_field(NEAR_COPY_KEY, FAST),
        words: builder.add_text_field("words", positions()),
        stems: builder.add_text_field("stems", positions()),
        pieces: builder.add_text_field("pieces", positions()),
        record: builder.add_text_field("record", STORED),
    };
    (builder.build(), fields)
}

/// The term for an identifier of that kind.
pub(crate) fn identifier_term(kind: &str, value: &str) -> String {
    format!(
        "{}{IDENTIFIER_SEPARATOR}{}",
        kind.to_lowercase(),
        cut(value)
    )
}

/// The term for an identifier of any kind.
pub(crate) fn identifier_value_term(value: &str) -> String {
    format!("{IDENTIFIER_SEPARATOR}{}", cut(value))
}

impl Fields {
    /// The post as the library takes it.
    pub fn document(&self, post: &PostDocument, stemmers: &mut Stemmers) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        let language = PostLanguage::from_code(post.language.as_deref());
        document.add_text(self.post_id, cut(&post.post_id));
        document.add_text(self.source, cut(&post.source));
        self.add_origin(&mut document, post);
        if let Some(title) = &post.thread_title {
            let terms = text_terms(title, language, stemmers);
            document.add_text(self.title_words, terms.words.as_str());
            document.add_text(self.title_stems, terms.stems.as_str());
            document.add_text(self.title_pieces, terms.pieces.as_str());
        }
        document.add_text(self.kind, fold_line(cut(&post.kind)));
        if let Some(code) = post.language.as_deref().filter(|code| !code.is_empty()) {
            document.add_text(self.language, fold_line(cut(code)));
        }
        if let Some(posted_at_us) = post.believable_posted_at_us() {
            document.add_i64(self.posted_at, posted_at_us);
        }
        if let Some(key) = post.near_copy_key {
            document.add_i64(self.near_copy_key, key);
        }
        for identifier in &post.identifiers {
            let value = &identifier.value;
            document.add_text(self.identifiers, identifier_term(&identifier.kind, value));
            document.add_text(self.identifiers, identifier_value_term(value));
        }
        let terms = text_terms(&post.body, language, stemmers);
        document.add_text(self.words, terms.words.as_str());
        document.add_text(self.stems, terms.stems.as_str());
        document.add_text(self.pieces, terms.pieces.as_str());
        if !post.record.is_empty() {
            document.add_text(self.record, post.record.as_str());
        }
        document
    }

    fn add_origin(&self, document: &mut TantivyDocument, post: &PostDocument) {
        if let Some(account_id) = &post.account_id {
            document.add_text(self.account_id, cut(account_id));
        }
        if let Some(name) = &post.author_name {
            document.add_text(self.author_name, fold_line(cut(name)));
        }
        if let Some(thread_id) = &post.thread_id {
            document.add_text(self.thread_id, cut(thread_id));
        }
        if let Some(board) = post
            .board
            .as_deref()
            .filter(|board| !board.trim().is_empty())
        {
            document.add_text(self.board, cut(board.trim()));
            document.add_text(self.board_folded, fold_line(cut(board)));
        }
    }
}
