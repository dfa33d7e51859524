//! `entangle evaluate`.

use std::path::Path;

use entangle_engine::EngineError;
use entangle_engine::evaluate::{Evaluation, LinkageEvaluation, NameEquality, evaluate};
use serde_json::{Value, json};

use super::open;
use crate::arguments::Global;
use crate::output::{Output, count, decimal, table};

pub async fn run(global: &Global, output: &Output, truth: &Path) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let evaluation = evaluate(&workspace, global.snapshot, truth).await?;
    output.show(|| evaluation_json(&evaluation), || text(&evaluation));
    Ok(())
}

/// The evaluation as `--json` prints it; the keys are a contract.
pub fn evaluation_json(evaluation: &LinkageEvaluation) -> Value {
    let pairs: Vec<Value> = evaluation
        .pairs
        .iter()
        .map(|pair| {
            let mut figures = figures_json(&pair.evaluation, pair.name_equality);
            figures["a"] = json!(pair.a);
            figures["b"] = json!(pair.b);
            figures
        })
        .collect();
    json!({
        "pairs": pairs,
        "all": figures_json(&evaluation.all, evaluation.all_name_equality),
        "known_accounts": evaluation.known_account_count,
        "unknown_accounts": evaluation.unknown_account_count,
        "snapshot": evaluation.snapshot,
    })
}

fn figures_json(evaluation: &Evaluation, equality: NameEquality) -> Value {
    let thresholds: Vec<Value> = evaluation
        .thresholds
        .iter()
        .map(|quality| {
            json!({
                "threshold": quality.threshold_probability,
                "links": quality.link_count,
                "precision": quality.precision,
                "recall": quality.recall,
            })
        })
        .collect();
    let reliability: Vec<Value> = evaluation
        .reliability
        .iter()
        .map(|bin| {
            json!({
                "from": bin.from_probability,
                "to": bin.to_probability,
                "pairs": bin.pair_count,
                "stated_mean": bin.stated_mean,
                "observed_share": bin.observed_share,
            })
        })
        .collect();
    json!({
        "true_links": evaluation.true_links,
        "candidate_pairs": evaluation.candidate_pairs,
        "blocking_recall": evaluation.blocking_recall,
        "recall_at_precision_90": evaluation.recall_at_precision_90,
        "recall_at_precision_95": evaluation.recall_at_precision_95,
        "brier": evaluation.brier,
        "ece": evaluation.ece,
        "expected_links": evaluation.expected_links,
        "actual_links": evaluation.actual_links,
        "thresholds": thresholds,
        "reliability": reliability,
        "name_equality": {
            "pairs": equality.pair_count,
            "precision": equality.precision(),
            "recall": equality.recall(evaluation.true_links),
        },
    })
}

/// The evaluation as a person reads it.
pub fn text(evaluation: &LinkageEvaluation) -> String {
    let mut rows: Vec<Vec<String>> = evaluation
        .pairs
        .iter()
        .map(|pair| {
            row(
                &format!("{}, {}", pair.a, pair.b),
                &pair.evaluation,
                pair.name_equality,
            )
        })
        .collect();
    rows.push(row("all", &evaluation.all, evaluation.all_name_equality));
    let header = [
        "pair",
        "true",
        "candidates",
        "blocked in",
        "recall@.95",
        "recall@.90",
        "Brier",
        "ECE",
        "expected",
        "actual",
        "equal names: precision",
        "recall",
    ];
    let reliability: Vec<Vec<String>> = evaluation
        .all
        .reliability
        .iter()
        .map(|bin| {
            vec![
                format!("{:.1}-{:.1}", bin.from_probability, bin.to_probability),
                count(bin.pair_count),
                format!("{:.3}", bin.stated_mean),
                format!("{:.3}", bin.observed_share),
            ]
        })
        .collect();
    let thresholds: Vec<Vec<String>> = evaluation
        .all
        .thresholds
        .iter()
        .map(|quality| {
            vec![
                format!("{:.2}", quality.threshold_probability),
                count(quality.link_count),
                decimal(quality.precision, 3),
                decimal(quality.recall, 3),
            ]
        })
        .collect();
    format!(
        "snapshot {}: {} accounts of the truth are in the workspace, {} are not\n\n{}\nall pairs, from a threshold on\n{}\nall pairs, stated against observed\n{}",
        evaluation.snapshot,
        count(evaluation.known_account_count),
        count(evaluation.unknown_account_count),
        table(&header, &rows),
        table(&["threshold", "links", "precision", "recall"], &thresholds),
        table(
            &["stated", "pairs", "mean stated", "observed"],
            &reliability
        ),
    )
}

fn row(pair: &str, evaluation: &Evaluation, equality: NameEquality) -> Vec<String> {
    vec![
        pair.to_owned(),
        count(evaluation.true_links),
        count(evaluation.candidate_pairs),
        decimal(evaluation.blocking_recall, 3),
        decimal(evaluation.recall_at_precision_95, 3),
        decimal(evaluation.recall_at_precision_90, 3),
        decimal(evaluation.brier, 4),
        decimal(evaluation.ece, 3),
        format!("{:.1}", evaluation.expected_links),
        count(evaluation.actual_links),
        decimal(equality.precision(), 3),
        decimal(equality.recall(evaluation.true_links), 3),
    ]
}
