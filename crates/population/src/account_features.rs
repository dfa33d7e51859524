//! What each account of the population does on the public source: counts by plans, features by
//! ratios of them.
//!
//! Plans return whole numbers only, so that the result does not depend on the order in which an
//! engine adds. Each feature states its unit in its name and, in its description, when it is
//! missing.

use datafusion::error::DataFusionError;

use crate::rows::{Row, for_each_row};
use crate::study_tables::StudyTables;

/// Dated posts that an account needs before its hours say anything.
const HOUR_POSTS_MIN: u64 = 20;
const HOURS: usize = 24;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// Words of offers and of requests in English and Russian, whole words.
const OFFER_WORDS: &str =
    r"\b(wts|selling|sell|for sale|i offer|we offer|vendor|продам|продаю|предлагаю|продажа)\b";
/// An amount with its currency, before or behind it.
const PRICE: &str = r"([$€£₽]|\b(usd|eur|btc|rub|usdt|xmr)) ?[0-9]|[0-9][0-9.,]* ?(k )?([$€£₽]|(usd|eur|btc|rub|usdt|xmr|руб|dollars|euros)\b)";
/// A text of fewer characters is a remark.
const SHORT_CHARACTERS: u64 = 50;
const REQUEST_WORDS: &str = r"\b(wtb|buying|looking for|need|want to buy|hire|hiring|куплю|ищу|нужен|нужна|нужно|требуется)\b";

/// Counts of one account in the window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AccountCounts {
    post_count: u64,
    opening_count: u64,
    comment_count: u64,
    answering_count: u64,
    body_count: u64,
    character_count: u64,
    word_count: u64,
    vocabulary_body_count: u64,
    vocabulary_word_count: u64,
    quoted_character_count: u64,
    link_count: u64,
    question_post_count: u64,
    offer_post_count: u64,
    request_post_count: u64,
    price_post_count: u64,
    exclamation_post_count: u64,
    short_post_count: u64,
    attachment_count: u64,
    mention_count: u64,
    edited_post_count: u64,
    language_count: u64,
    registered_s: Option<i64>,
    dated_post_count: u64,
    weekend_post_count: u64,
    first_post_s: Option<i64>,
    last_post_s: Option<i64>,
    hour_counts: [u64; HOURS],
    active_day_count: u64,
    largest_gap_days: Option<u64>,
    thread_count: u64,
    threaded_post_count: u64,
    board_count: u64,
}

/// One feature of behaviour.
pub(crate) struct Feature {
    /// Short name, unit last.
    pub(crate) name: &'static str,
    /// What it measures and when it is missing.
    pub(crate) about: &'static str,
    /// Whether the matching makes the groups equal in it, so that it cannot tell them apart.
    pub(crate) is_balanced_by_matching: bool,
    /// Its value for one account.
    pub(crate) measure: fn(&AccountCounts) -> Option<f64>,
}

const fn feature(
    name: &'static str,
    about: &'static str,
    measure: fn(&AccountCounts) -> Option<f64>,
) -> Feature {
    Feature {
        name,
        about,
        is_balanced_by_matching: false,
        measure,
    }
}

