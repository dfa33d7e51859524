//! The tree of a query.

use super::date::QueryDate;

/// Whether other forms of a word count as the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordForm {
    /// Words with the same stem count.
    Stemmed,
    /// The word as written, letter case aside.
    Exact,
}

/// A field that is asked for by a whole value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldName {
    /// Name of the source, as written.
    Source,
    /// Name of the author or id of the account.
    Author,
    /// Kind of post.
    Kind,
    /// Language of the body, ISO 639-1.
    Language,
    /// Board, section or chat.
    Board,
    /// Words of the thread's title, or id of the thread.
    Thread,
    /// Identifier, with its kind or without.
    Identifier,
}

impl FieldName {
    /// Every field.
    pub const ALL: [FieldName; 7] = [
        FieldName::Source,
        FieldName::Author,
        FieldName::Kind,
        FieldName::Language,
        FieldName::Board,
        FieldName::Thread,
        FieldName::Identifier,
    ];

    /// The word before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldName::Source => "source",
            FieldName::Author => "author",
            FieldName::Kind => "kind",
            FieldName::Language => "lang",
            FieldName::Board => "board",
            FieldName::Thread => "thread",
            FieldName::Identifier => "identifier",
        }
    }
}

/// The side of a date on which a post lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBound {
    /// Before the date begins.
    Before,
    /// At its beginning or later.
    After,
    /// Within it.
    On,
}

impl DateBound {
    /// Every side.
    pub const ALL: [DateBound; 3] = [DateBound::Before, DateBound::After, DateBound::On];

    /// The word before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            DateBound::Before => "before",
            DateBound::After => "after",
            DateBound::On => "on",
        }
    }
}

/// A query. Words are folded, lists of clauses have two or more, and neither conjunctions nor
/// disjunctions hold their own kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Every post.
    All,
    /// A word of the body.
    Word {
        /// The word, folded.
        word: String,
        /// Whether other forms count.
        form: WordForm,
    },
    /// Words of the body in this order.
    Phrase {
        /// The words, folded; two or more.
        words: Vec<String>,
        /// Other words that may stand between them, all in all.
        slop: u32,
        /// Whether other forms count.
        form: WordForm,
    },
    /// A word of the body with `*` for any characters and `?` for one.
    Wildcard {
        /// The pattern, folded.
        pattern: String,
    },
    /// A word of the body that differs in few characters.
    Fuzzy {
        /// The word, folded.
        word: String,
        /// Characters inserted, deleted, replaced or swapped with a neighbour, at most.
        distance: u8,
    },
    /// A word of the body that a regular expression describes as a whole.
    Regex {
        /// The expression, folded.
        pattern: String,
    },
    /// A field.
    Field {
        /// Which.
        field: FieldName,
        /// Its value as written.
        value: String,
        /// Whether `*` and `?` in it stand for other characters.
        is_pattern: bool,
    },
    /// The time of the post.
    Date {
        /// The side of the date.
        bound: DateBound,
        /// The date.
        date: QueryDate,
    },
    /// All of these.
    And(Vec<Query>),
    /// Any of these.
    Or(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
    /// Clauses of which some decide and some only raise the rank.
    Ranked {
        /// Must match; one or more.
        required: Vec<Query>,
        /// Raise the rank; one or more.
        optional: Vec<Query>,
        /// Must not match.
        excluded: Vec<Query>,
    },
}

impl Query {
    /// The conjunction; `All` of none.
    pub fn and(clauses: Vec<Query>) -> Query {
        let mut flat = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Query::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        single_or(flat, Query::And)
    }

    /// The disjunction; `All` of none.
    pub fn or(clauses: Vec<Query>) -> Query {
        let mut flat = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Query::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        single_or(flat, Query::Or)
    }

    /// The negation.
    #[expect(
        clippy::should_implement_trait,
        reason = "one of three constructors, named like the signs of the language"
    )]
    pub fn not(clause: Query) -> Query {
        Query::Not(Box::new(clause))
    }

    /// Clauses with marks. Without required clauses the optional ones decide, and without optional
    /// ones it is a conjunction.
    pub fn ranked(required: Vec<Query>, optional: Vec<Query>, excluded: Vec<Query>) -> Query {
        if !required.is_empty() && !optional.is_empty() {
            return Query::Ranked {
                required,
                optional,
                excluded,
            };
        }
        let wanted = required.into_iter().chain(optional);
        Query::and(wanted.chain(excluded.into_iter().map(Query::not)).collect())
    }
}

fn single_or(mut clauses: Vec<Query>, join: fn(Vec<Query>) -> Query) -> Query {
    match clauses.pop() {
        None => Query::All,
        Some(only) if clauses.is_empty() => only,
        Some(last) => {
            clauses.push(last);
            join(clauses)
        }
    }
}
