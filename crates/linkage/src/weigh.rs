//! Weights, rivals and probabilities of all candidates, as plans with the fitted parameters.
//!
//! *Rivals* are the other candidates of either account in the same pair of sources. A hand
//! holds as a rule one account per source, so of several equally good candidates at most one is
//! right: with `o` the odds of this pair and `s` the sum of the odds of its rivals, the
//! probability is `o / (1 + o + s)`, which in bits is one more weight, `-log2(1 + s)`. The sums are of
//! decimal numbers, which give the same in every order, so that the same input gives the same bytes.

use std::sync::Arc;

use arrow::array::{Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::prelude::{DataFrame, SessionContext};
use entangle_model::{NameLevel, sql_text};
use entangle_statistics::interval::NORMAL_QUANTILE_975;

use crate::behaviour::{self, BITS_COLUMNS};
use crate::calibration::Calibration;
use crate::frames::{failed, keep, plan};
use crate::parameters::{LinkModel, NO_LEVEL};
use crate::profile;
use crate::training::prior_bits;
use crate::{LinkageError, Stages};

/// The type in which numbers are added up.
pub(crate) const SUMMED: &str = "DECIMAL(38, 15)";
/// Odds above this are added up as this; a hundred thousand of them fit the type.
const ODDS_MAX: f64 = 1e18;

/// Plans for the tables `links` and `evidence`.
pub(crate) struct Weighed {
    pub links: DataFrame,
    pub evidence: DataFrame,
}

/// What adds up to the weight of a pair, besides prior, name, contact and rivals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The profiles of `stage_profile_bits`.
    pub profiles: bool,
    /// The behaviour of `stage_behaviour`.
    pub behaviour: bool,
}

/// Which candidates are asked for evidence that only re-ranks, and the stage that holds them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Name of the stage.
    pub stage: &'static str,
    /// A candidate is asked from this probability on, as stated so far.
    pub probability_min: f64,
    /// A candidate is asked up to this probability.
    pub probability_max: f64,
}

/// Keeps `stage_weighed`; needs `pair_parameters` and the stages of what counts. Pairs below the floor
/// get no evidence.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    model: &LinkModel,
    counted: Counted,
    evidence_floor_probability: f64,
) -> Result<Weighed, LinkageError> {
    keep_odds(context, stages, model, counted).await?;
    keep(
        context,
        stages,
        "stage_weighed",
        &weighed_sql(model, counted),
    )
    .await?;
    let mut evidence = evidence_sql(evidence_floor_probability, &model.calibration);
    if counted.profiles {
        evidence += &profile::evidence_sql(evidence_floor_probability);
    }
    if counted.behaviour {
        evidence += &behaviour::evidence_sql(evidence_floor_probability);
    }
    Ok(Weighed {
        links: plan(context, "links", LINKS).await?,
        evidence: plan(context, "evidence", &evidence).await?,
    })
}

/// Registers the parameters of each pair of sources as `pair_parameters`.
pub(crate) fn register_parameters(
    context: &SessionContext,
    model: &LinkModel,
) -> Result<(), LinkageError> {
    let numbers = |of: fn(&crate::SourcePairModel) -> f64| {
        Arc::new(Float64Array::from_iter_values(model.pairs.iter().map(of)))
    };
    let names = |of: fn(&crate::SourcePairModel) -> &String| {
        Arc::new(StringArray::from_iter_values(model.pairs.iter().map(of)))
    };
    let rows = RecordBatch::try_from_iter([
        (
            "pair",
            Arc::new(Int64Array::from_iter_values(0..model.pairs.len() as i64)) as _,
        ),
        ("source_a", names(|pair| &pair.source_left) as _),
        ("source_b", names(|pair| &pair.source_right) as _),
        ("prior_bits", numbers(prior_bits) as _),
        (
            "prior_probability",
            numbers(|pair| pair.prior_probability) as _,
        ),
        (
            "larger_count",
            numbers(|pair| pair.account_count_left.max(pair.account_count_right) as f64) as _,
        ),
    ])
    .map_err(|source| failed("pair_parameters", source.into()))?;
    context
        .deregister_table("pair_parameters")
        .map_err(|source| failed("pair_parameters", source))?;
    context
        .register_batch("pair_parameters", rows)
        .map_err(|source| failed("pair_parameters", source))?;
    Ok(())
}

/// A CASE over an integer column with one number per value.
fn case(column: &str, first: usize, values: &[f64]) -> String {
    let arms: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(position, value)| format!("WHEN {} THEN {value:e}", position + first))
        .collect();
    format!("CASE {column} {} END", arms.join(" "))
}

