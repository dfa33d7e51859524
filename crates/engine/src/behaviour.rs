//! What writing style, hours and language say of a pair: shown beside its evidence, not counted.
//!
//! They are weak, and what they are worth between sources is measured on few people (see
//! docs/concepts/style.md), so no probability rests on them. They are learned at the moment of
//! asking, from the accounts of the two sources that wrote most.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::Array;
use datafusion::prelude::SessionContext;
use entangle_linkage::EvidenceLine;
use entangle_model::{AccountId, sql_list, sql_text};
use entangle_style::{
    Abstention, Halves, HourHistogram, HoursModel, SourceLanguages, StyleBackground, StyleProfile,
    language_weight_bits, simultaneous_weight_bits, train,
};
use futures::TryStreamExt;

use crate::EngineError;
use crate::table_reader::{integers, texts};

/// Accounts of each source from which style and hours are learned: those that wrote most.
const LEARNED_ACCOUNT_COUNT: u64 = 200;
/// Posts of an account that are read at most, the oldest first.
const READ_POST_COUNT: u64 = 2_000;

/// What was seen of one account.
#[derive(Default)]
struct Observed {
    whole: StyleProfile,
    halves: [StyleProfile; 2],
    hours: HourHistogram,
    /// Minutes since 1970 of its posts, rising.
    minutes: Vec<i64>,
}

/// Lines for style, hours, simultaneous activity and language; each says why where it abstains.
pub(crate) async fn behaviour_lines(
    context: &SessionContext,
    accounts: [AccountId; 2],
    sources: [&str; 2],
) -> Result<Vec<EvidenceLine>, EngineError> {
    let ids = accounts.map(|id| id.to_string());
    let mut observed = [BTreeMap::new(), BTreeMap::new()];
    for ((of_source, source), id) in observed.iter_mut().zip(sources).zip(&ids) {
        let mut wanted = most_written(context, source).await?;
        wanted.insert(id.clone());
        *of_source = observe(context, &wanted).await?;
    }
    let [left, right] = [0, 1].map(|side| observed[side].get(&ids[side]));
    let (Some(left), Some(right)) = (left, right) else {
        return Ok(vec![
            line("style", Err(Abstention::TooFewWords), ""),
            line("hours", Err(Abstention::TooFewPosts), ""),
        ]);
    };
    Ok(vec![
        style_line(&observed, left, right),
        line(
            "hours",
            hours_bits(&observed, left, right),
            "hours of the week",
        ),
        line(
            "simultaneous",
            simultaneous_weight_bits(&left.minutes, &right.minutes),
            "activity in the same minutes",
        ),
        line(
            "language",
            language_bits(&observed, left, right),
            "different languages",
        ),
    ])
}

fn line(comparison: &str, bits: Result<f64, Abstention>, what: &str) -> EvidenceLine {
    let (level, match_weight_bits) = match bits {
        Ok(bits) => (what.to_owned(), bits),
        Err(abstention) => (format!("says nothing: {abstention}"), 0.0),
    };
    EvidenceLine {
        comparison: comparison.to_owned(),
        level,
        m_probability: None,
        u_probability: None,
        match_weight_bits,
        is_counted: false,
    }
}

type OfSource = BTreeMap<String, Observed>;

fn style_line(observed: &[OfSource; 2], left: &Observed, right: &Observed) -> EvidenceLine {
    let [background_left, background_right] = [0, 1].map(|side| {
        let mut background = StyleBackground::new();
        observed[side]
            .values()
            .for_each(|account| background.add(&account.whole));
        background
    });
    let halves = [0, 1].map(|side| -> Vec<Halves> {
        let accounts = observed[side].values();
        let halves = accounts.map(|account| {
            let [first, second] = account.halves.clone();
            Halves { first, second }
        });
        halves.collect()
    });
    let model = train(&halves);
    let weight = model.weigh(
        &model.vectors(&left.whole, &background_left),
        &model.vectors(&right.whole, &background_right),
    );
    match weight {
        Ok(weight) => {
            let what = format!(
                "writing in {}, {} words",
                weight.language, weight.word_count
            );
            line("style", Ok(weight.bits), &what)
        }
        Err(abstention) => line("style", Err(abstention), ""),
    }
}

