//! `bench recovery`: whether the linkage finds the parameters that were planted.
//!
//! Each world is simulated, imported and linked; what the model says is tallied beside what is
//! true of the accounts as imported. [`Recovery::of`] adds the worlds up and gives intervals.

use std::collections::{BTreeMap, HashMap};

use datafusion::prelude::SessionContext;
use entangle_linkage::LinkModel;
use entangle_linkage::evaluation::JudgedPair;
use entangle_linkage::evaluation::chance::{ChanceAgreements, chance_agreements};
pub use entangle_linkage::evaluation::recovery::{
    Quantity, RecoveredCalibration, RecoveredParameter, RecoveredWorld, Recovery, StatedPair, Tally,
};
use entangle_model::bits::probability_to_bits;
use entangle_model::{AccountId, NameLevel};
pub use entangle_statistics::interval::Bounded as Bounds;
use entangle_text::names;
use futures::TryStreamExt;

use crate::EngineError;
use crate::evaluate::judged_pairs;
use crate::linked_world::LinkedWorld;
use crate::table_reader::{integers, numbers, texts};
use crate::truth::{PairKey, Truth};
use crate::world::WorldOptions;

/// Simulates, imports and links one world in a temporary folder, and compares the model with the
/// truth.
///
/// # Errors
/// Those of the stages.
pub async fn recover_world(options: &WorldOptions) -> Result<RecoveredWorld, EngineError> {
    let LinkedWorld {
        context,
        model,
        truth,
        ..
    } = &LinkedWorld::make(options).await?;
    let hands = one_hand_pairs(truth, &names_of_accounts(context).await?);
    let mut tallies = name_levels(model, &hands);
    tallies.extend(priors(model, truth, &hands));
    tallies.extend(chance(context, model, &hands).await?);
    tallies.extend(shared_contacts(context, truth).await?);
    let judged = judged_pairs(context, truth).await?;
    let mut candidates: Vec<StatedPair> = judged.values().flatten().map(stated).collect();
    candidates.sort_by(|a, b| a.log_odds_nats.total_cmp(&b.log_odds_nats));
    Ok(RecoveredWorld {
        seed: options.seed,
        tallies,
        candidates,
    })
}

fn stated(pair: &JudgedPair) -> StatedPair {
    StatedPair {
        log_odds_nats: probability_to_bits(pair.stated_probability) * std::f64::consts::LN_2,
        is_true: pair.is_true,
    }
}

/// Two named accounts of one hand in two sources.
struct OneHand {
    accounts: (AccountId, AccountId),
    sources: PairKey,
    level: NameLevel,
}

async fn names_of_accounts(
    context: &SessionContext,
) -> Result<HashMap<AccountId, String>, EngineError> {
    let sql = "SELECT account_id, written FROM stage_names";
    let mut names = HashMap::new();
    let mut batches = context.sql(sql).await?.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        let (ids, written) = (texts(&batch, 0), texts(&batch, 1));
        for row in 0..batch.num_rows() {
            if let Some(id) = AccountId::parse(ids.value(row)) {
                names.insert(id, written.value(row).to_owned());
            }
        }
    }
    Ok(names)
}

/// All pairs of one hand, whether they became candidates or not, sorted by account.
fn one_hand_pairs(truth: &Truth, names: &HashMap<AccountId, String>) -> Vec<OneHand> {
    let mut accounts_of_person: BTreeMap<u32, Vec<(AccountId, usize)>> = BTreeMap::new();
    for (account, (source, person)) in &truth.source_and_person {
        let accounts = accounts_of_person.entry(*person).or_default();
        accounts.push((*account, *source));
    }
    let mut pairs = Vec::new();
    for accounts in accounts_of_person.values_mut() {
        accounts.sort();
        for (position, &(left, left_source)) in accounts.iter().enumerate() {
            for &(right, right_source) in &accounts[position + 1..] {
                let named = names.get(&left).zip(names.get(&right));
                if let (Some((a, b)), true) = (named, left_source != right_source) {
                    pairs.push(OneHand {
                        accounts: (left, right),
                        sources: (left_source.min(right_source), left_source.max(right_source)),
                        level: names::level(a, b),
                    });
                }
            }
        }
    }
    pairs
}

