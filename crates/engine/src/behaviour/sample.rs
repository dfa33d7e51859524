//! What is learned of one source: how the accounts that wrote most write, and when.

use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use entangle_model::sql_text;
use entangle_style::{
    Halves, HourHistogram, POST_COUNT_MIN, SourceLanguages, StyleBackground, WORD_COUNT_MIN,
};

use super::observed::{Observed, for_each_post, posts_sql};

/// Accounts of each source from which style and hours are learned: those that wrote most.
const LEARNED_ACCOUNT_COUNT: u64 = 200;

/// What the accounts of a source that wrote most have in common, and how they differ. Takes about
/// 7 MiB where they write one language.
#[derive(Default)]
pub(super) struct Sample {
    /// Accounts with enough words in both halves of their posts.
    pub halves: Vec<Halves>,
    /// Hours of all accounts.
    pub hours: Vec<HourHistogram>,
    /// Hours of accounts with enough posts in both halves.
    pub halved_hours: Vec<(HourHistogram, HourHistogram)>,
    pub background: StyleBackground,
    pub languages: SourceLanguages,
}

/// An account as a whole and in halves: the earlier and the later posts, so that threads, and with
/// them topics, are mostly in one of the two.
struct Learned {
    whole: Observed,
    halves: [Observed; 2],
}

impl Sample {
    /// Reads the posts of the accounts of the source that wrote most.
    pub async fn read(context: &SessionContext, source: &str) -> Result<Self, DataFusionError> {
        let source = sql_text(source);
        let wanted = format!(
            "(SELECT account_id, count(*) AS post_count FROM posts
              WHERE source = {source} AND account_id IS NOT NULL
              GROUP BY account_id
              ORDER BY sum(character_length(body)) DESC NULLS LAST, account_id
              LIMIT {LEARNED_ACCOUNT_COUNT})"
        );
        let posts = posts_sql(&wanted, &format!("p.source = {source}"));
        let mut sample = Self::default();
        let mut current: Option<(String, Learned)> = None;
        for_each_post(context, &posts, |post| {
            // Posts come account by account, so that one account at a time is held.
            if current.as_ref().is_none_or(|(id, _)| id != post.account_id) {
                let new = (post.account_id.to_owned(), Learned::of_account(post.name));
                sample.take(current.replace(new));
            }
            if let Some((_, account)) = &mut current {
                account.whole.add(post);
                account.halves[post.half].add(post);
            }
        })
        .await?;
        sample.take(current);
        Ok(sample)
    }

    fn take(&mut self, account: Option<(String, Learned)>) {
        let Some((_, Learned { whole, halves })) = account else {
            return;
        };
        self.background.add(&whole.profile);
        self.languages.add(&whole.profile);
        self.hours.push(whole.hours);
        let [first, second] = halves;
        if first.hours.post_count().min(second.hours.post_count()) >= POST_COUNT_MIN {
            self.halved_hours.push((first.hours, second.hours));
        }
        let halves = Halves {
            first: first.profile,
            second: second.profile,
        };
        if has_words_in_both(&halves) {
            self.halves.push(halves);
        }
    }
}

impl Learned {
    fn of_account(name: &str) -> Self {
        Self {
            whole: Observed::of_account(name),
            halves: [Observed::of_account(name), Observed::of_account(name)],
        }
    }
}

/// Others teach nothing and need not be held.
fn has_words_in_both(halves: &Halves) -> bool {
    let mut languages = halves.first.word_counts();
    languages.any(|(language, word_count)| {
        word_count.min(halves.second.word_count(language)) >= WORD_COUNT_MIN
    })
}
