//! Prices by class and currency.
//!
//! An account counts once in a class and currency, with the geometric mean of its prices, so that
//! who repeats an advertisement does not set the price.

use entangle_model::Estimate;
use entangle_model::study::OfferPrice;
use entangle_statistics::weighted_sample::{Bootstrap, WeightedSample};
use entangle_text::offers::OfferClass;
use std::collections::BTreeMap;

use super::labels::{AccountPrices, currency_code};
use crate::feature_comparison::ComparedGroups;
use crate::inputs::StudyInputs;

/// Prices of cells with enough accounts, in the order of classes and currencies. `prices` are by
/// class, currency and account.
pub(super) fn offer_prices(
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
    prices: &BTreeMap<(usize, usize, usize), AccountPrices>,
) -> Vec<OfferPrice> {
    let mut cells: BTreeMap<(usize, usize), Vec<AccountPrices>> = BTreeMap::new();
    for ((class, currency, _), of_account) in prices {
        cells
            .entry((*class, *currency))
            .or_default()
            .push(*of_account);
    }
    let bootstrap = Bootstrap {
        replicate_count: inputs.config.bootstrap_count as usize,
        seed: inputs.config.seed,
    };
    cells
        .into_iter()
        .filter(|(_, accounts)| accounts.len() as u64 >= groups.least)
        .filter_map(|((class, currency), accounts)| {
            price_row(class, currency, &accounts, bootstrap)
        })
        .collect()
}

fn price_row(
    class: usize,
    currency: usize,
    accounts: &[AccountPrices],
    bootstrap: Bootstrap,
) -> Option<OfferPrice> {
    let means = accounts.iter().map(|one| (one.geometric_mean(), 1.0));
    let sample = WeightedSample::new(means);
    let quantile = |level: f64| sample.quantile(level).map(|amount| significant(amount, 4));
    let median = sample.bootstrap(|sample| sample.quantile(0.5), bootstrap)?;
    let median = [median.value, median.low, median.high].map(|amount| significant(amount, 4));
    Some(OfferPrice {
        class: OfferClass::ALL[class].as_str().to_owned(),
        currency: currency_code(currency).to_owned(),
        post_count: accounts.iter().map(|one| one.post_count).sum(),
        account_count: accounts.len() as u64,
        median: Estimate::new(
            median[0],
            median[1],
            median[2],
            accounts.len() as u64,
            "median over accounts of the geometric mean of the first price of each of their posts; \
             percentile bootstrap over accounts",
        ),
        lower_quartile: quantile(0.25)?,
        upper_quartile: quantile(0.75)?,
    })
}

/// A number to so many significant digits: prices are not known more exactly, and logarithms leave
/// crumbs.
fn significant(number: f64, digits: i32) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let exponent = digits - 1 - number.abs().log10().floor() as i32;
    let scale = 10f64.powi(exponent.abs());
    match exponent >= 0 {
        true => (number * scale).round() / scale,
        false => (number / scale).round() * scale,
    }
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn crumbs_of_logarithms_are_taken_off() {
        let numbers = [99.999_99, 0.012_345_6, 1_234_567.0, 0.0, 1_500.000_01];
        assert_eq!(
            numbers.map(|number| significant(number, 4)),
            [100.0, 0.01235, 1_235_000.0, 0.0, 1500.0]
        );
    }
}
