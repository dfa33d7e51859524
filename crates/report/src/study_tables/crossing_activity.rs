//! Posts a month around the crossing.

use entangle_model::Estimate;
use entangle_model::study::{CrossingActivity, CrossingMonth, StudyResult};

use crate::number::{Unit, fixed};
use crate::study_table::{Cell, Layout, StudyTable};
use crate::table::Table;
use crate::wording::{method, method_of, without_full_stop};

/// A column of estimates and where it stands in a month.
type Column = (&'static str, fn(&CrossingMonth) -> &Estimate);

const COLUMNS: [Column; 9] = [
    ("public_mean_", |month| &month.public.mean),
    ("public_median_", |month| &month.public.median),
    ("others_mean_", |month| &month.others.mean),
    ("others_median_", |month| &month.others.median),
    ("targets_mean_", |month| &month.targets.mean),
    ("targets_median_", |month| &month.targets.median),
    ("public_expected_", |month| &month.public_expected),
    ("others_expected_", |month| &month.others_expected),
    ("targets_expected_", |month| &month.targets_expected),
];

/// Head and estimate of each column that a reader sees; medians and n stand in the data.
const SHOWN: [(&str, &str); 6] = [
    ("Strict", "public_mean_"),
    ("Matched others", "others_mean_"),
    ("Strict, on targets", "targets_mean_"),
    ("Expected", "public_expected_"),
    ("Others of the cell", "others_expected_"),
    ("Expected, on targets", "targets_expected_"),
];

/// The data of the months, also of their figure.
pub fn crossing_activity_data(activity: &CrossingActivity) -> Table {
    let rows = activity.months.iter();
    let months = rows.clone().map(|row| Some(row.month as f64));
    COLUMNS.into_iter().fold(
        Table::new("crossing_activity").number("month", months),
        |table, (name, column)| table.estimates(name, rows.clone().map(column)),
    )
}

/// Posts month by month.
pub fn crossing_activity_table(result: &StudyResult) -> StudyTable {
    let activity = &result.crossing_activity;
    let months = activity.months.iter();
    let layout = Layout::of(
        crossing_activity_data(activity),
        "Mean posts a month before and after the first post on a target source",
    )
    .basis(format!(
        "Population: crossover users of {} with first posts known on both sides, and others; on \
         the public source where a column does not say otherwise. n and medians by row in the \
         data. Intervals of 95\u{202F}% below the values. Method of strict: {}. Of matched others: \
         {}. Of expected: {}. Of others of the cell: {}.",
        result.about.public_source,
        method_of(months.clone().map(|month| &month.public.mean)),
        method_of(months.clone().map(|month| &month.others.mean)),
        method_of(months.clone().map(|month| &month.public_expected)),
        method_of(months.map(|month| &month.others_expected)),
    ))
    .when_empty("Nobody could be followed around the crossing.")
    .numbers("Month", |row, _| {
        Cell::text(fixed(row.number("month").unwrap_or(0.0), 0))
    });
    SHOWN
        .into_iter()
        .fold(layout, |layout, (head, prefix)| {
            layout.numbers(head, move |row, reasons| {
                reasons.value_and_interval(Unit::Amount, &row.estimate(prefix))
            })
        })
        .finish()
}

/// The change around the crossing in both forms.
pub fn crossing_change_table(result: &StudyResult) -> StudyTable {
    let activity = &result.crossing_activity;
    let forms = [
        ("strict", "beyond matched others", &activity.change_strict),
        (
            "expected",
            "by probability, beyond others of the cell",
            &activity.change_expected,
        ),
    ];
    let data = Table::new("crossing_change")
        .text("form", forms.iter().map(|form| form.0))
        .text("about", forms.iter().map(|form| form.1))
        .estimates("", forms.iter().map(|form| form.2));
    Layout::of(
        data,
        "Change in posts a month on the public source, the year after the crossing less the year \
         before",
    )
    .basis(format!(
        "Population: crossover users of {} followed in all these months; n and method by row. \
         Design: {}.",
        result.about.public_source,
        without_full_stop(&activity.design)
    ))
    .when_empty("No change could be estimated.")
    .words("Form", |row, _| {
        row.text_cell("form").meaning(row.text("about"))
    })
    .numbers("Change", |row, reasons| {
        reasons.value(Unit::Amount, &row.estimate(""))
    })
    .numbers("95\u{202F}% interval", |row, reasons| {
        reasons.interval(Unit::Amount, &row.estimate(""))
    })
    .numbers("n", |row, _| row.count_cell("n"))
    .words("Method", |row, _| Cell::text(method(&row.estimate(""))))
    .finish()
}
