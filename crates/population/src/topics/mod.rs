//! What accounts of the public source write about, by language, and whether crossover users write
//! of other things than others of their tenure and activity.
//!
//! Topics are found in the texts of both together; which account belongs to which side plays no
//! part in it. A topic sums up words that stand together and is no fact about an account.

mod documents;

use entangle_model::Estimate;
use entangle_model::study::{LanguageTopics, Topic, Topics as StudyTopics, Verdict};
use entangle_statistics::Bounded;
use entangle_statistics::cliffs_delta::WeightedValue;
use entangle_statistics::mean_difference::{MeanDifference, weighted_mean_difference};
use entangle_statistics::multiple_testing::benjamini_hochberg;
use entangle_statistics::topics::{TopicOptions, Topics, find_topics};

use self::documents::{
    DOCUMENTS_MAX, Documents, WORDS_MIN, WORDS_PER_DOCUMENT_MAX, WORDS_READ_MAX, read_documents,
    read_writers,
};
use crate::error::{InPart, PopulationError};
use crate::feature_comparison::ComparedGroups;
use crate::inputs::StudyInputs;
use crate::read_accounts::ReadAccounts;
use crate::study_tables::StudyTables;
use crate::suppression::withheld_cells;
use crate::verdict::LEVEL;
use crate::words::USERS_MIN;

/// Words shown of a topic.
const SHOWN_WORD_COUNT: usize = 10;
/// Accounts read for each topic, at least; with fewer accounts there are fewer topics.
const DOCUMENTS_PER_TOPIC_MIN: usize = 5;
const START_COUNT: usize = 2;
const ITERATIONS_MAX: usize = 200;
const TOLERANCE: f64 = 1e-5;
/// Part of an account's text from which its share of a topic rests on it as well.
const BEARING_SHARE: f64 = 0.001;

/// Seeks topics and compares their shares. Needs `writers` and `word_posts` of the words. Languages in
/// which too few of a side write are left out.
pub(crate) async fn topics(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
) -> Result<StudyTopics, PopulationError> {
    let least = inputs.config.suppress_below_count.max(USERS_MIN);
    let mut found = StudyTopics {
        design: design_in_words(inputs.config.topic_count, least),
        least_account_count: least,
        languages: Vec::new(),
    };
    if inputs.config.topic_count == 0 {
        return Ok(found);
    }
    let read = ReadAccounts::of(inputs);
    for (number, (language, writers)) in read_writers(tables)
        .await
        .in_part("the topics")?
        .into_iter()
        .enumerate()
    {
        if writers.has_few_of_a_side(inputs, least) {
            continue;
        }
        let documents = read_documents(tables, inputs, &read, (number, &language), &writers, least);
        let documents = documents.await.in_part("the topics")?;
        found
            .languages
            .extend(language_topics(inputs, groups, language, &documents, least));
    }
    Ok(found)
}

fn design_in_words(topic_count: u64, least: u64) -> String {
    if topic_count == 0 {
        return "Not sought: the study file sets topic_count to 0.".to_owned();
    }
    format!(
        "A document is what one account wrote in the window in one language; accounts with fewer \
         than {WORDS_MIN} words of it are left out, and of more than {DOCUMENTS_MAX} accounts a \
         seeded draw is read, half of it at most from those with a candidate link, each account \
         then weighted by what it stands for. Read are the {WORDS_READ_MAX} most widespread words \
         that at least {least} of these accounts use and not more than half of them, at most \
         {WORDS_PER_DOCUMENT_MAX} of an account, weighted by 1 + ln of their count and by their \
         rarity (TF-IDF). Topics are those of a non-negative matrix factorisation (Lee and Seung \
         1999) with {topic_count} topics, fewer where a language has fewer than \
         {DOCUMENTS_PER_TOPIC_MIN} accounts for each; their number is a choice. Every account \
         counts among crossover users by its probability, and among others by the rest of it, \
         weighted to the crossover users within cells of one doubling of tenure and posts. The \
         false discovery rate is held at {LEVEL} within a language (Benjamini and Hochberg)."
    )
}

