//! Behaviour as counted evidence: what writing, hours and languages say of a candidate.
//!
//! It re-ranks. Pairs are put forward by names and contacts alone, the model is trained on these
//! alone, and only then are the pairs between sure and hopeless asked. What is said of them comes
//! from a [`Behaviour`], because this crate knows no posts.

use async_trait::async_trait;
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, SessionContext};
use serde::{Deserialize, Serialize};

use crate::frames::{failed, fetch, integers};
use crate::model_file::{ModelFileError, out_of_range};
use crate::parameters::LinkModel;
use crate::weigh::{self, Asked, Counted};
use crate::{LinkageError, Stages};

/// How behaviour is counted, as the model file states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BehaviourParameters {
    /// A candidate is asked from this probability on, as stated by prior, name, contact,
    /// profile and rivals.
    pub asked_probability_min: f64,
    /// A candidate is asked up to this probability.
    pub asked_probability_max: f64,
    /// Share of the separation of writing style between halves of accounts that is used between
    /// sources.
    pub style_discount: f64,
    /// The same of hours of the week.
    pub hours_discount: f64,
}

impl BehaviourParameters {
    /// Checks every range.
    pub(crate) fn check(&self) -> Result<(), ModelFileError> {
        let expected = "it must lie between 0 and 1";
        for (parameter, value) in [
            (
                "behaviour.asked_probability_min",
                self.asked_probability_min,
            ),
            (
                "behaviour.asked_probability_max",
                self.asked_probability_max,
            ),
            ("behaviour.style_discount", self.style_discount),
            ("behaviour.hours_discount", self.hours_discount),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(out_of_range(parameter, value, expected));
            }
        }
        Ok(())
    }
}

/// Says of pairs of accounts what their behaviour weighs.
#[async_trait]
pub trait Behaviour: Send + Sync {
    /// Weighs the rows of the table `stage_asked` of `context`: pair, source_a, source_b,
    /// account_a, account_b, strength of the shared contact, stated_probability.
    ///
    /// Gives the columns account_a, account_b and style_level as text, style_bits, hours_bits,
    /// simultaneous_bits and language_bits as numbers; null where the comparison abstains. A pair on
    /// which all abstain may be left out. The same tables must give the same rows, whatever their
    /// order and partitions.
    async fn weigh(
        &self,
        context: &SessionContext,
        stages: &dyn Stages,
        parameters: &BehaviourParameters,
    ) -> Result<DataFrame, DataFusionError>;
}

/// How many candidates were asked, and on how many of them each comparison spoke; it abstained on
/// the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BehaviourCounts {
    /// Candidates asked.
    pub asked_pair_count: u64,
    /// Candidates on which writing style spoke.
    pub style_pair_count: u64,
    /// Candidates on which hours of the week spoke.
    pub hours_pair_count: u64,
    /// Candidates on which activity in the same minutes spoke.
    pub simultaneous_pair_count: u64,
    /// Candidates on which different languages spoke.
    pub language_pair_count: u64,
}

/// The outcome that the evidence of hours names.
pub const HOURS_LEVEL: &str = "hours of the week";
/// The outcome that the evidence of simultaneous activity names.
pub const SIMULTANEOUS_LEVEL: &str = "activity in the same minutes";
/// The outcome that the evidence of different languages names.
pub const LANGUAGE_LEVEL: &str = "different languages";

/// The weights that are added, in the order in which they are.
pub(crate) const BITS_COLUMNS: [&str; 4] = [
    "style_bits",
    "hours_bits",
    "simultaneous_bits",
    "language_bits",
];

/// Keeps `stage_asked` and `stage_behaviour`; needs `pair_parameters`.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    model: &LinkModel,
    behaviour: &dyn Behaviour,
    parameters: &BehaviourParameters,
    counted: Counted,
) -> Result<BehaviourCounts, LinkageError> {
    let asked = Asked {
        stage: "stage_asked",
        probability_min: parameters.asked_probability_min,
        probability_max: parameters.asked_probability_max,
    };
    weigh::keep_asked(context, stages, model, counted, asked).await?;
    let kept = async {
        let rows = behaviour.weigh(context, stages, parameters).await?;
        stages.materialize(context, "stage_behaviour", rows).await
    };
    kept.await
        .map_err(|source| failed("stage_behaviour", source))?;
    count(context).await
}

async fn count(context: &SessionContext) -> Result<BehaviourCounts, LinkageError> {
    let sql = "SELECT (SELECT count(*) FROM stage_asked) AS asked, count(style_bits) AS style,
                      count(hours_bits) AS hours, count(simultaneous_bits) AS simultaneous,
                      count(language_bits) AS language
               FROM stage_behaviour";
    let mut counts = BehaviourCounts::default();
    for batch in fetch(context, "stage_behaviour", sql).await? {
        let of = |column: &str| integers(&batch, column).value(0) as u64;
        counts = BehaviourCounts {
            asked_pair_count: of("asked"),
            style_pair_count: of("style"),
            hours_pair_count: of("hours"),
            simultaneous_pair_count: of("simultaneous"),
            language_pair_count: of("language"),
        };
    }
    Ok(counts)
}

/// Rows of the table `evidence`, to be put behind others; one for each comparison that spoke.
pub(crate) fn evidence_sql(floor: f64) -> String {
    let fixed = |text: &str| format!("'{text}'");
    let comparisons = [
        ("style", "style_level".to_owned()),
        ("hours", fixed(HOURS_LEVEL)),
        ("simultaneous", fixed(SIMULTANEOUS_LEVEL)),
        ("language", fixed(LANGUAGE_LEVEL)),
    ];
    let rows = comparisons.iter().zip(BITS_COLUMNS);
    let rows = rows.map(|((comparison, level), bits)| {
        format!(
            " UNION ALL
             SELECT account_left, account_right, '{comparison}' AS comparison, {level} AS level,
                    CAST(NULL AS DOUBLE) AS m_probability, CAST(NULL AS DOUBLE) AS u_probability,
                    {bits} AS match_weight_bits, true AS is_counted
             FROM stage_weighed WHERE match_probability >= {floor:e} AND {bits} IS NOT NULL"
        )
    });
    rows.collect()
}
