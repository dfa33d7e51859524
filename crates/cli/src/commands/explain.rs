//! `entangle explain link`.

use entangle_engine::EngineError;
use entangle_engine::explain::{LinkExplanation, Waterfall, explain_link};
use serde_json::{Value, json};

use super::open;
use crate::arguments::Global;
use crate::output::Output;

pub async fn run(
    global: &Global,
    output: &Output,
    left: &str,
    right: &str,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let explanation = explain_link(&workspace, global.snapshot, [left, right]).await?;
    output.show(
        || explanation_json(&explanation),
        || explanation_text(&explanation),
    );
    Ok(())
}

fn explanation_text(explanation: &LinkExplanation) -> String {
    match explanation {
        LinkExplanation::Compared(waterfall) => waterfall.to_string(),
        LinkExplanation::BelowFloor { match_probability } => format!(
            "compared; probability that one hand holds both: {match_probability:.6}\nevidence is kept only for pairs of .001 or more"
        ),
        LinkExplanation::NotACandidate => "not compared: the names agree on no level, or only on one too common to compare, and no identifier is shared".to_owned(),
    }
}

fn explanation_json(explanation: &LinkExplanation) -> Value {
    match explanation {
        LinkExplanation::Compared(waterfall) => waterfall_json(waterfall),
        LinkExplanation::BelowFloor { match_probability } => {
            json!({ "compared": true, "match_probability": match_probability })
        }
        LinkExplanation::NotACandidate => json!({ "compared": false }),
    }
}

fn waterfall_json(waterfall: &Waterfall) -> Value {
    let lines: Vec<Value> = waterfall
        .lines
        .iter()
        .map(|line| {
            json!({
                "comparison": line.comparison,
                "level": line.level,
                "m_probability": line.m_probability,
                "u_probability": line.u_probability,
                "match_weight_bits": line.match_weight_bits,
                "is_counted": line.is_counted,
            })
        })
        .collect();
    json!({
        "compared": true,
        "prior_bits": waterfall.prior_bits,
        "evidence": lines,
        "total_bits": waterfall.total_bits(),
        "match_probability": waterfall.match_probability(),
    })
}
