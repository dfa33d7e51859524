//! Text to tree.

use super::date::QueryDate;
use super::error::QueryError;
use super::pattern::{
    PATTERN_CHARACTERS_MAX, PatternFault, fold_wildcard, read_expression, wildcard_expression,
};
use super::scan::Scanner;
use super::tree::{DateBound, FieldName, Query, WordForm};
use crate::words::terms::query_words;

/// Longest query, bytes.
pub const QUERY_BYTES_MAX: usize = 8_192;
/// Most words, phrases, patterns, fields and dates in one query.
pub const CLAUSE_COUNT_MAX: usize = 200;
/// Most patterns and regular expressions in one query.
pub const PATTERN_COUNT_MAX: usize = 20;
/// Most parentheses and negations inside one another.
pub const DEPTH_MAX: usize = 32;
/// Most words of a phrase.
pub const PHRASE_WORDS_MAX: usize = 50;
/// Most other words that a phrase may allow between its words.
pub const SLOP_MAX: u32 = 50;
/// Most differing characters of a fuzzy word.
const FUZZY_DISTANCE_MAX: u8 = 2;
/// Shortest word for one and for two differing characters, characters.
const FUZZY_CHARACTERS_MIN: [usize; 2] = [3, 5];

const CLAUSE: &str = "a word, a phrase, a field or a parenthesis";

/// Reads a query.
///
/// # Errors
/// The text is not a query or exceeds a limit; the error says where, and what to do.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    if text.len() > QUERY_BYTES_MAX {
        return Err(QueryError::new(
            QUERY_BYTES_MAX,
            format!("a query of at most {QUERY_BYTES_MAX} bytes"),
            format!("this one has {}; split it into several", text.len()),
        ));
    }
    let mut parser = Parser {
        scanner: Scanner::new(text),
        clause_count: 0,
        pattern_count: 0,
    };
    parser.scanner.skip_space();
    if parser.scanner.rest().is_empty() {
        return Err(QueryError::new(
            0,
            CLAUSE,
            "the query is empty; write * for every post",
        ));
    }
    let query = parser.disjunction(0)?;
    match parser.scanner.peek() {
        None => Ok(query),
        Some(_) => Err(QueryError::new(
            parser.scanner.position(),
            "the end of the query",
            "a ) closes no parenthesis; put it into quotation marks or leave it out",
        )),
    }
}

#[derive(PartialEq)]
enum Mark {
    Plus,
    Minus,
    None,
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    clause_count: usize,
    pattern_count: usize,
}

