//! `CITATION.cff`: how a package wants to be cited, in the Citation File Format 1.2.0.

use std::fmt::Write;

use chrono::NaiveDate;

/// An author of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A person.
    Person {
        /// Given names.
        given_names: String,
        /// Family names.
        family_names: String,
        /// The person's ORCID as a web address; `None` where there is none.
        orcid: Option<String>,
    },
    /// A group, institute or company.
    Entity {
        /// Its name.
        name: String,
    },
}

/// What is cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Title of the data.
    pub title: String,
    /// What they are, in some sentences.
    pub summary: String,
    /// Version of the data.
    pub version: String,
    /// When they were released.
    pub released_on: NaiveDate,
    /// Authors in order; at least one.
    pub authors: Vec<Author>,
    /// SPDX identifier of the licence; `None` where the licence has none.
    pub licence_identifier: Option<String>,
    /// DOI; `None` where there is none yet.
    pub doi: Option<String>,
}

impl Citation {
    /// The file.
    pub(crate) fn to_cff(&self) -> String {
        let mut cff = "cff-version: 1.2.0\ntype: dataset\nmessage: \"If you use these data, please cite them as below.\"\n".to_owned();
        push_text(&mut cff, "title", &self.title);
        push_text(&mut cff, "abstract", &self.summary);
        push_text(&mut cff, "version", &self.version);
        let _ = writeln!(cff, "date-released: {}", self.released_on);
        if let Some(licence) = &self.licence_identifier {
            push_text(&mut cff, "license", licence);
        }
        if let Some(doi) = &self.doi {
            push_text(&mut cff, "doi", doi);
        }
        cff += "authors:\n";
        for author in &self.authors {
            match author {
                Author::Person {
                    given_names,
                    family_names,
                    orcid,
                } => {
                    push_text(&mut cff, "  - family-names", family_names);
                    push_text(&mut cff, "    given-names", given_names);
                    if let Some(orcid) = orcid {
                        push_text(&mut cff, "    orcid", orcid);
                    }
                }
                Author::Entity { name } => push_text(&mut cff, "  - name", name),
            }
        }
        cff
    }
}

fn push_text(cff: &mut String, name: &str, text: &str) {
    let _ = writeln!(cff, "{name}: {}", yaml_text(text));
}

/// A text as a double-quoted scalar of YAML 1.2: whatever it holds, it stays one text. Characters
/// that YAML calls not printable are escaped.
fn yaml_text(text: &str) -> String {
    let mut yaml = "\"".to_owned();
    for character in text.chars() {
        let is_printable = matches!(
            character,
            ' '..='~' | '\u{A0}'..='\u{2027}' | '\u{202A}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..
        );
        match character {
            '"' => yaml += "\\\"",
            '\\' => yaml += "\\\\",
            _ if is_printable => yaml.push(character),
            _ => {
                let _ = write!(yaml, "\\U{:08X}", u32::from(character));
            }
        }
    }
    yaml + "\""
}
