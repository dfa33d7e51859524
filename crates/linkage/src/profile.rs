//! What two profiles have in common, as counted evidence: location, web site, text about oneself,
//! day of registration.
//!
//! It re-ranks, as behaviour does: names and contacts put pairs forward and train the model, and
//! what their profiles say is then learned from the pairs that these make more likely than not.
//! One formula serves all fields. With `m` the probability that a hand states in two places the same by
//! itself, and `u` the share of accounts of the two sources that state this value, one hand states the
//! same with probability `m + (1 - m) u`, because it may also do so by chance, and two hands
//! with `u`. A value that many state therefore weighs nothing, and none weighs less than a
//! disagreement, `1 - m`.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;
use serde::{Deserialize, Serialize};

use crate::frames::{failed, fetch, integers, keep, numbers, texts};
use crate::model_file::{ModelFileError, out_of_range};
use crate::parameters::LinkModel;
use crate::weigh::{self, Asked, Counted, SUMMED};
use crate::{LinkageError, Stages};

/// A field of a profile that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileField {
    /// The place, as a whole and by its parts between commas.
    Location,
    /// The address of the web site.
    Website,
    /// The text about oneself.
    About,
    /// The day of registration, UTC.
    RegisteredOn,
}

impl ProfileField {
    /// All of them.
    pub const ALL: [ProfileField; 4] = [
        ProfileField::Location,
        ProfileField::Website,
        ProfileField::About,
        ProfileField::RegisteredOn,
    ];

    /// The word for it in plans and files.
    pub fn as_str(self) -> &'static str {
        match self {
            ProfileField::Location => "location",
            ProfileField::Website => "website",
            ProfileField::About => "about",
            ProfileField::RegisteredOn => "registered_on",
        }
    }

    /// The words for it in an explanation, one and several.
    fn label(self) -> (&'static str, &'static str) {
        match self {
            ProfileField::Location => ("location", "locations"),
            ProfileField::Website => ("web site", "web sites"),
            ProfileField::About => ("profile text", "profile texts"),
            ProfileField::RegisteredOn => ("day of registration", "days of registration"),
        }
    }

    /// The columns of `accounts` that it is read from.
    fn columns(self) -> &'static [&'static str] {
        match self {
            ProfileField::Location => &["location"],
            ProfileField::Website => &["website"],
            ProfileField::About => &["about"],
            ProfileField::RegisteredOn => &["registered_at", "registered_at_precision"],
        }
    }

    /// Which accounts state it.
    fn is_stated_sql(self) -> &'static str {
        match self {
            ProfileField::Location => "trim(location) <> ''",
            ProfileField::Website => "trim(website) <> ''",
            // Less is a greeting.
            ProfileField::About => "character_length(trim(about)) >= 20",
            ProfileField::RegisteredOn => {
                "registered_at IS NOT NULL AND registered_at_precision IN ('second', 'minute', 'hour', 'day')"
            }
        }
    }

    /// The values of an account that states it: one for each of these that is not empty.
    fn values_sql(self) -> &'static [&'static str] {
        match self {
            ProfileField::Location => &[
                "name_folded(trim(location))",
                // Of a place without a comma this gives the whole again, which counts once.
                "trim(unnest(string_to_array(name_folded(trim(location)), ',')))",
            ],
            ProfileField::Website => {
                &["rtrim(regexp_replace(lower(trim(website)), '^([a-z]+://)?(www[.])?', ''), '/')"]
            }
            ProfileField::About => &["CAST(text_hash(name_folded(trim(about))) AS VARCHAR)"],
            ProfileField::RegisteredOn => &["CAST(CAST(registered_at AS DATE) AS VARCHAR)"],
        }
    }

    /// Where learning starts: the probability, with pseudo-pairs.
    fn prior(self) -> (f64, f64) {
        match self {
            ProfileField::Location => (0.4, 20.0),
            ProfileField::Website => (0.3, 20.0),
            ProfileField::About => (0.1, 20.0),
            ProfileField::RegisteredOn => (0.02, 50.0),
        }
    }
}

/// How profiles are counted, as the model file states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileParameters {
    /// A candidate's profiles are compared from this probability on, as stated by prior, name,
    /// contact and rivals.
    pub asked_probability_min: f64,
    /// Probability that a hand which states the field on both sides states the same, other than
    /// by chance. A field left out is not compared.
    pub m: BTreeMap<ProfileField, f64>,
}

