//! Where a score comes from.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::SearchError;
use crate::index::SearchIndex;
use crate::query::Query;
use crate::query::plan::Planner;

/// A part of a score with the parts it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The part's value.
    pub value: f32,
    /// What it is, in the words of the index library.
    pub description: String,
    /// Its parts.
    #[serde(default)]
    pub details: Vec<Explanation>,
    /// Which term it belongs to and the like.
    #[serde(default)]
    pub context: Vec<String>,
}

impl SearchIndex {
    /// Where the score of a post comes from; `None` where the post does not match, is not there,
    /// or is not of an allowed source.
    ///
    /// Frequencies of terms are those of the whole index, other sources included.
    ///
    /// # Errors
    /// `Damaged` where files have changed since the index was opened.
    pub fn explain(
        &self,
        query: &Query,
        allowed_sources: Option<&BTreeSet<String>>,
        post_id: &str,
    ) -> Result<Option<Explanation>, SearchError> {
        let view = self.view();
        let mut planner = Planner::new(self.fields());
        let plan = planner.plan(query)?;
        let plan = self.within(&planner, plan, allowed_sources);
        let Some(address) = self.place_of(&view, plan.as_ref(), post_id)? else {
            return Ok(None);
        };
        let found = self.guarded(|| plan.explain(&view.searcher, address))?;
        serde_json::from_str(&found.to_pretty_json())
            .map(Some)
            .map_err(|error| SearchError::Internal {
                reason: error.to_string(),
            })
    }
}
