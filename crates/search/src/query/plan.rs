//! A tree to a query of the index.

use std::collections::BTreeSet;
use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery,
    Query as IndexQuery, RangeQuery, RegexQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::date::QueryDate;
use super::error::QueryError;
use super::near::NearQuery;
use super::pattern::{read_expression, wildcard_expression};
use super::tree::{DateBound, FieldName, Query, WordForm};
use crate::document::cut;
use crate::error::SearchError;
use crate::fields::{Fields, identifier_term, identifier_value_term};
use crate::words::fold::{fold_cluster, fold_line};
use crate::words::language::{PostLanguage, Stemmers};
use crate::words::terms::{beginning_pieces, dense_pairs, query_words};
use crate::words::tokens::is_dense;

type Plan = Box<dyn IndexQuery>;

const TOO_MANY_STATES: &str =
    "the pattern needs too many states; use fewer repetitions and alternatives";

/// The automaton of an expression, or why there is none.
pub(crate) fn automaton(expression: &str) -> Result<RegexQuery, String> {
    RegexQuery::from_pattern(expression, Field::from_field_id(0))
        .map_err(|_| TOO_MANY_STATES.to_owned())
}

/// The fields of one text.
#[derive(Clone, Copy)]
struct TextFields {
    words: Field,
    stems: Field,
    pieces: Field,
}

/// Makes queries of the index.
pub(crate) struct Planner {
    fields: Fields,
    stemmers: Stemmers,
    languages: Vec<PostLanguage>,
}

impl Planner {
    pub fn new(fields: Fields) -> Self {
        Planner {
            fields,
            stemmers: Stemmers::new(),
            languages: PostLanguage::all(),
        }
    }

    /// The query of the index for a tree.
    pub fn plan(&mut self, query: &Query) -> Result<Plan, SearchError> {
        let body = self.body();
        Ok(match query {
            Query::All => unscored(Box::new(AllQuery)),
            Query::Word { word, form } => self.word(body, word, *form),
            Query::Phrase { words, slop, form } => self.phrase(body, words, *slop, *form),
            Query::Wildcard { pattern } => expression(body.words, &wildcard_expression(pattern))?,
            Query::Fuzzy { word, distance } => Box::new(FuzzyTermQuery::new(
                Term::from_field_text(body.words, word),
                *distance,
                true,
            )),
            Query::Regex { pattern } => {
                let read = read_expression(pattern).map_err(|fault| SearchError::Internal {
                    reason: fault.expected,
                })?;
                expression(body.words, &read.automaton)?
            }
            Query::Field {
                field,
                value,
                is_pattern: false,
            } => {
                let plan = self.field(*field, value);
                unscored(plan)
            }
            Query::Field {
                field,
                value,
                is_pattern: true,
            } => unscored(self.field_pattern(*field, value)?),
            Query::Date { bound, date } => unscored(self.date(*bound, *date)),
            Query::And(clauses) => self.and(clauses)?,
            Query::Or(clauses) => {
                let plans: Result<Vec<Plan>, _> = clauses.iter().map(|it| self.plan(it)).collect();
                union(plans?)
            }
            Query::Not(clause) => self.and(&[Query::Not(clause.clone())])?,
            Query::Ranked {
                required,
                optional,
                excluded,
            } => self.clauses(required, optional, excluded)?,
        })
    }

    /// Posts of these sources only.
    pub fn sources(&self, sources: &BTreeSet<String>) -> Plan {
        let field = self.fields.source;
        let terms = sources
            .iter()
            .map(|source| Term::from_field_text(field, cut(source)));
        unscored(Box::new(TermSetQuery::new(terms)))
    }

    fn and(&mut self, clauses: &[Query]) -> Result<Plan, SearchError> {
        let mut required = Vec::new();
        let mut excluded = Vec::new();
        for clause in clauses {
            match clause {
                Query::Not(inner) => excluded.push(inner.as_ref().clone()),
                other => required.push(other.clone()),
            }
        }
        self.clauses(&required, &[], &excluded)
    }

