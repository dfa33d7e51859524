//! Prevalence in its forms, with what chance gives.

use entangle_model::Estimate;
use entangle_model::study::{Prevalence, StudyResult};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{Mark, Row, RowPlot};
use crate::number::{Unit, estimate_note};
use crate::study_tables::forms;
use crate::table::Table;
use crate::wording::{any_withheld, population};

/// One row of the figure.
#[derive(Debug, Clone, PartialEq)]
struct PrevalenceRow {
    group: &'static str,
    label: String,
    estimate: Estimate,
}

/// Forms of prevalence.
const FORMS: &str = "prevalence";
/// Chance and null models.
const BOUNDS: &str = "bound on false matches";

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let rows = shape(&result.prevalence);
    Figure {
        name: "prevalence",
        title: "Prevalence of crossover users in its forms, and what chance gives".to_owned(),
        description: describe(&rows),
        basis: format!(
            "Population: {}. Method: by row, as stated in the table of prevalence.",
            population(result)
        ),
        reading: "Filled circles are forms of prevalence, open diamonds are what chance and null \
                  models give. Lines are 95\u{202F}% intervals. A diamond is a bound on false \
                  matches and not an error rate.",
        data: table(&rows),
        drawing: draw(&rows),
        is_withheld: any_withheld(rows.iter().map(|row| &row.estimate)),
    }
}

fn shape(prevalence: &Prevalence) -> Vec<PrevalenceRow> {
    let row = |group, label: String, estimate: &Estimate| PrevalenceRow {
        group,
        label,
        estimate: estimate.clone(),
    };
    let forms = forms(prevalence).into_iter().map(|form| {
        let group = if form.is_bound { BOUNDS } else { FORMS };
        row(group, form.title.to_owned(), form.share)
    });
    let nulls = prevalence.nulls.iter();
    let nulls = nulls.map(|null| row(BOUNDS, format!("Null: {}", null.name), &null.false_share));
    forms.chain(nulls).collect()
}

fn table(rows: &[PrevalenceRow]) -> Table {
    Table::new("prevalence")
        .text("group", rows.iter().map(|row| row.group))
        .text("label", rows.iter().map(|row| row.label.as_str()))
        .estimates("", rows.iter().map(|row| &row.estimate))
}

fn draw(rows: &[PrevalenceRow]) -> Option<Drawing> {
    let group = |group: &'static str, words: &str| {
        let marks = rows.iter().filter(move |row| row.group == group);
        std::iter::once(Row::Heading(words.to_owned())).chain(marks.map(mark_row))
    };
    RowPlot {
        rows: group(FORMS, "Forms of prevalence")
            .chain(group(BOUNDS, "Bounds on false matches"))
            .collect(),
        legend: Vec::new(),
        note_heading: "share and 95\u{202F}% interval".to_owned(),
        axis_title: "Share of accounts (%)".to_owned(),
        tick_factor: 100.0,
        covers: vec![0.0],
        reference: None,
        band: None,
    }
    .draw()
}

fn mark_row(row: &PrevalenceRow) -> Row {
    let (shape, colour) = if row.group == FORMS {
        (Shape::Dot, colour::BLUE)
    } else {
        (Shape::Diamond, colour::VERMILLION)
    };
    Row::Marks {
        label: row.label.clone(),
        note: estimate_note(Unit::Share, &row.estimate),
        marks: vec![Mark::of(&row.estimate, shape, colour)],
    }
}

