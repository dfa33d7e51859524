//! Expectation maximisation over patterns of evidence (Fellegi and Sunter 1969; Winkler 1988).
//!
//! Candidates with the same evidence have the same posterior, so they are counted by pattern in
//! one aggregation and the iteration runs over thousands of patterns instead of millions of
//! pairs. It is independent of row order because patterns are sorted.
//!
//! The u-probability of a name is known from its rarity and held fixed. Learned are: the share
//! of accounts with a counterpart per pair of sources, drawn to the mean over pairs by a Beta
//! prior so that small pairs borrow strength; the m-probability of each name level, shared by
//! all pairs because they are habits of people; and how often contacts are shared by one hand
//! and by strangers.

use datafusion::prelude::SessionContext;
use entangle_model::bits::{bits_to_probability, probability_to_bits};

use crate::calibration::Calibration;
use crate::candidates::{Blocking, SearchableShares};
use crate::frames::{fetch, integers, keep, numbers};
use crate::key_table::Rarity;
use crate::model_file::ModelFile;
use crate::parameters::{
    LEVEL_COUNT, LinkModel, NO_LEVEL, STRENGTH_COUNT, SourcePairModel, UnseenPairs,
};
use crate::source_pairs::{SourcePair, SourcePairs};
use crate::{LinkageError, Stages};

/// Agreements of names by imitation, per link, beyond the floor of chance. Measured on the four Stack Exchange
/// sites: of the pairs that chance would make all but certain, three to five in a hundred written alike are
/// two persons, some two of them noise of the truth itself (docs/benchmarks.md).
const IMITATION_SHARE: f64 = 0.02;
/// Pseudo-accounts of the Beta prior that draws the mean of the shared shares to where it starts, so
/// that a world with a single contact in common is not talked out of it.
const SHARED_SHARE_MEAN_PRIOR_ACCOUNTS: f64 = 20.0;
/// Pseudo-accounts of the Beta prior that draws a pair's shared share to that mean. Few, because
/// shares differ by two orders of magnitude from pair to pair: with twenty, forums that have half of their people in
/// common lend several links to each that has next to none.
const SHARED_SHARE_PRIOR_ACCOUNTS: f64 = 2.0;
/// Where the shared share starts, and what it falls back to without any evidence.
const SHARED_SHARE_START: f64 = 0.05;
/// Prior of the m-probabilities: expected share and pseudo-pairs, written to none.
const NAME_M_PRIOR: [f64; LEVEL_COUNT] = [0.52, 0.10, 0.06, 0.06, 0.02, 0.03, 0.01, 0.20];
const NAME_M_PRIOR_PAIRS: f64 = 20.0;
/// Pseudo-pairs of the share of none. Fewer, because nothing else holds it where anchored pairs are
/// few, and it moves no weight of a pair found by its name: what the other levels lose, the prior
/// gains (docs/benchmarks.md, "Planted parameters").
const NO_LEVEL_PRIOR_PAIRS: f64 = 4.0;
/// Priors of contacts by strength: probability shared by one hand, with pseudo-pairs; expected
/// unrelated accounts per value, with pseudo-values.
const CONTACT_M_PRIOR: [(f64, f64); STRENGTH_COUNT] = [(0.7, 10.0), (0.3, 10.0), (0.1, 10.0)];
const CONTACT_STRAY_PRIOR: [(f64, f64); STRENGTH_COUNT] =
    [(0.0005, 1000.0), (0.05, 50.0), (0.5, 20.0)];
/// The iteration stops when no shared share moves by more than this, or at the limit.
const TOLERANCE: f64 = 1e-7;
const ITERATION_LIMIT: u32 = 500;

/// One combination of evidence and how many candidates show it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    /// Index of the pair of sources.
    pub pair: usize,
    /// Index of the name level in [`entangle_model::NameLevel::ALL`].
    pub level: usize,
    /// Surprisal of the name agreement, bits, in eighths; zero at level none.
    pub name_bits: f64,
    /// 0 none, 1 claimed, 2 mentioned, 3 quoted.
    pub strength: usize,
    /// Other accounts that show the shared contact.
    pub others: f64,
    /// Whether the contact repeats the name.
    pub is_name_group: bool,
    /// Whether both claim contacts of one kind and share none.
    pub has_conflict: bool,
    /// Whether the name is too common to search by, so that only the contact put the pair forward.
    pub is_common: bool,
    /// Candidates with this pattern.
    pub count: f64,
}

