//! A tree as canonical text: reading it gives the same tree.

use std::fmt::{self, Display, Formatter, Write};

use super::scan::is_bare;
use super::tree::{Query, WordForm};
use crate::words::tokens::is_dense;

impl Display for Query {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Query::All => out.write_char('*'),
            Query::Word { word, form } => write!(out, "{}{word}", sign(*form)),
            Query::Phrase { words, slop, form } => {
                write!(out, "{}\"{}\"", sign(*form), spaced(words))?;
                if *slop > 0 {
                    write!(out, "~{slop}")
                } else {
                    Ok(())
                }
            }
            Query::Wildcard { pattern } => out.write_str(pattern),
            Query::Fuzzy { word, distance } => write!(out, "{word}~{distance}"),
            Query::Regex { pattern } => write!(out, "/{}/", pattern.replace('/', "\\/")),
            Query::Field {
                field,
                value,
                is_pattern,
            } => {
                write!(out, "{}:", field.as_str())?;
                if *is_pattern || is_bare(value) {
                    out.write_str(value)
                } else {
                    quoted(value, out)
                }
            }
            Query::Date { bound, date } => write!(out, "{}:{date}", bound.as_str()),
            Query::And(clauses) => joined(clauses, " AND ", out),
            Query::Or(clauses) => joined(clauses, " OR ", out),
            Query::Not(clause) => {
                out.write_str("NOT ")?;
                closed(clause, out)
            }
            Query::Ranked {
                required,
                optional,
                excluded,
            } => {
                let marked = [("+", required), ("", optional), ("-", excluded)];
                let mut space = "";
                for (mark, clause) in marked
                    .iter()
                    .flat_map(|(mark, list)| list.iter().map(move |it| (mark, it)))
                {
                    write!(out, "{space}{mark}")?;
                    closed(clause, out)?;
                    space = " ";
                }
                Ok(())
            }
        }
    }
}

fn sign(form: WordForm) -> &'static str {
    match form {
        WordForm::Stemmed => "",
        WordForm::Exact => "=",
    }
}

/// Words with spaces between, but for characters of scripts that are written without.
fn spaced(words: &[String]) -> String {
    let mut text = String::new();
    let mut was_dense = false;
    for (place, word) in words.iter().enumerate() {
        let is_dense = word.starts_with(is_dense);
        if place > 0 && !(was_dense && is_dense) {
            text.push(' ');
        }
        text.push_str(word);
        was_dense = is_dense;
    }
    text
}

fn quoted(value: &str, out: &mut Formatter<'_>) -> fmt::Result {
    write!(
        out,
        "\"{}\"",
        value.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

fn joined(clauses: &[Query], between: &str, out: &mut Formatter<'_>) -> fmt::Result {
    for (place, clause) in clauses.iter().enumerate() {
        if place > 0 {
            out.write_str(between)?;
        }
        match clause {
            Query::Not(_) => write!(out, "{clause}")?,
            other => closed(other, out)?,
        }
    }
    Ok(())
}

/// The clause, in parentheses where it is made of others.
fn closed(clause: &Query, out: &mut Formatter<'_>) -> fmt::Result {
    match clause {
        Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Ranked { .. } => {
            write!(out, "({clause})")
        }
        leaf => write!(out, "{leaf}"),
    }
}
