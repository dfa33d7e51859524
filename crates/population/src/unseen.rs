//! How many links show no trace, as the linkage run that made the links learned it.

use datafusion::error::DataFusionError;
use entangle_statistics::prevalence::{UNSEEN_SHARE_MAX, share_draws};
use entangle_statistics::random::generator;
use serde::Deserialize;

use crate::candidates::PARAMETER_DRAW_COUNT;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Links without a trace: names that agree on no level, and no contact in common.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnseenLinks {
    /// Their share of all links.
    pub(crate) share: f64,
    /// Links that the share rests on, those that were assumed among them.
    pub(crate) pair_count: f64,
    /// Draws of the share, one for each draw of the parameters.
    pub(crate) draws: Vec<f64>,
}

/// Why the links without a trace are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotCounted {
    /// No run of the linkage, or one that was given a model without them.
    NotLearned,
    /// More than the correction bears.
    TooMany,
}

impl NotCounted {
    pub(crate) fn reason(self) -> String {
        match self {
            Self::NotLearned => "the linkage learned no share of links without a trace".to_owned(),
            Self::TooMany => format!(
                "more than {UNSEEN_SHARE_MAX} of the links are taken to show no trace, which is too many to \
                 stand for by those that do"
            ),
        }
    }
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

/// Reads the share from the model of the last run.
pub(crate) async fn read_unseen(
    tables: &StudyTables,
    seed: u64,
) -> Result<Result<UnseenLinks, NotCounted>, DataFusionError> {
    if !tables.has_table("link_runs") {
        return Ok(Err(NotCounted::NotLearned));
    }
    let mut model = None;
    let frame = tables
        .query("SELECT model FROM link_runs ORDER BY run DESC LIMIT 1")
        .await?;
    for_each_row(frame, |row| model = row.text(0).map(str::to_owned)).await?;
    let model: Option<ModelText> = model.and_then(|text| toml::from_str(&text).ok());
    Ok(match model.and_then(|model| model.unseen) {
        None => Err(NotCounted::NotLearned),
        Some(unseen) if unseen.share > UNSEEN_SHARE_MAX => Err(NotCounted::TooMany),
        Some(UnseenText { share, pair_count }) => {
            let mut random = generator(seed, "links without a trace");
            Ok(UnseenLinks {
                share,
                pair_count,
                draws: share_draws(share, pair_count, PARAMETER_DRAW_COUNT, &mut random),
            })
        }
    })
}