/// All patterns, and how many contact values each strength has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patterns {
    /// Sorted by their columns.
    pub patterns: Vec<Pattern>,
    /// Contact values shown, by strength.
    pub value_counts: [f64; STRENGTH_COUNT],
}

/// Counts the candidates by pattern.
pub(crate) async fn collect_patterns(
    context: &SessionContext,
    stages: &dyn Stages,
) -> Result<Patterns, LinkageError> {
    keep(context, stages, "stage_patterns", PATTERNS).await?;
    let mut collected = Patterns::default();
    for batch in fetch(
        context,
        "training",
        "SELECT * FROM stage_patterns ORDER BY 1, 2, 3, 4, 5, 6, 7, 8",
    )
    .await?
    {
        for row in 0..batch.num_rows() {
            collected.patterns.push(Pattern {
                pair: integers(&batch, "pair").value(row) as usize,
                level: integers(&batch, "level").value(row) as usize,
                name_bits: numbers(&batch, "name_bits").value(row),
                strength: integers(&batch, "strength").value(row) as usize,
                others: integers(&batch, "others").value(row) as f64,
                is_name_group: integers(&batch, "is_name_group").value(row) == 1,
                has_conflict: integers(&batch, "has_conflict").value(row) == 1,
                is_common: integers(&batch, "is_common").value(row) == 1,
                count: integers(&batch, "candidates").value(row) as f64,
            });
        }
    }
    let values = "SELECT CAST(strength AS BIGINT) AS strength, count(*) AS shown FROM stage_contacts GROUP BY strength";
    for batch in fetch(context, "training", values).await? {
        for row in 0..batch.num_rows() {
            let strength = integers(&batch, "strength").value(row) as usize;
            collected.value_counts[strength - 1] = integers(&batch, "shown").value(row) as f64;
        }
    }
    Ok(collected)
}

const PATTERNS: &str = "
    SELECT pair, level, coalesce(round(name_bits * 8e0) / 8e0, 0e0) AS name_bits,
           CAST(strength AS BIGINT) AS strength, CAST(others AS BIGINT) AS others,
           CAST(is_name_group AS BIGINT) AS is_name_group,
           CAST(has_conflict AS BIGINT) AS has_conflict,
           CAST(is_common AS BIGINT) AS is_common, count(*) AS candidates
    FROM stage_candidates
    GROUP BY pair, level, coalesce(round(name_bits * 8e0) / 8e0, 0e0), strength, others,
             is_name_group, has_conflict, is_common";

/// Weight of a name agreement in bits: chance plus imitation on the other side of the ratio.
pub(crate) fn name_weight_bits(
    model: &LinkModel,
    prior_probability: f64,
    level: usize,
    name_bits: f64,
) -> f64 {
    let m = model.name_m[level];
    if level == NO_LEVEL {
        return m.log2();
    }
    let u = (-name_bits).exp2() + prior_probability * model.imitation(level);
    (m / u).log2()
}

/// Weight of a shared contact in bits, zero where none is shared; a conflict weighs against.
pub(crate) fn contact_weight_bits(model: &LinkModel, larger_count: f64, pattern: &Pattern) -> f64 {
    if pattern.strength == 0 {
        return if pattern.has_conflict {
            (1.0 - model.contact_m[0]).log2()
        } else {
            0.0
        };
    }
    let strength = pattern.strength - 1;
    let u = ((pattern.others + model.contact_stray[strength]) / larger_count).min(1.0);
    (model.contact_m[strength] / u).log2()
}

/// Total weight: name and contact add up, unless the contact repeats the name, when the
/// stronger of the two counts.
pub(crate) fn total_weight_bits(is_name_group: bool, name: f64, contact: f64) -> f64 {
    if is_name_group {
        name.max(contact)
    } else {
        name + contact
    }
}

/// Fits the model. The result depends on the counts alone.
pub(crate) fn train(
    patterns: &Patterns,
    pairs: &SourcePairs,
    rarity: &Rarity,
    blocking: &Blocking,
) -> LinkModel {
    let searchable = &blocking.searchable_shares;
    let mut model = start(patterns, pairs, rarity, &blocking.capped_pair_counts);
    for iteration in 1..=ITERATION_LIMIT {
        let expected = expect(&model, patterns, pairs, searchable);
        let moved = maximise(&mut model, &expected, patterns, pairs);
        model.iteration_count = iteration;
        model.log_likelihood_bits = expected.log_likelihood_bits;
        if moved < TOLERANCE {
            break;
        }
    }
    let expected = expect(&model, patterns, pairs, searchable);
    model.unseen = Some(unseen_pairs(&model, &expected));
    model
}