    fn clauses(
        &mut self,
        required: &[Query],
        optional: &[Query],
        excluded: &[Query],
    ) -> Result<Plan, SearchError> {
        let mut plans = Vec::new();
        for (occur, list) in [
            (Occur::Must, required),
            (Occur::Should, optional),
            (Occur::MustNot, excluded),
        ] {
            for clause in list {
                plans.push((occur, self.plan(clause)?));
            }
        }
        if required.is_empty() {
            plans.push((Occur::Must, unscored(Box::new(AllQuery))));
        }
        Ok(Box::new(BooleanQuery::new(plans)))
    }

    fn word(&mut self, text: TextFields, word: &str, form: WordForm) -> Plan {
        let rows = self.word_rows(text, word, form);
        union(
            rows.iter()
                .map(|(field, words)| row(*field, words))
                .collect(),
        )
    }

    /// The rows of terms of which a post has one at least if it has the word in its body.
    pub fn body_word_rows(&mut self, word: &str, form: WordForm) -> Vec<(Field, Vec<String>)> {
        self.word_rows(self.body(), word, form)
    }

    fn word_rows(
        &mut self,
        text: TextFields,
        word: &str,
        form: WordForm,
    ) -> Vec<(Field, Vec<String>)> {
        // The word as written is among its own stems already; it is here to rank higher.
        let mut rows = vec![(text.words, vec![word.to_owned()])];
        if form == WordForm::Exact {
            return rows;
        }
        let mut stems = BTreeSet::new();
        let mut is_found_by_beginning = false;
        for language in &self.languages {
            let stem = self.stemmers.stem(word, *language);
            is_found_by_beginning |= stem.is_found_by_beginning;
            stems.insert(stem.term);
        }
        rows.extend(stems.into_iter().map(|stem| (text.stems, vec![stem])));
        if is_found_by_beginning {
            rows.push((text.pieces, beginning_pieces(word)));
        }
        rows
    }

    fn body(&self) -> TextFields {
        TextFields {
            words: self.fields.words,
            stems: self.fields.stems,
            pieces: self.fields.pieces,
        }
    }

    fn phrase(&mut self, text: TextFields, words: &[String], slop: u32, form: WordForm) -> Plan {
        if form == WordForm::Exact {
            return near_or_row(text.words, words, slop);
        }
        if slop == 0 && words.iter().all(|word| word.starts_with(is_dense)) {
            return row(text.pieces, &dense_pairs(words));
        }
        let mut rows = BTreeSet::new();
        for language in &self.languages {
            let stems: Vec<String> = words
                .iter()
                .map(|word| self.stemmers.stem(word, *language).term)
                .collect();
            rows.insert(stems);
        }
        union(
            rows.iter()
                .map(|stems| near_or_row(text.stems, stems, slop))
                .collect(),
        )
    }

    fn field(&mut self, field: FieldName, value: &str) -> Plan {
        let fields = self.fields;
        match field {
            FieldName::Source => term(fields.source, cut(value)),
            FieldName::Author => union(vec![
                term(fields.account_id, cut(value)),
                term(fields.author_name, &fold_line(cut(value))),
            ]),
            FieldName::Kind => term(fields.kind, &fold_line(cut(value))),
            FieldName::Language => term(fields.language, &fold_line(cut(value))),
            FieldName::Board => term(fields.board_folded, &fold_line(cut(value))),
            FieldName::Thread => self.thread(value),
            FieldName::Identifier => {
                let mut terms = BTreeSet::new();
                // Normal forms are in capitals, in small letters or as written, by kind.
                for value in [value.to_owned(), value.to_lowercase(), value.to_uppercase()] {
                    terms.insert(identifier_value_term(&value));
                    if let Some((kind, rest)) = value.split_once(':') {
                        terms.insert(identifier_term(kind, rest));
                    }
                }
                union(
                    terms
                        .iter()
                        .map(|text| term(fields.identifiers, text))
                        .collect(),
                )
            }
        }
    }

