//! `entangle model`.

use entangle_engine::EngineError;
use entangle_engine::link_run::{Difference, link_run, read_model};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{Global, ModelCommand};
use crate::output::{Output, table};

pub async fn run(
    global: &Global,
    output: &Output,
    command: ModelCommand,
) -> Result<(), EngineError> {
    match command {
        ModelCommand::Show => {
            let run = link_run(&open(global).await?, global.snapshot).await?;
            output.show(
                || json!({ "run": run.run, "model_id": run.model.id(), "model": run.model.to_toml() }),
                || run.model.to_toml(),
            );
        }
        ModelCommand::Diff { left, right } => {
            let (left, right) = (read_model(&left)?, read_model(&right)?);
            let differences = left.differences(&right);
            output.show(
                || differences_json(&differences),
                || differences_text(&differences),
            );
        }
    }
    Ok(())
}

fn differences_json(differences: &[Difference]) -> Value {
    let rows = differences.iter().map(|difference| {
        json!({
            "parameter": difference.parameter,
            "left": difference.left,
            "right": difference.right,
        })
    });
    rows.collect()
}

fn differences_text(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "the two models are equal".to_owned();
    }
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "not given".to_owned());
    let rows: Vec<Vec<String>> = differences
        .iter()
        .map(|difference| {
            vec![
                difference.parameter.clone(),
                value(&difference.left),
                value(&difference.right),
            ]
        })
        .collect();
    table(&["parameter", "left", "right"], &rows)
}
