//! The table of target sources.

use datafusion::error::DataFusionError;
use entangle_model::study::TargetSource;
use entangle_model::{Estimate, sql_list};
use entangle_statistics::Bounded;
use entangle_statistics::expected_total::expected_share_of_total;
use entangle_statistics::prevalence::{CandidateLink, chance_name_equality, expected_share};

use crate::config::StudyConfig;
use crate::inputs::StudyInputs;
use crate::participation::Participant;
use crate::rows::{Row, for_each_row};
use crate::study_tables::StudyTables;
use crate::suppression::unless_small;

const NOBODY_POSTED: &str = "no account of the source has a post";

/// What a target holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct TargetFacts {
    pub(crate) source: String,
    pub(crate) kind: String,
    pub(crate) language: Option<String>,
    /// Accounts of the target, whether they posted or not.
    pub(crate) account_count: u64,
    /// Posts of the target without notices, whether their author is known or not.
    pub(crate) post_count: u64,
    /// Posts among them that start a thread.
    pub(crate) opening_count: u64,
    /// Accounts of the target with at least one post.
    pub(crate) taking_part_count: u64,
}

/// Reads the facts of each target, in the order of the study file.
pub(crate) async fn read_targets(
    tables: &StudyTables,
    config: &StudyConfig,
) -> Result<Vec<TargetFacts>, DataFusionError> {
    let mut targets: Vec<TargetFacts> = config
        .targets
        .iter()
        .map(|source| TargetFacts {
            source: source.clone(),
            ..TargetFacts::default()
        })
        .collect();
    let list = sql_list(&config.targets);
    let mut fill = async |sql: String, set: fn(&mut TargetFacts, &Row<'_>)| {
        let frame = tables.query(&sql).await?;
        for_each_row(frame, |row| {
            let target = targets
                .iter_mut()
                .find(|target| row.text(0) == Some(&target.source));
            if let Some(target) = target {
                set(target, row);
            }
        })
        .await
    };
    fill(
        format!("SELECT source, kind, language FROM sources WHERE source IN ({list})"),
        |target, row| {
            target.kind = row.text(1).unwrap_or_default().to_owned();
            target.language = row.text(2).map(str::to_owned);
        },
    )
    .await?;
    fill(
        format!("SELECT source, COUNT(*) FROM accounts WHERE source IN ({list}) GROUP BY source"),
        |target, row| target.account_count = row.count(1),
    )
    .await?;
    fill(
        format!(
            "SELECT source, COUNT(*), SUM(CASE WHEN kind = 'opening' THEN 1 ELSE 0 END) FROM posts \
             WHERE source IN ({list}) AND kind <> 'notice' GROUP BY source"
        ),
        |target, row| {
            target.post_count = row.count(1);
            target.opening_count = row.count(2);
        },
    )
    .await?;
    fill(
        "SELECT source, COUNT(*) FROM taking_part GROUP BY source".to_owned(),
        |target, row| target.taking_part_count = row.count(1),
    )
    .await?;
    Ok(targets)
}

/// One row per target.
pub(crate) fn target_rows(
    inputs: &StudyInputs<'_>,
    participants: &[Participant],
) -> Vec<TargetSource> {
    inputs
        .targets
        .iter()
        .enumerate()
        .map(|(position, facts)| target_row(inputs, participants, position, facts))
        .collect()
}

fn target_row(
    inputs: &StudyInputs<'_>,
    participants: &[Participant],
    position: usize,
    facts: &TargetFacts,
) -> TargetSource {
    let strict_count = strict_count_of(inputs, position);
    let suppressed =
        |estimate| unless_small(strict_count, inputs.config.suppress_below_count, estimate);
    let strict = Estimate::counted(
        strict_count as f64,
        inputs.account_count(),
        "accounts of the population with a strict link to this source, counted",
    );
    TargetSource {
        source: facts.source.clone(),
        kind: facts.kind.clone(),
        language: facts.language.clone(),
        account_count: facts.account_count,
        post_count: facts.post_count,
        crossover_strict: suppressed(strict),
        crossover_expected: suppressed(expected_count(inputs, position)),
        post_share: suppressed(post_share(inputs, participants, position, facts)),
        thread_share: suppressed(thread_share(inputs, participants, position, facts)),
        chance_name_matches: chance_name_matches(inputs, facts),
    }
}

