//! Drawing posts with known probability.
//!
//! One pass over the labelled posts keeps, of each stratum, the posts with the smallest lots; how many
//! of them are drawn is decided when the sizes of all strata are known.

use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use entangle_model::sql_list;
use std::collections::{BTreeMap, BinaryHeap};

use super::CODES;
use super::allocation::allocate;
use super::lot::lot;
use crate::config::StudyConfig;
use crate::error::{InPart, PopulationError};
use crate::inputs::StudyInputs;
use crate::offers::labels::{OFFER_POSTS_SQL, PostLabel};
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Groups of authors: strict crossover users, and all others.
pub(super) const GROUPS: [&str; 2] = ["crossover users", "others"];
const STRATUM_COUNT: usize = CODES.len() * GROUPS.len();
/// Posts labelled none are drawn so many times as often as those of another label: they are most
/// posts, and what the rules miss is among them.
const NONE_WEIGHT: f64 = 4.0;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawRequest {
    /// Posts to draw.
    pub count: u64,
    /// The same seed draws the same posts.
    pub seed: u64,
}

/// Posts of one label by one group of authors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// The label of the rules.
    pub label: &'static str,
    /// crossover users or others.
    pub group: &'static str,
    /// Posts of the population in it.
    pub post_count: u64,
    /// Posts drawn.
    pub drawn_count: u64,
}

/// A drawn post.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnPost {
    /// Its id.
    pub post_id: String,
    /// The stratum that it was drawn from, a place in [`Draw::strata`].
    pub stratum: usize,
    /// The probability with which it was drawn.
    pub inclusion_probability: f64,
    /// Its language, ISO 639-1; `None` where it was not told apart.
    pub language: Option<String>,
    /// Title of the thread that it opens; `None` where it opens none.
    pub title: Option<String>,
    /// Its text; empty where it has a title alone.
    pub body: String,
}

/// A sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Strata, empty ones among them.
    pub strata: Vec<Stratum>,
    /// The posts, in an order that says nothing of their strata.
    pub posts: Vec<DrawnPost>,
}

/// Draws posts of the population of a study.
///
/// # Errors
///
/// As [`crate::run_study`].
pub async fn draw_posts(
    session: &SessionContext,
    config: &StudyConfig,
    request: &DrawRequest,
) -> Result<Draw, PopulationError> {
    let tables = StudyTables::open(session, config).await?;
    let inputs = StudyInputs::read(&tables, config).await?;
    let kept = keep_smallest_lots(&tables, &inputs, request)
        .await
        .in_part("the draw")?;
    let sizes = kept.each_ref().map(|stratum| stratum.post_count);
    let weights: [f64; STRATUM_COUNT] = std::array::from_fn(|place| match label_of(place) {
        "none" => NONE_WEIGHT,
        _ => 1.0,
    });
    let drawn_counts = allocate(request.count, &sizes, &weights);
    let mut draw = Draw {
        strata: Vec::new(),
        posts: Vec::new(),
    };
    for (place, (stratum, drawn_count)) in kept.into_iter().zip(drawn_counts).enumerate() {
        draw.strata.push(Stratum {
            label: label_of(place),
            group: GROUPS[place % GROUPS.len()],
            post_count: stratum.post_count,
            drawn_count,
        });
        let drawn = stratum.lots.into_sorted_vec().into_iter();
        draw.posts.extend(
            drawn
                .take(drawn_count as usize)
                .map(|(_, post_id)| DrawnPost {
                    post_id,
                    stratum: place,
                    inclusion_probability: drawn_count as f64 / stratum.post_count as f64,
                    language: None,
                    title: None,
                    body: String::new(),
                }),
        );
    }
    draw.posts.sort_by_cached_key(|post| {
        (
            lot(request.seed, "order", &post.post_id),
            post.post_id.clone(),
        )
    });
    read_texts(&tables, &mut draw.posts)
        .await
        .in_part("the draw")?;
    Ok(draw)
}

fn label_of(place: usize) -> &'static str {
    CODES[place / GROUPS.len()]
}

/// The posts of a stratum with the smallest lots.
#[derive(Default)]
struct KeptPosts {
    post_count: u64,
    lots: BinaryHeap<(u64, String)>,
}

async fn keep_smallest_lots(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    request: &DrawRequest,
) -> Result<[KeptPosts; STRATUM_COUNT], DataFusionError> {
    let mut kept: [KeptPosts; STRATUM_COUNT] = Default::default();
    let sql = format!("SELECT post_id, account_index, label FROM ({OFFER_POSTS_SQL})");
    for_each_row(tables.query(&sql).await?, |row| {
        let (Some(post_id), Some(is_strict)) = (row.text(0), inputs.is_strict.get(row.position(1)))
        else {
            return;
        };
        let class = row
            .text(2)
            .and_then(PostLabel::parse)
            .map(|label| label.class);
        let place = class.map(|class| class * GROUPS.len() + usize::from(!is_strict));
        let Some(stratum) = place.and_then(|place| kept.get_mut(place)) else {
            return;
        };
        stratum.post_count += 1;
        let entry = (lot(request.seed, "draw", post_id), post_id);
        let largest = stratum.lots.peek();
        let is_kept = (stratum.lots.len() as u64) < request.count;
        if is_kept || largest.is_some_and(|one| entry < (one.0, one.1.as_str())) {
            stratum.lots.push((entry.0, entry.1.to_owned()));
        }
        if stratum.lots.len() as u64 > request.count {
            stratum.lots.pop();
        }
    })
    .await?;
    Ok(kept)
}

async fn read_texts(tables: &StudyTables, posts: &mut [DrawnPost]) -> Result<(), DataFusionError> {
    if posts.is_empty() {
        return Ok(());
    }
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (place, post) in posts.iter().enumerate() {
        places.insert(post.post_id.clone(), place);
    }
    let sql = format!(
        "SELECT p.post_id, p.language, CASE WHEN p.kind = 'opening' THEN t.title END, p.body \
         FROM public_posts p LEFT JOIN threads t ON p.thread_id = t.thread_id \
         WHERE p.post_id IN ({})",
        sql_list(places.keys())
    );
    for_each_row(tables.query(&sql).await?, |row| {
        let place = row.text(0).and_then(|post_id| places.get(post_id));
        if let Some(post) = place.and_then(|place| posts.get_mut(*place)) {
            post.language = row.text(1).map(str::to_owned);
            post.title = row.text(2).map(str::to_owned);
            post.body = row.text(3).unwrap_or_default().to_owned();
        }
    })
    .await
}
