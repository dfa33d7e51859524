//! `bench figures`: the figures of docs/concepts, from a simulated world.
//!
//! The same version gives the same bytes, so a figure in the documentation can be made again.

use std::path::Path;

use datafusion::prelude::SessionContext;
use entangle_linkage::evaluation::JudgedPair;
use entangle_model::{AccountId, Estimate, NameLevel};
use entangle_report::{
    NameLevelRow, ObservedBin, name_levels_svg, precision_by_surprisal_svg, reliability_svg,
};
use entangle_statistics::proportion::wilson_interval;
use entangle_statistics::weighted_sample::sorted_quantile;

use crate::EngineError;
use crate::evaluate::judged_pairs;
use crate::explain::{LinkExplanation, explain_pair, waterfall_figure};
use crate::linked_world::LinkedWorld;
use crate::table_reader::{integers, numbers, texts};
use crate::world::WorldOptions;

/// Seed of the world that is drawn.
const SEED: u64 = 8100;
/// Posts of the world that is drawn.
const POST_COUNT: u64 = 100_000;
/// Width of a bin of surprisal, bits.
const BIN_BITS: f64 = 3.0;
/// Bins with fewer pairs are not drawn: their share says nothing.
const BIN_PAIRS_MIN: usize = 20;
/// Bins of stated probability.
const PROBABILITY_BINS: usize = 10;

/// A figure, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptFigure {
    /// Name of its file.
    pub file: &'static str,
    /// The drawing.
    pub svg: String,
}

/// Makes every figure.
///
/// # Errors
/// Those of the stages, and a world without a pair worth explaining.
pub async fn concept_figures() -> Result<Vec<ConceptFigure>, EngineError> {
    let world = LinkedWorld::make(&WorldOptions::new(SEED, POST_COUNT)).await?;
    let judged = judged_pairs(&world.context, &world.truth).await?;
    let pairs: Vec<&JudgedPair> = judged.values().flatten().collect();
    let sizes = world.model.pairs.iter();
    let largest = sizes
        .map(|pair| pair.account_count_left.max(pair.account_count_right))
        .max();
    let chance_bits = (largest.unwrap_or(1) as f64).log2();
    let figure = |file, svg| ConceptFigure { file, svg };
    Ok(vec![
        figure(
            "precision-by-surprisal.svg",
            precision_by_surprisal_svg(&by_surprisal(&pairs), chance_bits),
        ),
        figure(
            "name-levels.svg",
            name_levels_svg(&name_levels(&world).await?),
        ),
        figure("reliability.svg", reliability_svg(&by_probability(&pairs))),
        figure("waterfall.svg", waterfall(&world.context).await?),
    ])
}

/// Makes every figure and writes it into a folder; returns the names of the files.
///
/// # Errors
/// Those of [`concept_figures`], and a folder that cannot be written.
pub async fn write_concept_figures(out: &Path) -> Result<Vec<&'static str>, EngineError> {
    let figures = concept_figures().await?;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| EngineError::File {
            action: "write",
            path,
            source,
        }
    };
    std::fs::create_dir_all(out).map_err(failed(out))?;
    for figure in &figures {
        let path = out.join(figure.file);
        std::fs::write(&path, &figure.svg).map_err(failed(&path))?;
    }
    Ok(figures.iter().map(|figure| figure.file).collect())
}

/// Candidates with names equal but for case, in bins of surprisal; the last bin is open.
fn by_surprisal(pairs: &[&JudgedPair]) -> Vec<ObservedBin> {
    let equal = |pair: &&&JudgedPair| pair.name_level <= NameLevel::Folded;
    let equal: Vec<&JudgedPair> = pairs.iter().filter(equal).copied().collect();
    let bin_of = |pair: &JudgedPair| (pair.name_bits.unwrap_or(0.0) / BIN_BITS) as usize;
    let last = equal.iter().map(|pair| bin_of(pair)).max().unwrap_or(0);
    let in_bin = |number: usize| -> Vec<&JudgedPair> {
        equal
            .iter()
            .filter(|pair| bin_of(pair) == number)
            .copied()
            .collect()
    };
    let bins = (0..=last).map(|number| ((number as f64 + 0.5) * BIN_BITS, in_bin(number)));
    bins.filter(|(_, pairs)| pairs.len() >= BIN_PAIRS_MIN)
        .map(|(at, pairs)| observed(at, &pairs))
        .collect()
}

