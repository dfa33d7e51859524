//! Searches that need not look at every post that matches.
//!
//! The best hits of a word are found by passing over blocks of posts none of which can be among them (Ding
//! and Suel 2011, Block-Max WAND, as the index library has it), and all that match are counted
//! without their scores.

use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::Query as IndexQuery;

use super::request::{SearchRequest, SortOrder};
use crate::error::SearchError;
use crate::index::{SearchIndex, View};
use crate::query::Query;
use crate::query::plan::{Planner, term, union};

/// Terms whose scores are added at most. Passing over posts adds them in an order that depends on where
/// the pass has been; of three or more that shows in the last bit of the sum, and pages would not fit
/// together.
const TERM_COUNT_MAX: usize = 2;

impl SearchIndex {
    /// The plan of a request for the best hits of one word, if there are so few terms of it in the index;
    /// `None` where every post that matches must be looked at.
    pub(crate) fn plan_of_few_terms(
        &self,
        view: &View,
        planner: &mut Planner,
        request: &SearchRequest,
    ) -> Result<Option<Box<dyn IndexQuery>>, SearchError> {
        let Query::Word { word, form } = &request.query else {
            return Ok(None);
        };
        let is_of_best_hits = request.sort == SortOrder::Relevance && request.limit > 0;
        let looks_at_all = !request.facets.is_empty()
            || request.histogram.is_some()
            || request.collapse_near_copies
            || request.allowed_sources.is_some();
        if looks_at_all || !is_of_best_hits {
            return Ok(None);
        }
        let mut plans = Vec::new();
        for (field, words) in planner.body_word_rows(word, *form) {
            let mut is_there = true;
            for word in &words {
                let word = Term::from_field_text(field, word);
                is_there &= self.guarded(|| view.searcher.doc_freq(&word))? > 0;
            }
            match (is_there, words.as_slice()) {
                (false, _) => (),
                (true, [word]) => plans.push(term(field, word)),
                (true, _) => return Ok(None),
            }
        }
        Ok((plans.len() <= TERM_COUNT_MAX).then(|| union(plans)))
    }

    /// Posts that match.
    pub(crate) fn count(&self, view: &View, plan: &dyn IndexQuery) -> Result<u64, SearchError> {
        let count = self.guarded(|| view.searcher.search(plan, &Count))?;
        Ok(count as u64)
    }
}
