//! The texts of accounts as counts of words, few enough to be held.
//!
//! ```text
//! writers (accounts per language) ──► drawn documents
//! word_posts ──► counts per document and word ──► words read ──► matrix of documents by words
//! ```

use datafusion::error::DataFusionError;
use entangle_model::sql_text;
use entangle_statistics::random::draw_without_replacement;
use entangle_statistics::topics::SparseMatrix;
use std::collections::BTreeMap;

use crate::inputs::StudyInputs;
use crate::read_accounts::{PROBABLE, ReadAccounts};
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Words that an account must have written in a language: fewer say nothing of a topic.
pub(super) const WORDS_MIN: u64 = 20;
/// Accounts read per language.
pub(super) const DOCUMENTS_MAX: usize = 5_000;
/// Of them, those with a candidate link.
const LINKED_DOCUMENTS_MAX: usize = DOCUMENTS_MAX / 2;
/// Words read per language, the most widespread.
pub(super) const WORDS_READ_MAX: usize = 5_000;
/// Words read of an account, the most frequent.
pub(super) const WORDS_PER_DOCUMENT_MAX: usize = 500;
/// Words that a larger part of the accounts use join sentences and tell no topic.
const WIDESPREAD_SHARE_MAX: f64 = 0.5;

/// Accounts that wrote enough in one language, ascending.
pub(super) struct Writers(Vec<usize>);

impl Writers {
    /// Whether fewer than `least` of them are probably crossover users, or probably none.
    pub(super) fn has_few_of_a_side(&self, inputs: &StudyInputs<'_>, least: u64) -> bool {
        let is_probable = |account: &&usize| inputs.crossover_probability[**account] >= PROBABLE;
        let probable = self.0.iter().filter(is_probable).count();
        (probable.min(self.0.len() - probable) as u64) < least
    }
}

/// Reads who wrote enough, by language in the order of the codes.
pub(super) async fn read_writers(
    tables: &StudyTables,
) -> Result<BTreeMap<String, Writers>, DataFusionError> {
    let frame = tables
        .query(&format!(
            "SELECT language, account_index FROM writers \
             WHERE word_count >= {WORDS_MIN} ORDER BY language, account_index"
        ))
        .await?;
    let mut writers: BTreeMap<String, Writers> = BTreeMap::new();
    for_each_row(frame, |row| {
        if let Some(language) = row.text(0) {
            let of_language = writers.entry(language.to_owned());
            let of_language = of_language.or_insert_with(|| Writers(Vec::new()));
            of_language.0.push(row.position(1));
        }
    })
    .await?;
    Ok(writers)
}

/// Documents of one language.
pub(super) struct Documents {
    /// The account of each document.
    pub(super) accounts: Vec<usize>,
    /// How many accounts of its kind each document stands for.
    pub(super) stands_for: Vec<f64>,
    /// The words read, the most widespread first.
    pub(super) words: Vec<String>,
    /// Document, word and uses, ordered by document.
    uses: Vec<(usize, usize, f64)>,
}

impl Documents {
    /// Documents of accounts that are probably crossover users, and the others.
    pub(super) fn side_counts(&self, inputs: &StudyInputs<'_>) -> [u64; 2] {
        let documents = 0..self.accounts.len();
        let probable = documents.filter(|document| self.is_probable(inputs, *document));
        let probable = probable.count();
        [probable as u64, (self.accounts.len() - probable) as u64]
    }

    /// Whether the account of a document is a crossover user at least as probably as not.
    pub(super) fn is_probable(&self, inputs: &StudyInputs<'_>, document: usize) -> bool {
        inputs.crossover_probability[self.accounts[document]] >= PROBABLE
    }

    /// The words weighted by TF-IDF; `None` where the rows were not in order.
    pub(super) fn weighed_words(&self) -> Option<SparseMatrix> {
        let mut row_starts = vec![0; self.accounts.len() + 1];
        for (document, _, _) in &self.uses {
            *row_starts.get_mut(document + 1)? += 1;
        }
        for document in 0..self.accounts.len() {
            row_starts[document + 1] += row_starts[document];
        }
        let words = self.uses.iter().map(|(_, word, _)| *word).collect();
        let damped = self.uses.iter().map(|(_, _, count)| 1.0 + count.ln());
        let matrix = SparseMatrix::new(self.words.len(), row_starts, words, damped.collect())?;
        Some(matrix.tf_idf())
    }
}

