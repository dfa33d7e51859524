use super::*;
use crate::random::generator;
use proptest::prelude::*;
use rand::RngExt;

const OPTIONS: TopicOptions = TopicOptions {
    topic_count: 3,
    start_count: 4,
    iterations_max: 500,
    tolerance: 1e-7,
    seed: 1,
};

fn dense(rows: &[Vec<f64>]) -> SparseMatrix {
    let column_count = rows.first().map_or(0, Vec::len);
    let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in rows {
        for (column, value) in row.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            columns.push(column);
            values.push(*value);
        }
        starts.push(values.len());
    }
    SparseMatrix::new(column_count, starts, columns, values).unwrap()
}

/// 150 documents of 60 words: of each document 0.8 of the words come from ten terms of its main
/// topic, the others from anywhere among 40 terms. The topic of document `d` is 0, 0, 0, 1, 1, 2.
fn planted_corpus(seed: u64) -> SparseMatrix {
    let mut random = generator(seed, "planted topics");
    let documents: Vec<Vec<f64>> = (0..150)
        .map(|document| {
            let mut counts = vec![0.0; 40];
            for _ in 0..60 {
                let is_of_topic = random.random::<f64>() < 0.8;
                let term = if is_of_topic {
                    10 * main_topic(document) + random.random_range(0..10)
                } else {
                    random.random_range(0..40)
                };
                counts[term] += 1.0;
            }
            counts
        })
        .collect();
    dense(&documents)
}

fn main_topic(document: usize) -> usize {
    [0, 0, 0, 1, 1, 2][document % 6]
}

#[test]
fn planted_topics_are_found_whatever_the_seed() {
    for seed in 0..5 {
        let options = TopicOptions { seed, ..OPTIONS };
        let topics = find_topics(&planted_corpus(seed).tf_idf(), &options).unwrap();
        assert!(
            topics.is_converged && topics.unexplained_share < 0.5,
            "{}",
            topics.unexplained_share
        );
        let planted_of_topic: Vec<usize> = (0..3)
            .map(|topic| {
                let top = topics.top_terms(topic, 10);
                assert!(
                    top.iter().all(|(term, _)| term / 10 == top[0].0 / 10),
                    "{top:?}"
                );
                top[0].0 / 10
            })
            .collect();
        // Heaviest first, as planted.
        assert_eq!(planted_of_topic, [0, 1, 2]);
        for document in 0..150 {
            assert!(topics.document_shares(document).unwrap()[main_topic(document)] > 0.6);
        }
    }
}

#[test]
fn shares_of_topics_are_those_planted() {
    let topics = find_topics(&planted_corpus(1), &OPTIONS).unwrap();
    let shares = topics.mean_shares().unwrap();
    for (share, planted) in shares.iter().zip([3.0 / 6.0, 2.0 / 6.0, 1.0 / 6.0]) {
        assert!((share - planted).abs() < 0.06, "{shares:?}");
    }
}

#[test]
fn one_seed_gives_one_answer_and_more_starts_none_that_is_worse() {
    let corpus = planted_corpus(2);
    let of = |start_count, seed| {
        let options = TopicOptions {
            topic_count: 6,
            start_count,
            seed,
            ..OPTIONS
        };
        find_topics(&corpus, &options).unwrap()
    };
    assert_eq!(of(2, 5), of(2, 5));
    assert_ne!(of(1, 5), of(1, 6));
    assert!(of(5, 5).loss <= of(1, 5).loss);
}

#[test]
fn impossible_wishes_and_empty_corpora_are_missing() {
    let matrix = dense(&[vec![1.0, 0.0], vec![0.0, 1.0]]);
    let find = |options: TopicOptions| find_topics(&matrix, &options);
    assert!(
        find(TopicOptions {
            topic_count: 0,
            ..OPTIONS
        })
        .is_none()
    );
    assert!(
        find(TopicOptions {
            topic_count: 3,
            ..OPTIONS
        })
        .is_none()
    );
    assert!(
        find(TopicOptions {
            topic_count: 1,
            start_count: 0,
            ..OPTIONS
        })
        .is_none()
    );
    assert!(
        find(TopicOptions {
            topic_count: 1,
            tolerance: f64::NAN,
            ..OPTIONS
        })
        .is_none()
    );
    let zeros = SparseMatrix::new(2, vec![0, 0, 0], vec![], vec![]).unwrap();
    assert!(
        find_topics(
            &zeros,
            &TopicOptions {
                topic_count: 1,
                ..OPTIONS
            }
        )
        .is_none()
    );
}

#[test]
fn document_without_terms_has_no_shares() {
    let matrix = dense(&[
        vec![2.0, 1.0, 0.0],
        vec![0.0, 0.0, 0.0],
        vec![0.0, 1.0, 3.0],
    ]);
    let topics = find_topics(
        &matrix,
        &TopicOptions {
            topic_count: 2,
            ..OPTIONS
        },
    )
    .unwrap();
    assert_eq!(topics.document_shares(1), None);
    assert_eq!(topics.document_shares(3), None);
    assert!(topics.document_shares(0).is_some() && topics.top_terms(2, 5).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The loss is the distance to the product, and more iterations never raise it.
    #[test]
    fn loss_falls_and_is_what_it_says(
        rows in prop::collection::vec(prop::collection::vec(0u8..4, 6), 3..12),
        topic_count in 1usize..4,
    ) {
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|count| f64::from(*count)).collect()).collect();
        let matrix = dense(&rows);
        let mut loss_before = f64::INFINITY;
        for iterations_max in [1, 3, 10, 50] {
            let options = TopicOptions { topic_count, start_count: 1, iterations_max, tolerance: 0.0, seed: 3 };
            let Some(topics) = find_topics(&matrix, &options) else {
                prop_assert!(rows.iter().flatten().all(|value| *value == 0.0));
                return Ok(());
            };
            let mut naive = 0.0;
            for (document, row) in rows.iter().enumerate() {
                for (term, value) in row.iter().enumerate() {
                    let product: f64 = (0..topic_count)
                        .map(|topic| {
                            topics.document_topics[document * topic_count + topic]
                                * topics.term_weights(topic).unwrap()[term]
                        })
                        .sum();
                    naive += 0.5 * (value - product).powi(2);
                }
            }
            prop_assert!((topics.loss - naive).abs() < 1e-9 * (1.0 + matrix.squared_norm()));
            prop_assert!(topics.loss <= loss_before + 1e-9);
            loss_before = topics.loss;
        }
    }
}