impl Parser<'_> {
    fn disjunction(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut clauses = vec![self.conjunction(depth)?];
        while self.scanner.take_keyword("OR") {
            clauses.push(self.conjunction(depth)?);
        }
        Ok(Query::or(clauses))
    }

    fn conjunction(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut clauses = vec![self.sequence(depth)?];
        while self.scanner.take_keyword("AND") {
            clauses.push(self.sequence(depth)?);
        }
        Ok(Query::and(clauses))
    }

    /// Clauses side by side: all must match, unless one has a plus; then those without only rank.
    fn sequence(&mut self, depth: usize) -> Result<Query, QueryError> {
        let (mut required, mut plain, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.scanner.skip_space();
            if self.is_at_end_of_sequence() {
                break;
            }
            let mark = self.mark();
            match (mark, self.clause(depth)?) {
                (Mark::Minus, clause) => excluded.push(clause),
                (_, Query::Not(clause)) => excluded.push(*clause),
                (Mark::Plus, clause) => required.push(clause),
                (Mark::None, clause) => plain.push(clause),
            }
        }
        if required.is_empty() && plain.is_empty() && excluded.is_empty() {
            return Err(QueryError::new(
                self.scanner.position(),
                CLAUSE,
                "AND, OR, NOT, + and - join two clauses; put such a word into quotation marks to search for it",
            ));
        }
        Ok(Query::ranked(required, plain, excluded))
    }

    fn is_at_end_of_sequence(&self) -> bool {
        let mut ahead = self.scanner.clone();
        matches!(ahead.peek(), None | Some(')'))
            || ahead.take_keyword("AND")
            || ahead.take_keyword("OR")
    }

    fn mark(&mut self) -> Mark {
        if self.scanner.take('+') {
            Mark::Plus
        } else if self.scanner.take('-') {
            Mark::Minus
        } else {
            Mark::None
        }
    }

    fn clause(&mut self, depth: usize) -> Result<Query, QueryError> {
        if depth > DEPTH_MAX {
            return Err(QueryError::new(
                self.scanner.position(),
                format!("at most {DEPTH_MAX} parentheses and negations inside one another"),
                "write the query with fewer parentheses",
            ));
        }
        if self.scanner.take_keyword("NOT") {
            self.scanner.skip_space();
            return Ok(Query::not(self.clause(depth + 1)?));
        }
        match self.scanner.peek() {
            Some('(') => self.parenthesis(depth),
            Some('"') => self.phrase(WordForm::Stemmed),
            Some('/') => self.regex(),
            Some('=') => {
                self.scanner.take('=');
                self.exact()
            }
            Some(character) if !character.is_whitespace() && character != ')' => self.bare(),
            _ => Err(QueryError::new(
                self.scanner.position(),
                CLAUSE,
                "+, - and NOT stand directly before what they mark",
            )),
        }
    }

    fn parenthesis(&mut self, depth: usize) -> Result<Query, QueryError> {
        let start = self.scanner.position();
        self.scanner.take('(');
        let query = self.disjunction(depth + 1)?;
        if self.scanner.take(')') {
            return Ok(query);
        }
        Err(QueryError::new(
            self.scanner.position(),
            "a )",
            format!("the parenthesis at byte {start} is not closed"),
        ))
    }

    fn count(&mut self, position: usize) -> Result<(), QueryError> {
        self.clause_count += 1;
        if self.clause_count <= CLAUSE_COUNT_MAX {
            return Ok(());
        }
        Err(QueryError::new(
            position,
            format!("at most {CLAUSE_COUNT_MAX} clauses"),
            "split the query into several",
        ))
    }

    /// Makes the automaton of a pattern, so that its size is known before anything runs.
    fn check_automaton(&mut self, expression: &str, start: usize) -> Result<(), QueryError> {
        self.pattern_count += 1;
        if self.pattern_count > PATTERN_COUNT_MAX {
            return Err(QueryError::new(
                start,
                format!("at most {PATTERN_COUNT_MAX} patterns and regular expressions"),
                "split the query into several",
            ));
        }
        super::plan::automaton(expression)
            .map(drop)
            .map_err(|reason| QueryError::new(start, "a smaller pattern", reason))
    }

    fn exact(&mut self) -> Result<Query, QueryError> {
        if self.scanner.peek() == Some('"') {
            return self.phrase(WordForm::Exact);
        }
        let start = self.scanner.position();
        let text = self.scanner.bare();
        self.words(text, start, 0, WordForm::Exact)
    }

    fn phrase(&mut self, form: WordForm) -> Result<Query, QueryError> {
        let start = self.scanner.position();
        let text = self.scanner.quotation()?;
        let after = self.scanner.position();
        let slop = if self.scanner.take('~') {
            self.slop(after)?
        } else {
            0
        };
        self.words(&text, start, slop, form)
    }

    fn slop(&mut self, start: usize) -> Result<u32, QueryError> {
        match self.scanner.digits().parse() {
            Ok(slop) if slop <= SLOP_MAX => Ok(slop),
            _ => Err(QueryError::new(
                start,
                format!("~ and a number up to {SLOP_MAX}"),
                "the number says how many other words may stand between those of the phrase",
            )),
        }
    }

    /// One word, or several as a phrase.
    fn words(
        &mut self,
        text: &str,
        start: usize,
        slop: u32,
        form: WordForm,
    ) -> Result<Query, QueryError> {
        self.count(start)?;
        let mut words: Vec<String> = query_words(text)
            .into_iter()
            .map(|token| token.text)
            .collect();
        if words.len() > PHRASE_WORDS_MAX {
            return Err(QueryError::new(
                start,
                format!("a phrase of at most {PHRASE_WORDS_MAX} words"),
                "shorten the phrase",
            ));
        }
        match words.len() {
            0 => Err(QueryError::new(
                start,
                "letters or digits",
                "punctuation is not searched; leave it out",
            )),
            1 => Ok(Query::Word {
                word: words.remove(0),
                form,
            }),
            _ => Ok(Query::Phrase { words, slop, form }),
        }
    }

    fn regex(&mut self) -> Result<Query, QueryError> {
        let start = self.scanner.position();
        self.count(start)?;
        let pattern = self.scanner.regex()?;
        let expression = read_expression(&pattern).map_err(|fault| at(start + 1, fault))?;
        self.check_automaton(&expression.automaton, start)?;
        Ok(Query::Regex {
            pattern: expression.canonical,
        })
    }

    fn bare(&mut self) -> Result<Query, QueryError> {
        let start = self.scanner.position();
        if let Some(name) = self.field_name() {
            return self.field(&name, start);
        }
        let text = self.scanner.bare();
        if text == "*" {
            self.count(start)?;
            return Ok(Query::All);
        }
        if let Some((word, digits)) = fuzzy_parts(text) {
            return self.fuzzy(word, digits, start);
        }
        if text.contains(['*', '?']) {
            self.count(start)?;
            let pattern = fold_wildcard(text).map_err(|fault| at(start, fault))?;
            self.check_automaton(&wildcard_expression(&pattern), start)?;
            return Ok(Query::Wildcard { pattern });
        }
        self.words(text, start, 0, WordForm::Stemmed)
    }

    /// Reads letters and a colon, where they are next.
    fn field_name(&mut self) -> Option<String> {
        let rest = self.scanner.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '_')?;
        if length == 0 || !rest[length..].starts_with(':') {
            return None;
        }
        self.scanner.go_to(self.scanner.position() + length + 1);
        Some(rest[..length].to_ascii_lowercase())
    }

    fn field(&mut self, name: &str, start: usize) -> Result<Query, QueryError> {
        if name == "exact" {
            return self.exact();
        }
        if let Some(bound) = DateBound::ALL
            .into_iter()
            .find(|bound| bound.as_str() == name)
        {
            return self.date(bound);
        }
        let name = if name == "language" { "lang" } else { name };
        if let Some(field) = FieldName::ALL
            .into_iter()
            .find(|field| field.as_str() == name)
        {
            return self.field_value(field);
        }
        let fields = FieldName::ALL.map(FieldName::as_str).join(", ");
        Err(QueryError::new(
            start,
            format!("one of the fields {fields}, before, after, on, exact"),
            "to search for a text with a colon, put it into quotation marks",
        ))
    }

    fn field_value(&mut self, field: FieldName) -> Result<Query, QueryError> {
        let start = self.scanner.position();
        self.count(start)?;
        let (value, is_pattern) = if self.scanner.peek() == Some('"') {
            (self.scanner.quotation()?, false)
        } else {
            let value = self.scanner.bare();
            (value.to_owned(), value.contains(['*', '?']))
        };
        let value = value.trim().to_owned();
        if value.is_empty() {
            return Err(QueryError::new(
                start,
                format!("a value of {}", field.as_str()),
                "write it directly after the colon, in quotation marks if it has spaces",
            ));
        }
        if is_pattern {
            return self.field_pattern(field, value, start);
        }
        Ok(Query::Field {
            field,
            value,
            is_pattern,
        })
    }

    fn field_pattern(
        &mut self,
        field: FieldName,
        value: String,
        start: usize,
    ) -> Result<Query, QueryError> {
        let length = value.chars().count();
        if length > PATTERN_CHARACTERS_MAX {
            return Err(QueryError::new(
                start,
                format!("a pattern of at most {} characters", PATTERN_CHARACTERS_MAX),
                "shorten the pattern",
            ));
        }
        let value = match field {
            FieldName::Thread => fold_wildcard(&value).map_err(|fault| at(start, fault))?,
            _ => value,
        };
        self.check_automaton(&wildcard_expression(&value), start)?;
        Ok(Query::Field {
            field,
            value,
            is_pattern: true,
        })
    }

    fn date(&mut self, bound: DateBound) -> Result<Query, QueryError> {
        let start = self.scanner.position();
        self.count(start)?;
        let date = QueryDate::parse(self.scanner.bare()).ok_or_else(|| {
            QueryError::new(
                start,
                "a date",
                "write 2020, 2020-05, 2020-05-17 or 2020-05-17T12:00:00Z",
            )
        })?;
        Ok(Query::Date { bound, date })
    }

    fn fuzzy(&mut self, text: &str, digits: &str, start: usize) -> Result<Query, QueryError> {
        self.count(start)?;
        let distance = match digits {
            "" => Some(1),
            digits => digits
                .parse()
                .ok()
                .filter(|n| (1..=FUZZY_DISTANCE_MAX).contains(n)),
        };
        let Some(distance) = distance else {
            return Err(QueryError::new(
                start + text.len(),
                "~, ~1 or ~2",
                "the number says how many characters of the word may differ",
            ));
        };
        let words = query_words(text);
        let shortest = FUZZY_CHARACTERS_MIN[usize::from(distance) - 1];
        match words.as_slice() {
            [word] if word.text.chars().count() >= shortest => Ok(Query::Fuzzy {
                word: word.text.clone(),
                distance,
            }),
            _ => Err(QueryError::new(
                start,
                format!("one word of at least {shortest} letters before ~{distance}"),
                "for words near one another use a phrase: \"a b\"~3",
            )),
        }
    }
}

/// `word~1` to its two parts.
fn fuzzy_parts(text: &str) -> Option<(&str, &str)> {
    let (word, digits) = text.rsplit_once('~')?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some((word, digits))
}

fn at(start: usize, fault: PatternFault) -> QueryError {
    QueryError::new(start + fault.position, fault.expected, fault.hint)
}