/// Accounts of the population with a strict link to a target.
pub(crate) fn strict_count_of(inputs: &StudyInputs<'_>, target: usize) -> u64 {
    let threshold = inputs.config.link_threshold_probability;
    inputs
        .candidates
        .by_account()
        .filter(|of_account| {
            of_account
                .iter()
                .any(|candidate| candidate.target == target && candidate.is_strict(threshold))
        })
        .count() as u64
}

fn expected_count(inputs: &StudyInputs<'_>, target: usize) -> Estimate {
    let n = inputs.account_count();
    if inputs.targets[target].taking_part_count == 0 {
        return Estimate::missing(n, NOBODY_POSTED);
    }
    let links = inputs.candidates.as_links(Some(target));
    match expected_share(&links, n, &inputs.candidates.parameter_draws_bits) {
        None => Estimate::missing(n, "the population is empty"),
        Some(expected) => expected.share.scaled(n as f64).into_estimate(
            n,
            "sum over accounts of the probability of at least one true link to this source; \
             interval as for the expected share",
        ),
    }
}

fn post_share(
    inputs: &StudyInputs<'_>,
    participants: &[Participant],
    target: usize,
    facts: &TargetFacts,
) -> Estimate {
    let amounts = participants.iter().map(|one| one.post_count as f64);
    match share_of_linked(inputs, target, amounts.collect(), facts.post_count) {
        None => Estimate::missing(0, "the source holds no posts"),
        Some(share) => share.into_estimate(
            facts.post_count,
            "posts of linked accounts, each weighted by the probability that it has a true link, \
             over all posts; normal interval over which links are true and over the parameters",
        ),
    }
}

fn thread_share(
    inputs: &StudyInputs<'_>,
    participants: &[Participant],
    target: usize,
    facts: &TargetFacts,
) -> Estimate {
    let amounts = participants.iter().map(|one| one.opening_count as f64);
    match share_of_linked(inputs, target, amounts.collect(), facts.opening_count) {
        None => Estimate::missing(0, "the source holds no posts that start a thread"),
        Some(share) => share.into_estimate(
            facts.opening_count,
            "threads started by linked accounts, each weighted by the probability that it has a \
             true link, over all posts that start a thread; normal interval over which links are \
             true and over the parameters",
        ),
    }
}

/// Share of a target's total that its linked accounts hold, with an amount per participant.
fn share_of_linked(
    inputs: &StudyInputs<'_>,
    target: usize,
    amounts: Vec<f64>,
    total: u64,
) -> Option<Bounded> {
    let mut links: Vec<CandidateLink> = inputs
        .candidates
        .all
        .iter()
        .filter(|candidate| candidate.target == target)
        .map(|candidate| CandidateLink {
            account: candidate.participant,
            target,
            probability: candidate.probability,
        })
        .collect();
    links.sort_by_key(|link| link.account);
    let draws = &inputs.candidates.parameter_draws_bits;
    expected_share_of_total(&links, &amounts, total as f64, draws)
}

fn chance_name_matches(inputs: &StudyInputs<'_>, facts: &TargetFacts) -> Estimate {
    let n = inputs.account_count();
    if facts.taking_part_count == 0 {
        return Estimate::missing(n, NOBODY_POSTED);
    }
    let bits: Vec<f64> = inputs
        .names
        .surprisal_bits
        .iter()
        .map(|bits| bits.unwrap_or(f64::INFINITY))
        .collect();
    match chance_name_equality(&bits, facts.taking_part_count) {
        None => Estimate::missing(n, "the population is empty"),
        Some(share) => share
            .scaled(n as f64)
            .into_estimate(n, chance_method(inputs)),
    }
}

/// How the chance of an equal name was computed, in words.
pub(crate) fn chance_method(inputs: &StudyInputs<'_>) -> &'static str {
    if inputs.names.is_modelled {
        "sum over accounts of 1 - (1 - q)^N, with q from the model of names of the public source \
         and N the accounts that posted on the target; a bound by a null, not an error rate"
    } else {
        "sum over accounts of 1 - (1 - q)^N, with q the share of the other accounts of the public \
         source that carry the name and N the accounts that posted on the target; a lower bound, \
         because a name seen once counts as impossible"
    }
}