/// The topics of one language; `None` where too little was written in it.
fn language_topics(
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
    language: String,
    documents: &Documents,
    least: u64,
) -> Option<LanguageTopics> {
    let [crossover_count, other_count] = documents.side_counts(inputs);
    if crossover_count.min(other_count) < least {
        return None;
    }
    let topic_count = (inputs.config.topic_count as usize)
        .min(documents.accounts.len() / DOCUMENTS_PER_TOPIC_MIN)
        .min(documents.words.len());
    let options = TopicOptions {
        topic_count,
        start_count: START_COUNT,
        iterations_max: ITERATIONS_MAX,
        tolerance: TOLERANCE,
        seed: inputs.config.seed,
    };
    let found = find_topics(&documents.weighed_words()?, &options)?;
    let compared = Compared::new(
        inputs,
        groups,
        documents,
        &found,
        [crossover_count, other_count],
    );
    Some(LanguageTopics {
        language,
        crossover_count,
        other_count,
        word_count: documents.words.len() as u64,
        unexplained_share: found.unexplained_share,
        is_converged: found.is_converged,
        topics: compared.topics(&found, &documents.words),
    })
}

/// Shares of topics in the text of each account read.
struct Compared {
    side_counts: [u64; 2],
    /// Per topic, the observations of all accounts with text in any topic.
    observations: Vec<Vec<WeightedValue>>,
    /// Per topic, why the crossover users are withheld.
    withheld: Vec<Option<String>>,
}

impl Compared {
    fn new(
        inputs: &StudyInputs<'_>,
        groups: &ComparedGroups<'_>,
        documents: &Documents,
        found: &Topics,
        side_counts: [u64; 2],
    ) -> Self {
        let mut observations = vec![Vec::new(); found.topic_count()];
        let mut bearer_counts = vec![0; found.topic_count()];
        for (document, account) in documents.accounts.iter().enumerate() {
            let Some(shares) = found.document_shares(document) else {
                continue;
            };
            let (crossover_weight, other_weight) = groups.weights[*account];
            let stands_for = documents.stands_for[document];
            for (topic, value) in shares.into_iter().enumerate() {
                observations[topic].push(WeightedValue {
                    value,
                    first_weight: stands_for * crossover_weight,
                    second_weight: stands_for * other_weight,
                });
                let is_bearer = value >= BEARING_SHARE && documents.is_probable(inputs, document);
                bearer_counts[topic] += u64::from(is_bearer);
            }
        }
        Self {
            side_counts,
            observations,
            withheld: withheld_cells(&bearer_counts, inputs.config.suppress_below_count),
        }
    }

    fn topics(&self, found: &Topics, words: &[String]) -> Vec<Topic> {
        let differences: Vec<Option<MeanDifference>> = self
            .observations
            .iter()
            .map(|of_topic| weighted_mean_difference(of_topic))
            .collect();
        let p_values: Vec<Option<f64>> = differences
            .iter()
            .zip(&self.withheld)
            .map(|(difference, withheld)| match withheld {
                Some(_) => None,
                None => difference.and_then(|difference| difference.p),
            })
            .collect();
        let adjusted = benjamini_hochberg(&p_values);
        (0..found.topic_count())
            .map(|topic| Topic {
                words: found
                    .top_terms(topic, SHOWN_WORD_COUNT)
                    .into_iter()
                    .filter_map(|(word, _)| words.get(word).cloned())
                    .collect(),
                crossover_share: self.of_crossover_users(topic, |_| {
                    share(
                        differences[topic].map(|one| one.first),
                        self.side_counts[0],
                        MEAN,
                    )
                }),
                other_share: share(
                    differences[topic].map(|one| one.second),
                    self.side_counts[1],
                    MEAN,
                ),
                difference: self.of_crossover_users(topic, |n| {
                    share(differences[topic].map(|one| one.difference), n, DIFFERENCE)
                }),
                p: p_values[topic],
                adjusted_p: adjusted[topic],
                verdict: match adjusted[topic] {
                    Some(p) if p < LEVEL => Verdict::Distinguishable,
                    _ => Verdict::Undecided,
                },
            })
            .collect()
    }

    /// An estimate of all accounts read, unless the crossover users of the topic are withheld.
    fn of_crossover_users(&self, topic: usize, estimate: impl Fn(u64) -> Estimate) -> Estimate {
        let n = self.side_counts.iter().sum();
        match &self.withheld[topic] {
            Some(why) => Estimate::missing(n, why.clone()),
            None => estimate(n),
        }
    }
}

const MEAN: &str = "weighted mean over accounts of the topic's share of the account's text; \
                    interval of Student's t from first-order influences of accounts, topics and \
                    weights taken as known";
const DIFFERENCE: &str = "difference of the two weighted means; interval and p of Student's t \
                          with the degrees of freedom of Welch (1947), from first-order influences \
                          of accounts, topics and weights taken as known";

fn share(bounded: Option<Bounded>, n: u64, method: &str) -> Estimate {
    match bounded {
        None => Estimate::missing(n, "fewer than two effective accounts on a side"),
        Some(share) => share
            .clamped(-1.0, 1.0)
            .into_estimate_with_spread(n, method),
    }
}
