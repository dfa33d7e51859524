//! Which words crossover users and others use differently on the public source, by language
//! (methods 5).
//!
//! ```text
//! public_posts ──► word_posts ──► uses per word and account ──► uses per word and group
//!                      └────────► writers ──► words per language and group
//! ```
//!
//! Only words of one group of accounts at a time come to memory, and the words that were tested.
//! Weights are whole thousandths, so that sums do not depend on the order of addition.

use datafusion::error::DataFusionError;
use entangle_model::study::{LanguageWords, Verdict, WordDifference, Words};
use entangle_statistics::log_odds::{Sides, WordComparison, WordSides};
use entangle_statistics::multiple_testing::benjamini_hochberg;
use std::collections::BTreeMap;

use crate::inputs::StudyInputs;
use crate::read_accounts::{PROBABLE, ReadAccounts};
use crate::rows::{Row, for_each_row};
use crate::study_tables::StudyTables;
use crate::verdict::LEVEL;

/// Groups of accounts that are left out in turn. Accounts are numbered in the order of their ids,
/// which are hashes, so that a group is a random draw.
const GROUP_COUNT: usize = 50;
/// Accounts on each side that must use a word, whatever the study withholds.
pub(crate) const USERS_MIN: u64 = 5;
/// Words that the prior weighs as much as.
const PRIOR_WORD_COUNT: f64 = 1000.0;
/// Words shown each way.
const SHOWN_COUNT: usize = 12;
const WEIGHT_UNIT: f64 = 1000.0;

/// Compares words. Languages in which too few of a side write are left out.
pub(crate) async fn words(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
) -> Result<Words, DataFusionError> {
    let least = inputs.config.suppress_below_count.max(USERS_MIN);
    let read = ReadAccounts::of(inputs);
    define_word_posts(tables, inputs, &read).await?;
    let mut totals = read_totals(tables).await?;
    totals.retain(|_, total| total.users.iter().all(|users| *users >= least));
    let compared = compare_words(tables, &totals, least).await?;
    let languages = totals
        .into_iter()
        .filter_map(|(language, total)| {
            let words = compared.get(&language).map_or(&[][..], Vec::as_slice);
            language_words(language, &total, words)
        })
        .collect();
    Ok(Words {
        design: design_in_words(least, &read),
        least_account_count: least,
        languages,
    })
}

fn design_in_words(least: u64, read: &ReadAccounts) -> String {
    format!(
        "Posts in the window of {}, by the language of the post; posts whose language is not \
         told apart are left out. Every account counts on both sides, by its probability of being \
         a crossover user and by the rest of it. Compared are words that at least {least} accounts \
         use which are crossover users at least as probably as not, and at least {least} others, so \
         that no single account speaks; words of one side alone are therefore not seen. Groups are \
         not matched. The false discovery rate is held at {LEVEL} within a language (Benjamini and \
         Hochberg).",
        read.in_words()
    )
}

/// Registers `read_accounts` with their groups and weights, `word_posts`, and `writers` with their
/// words in each language.
async fn define_word_posts(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    read: &ReadAccounts,
) -> Result<(), DataFusionError> {
    let read: Vec<(usize, i64)> = (0..)
        .zip(read.stand_for.iter().copied().map(i64::from))
        .filter(|(_, stands_for)| *stands_for > 0)
        .collect();
    let column = |of: &dyn Fn(usize, i64) -> i64| read.iter().map(|one| of(one.0, one.1)).collect();
    let probability = |account: usize| inputs.crossover_probability[account];
    let thousandths = |account| (probability(account) * WEIGHT_UNIT).round() as i64;
    tables.hold_integers(
        "account_weights",
        [
            ("account_index", column(&|account, _| account as i64)),
            (
                "account_group",
                column(&|account, _| (account % GROUP_COUNT) as i64),
            ),
            (
                "crossover_thousandths",
                column(&|account, stands_for| stands_for * thousandths(account)),
            ),
            (
                "other_thousandths",
                column(&|account, stands_for| stands_for * (1000 - thousandths(account))),
            ),
            (
                "is_probable",
                column(&|account, _| i64::from(probability(account) >= PROBABLE)),
            ),
        ],
    )?;
    tables
        .hold(
            "read_accounts",
            "SELECT i.account_id, w.* FROM account_weights w JOIN included i ON w.account_index = i.account_index",
        )
        .await?;
    tables
        .define_view(
            "word_posts",
            "SELECT p.language, r.account_index, p.body \
             FROM public_posts p JOIN read_accounts r ON p.account_id = r.account_id \
             WHERE p.language IS NOT NULL AND p.body IS NOT NULL",
        )
        .await?;
    tables
        .hold(
            "writers",
            "SELECT language, account_index, word_count FROM ( \
               SELECT language, account_index, SUM(comparable_word_count(body)) AS word_count \
               FROM word_posts GROUP BY language, account_index) counted \
             WHERE word_count > 0",
        )
        .await
}

