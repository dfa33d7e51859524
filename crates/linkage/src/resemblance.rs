//! Names that resemble each other without being equal on any level: one edit apart, or one the
//! beginning or the end of the other.
//!
//! How probable such a resemblance is by chance, the character model says, with both names left
//! out; and as it knows syllables and not words (`david` begins more names than it believes), it is
//! measured inside sources, where different accounts are different hands but for second
//! registrations: the pairs that there are, against those that it expects, give it a factor and an
//! exponent on each of the three levels.

use datafusion::prelude::SessionContext;
use entangle_model::NameLevel;
use entangle_rarity::Base;

use crate::frames::{fetch, integers, keep, numbers};
use crate::{LinkageError, Stages};

/// A skeleton shorter than this has too many neighbours for one edit to mean anything.
const EDIT_LENGTH_MIN: usize = 6;
/// Bits by which a skeleton must be rarer than its source is large before names that resemble it
/// are looked for. The model still knows the other name then, which makes this one less rare than
/// it is; so it is a first sieve only.
const SIEVE_MARGIN_BITS: f64 = 2.0;
/// Bits by which a resemblance must be rarer than the larger source is large: below, chance gives
/// more of them than hands do.
const RESEMBLANCE_MARGIN_BITS: f64 = 2.0;
/// Skeletons for which those that resemble them are counted at most; more are sampled by hash.
const PAIR_SAMPLE_LIMIT: u64 = 50_000;
/// Skeletons for which the model is asked how many it expects. Fewer, because every one has an
/// expectation and few have a pair.
const EXPOSURE_SAMPLE_LIMIT: u64 = 5_000;

/// Levels of resemblance.
pub(crate) const RESEMBLANCE_COUNT: usize = 3;

/// One level of resemblance.
struct Level {
    name_level: NameLevel,
    /// Function of a skeleton: hashes by which those that resemble it are found.
    hashes: &'static str,
    /// Function of two skeletons: surprisal of the resemblance to the first, bits.
    bits: &'static str,
    /// Whether a skeleton `part` resembles `whole` on this level and on no stricter one.
    is_part: &'static str,
}

const LEVELS: [Level; RESEMBLANCE_COUNT] = [
    Level {
        name_level: NameLevel::OneEdit,
        hashes: "name_deletion_hashes",
        bits: "one_edit_bits",
        is_part: "name_one_edit_apart(part.key, whole.key)",
    },
    Level {
        name_level: NameLevel::Beginning,
        hashes: "name_beginning_hashes",
        bits: "beginning_bits",
        is_part: "starts_with(whole.key, part.key) AND NOT name_one_edit_apart(part.key, whole.key)",
    },
    Level {
        name_level: NameLevel::Ending,
        hashes: "name_ending_hashes",
        bits: "ending_bits",
        is_part: "ends_with(whole.key, part.key) AND NOT starts_with(whole.key, part.key) \
                  AND NOT name_one_edit_apart(part.key, whole.key)",
    },
];

/// Keeps `stage_rare_keys`, and measures chance on each level unless it is given.
pub(crate) async fn measure(
    context: &SessionContext,
    stages: &dyn Stages,
    given: Option<[Base; RESEMBLANCE_COUNT]>,
) -> Result<[Base; RESEMBLANCE_COUNT], LinkageError> {
    let key_count = count(context, "SELECT count(*) AS found FROM stage_keys_skeleton").await?;
    let modulus = |limit: u64| key_count.div_ceil(limit).max(1);
    let (of_pairs, of_exposures) = (modulus(PAIR_SAMPLE_LIMIT), modulus(EXPOSURE_SAMPLE_LIMIT));
    let sql = format!(
        "SELECT k.source, k.key, text_hash(k.key) AS hash, name_stem(k.key) AS stem, s.others,
                text_hash(k.key) % {of_pairs} = 0 AS is_sampled,
                text_hash(k.key) % {of_exposures} = 0 AS is_exposed
         FROM stage_keys_skeleton k JOIN source_sizes s ON s.source = k.source
         WHERE k.model_bits >= log2(s.others + 1e0) + {SIEVE_MARGIN_BITS:e}"
    );
    keep(context, stages, "stage_rare_keys", &sql).await?;
    if let Some(given) = given {
        return Ok(given);
    }
    let mut bases = [Base::default(); RESEMBLANCE_COUNT];
    for (base, level) in bases.iter_mut().zip(&LEVELS) {
        let scale = of_exposures as f64 / of_pairs as f64;
        let exposures = by_bits(context, &exposures_sql(level, scale)).await?;
        let pairs = by_bits(context, &chance_pairs_sql(level)).await?;
        *base = Base::of_chance_pairs(&exposures, &pairs);
    }
    Ok(bases)
}

async fn count(context: &SessionContext, sql: &str) -> Result<u64, LinkageError> {
    let batches = fetch(context, "resemblance", sql).await?;
    let counts = batches
        .iter()
        .map(|batch| integers(batch, "found").value(0));
    Ok(counts.sum::<i64>() as u64)
}

async fn by_bits(context: &SessionContext, sql: &str) -> Result<Vec<(f64, f64)>, LinkageError> {
    let mut rows = Vec::new();
    for batch in fetch(context, "resemblance", sql).await? {
        for row in 0..batch.num_rows() {
            rows.push((
                numbers(&batch, "bits").value(row),
                numbers(&batch, "amount").value(row),
            ));
        }
    }
    Ok(rows)
}