/// Candidates in bins of stated probability, each at its mean.
fn by_probability(pairs: &[&JudgedPair]) -> Vec<ObservedBin> {
    let mut bins: Vec<Vec<&JudgedPair>> = vec![Vec::new(); PROBABILITY_BINS];
    for pair in pairs {
        let number = (pair.match_probability * PROBABILITY_BINS as f64) as usize;
        bins[number.min(PROBABILITY_BINS - 1)].push(*pair);
    }
    let filled = bins.iter().filter(|bin| bin.len() >= BIN_PAIRS_MIN);
    filled.map(|bin| observed(stated_mean(bin), bin)).collect()
}

fn stated_mean(pairs: &[&JudgedPair]) -> f64 {
    pairs.iter().map(|pair| pair.match_probability).sum::<f64>() / pairs.len().max(1) as f64
}

fn observed(at: f64, pairs: &[&JudgedPair]) -> ObservedBin {
    let n = pairs.len() as u64;
    let found = pairs.iter().filter(|pair| pair.is_true).count() as f64;
    let observed = match wilson_interval(found, n as f64) {
        Some(share) => Estimate::new(found / n as f64, share.low, share.high, n, "Wilson"),
        None => Estimate::missing(n, "no pairs"),
    };
    ObservedBin {
        at,
        observed,
        stated_mean: stated_mean(pairs),
    }
}

/// Every level on which the world has candidates.
async fn name_levels(world: &LinkedWorld) -> Result<Vec<NameLevelRow>, EngineError> {
    let sql = "SELECT CAST(l.place AS BIGINT), w.name_u, w.name_weight
               FROM stage_weighed w
               JOIN (VALUES ('written', 0), ('folded', 1), ('skeleton', 2), ('stem', 3),
                            ('one_edit', 4), ('beginning', 5), ('ending', 6), ('none', 7))
                    AS l (name_level, place) ON l.name_level = w.name_level";
    let mut found: Vec<[Vec<f64>; 2]> = vec![Default::default(); NameLevel::ALL.len()];
    for batch in world.context.sql(sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let [u, weight] = &mut found[integers(&batch, 0).value(row) as usize];
            u.push(numbers(&batch, 1).value(row));
            weight.push(numbers(&batch, 2).value(row));
        }
    }
    let mut rows = Vec::new();
    for (level, [u, weight]) in NameLevel::ALL.into_iter().zip(found) {
        let pair_count = u.len() as u64;
        if let (Some(u), Some(weight_bits)) = (percentiles(u), percentiles(weight)) {
            rows.push(NameLevelRow {
                label: label_of(level).to_owned(),
                m: world.model.name_m[level.index()],
                u,
                weight_bits,
                pair_count,
            });
        }
    }
    Ok(rows)
}

fn percentiles(mut values: Vec<f64>) -> Option<[f64; 3]> {
    values.sort_by(f64::total_cmp);
    let at = |level| sorted_quantile(&values, level);
    Some([at(0.1)?, at(0.5)?, at(0.9)?])
}

fn label_of(level: NameLevel) -> &'static str {
    match level {
        NameLevel::Written => "as written",
        NameLevel::Folded => "but for case",
        NameLevel::Skeleton => "same skeleton",
        NameLevel::Stem => "same stem",
        NameLevel::OneEdit => "one edit apart",
        NameLevel::Beginning => "one begins other",
        NameLevel::Ending => "one ends other",
        NameLevel::None => "unlike names",
    }
}

/// The explanation of the pair with most to explain: a shared contact beside the name, and rivals.
async fn waterfall(context: &SessionContext) -> Result<String, EngineError> {
    let sql = "SELECT account_left, account_right FROM stage_weighed
               WHERE strength > 0 AND is_name_counted AND is_contact_counted AND rival_count > 0
               ORDER BY name_level = 'none', rivals_weight, account_left, account_right LIMIT 1";
    for batch in context.sql(sql).await?.collect().await? {
        let ids = [0, 1].map(|column| AccountId::parse(texts(&batch, column).value(0)));
        if let [Some(left), Some(right)] = ids
            && let LinkExplanation::Compared(waterfall) =
                explain_pair(context, [left, right], false).await?
        {
            return Ok(waterfall_figure(&waterfall));
        }
    }
    Err(EngineError::User(
        "the world has no pair with name, contact and rivals".to_owned(),
    ))
}
