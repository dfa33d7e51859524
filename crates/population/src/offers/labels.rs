//! The labels of posts in plans, and what each account has of them.
//!
//! Posts pass through a plan that labels them; per account a few whole numbers come to memory.

use datafusion::arrow::array::{AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
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
      SELECT p.post_id, i.account_index, p.body, CAST(NULL AS VARCHAR) AS title \
      FROM public_posts p JOIN included i ON p.account_id = i.account_id \
      WHERE p.kind <> 'opening' \
      UNION ALL \
      SELECT p.post_id, i.account_index, p.body, t.title \
      FROM public_posts p JOIN included i ON p.account_id = i.account_id \
      LEFT JOIN threads t ON p.thread_id = t.thread_id WHERE p.kind = 'opening'), \
    labelled AS ( \
      SELECT post_id, account_index, \
        offer_label(concat(COALESCE(title, ''), chr(10), COALESCE(body, ''))) AS label \
      FROM titled WHERE title IS NOT NULL OR body IS NOT NULL) \
    SELECT post_id, account_index, label FROM labelled";

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
    fn add(&mut self, label: PostLabel) {
        self.post_count += 1;
        if label.class >= CLASS_COUNT {
            return;
        }
        self.class_counts[label.class] += 1;
        if let (Some(side), Some(subject)) = (side_of(OfferClass::ALL[label.class]), label.subject)
        {
            self.subjects[side] |= 1 << subject;
        }
    }

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
    let sql = format!("SELECT account_index, label FROM ({OFFER_POSTS_SQL})");
    for_each_row(tables.query(&sql).await?, |row| {
        let label = row.text(1).and_then(PostLabel::parse);
        let account = row.position(0);
        if let (Some(label), Some(of_account)) = (label, labels.accounts.get_mut(account)) {
            of_account.add(label);
            if let (Some(currency), Some(log_amount)) = (label.currency, label.log_amount)
                && label.class < CLASS_COUNT
            {
                let key = (label.class, currency, account);
                let prices = labels.prices.entry(key).or_default();
                prices.post_count += 1;
                prices.log_sum += log_amount;
            }
        }
    })
    .await?;
    Ok(labels)
}

/// What a plan says of one post, as positions in the tables of the classifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PostLabel {
    pub(crate) class: usize,
    subject: Option<usize>,
    /// Of the first price with a currency.
    currency: Option<usize>,
    /// Logarithm of that price, in parts of a unit.
    log_amount: Option<i64>,
}

impl PostLabel {
    fn of(text: &str) -> Self {
        let label = classify(text);
        let mut prices = label.prices.iter();
        let price = prices.find_map(|price| Some((price.currency?, price.amount)));
        Self {
            class: label.class.position(),
            subject: label.subject.map(|subject| subject as usize),
            currency: price.map(|(currency, _)| currency as usize),
            log_amount: price.map(|(_, amount)| (amount.ln() * LOG_UNIT).round() as i64),
        }
    }

    /// The form in which it passes through a plan: one text, because the planner calls the function
    /// once for every field that is taken from a structure.
    fn into_text(self) -> String {
        let shown =
            |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
        format!(
            "{} {} {} {}",
            self.class,
            shown(self.subject.map(|subject| subject as i64)),
            shown(self.currency.map(|currency| currency as i64)),
            shown(self.log_amount)
        )
    }

    /// Reads what [`Self::into_text`] wrote; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(|part| part.parse::<i64>().ok());
        let mut position = || {
            numbers
                .next()?
                .and_then(|number| usize::try_from(number).ok())
        };
        let (class, subject, currency) = (position()?, position(), position());
        Some(Self {
            class,
            subject,
            currency,
            log_amount: numbers.next()?,
        })
    }
}

/// `offer_label`: the [`PostLabel`] of a text.
pub(crate) fn offer_label_function() -> ScalarUDF {
    create_udf(
        "offer_label",
        vec![DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(label_texts),
    )
}

fn label_texts(arguments: &[ColumnarValue]) -> Result<ColumnarValue, DataFusionError> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let labels: StringArray = arrays
        .iter()
        .flat_map(|array| array.as_string::<i32>().iter())
        .map(|text| Some(PostLabel::of(text?).into_text()))
        .collect();
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
    fn labels_pass_through_a_plan_unchanged() {
        for text in [
            "WTS accounts, $0.5 each",
            "thanks",
            "Ищу дизайнера",
            "Selling it, 20 eur",
        ] {
            let label = PostLabel::of(text);
            assert_eq!(PostLabel::parse(&label.into_text()), Some(label), "{text}");
        }
        assert_eq!(PostLabel::of("Selling accounts, $1").into_text(), "0 0 0 0");
        assert_eq!(
            PostLabel::of("Selling bread, $0.5").into_text(),
            "0 9 0 -693147"
        );
        assert_eq!(PostLabel::of("thanks").into_text(), "4 - - -");
        assert_eq!(PostLabel::parse("sell"), None);
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
