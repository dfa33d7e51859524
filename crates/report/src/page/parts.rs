//! Parts of the page: numbered tables and figures, cells, and the notes under tables.

use entangle_model::Estimate;
use maud::{Markup, PreEscaped, html};

use crate::figure::Figure;
use crate::number::{MISSING, Unit, estimate_interval, estimate_value, finite};
use crate::visible_text::visible_line;

/// Tables of at most this many rows are kept on one page of paper.
const WHOLE_ROW_COUNT_MAX: usize = 14;

/// Numbers of tables and figures as they are met.
#[derive(Debug, Default)]
pub struct Numbering {
    table_count: u32,
    figure_count: u32,
}

/// Reasons for missing numbers, lettered in the order in which they are met.
#[derive(Debug, Default)]
pub struct Notes {
    reasons: Vec<String>,
}

impl Notes {
    /// An en dash with the letter of its reason.
    pub fn missing(&mut self, reason: &str) -> Markup {
        let reason = visible_line(reason);
        let index = self
            .reasons
            .iter()
            .position(|known| *known == reason)
            .unwrap_or_else(|| {
                self.reasons.push(reason.clone());
                self.reasons.len() - 1
            });
        html! { span title=(reason) { (MISSING) sup { (letter(index)) } } }
    }

    fn markup(&self) -> Markup {
        html! {
            @if !self.reasons.is_empty() {
                p.notes {
                    @for (index, reason) in self.reasons.iter().enumerate() {
                        span { sup { (letter(index)) } " " bdi { (reason) } }
                        " "
                    }
                }
            }
        }
    }
}

/// Letters a to z, then aa, ab and so on.
fn letter(index: usize) -> String {
    let last = char::from(b'a' + (index % 26) as u8);
    match index / 26 {
        0 => last.to_string(),
        rest => format!("{}{last}", letter(rest - 1)),
    }
}

/// Head of a column.
#[derive(Debug, Clone)]
pub struct Head {
    words: String,
    is_number: bool,
}

/// A column of words.
pub fn words(head: &str) -> Head {
    Head {
        words: head.to_owned(),
        is_number: false,
    }
}

/// A column of numbers.
pub fn numbers(head: &str) -> Head {
    Head {
        words: head.to_owned(),
        is_number: true,
    }
}

/// A table as a reader sees it.
#[derive(Debug)]
pub struct TableView {
    /// What it shows, without a full stop.
    pub title: String,
    /// Population, n and method in whole sentences.
    pub basis: String,
    /// The file with the same numbers, relative to the report.
    pub data_file: &'static str,
    /// Heads from left to right.
    pub heads: Vec<Head>,
    /// Rows of cells.
    pub rows: Vec<Vec<Markup>>,
    /// What stands in place of rows where there are none.
    pub when_empty: &'static str,
    /// Reasons for missing numbers.
    pub notes: Notes,
}

impl TableView {
    /// The table with its caption and notes.
    pub fn markup(&self, numbering: &mut Numbering) -> Markup {
        numbering.table_count += 1;
        html! {
            div.table.whole[self.rows.len() <= WHOLE_ROW_COUNT_MAX] {
                table {
                    caption {
                        b { "Table " (numbering.table_count) ". " (visible_line(&self.title)) "." }
                        " " (basis(&self.basis, self.data_file))
                    }
                    thead { tr {
                        @for head in &self.heads {
                            th scope="col" class=[head.is_number.then_some("number")] { (head.words) }
                        }
                    } }
                    tbody {
                        @for row in &self.rows { (self.row(row)) }
                        @if self.rows.is_empty() {
                            tr { td.none colspan=(self.heads.len()) { (self.when_empty) } }
                        }
                    }
                }
                (self.notes.markup())
            }
        }
    }

    fn row(&self, cells: &[Markup]) -> Markup {
        html! { tr {
            @for (index, (cell, head)) in cells.iter().zip(&self.heads).enumerate() {
                @if index == 0 {
                    th scope="row" { (cell) }
                } @else {
                    td class=[head.is_number.then_some("number")] { (cell) }
                }
            }
        } }
    }
}

/// Population, n, method and file of a table or figure.
fn basis(words: &str, data_file: &str) -> Markup {
    html! { span.basis { (visible_line(words)) " Data: " code { (data_file) } "." } }
}

/// A figure with its caption; a sentence where there is nothing to draw.
pub fn figure(figures: &[Figure], name: &str, numbering: &mut Numbering) -> Markup {
    let Some(figure) = figures.iter().find(|figure| figure.name == name) else {
        return Markup::default();
    };
    numbering.figure_count += 1;
    html! {
        figure {
            @match figure.inline_svg() {
                Some(svg) => (PreEscaped(svg)),
                None => p.none { "Nothing to draw: the numbers of this figure could not be estimated." },
            }
            figcaption {
                b { "Figure " (numbering.figure_count) ". " (figure.title) "." }
                " "
                @if !figure.is_empty() { (figure.reading) " " }
                (basis(&figure.basis, &format!("figures/{}.csv", figure.name)))
            }
        }
    }
}

/// A text of a source: one line, and its direction of writing kept to itself.
pub fn name(text: &str) -> Markup {
    html! { bdi { (visible_line(text)) } }
}

/// A name with its meaning below.
pub fn name_and_meaning(title: &str, meaning: &str) -> Markup {
    html! { (name(title)) span.below { (visible_line(meaning)) } }
}

/// An estimate's value.
pub fn value_cell(notes: &mut Notes, unit: Unit, estimate: &Estimate) -> Markup {
    match finite(estimate.value) {
        Some(_) => html! { (estimate_value(unit, estimate)) },
        None => notes.missing(&estimate.method),
    }
}

/// An estimate's interval.
pub fn interval_cell(notes: &mut Notes, unit: Unit, estimate: &Estimate) -> Markup {
    match (estimate_interval(unit, estimate), finite(estimate.value)) {
        (Some(interval), _) => html! { (interval) },
        (None, Some(_)) => notes.missing("given without an interval"),
        (None, None) => notes.missing(&estimate.method),
    }
}

/// An estimate's value with its interval below.
pub fn estimate_cell(notes: &mut Notes, unit: Unit, estimate: &Estimate) -> Markup {
    html! {
        (value_cell(notes, unit, estimate))
        @if let Some(interval) = estimate_interval(unit, estimate) {
            span.below { (interval) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_reasons_share_a_letter() {
        let mut notes = Notes::default();
        let cells = ["too few", "no dates", "too few"].map(|reason| notes.missing(reason).0);
        expect_test::expect![[r#"
            <span title="too few">–<sup>a</sup></span>
            <span title="no dates">–<sup>b</sup></span>
            <span title="too few">–<sup>a</sup></span>
            <p class="notes"><span><sup>a</sup> <bdi>too few</bdi></span> <span><sup>b</sup> <bdi>no dates</bdi></span> </p>"#]].assert_eq(&format!(
            "{}\n{}",
            cells.join("\n"),
            notes.markup().0
        ));
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 27, 52].map(letter),
            ["a", "z", "aa", "ab", "ba"]
        );
    }
}