/// Keeps the candidates that are neither sure nor hopeless by what counts so far.
pub(crate) async fn keep_asked(
    context: &SessionContext,
    stages: &dyn Stages,
    model: &LinkModel,
    counted: Counted,
    asked: Asked,
) -> Result<(), LinkageError> {
    keep_odds(context, stages, model, counted).await?;
    let (low, high) = (asked.probability_min, asked.probability_max);
    let sql = format!(
        "{stated}, asked AS (
            SELECT pair, source_a, source_b, account_a, account_b, strength,
                   {probability} AS stated_probability
            FROM stated
         )
         SELECT * FROM asked WHERE stated_probability BETWEEN {low:e} AND {high:e}",
        stated = stated_sql(),
        probability = probability_sql("stated_bits"),
    );
    keep(context, stages, asked.stage, &sql).await
}

/// Keeps every candidate with the weights of its evidence and its odds as `stage_odds`.
async fn keep_odds(
    context: &SessionContext,
    stages: &dyn Stages,
    model: &LinkModel,
    counted: Counted,
) -> Result<(), LinkageError> {
    keep(context, stages, "stage_odds", &odds_sql(model, counted)).await
}

/// What is read of the stages of what counts: columns with a comma before, the sum of the weights
/// with a plus before, and the joins. An abstention adds zero, which changes no digit.
fn counted_sql(counted: Counted) -> [String; 3] {
    let [mut columns, mut sum, mut joins] = <[String; 3]>::default();
    if counted.profiles {
        sum += " + coalesce(f.profile_bits, 0e0)";
        joins += " LEFT JOIN stage_profile_bits f
                   ON f.account_a = compared.account_a AND f.account_b = compared.account_b";
    }
    if counted.behaviour {
        columns += ", b.style_level";
        for column in BITS_COLUMNS {
            columns += &format!(", b.{column}");
            sum += &format!(" + coalesce(b.{column}, 0e0)");
        }
        joins += " LEFT JOIN stage_behaviour b
                   ON b.account_a = compared.account_a AND b.account_b = compared.account_b";
    }
    [columns, sum, joins]
}

fn odds_sql(model: &LinkModel, counted: Counted) -> String {
    let [columns, bits, joins] = counted_sql(counted);
    let name_m = case("c.level", 0, &model.name_m);
    let contact_m = case("c.strength", 1, &model.contact_m);
    let contact_stray = case("c.strength", 1, &model.contact_stray);
    let imitations: Vec<f64> = (0..model.name_m.len())
        .map(|level| model.imitation(level))
        .collect();
    let imitation = case("c.level", 0, &imitations);
    let conflict_m = 1.0 - model.contact_m[0];
    format!(
        "WITH found AS (
            SELECT c.*, p.source_a, p.source_b, p.prior_bits, {name_m} AS name_m,
                   CASE WHEN c.level = {NO_LEVEL} THEN 1e0
                        ELSE power(2e0, -c.name_bits) + p.prior_probability * {imitation}
                   END AS name_u,
                   CASE WHEN c.strength > 0 THEN {contact_m}
                        WHEN c.has_conflict THEN {conflict_m:e} ELSE 1e0 END AS contact_m,
                   CASE WHEN c.strength > 0 THEN least(1e0, (c.others + {contact_stray}) / p.larger_count)
                        ELSE 1e0 END AS contact_u
            FROM stage_candidates c JOIN pair_parameters p ON p.pair = c.pair
         ), weighed AS (
            SELECT *, log2(name_m / name_u) AS name_weight, log2(contact_m / contact_u) AS contact_weight
            FROM found
         ), counted AS (
            SELECT *, NOT (is_name_group AND contact_weight > name_weight) AS is_name_counted,
                   NOT (is_name_group AND contact_weight <= name_weight) AS is_contact_counted
            FROM weighed
         ), compared AS (
            SELECT *, CASE WHEN is_name_counted THEN name_weight ELSE 0e0 END
                    + CASE WHEN is_contact_counted THEN contact_weight ELSE 0e0 END AS compared_weight
            FROM counted
         ), added AS (
            SELECT compared.*{columns}, compared_weight{bits} AS evidence_weight FROM compared {joins}
         ), odds AS (
            SELECT *, power(2e0, prior_bits + evidence_weight) AS odds FROM added
         )
         SELECT *, CAST(least(odds, {ODDS_MAX:e}) AS {SUMMED}) AS summed_odds FROM odds"
    )
}

/// The odds of all candidates of each account on one side.
fn odds_of_side_sql(side: &str) -> String {
    format!(
        "SELECT account_{side}, pair, sum(summed_odds) AS odds_{side}, count(*) AS candidates_{side}
         FROM stage_odds GROUP BY account_{side}, pair"
    )
}

/// Everything that prior, evidence and rivals say of every candidate of `stage_odds`, up to
/// `stated`.
fn stated_sql() -> String {
    format!(
        "WITH rivals AS (
            SELECT o.*, a.candidates_a + b.candidates_b - 2 AS rival_count,
                   -log2(1e0 + CAST(a.odds_a - o.summed_odds AS DOUBLE)
                             + CAST(b.odds_b - o.summed_odds AS DOUBLE)) AS rivals_weight
            FROM stage_odds o
            JOIN ({of_a}) a ON a.account_a = o.account_a AND a.pair = o.pair
            JOIN ({of_b}) b ON b.account_b = o.account_b AND b.pair = o.pair
         ), stated AS (
            SELECT *, evidence_weight + rivals_weight AS match_weight_bits,
                   prior_bits + evidence_weight + rivals_weight AS stated_bits
            FROM rivals
         )",
        of_a = odds_of_side_sql("a"),
        of_b = odds_of_side_sql("b"),
    )
}

