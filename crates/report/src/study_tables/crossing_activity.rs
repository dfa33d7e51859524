//! The table of posts a month around the crossing.

use entangle_model::Estimate;
use entangle_model::study::{CrossingActivity, CrossingMonth};

use crate::table::Table;

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

/// Month by month, also the data of the figure.
pub fn crossing_activity_table(activity: &CrossingActivity) -> Table {
    let rows = activity.months.iter();
    let months = rows.clone().map(|row| Some(row.month as f64));
    COLUMNS.into_iter().fold(
        Table::new("crossing_activity").number("month", months),
        |table, (name, column)| table.estimates(name, rows.clone().map(column)),
    )
}
