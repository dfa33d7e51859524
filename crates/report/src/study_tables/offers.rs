//! Offers and requests as tables.

use entangle_model::Estimate;
use entangle_model::study::{LabelError, Offers, StudyResult};

use super::feature_comparison::{comparison_data, comparison_table};
use crate::number::{Unit, finite, fixed};
use crate::study_table::{Below, Cell, Layout, Reasons, Row, StudyTable};
use crate::table::Table;
use crate::wording::{method_of, words_of_name};

/// Every table of the section, in the order of reading.
pub fn offer_tables(result: &StudyResult) -> Vec<StudyTable> {
    let data = comparison_data("offer_measures", &result.offers.measures);
    vec![
        shares_table(result),
        comparison_table(
            result,
            &result.offers.measures,
            data,
            "Offers and requests, crossover users and matched others",
        ),
        subjects_table(result),
        prices_table(result),
        errors_table(
            "offer_errors",
            &result.offers.errors,
            "How often the rules were right on posts that a reader coded",
            "Population: posts that were drawn by label from other sources, English mails and Russian \
             Telegram channels, and coded by one reader; the errors on this source may be others. n: \
             coded posts, by row.",
        ),
    ]
}

fn class_cell(row: &Row<'_>, _: &mut Reasons) -> Cell {
    Cell::text(words_of_name(row.text("class")))
}

fn share_cell(prefix: &'static str) -> impl Fn(&Row<'_>, &mut Reasons) -> Cell {
    move |row, reasons| reasons.value_and_interval(Unit::Share, &row.estimate(prefix))
}

/// What the published errors say of the labels, for the place of a basis.
fn published_error(offers: &Offers) -> String {
    let shown = |estimate: &Estimate| {
        let value = finite(estimate.value);
        value.map_or_else(|| "not known".to_owned(), |value| fixed(value, 2))
    };
    let rows = offers.errors.iter().filter(|row| row.class != "none");
    let of_classes: Vec<String> = rows
        .map(|row| {
            format!(
                "{} ({}) {} and {}",
                words_of_name(&row.class),
                row.language,
                shown(&row.precision),
                shown(&row.recall)
            )
        })
        .collect();
    match of_classes.is_empty() {
        true => "The errors of the rules have not been measured.".to_owned(),
        false => format!(
            "Published precision and recall of the rules, on other sources: {}.",
            of_classes.join("; ")
        ),
    }
}

fn shares_table(result: &StudyResult) -> StudyTable {
    let rows = result.offers.shares.iter();
    let data = Table::new("offer_shares")
        .text("class", rows.clone().map(|row| row.class.as_str()))
        .text("about", rows.clone().map(|row| row.about.as_str()))
        .count("post_count", rows.clone().map(|row| row.post_count))
        .estimates("post_share_", rows.clone().map(|row| &row.post_share))
        .estimates(
            "crossover_account_share_",
            rows.clone().map(|row| &row.crossover_account_share),
        )
        .estimates(
            "other_account_share_",
            rows.clone().map(|row| &row.other_account_share),
        )
        .estimates(
            "account_share_difference_",
            rows.clone().map(|row| &row.account_share_difference),
        )
        .estimates(
            "crossover_post_share_",
            rows.clone().map(|row| &row.crossover_post_share),
        )
        .estimates(
            "other_post_share_",
            rows.clone().map(|row| &row.other_post_share),
        )
        .estimates(
            "expected_account_share_",
            rows.clone().map(|row| &row.expected_account_share),
        );
    Layout::of(
        data,
        "Accounts with at least one offer or request, and shares of posts, labelled by rules",
    )
    .basis(format!(
        "Population: accounts of {} with texts; crossover users are strict ones and others are matched \
         to them. Labelled by rules, uncorrected. {} Intervals of 95\u{202F}% below the values. n by row \
         in the data. Method: {}; expected: {}.",
        result.about.public_source,
        published_error(&result.offers),
        method_of(rows.clone().map(|row| &row.other_account_share)),
        method_of(rows.map(|row| &row.expected_account_share)),
    ))
    .when_empty("No post was labelled.")
    .words("Class", |row, reasons| {
        class_cell(row, reasons).meaning(row.text("about"))
    })
    .numbers("All posts", |row, reasons| {
        reasons.value(Unit::Share, &row.estimate("post_share_"))
    })
    .numbers("Crossover users", share_cell("crossover_account_share_"))
    .numbers("Matched others", share_cell("other_account_share_"))
    .numbers("Difference", share_cell("account_share_difference_"))
    .numbers("Expected", share_cell("expected_account_share_"))
    .numbers("Posts, crossover", share_cell("crossover_post_share_"))
    .numbers("Posts, others", share_cell("other_post_share_"))
    .finish()
}