/// All words of one language.
struct LanguageTotals {
    /// Accounts that wrote in it: crossover users at least as probably as not, and others.
    users: [u64; 2],
    /// Words by group of accounts and side.
    of_groups: Vec<Sides>,
}

async fn read_totals(
    tables: &StudyTables,
) -> Result<BTreeMap<String, LanguageTotals>, DataFusionError> {
    let frame = tables
        .query(
            "SELECT w.language, r.account_group, \
               SUM(w.word_count * r.crossover_thousandths), SUM(w.word_count * r.other_thousandths), \
               SUM(r.is_probable), SUM(1 - r.is_probable) \
             FROM writers w JOIN read_accounts r ON w.account_index = r.account_index \
             GROUP BY w.language, r.account_group",
        )
        .await?;
    let mut totals: BTreeMap<String, LanguageTotals> = BTreeMap::new();
    for_each_row(frame, |row| {
        let Some(language) = row.text(0) else { return };
        let total = totals
            .entry(language.to_owned())
            .or_insert_with(|| LanguageTotals {
                users: [0; 2],
                of_groups: vec![[0.0; 2]; GROUP_COUNT],
            });
        if let Some(group) = total.of_groups.get_mut(row.position(1)) {
            *group = weighted_words(row, 2);
        }
        total.users[0] += row.count(4);
        total.users[1] += row.count(5);
    })
    .await?;
    Ok(totals)
}

/// Words of both sides from two columns of thousandths.
fn weighted_words(row: &Row<'_>, first_column: usize) -> Sides {
    [first_column, first_column + 1].map(|column| row.count(column) as f64 / WEIGHT_UNIT)
}

/// One word that enough accounts of both sides use.
struct ComparedWord {
    word: String,
    users: [u64; 2],
    uses: Sides,
    comparison: WordComparison,
}

/// Goes through all words in order, each with its groups, and keeps those that can be compared.
async fn compare_words(
    tables: &StudyTables,
    totals: &BTreeMap<String, LanguageTotals>,
    least: u64,
) -> Result<BTreeMap<String, Vec<ComparedWord>>, DataFusionError> {
    let mut compared: BTreeMap<String, Vec<ComparedWord>> = BTreeMap::new();
    let mut sides: BTreeMap<&str, WordSides> = BTreeMap::new();
    for (language, total) in totals {
        let of_language = WordSides::new(total.of_groups.clone(), PRIOR_WORD_COUNT);
        sides.extend(of_language.map(|of_language| (language.as_str(), of_language)));
    }
    let mut keep = |gathered: GatheredWord| {
        let Some(sides) = sides.get(gathered.language.as_str()) else {
            return;
        };
        if gathered.users.iter().any(|users| *users < least) {
            return;
        }
        if let Some(comparison) = sides.compare(&gathered.of_groups) {
            let uses = [0, 1].map(|side| gathered.of_groups.iter().map(|group| group[side]).sum());
            compared
                .entry(gathered.language)
                .or_default()
                .push(ComparedWord {
                    word: gathered.word,
                    users: gathered.users,
                    uses,
                    comparison,
                });
        }
    };
    let mut gathered: Option<GatheredWord> = None;
    let frame = tables.query(WORD_GROUPS_SQL).await?;
    for_each_row(frame, |row| {
        let (Some(language), Some(word)) = (row.text(0), row.text(1)) else {
            return;
        };
        let is_next = |one: &GatheredWord| one.language != language || one.word != word;
        if let Some(done) = gathered.take_if(|one| is_next(one)) {
            keep(done);
        }
        gathered
            .get_or_insert_with(|| GatheredWord::new(language, word))
            .add(row);
    })
    .await?;
    if let Some(done) = gathered {
        keep(done);
    }
    Ok(compared)
}

