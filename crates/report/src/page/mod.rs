//! The report as one HTML file: no script, no network, fit for the screen and for paper.
//!
//! Every text that comes from a source passes `visible_text` and the escaping of the template.
//! Sections are written in the order in which they are read; numbers come ready from
//! `crate::number`, sentences from `crate::findings`, drawings from `crate::figure`.

mod behaviour;
mod glossary;
mod network;
mod overlap;
mod overview;
mod participation;
mod parts;
mod prevalence;
mod provenance;
mod vocabulary;

use entangle_model::study::StudyResult;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::figure::Figure;
use crate::visible_text::visible_line;
use parts::Numbering;

const STYLE: &str = include_str!("style.css");

/// Nothing but the styles of the page itself may be loaded.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// A section with its place in the table of contents.
struct Section {
    id: &'static str,
    title: &'static str,
    content: Markup,
}

/// The report of a result with its figures.
pub fn study_page(result: &StudyResult, figures: &[Figure]) -> String {
    let sections = sections(result, figures);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(CONTENT_POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (visible_line(&result.about.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (overview::title_block(result))
                (contents(&sections))
                main {
                    @for (index, section) in sections.iter().enumerate() {
                        section id=(section.id) {
                            h2 { span.ordinal { (index + 1) } (section.title) }
                            (section.content)
                        }
                    }
                }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        nav aria-label="Contents" {
            ol {
                @for section in sections {
                    li { a href={ "#" (section.id) } { (section.title) } }
                }
            }
        }
    }
}

fn sections(result: &StudyResult, figures: &[Figure]) -> Vec<Section> {
    let numbering = &mut Numbering::default();
    let section = |id, title, content| Section { id, title, content };
    vec![
        section("findings", "In plain words", overview::findings(result)),
        section(
            "population",
            "What was studied",
            overview::population(result, numbering),
        ),
        section(
            "prevalence",
            "Prevalence",
            prevalence::prevalence(result, figures, numbering),
        ),
        section(
            "subgroups",
            "Among whom, and how sure",
            prevalence::subgroups(result, figures, numbering),
        ),
        section(
            "chance",
            "What chance gives",
            prevalence::nulls(result, numbering),
        ),
        section(
            "targets",
            "Target sources",
            participation::targets(result, figures, numbering),
        ),
        section(
            "strength",
            "Strength of participation",
            participation::strength(result, figures, numbering),
        ),
        section(
            "order",
            "Which side came first",
            participation::order(result, figures, numbering),
        ),
        section(
            "behaviour",
            "Behaviour on the public source",
            behaviour::behaviour(result, figures, numbering),
        ),
        section(
            "vocabulary",
            "Words on the public source",
            vocabulary::vocabulary(result, figures, numbering),
        ),
        section(
            "network",
            "Who answers whom on the public source",
            network::network(result, figures, numbering),
        ),
        section(
            "coverage",
            "Coverage",
            provenance::coverage(result, numbering),
        ),
        section("limits", "Limits", provenance::limits(result, numbering)),
        section("making", "How this was made", provenance::making(result)),
        section("words", "Words used", glossary::glossary()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::study_figures;
    use crate::fixture;

    fn page(result: &StudyResult) -> String {
        study_page(result, &study_figures(result))
    }

    fn every_fixture() -> [StudyResult; 4] {
        [
            fixture::realistic(),
            fixture::withheld(),
            fixture::empty(),
            fixture::hostile(),
        ]
    }

    #[test]
    fn page_runs_nothing_and_loads_nothing() {
        for result in every_fixture() {
            let page = page(&result);
            for forbidden in [
                "<script",
                "<img",
                "<link",
                "<iframe",
                "<object",
                "<embed",
                "<base",
                "<form",
                "javascript:",
                " src=\"",
                "url(",
                "@import",
            ] {
                assert!(!page.contains(forbidden), "{forbidden}");
            }
            assert!(!page.contains("href=\"http"));
        }
    }

    #[test]
    fn hostile_text_is_escaped_everywhere() {
        let result = fixture::hostile();
        let mut documents = vec![page(&result)];
        documents.extend(study_figures(&result).iter().map(Figure::standalone_svg));
        for document in documents {
            assert!(!document.contains("<script"));
            assert!(!document.contains("<img"));
            assert!(
                !document.contains("\"'&"),
                "a quotation mark is not escaped"
            );
            assert!(!document.contains(['\u{0}', '\u{202E}']));
        }
    }

    #[test]
    fn contents_lead_to_every_section() {
        let page = page(&fixture::realistic());
        for section in sections(&fixture::realistic(), &[]) {
            assert!(page.contains(&format!("<a href=\"#{}\">", section.id)));
            assert!(page.contains(&format!("<section id=\"{}\">", section.id)));
        }
    }
}