/// Pairs of one hand that no rule puts forward: names that are unlike, or too common to search by. A contact
/// in common is taken to be as frequent among them as among those that are found.
fn unseen_pairs(model: &LinkModel, expected: &Expected) -> UnseenPairs {
    let found: f64 = expected.found_of_level[..NO_LEVEL].iter().sum();
    let named: f64 = expected.links_of_level[..NO_LEVEL].iter().sum();
    let share = |part: f64, whole: f64, of_none: f64| match whole > 0.0 {
        true => part / whole,
        false => of_none,
    };
    let with_contact = share(expected.named_with_contact, found, 0.0);
    let unlike = model.name_m[NO_LEVEL];
    let too_common = (1.0 - unlike) * (1.0 - share(found, named, 1.0));
    let anchored: f64 = expected.anchored_of_level.iter().sum();
    UnseenPairs {
        share: (unlike + too_common) * (1.0 - with_contact),
        pair_count: anchored + NO_LEVEL_PRIOR_PAIRS,
    }
}

/// The model of a file, applied to candidates: nothing is learned, what it expects is counted.
pub(crate) fn take(
    file: &ModelFile,
    patterns: &Patterns,
    pairs: &SourcePairs,
    blocking: &Blocking,
) -> LinkModel {
    let mut model = start(
        patterns,
        pairs,
        &file.rarity(),
        &blocking.capped_pair_counts,
    );
    model.name_m = file.name_m();
    model.imitation_share = file.name.imitation_share;
    model.contact_m = file.contacts().map(|contact| contact.m);
    model.contact_stray = file.contacts().map(|contact| contact.stray_accounts);
    model.shared_share_mean = file.prior.shared_share_mean;
    model.unseen = file.unseen;
    if let Some(calibration) = &file.calibration {
        model.calibration = calibration.clone();
    }
    for (pair, size) in model.pairs.iter_mut().zip(&pairs.0) {
        pair.shared_share = file.shared_share(&pair.source_left, &pair.source_right);
        pair.prior_probability = pair.shared_share / size.larger_count();
    }
    let expected = expect(&model, patterns, pairs, &blocking.searchable_shares);
    model.log_likelihood_bits = expected.log_likelihood_bits;
    for (pair, links) in model.pairs.iter_mut().zip(&expected.links_of_pair) {
        pair.expected_link_count = *links;
    }
    model
}

fn start(patterns: &Patterns, pairs: &SourcePairs, rarity: &Rarity, capped: &[u64]) -> LinkModel {
    let mut model = LinkModel {
        name_m: NAME_M_PRIOR,
        imitation_share: IMITATION_SHARE,
        contact_m: CONTACT_M_PRIOR.map(|(mean, _)| mean),
        contact_stray: CONTACT_STRAY_PRIOR.map(|(mean, _)| mean),
        backoffs: rarity.backoffs,
        discounts: rarity.discounts.clone(),
        resemblances: rarity.resemblances,
        shared_share_mean: SHARED_SHARE_START,
        unseen: None,
        iteration_count: 0,
        log_likelihood_bits: 0.0,
        calibration: Calibration::assumed(),
        pairs: pairs
            .0
            .iter()
            .zip(capped)
            .map(|(pair, &capped)| start_pair(pair, capped))
            .collect(),
    };
    for pattern in &patterns.patterns {
        model.pairs[pattern.pair].candidate_count += pattern.count as u64;
    }
    model
}

fn start_pair(pair: &SourcePair, capped_pair_count: u64) -> SourcePairModel {
    SourcePairModel {
        source_left: pair.left.clone(),
        source_right: pair.right.clone(),
        account_count_left: pair.account_count_left,
        account_count_right: pair.account_count_right,
        candidate_count: 0,
        capped_pair_count,
        shared_share: SHARED_SHARE_START,
        prior_probability: SHARED_SHARE_START / pair.larger_count(),
        expected_link_count: 0.0,
    }
}

/// Expected counts under the current model.
struct Expected {
    /// Links among the candidates.
    links_of_pair: Vec<f64>,
    /// Links that there would be among the candidates if no name were too common to search by: those that
    /// were found stand for their share, because hands do not keep common names more often than rare ones.
    searchable_links_of_pair: Vec<f64>,
    /// The same by level.
    links_of_level: [f64; LEVEL_COUNT],
    /// Links that were found by a name, by level.
    found_of_level: [f64; LEVEL_COUNT],
    /// Links among pairs anchored by a claimed contact that nobody else shows, by level.
    anchored_of_level: [f64; LEVEL_COUNT],
    /// Links whose names agree on a level and that share a contact.
    named_with_contact: f64,
    shared_links: [f64; STRENGTH_COUNT],
    conflicting_links: f64,
    stray_shares: [f64; STRENGTH_COUNT],
    log_likelihood_bits: f64,
}

