//! Everything that the parts of a study read in common, gathered once.

use entangle_model::study::Population;
use entangle_statistics::prevalence::any_link_probability;

use crate::candidates::{Candidates, read_candidates};
use crate::config::StudyConfig;
use crate::error::{InPart, PopulationError};
use crate::names::{Names, read_names};
use crate::population::{IncludedAccount, read_included, read_population};
use crate::study_tables::StudyTables;
use crate::targets::{TargetFacts, read_targets};
use crate::unseen::{UnseenLinks, read_unseen};

/// What was asked and the per-account rows that answer it.
pub(crate) struct StudyInputs<'study> {
    pub(crate) config: &'study StudyConfig,
    pub(crate) population: Population,
    /// Included accounts in the order of their indices.
    pub(crate) accounts: Vec<IncludedAccount>,
    /// Targets in the order of the study file.
    pub(crate) targets: Vec<TargetFacts>,
    pub(crate) candidates: Candidates,
    /// Links that show no trace; `None` where the linkage learned nothing of them.
    pub(crate) unseen: Option<UnseenLinks>,
    pub(crate) names: Names,
    /// Per included account, the probability of at least one true link to a target.
    pub(crate) crossover_probability: Vec<f64>,
    /// Per included account, whether it has a strict link to a target.
    pub(crate) is_strict: Vec<bool>,
}

impl<'study> StudyInputs<'study> {
    /// Reads everything once.
    pub(crate) async fn read(
        tables: &StudyTables,
        config: &'study StudyConfig,
    ) -> Result<Self, PopulationError> {
        let population = read_population(tables, config)
            .await
            .in_part("the population")?;
        let accounts = read_included(tables).await.in_part("the population")?;
        let targets = read_targets(tables, config).await.in_part("the targets")?;
        let account_counts: Vec<u64> = targets.iter().map(|target| target.account_count).collect();
        let candidates = read_candidates(tables, config, &account_counts)
            .await
            .in_part("the links")?;
        let unseen = read_unseen(tables, config.seed)
            .await
            .in_part("the links")?;
        let names = read_names(tables, config).await.in_part("the names")?;
        let mut crossover_probability = vec![0.0; accounts.len()];
        let mut is_strict = vec![false; accounts.len()];
        for of_account in candidates.by_account() {
            let account = of_account[0].account;
            crossover_probability[account] =
                any_link_probability(of_account.iter().map(|candidate| candidate.probability));
            is_strict[account] = of_account
                .iter()
                .any(|candidate| candidate.is_strict(config.link_threshold_probability));
        }
        Ok(Self {
            config,
            population,
            accounts,
            targets,
            candidates,
            unseen,
            names,
            crossover_probability,
            is_strict,
        })
    }

    /// Number of accounts in the population.
    pub(crate) fn account_count(&self) -> u64 {
        self.accounts.len() as u64
    }

    /// Crossover users by the strict rule.
    pub(crate) fn strict_count(&self) -> u64 {
        self.is_strict
            .iter()
            .filter(|is_strict| **is_strict)
            .count() as u64
    }
}
