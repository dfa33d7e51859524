//! Requests and what they get.
//!
//! * [`request`]: the types
//! * [`cursor`]: where the next page begins
//! * [`collect`]: one pass over the posts that match
//! * [`columns`]: what is read of a post in that pass
//! * [`calendar`]: days to months and years
//! * [`run`]: a request from end to end
//! * [`highlight`]: the matching places of a text
//! * [`explain`]: where a score comes from
//! * [`similar`]: posts like a text

mod calendar;
mod collect;
mod columns;
mod cursor;
mod explain;
mod highlight;
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
