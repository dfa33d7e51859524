//! `entangle link`.

use entangle_engine::calibrate::read_calibration;
use entangle_engine::link::{BehaviourCounts, LinkRequest, LinkSummary, Parameters, link};
use entangle_engine::link_run::read_model;
use entangle_engine::{EngineError, Progress};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{Global, Link};
use crate::output::{Output, count, table};

pub async fn run(
    global: &Global,
    output: &Output,
    arguments: Link,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let request = LinkRequest {
        between: arguments.between,
        and: arguments.and,
        parameters: match (arguments.model, arguments.update) {
            (Some(file), _) => Parameters::Given(Box::new(read_model(&file)?)),
            (None, true) => Parameters::OfLastRun,
            (None, false) => Parameters::Learned,
        },
        calibration: match arguments.calibration {
            Some(file) => Some(read_calibration(&file)?),
            None => None,
        },
        block_pair_limit: arguments.block_pair_limit,
        is_behaviour_counted: arguments.behaviour,
        persona_threshold_probability: arguments.persona_threshold,
        memory_limit_bytes: arguments.memory_mib << 20,
    };
    let summary = link(&workspace, &request, progress).await?;
    output.show(|| summary_json(&summary), || summary_text(&summary));
    Ok(())
}

/// The summary as `--json` prints it.
pub fn summary_json(summary: &LinkSummary) -> Value {
    let pairs: Vec<Value> = summary
        .model
        .pairs
        .iter()
        .zip(&summary.expected_link_counts)
        .map(|(pair, expected)| {
            json!({
                "a": pair.source_left,
                "b": pair.source_right,
                "candidate_pairs": pair.candidate_count,
                "capped_pairs": pair.capped_pair_count,
                "expected_links": expected,
                "prior_probability": pair.prior_probability,
                "shared_share": pair.shared_share,
            })
        })
        .collect();
    json!({
        "pairs": pairs,
        "name_m": summary.model.name_m,
        "iterations": summary.model.iteration_count,
        "links": summary.link_count,
        "personas": summary.persona_count,
        "model_id": summary.model_id,
        "changed_sources": summary.changed_sources,
        "has_own_language_model": summary.has_own_language_model,
        "behaviour": summary.behaviour_counts.as_ref().map(behaviour_json),
        "contradictions": summary.contradiction_count,
        "snapshot": summary.snapshot,
    })
}

fn behaviour_json(counts: &BehaviourCounts) -> Value {
    json!({
        "asked_pairs": counts.asked_pair_count,
        "style_pairs": counts.style_pair_count,
        "hours_pairs": counts.hours_pair_count,
        "simultaneous_pairs": counts.simultaneous_pair_count,
        "language_pairs": counts.language_pair_count,
    })
}

fn behaviour_text(counts: &BehaviourCounts) -> String {
    let asked = counts.asked_pair_count;
    let comparisons = [
        ("style", counts.style_pair_count),
        ("hours", counts.hours_pair_count),
        ("same minutes", counts.simultaneous_pair_count),
        ("language", counts.language_pair_count),
    ];
    let comparisons = comparisons.map(|(name, spoke)| {
        format!(
            "{name} weighed {}, abstained on {}",
            count(spoke),
            count(asked - spoke)
        )
    });
    format!(
        "behaviour of {} candidates: {}\n",
        count(asked),
        comparisons.join("; ")
    )
}

fn summary_text(summary: &LinkSummary) -> String {
    let rows: Vec<Vec<String>> = summary
        .model
        .pairs
        .iter()
        .zip(&summary.expected_link_counts)
        .map(|(pair, expected)| {
            vec![
                pair.source_left.clone(),
                pair.source_right.clone(),
                count(pair.candidate_count),
                count(pair.capped_pair_count),
                format!("{expected:.1}"),
                format!("{:.2}", 100.0 * pair.shared_share),
            ]
        })
        .collect();
    let mut remarks = String::new();
    if summary.changed_sources.is_some() {
        remarks += "only sources that imported since the last run were compared; the links of the others stand\n";
    }
    if summary.has_own_language_model {
        remarks += "the model file was made in another workspace: its character model was trained anew on the names here\n";
    }
    if let Some(counts) = &summary.behaviour_counts {
        remarks += &behaviour_text(counts);
    }
    if summary.contradiction_count > 0 {
        remarks += &format!(
            "{} pairs judged the same are kept apart by other judgements; see `entangle judgements`\n",
            count(summary.contradiction_count)
        );
    }
    format!(
        "{}{remarks}{} links join accounts into {} personas; model {}, snapshot {}\n",
        table(
            &[
                "source",
                "source",
                "candidates",
                "too common",
                "expected links",
                "% of smaller"
            ],
            &rows
        ),
        count(summary.link_count),
        count(summary.persona_count),
        summary.model_id,
        summary.snapshot,
    )
}