fn weighed_sql(model: &LinkModel, counted: Counted) -> String {
    let stated = stated_sql();
    let behaviour = match counted.behaviour {
        false => String::new(),
        true => format!(", style_level, {}", BITS_COLUMNS.join(", ")),
    };
    let (calibrated_bits, calibrated_sd_bits) = model.calibration.sql("stated_bits");
    format!(
        "{stated}, calibrated AS (
            SELECT *, {calibrated_bits} AS calibrated_bits, {calibrated_sd_bits} AS calibrated_sd_bits
            FROM stated
         )
         SELECT least(account_a, account_b) AS account_left, greatest(account_a, account_b) AS account_right,
                CASE WHEN account_a < account_b THEN source_a ELSE source_b END AS source_left,
                CASE WHEN account_a < account_b THEN source_b ELSE source_a END AS source_right,
                pair, {level_name} AS name_level, is_former, name_bits, name_m, name_u, name_weight, is_name_counted,
                strength, others, kind, has_conflict, contact_m, contact_u, contact_weight,
                is_contact_counted, rival_count, rivals_weight, prior_bits, match_weight_bits{behaviour},
                calibrated_bits - stated_bits AS calibration_weight,
                {probability} AS match_probability,
                {low} AS match_probability_low, {high} AS match_probability_high
         FROM calibrated",
        level_name = level_name_sql(),
        probability = probability_sql("calibrated_bits"),
        low = probability_sql(&format!(
            "(calibrated_bits - {NORMAL_QUANTILE_975:e} * calibrated_sd_bits)"
        )),
        high = probability_sql(&format!(
            "(calibrated_bits + {NORMAL_QUANTILE_975:e} * calibrated_sd_bits)"
        )),
    )
}

fn probability_sql(bits: &str) -> String {
    format!("1e0 / (1e0 + power(2e0, -{bits}))")
}

fn level_name_sql() -> String {
    let arms: Vec<String> = NameLevel::ALL
        .iter()
        .map(|level| format!("WHEN {} THEN '{}'", level.index(), level.as_str()))
        .collect();
    format!("CASE level {} END", arms.join(" "))
}

/// A contact counts as shared when it speaks for one hand at all.
const LINKS: &str = "
    SELECT account_left, account_right, source_left, source_right, name_level,
           name_bits AS name_surprisal_bits,
           strength = 1 AND contact_weight > 0 AS has_shared_identifier,
           prior_bits, match_weight_bits, match_probability, match_probability_low,
           match_probability_high
    FROM stage_weighed";

fn evidence_sql(floor: f64, calibration: &Calibration) -> String {
    let learned_on = sql_text(&format!("learned on {}", calibration.learned_on));
    format!(
        "SELECT account_left, account_right, 'name' AS comparison,
                CASE WHEN is_former THEN concat(name_level, ', a former name') ELSE name_level END AS level,
                name_m AS m_probability, name_u AS u_probability, name_weight AS match_weight_bits,
                is_name_counted AS is_counted
         FROM stage_weighed WHERE match_probability >= {floor:e}
         UNION ALL
         SELECT account_left, account_right, 'contact' AS comparison,
                CASE WHEN has_conflict THEN 'different contacts of one kind'
                     ELSE concat(kind, CASE strength WHEN 1 THEN ', claimed by both'
                                             WHEN 2 THEN ', mentioned' ELSE ', quoted' END,
                                 CASE others WHEN 0 THEN '' ELSE concat(', shown by ', CAST(others AS VARCHAR), ' more') END)
                END AS level,
                contact_m AS m_probability, contact_u AS u_probability,
                contact_weight AS match_weight_bits, is_contact_counted AS is_counted
         FROM stage_weighed WHERE match_probability >= {floor:e} AND (strength > 0 OR has_conflict)
         UNION ALL
         SELECT account_left, account_right, 'rivals' AS comparison,
                concat(CAST(rival_count AS VARCHAR), ' other candidates') AS level,
                CAST(NULL AS DOUBLE) AS m_probability, CAST(NULL AS DOUBLE) AS u_probability,
                rivals_weight AS match_weight_bits, true AS is_counted
         FROM stage_weighed WHERE match_probability >= {floor:e} AND rival_count > 0
         UNION ALL
         SELECT account_left, account_right, 'calibration' AS comparison,
                {learned_on} AS level,
                CAST(NULL AS DOUBLE) AS m_probability, CAST(NULL AS DOUBLE) AS u_probability,
                calibration_weight AS match_weight_bits, true AS is_counted
         FROM stage_weighed
         WHERE match_probability >= {floor:e} AND abs(calibration_weight) > 1e-9"
    )
}