/// Below this no field could raise a candidate to anything that counts.
const ASKED_PROBABILITY_MIN: f64 = 1e-4;
/// Learned from pairs that names and contacts make more likely than not.
const LEARNED_FROM_PROBABILITY: f64 = 0.5;
const ITERATION_COUNT: usize = 200;

impl ProfileParameters {
    /// Checks every range.
    pub(crate) fn check(&self) -> Result<(), ModelFileError> {
        let expected = "it must lie between 0 and 1";
        let asked = self.asked_probability_min;
        if !(0.0..=1.0).contains(&asked) {
            return Err(out_of_range(
                "profile.asked_probability_min",
                asked,
                expected,
            ));
        }
        for (field, &m) in &self.m {
            // Nothing is certain: a share of one would rule out every pair that disagrees.
            if !(0.0..1.0).contains(&m) {
                let parameter = format!("profile.m.{}", field.as_str());
                return Err(out_of_range(&parameter, m, expected));
            }
        }
        Ok(())
    }
}

/// Keeps what the profiles of the candidates say as `stage_profile_bits`, and returns the
/// parameters: the given ones, or those learned; none, and no stage, where no account states a field
/// that is compared. Needs `pair_parameters`.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    model: &LinkModel,
    given: Option<&ProfileParameters>,
) -> Result<Option<ProfileParameters>, LinkageError> {
    let mut fields = stated_fields(context).await?;
    if let Some(given) = given {
        fields.retain(|field| given.m.contains_key(field));
    }
    if fields.is_empty() {
        return Ok(None);
    }
    let asked_probability_min =
        given.map_or(ASKED_PROBABILITY_MIN, |given| given.asked_probability_min);
    let asked = Asked {
        stage: "stage_profile_asked",
        probability_min: asked_probability_min,
        probability_max: 1.0,
    };
    weigh::keep_asked(context, stages, model, Counted::default(), asked).await?;
    keep(
        context,
        stages,
        "stage_profile_counts",
        &counts_sql(&fields),
    )
    .await?;
    keep(
        context,
        stages,
        "stage_profile_values",
        &asked_values_sql(&fields),
    )
    .await?;
    keep(context, stages, "stage_profile_found", &found_sql(&fields)).await?;
    let parameters = match given {
        Some(given) => given.clone(),
        None => ProfileParameters {
            asked_probability_min,
            m: learn(&fields, &collect_patterns(context).await?),
        },
    };
    keep(
        context,
        stages,
        "stage_profile_weighed",
        &weighed_sql(&parameters),
    )
    .await?;
    keep(context, stages, "stage_profile_bits", BITS).await?;
    Ok(Some(parameters))
}

/// The fields that at least one account states; columns may be missing.
async fn stated_fields(context: &SessionContext) -> Result<Vec<ProfileField>, LinkageError> {
    let accounts = context.table("accounts").await;
    let accounts = accounts.map_err(|source| failed("stage_profile_counts", source))?;
    let mut stated = Vec::new();
    for field in ProfileField::ALL {
        let has = |column: &&str| accounts.schema().has_column_with_unqualified_name(column);
        if !field.columns().iter().all(has) {
            continue;
        }
        let sql = format!(
            "SELECT 1 FROM accounts WHERE {} LIMIT 1",
            field.is_stated_sql()
        );
        let rows = fetch(context, "stage_profile_counts", &sql).await?;
        if rows.iter().any(|batch| batch.num_rows() > 0) {
            stated.push(field);
        }
    }
    Ok(stated)
}

/// Rows of account_id, source, field and value, one per value that an account states.
fn stated_sql(fields: &[ProfileField]) -> String {
    let mut branches = Vec::new();
    for field in fields {
        for value in field.values_sql() {
            branches.push(format!(
                "SELECT account_id, source, '{}' AS field, {value} AS value FROM accounts WHERE {}",
                field.as_str(),
                field.is_stated_sql()
            ));
        }
    }
    format!(
        "SELECT * FROM ({}) WHERE value <> ''",
        branches.join(" UNION ALL ")
    )
}

/// How many accounts of each source state each value.
fn counts_sql(fields: &[ProfileField]) -> String {
    format!(
        "SELECT source, field, value, count(DISTINCT account_id) AS holders
         FROM ({}) GROUP BY source, field, value",
        stated_sql(fields)
    )
}

