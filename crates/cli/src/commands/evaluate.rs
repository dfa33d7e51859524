//! `entangle evaluate`.

use std::path::Path;

use entangle_engine::EngineError;
use entangle_engine::calibrate::{calibrate, write_calibration};
use entangle_engine::evaluate::{
    Calibrated, Evaluation, EvaluationIntervals, LinkageEvaluation, NameEquality, Stratum, evaluate,
};
use serde_json::{Value, json};

use super::open;
use crate::arguments::Global;
use crate::output::{Output, count, decimal, table};

pub async fn run(
    global: &Global,
    output: &Output,
    truth: &Path,
    leave_sources_out: bool,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let calibrated = match leave_sources_out {
        true => Calibrated::LeavingBothSourcesOut,
        false => Calibrated::AsLinked,
    };
    let evaluation = evaluate(&workspace, global.snapshot, truth, calibrated).await?;
    output.show(|| evaluation_json(&evaluation), || text(&evaluation));
    Ok(())
}

/// Learns a calibration and writes it.
pub async fn learn(
    global: &Global,
    output: &Output,
    truth: &Path,
    out: &Path,
    learned_on: &str,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let learned = calibrate(&workspace, global.snapshot, truth, learned_on).await?;
    write_calibration(&learned, out)?;
    output.show(
        || json!({ "file": out, "calibration": learned }),
        || {
            let rows: Vec<Vec<String>> = [0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99]
                .into_iter()
                .map(|stated| {
                    let (probability, low, high) = learned.calibrate(stated);
                    [stated, probability, low, high]
                        .map(|p| format!("{p:.3}"))
                        .to_vec()
                })
                .collect();
            format!(
                "learned on {} pairs, {} of them true; written to {}\n{}",
                count(learned.pair_count),
                count(learned.true_count),
                out.display(),
                table(&["stated", "calibrated", "low", "high"], &rows)
            )
        },
    );
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
        "by_surprisal": strata_json(&evaluation.by_surprisal),
        "by_evidence": strata_json(&evaluation.by_evidence),
        "intervals": {
            "method": "95 % percentile bootstrap over people, 400 replicates",
            "recall_at_precision_90": evaluation.intervals.recall_at_precision_90,
            "recall_at_precision_95": evaluation.intervals.recall_at_precision_95,
            "ece": evaluation.intervals.ece,
            "expected_over_actual": evaluation.intervals.expected_over_actual,
        },
        "name_equality": {
            "pairs": equality.pair_count,
            "precision": equality.precision(),
            "recall": equality.recall(evaluation.true_links),
        },
    })
}

fn strata_json(strata: &[Stratum]) -> Vec<Value> {
    let row = |stratum: &Stratum| {
        json!({
            "stratum": stratum.label,
            "pairs": stratum.pair_count,
            "expected_links": stratum.expected_links,
            "actual_links": stratum.actual_links,
            "false_links": stratum.false_link_count,
            "missed_links": stratum.missed_link_count,
        })
    };
    strata.iter().map(row).collect()
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
    let mut intervals: Vec<Vec<String>> = evaluation
        .pairs
        .iter()
        .map(|pair| {
            interval_row(
                &format!("{}, {}", pair.a, pair.b),
                &pair.evaluation.intervals,
            )
        })
        .collect();
    intervals.push(interval_row("all", &evaluation.all.intervals));
    let interval_header = [
        "pair",
        "recall@.95",
        "recall@.90",
        "ECE",
        "expected / actual",
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
        "snapshot {}: {} accounts of the truth are in the workspace, {} are not\n\n{}\n95 % intervals (bootstrap over people)\n{}\nall pairs, from a threshold on\n{}\nall pairs, stated against observed\n{}\nall pairs, errors by surprisal of the shared name\n{}\nall pairs, errors by evidence\n{}",
        evaluation.snapshot,
        count(evaluation.known_account_count),
        count(evaluation.unknown_account_count),
        table(&header, &rows),
        table(&interval_header, &intervals),
        table(&["threshold", "links", "precision", "recall"], &thresholds),
        table(
            &["stated", "pairs", "mean stated", "observed"],
            &reliability
        ),
        strata_text(&evaluation.all.by_surprisal),
        strata_text(&evaluation.all.by_evidence),
    )
}

fn interval_row(pair: &str, intervals: &EvaluationIntervals) -> Vec<String> {
    let bounds = |interval: Option<(f64, f64)>| match interval {
        Some((low, high)) => format!("{low:.3} to {high:.3}"),
        None => "-".to_owned(),
    };
    vec![
        pair.to_owned(),
        bounds(intervals.recall_at_precision_95),
        bounds(intervals.recall_at_precision_90),
        bounds(intervals.ece),
        bounds(intervals.expected_over_actual),
    ]
}

fn strata_text(strata: &[Stratum]) -> String {
    let rows: Vec<Vec<String>> = strata
        .iter()
        .map(|stratum| {
            vec![
                stratum.label.clone(),
                count(stratum.pair_count),
                format!("{:.1}", stratum.expected_links),
                count(stratum.actual_links),
                count(stratum.false_link_count),
                count(stratum.missed_link_count),
            ]
        })
        .collect();
    let header = [
        "stratum",
        "pairs",
        "expected",
        "actual",
        "false at .9",
        "missed at .9",
    ];
    table(&header, &rows)
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
