//! Hierarchical alternating least squares: one run from one random beginning.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{SparseMatrix, TopicOptions};

/// Two factors whose product is near the matrix.
pub(super) struct Factors {
    /// Documents by topics.
    pub documents: Vec<f64>,
    /// Terms by topics.
    pub terms: Vec<f64>,
    /// Half the squared distance.
    pub loss: f64,
    pub iteration_count: usize,
    pub is_converged: bool,
}

/// Entries drawn evenly from zero to the size at which the product has about the mean of the
/// matrix, then improved until the loss hardly falls.
pub(super) fn factorise(
    matrix: &SparseMatrix,
    options: &TopicOptions,
    random: &mut ChaCha8Rng,
) -> Factors {
    let topic_count = options.topic_count;
    let (rows, columns) = (matrix.row_count(), matrix.column_count());
    let mean = matrix.sum() / (rows as f64 * columns as f64);
    let size = 2.0 * (mean / topic_count as f64).sqrt();
    let mut drawn = |count: usize| -> Vec<f64> {
        (0..count * topic_count)
            .map(|_| size * random.random::<f64>())
            .collect()
    };
    let mut factors = Factors {
        documents: drawn(rows),
        terms: drawn(columns),
        loss: f64::INFINITY,
        iteration_count: 0,
        is_converged: false,
    };
    let half_norm = 0.5 * matrix.squared_norm();
    while factors.iteration_count < options.iterations_max && !factors.is_converged {
        let loss_before = factors.loss;
        factors.improve(matrix, topic_count);
        factors.iteration_count += 1;
        // Most of a corpus is noise that no topic explains, so the loss itself is no yardstick.
        let explained = (half_norm - factors.loss).max(0.0);
        factors.is_converged = loss_before - factors.loss <= options.tolerance * explained;
    }
    factors
}

impl Factors {
    fn improve(&mut self, matrix: &SparseMatrix, topic_count: usize) {
        let by_documents = times_terms(matrix, &self.terms, topic_count);
        let term_products = products_of_columns(&self.terms, topic_count);
        improve_columns(
            &mut self.documents,
            &by_documents,
            &term_products,
            topic_count,
        );
        let by_terms = times_documents(matrix, &self.documents, topic_count);
        let document_products = products_of_columns(&self.documents, topic_count);
        improve_columns(&mut self.terms, &by_terms, &document_products, topic_count);
        let term_products = products_of_columns(&self.terms, topic_count);
        let dot =
            |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(l, r)| l * r).sum::<f64>();
        let doubled = matrix.squared_norm() - 2.0 * dot(&by_terms, &self.terms)
            + dot(&document_products, &term_products);
        // What rounding leaves of nothing is nothing.
        self.loss = (0.5 * doubled).max(0.0);
    }
}

/// Each column of a factor in turn becomes the best one for the others as they are.
fn improve_columns(factor: &mut [f64], target: &[f64], products: &[f64], topic_count: usize) {
    for (row, target) in factor
        .chunks_exact_mut(topic_count)
        .zip(target.chunks_exact(topic_count))
    {
        for topic in 0..topic_count {
            let own = products[topic * topic_count + topic];
            // A topic without weight on the other side changes nothing.
            if own <= 0.0 {
                continue;
            }
            let of_topic = &products[topic * topic_count..(topic + 1) * topic_count];
            let explained: f64 = row
                .iter()
                .zip(of_topic)
                .map(|(value, product)| value * product)
                .sum();
            row[topic] = (row[topic] + (target[topic] - explained) / own).max(0.0);
        }
    }
}

/// Matrix times terms: documents by topics.
fn times_terms(matrix: &SparseMatrix, terms: &[f64], topic_count: usize) -> Vec<f64> {
    let mut result = vec![0.0; matrix.row_count() * topic_count];
    for (document, sums) in result.chunks_exact_mut(topic_count).enumerate() {
        for (term, value) in matrix.row(document) {
            let weights = &terms[term * topic_count..(term + 1) * topic_count];
            sums.iter_mut()
                .zip(weights)
                .for_each(|(sum, weight)| *sum += value * weight);
        }
    }
    result
}

/// Transposed matrix times documents: terms by topics.
fn times_documents(matrix: &SparseMatrix, documents: &[f64], topic_count: usize) -> Vec<f64> {
    let mut result = vec![0.0; matrix.column_count() * topic_count];
    for (document, weights) in documents.chunks_exact(topic_count).enumerate() {
        for (term, value) in matrix.row(document) {
            let sums = &mut result[term * topic_count..(term + 1) * topic_count];
            sums.iter_mut()
                .zip(weights)
                .for_each(|(sum, weight)| *sum += value * weight);
        }
    }
    result
}

/// Products of every two columns of a factor, topics by topics.
fn products_of_columns(factor: &[f64], topic_count: usize) -> Vec<f64> {
    let mut products = vec![0.0; topic_count * topic_count];
    for row in factor.chunks_exact(topic_count) {
        for (left, sums) in row.iter().zip(products.chunks_exact_mut(topic_count)) {
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, right)| *sum += left * right);
        }
    }
    products
}