fn describe(rows: &[PrevalenceRow]) -> String {
    let parts: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{}: {}",
                row.label,
                estimate_note(Unit::Share, &row.estimate)
            )
        })
        .collect();
    format!("{}.", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_text::table_to_csv;
    use crate::fixture;

    #[test]
    fn data_of_the_figure_hold_forms_and_bounds() {
        expect_test::expect![[r#"
            group,label,value,low,high,n,method
            prevalence,Strict,0.033,0.0297,0.0366,38214,"share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
            prevalence,Expected,0.0412,0.0355,0.0478,38214,"mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
            prevalence,"Expected, with unseen",0.0496,0.0402,0.0631,38214,"the expected share, in which a link that is seen stands for 1.23: a share of 0.19 of the links is taken to show no trace, by 41.0 pairs that a contact anchors"
            prevalence,Corrected,,,,0,"no anchored pairs, so sensitivity is not known"
            prevalence,Equal names,0.1187,0.1155,0.122,38214,share of accounts with an equal case-folded name; Wilson
            bound on false matches,Equal names by chance,0.0534,0.0498,0.0571,38214,mean of 1 - (1 - q)^N over accounts; bootstrap over accounts
        "#]].assert_eq(&table_to_csv(&figure(&fixture::withheld()).data));
    }

    #[test]
    fn svg_of_the_figure_without_nulls() {
        let mut result = fixture::withheld();
        result.prevalence.expected = result.prevalence.corrected.clone();
        result.prevalence.name_equality = result.prevalence.corrected.clone();
        expect_test::expect![[r##"
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" width="720" height="300" role="img" aria-labelledby="prevalence-title prevalence-description" font-family="Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif">
            <title id="prevalence-title">Prevalence of crossover users in its forms, and what chance gives</title>
            <desc id="prevalence-description">Strict: 3.30 % (2.97 to 3.66); Expected: not estimated; Expected, with unseen: 4.96 % (4.02 to 6.31); Corrected: not estimated; Equal names: not estimated; Equal names by chance: 5.34 % (4.98 to 5.71).</desc>
            <text x="720" y="15.5" text-anchor="end" font-size="12.5" fill="#595959">share and 95 % interval</text>
            <line x1="182.5" y1="28" x2="182.5" y2="248" stroke="#e4e4e4" stroke-width="1"/>
            <text x="182.5" y="266" text-anchor="middle" font-size="12" fill="#595959">0</text>
            <line x1="278.1" y1="28" x2="278.1" y2="248" stroke="#e4e4e4" stroke-width="1"/>
            <text x="278.1" y="266" text-anchor="middle" font-size="12" fill="#595959">2</text>
            <line x1="373.6" y1="28" x2="373.6" y2="248" stroke="#e4e4e4" stroke-width="1"/>
            <text x="373.6" y="266" text-anchor="middle" font-size="12" fill="#595959">4</text>
            <line x1="469.2" y1="28" x2="469.2" y2="248" stroke="#e4e4e4" stroke-width="1"/>
            <text x="469.2" y="266" text-anchor="middle" font-size="12" fill="#595959">6</text>
            <line x1="564.8" y1="28" x2="564.8" y2="248" stroke="#e4e4e4" stroke-width="1"/>
            <text x="564.8" y="266" text-anchor="middle" font-size="12" fill="#595959">8</text>
            <line x1="182.5" y1="248" x2="564.8" y2="248" stroke="#767676" stroke-width="1"/>
            <text x="373.6" y="288" text-anchor="middle" font-size="12.5" fill="#595959">Share of accounts (%)</text>
            <text x="0" y="46" text-anchor="start" font-size="13" font-weight="600" fill="#1b1b1b">Forms of prevalence</text>
            <text x="0" y="73" text-anchor="start" font-size="13" fill="#1b1b1b">Strict</text>
            <line x1="324.4" y1="68.5" x2="357.4" y2="68.5" stroke="#0072B2" stroke-width="2"/>
            <circle cx="340.2" cy="68.5" r="4.5" fill="#0072B2" stroke="#0072B2" stroke-width="1.6"/>
            <text x="720" y="73" text-anchor="end" font-size="13" fill="#1b1b1b">3.30 % (2.97 to 3.66)</text>
            <text x="0" y="100" text-anchor="start" font-size="13" fill="#1b1b1b">Expected</text>
            <text x="720" y="100" text-anchor="end" font-size="13" fill="#1b1b1b">not estimated</text>
            <text x="0" y="127" text-anchor="start" font-size="13" fill="#1b1b1b">Expected, with unseen</text>
            <line x1="374.6" y1="122.5" x2="484" y2="122.5" stroke="#0072B2" stroke-width="2"/>
            <circle cx="419.5" cy="122.5" r="4.5" fill="#0072B2" stroke="#0072B2" stroke-width="1.6"/>
            <text x="720" y="127" text-anchor="end" font-size="13" fill="#1b1b1b">4.96 % (4.02 to 6.31)</text>
            <text x="0" y="154" text-anchor="start" font-size="13" fill="#1b1b1b">Corrected</text>
            <text x="720" y="154" text-anchor="end" font-size="13" fill="#1b1b1b">not estimated</text>
            <text x="0" y="181" text-anchor="start" font-size="13" fill="#1b1b1b">Equal names</text>
            <text x="720" y="181" text-anchor="end" font-size="13" fill="#1b1b1b">not estimated</text>
            <text x="0" y="208" text-anchor="start" font-size="13" font-weight="600" fill="#1b1b1b">Bounds on false matches</text>
            <text x="0" y="235" text-anchor="start" font-size="13" fill="#1b1b1b">Equal names by chance</text>
            <line x1="420.5" y1="230.5" x2="455.3" y2="230.5" stroke="#D55E00" stroke-width="2"/>
            <polygon points="437.7,225 443.2,230.5 437.7,236 432.2,230.5" fill="#ffffff" stroke="#D55E00" stroke-width="1.6"/>
            <text x="720" y="235" text-anchor="end" font-size="13" fill="#1b1b1b">5.34 % (4.98 to 5.71)</text>
            </svg>
        "##]].assert_eq(&figure(&result).standalone_svg());
    }
}
