//! Words near one another, in order.
//!
//! The library's own phrases with slop count words in any order and are approximate for three
//! words and more. This one is exact: the words stand in order, and between the first and the
//! last there are at most `slop` others.

use std::fmt;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// Terms of one field in order, with at most `slop` others between.
#[derive(Clone)]
pub(crate) struct NearQuery {
    field: Field,
    terms: Vec<Term>,
    slop: u32,
}

impl NearQuery {
    pub fn new(field: Field, words: &[String], slop: u32) -> Self {
        let terms = words
            .iter()
            .map(|word| Term::from_field_text(field, word))
            .collect();
        NearQuery { field, terms, slop }
    }
}

impl fmt::Debug for NearQuery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "NearQuery({:?}, {})", self.terms, self.slop)
    }
}

impl Query for NearQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let similarity = match scoring {
            EnableScoring::Enabled {
                statistics_provider,
                ..
            } => Some(Bm25Weight::for_terms(statistics_provider, &self.terms)?),
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(NearWeight {
            query: self.clone(),
            similarity,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for term in &self.terms {
            visitor(term, true);
        }
    }
}

struct NearWeight {
    query: NearQuery,
    similarity: Option<Bm25Weight>,
}

impl NearWeight {
    fn near_scorer(
        &self,
        reader: &SegmentReader,
        boost: Score,
    ) -> tantivy::Result<Option<NearScorer>> {
        let inverted = reader.inverted_index(self.query.field)?;
        let mut postings = Vec::with_capacity(self.query.terms.len());
        for term in &self.query.terms {
            match inverted.read_postings(term, IndexRecordOption::WithFreqsAndPositions)? {
                Some(list) => postings.push(list),
                None => return Ok(None),
            }
        }
        let scoring = match &self.similarity {
            Some(similarity) => Some((
                similarity.boost_by(boost),
                reader.get_fieldnorms_reader(self.query.field)?,
            )),
            None => None,
        };
        let positions = vec![Vec::new(); postings.len()];
        let mut scorer = NearScorer {
            postings,
            positions,
            slop: self.query.slop,
            scoring,
            match_count: 0,
        };
        scorer.settle(0);
        Ok(Some(scorer))
    }
}

impl Weight for NearWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.near_scorer(reader, boost)? {
            Some(scorer) => Box::new(scorer),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let does_not_match =
            || TantivyError::InvalidArgument(format!("document #({document}) does not match"));
        let mut scorer = self.near_scorer(reader, 1.0)?.ok_or_else(does_not_match)?;
        if scorer.doc() > document || scorer.seek(document) != document {
            return Err(does_not_match());
        }
        let mut explanation = Explanation::new("Words near one another", scorer.score());
        if let Some((similarity, norms)) = &scorer.scoring {
            explanation
                .add_detail(similarity.explain(norms.fieldnorm_id(document), scorer.match_count));
        }
        Ok(explanation)
    }
}

struct NearScorer {
    postings: Vec<SegmentPostings>,
    positions: Vec<Vec<u32>>,
    slop: u32,
    scoring: Option<(Bm25Weight, FieldNormReader)>,
    /// Places of the current document where the words are near, by their first word.
    match_count: u32,
}

impl NearScorer {
    /// Goes to the first matching document at `target` or after.
    fn settle(&mut self, target: DocId) -> DocId {
        let mut target = target;
        'documents: loop {
            for list in &mut self.postings {
                if list.doc() < target {
                    list.seek(target);
                }
                if list.doc() > target {
                    target = list.doc();
                    if target == TERMINATED {
                        break 'documents;
                    }
                    continue 'documents;
                }
            }
            if target == TERMINATED {
                break;
            }
            self.match_count = self.count_matches();
            if self.match_count > 0 {
                return target;
            }
            target += 1;
        }
        // Every list must say that it has ended, the first one speaks for all.
        self.postings[0].seek(TERMINATED);
        TERMINATED
    }

    fn count_matches(&mut self) -> u32 {
        for (list, positions) in self.postings.iter_mut().zip(&mut self.positions) {
            list.positions(positions);
        }
        let (first, rest) = match self.positions.split_first() {
            Some(parts) => parts,
            None => return 0,
        };
        let mut starts_in_rest = vec![0; rest.len()];
        let mut count = 0;
        for &start in first {
            // The nearest following place of each word gives the nearest end.
            let mut last = start;
            for (positions, from) in rest.iter().zip(&mut starts_in_rest) {
                while positions
                    .get(*from)
                    .is_some_and(|&position| position <= last)
                {
                    *from += 1;
                }
                match positions.get(*from) {
                    Some(&position) => last = position,
                    None => return count,
                }
            }
            let others = last - start - rest.len() as u32;
            count += u32::from(others <= self.slop);
        }
        count
    }
}

impl DocSet for NearScorer {
    fn advance(&mut self) -> DocId {
        let current = self.doc();
        if current == TERMINATED {
            TERMINATED
        } else {
            self.settle(current + 1)
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc() {
            self.doc()
        } else {
            self.settle(target)
        }
    }

    fn doc(&self) -> DocId {
        self.postings[0].doc()
    }

    fn size_hint(&self) -> u32 {
        self.postings
            .iter()
            .map(DocSet::size_hint)
            .min()
            .unwrap_or(0)
    }
}

impl Scorer for NearScorer {
    fn score(&mut self) -> Score {
        match &self.scoring {
            Some((similarity, norms)) => {
                similarity.score(norms.fieldnorm_id(self.doc()), self.match_count)
            }
            None => 1.0,
        }
    }
}