fn subjects_table(result: &StudyResult) -> StudyTable {
    let rows = result.offers.subjects.iter();
    let data = Table::new("offer_subjects")
        .text("side", rows.clone().map(|row| row.side.as_str()))
        .text("subject", rows.clone().map(|row| row.subject.as_str()))
        .count("account_count", rows.clone().map(|row| row.account_count))
        .estimates(
            "crossover_account_share_",
            rows.clone().map(|row| &row.crossover_account_share),
        )
        .estimates(
            "other_account_share_",
            rows.clone().map(|row| &row.other_account_share),
        );
    Layout::of(data, "What is offered and asked for, labelled by rules")
        .basis(format!(
            "Population: accounts of {} with texts; crossover users are strict ones and others are \
             matched to them. The category is that of the first word for one behind the cue; \
             uncorrected, and its error is not measured. {} Categories that few accounts have are left \
             out. Intervals of 95\u{202F}% below the values. n by row in the data. Method: {}.",
            result.about.public_source,
            published_error(&result.offers),
            method_of(rows.map(|row| &row.other_account_share)),
        ))
        .when_empty("No category has enough accounts.")
        .grouped_by(|row| match row.text("side") {
            "offer" => "Offers".to_owned(),
            _ => "Requests".to_owned(),
        })
        .words("Category", |row, _| row.text_cell("subject"))
        .numbers("Accounts", |row, _| row.count_cell("account_count"))
        .numbers("Crossover users", share_cell("crossover_account_share_"))
        .numbers("Matched others", share_cell("other_account_share_"))
        .finish()
}

fn prices_table(result: &StudyResult) -> StudyTable {
    let rows = result.offers.prices.iter();
    let data = Table::new("offer_prices")
        .text("class", rows.clone().map(|row| row.class.as_str()))
        .text("currency", rows.clone().map(|row| row.currency.as_str()))
        .count("post_count", rows.clone().map(|row| row.post_count))
        .count("account_count", rows.clone().map(|row| row.account_count))
        .estimates("median_", rows.clone().map(|row| &row.median))
        .number(
            "lower_quartile",
            rows.clone().map(|row| Some(row.lower_quartile)),
        )
        .number(
            "upper_quartile",
            rows.clone().map(|row| Some(row.upper_quartile)),
        );
    Layout::of(data, "Prices by class and currency, labelled by rules")
        .basis(format!(
            "Population: accounts of {} with posts of the class and a price, crossover users or not; \
             currencies that few accounts use are left out. Uncorrected. {} A price may be one for many \
             things of which the post speaks. n: accounts, by row. Interval of 95\u{202F}% below the \
             median. Method: {}.",
            result.about.public_source,
            published_error(&result.offers),
            method_of(rows.map(|row| &row.median)),
        ))
        .when_empty("No currency was used by enough accounts.")
        .words("Class", class_cell)
        .words("Currency", |row, _| row.text_cell("currency"))
        .numbers("Posts", |row, _| row.count_cell("post_count"))
        .numbers("Accounts", |row, _| row.count_cell("account_count"))
        .numbers("Median", median_cell)
        .numbers("Lower quartile", |row, _| {
            Cell::text(row.number("lower_quartile").map_or_else(String::new, amount))
        })
        .numbers("Upper quartile", |row, _| {
            Cell::text(row.number("upper_quartile").map_or_else(String::new, amount))
        })
        .finish()
}

fn median_cell(row: &Row<'_>, reasons: &mut Reasons) -> Cell {
    let median = row.estimate("median_");
    let Some(value) = finite(median.value) else {
        return reasons.missing(&median.method);
    };
    let ends = finite(median.low).zip(finite(median.high));
    Cell {
        below: ends
            .map(|(low, high)| Below::Interval(format!("{} to {}", amount(low), amount(high)))),
        ..Cell::text(amount(value))
    }
}

/// An amount with three significant digits; prices in Bitcoin are small and in roubles large.
fn amount(amount: f64) -> String {
    let magnitude = match amount == 0.0 {
        true => 0,
        false => amount.abs().log10().floor() as i32,
    };
    let is_whole = amount.fract() == 0.0;
    fixed(
        amount,
        if is_whole {
            0
        } else {
            (2 - magnitude).clamp(0, 8) as usize
        },
    )
}

/// Errors of labels, of this study's rules or of a coded sample.
pub fn errors_table(
    name: &'static str,
    errors: &[LabelError],
    title: &str,
    basis: &str,
) -> StudyTable {
    let rows = errors.iter();
    let data = Table::new(name)
        .text("language", rows.clone().map(|row| row.language.as_str()))
        .text("class", rows.clone().map(|row| row.class.as_str()))
        .estimates("precision_", rows.clone().map(|row| &row.precision))
        .estimates("recall_", rows.clone().map(|row| &row.recall));
    Layout::of(data, title)
        .basis(format!(
            "{basis} Precision: of the posts with the label, those with the code. Recall: of the posts \
             with the code, those with the label. Intervals of 95\u{202F}% below the values. Method: {}.",
            method_of(rows.map(|row| &row.precision))
        ))
        .when_empty("The errors of this version of the rules have not been measured.")
        .grouped_by(|row| match row.text("language") {
            "all" => "All languages".to_owned(),
            language => format!("Language {language}"),
        })
        .words("Class", class_cell)
        .numbers("n labelled", |row, _| row.count_cell("precision_n"))
        .numbers("Precision", share_cell("precision_"))
        .numbers("n coded", |row, _| row.count_cell("recall_n"))
        .numbers("Recall", share_cell("recall_"))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_have_three_significant_digits_or_are_whole() {
        let amounts = [1500.0, 20.0, 18.52, 0.01234, 1234.6, 0.0, 0.000_001_5];
        assert_eq!(
            amounts.map(amount),
            ["1,500", "20", "18.5", "0.0123", "1,235", "0", "0.00000150"]
        );
    }
}