/// Every feature, in the order of the report.
pub(crate) static FEATURES: [Feature; 32] = [
    Feature {
        is_balanced_by_matching: true,
        ..feature(
            "post_count",
            "Posts in the window. Never missing. Balanced by the matching, so it checks the matching and not the groups.",
            |counts| Some(counts.post_count as f64),
        )
    },
    feature(
        "active_day_count",
        "Days (UTC) with a post. Missing without dated posts.",
        |counts| positive(counts.active_day_count),
    ),
    feature(
        "posts_per_active_day",
        "Dated posts per day with a post. Missing without dated posts.",
        |counts| ratio(counts.dated_post_count, counts.active_day_count),
    ),
    feature(
        "span_days",
        "Days from the first post to the last. Missing without dated posts.",
        AccountCounts::span_days,
    ),
    feature(
        "mean_gap_days",
        "Mean days from one day with a post to the next. Missing with fewer than two such days.",
        |counts| match (counts.span_days(), counts.active_day_count) {
            (Some(span_days), 2..) => Some(span_days / (counts.active_day_count - 1) as f64),
            _ => None,
        },
    ),
    feature(
        "largest_gap_days",
        "Longest time between two days with a post, days. Missing with fewer than two such days.",
        |counts| counts.largest_gap_days.map(|days| days as f64),
    ),
    feature(
        "opening_share",
        "Share of posts that start a thread. Never missing.",
        |counts| ratio(counts.opening_count, counts.post_count),
    ),
    feature(
        "comment_share",
        "Share of posts that are short remarks on a post. Never missing.",
        |counts| ratio(counts.comment_count, counts.post_count),
    ),
    feature(
        "answering_share",
        "Share of posts that answer a particular post. Never missing; zero where the source does not say what is answered.",
        |counts| ratio(counts.answering_count, counts.post_count),
    ),
    feature(
        "posts_per_thread",
        "Posts per thread taken part in. Missing where no post states its thread.",
        |counts| ratio(counts.threaded_post_count, counts.thread_count),
    ),
    feature(
        "board_count",
        "Boards posted on. Missing where the source has no boards.",
        |counts| positive(counts.board_count),
    ),
    feature(
        "body_characters",
        "Mean length of a post's own text, characters. Missing without texts.",
        |counts| ratio(counts.character_count, counts.body_count),
    ),
    feature(
        "body_words",
        "Mean length of a post's own text, words. Missing without texts.",
        |counts| ratio(counts.word_count, counts.body_count),
    ),
    feature(
        "vocabulary_words",
        "Mean number of distinct words among the first hundred of a text. Missing without a text of a hundred words.",
        |counts| ratio(counts.vocabulary_word_count, counts.vocabulary_body_count),
    ),
    feature(
        "hour_entropy_bits",
        "Entropy of the hour of the day (UTC), bits; 0 when all posts fall in one hour, 4.58 when evenly spread. Missing below 20 dated posts.",
        AccountCounts::hour_entropy_bits,
    ),
    feature(
        "quiet_hours_share",
        "Share of posts in the account's own eight quietest hours in a row. Missing below 20 dated posts. Free of time zones.",
        AccountCounts::quiet_hours_share,
    ),
    feature(
        "night_share",
        "Share of posts from 22 to 6 o'clock UTC. Missing below 20 dated posts. Depends on where people live.",
        AccountCounts::night_share,
    ),
    feature(
        "weekend_share",
        "Share of posts on Saturdays and Sundays (UTC). Missing without dated posts.",
        |counts| ratio(counts.weekend_post_count, counts.dated_post_count),
    ),
    feature(
        "links_per_post",
        "Web links per post. Never missing.",
        |counts| ratio(counts.link_count, counts.post_count),
    ),
    feature(
        "quoted_share",
        "Share of characters that are quotation. Missing without texts.",
        |counts| {
            ratio(
                counts.quoted_character_count,
                counts.quoted_character_count + counts.character_count,
            )
        },
    ),
    feature(
        "question_share",
        "Share of texts with a question mark. Missing without texts.",
        |counts| ratio(counts.question_post_count, counts.body_count),
    ),
    feature(
        "offer_share",
        "Share of texts with a word of offering (selling, for sale and the like, English and Russian). Missing without texts.",
        |counts| ratio(counts.offer_post_count, counts.body_count),
    ),
    feature(
        "request_share",
        "Share of texts with a word of seeking (looking for, need and the like, English and Russian). Missing without texts.",
        |counts| ratio(counts.request_post_count, counts.body_count),
    ),
    feature(
        "price_share",
        "Share of texts that name an amount of money with its currency. Missing without texts.",
        |counts| ratio(counts.price_post_count, counts.body_count),
    ),
    feature(
        "exclamation_share",
        "Share of texts with an exclamation mark. Missing without texts.",
        |counts| ratio(counts.exclamation_post_count, counts.body_count),
    ),
    feature(
        "short_text_share",
        "Share of texts of fewer than 50 characters. Missing without texts.",
        |counts| ratio(counts.short_post_count, counts.body_count),
    ),
    feature(
        "attachments_per_post",
        "Files and pictures per post. Never missing; zero where the source does not keep them.",
        |counts| ratio(counts.attachment_count, counts.post_count),
    ),
    feature(
        "mentions_per_post",
        "Accounts named by the markup per post. Never missing; zero where the source has no such markup.",
        |counts| ratio(counts.mention_count, counts.post_count),
    ),
    feature(
        "edited_share",
        "Share of posts changed after they were posted. Never missing; zero where the source does not say.",
        |counts| ratio(counts.edited_post_count, counts.post_count),
    ),
    feature(
        "language_count",
        "Languages written in. Missing where the language of no post is known.",
        |counts| positive(counts.language_count),
    ),
    feature(
        "days_to_first_post",
        "Days from registration to the first post in the window. Missing without either, and where the post is older.",
        AccountCounts::days_to_first_post,
    ),
    feature(
        "characters_per_word",
        "Characters of text per word. Missing without words.",
        |counts| ratio(counts.character_count, counts.word_count),
    ),
];

impl AccountCounts {
    fn span_days(&self) -> Option<f64> {
        let span_s = self.last_post_s?.checked_sub(self.first_post_s?)?;
        Some(span_s as f64 / SECONDS_PER_DAY)
    }

