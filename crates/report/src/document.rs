//! The report before it has a form: sections of blocks, from which the page and the Markdown
//! file are written.
//!
//! Texts are plain here. Whoever gives them a form takes out what a reader cannot see and
//! escapes the rest; nothing is escaped before.

use crate::figure::Figure;
use crate::study_table::StudyTable;

/// A section with its place in the table of contents.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Stable id, unique in the document.
    pub id: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What it holds, in the order of reading.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading below that of the section.
    Heading(String),
    /// Sentences.
    Paragraph(Text),
    /// Sentences set apart, so that nobody overlooks them.
    Caution(Text),
    /// A table of the result, by its name.
    Table(&'static str),
    /// A figure of the result, by its name.
    Figure(&'static str),
    /// Terms with what is said of each.
    Terms(TermsKind, Vec<Term>),
    /// Sentences one by one.
    List(Vec<Text>),
    /// Text whose lines are kept as they are.
    Lines(String),
}

/// What terms are for, which decides their look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsKind {
    /// Topics with sentences.
    Findings,
    /// Short facts.
    Facts,
    /// Words with their meaning.
    Glossary,
}

/// A term and what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The term in a few words.
    pub term: String,
    /// What is said of it.
    pub text: Text,
}

impl Term {
    /// A term with its text.
    pub fn new(term: impl Into<String>, text: impl Into<Text>) -> Self {
        Self {
            term: term.into(),
            text: text.into(),
        }
    }
}

/// Part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Words of ours, which may hold numbers and names of the result.
    Words(String),
    /// A text of a source, with its direction of writing kept to itself.
    Name(String),
    /// Words that stand out.
    Strong(String),
    /// A word that is being defined, or the title of a work.
    Term(String),
    /// A name of a file or a value as it is typed.
    Code(String),
}

/// Sentences made of runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<Run>);

impl Text {
    /// Nothing yet, to be filled from left to right.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds words of ours.
    pub fn words(self, words: impl Into<String>) -> Self {
        self.with(Run::Words(words.into()))
    }

    /// Adds a text of a source.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.with(Run::Name(name.into()))
    }

    /// Adds words that stand out.
    pub fn strong(self, words: impl Into<String>) -> Self {
        self.with(Run::Strong(words.into()))
    }

    /// Adds a word that is being defined, or the title of a work.
    pub fn term(self, words: impl Into<String>) -> Self {
        self.with(Run::Term(words.into()))
    }

    /// Adds a name of a file or a value as it is typed.
    pub fn code(self, words: impl Into<String>) -> Self {
        self.with(Run::Code(words.into()))
    }

    /// Adds names with commas between them.
    pub fn names<'a>(self, names: impl Iterator<Item = &'a String>) -> Self {
        names.enumerate().fold(self, |text, (index, name)| {
            let text = if index > 0 { text.words(", ") } else { text };
            text.name(name)
        })
    }

    fn with(mut self, run: Run) -> Self {
        self.0.push(run);
        self
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self::new().words(words)
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::new().words(words)
    }
}

/// The tables and figures that blocks name.
#[derive(Debug, Clone, Copy)]
pub struct Exhibits<'a> {
    /// Every table of the document.
    pub tables: &'a [StudyTable],
    /// Every figure of the document.
    pub figures: &'a [Figure],
}

impl<'a> Exhibits<'a> {
    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&'a StudyTable> {
        self.tables.iter().find(|table| table.data.name == name)
    }

    /// The figure of a name.
    pub fn figure(&self, name: &str) -> Option<&'a Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }
}

/// Numbers of tables and figures as they are met.
#[derive(Debug, Default)]
pub struct Numbering {
    table_count: u32,
    figure_count: u32,
}

impl Numbering {
    /// The number of the next table.
    pub fn next_table(&mut self) -> u32 {
        self.table_count += 1;
        self.table_count
    }

    /// The number of the next figure.
    pub fn next_figure(&mut self) -> u32 {
        self.figure_count += 1;
        self.figure_count
    }
}
