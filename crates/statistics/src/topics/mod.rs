//! What a corpus is about: non-negative matrix factorisation of its documents by terms.
//!
//! Each document becomes a mixture of few topics and each topic a list of terms with weights. For
//! exploring and for naming what is written about; the number of topics is a choice, and a topic is
//! not a fact about an author. Which words two groups use differently is [`crate::log_odds`].

mod factorisation;
mod sparse_matrix;

pub use sparse_matrix::SparseMatrix;

use factorisation::{Factors, factorise};

use crate::random::generator;

/// How topics are sought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TopicOptions {
    /// Number of topics, positive and at most the number of documents and of terms.
    pub topic_count: usize,
    /// Random beginnings, of which the best end is kept; positive.
    pub start_count: usize,
    /// Most iterations from each beginning.
    pub iterations_max: usize,
    /// A run stops when an iteration adds less than this part to what the topics explain, half the
    /// squared norm of the matrix less the loss.
    pub tolerance: f64,
    /// Seed of the beginnings.
    pub seed: u64,
}

/// Topics of a corpus, from the one with most weight in the documents to the one with least.
#[derive(Debug, Clone, PartialEq)]
pub struct Topics {
    topic_count: usize,
    /// Topics by terms; each topic sums to one.
    topic_terms: Vec<f64>,
    /// Documents by topics.
    document_topics: Vec<f64>,
    /// Half the squared distance between the matrix and the product of the factors.
    pub loss: f64,
    /// Loss over half the squared norm of the matrix: zero where the topics explain everything.
    pub unexplained_share: f64,
    /// Iterations of the kept run.
    pub iteration_count: usize,
    /// Whether the kept run stopped by the tolerance and not by the most iterations.
    pub is_converged: bool,
}

impl Topics {
    /// Number of topics.
    pub fn topic_count(&self) -> usize {
        self.topic_count
    }

    /// Weights of all terms in a topic, in the order of the terms; they sum to one, or are all zero
    /// for a topic that nothing needs. `None` where there is no such topic.
    pub fn term_weights(&self, topic: usize) -> Option<&[f64]> {
        let term_count = self.topic_terms.len() / self.topic_count;
        self.topic_terms.chunks_exact(term_count).nth(topic)
    }

    /// The terms of a topic with most weight, heaviest first and of equal weight the lower first,
    /// with their weights; terms of no weight are left out. Empty where there is no such topic.
    pub fn top_terms(&self, topic: usize, count: usize) -> Vec<(usize, f64)> {
        let mut terms: Vec<(usize, f64)> = self
            .term_weights(topic)
            .unwrap_or_default()
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        terms.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        terms.truncate(count);
        terms
    }

    /// Share of each topic in a document, summing to one. `None` for a document in which no topic
    /// has weight, as one without terms, and where there is no such document.
    pub fn document_shares(&self, document: usize) -> Option<Vec<f64>> {
        let weights = self
            .document_topics
            .chunks_exact(self.topic_count)
            .nth(document)?;
        let total: f64 = weights.iter().sum();
        (total > 0.0).then(|| weights.iter().map(|weight| weight / total).collect())
    }

    /// Mean share of each topic over the documents that have shares. `None` where none has.
    pub fn mean_shares(&self) -> Option<Vec<f64>> {
        let document_count = self.document_topics.len() / self.topic_count;
        let mut sums = vec![0.0; self.topic_count];
        let mut counted = 0.0;
        for shares in (0..document_count).filter_map(|document| self.document_shares(document)) {
            counted += 1.0;
            sums.iter_mut()
                .zip(shares)
                .for_each(|(sum, share)| *sum += share);
        }
        (counted > 0.0).then(|| sums.into_iter().map(|sum| sum / counted).collect())
    }
}

/// Topics of a matrix of documents by terms, counts or TF-IDF ([`SparseMatrix::tf_idf`]), as
/// non-negative factors that minimise half the squared distance to it (Lee and Seung 1999, Nature
/// 401, 788-791).
///
/// The factors are improved one column at a time by hierarchical alternating least squares (Cichocki
/// and Phan 2009, IEICE Transactions E92-A, 708-721, algorithm 2), which never raises the loss, from
/// seeded random beginnings. It finds a local minimum; more beginnings find a better one. One
/// iteration over `z` entries, `D` documents, `V` terms and `K` topics takes `O(z K + (D + V) K^2)`
/// time; memory is `O(z + (D + V) K)`.
///
/// `None` for options out of their ranges, and for a matrix of zeros.
pub fn find_topics(matrix: &SparseMatrix, options: &TopicOptions) -> Option<Topics> {
    let most = matrix.row_count().min(matrix.column_count());
    let is_possible = (1..=most).contains(&options.topic_count) && options.tolerance >= 0.0;
    if !is_possible || matrix.squared_norm() <= 0.0 {
        return None;
    }
    let mut random = generator(options.seed, "topics");
    let mut best: Option<Factors> = None;
    for _ in 0..options.start_count {
        let found = factorise(matrix, options, &mut random);
        if best.as_ref().is_none_or(|best| found.loss < best.loss) {
            best = Some(found);
        }
    }
    best.map(|factors| in_order(factors, matrix, options.topic_count))
}

/// Topics with terms that sum to one, heaviest topic first.
fn in_order(factors: Factors, matrix: &SparseMatrix, topic_count: usize) -> Topics {
    let (term_count, document_count) = (matrix.column_count(), matrix.row_count());
    let column_sums = |values: &[f64]| {
        let mut sums = vec![0.0; topic_count];
        for row in values.chunks_exact(topic_count) {
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, value)| *sum += value);
        }
        sums
    };
    let term_sums = column_sums(&factors.terms);
    let document_sums = column_sums(&factors.documents);
    let mass = |topic: usize| term_sums[topic] * document_sums[topic];
    let mut order: Vec<usize> = (0..topic_count).collect();
    order.sort_by(|left, right| mass(*right).total_cmp(&mass(*left)).then(left.cmp(right)));
    let mut topic_terms = Vec::with_capacity(topic_count * term_count);
    for topic in &order {
        let scale = if term_sums[*topic] > 0.0 {
            1.0 / term_sums[*topic]
        } else {
            0.0
        };
        topic_terms
            .extend((0..term_count).map(|term| scale * factors.terms[term * topic_count + topic]));
    }
    let document_topics = (0..document_count)
        .flat_map(|document| order.iter().map(move |topic| (document, *topic)))
        .map(|(document, topic)| {
            factors.documents[document * topic_count + topic] * term_sums[topic]
        })
        .collect();
    Topics {
        topic_count,
        topic_terms,
        document_topics,
        loss: factors.loss,
        unexplained_share: 2.0 * factors.loss / matrix.squared_norm(),
        iteration_count: factors.iteration_count,
        is_converged: factors.is_converged,
    }
}

#[cfg(test)]
mod tests;