fn expect(
    model: &LinkModel,
    patterns: &Patterns,
    pairs: &SourcePairs,
    searchable: &[SearchableShares],
) -> Expected {
    let mut expected = Expected {
        links_of_pair: vec![0.0; pairs.0.len()],
        searchable_links_of_pair: vec![0.0; pairs.0.len()],
        links_of_level: [0.0; LEVEL_COUNT],
        found_of_level: [0.0; LEVEL_COUNT],
        anchored_of_level: [0.0; LEVEL_COUNT],
        named_with_contact: 0.0,
        shared_links: [0.0; STRENGTH_COUNT],
        conflicting_links: 0.0,
        stray_shares: [0.0; STRENGTH_COUNT],
        log_likelihood_bits: 0.0,
    };
    for pattern in &patterns.patterns {
        let pair = &model.pairs[pattern.pair];
        let name = name_weight_bits(
            model,
            pair.prior_probability,
            pattern.level,
            pattern.name_bits,
        );
        let contact = contact_weight_bits(model, pairs.0[pattern.pair].larger_count(), pattern);
        let weight = total_weight_bits(pattern.is_name_group, name, contact);
        let probability = bits_to_probability(pair.prior_bits() + weight);
        let share = searchable[pattern.pair][pattern.level];
        expected.add(pattern, probability, share);
        let ratio = pair.prior_probability * weight.exp2() + 1.0 - pair.prior_probability;
        expected.log_likelihood_bits += pattern.count * ratio.log2();
    }
    expected
}

impl Expected {
    fn add(&mut self, pattern: &Pattern, probability: f64, searchable_share: f64) {
        let links = pattern.count * probability;
        self.links_of_pair[pattern.pair] += links;
        if !pattern.is_common {
            self.searchable_links_of_pair[pattern.pair] += links / searchable_share;
            self.links_of_level[pattern.level] += links / searchable_share;
            self.found_of_level[pattern.level] += links;
        }
        if pattern.strength == 1 && pattern.others == 0.0 {
            self.anchored_of_level[pattern.level] += links;
        }
        if pattern.strength > 0 {
            if pattern.level != NO_LEVEL && !pattern.is_common {
                self.named_with_contact += links;
            }
            self.shared_links[pattern.strength - 1] += links;
            if pattern.others == 0.0 {
                self.stray_shares[pattern.strength - 1] += pattern.count - links;
            }
        } else if pattern.has_conflict {
            self.conflicting_links += links;
        }
    }
}

/// Updates every parameter from the expected counts; returns the largest move of a share.
fn maximise(
    model: &mut LinkModel,
    expected: &Expected,
    patterns: &Patterns,
    pairs: &SourcePairs,
) -> f64 {
    model.name_m = name_m(expected);
    let claimed = expected.shared_links[0] + expected.conflicting_links;
    let (mean, weight) = CONTACT_M_PRIOR[0];
    model.contact_m[0] = (expected.shared_links[0] + mean * weight) / (claimed + weight);
    for (strength, (mean, weight)) in CONTACT_STRAY_PRIOR.into_iter().enumerate() {
        let opportunities = patterns.value_counts[strength] * pairs.0.len() as f64;
        model.contact_stray[strength] =
            (expected.stray_shares[strength] + mean * weight) / (opportunities + weight);
    }
    // Links without any agreement of names are seen only where a contact shows them.
    let seen_share = 1.0 - model.name_m[NO_LEVEL];
    let named_links: Vec<f64> = expected
        .searchable_links_of_pair
        .iter()
        .map(|links| links / seen_share)
        .collect();
    let possible: f64 = pairs.0.iter().map(SourcePair::smaller_count).sum();
    model.shared_share_mean = ((named_links.iter().sum::<f64>()
        + SHARED_SHARE_START * SHARED_SHARE_MEAN_PRIOR_ACCOUNTS)
        / (possible + SHARED_SHARE_MEAN_PRIOR_ACCOUNTS))
        .min(0.95);
    let mut moved: f64 = 0.0;
    for ((pair, size), links) in model.pairs.iter_mut().zip(&pairs.0).zip(named_links) {
        let share = (links + model.shared_share_mean * SHARED_SHARE_PRIOR_ACCOUNTS)
            / (size.smaller_count() + SHARED_SHARE_PRIOR_ACCOUNTS);
        let share = share.min(0.95);
        moved = moved.max((share - pair.shared_share).abs());
        pair.shared_share = share;
        pair.prior_probability = share / size.larger_count();
    }
    for (pair, links) in model.pairs.iter_mut().zip(&expected.links_of_pair) {
        pair.expected_link_count = *links;
    }
    moved
}