/// What the asked accounts state, with how many of their source state it.
fn asked_values_sql(fields: &[ProfileField]) -> String {
    format!(
        "WITH asked AS (
            SELECT account_a AS account_id FROM stage_profile_asked
            UNION SELECT account_b FROM stage_profile_asked
         )
         SELECT v.account_id, v.source, v.field, v.value, c.holders
         FROM (SELECT DISTINCT s.* FROM ({}) s JOIN asked ON asked.account_id = s.account_id) v
         JOIN stage_profile_counts c ON c.source = v.source AND c.field = v.field AND c.value = v.value",
        stated_sql(fields)
    )
}

/// One row per candidate and field that both state: how many others state the rarest value in
/// common, null where there is none, and `u`. A web site is repeated where it is among the shared
/// contacts or bears the name.
fn found_sql(fields: &[ProfileField]) -> String {
    let size = |field: &ProfileField| {
        format!(
            "SELECT source, '{}' AS field, count(*) AS stating FROM accounts WHERE {} GROUP BY source",
            field.as_str(),
            field.is_stated_sql()
        )
    };
    let sizes: Vec<String> = fields.iter().map(size).collect();
    format!(
        "WITH sizes AS ({sizes}), compared AS (
            SELECT q.account_a, q.account_b, l.source AS source_a, r.source AS source_b, l.field,
                   q.stated_probability,
                   min(CASE WHEN l.value = r.value THEN l.holders + r.holders - 2 END) AS others,
                   bool_or(l.field = 'website' AND l.value = r.value AND (q.strength > 0
                       OR coalesce(strpos(name_skeleton(l.value), n.skeleton) > 0, false))) AS is_repeated
            FROM stage_profile_asked q
            JOIN stage_profile_values l ON l.account_id = q.account_a
            JOIN stage_profile_values r ON r.account_id = q.account_b AND r.field = l.field
            LEFT JOIN stage_names n ON n.account_id = q.account_a
            GROUP BY q.account_a, q.account_b, l.source, r.source, l.field, q.stated_probability
         )
         SELECT account_a, account_b, c.field, stated_probability, others, is_repeated,
                least(1e0, (others + 1e0) / (sl.stating + sr.stating)) AS u
         FROM compared c
         JOIN sizes sl ON sl.source = c.source_a AND sl.field = c.field
         JOIN sizes sr ON sr.source = c.source_b AND sr.field = c.field",
        sizes = sizes.join(" UNION ALL ")
    )
}

/// Candidates that agree with the same `u`, or disagree, on a field.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pattern {
    field: ProfileField,
    /// Surprisal of the agreement, bits; `None` where the two disagree.
    surprisal_bits: Option<f64>,
    /// Sum of the candidates' probabilities.
    expected_links: f64,
}

async fn collect_patterns(context: &SessionContext) -> Result<Vec<Pattern>, LinkageError> {
    let sql = format!(
        "SELECT field, CAST(others IS NOT NULL AS BIGINT) AS is_shared,
                coalesce(round(-log2(u) * 8e0) / 8e0, 0e0) AS surprisal_bits,
                CAST(sum(CAST(stated_probability AS {SUMMED})) AS DOUBLE) AS expected_links
         FROM stage_profile_found
         WHERE stated_probability >= {LEARNED_FROM_PROBABILITY:e} AND NOT is_repeated
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    );
    let mut patterns = Vec::new();
    for batch in fetch(context, "stage_profile_found", &sql).await? {
        for row in 0..batch.num_rows() {
            let word = texts(&batch, "field").value(row);
            let field = ProfileField::ALL
                .into_iter()
                .find(|field| field.as_str() == word);
            let bits = numbers(&batch, "surprisal_bits").value(row);
            let is_shared = integers(&batch, "is_shared").value(row) == 1;
            patterns.extend(field.map(|field| Pattern {
                field,
                surprisal_bits: is_shared.then_some(bits),
                expected_links: numbers(&batch, "expected_links").value(row),
            }));
        }
    }
    Ok(patterns)
}

