//! Blocks as HTML: texts, terms, numbered tables and figures.

use maud::{Markup, PreEscaped, html};

use crate::document::{Block, Exhibits, Numbering, Run, Term, TermsKind, Text};
use crate::figure::Figure;
use crate::study_table::{Below, Cell, StudyTable, letter};
use crate::visible_text::{visible_line, visible_lines};

/// Tables of at most this many rows are kept on one page of paper.
const WHOLE_ROW_COUNT_MAX: usize = 14;

/// A block with the tables and figures that it names.
pub fn block(block: &Block, exhibits: Exhibits<'_>, numbering: &mut Numbering) -> Markup {
    match block {
        Block::Heading(words) => html! { h3 { (visible_line(words)) } },
        Block::Paragraph(sentences) => html! { p { (text(sentences)) } },
        Block::Caution(sentences) => html! { p.caution { (text(sentences)) } },
        Block::Table(name) => exhibits
            .table(name)
            .map(|found| table(found, numbering.next_table()))
            .unwrap_or_default(),
        Block::Figure(name) => exhibits
            .figure(name)
            .map(|found| figure(found, numbering.next_figure()))
            .unwrap_or_default(),
        Block::Terms(kind, all) => terms(*kind, all),
        Block::List(items) => html! { ul { @for item in items { li { (text(item)) } } } },
        Block::Lines(lines) => html! { pre { (visible_lines(lines)) } },
    }
}

/// A text whose runs of sources keep their direction of writing to themselves.
pub fn text(text: &Text) -> Markup {
    html! { @for run in &text.0 { (run_markup(run)) } }
}

fn run_markup(run: &Run) -> Markup {
    match run {
        Run::Words(words) => html! { (visible_line(words)) },
        Run::Name(name) => html! { bdi { (visible_line(name)) } },
        Run::Strong(words) => html! { b { (visible_line(words)) } },
        Run::Term(words) => html! { i { (visible_line(words)) } },
        Run::Code(words) => html! { code { (visible_line(words)) } },
    }
}

fn terms(kind: TermsKind, all: &[Term]) -> Markup {
    let class = match kind {
        TermsKind::Findings => "findings",
        TermsKind::Facts => "facts",
        TermsKind::Glossary => "words",
    };
    html! {
        dl class=(class) {
            @for term in all {
                div { dt { (visible_line(&term.term)) } dd { (text(&term.text)) } }
            }
        }
    }
}

fn table(table: &StudyTable, number: u32) -> Markup {
    let id = format!("table-{}", table.data.name);
    html! {
        div.table.whole[table.rows.len() <= WHOLE_ROW_COUNT_MAX] id=(id) {
            p.caption id={ (id) "-caption" } {
                b { "Table " (number) ". " (visible_line(&table.title)) "." }
                " " (basis(&table.basis, &table.data_file()))
            }
            div.scroll role="group" tabindex="0" aria-labelledby={ (id) "-caption" } {
                table aria-labelledby={ (id) "-caption" } {
                    thead { tr {
                        @for head in &table.heads {
                            th scope="col" class=[head.is_number.then_some("number")] {
                                (visible_line(&head.words))
                            }
                        }
                    } }
                    tbody {
                        @for (row, group) in table.rows.iter().zip(&table.groups) {
                            @if let Some(group) = group {
                                tr.group {
                                    th scope="colgroup" colspan=(table.heads.len()) {
                                        (visible_line(group))
                                    }
                                }
                            }
                            (table_row(table, row))
                        }
                        @if table.rows.is_empty() {
                            tr { td.none colspan=(table.heads.len()) { (table.when_empty) } }
                        }
                    }
                }
            }
            (reasons(&table.reasons))
        }
    }
}

fn table_row(table: &StudyTable, cells: &[Cell]) -> Markup {
    html! { tr {
        @for (index, (one, head)) in cells.iter().zip(&table.heads).enumerate() {
            @let class = head.is_number.then_some("number");
            @if index == 0 {
                th scope="row" class=[class] { (cell(one)) }
            } @else {
                td class=[class] { (cell(one)) }
            }
        }
    } }
}

fn cell(cell: &Cell) -> Markup {
    html! {
        @if cell.is_strong {
            b { bdi { (cell.text) } }
        } @else {
            bdi { (cell.text) }
        }
        (reason_letter(cell.reason))
        @match &cell.below {
            None => {},
            Some(Below::Interval(words) | Below::Meaning(words)) => {
                " " span.below { (words) }
            }
            Some(Below::OtherGroup(words, reason)) => {
                " " span.below { (words) (reason_letter(*reason)) }
            }
        }
    }
}

fn reason_letter(reason: Option<usize>) -> Markup {
    html! { @if let Some(index) = reason { sup { (letter(index)) } } }
}

fn reasons(reasons: &[String]) -> Markup {
    html! {
        @if !reasons.is_empty() {
            p.notes {
                @for (index, reason) in reasons.iter().enumerate() {
                    span { sup { (letter(index)) } " " bdi { (reason) } }
                    " "
                }
            }
        }
    }
}

/// Population, n, method and file of a table or figure.
fn basis(words: &str, data_file: &str) -> Markup {
    html! { span.basis { (visible_line(words)) " Data: " code { (data_file) } "." } }
}

fn figure(figure: &Figure, number: u32) -> Markup {
    html! {
        figure id={ "figure-" (figure.name) } {
            @match figure.inline_svg() {
                Some(svg) => div.scroll role="group" tabindex="0"
                    aria-labelledby={ "figure-" (figure.name) "-caption" } { (PreEscaped(svg)) },
                None => p.none { (figure.nothing_to_draw()) },
            }
            figcaption id={ "figure-" (figure.name) "-caption" } {
                b { "Figure " (number) ". " (visible_line(&figure.title)) "." }
                " "
                @if !figure.is_empty() { (figure.reading) " " }
                (basis(&figure.basis, &format!("figures/{}.csv", figure.name)))
            }
        }
    }
}
