//! Candidate links between the population and the targets, and the rule that makes one strict.

use datafusion::error::DataFusionError;
use entangle_statistics::prevalence::{CandidateLink, prior_shift_draws_bits};
use entangle_statistics::random::generator;
use rand_distr::{Distribution, Normal};

use crate::config::StudyConfig;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Draws of the parameters (lambda of each target, calibration) that intervals carry.
pub(crate) const PARAMETER_DRAW_COUNT: usize = 200;

/// One candidate pair of an included account and a target account that posted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// The included account, by its index.
    pub(crate) account: usize,
    /// The target, by its position in the study file.
    pub(crate) target: usize,
    /// The target account, by its index among the participants.
    pub(crate) participant: usize,
    /// Calibrated probability that the pair is one hand.
    pub(crate) probability: f64,
    /// Whether the names agree on a level whose surprisal clears the margin.
    pub(crate) name_clears_margin: bool,
    /// Whether the two show an identifier in common that is not too common to count.
    pub(crate) has_shared_identifier: bool,
}

impl Candidate {
    /// Whether the pair is a strict link: probable enough, and with a rare enough name or a
    /// shared identifier.
    pub(crate) fn is_strict(&self, threshold_probability: f64) -> bool {
        self.probability >= threshold_probability
            && (self.name_clears_margin || self.has_shared_identifier)
    }

    /// Whether the pair is a strict link by its name, whatever identifiers it shows.
    pub(crate) fn is_strict_by_name(&self, threshold_probability: f64) -> bool {
        self.probability >= threshold_probability && self.name_clears_margin
    }
}

/// All candidates, ordered by account, then target, then falling probability.
pub(crate) struct Candidates {
    /// The candidates in order.
    pub(crate) all: Vec<Candidate>,
    /// Candidates whose target account never posted; they are not in `all`.
    pub(crate) without_post_count: u64,
    /// Draws of the parameters: one row per draw, one shift in bits per target.
    pub(crate) parameter_draws_bits: Vec<Vec<f64>>,
}

impl Candidates {
    /// The candidates of each account that has any.
    pub(crate) fn by_account(&self) -> impl Iterator<Item = &[Candidate]> {
        self.all
            .chunk_by(|left, right| left.account == right.account)
    }

    /// The candidates as the estimators take them, those of one target or of all.
    pub(crate) fn as_links(&self, target: Option<usize>) -> Vec<CandidateLink> {
        self.all
            .iter()
            .filter(|candidate| target.is_none_or(|target| candidate.target == target))
            .map(|candidate| CandidateLink {
                account: candidate.account,
                target: candidate.target,
                probability: candidate.probability,
            })
            .collect()
    }
}

/// Reads the candidates. `account_counts` holds the number of accounts of each target.
pub(crate) async fn read_candidates(
    tables: &StudyTables,
    config: &StudyConfig,
    account_counts: &[u64],
) -> Result<Candidates, DataFusionError> {
    let needed_bits: Vec<f64> = account_counts
        .iter()
        .map(|count| (*count as f64).log2() + config.surprisal_margin_bits)
        .collect();
    let frame = tables
        .query(
            "SELECT c.account_index, c.target, p.participant_index, c.match_probability, \
             c.name_surprisal_bits, c.has_shared_identifier \
             FROM crossing_links c LEFT JOIN participants p ON c.target_account_id = p.account_id \
             ORDER BY c.account_index, c.target, c.match_probability DESC, c.target_account_id",
        )
        .await?;
    let mut all = Vec::new();
    let mut without_post_count = 0;
    for_each_row(frame, |row| {
        let target = row
            .text(1)
            .and_then(|name| config.targets.iter().position(|target| target == name));
        let (Some(target), Some(probability)) = (target, row.number(3)) else {
            return;
        };
        if row.integer(2).is_none() {
            without_post_count += 1;
            return;
        }
        all.push(Candidate {
            account: row.position(0),
            target,
            participant: row.position(2),
            probability: probability.clamp(0.0, 1.0),
            name_clears_margin: row
                .number(4)
                .is_some_and(|bits| bits >= needed_bits[target]),
            has_shared_identifier: row.flag(5),
        });
    })
    .await?;
    let parameter_draws_bits = parameter_draws_bits(&all, config);
    Ok(Candidates {
        all,
        without_post_count,
        parameter_draws_bits,
    })
}

/// Shifts of log odds: lambda of each target by itself, the calibration in common.
fn parameter_draws_bits(candidates: &[Candidate], config: &StudyConfig) -> Vec<Vec<f64>> {
    let mut effective_link_counts = vec![0.0; config.targets.len()];
    for candidate in candidates {
        effective_link_counts[candidate.target] += candidate.probability.powi(2);
    }
    let mut random = generator(config.seed, "parameter draws");
    let of_targets: Vec<Vec<f64>> = effective_link_counts
        .into_iter()
        .map(|count| prior_shift_draws_bits(count, PARAMETER_DRAW_COUNT, &mut random))
        .collect();
    let calibration = Normal::new(0.0, config.calibration_sd_bits).ok();
    (0..PARAMETER_DRAW_COUNT)
        .map(|draw| {
            let common = calibration.map_or(0.0, |normal| normal.sample(&mut random));
            of_targets
                .iter()
                .map(|shifts| shifts[draw] + common)
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(probability: f64, name: bool, identifier: bool) -> Candidate {
        Candidate {
            account: 0,
            target: 0,
            participant: 0,
            probability,
            name_clears_margin: name,
            has_shared_identifier: identifier,
        }
    }

    #[test]
    fn strict_link_needs_probability_and_a_rare_name_or_an_identifier() {
        assert!(candidate(0.9, true, false).is_strict(0.9));
        assert!(candidate(0.9, false, true).is_strict(0.9));
        assert!(!candidate(0.9, false, true).is_strict_by_name(0.9));
        assert!(!candidate(0.89, true, true).is_strict(0.9));
        assert!(!candidate(0.99, false, false).is_strict(0.9));
    }
}