/// Uses of each word by group of accounts, in the order of languages and words.
const WORD_GROUPS_SQL: &str = "\
    WITH tokens AS ( \
      SELECT language, account_index, unnest(word_list(body)) AS word FROM word_posts), \
    of_accounts AS ( \
      SELECT language, word, account_index, COUNT(*) AS use_count \
      FROM tokens GROUP BY language, word, account_index) \
    SELECT o.language, o.word, r.account_group, \
      SUM(o.use_count * r.crossover_thousandths), SUM(o.use_count * r.other_thousandths), \
      SUM(r.is_probable), SUM(1 - r.is_probable) \
    FROM of_accounts o JOIN read_accounts r ON o.account_index = r.account_index \
    GROUP BY o.language, o.word, r.account_group ORDER BY o.language, o.word";

/// A word while its groups are read.
struct GatheredWord {
    language: String,
    word: String,
    users: [u64; 2],
    of_groups: Vec<Sides>,
}

impl GatheredWord {
    fn new(language: &str, word: &str) -> Self {
        Self {
            language: language.to_owned(),
            word: word.to_owned(),
            users: [0; 2],
            of_groups: vec![[0.0; 2]; GROUP_COUNT],
        }
    }

    fn add(&mut self, row: &Row<'_>) {
        if let Some(group) = self.of_groups.get_mut(row.position(2)) {
            *group = weighted_words(row, 3);
        }
        self.users[0] += row.count(5);
        self.users[1] += row.count(6);
    }
}

/// What is shown of a language; `None` where no word could be compared.
fn language_words(
    language: String,
    total: &LanguageTotals,
    compared: &[ComparedWord],
) -> Option<LanguageWords> {
    let p_values: Vec<Option<f64>> = compared.iter().map(|one| Some(one.comparison.p)).collect();
    let word_counts: Sides =
        [0, 1].map(|side| total.of_groups.iter().map(|group| group[side]).sum());
    let mut differences: Vec<WordDifference> = compared
        .iter()
        .zip(benjamini_hochberg(&p_values))
        .filter_map(|(one, adjusted_p)| Some(word_difference(one, word_counts, adjusted_p?)))
        .collect();
    if differences.is_empty() {
        return None;
    }
    // Words are in the order of the alphabet and the sort is stable.
    differences.sort_by(|left, right| right.z.total_cmp(&left.z));
    let is_distinguishable = |one: &&WordDifference| one.verdict == Verdict::Distinguishable;
    let distinguishable_count = differences.iter().filter(is_distinguishable).count() as u64;
    let first = differences.iter().filter(|one| one.z > 0.0);
    let last = differences.iter().rev().filter(|one| one.z < 0.0);
    Some(LanguageWords {
        language,
        crossover_count: total.users[0],
        other_count: total.users[1],
        crossover_word_count: word_counts[0],
        other_word_count: word_counts[1],
        tested_count: differences.len() as u64,
        distinguishable_count,
        crossover_words: first.take(SHOWN_COUNT).cloned().collect(),
        other_words: last.take(SHOWN_COUNT).cloned().collect(),
    })
}

fn word_difference(one: &ComparedWord, word_counts: Sides, adjusted_p: f64) -> WordDifference {
    let per_thousand = |side: usize| 1000.0 * one.uses[side] / word_counts[side];
    WordDifference {
        word: one.word.clone(),
        crossover_account_count: one.users[0],
        other_account_count: one.users[1],
        crossover_per_thousand_words: per_thousand(0),
        other_per_thousand_words: per_thousand(1),
        log_odds_ratio: one.comparison.log_odds_ratio.into_estimate(
            one.users[0] + one.users[1],
            format!(
                "log-odds ratio with an informative Dirichlet prior of {PRIOR_WORD_COUNT} words \
                 (Monroe, Colaresi and Quinn 2008), accounts weighted by their probability of being \
                 a crossover user; interval and p by leaving out each of {GROUP_COUNT} groups of \
                 accounts in turn, Student's t; n is the accounts that use the word"
            ),
        ),
        independent_words_z: one.comparison.independent_words_z,
        z: one.comparison.z,
        p: one.comparison.p,
        adjusted_p,
        verdict: if adjusted_p < LEVEL {
            Verdict::Distinguishable
        } else {
            Verdict::Undecided
        },
    }
}
