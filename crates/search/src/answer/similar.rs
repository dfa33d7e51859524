//! Posts like a text.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as IndexQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::collect::Gather;
use super::request::{Hit, LIMIT_MAX, SortOrder};
use crate::document::cut;
use crate::error::SearchError;
use crate::index::{SearchIndex, View};
use crate::query::plan::{Planner, unscored};
use crate::words::language::{PostLanguage, Stemmers};
use crate::words::terms::text_terms;

/// Terms of the text that are searched for.
const TERM_COUNT_MAX: usize = 25;

/// Share of these terms that a post must have.
const TERM_SHARE_MIN: f64 = 0.3;

/// Share of all posts beyond which a term says nothing.
const POST_SHARE_MAX: f64 = 0.1;

/// Posts up to which a term may be as common as it likes.
const POST_COUNT_ALWAYS: u64 = 50;

/// What is asked for beside the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimilarRequest {
    /// Language of the text, ISO 639-1; `None` where it is not known.
    pub language: Option<String>,
    /// Sources whose posts may be shown; `None` means all, the empty set none.
    pub allowed_sources: Option<BTreeSet<String>>,
    /// A post that is not to be shown, as a rule the one that the text is of.
    pub without_post_id: Option<String>,
    /// Most posts; at most `LIMIT_MAX`.
    pub limit: usize,
}

impl SearchIndex {
    /// Posts that share rare words with a text, most alike first; none where no word of the text
    /// is rare enough to say anything.
    ///
    /// # Errors
    /// `TooMuch`; `Damaged` where files have changed since the index was opened.
    pub fn similar(&self, text: &str, request: &SimilarRequest) -> Result<Vec<Hit>, SearchError> {
        if request.limit > LIMIT_MAX {
            let what = "the number of similar posts";
            return Err(SearchError::TooMuch {
                what,
                most: LIMIT_MAX,
                found: request.limit,
            });
        }
        let view = self.view();
        let language = PostLanguage::from_code(request.language.as_deref());
        let terms = self.telling_terms(&view, text, language)?;
        if terms.is_empty() || request.limit == 0 {
            return Ok(Vec::new());
        }
        let planner = Planner::new(self.fields());
        let plan = self.without(any_of(terms), request.without_post_id.as_deref());
        let plan = self.within(&planner, plan, request.allowed_sources.as_ref());
        let gather = Gather {
            sort: SortOrder::Relevance,
            limit: request.limit,
            after: None,
            facets: Vec::new(),
            counts_days: false,
            collapses: false,
            skips_hopeless: false,
        };
        let mut hits = self.gather(&view, plan.as_ref(), &gather)?.hits;
        hits.truncate(request.limit);
        self.with_records(&view, hits)
    }

    /// Terms of the text by frequency in it times rarity in the index, the best ones.
    fn telling_terms(
        &self,
        view: &View,
        text: &str,
        language: PostLanguage,
    ) -> Result<Vec<(Term, f32)>, SearchError> {
        let stems = text_terms(text, language, &mut Stemmers::new()).stems;
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for stem in stems.terms() {
            *counts.entry(stem).or_default() += 1;
        }
        let post_count = view.searcher.num_docs();
        let mut weighed = Vec::new();
        for (stem, count) in counts {
            let term = Term::from_field_text(self.fields().stems, stem);
            let with_term = self.guarded(|| view.searcher.doc_freq(&term))?;
            let is_common = with_term > POST_COUNT_ALWAYS
                && with_term as f64 > POST_SHARE_MAX * post_count as f64;
            if with_term == 0 || is_common {
                continue;
            }
            let rarity = (1.0 + post_count as f64 / with_term as f64).ln();
            weighed.push((term, f64::from(count).sqrt() * rarity));
        }
        // The sort is stable and the map was in order, so equals are in order of their text.
        weighed.sort_by(|left, right| right.1.total_cmp(&left.1));
        weighed.truncate(TERM_COUNT_MAX);
        let best = weighed.first().map_or(1.0, |(_, weight)| *weight);
        Ok(weighed
            .into_iter()
            .map(|(term, weight)| (term, (weight / best) as f32))
            .collect())
    }

    fn without(&self, plan: Box<dyn IndexQuery>, post_id: Option<&str>) -> Box<dyn IndexQuery> {
        let Some(post_id) = post_id else {
            return plan;
        };
        let id = Term::from_field_text(self.fields().post_id, cut(post_id));
        let is_post = unscored(Box::new(TermQuery::new(id, IndexRecordOption::Basic)));
        Box::new(BooleanQuery::new(vec![
            (Occur::Must, plan),
            (Occur::MustNot, is_post),
        ]))
    }
}

fn any_of(terms: Vec<(Term, f32)>) -> Box<dyn IndexQuery> {
    let required_count = (terms.len() as f64 * TERM_SHARE_MIN).ceil() as usize;
    let plans = terms
        .into_iter()
        .map(|(term, weight)| {
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(query), weight)) as Box<dyn IndexQuery>
        })
        .collect();
    Box::new(BooleanQuery::union_with_minimum_required_clauses(
        plans,
        required_count,
    ))
}