    fn days_to_first_post(&self) -> Option<f64> {
        let wait_s = self.first_post_s?.checked_sub(self.registered_s?)?;
        (wait_s >= 0).then(|| wait_s as f64 / SECONDS_PER_DAY)
    }

    fn has_enough_hours(&self) -> bool {
        self.dated_post_count >= HOUR_POSTS_MIN
    }

    fn hour_entropy_bits(&self) -> Option<f64> {
        if !self.has_enough_hours() {
            return None;
        }
        let total = self.dated_post_count as f64;
        let shares = self.hour_counts.iter().map(|count| *count as f64 / total);
        let entropy: f64 = shares
            .filter(|share| *share > 0.0)
            .map(|share| -share * share.log2())
            .sum();
        Some(entropy)
    }

    /// Share of posts in eight hours in a row that begin at an hour.
    fn eight_hours_share(&self, first_hour: usize) -> Option<f64> {
        let count: u64 = (first_hour..first_hour + 8)
            .map(|hour| self.hour_counts[hour % HOURS])
            .sum();
        ratio(count, self.dated_post_count)
    }

    fn night_share(&self) -> Option<f64> {
        if !self.has_enough_hours() {
            return None;
        }
        self.eight_hours_share(22)
    }

    fn quiet_hours_share(&self) -> Option<f64> {
        if !self.has_enough_hours() {
            return None;
        }
        (0..HOURS)
            .filter_map(|hour| self.eight_hours_share(hour))
            .reduce(f64::min)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn positive(count: u64) -> Option<f64> {
    (count > 0).then_some(count as f64)
}

/// Reads the counts of each included account, in the order of their indices.
pub(crate) async fn read_account_counts(
    tables: &StudyTables,
    account_count: usize,
) -> Result<Vec<AccountCounts>, DataFusionError> {
    let mut accounts = vec![AccountCounts::default(); account_count];
    let mut fill = async |sql: &str, set: fn(&mut AccountCounts, &Row<'_>)| {
        let frame = tables.query(sql).await?;
        for_each_row(frame, |row| {
            if let Some(counts) = accounts.get_mut(row.position(0)) {
                set(counts, row);
            }
        })
        .await
    };
    fill(&post_counts_sql(), set_post_counts).await?;
    fill(DAYS_SQL, |counts, row| {
        counts.active_day_count = row.count(1);
        counts.largest_gap_days = row.integer(2).map(i64::unsigned_abs);
    })
    .await?;
    fill(THREADS_SQL, |counts, row| {
        counts.thread_count = row.count(1);
        counts.threaded_post_count = row.count(2);
    })
    .await?;
    fill(BOARDS_SQL, |counts, row| counts.board_count = row.count(1)).await?;
    Ok(accounts)
}

/// Counts over posts; texts are read once and only measured.
fn post_counts_sql() -> String {
    let hours: Vec<String> = (0..HOURS)
        .map(|hour| count_where(&format!("p.posted_s % 86400 / 3600 = {hour}")))
        .collect();
    format!(
        "SELECT i.account_index, COUNT(*), {opening}, {comment}, COUNT(p.parent_post_id), \
         COUNT(p.body), SUM(CAST(character_length(p.body) AS BIGINT)), SUM(word_count(p.body)), \
         COUNT(distinct_words_in_first_hundred(p.body)), SUM(distinct_words_in_first_hundred(p.body)), \
         SUM(p.quoted_character_count), SUM(p.link_count), \
         {question}, {offer}, {request}, {price}, {exclamation}, {short}, \
         SUM(p.attachment_count), SUM(p.mention_count), COUNT(p.edited_at), \
         COUNT(DISTINCT p.language), MIN(i.registered_s), COUNT(p.posted_s), {weekend}, \
         MIN(p.posted_s), MAX(p.posted_s), {hours} \
         FROM public_posts p JOIN included i ON p.account_id = i.account_id \
         GROUP BY i.account_index",
        opening = count_where("p.kind = 'opening'"),
        comment = count_where("p.kind = 'comment'"),
        question = count_where("strpos(p.body, '?') > 0"),
        offer = count_where(&format!("regexp_like(lower(p.body), '{OFFER_WORDS}')")),
        request = count_where(&format!("regexp_like(lower(p.body), '{REQUEST_WORDS}')")),
        price = count_where(&format!("regexp_like(lower(p.body), '{PRICE}')")),
        exclamation = count_where("strpos(p.body, '!') > 0"),
        short = count_where(&format!("character_length(p.body) < {SHORT_CHARACTERS}")),
        // 1 January 1970 was a Thursday: with 4 added, Sunday is 0 and Saturday 6.
        weekend = count_where("(p.posted_s / 86400 + 4) % 7 IN (0, 6)"),
        hours = hours.join(", "),
    )
}

fn count_where(condition: &str) -> String {
    format!("SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)")
}

fn set_post_counts(counts: &mut AccountCounts, row: &Row<'_>) {
    counts.post_count = row.count(1);
    counts.opening_count = row.count(2);
    counts.comment_count = row.count(3);
    counts.answering_count = row.count(4);
    counts.body_count = row.count(5);
    counts.character_count = row.count(6);
    counts.word_count = row.count(7);
    counts.vocabulary_body_count = row.count(8);
    counts.vocabulary_word_count = row.count(9);
    counts.quoted_character_count = row.count(10);
    counts.link_count = row.count(11);
    counts.question_post_count = row.count(12);
    counts.offer_post_count = row.count(13);
    counts.request_post_count = row.count(14);
    counts.price_post_count = row.count(15);
    counts.exclamation_post_count = row.count(16);
    counts.short_post_count = row.count(17);
    counts.attachment_count = row.count(18);
    counts.mention_count = row.count(19);
    counts.edited_post_count = row.count(20);
    counts.language_count = row.count(21);
    counts.registered_s = row.integer(22);
    counts.dated_post_count = row.count(23);
    counts.weekend_post_count = row.count(24);
    counts.first_post_s = row.integer(25);
    counts.last_post_s = row.integer(26);
    for (hour, count) in counts.hour_counts.iter_mut().enumerate() {
        *count = row.count(27 + hour);
    }
}

const DAYS_SQL: &str = "\
    SELECT account_index, COUNT(*), MAX(gap) FROM ( \
      SELECT account_index, day - LAG(day) OVER (PARTITION BY account_index ORDER BY day) AS gap FROM ( \
        SELECT DISTINCT i.account_index, p.posted_s / 86400 AS day \
        FROM public_posts p JOIN included i ON p.account_id = i.account_id \
        WHERE p.posted_s IS NOT NULL) days) gaps \
    GROUP BY account_index";

const THREADS_SQL: &str = "\
    SELECT account_index, COUNT(*), SUM(post_count) FROM ( \
      SELECT i.account_index, p.thread_id, COUNT(*) AS post_count \
      FROM public_posts p JOIN included i ON p.account_id = i.account_id \
      WHERE p.thread_id IS NOT NULL GROUP BY i.account_index, p.thread_id) threads_of_accounts \
    GROUP BY account_index";

const BOARDS_SQL: &str = "\
    SELECT account_index, COUNT(*) FROM ( \
      SELECT DISTINCT i.account_index, t.board \
      FROM public_posts p JOIN included i ON p.account_id = i.account_id \
      JOIN threads t ON p.thread_id = t.thread_id WHERE t.board IS NOT NULL) boards_of_accounts \
    GROUP BY account_index";

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, counts: &AccountCounts) -> Option<f64> {
        let feature = FEATURES
            .iter()
            .find(|feature| feature.name == name)
            .unwrap();
        (feature.measure)(counts)
    }

