//! One post by its id.

use std::collections::BTreeSet;

use tantivy::collector::DocSetCollector;
use tantivy::query::{AllQuery, BooleanQuery, Query as IndexQuery, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, TantivyDocument, Term};

use crate::document::cut;
use crate::error::SearchError;
use crate::index::{SearchIndex, View};
use crate::query::plan::Planner;

impl SearchIndex {
    /// What a post was indexed with to be given back; `None` where it is not there, or not of an allowed
    /// source.
    ///
    /// # Errors
    /// `Damaged` where files have changed since the index was opened.
    pub fn record(
        &self,
        post_id: &str,
        allowed_sources: Option<&BTreeSet<String>>,
    ) -> Result<Option<String>, SearchError> {
        let view = self.view();
        let planner = Planner::new(self.fields());
        let plan = self.within(&planner, Box::new(AllQuery), allowed_sources);
        let place = self.place_of(&view, plan.as_ref(), post_id)?;
        place.map(|place| self.record_at(&view, place)).transpose()
    }

    /// The record of the post at a place.
    pub(crate) fn record_at(&self, view: &View, place: DocAddress) -> Result<String, SearchError> {
        let document: TantivyDocument = self.guarded(|| view.searcher.doc(place))?;
        let record = document.get_first(self.fields().record);
        let record = record.and_then(|value| value.as_str());
        Ok(record.unwrap_or_default().to_owned())
    }

    /// The place of a post, where it matches.
    pub(crate) fn place_of(
        &self,
        view: &View,
        plan: &dyn IndexQuery,
        post_id: &str,
    ) -> Result<Option<DocAddress>, SearchError> {
        let id = Term::from_field_text(self.fields().post_id, cut(post_id));
        let is_post = TermQuery::new(id, IndexRecordOption::Basic);
        let both = BooleanQuery::intersection(vec![Box::new(is_post), plan.box_clone()]);
        let found = self.guarded(|| view.searcher.search(&both, &DocSetCollector))?;
        Ok(found.into_iter().min())
    }
}
