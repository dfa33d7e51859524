//! Requests and what they get.
//!
//! * [`request`]: the types
//! * [`cursor`]: where the next page begins
//! * [`collect`]: one pass over the posts that match
//! * [`few_terms`]: when that pass need not look at all of them
//! * [`columns`]: what is read of a post in that pass
//! * [`calendar`]: days to months and years
//! * [`run`]: a request from end to end
//! * [`highlight`]: the matching places of a text
//! * [`one_post`]: a post by its id
//! * [`explain`]: where a score comes from
//! * [`similar`]: posts like a text

mod calendar;
mod collect;
mod columns;
mod cursor;
mod explain;
mod few_terms;
mod highlight;
mod one_post;
mod request;
mod run;
mod similar;

pub use explain::Explanation;
pub use highlight::highlights;
pub use request::{
    CalendarUnit, FACET_VALUES_MAX, Facet, FacetField, FacetValue, HistogramBar, Hit, LIMIT_MAX,
    SearchRequest, SearchResponse, SortOrder,
};
pub use similar::SimilarRequest;