fn hours_bits(
    observed: &[OfSource; 2],
    left: &Observed,
    right: &Observed,
) -> Result<f64, Abstention> {
    let all = observed.iter().flat_map(BTreeMap::values);
    HoursModel::learn(all.map(|account| &account.hours)).weight_bits(&left.hours, &right.hours)
}

fn language_bits(
    observed: &[OfSource; 2],
    left: &Observed,
    right: &Observed,
) -> Result<f64, Abstention> {
    let [of_left, of_right] = [0, 1].map(|side| {
        let mut languages = SourceLanguages::new();
        observed[side]
            .values()
            .for_each(|account| languages.add(&account.whole));
        languages
    });
    language_weight_bits(&left.whole, &right.whole, &of_left, &of_right)
}

/// The accounts of a source that wrote most.
async fn most_written(
    context: &SessionContext,
    source: &str,
) -> Result<BTreeSet<String>, EngineError> {
    let sql = format!(
        "SELECT account_id FROM posts WHERE source = {} AND account_id IS NOT NULL
         GROUP BY account_id ORDER BY sum(character_length(body)) DESC NULLS LAST, account_id
         LIMIT {LEARNED_ACCOUNT_COUNT}",
        sql_text(source)
    );
    let mut accounts = BTreeSet::new();
    for batch in context.sql(&sql).await?.collect().await? {
        accounts.extend(texts(&batch, 0).iter().flatten().map(str::to_owned));
    }
    Ok(accounts)
}

/// Reads the posts of accounts, in the order of time. The halves are the earlier and the later
/// posts, so that threads, and with them topics, are mostly in one of the two.
async fn observe(
    context: &SessionContext,
    accounts: &BTreeSet<String>,
) -> Result<OfSource, EngineError> {
    let sql = format!(
        "SELECT account_id, name, body, language, posted_s,
                CAST(CASE WHEN 2 * place <= post_count THEN 0 ELSE 1 END AS BIGINT) AS half
         FROM (
            SELECT p.account_id, a.name, p.body, p.language,
                   CAST(to_unixtime(p.posted_at) AS BIGINT) AS posted_s,
                   row_number() OVER (PARTITION BY p.account_id ORDER BY p.posted_at, p.post_id) AS place,
                   count(*) OVER (PARTITION BY p.account_id) AS post_count
            FROM posts p JOIN accounts a ON a.account_id = p.account_id
            WHERE p.account_id IN ({})
         ) WHERE place <= {READ_POST_COUNT} ORDER BY account_id, place",
        sql_list(accounts)
    );
    let mut observed = OfSource::new();
    let mut batches = context.sql(&sql).await?.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        let [ids, names, bodies, languages] = [0, 1, 2, 3].map(|column| texts(&batch, column));
        let (posted, halves) = (integers(&batch, 4), integers(&batch, 5));
        for row in 0..batch.num_rows() {
            let name = names
                .is_valid(row)
                .then(|| names.value(row))
                .unwrap_or_default();
            let account = observed
                .entry(ids.value(row).to_owned())
                .or_insert_with(|| Observed::of_account(name));
            if posted.is_valid(row) {
                account.hours.add(posted.value(row));
                account.minutes.push(posted.value(row).div_euclid(60));
            }
            if bodies.is_valid(row) {
                let language = languages.is_valid(row).then(|| languages.value(row));
                let half = &mut account.halves[halves.value(row) as usize];
                half.add(bodies.value(row), language);
                account.whole.add(bodies.value(row), language);
            }
        }
    }
    Ok(observed)
}

impl Observed {
    /// An account's own name must not tell its texts.
    fn of_account(name: &str) -> Self {
        Self {
            whole: StyleProfile::of_account(name),
            halves: [
                StyleProfile::of_account(name),
                StyleProfile::of_account(name),
            ],
            ..Self::default()
        }
    }
}