    #[test]
    fn names_are_unique_and_descriptions_say_when_missing() {
        let mut names: Vec<_> = FEATURES.iter().map(|feature| feature.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FEATURES.len());
        for feature in &FEATURES {
            assert!(
                feature.about.to_lowercase().contains("missing"),
                "{}",
                feature.name
            );
        }
    }

    #[test]
    fn account_without_dates_and_texts_has_no_hours_and_no_lengths() {
        let counts = AccountCounts {
            post_count: 3,
            opening_count: 1,
            ..AccountCounts::default()
        };
        assert_eq!(measured("opening_share", &counts), Some(1.0 / 3.0));
        for name in [
            "span_days",
            "body_words",
            "hour_entropy_bits",
            "board_count",
            "weekend_share",
        ] {
            assert_eq!(measured(name, &counts), None, "{name}");
        }
    }

    #[test]
    fn hours_are_measured_from_twenty_posts_on() {
        let mut counts = AccountCounts {
            dated_post_count: 20,
            ..AccountCounts::default()
        };
        counts.hour_counts[23] = 10;
        counts.hour_counts[12] = 10;
        assert_eq!(measured("hour_entropy_bits", &counts), Some(1.0));
        assert_eq!(measured("night_share", &counts), Some(0.5));
        assert_eq!(measured("quiet_hours_share", &counts), Some(0.0));
        counts.dated_post_count = 19;
        assert_eq!(measured("night_share", &counts), None);
    }

    #[test]
    fn gaps_need_two_days() {
        let mut counts = AccountCounts {
            active_day_count: 3,
            first_post_s: Some(0),
            last_post_s: Some(86_400 * 10),
            ..AccountCounts::default()
        };
        assert_eq!(measured("mean_gap_days", &counts), Some(5.0));
        counts.active_day_count = 1;
        assert_eq!(measured("mean_gap_days", &counts), None);
    }
}
