//! A document as one HTML file: no script, no network, fit for the screen and for paper.
//!
//! Every text that comes from a source passes `visible_text` and the escaping of the template.

mod blocks;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::document::{Exhibits, Numbering, Section};
use crate::sections::Front;
use crate::visible_text::visible_line;

const STYLE: &str = include_str!("style.css");

/// Nothing but the styles of the page itself may be loaded.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page of a front and its sections.
pub fn page(front: &Front, sections: &[Section], exhibits: Exhibits<'_>) -> String {
    let numbering = &mut Numbering::default();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(CONTENT_POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (visible_line(&front.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the text" }
                (title_block(front))
                (contents(sections))
                main id="main" {
                    @for (index, section) in sections.iter().enumerate() {
                        section id=(section.id) {
                            h2 { span.ordinal { (index + 1) } " " (section.title) }
                            @for block in &section.blocks {
                                (blocks::block(block, exhibits, numbering))
                            }
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

/// Title, sources and the numbers most readers look for first.
fn title_block(front: &Front) -> Markup {
    html! {
        header {
            p.kind { (front.kind) }
            h1 { bdi { (visible_line(&front.title)) } }
            p.subtitle { (blocks::text(&front.subtitle)) }
            p.imprint { (visible_line(&front.imprint)) }
            @if !front.key_numbers.is_empty() {
                dl.key {
                    @for key in &front.key_numbers {
                        div {
                            dt { (visible_line(&key.title)) }
                            dd { (visible_line(&key.number)) }
                            dd.below { (visible_line(&key.below)) }
                        }
                    }
                }
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Figure, study_figures};
    use crate::fixture;
    use crate::sections::{front, study_sections};
    use crate::study_tables::study_tables;
    use entangle_model::study::StudyResult;

    fn page_of(result: &StudyResult) -> String {
        let (tables, figures) = (study_tables(result), study_figures(result));
        let exhibits = Exhibits {
            tables: &tables,
            figures: &figures,
        };
        page(&front(result), &study_sections(result), exhibits)
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
            let page = page_of(&result);
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
        let mut documents = vec![page_of(&result)];
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
        let page = page_of(&fixture::realistic());
        for section in study_sections(&fixture::realistic()) {
            assert!(page.contains(&format!("<a href=\"#{}\">", section.id)));
            assert!(page.contains(&format!("<section id=\"{}\">", section.id)));
        }
    }

    #[test]
    fn every_table_and_figure_that_a_section_names_is_on_the_page_once() {
        use crate::document::Block;
        let page = page_of(&fixture::realistic());
        for block in study_sections(&fixture::realistic())
            .iter()
            .flat_map(|section| &section.blocks)
        {
            let id = match block {
                Block::Table(name) => format!("id=\"table-{name}\""),
                Block::Figure(name) => format!("id=\"figure-{name}\""),
                _ => continue,
            };
            assert_eq!(page.matches(&id).count(), 1, "{id}");
        }
    }
}
