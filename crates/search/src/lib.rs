#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answer;
mod document;
mod error;
mod fault;
mod fields;
mod index;
mod query;
mod state;
mod words;
mod writer;

pub use answer::{
    CalendarUnit, Explanation, FACET_VALUES_MAX, Facet, FacetField, FacetValue, HistogramBar, Hit,
    LIMIT_MAX, SearchRequest, SearchResponse, SimilarRequest, SortOrder, highlights,
};
pub use document::{PostDocument, PostIdentifier};
pub use error::{CursorFault, SearchError};
pub use index::{OpenCheck, SearchIndex};
pub use query::{
    CLAUSE_COUNT_MAX, DEPTH_MAX, DateBound, FieldName, PATTERN_CHARACTERS_MAX, PATTERN_COUNT_MAX,
    PHRASE_WORDS_MAX, QUERY_BYTES_MAX, Query, QueryDate, QueryError, SLOP_MAX,
    WILDCARD_LITERALS_MIN, WordForm, parse,
};
pub use state::IndexedState;
pub use words::terms::WORDS_PER_POST_MAX;
pub use words::tokens::WORD_CHARACTERS_MAX;
pub use writer::{SearchWriter, WriterOptions};
