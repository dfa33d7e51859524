//! The labels of posts in plans, and what each account has of them.
//!
//! Posts pass through a plan that labels them; per account a few whole numbers come to memory.

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use entangle_text::offers::{Currency, OfferClass, Subject, classify};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Classes that offer or ask for something, in the order of [`OfferClass::ALL`].
pub(crate) const CLASS_COUNT: usize = 4;
/// Sides: offers, requests.
pub(crate) const SIDE_COUNT: usize = 2;
/// Parts of a unit of the logarithm of a price, so that sums are of whole numbers.
const LOG_UNIT: f64 = 1e6;

/// Text of a post as it is labelled: what opens a thread with the thread's title before it.
pub(crate) const OFFER_POSTS_SQL: &str = "\
    WITH titled AS ( \
      SELECT p.post_id, p.language, i.account_index, p.body, \
        CASE WHEN p.kind = 'opening' THEN t.title END AS title \
      FROM public_posts p JOIN included i ON p.account_id = i.account_id \
      LEFT JOIN threads t ON p.thread_id = t.thread_id), \
    labelled AS ( \
      SELECT post_id, language, account_index, \
        offer_label(concat(COALESCE(title, ''), chr(10), COALESCE(body, ''))) AS label \
      FROM titled WHERE title IS NOT NULL OR body IS NOT NULL) \
    SELECT post_id, language, account_index, label['class'] AS class, label['subject'] AS subject, \
      label['currency'] AS currency, label['log_amount'] AS log_amount FROM labelled";

/// The side of a class: 0 for offers, 1 for requests; `None` of none.
pub(crate) fn side_of(class: OfferClass) -> Option<usize> {
    match class {
        OfferClass::Sell | OfferClass::SeekWork => Some(0),
        OfferClass::Buy | OfferClass::Hire => Some(1),
        OfferClass::None => None,
    }
}

/// What one account's posts are labelled.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountLabels {
    /// Posts with a text.
    pub(crate) post_count: u64,
    /// Posts of each class but none.
    pub(crate) class_counts: [u64; CLASS_COUNT],
    /// Per side, a bit for each subject.
    subjects: [u32; SIDE_COUNT],
}

impl AccountLabels {
    /// Whether a side has a post about a subject.
    pub(crate) fn has_subject(&self, side: usize, subject: Subject) -> bool {
        self.subjects[side] & (1 << subject as u32) != 0
    }
}

/// Prices of one account in one class and currency.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AccountPrices {
    pub(crate) post_count: u64,
    log_sum: i64,
}

impl AccountPrices {
    /// The geometric mean of the prices.
    pub(crate) fn geometric_mean(self) -> f64 {
        (self.log_sum as f64 / LOG_UNIT / self.post_count as f64).exp()
    }
}

/// Labels of all accounts.
pub(crate) struct Labels {
    /// Per included account, in the order of their indices.
    pub(crate) accounts: Vec<AccountLabels>,
    /// Prices by class, currency and account.
    pub(crate) prices: BTreeMap<(usize, usize, usize), AccountPrices>,
}

/// Labels every post of the population and adds up by account.
pub(crate) async fn read_labels(
    tables: &StudyTables,
    account_count: usize,
) -> Result<Labels, DataFusionError> {
    let mut labels = Labels {
        accounts: vec![AccountLabels::default(); account_count],
        prices: BTreeMap::new(),
    };
    let sql = format!(
        "SELECT account_index, class, subject, currency, log_amount FROM ({OFFER_POSTS_SQL})"
    );
    for_each_row(tables.query(&sql).await?, |row| {
        let account = row.position(0);
        let Some(of_account) = labels.accounts.get_mut(account) else {
            return;
        };
        of_account.post_count += 1;
        let class = row.position(1);
        if class >= CLASS_COUNT {
            return;
        }
        of_account.class_counts[class] += 1;
        if let (Some(side), Some(subject)) = (side_of(OfferClass::ALL[class]), row.integer(2)) {
            of_account.subjects[side] |= 1 << subject;
        }
        if let (Some(currency), Some(log_amount)) = (row.integer(3), row.integer(4)) {
            let key = (class, currency as usize, account);
            let prices = labels.prices.entry(key).or_default();
            prices.post_count += 1;
            prices.log_sum += log_amount;
        }
    })
    .await?;
    Ok(labels)
}

/// `offer_label`: class, subject, and currency and logarithm of the first price of a text, as
/// positions in the tables of the classifier.
pub(crate) fn offer_label_function() -> ScalarUDF {
    create_udf(
        "offer_label",
        vec![DataType::Utf8],
        DataType::Struct(label_fields()),
        Volatility::Immutable,
        Arc::new(label_texts),
    )
}

fn label_fields() -> Fields {
    ["class", "subject", "currency", "log_amount"]
        .map(|name| Field::new(name, DataType::Int64, true))
        .into_iter()
        .collect()
}

fn label_texts(arguments: &[ColumnarValue]) -> Result<ColumnarValue, DataFusionError> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let texts = arrays
        .iter()
        .flat_map(|array| array.as_string::<i32>().iter());
    let mut columns: [Vec<Option<i64>>; 4] = Default::default();
    for text in texts {
        let label = classify(text.unwrap_or_default());
        let price = label
            .prices
            .iter()
            .find_map(|price| Some((price.currency?, price.amount)));
        let row = [
            Some(label.class.position() as i64),
            label.subject.map(|subject| subject as i64),
            price.map(|(currency, _)| currency as i64),
            price.map(|(_, amount)| (amount.ln() * LOG_UNIT).round() as i64),
        ];
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    let arrays = columns.map(|cells| Arc::new(Int64Array::from(cells)) as ArrayRef);
    let labels = StructArray::try_new(label_fields(), arrays.to_vec(), None)?;
    Ok(ColumnarValue::Array(Arc::new(labels)))
}

/// The code of a currency by its position.
pub(crate) fn currency_code(position: usize) -> &'static str {
    Currency::ALL
        .get(position)
        .map_or("?", |currency| currency.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_tables() {
        for (position, currency) in Currency::ALL.into_iter().enumerate() {
            assert_eq!(currency as usize, position);
        }
        for (position, subject) in Subject::ALL.into_iter().enumerate() {
            assert_eq!(subject as usize, position);
        }
        assert_eq!(OfferClass::ALL[CLASS_COUNT], OfferClass::None);
    }

    #[test]
    fn mean_of_prices_is_geometric() {
        let log = |amount: f64| (amount.ln() * LOG_UNIT).round() as i64;
        let prices = AccountPrices {
            post_count: 2,
            log_sum: log(10.0) + log(1000.0),
        };
        assert!((prices.geometric_mean() - 100.0).abs() < 1e-3);
    }
}