/// Draws accounts of a language, which is given with a number of its own, and reads their words.
/// `least` accounts must use a word.
pub(super) async fn read_documents(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    read: &ReadAccounts,
    (number, language): (usize, &str),
    writers: &Writers,
    least: u64,
) -> Result<Documents, DataFusionError> {
    let mut documents = draw_documents(inputs, read, language, writers);
    let drawn = documents.accounts.iter();
    tables.hold_integers(
        &format!("topic_documents_{number}"),
        [
            ("document", (0..documents.accounts.len() as i64).collect()),
            (
                "account_index",
                drawn.map(|account| *account as i64).collect(),
            ),
        ],
    )?;
    let counts = format!("topic_counts_{number}");
    tables
        .hold(
            &counts,
            &format!(
                "SELECT document, word, COUNT(*) AS use_count FROM ( \
                   SELECT d.document, unnest(word_list(p.body)) AS word FROM word_posts p \
                   JOIN topic_documents_{number} d ON p.account_index = d.account_index \
                   WHERE p.language = {}) tokens \
                 GROUP BY document, word",
                sql_text(language)
            ),
        )
        .await?;
    let most = (WIDESPREAD_SHARE_MAX * documents.accounts.len() as f64).floor();
    tables
        .hold(
            &format!("topic_words_{number}"),
            &format!(
                "SELECT place, word FROM ( \
                   SELECT word, CAST(row_number() OVER (ORDER BY account_count DESC, word) AS BIGINT) - 1 AS place \
                   FROM (SELECT word, COUNT(*) AS account_count FROM {counts} GROUP BY word) borne \
                   WHERE account_count >= {least} AND account_count <= {most}) placed \
                 WHERE place < {WORDS_READ_MAX}"
            ),
        )
        .await?;
    read_words(tables, number, &mut documents).await?;
    Ok(documents)
}

/// Those with a candidate link and those without are drawn apart, so that the few are there.
fn draw_documents(
    inputs: &StudyInputs<'_>,
    read: &ReadAccounts,
    language: &str,
    writers: &Writers,
) -> Documents {
    let (linked, unlinked): (Vec<usize>, Vec<usize>) = writers
        .0
        .iter()
        .partition(|account| inputs.crossover_probability[**account] > 0.0);
    let draw = |of: &[usize], count: usize, kind: &str| -> Vec<usize> {
        let purpose = format!("documents of {kind} accounts in {language}");
        let drawn = draw_without_replacement(of.len(), count, inputs.config.seed, &purpose);
        drawn.into_iter().map(|place| of[place]).collect()
    };
    let drawn_linked = draw(&linked, LINKED_DOCUMENTS_MAX, "linked");
    let rest = DOCUMENTS_MAX - drawn_linked.len();
    let drawn_unlinked = draw(&unlinked, rest, "other");
    // Those that could be drawn are a sample themselves.
    let of_kind = |all: &[usize], drawn: Vec<usize>| -> Vec<(usize, f64)> {
        let each = all.len() as f64 / drawn.len().max(1) as f64;
        let stands_for = |account: usize| each * f64::from(read.stand_for[account]);
        let drawn = drawn.into_iter();
        drawn
            .map(|account| (account, stands_for(account)))
            .collect()
    };
    let mut drawn = of_kind(&linked, drawn_linked);
    drawn.extend(of_kind(&unlinked, drawn_unlinked));
    drawn.sort_unstable_by_key(|(account, _)| *account);
    let (accounts, stands_for) = drawn.into_iter().unzip();
    Documents {
        accounts,
        stands_for,
        words: Vec::new(),
        uses: Vec::new(),
    }
}

async fn read_words(
    tables: &StudyTables,
    number: usize,
    documents: &mut Documents,
) -> Result<(), DataFusionError> {
    let words = format!("SELECT word FROM topic_words_{number} ORDER BY place");
    for_each_row(tables.query(&words).await?, |row| {
        documents
            .words
            .push(row.text(0).unwrap_or_default().to_owned());
    })
    .await?;
    // Of equally frequent words the rarer ones are read, because they tell more.
    let uses = format!(
        "SELECT document, place, use_count FROM ( \
           SELECT c.document, w.place, c.use_count, \
             row_number() OVER (PARTITION BY c.document ORDER BY c.use_count DESC, w.place DESC) AS standing \
           FROM topic_counts_{number} c JOIN topic_words_{number} w ON c.word = w.word) ranked \
         WHERE standing <= {WORDS_PER_DOCUMENT_MAX} ORDER BY document, place"
    );
    for_each_row(tables.query(&uses).await?, |row| {
        let count = row.count(2) as f64;
        documents
            .uses
            .push((row.position(0), row.position(1), count));
    })
    .await
}