fn length_condition(level: &Level, key: &str) -> String {
    match level.name_level {
        NameLevel::OneEdit => format!("character_length({key}) >= {EDIT_LENGTH_MIN}"),
        _ => "true".to_owned(),
    }
}

/// By surprisal, the accounts that could resemble a sampled skeleton of their source. Only where
/// less than one account of the source is expected to: what is common says nothing of what is rare,
/// and is so much more that it would rule the fit.
fn exposures_sql(level: &Level, scale: f64) -> String {
    format!(
        "SELECT bits, {scale:e} * sum(others) AS amount FROM (
            SELECT round({bits}(key, key)) AS bits, others FROM stage_rare_keys
            WHERE is_exposed AND {is_long}
         ) WHERE bits >= log2(others + 1e0) GROUP BY bits ORDER BY bits",
        bits = level.bits,
        is_long = length_condition(level, "key"),
    )
}

/// By surprisal, the skeletons of a source that resemble a sampled one of it.
fn chance_pairs_sql(level: &Level) -> String {
    format!(
        "SELECT bits, CAST(count(*) AS DOUBLE) AS amount FROM (
            SELECT round({bits}(part_key, whole_key)) AS bits, others FROM (
                SELECT DISTINCT part.source, part.others, part.key AS part_key, whole.key AS whole_key
                FROM {whole} whole JOIN {part} part
                  ON part.hash = whole.hash AND part.source = whole.source
                WHERE part.is_sampled AND part.key <> whole.key AND {is_part}
                  AND part.stem <> name_stem(whole.key)
            )
         ) WHERE bits >= log2(others + 1e0) GROUP BY bits ORDER BY bits",
        bits = level.bits,
        whole = wholes_sql(level),
        part = parts_sql(level),
        is_part = level.is_part,
    )
}

/// Skeletons with the hashes of what they resemble.
fn wholes_sql(level: &Level) -> String {
    let from = match level.name_level {
        // Both sides of one edit are alike, so both may be sieved.
        NameLevel::OneEdit => "stage_rare_keys",
        _ => "stage_keys_skeleton",
    };
    format!(
        "(SELECT source, key, unnest({}(key)) AS hash FROM {from} WHERE {})",
        level.hashes,
        length_condition(level, "key")
    )
}

/// Rare skeletons with the hashes under which a whole may have them.
fn parts_sql(level: &Level) -> String {
    match level.name_level {
        NameLevel::OneEdit => format!(
            "(SELECT source, key, stem, others, is_sampled, unnest({}(key)) AS hash FROM stage_rare_keys WHERE {})",
            level.hashes,
            length_condition(level, "key")
        ),
        _ => "stage_rare_keys".to_owned(),
    }
}

/// Pairs of skeletons of the two sides of a pair of sources that resemble each other: pair,
/// source_left, source_right, key_left, key_right, level, and the surprisal of the resemblance as
/// measured.
pub(crate) fn resemblances_sql(bases: &[Base; RESEMBLANCE_COUNT]) -> String {
    let mut branches = Vec::new();
    for (level, base) in LEVELS.iter().zip(bases) {
        branches.push(pairs_sql(level, base, Side::Left));
        if level.name_level != NameLevel::OneEdit {
            branches.push(pairs_sql(level, base, Side::Right));
        }
    }
    format!(
        "SELECT pair, source_left, source_right, key_left, key_right, level, name_bits
         FROM ({}) WHERE name_bits >= log2(larger_count) + {RESEMBLANCE_MARGIN_BITS:e}",
        branches.join(" UNION ALL ")
    )
}

/// The side on which the part stands.
#[derive(Debug, Clone, Copy)]
enum Side {
    Left,
    Right,
}

fn pairs_sql(level: &Level, base: &Base, side: Side) -> String {
    let (of_part, of_whole) = match side {
        Side::Left => ("left", "right"),
        Side::Right => ("right", "left"),
    };
    let bits = match level.name_level {
        // Of two names one edit apart neither is the other's part; the less rare one decides.
        NameLevel::OneEdit => format!(
            "least({bits}(key_left, key_right), {bits}(key_right, key_left))",
            bits = level.bits
        ),
        _ => format!("{}(key_{of_part}, key_{of_whole})", level.bits),
    };
    format!(
        "SELECT pair, larger_count, source_left, source_right, key_left, key_right,
                CAST({index} AS BIGINT) AS level,
                {exponent:e} * {bits} - {factor_bits:e} AS name_bits
         FROM (
            SELECT DISTINCT p.pair, p.larger_count, p.source_left, p.source_right,
                   part.key AS key_{of_part}, whole.key AS key_{of_whole}
            FROM {whole} whole JOIN {part} part ON part.hash = whole.hash
            JOIN source_pairs p ON p.source_{of_part} = part.source AND p.source_{of_whole} = whole.source
            WHERE part.key <> whole.key AND {is_part} AND part.stem <> name_stem(whole.key)
         )",
        index = level.name_level.index(),
        exponent = base.exponent,
        factor_bits = base.factor.log2(),
        whole = wholes_sql(level),
        part = parts_sql(level),
        is_part = level.is_part,
    )
}
