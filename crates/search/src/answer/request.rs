//! What may be asked, and what is answered.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::query::Query;
use crate::state::IndexedState;

/// Most hits of one page.
pub const LIMIT_MAX: usize = 1_000;

/// Most values of one facet.
pub const FACET_VALUES_MAX: usize = 1_000;

/// The order of hits. Among equals the id of the post decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// Best score first.
    #[default]
    Relevance,
    /// Last posted first, posts without time at the end.
    Newest,
    /// First posted first, posts without time at the end.
    Oldest,
}

/// A field whose values can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FacetField {
    /// Name of the source.
    Source,
    /// Language of the body, ISO 639-1.
    Language,
    /// Kind of post.
    Kind,
    /// Board, section or chat, as written.
    Board,
}

/// The length of the bars of a histogram, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarUnit {
    /// Days.
    Day,
    /// Months.
    Month,
    /// Years.
    Year,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// The query.
    pub query: Query,
    /// Sources whose posts may be shown and counted; `None` means all, the empty set none.
    pub allowed_sources: Option<BTreeSet<String>>,
    /// The order of hits.
    pub sort: SortOrder,
    /// Hits of this page; at most `LIMIT_MAX`, and 0 for counts alone.
    pub limit: usize,
    /// `next_cursor` of the page before; `None` for the first page.
    pub cursor: Option<String>,
    /// Fields whose values are counted over all matching posts.
    pub facets: Vec<FacetField>,
    /// Most values of each facet, the most frequent first; at most `FACET_VALUES_MAX`.
    pub facet_values: usize,
    /// Counts all matching posts per unit of time; `None` for no histogram.
    pub histogram: Option<CalendarUnit>,
    /// Shows of each group of near-copies only the post that sorts first.
    pub collapse_near_copies: bool,
}

impl SearchRequest {
    /// The first ten hits of a query by relevance, over all sources, without counts of values.
    pub fn new(query: Query) -> Self {
        SearchRequest {
            query,
            allowed_sources: None,
            sort: SortOrder::Relevance,
            limit: 10,
            cursor: None,
            facets: Vec::new(),
            facet_values: 20,
            histogram: None,
            collapse_near_copies: false,
        }
    }
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchResponse {
    /// What of the tables was searched.
    pub state: IndexedState,
    /// Posts that match, near-copies included.
    pub post_count: u64,
    /// Groups of near-copies among them, a post without copies being a group; `None` where
    /// near-copies are not collapsed.
    pub group_count: Option<u64>,
    /// The page.
    pub hits: Vec<Hit>,
    /// Begins the next page; `None` on the last one.
    pub next_cursor: Option<String>,
    /// Counted values, in the order of the request.
    pub facets: Vec<Facet>,
    /// Bars that are not empty, in order of time; empty where no histogram was asked for.
    pub histogram: Vec<HistogramBar>,
    /// Matching posts without time, which no bar counts; `None` where no histogram was asked for.
    pub undated_count: Option<u64>,
}

/// A post that matches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Id of the post.
    pub post_id: String,
    /// Name of its source.
    pub source: String,
    /// When it was posted, microseconds since 1970; `None` where it is not stated.
    pub posted_at_us: Option<i64>,
    /// BM25 score; comparable within one answer only. `None` where hits are sorted by time.
    pub score: Option<f32>,
    /// Key of near-copies; `None` for short texts.
    pub near_copy_key: Option<i64>,
    /// Matching posts with the same key, this one included; `None` where near-copies are not
    /// collapsed.
    pub copy_count: Option<u64>,
    /// What the post was indexed with to be given back; empty where that was nothing.
    #[serde(skip)]
    pub record: String,
}

/// The values of a field over the matching posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The field.
    pub field: FacetField,
    /// The most frequent values, then by value.
    pub values: Vec<FacetValue>,
    /// Values that there are, shown or not.
    pub distinct_count: u64,
    /// Matching posts without a value.
    pub missing_count: u64,
}

/// A value and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The value.
    pub value: String,
    /// Matching posts that have it.
    pub post_count: u64,
}

/// A bar of a histogram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistogramBar {
    /// `2020`, `2020-05` or `2020-05-17`: a date that the query language understands.
    pub date: String,
    /// Matching posts of that time.
    pub post_count: u64,
}
