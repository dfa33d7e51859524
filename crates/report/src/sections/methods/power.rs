//! How it was worked out what the design could have found.

use entangle_model::study::{LeastFound, StudyResult};

use crate::document::{Block, Text};
use crate::number::{Unit, finite, value};
use crate::wording::without_full_stop;

/// One item per kind of test, where there are groups.
pub(super) fn design_power(result: &StudyResult) -> Vec<Block> {
    let power = &result.design_power;
    let known = || {
        let rows = power.rows.iter();
        rows.filter(|row| finite(row.least.value).is_some())
    };
    if known().next().is_none() {
        return Vec::new();
    }
    let mut items: Vec<Text> = Vec::new();
    let mut said: Vec<(&str, &str)> = Vec::new();
    for row in known() {
        let kind = (row.quantity.as_str(), row.form.as_str());
        if !said.contains(&kind) {
            said.push(kind);
            items.push(item(row));
        }
    }
    vec![
        Block::Paragraph(Text::from(format!(
            "For the sizes of the compared groups, and without regard to what was found, the least \
             amounts were worked out that are found with a probability of {}.",
            value(Unit::Amount, power.power, 0)
        ))),
        Block::List(items),
    ]
}

fn item(row: &LeastFound) -> Text {
    let title = match row.quantity.as_str() {
        "least_cliffs_delta" => "Difference of a feature",
        "least_equivalence_margin" => "Margin of equivalence",
        "least_share_difference" => "Difference of shares",
        "least_prevalence" => "Prevalence",
        _ => "Other",
    };
    Text::new()
        .strong(format!("{title}: "))
        .name(without_full_stop(&row.least.method))
        .words(".")
}
