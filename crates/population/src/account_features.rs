//! What each account of the population does on the public source: counts over its posts, features by
//! ratios of them.
//!
//! Counts are whole numbers, so that the result does not depend on the order in which posts come. Each
//! feature states its unit in its name and, in its description, when it is missing.

use datafusion::error::DataFusionError;
use entangle_text::measures::TextMeasures;

use crate::account_places::{AccountPlaces, read_places};
use crate::days::{SECONDS_PER_DAY, day_of, days};
use crate::numbering::Numbering;
use crate::rows::{Row, for_each_row};
use crate::study_tables::StudyTables;

/// Dated posts that an account needs before its hours say anything.
const HOUR_POSTS_MIN: u64 = 20;
const HOURS: usize = 24;
/// Languages that are told apart; more than the classifier knows.
const LANGUAGES_MAX: u32 = u128::BITS;

/// A text of fewer characters is a remark.
const SHORT_CHARACTERS: u64 = 50;

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
    /// A bit for each language.
    languages: u128,
    registered_s: Option<i64>,
    dated_post_count: u64,
    weekend_post_count: u64,
    first_post_s: Option<i64>,
    last_post_s: Option<i64>,
    hour_counts: [u64; HOURS],
    places: AccountPlaces,
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
        |counts| positive(counts.places.active_day_count),
    ),
    feature(
        "posts_per_active_day",
        "Dated posts per day with a post. Missing without dated posts.",
        |counts| ratio(counts.dated_post_count, counts.places.active_day_count),
    ),
    feature(
        "span_days",
        "Days from the first post to the last. Missing without dated posts.",
        AccountCounts::span_days,
    ),
    feature(
        "mean_gap_days",
        "Mean days from one day with a post to the next. Missing with fewer than two such days.",
        |counts| match (counts.span_days(), counts.places.active_day_count) {
            (Some(span_days), 2..) => Some(span_days / (counts.places.active_day_count - 1) as f64),
            _ => None,
        },
    ),
    feature(
        "largest_gap_days",
        "Longest time between two days with a post, days. Missing with fewer than two such days.",
        |counts| counts.places.largest_gap_days.map(|days| days as f64),
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
        |counts| {
            ratio(
                counts.places.threaded_post_count,
                counts.places.thread_count,
            )
        },
    ),
    feature(
        "board_count",
        "Boards posted on. Missing where the source has no boards.",
        |counts| positive(counts.places.board_count),
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
        |counts| positive(u64::from(counts.languages.count_ones())),
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
        Some(days(span_s))
    }

    fn days_to_first_post(&self) -> Option<f64> {
        let wait_s = self.first_post_s?.checked_sub(self.registered_s?)?;
        (wait_s >= 0).then(|| days(wait_s))
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
    add_posts(tables, &mut accounts).await?;
    for_each_row(tables.query(REGISTERED_SQL).await?, |row| {
        if let Some(counts) = accounts.get_mut(row.position(0)) {
            counts.registered_s = row.integer(1);
        }
    })
    .await?;
    let places = read_places(tables, &post_counts(&accounts)).await?;
    for (counts, places) in accounts.iter_mut().zip(places) {
        counts.places = places;
    }
    Ok(accounts)
}

fn post_counts(accounts: &[AccountCounts]) -> Vec<u64> {
    accounts.iter().map(|counts| counts.post_count).collect()
}

/// Adds every post to the counts of its account, one at a time: a plan would keep a state of fifty sums
/// for each account in each of its parts.
async fn add_posts(
    tables: &StudyTables,
    accounts: &mut [AccountCounts],
) -> Result<(), DataFusionError> {
    let mut languages = Numbering::default();
    for_each_row(tables.query(POSTS_SQL).await?, |row| {
        let Some(counts) = accounts.get_mut(row.position(0)) else {
            return;
        };
        counts.add_post(row);
        if let Some(language) = row.text(10) {
            counts.languages |= 1 << languages.number_of(language).min(LANGUAGES_MAX - 1);
        }
    })
    .await
}

const POSTS_SQL: &str = "\
    SELECT i.account_index, p.kind, p.parent_post_id IS NOT NULL, p.edited_at IS NOT NULL, p.posted_s, \
      p.quoted_character_count, p.link_count, p.attachment_count, p.mention_count, p.body, p.language \
    FROM public_posts p JOIN included i ON p.account_id = i.account_id";

impl AccountCounts {
    /// Adds a row of [`POSTS_SQL`].
    fn add_post(&mut self, row: &Row<'_>) {
        let kind = row.text(1);
        self.post_count += 1;
        self.opening_count += u64::from(kind == Some("opening"));
        self.comment_count += u64::from(kind == Some("comment"));
        self.answering_count += u64::from(row.flag(2));
        self.edited_post_count += u64::from(row.flag(3));
        self.quoted_character_count += row.count(5);
        self.link_count += row.count(6);
        self.attachment_count += row.count(7);
        self.mention_count += row.count(8);
        if let Some(posted_s) = row.integer(4) {
            self.add_date(posted_s);
        }
        if let Some(body) = row.text(9) {
            self.add_text(&TextMeasures::of(body));
        }
    }

    fn add_date(&mut self, posted_s: i64) {
        let day = day_of(posted_s);
        let second = posted_s.rem_euclid(SECONDS_PER_DAY);
        self.dated_post_count += 1;
        self.hour_counts[(second / 3600) as usize] += 1;
        // 1 January 1970 was a Thursday: with 4 added, Sunday is 0 and Saturday 6.
        self.weekend_post_count += u64::from(matches!((day + 4).rem_euclid(7), 0 | 6));
        let earlier = |first: i64| first.min(posted_s);
        let later = |last: i64| last.max(posted_s);
        self.first_post_s = Some(self.first_post_s.map_or(posted_s, earlier));
        self.last_post_s = Some(self.last_post_s.map_or(posted_s, later));
    }

    fn add_text(&mut self, text: &TextMeasures) {
        self.body_count += 1;
        self.character_count += text.character_count;
        self.word_count += text.word_count;
        if let Some(word_count) = text.vocabulary_word_count {
            self.vocabulary_body_count += 1;
            self.vocabulary_word_count += word_count;
        }
        self.question_post_count += u64::from(text.has_question_mark);
        self.exclamation_post_count += u64::from(text.has_exclamation_mark);
        self.offer_post_count += u64::from(text.has_offer_word);
        self.request_post_count += u64::from(text.has_request_word);
        self.price_post_count += u64::from(text.has_price);
        self.short_post_count += u64::from(text.character_count < SHORT_CHARACTERS);
    }
}

const REGISTERED_SQL: &str = "SELECT account_index, registered_s FROM included";

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
            places: AccountPlaces {
                active_day_count: 3,
                ..AccountPlaces::default()
            },
            first_post_s: Some(0),
            last_post_s: Some(86_400 * 10),
            ..AccountCounts::default()
        };
        assert_eq!(measured("mean_gap_days", &counts), Some(5.0));
        counts.places.active_day_count = 1;
        assert_eq!(measured("mean_gap_days", &counts), None);
    }
}