    fn thread(&mut self, value: &str) -> Plan {
        let title = TextFields {
            words: self.fields.title_words,
            stems: self.fields.title_stems,
            pieces: self.fields.title_pieces,
        };
        let by_id = term(self.fields.thread_id, cut(value));
        let words: Vec<String> = query_words(value)
            .into_iter()
            .map(|token| token.text)
            .collect();
        let by_title = match words.as_slice() {
            [] => return by_id,
            [word] => self.word(title, word, WordForm::Stemmed),
            words => self.phrase(title, words, 0, WordForm::Stemmed),
        };
        union(vec![by_id, by_title])
    }

    fn field_pattern(&self, field: FieldName, value: &str) -> Result<Plan, SearchError> {
        let fields = self.fields;
        let folded = wildcard_expression(&fold_pattern(value));
        match field {
            FieldName::Source => expression(fields.source, &wildcard_expression(value)),
            FieldName::Author => expression(fields.author_name, &folded),
            FieldName::Kind => expression(fields.kind, &folded),
            FieldName::Language => expression(fields.language, &folded),
            FieldName::Board => expression(fields.board_folded, &folded),
            FieldName::Thread => expression(fields.title_words, &wildcard_expression(value)),
            FieldName::Identifier => {
                let mut expressions = vec![wildcard_expression(&identifier_value_term(value))];
                if let Some((kind, rest)) = value.split_once(':') {
                    expressions.push(wildcard_expression(&identifier_term(kind, rest)));
                }
                let plans: Result<Vec<Plan>, _> = expressions
                    .iter()
                    .map(|it| expression(fields.identifiers, it))
                    .collect();
                Ok(union(plans?))
            }
        }
    }

    fn date(&self, bound: DateBound, date: QueryDate) -> Plan {
        let at = |instant_us| Term::from_field_i64(self.fields.posted_at, instant_us);
        let (from, to) = match bound {
            DateBound::Before => (Bound::Unbounded, Bound::Excluded(at(date.start_us()))),
            DateBound::After => (Bound::Included(at(date.start_us())), Bound::Unbounded),
            DateBound::On => (
                Bound::Included(at(date.start_us())),
                Bound::Excluded(at(date.end_us())),
            ),
        };
        Box::new(RangeQuery::new(from, to))
    }
}

/// Folds what stands between wildcards.
fn fold_pattern(pattern: &str) -> String {
    pattern
        .split_inclusive(['*', '?'])
        .flat_map(|part| {
            let (literals, wildcard) = match part.strip_suffix(['*', '?']) {
                Some(literals) => (literals, &part[literals.len()..]),
                None => (part, ""),
            };
            fold_cluster(literals)
                .chain(wildcard.chars())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Posts with the term.
pub(crate) fn term(field: Field, text: &str) -> Plan {
    Box::new(TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::WithFreqs,
    ))
}

/// Posts of any of the plans.
pub(crate) fn union(mut plans: Vec<Plan>) -> Plan {
    match plans.len() {
        0 => Box::new(EmptyQuery),
        1 => plans.remove(0),
        _ => Box::new(BooleanQuery::union(plans)),
    }
}

/// Terms at following positions.
fn row(field: Field, words: &[String]) -> Plan {
    match words {
        [] => Box::new(EmptyQuery),
        [word] => term(field, word),
        words => Box::new(PhraseQuery::new(
            words
                .iter()
                .map(|word| Term::from_field_text(field, word))
                .collect(),
        )),
    }
}

fn near_or_row(field: Field, words: &[String], slop: u32) -> Plan {
    if slop == 0 {
        row(field, words)
    } else {
        Box::new(NearQuery::new(field, words, slop))
    }
}

/// A query that decides and does not rank.
pub(crate) fn unscored(plan: Plan) -> Plan {
    Box::new(ConstScoreQuery::new(plan, 0.0))
}

/// `parse` has made the automaton once, but folding a field's pattern may make it larger.
fn expression(field: Field, expression: &str) -> Result<Plan, SearchError> {
    RegexQuery::from_pattern(expression, field)
        .map(|query| Box::new(query) as Plan)
        .map_err(|_| QueryError::new(0, "smaller patterns", TOO_MANY_STATES).into())
}
