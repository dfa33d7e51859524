//! What writing style, hours and language say of a pair: shown beside its evidence, or counted.
//!
//! They are weak, and what they are worth between sources is measured on few people (see
//! docs/concepts/style.md), so they count only where that is asked for. What is shown and what is
//! counted come from the same models, learned for each pair of sources from the accounts of the two
//! that wrote most.

mod counted;
mod observed;
mod pair_models;
mod sample;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use entangle_linkage::{
    BehaviourParameters, EvidenceLine, HOURS_LEVEL, LANGUAGE_LEVEL, SIMULTANEOUS_LEVEL,
};
use entangle_model::{AccountId, sql_text};
use entangle_style::{Abstention, CROSS_SITE_DISCOUNT, HOURS_DISCOUNT};

pub(crate) use counted::CountedBehaviour;
use observed::{Observed, for_each_post, posts_sql};
use pair_models::{PairModels, Weighed, style_level};
use sample::Sample;

/// How behaviour is counted unless a model file says otherwise.
///
/// All that behaviour can say is -11 to +7 bits. Below .001 that is not enough to come near an even
/// chance, and above .999 hardly to fall below one, so the cost is spent where it can decide.
pub(crate) const PARAMETERS_DEFAULT: BehaviourParameters = BehaviourParameters {
    asked_probability_min: 0.001,
    asked_probability_max: 0.999,
    style_discount: CROSS_SITE_DISCOUNT,
    hours_discount: HOURS_DISCOUNT,
};

/// Lines for style, hours, simultaneous activity and language, not counted; each says why where it
/// abstains.
pub(crate) async fn behaviour_lines(
    context: &SessionContext,
    accounts: [AccountId; 2],
    sources: [&str; 2],
    parameters: &BehaviourParameters,
) -> Result<Vec<EvidenceLine>, DataFusionError> {
    let left = Sample::read(context, sources[0]).await?;
    let right = Sample::read(context, sources[1]).await?;
    let models = PairModels::learn([&left, &right], parameters);
    let ids = accounts.map(|id| id.to_string());
    let wanted = format!(
        "(SELECT account_id, count(*) AS post_count FROM posts
          WHERE account_id IN ({}, {}) GROUP BY account_id)",
        sql_text(&ids[0]),
        sql_text(&ids[1])
    );
    let mut observed = BTreeMap::new();
    for_each_post(context, &posts_sql(&wanted, "true"), |post| {
        Observed::add_to(&mut observed, post)
    })
    .await?;
    let [left, right] = [0, 1].map(|side| {
        let account = observed.remove(&ids[side]).unwrap_or_default();
        models.prepare(side, account)
    });
    Ok(lines(models.weigh(&left, &right)))
}

fn lines(weighed: Weighed) -> Vec<EvidenceLine> {
    let style = weighed.style;
    let level = style.as_ref().map(style_level).unwrap_or_default();
    vec![
        line("style", style.map(|weight| weight.bits), &level),
        line("hours", weighed.hours, HOURS_LEVEL),
        line("simultaneous", weighed.simultaneous, SIMULTANEOUS_LEVEL),
        line("language", weighed.language, LANGUAGE_LEVEL),
    ]
}

fn line(comparison: &str, bits: Result<f64, Abstention>, what: &str) -> EvidenceLine {
    let (level, match_weight_bits) = match bits {
        Ok(bits) => (what.to_owned(), bits),
        Err(abstention) => (format!("says nothing: {abstention}"), 0.0),
    };
    EvidenceLine {
        comparison: comparison.to_owned(),
        level,
        m_probability: None,
        u_probability: None,
        match_weight_bits,
        is_counted: false,
    }
}
