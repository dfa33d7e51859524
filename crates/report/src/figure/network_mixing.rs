//! Whether crossover users stand together in the network, beside labels dealt anew.

use entangle_model::Estimate;
use entangle_model::study::{ChanceComparison, Network, StudyResult};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{LegendEntry, Mark, Row, RowPlot};
use crate::number::{Unit, estimate_note, finite};
use crate::study_tables::chance_data;
use crate::wording::{any_withheld, counted, method_of, words_of_name};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let network = &result.network;
    Figure {
        name: "network_mixing",
        title: "Crossover users in the network of the public source, over what chance gives"
            .to_owned(),
        description: describe(network),
        basis: format!(
            "Population: {} of {} that answer another or are answered, {}. Method: {}.",
            counted(network.account_count, "account", "accounts"),
            result.about.public_source,
            counted(network.pair_count, "ordered pair", "ordered pairs"),
            method_of(network.chance.iter().map(|row| &row.ratio)),
        ),
        reading: "Dots are observed over expected, with the 95\u{202F}% interval where there is one. Grey \
                  lines are where 95 of 100 deals of the labels fall: a dot outside is hard to \
                  explain by chance among accounts with as many ties at the same time. Boards and \
                  topics are not held fixed.",
        data: chance_data(network),
        drawing: draw(network),
        is_withheld: any_withheld(network.chance.iter().map(|row| &row.ratio)),
    }
}

fn draw(network: &Network) -> Option<Drawing> {
    let mut rows = Vec::new();
    for form in ["strict", "expected"] {
        let of_form = network.chance.iter().filter(|row| row.form == form);
        let mut marks: Vec<Row> = of_form.map(row).collect();
        if !marks.is_empty() {
            rows.push(Row::Heading(heading(form).to_owned()));
            rows.append(&mut marks);
        }
    }
    RowPlot {
        rows,
        legend: vec![
            LegendEntry::new(Shape::Dot, colour::BLUE, "observed"),
            LegendEntry::new(Shape::Ring, colour::AXIS, "labels dealt anew"),
        ],
        note_heading: "verdict".to_owned(),
        axis_title: "Observed over expected by chance".to_owned(),
        tick_factor: 1.0,
        covers: vec![0.0, 2.0],
        reference: Some(1.0),
        band: None,
    }
    .draw()
}

fn heading(form: &str) -> &'static str {
    match form {
        "strict" => "Strict crossover users",
        _ => "Weighted by probability",
    }
}

fn row(row: &ChanceComparison) -> Row {
    Row::Marks {
        label: words_of_name(&row.quantity),
        note: row.verdict.as_str().to_owned(),
        marks: vec![
            Mark::of(&null_over_mean(&row.by_chance), Shape::Ring, colour::AXIS).lowered_by(5.5),
            Mark::of(&row.ratio, Shape::Dot, colour::BLUE).lowered_by(-5.5),
        ],
    }
}

/// The null on the scale of ratios.
fn null_over_mean(null: &Estimate) -> Estimate {
    let mean = finite(null.value).filter(|mean| *mean > 0.0);
    let over_mean = |end: Option<f64>| Some(finite(end)? / mean?);
    Estimate {
        value: over_mean(null.value),
        low: over_mean(null.low),
        high: over_mean(null.high),
        ..null.clone()
    }
}

fn describe(network: &Network) -> String {
    let parts: Vec<String> = network
        .chance
        .iter()
        .map(|row| {
            format!(
                "{}, {}: {} times what chance gives, {}",
                words_of_name(&row.quantity),
                row.form,
                estimate_note(Unit::Coefficient, &row.ratio),
                row.verdict.as_str()
            )
        })
        .collect();
    if parts.is_empty() {
        "There is no network to compare.".to_owned()
    } else {
        format!("{}.", parts.join("; "))
    }
}