fn name_levels(model: &LinkModel, hands: &[OneHand]) -> Vec<Tally> {
    let tally = |level: NameLevel| Tally {
        quantity: Quantity::NameLevel,
        label: level.as_str().to_owned(),
        estimated: model.name_m[level.index()] * hands.len() as f64,
        actual: hands.iter().filter(|pair| pair.level == level).count() as f64,
        exposure: hands.len() as f64,
    };
    NameLevel::ALL.map(tally).to_vec()
}

fn priors(model: &LinkModel, truth: &Truth, hands: &[OneHand]) -> Vec<Tally> {
    let position = |source: &String| truth.sources.iter().position(|known| known == source);
    let tally = |pair: &entangle_linkage::SourcePairModel| {
        let sources = (position(&pair.source_left)?, position(&pair.source_right)?);
        let pair_count = pair.account_count_left as f64 * pair.account_count_right as f64;
        Some(Tally {
            quantity: Quantity::Prior,
            label: format!("{}, {}", pair.source_left, pair.source_right),
            estimated: pair.prior_probability * pair_count,
            actual: hands.iter().filter(|hand| hand.sources == sources).count() as f64,
            exposure: pair_count,
        })
    };
    model.pairs.iter().filter_map(tally).collect()
}

async fn chance(
    context: &SessionContext,
    model: &LinkModel,
    hands: &[OneHand],
) -> Result<Vec<Tally>, EngineError> {
    let accounts: Vec<_> = hands.iter().map(|hand| hand.accounts).collect();
    let strata = chance_agreements(context, model, &accounts).await?;
    let pairs = model.pairs.iter();
    let counts = pairs.map(|pair| pair.account_count_left * pair.account_count_right);
    let pair_count = counts.sum::<u64>() as f64;
    let tally = |quantity, stratum: &ChanceAgreements, estimated| Tally {
        quantity,
        label: label_of(stratum),
        estimated,
        actual: stratum.actual,
        exposure: pair_count,
    };
    let by_chance = strata.iter();
    let by_chance = by_chance.map(|one| tally(Quantity::ChanceAgreement, one, one.by_chance));
    let with_imitation = strata.iter();
    let with_imitation =
        with_imitation.map(|one| tally(Quantity::AgreementOfTwoHands, one, one.expected));
    Ok(by_chance.chain(with_imitation).collect())
}

fn label_of(stratum: &ChanceAgreements) -> String {
    let (level, from) = (stratum.level.as_str(), stratum.from_bits);
    match stratum.to_bits.is_finite() {
        true => format!("{level}, {from} to {} bits", stratum.to_bits),
        false => format!("{level}, {from} bits and more"),
    }
}

/// Candidates that share a contact, by its strength: links stated, and links.
async fn shared_contacts(
    context: &SessionContext,
    truth: &Truth,
) -> Result<Vec<Tally>, EngineError> {
    let mut tallies = ["claimed", "mentioned", "quoted"].map(|label| Tally {
        quantity: Quantity::SharedContact,
        label: label.to_owned(),
        estimated: 0.0,
        actual: 0.0,
        exposure: 0.0,
    });
    let sql = "SELECT account_left, account_right, strength, match_probability FROM stage_weighed
               WHERE strength > 0 ORDER BY account_left, account_right";
    for batch in context.sql(sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let (left, right) = (texts(&batch, 0).value(row), texts(&batch, 1).value(row));
            if let Some((_, people)) = truth.judge(left, right) {
                let tally = &mut tallies[integers(&batch, 2).value(row) as usize - 1];
                tally.estimated += numbers(&batch, 3).value(row);
                tally.actual += f64::from(u8::from(people.0 == people.1));
                tally.exposure += 1.0;
            }
        }
    }
    Ok(tallies.to_vec())
}
