//! The places of a text that a query matches.

use std::collections::BTreeSet;
use std::ops::Range;

use tantivy::collector::DocSetCollector;
use tantivy::directory::RamDirectory;
use tantivy::query::Query as IndexQuery;
use tantivy::{Index, SingleSegmentIndexWriter, TantivyDocument};

use crate::error::SearchError;
use crate::fields::schema;
use crate::query::plan::Planner;
use crate::query::{Query, WordForm};
use crate::words::language::{PostLanguage, Stem, Stemmers};
use crate::words::ready_made::{ReadyMade, tokenizers};
use crate::words::terms::query_words;
use crate::words::tokens::Token;

/// Memory for the words of one text, bytes; the least that the library takes.
const WORD_INDEX_BYTES: usize = 15_000_000;

/// The places of `text` that make it match `query`, as ranges of bytes that begin and end at
/// characters, in order and without overlap. `language` is the post's, ISO 639-1.
///
/// Clauses of NOT and of fields mark nothing. Whether the text matches as a whole is not asked:
/// of `a AND b` either is marked where it stands.
///
/// # Errors
/// None for a query that `parse` has read; otherwise `Internal`.
pub fn highlights(
    query: &Query,
    text: &str,
    language: Option<&str>,
) -> Result<Vec<Range<usize>>, SearchError> {
    let tokens = query_words(text);
    let mut marker = Marker {
        language: PostLanguage::from_code(language),
        stemmers: Stemmers::new(),
        stems: None,
        words: None,
        tokens: &tokens,
        ranges: Vec::new(),
    };
    marker.mark(query)?;
    Ok(joined(marker.ranges))
}

/// Ranges in order, overlapping ones as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut().filter(|last| range.start < last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

struct Marker<'a> {
    language: PostLanguage,
    stemmers: Stemmers,
    /// Stems of the tokens, made when first needed.
    stems: Option<Vec<Stem>>,
    /// An index of the distinct words, made when first needed.
    words: Option<WordIndex>,
    tokens: &'a [Token],
    ranges: Vec<Range<usize>>,
}

impl Marker<'_> {
    fn mark(&mut self, query: &Query) -> Result<(), SearchError> {
        match query {
            Query::Word { word, form } => self.mark_word(word, *form),
            Query::Phrase { words, slop, form } => self.mark_phrase(words, *slop, *form),
            Query::Wildcard { .. } | Query::Fuzzy { .. } | Query::Regex { .. } => {
                self.mark_pattern(query)?;
            }
            Query::And(clauses) | Query::Or(clauses) => {
                for clause in clauses {
                    self.mark(clause)?;
                }
            }
            Query::Ranked {
                required, optional, ..
            } => {
                for clause in required.iter().chain(optional) {
                    self.mark(clause)?;
                }
            }
            Query::All | Query::Field { .. } | Query::Date { .. } | Query::Not(_) => {}
        }
        Ok(())
    }

    /// Which tokens are a word of the query.
    fn places_of(&mut self, word: &str, form: WordForm, by_beginning: bool) -> Vec<bool> {
        if form == WordForm::Exact {
            return self.tokens.iter().map(|token| token.text == word).collect();
        }
        let wanted = self.stemmers.stem(word, self.language);
        let (tokens, language, stemmers) = (self.tokens, self.language, &mut self.stemmers);
        let stems = self.stems.get_or_insert_with(|| {
            tokens
                .iter()
                .map(|token| stemmers.stem(&token.text, language))
                .collect()
        });
        let is_by_beginning = by_beginning && wanted.is_found_by_beginning;
        stems
            .iter()
            .zip(tokens)
            .map(|(stem, token)| {
                stem.term == wanted.term
                    || is_by_beginning && stem.is_found_by_beginning && token.text.starts_with(word)
            })
            .collect()
    }

    fn mark_word(&mut self, word: &str, form: WordForm) {
        let places = self.places_of(word, form, true);
        let found = self
            .tokens
            .iter()
            .zip(places)
            .filter(|(_, is_place)| *is_place);
        self.ranges
            .extend(found.map(|(token, _)| token.range.clone()));
    }

    fn mark_phrase(&mut self, words: &[String], slop: u32, form: WordForm) {
        let places: Vec<Vec<bool>> = words
            .iter()
            .map(|word| self.places_of(word, form, false))
            .collect();
        for start in 0..self.tokens.len() {
            let Some(found) = phrase_at(&places, start, slop as usize) else {
                continue;
            };
            match (slop, found.first(), found.last()) {
                (0, Some(&first), Some(&last)) => {
                    self.ranges
                        .push(self.tokens[first].range.start..self.tokens[last].range.end);
                }
                _ => self
                    .ranges
                    .extend(found.iter().map(|&at| self.tokens[at].range.clone())),
            }
        }
    }

    fn mark_pattern(&mut self, query: &Query) -> Result<(), SearchError> {
        if self.tokens.is_empty() {
            return Ok(());
        }
        if self.words.is_none() {
            self.words = Some(WordIndex::build(self.tokens)?);
        }
        let Some(words) = &self.words else {
            return Ok(());
        };
        let matching = words.matching(query)?;
        let found = self
            .tokens
            .iter()
            .filter(|token| matching.contains(token.text.as_str()));
        self.ranges.extend(found.map(|token| token.range.clone()));
        Ok(())
    }
}

/// The tokens of a phrase whose first word is at `start`.
fn phrase_at(places: &[Vec<bool>], start: usize, slop: usize) -> Option<Vec<usize>> {
    let (first, rest) = places.split_first()?;
    if !*first.get(start)? {
        return None;
    }
    let mut found = vec![start];
    let end = start + rest.len() + slop;
    for word in rest {
        let from = found.last()? + 1;
        let until = word.len().min(end + 1);
        let next = (from..until).find(|&place| word[place])?;
        found.push(next);
    }
    Some(found)
}

/// The distinct words of a text, to be asked with the same automata as the index.
struct WordIndex {
    index: Index,
    words: Vec<String>,
    planner: std::cell::RefCell<Planner>,
}

impl WordIndex {
    fn build(tokens: &[Token]) -> Result<Self, SearchError> {
        let distinct: BTreeSet<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        let words: Vec<String> = distinct.into_iter().map(str::to_owned).collect();
        let (schema, fields) = schema();
        let index = (|| {
            let mut writer: SingleSegmentIndexWriter = Index::builder()
                .tokenizers(tokenizers())
                .schema(schema)
                .single_segment_index_writer(RamDirectory::create(), WORD_INDEX_BYTES)?;
            for word in &words {
                let mut term = ReadyMade::default();
                term.push(word);
                let mut document = TantivyDocument::new();
                document.add_text(fields.words, term.as_str());
                writer.add_document(document)?;
            }
            writer.finalize()
        })()
        .map_err(internal)?;
        Ok(WordIndex {
            index,
            words,
            planner: Planner::new(fields).into(),
        })
    }

    fn matching(&self, query: &Query) -> Result<BTreeSet<&str>, SearchError> {
        let plan: Box<dyn IndexQuery> = self.planner.borrow_mut().plan(query)?;
        let searcher = self.index.reader().map_err(internal)?.searcher();
        let found = searcher
            .search(plan.as_ref(), &DocSetCollector)
            .map_err(internal)?;
        // One part holds all words, in the order in which they were added.
        Ok(found
            .iter()
            .filter_map(|at| self.words.get(at.doc_id as usize))
            .map(String::as_str)
            .collect())
    }
}

fn internal(error: tantivy::TantivyError) -> SearchError {
    SearchError::Internal {
        reason: error.to_string(),
    }
}
