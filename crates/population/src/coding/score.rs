//! What human codes say: of the coders, of the rules, and of the shares.

use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use entangle_model::coding::{CoderAgreement, CodingScore, ConfusionRow};
use entangle_model::{Estimate, sql_list};
use entangle_statistics::classifier_error::ConfusionTable;
use entangle_statistics::cohens_kappa::cohens_kappa;
use entangle_statistics::krippendorffs_alpha::krippendorffs_alpha;
use entangle_statistics::weighted_sample::Bootstrap;
use std::collections::BTreeMap;

use super::CODES;
use super::errors::label_errors;
use super::shares::corrected_shares;
use crate::config::StudyConfig;
use crate::error::{InPart, PopulationError};
use crate::inputs::StudyInputs;
use crate::offers::labels::read_labels;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// A drawn post with what coders said; codes and labels are places in [`CODES`].
#[derive(Debug, Clone, PartialEq)]
pub struct CodedPost {
    /// Its id.
    pub post_id: String,
    /// Its language; `None` where it was not told apart.
    pub language: Option<String>,
    /// The label of the rules.
    pub label: usize,
    /// The probability with which it was drawn and coded.
    pub inclusion_probability: f64,
    /// The code that counts.
    pub code: usize,
    /// What the first and the second coder said, where both did.
    pub both: Option<(usize, usize)>,
}

/// Codes, and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct CodingInput {
    /// The snapshot that was drawn from.
    pub snapshot: u64,
    /// Seed of the draw.
    pub seed: u64,
    /// Posts drawn, coded or not.
    pub drawn_count: u64,
    /// Where the codes come from, in sentences.
    pub codes: String,
    /// Posts with a code that counts.
    pub posts: Vec<CodedPost>,
}

/// Scores codes on posts of the population of a study.
///
/// # Errors
///
/// As [`crate::run_study`], and where a coded post is not among the posts of the population.
pub async fn score_codes(
    session: &SessionContext,
    config: &StudyConfig,
    input: &CodingInput,
) -> Result<CodingScore, PopulationError> {
    let tables = StudyTables::open(session, config).await?;
    let inputs = StudyInputs::read(&tables, config).await?;
    let labels = read_labels(&tables, inputs.accounts.len())
        .await
        .in_part("the labels")?;
    let accounts = accounts_of(&tables, &input.posts)
        .await
        .in_part("the coded posts")?;
    let accounts: Vec<usize> = accounts
        .into_iter()
        .zip(&input.posts)
        .map(|(account, post)| {
            account.ok_or_else(|| PopulationError::UnknownPost {
                post_id: post.post_id.clone(),
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(CodingScore {
        title: config.title.clone(),
        public_source: config.public_source.clone(),
        snapshot: input.snapshot,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: input.seed,
        drawn_count: input.drawn_count,
        coded_count: input.posts.len() as u64,
        codes: input.codes.clone(),
        agreement: agreement(&input.posts, config),
        confusion: confusion(&input.posts),
        errors: label_errors(&input.posts, &accounts),
        shares: corrected_shares(&inputs, &labels.accounts, &input.posts, &accounts),
    })
}

/// The account of each post, as its index; `None` of a post that is not of the population.
async fn accounts_of(
    tables: &StudyTables,
    posts: &[CodedPost],
) -> Result<Vec<Option<usize>>, DataFusionError> {
    let mut accounts: BTreeMap<String, usize> = BTreeMap::new();
    if !posts.is_empty() {
        let sql = format!(
            "SELECT p.post_id, i.account_index FROM public_posts p \
             JOIN included i ON p.account_id = i.account_id WHERE p.post_id IN ({})",
            sql_list(posts.iter().map(|post| &post.post_id))
        );
        for_each_row(tables.query(&sql).await?, |row| {
            if let Some(post_id) = row.text(0) {
                accounts.insert(post_id.to_owned(), row.position(1));
            }
        })
        .await?;
    }
    let account_of = |post: &CodedPost| accounts.get(&post.post_id).copied();
    Ok(posts.iter().map(account_of).collect())
}

/// Agreement over the posts that both coders coded; `None` where there is none.
fn agreement(posts: &[CodedPost], config: &StudyConfig) -> Option<CoderAgreement> {
    let pairs: Vec<(usize, usize)> = posts.iter().filter_map(|post| post.both).collect();
    if pairs.is_empty() {
        return None;
    }
    let units: Vec<Vec<usize>> = pairs.iter().map(|pair| vec![pair.0, pair.1]).collect();
    let bootstrap = Bootstrap {
        replicate_count: config.bootstrap_count as usize,
        seed: config.seed,
    };
    let n = pairs.len() as u64;
    let why = "both coders gave one and the same code to all";
    let table = ConfusionTable::of_pairs(CODES.len(), pairs.iter().copied());
    let observed = table.and_then(|table| table.accuracy());
    let kappa = cohens_kappa(&pairs);
    let alpha = krippendorffs_alpha(&units, bootstrap);
    Some(CoderAgreement {
        post_count: n,
        disagreement_count: pairs.iter().filter(|pair| pair.0 != pair.1).count() as u64,
        observed: observed.map_or_else(
            || Estimate::missing(n, why),
            |share| share.into_estimate(n, "share of posts with the same code from both; Wilson"),
        ),
        kappa: kappa.map_or_else(
            || Estimate::missing(n, why),
            |kappa| {
                kappa.kappa.into_estimate(
                    n,
                    "Cohen's kappa; large-sample interval of Fleiss, Cohen and Everitt (1969)",
                )
            },
        ),
        alpha: alpha.map_or_else(
            || Estimate::missing(n, why),
            |alpha| {
                alpha.alpha.into_estimate(
                    n,
                    "Krippendorff's alpha for codes without an order; percentile bootstrap over posts",
                )
            },
        ),
    })
}

/// Counts of posts by label and code, without pairs that do not occur.
fn confusion(posts: &[CodedPost]) -> Vec<ConfusionRow> {
    let mut counts: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for post in posts {
        *counts.entry((post.label, post.code)).or_default() += 1;
    }
    let rows = counts.into_iter();
    rows.map(|((label, code), post_count)| ConfusionRow {
        label: CODES[label].to_owned(),
        code: CODES[code].to_owned(),
        post_count,
    })
    .collect()
}