/// Expectation maximisation of each field's `m`: of the links that agree, `m / (m + (1 - m) u)` do not by
/// chance.
fn learn(fields: &[ProfileField], patterns: &[Pattern]) -> BTreeMap<ProfileField, f64> {
    let learn_one = |field: ProfileField| {
        let (mean, weight) = field.prior();
        let of_field: Vec<&Pattern> = patterns
            .iter()
            .filter(|pattern| pattern.field == field)
            .collect();
        let links: f64 = of_field.iter().map(|pattern| pattern.expected_links).sum();
        let mut m = mean;
        for _ in 0..ITERATION_COUNT {
            let meant = |pattern: &&Pattern| {
                let u = (-pattern.surprisal_bits?).exp2();
                Some(pattern.expected_links * m / (m + (1.0 - m) * u))
            };
            let meant: f64 = of_field.iter().filter_map(meant).sum();
            m = (meant + mean * weight) / (links + weight);
        }
        (field, m)
    };
    fields.iter().copied().map(learn_one).collect()
}

/// `stage_profile_found` with `m_probability`, `u_probability` and weight. Of a disagreement `u` is
/// taken as one: that two hands agree by chance is left out of account.
fn weighed_sql(parameters: &ProfileParameters) -> String {
    let arms: String = parameters
        .m
        .iter()
        .map(|(field, m)| format!(" WHEN '{}' THEN {m:e}", field.as_str()))
        .collect();
    format!(
        "WITH meant AS (SELECT *, CASE field{arms} END AS m FROM stage_profile_found),
         ratio AS (
            SELECT *, CASE WHEN others IS NULL THEN 1e0 - m ELSE m + (1e0 - m) * u END AS m_probability,
                   CASE WHEN others IS NULL THEN 1e0 ELSE u END AS u_probability
            FROM meant
         )
         SELECT account_a, account_b, field, others, is_repeated, m_probability, u_probability,
                log2(m_probability / u_probability) AS match_weight_bits
         FROM ratio"
    )
}

/// The sum of the counted weights of a candidate, of decimal numbers so that no order changes it.
const BITS: &str = "
    SELECT account_a, account_b,
           CAST(sum(CAST(match_weight_bits AS DECIMAL(38, 15))) AS DOUBLE) AS profile_bits
    FROM stage_profile_weighed WHERE NOT is_repeated GROUP BY account_a, account_b";

/// Rows of the table `evidence`, to be put behind others; one for each field that both state.
pub(crate) fn evidence_sql(floor: f64) -> String {
    let arms = |of: fn((&'static str, &'static str)) -> &'static str| -> String {
        ProfileField::ALL
            .iter()
            .map(|field| format!(" WHEN '{}' THEN '{}'", field.as_str(), of(field.label())))
            .collect()
    };
    format!(
        " UNION ALL
         SELECT w.account_left, w.account_right, 'profile' AS comparison,
                CASE WHEN f.others IS NULL THEN concat('different ', CASE f.field{several} END)
                     ELSE concat('same ', CASE f.field{one} END,
                                 CASE f.others WHEN 0 THEN '' ELSE concat(', stated by ', CAST(f.others AS VARCHAR), ' more') END)
                END AS level,
                f.m_probability, f.u_probability, f.match_weight_bits, NOT f.is_repeated AS is_counted
         FROM stage_weighed w
         JOIN stage_profile_weighed f
           ON least(f.account_a, f.account_b) = w.account_left
          AND greatest(f.account_a, f.account_b) = w.account_right
         WHERE w.match_probability >= {floor:e}",
        one = arms(|label| label.0),
        several = arms(|label| label.1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_share_that_agrees_beyond_chance_is_recovered(
            m in 0.05..0.9f64,
            surprisals in proptest::collection::vec(0.5..12.0f64, 1..8),
        ) {
            let mut patterns = Vec::new();
            for bits in surprisals {
                let agreeing = m + (1.0 - m) * (-bits).exp2();
                // So many that the prior weighs nothing.
                let links = 1e7;
                let pattern = |surprisal_bits, share: f64| Pattern {
                    field: ProfileField::Location,
                    surprisal_bits,
                    expected_links: links * share,
                };
                patterns.push(pattern(Some(bits), agreeing));
                patterns.push(pattern(None, 1.0 - agreeing));
            }
            let learned = learn(&[ProfileField::Location], &patterns);
            prop_assert!((learned[&ProfileField::Location] - m).abs() < 0.01, "{learned:?}");
        }
    }
}
