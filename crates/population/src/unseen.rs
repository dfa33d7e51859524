//! How many links show no trace, as the linkage run that made the links learned it.

use datafusion::error::DataFusionError;
use entangle_statistics::prevalence::share_draws;
use entangle_statistics::random::generator;
use serde::Deserialize;

use crate::candidates::PARAMETER_DRAW_COUNT;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Links without a trace: names that agree on no level or are too common to search by, and no contact in
/// common.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnseenLinks {
    /// Their share of all links.
    pub(crate) share: f64,
    /// Links that the share rests on, those that were assumed among them.
    pub(crate) pair_count: f64,
    /// Draws of the share, one for each draw of the parameters.
    pub(crate) draws: Vec<f64>,
}

/// What of a model file is read here.
#[derive(Deserialize)]
struct ModelText {
    unseen: Option<UnseenText>,
}

#[derive(Deserialize)]
struct UnseenText {
    share: f64,
    pair_count: f64,
}

/// Reads the share from the model of the last run; `None` where it learned none.
pub(crate) async fn read_unseen(
    tables: &StudyTables,
    seed: u64,
) -> Result<Option<UnseenLinks>, DataFusionError> {
    if !tables.has_table("link_runs") {
        return Ok(None);
    }
    let mut model = None;
    let frame = tables
        .query("SELECT model FROM link_runs ORDER BY run DESC LIMIT 1")
        .await?;
    for_each_row(frame, |row| model = row.text(0).map(str::to_owned)).await?;
    let model: Option<ModelText> = model.and_then(|text| toml::from_str(&text).ok());
    let unseen = model.and_then(|model| model.unseen);
    Ok(unseen.map(|UnseenText { share, pair_count }| {
        let mut random = generator(seed, "links without a trace");
        UnseenLinks {
            share,
            pair_count,
            draws: share_draws(share, pair_count, PARAMETER_DRAW_COUNT, &mut random),
        }
    }))
}