/// The share of none comes from anchored pairs, which were not found by their names; the other
/// levels divide the rest as the expected links do.
fn name_m(expected: &Expected) -> [f64; LEVEL_COUNT] {
    let anchored: f64 = expected.anchored_of_level.iter().sum();
    let none = (expected.anchored_of_level[NO_LEVEL]
        + NAME_M_PRIOR[NO_LEVEL] * NO_LEVEL_PRIOR_PAIRS)
        / (anchored + NO_LEVEL_PRIOR_PAIRS);
    let named: f64 = expected.links_of_level[..NO_LEVEL].iter().sum();
    let prior_named = 1.0 - NAME_M_PRIOR[NO_LEVEL];
    let mut m = [none; LEVEL_COUNT];
    for level in 0..NO_LEVEL {
        let prior = NAME_M_PRIOR[level] / prior_named * NAME_M_PRIOR_PAIRS;
        m[level] =
            (1.0 - none) * (expected.links_of_level[level] + prior) / (named + NAME_M_PRIOR_PAIRS);
    }
    m
}

/// Log odds of a probability; re-exported here for the plans of [`crate::weigh`].
pub(crate) fn prior_bits(pair: &SourcePairModel) -> f64 {
    probability_to_bits(pair.prior_probability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn expected(anchored_none: f64, anchored_named: f64, named: [f64; NO_LEVEL]) -> Expected {
        let mut links_of_level = [0.0; LEVEL_COUNT];
        links_of_level[..NO_LEVEL].copy_from_slice(&named);
        let mut anchored_of_level = [0.0; LEVEL_COUNT];
        anchored_of_level[NO_LEVEL] = anchored_none;
        anchored_of_level[0] = anchored_named;
        Expected {
            links_of_pair: Vec::new(),
            searchable_links_of_pair: Vec::new(),
            found_of_level: links_of_level,
            links_of_level,
            anchored_of_level,
            named_with_contact: 0.0,
            shared_links: [0.0; STRENGTH_COUNT],
            conflicting_links: 0.0,
            stray_shares: [0.0; STRENGTH_COUNT],
            log_likelihood_bits: 0.0,
        }
    }

    /// Mean of the posterior of a share with a Beta prior, by adding up its density.
    fn posterior_mean(hits: f64, misses: f64) -> f64 {
        let prior_hits = NAME_M_PRIOR[NO_LEVEL] * NO_LEVEL_PRIOR_PAIRS;
        let prior_misses = NO_LEVEL_PRIOR_PAIRS - prior_hits;
        let (mut mass, mut moment) = (0.0, 0.0);
        for step in 1..200_000 {
            let share = f64::from(step) / 200_000.0;
            let density = share.powf(hits + prior_hits - 1.0)
                * (1.0 - share).powf(misses + prior_misses - 1.0);
            mass += density;
            moment += share * density;
        }
        moment / mass
    }

    #[test]
    fn the_share_of_none_is_the_posterior_mean_of_the_anchored_pairs() {
        for (none, named) in [(1.0, 0.0), (3.0, 9.0), (40.0, 20.0)] {
            let m = name_m(&expected(none, named, [5.0; NO_LEVEL]));
            let witness = posterior_mean(none, named);
            assert!(
                (m[NO_LEVEL] - witness).abs() < 1e-3,
                "{} {witness}",
                m[NO_LEVEL]
            );
        }
    }

    proptest! {
        #[test]
        fn anchored_pairs_move_no_level_against_another(
            none in 0.0..100.0f64,
            anchored in 0.0..100.0f64,
            named in proptest::array::uniform7(0.0..1000.0f64),
        ) {
            let without = name_m(&expected(0.0, 0.0, named));
            let with = name_m(&expected(none, anchored, named));
            prop_assert!((with.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for level in 1..NO_LEVEL {
                let (before, after) = (without[level] / without[0], with[level] / with[0]);
                prop_assert!((before - after).abs() < 1e-9 * before.max(1.0));
            }
        }
    }
}
