//! A request from end to end.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use tantivy::query::{BooleanQuery, Occur, Query as IndexQuery};

use super::calendar::bar_of;
use super::collect::{Gather, Gathered, RankedHit};
use super::cursor::{Cursor, Identity, fingerprint};
use super::request::{
    CalendarUnit, FACET_VALUES_MAX, Facet, FacetField, FacetValue, HistogramBar, Hit, LIMIT_MAX,
    SearchRequest, SearchResponse,
};
use crate::error::SearchError;
use crate::fault::Fault;
use crate::index::{SearchIndex, View};
use crate::query::plan::Planner;

impl SearchIndex {
    /// Answers a request from the last refreshed commit.
    ///
    /// # Errors
    /// `TooMuch` or `Cursor`; `Damaged` where files have changed since the index was opened.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse, SearchError> {
        check(request)?;
        let view = self.view();
        let identity = identity(request, &view);
        let after = match &request.cursor {
            Some(text) => {
                let cursor = Cursor::read(text, identity)
                    .map_err(|reason| SearchError::Cursor { reason })?;
                Some((cursor.rank, cursor.post_id))
            }
            None => None,
        };
        let mut planner = Planner::new(self.fields());
        let of_few_terms = self.plan_of_few_terms(&view, &mut planner, request)?;
        let gather = Gather {
            sort: request.sort,
            limit: request.limit,
            after,
            facets: request.facets.clone(),
            counts_days: request.histogram.is_some(),
            collapses: request.collapse_near_copies,
            skips_hopeless: of_few_terms.is_some(),
        };
        let gathered = match of_few_terms {
            Some(plan) => Gathered {
                post_count: self.count(&view, plan.as_ref())?,
                ..self.gather(&view, plan.as_ref(), &gather)?
            },
            None => {
                let plan = planner.plan(&request.query)?;
                let plan = self.within(&planner, plan, request.allowed_sources.as_ref());
                self.gather(&view, plan.as_ref(), &gather)?
            }
        };
        self.response(request, &view, identity, gathered)
    }

    fn response(
        &self,
        request: &SearchRequest,
        view: &View,
        identity: Identity,
        gathered: Gathered,
    ) -> Result<SearchResponse, SearchError> {
        let has_more = gathered.hits.len() > request.limit;
        let mut hits = gathered.hits;
        hits.truncate(request.limit);
        let next_cursor = hits
            .last()
            .filter(|_| has_more)
            .map(|last| Cursor::new(identity, last.rank, &last.hit.post_id).to_text());
        let facets = request
            .facets
            .iter()
            .zip(gathered.facets)
            .map(|(field, (counts, missing_count))| {
                facet(*field, counts, missing_count, request.facet_values)
            })
            .collect();
        Ok(SearchResponse {
            state: view.state.clone(),
            post_count: gathered.post_count,
            group_count: request.collapse_near_copies.then_some(gathered.group_count),
            hits: self.with_records(view, hits)?,
            next_cursor,
            facets,
            histogram: request
                .histogram
                .map_or_else(Vec::new, |unit| bars(&gathered.days, unit)),
            undated_count: request.histogram.map(|_| gathered.undated_count),
        })
    }

    /// The hits with what is kept of their posts.
    pub(crate) fn with_records(
        &self,
        view: &View,
        hits: Vec<RankedHit>,
    ) -> Result<Vec<Hit>, SearchError> {
        let with_record = |RankedHit { address, hit, .. }: RankedHit| {
            let record = self.record_at(view, address)?;
            Ok(Hit { record, ..hit })
        };
        hits.into_iter().map(with_record).collect()
    }

    /// The plan, within the sources that are allowed.
    pub(crate) fn within(
        &self,
        planner: &Planner,
        plan: Box<dyn IndexQuery>,
        allowed_sources: Option<&BTreeSet<String>>,
    ) -> Box<dyn IndexQuery> {
        match allowed_sources {
            Some(sources) => Box::new(BooleanQuery::new(vec![
                (Occur::Must, planner.sources(sources)),
                (Occur::Must, plan),
            ])),
            None => plan,
        }
    }

    pub(crate) fn gather(
        &self,
        view: &View,
        plan: &dyn IndexQuery,
        gather: &Gather,
    ) -> Result<Gathered, SearchError> {
        self.guarded(|| view.searcher.search(plan, gather))
    }

    /// Runs something of the library; a panic there means that a file is not what it should be.
    pub(crate) fn guarded<T>(
        &self,
        run: impl FnOnce() -> tantivy::Result<T>,
    ) -> Result<T, SearchError> {
        let fault = Fault::new("read", self.folder());
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(result) => result.map_err(|error| fault.of(error)),
            Err(_) => Err(fault.damaged("a file cannot be read".into())),
        }
    }
}

fn check(request: &SearchRequest) -> Result<(), SearchError> {
    let limits = [
        ("the number of hits of a page", LIMIT_MAX, request.limit),
        (
            "the number of values of a facet",
            FACET_VALUES_MAX,
            request.facet_values,
        ),
        ("the number of facets", 4, request.facets.len()),
    ];
    for (what, most, found) in limits {
        if found > most {
            return Err(SearchError::TooMuch { what, most, found });
        }
    }
    Ok(())
}

fn identity(request: &SearchRequest, view: &View) -> Identity {
    let sources = match &request.allowed_sources {
        Some(sources) => format!("{sources:?}"),
        None => String::new(),
    };
    let order = format!("{:?} {}", request.sort, request.collapse_near_copies);
    Identity {
        request: fingerprint(&[&request.query.to_string(), &sources, &order]),
        snapshot: view.state.snapshot,
        commit: view.commit,
        scored_post_count: view
            .searcher
            .segment_readers()
            .iter()
            .map(|reader| u64::from(reader.max_doc()))
            .sum(),
    }
}

fn facet(
    field: FacetField,
    counts: BTreeMap<String, u64>,
    missing_count: u64,
    most: usize,
) -> Facet {
    let distinct_count = counts.len() as u64;
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(value, post_count)| FacetValue { value, post_count })
        .collect();
    // The map was in order of values, and the sort keeps it among equals.
    values.sort_by_key(|value| std::cmp::Reverse(value.post_count));
    values.truncate(most);
    Facet {
        field,
        values,
        distinct_count,
        missing_count,
    }
}

fn bars(days: &BTreeMap<i64, u64>, unit: CalendarUnit) -> Vec<HistogramBar> {
    let mut bars: Vec<HistogramBar> = Vec::new();
    for (&day, &post_count) in days {
        let date = bar_of(day, unit);
        match bars.last_mut().filter(|bar| bar.date == date) {
            Some(bar) => bar.post_count += post_count,
            None => bars.push(HistogramBar { date, post_count }),
        }
    }
    bars
}
